"""Hostile text in every field that takes text, through every output of one build."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pytest
from bases import write
from browsing import settle
from dangers import find_dangers
from playwright.sync_api import Page

from threadbook.gather import gather
from threadbook.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Served

OWN: Final = "window.pwned=1"
"""What would show that somebody else's script ran."""

LINE: Final = (
    f"</script><script>{OWN}</script>\"'><img src=x onerror={OWN}>]]> --> &amp; "
    "%%content%% <!--%%content%%--> {{ 7*7 }} {% raw %} javascript:alert(1) \\u003c "
    "\U0001f600 \u202eright to left\u2067 **not bold** [a](javascript:alert(1))"
)
"""One line with what ends a script, an attribute, a comment, a CDATA section, a slot, a template."""

BODY: Final = (
    f"{LINE}\n\n<svg onload={OWN}></svg><iframe srcdoc='<script>{OWN}</script>'></iframe>"
    f"<a href='java\nscript:{OWN}'>x</a><style>*{{display:none}}</style>"
    f"<math><mtext></mtext><mglyph><style><img src=x onerror={OWN}></style></mglyph></math>\n\n"
    f"```html\n</code></pre><script>{OWN}</script>\n```\n\n{'w' * 10_000}\n\n"
    f"> [!NOTE]\n> <script>{OWN}</script>\n\n| a | <img onerror={OWN} src=x> |\n|---|---|\n| 1 | 2 |\n\n"
    "[![x](x.png)](data:text/html,<script>) term"
)
CONFIG: Final = {
    "site_name": "Small",  # the publisher's own, which MkDocs' themes print as HTML
    "site_url": "https://example.org/help/",
    "docs_dir": "content/pages",
    "theme": {"name": "material", "font": False, "features": ["navigation.tabs"]},
    "plugins": [
        {
            "threadbook": {
                "social_pictures": True,
                "answer_url": "https://example.org/edit?title={title}&url={url}",
                "edit_url": "https://example.org/{file}",
                # What stands behind the checker is tested here, so the build must not stop.
                "rules": {"TB230": "warning", "TB231": "warning"},
            }
        }
    ],
}
SITE: Final = {
    "boards": [{"id": "new", "title": LINE, "summary": LINE}],
    "topics": [
        {"id": "t", "title": LINE, "summary": LINE, "stage": 1, "start_here": "hostile"},
        {"id": "u", "title": LINE, "summary": LINE},
    ],
    "people": [{"id": "who", "name": LINE, "role": "moderator"}],
    "featured": {"topics": ["t"], "threads": ["hostile"], "paths": ["p"]},
}
POST: Final = {"by": "who", "at": "2026-01-01", "edited": "2026-01-02", "body": BODY}
THREAD: Final = {
    "title": LINE,
    "topics": ["t", "u"],
    "also_asked": [LINE],
    "summary": LINE,
    "question": POST | {"comments": [POST]},
    "answers": [
        POST | {"id": "a1", "votes": 4, "accepted": True, "note": LINE, "comments": [POST]},
        POST | {"id": "a2", "body": f"{BODY} [[other]] [{LINE[:9]}](thread:other)"},
    ],
    "related": ["other"],
    "redirect_from": ["old/~a.b_c"],
    "source": {"system": LINE, "url": "https://example.org/?a=1&b=%22", "license": LINE},
    "silence": [{"rule": "TB401", "reason": LINE}],
}
PATH: Final = {
    "title": LINE,
    "summary": LINE,
    "audience": LINE,
    "level": "beginner",
    "objectives": [LINE],
    "steps": [
        {"thread": "hostile", "note": BODY},
        {"thread": "other", "note": LINE, "minutes": 3},
        {
            "check": {
                "question": LINE,
                "choices": [{"text": LINE, "correct": True, "why": LINE}, {"text": LINE}],
                "cites": "other",
            }
        },
    ],
}
GLOSSARY: Final = [
    {"term": "term", "definition": LINE, "also": [LINE], "thread": "other"},
    {"term": f"{LINE} again", "definition": LINE},
]
FILES: Final = {
    "mkdocs.yml": CONFIG,
    "content/site.yml": SITE,
    "content/threads/new/hostile.yml": THREAD,
    "content/threads/new/other.yml": {"title": LINE[::-1], "topics": ["t"], "question": BODY},
    "content/threads/new/again.yml": {"title": LINE, "topics": ["t"], "duplicate_of": "hostile"},
    "content/paths/p.yml": PATH,
    "content/glossary.yml": GLOSSARY,
    "content/synonyms.yml": [{"words": [LINE, "job"]}],
    "content/queries.yml": [{"query": LINE, "expect": "hostile"}],
}
"""JSON is YAML."""


