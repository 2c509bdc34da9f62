"""Social pictures: the right size, the same bytes, whatever a title holds."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from threadbook.errors import UserError
from threadbook.outputs.drawing import HEIGHT, WIDTH, MissingGlyphError, draw_picture
from threadbook.outputs.pictures import Pictures, find_pictures
from threadbook.pages.page import Caption
from threadbook.settings import Settings

WORDS = Caption("Freelance Help", "When am I paid?", "Payments", "Solved", is_solved=True)


@pytest.mark.parametrize(
    "words",
    [
        WORDS,
        WORDS._replace(title="W" * 500),
        WORDS._replace(title="word " * 90),
        WORDS._replace(title="x"),
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
