"""Structured data: who gets which type, and that nothing breaks out of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbook.gather import gather
from threadbook.pages import Planning, plan_site, share
from threadbook.pages.kinds.thread import explain_no_qa_page
from threadbook.pages.structured import extract_text
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\"quotes\" 'and' \\backslashes\\",
    "\U0001f600 \u202e right to left \u2067",
    "w" * 10_000,
    "]]> & &amp; &lt;",
    "{{ config }} {% raw %} %%content%%",
]


def script(root: Path, **options: str) -> str:
    settings = Settings(root, root / "content", root / "content" / "pages", jobs=1, **options)  # type: ignore[arg-type]
    gathered = gather(settings)
    assert gathered.is_good, gathered.findings
    pages = plan_site(Planning(gathered.library, gathered.sealed, settings)).pages
    page = next(page for page in pages if page.url == "threads/x/")
    head = page.make(share(settings, gathered.library)).texts.head
    found = re.search("<script.*</script>", head, re.DOTALL)
    return found[0] if found else ""


OPEN = {"site_url": "https://example.org/", "answer_url": "https://example.org/answer"}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_breaks_out_of_the_script(knowledge: Knowledge, text: str) -> None:
    thread = {
        "title": text[:400] + "?",
        "topics": ["proposals"],
        "question": {"body": text},
        "answers": [{"body": text, "comments": [{"body": text}]}],
    }
    said = script(knowledge({"threads/new/x.yml": json.dumps(thread, ensure_ascii=False)}), **OPEN)
    inside = said.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set(inside) & set("<>&\u2028\u2029")
    question = json.loads(inside)["@graph"][0]["mainEntity"]
    assert question["name"] == " ".join(thread["title"].split()).strip()  # type: ignore[attr-defined]
    assert question["answerCount"] == 1


def test_without_an_address_nothing_is_said(knowledge: Knowledge) -> None:
    root = knowledge({"threads/new/x.yml": "title: When?\ntopics: [proposals]\nanswer: Now.\n"})
    assert script(root) == ""
    assert "QAPage" not in script(root, site_url="https://example.org/")
    assert "QAPage" in script(root, **OPEN)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"takes_answers": False}, "answer_url"),
        ({"answers": 0}, "nobody has answered"),
        ({"state": "obsolete"}, "obsolete"),
        ({"state": "duplicate"}, "repeats"),
    ],
)
def test_a_question_page_needs_answers_and_a_way_to_add_one(
    change: dict[str, bool | int | str], reason: str
) -> None:
    good = {"takes_answers": True, "answers": 2, "state": "solved"}
    said = explain_no_qa_page(**(good | change))  # type: ignore[arg-type]
    assert reason in said
    assert bool(said) == bool(change)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One <b>t</b>wo &amp; <code>a&lt;b</code></p>\n<p>Three</p>", "One two & a<b\nThree"),
        ("<ul><li>a</li><li>b<br>c</li></ul>", "a\nb\nc"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1\n2"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert extract_text(html) == text
