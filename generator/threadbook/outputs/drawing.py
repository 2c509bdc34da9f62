"""Social pictures: what a link to a thread shows in chats and timelines. Pillow draws them.

Pillow is optional (`pip install threadbook[pictures]`), so it is imported only when needed. A
picture depends only on its words and the font: the same words always give the same bytes.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Final

from threadbook.pages.page import Caption

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH: Final = 1200
HEIGHT: Final = 630
"""The size in pixels that all large networks show without cropping."""

DESIGN: Final = 1
"""Increase it whenever pictures change, so that cached ones are drawn again."""

_MARGIN: Final = 80
_SIZES: Final = (76, 66, 58, 50, 44)
"""The font sizes to try for the title, in pixels; at the last one the title is cut."""

_LINES: Final = 4
_SMALL: Final = 34
_LEADING: Final = 1.22
_GROUND: Final = (64, 81, 181)
_BAND: Final = (44, 57, 138)
_TEXT: Final = (255, 255, 255)
_QUIET: Final = (212, 217, 244)
_SOLVED: Final = (178, 240, 200)
_TITLE_LIMIT: Final = 300
# Text on a plain ground needs few colours, and fewer make a much smaller file.
_COLOURS: Final = 32

_PLAIN: Final = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
}
"""Replaces quotes and dashes that Pillow's own font does not have."""


class MissingGlyphError(Exception):
    """The font has no glyph for a character of the words."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


def draw_picture(words: Caption, font: str = "") -> bytes:
    """Draw a PNG; `font` is the path of a TrueType or OpenType font, or empty for Pillow's own.

    Raises `MissingGlyphError` if the font lacks a character, `OSError` if the font cannot be read,
    and `ImportError` without Pillow.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - optional

    words = words._replace(title=" ".join(words.title.split())[:_TITLE_LIMIT])
    if not font:
        site, title, topic, state = (text.translate(_PLAIN) for text in words[:4])
        words = Caption(site, title, topic, state, words.is_solved)
    _refuse_missing(words, font)
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HEIGHT - 120, WIDTH, HEIGHT), _BAND)
    face = _font(font, _SMALL)
    draw.text((_MARGIN, 60), _cut(draw, words.site, face), _QUIET, face)
    _draw_title(draw, words.title, font)
    _draw_facts(draw, words, font)
    out = BytesIO()
    image.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def _draw_title(draw: ImageDraw, title: str, font: str) -> None:
    for size in _SIZES:
        lines = _wrap(draw, title, _font(font, size))
        if len(lines) <= _LINES:
            break
    else:
        lines = [*lines[: _LINES - 1], _cut(draw, " ".join(lines[_LINES - 1 :]), _font(font, size))]
    height = size * _LEADING
    top = 130 + (HEIGHT - 120 - 150 - height * len(lines)) / 2
    for place, line in enumerate(lines):
        draw.text((_MARGIN, top + place * height), line, _TEXT, _font(font, size))


def _draw_facts(draw: ImageDraw, words: Caption, font: str) -> None:
    face, line = _font(font, _SMALL), HEIGHT - 60
    left = _MARGIN
    if words.is_solved:
        tick = [(left, line + 1), (left + 11, line + 13), (left + 32, line - 13)]
        draw.line(tick, _SOLVED, 6, joint="curve")
        left += 48
    colour = _SOLVED if words.is_solved else _QUIET
    draw.text((left, line), words.state, colour, face, anchor="lm")
    room = WIDTH - 2 * _MARGIN - draw.textlength(words.state, face) - (left - _MARGIN) - 60
    topic = _cut(draw, words.topic, face, room)
    draw.text((WIDTH - _MARGIN, line), topic, _QUIET, face, anchor="rm")


def _wrap(draw: ImageDraw, text: str, face: FreeTypeFont | ImageFont) -> list[str]:
    """Break a text into lines at spaces; a word longer than a line is broken anywhere."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if draw.textlength(longer, face) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if draw.textlength(lines[-1] + letter, face) > WIDTH - 2 * _MARGIN:
                lines.append("")
            lines[-1] += letter
    return lines


def _cut(
    draw: ImageDraw,
    text: str,
    face: FreeTypeFont | ImageFont,
    room: float = WIDTH - 2 * _MARGIN,
) -> str:
    """Shorten a text to what fits, with an ellipsis."""
    text = text[:_TITLE_LIMIT]
    if draw.textlength(text, face) <= room:
        return text
    while text and draw.textlength(f"{text}…", face) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _refuse_missing(words: Caption, font: str) -> None:
    shown = f"{words.site}{words.title}{words.topic}{words.state}"
    for character in sorted(set(shown)):
        if not character.isspace() and not _has_glyph(character, font):
            raise MissingGlyphError(character)


@lru_cache(maxsize=10_000)
def _has_glyph(character: str, font: str) -> bool:
    """Return whether a font has a glyph for a character."""
    # Pillow does not say, so compare with what it draws for a code point that no font has.
    face = _font(font, 24)
    missing = bytes(face.getmask("\U0010ffff"))
    return bytes(face.getmask(character)) != missing


@lru_cache(maxsize=32)
def _font(path: str, size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont  # noqa: PLC0415 - optional

    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
