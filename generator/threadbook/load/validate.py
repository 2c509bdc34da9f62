"""Values to models: pydantic's errors in words an editor can act on, at the right place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from threadbook.findings import Finding, Place, did_you_mean
from threadbook.load import rules
from threadbook.load.yaml import Ambiguous, Document, Spot
from threadbook.model.values import PATTERNS, SLUG_WORDS, FieldError

M = TypeVar("M", bound=BaseModel)

_KINDS = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a day such as 2026-11-23",
    "tuple_type": "a list",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "dict_type": "a mapping of fields",
}


def validate(model: type[M], document: Document, file: str) -> tuple[M | None, tuple[Finding, ...]]:
    """Make a model of a document's value; without one, findings say why.

    What parsing already found is not said again for the same place.
    """
    if document.value is None:
        if document.findings:
            return None, ()
        return None, (Finding(rules.MISSING_FIELD, Place(file), "The file holds no fields."),)
    try:
        return model.model_validate(document.value), ()
    except ValidationError as error:
        findings = tuple(
            _finding(model, document, details, file)
            for details in error.errors()
            if not _follows(details)
        )
        known = {finding.place for finding in document.findings}
        kept = (finding for finding in findings if finding.place not in known)
        return None, tuple(_without_misspelt(kept))


def _without_misspelt(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out that a field is missing where it is there under nearly its name."""
    found = list(findings)
    meant = {finding.hint for finding in found if finding.rule is rules.UNKNOWN_FIELD}
    for finding in found:
        name = finding.message.split("`")[1] if finding.message.count("`") > 1 else ""
        if finding.rule is not rules.MISSING_FIELD or did_you_mean(name, [name]) not in meant:
            yield finding


def _follows(details: ErrorDetails) -> bool:
    """Tell whether a list is only called too short because its items have findings."""
    if details["type"] != "too_short":
        return False
    return bool(len(details["input"]) >= details.get("ctx", {})["min_length"])


def _finding(
    model: type[BaseModel], document: Document, details: ErrorDetails, file: str
) -> Finding:
    location, kind = details["loc"], details["type"]
    spot = document.spot(location)
    place = Place(file, spot.line, spot.column)
    name = _name(location)
    if kind == "extra_forbidden":
        key = document.spot(location, key=True)
        fields = _fields(model, location[:-1])
        known = f"Known here: {', '.join(fields)}."
        return Finding(
            rules.UNKNOWN_FIELD,
            Place(file, key.line, key.column),
            f"There is no field `{location[-1]}` here.",
            did_you_mean(str(location[-1]), fields) or known,
        )
    if kind == "missing":
        field = str(location[-1])
        message, hint = f"`{field}` is missing here.", _ADD.get(field, f"Add `{field}:`.")
        return Finding(rules.MISSING_FIELD, place, message, hint)
    if isinstance(details["input"], Ambiguous):
        return _ambiguous(details["input"], kind, spot, place, name)
    if kind in _KINDS:
        return _wrong_kind(
            kind, details["input"], spot, place, name, _fields(model, [*location, 0])
        )
    error = details.get("ctx", {}).get("error")
    if isinstance(error, FieldError):
        spot = document.spot((*location, *error.location))
        place, name = Place(file, spot.line, spot.column), _name((*location, *error.location))
    rule = rules.BAD_ID if str(error) == SLUG_WORDS else rules.BAD_VALUE
    return Finding(rule, place, f"{name}: {_reason(details)}.")


_ADD: Final = {
    "title": "Add `title:` with the question.",
    "topics": "Add `topics: [<id of a topic>]`.",
    "steps": "Add `steps:`, a list of threads and checks.",
    "body": "Add `body:` with the text.",
}


_WHOLE: Final = "This file"
_SHORT: Final = 60
"""Characters of a text that a hint repeats."""


def _name(location: tuple[int | str, ...]) -> str:
    """Name a field as an editor sees it: `answers`, item 2, `body`."""
    if not location:
        return _WHOLE
    parts = [f"item {part + 1}" if isinstance(part, int) else f"`{part}`" for part in location]
    return " › ".join(parts)  # noqa: RUF001 - a chevron, as in a breadcrumb


