"""Twins, the API and llms.txt: what is in them, and that nothing in a body can bend them."""

from __future__ import annotations

import datetime
import html
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from threadbook import markdown
from threadbook.gather import gather
from threadbook.markdown import Destination, contain, escape_markdown, make_portable
from threadbook.markdown.anatomy import PARSER
from threadbook.outputs import api as outputs_api
from threadbook.outputs import write_api, write_overview, write_volumes
from threadbook.pages import Plan, Planning, Shared, plan_site
from threadbook.pages.views import View, describe_views
from threadbook.settings import Settings

TODAY = datetime.date(2026, 11, 23)
SITE_URL = "https://example.org/help/"
Make = Callable[[dict[str, str | bytes]], Path]


def shared_with(site_url: str = SITE_URL) -> Shared:
    return Shared("Small", "What it is about.", TODAY, site_url)


def planned(base: Path) -> Plan:
    settings = Settings(base, base / "content", base / "content/pages", jobs=1)
    gathered = gather(settings)
    assert gathered.is_good, [each for each in gathered.findings if each.severity == "error"]
    return plan_site(Planning(gathered.library, gathered.sealed, settings))


def twins_of(base: Path, url: str, site_url: str = SITE_URL) -> tuple[str, dict[str, Any], str]:
    """Return a page's Markdown, its data, and what llms-full.txt holds of it."""
    page = next(page for page in planned(base).pages if page.url == url)
    made = page.make(shared_with(site_url))
    files = dict(made.files)
    return files["index.md"].decode(), json.loads(files["index.json"]), made.volume


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def read(document: str) -> str:
    """Return what somebody reads in a Markdown document."""
    return text_of(PARSER.html(document))


# Plain text in Markdown


AWKWARD = [
    "<script>alert(1)</script>",
    "a](https://evil.example) [b] ![c](d)",
    "*a* **b** _c_ __d__ `e` ~~f~~ snake_case",
    "AT&T &copy; &#60; & more",
    "C:\\new \\* and \\",
    "# A heading",
    "What is C# and what is #",
    "## ##",
    "- a",
    "--- ",
    "=== ",
    "+ a",
    "> a",
    "1. a",
    "12) a",
    "1.5 times",
    "a | b",
    "[[first]] [x]: https://evil.example",
    "[^1]: note",
    "one\n\n# two\r\nthree",
    "😀 \u202eedoc\u202c \u200f",
    "w" * 10_000,
]
SIGNS = st.text("ab1 \n\\`*_[]<>&;#!|~=+-.():/^\"'", max_size=30)


@pytest.mark.parametrize("text", AWKWARD)
def test_plain_text_reads_the_same_in_markdown(text: str) -> None:
    read_as(text)


@given(SIGNS.filter(str.strip))
def test_any_plain_text_reads_the_same_in_markdown(text: str) -> None:
    read_as(text)


def read_as(text: str) -> None:
    line, said = escape_markdown(text), html.escape(" ".join(text.split()), quote=False)
    assert "\n" not in line
    forms = {
        f"# {line}\n": f"<h1>{said}</h1>\n",
        f"- {line}\n": f"<ul>\n<li>{said}</li>\n</ul>\n",
        f"{line}\n": f"<p>{said}</p>\n",
        f"So: {line}\n": f"<p>So: {said}</p>\n",
        f"[{line}](u)\n": f'<p><a href="u">{said}</a></p>\n',
    }
    for written, expected in forms.items():
        assert PARSER.html(written).replace("&quot;", '"') == expected


def test_titles_stay_legible() -> None:
    for title in ("What is snake_case in C#?", "Is 5 > 3 & 2 < 4?", "Paid at 9.30 (GMT+1)!"):
        assert escape_markdown(title) == title


# Bodies that mean the same anywhere


def resolve(target: str) -> Destination | None:
    titles = {"first": "What *first*?", "other": "Others"}
    return Destination(f"{SITE_URL}threads/{target}/", titles[target]) if target in titles else None


