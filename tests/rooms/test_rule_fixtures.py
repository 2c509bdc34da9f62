"""Each rule has a folder in tests/rules: what breaks it, what mends it, and what is then said.

`base/` is a content folder without findings. `bad/` is laid over it and breaks the rule; `good/` is
the same with the slip mended; `expected.txt` is what `threadbook check` prints of the bad one.
Rules of `mkdocs.yml` (TB90…, TB91…, TB110 to TB112) have it in their folders, which are laid over the project instead.
`before/`, if there is one, is an earlier state of the base with which the others are compared.
What a plain file cannot say, the end of its name says: `site.yml.removed` is a file of the base that
is missing, `notes.md.link` a symbolic link to what its text names, `site.yml.pipe` a named pipe.
`navigation` stands for `nav` in mkdocs.yml.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from threadbook.check import RULES
from threadbook.configuration import read_configuration
from threadbook.configuration.document import read_document
from threadbook.configuration.read import read_navigation as entries
from threadbook.findings import Finding, Rule
from threadbook.gather import gather
from threadbook.library import Library
from threadbook.load.files import load_file, load_thread
from threadbook.load.sources import FileKind, SourceFile, list_sources, read_lines, read_text
from threadbook.permanence import Earlier, find_lost
from threadbook.permanence.here import list_addresses
from threadbook.report import as_text
from threadbook.settings import NavItem, Settings

FOLDER: Final = Path(__file__).resolve().parents[1] / "rules"
ONLY_SAFE: Final = {"TB912", "TB913", "TB914"}
"""Rules that only `--safe` has."""

ADVICE: Final = {"TB916"}
"""Rules about what is missing before a site is published."""

LIMIT: Final = 1_200
"""The largest file, in bytes: TB003 has one that is larger."""

of_each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def lay(overlay: Path, root: Path) -> Settings:
    """Lay an overlay over the base, in `root`/content."""
    content = root / "content"
    shutil.copytree(FOLDER / "base", content)
    for file in sorted(file for file in overlay.rglob("*") if file.is_file()):
        if file.name == "navigation":
            shutil.copyfile(file, root / "mkdocs.yml")
            continue
        target = root / prefix(overlay) / file.relative_to(overlay)
        target.parent.mkdir(parents=True, exist_ok=True)
        if (make := _MARKS.get(file.suffix)) is not None:
            target.with_suffix("").unlink(missing_ok=True)
            make(target.with_suffix(""), file.read_text("utf-8").strip())
        else:
            shutil.copyfile(file, target)
    return Settings(
        root=root,
        content=content,
        pages=content / "pages",
        site_url="https://example.org/help/",
        max_file_size=LIMIT,
        jobs=1,
        navigation=read_navigation(overlay / "navigation"),
    )


def read_navigation(file: Path) -> tuple[NavItem, ...] | None:
    """Read what `nav` in mkdocs.yml would name, as if the file had that name."""
    if not file.exists():
        return None
    document = read_document(file, file.parent)
    places = {at: place._replace(file="mkdocs.yml") for at, place in document.places.items()}
    return tuple(entries(document.values["nav"], places))


def prefix(overlay: Path) -> str:
    """Return what the names in an overlay are relative to."""
    return "" if of_configuration(overlay) else "content"


def of_configuration(overlay: Path) -> bool:
    return overlay.parent.name.startswith(("TB90", "TB91", "TB110", "TB111", "TB112"))


_MARKS: Final[dict[str, Callable[[Path, str], None]]] = {
    ".removed": lambda _path, _text: None,
    ".link": lambda path, text: path.symlink_to(text),
    ".pipe": lambda path, _text: os.mkfifo(path),
}


# What is found, and how it is said


def found(overlay: Path, root: Path) -> tuple[Finding, ...]:
    settings = lay(overlay, root)
    if of_configuration(overlay):
        is_safe = overlay.parent.name in ONLY_SAFE
        read = read_configuration(root / "mkdocs.yml", is_safe=is_safe)
        return (*read.findings, *(read.advice if overlay.parent.name in ADVICE else ()))
    gathered = gather(settings, keep=False)
    return (*gathered.findings, *lost(overlay, root, gathered.library))


def lost(overlay: Path, root: Path, library: Library) -> Iterator[Finding]:
    """Find what is lost since the state in the folder `before`, if the rule has one."""
    before = overlay.parent / "before"
    if before.is_dir():
        settings = lay(before, root / "before")
        was = gather(settings, keep=False).library
        earlier = Earlier(list_addresses(was, settings), was, "main")
        yield from find_lost(
            earlier, library, replace(settings, root=root, content=root / "content")
        )


def printed(findings: Sequence[Finding], root: Path) -> str:
    def lines(name: str) -> Sequence[str]:
        return read_lines(root / name, LIMIT)

    return "".join(f"{line}\n" for line in as_text(findings, lines))


def test_every_rule_has_a_folder_and_every_folder_a_rule() -> None:
    folders = {folder.name for folder in FOLDER.iterdir() if folder.is_dir()}
    assert folders == {rule.id for rule in RULES} | {"base"}


@pytest.fixture(autouse=True)
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no browser be installed, for TB911."""
    monkeypatch.setenv("THREADBOOK_CHROMIUM", "/no/chromium")


