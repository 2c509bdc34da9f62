"""Compare pages with the snapshots in `tests/pages`.

`tests/pages/base` has every kind of page and every state of a thread. A snapshot holds the part of a
page that Threadbook makes, and its tags in the head; the theme around it is left out.
`--update-snapshots` writes the snapshots again. Read what changed before you commit them.
"""

from __future__ import annotations

import difflib
import html
import json
import re
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pytest
from crawler import Document

pytestmark = pytest.mark.slow

FOLDER = Path(__file__).parents[1] / "pages"
BASE = FOLDER / "base"
VOID = set("br hr img input link meta source wbr".split())
INLINE = VOID - {"hr", "link", "meta"} | set(
    "a abbr b bdi button code del dfn em i ins kbd label mark q s small span strong sub sup time u".split()
)
GEOMETRY = set("g path circle rect line polyline polygon ellipse".split())
DRAWN = "class href id role aria-hidden aria-label aria-labelledby".split()


class Element(NamedTuple):
    """An open element. Inline elements do not get a line of their own."""

    tag: str
    is_inline: bool


class Outline(HTMLParser):
    """The part of a page that Threadbook makes, and its tags in the head, indented by nesting.

    Each element has a line, but inline elements stay in their text. Drawings keep only their words
    and links.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.open: list[Element] = []
        self.text = ""
        self.is_in_head = False
        self.is_own = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "head":
            self.is_in_head = True
        elif self.is_own or self._is_begin(tag, given):
            self._begin(tag, given)

    def _is_begin(self, tag: str, given: dict[str, str]) -> bool:
        """Tell whether an element begins the part that Threadbook makes, or is our tag in the head."""
        if not self.is_in_head:
            self.is_own = tag == "div" and "tb" in given.get("class", "").split()
            return self.is_own
        names = {"description", "robots", "threadbook", "twitter:card"}
        return (
            tag == "title"
            or (tag == "link" and given.get("rel", "").strip() in {"alternate", "canonical"})
            or (tag == "meta" and (given.get("name") in names or "property" in given))
            or (tag == "script" and given.get("type") == "application/ld+json")
        )

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        if tag in GEOMETRY:
            return
        if tag == "svg" or self._is_in("svg"):
            given = {name: value for name, value in given.items() if name in DRAWN}
        written = "".join(
            f' {name}="{html.escape(value)}"' if value else f" {name}"
            for name, value in given.items()
        )
        is_icon = given.get("class", "").startswith("tb-icon")
        is_inline = tag in INLINE or is_icon or any(each.is_inline for each in self.open)
        if is_inline:
            self.text += f"<{tag}{written}>"
        else:
            self._flush()
            self._line(f"<{tag}{written}>")
        if tag not in VOID:
            self.open.append(Element(tag, is_inline))

    def handle_endtag(self, tag: str) -> None:
        if tag == "head":
            self.is_in_head = False
        if tag in VOID | GEOMETRY or not self.open:
            return
        assert self.open[-1].tag == tag, f"</{tag}> ends <{self.open[-1].tag}>"
        if self.open[-1].is_inline:
            self.text += f"</{tag}>"
            self.open.pop()
        else:
            self._end(tag)
        self.is_own = self.is_own and bool(self.open)

    def _end(self, tag: str) -> None:
        if tag not in {"pre", "script"} and re.fullmatch(rf" *<{tag}\b[^<]*>", self.lines[-1]):
            self.lines[-1] += f"{' '.join(self.text.split())}</{tag}>"
            self.text = ""
            self.open.pop()
        else:
            self._flush()
            self.open.pop()
            self._line(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self.open:
            self.text += data if self._is_in("script") else html.escape(data, quote=False)

    def _flush(self) -> None:
        """Add the text since the last element to the lines."""
        text, self.text = self.text, ""
        if self._is_in("script"):
            text = json.dumps(json.loads(text), ensure_ascii=False, indent=2)
        elif not self._is_in("pre"):
            text = " ".join(text.split())
        for line in text.splitlines():
            self._line(line)

    def _is_in(self, tag: str) -> bool:
        return any(each.tag == tag for each in self.open)

    def _line(self, text: str) -> None:
        self.lines.append(f"{'  ' * len(self.open)}{text}".rstrip())


def outline(page: str) -> str:
    """Return the snapshot of a page."""
    return "\n".join(Outline(page).lines) + "\n"


def test_an_outline_has_an_element_a_line_and_keeps_spaces_between_words() -> None:
    page = (
        "<head><title>T</title><link rel=stylesheet href=x.css></head><body><nav>theirs</nav>"
        '<div class="tb tb-x" hidden><p>One <a href="?a&amp;b">two</a>, &lt;three\n four.</p>'
        "<ul><li>five</ul><svg viewBox='0 0 1 1'><path d='M0'/></svg></div><p>theirs</p>"
    )
    with pytest.raises(AssertionError, match="</ul> ends <li>"):
        outline(page)
    assert outline(page.replace("</ul>", "</li></ul>")).splitlines() == [
        "<title>T</title>",
        '<div class="tb tb-x" hidden>',
        '  <p>One <a href="?a&amp;b">two</a>, &lt;three four.</p>',
        "  <ul>",
        "    <li>five</li>",
        "  </ul>",
        "  <svg></svg>",
        "</div>",
    ]


@pytest.fixture(scope="module")
def site(build_once: Callable[..., Path]) -> Path:
    return build_once("pages", lambda base: shutil.copytree(BASE, base))


def outlines(site: Path) -> Iterator[tuple[str, str]]:
    """Yield the file name and the snapshot of each page that Threadbook makes."""
    for file in (site / "404.html", *sorted(site.rglob("index.html"))):
        page = file.read_text("utf-8")
        if 'class="tb ' in page:
            own = file.parent if file.name == "index.html" else file.with_suffix("")
            address = own.relative_to(site).as_posix()
            yield f"{'home' if address == '.' else address}.html", outline(page)


def kept() -> dict[str, str]:
    files = [file for file in FOLDER.rglob("*.html") if BASE not in file.parents]
    return {file.relative_to(FOLDER).as_posix(): file.read_text("utf-8") for file in files}


def test_every_page_equals_its_snapshot(site: Path, pytestconfig: pytest.Config) -> None:
    found = dict(outlines(site))
    if pytestconfig.getoption("--update-snapshots"):
        for name in kept().keys() - found.keys():
            (FOLDER / name).unlink()
        for name, text in found.items():
            (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / name).write_text(text, "utf-8")
    before = kept()
    assert found.keys() == before.keys()
    changes = [
        line
        for name, text in found.items()
        for line in difflib.unified_diff(
            before[name].splitlines(), text.splitlines(), f"kept {name}", f"built {name}", n=1
        )
    ]
    assert not changes, "\n".join(changes[:100])


def test_the_kept_pages_show_every_kind_of_page_and_every_state(
    site: Path, example_site: Path
) -> None:
    """If only the example base had a kind of page, no snapshot would test it."""

    def seen(folder: Path) -> set[str]:
        pages = [file.read_text("utf-8") for file in folder.rglob("index.html")]
        kinds = {kind for page in pages for kind in re.findall(r'data-tb-page="(\w+)"', page)}
        states = {each for page in pages for each in re.findall(r'"tb-state[^"]*">([^<]+)<', page)}
        return kinds | {re.sub(r"\d+", "n", state) for state in states}

    assert seen(example_site) - seen(site) == set()


def test_drafts_and_what_leads_to_them_are_on_no_kept_page() -> None:
    assert [name for name, text in kept().items() if "Unfinished" in text or "draft/" in text] == []


def test_no_kept_page_has_an_id_twice(site: Path) -> None:
    for file in site.rglob("index.html"):
        ids = Document(file.read_text("utf-8")).ids
        assert max(ids.values(), default=1) == 1, file
