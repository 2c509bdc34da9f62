"""`threadbook forms` and `threadbook intake`: issue forms, and what was filled in to content.

Whatever a stranger wrote comes from a file, never from an option or a shell's command line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import click

from threadbook.addresses import of_thread
from threadbook.check import check_thread
from threadbook.cli.common import CONFIG, read_settings
from threadbook.cli.editing import BY, display_path, find_dangling, find_schema
from threadbook.cli.github import (
    commit_on_branch,
    refuse_branch,
    refuse_uncommitted,
    write_outputs,
)
from threadbook.configuration.repository import read_repository
from threadbook.day import build_day
from threadbook.edit.write import create_file, replace_file, write_file
from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.findings import Finding, Severity
from threadbook.forms.fields import Kind
from threadbook.forms.intake import Refused, draft_answer, draft_question, name_thread
from threadbook.forms.submission import Submission, read_submission
from threadbook.forms.words import Near, write_comment, write_refusal
from threadbook.forms.write import write_forms
from threadbook.gather import Gathered, circumstances_of, gather
from threadbook.library import Library
from threadbook.load.files import make_thread
from threadbook.load.sources import FileKind, SourceFile, read_text
from threadbook.progress import Quiet
from threadbook.report.text import visible
from threadbook.search.golden import Searched
from threadbook.search.suggest import Suggester
from threadbook.search.vectors import Reader
from threadbook.settings import Settings

LARGEST_EVENT: Final = 2_000_000
"""Bytes. GitHub's events have at most a few hundred thousand."""

NEAREST: Final = 3
"""How many threads a comment names."""


class Event(NamedTuple):
    """An issue: its number, and what somebody wrote."""

    number: int
    title: str
    body: str


@click.command()
@click.option(
    "--host",
    "forge",
    type=click.Choice(("github", "gitlab")),
    help="Whose forms to write; by default those of the site's `repository`.",
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a form would change."
)
@CONFIG
def forms(forge: str | None, only_check: bool, config_file: Path) -> None:
    """Write the issue forms: ask a question, add an answer, report a problem.

    Run it again after boards or topics have changed. The forms are written from the folder of
    the configuration on, which should be the top of the repository.
    """
    settings = read_settings(config_file)
    repository = read_repository(settings.repository) if settings.repository else None
    forge = forge or (repository.forge if repository else "github")
    changed = 0
    for file, is_new in plant_forms(settings, forge, only_check=only_check):
        changed += is_new
        verb = ("would change" if only_check else "written") if is_new else "is current"
        click.echo(f"{file}: {verb}", err=True)
    if only_check and changed:
        words = "Run the command without --check, and commit what it writes."
        raise FindingsError(f"The forms are not those of the boards and topics. {words}")


def plant_forms(
    settings: Settings, forge: str, *, only_check: bool = False
) -> Iterator[tuple[str, bool]]:
    """Write the forms; yield the name of each, and whether it was not current."""
    library = gather(settings, keep=False).library
    if not library.boards or not library.topics:
        raise FindingsError(
            "No boards and topics were found; `threadbook check` says what is wrong."
        )
    for name, text in write_forms(library, forge):
        file = settings.root / name
        is_new = not file.is_file() or file.read_bytes() != text.encode()
        if is_new and not only_check:
            write_file(file, text)
        yield name, is_new


@click.command()
@click.option(
    "--event",
    type=click.Path(path_type=Path),
    envvar="GITHUB_EVENT_PATH",
    help="A JSON file with the issue, as GitHub and GitLab send it.",
)
@click.option(
    "--comment", type=click.Path(path_type=Path), help="Where to write the comment, as Markdown."
)
@click.option("--branch", "on_branch", is_flag=True, help="Commit the file on a branch of its own.")
@BY
@CONFIG
def intake(
    event: Path | None, comment: Path | None, on_branch: bool, by: str, config_file: Path
) -> None:
    """Turn a form that was filled in into content.

    A question becomes a thread without an answer, an answer is added to its thread, and a report
    changes nothing. The comment names the closest threads, and what became of the form.
    """
    settings = read_settings(config_file)
    issue = read_event(event)
    submission = read_submission(issue.title, issue.body)
    if submission is None:
        click.echo("The issue is not a form of this site; nothing was done.", err=True)
        return
    gathered = gather(settings)
    if by and by not in gathered.library.people:
        raise UsageError(f'There is no person with the id "{visible(by)}" in site.yml.')
    branch = f"intake/{issue.number}" if on_branch and submission.kind is not Kind.PROBLEM else ""
    if branch:
        refuse_branch(settings.root, branch)  # before the file is written, which stays otherwise
    result = _take(submission, gathered, settings, issue.number, by=by, branch=branch)
    near = _find_near(submission, gathered, settings)
    is_written = isinstance(result, str) and submission.kind is not Kind.PROBLEM
    if isinstance(result, Refused):
        said = write_refusal(result.why, result.notes, near)
    else:
        said = write_comment(submission.kind, result, branch, near)
        if branch:
            commit_on_branch(settings.root, branch, result, f"Take in issue {issue.number}")
    if comment:
        write_file(comment, said)
    outputs = {"kind": submission.kind.value, "comment": str(comment or "")}
    if is_written:
        outputs |= {"file": str(result), "branch": branch}
    write_outputs(outputs, os.environ)
    click.echo(said, nl=False)


