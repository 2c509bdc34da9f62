"""Synonyms (`content/synonyms.yml`): words that search treats as the same."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.limits import SYNONYM_GROUPS, SYNONYMS
from threadbook.model.values import Line, Model


class SynonymGroup(Model):
    """Words with the same meaning: a search for one also finds the others."""

    words: Annotated[
        tuple[Line, ...],
        Field(min_length=2, max_length=SYNONYMS.most, examples=[["gig", "job", "project"]]),
    ]
    """Words or short phrases; each can stand for any of the others."""


class Synonyms(
    RootModel[Annotated[tuple[SynonymGroup, ...], Field(max_length=SYNONYM_GROUPS.most)]]
):
    """Synonyms: words that search treats as the same."""
