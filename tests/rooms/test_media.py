"""Pictures and files of the content: which are taken, how large they are, and what is refused."""

from __future__ import annotations

import os
import random
import struct
import time
from pathlib import Path
from typing import Final

import pytest
from attack import rounds
from bases import write
from pictures import ACTIVE, DRAWN, claim_png, draw, svg

from threadbook.addresses import of_medium
from threadbook.gather import gather
from threadbook.load.media import MediaListing, digest, list_media, read_medium
from threadbook.load.pictures import FORMATS, measure, recognise
from threadbook.model.limits import FILE_BYTES, PICTURE_BYTES, PICTURE_SIDE
from threadbook.settings import Settings

PILLOW: Final = {".png": "PNG", ".jpg": "JPEG", ".gif": "GIF", ".webp": "WEBP", ".avif": "AVIF"}


def listing(root: Path, **files: bytes) -> MediaListing:
    return list_media(write(root, dict(files)), root)


def look(root: Path, name: str, content: bytes) -> MediaListing:
    return list_media(write(root, {name: content}), root)


def rules(found: MediaListing) -> list[str]:
    return [finding.rule.id for finding in found.findings]


# Sizes


@pytest.mark.parametrize("ending", PILLOW)
@pytest.mark.parametrize("size", [(1, 1), (4, 3), (640, 480), (16, 9), (1_200, 7)])
def test_the_size_of_every_format_is_read(
    tmp_path: Path, ending: str, size: tuple[int, int]
) -> None:
    found = look(tmp_path, f"images/a{ending}", draw(PILLOW[ending], *size))
    assert rules(found) == []
    assert (found.media[f"images/a{ending}"].width, found.media[f"images/a{ending}"].height) == size


@pytest.mark.parametrize(
    "options", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\0\0"}]
)
def test_the_size_of_every_kind_of_webp_is_read(options: dict[str, object]) -> None:
    assert measure(draw("WEBP", 30, 20, **options), "WebP") == (30, 20)


@pytest.mark.parametrize(("orientation", "size"), [(1, (30, 20)), (3, (30, 20)), (6, (20, 30))])
def test_a_photograph_that_a_browser_turns_is_measured_as_it_is_shown(
    orientation: int, size: tuple[int, int]
) -> None:
    tiff = b"II*\0" + struct.pack("<LHHHLLL", 8, 1, 0x0112, 3, 1, orientation, 0)
    assert measure(draw("JPEG", 30, 20, exif=b"Exif\0\0" + tiff), "JPEG") == size


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="40" height="30"', (40, 30)),
        ('width="40px" height="30.4px"', (40, 30)),
        ('viewBox="0 0 40 30"', (40, 30)),
        ('width="20" viewBox="0,0,40,30"', (20, 15)),
        ('height="60" viewBox="0 0 40 30"', (80, 60)),
        ('width="100%" height="100%" viewBox="0 0 40 30"', (40, 30)),
        ('width="1in" height="2.54cm"', (96, 96)),
        ("", (300, 150)),
        ('width="-1" height="0"', (300, 150)),
        ('width="1e999" height="9" viewBox="a b c d"', (300, 150)),
    ],
)
def test_the_size_of_an_svg_is_that_which_a_browser_gives_it(
    attributes: str, size: tuple[int, int]
) -> None:
    assert measure(svg("", attributes), "SVG") == size


# What is refused


@pytest.mark.parametrize("name", ACTIVE)
def test_an_svg_that_runs_loads_or_freezes_is_refused(tmp_path: Path, name: str) -> None:
    found = look(tmp_path, "images/a.svg", ACTIVE[name])
    assert set(rules(found)) <= {"TB923", "TB236"}
    assert len(rules(found)) == 1
    assert read_medium(found.media["images/a.svg"]) is None


@pytest.mark.parametrize("name", DRAWN)
def test_an_svg_that_draws_is_taken(tmp_path: Path, name: str) -> None:
    found = look(tmp_path, "images/a.svg", DRAWN[name])
    assert rules(found) == []
    assert read_medium(found.media["images/a.svg"]) == DRAWN[name]


@pytest.mark.parametrize(
    "inside",
    [
        "<g>" * 300_000 + "<use href='#a'/>" * 100 + "</g>" * 300_000,
        "<g id='a'>" * 99 + "<use href='#a'/>" * 100_000 + "</g>" * 99,
        "<use href='#a'/>" * 10_000,
    ],
)
def test_drawings_without_end_are_refused_at_once(tmp_path: Path, inside: str) -> None:
    assert rules(look(tmp_path, "images/a.svg", svg(inside))) == ["TB923"]


def test_shapes_that_use_each_other_in_a_ring_end(tmp_path: Path) -> None:
    ring = svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>')
    assert rules(look(tmp_path, "images/a.svg", ring)) == []


def test_a_long_chain_of_shapes_is_refused_and_not_followed_for_ever(tmp_path: Path) -> None:
    chain = "".join(f'<g id="g{n}"><use href="#g{n - 1}"/></g>' for n in range(1, 5_000))
    assert rules(look(tmp_path, "images/a.svg", svg(chain + '<use href="#g4999"/>'))) == ["TB923"]


