"""CSV and JSON Lines: rows that a mapping of columns turns into posts.

The mapping is a small YAML file. `columns` names, for what threads have, the column or key it is
in. A row is a question with its answer, or one post if there is a column for `parent`.
"""

from __future__ import annotations

import csv
import gzip
import io
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final

from threadbook.edit.dump import dump_fields
from threadbook.errors import UserError
from threadbook.findings import did_you_mean
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import at, decode, number_at, text_at
from threadbook.importers.posts import Note, PlainReader, Post, Record, Relation, Source

COLUMNS: Final = {
    "key": "id key uid guid post_id question_id thread_id",
    "parent": "parent parent_id parentid reply_to in_reply_to",
    "title": "title question subject name headline topic_title",
    "question": "body question_body text content message details description question_text",
    "answer": "answer answer_body reply response solution accepted_answer answer_text",
    "author": "author user username user_name by asked_by creator",
    "at": "date created created_at creationdate asked_at timestamp posted published",
    "edited": "edited updated updated_at modified last_edit",
    "votes": "votes score likes upvotes kudos points",
    "accepted": "accepted is_accepted is_solution is_answer",
    "tags": "tags tag labels keywords topics focus",
    "board": "board category forum section group type",
    "address": "address path permalink slug_url",
    "url": "url link source_url href",
    "license": "license licence rights",
    "language": "lang language locale",
    "also_asked": "also_asked alt_titles aliases synonyms alternative_titles",
    "duplicate_of": "duplicate_of duplicateof closed_as_duplicate_of",
}
"""What a row can say, and the names of columns that are taken for it."""

_LARGEST: Final = 50_000_000
"""Characters of one row; more is no row."""

_AHEAD: Final = 100
"""Rows that are looked at for the names of columns."""

_IS_HTML: Final = re.compile(
    r"</?(?:p|br|div|span|a|ul|ol|li|strong|b|em|i|code|pre|img|blockquote|h[1-6])(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_IS_MARKDOWN: Final = re.compile(
    r"(?m)^(?:`{3}|~{3}|#{1,6} \S|> \S|[-*+] \S)|\]\([^)\s]{1,300}\)|\*\*\S[^*\n]*\*\*|`[^`\n]+`"
)
_LISTS: Final = {"answer", "tags", "also_asked"}
"""What may be a list."""

_YES: Final = {"1", "true", "yes", "y", "x", "t", "solved", "accepted"}


