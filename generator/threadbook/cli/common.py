"""What several commands share: their options, and how they load content."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import click

from threadbook.cache import Cache, cache_file, load_cache, save_cache
from threadbook.configuration import Configuration, read_configuration
from threadbook.configuration.document import SIZE_LIMIT
from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.findings import Finding
from threadbook.gather import Gathered, gather
from threadbook.load.sources import Listing, SourceFile, list_sources, read_lines
from threadbook.progress import Progress, is_coloured
from threadbook.report import as_text
from threadbook.report.text import visible
from threadbook.settings import Settings


def find_configuration(folder: Path) -> Path | None:
    """Return the nearest configuration in a folder or above it, but none above a repository.

    A folder above it that anybody may write to, as for temporary files, is passed over: what is in
    `mkdocs.yml` can run commands.
    """
    for place in (folder, *folder.parents):
        file = place / NAME
        is_ours = place == folder or not place.stat().st_mode & stat.S_IWOTH
        if is_ours and os.path.lexists(file):
            return Path(os.path.relpath(file, folder))
        if (place / ".git").exists() or place == Path.home():
            return None
    return None


def _choose_configuration(_: click.Context, __: click.Parameter, given: Path | None) -> Path:
    if given is not None:
        if not os.path.lexists(given):
            raise UsageError(f"There is no file {visible(click.format_filename(given))}.")
        return given
    found = find_configuration(Path.cwd())
    if found is None:
        raise UserError(
            f"There is no {NAME} here or above; go to a project, or give its path with --config."
        )
    return found


def _choose_any(_: click.Context, __: click.Parameter, given: Path | None) -> Path:
    return given or find_configuration(Path.cwd()) or Path(NAME)


NAME: Final = "mkdocs.yml"
_config: Final = partial(
    click.option,
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="The configuration file of the site; by default mkdocs.yml here or in a folder above.",
)
CONFIG: Final = _config(callback=_choose_configuration)
ANY_CONFIG: Final = _config(callback=_choose_any)
"""The same for a command that can do without the file."""

JOBS: Final = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="The number of processes; by default one for each processor.",
)
SAFE: Final = click.option(
    "--safe",
    "is_safe",
    is_flag=True,
    help="Refuse whatever in the configuration could run code, for changes by strangers.",
)
DRAFTS: Final = click.option(
    "--drafts",
    is_flag=True,
    help="Show drafts, too, marked as such and kept from search engines.",
)
FILES: Final = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


def open_configuration(config_file: Path, *, is_safe: bool = False) -> Configuration:
    """Read the configuration as plain data; raise `UserError` if there is no such file."""
    if config_file.is_dir():
        raise UsageError(f"{config_file} is a folder; give the path of the mkdocs.yml in it.")
    return read_configuration(config_file, is_safe=is_safe)


def need_configuration(config_file: Path, *, is_safe: bool = False) -> Configuration:
    """Read the configuration, and print what is wrong with it; raise `UserError` for errors."""
    configuration = open_configuration(config_file, is_safe=is_safe)
    print_findings(configuration, configuration.findings)
    if not configuration.is_good:
        raise FindingsError(f"{visible(config_file.name)} has errors; nothing was done.")
    return configuration


def print_findings(configuration: Configuration, findings: Sequence[Finding]) -> None:
    """Print findings in a configuration, with the lines that they are about."""
    said = as_text(
        findings,
        lambda name: read_lines(configuration.root / name, SIZE_LIMIT),
        is_coloured=is_coloured(sys.stderr),
    )
    for line in said:
        click.echo(line, err=True, color=True)


def read_settings(config_file: Path, jobs: int | None = None) -> Settings:
    """Read the settings, without running anything that the configuration names."""
    settings = need_configuration(config_file).settings
    return replace(settings, jobs=jobs or settings.jobs)


def list_content(settings: Settings) -> Listing:
    """List the content files."""
    return list_sources(settings.content, settings.root)


def gather_content(settings: Settings, shown: Progress, *, use_cache: bool = True) -> Gathered:
    """Load and check all content; results for unchanged files come from the cache."""
    file = cache_file(settings)
    cache = load_cache(file) if use_cache else Cache()
    before = cache.made_for, set(cache.threads)
    try:
        gathered = gather(settings, cache, shown, keep=False)
    except Exception:
        if not cache.threads:
            raise
        cache = Cache()  # a cache may be damaged in any way, and everything in it can be made again
        gathered = gather(settings, cache, shown, keep=False)
    if use_cache and (cache.made_for, set(cache.threads)) != before:
        save_cache(cache, file)
    return gathered


def choose_sources(
    sources: tuple[SourceFile, ...], files: tuple[Path, ...]
) -> tuple[SourceFile, ...]:
    """Return those of `sources` that the user named, or all of them if no file was named."""
    if not files:
        return sources
    by_path = {Path(source.path).resolve(): source for source in sources}
    named = []
    for file in files:
        source = by_path.get(file.resolve())
        if source is None:
            raise UsageError(_say_why_not_content(file))
        named.append(source)
    return tuple(named)


def _say_why_not_content(file: Path) -> str:
    name = visible(click.format_filename(file))
    if file.is_dir():
        return f"{name} is a folder; name files, or leave them out to use all content."
    if not file.exists():
        return f"There is no file {name}."
    return f"{name} is not a content file of this site."
