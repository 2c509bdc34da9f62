"""Markdown twins: what pages show, as text. This module holds what several kinds of pages share.

Headings are English in every language of the site, like the names in JSON, because programs read
them. `root` is put before every address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadbook.markdown import escape_markdown
from threadbook.pages.views import Link, PathCard, ThreadCard
from threadbook.text import count


def write_document(title: str, blocks: Iterable[str]) -> str:
    """Join the blocks of a document below its title."""
    return "\n\n".join([f"# {escape_markdown(title)}", *blocks]) + "\n"


def write_link(to: Link | ThreadCard | PathCard, root: str) -> str:
    """Write a link."""
    return f"[{escape_markdown(to.title)}]({root}{to.url})"


def write_links(to: Iterable[Link], root: str) -> str:
    """Write links, separated by commas."""
    return ", ".join(write_link(link, root) for link in to)


def write_list(title: str, items: Iterable[str]) -> Iterator[str]:
    """Write a section that is a list, or nothing if there are no items."""
    lines = [f"- {item}" for item in items]
    if lines:
        yield f"## {title}"
        yield "\n".join(lines)


def write_thread(thread: ThreadCard, root: str) -> str:
    """Write a thread as an item of a list."""
    facts = [thread.state.capitalize(), write_link(thread.board, root)]
    facts.append(count(thread.answers, "answer") if thread.answers else "no answers yet")
    if thread.votes > 0:
        facts.append(count(thread.votes, "vote"))
    if thread.updated:
        facts.append(str(thread.updated))
    summary = f": {escape_markdown(thread.summary)}" if thread.summary else ""
    return f"{write_link(thread, root)}{summary} ({', '.join(facts)})"


def write_path(path: PathCard, root: str) -> str:
    """Write a path as an item of a list."""
    summary = f": {escape_markdown(path.summary)}" if path.summary else ""
    return f"{write_link(path, root)}{summary} ({write_path_facts(path)})"


def write_path_facts(path: PathCard) -> str:
    """Write a path's level, length and time."""
    facts = [path.level.capitalize()] if path.level else []
    facts.append(count(path.length - path.optional, "step"))
    if path.optional:
        facts.append(f"plus {path.optional} optional")
    if path.minutes:
        facts.append(f"about {count(path.minutes, 'minute')}")
    return ", ".join(facts)
