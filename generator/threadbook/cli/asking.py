"""Asking for what no option says: at a terminal, or from standard input."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

import click

from threadbook.day import build_day
from threadbook.edit.new import make_slug
from threadbook.errors import UsageError
from threadbook.findings import did_you_mean
from threadbook.library import Library
from threadbook.model import is_slug
from threadbook.report.text import visible

R = TypeVar("R")

_KNOWN = 12
"""The most ids that a message lists."""


def ask(question: str, option: str, default: str | None = None) -> str:
    """Ask at the terminal, or read the answer from standard input.

    Without either, raise a `UsageError` that names the `option` to give instead.
    """
    if _is_terminal():
        return str(click.prompt(question, default=default))
    return _read_line(option) or default or ""


def ask_again(question: str, default: str | None, read: Callable[[str], R]) -> R:
    """Ask at the terminal until `read` can use what is said, and return what it makes of it.

    What it raises as `UsageError` is said before the question is asked again, so that nobody has to
    answer all the others once more.
    """

    def try_to_read(said: str) -> R:
        try:
            return read(said.strip())
        except UsageError as error:
            raise click.UsageError(str(error)) from None

    found: R = click.prompt(question, default=default, value_proc=try_to_read)
    return found


def confirm(question: str, option: str) -> bool:
    """Ask for a yes or no, as `ask` does."""
    if _is_terminal():
        return click.confirm(question)
    return _read_line(option).lower() in {"y", "yes"}


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _read_line(option: str) -> str:
    """Read an answer that is piped in; a prompt would stand there with nobody to see it."""
    try:
        line = sys.stdin.readline() if sys.stdin is not None else ""
    except OSError:  # nothing can be read there
        line = ""
    if not line:
        raise UsageError(f"There is no terminal to ask questions at. Give {option}.")
    return line.strip()


def explain_silence() -> UsageError:
    """Return the error of a command whose question got no answer."""
    if _is_terminal():
        click.echo(err=True)  # behind the question
    return UsageError("A question was not answered, so nothing was done.")


def ask_author(library: Library) -> str:
    """Ask who wrote a text; empty for the editors."""
    people = [*library.people][:_KNOWN]
    known = f", such as {', '.join(people)}" if people else ""
    question = f"Who wrote it? (the id of a person{known}; empty for the editors)"

    def read(by: str) -> str:
        return choose_one(library.people, by, "person", "") if by else ""

    return ask_again(question, "", read) if _is_terminal() else read(ask(question, "--by", ""))


def ask_day() -> datetime.datetime:
    """Ask on which day a text was written; today, if nothing is said."""
    today = build_day()
    question, likely = "On which day?", today.isoformat()

    def read(said: str) -> datetime.datetime:
        try:
            return datetime.datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=datetime.UTC)
        except ValueError:
            raise UsageError(f'"{visible(said)}" is not a day; write it as {today}.') from None

    return (
        ask_again(question, likely, read)
        if _is_terminal()
        else read(ask(question, "--day", likely))
    )


def choose_one(known: Mapping[str, object], given: str | None, noun: str, question: str) -> str:
    """Return an id that was given, or ask for one; raise `UserError` if it is not known."""
    if given:
        if given not in known:
            raise UsageError(_say_unknown(known, given, noun))
        return given
    if _is_terminal():
        only = next(iter(known)) if len(known) == 1 else None
        return str(click.prompt(question, type=click.Choice(list(known)), default=only))
    option = f"--{noun}, such as {', '.join(list(known)[:_KNOWN])}"
    while (line := _read_line(option)) not in known:  # whoever types is asked again, too
        click.echo(_say_unknown(known, visible(line), noun), err=True)
    return line


def _say_unknown(known: Mapping[str, object], given: str, noun: str) -> str:
    hint = did_you_mean(given, known) or f"Known ids: {', '.join(list(known)[:_KNOWN])}."
    return f'There is no {noun} with the id "{given}". {hint}'


def choose_some(
    known: Mapping[str, object], given: Sequence[str], noun: str, question: str
) -> tuple[str, ...]:
    """Return ids that were given, or ask for some, each once."""

    def choose(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(choose_one(known, each, noun, "") for each in ids))

    def read(said: str) -> tuple[str, ...]:
        return choose([each.strip() for each in said.split(",") if each.strip()])

    if given:
        return choose(given)
    if not _is_terminal():
        return read(ask(question, f"--{noun}"))
    if len(known) <= _KNOWN:
        click.echo(f"Known ids: {', '.join(known)}.")
    return ask_again(question, next(iter(known)) if len(known) == 1 else None, read)


def choose_id(given: str | None, title: str, taken: Collection[str]) -> str:
    """Return the id of a new file: the one given, one made of its title, or one asked for."""
    id_ = (
        given
        or make_slug(title)
        or ask("Which id should it have, such as first-week-plan?", "--id")
    )
    if not is_slug(id_):
        raise UsageError(
            f'"{id_}" is not an id: use lower-case letters, digits and single hyphens.'
        )
    if id_ in taken:
        raise UsageError(f'The id "{id_}" is taken; choose another with --id.')
    return str(id_)
