"""Pictures and files in bodies: as HTML, as Markdown for others, as text."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from threadbook import markdown
from threadbook.markdown import Destination, Manner, Media, Medium, make_portable, render
from threadbook.markdown.media import fit, hasten_first, name_medium

KNOWN: Final = {
    "images/a.png": Medium("images/a.012345678901.png", 640, 480, "PNG, 2 kB"),
    "images/sub/b.svg": Medium("images/sub/b.012345678901.svg", 40, 20, "SVG, 1 kB"),
    "files/terms.pdf": Medium("files/terms.012345678901.pdf", words="PDF, 120 kB"),
}
MEDIA: Final = Media(KNOWN, "../../", "../../")
PICTURE: Final = (
    '<img src="../../images/a.012345678901.png" alt="It" width="640" height="480" loading="lazy">'
)
FILE: Final = '<a href="../../files/terms.012345678901.pdf">The terms (PDF, 120 kB)</a>'


def resolve(target: str) -> Destination | None:
    return Destination(f"../{target}/", "A title") if target == "known" else None


def html(body: str, media: Media = MEDIA) -> str:
    return render(body, resolve, prefix="a1_", manner=Manner(media=media)).html


def portable(body: str) -> str:
    media = MEDIA._replace(base="https://example.org/")
    return make_portable(body, resolve, "https://example.org/threads/x/", media)


# HTML


@pytest.mark.parametrize(
    "body",
    [
        "![It](image:a.png)",
        "![It](../../images/a.png)",
        "![It](../../threads/../images/a.png)",
        "![It](<image:a.png>)",
        "![It][r]\n\n[r]: image:a.png",
        "![*It*](image:a.png)",
        '<img src="image:a.png" alt="It">',
        "<img alt=It src=image:a.png>",
        "<IMG ALT='It' SRC='image:a.png' onerror=alert(1)>",
        "<img src='image:&#97;.png' alt=It>",
        "![It](image:%61.png)",
        "> ![It](image:a.png)",
        "- ![It](image:a.png)",
        "[![It](image:a.png)](thread:known)",
    ],
)
def test_every_way_to_write_a_picture_gives_the_same(body: str) -> None:
    assert PICTURE in html(body)
    assert html(body).count("<img") == 1


def test_a_title_and_a_size_are_kept() -> None:
    assert 'title="Look"' in html('![It](image:a.png "Look")')
    assert 'width="320" height="240"' in html('<img src="image:a.png" alt="It" width="320">')
    assert 'width="320" height="240"' in html('<img src="image:a.png" alt="It" height=240>')


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [
        ("", "", (640, 480)), ("320", "", (320, 240)), ("", "48", (64, 48)), ("9", "7", (9, 7)),
        ("0", "", (640, 480)), ("50%", "", (640, 480)), ("-1", "x", (640, 480)), ("1", "", (1, 1)),
        ("999999", "", (640, 480)), ("1e3", "", (640, 480)),
    ],
)  # fmt: skip
def test_a_size_keeps_the_shape(width: str, height: str, size: tuple[int, int]) -> None:
    assert fit(width, height, KNOWN["images/a.png"]) == size


@pytest.mark.parametrize(
    "body",
    [
        "[The terms](file:terms.pdf)",
        "[The terms](../../files/terms.pdf)",
        "<a href=file:terms.pdf>The terms</a>",
    ],
)
def test_a_file_is_a_link_with_its_type_and_size(body: str) -> None:
    assert FILE in html(body)


def test_a_link_can_show_a_picture_alone() -> None:
    said = html("[Larger](image:a.png)")
    assert '<a href="../../images/a.012345678901.png">Larger (PNG, 2 kB)</a>' in said


def test_each_link_ends_with_its_own_words() -> None:
    said = html("[a](file:terms.pdf) [b](https://example.org/) [c](file:none.pdf) [d](image:a.png)")
    assert re.findall(r">([^<>]+)</a>", said) == ["a (PDF, 120 kB)", "b", "d (PNG, 2 kB)"]
    assert said.count("<a ") == said.count("</a>") == 3


@pytest.mark.parametrize(
    "body",
    [
        "![words](image:none.png)", "![words](image:../a.png)", "![words](image:../../etc/passwd)",
        "![words](image:)", "![words](file:terms.pdf)", "[words](file:none.pdf)", "[words](file:///etc/passwd)",
        "<a href='FILE:///etc/passwd'>words</a> image:", "<a href='fi\nle:///etc/passwd'>words</a> file:",
        "<a href='\x01file:///etc/passwd'>words</a> file:", "<img alt=words src='IMAGE://host/x'> image:",
        "<img alt=words src='image:&#10;x'>", "![words](image:A.png)", "![words](image:a.png/)",
        "![words](image://spy.example/a.png)", "[words](file://spy.example/a.pdf)",
    ],
)  # fmt: skip
def test_what_is_not_known_leaves_its_words_and_no_address(body: str) -> None:
    said = html(body)
    assert "words" in said
    assert not re.search(r"""(?:href|src)=|image:/|file:/""", said), said


def test_code_is_left_alone() -> None:
    assert "<img" not in html("`![It](image:a.png)`\n\n    ![It](image:a.png)")


def test_a_relative_way_to_something_else_stays() -> None:
    assert 'src="../../x.png"' in html("![It](../../x.png)")
    assert 'href="../other/"' in html("[It](../other/)")


def test_quotes_in_words_cannot_end_an_attribute() -> None:
    said = html('![" onerror="alert(1)](image:a.png \'" onload="x\')')
    assert re.fullmatch(r"<p><img(?: [a-z]+=\"[^\"<>]*\")+></p>\n", said), said


@settings(deadline=None, max_examples=400)
@given(st.text(alphabet="![]()<>aimge:fl\"'/. \n&;=#src\x00", max_size=60))
def test_nothing_gives_an_address_of_either_scheme(text: str) -> None:
    said = html(f"image: file: {text} ![x](image:{text}) <img src={text}> [x](file:{text})")
    for value in re.findall(r'(?:href|src)="([^"]*)"', said):
        assert not re.match(r"\s*(?:image|file):", value, re.IGNORECASE), said


def test_the_first_picture_of_a_page_is_not_lazy() -> None:
    page = f'<p>&lt;img loading="lazy"</p>{PICTURE}{PICTURE}'
    hastened = hasten_first(page)
    assert hastened.count(' loading="lazy">') == 1
    assert hastened.index('height="480">') < hastened.index('height="480" loading')
    assert '&lt;img loading="lazy"' in hastened
    assert hasten_first("<p>none</p>") == "<p>none</p>"


# Names


@pytest.mark.parametrize(
    ("url", "way", "name"),
    [
        ("image:a.png", "", "images/a.png"),
        ("Image:a.png", "", "images/a.png"),
        ("file:a/b.pdf", "", "files/a/b.pdf"),
        ("../../images/a.png", "../../", "images/a.png"),
        ("../images/a.png", "../", "images/a.png"),
        ("../images/a.png?x#y", "../", "images/a.png"),
        ("./../images/a.png", "../", "images/a.png"),
        ("../../images/a.png", "../", None),
        ("../images/a.png", "../../", None),
        ("../../image/a.png", "../../", None),
        ("images/a.png", "../", None),
        ("https://example.org/images/a.png", "../", None),
        ("../../images/../site.yml", "../../", None),
        ("#images/a.png", "../", None),
        ("", "../", None),
    ],
)
def test_an_address_means_a_name(url: str, way: str, name: str | None) -> None:
    assert name_medium(url, way) == name


# For others


@pytest.mark.parametrize(
    ("body", "written"),
    [
        ("![It](image:a.png)", "![It](https://example.org/images/a.012345678901.png)"),
        (
            "![It](../../images/sub/b.svg)",
            "![It](https://example.org/images/sub/b.012345678901.svg)",
        ),
        (
            "[The terms](file:terms.pdf)",
            "[The terms](https://example.org/files/terms.012345678901.pdf)",
        ),
        ("![It](image:none.png) is gone", "It is gone"),
        ("[It](file:none.pdf) is gone", "It is gone"),
        ("`![It](image:a.png)`", "`![It](image:a.png)`"),
        ("no picture", "no picture"),
        (
            "<img src=image:a.png alt='It &amp; \"more\"'>",
            '<img src="https://example.org/images/a.012345678901.png" alt="It &amp; &quot;more&quot;">',
        ),
        (
            "![a](image:a.png) [[known]] ![b](image:a.png)",
            "![a](https://example.org/images/a.012345678901.png) [A title](../known/) "
            "![b](https://example.org/images/a.012345678901.png)",
        ),
    ],
)
def test_markdown_for_others_has_whole_addresses(body: str, written: str) -> None:
    assert portable(body) == written


def test_the_words_of_a_picture_are_part_of_the_text() -> None:
    said = markdown.plain_text("Press ![Accept](image:a.png) below.", 100)
    assert said == "Press Accept below."
    rendered = render("Press ![Accept](image:a.png).", resolve, prefix="", text_limit=100)
    assert rendered.text == "Press Accept."
