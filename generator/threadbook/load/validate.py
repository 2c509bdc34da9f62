"""Values to models: pydantic's errors in words an editor can act on, at the right place."""

from __future__ import annotations

from collections.abc import Iterable
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from threadbook.findings import Finding, Place, did_you_mean
from threadbook.load import rules
from threadbook.load.yaml import Ambiguous, Document, Spot

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
        message = "The file is empty."
        return None, (Finding(rules.MISSING_FIELD, Place(file), message),)
    try:
        return model.model_validate(document.value), ()
    except ValidationError as error:
        findings = tuple(
            _finding(model, document, details, file)
            for details in error.errors()
            if not _follows(details)
        )
        known = {finding.place for finding in document.findings}
        return None, tuple(finding for finding in findings if finding.place not in known)


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
        return Finding(rules.MISSING_FIELD, place, f"`{location[-1]}` is missing here.")
    if isinstance(details["input"], Ambiguous):
        return _ambiguous(details["input"], kind, spot, place, name)
    if kind in _KINDS:
        return _wrong_kind(kind, details["input"], spot, place, name)
    return Finding(rules.BAD_VALUE, place, f"{name}: {_reason(details)}.")


def _name(location: tuple[int | str, ...]) -> str:
    """Name a field as an editor sees it: `answers`, item 2, `body`."""
    if not location:
        return "This file"
    parts = [f"item {part + 1}" if isinstance(part, int) else f"`{part}`" for part in location]
    return " › ".join(parts)  # noqa: RUF001 - a chevron, as in a breadcrumb


def _ambiguous(value: Ambiguous, kind: str, spot: Spot, place: Place, name: str) -> Finding:
    if kind == "string_type":
        message = f"{name} should be text, but YAML reads `{spot.raw}` as {value.reading}."
        return Finding(rules.AMBIGUOUS, place, message, f'Put it in quotes: "{spot.raw}".')
    expected = _KINDS.get(kind, "another value")
    message = f"{name} should be {expected}, but `{spot.raw}` is {value.reading}."
    return Finding(rules.AMBIGUOUS, place, message)


def _wrong_kind(kind: str, value: Any, spot: Spot, place: Place, name: str) -> Finding:
    expected = _KINDS[kind]
    if value is None:
        hint = "Write a value after the colon, or remove the field."
        return Finding(rules.WRONG_KIND, place, f"{name} is empty; it should be {expected}.", hint)
    if kind == "string_type" and spot.raw is not None:
        message = f"{name} should be text, but YAML reads `{spot.raw}` as {_reading(value)}."
        return Finding(rules.AMBIGUOUS, place, message, f'Put it in quotes: "{spot.raw}".')
    hint = ""
    if kind == "tuple_type" and isinstance(value, str):
        hint = f"Put it in brackets: [{value}]." if len(value) < 60 else "Begin it with a hyphen."  # noqa: PLR2004
    elif kind == "string_type" and isinstance(value, dict):
        hint = 'If the text holds ": ", put it in quotes.'
    message = f"{name} should be {expected}, not {_reading(value)}."
    return Finding(rules.WRONG_KIND, place, message, hint)


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
            return f"the text must match {context['pattern']}"
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
