"""A woven page is what the engine itself makes of the same stub with its slots filled in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files, InclusionLevel
from threadbook.build import site as building
from threadbook.engines.mkdocs import ThreadbookPlugin
from threadbook.engines.stubs import file_of, stub
from threadbook.render import Shared, fragment
from threadbook.weave import Slot


def led(html: str, url: str) -> str:
    """Resolve the relative links of a page."""

    def resolved(match: re.Match[str]) -> str:
        return f'{match[1]}="{urljoin("https://site/" + url, match[2])}"'

    return re.sub(r'\b(href|src)="([^"]*)"', resolved, html)


def configured(repository: Path, out: Path) -> tuple[Any, ThreadbookPlugin]:
    config = load_config(config_file=str(repository / "mkdocs.yml"), site_dir=str(out))
    plugin = config.plugins["threadbook"]
    assert isinstance(plugin, ThreadbookPlugin)
    return config, plugin


def test_every_page_equals_the_engines_own(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compares all pages, so every kind, byte for byte; with two exceptions.

    A duplicate names another page as canonical, which no engine knows of. And the later pages of
    a list (`latest/page-2/`) share a shell with pages of other folders, whose links to their own
    parent are longer (`../../latest/` for `../`): there, links are compared by where they lead.
    """
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795392000")
    config, plugin = configured(repository, tmp_path / "woven")
    build(config)
    plan, chosen = plugin.plan, plugin.settings
    shared = Shared(chosen.site_name, chosen.site_description, building.build_day())
    entries = {entry.url: entry for entry in plan.entries}

    config, plugin = configured(repository, tmp_path / "engine")

    def on_files(files: Files, *, config: Any) -> Files:
        for page in plan.pages:
            texts = building.slot_texts(page, fragment(page, shared), chosen.site_url)
            entry = entries[page.shell]
            inclusion = InclusionLevel.INCLUDED if entry.title else InclusionLevel.NOT_IN_NAV
            files.append(
                File.generated(
                    config, file_of(page.url), content=stub(entry, texts), inclusion=inclusion
                )
            )
        return files

    config.plugins.events["files"] = [on_files]
    config.plugins.events["post_page"] = []
    config.plugins.events["post_build"] = []
    build(config)

    kinds = set()
    for page in plan.pages:
        woven = (tmp_path / "woven" / page.url / "index.html").read_text("utf-8")
        own = (tmp_path / "engine" / page.url / "index.html").read_text("utf-8")
        if page.canonical != page.url:
            own = own.replace(
                f'<link rel="canonical" href="{chosen.site_url}{page.url}">',
                f'<link rel="canonical" href="{chosen.site_url}{page.canonical}">',
            )
        if "/page-" in page.url:
            woven, own = (led(text, page.url) for text in (woven, own))
        assert woven == own, page.url
        kinds.add(type(page.context).__name__)
    assert kinds == {
        "HomeContext", "BoardsContext", "TopicsContext", "PathsContext", "ListContext",
        "TopicContext", "PathContext", "Surroundings",
    }
    assert not any(slot.marker in woven for slot in Slot)
