"""What a page is to search: the texts to find it by, what a result shows of it, and its filters.

How that is written for Pagefind is the codec's (`threadbook.search.codec`).
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from threadbook import markdown
from threadbook.load.files import unseal
from threadbook.load.sources import read_lines
from threadbook.model import Answer, Question, Thread
from threadbook.pages import Page, Plan, Surroundings
from threadbook.pages.contexts import BoardItem, PathContext, PathItem, TermItem, TopicItem
from threadbook.search.index import Document, levels
from threadbook.settings import Settings
from threadbook.text import language_of

_READ: Final = 20_000
"""How much of a body is read, in characters."""

_ANSWER, _REST = 1_000, 2_000
"""How much a result keeps of the best answer and of all other texts, in characters."""

_LANGUAGES: Final = 4
"""In how many languages a question is read besides the site's own, at most."""

_WHITESPACE: Final = re.compile(r"\s+")
_TAG: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)


class Prose(NamedTuple):
    """A page of the engine's own: its address, its title, and its content as HTML."""

    url: str
    title: str
    content: str


class SearchDocument(NamedTuple):
    """A page as search sees it.

    `shown` is what a result shows; `filters` are the values by the filter's name; `day` is that
    of the last change, as `2026-11-25`, or empty; `votes` are those of the best answer.
    """

    document: Document
    shown: Mapping[str, str]
    filters: Mapping[str, Sequence[str]] = {}
    day: str = ""
    votes: int = 0


def thread_fields(thread: Thread, also_asked: Iterable[str]) -> dict[str, str]:
    """Return a thread's texts by the ranking's fields."""
    answers = thread.every_answer
    asked = thread.question.body if thread.question else ""
    posts: list[Question | Answer] = [*answers]
    posts += [thread.question] if thread.question else []
    return {
        "title": thread.title,
        "also_asked": " ".join(also_asked),
        "summary": thread.summary or "",
        "question": _plain([asked]),
        "accepted": _plain(answer.body for answer in answers if answer.accepted),
        "answers": _plain(answer.body for answer in answers if not answer.accepted),
        "comments": _plain(comment.body for post in posts for comment in post.comments),
    }


def _plain(bodies: Iterable[str]) -> str:
    return " ".join(markdown.plain_text(body, _READ) for body in bodies if body)


def documents(page: Page, language: str, stages: frozenset[str]) -> Iterator[SearchDocument]:
    """Yield a thread or a path as search sees it; duplicates and obsolete threads are left out.

    `stages` are the addresses of the topics of the life-cycle.
    """
    match page.context:
        case Surroundings() as around:
            thread = unseal(around.sealed)
            if thread.duplicate_of is None and thread.status == "published":
                yield _thread(page, around, thread, language, stages)
        case PathContext() as context:
            path = context.path
            notes = [step.note for step in path.steps if step.note]
            text = " ".join([path.summary, path.audience or "", *path.objectives])
            fields = {"title": path.title, "summary": text, "question": _plain(notes)}
            shown = {"kind": "path", "title": path.title, "answer": text[:_ANSWER]}
            yield SearchDocument(Document(page.url, language, fields, "path"), shown)
        case _:
            pass


def term_documents(terms: Iterable[TermItem], url: str, language: str) -> Iterator[SearchDocument]:
    """Yield the terms of the glossary; `url` is that of its page."""
    for term in terms:
        fields = {"title": " ".join([term.term, *term.also]), "summary": term.definition}
        shown = {"kind": "term", "title": term.term, "answer": term.definition}
        yield SearchDocument(Document(f"{url}#{term.anchor}", language, fields, "term"), shown)


def prose_document(url: str, title: str, content: str, language: str) -> SearchDocument:
    """Return a prose page as search sees it; `content` is its HTML."""
    text = _WHITESPACE.sub(" ", html.unescape(_TAG.sub(" ", content))).replace("¶", "").strip()
    shown = {"kind": "page", "title": title, "answer": text[:_ANSWER], "rest": text[:_REST]}
    fields = {"title": title, "accepted": text}
    return SearchDocument(Document(url, language, fields, "page"), shown)


def _thread(
    page: Page, around: Surroundings, thread: Thread, language: str, stages: frozenset[str]
) -> SearchDocument:
    fields = thread_fields(thread, around.also_asked)
    spoken = language_of(thread.lang or language)
    topics = [topic.url for topic in around.topics]
    solved = any(answer.accepted for answer in thread.every_answer)
    state = "solved" if solved else "answered" if thread.every_answer else "unanswered"
    votes = max((answer.votes for answer in thread.every_answer), default=0)
    day = page.changed.isoformat() if page.changed else ""
    best = fields["accepted"] or fields["answers"] or fields["summary"] or fields["question"]
    rest = (fields[name] for name in ("also_asked", "summary", "question", "answers", "comments"))
    shown = {
        "kind": "thread",
        "title": thread.title,
        "board": around.board.title,
        "topics": " · ".join(topic.title for topic in around.topics),
        "state": state,
        "day": day,
        "fingerprint": around.fingerprint,
        "answer": best[:_ANSWER],
        "rest": f"{fields['accepted'][_ANSWER:]} {' '.join(rest)}".strip()[:_REST],
    }
    filters = {
        "board": [_id(around.board.url)],
        "topic": list(map(_id, topics)),
        "stage": [_id(topic) for topic in topics if topic in stages],
        "state": [state],
        "path": [_id(step.path.url) for step in around.steps],
        "language": [spoken],
    }
    document = Document(page.url, thread.lang or language, fields)
    return SearchDocument(document, shown, filters, day, votes)


def _id(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def label_filters(plan: Plan) -> dict[str, dict[str, str]]:
    """Return what the values of filters are called, by filter."""
    catalogue = plan.catalogue
    return {
        "board": _titles(catalogue.boards),
        "topic": _titles(catalogue.topics),
        "stage": _titles(topic for topic in catalogue.topics if topic.stage is not None),
        "path": _titles(catalogue.paths),
    }


def _titles(items: Iterable[BoardItem | TopicItem | PathItem]) -> dict[str, str]:
    return {_id(item.url): item.title for item in items}


def stages_of(plan: Plan) -> frozenset[str]:
    """Return the addresses of the topics of the life-cycle."""
    return frozenset(topic.url for topic in plan.catalogue.topics if topic.stage is not None)


def prose_of(settings: Settings) -> Iterator[Prose]:
    """Yield the prose pages as they are written, for where no engine renders them."""
    for file in sorted(settings.pages.rglob("*.md")):
        text = "\n".join(read_lines(file, settings.max_file_size))
        title, _, body = text.removeprefix("# ").partition("\n")
        name = file.relative_to(settings.pages).with_suffix("").as_posix()
        yield Prose(f"{name}/", title, html.escape(markdown.plain_text(body, _READ)))


def spoken_languages(own: str, counts: Counter[str]) -> list[str]:
    """Return the languages that questions are read in: the site's own, then the most frequent."""
    return [own, *(each for each, _ in counts.most_common(_LANGUAGES) if each != own)]


def stems_of(found: SearchDocument) -> dict[str, int]:
    """Return the levels of a document's stems."""
    return levels(found.document)
