"""Synonyms (`content/synonyms.yml`): words that mean the same to somebody who searches."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.values import Line, Model


class SynonymGroup(Model):
    """Words that mean the same: a search for one finds the others too."""

    words: Annotated[
        tuple[Line, ...], Field(min_length=2, max_length=20, examples=[["gig", "job", "project"]])
    ]
    """Words or short phrases; each may stand for any other."""


class Synonyms(RootModel[tuple[SynonymGroup, ...]]):
    """Synonyms: words that mean the same to somebody who searches."""
