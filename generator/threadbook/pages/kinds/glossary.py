"""The glossary: words in alphabetical order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from threadbook import addresses
from threadbook.pages.page import WIDE, Document, Entry, Page, PageKind, Planning, Shared
from threadbook.pages.views import TermCard


@dataclass(frozen=True, kw_only=True)
class GlossaryPage(Page):
    """The glossary."""

    template: ClassVar[str] = "glossary"

    terms: tuple[TermCard, ...]

    @property
    def letters(self) -> tuple[tuple[str, str], ...]:
        """The letters that words begin with, each with the anchor of its first word."""
        first: dict[str, str] = {}
        for term in self.terms:
            first.setdefault(term.term[:1].upper(), term.anchor)
        return tuple(first.items())

    def documents(self, view: object, shared: Shared) -> Iterator[Document]:  # noqa: ARG002
        """Yield a document for each word, so that search finds words and not the whole page."""
        for term in self.terms:
            yield Document(
                id=addresses.of_term(term.anchor),
                language=shared.language,
                fields={"title": " ".join([term.term, *term.also]), "summary": term.definition},
                kind="term",
                shown={"kind": "term", "title": term.term, "answer": term.definition},
            )


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if there are words."""
    if planning.library.glossary:
        say = planning.say
        lead = say("Terms you will come across, each explained in a sentence or two.")
        meta = planning.describe(addresses.GLOSSARY, say("Glossary"), lead)
        yield GlossaryPage(**meta, terms=planning.cards.glossary)


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.library.glossary:
        yield Entry(addresses.GLOSSARY, planning.say("Glossary"), hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.GLOSSARY, section="glossary")
