"""Vectors of documents: of which texts they are made, and how they are kept between builds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_model import OUTPUTS, write_model

from threadbook.errors import UserError
from threadbook.meaning import Model, read_model, unpack
from threadbook.meaning.packing import Floats
from threadbook.pages import Document
from threadbook.progress import Quiet
from threadbook.search import meant, vectors
from threadbook.search.codec import ONE_FILE, VECTORS, describe_vectors, encode_vectors
from threadbook.search.meant import KEY, Reading, Texts, read_batch
from threadbook.search.vectors import SWITCH, Reader, Vectors, choose_model, size_of
from threadbook.settings import Settings

pytestmark = pytest.mark.usefixtures("with_meaning")

READING = Reading("en", "tiny-1")
TEXTS: list[Texts] = [
    (f"How can I get {word}?", f"The client {word} my work. Paid.", *["what is next"] * number)
    for number, word in enumerate("money refund contract interview job work".split() * 4)
]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_model(tmp_path_factory.mktemp("model") / "en"))


@pytest.fixture
def reader(model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    monkeypatch.setattr(meant, "find_model", lambda _: model)
    settings = Settings(tmp_path, tmp_path, tmp_path, jobs=1)
    return Reader(model, Vectors(size_of(model), tmp_path / "a.vectors"), settings, Quiet())


def wanted(texts: list[Texts]) -> dict[bytes, int]:
    return {number.to_bytes(KEY, "big"): number for number in range(len(texts))}


# Texts


@pytest.mark.parametrize(
    ("document", "texts"),
    [
        (
            Document(
                "threads/a/",
                "en",
                {
                    "title": "May I?",
                    "also_asked": "Can I?\nAm I allowed to",
                    "summary": "left out",
                    "question": "I wonder",
                    "accepted": "Yes.",
                    "answers": "left out",
                },
            ),
            ("May I? I wonder", "May I? I wonder. Yes.", "Can I?", "Am I allowed to"),
        ),
        (Document("threads/a/", "en-GB", {"title": "May I?"}), ("May I?", "May I?")),
        (
            Document("glossary/#a", "en", {"title": "Offer", "summary": "A price."}, "term"),
            ("Offer", "Offer. A price."),
        ),
        (
            Document("about/", "en", {"title": "About", "accepted": "Who we are"}, "page"),
            ("About", "About. Who we are"),
        ),
        (Document("threads/a/", "de", {"title": "Darf ich?"}), ()),
        (Document("threads/a/", "en", {"title": " ", "also_asked": ""}), ()),
    ],
)
def test_what_a_document_means_is_what_these_texts_say(document: Document, texts: Texts) -> None:
    assert READING.texts(document) == texts


@pytest.mark.usefixtures("reader")
def test_a_vector_is_the_sum_of_those_of_its_texts(model: Model) -> None:
    reading = Reading("en", model.name)
    row = read_batch(reading, [TEXTS[3]])[0]
    plain = model.encode(TEXTS[3]).sum(axis=0)
    kept = unpack(row, OUTPUTS)[0]
    assert float(plain @ kept) / np.linalg.norm(plain) > 0.95


@pytest.mark.usefixtures("reader")
def test_a_vector_never_depends_on_other_documents(model: Model) -> None:
    reading = Reading("en", model.name)
    together = read_batch(reading, TEXTS)
    assert read_batch(reading, TEXTS[::-1])[::-1] == together
    assert [read_batch(reading, [texts])[0] for texts in TEXTS] == together


@pytest.mark.usefixtures("reader")
def test_a_worker_with_another_model_is_refused() -> None:
    with pytest.raises(UserError, match="install the same version"):
        read_batch(READING, TEXTS)


def test_a_key_is_of_all_texts_and_the_model() -> None:
    keys = {
        READING.key(("a", "b")),
        READING.key(("a b",)),
        READING.key(("a", "b", "")),
        READING._replace(name="tiny-2").key(("a", "b")),
    }
    assert len(keys) == 4
    assert {len(bytes.fromhex(key)) for key in keys} == {KEY}


# Keeping


def count_encoded(model: Model, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counts: list[int] = []
    encode = model.encode

    def counting(texts: Texts, most: int = 128) -> Floats:
        counts.append(len(texts))
        return encode(texts, most)

    monkeypatch.setattr(model, "encode", counting)
    return counts


def test_what_is_known_is_not_read_again(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = count_encoded(reader.model, monkeypatch)
    asked: list[int] = []

    def texts(number: int) -> Texts:
        asked.append(number)
        return TEXTS[number]

    keys = wanted(TEXTS)
    assert reader.read(keys, texts) == 0
    assert len(counts) == len(TEXTS) == len(asked)
    again = Reader(
        reader.model,
        Vectors.load(reader.model, reader.vectors.file),
        reader.settings,
        reader.progress,
    )
    assert again.vectors.rows == reader.vectors.rows
    assert again.read(keys, texts) == 0
    assert len(counts) == len(TEXTS)
    assert again.read(keys | {b"new".ljust(KEY): 2}, texts) == 0
    assert asked[len(TEXTS) :] == [2]


def test_much_is_not_read_where_little_is_wanted(reader: Reader) -> None:
    assert reader.read(wanted(TEXTS), TEXTS.__getitem__, most=len(TEXTS) - 1) == len(TEXTS)
    assert not reader.vectors.rows
    assert reader.read(wanted(TEXTS), TEXTS.__getitem__, most=len(TEXTS)) == 0


def test_what_was_read_is_kept_when_something_stops_it(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_AT_ONCE", 10)
    left = iter([True, False, False])
    stopped = reader.read(wanted(TEXTS), TEXTS.__getitem__, goes_on=lambda: next(left))
    assert stopped == len(TEXTS) - 10
    assert len(Vectors.load(reader.model, reader.vectors.file).rows) == 10

    def fail(number: int) -> Texts:
        if number == 22:
            raise KeyError(number)
        return TEXTS[number]

    with pytest.raises(KeyError):
        reader.read(wanted(TEXTS), fail)
    assert len(Vectors.load(reader.model, reader.vectors.file).rows) == 22


def test_a_build_that_is_killed_loses_little(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is done in the end of what is killed: so vectors are saved on the way."""
    monkeypatch.setattr(vectors, "_AT_ONCE", 5)
    monkeypatch.setattr(vectors, "_UNSAVED", 10)
    kept: dict[int, int] = {}

    def texts(number: int) -> Texts:
        kept[number] = len(Vectors.load(reader.model, reader.vectors.file).rows)
        return TEXTS[number]

    assert reader.read(wanted(TEXTS), texts) == 0
    assert kept == {number: number // 10 * 10 for number in range(len(TEXTS))}


def filled(model: Model, file: Path, count: int, start: int = 0) -> Vectors:
    found = Vectors(size_of(model), file)
    for number in range(start, start + count):
        found.add(number.to_bytes(KEY, "big"), bytes([number % 256]) * found.size)
    return found


def test_a_damaged_file_is_as_good_as_none(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "a.vectors"
    filled(model, file, 3).save([])
    content = file.read_bytes()
    assert len(Vectors.load(model, file).rows) == 3
    for at in range(0, len(content), 5):
        file.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert not Vectors.load(model, file).rows
        file.write_bytes(content[:at])
        assert not Vectors.load(model, file).rows
    file.write_bytes(content + content)
    assert not Vectors.load(model, file).rows
    file.unlink()
    file.mkdir()
    assert not Vectors.load(model, file).rows


def test_a_file_does_not_grow_for_ever(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_SPARE", 4)
    file = tmp_path / "a.vectors"
    for build in range(8):
        now = filled(model, file, 10, start=7 * build)
        now.save(now.rows)
        kept = Vectors.load(model, file).rows
        assert now.rows.items() <= kept.items()
        assert len(kept) <= 20


def test_two_who_save_do_not_lose_what_the_other_has_made(model: Model, tmp_path: Path) -> None:
    file = tmp_path / "a.vectors"
    one, other = filled(model, file, 5), filled(model, file, 5, start=50)
    one.save(one.rows)
    other.save(other.rows)
    assert Vectors.load(model, file).rows == one.rows | other.rows
    assert [each.name for each in tmp_path.iterdir()] == ["a.vectors"]


def test_a_file_that_cannot_be_written_only_takes_time(model: Model, tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("a file", "utf-8")
    full = filled(model, tmp_path / "folder" / "a.vectors", 2)
    full.save(full.rows)
    assert len(full.rows) == 2


# What a site has


def test_many_vectors_are_in_shards() -> None:
    rows = [bytes([number % 251]) * 130 for number in range(ONE_FILE + 1)]
    whole = dict(encode_vectors(rows[:-1]))
    assert list(whole) == ["vectors.bin"] == [describe_vectors(ONE_FILE)["file"]]
    content = whole["vectors.bin"]
    assert len(content) == 130 * ONE_FILE
    assert content[2 * 7 : 2 * 8] == rows[7][:2]
    assert content[2 * ONE_FILE + 128 * 7 :][:128] == rows[7][2:]
    shards = dict(encode_vectors(rows))
    assert describe_vectors(len(rows)) == {"shards": "vectors/", "size": 32, "count": 20_001}
    assert len(shards) == 626
    assert len(shards["vectors/0.bin"]) == 130 * VECTORS
    assert shards["vectors/625.bin"] == rows[ONE_FILE]


@pytest.mark.parametrize(
    ("setting", "language", "found"),
    [("auto", "en-GB", True), ("auto", "de", False), ("off", "en", False), ("best", "en", True)],
)
def test_a_site_has_the_model_of_its_language(
    model: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    setting: str,
    language: str,
    found: bool,
) -> None:
    monkeypatch.setattr(vectors, "find_model", {"en": model}.get)
    settings = Settings(tmp_path, tmp_path, tmp_path, meaning=setting, language=language)
    assert (choose_model(settings) is not None) is found


def test_the_environment_turns_off_what_a_site_does_not_insist_on(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "find_model", {"en": model}.get)
    monkeypatch.setenv(SWITCH, "off")
    settings = Settings(tmp_path, tmp_path, tmp_path, language="en")
    assert choose_model(settings) is None
    assert choose_model(replace(settings, meaning="best")) is model
    monkeypatch.setenv(SWITCH, "anything else")
    assert choose_model(settings) is model


@pytest.mark.parametrize("setting", ["student", "best"])
def test_who_insists_on_meaning_is_told_that_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setattr(vectors, "find_model", {}.get)
    settings = Settings(tmp_path, tmp_path, tmp_path, meaning=setting, language="de")
    with pytest.raises(UserError, match="needs a model for the language de"):
        choose_model(settings)
