"""The quizzes of Microsoft Learn's units (`### YamlMime:ModuleUnit`) as checks of a path.

Source of the format: the knowledge checks of the public MicrosoftDocs/learn repositories: below
`quiz`, a `title` and `questions`, each with `content` (Markdown) and `choices` of `content`,
`isCorrect` and `explanation`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from threadbook.findings import Severity
from threadbook.load.yaml import ParsedYaml, parse
from threadbook.markdown import plain_text
from threadbook.model import Check, Choice

LINE_LIMIT: Final = 500
"""Characters of a line; a longer text is refused, not cut."""


_PICTURE: Final = re.compile(r"!\[|<img|:::image", re.IGNORECASE)
"""Pictures in Markdown, in HTML and in Learn's own syntax."""


class QuizProblem(NamedTuple):
    """Why a quiz, or a part of it, cannot be imported; line and column count from 1."""

    line: int
    column: int
    text: str


class Quiz(NamedTuple):
    """What a file holds; with problems its checks are not all there."""

    title: str
    checks: tuple[Check, ...]
    problems: tuple[QuizProblem, ...]


def read_quiz(text: str) -> Quiz:
    """Read a quiz: every question, or the problems that prevent it.

    Markdown becomes plain text, because the texts of a check are single lines. An image has no
    text, so it is a problem.
    """
    document = parse(text, "")
    found = [
        QuizProblem(each.place.line, each.place.column, each.message)
        for each in document.findings
        if each.severity is Severity.ERROR
    ]
    if document.value is None:
        return Quiz("", (), tuple(found) or (QuizProblem(1, 1, "The file is empty."),))
    reader = _Reader(document)
    reader.problems += found
    questions = reader.entry(("quiz", "questions"), list, "A quiz has a list of `questions`")
    checks = [reader.check(place) for place in range(len(questions or ()))]
    if questions == []:
        reader.refuse(("quiz", "questions"), "The quiz has no questions.")
    title = reader.peek(("quiz", "title")) or reader.peek(("title",))
    return Quiz(
        " ".join(str(title or "").split()),
        tuple(check for check in checks if check is not None),
        tuple(sorted(reader.problems)),
    )


class _Reader:
    """Follows a parsed file, and notes what is wrong on the way."""

    def __init__(self, document: ParsedYaml) -> None:
        self.document = document
        self.problems: list[QuizProblem] = []

    def refuse(self, location: Sequence[str | int], text: str) -> None:
        self.problems.append(QuizProblem(*self.document.position(location), text))

    def peek(self, location: Sequence[str | int]) -> Any:
        value = self.document.value
        for step in location:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def entry(self, location: Sequence[str | int], kind: type, words: str) -> Any:
        value = self.peek(location)
        if isinstance(value, kind):
            return value
        self.refuse(location, f"{words}.")
        return None

    def line(self, location: Sequence[str | int], noun: str) -> str | None:
        """Return a text as one line without markup."""
        text = self.entry(location, str, f"{noun} is a text, `{location[-1]}`")
        if text is None:
            return None
        if _PICTURE.search(text):
            self.refuse(location, f"{noun} shows an image, which a check cannot.")
            return None
        line = plain_text(text, len(text) + 1)
        if not line:
            self.refuse(location, f"{noun} has no text.")
        elif len(line) > LINE_LIMIT:
            self.refuse(location, f"{noun} has {len(line)} characters; the limit is {LINE_LIMIT}.")
        return line if 0 < len(line) <= LINE_LIMIT else None

    def check(self, place: int) -> Check | None:
        at = ("quiz", "questions", place)
        question = self.line((*at, "content"), "A question")
        choices = self.entry((*at, "choices"), list, "A question has a list of `choices`")
        found = [self.choice((*at, "choices", number)) for number in range(len(choices or ()))]
        good = [choice for choice in found if choice is not None]
        if choices is None or len(good) < len(found):
            return None
        right = sum(choice.correct for choice in good)
        if not 0 < right < len(good):
            which = "None" if not right else "Every one"
            self.refuse((*at, "choices"), f"{which} of the choices is right, so it tests nothing.")
            return None
        return Check(question=question, choices=tuple(good)) if question else None

    def choice(self, at: Sequence[str | int]) -> Choice | None:
        text = self.line((*at, "content"), "A choice")
        correct = self.entry((*at, "isCorrect"), bool, "`isCorrect` of a choice is true or false")
        has_why = self.peek((*at, "explanation")) not in (None, "")
        why = self.line((*at, "explanation"), "An explanation") if has_why else None
        if text is None or correct is None or (has_why and why is None):
            return None
        return Choice(text=text, correct=correct, why=why)


def make_steps(checks: Iterable[Check]) -> Iterator[dict[str, Any]]:
    """Yield checks as an editor writes them in a path's `steps`."""
    for check in checks:
        yield {"check": check.model_dump(exclude_defaults=True, mode="json")}
