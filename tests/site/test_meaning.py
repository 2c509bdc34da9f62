"""Meaning in whole sites: vectors beside the index, made once, by whoever; and sites without."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading_index import WrittenIndex
from shuffled import Shuffled
from tiny_model import OUTPUTS, write_package

from threadbook.assistants.asking import Asking
from threadbook.assistants.source import open_source
from threadbook.build import build
from threadbook.configuration import read_configuration
from threadbook.engines.choice import make_engine
from threadbook.gather import gather
from threadbook.meaning import Model, find_model, unpack
from threadbook.pages import Planning, plan_site, share
from threadbook.preview.index import Indexer
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.search import codec
from threadbook.search.documents import find_documents
from threadbook.search.meant import Reading
from threadbook.search.reading import UnreadableIndexError
from threadbook.search.suggest import Suggester
from threadbook.search.vectors import Reader
from threadbook.settings import Settings

pytestmark = pytest.mark.usefixtures("with_meaning")

Tree = Callable[[Path], dict[str, bytes]]


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    """Install a tiny model in place of any other, and give this test a cache of its own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(write_package(tmp_path / "packages"))
    for name in [each for each in sys.modules if each.startswith("threadbook_meaning")]:
        monkeypatch.delitem(sys.modules, name)
    find_model.cache_clear()
    found = find_model("en")
    assert found is not None
    assert found.title == "tiny"
    yield found
    find_model.cache_clear()
    sys.modules.pop("threadbook_meaning", None)


@pytest.fixture
def base(tmp_path: Path) -> Shuffled:
    return Shuffled(tmp_path / "base", 12, seed=4)


def searching(settings: Settings, **more: Any) -> Settings:
    wished: dict[str, Any] = {"engine": "plain", "jobs": 1, "search": True} | more
    return replace(settings, **wished)


def built(base: Shuffled, out: Path, **more: Any) -> Path:
    configuration = read_configuration(base.folder / "mkdocs.yml")
    assert configuration.is_good
    settings = searching(configuration.settings, **more)
    build(partial(make_engine, configuration, settings), settings, out, Quiet())
    return out


def settings_of(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "search" / "settings.json").read_text("utf-8"))
    return found


