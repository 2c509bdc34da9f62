"""Social pictures: what a link to a thread shows in chats and timelines. Pillow draws them.

Pillow is optional (`pip install threadbook[pictures]`), so it is imported only when needed. A
picture depends only on its words and the font: the same words always give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from threadbook.outputs.motif import Stroke, read_motif
from threadbook.pages.page import Caption

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

WIDTH: Final = 1200
HEIGHT: Final = 630
"""The size in pixels that all large networks show without cropping."""

DESIGN: Final = 3
"""Increase it whenever pictures change, so that cached ones are drawn again."""

_MARGIN: Final = 80
_SIZES: Final = (76, 66, 58, 50, 44)
"""The font sizes to try for the title, in pixels; at the last one the title is cut."""

_LINES: Final = 4
_SMALL: Final = 34
_ANSWER: Final = 38
_ANSWER_LINES: Final = 3
_LEADING: Final = 1.22
# The site's own colours at night: ink, paper and the deep colour.
_GROUND: Final = (24, 61, 54)
_BAND: Final = (17, 45, 40)
_TEXT: Final = (251, 248, 242)
_QUIET: Final = (214, 226, 219)
_SOLVED: Final = (178, 240, 200)
_TITLE_LIMIT: Final = 300
_MOTIF: Final = (330, 88)  # its size in pixels, in the corner beside the site's name
_DOT_EVERY: Final = 7  # units of its drawing
_FINE: Final = 4  # it is drawn so many times as large, because Pillow's lines have hard edges
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
        site, title, topic, state, answer = (text.translate(_PLAIN) for text in words[:5])
        words = Caption(site, title, topic, state, answer, words.is_solved)
    _refuse_missing(words, font)
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, HEIGHT - 120, WIDTH, HEIGHT), _BAND)
    face = _font(font, _SMALL)
    room = WIDTH - 2 * _MARGIN - _MOTIF[0] - 40
    draw.text((_MARGIN, 60), _cut(draw, words.site, face, room), _QUIET, face)
    image.paste(_QUIET, (WIDTH - _MARGIN - _MOTIF[0], 36), _draw_motif())
    _draw_answer(draw, words.answer, font, _draw_title(draw, words, font))
    _draw_facts(draw, words, font)
    out = BytesIO()
    image.quantize(_COLOURS, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


@lru_cache(maxsize=1)
def _draw_motif() -> Image:
    """Return the site's motif as a mask."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - optional

    large = Image.new("L", (_MOTIF[0] * _FINE, _MOTIF[1] * _FINE))
    draw = ImageDraw.Draw(large)
    scale = large.width / 240
    for stroke in read_motif():
        for point in _space_dots(stroke) if stroke.is_dotted else stroke.points:
            x, y, radius = point.real * scale, point.imag * scale, scale  # half of 2 units
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        if not stroke.is_dotted:
            line = [(point.real * scale, point.imag * scale) for point in stroke.points]
            draw.line(line, 255, round(2 * scale))
    return large.resize(_MOTIF, Image.Resampling.LANCZOS)


def _space_dots(stroke: Stroke) -> Iterator[complex]:
    """Yield points at even distances along a stroke."""
    left = 0.0
    for start, end in pairwise(stroke.points):
        length = abs(end - start)
        while left <= length:
            yield start + (end - start) * (left / length)
            left += _DOT_EVERY
        left -= length


def _draw_title(draw: ImageDraw, words: Caption, font: str) -> float:
    """Draw the title, above the answer if there is one; return where it ends, in pixels."""
    most = _LINES - 2 if words.answer else _LINES
    for size in _SIZES:
        lines = _wrap(draw, words.title, _font(font, size))
        if len(lines) <= most:
            break
    else:
        lines = _shorten(draw, lines, most, _font(font, size))
    height = size * _LEADING
    top = 150 if words.answer else 130 + (HEIGHT - 120 - 150 - height * len(lines)) / 2
    for place, line in enumerate(lines):
        draw.text((_MARGIN, top + place * height), line, _TEXT, _font(font, size))
    return top + height * len(lines)


def _draw_answer(draw: ImageDraw, answer: str, font: str, top: float) -> None:
    face = _font(font, _ANSWER)
    lines = _shorten(draw, _wrap(draw, " ".join(answer.split()), face), _ANSWER_LINES, face)
    for place, line in enumerate(lines):
        draw.text((_MARGIN, top + 24 + place * _ANSWER * 1.3), line, _QUIET, face)


def _shorten(
    draw: ImageDraw, lines: list[str], most: int, face: FreeTypeFont | ImageFont
) -> list[str]:
    """Keep so many lines; the last one ends with an ellipsis if there are more."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _cut(draw, " ".join(lines[most - 1 :]), face)]


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
    shown = f"{words.site}{words.title}{words.topic}{words.state}{words.answer}"
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
