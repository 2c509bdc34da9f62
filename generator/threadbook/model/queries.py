"""Golden queries: what people ask, and the thread that answers it (`content/queries.yml`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.limits import GOLDEN_QUERIES
from threadbook.model.values import Id, Line, Model


class GoldenQuery(Model):
    """A question in a reader's words, and the thread that search should find, if there is one."""

    query: Line = Field(examples=["client accepted me what do i do now"])
    """What a reader types into the search field, in their own words."""

    expect: Id | None = Field(examples=["proposal-accepted-what-next"])
    """The id of the thread that answers it; `null` if the site has no answer and should say so."""

    within: Annotated[int, Field(strict=True, ge=1)] = Field(default=3, examples=[1, 3])
    """The thread must be among this many first results; 3 by default."""

    holdout: Annotated[bool, Field(strict=True)] = Field(default=False, examples=[True])
    """Whether nobody may tune search with it; it shows how search does on what it never saw."""


class GoldenQueries(
    RootModel[Annotated[tuple[GoldenQuery, ...], Field(max_length=GOLDEN_QUERIES.most)]]
):
    """Golden queries: what people ask, and the thread that answers it."""