def _ambiguous(value: Ambiguous, kind: str, spot: Spot, place: Place, name: str) -> Finding:
    if kind == "string_type":
        message = f"{name} should be text, but YAML reads `{spot.raw}` as {value.reading}."
        return Finding(rules.AMBIGUOUS, place, message, f'Put it in quotes: "{spot.raw}".')
    expected, raw = _KINDS.get(kind, "another value"), spot.raw or ""
    if kind == "bool_type" and raw.lower() in _YES_AND_NO:
        message = f"{name}: `{raw}` is true or false to some programs, and text to others."
        return Finding(rules.AMBIGUOUS, place, message, f"Write `{_YES_AND_NO[raw.lower()]}`.")
    message = f"{name} should be {expected}, but `{raw}` is {value.reading}."
    decimal = raw.lstrip("0") or "0"
    hint = f"Write `{decimal}`." if kind == "int_type" and decimal.isdecimal() else ""
    return Finding(rules.AMBIGUOUS, place, message, hint)


_YES_AND_NO: Final = {
    "yes": "true",
    "y": "true",
    "on": "true",
    "no": "false",
    "n": "false",
    "off": "false",
}


def _wrong_kind(  # noqa: PLR0913, PLR0917 - all of them tell what was meant
    kind: str, value: Any, spot: Spot, place: Place, name: str, items: tuple[str, ...]
) -> Finding:
    """Say what a value should be; `items` are the fields of a list's items."""
    expected = _KINDS[kind]
    if value is None:
        hint = "Write a value after the colon, or remove the field."
        return Finding(rules.WRONG_KIND, place, f"{name} is empty; it should be {expected}.", hint)
    if kind == "string_type" and spot.raw is not None:
        message = f"{name} should be text, but YAML reads `{spot.raw}` as {_reading(value)}."
        return Finding(rules.AMBIGUOUS, place, message, f'Put it in quotes: "{spot.raw}".')
    if name.endswith(("`question`", "`answer`")):
        expected = f"text, or {expected}"
    message = f"{name} should be {expected}, not {_reading(value)}."
    return Finding(rules.WRONG_KIND, place, message, _kind_hint(kind, value, name, items))


def _kind_hint(  # noqa: PLR0911 - one return a slip
    kind: str, value: Any, name: str, items: tuple[str, ...]
) -> str:
    match kind, value:
        case "tuple_type", str() if name.endswith("`answers`"):
            return "Write `answer:` for a single text."
        case "tuple_type", _ if items:
            return f"Begin each item with a hyphen and one of its fields: {', '.join(items)}."
        case "tuple_type", str() if len(value) < _SHORT:
            return f"Put it in brackets: [{value}]."
        case "tuple_type", str():
            return "Begin it with a hyphen."
        case "string_type", dict():
            return 'If the text holds ": ", put it in quotes.'
        case "model_type" | "model_attributes_type", list() if name == _WHOLE:
            return "Write the fields without hyphens."
        case "model_type" | "model_attributes_type", str() if _ITEM_OF_POSTS.search(name):
            return "Write `body:` before it."
        case _:
            return ""


_ITEM_OF_POSTS: Final = re.compile(r"`(?:answers|comments)` › item \d+$")  # noqa: RUF001


def _reading(value: Any) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), "a day")


def _reason(details: ErrorDetails) -> str:  # noqa: PLR0911 - one return a kind of error
    context = details.get("ctx", {})
    match details["type"]:
        case "literal_error":
            return f"write one of {context['expected']}"
        case "too_short":
            return (
                "at least one is needed"
                if context["min_length"] == 1
                else (f"at least {context['min_length']} are needed")
            )
        case "string_too_short":
            return "there is no text here"
        case "string_too_long":
            return f"at most {context['max_length']} characters fit"
        case "greater_than_equal":
            return f"the smallest number is {context['ge']}"
        case "less_than_equal":
            return f"the largest number is {context['le']}"
        case "value_error":
            return str(context["error"])
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            return PATTERNS.get(pattern, f"the text must match {pattern}")
        case _:
            message = details["msg"]
            return message[:1].lower() + message[1:]


def _fields(model: type[BaseModel], location: Iterable[int | str]) -> tuple[str, ...]:
    """Return the names of the fields of the model at a location."""
    current: Any = model
    if issubclass(model, RootModel):
        current = model.model_fields["root"].annotation
    for step in location:
        if isinstance(step, int):
            current = next((arg for arg in get_args(current) if arg is not Ellipsis), None)
        else:
            fields = getattr(current, "model_fields", {})
            current = fields[step].annotation if step in fields else None
        if get_origin(current) in {Union, UnionType}:
            current = next(arg for arg in get_args(current) if arg is not type(None))
    return tuple(getattr(current, "model_fields", ()))
