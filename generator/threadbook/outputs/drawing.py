"""Social pictures: what a link to a thread shows in chats and timelines. Drawing is Pillow's.

Pillow is optional (`pip install threadbook[pictures]`), so nothing here imports it before it is
needed. A picture depends on its words and the font alone, and comes out the same byte for byte.
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
"""The size that all large networks show uncut, in pixels."""

DESIGN: Final = 1
"""Counts up whenever pictures are drawn otherwise, so that cached ones are made anew."""

_MARGIN: Final = 80
_SIZES: Final = (76, 66, 58, 50, 44)
"""Heights of the title's letters that are tried, in pixels; at the last it is cut."""

_LINES: Final = 4
_SMALL: Final = 34
_LEADING: Final = 1.22
_GROUND: Final = (64, 81, 181)
_BAND: Final = (44, 57, 138)
_TEXT: Final = (255, 255, 255)
_QUIET: Final = (212, 217, 244)
_SOLVED: Final = (178, 240, 200)
_TITLE_LIMIT: Final = 300
_COLOURS: Final = 32


_PLAIN: Final = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201a"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u201e"), '"'),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-"),
}


class MissingGlyphError(Exception):
    """The font cannot show a character of the words."""

    def __init__(self, character: str) -> None:
        super().__init__(character)
        self.character = character


def draw_picture(words: Caption, font: str = "") -> bytes:
    """Draw a PNG; `font` is the path of a TrueType or OpenType font, Pillow's own if empty.

    Raises `MissingGlyphError` for words the font cannot show, `OSError` for a font that cannot
    be read, `ImportError` without Pillow.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415 - optional

    words = words._replace(title=" ".join(words.title.split())[:_TITLE_LIMIT])
    if not font:
        site, title, topic, state = map(_plain, words[:4])
        words = Caption(site, title, topic, state, words.is_solved)
    _refuse_missing(words, font)
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HEIGHT - 120, WIDTH, HEIGHT), _BAND)
    draw.text(
        (_MARGIN, 60), _cut(draw, words.site, _font(font, _SMALL)), _QUIET, _font(font, _SMALL)
    )
    _draw_title(draw, words.title, font)
    _draw_facts(draw, words, font)
    out = BytesIO()
    image.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def _plain(text: str) -> str:
    """Write quotes and dashes as Pillow's own font has them."""
    return text.translate(_PLAIN)


def _draw_title(draw: ImageDraw, title: str, font: str) -> None:
    for size in _SIZES:
        lines = _wrapped(draw, title, _font(font, size))
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


def _wrapped(draw: ImageDraw, text: str, face: FreeTypeFont | ImageFont) -> list[str]:
    """Break a text into lines at blanks; a word longer than a line is broken anywhere."""
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
    """Tell whether a font shows a character as anything but its sign for missing ones."""
    face = _font(font, 24)
    missing = bytes(face.getmask("\U0010ffff"))
    return bytes(face.getmask(character)) != missing


@lru_cache(maxsize=32)
def _font(path: str, size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont  # noqa: PLC0415 - optional

    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
