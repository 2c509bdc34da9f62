"""`threadbook health`: what editors should look at next."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from threadbook import gaps, report
from threadbook.cli.asked import read_gaps
from threadbook.cli.common import CONFIG, gather_content, read_settings
from threadbook.day import build_day
from threadbook.gather import gather
from threadbook.health import assess_health
from threadbook.parallel import stop_collector
from threadbook.progress import Quiet, for_this_terminal, is_coloured
from threadbook.search.vectors import Reader


@click.command("health")
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json", "markdown")),
    default="text",
    show_default=True,
    help="The output format; JSON is always complete, Markdown has only what there is to do.",
)
@click.option(
    "--asked",
    type=click.Path(path_type=Path),
    help="A file of asked questions, as `threadbook gaps` reads it; gaps are listed as well.",
)
@click.option("--all", "show_all", is_flag=True, help="Show every line of every list.")
def show_health(config_file: Path, form: str, asked: Path | None, show_all: bool) -> None:
    """List what needs an answer, a review or a link.

    Files that cannot be loaded are left out; `threadbook check` says why. The exit status is
    always 0.
    """
    stop_collector()
    settings = read_settings(config_file)
    gathered = gather_content(settings, for_this_terminal() if form == "text" else Quiet())
    state = assess_health(gathered.library, build_day())
    if gathered.library.unreadable:
        left_out = ", ".join(sorted(gathered.library.unreadable))
        click.echo(f"Left out because they cannot be loaded: {left_out}.", err=True)
    found = None
    if asked:
        reader = Reader.open(settings, Quiet())
        found = read_gaps(asked, gather(settings), settings, reader)
    if form == "json":
        more = {"asked": gaps.as_values(found, gathered.library)} if found else {}
        click.echo(report.health_as_json(state, gathered.library, more))
    elif form == "markdown":
        for line in report.health_as_markdown(
            state,
            gathered.library,
            None if show_all else report.MOST_SHOWN,
            settings.edit_url,
        ):
            click.echo(line)
    else:
        most = None if show_all else report.MOST_SHOWN
        coloured = is_coloured(sys.stdout)
        for line in report.health_as_text(state, gathered.library, most=most, is_coloured=coloured):
            click.echo(line, color=coloured)
        for line in ("", *gaps.as_text(found, gathered.library, most=most)) if found else ():
            click.echo(line)
