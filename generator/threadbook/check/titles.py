"""Rules about titles, which are all that readers see in many lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from threadbook.check.alike import stem_question
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Edit, Related, Severity
from threadbook.load.file import Location, ThreadFile
from threadbook.text import language_of

TITLE_LENGTH: Final = 90
"""Characters; search results cut longer titles, and they fill half of a phone's screen."""

_QUESTION_MARKS: Final = ("?", "\uff1f", "\u061f", "\u037e", "\u055e")
"""Latin, full-width, Arabic, Greek and Armenian."""

_NEED: Final = re.compile(
    r"\b(i|i'm|i've|i'd|my|me|we|we're|we've|our|us|how to|need|needs|want|wants|unable|help with|"
    r"can't|cannot|can not|won't|don't|doesn't|didn't|isn't|aren't|no longer|not working|fails?|"
    r"failed|missing|lost|error)\b"
)
_SHOUTING: Final = re.compile(r"[^\W\d_]{2,}")


def _words(text: str) -> str:
    return text.replace("\u2019", "'").casefold()


@rule("TB301", Severity.WARNING)
def title_asks(file: ThreadFile, circumstances: Circumstances) -> Iterator[Problem]:
    """A title is neither a question nor a statement of need.

    People scan lists for their own question. "Contract" could mean anything; "When does my contract
    begin?" is recognised at once. Only English titles are checked, because the rule knows
    statements of need ("my payment is missing") in English only.

    Bad:
        title: Contract

    Good:
        title: When does my contract begin?
    """
    title = file.model.title
    language = language_of(file.model.lang or circumstances.language)
    # A quote, a bracket or a full stop may follow the question mark.
    is_question = title.rstrip("\"')!. ").endswith(_QUESTION_MARKS)
    if language == "en" and not is_question and not _NEED.search(_words(title)):
        message = "The title is neither a question nor a statement of need."
        hint = 'Ask it as a reader would: "When does …?", "How do I …?", "My … does not …".'
        yield Problem(file.at("title"), message, hint)


def _has_capitals(file: ThreadFile) -> bool:
    return not file.model.title[1:].islower()


@rule("TB302", Severity.WARNING, concerns=_has_capitals)
def title_is_calm(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """A title is written in capital letters.

    Capital letters look like shouting and are slower to read, and screen readers may spell them
    out.

    Bad:
        title: WHY DID NOBODY ANSWER ME?

    Good:
        title: Why did nobody answer me?
    """
    words = _SHOUTING.findall(file.model.title)
    letters = "".join(words)
    loud = [word for word in words if word.isupper() and len(word) > 3]  # noqa: PLR2004 - not NASA
    if len(loud) > 1 and sum(map(str.isupper, letters)) * 2 > len(letters):
        hint = "Write it in lower case, as you would in a sentence."
        yield Problem(file.at("title"), "The title is written in capital letters.", hint)


@rule("TB303", Severity.WARNING)
def title_is_short(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """A title is longer than 90 characters.

    Search results cut it off, and in lists it fills half of a phone's screen. The details belong
    in the question.

    Bad:
        title: I sent a proposal last week and the client has read it but did not answer, so should I write again or wait?

    Good:
        title: The client read my proposal and does not answer. Should I write again?
    """  # noqa: E501 - a long title is what it is about
    length = len(file.model.title)
    if length > TITLE_LENGTH:
        message = f"The title has {length} characters; only {TITLE_LENGTH} fit everywhere."
        hint = "Keep the question, and move the rest to the question's text."
        yield Problem(file.at("title"), message, hint)


@rule("TB304", Severity.WARNING)
def title_ends_once(file: ThreadFile, _: Circumstances) -> Iterator[Problem]:
    """A title ends in several question or exclamation marks.

    One is enough; several sound desperate, and screen readers read each of them aloud.

    Bad:
        title: When am I paid???

    Good:
        title: When am I paid?
    """
    title = file.model.title
    marks = title[len(title.rstrip("?!\uff1f")) :]
    if len(marks) < 2:  # noqa: PLR2004 - one mark is as it should be
        return
    mark = next((mark for mark in marks if mark != "!"), "!")
    place = file.in_text(("title",), title, len(title) - len(marks))
    end = (place.line, place.column + len(marks))
    is_there = file.lines[place.line - 1][place.column - 1 : end[1] - 1] == marks
    fix = (Edit((place.line, place.column), end, mark),) if is_there else ()
    yield Problem(place, f'The title ends in "{marks}".', f'Write one "{mark}".', fix=fix)


def _is_also_asked(file: ThreadFile) -> bool:
    return bool(file.model.also_asked)


@rule("TB306", Severity.NOTICE, concerns=_is_also_asked)
def also_asked_adds_words(file: ThreadFile, circumstances: Circumstances) -> Iterator[Problem]:
    """An entry of `also_asked` has the same words as the title or as another entry.

    Search already knows those words. An entry helps when it uses the words of people who do not
    know the right ones.

    Bad:
        title: When am I paid?
        also_asked: [When was I paid?]

    Good:
        title: When am I paid?
        also_asked: [Where is my money?]
    """
    thread = file.model
    language = thread.lang or circumstances.language
    first: dict[frozenset[str], tuple[str, Location]] = {
        stem_question(thread.title, language): (thread.title, ("title",))
    }
    for place, text in enumerate(thread.also_asked):
        stems = stem_question(text, language)
        said, location = first.setdefault(stems, (text, ("also_asked", place)))
        if location != ("also_asked", place):
            yield Problem(
                file.at("also_asked", place),
                f'"{text}" adds no words to "{said}".',
                "Remove it, or use other words.",
                (Related("asked here", file.at(*location)),),
            )
