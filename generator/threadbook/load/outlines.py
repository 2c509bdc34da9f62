"""A thread's outline and references, with the place of every reference."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from threadbook import markdown
from threadbook.library import (
    Ask,
    Mention,
    Outline,
    Redirect,
    Reference,
    ReferenceKind,
    Silenced,
)
from threadbook.load.file import Body, File, Location, ThreadFile, refer
from threadbook.model import QUESTION_ID, Answer, Question, Thread
from threadbook.text import UNSPACED

_UNSPACED = re.compile(f"[{UNSPACED}]")

_SPACES_AND_OTHERS: Final = bytes(32 if chr(code).isspace() else 120 for code in range(256))
"""A space for every space of ASCII, and an x for anything else."""

SUMMARY_LENGTH = 200
"""How much of a body is shown instead of a missing summary, in characters."""

SENTENCE_LENGTH = 30
"""What a short answer has at least, in characters, if the answer goes on: "Yes." is too little."""

# Plain strings, because enum members take longer to pickle and there are thousands of them.
THREAD = ReferenceKind.THREAD.value
TOPIC = ReferenceKind.TOPIC.value
PERSON = ReferenceKind.PERSON.value
MEDIUM = ReferenceKind.MEDIUM.value
LABEL = ReferenceKind.LABEL.value


def make_outline(file: ThreadFile) -> Outline:
    """Condense a thread."""
    thread, source = file.model, file.source
    answers = thread.every_answer
    references = tuple(_references(file))
    parts: tuple[Thread | Answer, ...] = (thread, *answers)
    return Outline(
        id=source.id,
        board=source.board,
        file=source.file,
        title=thread.title,
        asks=tuple(_asks(file)),
        topics=tuple(dict.fromkeys(thread.topics)),
        summary=thread.summary or _summary(thread.question, answers),
        status=thread.status,
        answers=len(answers),
        accepted=sum(answer.accepted for answer in answers),
        votes=max((answer.votes for answer in answers), default=0),
        asked=min(file.days, default=None),
        updated=max(file.days, default=None),
        related=thread.related,
        duplicate_of=thread.duplicate_of,
        replaced_by=thread.replaced_by,
        redirects=tuple(
            Redirect(old, file.at("redirect_from", place))
            for place, old in enumerate(thread.redirect_from)
        ),
        mentions=tuple(_mentions(file)),
        references=references,
        silences=tuple(
            Silenced(silence.rule, file.at("silence", place, "rule"))
            for place, silence in enumerate(thread.silence)
        ),
        verified=thread.verified,
        review_by=thread.review_by,
        waited=_waited(thread.question, answers),
        answer_months=_months(answers),
        fingerprint=_print_of([thread.title, *(body.text for body in file.bodies)]),
        words=_count_words(thread.title) + _count_words_of(file),
        accepted_print=_print_of([each.body for each in answers if each.accepted]),
        size=source.size,
        anchors=tuple(_anchors(file)),
        owners=tuple(dict.fromkeys(each.owner for each in parts if each.owner is not None)),
        is_imported=thread.source is not None,
    )


def _anchors(file: ThreadFile) -> Iterator[str]:
    """Yield the ids of the thread's page: the question, the answers, and their headings."""
    if file.model.question is not None:
        yield QUESTION_ID
    names = [answer.id or "" for answer in file.model.every_answer]
    yield from names
    for body in file.bodies if file.has_parts else ():
        if body.anatomy.headings:
            prefix = _prefix(body.location, names)
            yield from (f"{prefix}{each.id}" for each in markdown.list_headings(body.text))


def _prefix(location: Location, names: Sequence[str]) -> str:
    """Return what the ids in a post or comment begin with on the page."""
    first, *rest = location
    name = QUESTION_ID if first == "question" else names[0 if first == "answer" else int(rest[0])]
    if "comments" in location:
        return f"tb_{name}_c{int(location[-2]) + 1}_"
    return f"{name}_"


def _print_of(texts: Sequence[str]) -> str:
    """Return a short hash that YAML never takes for a number; empty for no texts."""
    said = "\0".join(texts).encode("utf-8", "surrogatepass")
    return f"a{hashlib.blake2s(said, digest_size=5).hexdigest()}" if said else ""


def _count_words_of(file: ThreadFile) -> int:
    if file.said.isascii():
        return _count_words(file.said)
    return sum(_count_words(body.text) for body in file.bodies)


