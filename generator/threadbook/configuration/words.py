"""What is wrong with a value of the configuration, in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic_core import ErrorDetails

from threadbook.configuration.document import Location, Opaque
from threadbook.findings import Rule, did_you_mean
from threadbook.load import settings_rules as rules
from threadbook.model.values import FieldError

_LONGEST_NAME: Final = 40

_EXPECTED: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "dict_type": "a mapping of settings",
    "model_type": "a mapping of settings",
}
"""What pydantic expected, by the type of its error."""


class AdvisedError(ValueError):
    """A value that cannot be, with the `hint` that mends it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


class Fault(NamedTuple):
    """What is wrong with the value at a location; `is_key` means its key, not the value."""

    rule: Rule
    location: Location
    message: str
    hint: str = ""
    is_key: bool = False


def explain(details: ErrorDetails, known: Iterable[str]) -> Fault:
    """Explain one of pydantic's errors; `known` are the names of all fields."""
    location, kind, value = details["loc"], details["type"], details["input"]
    error = details.get("ctx", {}).get("error")
    if isinstance(error, FieldError):
        location = (*location, *error.location)
    name = name_of(location)
    if kind == "extra_forbidden":
        return unknown(location, known)
    if isinstance(value, Opaque):
        return computed(location, value)
    if kind in _EXPECTED:
        hint = 'Put it in quotes, "like this".' if kind == "string_type" and is_plain(value) else ""
        message = f"{name} should be {_EXPECTED[kind]}, not {reading(value)}."
        return Fault(rules.BAD_VALUE, location, message, hint)
    hint = error.hint if isinstance(error, AdvisedError) else ""
    return Fault(rules.BAD_VALUE, location, f"{name}: {_reason(details)}.", hint)


def unknown(location: Location, known: Iterable[str], rule: Rule = rules.UNKNOWN_OPTION) -> Fault:
    """Say that a setting does not exist."""
    name, message = str(location[-1]), f"There is no setting {name_of(location)}."
    return Fault(rule, location, message, did_you_mean(name, known), is_key=True)


def computed(location: Location, value: Opaque) -> Fault:
    """Say that a value is not plain data."""
    message = f"Threadbook needs {name_of(location)}, but its tag `{value.tag[:60]}` computes it."
    return Fault(rules.COMPUTED, location, message, "Write the value itself.")


def wrong(location: Location, expected: str, value: object, hint: str = "") -> Fault:
    """Say what a value should be."""
    if isinstance(value, Opaque):
        return computed(location, value)
    message = f"{name_of(location)} should be {expected}, not {reading(value)}."
    return Fault(rules.BAD_VALUE, location, message, hint)


def list_named(value: Any, at: Location) -> Iterator[tuple[Location, Any, Any]]:
    """Yield each plugin or extension of a list or mapping: its place, name and options."""
    if isinstance(value, Mapping):
        for name, options in value.items():
            yield (*at, name), name, options
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, Mapping):
                for name, options in item.items():
                    yield (*at, index, name), name, options
            else:
                yield (*at, index), item, None


def name_of(location: Location) -> str:
    """Return how a message names a setting: the nearest one that has a name."""
    names = [each for each in location if isinstance(each, str)]
    name = names[-1] if names else "the configuration"
    name = name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"
    return f"`{name}`" if names else name


def is_plain(value: object) -> bool:
    """Return whether a value in quotes would be text."""
    return isinstance(value, bool | int | float | datetime.date)


def reading(value: Any) -> str:  # noqa: PLR0911 - one return a kind
    """Say what YAML made of a value."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case datetime.date():
            return "a date"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _reason(details: ErrorDetails) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "greater_than_equal":
            return f"the smallest number is {context['ge']:,}"
        case "less_than_equal":
            return f"the largest number is {context['le']:,}"
        case "literal_error":
            return f"write {context['expected'].replace(chr(39), '')}"
        case "value_error":
            return str(context["error"])
        case _:
            return details["msg"][:1].lower() + details["msg"][1:]
