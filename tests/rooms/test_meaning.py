"""What texts mean: files of a model, word pieces, the encoder, and vectors in four bits."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from math import erf, exp, sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from bases import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import OUTPUTS, WORDS, write_model, write_package

from threadbook.errors import UserError
from threadbook.meaning import find_model, pack, read_model, row_size, unpack
from threadbook.meaning.encoder import encode
from threadbook.meaning.files import Layers, Matrix, Norm, Tokens, read_layers
from threadbook.meaning.model import BUILD, ENCODER, LEAST, STUDENT, Model, Parts
from threadbook.meaning.packing import Floats, expand, planes_of
from threadbook.meaning.tokens import Tokeniser, split
from threadbook.text import stem

Row = npt.NDArray[np.float64]
TEXTS = (
    "How can I get my money?",
    "The client paid. What is next?",
    "refunds",
    "",
    "contract " * 300,
)
RECORDED = json.loads((REPOSITORY / "tests" / "word_pieces.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "en")


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """Return a model that may be changed."""
    return write_model(tmp_path / "en")


# Packing


@given(st.integers(1, 8), st.data())
def test_planes_can_be_read_back(bits: int, data: st.DataObject) -> None:
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    size = 32 * data.draw(st.integers(1, 4))
    given_ = data.draw(st.lists(st.integers(low, high), min_size=size, max_size=size))
    planes = planes_of(np.array(given_, np.int8), bits)
    assert len(planes) == size * bits // 8
    assert expand(planes, bits).reshape(-1).tolist() == given_


def test_planes_are_words_of_which_each_holds_one_bit_of_32_numbers() -> None:
    numbers = np.arange(32, dtype=np.int8) % 16 - 8
    words = np.frombuffer(planes_of(numbers, 4), "<u4").tolist()
    for at, number in enumerate(numbers.tolist()):
        assert sum((words[bit] >> at & 1) << bit for bit in range(4)) - 8 == number


def test_a_packed_vector_is_nearly_the_same() -> None:
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((50, 256)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    packed = pack(vectors)
    assert len(packed) == 50 * (2 + row_size(256)) == 50 * 130
    again = unpack(packed, 256)
    assert ((again * vectors).sum(axis=1) / np.linalg.norm(again, axis=1)).min() > 0.98
    assert pack(again[:0]) == b""


def test_a_vector_of_zeros_has_the_scale_0() -> None:
    packed = pack(np.zeros((1, 32), np.float32))
    assert packed[:2] == b"\0\0"
    assert not unpack(packed, 32).any()


# Word pieces


@pytest.mark.parametrize(("text", "pieces"), RECORDED["cases"])
def test_pieces_are_those_of_the_library_tokenizers(text: str, pieces: list[str]) -> None:
    """`word_pieces.json` was recorded with tokenizers 0.23.3, as BERT's uncased models use it."""
    tokens = RECORDED["tokens"]
    found = [tokens[number] for number in Tokeniser(tokens).read(text, 1_000)]
    assert found == ["[CLS]", *pieces, "[SEP]"]


def test_a_text_is_cut_behind_its_first_tokens() -> None:
    tokeniser = Tokeniser(WORDS)
    for most in (2, 3, 7):
        found = tokeniser.read("the client paid the money after the first question", most)
        assert len(found) == most
        assert found[-1] == tokeniser.last
    whole = tokeniser.read("the client paid", 100)
    assert tokeniser.read("the client paid", 5) == whole


@given(st.text(max_size=300))
def test_any_text_has_words_without_spaces(text: str) -> None:
    words = list(split(text))
    assert all(word and word.split() == [word] for word in words)
    assert all(0 <= number < len(WORDS) for number in Tokeniser(WORDS).read(text, 50))


# The encoder


def test_vectors_have_unit_length_and_one_row_for_each_text(folder: Path) -> None:
    model = read_model(folder)
    found = model.encode(TEXTS)
    assert found.shape == (len(TEXTS), OUTPUTS) == (5, model.dimensions)
    assert found.dtype == np.float32
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert model.encode([]).shape == (0, OUTPUTS)


