"""What `threadbook check` says to programs and people, whatever strangers write into content."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema  # type: ignore[import-untyped]
import pyromark
import pytest
from rich.cells import cell_len

from threadbook.check import RULES
from threadbook.cli import main
from threadbook.cli.github import changed_files
from threadbook.findings import Edit, Finding, Place, Related, Rule, Severity
from threadbook.report import as_github, as_json, as_junit, as_sarif, as_text, summarise_step
from threadbook.report.github import SUMMARY_SIZE
from threadbook.report.text import visible

Knowledge = Callable[[dict[str, str | bytes]], Path]

ERROR = Rule("TB901", Severity.ERROR, "An error.", "Why.", "bad: 1", "good: 1")
WARNING = Rule("TB902", Severity.WARNING, "A warning.", "Why.", "bad: 2", "good: 2")
NOTICE = Rule("TB903", Severity.NOTICE, "A notice.", "Why.", "bad: 3", "good: 3")
THREE = (ERROR, WARNING, NOTICE)

HOSTILE = [
    "100% :: a,b: c",
    "\r\n::error file=x::owned",
    "\n##[error]owned ##[set-env name=X]y",
    "a | b \\| c ` d ` **e** _f_ ~~g~~ [h](https://x.y) ![i](j) $k$",
    "<script>alert(1)</script> <!-- &amp; </td>",
    "@team #1 # no heading\n- no list",
    "]]> <![CDATA[ \x00\x08\x1b[31m\x7f\x85\u2028",
    "\u202eevil\u2066 \ufeff\u200b",
    "日本語 😀 e\u0301",
]


class Done(NamedTuple):
    """How a command ended."""

    status: object
    out: str
    err: str


Threadbook = Callable[..., Done]


@pytest.fixture
def threadbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Threadbook:
    """Run a command in this process, in the folder of the knowledge base."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    for name in ("GITHUB_BASE_REF", "GITHUB_STEP_SUMMARY", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("threadbook.cli.checking.stop_collector", lambda: None)

    def call(*arguments: str | Path) -> Done:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Done(ended.value.code or 0, said.out, said.err)

    return call


BASE: dict[str, str | bytes] = {
    "threads/new/loud.yml": (
        'title: "😀 When am I paid???"  \ntopics: [nope]\nanswer: Soon.\n'
        'also_asked: ["When was I paid?"]\n'
    ),
    "threads/new/Bad_Name.yml": "title: x\n",
}
"""Findings of every severity, with fixes, related places, and one about a whole file."""

FORMATS = "text github json junit sarif".split()


# All formats


@pytest.mark.parametrize("form", FORMATS)
def test_a_good_base_ends_with_0_and_errors_with_1(
    knowledge: Knowledge, threadbook: Threadbook, form: str
) -> None:
    knowledge({})
    assert threadbook("check", "--format", form).status == 0
    knowledge(BASE)
    assert threadbook("check", "--format", form).status == 1


@pytest.mark.parametrize("form", FORMATS)
def test_text_goes_to_standard_error_and_what_programs_read_to_standard_output(
    knowledge: Knowledge, threadbook: Threadbook, form: str
) -> None:
    knowledge(BASE)
    done = threadbook("check", "--format", form)
    assert ("TB202" in done.out) == (form != "text")
    assert ("TB202" in done.err) == (form == "text")


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_name_that_is_not_utf_8_is_reported_like_any_other(
    knowledge: Knowledge, threadbook: Threadbook, form: str
) -> None:
    folder = knowledge({}) / "content" / "threads" / "new"
    try:
        (folder / os.fsdecode(b"\xff.yml")).write_text("title: x\n")
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    done = threadbook("check", "--format", form)
    assert done.status == 1
    assert "TB106" in done.out + done.err
    assert (done.out + done.err).encode()


