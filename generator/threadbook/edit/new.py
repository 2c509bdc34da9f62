"""The text of a new file, behind `threadbook new`, as an editor would write it."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from threadbook.edit.dump import dump_fields
from threadbook.load.yaml import parse
from threadbook.model import SLUG_LENGTH

_LONG: Final = 80
"""Characters; a longer Markdown text, or one of several lines, becomes a block."""


def make_slug(title: str) -> str:
    """Return an id made of a title: its words without accents, joined by hyphens.

    Empty if the title has no letter or digit of the Latin alphabet.
    """
    plain = unicodedata.normalize("NFKD", title.replace("\u2019", "'").replace("'", ""))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
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

    Texts are written as posts by somebody, on a day, if `by` is given; else as the editors' own.
    `schema` is the address of the JSON Schema, relative to the file, for editors that read it.
    """
    fields: dict[str, Any] = {"title": title, "topics": topics}
    if question:
        fields["question"] = _post(question, by, today)
    if answer and by:
        fields["answers"] = [{"id": "a1", **_post(answer, by, today)}]
    elif answer:
        fields["answer"] = _post(answer, by, today)
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
    end = min((at - 1 for at in after if at > line), default=len(lines))
    indent = " " * lines[line - 1][: column - 1].rindex("-")
    # Empty lines and less indented comments before the next key belong to that key.
    while not lines[end - 1].strip() or _is_outside(lines[end - 1], indent):
        end -= 1
    added = [f"{indent}{each[2:]}" for each in dump_steps(steps).splitlines()[1:]]
    rest = lines[end:] if any(lines[end:]) else [""]
    new = "\n".join([*lines[:end], *added, *rest])
    if "\r\n" in text:
        new = new.replace("\n", "\r\n")
    expected = document.value | {"steps": [*document.value["steps"], *steps]}
    return new if parse(new, "").value == expected else None


def _is_outside(line: str, indent: str) -> bool:
    return line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= len(indent)


def compose_path_of_steps(title: str, steps: Sequence[Mapping[str, Any]], schema: str) -> str:
    """Return the YAML of a learning path of steps as they are written there."""
    return dump_fields({"title": title, "steps": steps}, schema)


def dump_steps(steps: Sequence[Mapping[str, Any]]) -> str:
    """Return the YAML of steps alone, indented by two spaces."""
    return dump_fields({"steps": steps})


def _post(text: str, by: str, today: datetime.date | None) -> Any:
    body = _markdown(text)
    if not by:
        return body
    return {"by": by, **({"at": today} if today is not None else {}), "body": body}


def _markdown(text: str) -> str:
    text = text.strip("\n")
    return text + "\n" if "\n" in text or len(text) > _LONG else text
