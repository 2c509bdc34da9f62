"""The kinds of value the fields are made of, and the base of every model."""

from __future__ import annotations

import datetime
import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, StringConstraints

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id: lower-case letters, digits and single hyphens; safe in a URL and a file name."""

SLUG_LENGTH = 100
"""The longest id, in characters; file systems end at 255 bytes a name."""

_PATH_SEGMENT = re.compile(r"[A-Za-z0-9._~-]+")
_WEB_URL = re.compile(r"https?://[^\s\"'<>\\^`{|}]+")


def is_slug(text: str) -> bool:
    """Tell whether `text` can be an id."""
    return len(text) <= SLUG_LENGTH and SLUG.fullmatch(text) is not None


def _slug(text: str) -> str:
    if not is_slug(text):
        raise ValueError(
            "an id is lower-case letters and digits, joined by single hyphens, "
            f"at most {SLUG_LENGTH} characters"
        )
    return text


def _site_path(text: str) -> str:
    segments = text.removesuffix("/").split("/")
    if not all(_PATH_SEGMENT.fullmatch(part) and set(part) != {"."} for part in segments):
        raise ValueError(
            "an old address is a path on this site such as forum/t5/123, "
            "without a leading slash, '..', '?' or '#'"
        )
    return text


def _web_url(text: str) -> str:
    if not _WEB_URL.fullmatch(text):
        raise ValueError("a web address starts with https:// and holds no blanks or quotes")
    return text


def _text_not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("there is no text here")
    return text


Line = Annotated[
    str, Strict(), StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
]
"""One line of plain text, such as a title."""

Markdown = Annotated[str, Strict(), AfterValidator(_text_not_blank)]
"""CommonMark with GitHub's extensions; sanitised when it is rendered."""

Slug = Annotated[str, Strict(), AfterValidator(_slug)]
"""An id that this file gives to something."""

Reference = Annotated[str, Strict(), StringConstraints(min_length=1)]
"""The id of something else; whether it exists is the checker's question."""

Day = Annotated[datetime.date, Strict()]
"""A calendar day, written 2026-11-23 without quotes."""

Flag = Annotated[bool, Strict()]
Count = Annotated[int, Strict(), Field(ge=0)]
SitePath = Annotated[str, Strict(), AfterValidator(_site_path)]
WebUrl = Annotated[str, Strict(), AfterValidator(_web_url)]


class Model(BaseModel):
    """Closed and immutable: an unknown field is an error, a value never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)
