"""Links by name, and the ids that they may name: the same in the checker and on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook import markdown
from threadbook.addresses import of_target
from threadbook.gather import gather
from threadbook.library import Library
from threadbook.load.files import make_thread
from threadbook.load.outlines import make_outline
from threadbook.load.sources import FileKind, SourceFile
from threadbook.markdown import Destination, examine, list_headings, render, split_links
from threadbook.markdown.html import readdress
from threadbook.pages import Planning, plan_site
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]

TITLES = {
    "sign": "When do I sign?",
    "topic:pay": "Payments",
    "path:begin": "Begin",
    "board:new": "New",
    "page:about.md": "About",
}


def resolve(target: str) -> Destination | None:
    title = TITLES.get(target)
    return Destination(f"../../{of_target(target)}", title) if title else None


def html(body: str) -> str:
    return str(render(body, resolve, prefix="a1_").html)


@pytest.mark.parametrize(
    ("body", "link"),
    [
        ("[[sign]]", '<a href="../../threads/sign/">When do I sign?</a>'),
        ("[[sign#a2]]", '<a href="../../threads/sign/#a2">When do I sign?</a>'),
        ("[[sign#a2|this one]]", '<a href="../../threads/sign/#a2">this one</a>'),
        ("[t](thread:sign#a2_so)", '<a href="../../threads/sign/#a2_so">t</a>'),
        ("[t](topic:pay)", '<a href="../../topics/pay/">t</a>'),
        ("[[topic:pay]]", '<a href="../../topics/pay/">Payments</a>'),
        ("<topic:pay>", '<a href="../../topics/pay/">Payments</a>'),
        ("[t](path:begin#step-2)", '<a href="../../paths/begin/#step-2">t</a>'),
        ("[t](board:new)", '<a href="../../boards/new/">t</a>'),
        ("[t](page:about.md#who)", '<a href="../../about/#who">t</a>'),
        ("[t](topic:nope)", "<span>t</span>"),
        ("[[nope#a1]]", "<span>nope#a1</span>"),
        ("[t](#so)", '<a href="#a1_so">t</a>'),
        ('[t](<topic:pay#"onclick=x>)', '<a href="../../topics/pay/#%22onclick=x">t</a>'),
        ('[t](topic:pay "b")', '<a href="../../topics/pay/" title="b">t</a>'),
        ("<b>[[sign#a1]]</b>", '<b><a href="../../threads/sign/#a1">When do I sign?</a></b>'),
    ],
)
def test_links_lead_where_they_say(body: str, link: str) -> None:
    assert html(body) == f"<p>{link}</p>\n"


@pytest.mark.parametrize(
    ("body", "ordinary"),
    [
        ("[[sign#a2]]", "[When do I sign?](/threads/sign/#a2)"),
        ("[t](topic:pay)", "[t](/topics/pay/)"),
        ("<topic:pay>", "[Payments](/topics/pay/)"),
        ("[t](page:about.md#who) `[[sign#a1]]`", "[t](/about/#who) `[[sign#a1]]`"),
        ("[a][b]\n\n[b]: path:begin\n", "[a](/paths/begin/)\n\n"),
        ("[t](topic:nope)", "t"),
        ("[t](<topic:pay#a b)(<c>)", "[t](<topic:pay#a b)(<c>)"),
        ("[t](<topic:pay#a b)(c>)", "[t](/topics/pay/#a%20b%29%28c)"),
        ("No link: topic:pay", "No link: topic:pay"),
    ],
)
def test_twins_have_ordinary_links(body: str, ordinary: str) -> None:
    def lead(target: str) -> Destination | None:
        return Destination(f"/{of_target(target)}", TITLES[target]) if target in TITLES else None

    assert markdown.make_portable(body, lead) == ordinary


def test_a_definition_is_plain_text_but_for_its_links() -> None:
    parts = list(
        split_links("Money *now*, see [[sign#a1]] or [it](topic:pay), [x](https://e.org).")
    )
    assert [tuple(part) for part in parts] == [
        ("Money *now*, see ", "", ""),
        ("", "sign", "a1"),
        (" or ", "", ""),
        ("it", "topic:pay", ""),
        (", [x](https://e.org).", "", ""),
    ]


# Headings

BODY = (
    "# Soon\n\n## So *it* `is` [[sign]]\n\n### Soon\n\n> # Soon\n\nÜber uns\n---\n\n# 契約\n\n#\n"
)


def test_headings_have_ids_that_do_not_depend_on_other_threads() -> None:
    ids = [heading.id for heading in list_headings(BODY)]
    assert ids == ["soon", "so-it-is-sign", "soon_1", "soon_2", "uber-uns", "契約", "section"]
    assert re.findall(r'<h[1-6] id="([^"]*)"', html(BODY)) == [f"a1_{id_}" for id_ in ids]
    assert ">So <em>it</em> <code>is</code> <a" in html(BODY)


@given(
    st.lists(
        st.sampled_from("# a|## b|</h2>|<h2>d</h2>|a\n=|> # a|<h3 id=x>e</h3>|x|<b>".split("|"))
    )
)
def test_every_heading_that_is_shown_has_an_id_of_its_own(lines: list[str]) -> None:
    made = html("\n\n".join(lines))
    assert re.findall(r"<h[1-6](?! id=\"a1_)", made) == []
    ids = re.findall(r'<h[1-6] id="([^"]*)"', made)
    assert len(ids) == len(set(ids))


@given(
    st.lists(st.sampled_from("# a|## b|a\n=|> # a|- # c|# a [[sign]]|x|`# b`|    # b".split("|")))
)
def test_the_checker_knows_the_ids_of_the_page(lines: list[str]) -> None:
    """In Markdown without HTML, whose headings the sanitiser may close."""
    body = "\n\n".join(lines)
    shown = re.findall(r'<h[1-6] id="a1_([^"]*)"', html(body))
    assert shown == [heading.id for heading in list_headings(body)]
    assert len(shown) == len(examine(body).headings)


def test_feeds_have_no_ids_and_whole_paths_others() -> None:
    made = render("# Soon", resolve, prefix="a1_").html
    assert str(readdress(made, lambda url: url)) == "<h3>Soon</h3>\n"
    assert str(readdress(made, lambda url: url, "step-1-")) == '<h3 id="step-1-a1_soon">Soon</h3>\n'


def test_many_headings_that_nobody_closes_take_no_time() -> None:
    body = "<h2>" * 900 + "a" * 200_000 + "</h3>"
    assert list_headings(body) == ()
    assert "<h" in html(body)


THREAD = """\
title: When?
topics: [pay]
question:
  body: "# Why"
  comments: [{body: "# Really"}]
