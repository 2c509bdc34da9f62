"""Step 3 of formatting: whole lines move until the fields are in the model's order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, get_args

from pydantic import BaseModel, RootModel
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from threadbook.edit.comments import find_comments
from threadbook.edit.scanning import BLOCKS
from threadbook.load.yaml import parse

_SCHEMA_COMMENT: Final = "# yaml-language-server:"


def find_model(model: type[BaseModel] | None, place: str | int) -> type[BaseModel] | None:
    """Return the model of a field's value; an item of a list has its list's."""
    if model is None:
        return None
    if issubclass(model, RootModel):
        return _model_in(model.model_fields["root"].annotation)
    if isinstance(place, int):
        return model
    field = model.model_fields.get(place)
    return _model_in(field.annotation) if field else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def rank_fields(model: type[BaseModel] | None) -> Callable[[str], int]:
    """Return the sort key of a model's fields."""
    fields = list(model.model_fields) if model else []
    return lambda key: fields.index(key) if key in fields else len(fields)


def order_fields(text: str, model: type[BaseModel]) -> str:
    """Move the lines of fields into their model's order; comments go along."""
    root = parse(text, "").root
    own = {comment.line: comment for comment in find_comments(text) if comment.is_alone}
    first = root.start_mark.line if root else 0
    schema = (line for line in own if own[line].text.startswith(_SCHEMA_COMMENT) and line < first)
    mover = _Mover(tuple(text.split("\n")), {line: own[line].column for line in own})
    mover.order(root, model, max(schema, default=-1) + 1)
    return "\n".join(mover.lines)


class _Mover:
    """Moves fields with the comments above them; `before` are the lines as they were."""

    def __init__(self, before: tuple[str, ...], own: dict[int, int]) -> None:
        self.before = before
        self.lines = list(before)
        self.own = own

    def order(self, node: Node | None, model: type[BaseModel] | None, top: int) -> None:
        """Order a collection's fields, the inner ones first; its comments begin at line `top`."""
        if not isinstance(node, CollectionNode) or node.flow_style:
            return
        for child in node.value:
            if isinstance(node, MappingNode):
                key, value = child
                self.order(value, find_model(model, key.value), key.start_mark.line + 1)
            else:
                self.order(child, find_model(model, 0), child.start_mark.line)
        if isinstance(node, MappingNode):
            self._order_fields(node, model, top)

    def _order_fields(self, node: MappingNode, model: type[BaseModel] | None, top: int) -> None:
        rank = rank_fields(model)
        ranked = sorted(range(len(node.value)), key=lambda at: rank(node.value[at][0].value))
        if ranked == sorted(ranked):
            return
        column = node.start_mark.column
        keys = [key.start_mark.line for key, _ in node.value]
        starts = [self._start(key, column, top) for key in keys]
        end = self._end(node, column)
        chunks = [self.lines[start:stop] for start, stop in pairwise([*starts, end])]
        above = [key - start for key, start in zip(keys, starts, strict=True)]
        dash, first = chunks[0][above[0]][:column], ranked[0]
        chunks[0][above[0]] = " " * column + chunks[0][above[0]][column:]
        chunks[first][above[first]] = dash + chunks[first][above[first]][column:]
        if dash.strip():  # no comment fits between a hyphen and its first field
            outside = dash.partition("-")[0]
            for line in range(above[first]):
                chunks[first][line] = outside + chunks[first][line].lstrip()
        self.lines[starts[0] : end] = [line for at in ranked for line in chunks[at]]

    def _start(self, key: int, column: int, top: int) -> int:
        """Return the first of the comment lines directly above a field, or its own line."""
        while key > top and self.own.get(key - 1) == column:
            key -= 1
        return key

    def _end(self, node: MappingNode, column: int) -> int:
        """Return the line after the last field, and after comments that are deeper than it."""
        end = line = find_last_line(self.before, node) + 1
        while line < len(self.before) and (not self.before[line] or line in self.own):
            if line in self.own:
                if self.own[line] <= column:
                    break
                end = line + 1
            line += 1
        return end


def find_last_line(lines: Sequence[str], node: Node) -> int:
    """Return the last line with content; collections end where the next thing begins."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        last = node.value[-1]
        if isinstance(node, MappingNode):
            return max(int(last[0].start_mark.line), find_last_line(lines, last[1]))
        return find_last_line(lines, last)
    line = int(node.end_mark.line)
    if isinstance(node, ScalarNode) and node.style in BLOCKS:
        line -= 1
        # Empty lines below a block are its own only if it keeps them (`|+`).
        while not lines[line].strip() and not node.value.endswith("\n\n"):
            line -= 1
    return line
