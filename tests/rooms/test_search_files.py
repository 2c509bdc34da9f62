"""The files of a search index: what is written can be read back, and says what memory says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading_index import WrittenIndex, numbers, unpack

from threadbook.pages import Document
from threadbook.search import codec, merging
from threadbook.search.analysis import sort_stems
from threadbook.search.entry import encode_settings
from threadbook.search.index import DocumentIndex
from threadbook.search.making import encode_index, write_all
from threadbook.search.ranking import ranking
from threadbook.search.runs import Spool, write_run

WORDS = (
    "refund", "refunds", "refunding", "client", "the", "is", "a", "constructor", "toString", "10",
    "proto", "hasOwnProperty", "caf\u00e9", "\u5951\u7d04\u66f8", "\U00020bb7\u91ce\u5bb6", "\uff21\uff22", "der", "Vertr\u00e4ge", "zz",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


def documents() -> st.SearchStrategy[list[Document]]:
    return st.lists(
        st.builds(
            Document,
            id=st.from_regex(r"[a-c\u5951]{1,3}/", fullmatch=True),
            language=st.sampled_from(["en", "de", "ja", "xx-YY"]),
            fields=st.fixed_dictionaries({"title": TEXT, "accepted": TEXT}),
            kind=st.sampled_from(["thread", "term"]),
            shown=st.fixed_dictionaries({"title": st.text(max_size=9), "answer": TEXT}),
            filters=st.dictionaries(
                st.sampled_from(["topic", "board"]),
                st.lists(st.sampled_from(["x", "y-z", "__proto__"]), unique=True).map(tuple),
            ),
            day=st.sampled_from(["", "2026-11-25", "2025-01-31"]),
            votes=st.integers(-3, 1_000),
        ),
        max_size=12,
        unique_by=lambda each: each.id,
    )


def written(
    batches: Sequence[Sequence[Document]], folder: Path, gone: Sequence[str] = ()
) -> WrittenIndex:
    """Write an index as a build does, and open it."""
    spool = Spool(folder)
    for batch in batches:
        for number, each in zip(spool.take(write_run(batch, str(folder))), batch, strict=True):
            if each.id in gone:
                spool.gone.add(number)
    shards = codec.Shards()
    files = dict(encode_index(merging.Merged(spool), shards))
    spool.close()
    assert not list(folder.iterdir())
    return WrittenIndex(files, shards.firsts, ranking().levels, codec.PLACES, codec.GROUP)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(found=documents(), sizes=st.lists(st.integers(1, 5), max_size=6), small=st.booleans())
def test_what_is_written_says_what_the_index_in_memory_says(
    found: list[Document], sizes: list[int], small: bool, tmp_path: Path
) -> None:
    batches, rest = [], list(found)
    for size in sizes:
        batches.append(rest[:size])
        rest = rest[size:]
    gone = {each.id for each in found[::3]} if small else set()
    kept = sorted((each for each in found if each.id not in gone), key=lambda each: each.id)
    index = DocumentIndex(kept)
    ids = [each.id for each in kept]
    with pytest.MonkeyPatch.context() as patch:
        if small:
            patch.setattr(codec, "SHARD", 20)
            patch.setattr(codec, "PLACES", 30)
            patch.setattr(merging, "AT_ONCE", 7)
            patch.setattr(merging, "MOST_PARTS", 1_000)
        read = written([*batches, rest], tmp_path, sorted(gone))
        assert read.vocabulary() == index.vocabulary
        assert list(read.vocabulary()) == sort_stems(index.vocabulary)
        for stem in {stem for text in index.texts.values() for stem in text} | {"nothing"}:
            there = {ids[id_]: level for id_, level in read.find(stem).items()}
            assert there == index.find(stem)
            places = {ids[id_]: places for id_, places in read.find_places(stem).items()}
            assert places == {
                id_: [at for at, each in enumerate(text) if each == stem]
                for id_, text in index.texts.items()
                if stem in text
            }
    assert [read.read(id_)["at"] for id_ in range(len(kept))] == ids
    assert read.column("votes") == [max(each.votes, 0) for each in kept]
    assert read.column("day") == [int(each.day.replace("-", "") or 0) for each in kept]
    for name in ("topic", "board"):
        values = {value for each in kept for value in each.filters.get(name, ())}
        if values:
            assert read.filtered(name) == {
                value: [at for at, each in enumerate(kept) if value in each.filters.get(name, ())]
                for value in values
            }


@given(st.lists(st.integers(0, 1 << 40)))
def test_numbers_can_be_read_back(values: list[int]) -> None:
    content, ends = codec.encode_numbers(np.array(values, np.int64))
    assert list(numbers(content)) == values
    assert [next(numbers(content[at:])) for at in ends[:-1]] == values
    assert ends[-1] == len(content)


def test_no_order_of_batches_changes_a_byte(tmp_path: Path) -> None:
    found = [
        Document(f"t/{n % 7}{n}/", "en", {"title": f"word{n % 5} the client {n}"})
        for n in range(40)
    ]
    one = written([found[:7], found[7:]], tmp_path)
    other = written([found[30:], found[10:30], [], found[:10]], tmp_path)
    assert one.files == other.files
    assert one.firsts == other.firsts


def test_a_file_of_the_index_has_a_bounded_size(tmp_path: Path) -> None:
    """However many words strangers make up that begin alike."""
    base = [
        Document(f"{n}/", "xx", {"title": " ".join(f"begin{n}x{m}" for m in range(500))})
        for n in range(40)
    ]
    read = written([base], tmp_path)
    shards = [unpack(content) for name, content in read.files.items() if name.startswith("t/")]
    assert len(shards) > 3
    assert max(map(len, shards)) < 2 * 8 * codec.SHARD


def test_what_results_show_is_data(tmp_path: Path) -> None:
    shown = {"title": '</script><img src=x onerror="x()">', "answer": "\u2028 \U0001f600 \ud800"}
    read = written([[Document("a/", "en", {"title": "a"}, shown=shown)]], tmp_path)
    assert read.read(0) == {"at": "a/", **shown, "answer": "\u2028 \U0001f600 ?"}


def test_the_name_of_an_index_says_what_is_in_it(tmp_path: Path) -> None:
    files = [("t/0.bin", b"one"), ("c/day.bin", b"other")]
    names = [
        write_all(iter(each), tmp_path / f"{number}")
        for number, each in enumerate([files, files, files[:1], [("t/1.bin", b"one")]])
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    assert (tmp_path / "0" / "t" / "0.bin").read_bytes() == b"one"


def test_settings_hold_what_a_browser_needs_and_no_more() -> None:
    content = json.loads(
        encode_settings(
            ["en", "de"],
            [["late", "overdue"]],
            labels={"topic": {"x": "X"}},
            total=3,
            folder="0123456789abcdef/",
            shards=["a"],
            filters=["topic"],
            ask_url="",
            counts={"the": 2},
            meaning=None,
        )
    )
    assert content["stops"]["the"] == 2
    assert set(content["ranking"]["stop_words"]) == {"en", "de"}
    assert "fields" not in content["ranking"]
    assert content["meaning"] is None
    assert content["ranking"]["meaning"]["encoder"]["threshold"] > 0
    assert content["synonyms"] == [[["late"], ["overdu"]]]
