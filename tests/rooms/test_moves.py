"""`threadbook move`, `merge` and `remove`: nothing that anybody wrote or linked to is lost."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from bases import write_example
from hypothesis import given
from hypothesis import strategies as st

from threadbook.edit.change_set import FileChange, write_all
from threadbook.edit.renaming import Named, Renaming, edit_links, list_slots
from threadbook.edit.reshaping import open_mapping, turn_into_list
from threadbook.edit.surgery import (
    CannotEditError,
    TextEdit,
    change_texts,
    change_value,
    drop,
    extend_list,
    put_nothing,
)
from threadbook.errors import UserError
from threadbook.gather import gather
from threadbook.load.file import list_texts
from threadbook.load.files import MODELS
from threadbook.load.sources import list_sources
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Site, Thread
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

SITE = """\
# The site
boards:
  - {id: new, title: New here}  # the first
  - id: work
    title: Work
topics:
  - id: payments
    title: Payments
    start_here: first  # for newcomers
  - {id: contracts, title: Contracts}
people:
  - {id: moderator, name: Moderator, role: moderator}
featured:
  topics: [payments, contracts]
  threads:
    - first  # the best
    - second
  paths: [begin]
"""
FIRST = """\
# Kept
title: When am I paid?   # a question
topics: [payments]
also_asked: [When does the money come?]
answers:
  - id: a1
    by: moderator
    accepted: true
    body: |
      # Soon

      On Friday. See [[second]] and [below](#soon).
  - id: a2
    body: Later, as [[first#a1]] says, and [this](thread:first#a1_soon).
related: [second]
"""
SECOND = """\
title: When are they paid?
topics: [payments, contracts]
answer: "See [[first|the first]], [[first]] and `[[first]]`."
related: [first]
"""
PATH = """\
title: Begin
prerequisites: []
steps:
  - thread: first
    note: Read [it](thread:first) or [the path](path:begin).
  - check:
      question: When?
      choices: [{text: Now}, {text: Then, correct: true}]
      cites: first
  - thread: second
"""
FILES: dict[str, str | bytes] = {
    "site.yml": SITE,
    "threads/new/first.yml": FIRST,
    "threads/work/second.yml": SECOND,
    "paths/begin.yml": PATH,
    "queries.yml": '- {query: "pay day", expect: first}  # a test\n',
    "glossary.yml": "- term: pay\n  definition: Money. See [[first]].\n  thread: first\n",
    "pages/about.md": "---\ntitle: About\n---\n# About\n\n[[first]], [p](path:begin), "
    "[t](topic:payments), [b](board:new) and [a](../threads/first/#a1).\n\n[x]: thread:first\n\n[x]\n",
}


@pytest.fixture
def base(knowledge: Knowledge) -> Path:
    return knowledge(dict(FILES))


def content(root: Path) -> dict[str, bytes]:
    """Return everything in the content folder."""
    folder = root / "content"
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def text(root: Path, name: str) -> str:
    return (root / "content" / name).read_text("utf-8")


def errors(root: Path) -> list[str]:
    settings = Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)
    found = gather(settings, keep=False).findings
    return [f"{each.place} {each.message}" for each in found if each.severity == "error"]


# Bytes of YAML

BLOCKS = """\
title: A
topics: [a, b, c]  # x
related:
  - one  # keep
  # alone
  - "two"
answer: |
  Text [[one]]
  more

# last
"""


@pytest.mark.parametrize(
    ("location", "gone"),
    [
        (("topics", 0), "a, "),
        (("topics", 1), "b, "),
        (("topics", 2), ", c"),
        (("topics",), "topics: [a, b, c]  # x\n"),
        (("related", 0), "  - one  # keep\n"),
        (("related", 1), '  - "two"\n'),
        (("answer",), "answer: |\n  Text [[one]]\n  more\n"),
    ],
)
def test_only_what_goes_is_removed(location: tuple[str | int, ...], gone: str) -> None:
    assert drop(BLOCKS, location) == BLOCKS.replace(gone, "", 1)


def test_a_list_goes_with_its_last_item() -> None:
    assert drop("title: A\nrelated:\n  - one\nlang: en", ("related", 0)) == "title: A\nlang: en"
    assert drop("title: A\nrelated: [one]", ("related", 0)) == "title: A"
    assert drop("- {a: b, c: d}\n", (0, "c")) == "- {a: b}\n"
    assert drop("- thread: a\n  term: b\n", (0, "thread")) == "- term: b\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("answer: See [[old]]\n", "answer: See [[new]]\n"),
        ('answer: "\\x41 [[old]]"\n', 'answer: "\\x41 [[new]]"\n'),
        ("answer: 'It''s [[old]]'\n", "answer: 'It''s [[new]]'\n"),
        ("answer: |2-  # [[old]]\n   See [[old]]", "answer: |2-  # [[old]]\n   See [[new]]"),
        ("answer: >\n  See\n  [[old]]\n\n", "answer: >\n  See\n  [[new]]\n\n"),
        ("answer: &x See [[old]]\n", "answer: &x See [[new]]\n"),
        ("answer: |\r\n  ä [[old]]\r\n  b\r\n", "answer: |\r\n  ä [[new]]\r\n  b\r\n"),
    ],
)
def test_a_piece_of_a_text_is_changed_however_it_is_written(value: str, written: str) -> None:
    said = parse(value, "").value["answer"]
    at = said.index("old")
    assert change_texts(value, {("answer",): (TextEdit(at, at + 3, "new"),)}) == written


def test_what_is_written_in_escapes_is_refused() -> None:
    with pytest.raises(CannotEditError, match="unusual"):
        change_texts('answer: "[[\\x6fld]]"', {("answer",): (TextEdit(2, 5, "new"),)})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("title: A\n", "title: A\nrelated: [x]\n"),
        ("title: A", "title: A\nrelated: [x]"),
        ("title: A\r\nlang: en\r\n", "title: A\r\nrelated: [x]\r\nlang: en\r\n"),
        ("title: A\nrelated: []\n", "title: A\nrelated: [x]\n"),
        ("title: A\nrelated: [a]  # b\n", "title: A\nrelated: [a, x]  # b\n"),
        ("title: A\nrelated:\n- a  # b\n# c\n", "title: A\nrelated:\n- a  # b\n- x\n# c\n"),
        ("{title: A, related: [a]}", "{title: A, related: [a, x]}"),
        ("{title: A}", "{title: A, related: [x]}"),
        ("title: A\nanswer: |\n  b\n\n# c\n", "title: A\nanswer: |\n  b\nrelated: [x]\n\n# c\n"),
    ],
)
def test_an_item_is_added_at_the_end_of_a_list(before: str, after: str) -> None:
    assert extend_list(before, (), "related", ["x"], Thread) == after


@pytest.mark.parametrize("before", ["title: A\nrelated: x\n", "- a\n", "status: draft\n"])
def test_an_item_is_not_added_where_no_list_can_be(before: str) -> None:
    with pytest.raises(CannotEditError):
        extend_list(before, (), "related", ["x"], Thread)


def test_texts_are_quoted_where_they_must_be() -> None:
    asked = ["yes", "a: b", "#1", "[x]", "it's", 'say "a", b']
    for before in ("title: A\n", "{title: A}", "title: A\nalso_asked: [x]\n"):
        new = extend_list(before, (), "also_asked", asked, Thread)
        assert parse(new, "").value["also_asked"][-len(asked) :] == asked


@pytest.mark.parametrize(
    "answer",
    [
        "answer: Yes\n  or no.\n",
        "answer: |\n  Yes\n\n    or no.\n",
        "answer: {by: m, body: Yes}\n",
        "answer:  # why\n  by: m\n  # who\n  body: >-\n    Yes\n\n    or no.\n",
        'answer: "Yes\n\n  or no."\n',
    ],
)
def test_the_short_form_becomes_a_list_of_one(answer: str) -> None:
    before = f"title: A\n{answer}lang: en\n"
    new = turn_into_list(before, "answer", "answers", ["id: a1", "accepted: true"])
    said = parse(before, "").value["answer"]
    said = {"body": said} if isinstance(said, str) else said
    expected = {"title": "A", "answers": [{"id": "a1", "accepted": True, **said}], "lang": "en"}
    assert parse(new, "").value == expected
    assert re.findall("#.*", new) == re.findall("#.*", before)
    opened = parse(open_mapping(before, "answer"), "").value
    assert opened == {"title": "A", "answer": said, "lang": "en"}


def test_null_is_written_in_the_place_of_a_value() -> None:
    assert put_nothing("- {a: 'b', c: d}\n", (0, "a")) == "- {a: null, c: d}\n"
    with pytest.raises(CannotEditError):
        put_nothing("a: |\n  b\n", ("a",))


# Where something is named


def test_every_reference_of_the_example_base_has_a_slot_or_is_a_link(repository: Path) -> None:
    """What the loader finds, and checks, is what a move rewrites."""
    root = repository
    settings = Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)
    library = gather(settings, keep=False).library
    found: set[tuple[str, str, str]] = set()
    for source in list_sources(root / "content", root).sources:
        document = parse(Path(source.path).read_text("utf-8"), source.file)
        model, _ = validate(MODELS[source.kind], document, source.file)
        assert model is not None
        found |= {(source.file, slot.kind, slot.id) for slot in list_slots(model)}
        for _, body in list_texts(model):
            for kind in ("thread", "topic", "path", "board"):
                for id_ in {each.target for each in library.references if each.kind == kind}:
                    old = Named(kind, id_)
                    if edit_links(body, Renaming(old, Named(kind, "x"))):
                        found.add((source.file, kind, id_))
    wanted = {
        (each.file, each.kind, each.target)
        for each in library.references
        if each.kind in {"thread", "topic", "path", "board"} and each.file.endswith(".yml")
    }
    assert len(wanted) > 300
    assert wanted - found == set()


OLD, NEW = Named("thread", "old"), Named("thread", "new")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[[old]]", "[[new]]"),
        ("[[old|the old]]", "[[new|the old]]"),
        ("[[old#a1]]", "[[new#a1]]"),
        ("[old](thread:old)", "[old](thread:new)"),
        ('[a](thread:old#a1 "old")', '[a](thread:new#a1 "old")'),
        ("<thread:old>", "<thread:new>"),
        ("[a][b]\n\n[b]: thread:old\n", "[a][b]\n\n[b]: thread:new\n"),
        ("[thread:old](thread:old)", "[thread:old](thread:new)"),
        ("[a](../../threads/old/#a1)", "[a](../../threads/new/#a1)"),
        ("[a](https://e.org/x/threads/old/)", "[a](https://e.org/x/threads/new/)"),
        ("- [[old]]\n- [[old]]\n", "- [[new]]\n- [[new]]\n"),
        ("`[[old]]` [[older]] [[the-old]] thread:old", None),
        ("[a](https://other.org/threads/old/)", None),
        ("[a](topic:old) [b](../../topics/old/)", None),
        ("\\[[old]]", None),
    ],
)
def test_links_and_nothing_else_are_renamed(before: str, after: str | None) -> None:
    edits = edit_links(before, Renaming(OLD, NEW, site_url="https://e.org/x/"))
    assert change_value(before, edits) == (before if after is None else after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See [[old]].", "See The \\*old\\* one?."),
        ("See [[old|this *one*]].", "See this *one*."),
        ("See [this `one`](thread:old).", "See this `one`."),
        ("See [this][x].\n\n[x]: thread:old", "See this.\n\n[x]: thread:old"),
    ],
)
def test_a_link_that_goes_leaves_its_words(before: str, after: str) -> None:
    edits = edit_links(before, Renaming(OLD, None, "The *old* one?"))
    assert change_value(before, edits) == after


# Moving


def test_a_thread_moves_with_all_that_names_it(base: Path, run: Run) -> None:
    done = run("threadbook", "move", "first", "pay-day", cwd=base)
    assert done.returncode == 0, done.stderr
    expected = FIRST.replace("first", "pay-day") + "redirect_from: [threads/first]\n"
    assert text(base, "threads/new/pay-day.yml") == expected
    assert not (base / "content/threads/new/first.yml").exists()
    changed = SECOND.replace("[[first", "[[pay-day").replace("[first]", "[pay-day]")
    assert text(base, "threads/work/second.yml") == changed.replace("`[[pay-day]]`", "`[[first]]`")
    assert text(base, "site.yml") == SITE.replace("here: first", "here: pay-day").replace(
        "- first", "- pay-day"
    )
    for name in ("paths/begin.yml", "queries.yml", "glossary.yml", "pages/about.md"):
        assert text(base, name) == str(FILES[name]).replace("first", "pay-day")
    assert errors(base) == []


def test_a_thread_whose_id_begins_like_an_address_of_the_web_moves(base: Path, run: Run) -> None:
    (base / "content/threads/new/https-setup.yml").write_text(
        "title: How is it encrypted?\ntopics: [payments]\nanswer: So.\n"
    )
    web = "[it](https://example.org/https-setup/)"
    third = base / "content/threads/work/third.yml"
    third.write_text(
        f"title: Is it safe?\ntopics: [payments]\nanswer: See [[https-setup]] and {web}.\n"
    )
    path = base / "content/paths/begin.yml"
    path.write_text(path.read_text().replace("note: Read", "note: Read [[https-setup]] and"))
    assert run("threadbook", "move", "https-setup", "tls", cwd=base).returncode == 0
    assert f"answer: See [[tls]] and {web}." in third.read_text()
    assert "note: Read [[tls]] and" in path.read_text()
    third.write_text(third.read_text().replace("[[tls]]", "[[http-gone]]"))
    assert any("http-gone" in each for each in errors(base))


@pytest.mark.parametrize(
    ("there", "back", "home"),
    [
        ("first pay-day", "pay-day first", "threads/new/first.yml"),
        ("second other", "thread:other second", "threads/work/second.yml"),
        ("topic:payments topic:money", "money payments", "site.yml"),
        ("contracts deals", "topic:deals contracts", "site.yml"),
        ("new old", "old new", "site.yml"),
        ("board:work jobs", "jobs work", "site.yml"),
        ("begin start", "start begin", "paths/begin.yml"),
    ],
)
def test_there_and_back_changes_nothing_but_redirect_from(
    base: Path, run: Run, there: str, back: str, home: str
) -> None:
    before = content(base)
    for arguments in (there, back):
        done = run("threadbook", "move", *arguments.split(), cwd=base)
        assert done.returncode == 0, done.stderr
        assert errors(base) == []
    after = content(base)
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name]] == [home]
    said = re.sub(rb",? *redirect_from: \[[^\]]*\]\n?", b"", after[home])
    assert said == before[home]


def test_anchors_follow_the_posts_that_moved() -> None:
    renaming = Renaming(OLD, NEW, anchors={"a1": "a3", "question": "question", "question_": ""})
    body = (
        "[[old#a1]] [[old#a1_so]] [[old#question]] [[old#question_so]] [[old#a9]] "
        "[x](../../threads/old/#a1) [y](../old/#a1)"
    )
    assert change_value(body, edit_links(body, renaming)) == (
        "[[new#a3]] [[new#a3_so]] [[new#question]] [[new#question]] [[new]] "
        "[x](../../threads/new/#a3) [y](../old/#a1)"
    )


SPELLINGS = ["[[{}]]", "[a](thread:{})", "[[{}|b]]", "`[[{}]]`", "[{}](thread:{})", "x\n\ny", "é #"]


@given(
    st.lists(st.sampled_from(SPELLINGS), min_size=1, max_size=6),
    st.sampled_from(["| ", ">", "plain", "'", '"']),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["pay", "a", "payment", "old-one"]),
)
def test_a_text_renamed_there_and_back_has_the_same_bytes(
    parts: list[str], style: str, end: str, id_: str
) -> None:
    body = " ".join(part.replace("{}", id_) for part in parts) + f" {id_}s"
    lines = body.split("\n")
    if style in {"| ", ">"}:
        block = "\n".join(f"  {line}" if line else "" for line in lines)
        before = f"title: A\nanswer: {style}# [[{id_}]]\n{block}\n" if style == "| " else ""
        before = before or f"title: A\nanswer: >\n{block}\n"
    else:
        quote = style if style != "plain" else '"'
        joined = "\n\n  ".join(body.split("\n\n"))
        before = f"title: A\nanswer: {quote}{joined}{quote}\n"
    before = before.replace("\n", end)
    there = _rename(before, Named("thread", id_), Named("thread", "brand-new"))
    assert parse(there, "").value.keys() == {"title", "answer"}
    assert _rename(there, Named("thread", "brand-new"), Named("thread", id_)) == before


def _rename(yaml: str, old: Named, new: Named) -> str:
    said = parse(yaml, "").value["answer"]
    return change_texts(yaml, {("answer",): edit_links(said, Renaming(old, new))})


def test_a_mark_and_line_ends_stay(knowledge: Knowledge, run: Run) -> None:
    root = knowledge(
        {
            "threads/new/b.yml": b"\xef\xbb\xbftitle: Bee?\r\ntopics: [payments]\r\nrelated: [first]\r\n"
        }
    )
    assert run("threadbook", "move", "b", "c", cwd=root).returncode == 0
    assert run("threadbook", "move", "first", "last", cwd=root).returncode == 0
    assert (root / "content/threads/new/c.yml").read_bytes() == (
        b"\xef\xbb\xbftitle: Bee?\r\ntopics: [payments]\r\nrelated: [last]\r\n"
        b"redirect_from: [threads/b]\r\n"
    )


def test_a_thread_moves_to_another_board_and_keeps_its_address(base: Path, run: Run) -> None:
    before = content(base)
    done = run("threadbook", "move", "first", "work/first", cwd=base)
    assert done.returncode == 0, done.stderr
    after = content(base)
    assert after.pop("threads/work/first.yml") == before.pop("threads/new/first.yml")
    assert after == before
    assert not (base / "content/threads/new").exists()


def test_a_topic_a_board_and_a_path_move_with_all_that_names_them(base: Path, run: Run) -> None:
    for old, new in (("payments", "money"), ("new", "hello"), ("begin", "start")):
        assert run("threadbook", "move", old, new, cwd=base).returncode == 0
    assert "{id: hello, title: New here, redirect_from: [boards/new]}  # the first" in text(
        base, "site.yml"
    )
    assert "    redirect_from: [topics/payments]\n" in text(base, "site.yml")
    assert "topics: [money, contracts]" in text(base, "threads/work/second.yml")
    assert text(base, "threads/hello/first.yml") == FIRST.replace("[payments]", "[money]")
    assert "redirect_from: [paths/begin]\n" in text(base, "paths/start.yml")
    assert "[p](path:start), [t](topic:money), [b](board:hello)" in text(base, "pages/about.md")
    assert errors(base) == []


def test_canonical_files_stay_canonical(tmp_path: Path, run: Run) -> None:
    write_example(tmp_path)
    assert run("threadbook", "fmt", "--check", cwd=tmp_path).returncode == 0
    for arguments in (
        "move write-first-proposal first-proposal",
        "move topic:contracts agreements",
        "move board:finding-work find-work",
        "move first-proposal-to-contract first-steps",
        "merge weekly-time-sheet-by-mail how-hours-are-recorded",
        "remove two-clients-said-yes",
    ):
        before = content(tmp_path)
        done = run("threadbook", *arguments.split(), cwd=tmp_path)
        assert done.returncode == 0, (arguments, done.stderr)
        after = content(tmp_path)
        names = [name for name in after if name.endswith(".yml")]
        changed = [f"content/{name}" for name in names if after[name] != before.get(name)]
        assert changed
        done = run("threadbook", "fmt", "--check", *changed, cwd=tmp_path)
        assert done.returncode == 0, (arguments, done.stderr)


def test_a_dry_run_shows_a_diff_that_git_applies(base: Path, run: Run) -> None:
    before = content(base)
    shown = run("threadbook", "move", "first", "pay-day", "--dry-run", cwd=base)
    assert shown.returncode == 0
    assert content(base) == before
    assert "rename from content/threads/new/first.yml" in shown.stdout
    command = ["git", "apply", "--unsafe-paths", "-"]
    subprocess.run(command, cwd=base, input=shown.stdout, text=True, check=True)
    applied = content(base)
    for name, written in before.items():
        (base / "content" / name).write_bytes(written)
    (base / "content/threads/new/pay-day.yml").unlink()
    assert run("threadbook", "move", "first", "pay-day", cwd=base).returncode == 0
    assert content(base) == applied


# Joining


def test_two_threads_are_joined_with_all_that_was_written(base: Path, run: Run) -> None:
    (base / "content/threads/work/third.yml").write_text(
        dedent("""\
        title: When is pay day?
        topics: [contracts]
        also_asked: [When am I paid?, Is it Friday?]
        question: {by: moderator, body: "I wait, see [[third#a1]]."}
        answer: It is Friday. See [[first]] or [[second]].
        duplicate_of: first
        redirect_from: [old/third]
        verified: 2026-01-01
        """)
    )
    second = base / "content/threads/work/second.yml"
    second.write_text(SECOND + "duplicate_of: first\nredirect_from: [t/2]\n")
    (base / "content/pages/more.md").write_text("See [[third#a1]] and [[third#question]].\n")
    done = run("threadbook", "merge", "third", "first", cwd=base)
    assert done.returncode == 0, done.stderr
    assert "not carried over from the duplicate: topics contracts; verified." in done.stderr
    assert "its own answer stays accepted" in done.stderr
    joined = parse(text(base, "threads/new/first.yml"), "").value
    assert joined["also_asked"] == [
        "When does the money come?",
        "When is pay day?",
        "Is it Friday?",
    ]
    assert joined["question"] == {"by": "moderator", "body": "I wait, see [[first#a3]]."}
    assert joined["answers"][2] == {
        "id": "a3",
        "body": "It is Friday. See [[first]] or [[second]].",
    }
    assert joined["redirect_from"] == ["threads/third", "old/third"]
    assert text(base, "threads/new/first.yml").startswith("# Kept\ntitle: When am I paid?   # a")
    assert text(base, "pages/more.md") == "See [[first#a3]] and [[first#question]].\n"
    assert not (base / "content/threads/work/third.yml").exists()
    assert errors(base) == []
    # A second one comes after, and its short answer is not accepted beside the accepted one.
    assert run("threadbook", "merge", "second", "first", cwd=base).returncode == 0
    joined = parse(text(base, "threads/new/first.yml"), "").value
    assert joined["answers"][3]["id"] == "a4"
    assert joined["redirect_from"][2:] == ["threads/second", "t/2"]
    assert "related" not in joined


def test_the_short_form_is_opened_and_an_answer_to_nothing_stays_accepted(
    base: Path, run: Run
) -> None:
    third = base / "content/threads/work/third.yml"
    third.write_text("title: Is it Friday?\ntopics: [payments]\nquestion: A day?\n")
    assert run("threadbook", "merge", "second", "third", cwd=base).returncode == 0
    joined = parse(third.read_text(), "").value
    assert joined["question"] == "A day?"
    assert [each["accepted"] for each in joined["answers"]] == [True]
    assert run("threadbook", "merge", "third", "first", cwd=base).returncode == 0
    assert errors(base) == []


def test_comments_of_both_are_kept(base: Path, run: Run) -> None:
    for name, who in (("third", "C"), ("fourth", "D")):
        (base / f"content/threads/work/{name}.yml").write_text(
            f"title: Is it {who}?\ntopics: [payments]\nquestion:\n  body: Is it?\n"
            f"  comments:\n    - body: I ask this too, {who}.\n"
            f"answer:\n  body: Yes {who}.\n  comments: [{{body: Thank you {who}.}}]\n"
        )
    assert run("threadbook", "merge", "third", "fourth", cwd=base).returncode == 0
    joined = parse(text(base, "threads/work/fourth.yml"), "").value
    said = [each["body"] for each in joined["question"]["comments"]]
    assert said == ["I ask this too, D.", "Is it?", "I ask this too, C."]
    assert [each["comments"][0]["body"] for each in joined["answers"]] == [
        "Thank you D.",
        "Thank you C.",
    ]


GERMAN = """\
title: When is pay day?
topics: [contracts]
applies_to: [germany]
owner: moderator
answers:
  - {id: a1, body: It is Friday.}
  - {id: a2, applies_to: [france], owner: other, body: It is Monday.}
"""


def label(base: Path) -> None:
    site = base / "content/site.yml"
    names = "labels: [{id: germany, title: Germany}, {id: france, title: France}]\n"
    other = "people:\n  - {id: other, name: Other, role: member}\n"
    site.write_text(site.read_text().replace("people:\n", other) + names)


def test_answers_hold_for_whom_their_thread_held(base: Path, run: Run) -> None:
    label(base)
    (base / "content/threads/work/third.yml").write_text(GERMAN)
    done = run("threadbook", "merge", "third", "first", cwd=base)
    assert done.returncode == 0, done.stderr
    joined = parse(text(base, "threads/new/first.yml"), "").value
    kept = [(each["applies_to"], each["owner"]) for each in joined["answers"][2:]]
    assert kept == [(["germany"], "moderator"), (["france"], "other")]
    assert "applies_to" not in done.stderr
    assert errors(base) == []


def test_what_no_answer_can_say_is_named(base: Path, run: Run) -> None:
    label(base)
    (base / "content/threads/work/third.yml").write_text(GERMAN.partition("answers:")[0])
    first = base / "content/threads/new/first.yml"
    first.write_text(FIRST + "applies_to: [france]\n")
    done = run("threadbook", "merge", "third", "first", cwd=base)
    assert done.returncode == 0, done.stderr
    assert (
        "not carried over from the duplicate: topics contracts; applies_to; owner." in done.stderr
    )
    done = run("threadbook", "merge", "second", "first", cwd=base)
    assert "the thread is for france; look whether the answers" in done.stderr


LARGE = {
    "also_asked": "also_asked:\n" + "".join(f"  - Other {at}?\n" for at in range(200)),
    "answers": "answers:\n" + "".join(f"  - {{id: a{at}, body: x}}\n" for at in range(1, 1001)),
}


@pytest.mark.parametrize("field", LARGE)
def test_a_thread_that_grows_past_a_limit_stops_it(base: Path, run: Run, field: str) -> None:
    before = SECOND.partition("answer:")[0] + LARGE[field]
    (base / "content/threads/work/second.yml").write_text(before)
    done = run("threadbook", "merge", "first", "second", cwd=base)
    assert done.returncode == 1, done.stderr
    said = f"second.yml would be wrong afterwards, in line \\d+: `{field}` has [\\d,]+ entries"
    assert re.search(said, done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert text(base, "threads/work/second.yml") == before


def test_topics_and_boards_are_joined(base: Path, run: Run) -> None:
    assert run("threadbook", "merge", "contracts", "payments", cwd=base).returncode == 0
    assert "topics: [payments]\n" in text(base, "threads/work/second.yml")
    assert "  topics: [payments]\n" in text(base, "site.yml")
    assert "contracts, title" not in text(base, "site.yml")
    assert run("threadbook", "merge", "new", "work", cwd=base).returncode == 0
    assert text(base, "threads/work/first.yml") == FIRST
    assert "    redirect_from: [boards/new]\n" in text(base, "site.yml")
    assert "[b](board:work)" in text(base, "pages/about.md")
    assert errors(base) == []


# Removing


def test_a_removed_thread_leaves_its_address_to_its_board(base: Path, run: Run) -> None:
    done = run("threadbook", "remove", "second", cwd=base)
    assert done.returncode == 0, done.stderr
    assert "title: Work\n    redirect_from: [threads/second]\n" in text(base, "site.yml")
    said = text(base, "threads/new/first.yml")
    assert "See When are they paid? and [below](#soon)." in said
    assert "related" not in said
    assert "- thread: second" not in text(base, "paths/begin.yml")
    assert errors(base) == []


def test_a_removed_thread_leaves_its_references_to_another(base: Path, run: Run) -> None:
    done = run("threadbook", "remove", "second", "--to", "first", cwd=base)
    assert done.returncode == 0, done.stderr
    assert "redirect_from: [threads/second]\n" in text(base, "threads/new/first.yml")
    assert text(base, "paths/begin.yml").count("thread: first") == 2
    assert "    - second" not in text(base, "site.yml")


def test_a_golden_query_of_a_removed_thread_has_no_answer(base: Path, run: Run) -> None:
    (base / "content/paths/begin.yml").unlink()
    site = base / "content/site.yml"
    site.write_text(SITE.replace("  paths: [begin]\n", ""))
    about = base / "content/pages/about.md"
    about.write_text("# About\n\n[[first]]\n")
    done = run("threadbook", "remove", "first", cwd=base)
    assert done.returncode == 0, done.stderr
    assert text(base, "queries.yml") == '- {query: "pay day", expect: null}  # a test\n'
    assert text(base, "glossary.yml").endswith("definition: Money. See When am I paid?.\n")
    assert about.read_text() == "# About\n\nWhen am I paid?\n"
    assert "start_here" not in site.read_text()


# What is refused


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("move nope x", 'There is no thread, board, topic or path with the id "nope".'),
        ("move frist x", 'Did you mean "first"?'),
        ("move topic:first x", "There is no topic"),
        ("move nope:first x", '"nope" is none of thread, board, topic, path.'),
        ("move first first", "has this id already"),
        ("move first new/first", "has this place already"),
        ("move first nope/first", 'There is no board with the id "nope".'),
        ("move payments new/x", "Only a thread has a board"),
        ("move first First", "is not an id"),
        ("move first ../../x", "There is no board"),
        ("move first topic:x", "cannot become a topic"),
        ("move first second", "`threadbook merge first second` joins the two."),
        ("move payments contracts", "`threadbook merge topic:payments topic:contracts`"),
        ("move both x", "write thread:both or topic:both"),
        ("merge first first", "Both are the same"),
        ("merge first nope", "There is no thread"),
        ("merge first topic:payments", "cannot become part of"),
        ("merge begin path:begin", "Both are the same"),
        ("remove nope", "There is no"),
        ("remove first --to nope", 'There is no thread, board, topic or path with the id "nope".'),
        ("remove first --to first", "cannot take its own address"),
        ("remove payments", "Say with --to"),
        ("remove new --to payments", "has threads"),
        ("remove payments --to new", "`topics` is missing"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    base: Path, run: Run, arguments: str, said: str
) -> None:
    (base / "content/threads/new/both.yml").write_text("title: Both?\ntopics: [both, payments]\n")
    site = base / "content/site.yml"
    site.write_text(SITE.replace("people:", "  - {id: both, title: Both}\npeople:"))
    before = content(base)
    done = run("threadbook", *arguments.split(), cwd=base)
    assert done.returncode in {1, 2, 3}
    assert said in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert content(base) == before


def test_two_paths_have_no_common_order(base: Path, run: Run) -> None:
    shutil.copy(base / "content/paths/begin.yml", base / "content/paths/other.yml")
    done = run("threadbook", "merge", "other", "begin", cwd=base)
    assert "no common order" in done.stderr
    assert run("threadbook", "remove", "other", "--to", "begin", cwd=base).returncode == 0
    assert "redirect_from: [paths/other]\n" in text(base, "paths/begin.yml")


def test_a_duplicate_keeps_its_original_unless_another_is_named(base: Path, run: Run) -> None:
    again = base / "content/threads/new/again.yml"
    again.write_text("title: Again?\ntopics: [payments]\nduplicate_of: second\n")
    before = content(base)
    done = run("threadbook", "remove", "second", cwd=base)
    assert "again.yml: It repeats this thread." in done.stderr
    assert content(base) == before
    assert run("threadbook", "remove", "second", "--to", "first", cwd=base).returncode == 0
    assert "duplicate_of: first" in again.read_text()


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("threads/new/bad.yml", "title: [\n"),
        ("threads/new/bad.yml", "title: A?\ntopics: [nope]\n"),
        ("site.yml", "boards: 1\n"),
        ("pages/bad.md", "[[nope]]\n"),
    ],
)
def test_errors_elsewhere_stop_it(base: Path, run: Run, name: str, broken: str) -> None:
    (base / "content" / name).write_text(broken)
    before = content(base)
    done = run("threadbook", "move", "second", "x", cwd=base)
    assert done.returncode == 1
    assert "The content has errors; nothing was changed." in done.stderr
    assert name in done.stderr
    assert content(base) == before


def test_an_old_address_of_something_else_stops_it(base: Path, run: Run) -> None:
    first = base / "content/threads/new/first.yml"
    first.write_text(FIRST + "redirect_from: [threads/x]\n")
    before = content(base)
    done = run("threadbook", "move", "second", "x", cwd=base)
    assert done.returncode == 1
    assert "`threads/x` is the address of a page of this site." in done.stderr
    assert "would have errors" in done.stderr
    assert content(base) == before


def test_what_is_written_in_an_unusual_way_stops_it(base: Path, run: Run) -> None:
    odd = base / "content/threads/new/odd.yml"
    odd.write_text('title: Odd?\ntopics: [payments]\nanswer: "[[\\x66irst]]"\n')
    before = content(base)
    done = run("threadbook", "move", "first", "x", cwd=base)
    assert done.returncode == 1
    assert "odd.yml:3: `first` is written there in an unusual way. Change it by hand" in done.stderr
    assert content(base) == before


def test_a_link_is_not_replaced_by_a_file(base: Path, run: Run) -> None:
    second = base / "content/threads/work/second.yml"
    second.rename(base / "content/threads/work/real.yml")
    second.symlink_to("real.yml")
    site = base / "content/site.yml"
    before = site.read_bytes()
    done = run("threadbook", "move", "second", "x", cwd=base)
    assert "is a link" in done.stderr
    assert site.read_bytes() == before


def test_a_folder_that_cannot_be_written_changes_nothing(
    base: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions alone would not stop root, as whom tests may run."""
    before, real = content(base), tempfile.mkstemp

    def make(**options: Any) -> Any:
        if str(options.get("dir")).endswith("threads/work"):
            raise PermissionError(13, "Permission denied", str(options["dir"]))
        return real(**options)

    monkeypatch.setattr(tempfile, "mkstemp", make)
    done = run("threadbook", "move", "first", "x", cwd=base)
    assert "threads/work cannot be written: Permission denied. Nothing was changed." in done.stderr
    assert content(base) == before


@pytest.mark.parametrize("failing", range(1, 12))
def test_a_write_that_fails_anywhere_leaves_everything_as_it_was(
    base: Path, run: Run, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """The first, second … file that is put somewhere fails, as on a full disk."""
    before, calls = content(base), 0
    real = Path.replace

    def replace(self: Path, target: Any) -> Path:
        nonlocal calls
        calls += "content" in str(target)
        if calls == failing and "content" in str(target):
            raise OSError(28, "No space left on device", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    done = run("threadbook", "move", "first", "x", cwd=base)
    assert done.returncode != 0
    assert "No space left on device. Nothing was changed." in done.stderr
    assert content(base) == before


def test_a_key_pressed_in_the_middle_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file in files:
        file.write_bytes(b"old")
    changes = [
        FileChange(files[0], files[0], b"old", b"new", "a", "a"),
        FileChange(files[1], tmp_path / "d/e", b"old", b"new", "b", "d/e"),
        FileChange(files[2], None, b"old", b"", "c", "c"),
    ]
    real = Path.replace

    def replace(self: Path, target: Any) -> Path:
        if str(target).endswith("e"):
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_all(changes)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == dict.fromkeys(
        "abc", b"old"
    )
    monkeypatch.undo()
    write_all(changes)
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["a", "e"]


def test_a_file_that_changed_meanwhile_or_appeared_is_not_overwritten(tmp_path: Path) -> None:
    file, other = tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"newer")
    with pytest.raises(UserError, match="changed meanwhile"):
        write_all([FileChange(file, file, b"old", b"new", "a", "a")])
    other.write_bytes(b"there")
    with pytest.raises(UserError, match="exists already"):
        write_all([FileChange(file, other, b"newer", b"new", "a", "b")])
    assert (file.read_bytes(), other.read_bytes()) == (b"newer", b"there")


def test_permissions_stay(base: Path, run: Run) -> None:
    file = base / "content/threads/new/first.yml"
    file.chmod(0o640)
    assert run("threadbook", "move", "first", "x", cwd=base).returncode == 0
    assert file.with_name("x.yml").stat().st_mode & 0o7777 == 0o640


def test_site_yml_is_read_as_a_site() -> None:
    assert extend_list("boards: [{id: a}]\n", ("boards", 0), "redirect_from", ["b"], Site) == (
        "boards: [{id: a, redirect_from: [b]}]\n"
    )
