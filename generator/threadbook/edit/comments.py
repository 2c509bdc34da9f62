"""Comments of a YAML file: the scanner finds them, and they keep their neighbours' column."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import takewhile
from typing import Final, NamedTuple

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node

from threadbook.edit.scanning import BLOCKS, find_line_end, scan_tokens
from threadbook.load.yaml import NESTING_LIMIT, parse

LOOK_BACK: Final = 200
"""How many fields above a comment are searched for the one in its column."""

_COMMENT: Final = re.compile(r"(?<!\S)#[^\n]*")

Path = tuple[str | int, ...]
"""Keys and places in lists that lead to a collection."""


class YamlComment(NamedTuple):
    """A comment from its `#` on, after `gap` spaces; line and column count from 0."""

    line: int
    column: int
    gap: int
    text: str

    @property
    def is_alone(self) -> bool:
        """Whether it has a line of its own."""
        return self.gap == self.column


def find_comments(text: str) -> list[YamlComment]:
    """Find the comments between the tokens of a valid YAML text."""
    found: list[re.Match[str]] = []
    passed = 0
    for token in scan_tokens(text):
        start, end = token.start_mark.index, token.end_mark.index
        found += _COMMENT.finditer(text, passed, start)
        if isinstance(token, yaml.ScalarToken) and token.style in BLOCKS:
            found += _COMMENT.finditer(text, start, find_line_end(text, start))
        passed = max(passed, end)
    return list(_placed(text, [*found, *_COMMENT.finditer(text, passed)]))


def _placed(text: str, found: list[re.Match[str]]) -> Iterator[YamlComment]:
    line = passed = 0
    for match in found:
        line += text.count("\n", passed, match.start())
        passed = match.start()
        begin = text.rfind("\n", 0, passed) + 1
        gap = passed - len(text[begin:passed].rstrip(" \t")) - begin
        yield YamlComment(line, passed - begin, gap, match[0].rstrip(" \t"))


class _Entry(NamedTuple):
    """A field or list item in block style, its collection, and whether it holds none itself."""

    line: int
    column: int
    path: Path
    is_leaf: bool


def _entries(node: Node | None, path: Path = ()) -> Iterator[_Entry]:
    if isinstance(node, CollectionNode) and not node.flow_style:
        for place, child in enumerate(node.value):
            key, value = child if isinstance(node, MappingNode) else (child, child)
            is_leaf = not isinstance(value, CollectionNode) or bool(value.flow_style)
            yield _Entry(key.start_mark.line, node.start_mark.column, path, is_leaf)
            yield from _entries(value, (*path, place if key is value else key.value))


def align_comments(before: str, after: str) -> str:
    """Put comments in the column of their neighbours, or as far after a value as they were."""
    old, new = find_comments(before), find_comments(after)
    if [comment.text for comment in old] != [comment.text for comment in new]:
        return after
    entries = list(_entries(parse(before, "").root))
    columns: dict[Path | None, int] = {
        entry.path: entry.column for entry in _entries(parse(after, "").root)
    }
    lines = after.split("\n")
    for was, now in zip(old, new, strict=True):
        if now.is_alone:
            column = columns.get(_neighbourhood(was, entries), now.column)
            lines[now.line] = " " * column + now.text
        elif not was.is_alone:
            before_it = lines[now.line][: now.column].rstrip(" \t")
            lines[now.line] = before_it + " " * was.gap + now.text
    return "\n".join(lines)


def _neighbourhood(comment: YamlComment, entries: list[_Entry]) -> Path | None:
    """Find the collection a comment is in line with: that of the next entry, or of one above."""
    at = bisect_right(entries, comment.line, key=lambda entry: entry.line)
    following = entries[at : at + NESTING_LIMIT]
    if not comment.is_alone:
        return following[0].path if following else None
    for entry in following:
        if entry.line == following[0].line and entry.column == comment.column:
            return entry.path
    above = reversed(entries[max(0, at - LOOK_BACK) : at])
    inside = takewhile(lambda entry: entry.column >= comment.column, above)
    paths = (entry.path for entry in inside if entry.column == comment.column)
    return min(paths, key=len, default=None)  # a list may be in the column of its field


def pull_out_comments(text: str) -> str:
    """Move comments that are deeper than the field above out to it: a block would swallow them."""
    entries = list(_entries(parse(text, "").root))
    lines = text.split("\n")
    for comment in find_comments(text):
        at = bisect_right(entries, comment.line, key=lambda entry: entry.line)
        if comment.is_alone and at and entries[at - 1].is_leaf:
            column = min(comment.column, entries[at - 1].column)
            lines[comment.line] = " " * column + comment.text
    return "\n".join(lines)