def _count_words(text: str) -> int:
    """Count words as `str.split` would; two characters of an unspaced script are one more."""
    if text.isascii():
        return (b" " + text.encode().translate(_SPACES_AND_OTHERS)).count(b" x")
    # About two characters make a word in Chinese and Japanese.
    return len(text.split()) + len(_UNSPACED.findall(text)) // 2


def _asks(file: ThreadFile) -> Iterator[Ask]:
    """Yield the title and the other ways people ask it."""
    yield Ask(file.model.title, *file.document.position(("title",)))
    for place, text in enumerate(file.model.also_asked):
        yield Ask(text, *file.document.position(("also_asked", place)))


def _mentions(file: ThreadFile) -> Iterator[Mention]:
    """Yield the first link to each other thread."""
    known = set()
    for body in file.bodies:
        for link in body.anatomy.links:
            if link.thread is not None and link.thread not in known:
                known.add(link.thread)
                before, after = markdown.find_sentence(body.text, link)
                yield Mention(link.thread, before, _shown(link), after)


def _shown(link: markdown.BodyLink) -> str:
    """Return a link's text; `[[id]]` has none of its own."""
    return "" if link.is_bare else link.text


def _summary(question: Question | None, answers: tuple[Answer, ...]) -> str:
    """Return the beginning of the best answer, or else of the question.

    An accepted answer gives its first sentence, because its page shows that as the short answer.
    """
    best = min(answers, key=lambda answer: (-answer.accepted, -answer.votes), default=question)
    if best is None:
        return ""
    said = markdown.plain_text(best.body, SUMMARY_LENGTH)
    is_solved = isinstance(best, Answer) and best.accepted
    return markdown.open_sentences(said, SENTENCE_LENGTH) if is_solved else said


def _waited(question: Question | None, answers: tuple[Answer, ...]) -> int | None:
    """Return the days to the first answer; an answer older than its question says nothing."""
    first = min((answer.at for answer in answers if answer.at is not None), default=None)
    if question is None or question.at is None or first is None or first < question.at:
        return None
    return (first - question.at).days


def _months(answers: tuple[Answer, ...]) -> tuple[tuple[str, int], ...]:
    days = (answer.at for answer in answers if answer.at is not None)
    return tuple(sorted(Counter(day.isoformat()[:7] for day in days).items()))


def _references(file: ThreadFile) -> Iterator[Reference]:
    thread, at, name = file.model, file.document.position, file.source.file
    for place, topic in enumerate(thread.topics):
        yield Reference(TOPIC, topic, "topics", name, *at(("topics", place)))
    for place, related in enumerate(thread.related):
        yield Reference(THREAD, related, "related", name, *at(("related", place)))
    if thread.duplicate_of is not None:
        yield Reference(THREAD, thread.duplicate_of, "duplicate_of", name, *at(("duplicate_of",)))
    if thread.replaced_by is not None:
        yield Reference(THREAD, thread.replaced_by, "replaced_by", name, *at(("replaced_by",)))
    yield from _keepers(file)
    for body in file.bodies:
        if body.by is not None:
            yield Reference(PERSON, body.by, "by", name, *at((*body.location[:-1], "by")))
        yield from refer(file, body, "body", markdown.THREAD_WAY)
        yield from find_media(file, body, markdown.THREAD_WAY)


def find_media(file: File[Any], body: Body, way: str) -> Iterator[Reference]:
    """Yield the pictures and files that a body names; `way` leads to the content folder."""
    if not body.anatomy.images and not body.anatomy.links:
        return
    for url, start in body.anatomy.targets:
        name = markdown.name_medium(url, way)
        if name is not None:
            place = file.in_text(body.location, body.text, start)
            yield Reference(MEDIUM, name, "body", *place)


def _keepers(file: ThreadFile) -> Iterator[Reference]:
    """Yield who keeps the thread and its answers true, and for whom they hold."""
    thread = file.model
    yield from _kept((), thread, file)
    if thread.verified_by is not None:
        at = file.document.position(("verified_by",))
        yield Reference(PERSON, thread.verified_by, "verified_by", file.source.file, *at)
    for place, answer in enumerate(thread.answers):
        yield from _kept(("answers", place), answer, file)
    if thread.answer is not None:
        yield from _kept(("answer",), thread.answer, file)


def _kept(
    where: tuple[str | int, ...], part: Thread | Answer, file: ThreadFile
) -> Iterator[Reference]:
    at, name = file.document.position, file.source.file
    if part.owner is not None:
        yield Reference(PERSON, part.owner, "owner", name, *at((*where, "owner")))
    for place, label in enumerate(part.applies_to):
        yield Reference(LABEL, label, "applies_to", name, *at((*where, "applies_to", place)))
