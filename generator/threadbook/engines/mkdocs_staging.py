"""Where MkDocs builds: beside the site, if that may be replaced as a whole, or in its place."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.exceptions import PluginError
from mkdocs.utils import CountHandler

from threadbook.addresses import API_CATALOG, SKILLS, WELL_KNOWN, of_skill
from threadbook.errors import UserError
from threadbook.outputs.discovery import SKILL
from threadbook.settings import Settings
from threadbook.staging import MARKER, Ground, Staging, UnmovableError

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

log = logging.getLogger("mkdocs.plugins.threadbook")


def begin_staging(site: Path, settings: Settings) -> Staging | None:
    """Make a folder to build in, if the site may be replaced as a whole.

    Otherwise MkDocs builds in the place, as it does without us: it clears the folder first, and
    keeps hidden files.
    """
    try:
        ground = Ground.at(site, settings.root, settings.content, settings.pages)
        ground.judge()
        hidden = {each.name for each in ground.site.glob(".*") if not _is_ours(each)}
        if any(not (ground.pages / name).exists() for name in hidden):
            log.info("%s holds hidden files, which stay; the site is built in place.", site)
            return None
    except UserError as error:
        log.info("The site is built in place. %s", error)
        return None
    try:
        return Staging.begin(ground)
    except UnmovableError as error:
        log.info("The site is built in place. %s", error)
        return None
    except UserError as error:
        raise PluginError(str(error)) from error


def _is_ours(place: Path) -> bool:
    """Tell whether a hidden file or folder of a site holds only what a build writes there."""
    if place.name != WELL_KNOWN.rstrip("/") or place.is_symlink():
        return place.name == MARKER
    files = [each for each in place.rglob("*") if each.is_symlink() or not each.is_dir()]
    known = {API_CATALOG, SKILLS, of_skill(SKILL)}
    return {each.relative_to(place.parent).as_posix() for each in files} <= known


def will_abort(config: MkDocsConfig) -> bool:
    """Tell whether MkDocs will fail in the end, because it is strict and there were warnings."""
    return bool(config.strict) and any(each.get_counts() for each in _counters())


def forget_strictness() -> None:
    """Let MkDocs end this build well in spite of warnings: it has begun to count them by now."""
    for each in _counters():
        logging.getLogger("mkdocs").removeHandler(each)


def _counters() -> list[CountHandler]:
    return [each for each in logging.getLogger("mkdocs").handlers if isinstance(each, CountHandler)]
