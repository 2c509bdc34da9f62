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
from threadbook.cli.assisting import serve_assistants
from threadbook.cli.checking import check, rules
from threadbook.cli.doctoring import doctor
from threadbook.cli.editing import fix, fmt, new
from threadbook.cli.exchange import export, import_
from threadbook.cli.health import show_health
from threadbook.cli.publishing import build, init, schema, serve
from threadbook.cli.searching import search_test, suggest
from threadbook.errors import UserError
from threadbook.lifetime import end_workers, orderly_end


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="threadbook")
def cli() -> None:
    """Turn question-and-answer threads kept as YAML into a help site."""


for command in (
    init,
    new,
    check,
    fix,
    fmt,
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

    An error that the user can fix is shown without a traceback, and the status is 1. After
    Ctrl-C it is 130, after SIGTERM 143.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    _write_utf8()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    try:
        with orderly_end():
            return cli(arguments)
    except UserError as error:
        click.echo(f"threadbook: {error}", err=True)
        sys.exit(1)
    finally:
        end_workers()
