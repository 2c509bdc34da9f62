"""A file with other references: which of them change, and which go.

What the new text says is compared with what it must say.
"""

from __future__ import annotations

import codecs
import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from threadbook.edit.fmt import format_content
from threadbook.edit.renaming import Renaming, Slot, edit_links, list_slots
from threadbook.edit.surgery import (
    CannotEditError,
    TextEdit,
    change_texts,
    change_value,
    drop,
    locate,
    put_nothing,
)
from threadbook.load.file import Location, ProseFile, list_texts
from threadbook.load.files import MODELS
from threadbook.load.prose import make_prose
from threadbook.load.sources import FileKind, SourceFile
from threadbook.load.validate import validate
from threadbook.load.yaml import parse

_KEPT: Final = frozenset({"duplicate_of"})
"""Fields that cannot go without changing what a thread is."""


class Draft(NamedTuple):
    """A file under change: its new text, and where it will be; `None` if it goes."""

    source: SourceFile
    old: bytes
    text: str
    path: Path | None
    is_formatted: bool = False

    @property
    def new(self) -> bytes:
        """The new content."""
        mark = codecs.BOM_UTF8 if self.old.startswith(codecs.BOM_UTF8) else b""
        text = self.text
        if self.is_formatted:
            text = format_content(text, self.source.kind).text or text
        return mark + text.encode()


def rewrite(draft: Draft, renaming: Renaming) -> str:
    """Return a file's text with other references; raises `CannotEditError`."""
    if draft.source.kind is FileKind.PROSE:
        return _rewrite_prose(draft, renaming)
    document = parse(draft.text, "")
    model, _ = validate(MODELS[draft.source.kind], document, "")
    assert model is not None  # noqa: S101 - only good content gets here
    old = renaming.old
    slots = [each for each in list_slots(model) if each[1:3] == (old.kind, old.id)]
    changes = {
        location: edits
        for location, body in list_texts(model)
        if (edits := edit_links(body, renaming))
    }
    dropped = [each for each in slots if _goes(each, document.value, draft.source, renaming)]
    new = renaming.new
    for slot in slots:
        if slot not in dropped and new is not None:
            changes[slot.location] = (TextEdit(0, len(slot.id), new.id),)
    text, expected = change_texts(draft.text, changes), copy.deepcopy(document.value)
    for location, edits in changes.items():
        expected = _change_at(expected, location, edits)
    for slot in reversed(dropped):  # from the end, so that places in lists stay what they are
        location, is_step = slot.location, slot.location[::2] == ("steps", "thread")
        if location[-1] == "expect":
            text, expected = put_nothing(text, location), _put_at(expected, location, None)
        else:
            location = location[:-1] if is_step else location
            text, expected = drop(text, location), _drop_at(expected, location)
    if parse(text, "").value != expected:
        raise CannotEditError("It is written in a way that cannot be changed safely.")
    return text


def _goes(slot: Slot, value: Any, source: SourceFile, renaming: Renaming) -> bool:
    """Return whether a reference goes: to nothing, to itself, or to what its list names anyway."""
    new = renaming.new
    if new is None or new.kind != renaming.old.kind:
        if slot.location[-1] in _KEPT:
            words = "It repeats this thread. Name the one that answers it now with --to."
            raise CannotEditError(words)
        return True
    if new.kind == "thread" and source.kind is FileKind.THREAD and source.id == new.id:
        return slot.location[-1] != "expect"
    return slot.is_item and new.id in _get(value, slot.location[:-1])


def _get(value: Any, location: Location) -> Any:
    for step in location:
        value = value[step]
    return value


def _change_at(value: Any, location: Location, edits: Sequence[TextEdit]) -> Any:
    if not location or isinstance(value, str):
        return change_value(value, edits)
    value[location[0]] = _change_at(value[location[0]], location[1:], edits)
    return value


def _put_at(value: Any, location: Location, new: Any) -> Any:
    _get(value, location[:-1])[location[-1]] = new
    return value


def _drop_at(value: Any, location: Location) -> Any:
    parent = _get(value, location[:-1])
    if len(parent) == 1 and len(location) > 1:
        return _drop_at(value, location[:-1])
    del parent[location[-1]]
    return value


def _rewrite_prose(draft: Draft, renaming: Renaming) -> str:
    file, _ = make_prose(draft.source, draft.text)
    assert isinstance(file, ProseFile)  # noqa: S101 - only good content gets here
    lines = draft.text.split("\n")
    start = sum(len(line) + 1 for line in lines[: file.first_line - 1])
    body = draft.text[start:]
    edits = []
    for edit in edit_links(file.body, renaming):
        piece = file.body[edit.start : edit.end]
        inside, there = locate(piece, file.body), locate(piece, body)
        if len(inside) != len(there):
            raise CannotEditError(f"`{piece}` is written in an unusual way.")
        at = there[inside.index(edit.start)]
        edits.append(TextEdit(at, at + len(piece), edit.new))
    return draft.text[:start] + change_value(body, edits)