def read_event(file: Path | None) -> Event:
    """Read an issue from the file of an event; raise `UserError` if there is none in it."""
    if file is None:
        raise UsageError("Name the file with the issue: --event event.json.")
    try:
        data = file.read_bytes() if file.stat().st_size <= LARGEST_EVENT else b""
        event = json.loads(data)
    except OSError as error:
        raise UserError(f"{file} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{file} is not a JSON file of at most {LARGEST_EVENT:,} bytes.") from error
    for place, number, title, body in (
        ("issue", "number", "title", "body"),
        ("object_attributes", "iid", "title", "description"),
    ):
        issue = event.get(place) if isinstance(event, dict) else None
        if isinstance(issue, dict):
            return Event(
                _whole_number(issue.get(number)), _text(issue.get(title)), _text(issue.get(body))
            )
    raise UserError(f"{file} does not hold an issue.")


def _whole_number(value: Any) -> int:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if not is_number or not 0 < value < 10**9:
        raise UserError("The issue has no number.")
    return int(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _take(  # noqa: PLR0913 - what a form becomes
    submission: Submission,
    gathered: Gathered,
    settings: Settings,
    number: int,
    *,
    by: str,
    branch: str,
) -> str | Refused:
    """Write the file of a submission; return its name, or why there is none."""
    library = gathered.library
    named = name_thread(submission, library)
    if isinstance(named, Refused):
        return named
    today = build_day()
    if submission.kind is Kind.QUESTION:
        draft = draft_question(submission, library, today, by=by, number=number)
    else:
        outline = library.threads[named]
        if submission.kind is Kind.PROBLEM:
            return outline.file
        source = _source(settings, outline.board, named, settings.root / outline.file)
        before, _ = read_text(source, settings.max_file_size)
        draft = draft_answer(submission, library, before or "", today, by=by)
        if isinstance(draft, Refused):
            return draft
        if branch:
            refuse_uncommitted(settings.root, source.file)
        return _write(draft.text, source, library, settings, is_new=False)
    if isinstance(draft, Refused):
        return draft
    file = settings.content / "threads" / draft.board / f"{draft.id}.yml"
    source = _source(settings, draft.board, draft.id, file)
    return _write(draft.text, source, library, settings, is_new=True)


def _source(settings: Settings, board: str, id_: str, file: Path) -> SourceFile:
    return SourceFile(
        FileKind.THREAD, str(file), display_path(file, settings), id_, board, _size(file), 0
    )


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0


def _write(
    text: str, source: SourceFile, library: Library, settings: Settings, *, is_new: bool
) -> str | Refused:
    """Write a thread that has no errors."""
    file = Path(source.path)
    if is_new and (schema := find_schema(settings, file, "thread")):
        text = f"# yaml-language-server: $schema={schema}\n{text}"
    wrong = tuple(_find_errors(source, text, library, settings))
    if wrong:
        return Refused("The checker says:", wrong)
    if is_new:
        create_file(file, text)
    else:
        replace_file(file, text)
    return source.file


def _find_errors(
    source: SourceFile, text: str, library: Library, settings: Settings
) -> Iterator[str]:
    if len(text.encode()) > settings.max_file_size:
        yield f"The file would have more than {settings.max_file_size:,} bytes."
        return
    thread, findings = make_thread(source, text)
    found: Iterable[Finding] = findings
    if thread is not None:
        found = (*findings, *check_thread(thread, circumstances_of(settings)))
        found = (*found, *find_dangling(thread, library))
    for finding in found:
        if finding.severity is Severity.ERROR:
            yield f"{finding.rule.id}: {finding.message}"


def _find_near(submission: Submission, gathered: Gathered, settings: Settings) -> Sequence[Near]:
    """Return the closest threads to a question; answers and reports are about one already."""
    if submission.kind is not Kind.QUESTION or not submission.title:
        return ()
    base = Searched(gathered.library, gathered.sealed, settings)
    suggester = Suggester(base.plan, base.shared, settings, Reader.open(settings, Quiet()))
    text = f"{submission.title}\n{submission.fields['question'][:1_000]}"
    return tuple(
        Near(
            each.title,
            f"{settings.site_url}{of_thread(each.thread)}" if settings.site_url else "",
            each.is_solved,
        )
        for each in suggester.suggest(text, NEAREST)
    )
