"""Reading what was submitted: the text of an issue to what each field holds.

All of it comes from strangers. It is text and stays text: it is cut into fields, cleaned of what no
file may hold, and compared with what the library knows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise
from typing import Final, NamedTuple

from threadbook.forms.fields import Form, Kind, describe_forms
from threadbook.model import Board, Topic

LONGEST: Final = 100_000
"""Characters of a text. GitHub takes 65,536."""

_EMPTY: Final = "_No response_"
_REMARK: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_UNWANTED: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
    "\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""Control characters, and those that make text look like something else than it is."""

_ID: Final = re.compile(r"\(([a-z0-9-]{1,100})\)\s*(?:,|$)")
_THREAD: Final = re.compile(r"(?:^|/)threads/([a-z0-9-]{1,100})(?:[/?#]|$)")
_WORD: Final = re.compile(r"[a-z0-9-]{1,100}")


class Submission(NamedTuple):
    """A form as it was filled in: its title, and the text of each field by its id."""

    kind: Kind
    title: str
    fields: Mapping[str, str]


def clean(text: str) -> str:
    """Return a text with ordinary line ends, and without characters that no file should hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", _whole(text)))


def _whole(text: str) -> str:
    """Return a text in which no half of a surrogate pair is left."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")


def read_submission(title: str, body: str) -> Submission | None:
    """Return what was filled in, or `None` if the text is of no form."""
    title, body = " ".join(clean(title[:LONGEST]).split()), clean(body[: LONGEST + 1])
    for form in describe_forms():
        found = _cut(body, form)
        if found is not None:
            return Submission(form.kind, title, found)
    return None


def _cut(body: str, form: Form) -> dict[str, str] | None:
    """Cut a text at the headings of a form, each looked for after the one before it.

    Only the last field can have several lines, so whatever follows its heading is its own.
    """
    lines, places = body.split("\n"), [-1]
    for label in form.labels:
        at = next(
            (
                number
                for number in range(places[-1] + 1, len(lines))
                if lines[number].strip() == f"### {label}"
            ),
            None,
        )
        if at is None:
            return None
        places.append(at)
    if _REMARK.sub("", "\n".join(lines[: places[1]])).strip():
        return None  # there is something before the form
    texts = ["\n".join(lines[at + 1 : end]) for at, end in pairwise([*places[1:], len(lines)])]
    return {field.id: _value(text) for field, text in zip(form.fields, texts, strict=True)}


def _value(text: str) -> str:
    text = _REMARK.sub("", text, count=1) if text.lstrip().startswith("<!--") else text
    lines = text.split("\n")
    while lines and not lines[0].strip():
        del lines[0]
    text = "\n".join(line.rstrip() for line in lines).rstrip()
    return "" if text == _EMPTY else text


def find_choices(text: str, known: Mapping[str, Board] | Mapping[str, Topic]) -> tuple[str, ...]:
    """Return the ids of what was chosen: as the form has it, with ids in brackets, or by hand."""
    titles = {each.title.casefold(): id_ for id_, each in known.items()}
    given = [each.strip() for each in text.split(",")]
    found = _ID.findall(text) or [titles.get(each.casefold(), each) for each in given]
    return tuple(dict.fromkeys(each for each in found if each in known))


def find_thread(text: str) -> str:
    """Return the id of the thread that a text names, by its address or its id; or nothing."""
    text = text.strip()
    found = _THREAD.search(text)
    return found[1] if found else text if _WORD.fullmatch(text) else ""
