"""What is searched: lean documents for Pagefind, which keeps the index, and what the browser needs.

A document holds each stem once, at the level `threadbook.search` gives it, so ranking is the same
in the browser and in `threadbook suggest`. Pagefind would look for words that begin alike, too:
`END` closes each stem, and a word that is still being typed is looked up without it.
"""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from threadbook import markdown
from threadbook.load.files import unseal
from threadbook.model import Answer, Question, Thread
from threadbook.pages import Page, Surroundings
from threadbook.pages.contexts import PathContext, TermItem
from threadbook.search.index import Document, levels, stop_stems
from threadbook.search.question import Groups
from threadbook.search.ranking import ranking
from threadbook.text import STEMMERS, language_of

END: Final = "qx"
"""Closes every stem: no stem is the beginning of another one."""

_READ: Final = 20_000
"""What is read of a body, in characters."""

_ANSWER, _REST = 1_000, 2_000
"""What a result keeps of the best answer and of all other texts, in characters."""

_STOP: Final = "qs"
"""Begins stop words: questions have many, and so they lie in one part of the index."""

_MOST_VOTES: Final = 240
"""The votes by which results are ordered go up to this: as many levels there are."""

_BRAILLE: Final = {byte: 0x2800 + byte for byte in range(256)}
_BLANKS: Final = re.compile(r"\s+")
_TAG: Final = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.DOTALL)


class SearchDocument(NamedTuple):
    """A page as search sees it: `said` is for showing it, `filters` are by name."""

    document: Document
    said: Mapping[str, str]
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
    """Yield what a page is to search: a thread or a path; duplicates and obsolete ones are not.

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
            said = {"kind": "path", "title": path.title, "answer": text[:_ANSWER]}
            yield SearchDocument(Document(page.url, language, fields, "path"), said)
        case _:
            pass


def term_documents(terms: Iterable[TermItem], url: str, language: str) -> Iterator[SearchDocument]:
    """Yield the words of the glossary; `url` is its page."""
    for term in terms:
        fields = {"title": " ".join([term.term, *term.also]), "summary": term.definition}
        said = {"kind": "term", "title": term.term, "answer": term.definition}
        yield SearchDocument(Document(f"{url}#{term.anchor}", language, fields, "term"), said)


def prose_document(url: str, title: str, content: str, language: str) -> SearchDocument:
    """Return a prose page, of its rendered content."""
    text = _BLANKS.sub(" ", html.unescape(_TAG.sub(" ", content))).replace("¶", "").strip()
    said = {"kind": "page", "title": title, "answer": text[:_ANSWER], "rest": text[:_REST]}
    fields = {"title": title, "accepted": text}
    return SearchDocument(Document(url, language, fields, "page"), said)


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
    said = {
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
    return SearchDocument(document, said, filters, day, votes)


def _id(url: str) -> str:
    return url.rstrip("/").rpartition("/")[2]


def document_file(
    found: SearchDocument, stems: Mapping[str, int], stops: frozenset[str] = frozenset()
) -> bytes:
    """Write a document as Pagefind reads it: each stem once, weighted with its level.

    `stops` are the stems of stop words in the site's own language, in which questions are read.
    """
    parts = ['<!doctype html><html lang="und"><body data-pagefind-body>']
    said = {"at": found.document.id, **{name: text for name, text in found.said.items() if text}}
    parts.append(_value("meta", "said", hidden(json.dumps(said, ensure_ascii=False))))
    parts.append(_value("sort", "day", found.day or "0"))  # of several, the order would vary
    by_level: defaultdict[int, list[str]] = defaultdict(list)
    for name, values in found.filters.items():
        by_level[1] += (filter_stem(name, value) + END for value in values)
    by_level[min(max(found.votes, 0) + 1, _MOST_VOTES)].append(filter_stem("votes", "") + END)
    for stem, level in stems.items():
        by_level[level].append((_STOP if stem in stops else "") + stem + END)
    for level in sorted(by_level):
        weight = (level + 0.5) / 24  # Pagefind keeps weights in steps of 1/24, rounded down
        words = " ".join(sorted(by_level[level]))
        parts.append(f'<span data-pagefind-weight="{weight:.4f}">{words}</span> ')
    parts.append("</body></html>")
    return "".join(parts).encode()


def filter_stem(name: str, value: str) -> str:
    """Return the stem by which the documents of a filter's value are found; nobody types it.

    Pagefind has filters of its own, but writes them in another order each time.
    """
    return f"qf{name}{value.replace('-', 'qq')}"


def hidden(text: str) -> str:
    """Write a text in signs that no word is made of: its UTF-8 as Braille patterns.

    Pagefind puts the words of all it keeps into the index, and only stems belong there.
    """
    return text.encode().decode("latin-1").translate(_BRAILLE)


def _value(kind: str, name: str, text: str) -> str:
    value = html.escape(_BLANKS.sub(" ", text))
    return f'<i data-pagefind-{kind}="{name}[data-v]" data-v="{value}"></i>'


def stems_of(found: SearchDocument) -> dict[str, int]:
    """Return the levels of a document's stems."""
    return levels(found.document)


def settings_file(  # noqa: PLR0913 - what the file says
    languages: Sequence[str],
    synonyms: Iterable[Sequence[str]],
    *,
    labels: Mapping[str, Mapping[str, str]],
    total: int,
    bundles: Sequence[str],
    ask_url: str,
    counts: Mapping[str, int],
) -> bytes:
    """Return what the browser must know, as JSON.

    `languages` are those of the texts, the site's first; `labels` are what filters and their
    values are called; `bundles` are the folders of the index; `ask_url` is where a question can be
    asked, with `{title}` for it, or empty; `counts` say in how many documents each stem is.
    """
    content = {
        "languages": languages,
        "stemmers": [STEMMERS.get(language, "") for language in languages],
        "synonyms": Groups.of(synonyms, languages[0]).phrases,
        "labels": labels,
        "total": total,
        "bundles": bundles,
        "end": END,
        "stop": _STOP,
        "stops": {each: counts.get(each, 0) for each in sorted(stop_stems(languages[0]))},
        "ask_url": ask_url,
        "ranking": _shown_ranking(languages),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _shown_ranking(languages: Sequence[str]) -> dict[str, object]:
    by = ranking()._asdict()
    del by["fields"], by["saturation"], by["kinds"]
    stops = {
        language: sorted(words)
        for language, words in by["stop_words"].items()
        if language in languages
    }
    return by | {"stop_words": stops}


def vocabulary_file(counts: Mapping[str, int]) -> bytes:
    """Return all stems and in how many documents each is, sorted, for finding typing errors.

    A word begins with how many of its first letters are those of the word before it.
    """
    lines, before = [], ""
    for stem in sorted(counts):
        shared = 0
        for one, other in zip(stem, before, strict=False):
            if one != other or shared == 9:  # noqa: PLR2004 - one digit
                break
            shared += 1
        lines.append(f"{shared}{stem[shared:]} {counts[stem]}")
        before = stem
    return "\n".join(lines).encode()
