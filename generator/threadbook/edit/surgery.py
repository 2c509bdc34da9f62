"""Small changes of a YAML text: only the bytes concerned change, so comments and layout stay.

Each function takes a valid text and returns a new one. What cannot be changed without touching
anything else raises `CannotEditError`; whoever calls compares what the new text says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import BaseModel
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode

from threadbook.edit.dump import dump_fields
from threadbook.edit.order import find_last_line, find_model, rank_fields
from threadbook.edit.scanning import BLOCKS, find_line_end
from threadbook.load.file import Location
from threadbook.load.yaml import parse

_DASHES: Final = re.compile(r" *-[ ]+")


class CannotEditError(Exception):
    """Says in a sentence what is written in a way that cannot be changed; `line` counts from 1."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class TextEdit(NamedTuple):
    """A piece of a value to replace, from `start` to `end`, in characters from 0."""

    start: int
    end: int
    new: str


def change_value(value: str, edits: Iterable[TextEdit]) -> str:
    """Return a value with edits that are apart from each other."""
    for edit in sorted(edits, reverse=True):
        value = value[: edit.start] + edit.new + value[edit.end :]
    return value


def change_texts(text: str, changes: Mapping[Location, Sequence[TextEdit]]) -> str:
    """Change pieces of texts where they stand, whatever quotes or blocks they stand in."""
    root = parse(text, "").root
    spans = {
        span
        for location, edits in changes.items()
        for span in _find_spans(text, _follow(root, location)[-1], edits)
    }
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _find_spans(text: str, node: Node, edits: Sequence[TextEdit]) -> Iterator[tuple[int, int, str]]:
    """Yield where the pieces of a value are in the file.

    A piece that is in the value as often as in the file is found by counting.
    """
    assert isinstance(node, ScalarNode)  # noqa: S101 - a text
    start, end = node.start_mark.index, node.end_mark.index
    if node.style in BLOCKS:
        start = find_line_end(text, start)
    for edit in edits:
        piece = node.value[edit.start : edit.end]
        inside = locate(piece, node.value)
        there = locate(piece, text[start:end])
        if len(inside) != len(there) or edit.start not in inside:
            line = node.start_mark.line + 1
            raise CannotEditError(f"`{piece}` is written there in an unusual way.", line)
        at = start + there[inside.index(edit.start)]
        yield at, at + len(piece), edit.new


def locate(piece: str, text: str) -> list[int]:
    """Return where a piece begins in a text, each time."""
    return [found.start() for found in re.finditer(f"(?={re.escape(piece)})", text)]


def _follow(root: Node | None, location: Location) -> list[Node]:
    """Return the nodes on the way to a value, the outermost first.

    A post may be a text, which then is its own body.
    """
    if root is None:
        raise CannotEditError("The file is empty.")
    nodes = [root]
    for step in location:
        node = nodes[-1]
        if isinstance(node, MappingNode):
            nodes.append(next(value for key, value in node.value if key.value == step))
        elif isinstance(node, SequenceNode):
            nodes.append(node.value[step])
    return nodes


def put_nothing(text: str, location: Location) -> str:
    """Write `null` in the place of a value on one line."""
    node = _follow(parse(text, "").root, location)[-1]
    if not isinstance(node, ScalarNode) or node.style in BLOCKS:
        raise CannotEditError("The value is not on one line.", node.start_mark.line + 1)
    return f"{text[: node.start_mark.index]}null{text[node.end_mark.index :]}"


def drop(text: str, location: Location) -> str:
    """Remove a field or an item; a list that would be empty goes with its last item."""
    *nodes, node = _follow(parse(text, "").root, location)
    if not nodes:
        raise CannotEditError("Nothing would be left in the file.")
    parent = nodes[-1]
    assert isinstance(parent, CollectionNode)  # noqa: S101 - something is in it
    if len(parent.value) == 1:
        return drop(text, location[:-1])
    if isinstance(parent, SequenceNode):
        members = [(each, each) for each in parent.value]
    else:
        members = parent.value
    at = next(place for place, (_, value) in enumerate(members) if value is node)
    cut = _cut_flow if parent.flow_style else _cut_block
    start, end = cut(text, members, at)
    return text[:start] + text[end:]


Members = Sequence[tuple[Node, Node]]
"""The fields of a mapping, or the items of a list, each twice."""


def _cut_flow(_: str, members: Members, at: int) -> tuple[int, int]:
    if at + 1 < len(members):
        return members[at][0].start_mark.index, members[at + 1][0].start_mark.index
    return members[at - 1][1].end_mark.index, members[at][1].end_mark.index


