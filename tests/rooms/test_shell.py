"""Shells: split once, filled many times; and pages written only below the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from threadbook.outputs import write_sitemaps
from threadbook.weave import OutsideSiteError, Shell, ShellError, Slot, squeeze, write_file

TITLE, HEAD, CONTENT = Slot.TITLE.marker, Slot.HEAD.marker, Slot.CONTENT.marker
TEXTS = ("T", "D", "<meta>", f"<p>{TITLE}</p>", "https://e.org/t/")  # in the order of `Slot`
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


SQUEEZED = {
    "a  \n\n\t <b> c</b> \r\n d": "a\n<b> c</b>\nd",
    "  a <i> b </i>  c  ": "  a <i> b </i>  c  ",
    "\n\n <p>\n</p>\n\n": "\n<p>\n</p>\n",
    "<pre>\n\n a\n</pre>\n\n<textarea> \n\n</textarea>": "<pre>\n\n a\n</pre>\n<textarea> \n\n</textarea>",
    "<script>\n\n '</title>' \n\n</script>\n\n<STYLE>\n\n</STYLE >": (
        "<script>\n\n '</title>' \n\n</script>\n<STYLE>\n\n</STYLE >"
    ),
    "<!-- a\n\n b -->\n\n<!-- ' -->\n\n": "<!-- a\n\n b -->\n<!-- ' -->\n",
    "<a title=\"x >\n\n y\"\n\n  class='\n\n'>\n\n</a>": (
        "<a title=\"x >\n\n y\"\n\n  class='\n\n'>\n</a>"
    ),
    "<a title='\"'\n\n>\n\n it's \"\n\n<b>": "<a title='\"'\n\n>\nit's \"\n<b>",
    "1 < 2\n\n<p title='>'>\n\n": "1 < 2\n<p title='>'>\n",
    "<prefix>\n\n</prefix>": "<prefix>\n</prefix>",
}


@pytest.mark.parametrize("html", SQUEEZED)
def test_a_shell_loses_its_blank_lines_and_indentation_alone(html: str) -> None:
    assert squeeze(html) == SQUEEZED[html] == squeeze(SQUEEZED[html])
    shell = Shell.split(f"{HEAD}{html}{CONTENT}", name="s")
    assert shell.fill(("", "", "", "", "")).decode() == SQUEEZED[html]


def test_white_space_of_a_pages_own_text_stays() -> None:
    shell = Shell.split(f"<div>\n\n{HEAD}\n\n{CONTENT}\n\n</div>", name="s")
    filled = shell.fill(("", "", "a\n\n b", "<pre>\n\n</pre>\n\n", ""))
    assert filled == b"<div>\na\n\n b\n<pre>\n\n</pre>\n\n\n</div>"
