"""A field of a YAML text in another form: its lines move to the right, and nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence

from yaml.nodes import CollectionNode, MappingNode, ScalarNode

from threadbook.edit.order import find_last_line
from threadbook.load.yaml import parse


def open_mapping(text: str, name: str, extra: Sequence[str] = ()) -> str:
    """Write `name: text` as a mapping with the field `body`; a mapping stays as it is.

    `extra` are further lines of fields, put before the others of a mapping in block style.
    """
    return _wrap(text, name, f"{name}:", "  ", extra)


def turn_into_list(text: str, name: str, listed: str, extra: Sequence[str] = ()) -> str:
    """Write the mapping or text `name` as the only item of a list that is called `listed`."""
    return _wrap(text, name, f"{listed}:", "  - ", extra)


def _wrap(text: str, name: str, head: str, lead: str, extra: Sequence[str]) -> str:
    """Write a field of the file anew: `head` on a line of its own, its value behind `lead`."""
    root = parse(text, "").root
    assert isinstance(root, MappingNode)  # noqa: S101 - the file has the field
    key, value = next(pair for pair in root.value if pair[0].value == name)
    lines = text.split("\n")
    end = "\r" if "\r\n" in text else ""
    first, last = key.start_mark.line, find_last_line(lines, value)
    pad = " " * len(lead)
    if isinstance(value, MappingNode) and not value.flow_style:
        deeper = pad if "-" in lead else lead
        shift = len(deeper) - value.start_mark.column
        inner = [_shift(line, shift) for line in lines[first + 1 : last + 1]]
        new = [*(f"{pad}{each}{end}" for each in extra), *inner]
        head += lines[first][key.end_mark.column + 1 :].rstrip("\r")  # a comment
    elif isinstance(value, ScalarNode) and value.start_mark.line > first:
        inner = [_shift(line, len(pad)) for line in lines[first + 1 : last + 1]]
        new = [*(f"{pad}{each}{end}" for each in extra), f"{pad}body:{end}", *inner]
        head += lines[first][key.end_mark.column + 1 :].rstrip("\r")
    else:
        rest = lines[first][value.start_mark.column :]
        is_flow = isinstance(value, CollectionNode)
        more = [f"{pad}{each}{end}" for each in extra]
        opening = rest if is_flow else f"body: {rest}"
        if is_flow and extra:
            opening = "{" + ", ".join(extra) + ", " + rest.lstrip("{ ")
            more = []
        new = [*more, f"{pad}{opening}"]
        new += [_shift(line, len(pad)) for line in lines[first + 1 : last + 1]]
    if "-" in lead and new:
        new[0] = f"{lead}{new[0][len(lead) :]}"
    return "\n".join([*lines[:first], f"{head}{end}", *new, *lines[last + 1 :]])


def _shift(line: str, by: int) -> str:
    """Move a line to the right, or to the left; an empty one stays where it is."""
    if not line.strip():
        return line
    return " " * by + line if by >= 0 else line[-by:]
