"""Which thread answers a question: one of the site, a draft, or none."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal, NamedTuple

from threadbook.gaps.grouping import Collected, Encode, Question, group
from threadbook.library import Library, Outline
from threadbook.load.files import Sealed
from threadbook.pages import Planning, plan_site, share
from threadbook.search.confidence import share_of
from threadbook.search.question import rank, read_question
from threadbook.search.ranking import ranking
from threadbook.search.suggest import Suggester
from threadbook.settings import Settings

ENOUGH: Final = 0.4
"""A thread answers a question if it has at least this share of its words.

Of the golden queries of the example base 99 in 100 reach it, of everyday questions 74, and of those
that nothing there answers 33 (`tests/questions/`): a gap is named rather once too often.
"""

_WORDINGS: Final = 3
"""How many wordings of a question are tried."""

Answer = Literal["missing", "draft", "waiting", "answered"]
"""What there is for a question: nothing, a draft, a thread without an answer, or an answer."""

ORDER: Final[tuple[Answer, ...]] = ("missing", "draft", "waiting", "answered")


class Gap(NamedTuple):
    """Questions that ask the same, the most asked wording first, and what there is for them.

    `thread` is the one that answers, or the nearest one where none does, if there is any; `match`
    is the share of the question's words that it has, from 0 to 1.
    """

    questions: tuple[Question, ...]
    answer: Answer
    thread: str = ""
    match: float = 0.0

    @property
    def times(self) -> int:
        """How many times it was asked."""
        return sum(each.times for each in self.questions)

    @property
    def days(self) -> tuple[datetime.date | None, datetime.date | None]:
        """The first and the last day on which it was asked, where known."""
        first = [each.first for each in self.questions if each.first]
        last = [each.last for each in self.questions if each.last]
        return min(first, default=None), max(last, default=None)


class Gaps(NamedTuple):
    """The ledger: all that was asked, by what there is for it, and then the most asked first."""

    gaps: tuple[Gap, ...]

    def of(self, answer: Answer) -> tuple[Gap, ...]:
        """Return the questions for which there is this."""
        return tuple(each for each in self.gaps if each.answer == answer)

    def times(self, *answers: Answer) -> int:
        """Return how many times questions were asked for which there is one of these."""
        return sum(each.times for each in self.gaps if each.answer in answers)


def find_gaps(
    collected: Collected,
    library: Library,
    sealed: Mapping[str, Sealed],
    settings: Settings,
    encode: Encode | None = None,
) -> Gaps:
    """Match all questions with threads; drafts are searched as if they were published."""
    matcher = _Matcher(library, sealed, settings)
    groups = group(collected.questions, settings.language, encode)
    found = [matcher.match(questions) for questions in groups]
    return Gaps(tuple(sorted(found, key=_rank)))


def _rank(gap: Gap) -> tuple[int, int, str]:
    return ORDER.index(gap.answer), -gap.times, gap.questions[0].text


class _Matcher:
    """Finds threads, drafts included."""

    def __init__(self, library: Library, sealed: Mapping[str, Sealed], settings: Settings) -> None:
        self.library = library
        threads = {id_: _published(outline) for id_, outline in library.threads.items()}
        whole = replace(library, threads=threads)
        plan = plan_site(Planning(whole, sealed, settings))
        self.suggester = Suggester(plan, share(settings, whole), settings)

    def match(self, questions: tuple[Question, ...]) -> Gap:
        """Return what there is for questions that ask the same: the best for any wording."""
        best = [self._match(each.text) for each in questions[:_WORDINGS]]
        thread, match, answer = max(best, key=lambda each: (ORDER.index(each[2]), each[1]))
        return Gap(questions, answer, thread, match)

    def _match(self, text: str) -> tuple[str, float, Answer]:
        suggester, by = self.suggester, ranking()
        question = read_question(text, suggester.languages, suggester.groups, by)
        found = rank(question, suggester.index, by)
        total = len(suggester.index.texts)
        address = next((each for each in found.scores if each in suggester.cards), None)
        if address is None:
            return "", 0.0, "missing"
        match = share_of(found, [address], total, by)
        id_ = suggester.cards[address].id
        return id_, match, self._judge(id_) if match >= ENOUGH else "missing"

    def _judge(self, id_: str) -> Answer:
        outline = self.library.threads[id_]
        if not outline.has_page:
            return "draft"
        return "answered" if outline.is_answered else "waiting"


def _published(outline: Outline) -> Outline:
    return outline._replace(status="published") if outline.status == "draft" else outline