def test_the_encoder_is_berts(folder: Path) -> None:
    """The same steps, one token and one head at a time, in double precision."""
    content = (folder / BUILD.layers).read_bytes()
    model, layers = read_model(folder), read_layers(content)
    tokens = model._builder.tokens
    numbers = Tokeniser(WORDS).read("how can i get the refund , client ?", 128)
    slow = _encode_slowly(layers, tokens, numbers)
    fast = encode(layers, tokens, [numbers])[0]
    assert float(slow @ fast) > 1 - 1e-6


def _encode_slowly(layers: Layers, tokens: Tokens, numbers: list[int]) -> Row:
    def norm(row: Row, by: Norm) -> Row:
        row = (row - row.mean()) / sqrt(row.var() + 1e-12)
        return row * by.factors + by.constants

    def times(matrix: Matrix, row: Row) -> Row:
        found: Row = row @ matrix.weights.astype(float)
        return found + matrix.constants

    rows = [
        norm(tokens[[number]][0].astype(float) + layers.positions[at], layers.first)
        for at, number in enumerate(numbers)
    ]
    width = len(rows[0])
    size = width // layers.heads
    for layer in layers.layers:
        given = [times(layer.attend, row) for row in rows]
        taken = [np.zeros(width) for _ in rows]
        for at in range(len(rows)):
            for head in range(layers.heads):
                part = slice(head * size, (head + 1) * size)
                query = given[at][:width][part]
                weights = [
                    exp(query @ other[width : 2 * width][part] / sqrt(size)) for other in given
                ]
                for weight, other in zip(weights, given, strict=True):
                    taken[at][part] += weight / sum(weights) * other[2 * width :][part]
        rows = [
            norm(row + times(layer.gather, each), layer.norm)
            for row, each in zip(rows, taken, strict=True)
        ]
        for at, row in enumerate(rows):
            inner = np.array([x * (1 + erf(x / sqrt(2))) / 2 for x in times(layer.up, row)])
            rows[at] = norm(row + times(layer.down, inner), layer.last)
    assert layers.project is not None
    found = times(layers.project, np.mean(rows, axis=0))
    return found / np.linalg.norm(found)


def test_what_else_is_encoded_hardly_matters(folder: Path) -> None:
    model = read_model(folder)
    together = model.encode(TEXTS)
    for text, row in zip(TEXTS, together, strict=True):
        assert float(model.encode([text])[0] @ row) > 1 - 1e-5


def test_the_same_texts_give_the_same_bits(folder: Path) -> None:
    one, other = read_model(folder), read_model(folder)
    assert one.encode(TEXTS).tobytes() == other.encode(TEXTS).tobytes()


def test_many_texts_are_encoded_some_at_a_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = read_model(folder).encode(TEXTS)
    sizes: list[int] = []

    def watch(layers: Layers, tokens: Tokens, texts: Sequence[Sequence[int]]) -> Floats:
        sizes.append(sum(map(len, texts)))
        return encode(layers, tokens, texts)

    monkeypatch.setattr("threadbook.meaning.model.encode", watch)
    monkeypatch.setattr("threadbook.meaning.model.AT_ONCE", 20)
    found = read_model(folder).encode([*TEXTS, *TEXTS])
    assert np.allclose(found, np.concatenate([together, together]), atol=1e-5)
    assert len(sizes) > 2, "the same text is encoded once"
    assert max(sizes) == 128
    assert sorted(sizes)[-2] <= 20


def test_a_long_text_is_cut(folder: Path) -> None:
    model = read_model(folder)
    cut = "contract " * 126  # with the tokens of its beginning and end 128
    assert np.array_equal(model.encode([cut + "refund " * 9]), model.encode([cut]))
    assert not np.array_equal(model.encode([cut], 64), model.encode([cut]))


def test_questions_have_vectors_in_the_same_space_by_any_encoder(folder: Path) -> None:
    model = read_model(folder)
    text = "how can i get my money ?"
    whole = model.encode([text])[0]
    for parts, least in ((ENCODER[4], 0.9), (ENCODER[3], 0.6)):
        found = model.encode_question(text, parts)
        assert found.shape == (OUTPUTS,)
        assert float(found @ whole) > least
    student = model.encode_question(text, STUDENT)
    assert np.isclose(np.linalg.norm(student), 1, atol=1e-5)


