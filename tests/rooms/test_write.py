"""Writing files: never outside the site's folder, whatever an address or a link says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from threadbook.errors import UserError
from threadbook.weave import OutsideSiteError, refuse_links, write_file

ADDRESSES = ["/etc/x", "../x", "a/../../x", "..", "a\\b", "a/..\\x", "//x"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_outside_is_refused(tmp_path: Path, address: str) -> None:
    (tmp_path / "site").mkdir()
    with pytest.raises(OutsideSiteError):
        write_file(str(tmp_path / "site"), address, b"x")
    assert list(tmp_path.rglob("*")) == [tmp_path / "site"]


@pytest.mark.skipif(not hasattr(os, "O_NOFOLLOW"), reason="the system follows every link")
@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_written_through_a_link_to_a_file(tmp_path: Path, there: bool) -> None:
    outside, site = tmp_path / "outside", tmp_path / "site"
    site.mkdir()
    if there:
        outside.write_bytes(b"mine")
    (site / "index.html").symlink_to(outside)
    with pytest.raises(OSError, match="symbolic link"):
        write_file(str(site), "index.html", b"x")
    assert outside.exists() == there
    assert not there or outside.read_bytes() == b"mine"


@pytest.mark.parametrize("place", ["threads", "a/b/c", "index.html", ".hidden"])
@pytest.mark.parametrize("target", ["outside", "nowhere", "site"])
def test_links_that_are_in_a_site_are_found_wherever_they_lead(
    tmp_path: Path, place: str, target: str
) -> None:
    site = tmp_path / "site"
    (tmp_path / "outside").mkdir()
    write_file(str(site), "threads-too/index.html", b"x")
    refuse_links(site)
    (site / place).parent.mkdir(parents=True, exist_ok=True)
    (site / place).symlink_to(tmp_path / target)
    with pytest.raises(UserError, match=f"a symbolic link, {place}"):
        refuse_links(site)