FIRST = f"({SITE_URL}threads/first/)"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("See [[first]].", rf"See [What \*first\*?]{FIRST}."),
        ("See [[first|*these* words]].", f"See [*these* words]{FIRST}."),
        ("See [so **it** is](thread:first).", f"See [so **it** is]{FIRST}."),
        ('See [so](thread:first "tip").', f"See [so]{FIRST}."),
        ("See [first](thread:first).", rf"See [What \*first\*?]{FIRST}."),
        ("See <thread:first>.", f"See [thread:first]{FIRST}."),
        ("See [it][x].\n\n[x]: thread:first\n", f"See [it]{FIRST}.\n\n"),
        ("See [x][] and [x].\n\n[X]: thread:first 'tip'\n", f"See [x]{FIRST} and [x]{FIRST}.\n\n"),
        ("See [[gone]], [[gone|*that*]], [this](thread:gone).", "See gone, *that*, this."),
        ("See [it][x].\n\n[x]: thread:gone\n", "See it.\n\n"),
        (
            "See [it][x].\n\n[x]: https://a.example/(b)\n",
            "See [it](https://a.example/%28b%29).\n\n",
        ),
        ("See `[[first]]` and \\[[first]].", "See `[[first]]` and \\[[first]]."),
        ("```\n[[first]] <!-- x -->\n[a]: b\n```\n", "```\n[[first]] <!-- x -->\n[a]: b\n```\n"),
        ("See [that](../other/#a1).", f"See [that]({SITE_URL}threads/other/#a1)."),
        ("See [that](https://a.example/x y) ok.", "See [that](https://a.example/x y) ok."),
        ("Say <!-- hidden --> aloud.", "Say  aloud."),
        ("<!-- hidden\n[[first]]\n-->\n\nSeen.", "\n\nSeen."),
        ("Seen.\n\n<!-- never closed\n\nand on", "Seen.\n\n"),
        ("é [[first]] ü", rf"é [What \*first\*?]{FIRST} ü"),
    ],
)
def test_links_become_ordinary_and_what_nobody_sees_goes(body: str, expected: str) -> None:
    assert make_portable(body, resolve, f"{SITE_URL}threads/here/") == expected


def test_relative_links_stay_where_the_site_has_no_address() -> None:
    assert make_portable("See [that](../other/).", resolve) == "See [that](../other/)."


PIECES = st.lists(
    st.sampled_from(
        [
            *"a b [ ] | ` \\ < > * ( ) \n".split(" "),
            "[[first]]",
            "[[gone]]",
            "[[first|x]]",
            " ",
            "\n\n",
        ]
        + [
            "    ",
            "```",
            "[[",
            "]]",
            "](",
            "thread:first",
            "[x](thread:first)",
            "\n- ",
            "\n> ",
            "[",
        ]
    ),
    max_size=12,
)


