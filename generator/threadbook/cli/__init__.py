"""The command `threadbook`: parse arguments, call, print."""

from __future__ import annotations

import io
import logging
import os
import sys
from importlib import import_module
from typing import Any, Final, cast

import click

from threadbook import __version__
from threadbook.errors import UserError
from threadbook.lifetime import end_workers, orderly_end

COMMANDS: Final = {
    "build": "publishing.build",
    "changed": "changes.changed",
    "check": "checking.check",
    "doctor": "doctoring.doctor",
    "export": "exchange.export",
    "fix": "editing.fix",
    "fmt": "editing.fmt",
    "forms": "taking_in.forms",
    "gaps": "asked.show_gaps",
    "health": "health.show_health",
    "import": "exchange.import_",
    "init": "starting.init",
    "intake": "taking_in.intake",
    "mcp": "assisting.serve_assistants",
    "merge": "moving.merge",
    "move": "moving.move",
    "new": "editing.new",
    "promote": "promoting.promote_threads",
    "redirects": "redirecting.show_redirects",
    "remove": "moving.remove",
    "rules": "checking.rules",
    "schema": "publishing.schema",
    "search-test": "searching.search_test",
    "serve": "publishing.serve",
    "suggest": "searching.suggest",
}
"""Where each command is, below this package. To import all takes longer than many commands do."""


class _Commands(click.Group):
    """The commands, each with its whole summary, on as many lines as it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the names of all commands."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; `None` if there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(".")
        command = getattr(import_module(f"{__name__}.{module}"), name)
        return cast("click.Command", command)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; the library would end one whose question got no answer with 1."""
        try:
            return super().invoke(ctx)
        except click.Abort:
            from threadbook.cli.asking import explain_silence  # noqa: PLC0415 - see `COMMANDS`

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
