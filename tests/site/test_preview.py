"""The preview gives what a build writes, whatever editors do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from attack import rounds
from shuffled import Shuffled

from threadbook.build import build
from threadbook.configuration import read_configuration
from threadbook.engines.choice import make_engine
from threadbook.errors import UserError
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.settings import Settings
from threadbook.staging import MARKER

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("build_day")]

Tree = Callable[[Path], dict[str, bytes]]


def plain(settings: Settings) -> Settings:
    return replace(settings, engine="plain", jobs=1)


def build_afresh(
    base: Path, out: Path, files_of: Tree, adjust: Callable[[Settings], Settings]
) -> dict[str, bytes] | None:
    """Build a site as a command does; return its files, or nothing if it cannot be built."""
    configuration = read_configuration(base / "mkdocs.yml")
    if not configuration.is_good:
        return None
    settings = adjust(configuration.settings)
    try:
        build(partial(make_engine, configuration, settings), settings, out, Quiet())
    except UserError:
        return None
    files = files_of(out)
    del files[MARKER]
    return files


def assert_shows(live: Live, expected: dict[str, bytes], gone: set[str]) -> None:
    site = live.state.site
    assert site is not None
    others = [address for address, content in expected.items() if site.read(address) != content]
    assert others == [], "these addresses give something else than a build would write"
    assert [address for address in gone if site.read(address) is not None] == []


def test_every_address_gives_what_a_build_would_write_after_any_edit(
    tmp_path: Path, files_of: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    """After 500 edits; how often that is compared depends on how long the attack shall go on."""
    base = Shuffled(tmp_path / "base", 60, seed=17)
    live = Live(base.folder / "mkdocs.yml", tmp_path, make_engine, plain, Quiet())
    live.refresh()
    expected = build_afresh(base.folder, tmp_path / "site", files_of, plain)
    assert expected is not None
    assert_shows(live, expected, set())
    edits, every = 500, max(1, 500 // rounds(15))
    good = bad = 0
    for number in range(1, edits + 1):
        touched = base.edit()
        live.refresh({str(file) for file in touched})
        if number % every:
            continue
        before = expected
        found = build_afresh(base.folder, tmp_path / "site", files_of, plain)
        if found is None:
            assert live.state.is_behind
            bad += 1
            base.mend()
            live.refresh({str(file) for file in base._touched})
            found = build_afresh(base.folder, tmp_path / "site", files_of, plain)
        assert found is not None, capsys.readouterr().err
        expected = found
        assert not live.state.is_behind
        assert_shows(live, expected, before.keys() - expected.keys())
        good += 1
    assert good > 10
    assert bad > 2
