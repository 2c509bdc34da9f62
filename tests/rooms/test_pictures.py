"""Social pictures: the right size, the same bytes, whatever a title holds."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from threadbook.errors import UserError
from threadbook.outputs.drawing import HEIGHT, WIDTH, MissingGlyphError, draw_picture
from threadbook.outputs.motif import flatten_path, read_motif
from threadbook.outputs.pictures import Pictures, find_pictures
from threadbook.pages.page import Caption
from threadbook.settings import Settings

WORDS = Caption("Freelance Help", "When am I paid?", "Payments", "Solved", "", is_solved=True)


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        WORDS._replace(title="W" * 500),
        WORDS._replace(title="word " * 90),
        WORDS._replace(title="x"),
        WORDS._replace(
            answer="After the client approves, and then after some days of waiting. " * 9
        ),
        WORDS._replace(site="s" * 900, topic="t" * 900, state="Waiting for an answer"),
        WORDS._replace(title="</text> & <b> \u201cquotes\u201d \u2014 100 %", is_solved=False),
    ],
    ids=lambda words: words.title[:10],
)
def test_a_picture_has_the_size_networks_show_and_the_same_bytes_again(words: Caption) -> None:
    drawn = draw_picture(words)
    assert draw_picture(words) == drawn
    with Image.open(BytesIO(drawn)) as image:
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(drawn) < 100_000


def test_the_short_answer_is_on_the_picture_and_may_need_a_letter_that_is_missing() -> None:
    said = WORDS._replace(answer="When the client approves.")
    assert draw_picture(said) != draw_picture(WORDS)
    with pytest.raises(MissingGlyphError):
        draw_picture(WORDS._replace(answer="\u65e5"))


@pytest.mark.parametrize("sign", ["日", "😀", "\u05d0"])
def test_what_the_font_cannot_show_is_not_drawn_as_boxes(tmp_path: Path, sign: str) -> None:
    words = WORDS._replace(title=f"When {sign}?")
    with pytest.raises(MissingGlyphError) as missing:
        draw_picture(words)
    assert missing.value.character == sign
    assert Pictures(str(tmp_path), "", "").draw(words) is None


def test_a_picture_is_drawn_once_and_a_folder_that_cannot_be_used_costs_only_time(
    tmp_path: Path,
) -> None:
    pictures = Pictures(str(tmp_path / "kept"), "", "")
    drawn = pictures.draw(WORDS)
    (kept,) = (tmp_path / "kept").iterdir()
    assert kept.read_bytes() == drawn
    kept.write_bytes(b"kept")
    assert pictures.draw(WORDS) == b"kept"
    assert pictures._replace(fingerprint="another font").draw(WORDS) == drawn
    (tmp_path / "file").touch()
    assert Pictures(str(tmp_path / "file"), "", "").draw(WORDS) == drawn


def test_without_pictures_none_are_drawn_and_a_bad_font_is_named(tmp_path: Path) -> None:
    settings = Settings(tmp_path, tmp_path, tmp_path)
    assert find_pictures(settings) is None
    (tmp_path / "font.ttf").write_text("no font")
    bad = Settings(
        tmp_path, tmp_path, tmp_path, social_pictures=True, social_font=tmp_path / "font.ttf"
    )
    with pytest.raises(UserError, match=r"font\.ttf"):
        find_pictures(bad)
    with pytest.raises(UserError, match="set `social_font`"):
        find_pictures(
            Settings(tmp_path, tmp_path, tmp_path, site_name="日本", social_pictures=True)
        )


# The motif


def test_the_motif_of_the_site_is_in_the_corner_and_the_longest_name_leaves_it_room() -> None:
    for site in ("x", "s" * 900):
        with Image.open(BytesIO(draw_picture(WORDS._replace(site=site)))) as image:
            picture = image.convert("L")
        corner = picture.crop((790, 36, 1120, 124))
        assert sum(corner.histogram()[150:]) > 1500  # light lines
        assert sum(picture.crop((760, 36, 789, 124)).histogram()[150:]) == 0


def test_the_motif_is_the_drawing_that_pages_show() -> None:
    strokes = read_motif()
    assert [stroke.is_dotted for stroke in strokes].count(True) == 2
    points = [point for stroke in strokes for point in stroke.points]
    assert min(point.real for point in points) >= 0
    assert max(point.real for point in points) <= 240
    assert min(point.imag for point in points) >= 0
    assert max(point.imag for point in points) <= 64


@pytest.mark.parametrize(
    ("data", "points"),
    [
        ("M1 2 3 4 5 2", [1 + 2j, 3 + 4j, 5 + 2j]),
        ("m1 2 3 4-5-2", [1 + 2j, 4 + 6j, -1 + 4j]),
        ("M1 2h3v4H0V.5z", [1 + 2j, 4 + 2j, 4 + 6j, 6j, 0.5j, 1 + 2j]),
    ],
)
def test_a_path_of_lines_is_its_corners(data: str, points: list[complex]) -> None:
    assert [*flatten_path(data)] == [tuple(points)]


def test_curves_and_arcs_go_where_they_should() -> None:
    (quarter,) = flatten_path("M10 0a10 10 0 0 1 10 10")
    assert all(abs(abs(point - (10 + 10j)) - 10) < 1e-9 for point in quarter)
    assert abs(quarter[-1] - (20 + 10j)) < 1e-9
    assert all(point.real >= 10 and point.imag <= 10 + 1e-9 for point in quarter)
    (curve,) = flatten_path("M0 0C0 10 10 10 10 0S20-10 20 0")
    assert abs(curve[12] - 10) < 1e-9
    assert abs(curve[6] - (5 + 7.5j)) < 1e-9
    assert abs(curve[18] - (15 - 7.5j)) < 1e-9  # the second half mirrors the first
    assert len([*flatten_path("M0 0h1M5 5h1")]) == 2
