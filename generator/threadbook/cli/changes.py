"""`threadbook changed`: which pages a branch changes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from threadbook import addresses
from threadbook.cli.common import CONFIG, open_configuration
from threadbook.cli.github import diff_names
from threadbook.gather import gather
from threadbook.report.text import visible
from threadbook.settings import Settings

_SAID: Final = {"A": "new", "M": "changed", "D": "removed"}


@click.command()
@click.option(
    "--against",
    required=True,
    metavar="REF",
    help="The git reference to compare with, such as origin/main.",
)
@CONFIG
def changed(against: str, config_file: Path) -> None:
    """List the pages that a branch changes: what happens to each, its address and its title.

    A page is listed for its own file. What follows from that elsewhere, such as in lists, is not.
    """
    configuration = open_configuration(config_file, is_safe=True)
    settings = configuration.settings
    files = diff_names(settings.root, against)
    # A stranger's configuration may name any folder of the machine; then no title is known.
    titles = _read_titles(settings) if configuration.is_good else {}
    lines = sorted(_describe(files, settings, titles))
    for line in lines or ["No page changes."]:
        click.echo(visible(line))


def _read_titles(settings: Settings) -> dict[str, str]:
    """Return the titles of threads and paths by the addresses of their pages."""
    library = gather(settings, keep=False).library
    threads = {addresses.of_thread(id_): each.title for id_, each in library.threads.items()}
    return threads | {addresses.of_path(id_): each.title for id_, each in library.paths.items()}


def _describe(
    files: Mapping[str, str], settings: Settings, titles: Mapping[str, str]
) -> Iterator[str]:
    content, pages = (
        Path(os.path.relpath(folder, settings.root)).as_posix()
        for folder in (settings.content, settings.pages)
    )
    for file, state in files.items():
        said, path = f"{_SAID.get(state, 'changed'):<8}", Path(file)
        url = ""
        if file.startswith(f"{content}/threads/"):
            url = addresses.of_thread(path.stem)
        elif file.startswith(f"{content}/paths/"):
            url = addresses.of_path(path.stem)
        elif file.startswith(f"{pages}/") and path.suffix == ".md":
            url = addresses.of_prose(file.removeprefix(f"{pages}/"))
        if url:
            yield f"{said} /{settings.prefix}{url}  {titles.get(url, '')}".rstrip()
        elif file.startswith(f"{content}/") or path.name == "mkdocs.yml":
            yield f"{said} {file} (many pages)"
