"""What is searched besides pages' own documents, and what browsers are told of all of them.

What a page of ours is to search is said by its kind (`threadbook.pages.kinds`); how an index of
documents is written is the codec's business (`threadbook.search.codec`).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from threadbook import markdown
from threadbook.addresses import from_place
from threadbook.load.sources import read_lines
from threadbook.pages import Document, Plan, Shared
from threadbook.pages.kinds.prose import describe_page
from threadbook.pages.views import BoardCard, LabelView, PathCard, TopicCard
from threadbook.settings import Settings

_READ: Final = 20_000
"""How much of a body is read, in characters."""

_LANGUAGES: Final = 4
"""In how many languages a question is read besides the site's own, at most."""

_WHITESPACE: Final = re.compile(r"\s+")
_TAG: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)


class Prose(NamedTuple):
    """A prose page that the engine rendered: its address, its title, and its content as HTML."""

    url: str
    title: str
    content: str


def find_documents(plan: Plan, shared: Shared) -> Iterator[Document]:
    """Yield the documents of all pages, in this process; a build makes them beside the pages."""
    for page in plan.pages:
        if not page.quotes:
            yield from page.documents(page.view(shared, {}), shared)


def describe_prose(prose: Prose, settings: Settings) -> Document:
    """Return a trusted prose page as search sees it; ours may be in a folder beside it."""
    text = _WHITESPACE.sub(" ", html.unescape(_TAG.sub(" ", prose.content)))
    text = text.replace("¶", "").strip()
    url = from_place(settings.prefix, prose.url)
    return describe_page(url, prose.title, text, settings.language)


def label_filters(plan: Plan) -> dict[str, dict[str, str]]:
    """Return what the values of filters are called, by filter."""
    catalogue = plan.catalogue
    return {
        "board": _titles(catalogue.boards),
        "topic": _titles(catalogue.topics),
        "stage": _titles(topic for topic in catalogue.topics if topic.stage is not None),
        "path": _titles(catalogue.paths),
        "applies_to": _titles(catalogue.labels),
        "owner": _titles(catalogue.owners),
    }


def _titles(cards: Iterable[BoardCard | TopicCard | PathCard | LabelView]) -> dict[str, str]:
    return {card.id: card.title for card in cards}


def read_prose(settings: Settings) -> Iterator[Prose]:
    """Yield trusted prose pages as they are written, for where no engine renders them."""
    if not settings.trusted_pages:
        return
    for file in sorted(settings.pages.rglob("*.md")):
        text = "\n".join(read_lines(file, settings.max_file_size))
        title, _, body = text.removeprefix("# ").partition("\n")
        name = file.relative_to(settings.pages).with_suffix("").as_posix()
        yield Prose(f"{name}/", title, html.escape(markdown.plain_text(body, _READ)))


def rank_languages(own: str, counts: Counter[str]) -> list[str]:
    """Return the languages that questions are read in: the site's own, then the most frequent."""
    others = sorted(counts, key=lambda each: (-counts[each], each))[:_LANGUAGES]
    return [own, *(each for each in others if each != own)]
