"""`threadbook gaps`: what is asked and not answered."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from threadbook import gaps
from threadbook.cli.common import CONFIG, read_settings
from threadbook.errors import UserError
from threadbook.gather import Gathered, gather
from threadbook.progress import for_this_terminal
from threadbook.report.text import visible
from threadbook.search.vectors import Reader
from threadbook.settings import Settings


@click.command("gaps")
@CONFIG
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="The output format; JSON is always complete.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every line of every list.")
@click.option("--words", "by_words", is_flag=True, help="Compare by words alone, not by meaning.")
def show_gaps(config_file: Path, file: Path, form: str, show_all: bool, by_words: bool) -> None:
    """List what is asked in FILE and not answered on the site, the most asked first.

    FILE is a CSV file with a column `question` (and `count` and `day`, if known), JSON lines with
    the same names, or issues as GitHub exports them. If it is `-`, standard input is read. Drafts
    that would answer are named. E-mail addresses and long numbers are masked. The exit status is 0
    whatever is found.
    """
    settings = read_settings(config_file)
    gathered = gather(settings)
    reader = None if by_words else Reader.open(settings, for_this_terminal())
    found = read_gaps(file, gathered, settings, reader)
    library, most = gathered.library, None if show_all else gaps.MOST_SHOWN
    if form == "json":
        click.echo(json.dumps(gaps.as_values(found, library), ensure_ascii=False, indent=2))
        return
    write = gaps.as_markdown if form == "markdown" else gaps.as_text
    for line in write(found, library, most=most):
        click.echo(line)


def read_gaps(
    file: Path, gathered: Gathered, settings: Settings, reader: Reader | None
) -> gaps.Gaps:
    """Read what was asked and match it; tell what could not be read on standard error.

    Raises `UserError` if there is no question in the file.
    """
    name = "standard input" if str(file) == "-" else visible(click.format_filename(file))
    with _opened(file, name) as content:
        collected = gaps.collect(gaps.read_asked(content))
    if not collected.questions:
        faults = [fault.say(name) for fault in collected.faults[:1]]
        raise UserError(faults[0] if faults else f"There is no question in {name}.")
    for fault in collected.faults:
        click.echo(visible(fault.say(name)), err=True)
    if collected.more_faults:
        click.echo(f"… and {collected.more_faults:,} more lines that cannot be read.", err=True)
    if collected.more_questions:
        said = f"Only {gaps.MOST_QUESTIONS:,} different questions are counted"
        click.echo(f"{said}; {collected.more_questions:,} others were left out.", err=True)
    return gaps.find_gaps(collected, gathered.library, gathered.sealed, settings, reader)


@contextmanager
def _opened(file: Path, name: str) -> Iterator[BinaryIO]:
    if str(file) == "-":
        yield sys.stdin.buffer
        return
    try:
        with file.open("rb") as content:
            yield content
    except OSError as error:
        raise UserError(f"{name} cannot be read: {error.strerror}.") from error
