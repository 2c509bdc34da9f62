"""The glossary (`content/glossary.yml`): words a newcomer may not know, each said in a sentence."""

from __future__ import annotations

import re

from pydantic import Field, RootModel

from threadbook.model.values import Line, Model, Reference


class Term(Model):
    """A word and what it means; a thread's first use of it shows the definition."""

    term: Line = Field(examples=["milestone"])
    """The word as it stands in a sentence; NDA, in capitals, is found in capitals only."""

    definition: Line = Field(
        examples=["A part of the work with its own amount, paid when you approve it."]
    )
    """What it means, in a sentence or two of plain text."""

    also: tuple[Line, ...] = Field(default=(), examples=[["stage payment"]])
    """Other words for the same; a plural in -s needs no mention."""

    thread: Reference | None = Field(default=None, examples=["milestones-and-funding"])
    """The id of the thread that explains it in full."""

    @property
    def words(self) -> tuple[str, ...]:
        """The word and its other words."""
        return (self.term, *self.also)

    @property
    def anchor(self) -> str:
        """Its place on the glossary's page; two words of one anchor are the same word."""
        return anchor_of(self.term)


class Glossary(RootModel[tuple[Term, ...]]):
    """The glossary: words a newcomer may not know, each said in a sentence."""


def anchor_of(word: str) -> str:
    """Return what is the same of a word however it is written: `Stage payment`, `stage-payment`."""
    return re.sub(r"\W+", "-", word.casefold()).strip("-") or "word"