def _cut_block(text: str, members: Members, at: int) -> tuple[int, int]:
    """Return where the lines of a member begin and end; comments around them stay."""
    lines = text.split("\n")
    key, value = members[at]
    first, last = key.start_mark.line, find_last_line(lines, value)
    before = lines[first][: key.start_mark.column]
    if key is not value and before.strip():  # it shares its line with the hyphen of an item
        if at:
            raise CannotEditError("Two fields are on one line.", first + 1)
        return key.start_mark.index, members[1][0].start_mark.index
    if key is value and not _DASHES.fullmatch(before):
        raise CannotEditError("A list is written there in an unusual way.", first + 1)
    start = sum(len(line) + 1 for line in lines[:first])
    end = start + sum(len(line) + 1 for line in lines[first : last + 1])
    if end > len(text):  # the last line has no end
        return max(0, start - 1), len(text)
    return start, end


def extend_list(
    text: str, location: Location, name: str, items: Sequence[Any], model: type[BaseModel]
) -> str:
    """Add items at the end of a list of a mapping, which may have no such list yet.

    `model` is that of the file.
    """
    if not items:
        return text
    mapping = _follow(parse(text, "").root, location)[-1]
    if not isinstance(mapping, MappingNode):
        raise CannotEditError(f"`{name}` has no place there.", mapping.start_mark.line + 1)
    listed = next((value for key, value in mapping.value if key.value == name), None)
    if listed is None:
        for step in location:
            model = find_model(model, step) or model
        return _insert_field(text, mapping, name, items, model)
    if not isinstance(listed, SequenceNode):
        raise CannotEditError(f"`{name}` is not a list.", listed.start_mark.line + 1)
    if listed.flow_style:
        written = ", ".join(map(_write_inline, items))
        if not listed.value:
            at = listed.start_mark.index + 1
            return text[:at] + written + text[at:]
        at = listed.value[-1].end_mark.index
        return f"{text[:at]}, {written}{text[at:]}"
    column = listed.start_mark.column
    return _insert_lines(text, listed, _write_items(items, column))


def insert_field(
    text: str, location: Location, name: str, value: Any, model: type[BaseModel]
) -> str:
    """Add a field to a mapping, where its model has it; `model` is that of the file."""
    mapping = _follow(parse(text, "").root, location)[-1]
    if not isinstance(mapping, MappingNode):
        raise CannotEditError(f"`{name}` has no place there.", mapping.start_mark.line + 1)
    for step in location:
        model = find_model(model, step) or model
    return _insert_field(text, mapping, name, value, model)


def _insert_field(
    text: str, mapping: MappingNode, name: str, value: Any, model: type[BaseModel]
) -> str:
    if mapping.flow_style:
        at = mapping.value[-1][1].end_mark.index
        return f"{text[:at]}, {name}: {_write_inline(value)}{text[at:]}"
    rank = rank_fields(model)
    before = [value for key, value in mapping.value if rank(key.value) < rank(name)]
    if not before:
        raise CannotEditError(f"`{name}` has no place there.", mapping.start_mark.line + 1)
    column = mapping.start_mark.column
    if isinstance(value, tuple | list) and all(map(_is_word, value)):
        lines = [f"{' ' * column}{name}: {_write_inline(value)}"]
    else:
        lines = [f"{' ' * column}{line}".rstrip() for line in _dump(name, value)]
    last = max(before, key=lambda node: find_last_line(text.split("\n"), node))
    return _insert_lines(text, last, lines)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and " " not in value


def _insert_lines(text: str, after: Node, new: Sequence[str]) -> str:
    """Insert lines below the last line of a node."""
    lines = text.split("\n")
    at = find_last_line(lines, after) + 1
    end = "\r" if "\r\n" in text else ""
    if at == len(lines):  # the last line has no end
        lines[-1] += end
        return "\n".join([*lines, *(f"{line}{end}" for line in new[:-1]), new[-1]])
    return "\n".join([*lines[:at], *(f"{line}{end}" for line in new), *lines[at:]])


def _write_items(items: Sequence[Any], column: int) -> list[str]:
    """Return the lines of items whose hyphens are in a column."""
    lines = _dump("x", items)[1:]
    return [f"{' ' * column}{line[2:]}".rstrip() for line in lines]


def _dump(name: str, value: Any) -> list[str]:
    # A list of ids would be written in brackets under its own name.
    items = dump_fields({"x" if isinstance(value, Sequence) else name: value}).rstrip("\n")
    lines = items.split("\n")
    if isinstance(value, Sequence) and not isinstance(value, str):
        lines[0] = f"{name}:"
    elif isinstance(value, str):
        lines[0] = lines[0].replace("x:", f"{name}:", 1)
    return lines


def _write_inline(value: Any) -> str:
    """Write a value inside brackets, where a comma ends it."""
    if isinstance(value, str):
        is_plain = parse(f"[{value}]", "").value == [value] and "\n" not in value
        return value if is_plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {_write_inline(each)}' for key, each in value.items())}}}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_write_inline, value))}]"
    return {True: "true", False: "false", None: "null"}.get(value, str(value))
