"""What was asked, as JSON: an object a line, or a list of issues. One at a time is in memory."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from threadbook.gaps.values import LONGEST_LINE, NAMES, Asked, Fault, read_lines, read_values

_CHUNK: Final = 1 << 16
_ISSUES: Final = "Export issues as a list: gh issue list --limit 1000 --json title,createdAt"


def read_objects(file: BinaryIO) -> Iterator[Asked | Fault]:
    """Yield the questions of JSON lines."""
    for number, line in read_lines(file):
        if isinstance(line, Fault):
            yield line
            continue
        if not line.strip():
            continue
        try:
            value = json.loads(line.rstrip())
        except json.JSONDecodeError as error:
            message = f"This line is not JSON: {_small(error.msg)}."
            yield Fault(number, error.colno, message, f"Write one object a line. {_ISSUES}")
            continue
        except RecursionError:
            yield Fault(number, 1, "This line is nested too deeply.", "Leave it out.")
            continue
        yield from _read_object(value, NAMES, number, 1)


def read_issues(file: BinaryIO) -> Iterator[Asked | Fault]:
    """Yield the titles of a list of issues; pull requests are left out."""
    text = _Text(file)
    text.drop(text.find("[") + 1)
    while text.skip():
        if text.rest.startswith("]"):
            return
        line, column = text.line, text.column
        try:
            value = text.decode()
        except _BrokenError as error:
            yield Fault(text.line, text.column, f"{error}", _ISSUES)
            return
        if isinstance(value, dict) and value.get("pull_request"):
            continue
        yield from _read_object(value, ("title", *NAMES), line, column)
    yield Fault(text.line, text.column, "The list is never closed.", "Export the issues again.")


class _BrokenError(Exception):
    """The text cannot be read from here on."""


class _Text:
    """The text of a file, of which only the rest that is not read yet is kept."""

    def __init__(self, file: BinaryIO) -> None:
        self.rest = ""
        self.line = self.column = 1
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._more()
        self.rest = self.rest.removeprefix("\ufeff")

    def find(self, character: str) -> int:
        """Return where a character is in the rest."""
        return self.rest.find(character)

    def drop(self, size: int) -> None:
        """Go on behind so many characters."""
        gone, self.rest = self.rest[:size], self.rest[size:]
        self.line += gone.count("\n")
        last = gone.rfind("\n")
        self.column = self.column + size if last < 0 else size - last

    def skip(self) -> bool:
        """Go on to what comes next; return whether anything does."""
        while True:
            left = self.rest.lstrip(" \t\r\n,")
            self.drop(len(self.rest) - len(left))
            if left or not self._more():
                return bool(self.rest)

    def decode(self) -> Any:
        """Read a value; raise `_BrokenError` where it cannot be read."""
        while True:
            try:
                value, size = json.JSONDecoder().raw_decode(self.rest)
            except json.JSONDecodeError as error:
                if len(self.rest) < LONGEST_LINE and self._more():
                    continue
                self.drop(error.pos)
                raise _BrokenError(f"This is not JSON: {_small(error.msg)}.") from error
            except RecursionError as error:
                raise _BrokenError("This is nested too deeply.") from error
            self.drop(size)
            return value

    def _more(self) -> bool:
        chunk = self._file.read(_CHUNK)
        self.rest += self._decoder.decode(chunk, final=not chunk)
        return bool(chunk)


def _read_object(
    value: Any, names: Sequence[str], line: int, column: int
) -> Iterator[Asked | Fault]:
    if not isinstance(value, dict):
        yield Fault(line, column, "This is not an object.", 'Write it as in {"question": "How?"}')
        return
    name = next((each for each in names if each in value), None)
    if name is None:
        yield Fault(line, column, f"There is no `{names[0]}` in this object.", "Name it so.")
        return
    if not isinstance(value[name], str):
        yield Fault(line, column, f"`{name}` should be text.", "Put it in quotes.")
        return
    values = {key.lower(): each for key, each in value.items()}
    yield from read_values(value[name], values, lambda _: (line, column))


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
