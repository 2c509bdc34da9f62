"""Kinds of pages, one module each: which pages there are, and everything made from one."""

from typing import Final

from threadbook.pages.kinds import (
    board,
    boards,
    components,
    glossary,
    health,
    home,
    latest,
    library,
    path,
    paths,
    prose,
    search,
    shells,
    thread,
    topic,
    topics,
    unanswered,
    whole_path,
)
from threadbook.pages.page import PageKind

KINDS: Final[tuple[PageKind, ...]] = tuple(
    module.KIND
    for module in (
        home,
        topics,
        topic,
        paths,
        path,
        boards,
        board,
        latest,
        unanswered,
        search,
        glossary,
        library,
        prose,
        shells,
        whole_path,
        thread,
        health,
        components,
    )
)
"""All kinds, in the order of the navigation and of the sitemap."""
