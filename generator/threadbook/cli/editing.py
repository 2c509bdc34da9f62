"""`threadbook new`, `threadbook fix` and `threadbook fmt`: the commands that write content."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import click

from threadbook.cache import cache_file, load_cache
from threadbook.check import check_thread
from threadbook.check.alike import find_similar
from threadbook.check.references import thread_exists
from threadbook.cli.asking import (
    ask,
    ask_author,
    ask_day,
    choose_id,
    choose_one,
    choose_some,
    confirm,
)
from threadbook.cli.bodies import has_editor, write_in_editor
from threadbook.cli.common import CONFIG, FILES, choose_sources, list_content, read_settings
from threadbook.day import build_day
from threadbook.edit.drafting import choose_steps
from threadbook.edit.fix import apply_fixes
from threadbook.edit.fmt import Formatted, format_content
from threadbook.edit.new import compose_path, compose_thread
from threadbook.edit.write import create_file, replace_file
from threadbook.errors import UsageError, UserError
from threadbook.findings import Finding, Severity, did_you_mean
from threadbook.gather import circumstances_of, gather, list_pages
from threadbook.library import Library, ReferenceKind
from threadbook.load.file import ThreadFile
from threadbook.load.files import find_unreadable, is_readable, make_thread
from threadbook.load.outlines import make_outline
from threadbook.load.sources import FileKind, SourceFile, read_text
from threadbook.report import as_text
from threadbook.report.text import visible
from threadbook.settings import Settings
from threadbook.text import count

_ROUNDS = 5
"""How many times fixes are applied: one fix may make another possible."""

_SHOWN = 5
"""The most similar questions that are shown."""


_UNREADABLE = Formatted(None, "It cannot be read; `threadbook check` says why.")
BY = click.option("--by", default="", help="The author: the id of a person in site.yml.")
YES = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
ID = click.option("--id", "id_", help="The id: the name of the file, and the end of its address.")


@click.command()
@FILES
@CONFIG
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit with 1 if a file would change."
)
def fmt(files: tuple[Path, ...], config_file: Path, only_check: bool) -> None:
    """Format FILES, or all content, without changing the meaning.

    Keys are put in order, Markdown becomes block scalars, and answers get ids. Comments are kept.
    A file that cannot be formatted without loss is left alone.
    """
    settings = read_settings(config_file)
    changed = left = 0
    for source in choose_sources(list_content(settings).sources, files):
        text, _ = read_text(source, settings.max_file_size)
        result = format_content(text, source.kind) if text is not None else _UNREADABLE
        if result.text is None:
            left += 1
            click.echo(f"{source.file}: left alone. {visible(result.reason)}", err=True)
        elif result.text != text:
            changed += 1
            click.echo(f"{source.file}: {'would change' if only_check else 'formatted'}", err=True)
            if not only_check:
                replace_file(Path(source.path), result.text)
    verb = "would change" if only_check else "formatted"
    click.echo(f"{count(changed, 'file')} {verb}, {left} left alone.", err=True)
    if only_check and changed:
        raise SystemExit(1)


@click.command()
@FILES
@CONFIG
@click.option("--dry-run", is_flag=True, help="Show what would be fixed, and write nothing.")
def fix(files: tuple[Path, ...], config_file: Path, dry_run: bool) -> None:
    """Fix what can be fixed safely in FILES, or in all content."""
    settings = read_settings(config_file)
    total = 0
    for is_later in range(1 if dry_run else _ROUNDS):
        gathered = gather(settings, keep=False, is_short=False)
        repaired = 0
        prose = () if settings.trusted_pages else list_pages(settings).sources
        for source in choose_sources((*list_content(settings).sources, *prose), files):
            found = [each for each in gathered.findings if each.place.file == source.file]
            text, _ = read_text(source, settings.max_file_size) if found else (None, ())
            if text is None:
                if found and not is_later:
                    click.echo(f"{source.file}: left alone. {_UNREADABLE.reason}", err=True)
                continue
            new, applied = apply_fixes(text, found, partial(is_readable, kind=source.kind))
            repaired += len(applied)
            _print_fixes(applied)
            if applied and not dry_run:
                replace_file(Path(source.path), new)
        total += repaired
        if not repaired:
            break
    verb = "could be fixed" if dry_run else "fixed"
    click.echo(f"{count(total, 'finding')} {verb}.", err=True)


def _print_fixes(findings: Iterable[Finding]) -> None:
    for finding in findings:
        text = f"{finding.place}: {finding.rule.id} {finding.message}"
        click.echo(visible(text), err=True)


@click.group()
def new() -> None:
    """Write a new thread or learning path that passes the checker."""


@new.command("thread")
@click.option("--title", help="The question.")
@click.option("--board", help="The board: a folder in threads/.")
@click.option("--topic", "topics", multiple=True, help="A topic; repeat this option for several.")
@click.option("--question", help="Details of the question, in Markdown.")
@click.option("--answer", help="The answer, in Markdown.")
@click.option("--by", help="The author: the id of a person in site.yml.")
@click.option(
    "--day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day it was written, such as 2026-11-23; by default today.",
)
@ID
@YES
@CONFIG
def new_thread(  # noqa: PLR0913, PLR0917 - one for each option
    title: str | None,
    board: str | None,
    topics: tuple[str, ...],
    question: str | None,
    answer: str | None,
    by: str | None,
    day: datetime.datetime | None,
    id_: str | None,
    yes: bool,
    config_file: Path,
) -> None:
    """Write a thread.

    The command asks for what you do not give as an option, and shows similar questions first.
    At a terminal, texts are written in the editor that $VISUAL or $EDITOR names.
    """
    settings = read_settings(config_file)
    library = _load_library(settings)
    title = " ".join(
        (title if title is not None else ask("What is the question?", "--title")).split()
    )
    if not title:
        raise UsageError("A thread needs a question; give it with --title.")
    _show_similar(title, library, settings.language, ask=not yes)
    board = choose_one(library.boards, board, "board", "Which board?")
    topics = choose_some(library.topics, topics, "topic", "Which topics? (separated by commas)")
    if by:
        choose_one(library.people, by, "person", "")
    id_ = choose_id(id_, title, library.threads.keys() | library.unreadable)
    is_asking = answer is None
    if question is None:
        question = write_in_editor("Details of the question", title) if is_asking else ""
    if answer is None:
        words = "What is the answer? (empty if nobody knows it yet)"
        answer = (
            write_in_editor("The answer", title)
            if has_editor()
            else ask(words, "--answer", default="")
        )
    if is_asking and (question or answer):
        by = by if by is not None else ask_author(library)
        day = day or ask_day()
    file = settings.content / "threads" / board / f"{id_}.yml"
    text = compose_thread(
        title=title,
        topics=topics,
        question=question,
        answer=answer,
        by=by or "",
        today=day.date() if day else build_day(),
        schema=find_schema(settings, file, "thread"),
    )
    _judge(text, file, settings, library, ask=not yes)
    create_file(file, text)
    click.echo(f"{display_path(file, settings)}: written. `threadbook serve` shows it.")


@new.command("path")
@click.option("--title", help="What readers learn.")
@click.option("--summary", help="What the path is about, in one sentence.")
@click.option(
    "--objective",
    "objectives",
    multiple=True,
    help="What they can do afterwards; repeat this option for several.",
)
@click.option(
    "--thread",
    "threads",
    multiple=True,
    help="A thread, as a step; repeat this option for several.",
)
@click.option("--topic", help="Draft the steps from the threads of this topic.")
@ID
@CONFIG
def new_path(  # noqa: PLR0913, PLR0917 - one for each option
    title: str | None,
    summary: str | None,
    objectives: tuple[str, ...],
    threads: tuple[str, ...],
    topic: str | None,
    id_: str | None,
    config_file: Path,
) -> None:
    """Write a learning path.

    The command asks for what you do not give as an option. With --topic, the steps are the answered
    threads of that topic, ordered by stage, links and dates: a draft to shorten and reorder.
    """
    settings = read_settings(config_file)
    library = _load_library(settings)
    if topic is not None:
        threads += choose_steps(library, choose_one(library.topics, topic, "topic", ""))
        if not threads:
            raise UserError(f'No thread of the topic "{topic}" has an answer yet.')
        title = title or library.topics[topic].title
        summary = summary if summary is not None else library.topics[topic].summary
        objectives = objectives or ("Say here what readers can do afterwards.",)
    title = title if title is not None else ask("What do readers learn?", "--title")
    summary = summary if summary is not None else ask("What is it about?", "--summary", default="")
    objectives = objectives or (ask("What can they do afterwards?", "--objective"),)
    known = {id_: each for id_, each in library.threads.items() if each.has_page}
    threads = choose_some(known, threads, "thread", "Which threads, in order? (ids with commas)")
    id_ = choose_id(id_, title, library.paths.keys() | library.unreadable)
    file = settings.content / "paths" / f"{id_}.yml"
    text = compose_path(
        title=" ".join(title.split()),
        summary=" ".join(summary.split()),
        objectives=[" ".join(each.split()) for each in objectives],
        threads=threads,
        schema=find_schema(settings, file, "path"),
    )
    refuse_unreadable(text, file, settings, FileKind.PATH)
    create_file(file, text)
    click.echo(f"{display_path(file, settings)}: written. Add checks and minutes to its steps.")


def _load_library(settings: Settings) -> Library:
    library = gather(settings, load_cache(cache_file(settings)), keep=False).library
    if not library.boards:
        raise UserError("No boards were found in site.yml; `threadbook check` says what is wrong.")
    return library


def _show_similar(title: str, library: Library, language: str, *, ask: bool) -> None:
    """Show threads with a similar question, and ask whether the new one differs."""
    asked = [(outline, each) for outline in library.threads.values() for each in outline.asks]
    found = find_similar(title, [each.text for _, each in asked], language)
    similar = {asked[pair.second][0].id: pair for pair in reversed(found)}
    if not similar:
        return
    click.echo("These threads ask something similar:")
    for pair in sorted(similar.values(), key=lambda pair: -pair.score)[:_SHOWN]:
        outline, each = asked[pair.second]
        click.echo(f"  {pair.score:>4.0%}  {visible(each.text)}\n        {visible(outline.file)}")
    if ask and not confirm("Is your question a different one?", "--yes"):
        raise UserError("Nothing was written. Add your wording to `also_asked` of that thread.")


def find_schema(settings: Settings, file: Path, kind: str) -> str:
    """Return the path of a schema relative to a file's folder; empty if there is no schema."""
    schema = settings.root / "schema" / f"{kind}.schema.json"
    return Path(os.path.relpath(schema, file.parent)).as_posix() if schema.is_file() else ""


