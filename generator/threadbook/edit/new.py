"""The text of a new file, behind `threadbook new`, as an editor would write it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from anyascii import anyascii

from threadbook.edit.dump import dump_fields
from threadbook.load.yaml import parse
from threadbook.model import SLUG_LENGTH

_LONG: Final = 80
"""Characters; a longer Markdown text, or one of several lines, becomes a block."""


_UNSPACED: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
"""Chinese characters; a syllable each."""

_PICTURES: Final = re.compile("[\u2190-\u2bff\ufe0f\U0001f000-\U0001faff]")
"""Arrows, symbols and emoji, which would be spelt out as words."""


def make_slug(title: str) -> str:
    """Return an id made of a title: its words in Latin letters without accents, with hyphens.

    Other scripts are transliterated, so a title in any of them gives an id. Empty if the title has
    no letter or digit at all.
    """
    # A script without spaces would become one long word, so each of its characters is one.
    spaced = _UNSPACED.sub(lambda found: f" {anyascii(found[0])} ", title)
    plain = anyascii(_PICTURES.sub(" ", spaced)).replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain.lower())
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:SLUG_LENGTH]
        if len(longer) > _LONG and slug:
            break
        slug = longer
    return slug


def compose_thread(  # noqa: PLR0913 - the fields of a thread
    *,
    title: str,
    topics: Sequence[str],
    question: str = "",
    answer: str = "",
    by: str = "",
    today: datetime.date | None = None,
    schema: str = "",
) -> str:
    """Return the YAML of a thread.

    Texts are written as posts on a day, if `today` is given, and by somebody, if `by` is; the
    answer of nobody in particular is the editors' own. Without both, they are plain text.
    `schema` is the address of the JSON Schema, relative to the file, for editors that read it.
    """
    fields: dict[str, Any] = {"title": title, "topics": topics}
    if question:
        fields["question"] = _short(write_post(question, by, today))
    if answer and by:
        fields["answers"] = [{"id": "a1", **write_post(answer, by, today)}]
    elif answer:
        fields["answer"] = _short(write_post(answer, by, today))
    return dump_fields(fields, schema)


def compose_path(
    *,
    title: str,
    summary: str,
    objectives: Sequence[str],
    threads: Sequence[str],
    schema: str = "",
) -> str:
    """Return the YAML of a learning path through some threads."""
    fields: dict[str, Any] = {"title": title, "summary": summary}
    fields["objectives"] = objectives
    fields["steps"] = [{"thread": thread} for thread in threads]
    return dump_fields({name: value for name, value in fields.items() if value}, schema)


def append_steps(text: str, steps: Sequence[Mapping[str, Any]]) -> str | None:
    """Return the YAML of a learning path with more steps at the end of its own.

    `None` where they cannot be put in without touching what is there, such as a list in brackets.
    """
    document = parse(text, "")
    line, column = document.position(("steps", 0))
    lines = text.replace("\r\n", "\n").split("\n")
    if not isinstance(document.value, dict) or not lines[line - 1][: column - 1].endswith("- "):
        return None
    after = [document.spot((key,), key=True).line for key in document.value]
    indent = " " * lines[line - 1][: column - 1].rindex("-")
    end = _find_end(lines, min((at - 1 for at in after if at > line), default=len(lines)), indent)
    dumped = dump_fields({"steps": steps}).splitlines()[1:]
    added = [f"{indent}{each[2:]}" if each else "" for each in dumped]
    rest = lines[end:] if any(lines[end:]) else [""]
    new = "\n".join([*lines[:end], *added, *rest])
    if "\r\n" in text:
        new = new.replace("\n", "\r\n")
    expected = document.value | {"steps": [*document.value["steps"], *steps]}
    return new if parse(new, "").value == expected else None


def _find_end(lines: Sequence[str], end: int, indent: str) -> int:
    """Return the number of lines up to the end of a value, whose next key is after line `end`.

    Empty lines and less indented comments before the next key belong to that key.
    """
    while not lines[end - 1].strip() or _is_outside(lines[end - 1], indent):
        end -= 1
    return end


def _is_outside(line: str, indent: str) -> bool:
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= len(indent)


def compose_path_of_steps(title: str, steps: Sequence[Mapping[str, Any]], schema: str) -> str:
    """Return the YAML of a learning path of steps as they are written there."""
    return dump_fields({"title": title, "steps": steps}, schema)


def dump_steps(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the YAML of steps alone, indented by two spaces."""
    return dump_fields({"steps": steps})


def write_post(text: str, by: str, today: datetime.date | None) -> dict[str, Any]:
    """Return the fields of a post, without those that nobody named."""
    named = {"by": by, "at": today, "body": _markdown(text)}
    return {name: value for name, value in named.items() if value}


def _short(post: dict[str, Any]) -> Any:
    """Return a post that has only a body as this alone."""
    return post if len(post) > 1 else post["body"]


def _markdown(text: str) -> str:
    text = text.strip("\n")
    return text + "\n" if "\n" in text or len(text) > _LONG else text