@pytest.mark.parametrize(
    "size", [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (30_000, 1), (5_001, 5_000)]
)
def test_a_picture_that_says_it_has_too_many_pixels_is_refused(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    assert rules(look(tmp_path, "images/bomb.png", claim_png(*size))) == ["TB234"]


def test_the_longest_side_is_allowed(tmp_path: Path) -> None:
    assert rules(look(tmp_path, "images/a.png", claim_png(PICTURE_SIDE.most, 1_000))) == []


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (0, 0)])
def test_a_picture_without_pixels_is_none(tmp_path: Path, size: tuple[int, int]) -> None:
    assert rules(look(tmp_path, "images/a.png", claim_png(*size))) == ["TB236"]


@pytest.mark.parametrize(
    ("folder", "limit"), [("images/a.png", PICTURE_BYTES), ("files/a.pdf", FILE_BYTES)]
)
def test_a_file_of_too_many_bytes_is_refused_without_being_read(
    tmp_path: Path, folder: str, limit: object
) -> None:
    write(tmp_path, {folder: draw("PNG")})
    os.truncate(tmp_path / folder, limit.most + 1)  # type: ignore[attr-defined]
    found = list_media(tmp_path, tmp_path)
    assert rules(found) == ["TB234"]
    assert read_medium(found.media[folder]) is None


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        b"<!doctype html><p>Not found",
        b"%PDF-1.4",
        b"MZ",
        b"#!/bin/sh\n",
        b"GIF",
        b"RIFF",
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    assert rules(look(tmp_path, f"images/a{ending}", content)) == ["TB236"]


@pytest.mark.parametrize("ending", PILLOW)
def test_a_picture_of_another_format_is_refused(tmp_path: Path, ending: str) -> None:
    other = ".png" if ending != ".png" else ".gif"
    found = look(tmp_path, f"images/a{ending}", draw(PILLOW[other]))
    assert rules(found) == ["TB236"]
    assert other in found.findings[0].hint


@pytest.mark.parametrize("ending", [*PILLOW, ".svg"])
def test_a_picture_that_is_cut_off_anywhere_is_refused_or_measured(ending: str) -> None:
    """Never an exception: what a browser shows of the rest is another question."""
    whole = svg("<path/>") if ending == ".svg" else draw(PILLOW[ending], 40, 30)
    for end in range(min(len(whole), 400)):
        cut = whole[:end]
        size = measure(cut, FORMATS[ending]) if recognise(cut) else None
        assert size is None or min(size) > 0


@pytest.mark.parametrize("ending", PILLOW)
def test_bytes_that_lie_never_raise_and_never_take_long(ending: str) -> None:
    dice = random.Random(5)  # noqa: S311 - not for secrets
    whole = draw(PILLOW[ending], 40, 30)
    began = time.process_time()
    for _ in range(rounds(300)):
        changed = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            changed[dice.randrange(min(200, len(changed)))] = dice.choice([0, 1, 127, 255])
        size = measure(bytes(changed), FORMATS[ending])
        assert size is None or min(size) > 0
    assert time.process_time() - began < 60  # a loop that never ends, and no measure of speed


def test_boxes_without_end_do_not_hold_the_reader_up() -> None:
    """An AVIF may say that it has thousands of items of thousands of pieces, each of no bytes."""

    def box(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">L", len(content) + 8) + kind + content

    items = struct.pack(">BBHBBH", 0, 0, 0, 0, 0, 65_535)
    items += struct.pack(">HHH", 1, 0, 65_535) * 65_535
    meta = box(b"meta", b"\0\0\0\0" + box(b"iloc", items))
    bomb = box(b"ftyp", b"avif\0\0\0\0avif") + meta
    began = time.process_time()
    assert measure(bomb, "AVIF") is None
    nested = b"".join(struct.pack(">L4sL", 12 * n, b"meta", 0) for n in range(50_000, 0, -1))
    assert measure(box(b"ftyp", b"avif\0\0\0\0avif") + nested, "AVIF") is None
    assert time.process_time() - began < 30


# Names


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("images/a b.png", "TB235"),
        ("images/Ä.png", "TB235"),
        ("images/-a.png", "TB235"),
        ("images/a.PNG", "TB235"),
        ("images/a%2e.png", "TB235"),
        ("images/a?.png", "TB235"),
        ("images/a\\b.png", "TB235"),
        ("images/a\nb.png", "TB235"),
        ('images/a"onerror=x.png', "TB235"),
        (f"images/{'a' * 200}.png", "TB235"),
        ("images/" + "d/" * 9 + "a.png", "TB235"),
        ("images/a.png.exe", "TB237"),
        ("images/a.html", "TB237"),
        ("images/a.js", "TB237"),
        ("images/a", "TB237"),
        ("images/a.pdf", "TB237"),
        ("files/a.html", "TB237"),
        ("files/a.htm", "TB237"),
        ("files/a.xhtml", "TB237"),
        ("files/a.svg", "TB237"),
        ("files/a.xml", "TB237"),
        ("files/a.js", "TB237"),
        ("files/a.mjs", "TB237"),
        ("files/a.css", "TB237"),
        ("files/a.wasm", "TB237"),
        ("files/a.exe", "TB237"),
        ("files/a.pdf.html", "TB237"),
        ("files/a.png", "TB237"),
    ],
)
def test_a_name_that_is_not_safe_is_not_taken(tmp_path: Path, name: str, rule: str) -> None:
    found = look(tmp_path, name, draw("PNG"))
    assert rules(found) == [rule]
    assert found.media == {}