@pytest.mark.parametrize("form", FORMATS)
def test_a_terminal_of_another_encoding_is_told_as_much_as_it_can_show(
    knowledge: Knowledge, run_process: Callable[..., Any], form: str
) -> None:
    """Windows writes pipes in a code page; `threadbook check --format json > x` is one."""
    root = knowledge({"threads/new/x.yml": "title: A?\ntopics: [日本]\n"})
    command = ("threadbook", "check", "--no-cache", "--format", form)
    done = run_process(*command, cwd=root, PYTHONUTF8="0", PYTHONIOENCODING="cp1252")
    assert "Traceback" not in done.stderr
    assert "TB202" in done.stdout + done.stderr


# SARIF


@pytest.fixture(scope="module")
def is_sarif() -> Callable[[str], Any]:
    """Read a log that is valid by the standard's own schema."""
    schema = Path(__file__).parents[1] / "vendor" / "sarif-2.1.0-rtm.5.json"
    validator = jsonschema.Draft4Validator(json.loads(schema.read_text("utf-8")))

    def read(text: str) -> Any:
        log = json.loads(text)
        validator.validate(log)
        (run,) = log["runs"]
        return run

    return read


def test_sarif_is_valid_by_the_standards_schema(
    knowledge: Knowledge, threadbook: Threadbook, is_sarif: Callable[[str], Any]
) -> None:
    knowledge(BASE)
    run = is_sarif(threadbook("check", "--format", "sarif").out)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [rule.id for rule in RULES]
    assert all(rule["help"]["markdown"] and rule["help"]["text"] for rule in rules)
    assert {result["level"] for result in run["results"]} == {"error", "warning", "note"}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert is_sarif(as_sarif([], THREE, "1"))["results"] == []


def test_sarif_counts_columns_in_characters_from_1(is_sarif: Callable[[str], Any]) -> None:
    finding = Finding(
        ERROR,
        Place("content/a b.yml", 2, 9),
        "No.",
        "Do this.",
        (Related("there", Place("content/c.yml", 3, 4)), Related("all of", Place("content/d.yml"))),
        (Edit((2, 9), (2, 11), "?"),),
    )
    run = is_sarif(as_sarif([finding, Finding(NOTICE, Place("content/d.yml"), "Odd.")], THREE, "1"))
    one, whole = run["results"]
    assert run["columnKind"] == "unicodeCodePoints"
    (location,) = one["locations"]
    assert location["physicalLocation"]["region"] == {"startLine": 2, "startColumn": 9}
    assert unquote(location["physicalLocation"]["artifactLocation"]["uri"]) == "content/a b.yml"
    assert one["message"]["text"] == "No. Do this."
    assert [place["message"]["text"] for place in one["relatedLocations"]] == ["there", "all of"]
    (change,) = one["fixes"][0]["artifactChanges"]
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 2, "startColumn": 9, "endLine": 2, "endColumn": 11},
            "insertedContent": {"text": "?"},
        }
    ]
    assert "region" not in whole["locations"][0]["physicalLocation"]
    assert not {"fixes", "relatedLocations"} & whole.keys()


@pytest.mark.parametrize("words", HOSTILE)
def test_sarif_keeps_strangers_words_as_they_are(
    is_sarif: Callable[[str], Any], words: str
) -> None:
    finding = Finding(ERROR, Place(f"content/{words}.yml", 1, 1), words)
    (result,) = is_sarif(as_sarif([finding], THREE, "1"))["results"]
    assert result["message"]["text"] == words
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"[!-~]+", uri)
    assert unquote(uri) == f"content/{words}.yml"


# GitHub


COMMAND = re.compile(r"::(error|warning|notice) ([^\n\r:]*)::([^\n\r]*)")


def obeyed(lines: Sequence[str]) -> Iterator[tuple[str, dict[str, str], str]]:
    """Read lines as a runner of GitHub Actions does."""
    for line in "\n".join(lines).splitlines():
        assert "##[" not in line
        said = COMMAND.fullmatch(line)
        assert said, line
        properties = dict(each.split("=", 1) for each in said[2].split(","))
        yield said[1], {key: plain(value) for key, value in properties.items()}, plain(said[3])


def plain(text: str) -> str:
    for sign in "\r\n:,":
        text = text.replace(f"%{ord(sign):02X}", sign)
    return text.replace("%25", "%")


