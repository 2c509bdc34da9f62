"""Values to models: pydantic's errors in words an editor can act on, at the right place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from types import UnionType
from typing import Any, Final, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from threadbook.findings import Finding, Guesses, Place
from threadbook.load import rules
from threadbook.load.yaml import Ambiguous, ParsedYaml, Spot
from threadbook.model.values import FieldError, SlugError

M = TypeVar("M", bound=BaseModel)

_SHORT: Final = 60
"""Characters of a text that a hint repeats."""

_KINDS: Final = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "date_type": "a date such as 2026-11-23",
    "tuple_type": "a list",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "dict_type": "a mapping of fields",
}
"""What pydantic expected, by the type of its error."""

_ADD: Final = {
    "title": "Add `title:` with the question.",
    "topics": "Add `topics: [<id of a topic>]`.",
    "steps": "Add `steps:`, a list of threads and checks.",
    "body": "Add `body:` with the text.",
}
_YES_AND_NO: Final = {
    "yes": "true",
    "y": "true",
    "on": "true",
    "no": "false",
    "n": "false",
    "off": "false",
}


def validate(
    model: type[M], document: ParsedYaml, file: str
) -> tuple[M | None, tuple[Finding, ...]]:
    """Make a model of a document's value; without one, findings say why.

    What parsing already found is not said again for the same place.
    """
    if document.value is None:
        if document.findings:
            return None, ()
        return None, (Finding(rules.MISSING_FIELD, Place(file), "The file has no fields."),)
    try:
        return model.model_validate(document.value), ()
    except ValidationError as error:
        known = {finding.place for finding in document.findings}
        guesses = Guesses()
        findings = (
            _finding(_fault(details, document, file), model, guesses)
            for details in _causes(model, error.errors(include_url=False))
        )
        return None, tuple(finding for finding in findings if finding.place not in known)


def _causes(model: type[BaseModel], errors: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out errors that only follow from others.

    A list is called too short because its items have errors, and a field is called missing where
    it is there under nearly its name.
    """
    guesses = Guesses()
    misspelt = {
        (*parent, guesses.guess(str(name), _fields(model, parent)))
        for *parent, name in (each["loc"] for each in errors if each["type"] == "extra_forbidden")
    }
    for details in errors:
        if details["type"] == "missing" and details["loc"] in misspelt:
            continue
        if details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]:
            continue
        yield details


class _Fault(NamedTuple):
    """One of pydantic's errors: its type, the value it is about, and where that stands."""

    kind: str
    value: Any
    context: dict[str, Any]
    location: tuple[str | int, ...]
    spot: Spot
    file: str
    message: str

    @property
    def place(self) -> Place:
        return Place(self.file, self.spot.line, self.spot.column)

    @property
    def name(self) -> str:
        """The field as an editor sees it: `answers`, item 2, `body`."""
        parts = (f"item {at + 1}" if isinstance(at, int) else f"`{at}`" for at in self.location)
        return " › ".join(parts) or "This file"  # noqa: RUF001 - a chevron, as in a breadcrumb


def _fault(details: ErrorDetails, document: ParsedYaml, file: str) -> _Fault:
    context = details.get("ctx", {})
    location = details["loc"]
    if isinstance(error := context.get("error"), FieldError):
        location = (*location, *error.location)
    if details["type"] == "too_long":
        location = (*location, context["max_length"])  # the first item too many
    spot = document.spot(location, key=details["type"] == "extra_forbidden")
    return _Fault(details["type"], details["input"], context, location, spot, file, details["msg"])


def _finding(fault: _Fault, model: type[BaseModel], guesses: Guesses) -> Finding:
    if fault.kind == "extra_forbidden":
        *parent, name = fault.location
        fields = _fields(model, parent)
        hint = guesses.say(str(name), fields) or f"Known here: {', '.join(fields)}."
        return Finding(rules.UNKNOWN_FIELD, fault.place, f"There is no field `{name}` here.", hint)
    if fault.kind == "missing":
        field = str(fault.location[-1])
        hint = _ADD.get(field, f"Add `{field}:`.")
        return Finding(rules.MISSING_FIELD, fault.place, f"`{field}` is missing here.", hint)
    if fault.kind == "too_long":
        return _too_many(fault)
    if isinstance(fault.value, Ambiguous):
        return _ambiguous(fault, fault.value)
    if fault.kind in _KINDS:
        return _wrong_kind(fault, _fields(model, [*fault.location, 0]))
    is_id = isinstance(fault.context.get("error"), SlugError)
    rule = rules.BAD_ID if is_id else rules.BAD_VALUE
    return Finding(rule, fault.place, f"{fault.name}: {_reason(fault)}.")


def _too_many(fault: _Fault) -> Finding:
    most, there = fault.context["max_length"], len(fault.value)
    name = fault._replace(location=fault.location[:-1]).name
    message = f"{name} has {there:,} entries; at most {most:,} are allowed."
    hint = "Remove what is not needed from here on, or split the file."
    return Finding(rules.TOO_MANY, fault.place, message, hint)


