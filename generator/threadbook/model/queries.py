"""Golden queries: what people ask, and the thread that answers it (`content/queries.yml`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from threadbook.model.values import Line, Model, Reference


class GoldenQuery(Model):
    """A question in a reader's words; `expect` should be among the first `within` results."""

    query: Line
    expect: Reference
    within: Annotated[int, Field(strict=True, ge=1)] = 3


class GoldenQueries(RootModel[tuple[GoldenQuery, ...]]):
    """The file is a list."""