@given(PIECES)
def test_the_short_way_through_a_body_gives_the_same_as_the_long_one(pieces: list[str]) -> None:
    body = "".join(pieces)
    module = sys.modules["threadbook.markdown.portable"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_is_intricate", lambda _body: True)
        long = make_portable(body, resolve)
    assert PARSER.html(make_portable(body, resolve)) == PARSER.html(long)


@given(PIECES)
def test_no_thread_link_is_left(pieces: list[str]) -> None:
    left = markdown.examine(make_portable("".join(pieces), resolve)).links
    assert [link for link in left if link.thread and resolve(link.thread)] == []


# Bodies among others


UNCLOSED = [
    "```python\ncode",
    "~~~\ncode\n`````",
    "````\n```\n~~~~~~\n",
    "- item\n\n  ```\n  code",
    "> ```\n> code",
    "<!-- comment",
    "<pre>\ntext",
    "<script>\nalert(1)",
    "<style>\np {}",
    "<textarea>\nx",
    "<?php\nx",
    "<![CDATA[\nx",
    "<!DOCTYPE\nx",
    "<details>\n<summary>x",
    "| a | b |\n| - | - |\n| 1 | 2",
    "text\\",
    "[x]: <",
    "[^1]: note",
    "a  \nb\n",
    "*open **open `open [open](",
]


def document_with(body: str) -> str:
    """Put a body between two headings, as an answer among others stands."""
    return f"### One\n\n{contain(body, 3, 'one-')}\n\n### Two\n\nLast.\n"


@pytest.mark.parametrize("body", UNCLOSED)
def test_what_nobody_closed_swallows_nothing(body: str) -> None:
    assert PARSER.html(document_with(body)).endswith("<h3>Two</h3>\n<p>Last.</p>\n")


BLOCKS = st.lists(
    st.sampled_from(
        [
            "# a",
            "## b",
            "###### c",
            "a",
            "===",
            "---",
            "-",
            "```",
            "~~~~",
            "````x",
            "> # q",
            "- # i",
        ]
        + ["- i", "  ===", "    # code", "<pre>", "</pre>", "<!--", "-->", "<div>", "", "", "| a |"]
        + [
            "[^1]",
            "[^1]: n",
            "> ```",
            "\t# t",
            "a #\n=",
            "<script>",
            "1. x\n   ---",
            "\\# no",
            "é",
            "#",
        ]
    ),
    max_size=8,
)


@given(BLOCKS)
def test_no_body_bends_the_document_around_it(lines: list[str]) -> None:
    rendered = PARSER.html(document_with("\n".join(lines)))
    assert rendered.startswith("<h3>One</h3>\n")
    assert rendered.endswith("<h3>Two</h3>\n<p>Last.</p>\n")
    own = rendered.removeprefix("<h3>One</h3>").removesuffix("<h3>Two</h3>\n<p>Last.</p>\n")
    assert not re.search("<h[123]>", own)


@given(BLOCKS)
def test_containing_a_body_keeps_all_of_its_words(lines: list[str]) -> None:
    body = "\n".join(line for line in lines if not line.startswith("<"))
    words = re.sub(r"\[\^1\]", "", body)
    assert read(contain(words, 3, "x-")) == read(words)


def test_headings_come_below_that_of_their_post() -> None:
    body = "# A\n\nB\nc #\n===\n\n> ## D\n\n- E\n  -\n\n##### F ##\n"
    expected = "#### A\n\n#### B c \\#\n\n> ##### D\n\n- ##### E\n\n###### F ##\n"
    assert contain(body, 3, "x-") == expected


def test_footnotes_of_two_posts_stay_apart() -> None:
    whole = "\n\n".join(contain("See.[^1]\n\n[^1]: Note.", 3, f"a{n}-") for n in (1, 2))
    assert "[^a1-1]: Note." in whole
    assert "[^a2-1]: Note." in whole


# Twins of threads


THREAD = """\
title: "How <b>bold</b> [is] it? #"
topics: [proposals, interviews]
also_asked: ["- Is *it* bold?"]
summary: A summary.
question:
  by: member
  at: 2024-03-02
  edited: 2024-03-04
  body: |
    # Too loud

    See [[first]] and [[draft|those]].
  comments:
    - {by: moderator, at: 2024-03-03, body: "First.\\n\\n```\\ncode"}
answers:
  - {at: 2024-03-05, votes: 7, body: "Second: most votes.\\n\\n```\\nnever closed"}
  - {at: 2024-03-04, votes: 1, body: "Fourth."}
  - {at: 2024-03-03, votes: 1, note: "If [it] is hourly", body: "Third: older."}
  - {by: moderator, at: 2024-03-09, accepted: true, body: "## Fake\\n\\nOne: accepted."}
related: [first]
verified: 2026-01-01
review_by: 2026-11-01
source: {system: 'Old [forum]', url: "https://example.org/old", license: CC0, retrieved: 2026-01-02}
lang: de
"""
SMALL: dict[str, str | bytes] = {
    "threads/new/bold.yml": THREAD,
    "threads/new/draft.yml": "title: Unripe\ntopics: [proposals]\nanswer: Unripe.\nstatus: draft\n",
    "threads/new/again.yml": "title: Again?\ntopics: [proposals]\nduplicate_of: bold\n",
    "threads/new/old.yml": "title: Old?\ntopics: [proposals]\nanswer: O.\nstatus: obsolete\nreplaced_by: bold\n",
    "threads/new/open.yml": "title: Open?\ntopics: [payments]\n",
    "threads/new/talk.yml": "title: Talk?\ntopics: [payments]\nanswers:\n  - body: See [[bold]] at once.\n",
    "paths/walk.yml": "title: A *walk*\nsummary: Slowly.\nlevel: beginner\naudience: You.\nobjectives: [To know.]\n"
    "steps:\n  - {thread: bold, minutes: 5, note: 'Look at [[first]].'}\n  - {thread: draft}\n"
    "  - check:\n      question: Which?\n      choices: [{text: This., correct: true, why: So.}, {text: That.}]\n"
    "      cites: first\n    optional: true\n  - {thread: first, minutes: 1}\n",
}


@pytest.fixture
def small(knowledge: Make) -> Path:
    return knowledge(SMALL)


def test_a_thread_as_markdown(small: Path) -> None:
    text, _, _ = twins_of(small, "threads/bold/")
    assert text == (
        f"# How \\<b>bold\\</b> \\[is\\] it? \\#\n\n"
        f"Solved · Checked 2026-01-01 · Needs review · Topics: [Proposals]({SITE_URL}topics/proposals/), "
        f"[Interviews]({SITE_URL}topics/interviews/) · Board: [New here]({SITE_URL}boards/new/) · "
        f"[Page]({SITE_URL}threads/bold/)\n\n"
        "## Question\n\nby Community Member, 2024-03-02, edited 2024-03-04\n\n"
        f"### Too loud\n\nSee [What first?]({SITE_URL}threads/first/) and those.\n\n"
        "### Comments\n\n- Comment by Moderator, 2024-03-03:\n\n  First.\n\n  ```\n  code\n  ```\n\n"
        "## 4 answers\n\n"
        f"### [Accepted answer]({SITE_URL}threads/bold/#a4), by Moderator, 2024-03-09\n\n"
        "##### Fake\n\nOne: accepted.\n\n"
        f"### [Answer]({SITE_URL}threads/bold/#a1), 7 votes, 2024-03-05\n\n"
        "Second: most votes.\n\n```\nnever closed\n```\n\n"
        f"### [Answer]({SITE_URL}threads/bold/#a3), 1 vote, 2024-03-03: If \\[it\\] is hourly\n\n"
        "Third: older.\n\n"
        f"### [Answer]({SITE_URL}threads/bold/#a2), 1 vote, 2024-03-04\n\nFourth.\n\n"
        f"## Learning paths\n\n- [A \\*walk\\*]({SITE_URL}paths/walk/): step 1 of 4. "
        f"Next: [Which?]({SITE_URL}paths/walk/#step-3).\n\n"
        f"## Related questions\n\n- [What first?]({SITE_URL}threads/first/)\n\n"
        f"## Mentioned in\n\n- [Talk?]({SITE_URL}threads/talk/): "
        "“See **How \\<b>bold\\</b> \\[is\\] it? \\#** at once.”\n\n"
        f"## Replaces\n\n- [Old?]({SITE_URL}threads/old/)\n\n"
        "## Also asked\n\n- \\- Is \\*it\\* bold?\n- Again?\n\n"
        "## Source\n\n- Imported from [Old \\[forum\\]](https://example.org/old), CC0, 2026-01-02\n"
    )


def test_a_thread_as_json(small: Path) -> None:
    _, thread, _ = twins_of(small, "threads/bold/")
    assert thread["title"] == "How <b>bold</b> [is] it? #"
    assert thread["language"] == "de"
    assert thread["needs_review"] is True
    assert [answer["id"] for answer in thread["answers"]] == ["a4", "a1", "a3", "a2"]
    assert thread["answers"][2]["note"] == "If [it] is hourly"
    assert thread["answers"][0]["accepted"] is True
    assert thread["answers"][0]["author"] == {"name": "Moderator", "role": "moderator"}
    assert thread["question"]["markdown"].startswith("# Too loud\n\nSee [What first?](https://")
    assert thread["question"]["html"].startswith('<h3 id="question_too-loud">Too loud</h3>')
    assert "../../threads/first/" in thread["question"]["html"]
    assert thread["question"]["edited"] == "2024-03-04"
    assert thread["also_asked"] == ["- Is *it* bold?", "Again?"]
    assert thread["source"]["retrieved"] == "2026-01-02"


@pytest.mark.parametrize(
    ("id_", "state", "said"),
    [
        ("bold", "solved", "Solved · "),
        ("talk", "answered", "1 answer · "),
        ("open", "unanswered", "Waiting for an answer · "),
        ("old", "obsolete", "Obsolete · "),
        ("again", "duplicate", "Asked before · "),
    ],
)
def test_every_state_is_told(small: Path, id_: str, state: str, said: str) -> None:
    text, thread, _ = twins_of(small, f"threads/{id_}/")
    assert thread["state"] == state
    assert text.split("\n")[2].startswith(said)


def test_what_is_instead_of_a_thread_is_told_first(small: Path) -> None:
    bold = f"[How \\<b>bold\\</b> \\[is\\] it? \\#]({SITE_URL}threads/bold/)"
    again, _, _ = twins_of(small, "threads/again/")
    assert again.split("\n")[4] == f"> This question was asked before. The answers are in {bold}."
    old, thread, _ = twins_of(small, "threads/old/")
    assert old.split("\n")[4].endswith(f"no longer applies. See instead: {bold}")
    assert thread["replaced_by"]["id"] == "bold"


def test_without_an_address_of_the_site_links_are_relative(small: Path) -> None:
    text, thread, volume = twins_of(small, "threads/bold/", "")
    assert "[What first?](../../threads/first/)" in text
    assert thread["related"][0]["url"] == "../../threads/first/"
    assert "https://example.org/help" not in text
    assert "[What first?](threads/first/)" in volume
    assert "../" not in volume


def test_a_path_as_markdown_and_json(small: Path) -> None:
    text, path, _ = twins_of(small, "paths/walk/")
    bold = f"[How \\<b>bold\\</b> \\[is\\] it? \\#]({SITE_URL}threads/bold/)"
    first = f"[What first?]({SITE_URL}threads/first/)"
    assert text == (
        f"# A \\*walk\\*\n\nSlowly.\n\nBeginner, 3 steps, plus 1 optional, about 6 minutes · [Page]({SITE_URL}paths/walk/)\n\n"
        "**Who it's for:** You.\n\n## You'll learn to\n\n- To know.\n\n## Steps\n\n"
        f"### 1. {bold}\n\nA summary.\n\nLook at {first}.\n\n(5 minutes)\n\n"
        "### 2. This step is still being written\n\n"
        "### 3. Check your understanding\n\nWhich?\n\n- This.\n- That.\n\nAnswer:\n\n"
        "- **Right:** This. (So.)\n- **Not quite:** That.\n\n"
        f"See {first}.\n\n(optional)\n\n"
        f"### 4. {first}\n\nThis.\n\n(1 minute)\n"
    )
    assert [
        (step["position"], bool(step["thread"]), bool(step["check"])) for step in path["steps"]
    ] == [
        (1, True, False),
        (2, False, False),
        (3, False, True),
        (4, True, False),
    ]
    assert path["length"] == 4
    assert (path["minutes"], path["minutes_are_estimated"]) == (6, False)
    assert "Unripe" not in json.dumps(path)


def test_a_topic_as_markdown_and_json(small: Path) -> None:
    text, topic, _ = twins_of(small, "topics/proposals/")
    assert text.startswith(
        f"# Proposals\n\nStage 1 · 2 questions · [Page]({SITE_URL}topics/proposals/)\n\n"
    )
    assert f"## Start here\n\n- [What first?]({SITE_URL}threads/first/): This. (Solved, " in text
    assert [thread["id"] for thread in topic["latest"]] == ["bold", "first"]
    assert topic["start_here"]["id"] == "first"
    assert [neighbour["id"] for neighbour in topic["neighbours"]] == ["interviews"]
    assert topic["next"] is None


def test_only_threads_paths_and_topics_have_twins(small: Path) -> None:
    shared = shared_with()
    with_twins = {page.url for page in planned(small).pages if page.make(shared).files}
    threads = {f"threads/{id_}/" for id_ in "bold again old open talk first".split()}
    topics = {f"topics/{id_}/" for id_ in "proposals interviews payments".split()}
    assert with_twins == threads | topics | {"paths/walk/"}


def test_twins_are_the_same_each_time(small: Path) -> None:
    assert twins_of(small, "threads/bold/") == twins_of(small, "threads/bold/")


# The API


def api_of(base: Path, site_url: str = SITE_URL) -> dict[str, Any]:
    files = dict(write_api(planned(base).catalogue, shared_with(site_url)))
    return {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}


def test_the_api_lists_everything_but_drafts(small: Path) -> None:
    api = api_of(small)
    assert api["api/index.json"]["counts"] == {
        "threads": 6,
        "solved": 2,
        "answered": 1,
        "unanswered": 1,
        "obsolete": 1,
        "duplicate": 1,
        "topics": 3,
        "boards": 2,
        "paths": 1,
    }
    threads = api["api/threads/1.json"]["threads"]
    assert [thread["id"] for thread in threads] == ["again", "bold", "first", "old", "open", "talk"]
    assert threads[0]["duplicate_of"] == "bold"
    assert threads[1] == {
        "id": "bold",
        "title": "How <b>bold</b> [is] it? #",
        "url": f"{SITE_URL}threads/bold/",
        "json_url": f"{SITE_URL}threads/bold/index.json",
        "markdown_url": f"{SITE_URL}threads/bold/index.md",
        "state": "solved",
        "votes": 7,
        "answers": 4,
        "updated": "2024-03-09",
        "board": "new",
        "topics": ["proposals", "interviews"],
        "asked": "2024-03-02",
        "duplicate_of": None,
    }
    assert [path["id"] for path in api["api/paths.json"]["paths"]] == ["walk"]
    assert "draft" not in json.dumps({n: held for n, held in api.items() if "openapi" not in n})


def test_the_list_of_threads_comes_in_pages(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["threadbook.outputs.api"], "LIST_SIZE", 4)
    api = api_of(small)
    pages = [f"{SITE_URL}api/threads/{number}.json" for number in (1, 2)]
    assert api["api/threads.json"] == {"total": 6, "size": 4, "pages": pages}
    first, second = api["api/threads/1.json"], api["api/threads/2.json"]
    assert (first["previous"], first["next"]) == (None, pages[1])
    assert (second["previous"], second["next"]) == (pages[0], None)
    assert [len(page["threads"]) for page in (first, second)] == [4, 2]


def test_an_empty_base_has_an_empty_page(knowledge: Make) -> None:
    base = knowledge(
        {"threads/new/first.yml": "title: F\ntopics: [proposals]\nanswer: A.\nstatus: draft\n"}
    )
    assert api_of(base)["api/threads/1.json"] == {
        "number": 1,
        "count": 1,
        "previous": None,
        "next": None,
        "threads": [],
    }


def views() -> Iterator[type[View]]:
    def below(view: type[View]) -> Iterator[type[View]]:
        for each in view.__subclasses__():
            yield each
            yield from below(each)

    yield from below(View)


def test_every_field_is_described_and_every_view_closed() -> None:
    found = list(views())
    assert len(found) > 20
    for name, schema in describe_views(found, "{model}").items():
        assert schema["description"], name
        assert schema["additionalProperties"] is False
        for field, described in schema["properties"].items():
            assert described.get("description"), f"{name}.{field}"


def test_the_description_is_whole() -> None:
    description = outputs_api.describe_api("Small", SITE_URL)
    assert description["openapi"] == "3.1.0"
    assert description["servers"] == [{"url": "https://example.org/help"}]
    schemas = description["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) == set(schema["properties"]), "every field is always there"
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(description)))
    assert named == set(schemas), "nothing is missing, nothing too much"
    for address, item in description["paths"].items():
        names = {parameter["name"] for parameter in item["get"]["parameters"]}
        assert names == set(re.findall(r"{(\w+)}", address))


