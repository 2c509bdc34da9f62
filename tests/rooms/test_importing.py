"""What all imports have in common: ids, links, privacy, editing, pieces, and a report that is proved."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from bases import write
from forums import (
    PIXEL,
    body_of,
    bring_in,
    bring_rows,
    counted,
    lines,
    noted,
    read_threads,
    topic,
)

from threadbook.edit.dump import dump_thread
from threadbook.edit.fmt import format_content
from threadbook.errors import UserError
from threadbook.importers.cleaning import to_markdown, without_private
from threadbook.importers.fidelity import as_json, as_markdown, as_text
from threadbook.importers.formats.discourse import Discourse
from threadbook.importers.formats.markdown_files import MarkdownFolder
from threadbook.importers.formats.tables import Table
from threadbook.importers.old_addresses import normalise, to_site_path
from threadbook.importers.pieces import split_text, weigh
from threadbook.load.sources import FileKind
from threadbook.model import Thread


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>One <b>two</b> <i>three", "One **two** *three*"),
        ("<ul><li>a<ul><li>b</ul></ul>", "- a\n  - b"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<ul><li>so:<pre><code class='language-py'>x = 1\n\n  y</code></pre></li></ul>", "- so:\n\n  ```py\n  x = 1\n\n    y\n  ```"),
        ("<pre>a ``` b</pre>", "````\na ``` b\n````"),
        ("<blockquote><p>a</p><blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ("<table><tr><th>a<th colspan=2>b<tr><td rowspan=2>1<td>2<td>x|y<tr><td>3<td>4</table>", "| a | b |  |\n| --- | --- | --- |\n| 1 | 2 | x\\|y |\n|  | 3 | 4 |"),
        ("a<script>alert(1)</script><p onclick='x()'>b</p><style>p{}</style>", "a\n\nb"),
        ("<a href='javascript:alert(1)'>c</a>", "c"),
        ("<a href='http://%20http://a.example/x'>d</a>", "[d](http://a.example/x)"),
        ("<p>a<br>b<br> <br></p><p>c<br></p>", "a\\\nb\n\nc"),
        ("<p>1 &lt; 2 &lt;b", "1 < 2 \\<b"),
        ("<a href='https://a.example/x (1)'>d</a>", "[d](https://a.example/x%20%281%29)"),
        ("zero\u200bwidth\u202e and\x00 soft\u00adhyphen", "zerowidth and softhyphen"),
        ("2*3*4 and a_b_c and [[not a link]] &lt;b&gt;", "2\\*3\\*4 and a_b_c and \\[\\[not a link\\]\\] \\<b>"),
        ("<iframe src='https://v.example/1'></iframe>", "<https://v.example/1>"),
        ("<details><summary>More</summary><p>Here.</p></details>", "**More**\n\nHere."),
        ("H<sub>2</sub>O and <kbd>Ctrl</kbd>", "H<sub>2</sub>O and `Ctrl`"),
        ("<img src='https://a.example/p.png' alt='A [b]'>", "![A \\[b\\]](https://a.example/p.png)"),
        ("<div>" * 3000 + "deep", "deep"),
    ],
)  # fmt: skip
def test_html_becomes_the_markdown_that_says_the_same(
    tmp_path: Path, html: str, markdown: str
) -> None:
    assert body_of(tmp_path, html).rstrip("\n") == markdown


def test_links_that_lead_nowhere_are_counted(tmp_path: Path) -> None:
    html = "<a href='javascript:x()'>a</a> <a href='x:y'>b</a> <a href='https://a.example/'>c</a> <a href='#d'>d</a>"
    report = bring_rows(tmp_path, {"id": "1", "title": "Where?", "answer": html})
    assert noted(report)["Links whose address is none or is not allowed, which became words"] == 2


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('!!! tip "Mind"\n    This.\n\n    And this.\nAfter.', "> [!TIP]\n> **Mind**\n>\n> This.\n>\n> And this.\n\nAfter."),
        ("a <b>bold</b> <font color=red>red</font>", "a **bold** red"),
        ("write `<b>` and <your name>", "write `<b>` and \\<your name>"),
        ("<script>alert(1)</script>text", "text"),
        ("one  \ntwo   \n\nthree \n", "one\\\ntwo\n\nthree"),
        ("see [[that]] and [x](javascript:alert(1))", "see \\[\\[that]] and x"),
        ("```\n<script>kept</script>  \n```", "```\n<script>kept</script>  \n```"),
    ],
)  # fmt: skip
def test_other_markdown_becomes_ours(tmp_path: Path, text: str, kept: str) -> None:
    assert body_of(tmp_path, text, "markdown").rstrip("\n") == kept


def test_private_data_and_signatures_go(tmp_path: Path) -> None:
    text = (
        "Write to jane.roe@mailhost.net or [me](mailto:jane@mailhost.net), call +49 30 901820 42.\n\n"
        "The token is ghp_0123456789abcdefghijklmnopqrstuvwxyz.\n\n-- \nJane\nHead of everything"
    )
    body = body_of(tmp_path, text, "markdown")
    assert not any(each in body for each in ("mailhost", "90182", "ghp_", "Head of everything"))
    assert "(e-mail address removed)" in body
    assert "call (telephone number removed)" in body


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a <form action='/x'>b <input name=c> d\n\nThe rest.", "a b  d\n\nThe rest."),
        ("How do I add a <script> tag?\n\nThe rest.", "How do I add a  tag?\n\nThe rest."),
        ("<!-- no end\n\nThe rest.", "\\<!-- no end\n\nThe rest."),
        ("a <!-- gone --> b <STYLE>p{}</STYLE > c", "a  b  c"),
        ("Say `<script>` first.\n\n<script>x()</script>\n\nThe rest.", "Say `<script>` first.\n\n\nThe rest."),
    ],
)  # fmt: skip
def test_a_tag_without_an_end_takes_nothing_with_it(tmp_path: Path, text: str, kept: str) -> None:
    assert body_of(tmp_path, text, "markdown").rstrip("\n") == kept


def test_a_form_in_html_leaves_the_rest(tmp_path: Path) -> None:
    html = "<p>a</p><form><p>b</p><input name=c><p>The rest."
    assert body_of(tmp_path, html) == "a\n\nb\n\nThe rest.\n"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "Text.\n\n_____\n\nMore."),
        ("markdown", "Name: ____\n_____\nMore."),
        ("markdown", "Steps\n--\nDo this."),
        ("markdown", "Text.\n\n--\n\nEdit: solved by a restart"),
        ("markdown", "Text.\n\n--\n\nThere is more to say about this."),
        ("markdown", "Text.\n\n-- \nOne.\n\nTwo."),
        ("markdown", "Text.\n\nSent from my telephone\n\nMore."),
        ("html", "<p>Text.</p><p>--</p><p>There is more.</p>"),
        ("html", "<p>Text.</p><p>_____<br>More.</p>"),
    ],
)
def test_what_is_no_signature_stays(tmp_path: Path, markup: str, text: str) -> None:
    last = text.replace("</p>", "").split("\n")[-1].rpartition(">")[2]
    assert body_of(tmp_path, text, markup).strip().endswith(last)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("markdown", "Text.\n\n-- \nJane\nHead"),
        ("markdown", "Text.\n\n--\nJane\nHead"),
        ("markdown", "Text.\n\nSent from my telephone"),
        ("text", "Text.\n-- \nJane"),
        ("html", "<p>Text.</p><p>-- <br>Jane<br>Head</p>"),
        ("html", "Text.<br>--<br>Jane<br>"),
        ("html", "<p>Text.</p><p>--</p><p>Jane Roe</p><p>Head of everything</p>"),
        ("html", "<div>Text.</div><div>--&nbsp;</div><div>Jane</div>"),
    ],
)
def test_signatures_go_in_every_markup(tmp_path: Path, markup: str, text: str) -> None:
    assert body_of(tmp_path, text, markup).strip() == "Text."


BASE64 = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n" * 3


@pytest.mark.parametrize("kind", ["", "RSA ", "OPENSSH ", "ENCRYPTED "])
@pytest.mark.parametrize("markup", ["markdown", "html", "text"])
def test_a_private_key_goes_to_its_last_line(tmp_path: Path, kind: str, markup: str) -> None:
    begin, end = (f"-----{word} {kind}PRIVATE KEY-----" for word in ("BEGIN", "END"))
    body = body_of(tmp_path, f"Mine: {begin}\n{BASE64}{end}\nWhy does it fail?", markup)
    assert body.split() == "Mine: (access key removed) Why does it fail?".split()


def test_a_private_key_without_an_end_goes_to_the_end_and_its_name_alone_does_not(
    tmp_path: Path,
) -> None:
    begin = "-----BEGIN PGP PRIVATE KEY BLOCK-----"
    assert body_of(tmp_path / "a", f"Mine: {begin}\n\n{BASE64}") == "Mine: (access key removed)"
    asked = f"Must a file begin with {begin}, or not?"
    assert body_of(tmp_path / "b", asked).endswith("(access key removed), or not?")


def test_private_data_that_overlaps_leaves_nothing() -> None:
    text = "sk-abcdefghijklmnopqrstuvwxyz0123456789@mailhost.net and a mailto:b@mailhost.net."
    left = without_private(text, lambda *_: None)
    assert left.endswith(" and a (e-mail address removed).")
    assert "mailhost" not in left
    assert "klmnop" not in left


def test_authors_are_roles_unless_they_are_kept(tmp_path: Path) -> None:
    rows = [
        {"id": "q", "parent": "", "title": "Who?", "body": "I ask.", "author": "Jane Roe"},
        {"id": "a", "parent": "q", "body": "Hello @JaneRoe and @nobody", "author": "John Doe"},
        {"id": "b", "parent": "q", "body": "Thanks.", "author": "Jane Roe"},
    ]
    bring_rows(tmp_path, *rows)
    text = next((tmp_path / "content").glob("threads/*/*.yml")).read_text("utf-8")
    assert "Jane" not in text
    assert "John" not in text
    assert "Hello @member and @nobody" in text
    assert [text.count(f"by: {each}") for each in ("asker", "community-member")] == [2, 1]
    bring_rows(tmp_path / "kept", *rows, keep_authors=True)
    assert "name: Jane Roe" in (tmp_path / "kept/content/site.yml").read_text("utf-8")


def test_who_wants_to_be_left_out_is_left_out_and_the_thread_stays_readable(tmp_path: Path) -> None:
    rows = [
        {"id": "q", "parent": "", "title": "Who?", "body": "SECRET-1", "author": "Jane"},
        {"id": "a", "parent": "q", "body": "Because.", "author": "John"},
        {"id": "b", "parent": "q", "body": "SECRET-2", "author": "Jane"},
    ]
    report = bring_rows(tmp_path, *rows, keep_authors=True, without=frozenset({"jane"}))
    (thread,) = read_threads(tmp_path / "content").values()
    assert "SECRET" not in str(thread)
    assert "left out" in str(thread.question)
    assert [each.body for each in thread.every_answer] == ["Because."]
    assert counted(report)["answers"] == (2, -1, 1)
    assert report.is_proved
    assert "Jane" not in (tmp_path / "content/site.yml").read_text("utf-8")


def test_nothing_of_a_text_that_is_left_out_becomes_a_title_or_an_id(tmp_path: Path) -> None:
    rows = [
        {"id": "q", "parent": "", "title": "", "body": "My secret name.", "author": "Jane", "also_asked": "secretly"},
        {"id": "a", "parent": "q", "body": "A secret answer.", "author": "Jane", "accepted": "yes"},
        {"id": "b", "parent": "q", "body": "Hello @jane.", "author": "John"},
    ]  # fmt: skip
    report = bring_rows(tmp_path, *rows, without=frozenset({"jane", "jnae"}), keep_authors=True)
    ((id_, thread),) = read_threads(tmp_path / "content").items()
    assert "secret" not in f"{id_} {thread}".lower()
    assert thread.every_answer[1].body == "Hello @member."
    assert report.is_proved, "the accepted answer is there, without its text"
    (unknown,) = (each for each in report.remarks if "nobody in the source" in each.kind)
    assert unknown.examples == (("--without-author", "jnae"),)


def test_the_names_of_people_who_are_left_out_are_in_no_title_and_no_text(tmp_path: Path) -> None:
    rows = [
        {"id": "q", "parent": "", "title": "What did Jane  Roe and maximal max say?", "also_asked": "Who is jane roe?"},
        {"id": "a", "parent": "q", "body": "JANE ROE said so, @max; maximal and max.", "author": "John"},
        {"id": "b", "parent": "q", "body": "Gone.", "author": "Jane Roe"},
        {"id": "c", "parent": "q", "body": "Gone.", "author": "Max"},
    ]  # fmt: skip
    report = bring_rows(tmp_path, *rows, without=frozenset({"jane roe", "max"}), keep_authors=True)
    ((id_, thread),) = read_threads(tmp_path / "content").items()
    assert thread.title == "What did (name removed) and maximal (name removed) say?"
    assert id_ == "what-did-name-removed-and-maximal-name-removed-say"
    assert thread.also_asked == ("Who is (name removed)?",)
    assert [each.body for each in thread.every_answer] == [
        "(name removed) said so, @member; maximal and max."
    ]
    assert noted(report)["Names of people to leave out, removed from texts of others"] == 1


def test_the_author_of_a_document_wrote_the_answer(tmp_path: Path) -> None:
    source = write(tmp_path / "s", {"a.md": "---\ntitle: Why?\nauthor: Jane\n---\nSECRET\n"})
    bring_in(MarkdownFolder(), source, tmp_path / "all", keep_authors=True)
    assert read_threads(tmp_path / "all")["why"].every_answer[0].by == "jane"
    bring_in(MarkdownFolder(), source, tmp_path / "left", without=frozenset({"jane"}))
    assert "SECRET" not in str(read_threads(tmp_path / "left"))


def test_answers_to_answers_are_answers(tmp_path: Path) -> None:
    parents = {
        "q": "",
        "a": "q",
        "b": "a",
        "c": "b",
        "d": "c",
        "x": "y",
        "y": "x",
        "z": "gone",
        "e": "z",
    }
    rows = [
        {"id": each, "parent": parent, "title": "" if parent else "Why?", "body": f"Post {each}."}
        for each, parent in reversed(parents.items())
    ]  # fmt: skip
    report = bring_rows(tmp_path, *rows)
    found = read_threads(tmp_path / "content")
    assert {each.body for each in found["why"].every_answer} == {f"Post {each}." for each in "abcd"}
    assert counted(report)["answers"] == (8, 0, 8)
    assert report.is_proved
    assert (
        noted(report)["Answers to answers or comments, which became answers to the question"] == 5
    )


@pytest.mark.parametrize("value", [["a"], {"a": "b"}, 1.5, True])
@pytest.mark.parametrize("name", ["topics", "boards"])
def test_a_map_with_what_is_no_id_is_refused_in_words(
    tmp_path: Path, name: str, value: object
) -> None:
    row = {"id": "1", "title": "Why?", "answer": "So.", "tags": "pay", "board": "pay"}
    with pytest.raises(UserError, match="one id, or false"):
        bring_rows(tmp_path, row, mapping={name: {"pay": value}})


@pytest.mark.parametrize("name", ["topics", "boards"])
def test_a_map_with_a_list_where_names_should_be_is_refused_in_words(
    tmp_path: Path, name: str
) -> None:
    row = {"id": "1", "title": "Why?", "answer": "So."}
    with pytest.raises(UserError, match="a list of names and ids"):
        bring_rows(tmp_path, row, mapping={name: ["pay"]})


def test_a_map_drops_tags_and_names_ids_that_are_numbers(tmp_path: Path) -> None:
    row = {"id": "1", "title": "Why?", "answer": "So.", "tags": "a,b,c", "board": "x"}
    mapping = {"topics": {"a": False, "b": 42, "c": None}, "boards": {"x": False}}
    bring_rows(tmp_path, row, mapping=mapping)
    assert read_threads(tmp_path / "content")["why"].topics == ("42",)
    assert (tmp_path / "content/threads/imported/why.yml").is_file()


def test_the_topic_of_a_map_becomes_an_id(tmp_path: Path) -> None:
    row = {"id": "1", "title": "Why?", "answer": "So."}
    bring_rows(tmp_path, row, mapping={"topic": "Other Things"})
    assert read_threads(tmp_path / "content")["why"].topics == ("other-things",)


def test_values_of_json_are_read_or_reported(tmp_path: Path) -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [deep]
    rows: list[dict[str, Any]] = [
        {"id": "q", "title": "Why?", "parent": "", "meta": {"tags": ["pay", ["x"], True]}},
        {"id": "a", "parent": "q", "answer": ["One.", {"text": "Two."}, deep, True, 3], "ok": True},
        {"id": "b", "parent": "q", "answer": {"body": "Three."}, "ok": False},
        {"id": True, "title": True, "answer": deep},
    ]
    columns = {"key": "id", "parent": "parent", "title": "title", "answer": "answer", "accepted": "ok", "tags": "meta.tags"}  # fmt: skip
    report = bring_rows(tmp_path, *rows, markup="markdown", mapping={"columns": columns})
    found = read_threads(tmp_path / "content")
    assert [each.body.strip() for each in found["why"].every_answer] == [
        "One.\n\nTwo.\n\n3",
        "Three.",
    ]
    assert [each.accepted for each in found["why"].every_answer] == [True, False]
    assert found["why"].topics == ("pay",)
    assert (
        noted(report)["Values that are no texts, such as lists in lists, which were left out"] == 5
    )
    assert noted(report)["Rows without a text, which were left out"] == 1
    assert report.is_proved


def test_half_characters_stop_no_import(tmp_path: Path) -> None:
    row = '{"id": "c", "title": "How?\\ud800", "answer": "So \\udc00.", "author": "\\ud83d", "tags": ["\\udfff"]}'
    source = write(tmp_path, {"s.jsonl": row}) / "s.jsonl"
    bring_in(Table("jsonl"), source, tmp_path / "content")
    assert read_threads(tmp_path / "content")["how"].every_answer[0].body == "So ?."
    name = b"caf\xe9.md".decode("utf-8", "surrogateescape")
    bring_in(MarkdownFolder(), write(tmp_path / "m", {name: "# Why?\n\nSo."}), tmp_path / "two")
    assert read_threads(tmp_path / "two")["why"].every_answer[0].body == "So."


def test_answers_deep_in_objects_are_read(tmp_path: Path) -> None:
    row = {"id": "q", "title": "Why?", "post": {"replies": ["One.", "Two."]}}
    columns = {"title": "title", "answer": "post.replies"}
    bring_rows(tmp_path, row, mapping={"columns": columns})
    assert [each.body for each in read_threads(tmp_path / "content")["why"].every_answer] == [
        "One.",
        "Two.",
    ]


SITE = """boards: []
topics: []
people:
  - id: staff
    name: Anna Staff
    role: staff
  - id: community-member
    name: Community Member
  - id: jane
    name: Jane
  - id: john
    name: John Major
