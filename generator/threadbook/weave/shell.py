"""A shell: a page of the theme, split at its slots."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_UNGUESSABLE: Final = secrets.token_hex(8)
"""Part of every marker. Shells contain titles from content, which must not look like a marker."""


class ShellError(Exception):
    """A shell cannot be used: a slot is missing or occurs too often."""


class Slot(StrEnum):
    """The places in a shell that pages fill."""

    TITLE = "title"
    DESCRIPTION = "description"
    HEAD = "head"
    CONTENT = "content"
    CANONICAL = "canonical"

    @property
    def marker(self) -> str:
        """What marks the slot in a shell: plain text for words, a comment for HTML."""
        text = f"%%{self.value}-{_UNGUESSABLE}%%"
        return f"<!--{text}-->" if self in {Slot.HEAD, Slot.CONTENT} else text


ONCE = frozenset({Slot.HEAD, Slot.CONTENT})
"""Slots that must occur exactly once. A theme may repeat or leave out the others."""


@dataclass(frozen=True, slots=True)
class Shell:
    """Constant parts with slots between them: there is one more part than slots."""

    parts: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def split(cls, html: str, *, name: str, canonical: str = "") -> Shell:
        """Split a rendered page at its markers.

        `canonical` is the absolute address that the engine gave the page, if it gave one; each
        page puts its own there. Error messages call the shell `name`.
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
        """Join the parts with a page's own texts; there must be one for every slot."""
        encoded = {slot: text.encode() for slot, text in texts.items()}
        if Slot.CANONICAL in encoded:
            encoded[Slot.CANONICAL] = (
                b'<link rel="canonical" href="' + encoded[Slot.CANONICAL] + b'">'
            )
        woven = [self.parts[0]]
        for slot, part in zip(self.slots, self.parts[1:], strict=True):
            woven += (encoded[slot], part)
        return b"".join(woven)
