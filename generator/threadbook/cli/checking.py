"""`threadbook check` and `threadbook rules`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

import click

from threadbook import __version__, report
from threadbook.addresses import of_path
from threadbook.check import RULES, change_severities
from threadbook.cli.common import (
    CONFIG,
    FILES,
    JOBS,
    SAFE,
    choose_sources,
    gather_content,
    list_content,
    open_configuration,
)
from threadbook.cli.github import below_repository, changed_files, write_step_summary
from threadbook.errors import UsageError
from threadbook.findings import Finding, Place, Related, Severity, did_you_mean, sort_findings
from threadbook.gather import Gathered, list_pages
from threadbook.library import Library
from threadbook.load.sources import read_lines
from threadbook.pages.kinds.thread import explain_structure
from threadbook.parallel import stop_collector
from threadbook.permanence import UnreachableError, find_lost, read_earlier
from threadbook.progress import Quiet, for_this_terminal, is_coloured
from threadbook.report.text import visible
from threadbook.settings import Settings

COULD_NOT_RUN: Final = 3
"""The exit status if the content could not be compared."""

FORMATS: Final = ("text", "github", "json", "junit", "sarif")


_FROM_THE_TOP: Final = ("github", "sarif")
"""Formats whose file names are relative to the top of the repository."""


@click.command()
@FILES
@CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Text is written to standard error, the others to standard output.",
)
@click.option("--no-cache", is_flag=True, help="Read every file, even if it is unchanged.")
@click.option(
    "--explain-structured-data",
    "explain",
    metavar="ID",
    help="Explain what search engines are told about a thread or path; show no findings.",
)
@click.option(
    "--against",
    metavar="REF",
    help="Find addresses that are lost since REF: a revision in git, the folder of a published "
    "site, or a sitemap. Exit with 3 if it cannot be read.",
)
@SAFE
@JOBS
def check(  # noqa: PLR0913, PLR0917 - one for each option
    files: tuple[Path, ...],
    config_file: Path,
    form: str,
    no_cache: bool,
    explain: str | None,
    against: str | None,
    is_safe: bool,
    jobs: int | None,
) -> None:
    """Check the content; exit with 1 if it has errors.

    If you name FILES, all content is still checked, but only findings in these files are shown
    and counted.
    """
    stop_collector()
    configuration = open_configuration(config_file, is_safe=is_safe)
    settings = configuration.settings
    is_known = configuration.knows_content and settings.content.is_dir()
    if not configuration.is_good and (explain is not None or not is_known):
        _finish(configuration.findings, 1, settings, form, is_checked=False)
    settings = replace(settings, jobs=jobs or settings.jobs)
    shown = for_this_terminal() if form == "text" else Quiet()
    gathered = gather_content(settings, shown, use_cache=not no_cache)
    if explain is not None:
        click.echo(_explain(explain, gathered.library, settings))
        return
    lost = _find_lost(against, gathered, settings) if against is not None else ()
    told = (*configuration.findings, *configuration.advice)
    findings = sort_findings((*told, *gathered.findings, *lost))
    chosen = _select(files, findings, settings, configuration.file.name)
    _finish(chosen, gathered.files, settings, form)


def _find_lost(against: str, gathered: Gathered, settings: Settings) -> Iterable[Finding]:
    """Find lost addresses; exit with 3 if the earlier state cannot be read."""
    try:
        earlier = read_earlier(against, settings, gathered.library)
    except UnreachableError as error:
        click.echo(f"threadbook: {visible(str(error))}", err=True)
        sys.exit(COULD_NOT_RUN)
    found = find_lost(earlier, gathered.library, settings)
    severities = {
        id_: Severity(severity) if severity else None for id_, severity in settings.severities
    }
    return change_severities(found, severities)


def _finish(
    findings: Sequence[Finding],
    files: int,
    settings: Settings,
    form: str,
    *,
    is_checked: bool = True,
) -> NoReturn:
    """Print the findings, and exit with 1 if there are errors.

    If the content is not `is_checked`, that is said, because it may be elsewhere.
    """
    if form in _FROM_THE_TOP:
        findings = _name_from_the_top(findings, below_repository(settings.root, os.environ))
    _PRINT[form](findings, files, settings)
    if not is_checked:
        click.echo("The content was not checked.", err=True)
    sys.exit(int(any(finding.severity is Severity.ERROR for finding in findings)))


def _explain(id_: str, library: Library, settings: Settings) -> str:
    if id_ in library.threads:
        outline, takes_answers = library.threads[id_], bool(settings.answer_url)
        return explain_structure(outline, takes_answers=takes_answers, site_url=settings.site_url)
    if id_ in library.paths:
        return f"{of_path(id_)} has a BreadcrumbList, and a LearningResource with its steps."
    hint = did_you_mean(id_, [*library.threads, *library.paths])
    raise UsageError(f'There is no thread or path with the id "{visible(id_)}". {hint}'.rstrip())


def _select(
    files: tuple[Path, ...], findings: Sequence[Finding], settings: Settings, configuration: str
) -> Sequence[Finding]:
    """Return the findings in the named files, or all findings if no file is named."""
    if not files:
        return findings
    found_in = {configuration, *(finding.place.file for finding in findings)}
    in_root = {file for file in files if _display_path(file, settings) in found_in}
    others = tuple(file for file in files if file not in in_root)
    names = {_display_path(file, settings) for file in in_root}
    if others:
        checked = (*list_content(settings).sources, *list_pages(settings).sources)
        names |= {source.file for source in choose_sources(checked, others)}
    return [finding for finding in findings if finding.place.file in names]


def _display_path(file: Path, settings: Settings) -> str:
    path = file.resolve()
    return path.relative_to(settings.root).as_posix() if path.is_relative_to(settings.root) else ""


def _print_text(findings: Sequence[Finding], files: int, settings: Settings) -> None:
    def lines(file: str) -> tuple[str, ...]:
        return read_lines(settings.root / file, settings.max_file_size)

    for line in report.as_text(findings, lines, is_coloured=is_coloured(sys.stderr)):
        click.echo(line, err=True, color=True)
    click.echo(report.summarise_findings(findings, files), err=True)


def _print_github(findings: Sequence[Finding], files: int, settings: Settings) -> None:
    prefix = below_repository(settings.root, os.environ)
    changed = {f"{prefix}{file}" for file in changed_files(settings.root, os.environ)}
    for line in report.as_github(findings, changed):
        click.echo(line)
    write_step_summary(report.summarise_step(findings, files, changed), os.environ)
    click.echo(report.summarise_findings(findings, files), err=True)


def _name_from_the_top(findings: Sequence[Finding], prefix: str) -> Sequence[Finding]:
    """Name files from the top of the repository: `prefix` leads from there to `mkdocs.yml`."""
    return [
        replace(
            finding,
            place=_prepend(prefix, finding.place),
            related=tuple(Related(words, _prepend(prefix, at)) for words, at in finding.related),
        )
        for finding in findings
    ]


def _prepend(prefix: str, place: Place) -> Place:
    return place._replace(file=f"{prefix}{place.file}")


_PRINT: Final[dict[str, Callable[[Sequence[Finding], int, Settings], None]]] = {
    "text": _print_text,
    "github": _print_github,
    "json": lambda findings, files, _: click.echo(report.as_json(findings, files)),
    "junit": lambda findings, files, _: click.echo(report.as_junit(findings, files)),
    "sarif": lambda findings, _, __: click.echo(report.as_sarif(findings, RULES, __version__)),
}


@click.command()
@click.argument("rule", required=False)
@click.option("--markdown", is_flag=True, help="Print the reference page of the manual.")
def rules(rule: str | None, markdown: bool) -> None:
    """List the checker's rules, or explain RULE."""
    if markdown:
        click.echo(report.write_manual(RULES), nl=False)
    elif rule is None:
        for line in report.list_rules(RULES):
            click.echo(line)
        click.echo("\n* cannot be lowered or silenced. `threadbook rules TB301` explains TB301.")
    else:
        known = {each.id: each for each in RULES}
        if rule.upper() not in known:
            raise UsageError(f'There is no rule "{rule}". `threadbook rules` lists all rules.')
        for line in report.explain_rule(known[rule.upper()]):
            click.echo(line)
