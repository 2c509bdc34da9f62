"""The glossary (`content/glossary.yml`): words a newcomer may not know, and what they mean."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.limits import OTHER_WORDS, TERMS
from threadbook.model.values import Id, Line, Model


class Term(Model):
    """A word and its definition, which readers can open where a thread first uses the word."""

    term: Line = Field(examples=["milestone"])
    """The word as it appears in a sentence. Capitals, as in NDA, match only capitals."""

    definition: Line = Field(
        examples=["A part of the work with its own amount, paid when you approve it."]
    )
    """What it means, in a sentence or two of plain text, with links such as `[[id]]`."""

    also: tuple[Line, ...] = Field(
        default=(), max_length=OTHER_WORDS.most, examples=[["stage payment"]]
    )
    """Other words for the same thing. A plural in -s or -es is found without being listed."""

    thread: Id | None = Field(default=None, examples=["milestones-and-funding"])
    """The id of the thread that explains it in full."""

    @property
    def words(self) -> tuple[str, ...]:
        """The word and the other words for the same thing."""
        return (self.term, *self.also)

    @property
    def anchor(self) -> str:
        """Its anchor on the glossary page; two terms with one anchor are the same word."""
        return make_anchor(self.term)


class Glossary(RootModel[Annotated[tuple[Term, ...], Field(max_length=TERMS.most)]]):
    """The glossary: words a newcomer may not know, and what they mean."""


def make_anchor(word: str) -> str:
    """Return the anchor of a word: `Stage payment` and `stage-payment` have the same one.

    It is never an id of the theme, which begin with `__`, or of Threadbook, with `tb-` or `tb_`.
    """
    anchor = re.sub(r"[\W_]+", "-", word.casefold()).strip("-") or "word"
    return f"word-{anchor}" if anchor.startswith("tb-") else anchor
