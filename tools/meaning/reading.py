"""Files of several formats to short texts: questions as people typed them, headings, sentences."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator

Reader = Callable[[str], Iterable[str]]
"""A file's content to texts."""

FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
TITLE = re.compile(r"^(?:title|description|summary|deck):\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
NOT_PROSE = re.compile(
    r"```.*?```|~~~.*?~~~|<!--.*?-->|<(script|style|pre)\b.*?</\1>|<%.*?%>|\{%.*?%\}|\{\{.*?\}\}"
    r"|\{:.*?\}|\$[A-Z]\b",
    re.DOTALL,
)
LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
TAG = re.compile(r"<[^>]+>")
BLOCK = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+]|\d+\.|#+|\|)\s)")
LEAD = re.compile(r"^\s*(?:[-*+>|]|\d+[.)]|#+)\s*")
MARKS = re.compile(r"[*_`~|#\\]+")
END = re.compile(r"(?<=[.?!])[\"')\]]?\s+(?=[A-Z\"'(])")
FIELD = re.compile(r"^\s*[a-z_-]+:\s*", re.MULTILINE)


def sentences(text: str) -> Iterator[str]:
    """Plain text, sentence by sentence."""
    for part in END.split(" ".join(text.split())):
        if part.strip():
            yield part.strip()


def markdown_texts(text: str) -> Iterator[str]:
    """Titles, headings and sentences of a Markdown file; nothing of code and templates."""
    if front := FRONT.match(text):
        yield from TITLE.findall(front[1])
        text = text[front.end() :]
    for block in BLOCK.split(NOT_PROSE.sub(" ", text)):
        plain = TAG.sub(" ", LINK.sub(r"\1", LEAD.sub("", FIELD.sub("", block))))
        yield from sentences(html.unescape(MARKS.sub(" ", plain)))


def csv_texts(text: str) -> Iterator[str]:
    """Yield the column `text` of a CSV file."""
    for row in csv.DictReader(io.StringIO(text)):
        yield row["text"]


def semicolon_texts(text: str) -> Iterator[str]:
    """Yield the column `answer_from_anno` of a CSV file with semicolons."""
    for row in csv.DictReader(io.StringIO(text), delimiter=";"):
        yield row["answer_from_anno"] or ""


def json_texts(text: str) -> Iterator[str]:
    """Every string under a key `text` of an object that is an utterance (not one of its slots)."""
    for entry in every_object(json.loads(text)):
        whole = entry.get("text")
        if isinstance(whole, str) and not entry.keys() & {"span", "start", "value", "entity"}:
            yield whole


def json_pairs(text: str) -> Iterator[str]:
    """Yield the utterances of lists of pairs [utterance, intent] under any key."""
    for pairs in json.loads(text).values():
        yield from (pair[0] for pair in pairs)


def json_strings(text: str) -> Iterator[str]:
    """Yield the sentences of every string that has a space."""
    for value in every_string(json.loads(text)):
        if " " in value:
            yield from sentences(value)


def wordnet_texts(text: str) -> Iterator[str]:
    """Glosses, each after the words it explains, and the examples that follow them."""
    for line in text.splitlines():
        if line.startswith(" ") or " | " not in line:
            continue
        entry, gloss = line.split(" | ", 1)
        fields = entry.split()
        words = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
        meaning, *examples = [part.strip(' "') for part in gloss.split('; "')]
        yield f"{', '.join(words[:2])}: {meaning}"
        yield from examples


def every_object(value: object) -> Iterator[dict[str, object]]:
    """Yield a JSON value's objects, at any depth."""
    if isinstance(value, dict):
        yield value
    for part in parts_of(value):
        yield from every_object(part)


def every_string(value: object) -> Iterator[str]:
    """Yield a JSON value's strings, at any depth, without keys."""
    if isinstance(value, str):
        yield value
    for part in parts_of(value):
        yield from every_string(part)


def parts_of(value: object) -> Iterable[object]:
    """Return what a JSON value consists of; nothing for scalars."""
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