# For language models


def test_the_overview_follows_the_proposal(small: Path) -> None:
    text = write_overview(planned(small).catalogue, shared_with())
    assert text.startswith("# Small\n\n> What it is about.\n\n")
    assert re.findall("^## .*", text, re.MULTILINE) == [
        "## Learning paths",
        "## Topics",
        "## Boards",
        "## Optional",
    ]
    assert f"- [A \\*walk\\*]({SITE_URL}paths/walk/index.md): Slowly.\n" in text
    lists = text.partition("## ")[2]
    for line in filter(None, lists.split("\n")):
        assert line.startswith(("- [", "## ")) or line == "Learning paths", line


def test_only_threads_that_lists_show_are_in_the_full_text(small: Path) -> None:
    shared = shared_with()
    pages = [page for page in planned(small).pages if page.url.startswith("threads/")]
    shown = {page.url for page in pages if page.make(shared).volume}
    assert shown == {f"threads/{id_}/" for id_ in "bold first open talk".split()}


TEXTS = [f"# Thread {number}\n\n{'é' * number}\n" for number in range(40)]
ENCODED = [text.encode() for text in TEXTS]


def test_a_full_text_within_the_limit_is_one_file() -> None:
    (name, content), *more = write_volumes(ENCODED, shared_with())
    assert name == "llms-full.txt"
    assert content.decode() == "# Small: all threads\n\n" + "".join(f"{text}\n" for text in TEXTS)
    assert more == []


