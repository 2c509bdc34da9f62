"""Indented blocks of Material for MkDocs, such as `!!! note`, and how the same is written here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

_HEAD: Final = re.compile(
    r"^(?P<indent> {0,3})(?P<mark>!!!|\?\?\?\+?|===[!+]{0,2})(?: +(?P<kind>[a-z][a-z -]{0,60}?))?"
    r"(?: +\"(?P<title>[^\"\n]{0,200})\")?[ \t]*$",
    re.MULTILINE,
)
_KINDS: Final = {
    "abstract": "NOTE", "summary": "NOTE", "info": "NOTE", "todo": "NOTE", "note": "NOTE",
    "question": "NOTE", "help": "NOTE", "faq": "NOTE", "example": "NOTE", "quote": "NOTE",
    "cite": "NOTE", "tip": "TIP", "hint": "TIP", "success": "TIP", "check": "TIP", "done": "TIP",
    "important": "IMPORTANT", "warning": "WARNING", "attention": "WARNING", "caution": "CAUTION",
    "danger": "CAUTION", "error": "CAUTION", "failure": "CAUTION", "fail": "CAUTION",
    "missing": "CAUTION", "bug": "CAUTION",
}  # fmt: skip
"""The alert that says the same as each kind of note."""

_DEPTH: Final = 4


class Block(NamedTuple):
    """A block: where it is in its text, its mark, kind and title, and its lines without indent.

    It is certain if everything about it is as Material reads it, so that it can be rewritten. What
    it is rewritten to stands apart from a line of text right before or after it.
    """

    start: int
    end: int
    mark: str
    kind: str
    title: str
    lines: tuple[str, ...]
    is_certain: bool
    follows_text: bool = False
    precedes_text: bool = False

    def set_apart(self, lines: list[str]) -> list[str]:
        """Return what it becomes, with an empty line where text would be drawn into it."""
        return [*[""] * self.follows_text, *lines, *[""] * self.precedes_text]


def find_blocks(text: str, marks: str) -> Iterator[Block]:
    """Yield the blocks that begin with one of these characters, three times.

    Without indented lines there is no block: somebody only calls out loud.
    """
    done = -2
    for head in _HEAD.finditer(text):
        mark, kind, title = head["mark"], head["kind"] or "", head["title"]
        is_tab = mark.startswith("=")
        if mark[0] not in marks or (is_tab and (title is None or kind)):
            continue
        if not is_tab and not kind:
            continue
        lines, end = _take_lines(text, head.end(), len(head["indent"]))
        if not lines:
            continue
        # A block within a quote is found by nobody; within tabs and what folds, it is next.
        is_nested = mark.startswith("!") and any(_HEAD.match(line.lstrip()) for line in lines)
        is_certain = not head["indent"] and not is_nested and " " not in kind
        is_below_block, done = head.start() == done + 1, end
        yield Block(
            head.start("mark"),
            end,
            mark,
            kind,
            title or "",
            tuple(lines),
            is_certain,
            bool(_line_at(text, head.start() - 1)) and not is_below_block,
            bool(_line_at(text, end + 1)),
        )


def _line_at(text: str, place: int) -> str:
    """Return the line around a place, without the spaces around it."""
    if not 0 <= place < len(text):
        return ""
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)].strip()


def _take_lines(text: str, end: int, indent: int) -> tuple[list[str], int]:
    """Return the lines of a block, and where it ends."""
    lines: list[str] = []
    kept, last = 0, end
    while end < len(text):
        start, end = end + 1, text.find("\n", end + 1)
        end = len(text) if end < 0 else end
        line = text[start:end].rstrip()
        if line and not line.startswith(" " * (indent + _DEPTH)):
            break
        lines.append(line[indent + _DEPTH :])
        if line:
            kept, last = len(lines), end
    return lines[:kept], last


def rewrite_alert(block: Block) -> list[str]:
    """Return a note as an alert, or what folds as `<details>`."""
    if block.mark.startswith("?"):
        title = block.title or block.kind.capitalize()
        opening = "<details open>" if block.mark.endswith("+") else "<details>"
        return [f"{opening}<summary>{_escape(title)}</summary>", "", *block.lines, "", "</details>"]
    named = [f"**{block.title}**", ""] if block.title else []
    lines = [f"[!{_KINDS.get(block.kind, 'NOTE')}]", *named, *block.lines]
    return [f"> {line}".rstrip() for line in lines]


def rewrite_tab(block: Block) -> list[str]:
    """Return a tab as a line in bold and what is below it."""
    between = [""] if block.lines and block.lines[0] else []
    return [f"**{block.title}**", *between, *block.lines]


def _escape(title: str) -> str:
    return title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
