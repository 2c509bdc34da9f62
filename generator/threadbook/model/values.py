"""The types of the fields, and the base class of all models.

Each type has both its validator and its part of the JSON Schema here, and nowhere else.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    StringConstraints,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
"""An id: lower-case letters, digits and single hyphens; safe in URLs and file names."""

SLUG_LENGTH: Final = 100
"""The longest id, in characters. File systems allow names of 255 bytes."""

_ID_LENGTH: Final = 200
"""Nothing has an id of this length, but a typing mistake may be longer than an id."""

_ADDRESS_LENGTH: Final = 1_000
"""Characters of an address. Hosts read no longer rules, and file systems no longer paths."""

_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SEGMENT: Final = r"(?!\.+(?:/|$))[A-Za-z0-9._~-]{1,200}"
_QUERY: Final = r"(?:\?[A-Za-z0-9._~$&+,;=:@/%-]{1,300})?"
_SITE_PATH: Final = f"^{_SEGMENT}(?:/{_SEGMENT})*/?{_QUERY}$"
_WEB_URL: Final = r"""^https?://[^\s"'<>\\^`{|}]+$"""

_SLUG_WORDS: Final = (
    "an id consists of lower-case letters and digits, separated by single hyphens, "
    f"with at most {SLUG_LENGTH} characters"
)
_SITE_PATH_WORDS: Final = (
    "an old address is a path on this site such as forum/t5/123 or viewtopic.php?t=42, "
    "without a leading slash, '..' or '#', and with at most 200 characters between slashes"
)
_WEB_URL_WORDS: Final = "a web address starts with https:// and contains no spaces or quotes"
_DAY_WORDS: Final = "write a day as 2026-11-23"
_BLANK_WORDS: Final = "the text is empty"


class FieldError(ValueError):
    """A value that conflicts with another one; `location` is its path from the model."""

    def __init__(self, message: str, *location: str | int) -> None:
        super().__init__(message)
        self.location = location


class SlugError(ValueError):
    """A text that cannot be an id."""


@dataclass(frozen=True, slots=True, eq=False)
class InSchema:
    """What the JSON Schema of an annotated type says in addition to what pydantic knows.

    A later annotation overrides an earlier one. Instances are compared by identity, because types
    must be hashable.
    """

    words: Mapping[str, Any]

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add the words to the schema; pydantic calls this."""
        return handler(core_schema) | dict(self.words)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A pattern that a text must match, and the message for a text that does not.

    The pattern must mean the same to Python and to ECMAScript. Editors show `words` where they
    read `patternErrorMessage` in the JSON Schema.
    """

    pattern: str
    words: str

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check a text after what is annotated earlier; pydantic calls this."""
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Say the pattern; pydantic calls this."""
        return handler(core_schema) | _pattern(self.pattern, self.words)

    def _check(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise ValueError(self.words)
        return text


def _pattern(pattern: str, message: str) -> dict[str, Any]:
    return {"pattern": pattern, "patternErrorMessage": message}


def is_slug(text: str) -> bool:
    """Tell whether `text` can be an id."""
    return len(text) <= SLUG_LENGTH and SLUG.fullmatch(text) is not None


def _check_slug(text: str) -> str:
    if not is_slug(text):
        raise SlugError(_SLUG_WORDS)
    return text


def _read_quoted_day(value: Any) -> Any:
    """Read a quoted day, which can mean nothing else."""
    return (
        datetime.date.fromisoformat(value)
        if isinstance(value, str) and _ISO_DAY.fullmatch(value)
        else value
    )


def _check_not_blank(text: str) -> str:
    if not text or text.isspace():
        raise ValueError(_BLANK_WORDS)
    return text


_NOT_BLANK: Final = InSchema(_pattern(r"\S", _BLANK_WORDS))

Line = Annotated[
    str,
    Strict(),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
    _NOT_BLANK,
]
"""One line of plain text, such as a title."""

Markdown = Annotated[str, Strict(), AfterValidator(_check_not_blank), _NOT_BLANK]
"""CommonMark with GitHub's extensions; sanitised when it is rendered."""

Slug = Annotated[
    str,
    Strict(),
    AfterValidator(_check_slug),
    InSchema(_pattern(f"^{SLUG.pattern}$", _SLUG_WORDS) | {"maxLength": SLUG_LENGTH}),
]
"""An id that this file defines."""

Id = Annotated[str, Strict(), StringConstraints(min_length=1, max_length=_ID_LENGTH)]
"""The id of something else. The checker finds out whether it exists."""

Day = Annotated[
    datetime.date,
    BeforeValidator(_read_quoted_day),
    Strict(),
    InSchema(_pattern(f"^{_ISO_DAY.pattern}$", _DAY_WORDS)),
]
"""A calendar day such as 2026-11-23, with or without quotes."""

Flag = Annotated[bool, Strict()]
SitePath = Annotated[
    str,
    Strict(),
    StringConstraints(max_length=_ADDRESS_LENGTH),
    Shape(_SITE_PATH, _SITE_PATH_WORDS),
]
"""An old address on this site, without a leading slash."""

WebUrl = Annotated[
    str, Strict(), StringConstraints(max_length=_ADDRESS_LENGTH), Shape(_WEB_URL, _WEB_URL_WORDS)
]
"""An address anywhere on the web, with its scheme."""


class Model(BaseModel):
    """The base class: unknown fields are an error, and values never change.

    Text editors show the docstring of a field when you point at it, so it is written for editors.
    """

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )
