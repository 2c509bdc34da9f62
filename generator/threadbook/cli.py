"""The command `threadbook`: parse arguments, call, print."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from threadbook import __version__
from threadbook.errors import UserError
from threadbook.parallel import stop_collector
from threadbook.progress import for_this_terminal
from threadbook.starter import plant

CONFIG = click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    default=Path("mkdocs.yml"),
    show_default=True,
    help="The site's configuration.",
)
JOBS = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="How many processes work; one for each processor if not given.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="threadbook")
def cli() -> None:
    """Turn question-and-answer threads kept as YAML into a help site."""


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Start a new knowledge base in DIRECTORY: it builds at once."""
    for file in plant(directory):
        click.echo(f"  {file}")
    click.echo(f"\nNow look at it:\n  cd {click.format_filename(directory)}\n  threadbook serve")


@cli.command()
@CONFIG
@JOBS
def check(config_file: Path, jobs: int | None) -> None:
    """Check the content; exit with 1 if it has errors."""
    from threadbook.engines import mkdocs  # noqa: PLC0415 - `init` need not wait for it

    stop_collector()
    is_good = mkdocs.check_site(config_file, jobs or 0, for_this_terminal())
    _end_at_once(0 if is_good else 1)


@cli.command()
@CONFIG
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where the site goes; `site_dir` of the configuration if not given.",
)
@JOBS
def build(config_file: Path, out: Path | None, jobs: int | None) -> None:
    """Check the content and build the site; a failed build leaves the last one as it was."""
    from threadbook.engines import mkdocs  # noqa: PLC0415

    stop_collector()
    site = mkdocs.build_site(config_file, out, jobs or 0, for_this_terminal())
    click.echo(f"The site is in {click.format_filename(site)}.", err=True)
    _end_at_once(0)


@cli.command()
@CONFIG
@click.option(
    "--address", metavar="HOST:PORT", help="Where to listen; 127.0.0.1:8000 if not given."
)
def serve(config_file: Path, address: str | None) -> None:
    """Preview the site, and build it anew whenever a file changes."""
    from threadbook.engines import mkdocs  # noqa: PLC0415

    mkdocs.serve_site(config_file, address)


def _end_at_once(status: int) -> NoReturn:
    """End the process without freeing what it holds piece by piece: a tenth of a build's time."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def main(arguments: list[str] | None = None) -> Any:
    """Run the command; what a user can cause ends in two lines and status 1, not a traceback."""
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        return cli(arguments)
    except UserError as error:
        click.echo(f"threadbook: {error}", err=True)
        sys.exit(1)
