"""Shells: split once, filled many times; and pages written only below the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadbook.outputs import write_sitemaps
from threadbook.weave import OutsideSiteError, Shell, ShellError, Slot, write_file

TITLE, HEAD, CONTENT = Slot.TITLE.marker, Slot.HEAD.marker, Slot.CONTENT.marker
TEXTS = {
    Slot.TITLE: "T",
    Slot.DESCRIPTION: "D",
    Slot.HEAD: "<meta>",
    Slot.CONTENT: f"<p>{TITLE}</p>",
    Slot.CANONICAL: "https://e.org/t/",
}
PAGE = (
    f'<title>{TITLE}</title><link rel="canonical" href="https://e.org/s/">{HEAD}'
    f"<b>{TITLE}</b>{CONTENT}"
)


def test_every_slot_is_filled_and_what_pages_say_is_never_taken_for_a_slot() -> None:
    shell = Shell.split(PAGE, name="s", canonical="https://e.org/s/")
    assert shell.fill(TEXTS).decode() == (
        '<title>T</title><link rel="canonical" href="https://e.org/t/"><meta>'
        f"<b>T</b><p>{TITLE}</p>"
    )


@pytest.mark.parametrize("broken", [PAGE.replace(CONTENT, ""), PAGE + HEAD])
def test_a_slot_that_is_missing_or_doubled_is_an_error_that_names_the_shell(broken: str) -> None:
    with pytest.raises(ShellError, match=r"page home has the slot .* (0|2) times"):
        Shell.split(broken, name="home")


@pytest.mark.parametrize("folder", ["../x/", "/etc/", "a/../../b/", "a\\b/"])
def test_no_page_is_written_outside_the_site(tmp_path: Path, folder: str) -> None:
    with pytest.raises(OutsideSiteError):
        write_file(str(tmp_path / "site"), f"{folder}index.html", b"x")


def test_pages_are_written_into_new_and_old_folders(tmp_path: Path) -> None:
    for content in (b"1", b"22"):
        write_file(str(tmp_path), "a/b/c/index.html", content)
    write_file(str(tmp_path), "index.html", b"home")
    assert (tmp_path / "a/b/c/index.html").read_bytes() == b"22"
    assert (tmp_path / "index.html").read_bytes() == b"home"


def test_a_sitemap_is_split_at_its_limit() -> None:
    entries = [(f"threads/t{n}/", None) for n in range(100_001)]
    files = dict(write_sitemaps("https://e.org/", entries))
    assert sorted(files) == ["sitemap-1.xml", "sitemap-2.xml", "sitemap-3.xml", "sitemap.xml"]
    assert files["sitemap-1.xml"].count(b"<loc>") == 50_000
    assert files["sitemap.xml"].count(b"<sitemap>") == 3