def _judge(text: str, file: Path, settings: Settings, library: Library, *, ask: bool) -> None:
    """Check a thread before it is written, and raise `UserError` if it must not be."""
    refuse_unreadable(text, file, settings, FileKind.THREAD)
    name = display_path(file, settings)
    source = SourceFile(FileKind.THREAD, str(file), name, file.stem, file.parent.name, len(text), 0)
    thread, findings = make_thread(source, text)
    if thread is not None:
        findings = (*findings, *check_thread(thread, circumstances_of(settings)))
        findings += tuple(find_dangling(thread, library))
    for line in as_text(findings, lambda _file: text.split("\n")):
        click.echo(line, err=True)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise UserError("Nothing was written.")
    if findings and ask and not confirm("Write it anyway?", "--yes"):
        raise UserError("Nothing was written.")


def find_dangling(thread: ThreadFile, library: Library) -> Iterator[Finding]:
    """Yield a finding for each link of a new thread to a thread that does not exist."""
    for reference in make_outline(thread).references:
        if reference.kind == ReferenceKind.THREAD and reference.target not in library.threads:
            message = f'There is no thread with the id "{reference.target}".'
            hint = did_you_mean(reference.target, library.threads)
            yield Finding(thread_exists.rule, reference.place, message, hint)


def refuse_unreadable(text: str, file: Path, settings: Settings, kind: FileKind) -> None:
    """Raise `UserError` if a text could not be read back, and print why."""
    findings = find_unreadable(text, kind, display_path(file, settings))
    for line in as_text(findings, lambda _file: text.split("\n")):
        click.echo(line, err=True)
    if findings:
        raise UserError("Nothing was written.")


def display_path(file: Path, settings: Settings) -> str:
    """Return a file's path as messages name it."""
    return Path(os.path.relpath(file, settings.root)).as_posix()
