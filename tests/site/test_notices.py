"""Whose work a site holds: each piece of it has its notice, in the site and in the package."""

from __future__ import annotations

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest

from threadbook.addresses import LICENCES
from threadbook.theme_files import read_notices, theme_folder

PACKAGE = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
LICENCE_WORDS = {
    "0BSD": "BSD Zero Clause License",
    "Apache 2.0": "Apache License",
    "BSD 3-Clause": "BSD 3-Clause License",
    "GNU General Public License 3": "GNU GENERAL PUBLIC LICENSE",
    "GNU Lesser General Public License 3": "GNU LESSER GENERAL PUBLIC LICENSE",
    "MIT": "The MIT License",
    "SIL Open Font License 1.1": "SIL OPEN FONT LICENSE",
    "Mozilla Public License 1.1": "MOZILLA PUBLIC LICENSE",
    "W3C Software and Document": "W3C Software and Document Notice and License",
}


@pytest.fixture(scope="module")
def notices() -> str:
    return (theme_folder() / "licences" / "NOTICES.txt").read_text("utf-8")


def has_notice(name: str, notices: str) -> bool:
    return re.search(rf"^{re.escape(name)}(?![\w.-])", notices, re.MULTILINE) is not None


def test_a_name_that_is_only_mentioned_has_no_notice(notices: str) -> None:
    assert has_notice("rxjs", notices)
    assert not has_notice("Where", notices.replace("  Where", ""))
    assert not has_notice("Netflix", notices)
    assert not has_notice("rx", notices)


def test_the_site_publishes_them(example_site: Path) -> None:
    published = (example_site / LICENCES).read_text("utf-8")
    assert published == read_notices()
    for words in LICENCE_WORDS.values():
        assert words in published


def test_all_that_the_theme_bundles_has_a_notice(example_site: Path, notices: str) -> None:
    """The source maps beside the theme's scripts and styles say what is in them."""
    maps = list((example_site / "assets").rglob("*.map"))
    assert len(maps) >= 4
    sources = [each for file in maps for each in json.loads(file.read_text("utf-8"))["sources"]]
    packages = {found[1] for each in sources if (found := PACKAGE.search(each))}
    assert len(packages) >= 5
    for name in packages:
        assert has_notice(name, notices), name


def test_every_script_and_font_of_the_site_is_accounted_for(
    example_site: Path, notices: str
) -> None:
    known = (
        r"assets/threadbook/(?!vendor/)",  # ours
        r"(?:offline|old-addresses)\.js",  # ours, at the root
        r"assets/threadbook/vendor/snowball/",
        r"assets/javascripts/bundle\.[0-9a-f]+\.min\.js",
        r"assets/javascripts/workers/search\.[0-9a-f]+\.min\.js",
        r"assets/javascripts/lunr/min/lunr\.[a-z.]+\.min\.js",
        r"assets/javascripts/lunr/(?:tinyseg|wordcut)\.js",
    )
    ends = {".js", ".mjs", ".wasm", ".woff", ".woff2", ".ttf", ".otf"}
    found = [
        file.relative_to(example_site).as_posix()
        for file in example_site.rglob("*")
        if file.suffix in ends
    ]
    assert len(found) > 20
    for file in found:
        assert any(re.match(pattern, file) for pattern in known), f"{file} needs a notice"
    for words in ("lunr/min/", "lunr/tinyseg.js", "lunr/wordcut.js", "vendor/snowball/"):
        assert words in notices


def test_every_folder_of_others_in_our_theme_has_a_notice(notices: str) -> None:
    vendor = list((theme_folder() / "assets" / "vendor").iterdir())
    assert vendor
    for folder in vendor:
        assert f"assets/threadbook/vendor/{folder.name}/" in notices
        words = (folder / "LICENSE.txt").read_text("utf-8")
        copyrights = [line for line in words.splitlines() if line.startswith("Copyright")]
        assert copyrights
        for line in copyrights:
            assert line in notices


def test_every_set_of_icons_has_a_notice(notices: str) -> None:
    found = importlib.util.find_spec("material")
    assert found
    assert found.origin
    icons = Path(found.origin).parent / "templates" / ".icons"
    sets = [each.name for each in icons.iterdir() if each.is_dir()]
    assert len(sets) >= 4
    for name in sets:
        assert has_notice(f"{name}:", notices), name


def test_every_notice_names_its_licence(notices: str) -> None:
    said = re.findall(r"^  Licence: (.+)", notices, re.MULTILINE)
    assert len(said) > 15
    for words in said:
        elsewhere = words.startswith(("CC BY 4.0, https://", "CC0 1.0, https://"))
        assert elsewhere or any(words.startswith(each) for each in LICENCE_WORDS), words


def test_the_package_holds_them(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text("utf-8"))
    assert "theme/licences/*.txt" in project["project"]["license-files"]
    assert "theme" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