def vectors_of(site: Path, files_of: Tree) -> dict[str, Any]:
    """Return the vector of each document by its address."""
    settings = settings_of(site)
    folder = site / "search" / settings["folder"]
    files = files_of(folder)
    where, count = settings["meaning"]["vectors"], settings["total"]
    assert where["count"] == count
    index = WrittenIndex(
        files, settings["shards"], settings["ranking"]["levels"], 1, settings["group"]
    )
    ids = [index.read(number)["at"] for number in range(count)]
    if "file" in where:
        rows = unpack(files[where["file"]], OUTPUTS)
    else:
        size = where["size"]
        names = [f"{where['shards']}{number}.bin" for number in range(-(-count // size))]
        rows = np.concatenate([unpack(files[name], OUTPUTS) for name in names])
    return dict(zip(ids, rows, strict=True))


def counting(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    counts: list[int] = []
    encode = Model.encode

    def count(self: Model, texts: Any, most: int = 128) -> Any:
        counts.append(len(texts))
        return encode(self, texts, most)

    monkeypatch.setattr(Model, "encode", count)
    return counts


@pytest.mark.parametrize("is_big", [False, True])
def test_the_rows_of_vectors_are_those_of_the_documents(
    model: Model,
    base: Shuffled,
    tmp_path: Path,
    files_of: Tree,
    monkeypatch: pytest.MonkeyPatch,
    is_big: bool,
) -> None:
    if is_big:
        monkeypatch.setattr(codec, "ONE_FILE", 5)
    site = built(base, tmp_path / "site")
    found = vectors_of(site, files_of)
    settings = searching(read_configuration(base.folder / "mkdocs.yml").settings)
    gathered = gather(settings)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    documents = list(find_documents(plan, share(settings, gathered.library)))
    assert found.keys() == {each.id for each in documents}
    reading = Reading.by(model)
    assert reading is not None
    known = 0
    for each in documents:
        if texts := reading.texts(each):
            wanted = model.encode(texts).sum(axis=0)
            row = found[each.id]
            assert float(wanted @ row) / np.linalg.norm(wanted) / np.linalg.norm(row) > 0.95
            known += 1
        else:
            assert not found[each.id].any()
    assert known > 10


def test_browsers_get_the_files_of_the_model(
    model: Model, base: Shuffled, tmp_path: Path, files_of: Tree
) -> None:
    site = built(base, tmp_path / "site")
    there = settings_of(site)["meaning"]
    assert there["languages"] == ["en"]
    assert there["dimensions"] == OUTPUTS
    named = {
        *there["encoder"].values(),
        *there["student"].values(),
        there["vocabulary"],
    }
    assert named == files_of(site / there["folder"]).keys()
    sizes = {name: len(content) for name, content in files_of(site / there["folder"]).items()}
    vocabulary = sizes[there["vocabulary"]]
    for name in ("encoder", "student"):
        assert there["bytes"][name] == vocabulary + sum(
            sizes[each] for each in there[name].values()
        )
    read = model.read("encoder3.bin")
    assert (site / there["folder"] / there["encoder"]["layers"]).read_bytes() == read
    # Another setting into the same folder leaves nothing behind.
    built(base, site, meaning="student")
    there = settings_of(site)["meaning"]
    assert there["encoder"] is None
    assert there["bytes"]["encoder"] is None
    assert files_of(site / there["folder"]).keys() == {
        *there["student"].values(),
        there["vocabulary"],
    }
    built(base, site, meaning="best")
    assert settings_of(site)["meaning"]["encoder"]["layers"].startswith("encoder4.")


@pytest.mark.usefixtures("model")
def test_a_second_build_reads_nothing_and_an_edit_one_document(
    base: Shuffled,
    tmp_path: Path,
    files_of: Tree,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counts = counting(monkeypatch)
    first = files_of(built(base, tmp_path / "site"))
    total = settings_of(tmp_path / "site")["total"]
    assert len(counts) == total
    assert files_of(built(base, tmp_path / "again")) == first
    assert len(counts) == total
    base.add()
    built(base, tmp_path / "again")
    assert len(counts) == total + 1
    for file in (tmp_path / "cache" / "threadbook").glob("*.vectors"):
        file.write_bytes(b"nonsense")
    built(base, tmp_path / "again")
    assert len(counts) == 2 * (total + 1)


@pytest.mark.usefixtures("model")
@pytest.mark.slow
def test_a_site_is_the_same_whoever_reads_what_it_means(
    base: Shuffled, tmp_path: Path, files_of: Tree
) -> None:
    """One process or several; all at once, or some of it in an earlier build."""
    config = base.folder / "mkdocs.yml"
    text = config.read_text("utf-8").replace("search: false", "search: true")
    config.write_text(text, "utf-8")
    found = []
    for number, jobs in enumerate(("1", "2", "2")):
        if number == 2:
            files = sorted((base.content / "threads").rglob("*.yml"))[::2]
            kept = {file: file.read_bytes() for file in files}
            for file in files:
                file.unlink()
            threadbook(tmp_path, str(number), base, jobs, "earlier", check=False)
            for file, content in kept.items():
                file.write_bytes(content)
        said = threadbook(tmp_path, str(number), base, jobs, "site")
        assert "Reading meaning: " in said
        found.append(files_of(tmp_path / str(number) / "site"))
    assert any(name.endswith("vectors.bin") for name in found[0])
    assert found[0] == found[1] == found[2]


def threadbook(
    folder: Path, name: str, base: Shuffled, jobs: str, out: str, *, check: bool = True
) -> str:
    environment = os.environ | {
        "PYTHONPATH": str(folder / "packages"),
        "XDG_CACHE_HOME": str(folder / name / "cache"),
    }
    command = [sys.executable, "-m", "threadbook", "build", "--engine", "plain", "--jobs", jobs]
    done = subprocess.run(
        [*command, "--out", str(folder / name / out)],
        cwd=base.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not check or done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize("why", ["off", "absent", "language"])
def test_a_site_without_meaning_says_so(
    base: Shuffled,
    tmp_path: Path,
    files_of: Tree,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
    request: pytest.FixtureRequest,
) -> None:
    if why == "absent":
        monkeypatch.setattr("threadbook.search.vectors.find_model", lambda _: None)
    else:
        request.getfixturevalue("model")
    more = {"off": {"meaning": "off"}, "language": {"language": "de"}}.get(why, {})
    site = built(base, tmp_path / "site", **more)
    assert settings_of(site)["meaning"] is None
    names = files_of(site)
    assert any(name.startswith("search/") and name.endswith("t/0.bin") for name in names)
    assert not any("vectors" in name or name.startswith("search/meaning") for name in names)


@pytest.mark.parametrize("at_once", [1_000, 1])
@pytest.mark.usefixtures("model")
def test_a_preview_shows_what_a_build_writes_after_edits(
    base: Shuffled,
    tmp_path: Path,
    files_of: Tree,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
) -> None:
    monkeypatch.setattr("threadbook.preview.index.READ_AT_ONCE", at_once)
    said: list[str] = []
    live = Live(base.folder / "mkdocs.yml", tmp_path, make_engine, searching, Quiet())
    indexer = Indexer(tmp_path, said.append)
    live.find_index = lambda: indexer.made
    indexer.start()
    counts = counting(monkeypatch)
    for _ in range(3):
        state = live.refresh()
        assert state.site is not None
        indexer.follow(state.number, state.site)
        assert indexer.wait(state.number, 60)
        read = len(counts)
        expected = files_of(built(base, tmp_path / "site"))
        assert len(counts) == read, "the preview has read everything that a build needs"
        others = [
            name
            for name, content in expected.items()
            if name.startswith("search/") and state.site.read(name) != content
        ]
        assert others == []
        live.refresh({str(file) for file in base.edit()})
        base.mend()
        base.add()
        base.add()
    assert any("Reading what" in line for line in said) is (at_once == 1)
    assert not any("as it was" in line for line in said)


@pytest.mark.usefixtures("model")
def test_suggesting_by_meaning_gives_what_the_formula_says(base: Shuffled) -> None:
    settings = searching(read_configuration(base.folder / "mkdocs.yml").settings)
    gathered = gather(settings)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    shared = share(settings, gathered.library)
    reader = Reader.open(settings, Quiet())
    assert reader is not None
    suggester = Suggester(plan, shared, settings, reader)
    title = next(iter(gathered.library.threads.values())).title
    found = suggester.suggest(title, 50)
    assert found[0].title == title
    assert all(each.answered for each in found)
    assert all(0 <= each.match <= 1 for each in found)
    again = Suggester(plan, shared, settings, Reader.open(settings, Quiet()))
    assert again.suggest(title, 50) == found
    words = Suggester(plan, shared, settings)
    assert words.suggest("zzzz") == []
    near = suggester.suggest("zzzz")
    assert 0 < len(near) <= 50
    assert not any(each.words for each in near)


@pytest.mark.usefixtures("model")
def test_a_big_base_reads_only_what_words_find(
    base: Shuffled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = searching(read_configuration(base.folder / "mkdocs.yml").settings)
    gathered = gather(settings)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    shared = share(settings, gathered.library)
    title = next(iter(gathered.library.threads.values())).title
    whole = Suggester(plan, shared, settings, Reader.open(settings, Quiet())).suggest(title)
    for file in (tmp_path / "cache" / "threadbook").glob("*.vectors"):
        file.unlink()
    monkeypatch.setattr("threadbook.search.nearness.ONE_FILE", 5)
    counts = counting(monkeypatch)
    suggester = Suggester(plan, shared, settings, Reader.open(settings, Quiet()))
    assert counts == []
    assert suggester.suggest(title)[0] == whole[0]
    assert counts
    assert suggester.suggest("zzzz") == []


# Assistants


def asking(site: Path) -> Asking:
    return Asking(open_source(str(site)))


@pytest.mark.usefixtures("model")
def test_an_assistant_finds_what_suggest_finds(base: Shuffled, tmp_path: Path) -> None:
    site = built(base, tmp_path / "site")
    settings = searching(read_configuration(base.folder / "mkdocs.yml").settings)
    gathered = gather(settings)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    reader = Reader.open(settings, Quiet())
    suggester = Suggester(plan, share(settings, gathered.library), settings, reader)
    asked = asking(site)
    for card in plan.catalogue.threads:
        wanted = [each.thread for each in suggester.suggest(card.title, 5)]
        shown = asked.ask(card.title, 30).results
        threads = [each["at"].split("/")[1] for each in shown if each["at"].startswith("threads/")]
        assert threads[:5] == wanted
    assert asked._meaning is not None


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("what", ["another model", "words", "many files"])
def test_without_the_sites_model_an_assistant_searches_by_words(
    base: Shuffled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    if what == "many files":
        monkeypatch.setattr(codec, "ONE_FILE", 5)
    site = built(base, tmp_path / "site", meaning="off" if what == "words" else "auto")
    if what == "another model":
        file = site / "search" / "settings.json"
        file.write_text(file.read_text("utf-8").replace("encoder3.", "encoder3.0"), "utf-8")
    asked = asking(site)
    assert asked.ask("contract client refund", 5).results
    assert asked._meaning is None


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("content", [None, b"", b"[PAD]\n[UNK]\nnonsense\n", b"\xff"])
def test_a_damaged_vocabulary_is_told_to_an_assistant(
    base: Shuffled, tmp_path: Path, content: bytes | None
) -> None:
    site = built(base, tmp_path / "site")
    file = site / "search" / "meaning" / settings_of(site)["meaning"]["vocabulary"]
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UnreadableIndexError, match="browser-tokens"):
        asking(site).ask("contract client refund", 5)


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/b", "", "x" * 200])
def test_a_strange_name_of_a_file_is_refused(base: Shuffled, tmp_path: Path, name: str) -> None:
    site = built(base, tmp_path / "site")
    settings = settings_of(site)
    settings["meaning"]["encoder"]["layers"] = name or "-"
    (site / "search" / "settings.json").write_text(json.dumps(settings), "utf-8")
    with pytest.raises(UnreadableIndexError):
        asking(site).ask("contract client refund", 5)
