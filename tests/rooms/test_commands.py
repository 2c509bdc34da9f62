"""The commands, as somebody uses them who is new, in a hurry, or of ill will.

No command ends in a traceback: in this process it would be an exception that no test expects.
`build` and `serve` are tested in `tests/site`.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, NoReturn

import pytest
import yaml

from threadbook.check import RULES
from threadbook.cli import main
from threadbook.configuration.options import check_options
from threadbook.edit.new import make_slug

Knowledge = Callable[[dict[str, str | bytes]], Path]
NEW = "content/threads/new"


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
    """Run a command in this process, in the folder of the knowledge base; somebody types `typed`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    monkeypatch.setattr("threadbook.cli.checking.stop_collector", lambda: None)

    def call(*arguments: str | Path, typed: str = "") -> Done:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Done(ended.value.code or 0, said.out, said.err)

    return call


def content(root: Path) -> dict[Path, bytes]:
    """Return everything in the content folder, to see that nothing changed."""
    return {file: file.read_bytes() for file in (root / "content").rglob("*") if file.is_file()}


# What every command refuses

WITH_CONFIG: list[tuple[str, ...]] = [
    ("check",),
    ("fmt",),
    ("fix",),
    ("new", "thread", "--title", "A?"),
    ("new", "path", "--title", "A"),
]


@pytest.mark.parametrize(
    "arguments",
    [
        "chek",
        "new",
        "new thraed",
        "check --fromat json",
        "check --format xml",
        "check --jobs 0",
        "check --jobs many",
        "check --config",
        "rules TB101 TB102",
        "init",
        "init a b",
        "schema",
        "schema mkdocs.yml",
        "new thread --topic",
        "fmt --dry-run",
        "fix --check",
    ],
)
def test_a_slip_in_the_command_ends_with_2_and_says_how_it_is_used(
    knowledge: Knowledge, threadbook: Threadbook, arguments: str
) -> None:
    before = content(root := knowledge({}))
    done = threadbook(*arguments.split())
    assert done.status == 2
    assert re.match(r"Usage: |Error: ", done.err)
    assert done.out == ""
    assert content(root) == before


@pytest.mark.parametrize("command", WITH_CONFIG, ids=" ".join)
@pytest.mark.parametrize(
    "config",
    [
        "missing.yml",
        "content",
        *("", "just words", "- a\n- list\n", "site_name: [", "\xff\xfe", "a: b\n: : [", "\0"),
        "site_name: x\ndocs_dir: content/pages\ntheme: material\n",
    ],
    ids=ascii,
)
def test_a_configuration_that_is_none_ends_with_few_lines(
    knowledge: Knowledge, threadbook: Threadbook, command: tuple[str, ...], config: str
) -> None:
    root = knowledge({})
    before = content(root)
    name = config if config in {"missing.yml", "content"} else "odd.yml"
    (root / "odd.yml").write_bytes(config.encode("latin-1"))
    done = threadbook(*command, "--config", name)
    assert done.status == (2 if name == config else 1)
    assert done.out == ""
    assert re.match(r"threadbook: .+|odd\.yml(:\d+:\d+)?: error\[TB90\d\] ", done.err)
    assert len(done.err.splitlines()) <= 6
    assert content(root) == before


def configured(root: Path, options: str) -> None:
    """Give the plugin options in `mkdocs.yml`."""
    file = root / "mkdocs.yml"
    plain = file.read_text("utf-8").partition("plugins:")[0]
    file.write_text(f"{plain}plugins:\n  - threadbook: {options}\n", "utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{rules: [TB301]}", "rules"),
        ("{rules: TB301}", "rules"),
        ("{rules: {TB999: off}}", "there is no rule TB999"),
        ("{rules: {tb301: off}}", 'Did you mean "TB301"?'),
        ("{rules: {TB201: off}}", "TB201 cannot be changed"),
        ("{rules: {301: off}}", "there is no rule 301"),
        ("{rules: {TB301: loud}}", "write error, warning, notice or off"),
        ("{rules: {TB301: true}}", "write error, warning, notice or off"),
        ("{rules: {TB301: null}}", "write error, warning, notice or off"),
        ("{rules: {TB301: [off]}}", "write error, warning, notice or off"),
        ("{content_dir: 3}", "content_dir"),
        ("{max_file_size: many}", "max_file_size"),
        ("{max_file_size: -3}", "max_file_size"),
        ("{jobs: -3}", "jobs"),
    ],
)
def test_a_bad_option_of_the_plugin_is_named(
    knowledge: Knowledge,
    threadbook: Threadbook,
    options: str,
    said: str,
) -> None:
    configured(knowledge({}), options)
    done = threadbook("check")
    assert done.status == 1
    assert said in done.err


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ("{}", "mkdocs.yml: notice[TB916] `site_url` is missing"),
        ("{rules: {TB916: error}}", "mkdocs.yml: error[TB916] `site_url` is missing"),
    ],
)
def test_a_site_without_an_address_is_told_what_it_lacks(
    knowledge: Knowledge, threadbook: Threadbook, options: str, line: str
) -> None:
    root = knowledge({})
    configured(root, options)
    assert "TB916" not in threadbook("check").err
    file = root / "mkdocs.yml"
    file.write_text(re.sub("site_url:.*\n", "", file.read_text("utf-8")), "utf-8")
    assert line in threadbook("check").err
    assert "site_url" in threadbook("doctor").out
    configured(root, "{rules: {TB916: off}}")
    assert "TB916" not in threadbook("check").err


