"""Documents that somebody wrote: Microsoft's FAQ files, Zendesk's articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from threadbook.errors import UserError
from threadbook.findings import Severity
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import (
    at,
    decode,
    list_at,
    list_files,
    load_json,
    number_at,
    path_of,
    read_file,
    text_at,
)
from threadbook.importers.posts import Note, PlainReader, Post, Record, Source
from threadbook.load.yaml import ParsedYaml, parse

GUESS: Final = "Files that are not UTF-8, read as Windows-1252"


def first_error(document: ParsedYaml) -> str:
    """Return the first error of a YAML file, with its line; empty if it has none."""
    errors = (each for each in document.findings if each.severity is Severity.ERROR)
    return next((f"line {each.place.line}: {each.message}" for each in errors), "")


def as_written(document: ParsedYaml, *keys: str | int) -> str:
    """Return a value as it is written in YAML; empty if it is not there, or no scalar.

    Our own YAML has no times, and dates are no texts in it; files of others have both, unquoted.
    """
    value = at(document.value, *keys)
    if value is None or isinstance(value, dict | list):
        return ""
    return (document.spot(keys).raw or "").strip()


class MicrosoftFaq(PlainReader):
    """Reads Microsoft's files of frequent questions (`### YamlMime:FAQ`)."""

    system = "Microsoft FAQ"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield a question and an answer of each entry."""
        is_found = False
        for path in list_files(source.path, ".yml", ".yaml"):
            text, is_guess = decode(read_file(path))
            if "YamlMime:FAQ" not in text[:500]:
                yield Note("Files that are not an FAQ, which were left out", path.name)
                continue
            if is_guess:
                yield Note(GUESS, path.name)
            document = parse(text, path.name)
            if error := first_error(document):
                raise UserError(f"{path.name}, {error}")
            is_found = True
            yield from _read_faq(document, path.name)
        if not is_found:
            raise UserError(f"No file in {source.where} begins with `### YamlMime:FAQ`.")


def _read_faq(document: ParsedYaml, name: str) -> Iterator[Record]:
    value = document.value
    day = day_of(as_written(document, "metadata", "ms.date"), "month-first")
    for number, section in enumerate(list_at(value, "sections")):
        for place, entry in enumerate(list_at(section, "questions")):
            line, _ = document.position(("sections", number, "questions", place))
            where = f"{name}:{line}"
            key = f"{name}/{number}/{place}"
            title, answer = text_at(entry, "question"), text_at(entry, "answer")
            if not title and not answer:
                yield Note("Entries without a text, which were left out", where)
                continue
            topic = text_at(section, "name")
            yield Post(
                key=key, kind="question", place=where, title=title, at=day, markup="markdown",
                tags=(topic,) if topic else (), board=text_at(value, "title"),
            )  # fmt: skip
            if answer:
                yield Post(
                    key=f"{key}/answer", kind="answer", place=where, parent=key, body=answer,
                    markup="markdown", at=day, accepted=True,
                )  # fmt: skip


class Zendesk(PlainReader):
    """Reads the articles of Zendesk Guide, as its API gives them (`articles.json`)."""

    system = "Zendesk"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield a question and an answer of each article; drafts are left out."""
        files = list_files(source.path, ".json")
        sections: dict[str, str] = {}
        for path in files:  # one after the other: an export is larger than memory
            for each in list_at(load_json(read_file(path), path.name), "sections"):
                sections[text_at(each, "id")] = text_at(each, "name")
        is_found, further = False, list[bool]()
        for path in files:
            value, name = load_json(read_file(path), path.name), path.name
            if isinstance(value, dict) and "next_page" in value and "articles" in value:
                further.append(bool(value["next_page"]))
            articles = list_at(value, "articles") or (
                [value["article"]] if at(value, "article") else []
            )
            for article in articles if not isinstance(value, list) else value:
                is_found = True
                yield from _read_article(article, name, sections)
        if not is_found:
            raise UserError(f"There are no `articles` in {source.where}.")
        if further and all(further):
            words = "Further articles that are not in the source; fetch all pages"
            yield Note(words, files[-1].name)

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise `/hc/en-us/articles/42-title`."""
        found = re.search(r"/articles/(\d+)", path_of(url))
        return f"article-{found[1]}" if found else ""


def _read_article(article: Any, name: str, sections: dict[str, str]) -> Iterator[Record]:
    id_ = text_at(article, "id")
    place, key = f"{name}: article {id_}", f"article-{id_}"
    if not id_ or at(article, "draft") is True:
        yield Note("Drafts and articles without an id, which were left out", place)
        return
    url = text_at(article, "html_url")
    day, edited = day_of(text_at(article, "created_at")), day_of(text_at(article, "edited_at"))
    path = path_of(url).lstrip("/")
    short = re.sub(r"(/articles/\d+)-.*", r"\1", path)
    language = text_at(article, "locale")
    yield Post(
        key=key, kind="question", place=place, at=day,
        title=text_at(article, "title") or text_at(article, "name"),
        board=sections.get(text_at(article, "section_id"), ""), url=url,
        tags=tuple(text_at([each], 0) for each in list_at(article, "label_names")),
        urls=tuple(dict.fromkeys(each for each in (path, short) if each)),
        lang=_language(language),
    )  # fmt: skip
    if text_at(article, "body"):
        yield Post(
            key=f"{key}/body", kind="answer", place=place, parent=key, at=day, edited=edited,
            body=text_at(article, "body"), author=text_at(article, "author_id"),
            rank="staff", accepted=True,
            votes=number_at(article, "vote_sum"),
        )  # fmt: skip


def _language(locale: str) -> str:
    first, _, rest = locale.partition("-")
    return f"{first}-{rest.upper()}" if rest else first