answers:
  - body: |
      # Soon

      # Soon
  - id: later
    body: Later.
    comments: [{body: x}, {body: "# Or not"}]
"""


def test_an_outline_knows_every_anchor_of_its_page() -> None:
    source = SourceFile(FileKind.THREAD, "", "x.yml", "x", "new", 0, 0)
    file, _ = make_thread(source, THREAD)
    assert file is not None
    assert set(make_outline(file).anchors) == {
        *("question", "a1", "later"),
        *("question_why", "tb_question_c1_really", "a1_soon", "a1_soon_1", "tb_later_c2_or-not"),
    }
    short, _ = make_thread(source, "title: A\ntopics: [b]\nanswer: '# Soon'\n")
    assert short is not None
    assert make_outline(short).anchors == ("a1", "a1_soon")


# What the checker finds

TEXT = "title: When?\ntopics: [payments]\nanswer: |\n  {}\n"


def found(knowledge: Knowledge, files: dict[str, str | bytes]) -> list[str]:
    root = knowledge(files)
    settings = Settings(
        root=root,
        content=root / "content",
        pages=root / "content/pages",
        site_url="https://example.org/help/",
        jobs=1,
    )
    return [
        f"{each.rule.id} {each.message}"
        for each in gather(settings, keep=False).findings
        if each.severity == "error"
    ]


GOOD = (
    "[[first]] [[first#a1]] [a](topic:payments) [a](board:new) [a](path:begin) "
    "[a](path:begin#step-1) [a](page:about.md) [a](page:about.md#who-we-are) [a](../../latest/) "
    "[a](../../threads/first/) [a](../../threads/first/index.md) [a](../../) [a](/help/latest/) "
    "[a](/elsewhere/) [a](../../old/1/) [a](../../about/) [a](../../feeds/latest.xml) "
    "[a](?x=1) [a](https://e.org) [a](mailto:a@example.org) [a](../../glossary/#pay)"
).split(" [a]")
BAD = {
    "[[first#a2]]": "TB217 There is no `#a2` in [[first]].",
    "[a](../../threads/first/#a9)": "TB217 There is no `#a9` in [[first]].",
    "[a](topic:payments#x)": "TB217 There is no `#x` in `topic:payments`.",
    "[a](path:begin#step-2)": "TB217 There is no `#step-2` in `path:begin`.",
    "[a](page:about.md#about)": "TB217 There is no `#about` in `page:about.md`.",
    "[a](topic:nope)": 'TB202 There is no topic in site.yml with the id "nope".',
    "[a](path:nope)": 'TB205 There is no path with the id "nope".',
    "[a](board:nope)": 'TB218 There is no board with the id "nope".',
    "[a](page:nope.md)": "TB218 There is no page `nope.md` in the folder of prose.",
    "[a](about.md)": "TB218 This link leads nowhere: about.md",
    "[a](../../nope/)": "TB218 This link leads nowhere: ../../nope/",
    "[a](/help/nope/)": "TB218 This link leads nowhere: /help/nope/",
    "[a]()": "TB218 This link has no address.",
    "[a](#a1)": "TB219 There is no heading `#a1` in this text.",
    "[[nope#a1]]": 'TB201 There is no thread with the id "nope".',
}
AROUND: dict[str, str | bytes] = {
    "paths/begin.yml": "title: Begin\nredirect_from: [old/1]\nsteps: [{thread: first}]\n",
    "pages/about.md": "# About\n\n## Who we are\n\nUs.\n",
    "glossary.yml": "- {term: pay, definition: Money.}\n",
}


@pytest.mark.parametrize("link", [GOOD[0], *(f"[a]{each}" for each in GOOD[1:])])
def test_what_leads_somewhere_is_no_finding(knowledge: Knowledge, link: str) -> None:
    assert found(knowledge, {**AROUND, "threads/new/x.yml": TEXT.format(link)}) == []


@pytest.mark.parametrize("link", BAD)
def test_what_leads_nowhere_is_found_in_threads(knowledge: Knowledge, link: str) -> None:
    assert found(knowledge, {**AROUND, "threads/new/x.yml": TEXT.format(link)}) == [BAD[link]]


EVERYWHERE = [each for each in BAD if "../" not in each and "/help" not in each]


@pytest.mark.parametrize("link", [each for each in EVERYWHERE if "#a1)" not in each])
def test_what_leads_nowhere_is_found_in_notes_of_paths(knowledge: Knowledge, link: str) -> None:
    path = f"title: Begin\nsteps:\n  - thread: first\n    note: |\n      {link}\n"
    assert found(knowledge, {**AROUND, "paths/begin.yml": path}) == [BAD[link]]


@pytest.mark.parametrize("link", [each for each in EVERYWHERE if "](about.md)" not in each])
def test_what_leads_nowhere_is_found_in_prose(knowledge: Knowledge, link: str) -> None:
    assert found(knowledge, {**AROUND, "pages/more.md": f"# More\n\n{link}\n"}) == [BAD[link]]


@pytest.mark.parametrize("link", [each for each in EVERYWHERE if ":" in each or "[[" in each])
def test_what_leads_nowhere_is_found_in_the_glossary(knowledge: Knowledge, link: str) -> None:
    glossary = f"- term: pay\n  definition: >-\n    Money {link}\n"
    assert found(knowledge, {**AROUND, "glossary.yml": glossary}) == [BAD[link]]


def test_a_relative_address_in_prose_leads_from_the_page(knowledge: Knowledge) -> None:
    page = "# A\n\n[a](../../threads/first/) [b](../about.md) [c](../../nope/) [d](../about.md#x)\n"
    assert found(knowledge, {**AROUND, "pages/guide/a.md": page}) == [
        "TB218 This link leads nowhere: ../../nope/",
        "TB217 There is no `#x` in `about.md`.",
    ]


def test_an_old_address_of_a_board_topic_path_or_page_is_its_own(knowledge: Knowledge) -> None:
    site = (
        "boards: [{id: new, title: New, redirect_from: [a/1]}]\n"
        "topics: [{id: proposals, title: P, redirect_from: [a/2, topics/proposals]}]\n"
    )
    files: dict[str, str | bytes] = {
        "site.yml": site,
        "paths/begin.yml": "title: B\nredirect_from: [a/1]\nsteps: [{thread: first}]\n",
        "pages/about.md": "---\nredirect_from: [a/2]\n---\n# About\n",
    }
    assert found(knowledge, files) == [
        "TB215 `a/1` already leads to a board.",
        "TB215 `a/2` already leads to a page.",
        "TB215 `topics/proposals` is the address of a page of this site.",
    ]


def library_of(knowledge: Knowledge, files: dict[str, str | bytes]) -> tuple[Library, Settings]:
    root = knowledge(files)
    settings = Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)
    return gather(settings, keep=False).library, settings


def test_old_addresses_of_everything_lead_on_with_what_is_below(knowledge: Knowledge) -> None:
    site = (
        "boards: [{id: new, title: New, redirect_from: [boards/old, forum/9]}]\n"
        "topics: [{id: proposals, title: P, redirect_from: [topics/old/]}]\n"
    )
    library, settings = library_of(
        knowledge,
        {
            "site.yml": site,
            "paths/begin.yml": "title: B\nredirect_from: [paths/old]\nsteps: [{thread: first}]\n",
            "pages/about.md": "---\nredirect_from: [about-us]\n---\n# About\n",
        },
    )
    assert plan_site(
        Planning(library, dict.fromkeys(library.threads, b""), settings)
    ).redirects == {
        "boards/old": "boards/new/",
        "boards/old/useful/": "boards/new/useful/",
        "boards/old/unanswered/": "boards/new/unanswered/",
        "forum/9": "boards/new/",
        "topics/old/": "topics/proposals/",
        "topics/old/useful/": "topics/proposals/useful/",
        "topics/old/unanswered/": "topics/proposals/unanswered/",
        "paths/old": "paths/begin/",
        "paths/old/print/": "paths/begin/print/",
        "about-us": "about/",
    }
