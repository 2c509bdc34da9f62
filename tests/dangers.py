"""What in a page could run or load something, as a browser's tokenizer sees it."""

from __future__ import annotations

import html.parser
import re
from typing import Final

_RUNNING: Final = ("javascript:", "vbscript:", "data:text")
_FRAMES: Final = frozenset("iframe object embed base frame".split())


class _Reader(html.parser.HTMLParser):
    def __init__(self, marks: tuple[str, ...]) -> None:
        super().__init__()
        self.marks = marks
        self.found: list[str] = []
        self.in_script = False
        self.in_head = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.in_script = tag == "script"
        for name, value in attrs:
            plain = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if name.startswith("on") or plain.startswith(_RUNNING):
                self.found.append(f"<{tag} {name}={value}>")
        if tag in _FRAMES or (tag == "style" and not self.in_head):
            self.found.append(f"<{tag}>")
        if tag == "form" and "//" in (dict(attrs).get("action") or ""):
            self.found.append("a form that sends elsewhere")

    def handle_endtag(self, tag: str) -> None:
        self.in_script = False
        if tag == "head":
            self.in_head = False

    def handle_data(self, data: str) -> None:
        is_code = self.in_script and not data.lstrip().startswith("{")
        if is_code and any(mark in data for mark in self.marks):
            self.found.append(data)


def find_dangers(page: str, *marks: str) -> list[str]:
    """Return what could run in a page; `marks` are what only strangers' scripts contain."""
    reader = _Reader(marks)
    reader.feed(page)
    reader.close()
    return reader.found
