"""`threadbook mcp`: a built site for assistants."""

from __future__ import annotations

import click

from threadbook.assistants.server import refuse_missing_library, serve
from threadbook.assistants.source import open_source
from threadbook.assistants.tools import Tools


@click.command("mcp")
@click.argument("site")
def serve_assistants(site: str) -> None:
    """Let assistants search SITE and read its threads, by the Model Context Protocol.

    SITE is the folder of a built site, or its address. An assistant starts this command, and talks
    to it over standard input and output. Nothing is written or sent.
    """
    refuse_missing_library()
    serve(Tools(open_source(site)))
