"""The canonical text of a content file, behind `threadbook fmt`.

It takes three steps: texts of several lines become literal blocks in the source itself, ruamel.yaml
lays out the rest, and whole lines move until the fields are in the model's order. Comments belong
to lines, so they move along. Before the result is returned, it is parsed and compared with the
original. What is wrong with a file is the checker's business.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import Final

import yaml
from pydantic import BaseModel

from threadbook.edit.blocks import rewrite_blocks
from threadbook.edit.comments import find_comments
from threadbook.edit.layout import lay_out
from threadbook.edit.order import order_fields
from threadbook.edit.scanning import LeftAloneError, scan_tokens
from threadbook.findings import Finding
from threadbook.load.files import MODELS
from threadbook.load.sources import FileKind
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread

PASSES: Final = 3
"""How often a text may change until it stays the same; it nearly always changes once."""

TOKEN_LIMIT: Final = 100_000
"""ruamel.yaml manages about 25,000 tokens a second; a long thread has some hundreds."""

SHORT: Final = 120
"""The longest message or comment that a reason repeats, in characters."""

_UNMOVABLE: Final[dict[type[yaml.Token], str]] = {
    yaml.AnchorToken: "It has anchors (`&name`); moving fields could put them after their aliases.",
    yaml.TagToken: "It has tags (`!name`), which content does not need.",
    yaml.DirectiveToken: "It has a YAML directive (`%`), which content does not need.",
}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file's canonical text, or `None` and one sentence that says why it is left alone."""

    text: str | None
    reason: str = ""


def format_content(text: str, kind: FileKind) -> Formatted:
    """Return the canonical form of a content file, which says exactly the same.

    Canonical text comes back unchanged. Never raises, whatever `text` is. A thread takes a few
    hundredths of a second, and the longest file that is formatted takes fifteen seconds.
    """
    try:
        return Formatted(_canonical(text, MODELS[kind]))
    except LeftAloneError as error:
        return Formatted(None, str(error))


def _canonical(text: str, model: type[BaseModel]) -> str:
    source = text.removeprefix("\ufeff").replace("\r\n", "\n")
    meaning, findings = _meaning(source, model)
    if meaning is None:
        first = findings[0].message if findings else ""
        hint = f" The first: {first}" if 0 < len(first) < SHORT else ""
        raise LeftAloneError(f"It has errors; `threadbook check` names them.{hint}")
    _refuse_unmovable(source)
    result = _settled(source, model)
    if _meaning(result, model)[0] != meaning:
        raise LeftAloneError("Formatting would change what it says.")
    before, after = _texts(source), _texts(result)
    if lost := [*(before - after), *(after - before)]:
        raise LeftAloneError(f"Formatting would lose `{lost[0][:SHORT]}`; put it above a field.")
    return result


def _meaning(text: str, model: type[BaseModel]) -> tuple[BaseModel | None, tuple[Finding, ...]]:
    """Return the model a text makes, with all answers named, if it makes one without a finding."""
    try:
        document = parse(text, "")
    except UnicodeEncodeError:
        raise LeftAloneError("It contains half of a surrogate pair, which no file can.") from None
    value, found = validate(model, document, "")
    findings = (*document.findings, *found)
    if isinstance(value, Thread) and value.answers:  # the short form's answer keeps its shape
        value = value.model_copy(update={"answers": value.every_answer})
    return None if findings else value, findings


def _texts(text: str) -> Counter[str]:
    return Counter(comment.text for comment in find_comments(text))


def _refuse_unmovable(text: str) -> None:
    scan = scan_tokens(text)
    for token in islice(scan, TOKEN_LIMIT):
        if type(token) in _UNMOVABLE:
            raise LeftAloneError(_UNMOVABLE[type(token)])
    if next(scan, None) is not None:
        raise LeftAloneError("It is too long to be formatted in reasonable time.")


def _settled(text: str, model: type[BaseModel]) -> str:
    """Format until nothing changes any more."""
    for _ in range(PASSES + 1):
        result = order_fields(lay_out(rewrite_blocks(text), model), model)
        if result == text:
            return text
        text = result
    raise LeftAloneError("Formatting it again would change it again, without end.")
