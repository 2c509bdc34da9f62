"""Step 1 of formatting: texts of several lines become literal blocks.

It happens in the source, so that comments at the ends of their lines stay there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from threadbook.edit.comments import pull_out_comments
from threadbook.edit.scanning import BLOCKS, find_line_end
from threadbook.load.yaml import parse

_BLOCK_HEADER: Final = re.compile(r"[|>][-+0-9]*")
_BLANK_LINES: Final = re.compile(r"(?:\n[ \t]*(?=\n))*")


def rewrite_blocks(text: str) -> str:
    """Rewrite scalars in the source, so that comments at the ends of their lines stay there."""
    last = "" if text.endswith("\n") else "\n"
    text = pull_out_comments(text)
    edits = list(_edits(text, parse(text, "").root, 0))
    for start, end, replacement in reversed(edits):
        text = text[:start] + replacement + text[end:]
    return text + last


def _edits(text: str, node: Node | None, indent: int) -> Iterator[tuple[int, int, str]]:
    """Yield what to replace, in the order of the text; `indent` is that of the node's parent."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        for child in node.value:
            value = child[1] if isinstance(node, MappingNode) else child
            yield from _edits(text, value, node.start_mark.column)
    elif isinstance(node, ScalarNode):
        is_block = node.style in BLOCKS
        is_cut_off = is_block and node.end_mark.index == len(text) and text[-1] != "\n"
        written = None
        if "\n" in node.value if node.style != "|" else is_cut_off:
            written = write_literal(node.value, indent + 2)
        elif node.style == ">":
            written = _one_line(node.value)
        if written:
            yield _replacement(text, node, *written)


def _replacement(text: str, node: ScalarNode, header: str, lines: str) -> tuple[int, int, str]:
    """Put a scalar's new form around the rest of its line, which may hold a comment."""
    start, end = node.start_mark.index, node.end_mark.index
    block = _BLOCK_HEADER.match(text, start)
    rest_at = block.end() if block else end
    rest = text[rest_at : find_line_end(text, rest_at)]
    last = len(text[:end].rstrip(" \t\n")) if block else rest_at + len(rest)
    if header.endswith("+"):  # the block would swallow the empty lines below
        found = _BLANK_LINES.match(text, last)
        last = found.end() if found else last
    return start, last, f"{header}{rest}{lines}"


def write_literal(value: str, indent: int) -> tuple[str, str] | None:
    """Return the header and the lines of a literal block, if it can hold the value exactly."""
    if value[:1] == "\t":
        return None  # ruamel.yaml forgets that this needs an indentation indicator
    text = value.rstrip("\n")
    ends = len(value) - len(text)
    hint = "2" if value[:1] in {" ", "\n"} else ""
    header = f"|{hint}{'-' if not ends else '+' if ends > 1 else ''}"

    def lines(pad: str) -> str:
        written = (f"\n{pad}{line}" if line else "\n" for line in text.split("\n"))
        return "".join(written) + "\n" * (ends - 1)

    holds = parse(f"x: {header}{lines('  ')}\n", "").value == {"x": value}
    return (header, lines(" " * indent)) if holds else None


def _one_line(value: str) -> tuple[str, str]:
    """Write a text without line breaks plain, or in quotes where YAML would misread it."""
    is_plain = parse(f"x: {value}", "").value == {"x": value}
    return (value if is_plain else "'" + value.replace("'", "''") + "'"), ""
