"""`threadbook doctor`: what is installed, what is missing, and what will not last."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import click

from threadbook import __version__
from threadbook.cli.common import ANY_CONFIG
from threadbook.configuration import Configuration, read_configuration
from threadbook.configuration.words import list_named
from threadbook.day import build_day
from threadbook.doctor import (
    ThisMachine,
    Wishes,
    diagnosis_as_json,
    diagnosis_as_text,
    examine,
)
from threadbook.findings import Severity
from threadbook.load import settings_rules as rules
from threadbook.progress import is_coloured


@click.command()
@ANY_CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The output format.",
)
def doctor(config_file: Path, form: str) -> None:
    """Say what is installed, what this site lacks, and what is near its end of life.

    Nothing in the configuration is run. Exit with 1 if something is missing that the site needs.
    """
    diagnosis = examine(read_wishes(config_file), ThisMachine(), build_day(), __version__)
    if form == "json":
        click.echo(diagnosis_as_json(diagnosis))
    else:
        coloured = is_coloured(sys.stdout)
        for line in diagnosis_as_text(diagnosis, is_coloured=coloured):
            click.echo(line, color=coloured)
    sys.exit(int(not diagnosis.is_good))


def read_wishes(config_file: Path) -> Wishes:
    """Return what a configuration asks for; where it says nothing, or nothing good, the default."""
    name = click.format_filename(config_file)
    if not config_file.is_file():
        fault = "is not a file" if config_file.exists() else "is not here"
        return Wishes(name, fault, "go to the site's folder, or: threadbook init my-help-site")
    read = read_configuration(config_file)
    theme = read.values.get("theme")
    theme = theme.get("name") if isinstance(theme, Mapping) else theme
    plugins = (use for _, use, _ in list_named(read.values.get("plugins"), ()))
    return Wishes(
        name,
        *_find_fault(read),
        engine=read.settings.engine,
        theme=theme if isinstance(theme, str) else "material",
        plugins=tuple(filter(_is_name, plugins)),
        search=read.settings.search,
        meaning=read.settings.meaning,
        language=read.settings.language,
        pdf=read.settings.pdf,
        social_pictures=read.settings.social_pictures,
        has_address=bool(read.settings.site_url),
    )


def _find_fault(read: Configuration) -> tuple[str, str]:
    """Return the first error and a command that shows all; what is not installed is told of below.

    A plugin that is missing is an error of the configuration, too.
    """
    told = (rules.NOT_INSTALLED,)
    for finding in read.findings:
        if finding.severity is Severity.ERROR and finding.rule not in told:
            line = f"line {finding.place.line}: " if finding.place.line else ""
            return f"{line}{finding.message}", "threadbook check"
    return "", ""


def _is_name(use: object) -> bool:
    return isinstance(use, str) and bool(use)
