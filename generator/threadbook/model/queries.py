"""Golden queries: what people ask, and the thread that answers it (`content/queries.yml`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.values import Line, Model, Reference


class GoldenQuery(Model):
    """A question in a reader's words; `expect` should be among the first `within` results."""

    query: Line = Field(examples=["client accepted me what do i do now"])
    """What somebody types into the search field, in their own words."""

    expect: Reference = Field(examples=["proposal-accepted-what-next"])
    """The id of the thread that answers it."""

    within: Annotated[int, Field(strict=True, ge=1)] = Field(default=3, examples=[1, 3])
    """Among how many of the first results the thread must be; 3 if not given."""


class GoldenQueries(RootModel[tuple[GoldenQuery, ...]]):
    """Golden queries: what people ask, and the thread that answers it."""