@pytest.mark.usefixtures("build_day")
def test_the_base_is_clean(tmp_path: Path) -> None:
    assert printed(found(FOLDER / "base", tmp_path), tmp_path) == ""


@of_each_rule
@pytest.mark.usefixtures("build_day")
def test_a_slip_is_found_and_said_in_these_words(
    rule: Rule, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    findings = found(FOLDER / rule.id / "bad", tmp_path)
    assert rule.id in {finding.rule.id for finding in findings}
    said, snapshot = printed(findings, tmp_path), FOLDER / rule.id / "expected.txt"
    if request.config.getoption("--update-snapshots"):
        snapshot.write_text(said, "utf-8")
    expected = snapshot.read_text("utf-8") if snapshot.exists() else ""
    assert said == expected, (
        "If it is better said now, run `pytest --update-snapshots tests/rooms/test_rule_fixtures.py` "
        "and read the difference in git."
    )


@of_each_rule
@pytest.mark.usefixtures("build_day")
def test_the_mended_slip_is_not_found(rule: Rule, tmp_path: Path) -> None:
    assert printed(found(FOLDER / rule.id / "good", tmp_path), tmp_path) == ""


# The examples of the manual

SPELLED_OUT: Final = {
    "<two spaces>": "  ",
    "(a hundred times)": " ".join(">" * 100),
    "   (saved as Latin-1)": "",
    "   (saved as UTF-8)": "",
    "   (without {{ super() }} in the block `extrahead`)": "",
    "   (with {{ super() }} in it)": "",
    ", 4,812,002 bytes": "",
    ", 3,511 bytes": "",
    ", with a <script>": "",
    ", with nothing but shapes and text": "",
    "-rw-r--r-- ": "",
    "---------- ": "",  # a pipe in the fixture: root reads a file whatever its permissions
}
"""Remarks of examples that stand for something no page shows as it is."""


@of_each_rule
@pytest.mark.usefixtures("build_day")
def test_the_bad_example_in_the_manual_breaks_the_rule(rule: Rule, tmp_path: Path) -> None:
    findings = found(FOLDER / rule.id / "bad", tmp_path)
    broken = {finding.place.file for finding in findings if finding.rule.id == rule.id}
    pages = (page(tmp_path, name) for name in broken)
    assert is_excerpt(rule.bad, [listing(tmp_path), *pages])


@of_each_rule
def test_the_good_example_in_the_manual_has_no_findings(rule: Rule, tmp_path: Path) -> None:
    overlay = FOLDER / rule.id / "good"
    lay(overlay, tmp_path)
    names = (file.relative_to(overlay) for file in overlay.rglob("*") if file.is_file())
    pages = [page(tmp_path, f"{prefix(overlay)}/{name}".lstrip("/")) for name in names]
    assert is_excerpt(rule.good, [listing(tmp_path), page(tmp_path, "mkdocs.yml"), *pages])


def listing(root: Path) -> list[str]:
    """Return the names of all files, as examples have them where places are what matters."""
    return [
        f"{name} -> {file.readlink()}" if file.is_symlink() else name
        for file in sorted(root.glob("content/**/*"))
        for name in [file.relative_to(root).as_posix()]
    ]


def page(root: Path, name: str) -> list[str]:
    """Return a file's lines below its name, as examples begin where the name matters."""
    file = root / name
    if not file.is_file():
        return []
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError:
        text = file.read_text("latin-1")
    return [f"# {name}", *text.split("\n")]


def is_excerpt(example: str, pages: Iterable[list[str]]) -> bool:
    """Tell whether a page shows an example."""
    for remark, meant in SPELLED_OUT.items():
        example = example.replace(remark, meant)
    return any(shows(each, example) for each in pages)


def shows(lines_of_page: list[str], example: str) -> bool:
    """Tell whether a page holds an example's lines in their order, however far indented."""
    lines = iter(line.lstrip() for line in lines_of_page)
    return all(wanted.lstrip() in lines for wanted in example.split("\n"))


# The schemas

UNSEEN: Final = {
    "TB014/bad/threads/new/send-a-second-proposal.yml": "merge keys are gone before a schema looks",
    "TB014/bad/threads/work/hours.yml": "so are tags",
    "TB105/bad/threads/work/ask-for-more-time.yml": "draft-07 cannot compare the ids of items",
    "TB107/bad/site.yml": "draft-07 cannot compare the ids of items",
    "TB108/bad/threads/new/reply-to-a-reply.yml": "what Markdown holds is no question of a schema",
}
"""What the loader refuses and a schema takes, with the reason."""

_SCHEMAS: Final = {
    FileKind.SITE: "site",
    FileKind.QUERIES: "queries",
    FileKind.PATH: "path",
    FileKind.THREAD: "thread",
    FileKind.GLOSSARY: "glossary",
    FileKind.SYNONYMS: "synonyms",
}


def sources(rule: Rule, side: str, root: Path) -> Iterator[tuple[str, SourceFile]]:
    """Yield the files of an overlay that hold text, by their name in tests/rules."""
    settings = lay(FOLDER / rule.id / side, root)
    for source in list_sources(settings.content, root).sources:
        name = f"{rule.id}/{side}/{source.file.removeprefix('content/')}"
        if (FOLDER / name).is_file() and read_text(source, LIMIT)[0] is not None:
            yield name, source


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SourceFile]:
    root = tmp_path_factory.mktemp("overlays")
    return {
        name: source
        for rule in RULES
        for side in ("bad", "good")
        for name, source in sources(rule, side, root / rule.id / side)
    }