class Table(PlainReader):
    """Reads rows. `kind` is `csv` or `jsonl`."""

    def __init__(self, kind: str) -> None:
        """Name the format."""
        self.kind, self.system = kind, "An imported table"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield the posts of each row."""
        rows = read_rows(source.path, self.kind)
        ahead = list(itertools.islice(rows, _AHEAD))
        names = _name_columns(ahead, source.path.name)
        columns = choose_columns(source.mapping, names)
        if unused := _find_unused(names, columns):
            words = "Tables with columns that nothing uses (see `columns` of --map)"
            yield Note(words, source.path.name, ", ".join(unused))
        markup = str(source.mapping.get("markup") or "markdown")
        if markup not in {"markdown", "html", "text"}:
            raise UserError(
                f"`markup: {markup}` in the mapping is none of markdown, html and text."
            )
        separator = str(source.mapping.get("separator") or ",")
        for row in itertools.chain(ahead, rows):
            if isinstance(row, Note):
                yield row
            else:
                yield from _Row(*row, columns, markup, separator, source.site).read()

    def size(self, source: Source) -> int:
        """Guess by the size of the file."""
        return source.path.stat().st_size // 1_000 if source.path.is_file() else 0


def propose_mapping(path: Path, kind: str) -> str:
    """Return a mapping for a file, from the names of its columns."""
    ahead = list(itertools.islice(read_rows(path, kind), _AHEAD))
    names = list(_name_columns(ahead, path.name))
    found = _guess_columns(names)
    left = _find_unused(names, found)
    rows = (each for each in ahead if not isinstance(each, Note))
    text = dump_fields({"columns": found, "markup": guess_markup(rows, found)})
    head = "# What each column is. `markup` is how texts are written: markdown, html or text.\n"
    more = f"# Known besides: {', '.join(name for name in COLUMNS if name not in found)}.\n"
    unused = f"# Columns that nothing uses: {', '.join(left)}.\n" if left else ""
    return f"{head}{more}{unused}{text}"


def guess_markup(rows: Iterable[tuple[str, Mapping[str, Any]]], columns: Mapping[str, str]) -> str:
    """Return how the texts of some rows seem to be written: plain text shows no markup at all."""
    texts: list[str] = []
    for place, row in rows:
        of = _Row(place, row, columns, "text", ",")
        texts += [of.text("question"), *of.answers()]
    whole = "\n\n".join(texts)
    if _IS_HTML.search(whole):
        return "html"
    return "markdown" if _IS_MARKDOWN.search(whole) else "text"


def _find_unused(names: Iterable[str], columns: Mapping[str, str]) -> list[str]:
    used = {*columns.values(), *(each.split(".")[0] for each in columns.values())}
    return [name for name in names if name not in used]


def _name_columns(
    rows: Iterable[tuple[str, Mapping[str, Any]] | Note], name: str
) -> dict[str, None]:
    """Return the names of all columns of some rows: objects need not have the same keys."""
    names: dict[str, None] = {}
    for row in rows:
        names |= {} if isinstance(row, Note) else dict.fromkeys(row[1])
    if not names:
        raise UserError(f"{name} has no rows that can be read.")
    return names


def choose_columns(mapping: Mapping[str, object], row: Mapping[str, Any]) -> dict[str, str]:
    """Return the column of each thing, as the mapping says or by the names of the columns."""
    said = mapping.get("columns")
    if said is None:
        columns = _guess_columns(list(row))
    elif isinstance(said, dict) and all(isinstance(each, str) for each in said.values()):
        columns = {str(name): column for name, column in said.items()}
    else:
        raise UserError("`columns` in the mapping is a list of names, such as `title: subject`.")
    for name, column in columns.items():
        if name not in COLUMNS:
            raise UserError(
                f"`{name}` in the mapping is unknown. {did_you_mean(name, COLUMNS)}".rstrip()
            )
        if said is not None and column.split(".")[0] not in row:
            hint = did_you_mean(column, row)
            raise UserError(f'There is no column "{column}" for `{name}`. {hint}'.rstrip())
    if not {"title", "question", "answer"} & columns.keys():
        words = "No column looks like a question or an answer; name them in a mapping"
        raise UserError(f"{words} (`--propose-map` writes one to begin with).")
    return columns


def _guess_columns(names: list[str]) -> dict[str, str]:
    plain = {name.strip().lower().replace(" ", "_").replace("-", "_"): name for name in names}
    found: dict[str, str] = {}
    for what, known in COLUMNS.items():
        match = next((plain[each] for each in known.split() if each in plain), None)
        if match is not None and match not in found.values():
            found[what] = match
    return found


def read_rows(path: Path, kind: str) -> Iterator[tuple[str, Mapping[str, Any]] | Note]:
    """Yield rows with their places, one at a time; notes for those that cannot be read."""
    with _open(path) as file:
        yield from (_read_jsonl if kind == "jsonl" else _read_csv)(file, path.name)


@contextmanager
def _open(path: Path) -> Iterator[IO[bytes]]:
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    try:
        file = path.open("rb")
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        is_packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        if is_packed:
            with gzip.GzipFile(fileobj=file) as unpacked:
                yield unpacked  # type: ignore[misc] # it reads as a file of bytes does
        else:
            yield file


def _lines(file: IO[bytes], name: str) -> Iterator[tuple[int, str, bool]]:
    number = 0
    try:
        while line := file.readline(_LARGEST):
            number += 1
            text, is_guess = decode(line)
            yield number, text, is_guess
    except (OSError, EOFError) as error:
        raise UserError(f"{name} is damaged after line {number}: {error}.") from error


def _read_jsonl(file: IO[bytes], name: str) -> Iterator[tuple[str, Mapping[str, Any]] | Note]:
    for number, text, is_guess in _lines(file, name):
        place = f"{name}:{number}"
        if not text.strip():
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            yield Note("Lines that are not JSON, which were left out", place, str(error))
            continue
        if is_guess:
            yield Note("Lines that are not UTF-8, read as Windows-1252", place)
        if isinstance(value, dict):
            yield place, value
        else:
            yield Note("Lines that are not objects, which were left out", place)


def _read_csv(file: IO[bytes], name: str) -> Iterator[tuple[str, Mapping[str, Any]] | Note]:
    guessed: list[int] = []
    lines = _feed(file, name, guessed)
    head = next(lines, "")
    csv.field_size_limit(_LARGEST)
    whole = itertools.chain([head], (line.replace("\0", "") for line in lines))
    rows = csv.reader(whole, delimiter=max(",;\t", key=head.count))
    names: list[str] = []
    while True:
        place = f"{name}:{rows.line_num + 1}"
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Note("Rows that cannot be read, which were left out", place, str(error))
            continue
        if not names:
            names = [cell.strip() or f"column {at}" for at, cell in enumerate(cells, 1)]
        elif any(cell.strip() for cell in cells):
            yield from _tell_guesses(guessed, name)
            if len(cells) > len(names):
                words = "Rows with more cells than the header, whose last ones were left out"
                yield Note(words, place)
            yield place, dict(zip(names, cells, strict=False))


def _tell_guesses(guessed: list[int], name: str) -> Iterator[Note]:
    while guessed:
        yield Note("Lines that are not UTF-8, read as Windows-1252", f"{name}:{guessed.pop(0)}")


def _feed(file: IO[bytes], name: str, guessed: list[int]) -> Iterator[str]:
    """Yield lines of text; `guessed` gets the numbers of those that are not UTF-8."""
    start = file.read(2)
    file.seek(0)
    if start in {b"\xff\xfe", b"\xfe\xff"}:
        wide = io.TextIOWrapper(file, "utf-16", errors="replace", newline="")
        yield from wide
        wide.detach()
        return
    for number, text, is_guess in _lines(file, name):
        if is_guess:
            guessed.append(number)
        yield text.rstrip("\n") + "\n" if is_guess else text


def _text_of(value: Any) -> str:
    """Return the text of an answer: it may be an object that has one."""
    return text_at([value], 0) or text_at(value, "body") or text_at(value, "text")


class _Row:
    """One row on its way to posts."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a row is
        self,
        place: str,
        row: Mapping[str, Any],
        columns: Mapping[str, str],
        markup: str,
        separator: str,
        site: str = "",
    ) -> None:
        self.place, self.row, self.columns = place, row, columns
        self.markup, self.separator, self.site = markup, separator, site

    def value(self, what: str) -> Any:
        """Return what the row has, which in JSON may be anything."""
        column = self.columns.get(what)
        if column is None:
            return None
        return self.row[column] if column in self.row else at(self.row, *column.split("."))

    def text(self, what: str) -> str:
        return text_at([self.value(what)], 0)

    def items(self, what: str) -> tuple[str, ...]:
        value = self.value(what)
        if isinstance(value, list):
            return tuple(text for place in range(len(value)) if (text := text_at(value, place)))
        return tuple(each.strip() for each in self.text(what).split(self.separator) if each.strip())

    def answers(self) -> list[str]:
        """Return the texts of all answers: of a list, of objects with a text, or the one text."""
        value = self.value("answer")
        texts = [_text_of(each) for each in (value if isinstance(value, list) else [value])]
        return [text for text in texts if text]

    def _unread(self) -> Iterator[Note]:
        """Yield notes for values of JSON in which there is no text, where one should be."""
        for what, column in self.columns.items():
            value = self.value(what)
            each = value if isinstance(value, list) and what in _LISTS else [value]
            is_flag = isinstance(value, bool) and what == "accepted"
            of = _text_of if what == "answer" else lambda one: text_at([one], 0)
            if not is_flag and any(one is not None and one != "" and not of(one) for one in each):
                words = "Values that are no texts, such as lists in lists, which were left out"
                yield Note(words, self.place, column)

    def read(self) -> Iterator[Record]:
        yield from self._unread()
        key = self.text("key") or self.place
        parent = self.text("parent")
        title, question, answers = self.text("title"), self.text("question"), self.answers()
        if not (title or question or answers):
            yield Note("Rows without a text, which were left out", self.place)
            return
        if self.text("duplicate_of"):
            yield Relation("duplicate", key, self.text("duplicate_of"), self.place)
        is_answer = "parent" in self.columns and parent not in {"", "0", key}
        if is_answer:
            yield self._post(
                key, "answer", question or "\n\n".join(answers) or title, parent=parent
            )
            return
        yield self._post(key, "question", question, title=title)
        for number, body in enumerate(answers, 1):
            yield self._post(
                f"{key}/answer-{number}", "answer", body, parent=key, is_alone=len(answers) == 1
            )

    def _votes(self, *, is_question: bool) -> int:
        """Return the votes of a row: its answers' where it has some, or its question's."""
        is_theirs = is_question and "parent" not in self.columns and bool(self.answers())
        return 0 if is_theirs else number_at([self.text("votes")], 0)

    def _post(  # noqa: PLR0913 - what differs between the posts of a row
        self,
        key: str,
        kind: Any,
        body: str,
        *,
        parent: str = "",
        title: str = "",
        is_alone: bool = False,
    ) -> Post:
        is_question, is_own_row = kind == "question", "/answer-" not in key
        has_flag = "accepted" in self.columns
        said = self.value("accepted") is True or self.text("accepted").lower() in _YES
        url, address = self.text("url"), self.text("address")
        markup: Any = self.markup
        addresses = [address, url if self.site and url.startswith(self.site) else ""]
        return Post(
            key=key,
            kind=kind,
            place=self.place,
            parent=parent,
            title=title,
            body=body,
            markup=markup,
            author=self.text("author") if is_own_row else "",
            at=day_of(self.text("at")) if is_own_row else "",
            edited=day_of(self.text("edited")) if is_own_row else "",
            votes=self._votes(is_question=is_question),
            accepted=not is_question and (said if has_flag and is_own_row else is_alone),
            board=self.text("board"),
            tags=self.items("tags") if is_question else (),
            urls=tuple(each for each in addresses if each and is_own_row),
            url=url if is_question else "",
            license=self.text("license"),
            lang=self.text("language") if is_question else "",
            also_asked=self.items("also_asked") if is_question else (),
        )
