"""Which thread answers a question: one of the site, a draft, or none."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from threadbook.gaps.grouping import Collected, Question, group
from threadbook.library import Library, Outline
from threadbook.load.files import Sealed
from threadbook.pages import Planning, plan_site, share
from threadbook.search.suggest import Suggester
from threadbook.search.vectors import Reader
from threadbook.settings import Settings

_WORDINGS: Final = 3
"""How many wordings of a question are tried."""

Answer = Literal["missing", "draft", "waiting", "answered"]
"""What there is for a question: nothing, a draft, a thread without an answer, or an answer."""

ORDER: Final[tuple[Answer, ...]] = ("missing", "draft", "waiting", "answered")


class Gap(NamedTuple):
    """Questions that ask the same, the most asked wording first, and what there is for them.

    `thread` is the one that answers, or the nearest one where none does, if there is any; `match`
    tells how well it matches, from 0 to 1, as `threadbook suggest` does.
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
    reader: Reader | None = None,
) -> Gaps:
    """Match all questions with threads; drafts are searched as if they were published.

    With a `reader`, questions are put together and matched by what they mean, if its model can
    tell that nothing answers a question; otherwise all goes by words.
    """
    if reader and not reader.model.is_discerning:
        reader = None
    matcher = _Matcher(library, sealed, settings, reader)
    encode = reader.model.encode if reader else None
    groups = group(collected.questions, settings.language, encode)
    found = [matcher.match(questions) for questions in groups]
    return Gaps(tuple(sorted(found, key=_rank)))


def _rank(gap: Gap) -> tuple[int, int, str]:
    return ORDER.index(gap.answer), -gap.times, gap.questions[0].text


class _Matcher:
    """Finds threads, drafts included."""

    def __init__(
        self,
        library: Library,
        sealed: Mapping[str, Sealed],
        settings: Settings,
        reader: Reader | None,
    ) -> None:
        self.library = library
        threads = {id_: _published(outline) for id_, outline in library.threads.items()}
        whole = replace(library, threads=threads)
        plan = plan_site(Planning(whole, sealed, settings))
        self.suggester = Suggester(plan, share(settings, whole), settings, reader)

    def match(self, questions: tuple[Question, ...]) -> Gap:
        """Return what there is for questions that ask the same, as most who ask find it."""
        tried = questions[:_WORDINGS]
        found = [self._match(each.text) for each in tried]
        times: Counter[Answer] = Counter()
        for question, (_, _, answer) in zip(tried, found, strict=True):
            times[answer] += question.times
        most = max(times, key=lambda answer: (times[answer], ORDER.index(answer)))
        thread, match, answer = max((each for each in found if each[2] == most), key=itemgetter(1))
        return Gap(questions, answer, thread, match)

    def _match(self, text: str) -> tuple[str, float, Answer]:
        found = self.suggester.suggest(text, 1)
        if not found:
            return "", 0.0, "missing"
        thread, match = found[0].thread, found[0].match
        return thread, match, self._judge(thread) if found[0].answered else "missing"

    def _judge(self, id_: str) -> Answer:
        outline = self.library.threads[id_]
        if not outline.has_page:
            return "draft"
        return "answered" if outline.is_answered else "waiting"


def _published(outline: Outline) -> Outline:
    return outline._replace(status="published") if outline.status == "draft" else outline