def test_no_site_can_change_an_essential_rule() -> None:
    for rule in RULES:
        options, faults = check_options({"rules": {rule.id: "off"}})
        if rule.is_essential:
            assert f"{rule.id} cannot be changed" in faults[0].message
            assert options.rules == {}
        else:
            assert faults == ()
            assert options.rules == {rule.id: None}


# check

STATEMENT = "title: Contract\ntopics: [proposals]\nanswer: x\n"
BAD = "title: A?\ntopics: [nope]\n"
SECRET = "ghp_" + "a1B2c3D4e5F6" * 3
TOKEN = f"title: A?\ntopics: [proposals]\nanswer: {SECRET}\n"


@pytest.mark.parametrize(
    ("text", "options", "status", "said"),
    [
        (STATEMENT, "", 0, "warning[TB301]"),
        (STATEMENT, "{rules: {TB301: error}}", 1, "error[TB301]"),
        (STATEMENT, "{rules: {TB301: notice}}", 0, "notice[TB301]"),
        (STATEMENT, "{rules: {TB301: off}}", 0, None),
        (STATEMENT, '{rules: {TB301: "off"}}', 0, None),
        (STATEMENT, "{rules: }", 0, "warning[TB301]"),
        (TOKEN, "", 1, "error[TB508]"),
        (TOKEN, "{rules: {TB508: warning}}", 0, "warning[TB508]"),
        (TOKEN, "{rules: {TB508: off}}", 0, None),
    ],
)
def test_a_site_raises_lowers_and_drops_rules(
    knowledge: Knowledge,
    threadbook: Threadbook,
    text: str,
    options: str,
    status: int,
    said: str | None,
) -> None:
    configured(knowledge({"threads/new/x.yml": text}), options)
    done = threadbook("check")
    assert done.status == status
    found = re.findall(r"x\.yml:\S+ (\S+)", done.err)
    assert [each for each in found if each[-7:] != "[TB210]"] == ([said] if said else [])


def silence(entry: str) -> str:
    return f"{STATEMENT}silence: [{entry}]\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (silence("{rule: TB301, reason: People search for it.}"), []),
        (silence("{rule: TB301}"), ["TB102"]),
        (silence("{rule: TB301, reason: ''}"), ["TB105"]),
        (silence("{rule: TB999, reason: x}"), ["TB301", "TB701"]),
        (silence("{rule: tb301, reason: x}"), ["TB105"]),
        (silence("{rule: TB302, reason: x}"), ["TB301", "TB702"]),
        (BAD + "silence: [{rule: TB202, reason: x}]\n", ["TB202", "TB701"]),
        (silence("{rule: TB701, reason: x}, {rule: TB999, reason: x}"), ["TB301"] + ["TB701"] * 2),
        (silence("{rule: TB301, reason: x}, {rule: TB702, reason: x}"), ["TB702"]),
    ],
)
def test_a_thread_silences_a_rule_with_a_reason_or_hears_why_not(
    knowledge: Knowledge, threadbook: Threadbook, text: str, found: list[str]
) -> None:
    root = knowledge({"threads/new/x.yml": text, "threads/new/loud.yml": STATEMENT})
    done = threadbook("check", "--format", "json", root / NEW / "x.yml")
    rules = sorted(finding["rule"] for finding in json.loads(done.out)["findings"])
    assert [rule for rule in rules if rule not in {"TB210", "TB305"}] == found
    assert "TB301" in threadbook("check", f"{NEW}/loud.yml").err


