"""Templates: the HTML of each page's content and head. Jinja renders them, with autoescape on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Any, Final, NamedTuple, cast

from jinja2 import FileSystemLoader, StrictUndefined, nodes
from markupsafe import Markup, escape

from threadbook import addresses
from threadbook.pages.compiling import LeanEnvironment, render
from threadbook.pages.views import Link, ThreadCard
from threadbook.theme_files import theme_folder
from threadbook.translations import Interface, interface

_CARDS: Final = 20_000
"""How many rendered cards of threads are kept, at about 700 bytes each."""

_MARK: Final = "\0"
"""Divides a kept card into its parts. YAML allows no NUL, so no text has one."""


def render_template(name: str, language: str, context: Mapping[str, Any]) -> str:
    """Render a template in the interface's language."""
    return render(_environment(language).get_template(f"{name}.html"), context)


def prepare(language: str) -> None:
    """Compile the templates of which a site has thousands of pages."""
    for name in ("head", "thread", "list", "macros", "walk", "thread_item"):
        _environment(language).get_template(f"{name}.html")


class _Environment(LeanEnvironment):
    """Texts of the interface and icons become constants in compiled templates.

    Looking texts up for every page would take a tenth of the time of rendering. Texts with values
    in them are still looked up.
    """

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        template = super()._parse(source, name, filename)
        for output in template.find_all(nodes.Output):
            output.nodes = [self._translate(node) for node in output.nodes]
        return template

    def _translate(self, node: nodes.Expr) -> nodes.Expr:
        match node:
            case nodes.Call(node=nodes.Name(name="_"), args=[nodes.Const(value=text)], kwargs=[]):
                say = cast("Interface", self.globals["_"])
                return nodes.TemplateData(str(escape(say(text))), lineno=node.lineno)
            case nodes.Getattr(node=nodes.Name(name="icons"), attr=icon):
                return nodes.TemplateData(read_icons()[icon], lineno=node.lineno)
            case _:
                return node


@cache
def read_icons() -> dict[str, str]:
    """Return the theme's own icons as SVG, by name."""
    folder = theme_folder() / "icons"
    return {file.stem: file.read_text("utf-8").strip() for file in folder.glob("*.svg")}


@cache  # one for each language, because texts are part of the compiled templates
def _environment(language: str) -> _Environment:
    environment = _Environment(
        loader=FileSystemLoader(theme_folder() / "fragments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=False,
    )
    say = interface(language)
    environment.filters |= {"ids": list_ids, "titles": list_titles}
    environment.globals |= {
        "_": say,
        "addresses": addresses,
        "counted": say.counted,
        "day": say.day,
        "join": say.join,
        "levels": name_levels(say),
        "month": say.month,
        "number": say.number,
        "roles": name_roles(say),
        "thread_items": partial(render_cards, language),
    }
    return environment


def name_levels(say: Interface) -> dict[str, str]:
    """Return the names of the levels of learning paths."""
    return {
        "beginner": say("Beginner"),
        "intermediate": say("Intermediate"),
        "advanced": say("Advanced"),
    }


def name_roles(say: Interface) -> dict[str, str]:
    """Return the names of people's roles."""
    return {"member": say("Member"), "moderator": say("Moderator"), "staff": say("Staff")}


def render_cards(
    language: str, base: str, threads: Iterable[ThreadCard], level: str, board: bool
) -> Markup:
    """Render threads for a list; `level` is that of headings, `board` whether to name boards."""
    written = "".join(
        [
            _card(language, thread).write(base, level, board=board and bool(thread.board.url))
            for thread in threads
        ]
    )
    return Markup(written)  # noqa: S704 - a template's


class _Card(NamedTuple):
    """The parts of a rendered card; between them stands what depends on the page.

    That is the level of the heading, the way to the site's root, and the level again. The last
    three parts are the beginning of the link to the board, the rest of it, and the end of the card.
    """

    start: str
    url: str
    title: str
    facts: str
    board: str
    link: str
    end: str

    def write(self, base: str, level: str, *, board: bool) -> str:
        """Return the card as a page needs it."""
        start, url, title, facts, before, link, end = self
        named = f"{before}{base}{link}" if board else ""
        return f"{start}{level}{url}{base}{title}{level}{facts}{named}{end}"


_cards: Final[dict[tuple[str, str], tuple[ThreadCard, _Card]]] = {}
"""Rendered cards and what they show, by language and id."""


def _card(language: str, thread: ThreadCard) -> _Card:
    """Render a card for any page. Most are in many lists, so this saves an eighth of a build."""
    key = (language, thread.id)
    shown, card = _cards.get(key, (None, None))
    if card is not None and shown is not None and shown.stamp == thread.stamp:
        return card  # comparing all that two cards show takes several times as long
    if card is None or shown != thread:
        values = {"thread": thread, "level": _MARK, "base": _MARK, "board": _MARK}
        card = _Card(*render_template("thread_item", language, values).split(_MARK))
    if len(_cards) >= _CARDS:
        _cards.clear()
    _cards[key] = thread, card
    return card


def list_ids(links: Iterable[Link]) -> str:
    """Return the ids of links with spaces between them."""
    return " ".join([link.id for link in links])


def list_titles(links: Iterable[Link]) -> str:
    """Return the titles of links with commas between them."""
    return ", ".join([link.title for link in links])


def escape_text(text: str) -> str:
    """Escape plain text for HTML."""
    return str(escape(text))