@pytest.mark.parametrize("words", HOSTILE)
def test_strangers_words_give_github_no_commands(words: str) -> None:
    place = Place(f"content/{words}.yml", 2, 3)
    finding = Finding(WARNING, place, words, words, (Related(words, place),))
    ((kind, properties, text),) = obeyed(list(as_github([finding])))
    assert kind == "warning"
    shown = visible(words)
    assert properties == {
        "file": visible(place.file),
        "line": "2",
        "col": "3",
        "title": "TB902",
    }
    assert text == f"{shown}\n{shown}\n{shown}: {visible(str(place))}"


def test_signs_that_mean_something_in_a_workflow_command_are_written_as_numbers() -> None:
    assert list(as_github([Finding(ERROR, Place("a,b:c%.yml", 2, 3), "5% off: a, b.", "So.")])) == [
        "::error file=a%2Cb%3Ac%25.yml,line=2,col=3,title=TB901::5%25 off: a, b.%0ASo."
    ]


def test_a_finding_about_a_whole_file_names_no_line() -> None:
    assert list(as_github([Finding(ERROR, Place("a.yml"), "No.")])) == [
        "::error file=a.yml,title=TB901::No."
    ]


def test_files_that_the_pull_request_changes_come_first_then_errors() -> None:
    findings = [
        Finding(rule, Place(file, line, 1), "x")
        for file in ("a.yml", "b.yml")
        for line, rule in enumerate((NOTICE, ERROR, WARNING), 1)
    ]
    said = obeyed(list(as_github(findings, {"b.yml"})))
    assert [(kind, where["file"]) for kind, where, _ in said] == [
        *(("error", "b.yml"), ("warning", "b.yml"), ("notice", "b.yml")),
        *(("error", "a.yml"), ("warning", "a.yml"), ("notice", "a.yml")),
    ]


MARKDOWN = pyromark.Markdown(
    options=pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_MATH
)


@pytest.mark.parametrize("words", HOSTILE)
def test_the_summary_shows_strangers_words_and_obeys_none(words: str) -> None:
    summary = summarise_step([Finding(ERROR, Place("a.yml", 1, 1), words, words)], 1)
    assert not re.search(r"@\w", summary)
    html = MARKDOWN.html(summary)
    table = html[html.index("<tbody>") :]
    cells = re.findall(r"<td>(.*?)</td>", table)
    assert re.findall(r"<(\w+)", table) == "tbody tr td td strong td".split()
    shown = visible(words).strip().replace("@", "@\u2060")
    assert [unescape(cell) for cell in cells[1:]] == [
        f"<strong>error TB901</strong> {shown}",
        shown,
    ]


def test_the_summary_lists_what_annotations_have_no_room_for() -> None:
    findings = [Finding(ERROR, Place("a.yml", line, 1), f"No. {line}.") for line in range(1, 31)]
    summary = summarise_step(findings, 7)
    assert "30 errors in 7 files." in summary
    assert [f"No. {line}." in summary.replace("\\", "") for line in range(1, 31)] == [True] * 30
    assert "|" not in summarise_step([], 7)


def test_a_summary_that_github_would_refuse_is_cut_and_says_so() -> None:
    findings = [Finding(ERROR, Place("a.yml", line, 1), "😀" * 600) for line in range(1, 501)]
    summary = summarise_step(findings, 1)
    shown = summary.count("TB901")
    assert 300 < shown < 500
    assert f"\n{500 - shown} more are in the log.\n" in summary
    assert len(summary.encode()) < SUMMARY_SIZE + 100 < 1024 * 1024


