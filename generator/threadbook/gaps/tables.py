"""What was asked, as CSV: a row for each question, with names in the first line."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO, Final

from threadbook.gaps.values import NAMES, Asked, Fault, read_lines, read_values

_DELIMITERS: Final = ",;\t"


class _Table:
    """A CSV file: gives its lines to Python's reader, and remembers where they are."""

    def __init__(self, file: BinaryIO) -> None:
        self.faults: list[Fault] = []
        self.line = 0
        self.lines: list[str] = []
        self._file = file

    def __iter__(self) -> Iterator[str]:
        for number, line in read_lines(self._file):
            if isinstance(line, Fault):
                self.faults.append(line)
                continue
            if not self.lines:
                self.line = number
            self.lines.append(line)
            yield line

    def take(self) -> tuple[int, str]:
        """Return the number of a row's first line and its text, and begin the next row."""
        found = self.line, "".join(self.lines)
        self.lines = []
        return found


def read_table(file: BinaryIO) -> Iterator[Asked | Fault]:
    """Yield the questions of a table."""
    table = _Table(file)
    source = iter(table)
    header = next(source, "")
    _, text = table.take()
    if not text.strip():
        yield from table.faults or [Fault(1, 1, "There is nothing in the file.")]
        return
    delimiter = max(_DELIMITERS, key=header.count)
    names = _read_names(header, delimiter)
    if not set(names) & set(NAMES):
        message = "No column is called question or query."
        yield Fault(1, 1, message, "Name the columns in the first line: question,count,day")
        return
    rows = csv.reader(source, delimiter=delimiter)
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            line, _ = table.take()
            yield _explain(error, line)
            continue
        yield from _pop(table.faults)
        if row is None:
            return
        line, text = table.take()
        if row:
            yield from _read_row(dict(zip(names, row, strict=False)), names, line, text, delimiter)


def _read_names(header: str, delimiter: str) -> list[str]:
    try:
        names = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        names = []
    return [name.strip().lower() for name in names]


def _explain(error: csv.Error, line: int) -> Fault:
    if "new-line" in str(error):
        fix = "Save the file with ordinary ends of lines."
        return Fault(line, 1, "A line ends in the middle of this row.", fix)
    return Fault(line, 1, "A quotation mark here is never closed.", 'Write " as "".')


def _pop(faults: list[Fault]) -> Iterator[Fault]:
    while faults:
        yield faults.pop(0)


def _read_row(
    row: Mapping[str, str], names: Sequence[str], line: int, text: str, delimiter: str
) -> Iterator[Asked | Fault]:
    name = next(each for each in NAMES if each in names)
    if name not in row:
        yield Fault(line, 1, f"This row has no {name}.", "Write it, or leave out the row.")
        return
    yield from read_values(
        row[name], row, lambda each: _place(text, names.index(each), delimiter, line)
    )


def _place(text: str, field: int, delimiter: str, line: int) -> tuple[int, int]:
    """Return the line and column where a field of a row begins."""
    is_quoted, column = False, 1
    for character in text:
        if not field:
            break
        is_quoted ^= character == '"'
        field -= character == delimiter and not is_quoted
        line, column = (line + 1, 1) if character == "\n" else (line, column + 1)
    return line, column