@pytest.fixture(scope="module")
def refused(kinds: dict[str, SourceFile], repository: Path) -> set[str]:
    """The fixtures that check-jsonschema refuses, which a contributor's editor would mark."""
    names: set[str] = set()
    for kind, schema in _SCHEMAS.items():
        files = [FOLDER / name for name, source in kinds.items() if source.kind is kind]
        if not files:
            continue
        command = [sys.executable, "-m", "check_jsonschema", "--output-format", "json"]
        command += ["--schemafile", f"{repository}/schema/{schema}.schema.json"]
        done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
        said = json.loads(done.stdout)
        bad = [error["filename"] for error in said["errors"] + said.get("parse_errors", [])]
        names |= {Path(file).relative_to(FOLDER).as_posix() for file in bad}
    return names


def loads(source: SourceFile) -> bool:
    """Tell whether a file alone is as it should be."""
    if source.kind is FileKind.THREAD:
        return not load_thread(source, LIMIT).findings
    return not load_file(source, LIMIT).findings


def test_schemas_and_loader_are_of_one_mind(
    kinds: dict[str, SourceFile], refused: set[str]
) -> None:
    not_loaded = {name for name, source in kinds.items() if not loads(source)}
    assert refused - not_loaded == set()
    assert not_loaded - refused == UNSEEN.keys()