"""


def test_nobody_is_taken_for_somebody_else_of_the_site(tmp_path: Path) -> None:
    names = ["Jane", "John", "Staff", "Moderator", "moderator!", "x@mailhost.net"]
    rows: list[dict[str, Any]] = [{"id": "q", "parent": "", "title": "Why?", "author": "Roe"}]
    rows += [{"id": each, "parent": "q", "body": "So.", "author": each} for each in names]
    write(tmp_path / "content", {"site.yml": SITE})
    report = bring_rows(tmp_path, *rows, keep_authors=True)
    thread = read_threads(tmp_path / "content")["why"]
    ids = [
        "jane",
        "john-john",
        "staff-staff",
        "moderator-moderator",
        "moderator-" + "*",
        "e-mail-address-removed",
    ]
    found = [each.by or "" for each in thread.every_answer]
    assert [*found[:4], found[5]] == [*ids[:4], ids[5]]
    assert found[4].startswith("moderator-")
    assert len(set(found)) == len(found)
    assert noted(report)["People with the name of somebody in site.yml, taken for them"] == 1
    assert "mailhost" not in (tmp_path / "content/site.yml").read_text("utf-8")
    before = {file: file.read_bytes() for file in tmp_path.glob("content/**/*.yml")}
    bring_rows(tmp_path, *rows, keep_authors=True)
    assert before == {file: file.read_bytes() for file in tmp_path.glob("content/**/*.yml")}


def test_a_role_of_an_import_is_no_person_of_the_site(tmp_path: Path) -> None:
    posts: list[dict[str, Any]] = [{"cooked": "Who?", "username": "a"}, {"cooked": "Me.", "username": "b", "admin": True}, {"cooked": "I.", "username": "c"}]  # fmt: skip
    write(tmp_path / "s", {"1.json": json.dumps(topic(1, "Who is it?", *posts))})
    write(tmp_path / "content", {"site.yml": SITE})
    for _ in range(2):
        bring_in(Discourse(), tmp_path / "s", tmp_path / "content")
        answers = read_threads(tmp_path / "content")["who-is-it"].every_answer
        assert [each.by for each in answers] == ["imported-staff", "community-member"]
    assert "id: imported-staff\n    name: Staff\n" in (tmp_path / "content/site.yml").read_text()


def test_every_post_has_its_licence_and_the_thread_names_them(tmp_path: Path) -> None:
    rows = [
        {"id": "q", "parent": "", "title": "Why?", "license": "CC-BY-4.0"},
        {"id": "a", "parent": "q", "body": "So.", "license": "CC0-1.0"},
        {"id": "b", "parent": "q", "body": "Or so.", "license": ""},
    ]
    with pytest.raises(UserError, match=r"rows\.jsonl:3"):
        bring_rows(tmp_path / "none", *rows, license="")
    report = bring_rows(tmp_path, *rows, license="MIT")
    source = read_threads(tmp_path / "content")["why"].source
    assert source is not None
    assert source.license == "CC-BY-4.0 and CC0-1.0 and MIT"
    assert noted(report)["Threads whose posts are under several licences, which name them all"] == 1


def test_dates_are_not_guessed(tmp_path: Path) -> None:
    def days(name: str, *dates: str, **more: Any) -> tuple[list[str], dict[str, int]]:
        rows = [
            {"id": f"{n}", "parent": "q", "body": "So.", "date": each}
            for n, each in enumerate(dates)
        ]
        question = {"id": "q", "parent": "", "title": "Why?"}
        report = bring_rows(tmp_path / name, question, *rows, **more)
        answers = read_threads(tmp_path / name / "content")["why"].every_answer
        return [str(each.at or "") for each in answers], noted(report)

    unclear = "Dates without a clear order of day and month, left out (see `dates`)"
    followed = "Dates whose order of day and month follows from others (see `dates`)"
    assert days("a", "03/04/2024", "05-05-2024", "x") == (
        ["", "2024-05-05", ""], {unclear: 1, "Dates that cannot be read, which were left out": 1}
    )  # fmt: skip
    assert days("b", "03/04/2024", "13/04/2024 10:30") == (
        ["2024-04-03", "2024-04-13"],
        {followed: 1},
    )
    assert days("c", "03/04/2024", "04/13/2024") == (["2024-03-04", "2024-04-13"], {followed: 1})
    both = days("d", "03/04/2024", "04/13/2024", "13/04/2024")
    assert both == (["", "2024-04-13", "2024-04-13"], {unclear: 1})
    told = days("e", "03/04/2024", "04/13/2024", mapping={"dates": "day-first"})
    assert told == (["2024-04-03", "2024-04-13"], {})
    others = ["2024-3-4", "3.4.2024", "Mon, 04 Mar 2024 10:00:00 +0000", "March 4, 2024 10:22 AM"]
    assert days("f", *others)[0] == ["2024-03-04", "2024-04-03", "2024-03-04", "2024-03-04"]
    with pytest.raises(UserError, match="day-first and month-first"):
        days("g", "x", mapping={"dates": "european"})


def test_ids_are_transliterated_and_stay_the_same(tmp_path: Path) -> None:
    rows = [
        {"id": "17", "title": "Wie grüße ich?", "answer": "So."},
        {"id": "18", "title": "Wie grüße ich?", "answer": "Oder so."},
        {"id": "19", "title": "Как это работает?", "answer": "Так."},
        {"id": "20", "title": "???", "answer": "Hm."},
    ]
    bring_rows(tmp_path, *rows)
    ids = {"wie-grusse-ich", "wie-grusse-ich-18", "kak-eto-rabotaet", "thread-20"}
    assert set(read_threads(tmp_path / "content")) == ids
    bring_rows(tmp_path, {"id": "16", "title": "Wie grüße ich?", "answer": "Neu."}, *rows)
    found = read_threads(tmp_path / "content")
    assert set(found) == ids | {"wie-grusse-ich-16"}
    assert found["wie-grusse-ich"].every_answer[0].body == "So."


def test_an_id_that_a_hand_written_thread_has_is_left_to_it(tmp_path: Path) -> None:
    own = "title: Why?\ntopics: [a]\nanswer: Mine.\n"
    write(tmp_path / "content", {"threads/new/why.yml": own})
    bring_rows(tmp_path, {"id": "5", "title": "Why?", "answer": "Theirs."})
    assert (tmp_path / "content/threads/new/why.yml").read_text("utf-8") == own
    assert read_threads(tmp_path / "content")["why-5"].every_answer[0].body == "Theirs."


def long_thread(key: str, title: str, answers: int = 1_000) -> list[dict[str, Any]]:
    rows = [{"id": key, "parent": "", "title": title, "body": "Tell me."}]
    return rows + [{"id": f"{key}-{n}", "parent": key, "body": f"{n}."} for n in range(answers)]


def test_the_parts_of_a_long_thread_leave_other_threads_alone(tmp_path: Path) -> None:
    own = "title: Mine\ntopics: [a]\nanswer: Mine.\n"
    mine = write(tmp_path / "content", {"threads/new/how-part-2.yml": own})
    other = {"id": "o", "parent": "", "title": "Which part 2?", "body": "Another question."}
    rows = [*long_thread("h", "How?"), other, *long_thread("w", "Which?")]
    for done in ({"new": 5}, {"unchanged": 5}):
        report = bring_rows(tmp_path, *rows)
        assert report.files == done
        assert report.is_proved
        assert (mine / "threads/new/how-part-2.yml").read_text("utf-8") == own
        assert counted(report)["answers"] == (2_000, 0, 2_000)
    found = read_threads(tmp_path / "content")
    assert len(found) == 6
    assert found["how"].related
    assert all(set(thread.related) <= set(found) for thread in found.values())


def test_a_thread_that_becomes_long_takes_no_id_that_is_there(tmp_path: Path) -> None:
    bring_rows(tmp_path, *long_thread("h", "How?", 3))
    own = "title: Mine\ntopics: [a]\nanswer: Mine.\n"
    mine = write(tmp_path / "content", {"threads/new/how-part-2.yml": own})
    report = bring_rows(tmp_path, *long_thread("h", "How?"))
    assert report.files == {"updated": 1, "new": 1}
    assert (mine / "threads/new/how-part-2.yml").read_text("utf-8") == own
    assert bring_rows(tmp_path, *long_thread("h", "How?")).files == {"unchanged": 2}


def test_an_import_that_stops_half_way_is_no_reason_to_import_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"id": str(n), "title": f"Question {n}?", "answer": "So."} for n in range(4)]

    def stop(*_: object) -> str:
        raise UserError("The disk is full.")

    with monkeypatch.context() as context:
        context.setattr("threadbook.importers.bring._Job.write_rest", stop)
        with pytest.raises(UserError, match="disk is full"):
            bring_rows(tmp_path, *rows)
    assert bring_rows(tmp_path, *rows).files == {"unchanged": 4}
    assert len(read_threads(tmp_path / "content")) == 4


def test_importing_again_updates_what_nobody_edited_and_nothing_else(tmp_path: Path) -> None:
    content = tmp_path / "content"
    rows = [{"id": str(n), "title": f"Question {n}?", "answer": f"Answer {n}."} for n in range(4)]
    assert bring_rows(tmp_path, *rows).files == {"new": 4}
    assert bring_rows(tmp_path, *rows).files == {"unchanged": 4}
    (folder,) = (content / "threads").iterdir()
    edited = folder / "question-1.yml"
    edited.write_text(edited.read_text("utf-8").replace("Answer 1.", "A better answer."), "utf-8")
    (folder / "question-2.yml").unlink()
    (content / "threads/other").mkdir()
    (folder / "question-3.yml").rename(content / "threads/other/question-3.yml")
    changed = [row | {"answer": f"{row['answer']} More."} for row in rows]
    report = bring_rows(tmp_path, *changed)
    assert report.files == {
        "updated": 2, "edited by hand, with a difference to look at": 1,
        "removed by hand": 1,
    }  # fmt: skip
    assert report.is_proved
    assert "A better answer." in edited.read_text("utf-8")
    assert "+    body: Answer 1. More." in (
        content / ".import/differences/question-1.diff"
    ).read_text("utf-8")
    assert not (folder / "question-2.yml").exists()
    assert "Answer 3. More." in (content / "threads/other/question-3.yml").read_text("utf-8")


def test_few_tags_become_topics_and_the_report_names_the_others(tmp_path: Path) -> None:
    rows = [
        {
            "id": str(n),
            "title": f"Question {n}?",
            "answer": "Yes.",
            "tags": ["always", f"rare-{n}", "spam"],
        }
        for n in range(60)
    ]
    report = bring_rows(tmp_path, *rows, mapping={"topics": {"rare-7": "seven", "spam": False}})
    topics = {
        each for thread in read_threads(tmp_path / "content").values() for each in thread.topics
    }
    assert topics == {"always", "seven"}
    assert noted(report)["Tags dropped, because a site with so many topics helps nobody"] == 59
    assert noted(report)["Tags dropped, as `--map` says"] == 1


def test_links_between_threads_become_links_by_id(tmp_path: Path) -> None:
    site = "https://old.example/"
    rows = [
        {"id": "1", "title": "One?", "address": "viewtopic.php?f=2&t=1", "answer": "First."},
        {"id": "2", "title": "Two?", "address": "t/two/2", "answer": (
            "See [the first](https://www.old.example/viewtopic.php?t=1&f=2&sid=abc), "
            "https://old.example/viewtopic.php?f=2&t=1 and <https://old.example/viewtopic.php?t=1&f=2>, "
                    "also [itself](/t/two/2), "
            "not `https://old.example/t/two/2`, nor [elsewhere](https://new.example/t/two/2) or [rules](/rules).")},
    ]  # fmt: skip
    report = bring_rows(tmp_path, *rows, markup="markdown", site=site)
    found = read_threads(tmp_path / "content")
    assert found["two"].every_answer[0].body == (
        "See [the first](thread:one), [[one]] and [[one]], also itself, not `https://old.example/t/two/2`, "
        "nor [elsewhere](https://new.example/t/two/2) or [rules](https://old.example/rules)."
    )
    assert found["one"].redirect_from == ("viewtopic.php?f=2&t=1",)
    assert counted(report)["addresses"] == (2, 0, 2)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://old.example/t/a/1/#p3", "t/a/1/"),
        ("https://old.example/help/t/a/1", "t/a/1"),
        ("/viewtopic.php?t=42&sid=0f", "viewtopic.php?t=42"),
        ("showthread.php?42-some-title", "showthread.php?42-some-title"),
        ("https://old.example/caf%C3%A9/1", ""),
        ("https://old.example/helpdesk/1", "helpdesk/1"),
        ("threads/x", ""),
        ("threads/x/index.md", ""),
        ("threads/", ""),
        ("threads/some-title.42/", "threads/some-title.42/"),
        ("../../etc/passwd", "etc/passwd"),
        ("_redirects", ""),
        ("a/<script>", ""),
        ("http://[", ""),
    ],
)
def test_old_addresses_become_paths_of_this_site(url: str, path: str) -> None:
    assert to_site_path(url, "https://old.example/", "/help/") == path


def test_ways_to_write_an_address_are_one() -> None:
    site = "https://www.old.example/"
    ways = [
        "https://old.example/t/1/?b=2&a=1",
        "http://OLD.example/t/1?a=1&b=2#x",
        "/t/1?a=1&b=2&utm_source=y",
    ]
    assert {normalise(each, site) for each in ways} == {"/t/1?a=1&b=2"}


def test_pictures_are_copied_if_they_are_pictures(tmp_path: Path) -> None:
    data = "data:image/png;base64," + base64.b64encode(PIXEL).decode()
    (tmp_path / "source/up").mkdir(parents=True)
    (tmp_path / "source/up/shot.png").write_bytes(PIXEL)
    (tmp_path / "source/up/bad.png").write_bytes(b"<script>")
    (tmp_path / "source/up/evil.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"
    )
    (tmp_path / "secret.png").write_bytes(PIXEL)
    (tmp_path / "source/up/link.png").symlink_to(tmp_path / "secret.png")
    body = body_of(
        tmp_path,
        f"<img src='{data}' alt='In'><img src='/up/shot.png' alt='Shot'><img src='up/bad.png' alt='Bad'>"
        "<img src='up/evil.svg' alt='Evil'><img src='../secret.png' alt='Out'><img src='up/link.png' alt='Link'>",
        files=tmp_path / "source",
    )
    assert body.count("](image:") == 2
    assert body.endswith("BadEvilOutLink")
    assert len(list((tmp_path / "content/images").iterdir())) == 2


def test_a_text_chooses_no_file_that_is_not_part_of_the_source(tmp_path: Path) -> None:
    (tmp_path / "source/deep").mkdir(parents=True)
    for name in ("passport.pdf", "image.png", "deep/my-shot.png", "deep/other.png"):
        (tmp_path / "source" / name).write_bytes(PIXEL)
    text = (
        "[doc](passport.pdf) ![a](https://pictures.example.net/image.png) ![b](my-shot.png) "
        "![c](upload://my-shot.png) ![d](deep/other.png)"
    )
    body_of(tmp_path, text, "markdown")
    assert not list((tmp_path / "content").glob("[fi][im]*/*"))
    named = {"files": tmp_path / "source", "site": "https://old.example/"}
    body_of(tmp_path / "named", text, "markdown", **named)
    copied = [each.name for each in (tmp_path / "named/content").glob("[fi][im]*/*")]
    assert sorted(each.rpartition("-")[0] for each in copied) == ["other", "passport"]


def test_a_picture_beside_a_text_in_a_folder_is_found(tmp_path: Path) -> None:
    source = write(tmp_path / "s", {"how/a.md": "# Where?\n\n![Here](../up/a.png) ![Two](b.png)\n"})
    (source / "up").mkdir()
    for name in ("up/a.png", "how/b.png"):
        (source / name).write_bytes(PIXEL)
    bring_in(MarkdownFolder(), source, tmp_path / "content")
    assert len(list((tmp_path / "content/images").iterdir())) == 2


@pytest.mark.parametrize(
    "address", ["http://[bad/x.png", "a%00b.png", "//[/x.pdf", "upload://[.png"]
)
def test_an_address_that_is_none_stops_no_import(tmp_path: Path, address: str) -> None:
    (tmp_path / "source").mkdir()
    text = f"see ![a]({address}) and [b]({address}) and <a href='{address}'>c</a>"
    for markup in ("markdown", "html"):
        files = tmp_path / "source"
        assert body_of(tmp_path / markup, text, markup, files=files).startswith("see")


def test_a_licence_is_needed(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="--license"):
        bring_rows(tmp_path, {"id": "1", "title": "Why?", "answer": "So."}, license="")
    assert not list((tmp_path / "content").rglob("*.yml"))
    bring_rows(
        tmp_path, {"id": "1", "title": "Why?", "answer": "So.", "license": "CC0-1.0"}, license=""
    )
    assert read_threads(tmp_path / "content")["why"].source.license == "CC0-1.0"  # type: ignore[union-attr]


def test_ten_thousand_posts_in_one_thread_are_all_there(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"id": "q", "parent": "", "title": "How many?", "body": "Count."}]
    rows += [{"id": f"a{n}", "parent": "q", "body": f"Number {n}."} for n in range(10_000)]
    report = bring_rows(tmp_path, *rows)
    assert counted(report)["answers"] == (10_000, 0, 10_000)
    assert counted(report)["threads"] == (1, 0, 1)
    found = read_threads(tmp_path / "content")
    assert len(found) == 12
    said = {answer.body for thread in found.values() for answer in thread.every_answer}
    assert said == {f"Number {n}." for n in range(10_000)}


def test_two_megabytes_in_one_body_are_all_there(tmp_path: Path) -> None:
    words = [f"w{n}" for n in range(300_000)]
    source = "\n".join(" ".join(words[at : at + 12]) for at in range(0, len(words), 12))
    report = bring_rows(
        tmp_path, {"id": "1", "title": "How long?", "answer": source}, markup="text"
    )
    found = read_threads(tmp_path / "content")
    said = " ".join(
        answer.body
        for _, thread in sorted(found.items(), key=lambda each: (len(each[0]), each[0]))
        for answer in thread.every_answer
    )
    assert said.split() == words
    assert all(file.stat().st_size < 1_000_000 for file in (tmp_path / "content").rglob("*.yml"))
    assert counted(report)["answers"] == (1, 0, 1)


def test_code_that_is_cut_goes_on_as_code() -> None:
    text = "Begin\n\n```py\n" + "x = 1\n" * 4_000 + "```\n\nEnd"
    pieces = split_text(text, 10_000)
    assert all(weigh(piece) <= 11_000 for piece in pieces)
    assert all(piece.count("```") % 2 == 0 for piece in pieces)
    assert sum(piece.count("x = 1") for piece in pieces) == 4_000


def test_everything_written_is_canonical_and_hostile_titles_are_text(tmp_path: Path) -> None:
    titles = [
        "yes", "1e3", "- a: b", "{{ x }}", "!!python/object:os.system", "&a *b", "a # b", "'quote\"", "null",
        "---", "a: b: c", "2024-01-01", "<script>alert(1)</script>", "\u2028line", "tab\there", "%TAG ! x", "`x`",
    ]  # fmt: skip
    rows = [
        {"id": str(n), "title": each, "answer": f"{each}\n\n{each}"}
        for n, each in enumerate(titles)
    ]
    report = bring_rows(tmp_path, *rows, markup="text")
    assert report.is_proved
    found = read_threads(tmp_path / "content")
    assert {thread.title for thread in found.values()} == {
        " ".join(each.replace("\u2028", "").split()) for each in titles
    }
    for file in (tmp_path / "content").rglob("*.yml"):
        kind = FileKind.SITE if file.name == "site.yml" else FileKind.THREAD
        assert format_content(file.read_text("utf-8"), kind).text == file.read_text("utf-8")


def test_site_yml_is_extended_and_keeps_its_comments(tmp_path: Path) -> None:
    site = "# Ours\nboards:\n  - id: new\n    title: New # keep me\ntopics:\n  - id: pay\n    title: Pay\n"
    write(tmp_path / "content", {"site.yml": site})
    bring_rows(
        tmp_path, {"id": "1", "title": "Why?", "answer": "So.", "board": "New", "tags": "Pay,Other"}
    )
    text = (tmp_path / "content/site.yml").read_text("utf-8")
    assert "# Ours" in text
    assert "New # keep me" in text
    assert "- id: other" in text
    assert text.count("id: new") == text.count("id: pay") == 1


def test_the_report_is_not_proved_by_counters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(thread: Thread) -> str:
        return dump_thread(thread.model_copy(update={"answers": thread.answers[:1]}))

    monkeypatch.setattr("threadbook.importers.bring.dump_thread", lose)
    rows = [
        {"id": "q", "parent": "", "title": "Who?", "body": "I ask."},
        {"id": "a", "parent": "q", "body": "One."},
        {"id": "b", "parent": "q", "body": "Two."},
    ]
    report = bring_rows(tmp_path, *rows)
    assert not report.is_proved
    assert [each.what for each in report.measures if not each.is_proved] == ["answers"]
    assert "not equal" in "\n".join(as_text(report))
    assert "**not equal**" in as_markdown(report)
    assert json.loads(as_json(report))["is_proved"] is False


def test_an_answer_without_a_question_and_ids_that_are_there_twice(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "parent": "gone", "body": "I answer something that nobody can read any more."},
        {"id": "q", "parent": "", "title": "", "body": "No title here. But text."},
        {"id": "q", "parent": "", "title": "The same id?", "body": "Another post."},
        {"id": "q", "parent": "", "title": "", "body": "No title here. But text."},
    ]
    report = bring_rows(tmp_path, *rows)
    titles = {thread.title for thread in read_threads(tmp_path / "content").values()}
    assert titles == {
        "I answer something that nobody can read any more.", "No title here. But text.", "The same id?",
    }  # fmt: skip
    assert report.is_proved
    assert noted(report)["Posts that were there twice, word for word, and came once"] == 1


@pytest.mark.parametrize(
    "unit",
    [
        "<script",
        "[quote]",
        "![",
        "<a href=",
        "\n-- \n",
        "<!--",
        "!!! a\n",
        "@a",
        "[[",
        "<div>",
        "`",
        "\\",
    ],
)
@pytest.mark.parametrize("markup", ["html", "markdown"])
def test_no_text_takes_more_than_its_length_in_time(unit: str, markup: str) -> None:
    """Twenty times as much may take forty times as long, and a quadratic one takes four hundred."""

    def seconds(times: int) -> float:
        start = time.process_time()
        to_markdown(unit * times, markup, lambda *_: None)  # type: ignore[arg-type]
        return time.process_time() - start

    assert seconds(20_000) < 60 * max(seconds(1_000), 0.005)


def test_a_rehearsal_writes_nothing_but_the_report(tmp_path: Path, run: Any) -> None:
    write(tmp_path, {"t.jsonl": lines({"title": "Why?", "answer": "So."}), "content/site.yml": ""})
    told = ["--to", "content", "--license", "CC-BY-4.0", "--dry-run", "--report", "report.json"]
    done = run("threadbook", "import", "jsonl", "t.jsonl", *told, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["files"] == {"new": 1}
    assert [each.name for each in (tmp_path / "content").iterdir()] == ["site.yml"]


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["jsonl", "missing.jsonl"], 3),
        (["stackexchange", "t.jsonl"], 3),
        (["jsonl", "t.jsonl", "--old-site", "forum"], 2),
        (["jsonl", "t.jsonl", "--old-site", "https://[bad/"], 2),
        (["jsonl", "t.jsonl", "--report", "r.txt"], 2),
        (["jsonl", "t.jsonl", "--board", "Not An Id"], 2),
        (["jsonl", "t.jsonl", "--map", "bad.yml"], 1),
        (["jsonl", "t.jsonl", "--map", "list.yml"], 1),
        (["jsonl", "t.jsonl", "--without-author", "missing.txt"], 3),
        (["nothing", "t.jsonl"], 2),
        (["discourse", "http://127.0.0.1:1/x"], 3),
    ],
)
def test_bad_input_of_every_kind_is_said_in_words(
    tmp_path: Path, run: Any, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    files = {
        "t.jsonl": lines({"title": "Why?", "answer": "So."}),
        "bad.yml": "colums: {}\n",
        "list.yml": "- a\n",
    }
    write(tmp_path, dict(files))
    told = ["--to", "content", "--license", "CC-BY-4.0"]
    done = run("threadbook", "import", *arguments, *told, cwd=tmp_path)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("content/threads/*/*"))


def test_a_site_yml_that_cannot_be_read_stops_an_import_before_it_writes(tmp_path: Path) -> None:
    write(tmp_path / "content", {"site.yml": "boards: [unclosed\n"})
    with pytest.raises(UserError, match=r"site\.yml cannot be read"):
        bring_rows(tmp_path, {"id": "1", "title": "Why?", "answer": "So."})
    assert [each.name for each in (tmp_path / "content").iterdir()] == ["site.yml"]


@pytest.mark.parametrize("name", ["site.yml", "site.yaml"])
def test_empty_lists_of_site_yml_are_extended(tmp_path: Path, name: str) -> None:
    site = "# Ours\nboards:\ntopics: # none yet\npeople: []\n"
    content = write(tmp_path / "content", {name: site})
    bring_rows(tmp_path, {"id": "1", "title": "Why?", "answer": "So.", "board": "New"})
    assert "- id: new" in (content / name).read_text("utf-8")
    assert [each.name for each in content.glob("site.*")] == [name]


@pytest.mark.parametrize("site", ["boards: 7\n", "topics: {a: b}\n", "people: text\n"])
def test_lists_of_site_yml_that_are_none_stop_an_import_before_it_writes(
    tmp_path: Path, site: str
) -> None:
    write(tmp_path / "content", {"site.yml": site})
    with pytest.raises(UserError, match=r"site\.yml .*Nothing was written"):
        bring_rows(tmp_path, {"id": "1", "title": "Why?", "answer": "So."})
    assert [each.name for each in (tmp_path / "content").iterdir()] == ["site.yml"]


def test_a_file_that_cannot_be_read_is_not_taken_for_absent(tmp_path: Path) -> None:
    row = {"id": "1", "title": "Why?", "answer": "So."}
    content = write(tmp_path / "content", {"x": ""})
    (content / "site.yml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(UserError, match="not UTF-8"):
        bring_rows(tmp_path, row)
    (content / "site.yml").rename(tmp_path / "site.yml")
    (content / "site.yml").symlink_to(tmp_path / "site.yml")
    with pytest.raises(UserError, match="is a link"):
        bring_rows(tmp_path, row)
    (content / "site.yml").unlink()
    (content / "site.yml").mkdir()
    with pytest.raises(UserError, match="site"):
        bring_rows(tmp_path, row)
    assert not list(content.glob("threads/*/*"))


def test_a_thread_that_ends_in_yaml_keeps_its_id(tmp_path: Path) -> None:
    write(tmp_path / "content", {"threads/new/why.yaml": "title: Mine\n"})
    bring_rows(tmp_path, {"id": "5", "title": "Why?", "answer": "Theirs."})
    assert list(read_threads(tmp_path / "content")) == ["why-5"]


def test_a_thread_that_was_given_the_other_ending_is_updated_where_it_is(tmp_path: Path) -> None:
    bring_rows(tmp_path, {"id": "5", "title": "Why?", "answer": "So."})
    folder = tmp_path / "content/threads/imported"
    (folder / "why.yml").rename(folder / "why.yaml")
    report = bring_rows(tmp_path, {"id": "5", "title": "Why?", "answer": "Or so."})
    assert [each.name for each in folder.iterdir()] == ["why.yaml"]
    assert "Or so." in (folder / "why.yaml").read_text("utf-8")
    assert report.is_proved
    assert report.files == {"updated": 1}


def test_a_folder_that_cannot_be_read_is_not_taken_for_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "content", {"threads/new/why.yml": "title: Mine\n"})

    def refuse(path: Path) -> Any:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(UserError, match="threads cannot be read: Permission denied"):
        bring_rows(tmp_path, {"id": "5", "title": "Why?", "answer": "Theirs."})
