"""Folders of Markdown, with front matter or without: each file is a question and its answer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from threadbook.importers.dates import day_of
from threadbook.importers.decoding import decode, list_at, list_files, path_of, read_file
from threadbook.importers.formats.documents import GUESS, as_written, first_error
from threadbook.importers.posts import Note, PlainReader, Post, Record, Source
from threadbook.importers.slugs import slugify
from threadbook.load.yaml import ParsedYaml, parse

_FRONT: Final = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING: Final = re.compile(r"\A\s*#{1,2}[ \t]+([^\n]+?)[ \t]*#*[ \t]*(?:\n|\Z)")
_ASKS: Final = ("?", "\uff1f", "\u061f")
"""Ends of a title that is a question even where nothing answers it."""

_TAGS: Final = ("tags", "topics", "keywords")
_ASKED: Final = ("alt_titles", "also_asked", "aliases")
_TEXTS: Final = (
    "title question author date created updated lastmod board category permalink slug url "
    "license licence lang language"
).split()
_ENDINGS: Final = ("", ".md", ".question.md", ".markdown", "/index.md", "/README.md")
"""What links leave out of a file's name."""


class MarkdownFolder(PlainReader):
    """Reads files of Markdown, and knows which of them links between them mean."""

    system = "Markdown files"

    def __init__(self) -> None:
        """Know no file yet."""
        self._names = set[str]()
        self._titles = dict[str, str]()

    def read(self, source: Source) -> Iterator[Record]:
        """Yield a question and an answer of each file."""
        files = list_files(source.path, ".md", ".markdown")
        root = source.path if source.path.is_dir() else source.path.parent
        questions = [path for path in files if path.name.endswith(".question.md")]
        for path in files:
            if questions and path not in questions:
                yield Note("Files beside `*.question.md`, which are not questions", path.name)
            else:
                yield from self._file(path, root)

    def size(self, source: Source) -> int:
        """Count the files: each has two posts."""
        return 2 * len(list_files(source.path, ".md", ".markdown"))

    def recognise(self, url: str, place: str = "") -> str:
        """Recognise the names of files, from the file that names them, and `#title-as-a-slug`."""
        path = unquote(path_of(url))
        if not path:
            return self._titles.get(_fragment(url).casefold(), "")
        beside = "" if path.startswith("/") else posixpath.dirname(place)
        name = posixpath.normpath(posixpath.join(beside, path.lstrip("/")))
        bare = re.sub(r"\.html?\Z", "", name)
        ways = (f"{each}{ending}" for each in (name, bare) for ending in _ENDINGS)
        return next((each for each in ways if each in self._names), "")

    def _file(self, path: Path, root: Path) -> Iterator[Record]:
        name = path.relative_to(root).as_posix()
        text, is_guess = decode(read_file(path))
        text = text.replace("\r\n", "\n")
        if is_guess:
            yield Note(GUESS, name)
        found = _FRONT.match(text)
        front = parse(f"{found[1]}\n" if found else "", name)
        if found and (error := first_error(front)):
            yield Note("Front matter that is not YAML, of which nothing is known", name, error)
        body = text[found.end() :] if found else text
        title = as_written(front, "title") or as_written(front, "question")
        heading = _HEADING.match(body)
        if heading and (not title or heading[1].strip() == title):
            title, body = title or heading[1].strip(), body[heading.end() :]
        if not (body.strip() or title.endswith(_ASKS) or as_written(front, "question")):
            yield Note("Files without a text, which were left out", name, title)
            return
        self._names.add(name)
        self._titles.setdefault(slugify(title), name)
        yield from _tell_unused(name, front)
        yield from _posts(name, front, title, body)


def _fragment(url: str) -> str:
    try:
        return unquote(urlsplit(url).fragment)
    except ValueError:
        return ""


def _tell_unused(name: str, front: ParsedYaml) -> Iterator[Note]:
    known = {*_TEXTS, *_TAGS, *_ASKED}
    fields = front.value if isinstance(front.value, dict) else {}
    unused = [str(each) for each in fields if each not in known]
    if unused:
        yield Note("Files with front matter that nothing uses", name, ", ".join(unused))


def _listed(front: ParsedYaml, *fields: str) -> tuple[str, ...]:
    """Return the texts of all lists; one text alone is a list, too."""
    found = []
    for field in fields:
        every = list_at(front.value, field)
        found += [as_written(front, field, place) for place in range(len(every))]
        found.append("" if every else as_written(front, field))
    return tuple(each for each in found if each)


def _posts(name: str, front: ParsedYaml, title: str, body: str) -> Iterator[Record]:
    said = {field: as_written(front, field) for field in _TEXTS}
    edited = day_of(said["updated"] or said["lastmod"])
    at = day_of(said["date"] or said["created"]) or edited
    licence = said["license"] or said["licence"]
    yield Post(
        key=name,
        kind="question",
        place=name,
        title=title,
        body=said["question"] if said["title"] else "",
        markup="markdown",
        at=at,
        board=said["board"] or said["category"] or name.rpartition("/")[0],
        tags=_listed(front, *_TAGS),
        urls=tuple(each for each in (said["permalink"], said["slug"]) if each),
        url=said["url"],
        license=licence,
        lang=said["lang"] or said["language"],
        also_asked=_listed(front, *_ASKED),
        author="" if body.strip() else said["author"],
    )
    if body.strip():
        yield Post(
            key=f"{name}/answer",
            kind="answer",
            place=name,
            parent=name,
            body=body,
            markup="markdown",
            author=said["author"],
            license=licence,
            at=at,
            edited=edited,
            accepted=True,
        )