def test_hidden_files_are_passed_by(tmp_path: Path) -> None:
    assert look(tmp_path, "images/.DS_Store", b"x") == MediaListing()
    assert look(tmp_path, "images/.git/a.png", b"x") == MediaListing()


@pytest.mark.parametrize(
    "target", ["../secret.png", "/etc/passwd", "nowhere.png", "../threads", "a.png"]
)
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, {"secret.png": draw("PNG"), "threads/a.png": b"", "images/b.png": draw("PNG")})
    (tmp_path / "images/a.png").symlink_to(target)
    found = list_media(tmp_path, tmp_path)
    assert rules(found) == ["TB005"]
    assert list(found.media) == ["images/b.png"]


def test_a_link_within_the_folder_is_a_file_like_any_other(tmp_path: Path) -> None:
    write(tmp_path, {"images/b.png": draw("PNG")})
    (tmp_path / "images/a.png").symlink_to("b.png")
    found = list_media(tmp_path, tmp_path)
    assert rules(found) == []
    assert read_medium(found.media["images/a.png"]) == draw("PNG")


def test_a_folder_that_is_a_link_is_not_walked(tmp_path: Path) -> None:
    write(tmp_path, {"elsewhere/a.png": draw("PNG"), "content/x": b""})
    (tmp_path / "content/images").symlink_to("../elsewhere")
    assert list_media(tmp_path / "content", tmp_path) == MediaListing()


def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path: Path) -> None:
    write(tmp_path, {"images/b.png": draw("PNG")})
    os.mkfifo(tmp_path / "images/a.png")
    assert rules(list_media(tmp_path, tmp_path)) == ["TB002"]


def test_a_file_that_became_a_link_is_not_read(tmp_path: Path) -> None:
    found = look(tmp_path, "images/a.svg", svg())
    (tmp_path / "secret").write_bytes(ACTIVE["a script"])
    (tmp_path / "images/a.svg").unlink()
    (tmp_path / "images/a.svg").symlink_to("../secret")
    assert read_medium(found.media["images/a.svg"]) is None


# Again


def test_only_what_has_changed_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"images/{number % 7}/p{number}.png" for number in range(1_000)]
    write(tmp_path, dict.fromkeys(names, claim_png(8, 9)))
    write(tmp_path, {"images/bad.png": b"x"})
    first = list_media(tmp_path, tmp_path)
    assert len(first.media) == 1_001
    looked: list[Path] = []
    read = __import__("threadbook.load.media", fromlist=["read_bytes"]).read_bytes

    def count(path: Path, limit: int) -> bytes | None:
        looked.append(path)
        return read(path, limit)  # type: ignore[no-any-return]

    monkeypatch.setattr("threadbook.load.media.read_bytes", count)
    write(tmp_path, {"images/3/p3.png": claim_png(80, 90)})
    second = list_media(tmp_path, tmp_path, first)
    assert [path.name for path in looked] == ["p3.png"]
    assert second.media["images/3/p3.png"].width == 80
    assert second.findings == first.findings


def test_two_names_that_differ_in_capitals_only_are_said(tmp_path: Path) -> None:
    thread = "title: When?\ntopics: [a]\nanswer: '![One](image:a.png) ![Two](image:A.png)'\n"
    site = "boards: [{id: new, title: New}]\ntopics: [{id: a, title: A}]\n"
    files: dict[str, str | bytes] = {"threads/new/x.yml": thread, "site.yml": site}
    files |= {"images/a.png": draw("PNG"), "images/A.png": draw("PNG")}
    content = write(tmp_path / "content", files)
    if len(list((content / "images").iterdir())) == 1:
        pytest.skip("the disk does not tell capitals apart")
    found = gather(Settings(tmp_path, content, content / "pages", jobs=1)).findings
    clashes = [finding for finding in found if finding.rule.id == "TB232"]
    assert [finding.place.file for finding in clashes] == ["content/images/a.png"]
    assert clashes[0].related[0].place.file == "content/images/A.png"


# Addresses


def test_an_address_has_the_hash_of_the_content() -> None:
    assert len(digest(b"a")) == 12
    assert digest(b"a") != digest(b"b")
    address = of_medium("images/sub/approve.button.png", digest(b"a"))
    assert address == f"images/sub/approve.button.{digest(b'a')}.png"