def with_spare_words(folder: Path, count: int) -> Model:
    """Leave so many of the last words out of what every browser gets."""
    names = WORDS[: len(WORDS) - count]
    (folder / LEAST).write_text("\n".join(names), "utf-8")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["files"][LEAST]["bytes"] = (folder / LEAST).stat().st_size
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return read_model(folder)


def test_a_site_adds_the_words_that_it_uses_by_their_stems(model_folder: Path) -> None:
    model = with_spare_words(model_folder, 16)
    assert model.choose_own({"contract": 9, "refund": 1, "propos": 0}) == ()
    model = with_spare_words(model_folder, 30)
    stems = {stem(word, "en"): 3 for word in ("contracts", "refunding", "?", "##s")}
    assert model.choose_own(stems | {"unheard": 8}) == ("contract", "refund")
    assert model.names(("contract",))[-1] == "contract"


def test_a_site_adds_the_words_that_it_uses_most_if_there_are_too_many(
    model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = with_spare_words(model_folder, 30)
    monkeypatch.setattr("threadbook.meaning.model.MOST_OWN", 1)
    assert model.choose_own({"contract": 2, "refund": 3}) == ("refund",)


@pytest.mark.parametrize("parts", [ENCODER[3], ENCODER[4], STUDENT])
def test_a_word_that_a_site_adds_is_read_as_if_every_browser_had_it(
    folder: Path, tmp_path: Path, parts: Parts
) -> None:
    text = "the client wants a refund for this contract"
    whole = read_model(folder).encode_question(text, parts)
    few = with_spare_words(write_model(tmp_path / "few"), 30)
    own = few.choose_own(dict.fromkeys(map(stem_of, WORDS), 1))
    assert np.allclose(few.encode_question(text, parts, own), whole, atol=1e-6)
    assert not np.allclose(few.encode_question(text, parts), whole, atol=1e-2)
    served = Tokens(few.serve_tokens(parts, own))
    assert len(served) == len(few.serve_names(own).decode().splitlines()) < len(WORDS)


def stem_of(word: str) -> str:
    return stem(word, "en")


# Models


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Return what installs made-up models, in place of any that are installed."""

    def write(*languages: str) -> Path:
        monkeypatch.syspath_prepend(write_package(tmp_path, languages))
        monkeypatch.delitem(sys.modules, "threadbook_meaning", raising=False)
        find_model.cache_clear()
        return tmp_path / "threadbook_meaning"

    yield write
    find_model.cache_clear()
    sys.modules.pop("threadbook_meaning", None)


def test_a_model_is_found_by_its_language(install: Callable[..., Path]) -> None:
    install("en")
    model = find_model("en")
    assert model is not None
    assert model.language == "en"
    assert find_model("de") is None
    assert find_model("") is None


def test_a_models_name_changes_with_its_weights(tmp_path: Path) -> None:
    names = {read_model(write_model(tmp_path / str(seed), seed=seed)).name for seed in (1, 2, 1)}
    assert len(names) == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("manifest.json", b"{", "manifest.json cannot be read"),
        ("manifest.json", b"[]", "manifest.json cannot be read"),
        ("manifest.json", b'{"format": 1}', "have the format 1, not 2"),
        ("build-layers.bin", b"", "build-layers.bin has 0 bytes, not"),
        ("build-tokens.bin", None, "build-tokens.bin is missing"),
        ("tokens.txt", None, "tokens.txt is missing"),
    ],
)
def test_a_damaged_model_is_told_in_one_line(
    install: Callable[..., Path], name: str, content: bytes | None, says: str
) -> None:
    file = install("en") / "en" / name
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UserError, match=says) as raised:
        encode_with("en")
    assert "\n" not in str(raised.value)
    assert "install" in str(raised.value)


@pytest.mark.parametrize("name", ["build-layers.bin", "build-tokens.bin", "tokens.txt"])
def test_files_of_the_right_size_with_anything_in_them_are_told_too(
    install: Callable[..., Path], name: str
) -> None:
    file = install("en") / "en" / name
    file.write_bytes(b"\n" * file.stat().st_size)
    with pytest.raises(UserError, match=f"damaged .*({name}|layers)"):
        encode_with("en")


def encode_with(language: str) -> None:
    model = find_model(language)
    assert model is not None
    model.encode(["the client"])