def _quote(fault: _Fault, reading: str) -> Finding:
    raw = fault.spot.raw
    message = f"{fault.name} should be text, but YAML reads `{raw}` as {reading}."
    return Finding(rules.AMBIGUOUS, fault.place, message, f'Put it in quotes: "{raw}".')


def _is_post(fault: _Fault) -> bool:
    """Tell whether this is a post, which may be written as text alone."""
    return fault.location[-1:] in {("question",), ("answer",)}


def _quote_post(fault: _Fault, reading: str) -> Finding:
    raw, field = fault.spot.raw, fault.location[-1]
    message = f"{fault.name} should be text, but YAML reads `{raw}` as {reading}."
    hint = f'Put it in quotes, `{field}: "{raw}"`, or write a mapping with `body`.'
    return Finding(rules.AMBIGUOUS, fault.place, message, hint)


def _ambiguous(fault: _Fault, value: Ambiguous) -> Finding:
    if fault.kind == "string_type":
        return _quote(fault, value.reading)
    if _is_post(fault):
        return _quote_post(fault, value.reading)
    expected, raw = _KINDS.get(fault.kind, "another value"), fault.spot.raw or ""
    if fault.kind == "bool_type" and raw.lower() in _YES_AND_NO:
        message = f"{fault.name}: `{raw}` is true or false to some programs and text to others."
        hint = f"Write `{_YES_AND_NO[raw.lower()]}`."
        return Finding(rules.AMBIGUOUS, fault.place, message, hint)
    message = f"{fault.name} should be {expected}, but `{raw}` is {value.reading}."
    decimal = raw.lstrip("0") or "0"
    hint = f"Write `{decimal}`." if fault.kind == "int_type" and decimal.isdecimal() else ""
    return Finding(rules.AMBIGUOUS, fault.place, message, hint)


def _wrong_kind(fault: _Fault, items: tuple[str, ...]) -> Finding:
    """Say what a value should be; `items` are the fields of a list's items."""
    expected = _KINDS[fault.kind]
    if fault.value is None:
        message = f"{fault.name} is empty; it should be {expected}."
        hint = "Write a value after the colon, or remove the field."
        return Finding(rules.WRONG_KIND, fault.place, message, hint)
    if fault.kind == "string_type" and fault.spot.raw is not None:
        return _quote(fault, _reading(fault.value))
    if _is_post(fault) and fault.spot.raw is not None:
        return _quote_post(fault, _reading(fault.value))
    if _is_post(fault):
        expected = "text, or a mapping with `body`"
    message = f"{fault.name} should be {expected}, not {_reading(fault.value)}."
    return Finding(rules.WRONG_KIND, fault.place, message, _kind_hint(fault, items))


def _kind_hint(fault: _Fault, items: tuple[str, ...]) -> str:  # noqa: PLR0911 - one return a mistake
    match fault.kind, fault.value, fault.location:
        case "tuple_type", str(), (*_, "answers"):
            return "Write `answer:` for a single text."
        case "tuple_type", _, _ if items:
            return f"Begin each item with a hyphen and one of its fields: {', '.join(items)}."
        case "tuple_type", str() as text, _ if len(text) < _SHORT:
            return f"Put it in brackets: [{text}]."
        case "tuple_type", str(), _:
            return "Begin it with a hyphen."
        case "string_type", dict(), _:
            return 'If the text contains ": ", put it in quotes.'
        case "model_type" | "model_attributes_type", list(), ():
            return "Write the fields without hyphens."
        case "model_type" | "model_attributes_type", str(), (*_, "answers" | "comments", int()):
            return "Write `body:` before it."
        case _:
            return ""


def _reading(value: Any) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        str: "text",
        list: "a list",
        dict: "a mapping",
    }
    return names.get(type(value), "a date")


def _reason(fault: _Fault) -> str:  # noqa: PLR0911 - one return a kind of error
    context = fault.context
    match fault.kind:
        case "literal_error":
            return f"write one of {context['expected']}"
        case "too_short" if context["min_length"] == 1:
            return "at least one is needed"
        case "too_short":
            return f"at least {context['min_length']} are needed"
        case "string_too_short":
            return "the text is empty"
        case "string_too_long":
            return f"at most {context['max_length']} characters are allowed"
        case "greater_than_equal":
            return f"the smallest number is {context['ge']}"
        case "less_than_equal":
            return f"the largest number is {context['le']}"
        case "value_error":
            return str(context["error"])
        case _:
            return fault.message[:1].lower() + fault.message[1:]


def _fields(model: type[BaseModel], location: Iterable[int | str]) -> tuple[str, ...]:
    """Return the names of the fields of the model at a location."""
    # All items of a list are alike, and there may be a hundred thousand with a mistake.
    return _fields_at(model, tuple(0 if isinstance(step, int) else step for step in location))


@lru_cache(maxsize=1_000)
def _fields_at(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, ...]:
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
