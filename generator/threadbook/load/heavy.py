"""Texts that would take too long to render: nested too deeply, or with too many links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from threadbook import markdown
from threadbook.findings import Finding
from threadbook.load import rules
from threadbook.load.file import File, Location
from threadbook.model.limits import LINKS


def find_heavy(file: File[Any], texts: Iterable[tuple[Location, str]]) -> Iterator[Finding]:
    """Find the texts of a file that nest too deeply, and the first link too many."""
    light = []
    for location, text in texts:
        if markdown.is_nested_too_deep(text):
            message = (
                f"This text nests quotes or lists more than {markdown.DEPTH_LIMIT} levels deep, "
                f"has more than {markdown.RAW_TAG_LIMIT:,} HTML tags, or "
                f"{markdown.ATTRIBUTE_LIMIT} attributes in a tag."
            )
            hint = "Use fewer levels, and Markdown instead of HTML."
            yield Finding(rules.BODY_NESTING, file.at(*location), message, hint)
        else:
            light.append((location, text))
    yield from find_too_many_links(file, light)


def find_too_many_links(
    file: File[Any], texts: Iterable[tuple[Location, str]]
) -> Iterator[Finding]:
    """Find the first link too many, if there is one."""
    left = LINKS.most
    if file.text.count("[") + file.text.count("<") <= left:  # one of them begins every link
        return
    for location, text in texts:
        links = markdown.examine(text).links if "[" in text or "<" in text else ()
        if len(links) > left:
            place = file.in_text(location, text, links[left].start)
            message = f"The texts of this file have more than {LINKS.most:,} links."
            yield Finding(rules.TOO_MANY, place, message, "Split the file.")
            return
        left -= len(links)
