"""For language models: `llms.txt`, as llmstxt.org proposes it, and all threads as one text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from threadbook.addresses import API, LLMS_FULL, MARKDOWN
from threadbook.markdown import escape_markdown
from threadbook.pages import Shared
from threadbook.pages.views import BoardCard, Catalogue, PathCard, TopicCard

VOLUME_LIMIT: Final = 5_000_000
"""The largest size of `llms-full.txt`, or of each of its parts, in bytes."""


def write_overview(catalogue: Catalogue, shared: Shared) -> str:
    """Write `llms.txt`: what the site is, and where its Markdown is."""
    root = shared.site_url
    blocks = [f"# {escape_markdown(shared.site_name)}"]
    if shared.site_description:
        blocks.append(f"> {escape_markdown(shared.site_description)}")
    blocks.append(
        "Questions with their answers, by topic, and learning paths through them. Add `index.md` "
        "or `index.json` to the address of a thread, topic or learning path to read it as "
        f"Markdown or JSON. Lists of everything, and their schemas: {root}{API}index.json"
    )
    blocks += _section("Learning paths", catalogue.paths, root, MARKDOWN)
    blocks += _section("Topics", catalogue.topics, root, MARKDOWN)
    blocks += _section("Boards", catalogue.boards, root, "")
    everything = "every question that is neither a duplicate nor obsolete, with all its answers"
    full = f"- [All threads]({root}{LLMS_FULL}): {everything}"
    description = f"- [API]({root}{API}openapi.json): the JSON files of this site, as OpenAPI"
    blocks += ["## Optional", f"{full}\n{description}"]
    return "\n\n".join(blocks) + "\n"


def _section(
    title: str, items: Iterable[PathCard | TopicCard | BoardCard], root: str, name: str
) -> list[str]:
    lines = [
        f"- [{escape_markdown(item.title)}]({root}{item.url}{name})"
        + (f": {escape_markdown(item.summary)}" if item.summary else "")
        for item in items
    ]
    return [f"## {title}", "\n".join(lines)] if lines else []


def write_volumes(
    texts: Iterable[bytes], shared: Shared, limit: int = VOLUME_LIMIT
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of `llms-full.txt`, or of its parts and the list of them.

    A new part begins where the previous one would get larger than `limit` bytes. No text is split,
    so a part is larger only if a single text is. One part at a time is kept in memory.
    """
    head = f"# {escape_markdown(shared.site_name)}: all threads\n\n".encode()
    part, size, count = [head], len(head), 0
    for text in texts:
        if len(part) > 1 and size + len(text) >= limit:
            count += 1
            yield _part(count), b"".join(part)
            part, size = [head], len(head)
        part += (text, b"\n")
        size += len(text) + 1
    if not count:
        yield LLMS_FULL, b"".join(part)
        return
    yield _part(count + 1), b"".join(part)
    names = map(_part, range(1, count + 2))
    lines = [f"- [{name}]({shared.site_url}{name})\n" for name in names]
    yield LLMS_FULL, b"".join([head, *(line.encode() for line in lines)])


def _part(number: int) -> str:
    return f"llms-full-{number}.txt"
