"""Prose pages: Markdown that stands beside the threads, such as a page about the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup

from threadbook import addresses, markdown
from threadbook.library import Prose
from threadbook.library.prose import find_file
from threadbook.pages.page import WIDE, Document, Entry, Page, PageKind, Planning, Shared
from threadbook.pages.posts import READ, make_resolver
from threadbook.pages.views import ThreadView
from threadbook.settings import NavItem

_ANSWER: Final = 1_000
"""How much a search result keeps of the beginning of a page, in characters."""

_LISTED: Final = 3
"""The lowest level of the headings in the list of contents."""

_FEWEST: Final = 3
"""A page with fewer headings has no list of contents."""


class ProseView(NamedTuple):
    """A prose page as its template shows it: safe HTML, and a list of its headings."""

    html: Markup
    contents: tuple[markdown.PageHeading, ...]
    text: str


@dataclass(frozen=True, kw_only=True)
class ProsePage(Page):
    """A prose page. `titles`, `files` and `media` are what it may link to."""

    template: ClassVar[str] = "prose"

    prose: Prose
    titles: Mapping[str, str]
    files: Mapping[str, str]
    media: Mapping[str, markdown.Medium]
    edit_url: str

    @property
    def way(self) -> str:
        """The way from the file to the content folder."""
        return "../" * (self.prose.name.count("/") + 1)

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> ProseView:  # noqa: ARG002
        """Render the page."""
        base = addresses.to_root(self.url)

        def lead(url: str) -> str:
            file, _, fragment = url.partition("#")
            name = find_file(file, self.prose.name) or ""
            if name not in self.files:
                return url
            return f"{base}{self.files[name]}{'#' if fragment else ''}{fragment}"

        page = markdown.render_page(
            self.prose.body,
            make_resolver(self.titles, base),
            lead,
            shared.manner._replace(media=markdown.Media(self.media, self.way, base)),
            READ if shared.has_search else 0,
        )
        listed = tuple(each for each in page.headings if each.level <= _LISTED)
        is_long = len(listed) >= _FEWEST and "toc" not in self.prose.hide
        return ProseView(page.html, listed if is_long else (), page.text)

    def documents(self, view: ProseView, shared: Shared) -> Iterator[Document]:
        """Yield what search finds of the page."""
        yield describe_page(self.url, self.title, view.text, shared.language)


def describe_page(url: str, title: str, text: str, language: str) -> Document:
    """Return a prose page, whoever rendered it, as search sees it."""
    shown = {"kind": "page", "title": title, "answer": markdown.keep_sentences(text, _ANSWER)}
    return Document(url, language, {"title": title, "accepted": text}, "page", shown)


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page of each file."""
    library, pattern = planning.library, planning.settings.edit_url
    files = {name: name for name in library.published}
    files |= {page.name: page.url for page in library.prose}
    own = {entry.url for entry in entries(planning)}
    for page in library.prose:
        yield ProsePage(
            url=page.url,
            shell=page.url if page.url in own else addresses.SHARED_SHELLS[page.url.count("/")],
            title=page.title,
            description=page.description,
            canonical=page.url,
            changed=None,
            crumb=page.title,
            prose=page,
            titles=library.titles_of(page.targets),
            files=files,
            media=planning.choose_media(page.media),
            edit_url=planning.fill(
                pattern, file=page.file, id_=quote(page.name), title=page.title, url=page.url
            ),
        )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield the publisher's navigation, and shells for pages that are not in it."""
    prose = {page.name: page for page in planning.library.prose}
    items = planning.settings.navigation
    if planning.settings.trusted_pages:
        return  # the engine adds its own
    if items is None:
        for page in prose.values():
            parents = tuple(_name_folders(page.name))
            yield Entry(page.url, page.title, parents, _hide(page, parents))
        return
    yield from _entries(items, prose, ())
    named = set(_names(items))
    for page in prose.values():
        if page.name not in named and page.url.count("/") not in addresses.SHARED_SHELLS:
            yield Entry(page.url, hide=_hide(page))


def _entries(
    items: Iterable[NavItem], prose: Mapping[str, Prose], parents: tuple[str, ...]
) -> Iterator[Entry]:
    for item in items:
        if item.children:
            yield from _entries(item.children, prose, (*parents, item.title))
        elif item.target in prose:
            page = prose[item.target]
            yield Entry(page.url, item.title or page.title, parents, _hide(page, parents))
        elif not item.target.endswith(".md"):
            yield Entry("", item.title or item.target, parents, link=item.target)


def _names(items: Iterable[NavItem]) -> Iterator[str]:
    for item in items:
        yield item.target
        yield from _names(item.children)


def _name_folders(name: str) -> Iterator[str]:
    """Yield the titles of the sections that a page's folders make, as in MkDocs."""
    for folder in name.split("/")[:-1]:
        yield folder.replace("-", " ").replace("_", " ").capitalize()


def _hide(page: Prose, parents: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what to hide: a page in no section would have only itself beside it."""
    return tuple(dict.fromkeys((*(("toc",) if parents else WIDE), *page.hide)))


def near(planning: Planning, rest: str) -> Iterable[Page]:
    """Return the pages, if one of them has the address."""
    return pages(planning) if any(page.url == rest for page in planning.library.prose) else ()


KIND: Final = PageKind(pages, entries, addresses.HOME, near)
