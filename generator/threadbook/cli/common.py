"""What several commands share: their options, and how they load content."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from threadbook.cache import Cache, cache_file, load_cache, save_cache
from threadbook.configuration import Configuration, read_configuration
from threadbook.configuration.document import SIZE_LIMIT
from threadbook.errors import UserError
from threadbook.gather import Gathered, gather
from threadbook.load.sources import Listing, SourceFile, list_sources, read_lines
from threadbook.progress import Progress, is_coloured
from threadbook.report import as_text
from threadbook.report.text import visible
from threadbook.settings import Settings

CONFIG: Final = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The configuration file of the site.",
)
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
FILES: Final = click.argument("files", nargs=-1, type=click.Path(path_type=Path))


def open_configuration(config_file: Path, *, is_safe: bool = False) -> Configuration:
    """Read the configuration as plain data; raise `UserError` if there is no such file."""
    if config_file.is_dir():
        raise UserError(f"{config_file} is a folder; give the path of the mkdocs.yml in it.")
    if not os.path.lexists(config_file):
        name = visible(click.format_filename(config_file))
        raise UserError(
            f"There is no {name} here; go to its folder, or give its path with --config."
        )
    return read_configuration(config_file, is_safe=is_safe)


def need_configuration(config_file: Path, *, is_safe: bool = False) -> Configuration:
    """Read the configuration, and print what is wrong with it; raise `UserError` for errors."""
    configuration = open_configuration(config_file, is_safe=is_safe)
    if configuration.findings:
        said = as_text(
            configuration.findings,
            lambda name: read_lines(configuration.root / name, SIZE_LIMIT),
            is_coloured=is_coloured(sys.stderr),
        )
        for line in said:
            click.echo(line, err=True, color=True)
    if not configuration.is_good:
        raise UserError(f"{visible(config_file.name)} has errors; nothing was done.")
    return configuration


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
            raise UserError(_say_why_not_content(file))
        named.append(source)
    return tuple(named)


def _say_why_not_content(file: Path) -> str:
    name = visible(click.format_filename(file))
    if file.is_dir():
        return f"{name} is a folder; name files, or leave them out to use all content."
    if not file.exists():
        return f"There is no file {name}."
    return f"{name} is not a content file of this site."
