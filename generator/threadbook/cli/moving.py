"""`threadbook move`, `merge` and `remove`: other names, with every reference and address kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import click

from threadbook.cache import cache_file, load_cache
from threadbook.cli.common import CONFIG, gather_content, read_settings
from threadbook.edit.change_set import FileChange, show_diff, write_all
from threadbook.edit.moves import Mover, find_named
from threadbook.edit.workbench import Workbench
from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.findings import Finding, Severity
from threadbook.gather import list_content
from threadbook.load.sources import read_lines
from threadbook.progress import Quiet
from threadbook.report import as_text
from threadbook.report.text import visible
from threadbook.text import count

DRY_RUN: Final = click.option(
    "--dry-run", is_flag=True, help="Show the changes as a diff, and write nothing."
)


@click.command()
@click.argument("old")
@click.argument("new")
@DRY_RUN
@CONFIG
def move(old: str, new: str, dry_run: bool, config_file: Path) -> None:
    """Give the thread, board, topic or path OLD the id NEW.

    Every reference is rewritten, and the old address leads to the new one. Write `board/id` as NEW
    to move a thread to another board, and `topic:id` as OLD where an id could mean several things.
    """

    def change(mover: Mover) -> list[str]:
        named = find_named(mover.library, old)
        kind, found, id_ = new.rpartition(":")
        if found and kind != named.kind:
            raise UsageError(f"The {named} cannot become a {kind}.")
        board, _, id_ = (id_ if found else new).rpartition("/")
        if board and named.kind != "thread":
            raise UsageError(f"Only a thread has a board; the {named} has none.")
        mover.move(named, id_, board)
        return []

    _perform(change, config_file, dry_run=dry_run)


@click.command()
@click.argument("duplicate")
@click.argument("into")
@DRY_RUN
@CONFIG
def merge(duplicate: str, into: str, dry_run: bool, config_file: Path) -> None:
    """Join DUPLICATE with INTO: two threads, two boards or two topics.

    A thread's answers, comments and ways to ask are kept. Every reference is rewritten, and the
    addresses of DUPLICATE lead to INTO.
    """

    def change(mover: Mover) -> list[str]:
        first = find_named(mover.library, duplicate)
        kind = "" if ":" in into else first.kind
        return mover.merge(first, find_named(mover.library, into, kind))

    _perform(change, config_file, dry_run=dry_run)


@click.command()
@click.argument("id_", metavar="ID")
@click.option("--to", help="What takes its address; by default, the board of a thread.")
@DRY_RUN
@CONFIG
def remove(id_: str, to: str | None, dry_run: bool, config_file: Path) -> None:
    """Remove the thread, board, topic or path ID.

    References become those to what --to names, if it is of the same kind. Otherwise they go, and
    links become their words. The old address leads to it in any case.
    """

    def change(mover: Mover) -> list[str]:
        named = find_named(mover.library, id_)
        try:
            target = find_named(mover.library, to, named.kind) if to else None
        except UserError:
            target = find_named(mover.library, to or "")
        mover.remove(named, target)
        return []

    _perform(change, config_file, dry_run=dry_run)


def _perform(change: Callable[[Mover], list[str]], config_file: Path, *, dry_run: bool) -> None:
    """Change the content as a whole, or not at all."""
    settings = read_settings(config_file)
    gathered = gather_content(settings, Quiet())
    _refuse_errors(gathered.findings, settings.root, {}, "The content has errors")
    bench = Workbench(settings, list_content(settings), gathered.library)
    notes = change(Mover(bench))
    changes = bench.changes()
    after = bench.judge(changes, load_cache(cache_file(settings)))
    texts = {each.new_name: each.new.decode() for each in changes if each.target}
    _refuse_errors(after.findings, settings.root, texts, "The content would have errors")
    if dry_run:
        for line in show_diff(changes):
            click.echo(line)
    else:
        write_all(changes)
    for note in notes:
        click.echo(visible(note), err=True)
    _summarise(changes, dry_run=dry_run)


def _refuse_errors(
    findings: Sequence[Finding], root: Path, texts: dict[str, str], words: str
) -> None:
    """Print errors and raise `UserError`, if there are any."""
    errors = [each for each in findings if each.severity is Severity.ERROR]

    def lines(file: str) -> Sequence[str]:
        return texts[file].split("\n") if file in texts else read_lines(root / file, 1_000_000)

    for line in as_text(errors, lines):
        click.echo(line, err=True)
    if errors:
        raise FindingsError(f"{words}; nothing was changed.")


def _summarise(changes: Sequence[FileChange], *, dry_run: bool) -> None:
    for each in changes:
        words = "removed" if each.target is None else "changed"
        if each.target is not None and each.name != each.new_name:
            words = f"moved to {each.new_name}"
        if not dry_run:
            click.echo(visible(f"{each.name}: {words}"), err=True)
    verb = "would change" if dry_run else "changed"
    click.echo(f"{count(len(changes), 'file')} {verb}.", err=True)
