"""Ordinary fields written directly, in a fifth of ruamel.yaml's time; the others are left to it.

A test compares the two. An import of a hundred thousand threads is what needs this.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

_PLAIN: Final = re.compile(r"[A-Za-z](?:[^:#]|:(?=[^\s])|(?<=\S)#)*")
"""Begins with a letter, and has nothing that ends a plain text or begins a comment."""

_RESERVED: Final = frozenset("true false null yes no on off y n nan inf none".split())
"""Words that some YAML reads as something else."""

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z-]*[A-Za-z]")


class _OddError(Exception):
    """Something that is not ordinary."""


def write_ordinary(fields: Mapping[str, Any], inline: Collection[str]) -> str | None:
    """Return the YAML of fields, or `None` if something in them needs more than this.

    Lists of the names in `inline` are written in brackets.
    """
    try:
        return "".join(f"{line}\n" for line in _lines(fields, "", inline))
    except _OddError:
        return None


def _lines(fields: Mapping[str, Any], pad: str, inline: Collection[str]) -> Iterator[str]:
    if not fields:
        raise _OddError
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield f"{pad}{name}:"
            yield from _lines(value, f"{pad}  ", inline)
        elif isinstance(value, list | tuple):
            yield from _list(name, value, pad, inline)
        else:
            yield f"{pad}{name}: {_scalar(value, f'{pad}  ')}"


def _list(
    name: str, values: list[Any] | tuple[Any, ...], pad: str, inline: Collection[str]
) -> Iterator[str]:
    if not values:
        raise _OddError
    if name in inline:
        yield f"{pad}{name}: [{', '.join(map(_id, values))}]"
        return
    yield f"{pad}{name}:"
    for value in values:
        if isinstance(value, Mapping):
            lines = _lines(value, f"{pad}    ", inline)
            yield f"{pad}  - {next(lines)[len(pad) + 4 :]}"
            yield from lines
        else:
            yield f"{pad}  - {_scalar(value, f'{pad}    ')}"


def _id(value: Any) -> str:
    if isinstance(value, str) and _WORD.fullmatch(value) and value.lower() not in _RESERVED:
        return value
    raise _OddError


def _scalar(value: Any, pad: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if type(value) is datetime.date:
        return value.isoformat()
    if not isinstance(value, str) or not _is_ordinary(value):
        raise _OddError
    if "\n" in value:
        return _block(value, pad)
    is_plain = _PLAIN.fullmatch(value) and value.lower() not in _RESERVED
    if not is_plain or value.endswith((" ", ":")):
        raise _OddError
    return value


def _is_ordinary(text: str) -> bool:
    """Return whether all characters are printable, and none is beyond the first 65,536."""
    if text.isascii():
        return text.replace("\n", "").isprintable()
    return text.replace("\n", "").isprintable() and max(text) < "\ud800"


def _block(text: str, pad: str) -> str:
    body = text.removesuffix("\n")
    if body[:1] in {"", " ", "\n"} or body.endswith(("\n", " ")) or " \n" in text:
        raise _OddError
    header = "|" if text != body else "|-"
    return "\n".join([header, *(f"{pad}{line}" if line else "" for line in body.split("\n"))])