@pytest.mark.parametrize("limit", [1, 60, 100, 500])
def test_a_longer_full_text_is_divided_between_threads(limit: int) -> None:
    *parts, (name, contents) = write_volumes(ENCODED, shared_with(), limit)
    head = "# Small: all threads\n\n"
    assert [part for part, _ in parts] == [f"llms-full-{n}.txt" for n in range(1, len(parts) + 1)]
    held = [content.decode() for _, content in parts]
    assert "".join(text.removeprefix(head) for text in held) == "".join(f"{t}\n" for t in TEXTS)
    for text, (_, content) in zip(held, parts, strict=True):
        assert text.startswith(f"{head}# Thread ")
        assert len(content) <= limit or text.count("# Thread ") == 1
    assert name == "llms-full.txt"
    listed = "".join(f"- [{part}]({SITE_URL}{part})\n" for part, _ in parts)
    assert contents.decode() == head + listed


def test_no_more_than_a_part_of_the_full_text_is_held() -> None:
    taken = []

    def texts() -> Iterator[bytes]:
        for text in ENCODED:
            taken.append(text)
            yield text

    next(write_volumes(texts(), shared_with(), 100))
    assert len(taken) < 10


def test_a_site_without_threads_has_a_full_text() -> None:
    assert list(write_volumes([], shared_with())) == [
        ("llms-full.txt", b"# Small: all threads\n\n")
    ]
