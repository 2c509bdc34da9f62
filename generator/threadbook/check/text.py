"""Rules about the text of a file, whatever it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from pydantic import BaseModel
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from threadbook import markdown
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Edit, Place, Severity
from threadbook.load.file import File

_HARD_BREAK: Final = re.compile(r"\S {2,}$")


def _may_end_in_spaces(text: str) -> bool:
    return " \n" in text or "\t" in text or "\r" in text or text.endswith(" ")


@rule("TB016", Severity.NOTICE)
def lines_end_without_spaces(file: File[BaseModel], _: Circumstances) -> Iterator[Problem]:
    """A line ends in spaces or tabs that have no meaning.

    Nobody sees them, and editors remove them by themselves, so they turn up in changes that are
    about something else. Code is left alone, and so are two spaces that break a line in Markdown.

    Bad:
        title: When am I paid?<two spaces>

    Good:
        title: When am I paid?
    """
    if not _may_end_in_spaces(file.text):
        return
    kept = _meant(file)
    for number, line in enumerate(file.lines, 1):
        text = line.rstrip(" \t")
        if text != line and number not in kept:
            fix = Edit((number, len(text) + 1), (number, len(line) + 1), "")
            place = Place(file.source.file, number, len(text) + 1)
            message = "The line ends in spaces that have no meaning."
            yield Problem(place, message, "Remove them; `threadbook fix` does it.", fix=(fix,))


def _meant(file: File[BaseModel]) -> set[int]:
    """Return the numbers of the lines whose spaces mean something: Markdown's breaks, and code."""
    lines: set[int] = set()
    for node in _scalars(file.document.root):
        if node.style not in {"|", ">", '"', "'"}:
            continue
        first, last = node.start_mark.line + 1, node.end_mark.line + 1
        if node.style != "|":
            lines |= set(range(first, last))
            continue
        code = markdown.examine(node.value).code
        numbers = _lines_of(node.value, code)
        lines |= {first + 1 + number for number in numbers}
        following = [*file.lines[first + 1 : last], ""]
        for number, line in enumerate(file.lines[first:last], first + 1):
            if _HARD_BREAK.search(line) and following[number - first - 1].strip():
                lines.add(number)
    return lines


def _lines_of(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield the numbers, from 0, of the lines that spans of characters touch."""
    number = at = 0
    for start, end in spans:
        number += text.count("\n", at, max(at, start))
        at = max(at, start)
        yield from range(number, number + text.count("\n", start, max(start, end - 1)) + 1)


def _scalars(root: Node | None) -> Iterator[ScalarNode]:
    waiting = [root] if root is not None else []
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:  # an alias is the same node again
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            yield node
        elif isinstance(node, SequenceNode):
            waiting += node.value
        elif isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
