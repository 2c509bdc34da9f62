"""The tools by the Model Context Protocol, over standard input and output.

This is the only module that imports the protocol's library, which is optional.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeVar

from pydantic import Field

from threadbook import __version__
from threadbook.assistants import tools
from threadbook.assistants.results import Paths, Report, Search, Thread
from threadbook.assistants.tools import MOST, ToolFault, Tools
from threadbook.errors import UserError
from threadbook.lifetime import sudden_end

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

_LONGEST_NAME: Final = 100
R = TypeVar("R")


def refuse_missing_library() -> None:
    """Raise `UserError` if the protocol's library is not installed."""
    if importlib.util.find_spec("mcp") is None:
        raise UserError("This needs the protocol's library: pip install 'threadbook[mcp]'.")


def serve(site: Tools) -> None:
    """Answer on standard input and output until the input ends; raise `UserError`."""
    refuse_missing_library()
    try:
        server = make_server(site)
    except ToolFault as fault:
        raise UserError(str(fault)) from fault
    with sudden_end():
        server.run("stdio")


def make_server(site: Tools) -> MCPServer[Any]:
    """Return a server with the tools of a site."""
    from mcp.server.mcpserver import MCPServer  # noqa: PLC0415 - optional, and slow to import
    from mcp_types import ToolAnnotations  # noqa: PLC0415

    name, about = site.describe()
    server: MCPServer[Any] = MCPServer(
        name="threadbook",
        title=name[:_LONGEST_NAME] or "Threadbook",
        version=__version__,
        instructions=_instruct(name, about),
        log_level="WARNING",
    )
    for function in _functions(site):
        server.add_tool(
            function,
            annotations=ToolAnnotations(
                read_only_hint=True, destructive_hint=False, open_world_hint=False
            ),
        )
    logging.getLogger("mcp").setLevel(logging.CRITICAL)  # what goes wrong is told to the client
    return server


def _instruct(name: str, about: str) -> str:
    subject = f"{name}: {about}" if about else name
    return (
        "Questions and answers of one help site. Search it with the person's own words, then read "
        f"a thread before you answer, and give its address. {tools.NOTE} The site calls itself: "
        f"{subject[: 5 * _LONGEST_NAME]!r}"
    )


def _functions(site: Tools) -> list[Callable[..., Any]]:
    """Return the tools as functions; their docstrings and parameters are what a client reads."""

    def search(
        question: Annotated[str, Field(description="A question, in the words of whoever asks")],
        most: Annotated[int, Field(description=f"The most results, from 1 to {MOST}")] = 5,
    ) -> Search:
        """Search the help site for a question; tells whether the site seems to answer it."""
        return _plainly(lambda: site.search(question, most))

    def get_thread(
        id: Annotated[str, Field(description="The id of a thread, from search")],  # noqa: A002
        format: Annotated[  # noqa: A002
            Literal["markdown", "json"], Field(description="How it is written")
        ] = "markdown",
    ) -> Thread:
        """Read one thread: the question with all its answers."""
        return _plainly(lambda: site.get_thread(id, format))

    def list_paths() -> Paths:
        """List the learning paths of the help site: threads in an order to learn from."""
        return _plainly(site.list_paths)

    def report_a_problem(
        problem: Annotated[str, Field(description="What is wrong or missing, in a sentence")],
        id: Annotated[  # noqa: A002
            str, Field(description="The id of the thread; leave it out for a missing answer")
        ] = "",
    ) -> Report:
        """Prepare a link with which a person can report a problem. Nothing is sent."""
        return _plainly(lambda: site.report_a_problem(problem, id))

    return [search, get_thread, list_paths, report_a_problem]


def _plainly(call: Callable[[], R]) -> R:
    """Call a tool; a fault becomes an error that the client shows as it is."""
    from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415 - optional

    try:
        return call()
    except ToolFault as fault:
        raise ToolError(str(fault)) from fault
