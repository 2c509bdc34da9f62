"""`threadbook promote`: archived threads become curated ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from threadbook.cli.asked import read_gaps
from threadbook.cli.common import CONFIG, list_content, read_settings
from threadbook.day import build_day
from threadbook.edit.promoting import Proposal, promote, propose
from threadbook.edit.write import replace_file
from threadbook.errors import FindingsError, UsageError
from threadbook.findings import did_you_mean
from threadbook.gather import Gathered, gather
from threadbook.load.sources import FileKind, SourceFile, read_text
from threadbook.report.text import visible
from threadbook.settings import Settings
from threadbook.text import count

_SHOWN = 20
"""Proposals that are shown unless more are asked for: an afternoon's work."""


@click.command("promote")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option(
    "--propose",
    "only_propose",
    is_flag=True,
    help="List archived threads that deserve it, and change nothing.",
)
@click.option(
    "--asked",
    "asked_file",
    type=click.Path(path_type=Path),
    help="With --propose: a file of what readers asked, as `threadbook gaps` reads it.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=_SHOWN,
    show_default=True,
    help="With --propose: how many to list.",
)
@click.option("--json", "as_json", is_flag=True, help="With --propose: print JSON.")
@click.option("--verified", is_flag=True, help="Also write that you have checked them today.")
@CONFIG
def promote_threads(  # noqa: PLR0913, PLR0917 - one for each option
    ids: tuple[str, ...],
    only_propose: bool,
    asked_file: Path | None,
    top: int,
    as_json: bool,
    verified: bool,
    config_file: Path,
) -> None:
    """Turn archived threads into curated knowledge, or propose which.

    Read a thread before you promote it: lists, feeds and search engines show it from then on.
    """
    if only_propose == bool(ids):
        raise click.UsageError("Name the ids of threads, or use --propose.")
    if asked_file is not None and not only_propose:
        raise click.UsageError("--asked needs --propose.")
    settings = read_settings(config_file)
    gathered = gather(settings)
    if only_propose:
        _propose(gathered, settings, asked_file, top, as_json=as_json)
        return
    sources = {each.id: each for each in _list_threads(settings)}
    changes = [_change(id_, sources, settings, verified=verified) for id_ in dict.fromkeys(ids)]
    for path, name, text in changes:  # all of them can be changed, so none is left half done
        replace_file(path, text)
        click.echo(f"{name}: promoted.")


def _list_threads(settings: Settings) -> Iterator[SourceFile]:
    return (each for each in list_content(settings).sources if each.kind is FileKind.THREAD)


def _change(
    id_: str, sources: dict[str, SourceFile], settings: Settings, *, verified: bool
) -> tuple[Path, str, str]:
    if id_ not in sources:
        hint = did_you_mean(id_, sources)
        raise UsageError(f'There is no thread with the id "{visible(id_)}". {hint}'.rstrip())
    source = sources[id_]
    text, findings = read_text(source, settings.max_file_size)
    if text is None:
        raise FindingsError("\n".join(f"{each.place}: {each.message}" for each in findings))
    new = promote(text, source.file, build_day() if verified else None)
    return Path(source.path), source.file, new


def _propose(
    gathered: Gathered, settings: Settings, asked_file: Path | None, top: int, *, as_json: bool
) -> None:
    asked: dict[str, int] = {}
    if asked_file is not None:
        for gap in read_gaps(asked_file, gathered, settings, None).of("answered"):
            asked[gap.thread] = asked.get(gap.thread, 0) + gap.times
    found = propose(gathered.library, asked)[:top]
    if as_json:
        click.echo(json.dumps([_as_value(each) for each in found], ensure_ascii=False, indent=2))
        return
    for each in found:
        click.echo(visible(f"{each.score:>6.1f}  {each.outline.id}"))
        click.echo(visible(f"        {each.outline.title} ({', '.join(_reasons(each))})"))
    click.echo(f"{count(len(found), 'archived thread')} proposed.", err=True)


def _reasons(each: Proposal) -> Iterator[str]:
    if each.outline.is_solved:
        yield "accepted"
    yield count(max(each.outline.votes, 0), "vote")
    if each.links:
        yield f"linked by {count(each.links, 'thread')}"
    if each.repeats:
        yield count(each.repeats, "duplicate")
    if each.asked:
        yield f"asked {count(each.asked, 'time')}"


def _as_value(each: Proposal) -> dict[str, object]:
    outline = each.outline
    return {
        "id": outline.id, "title": outline.title, "score": round(each.score, 2),
        "accepted": outline.is_solved, "votes": outline.votes, "links": each.links,
        "duplicates": each.repeats, "asked": each.asked,
    }  # fmt: skip
