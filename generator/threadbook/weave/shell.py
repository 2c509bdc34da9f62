"""A shell: a page of the theme, split at its slots."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_UNGUESSABLE: Final = secrets.token_hex(8)
"""Part of every marker: titles from content stand in shells too, and must not pass for one."""


class ShellError(Exception):
    """A shell cannot be woven into: a slot is missing or stands there too often."""


class Slot(StrEnum):
    """The places of a shell that pages fill."""

    TITLE = "title"
    DESCRIPTION = "description"
    HEAD = "head"
    CONTENT = "content"
    CANONICAL = "canonical"

    @property
    def marker(self) -> str:
        """What stands in the shell until a page is woven: text for words, a comment for HTML."""
        text = f"%%{self.value}-{_UNGUESSABLE}%%"
        return f"<!--{text}-->" if self in {Slot.HEAD, Slot.CONTENT} else text


ONCE = frozenset({Slot.HEAD, Slot.CONTENT})
"""Slots that must stand in a shell exactly once; texts may be repeated, or unused."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Constant parts, and between them the slots: `parts` has one more member than `slots`."""

    parts: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def split(cls, html: str, *, name: str, canonical: str = "") -> Shell:
        """Split a rendered page at its markers.

        `canonical` is the absolute address that the engine gave the page, if it gave one: pages
        put their own there. `name` is what an error calls the shell.
        """
        markers: dict[Slot, str] = {
            slot: slot.marker for slot in Slot if slot is not Slot.CANONICAL
        }
        if canonical:
            markers[Slot.CANONICAL] = f'<link rel="canonical" href="{canonical}">'
        by_marker = {marker: slot for slot, marker in markers.items()}
        pattern = "|".join(re.escape(marker) for marker in by_marker)
        pieces = re.split(f"({pattern})", html)
        slots = tuple(by_marker[marker] for marker in pieces[1::2])
        for slot in ONCE:
            if slots.count(slot) != 1:
                raise ShellError(
                    f"The theme's page {name} has the slot {slot} {slots.count(slot)} "
                    "times instead of once; look for a template that overrides Threadbook's "
                    "main.html or its `content` and `extrahead` blocks."
                )
        return cls(tuple(piece.encode() for piece in pieces[::2]), slots)

    def fill(self, texts: Mapping[Slot, str]) -> bytes:
        """Join the parts with a page's own texts; every slot must have one."""
        encoded = {slot: text.encode() for slot, text in texts.items()}
        if Slot.CANONICAL in encoded:
            encoded[Slot.CANONICAL] = (
                b'<link rel="canonical" href="' + encoded[Slot.CANONICAL] + b'">'
            )
        woven = [self.parts[0]]
        for slot, part in zip(self.slots, self.parts[1:], strict=True):
            woven += (encoded[slot], part)
        return b"".join(woven)
