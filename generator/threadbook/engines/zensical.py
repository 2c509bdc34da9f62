"""The Zensical adapter: stubs in, shells out.

Zensical has no hooks, so it gets a project of its own: our stubs as its pages, our templates as its
theme, and a configuration made from the site's. It is written inside the folder where the site is
built, so nothing of the user's is touched, and whatever removes that folder removes it as well.
"""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from threadbook.addresses import ASSETS, LOST, SITEMAP
from threadbook.build import Rendered
from threadbook.engines.stubs import (
    STYLE,
    file_of,
    is_shell,
    list_assets,
    name_navigation,
    remove_invalid,
    say_to_templates,
    write_stub,
)
from threadbook.engines.templates import BASE, THEIRS, own_folders
from threadbook.errors import UserError
from threadbook.pages import Entry
from threadbook.settings import Settings
from threadbook.translations import interface

LIMIT: Final = 300
"""How long Zensical may take, in seconds. It needs less than one for a hundred shells."""

_PASSED_ON: Final = (
    "site_name site_description site_author site_url copyright repo_url repo_name"
).split()
"""What of the site's configuration Zensical gets as it is. It gets no plugins and no hooks."""

_NOT_KEPT: Final = {SITEMAP, "search.json"}
"""What we make ourselves, or have no use for."""


class Zensical:
    """The engine for a site's plain configuration, the content of its `mkdocs.yml`."""

    def __init__(self, plain: Mapping[str, Any], settings: Settings) -> None:
        if find_spec("zensical") is None:
            raise UserError(
                "Zensical is not installed; install it with: pip install 'threadbook[zensical]'"
            )
        self.plain = plain
        self.settings = settings

    def render(self, entries: Sequence[Entry], site: Path) -> Rendered:
        """Render a shell for each entry and for missing addresses, and keep the theme's assets."""
        with TemporaryDirectory(prefix=".zensical-", dir=site) as folder:
            project = Path(folder)
            self._write_project(project, entries)
            _run(project)
            rendered = project / "site"
            shells = {
                entry.url: _take_shell(rendered, entry) for entry in entries if not entry.link
            }
            shells |= _take_lost(rendered / LOST)
            _keep_rest(rendered, site)
        return Rendered(shells, ())

    def _write_project(self, project: Path, entries: Sequence[Entry]) -> None:
        for entry in (entry for entry in entries if not entry.link):
            _write(project / "docs" / file_of(entry.url), write_stub(entry).encode())
        for address, asset in list_assets(interface(self.settings.language)):
            content = asset.read_bytes() if isinstance(asset, Path) else asset.encode()
            _write(project / "docs" / address, content)
        self._write_templates(project / "theme")
        configuration = configure(self.plain, self.settings, entries)
        _write(
            project / "mkdocs.yml", json.dumps(configuration, default=_say, skipkeys=True).encode()
        )

    def _write_templates(self, folder: Path) -> None:
        """Join the templates in one folder: those of the site win."""
        own = theme_of(self.plain).get("custom_dir")
        places = [*own_folders()]
        if own:
            places.append(self.settings.root / str(own))
        _write(folder / THEIRS, _find_base().read_bytes())
        for place in places:
            try:
                shutil.copytree(place, folder, dirs_exist_ok=True)
            except (OSError, shutil.Error) as error:
                raise UserError(f"The templates in {place} cannot be read: {error}") from error


def _find_base() -> Path:
    """Return Zensical's own base.html."""
    found = find_spec("zensical")
    folders = (found.submodule_search_locations if found else None) or ()
    for folder in folders:
        if (file := Path(folder) / "templates" / BASE).is_file():
            return file
    raise UserError("This version of Zensical has no base.html where Threadbook looks for it.")


def theme_of(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Return the theme's options; `theme` may also be just its name."""
    theme = plain.get("theme") or {}
    return dict(theme) if isinstance(theme, Mapping) else {"name": str(theme)}


def configure(
    plain: Mapping[str, Any], settings: Settings, entries: Sequence[Entry]
) -> dict[str, Any]:
    """Return Zensical's configuration. It is written as JSON, which YAML includes."""
    # `classic` looks like Material, which our style sheet is made for; a site may ask for `modern`.
    theme = {"variant": "classic"} | theme_of(plain) | {"custom_dir": "theme"}
    return {name: plain[name] for name in _PASSED_ON if plain.get(name) is not None} | {
        "site_name": settings.site_name,
        "theme": theme,
        "docs_dir": "docs",
        "site_dir": "site",
        "nav": name_navigation(entries),
        "extra": {**(plain.get("extra") or {}), **say_to_templates(settings)},
        "extra_css": [f"{ASSETS}{STYLE}", *(plain.get("extra_css") or ())],
        "extra_javascript": [
            *(plain.get("extra_javascript") or ()),
            {"path": f"{ASSETS}threadbook.js", "type": "module"},
        ],
        "markdown_extensions": [],
        "plugins": [{"search": {"enabled": False}}],
    }


def _say(value: object) -> str | None:
    """Return what JSON has no value for: a date as text, and nothing for what a tag computes."""
    return value.isoformat() if isinstance(value, datetime.date) else None


def _run(project: Path) -> None:
    """Run Zensical; raise `UserError` with its last words if it fails or takes too long."""
    run = [sys.executable, "-P", "-m", "threadbook.engines.zensical_run"]
    with subprocess.Popen(  # noqa: S603 - our own module
        [*run, str(project / "mkdocs.yml")],
        cwd=project,
        stdin=subprocess.PIPE,  # closes when we end, and ends the process
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    ) as process:
        try:
            said = _read(process)
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        words = " ".join(said.split())[-500:]
        raise UserError(f"Zensical stopped with status {process.returncode}: {words}")


def _read(process: subprocess.Popen[str]) -> str:
    """Return what a process says until it ends. The pipe to it stays open meanwhile."""
    pipe, process.stdin = process.stdin, None  # `communicate` would close it at once
    try:
        return process.communicate(timeout=LIMIT)[0]
    except subprocess.TimeoutExpired as error:
        raise UserError(f"Zensical had not finished after {LIMIT} seconds.") from error
    finally:
        if pipe:
            pipe.close()


def _take_shell(rendered: Path, entry: Entry) -> str:
    file = rendered / entry.url / "index.html"
    try:
        shell = file.read_text("utf-8")
    except OSError as error:
        raise UserError(f"Zensical made no page for {entry.url or 'home'}.") from error
    file.unlink()
    return remove_invalid(shell)


def _take_lost(file: Path) -> dict[str, str]:
    """Return the shell of the page of missing addresses, unless the site has a page of its own."""
    page = remove_invalid(file.read_text("utf-8")) if file.is_file() else ""
    if not is_shell(page):
        return {}
    file.unlink()
    return {LOST: page}


def _keep_rest(rendered: Path, site: Path) -> None:
    """Move assets, and a 404 page of the site's own, to the site."""
    for file in rendered.rglob("*"):
        name = file.relative_to(rendered).as_posix()
        if not file.is_file() or name in _NOT_KEPT:
            continue
        if file.suffix == ".html":
            file.write_text(remove_invalid(file.read_text("utf-8")), "utf-8")
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        file.replace(site / name)


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
