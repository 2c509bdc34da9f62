"""The header of a prose page (`content/pages/*.md`): YAML between two lines of `---`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from threadbook.model.limits import REDIRECTS
from threadbook.model.values import Line, Model, SitePath


class ProseHeader(Model):
    """The header of a prose page. All of it may be left out."""

    title: Annotated[Line | None, Field(examples=["About this help site"])] = None
    """The title in the navigation and in the browser; by default the page's first heading."""

    description: Annotated[
        Line | None, Field(examples=["Who writes the answers here, and who checks them."])
    ] = None
    """A sentence for search engines; by default the beginning of the text."""

    redirect_from: Annotated[
        tuple[SitePath, ...], Field(max_length=REDIRECTS.most, examples=[["about-us"]])
    ] = ()
    """Old addresses of this page on this site, without a leading slash."""

    hide: Annotated[
        tuple[Literal["navigation", "toc", "path", "footer", "tags", "feedback"], ...],
        Field(max_length=20, examples=[["navigation"]]),
    ] = ()
    """Parts of the page to leave out: `navigation` beside it, or `toc`, its list of headings."""
