"""A shell: a page of the theme, split at its slots."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from threadbook.errors import UserError

_UNGUESSABLE: Final = secrets.token_hex(8)
"""Part of every marker. Shells contain titles from content, which must not look like a marker."""


class ShellError(UserError):
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


_KEPT: Final = re.compile(
    r"(<(?:!--.*?-->"
    r"|(?i:(?=[pst])(pre|script|style|textarea|title)\b.*?</\2\s*>)"
    r"""|[a-zA-Z/!][^"'>\n]*+(?:"[^"\n]*"[^"'>\n]*+|'[^'\n]*'[^"'>\n]*+)*+(?!>)"""
    r"""(?:[^"'>]|"[^"]*"|'[^']*')*>))""",
    re.DOTALL,
)
"""Comments, elements whose white space may be seen or read, and tags of several lines."""

_BLANKS: Final = " \t\r\f"


def squeeze(html: str) -> str:
    """Return a page without its blank lines and indentation.

    White space that has a line's end becomes one line's end, which browsers show as they show all
    of it. Inside tags, comments and elements such as `pre` and `script` it stays as it is.
    """
    pieces = _KEPT.split(html)
    del pieces[2::3]  # the names of elements
    pieces[::2] = map(_squeeze_lines, pieces[::2])
    return "".join(pieces)


def _squeeze_lines(text: str) -> str:
    first, *others = text.split("\n")
    if not others:
        return text
    *middle, last = others
    stripped = filter(None, [line.strip(_BLANKS) for line in middle])
    return "\n".join([first.rstrip(_BLANKS), *stripped, last.lstrip(_BLANKS)])


@dataclass(frozen=True, slots=True)
class Shell:
    """Constant parts with slots between them: there is one more part than slots.

    `slots` are numbers: the places of the slots in `Slot`.
    """

    parts: tuple[bytes, ...]
    slots: tuple[int, ...]

    @classmethod
    def split(cls, html: str, *, name: str, canonical: str = "") -> Shell:
        """Split a rendered page at its markers, after squeezing it.

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
        pieces = re.split(f"({pattern})", squeeze(html))
        slots = tuple(by_marker[marker] for marker in pieces[1::2])
        for slot in ONCE:
            if slots.count(slot) != 1:
                raise ShellError(
                    f"The theme's page {name} has the slot {slot} {slots.count(slot)} "
                    "times instead of once; look for a template of the site's own whose block "
                    "`content` or `extrahead` does not call super()."
                )
        constant = [piece.encode() for piece in pieces[::2]]
        for place, slot in enumerate(slots):
            if slot is Slot.CANONICAL:
                constant[place] += b'<link rel="canonical" href="'
                constant[place + 1] = b'">' + constant[place + 1]
        order = [*Slot]
        return cls(tuple(constant), tuple(map(order.index, slots)))

    def fill(self, texts: Sequence[str]) -> bytes:
        """Join the parts with a page's own texts, one for every slot and in their order."""
        encoded = [text.encode() for text in texts]
        woven = [self.parts[0]]
        for slot, part in zip(self.slots, self.parts[1:], strict=True):
            woven += (encoded[slot], part)
        return b"".join(woven)