def test_a_threads_reason_outweighs_what_the_site_raised(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    text = silence("{rule: TB301, reason: x}")
    configured(knowledge({"threads/new/x.yml": text}), "{rules: {TB301: error}}")
    assert threadbook("check").status == 0


@pytest.mark.parametrize("shape", ["{}", "./{}", "{root}/{}", "content/../{}"])
def test_only_what_is_found_in_the_named_files_is_shown_and_counts(
    knowledge: Knowledge, threadbook: Threadbook, shape: str
) -> None:
    root = knowledge({"threads/new/bad.yml": BAD, "threads/new/Bad.yml": BAD})

    def check(*names: str) -> Done:
        return threadbook("check", *(shape.format(f"{NEW}/{name}", root=root) for name in names))

    good, bad, odd = check("first.yml"), check("bad.yml"), check("Bad.yml")
    assert (good.status, bad.status, odd.status) == (0, 1, 1)
    assert "TB202" in bad.err
    assert "TB106" in odd.err
    assert "TB" not in good.err
    assert "Bad.yml" not in good.err + bad.err
    assert check("first.yml", "bad.yml").status == 1


def test_named_files_are_found_from_another_folder(
    knowledge: Knowledge, threadbook: Threadbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = knowledge({"threads/new/bad.yml": BAD})
    monkeypatch.chdir(root / NEW)
    done = threadbook("check", "--config", "../../../mkdocs.yml", "bad.yml")
    assert done.status == 1
    assert f"{NEW}/bad.yml:2:10: error[TB202]" in done.err


@pytest.mark.parametrize("command", ["check", "fmt", "fix"])
@pytest.mark.parametrize(
    "file",
    ["nowhere.yml", "content", NEW, "mkdocs.yml", "/etc/passwd", "content/pages/logo.svg", ""],
)
def test_what_is_no_content_file_is_named_and_nothing_changes(
    knowledge: Knowledge, threadbook: Threadbook, command: str, file: str
) -> None:
    if (command, file) == ("check", "mkdocs.yml"):
        pytest.skip("a check reads the configuration, too")
    root = knowledge({"threads/new/x.yml": "topics: [proposals]\ntitle: When??\n"})
    before = content(root)
    done = threadbook(command, f"{NEW}/x.yml", file)
    assert done.status == 2
    assert f" {file}" in done.err
    assert done.err.splitlines()[-1].startswith("threadbook: ")
    assert content(root) == before


def test_a_prose_page_can_be_checked_and_fixed_but_not_formatted(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    root = knowledge({"pages/about.md": "# About\n\n[Us](us.md)\n"})
    before = content(root)
    assert "about.md:3:1: error[TB924]" in threadbook("check", "content/pages/about.md").err
    assert threadbook("fix", "content/pages/about.md").err == "0 findings fixed.\n"
    done = threadbook("fmt", "content/pages/about.md")
    assert done.status == 2
    assert "content/pages/about.md" in done.err
    assert content(root) == before


@pytest.mark.parametrize("name", [b"\xff.yml", b"a\x1b[31m\n::error::b.yml"])
def test_a_name_on_the_command_line_may_hold_anything(
    knowledge: Knowledge, threadbook: Threadbook, name: bytes
) -> None:
    knowledge({})
    done = threadbook("check", os.fsdecode(name))
    assert done.status == 2
    assert done.err.splitlines()[-1].startswith("threadbook: There is no file ")


def test_no_link_shows_what_lies_elsewhere_and_no_pipe_is_waited_for(
    knowledge: Knowledge, threadbook: Threadbook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = knowledge({})
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.yml"
    secret.write_text("hunter2\n")
    (root / NEW / "link.yml").symlink_to(secret)
    os.mkfifo(root / NEW / "pipe.yml")
    done = threadbook("check")
    assert done.status == 1
    assert re.findall(r"(\w+)\.yml: error\[(\w+)\]", done.err) == [
        ("link", "TB005"),
        ("pipe", "TB002"),
    ]
    assert "hunter2" not in done.err
    for command in ("fmt", "fix"):
        threadbook(command)
    assert secret.read_text() == "hunter2\n"


# rules


def test_rules_are_listed_explained_and_made_into_a_page(threadbook: Threadbook) -> None:
    listed = threadbook("rules").out
    assert [line[:5] for line in listed.splitlines()[: len(RULES)]] == [rule.id for rule in RULES]
    assert threadbook("rules", "--markdown").out.startswith("# The checker's rules\n")
    for rule in RULES:
        assert rule.summary in threadbook("rules", rule.id.lower()).out


@pytest.mark.parametrize("id_", ["TB999", "nonsense", "", "--"])
def test_an_unknown_rule_is_named(threadbook: Threadbook, id_: str) -> None:
    done = threadbook("rules", "--", id_)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f'threadbook: There is no rule "{id_}"')


# fmt

ODD = "topics: [proposals]\ntitle: What now?   # why\nanswer: >\n  a\n  b\n"
EVEN = "title: What now?   # why\ntopics: [proposals]\nanswer: |\n  a b\n"


def test_formatting_is_announced_done_and_done_once(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    file = knowledge({"threads/new/odd.yml": ODD}) / NEW / "odd.yml"
    announced = threadbook("fmt", "--check")
    assert announced.status == 1
    assert f"{NEW}/odd.yml: would change" in announced.err
    assert file.read_text() == ODD
    done = threadbook("fmt")
    assert (done.status, file.read_text()) == (0, EVEN)
    assert f"{NEW}/odd.yml: formatted" in done.err
    assert threadbook("fmt", "--check").status == 0
    before = file.stat()
    assert "0 files formatted" in threadbook("fmt").err
    assert file.stat() == before


def test_only_named_files_are_formatted(knowledge: Knowledge, threadbook: Threadbook) -> None:
    root = knowledge({"threads/new/odd.yml": ODD, "threads/new/other.yml": ODD})
    assert threadbook("fmt", f"{NEW}/odd.yml").status == 0
    assert (root / NEW / "odd.yml").read_text() == EVEN
    assert (root / NEW / "other.yml").read_text() == ODD


BROKEN: dict[str, bytes] = {
    "yaml": b"title: [\r\n",
    "field": b"titel: A?  \ntopics: [proposals]\n",
    "bytes": b"title: What \xff?\ntopics: [proposals]\n",
    "large": b"title: A?\ntopics: [proposals]\n#" + b"x" * 1_000_000,
    "empty": b"",
}


@pytest.mark.parametrize("command", ["fmt", "fix"])
@pytest.mark.parametrize("kind", BROKEN)
def test_a_file_that_cannot_be_understood_is_left_as_it_is(
    knowledge: Knowledge, threadbook: Threadbook, command: str, kind: str
) -> None:
    file = knowledge({f"threads/new/{kind}.yml": BROKEN[kind]}) / NEW / f"{kind}.yml"
    done = threadbook(command)
    assert done.status == 0
    assert file.read_bytes() == BROKEN[kind]
    if command == "fmt":
        assert re.search(rf"{kind}\.yml: left alone\. It .+\.\n", done.err)


def test_all_files_left_alone_are_counted(knowledge: Knowledge, threadbook: Threadbook) -> None:
    knowledge({f"threads/new/{kind}.yml": text for kind, text in BROKEN.items()})
    assert threadbook("fmt").err.endswith(f"{len(BROKEN)} left alone.\n")


def test_why_a_file_is_left_alone_gives_a_terminal_no_orders(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    knowledge({"threads/new/x.yml": 'title: A?\ntopics: [proposals]\n"\\e]0;x": 1\n'})
    done = threadbook("fmt")
    assert "left alone" in done.err
    assert "\x1b" not in done.err


@pytest.mark.parametrize("mode", [0o640, 0o444, 0o755])
def test_a_changed_file_keeps_its_permissions_and_its_links(
    knowledge: Knowledge, threadbook: Threadbook, mode: int
) -> None:
    root = knowledge({"threads/new/odd.yml": ODD})
    file, link = root / NEW / "odd.yml", root / NEW / "link.yml"
    file.chmod(mode)
    link.symlink_to("odd.yml")
    assert threadbook("fmt", link).status == 0
    assert file.read_text() == EVEN
    assert file.stat().st_mode & 0o777 == mode
    assert link.is_symlink()
    assert (
        sorted(each.name for each in file.parent.iterdir()) == "first.yml link.yml odd.yml".split()
    )


@pytest.mark.parametrize("command", ["fmt", "fix"])
def test_a_folder_that_cannot_be_written_is_named(
    knowledge: Knowledge,
    threadbook: Threadbook,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    text = "topics: [proposals]\ntitle: What now??\n"
    file = knowledge({"threads/new/odd.yml": text}) / NEW / "odd.yml"

    def refuse(**_: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    done = threadbook(command)
    assert done.status == 3
    assert "odd.yml cannot be written: Permission denied." in done.err
    assert file.read_text() == text


@pytest.mark.parametrize("command", ["fmt", "fix"])
def test_a_write_that_fails_half_way_leaves_the_file_and_nothing_else(
    knowledge: Knowledge,
    threadbook: Threadbook,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    text = "topics: [proposals]\ntitle: What now??\n"
    root = knowledge({"threads/new/odd.yml": text})
    before = content(root)

    def refuse(*_: object) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    done = threadbook(command)
    assert done.status == 3
    assert "No space left on device" in done.err
    assert content(root) == before


# fix


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: When am I paid???", "title: When am I paid?"),
        ("title: When am I paid?!   # why?? ", "title: When am I paid?   # why??"),
        ("title: 'When is it paid???'  ", "title: 'When is it paid?'"),
        ('title: "When am I paid!!"', 'title: "When am I paid!"'),
        ("title: >-\n  When am I\n  paid??", "title: >-\n  When am I\n  paid?"),
        ("title: |-\n  😀 When am I paid??", "title: |-\n  😀 When am I paid?"),
        (
            "title: A?\nanswer: |\n  Two  \n  blanks  \n",
            "title: A?\nanswer: |\n  Two  \n  blanks\n",
        ),
        (
            "title: A?\nanswer: See <https://example.org/help/threads/first/>.",
            "title: A?\nanswer: See [[first]].",
        ),
        (
            'title: A?\nanswer: "See [x](/help/threads/first/), [y](/help/threads/first/)"',
            'title: A?\nanswer: "See [x](thread:first), [y](thread:first)"',
        ),
    ],
)
def test_what_can_be_mended_is_mended_once_and_for_all(
    knowledge: Knowledge, threadbook: Threadbook, before: str, after: str
) -> None:
    root = knowledge({"threads/new/x.yml": f"{before}\ntopics: [proposals]\n"})
    file = root / NEW / "x.yml"
    said = threadbook("fix", "--dry-run")
    assert said.status == 0
    assert file.read_text() == f"{before}\ntopics: [proposals]\n"
    assert not said.err.startswith("0 ")
    assert threadbook("fix").status == 0
    assert file.read_text() == f"{after}\ntopics: [proposals]\n"
    assert threadbook("fix").err == "0 findings fixed.\n"
    assert not re.search("TB016|TB304|TB504", threadbook("check", file).err)


@pytest.mark.parametrize(
    "answer",
    [
        "https://example.org/help/threads/first/",
        "<https://example.org/help/threads/first/>",
        "/help/threads/first/",
    ],
)
def test_a_fix_that_would_break_the_file_is_not_made(
    knowledge: Knowledge, threadbook: Threadbook, answer: str
) -> None:
    """`answer: [[first]]` would be a list."""
    text = f"title: A?\ntopics: [proposals]\nanswer: {answer}\n"
    file = knowledge({"threads/new/x.yml": text}) / NEW / "x.yml"
    assert threadbook("fix").err == "0 findings fixed.\n"
    assert file.read_text() == text


def test_a_fix_that_cannot_be_made_does_not_keep_others_from_being_made(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    text = "title: A??\ntopics: [proposals]\nanswer: https://example.org/help/threads/first/\n"
    file = knowledge({"threads/new/x.yml": text}) / NEW / "x.yml"
    threadbook("fix")
    assert file.read_text().startswith("title: A?\n")


def test_fixing_says_each_thing_once(knowledge: Knowledge, threadbook: Threadbook) -> None:
    knowledge(
        {
            "threads/new/x.yml": "title: When??  \ntopics: [proposals]\n",
            "threads/new/y.yml": b"title: \xff\n",
        }
    )
    said = threadbook("fix").err
    assert said.count("TB304") == said.count("TB016") == said.count("left alone") == 1
    assert said.endswith("2 findings fixed.\n")


# new thread

THREAD = ["new", "thread", "--board", "new", "--topic", "proposals"]


def test_a_new_thread_is_written_by_options(knowledge: Knowledge, threadbook: Threadbook) -> None:
    root = knowledge({})
    more = "--topic payments --by moderator --id pay --yes".split()
    text = ["--title", "When am I paid?", "--question", "See\n\n- a: b", "--answer", "Soon: x"]
    done = threadbook(*THREAD, *text, *more)
    assert (done.status, done.err) == (0, "")
    assert f"{NEW}/pay.yml: written." in done.out
    assert yaml.safe_load((root / NEW / "pay.yml").read_text()) == {
        "title": "When am I paid?",
        "topics": ["proposals", "payments"],
        "question": {"by": "moderator", "at": (day := THE_DAY), "body": "See\n\n- a: b\n"},
        "answers": [{"id": "a1", "by": "moderator", "at": day, "body": "Soon: x"}],
    }
    assert threadbook("check", f"{NEW}/pay.yml").status == 0


THE_DAY = yaml.safe_load("2026-11-23")


def test_a_new_thread_asks_for_what_no_option_says(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    root = knowledge({})
    typed = "Where is my money?\nwrok\nwork\npayments, proposals\nOn its way.\n\n\n"
    done = threadbook("new", "thread", typed=typed)
    assert done.status == 0, done.err
    file = root / "content/threads/work/where-is-my-money.yml"
    assert file.read_text() == (
        "title: Where is my money?\ntopics: [payments, proposals]\n"
        "answer:\n  at: 2026-11-23\n  body: On its way.\n"
    )
    assert threadbook("check", file).status == 0
    assert threadbook("fmt", "--check", file).status == 0


def test_a_new_thread_asks_who_wrote_it_and_when(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    root = knowledge({})
    typed = "When am I paid?\nwork\npayments\nSoon.\nmoderator\n2026-11-01\n"
    assert threadbook("new", "thread", "--question", "I wait.", typed=typed).status == 0
    text = (root / "content/threads/work/when-am-i-paid.yml").read_text()
    assert text.count("by: moderator\n") == text.count("at: 2026-11-01\n") == 2
    assert "&" not in text  # a day that is given twice is no anchor
    assert threadbook("fmt", "--check").status == 0


@pytest.mark.parametrize(
    ("by", "day", "said"), [("nobody", "", "no person"), ("", "1.1.", "not a day")]
)
def test_who_and_when_are_understood_or_refused(
    knowledge: Knowledge, threadbook: Threadbook, by: str, day: str, said: str
) -> None:
    before = content(root := knowledge({}))
    typed = f"When am I paid?\nwork\npayments\nSoon.\n{by}\n{day}\n"
    done = threadbook("new", "thread", typed=typed)
    assert done.status == 2
    assert said in done.err
    assert content(root) == before


EDITORS = {
    "writes": (
        'printf \'See\\n\\n- this\\n\' > new; cat "$1" >> new; cp new "$1"',
        "See\n\n- this\n",
    ),
    "writes nothing": ("true", None),
    "fails": ("exit 1", ""),
    "is not there": (None, ""),
}


@pytest.mark.parametrize("does", EDITORS)
def test_bodies_are_written_in_the_editor(
    knowledge: Knowledge,
    threadbook: Threadbook,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    does: str,
) -> None:
    root = knowledge({})
    script, expected = EDITORS[does]
    editor = tmp_path / "my editor; touch ran"
    if script is not None:
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"'{editor}'")
    monkeypatch.setattr("threadbook.cli.bodies.has_editor", lambda: True)
    monkeypatch.setattr("threadbook.cli.editing.has_editor", lambda: True)
    file = root / NEW / "when-am-i-paid.yml"
    title = "When am I paid? $(touch ran) `touch ran`"
    done = threadbook(*THREAD, "--title", title, "--id", "when-am-i-paid", typed="\n\n")
    assert not (tmp_path / "ran").exists()
    if expected == "":
        assert done.status == 3
        assert "did not end well; see $EDITOR" in done.err
        assert not file.exists()
        return
    assert done.status == 0, done.err
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["title"] == title
    bodies = [written[name]["body"] for name in ("question", "answer") if name in written]
    assert bodies == ([expected] * 2 if expected else [])


SLUGS = {
    "Straßen in Zürich?": "strassen-in-zurich",
    "Где мои деньги?": "gde-moi-dengi",
    "什么时候付款？": "shen-me-shi-hou-fu-kuan",
    "한국어 질문": "hangugeo-jilmun",
    "Ελληνικά": "ellinika",
    "Zoë's café — don’t": "zoes-cafe-dont",
    "😀 → ok": "ok",
    "😀😀?": "",
}


@pytest.mark.parametrize("title", SLUGS, ids=ascii)
def test_a_title_in_any_script_gives_an_id(title: str) -> None:
    assert make_slug(title) == SLUGS[title]


@pytest.mark.parametrize(
    ("options", "missing"),
    [
        (["thread"], "--title"),
        (["thread", "--title", "When?"], "--board, such as new, work"),
        (["thread", "--title", "When?", "--board", "new"], "--topic"),
        (["thread", "--title", "When?", "--board", "new", "--topic", "payments"], "--answer"),
        (
            ["thread", "--title", "😀?", "--board", "new", "--topic", "payments", "--answer", ""],
            "--id",
        ),
        (["thread", "--title", "What first?", "--board", "new", "--topic", "payments"], "--yes"),
        (["path"], "--title"),
        (["path", "--title", "First steps"], "--summary"),
        (["path", "--title", "First steps", "--summary", "s"], "--objective"),
        (["path", "--title", "First steps", "--summary", "", "--objective", "o"], "--thread"),
    ],
)
def test_without_anybody_to_ask_nothing_is_written(
    knowledge: Knowledge, threadbook: Threadbook, options: list[str], missing: str
) -> None:
    before = content(root := knowledge({}))
    done = threadbook("new", *options)
    assert done.status == 2
    assert f"There is no terminal to ask questions at. Give {missing}." in done.err
    assert "?" not in done.out.replace("What first?", ""), "nothing is asked of nobody"
    assert "Aborted!" not in done.err
    assert content(root) == before


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            "--board nwe --topic payments",
            'There is no board with the id "nwe". Did you mean "new"?',
        ),
        ("--board ../.. --topic payments", "There is no board"),
        ("--board new --topic x", 'There is no topic with the id "x"'),
        ("--board new --topic payments --by x", 'There is no person with the id "x"'),
        ("--board new --topic payments --id ../x", '"../x" is not an id'),
        ("--board new --topic payments --id /etc/x", "is not an id"),
        ("--board new --topic payments --id X", "is not an id"),
        ("--board new --topic payments --id a--b", "is not an id"),
        ("--board new --topic payments --id x.yml", "is not an id"),
        (f"--board new --topic payments --id {'a' * 101}", "is not an id"),
        ("--board new --topic payments --id first", 'The id "first" is taken'),
        ("--board work --topic payments --id first", 'The id "first" is taken'),
        ("--board new --topic payments --id broken", 'The id "broken" is taken'),
    ],
)
def test_a_new_thread_refuses_what_does_not_fit(
    knowledge: Knowledge, threadbook: Threadbook, options: str, said: str
) -> None:
    before = content(root := knowledge({"threads/new/broken.yml": "title: ["}))
    title = ["--title", "When am I paid?", "--answer", "Soon.", "--yes"]
    done = threadbook("new", "thread", *title, *options.split())
    assert done.status == 2
    assert done.err.startswith("threadbook: ")
    assert said in done.err
    assert content(root) == before


def test_a_file_that_is_there_is_never_written_over(
    knowledge: Knowledge, threadbook: Threadbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if it came to be after the content was read."""
    root = knowledge({})

    def meanwhile(**_: object) -> str:
        (root / NEW / "mine.yml").write_text("theirs")
        return "ours"

    monkeypatch.setattr(
        "threadbook.cli.editing.compose_thread", lambda **_: "title: A?\ntopics: [payments]\n"
    )
    monkeypatch.setattr("threadbook.cli.editing._judge", lambda *_, **__: meanwhile())
    done = threadbook(*THREAD, "--title", "When am I paid?", "--answer", "", "--id", "mine")
    assert done.status == 3
    assert "exists already" in done.err
    assert (root / NEW / "mine.yml").read_text() == "theirs"


@pytest.mark.parametrize(
    ("typed", "options", "is_written"),
    [
        ("y\n", [], True),
        ("n\n", [], False),
        ("\n", [], False),
        ("", [], False),
        ("", ["--yes"], True),
    ],
)
def test_similar_questions_are_shown_before_anything_is_written(
    knowledge: Knowledge, threadbook: Threadbook, typed: str, options: list[str], is_written: bool
) -> None:
    root = knowledge({})
    title = ["--title", "What first, please?", "--answer", "That."]
    done = threadbook(*THREAD, *title, *options, typed=typed)
    assert "What first?" in done.out
    assert f"{NEW}/first.yml" in done.out
    assert done.status == (0 if is_written else 3 if typed else 2)
    assert (root / NEW / "what-first-please.yml").exists() == is_written


def test_a_strangers_title_gives_no_orders_when_it_is_shown_as_similar(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    knowledge(
        {"threads/new/x.yml": 'title: "When \\e]0;x am \\u202e I paid?"\ntopics: [payments]\n'}
    )
    said = threadbook(*THREAD, "--title", "When am x I paid?", "--answer", "", "--yes").out
    assert "x.yml" in said
    assert not re.search("[\x1b\u202e]", said)


HOSTILE_TITLES = [
    '"]: #{}?',
    "../../etc/passwd?",
    "When\nis\r\n it\tpaid?",
    "- is: it? # no",
    "!!python/object/apply:os.system [id]?",
    "&a *b {{ 7*7 }} %{x}?",
    "'\"?",
    "--- When?",
    "When |",
    "? Why?",
    "12:30 or no?",
    "When \u2028 and \u00a0?",
    "Zoë's café — open?",
    "<script>alert(1)</script> `?",
    "😀😀?",
    "x" * 499 + "?",
    "con",
]


@pytest.mark.parametrize("title", HOSTILE_TITLES, ids=lambda title: ascii(title[:20]))
def test_any_title_is_written_as_it_is_and_where_it_belongs(
    knowledge: Knowledge, threadbook: Threadbook, title: str
) -> None:
    root = knowledge({})
    before = content(root)
    done = threadbook(*THREAD, "--title", title, "--answer", title, "--yes", typed="an-id\n")
    assert done.status == 0, done.err
    (file,) = content(root).keys() - before.keys()
    assert file.parent == root / NEW
    assert len(file.name) <= 104
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["title"] == " ".join(title.split())
    assert written["answer"]["body"].split() == title.split()
    assert threadbook("check", file).status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--title", "x" * 500 + "?", "--answer", ""], "TB105"),
        (["--title", " ", "--id", "x", "--answer", ""], "needs a question"),
        (["--title", "When?", "--answer", "  "], "TB105"),
        (["--title", "When?", "--answer", "> " * 150], "TB108"),
        (["--title", "When?", "--answer", SECRET], "TB508"),
        (["--title", "When?", "--answer", "[[nowhere]]"], "TB201"),
        (["--title", os.fsdecode(b"a\xff?"), "--answer", ""], ""),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_a_thread_with_errors_is_not_written_even_if_it_was_meant_so(
    knowledge: Knowledge, threadbook: Threadbook, options: list[str], said: str
) -> None:
    before = content(root := knowledge({}))
    done = threadbook(*THREAD, *options, "--yes")
    assert done.status in {2, 3}
    assert said in done.err
    assert content(root) == before


@pytest.mark.parametrize(("typed", "status"), [("y\n", 0), ("n\n", 3), ("", 2)])
def test_a_thread_with_warnings_is_written_if_it_was_meant_so(
    knowledge: Knowledge, threadbook: Threadbook, typed: str, status: int
) -> None:
    root = knowledge({})
    done = threadbook(*THREAD, "--title", "Contract", "--answer", "x", typed=typed)
    assert done.status == status
    assert "TB301" in done.err
    assert (root / NEW / "contract.yml").exists() == (status == 0)


def test_an_editor_is_told_the_schema_if_there_is_one(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    root = knowledge({})
    assert threadbook("schema", "schema").status == 0
    threadbook(*THREAD, "--title", "When?", "--answer", "x", "--id", "x")
    first, _, _ = (root / NEW / "x.yml").read_text().partition("\n")
    assert first == "# yaml-language-server: $schema=../../../schema/thread.schema.json"
    assert (root / NEW / first.partition("=")[2]).is_file()


# new path

PATH = ["new", "path", "--summary", "All of it.", "--objective", "Go: on.", "--thread", "first"]


def test_a_new_path_is_written_by_options_or_by_asking(
    knowledge: Knowledge, threadbook: Threadbook
) -> None:
    root = knowledge({})
    assert threadbook(*PATH, "--title", "First steps").status == 0
    typed = "First steps\nAll of it.\nGo: on.\nfirst, first\n"
    assert threadbook("new", "path", "--id", "again", typed=typed).status == 0
    files = [root / "content/paths" / name for name in ("first-steps.yml", "again.yml")]
    for file in files:
        assert yaml.safe_load(file.read_text()) == {
            "title": "First steps",
            "summary": "All of it.",
            "objectives": ["Go: on."],
            "steps": [{"thread": "first"}],
        }
        assert threadbook("check", file).status == 0
        assert threadbook("fmt", "--check", file).status == 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--thread frist", 'There is no thread with the id "frist". Did you mean "first"?'),
        ("--thread draft", 'There is no thread with the id "draft"'),
        ("--thread ../x", "There is no thread"),
        ("--id ../x", "is not an id"),
        ("--id old", 'The id "old" is taken'),
        ("--id broken", "is taken"),
    ],
)
def test_a_new_path_refuses_what_does_not_fit(
    knowledge: Knowledge, threadbook: Threadbook, options: str, said: str
) -> None:
    root = knowledge(
        {
            "paths/old.yml": "title: Old\nobjectives: [x]\nsteps: [{thread: first}]\n",
            "paths/broken.yml": "title: [",
            "threads/new/draft.yml": "title: A?\ntopics: [proposals]\nstatus: draft\n",
        }
    )
    before = content(root)
    done = threadbook(*PATH, "--title", "First steps", *options.split())
    assert done.status == 2
    assert said in done.err
    assert content(root) == before


@pytest.mark.parametrize("title", HOSTILE_TITLES, ids=lambda title: ascii(title[:20]))
def test_any_title_of_a_path_is_written_as_it_is_and_where_it_belongs(
    knowledge: Knowledge, threadbook: Threadbook, title: str
) -> None:
    root = knowledge({})
    before = content(root)
    done = threadbook(*PATH, "--title", title, "--objective", title, typed="an-id\n")
    assert done.status == 0, done.err
    (file,) = content(root).keys() - before.keys()
    assert file.parent == root / "content/paths"
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["title"] == written["objectives"][1] == " ".join(title.split())
    assert threadbook("check", file).status == 0


@pytest.mark.parametrize("option", ["--title", "--objective"])
def test_a_path_with_errors_is_not_written(
    knowledge: Knowledge, threadbook: Threadbook, option: str
) -> None:
    before = content(root := knowledge({}))
    assert threadbook(*PATH, "--title", "X", option, " ", "--id", "x").status == 3
    assert content(root) == before


# init and schema


def test_a_new_base_has_nothing_to_complain_about(threadbook: Threadbook, tmp_path: Path) -> None:
    done = threadbook("init", "new base")
    assert done.status == 0
    config = ("--config", "new base/mkdocs.yml")
    checked = threadbook("check", *config)
    assert checked.status == 0
    assert checked.err.count("[TB") == 1
    assert "notice[TB916]" in checked.err  # nobody has said yet where it is published
    assert threadbook("fmt", "--check", *config).status == 0
    assert (tmp_path / "new base" / "schema" / "thread.schema.json").is_file()


@pytest.mark.parametrize("there", ["file", "link"])
def test_a_new_base_takes_no_place_that_is_taken(
    threadbook: Threadbook, tmp_path: Path, there: str
) -> None:
    place = tmp_path / "kb"
    match there:
        case "file":
            place.write_text("mine")
        case _:
            place.symlink_to("nowhere")
    before = sorted(tmp_path.rglob("*"))
    done = threadbook("init", "kb")
    assert done.status == 3
    assert done.err.startswith("threadbook: kb ")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_schemas_are_written_over_older_ones(
    threadbook: Threadbook, tmp_path: Path, repository: Path
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "thread.schema.json").write_text("{}")
    (tmp_path / "old" / "mine.json").write_text("mine")
    done = threadbook("schema", "old")
    assert done.status == 0
    written = {file.name for file in (repository / "schema").glob("*.json")}
    assert {Path(line.strip()).name for line in done.out.splitlines()} == written
    for name in written:
        assert (tmp_path / "old" / name).read_bytes() == (repository / "schema" / name).read_bytes()
    assert (tmp_path / "old" / "mine.json").read_text() == "mine"


@pytest.mark.parametrize(
    "arguments", [("init", "/dev/null/kb"), ("schema", "/dev/null/x"), ("schema", "/proc/x")]
)
def test_a_folder_that_cannot_be_made_is_named(
    threadbook: Threadbook, arguments: tuple[str, str]
) -> None:
    done = threadbook(*arguments)
    assert done.status == 3
    assert arguments[1] in done.err
