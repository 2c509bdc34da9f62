"""The command `threadbook`: parse arguments, call, print."""

from __future__ import annotations

import io
import logging
import os
import sys
from typing import Any

import click

from threadbook import __version__
from threadbook.cli.asked import show_gaps
from threadbook.cli.asking import explain_silence
from threadbook.cli.assisting import serve_assistants
from threadbook.cli.changes import changed
from threadbook.cli.checking import check, rules
from threadbook.cli.doctoring import doctor
from threadbook.cli.editing import fix, fmt, new
from threadbook.cli.exchange import export, import_
from threadbook.cli.health import show_health
from threadbook.cli.moving import merge, move, remove
from threadbook.cli.promoting import promote_threads
from threadbook.cli.publishing import build, schema, serve
from threadbook.cli.redirecting import show_redirects
from threadbook.cli.searching import search_test, suggest
from threadbook.cli.starting import init
from threadbook.cli.taking_in import forms, intake
from threadbook.errors import UserError
from threadbook.lifetime import end_workers, orderly_end


class _Commands(click.Group):
    """The commands, each with its whole summary, on as many lines as it needs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the library would end one whose question got no answer with 1."""
        try:
            return super().invoke(ctx)
        except click.Abort:
            raise explain_silence() from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands; the library would cut each summary to fit a line."""
        rows = [
            (name, command.get_short_help_str(limit=1_000))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="threadbook")
def cli() -> None:
    """Turn question-and-answer threads kept as YAML into a help site.

    The exit status is 0 if all is well, 1 for findings or a test that fails, 2 for wrong use, and 3
    if the command could not run.
    """


for command in (
    init,
    new,
    check,
    changed,
    forms,
    intake,
    fix,
    fmt,
    move,
    merge,
    remove,
    show_health,
    show_gaps,
    rules,
    build,
    serve,
    schema,
    doctor,
    suggest,
    search_test,
    serve_assistants,
    import_,
    promote_threads,
    show_redirects,
    export,
):
    cli.add_command(command)


def _write_utf8() -> None:
    """Write UTF-8 to files and pipes, because other programs expect it there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def main(arguments: list[str] | None = None) -> Any:
    """Run the command.

    An error that the user can fix is shown without a traceback. The status is 1 for findings, 2
    for wrong use, and 3 if the command could not run: see `threadbook.errors`. After Ctrl-C it is
    130, after SIGTERM 143.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    _write_utf8()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        with orderly_end():
            return cli(arguments)
    except UserError as error:
        click.echo(f"threadbook: {error}", err=True)
        sys.exit(error.status)
    finally:
        end_workers()