def test_the_summary_is_added_to_what_other_commands_wrote(
    knowledge: Knowledge,
    threadbook: Threadbook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    knowledge(BASE)
    file = tmp_path / "summary.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    done = threadbook("check", "--format", "github")
    assert file.read_text("utf-8").startswith("before\n## Threadbook\n")
    assert file.read_text("utf-8").count("\n| content/") == done.out.count("::") / 2


def test_a_summary_that_cannot_be_written_does_not_hide_the_findings(
    knowledge: Knowledge, threadbook: Threadbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knowledge(BASE)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    done = threadbook("check", "--format", "github")
    assert done.status == 3
    assert "title=TB202" in done.out


# What a pull request changes


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a repository, untouched by the settings of whoever runs the tests."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "x")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "x@example.org")

    def call(*arguments: str | Path, cwd: Path = tmp_path) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=cwd, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    return call


PULL_REQUEST = {"GITHUB_BASE_REF": "main"}
CHANGED = {"site/é \n.yml", "site/kept.yml", "outside.yml"}


@pytest.fixture
def merged(git: Git, tmp_path: Path) -> Path:
    """Make what GitHub checks out for a pull request: a merge of it into the moved base branch."""

    def commit(*names: str) -> None:
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_text((file.read_text() if file.exists() else "") + "more\n")
        git("add", "-A")
        git("commit", "-qm", "x")

    git("init", "-q", "-b", "main")
    commit("site/kept.yml", "site/removed.yml")
    git("checkout", "-qb", "request")
    commit(*CHANGED)
    git("checkout", "-q", "main")
    commit("site/meanwhile.yml")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("checkout", "-q", "--detach")
    git("merge", "-q", "--no-ff", "request")
    return tmp_path


def test_the_files_a_pull_request_changes_are_named_from_the_sites_folder(merged: Path) -> None:
    assert changed_files(merged, PULL_REQUEST) == CHANGED
    assert changed_files(merged / "site", PULL_REQUEST) == {"é \n.yml", "kept.yml"}


def test_without_the_base_branch_the_merge_tells_what_changes(merged: Path, git: Git) -> None:
    git("update-ref", "-d", "refs/remotes/origin/main")
    assert changed_files(merged, PULL_REQUEST) == CHANGED


@pytest.mark.parametrize(("depth", "changed"), [(1, set()), (2, CHANGED)])
def test_a_shallow_clone_is_enough_if_it_holds_the_merges_parents(
    merged: Path, git: Git, tmp_path: Path, depth: int, changed: set[str]
) -> None:
    git("branch", "merge")
    url, clone = merged.as_uri(), tmp_path / "clone"
    git("clone", "-q", f"--depth={depth}", "--branch=merge", url, clone)
    assert changed_files(clone, PULL_REQUEST) == changed


def test_outside_of_pull_requests_and_repositories_nothing_is_known(
    merged: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert changed_files(merged, {}) == set()
    assert changed_files(merged, {"GITHUB_BASE_REF": ""}) == set()
    assert changed_files(tmp_path_factory.mktemp("none"), PULL_REQUEST) == set()
    monkeypatch.setenv("PATH", "")
    assert changed_files(merged, PULL_REQUEST) == set()


@pytest.mark.parametrize("base", ["--output=owned", "../../x", "main..HEAD --", "@{-1}", "\n"])
def test_a_branchs_name_gives_git_no_orders(merged: Path, base: str) -> None:
    before = sorted(merged.rglob("*"))
    assert changed_files(merged, {"GITHUB_BASE_REF": base}) == CHANGED
    assert sorted(merged.rglob("*")) == before


def test_annotations_of_a_real_pull_request_begin_with_its_files(
    knowledge: Knowledge, threadbook: Threadbook, git: Git, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = "title: A?\ntopics: [nope]\n"
    root = knowledge({"threads/new/a.yml": bad, "threads/new/z.yml": "title: A?\n"})
    git("init", "-q", "-b", "main")
    git("add", "content")
    git("commit", "-qm", "x")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    (root / "content/threads/new/z.yml").write_text(bad)
    git("commit", "-qam", "x")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    lines = threadbook("check", "--format", "github").out.splitlines()
    assert "z.yml" in lines[0]
    assert "a.yml" in lines[1]


@pytest.mark.parametrize("form", ["github", "sarif"])
def test_in_a_repository_of_several_things_files_are_named_from_its_top(
    knowledge: Knowledge,
    threadbook: Threadbook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
) -> None:
    knowledge(BASE)
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path.parent))
    said = threadbook("check", "--format", form).out
    assert f"{tmp_path.name}/content/threads/new/loud.yml" in said


# The pages that a branch changes


@pytest.fixture
def branch(knowledge: Knowledge, git: Git) -> Path:
    """Make a branch that adds, changes and removes files of every kind."""
    path = "title: Path\nobjectives: [x]\nsteps: [{thread: first}]\n"
    root = knowledge(
        {"threads/new/gone.yml": "title: A?\ntopics: [payments]\n", "paths/way.yml": path}
    )
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-qm", "x")
    git("checkout", "-qb", "request")
    (root / "content/threads/new/gone.yml").unlink()
    (root / "content/threads/new/first.yml").write_text("title: What now?\ntopics: [payments]\n")
    (root / "content/threads/new/evil.yml").write_text(
        'title: "a\\e[31mb\\u202e?"\ntopics: [payments]\n'
    )
    (root / "content/threads/new/broken.yml").write_text("title: [")
    (root / "content/paths/way.yml").write_text(path + "# more\n")
    (root / "content/pages/about.md").write_text("# About\n\nMore.\n")
    (root / "content/glossary.yml").write_text("- {term: Offer, meaning: What you get.}\n")
    (root / "other.txt").write_text("x")
    git("add", ".")
    git("commit", "-qm", "y")
    return root


@pytest.mark.usefixtures("branch")
def test_the_pages_that_a_branch_changes_are_listed(threadbook: Threadbook, git: Git) -> None:
    expected = [
        "changed  /about/",
        "changed  /paths/way/  Path",
        "changed  /threads/first/  What now?",
        "new      /threads/broken/",
        "new      /threads/evil/  a?[31mb?",
        "new      content/glossary.yml (many pages)",
        "removed  /threads/gone/",
    ]
    said = threadbook("changed", "--against", "main").out
    assert not re.search("[\x1b\u202e]", said)
    lines = said.splitlines()
    assert [line.split()[:2] for line in lines] == [line.split()[:2] for line in expected]
    assert [line for line in lines if "evil" not in line] == [
        e for e in expected if "evil" not in e
    ]
    git("checkout", "-q", "main")
    assert threadbook("changed", "--against", "main").out == "No page changes.\n"


def test_pages_that_change_have_the_address_of_a_site_with_a_prefix(
    branch: Path, threadbook: Threadbook
) -> None:
    config = branch / "mkdocs.yml"
    given = "threadbook: {prefix: help/faq/}"
    config.write_text(config.read_text().replace("[threadbook]", f"[{given}]"))
    said = threadbook("changed", "--against", "main").out.splitlines()
    assert "changed  /help/faq/about/" in said
    assert "removed  /help/faq/threads/gone/" in said


@pytest.mark.parametrize("reference", ["nope", "--output=owned", "main..HEAD --", "\n", "", "-h"])
def test_what_git_does_not_know_is_a_message(
    branch: Path, threadbook: Threadbook, reference: str
) -> None:
    before = sorted(branch.rglob("*"))
    done = threadbook("changed", "--against", reference)
    assert done.status == 3
    assert done.err.startswith("threadbook: Git knows no ")
    assert sorted(branch.rglob("*")) == before


# JSON and JUnit


FINDING = Finding(
    WARNING,
    Place("a.yml", 2, 9),
    "No.",
    "Do this.",
    (Related("there", Place("b.yml", 1, 1)),),
    (Edit((2, 9), (2, 11), "?"),),
)


def test_json_has_every_field_in_the_same_order() -> None:
    whole = Finding(ERROR, Place("c.yml"), "Odd.")
    said = as_json([FINDING, whole], 41)
    assert json.loads(said) == {
        "files": 41,
        "counts": {"error": 1, "warning": 1, "notice": 0},
        "findings": [
            {
                "rule": "TB902",
                "severity": "warning",
                "file": "a.yml",
                "line": 2,
                "column": 9,
                "message": "No.",
                "hint": "Do this.",
                "related": [{"words": "there", "file": "b.yml", "line": 1, "column": 1}],
                "fix": [{"start": [2, 9], "end": [2, 11], "text": "?"}],
                "stands_for": 1,
            },
            {
                "rule": "TB901",
                "severity": "error",
                "file": "c.yml",
                "line": None,
                "column": None,
                "message": "Odd.",
                "hint": "",
                "related": [],
                "fix": [],
                "stands_for": 1,
            },
        ],
    }
    keys = re.findall(r'^      "(\w+)":', said, re.MULTILINE)
    assert keys == "rule severity file line column message hint related fix stands_for".split() * 2
    assert json.loads(as_json([], 0))["findings"] == []


@pytest.mark.parametrize("words", HOSTILE)
def test_json_keeps_strangers_words_as_they_are(words: str) -> None:
    (finding,) = json.loads(as_json([Finding(ERROR, Place(words, 1, 1), words)], 1))["findings"]
    assert finding["message"] == finding["file"] == words


@pytest.mark.parametrize("words", HOSTILE)
def test_junit_is_xml_whatever_is_said(words: str) -> None:
    finding = Finding(ERROR, Place(words, 1, 2), words, words, (Related(words, Place(words)),))
    root = ElementTree.fromstring(as_junit([finding], 1).encode())
    (failure,) = root.iter("failure")
    assert failure.attrib["message"] == visible(f"{words} {words}".strip())


def test_junit_counts_what_it_holds(knowledge: Knowledge, threadbook: Threadbook) -> None:
    for files in ({}, BASE):
        knowledge(files)
        root = ElementTree.fromstring(threadbook("check", "--format", "junit").out.encode())
        (suite,) = root
        cases, failures = list(root.iter("testcase")), list(root.iter("failure"))
        for each in (root, suite):
            assert int(each.attrib["tests"]) == len(cases) > 0
            assert int(each.attrib["failures"]) == len(failures)
        assert bool(failures) == bool(files)
        assert all(case.attrib["name"] for case in cases)


# Text


@pytest.mark.parametrize(
    ("is_terminal", "no_color", "is_coloured"),
    [(False, "", False), (True, "", True), (True, "1", False), (False, "1", False)],
)
def test_only_terminals_that_want_colours_get_them(
    knowledge: Knowledge,
    threadbook: Threadbook,
    monkeypatch: pytest.MonkeyPatch,
    is_terminal: bool,
    no_color: str,
    is_coloured: bool,
) -> None:
    knowledge(BASE)
    monkeypatch.setenv("NO_COLOR", no_color)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal)
    said = threadbook("check").err
    findings = said[said.index("content/") :]
    assert ("\x1b[" in findings) == is_coloured
    assert findings.endswith(" files.\n")


@pytest.mark.parametrize("words", HOSTILE)
def test_strangers_words_give_a_terminal_no_orders(words: str) -> None:
    place = Place(f"{words}.yml", 1, 1)
    finding = Finding(ERROR, place, words, words, (Related(words, place),))
    lines = words.split("\n")
    said = list(as_text([finding], lambda _: lines))
    assert len(said) == (5 if lines[0].strip() else 3)
    for line in said:
        assert all(sign.isprintable() or sign == "\u2060" for sign in line), ascii(line)
        assert "##[" not in line


@pytest.mark.parametrize(
    "before",
    [
        "title: ",
        "title: 日本語",
        "title: 😀😀 ",
        "title: e\u0301",
        "\ttitle:\t",
        "\x1b[31m\u202e",
        "日" * 300,
        pytest.param(
            "title: '##[error] ",
        ),
    ],
)
def test_the_caret_stands_below_the_place_however_wide_the_signs_are(before: str) -> None:
    finding = Finding(ERROR, Place("a.yml", 1, len(before) + 1), "No.")
    _, shown, below = as_text([finding], lambda _: [f"{before}X after"])
    assert cell_len(shown[: shown.index("X")]) == cell_len(below[: below.index("^")])


@pytest.mark.parametrize("place", [Place("a.yml"), Place("a.yml", 9, 1), Place("a.yml", 2, 1)])
def test_where_no_line_can_be_shown_none_is(place: Place) -> None:
    assert list(as_text([Finding(ERROR, place, "No.")], lambda _: ["title", "  ", ""])) == [
        f"{place}: error[TB901] No."
    ]