def write_hostile(root: Path) -> None:
    """Write the hostile base with every output on."""
    for name, content in FILES.items():
        write(root, {name: json.dumps(content, ensure_ascii=False)})
    write(root, {"content/pages/about.md": "# About\n"})


@pytest.fixture(scope="module")
def hostile_site(build_once: Callable[..., Path]) -> Path:
    return build_once("hostile", write_hostile)


def test_no_page_holds_anything_of_it_that_could_run(hostile_site: Path) -> None:
    pages = sorted(hostile_site.rglob("*.html"))
    assert len(pages) > 15
    for file in pages:
        assert find_dangers(file.read_text("utf-8"), OWN) == [], file


def test_every_file_for_machines_is_well_formed(hostile_site: Path) -> None:
    documents = sorted(hostile_site.rglob("*.json"))
    feeds = sorted(hostile_site.rglob("*.xml"))
    assert len(documents) > 10
    assert len(feeds) > 5
    for file in documents:
        json.loads(file.read_text("utf-8"))
    for file in feeds:
        xml.etree.ElementTree.fromstring(file.read_bytes())
    for file in hostile_site.rglob("_redirects"):
        assert all(re.fullmatch(r"/\S+ /\S+ 30[18]", line) for line in lines(file))


def lines(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line and line[0] != "#"]


def test_it_is_still_said_in_full(hostile_site: Path) -> None:
    twin = json.loads((hostile_site / "threads/hostile/index.json").read_text("utf-8"))
    assert twin["title"] == LINE
    assert twin["also_asked"] == [LINE]
    feed = json.loads((hostile_site / "feeds/latest.json").read_text("utf-8"))
    assert LINE in {item["title"] for item in feed["items"]}


@pytest.mark.browser
@pytest.mark.parametrize(
    "url",
    ["", "threads/hostile/", "threads/again/", "topics/t/", "boards/new/", "paths/p/", "glossary/"],
)
def test_in_a_browser_none_of_it_runs_and_nothing_scrolls_sideways(
    browser: Any, served: Served, hostile_site: Path, url: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page: Page = context.new_page()
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message))
    with served(hostile_site) as address:
        page.goto(address + url)
    settle(page)
    if page.locator("a.tb-term").count():
        page.locator("a.tb-term").first.click()
    assert page.evaluate("window.pwned") is None
    assert dialogs == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("field", ["title", "summary", "answer"])
def test_what_no_text_may_hold_is_refused_at_its_place(
    knowledge: Callable[[dict[str, str | bytes]], Path], field: str
) -> None:
    for sign in "\0\ufffe\x1b":
        fields = {"title": "Why?", "topics": "[payments]"} | {field: f"before{sign}after"}
        text = "".join(f"{name}: {value}\n" for name, value in fields.items())
        root = knowledge({"threads/new/x.yml": text})
        settings = Settings(root=root, content=root / "content", pages=root / "content/pages")
        found = [each for each in gather(settings).findings if each.place.file.endswith("x.yml")]
        place = (list(fields).index(field) + 1, len(f"{field}: before") + 1)
        assert [(each.place.line, each.place.column) for each in found] == [place]
        assert "control characters are not allowed" in found[0].message
