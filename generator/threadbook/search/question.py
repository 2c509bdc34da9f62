"""The planner: a question, as somebody typed it, to words to look up, and their lists to one.

The browser does the same in `planner.js`; a test holds the two together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from threadbook.search.ranking import Ranking, ranking
from threadbook.search.words import language_of, spoken, stem

LONGEST: Final = 2_000
"""What is read of a question, in characters."""

MOST_WORDS: Final = 32
"""The most words of a question that are looked up."""

_PART: Final = re.compile(r'(?<!\S)(-?)"([^"]+)"|(?<!\S)-(\w\S*)|(\S+)')

Scores = Mapping[str, float]
Find = Callable[[str], Scores]


class Word(NamedTuple):
    """A word to look up: as it was typed, and its stems, each with the factor of its score."""

    typed: str
    stems: Mapping[str, float]


class Question(NamedTuple):
    """A question: its words, the phrases a result must hold and what it must not hold."""

    words: tuple[Word, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()


class Groups(NamedTuple):
    """Words that mean the same, as stems: each group's phrases."""

    phrases: tuple[tuple[tuple[str, ...], ...], ...] = ()

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]], language: str) -> Groups:
        """Stem groups of synonyms."""
        return cls(
            tuple(
                tuple(tuple(stem(word, language) for word in spoken(phrase)) for phrase in group)
                for group in groups
            )
        )


def asked(
    text: str, languages: Sequence[str], groups: Groups | None = None, by: Ranking | None = None
) -> Question:
    """Read a question; `languages` are those of the texts, the reader's first."""
    by = by or ranking()
    free: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    for minus, quoted, refused, other in _PART.findall(text[:LONGEST]):
        if quoted:
            stemmed = tuple(stem(word, languages[0]) for word in spoken(quoted))
            (without if minus else phrases).append(stemmed)
            free += () if minus else spoken(quoted)
        elif refused:
            without.append(tuple(stem(word, languages[0]) for word in spoken(refused)))
        else:
            free += spoken(other)
    kept = [word for word in dict.fromkeys(free) if not _is_stop(word, languages, by)]
    words = [_word(word, languages) for word in kept or dict.fromkeys(free)]
    words = _with_synonyms(words, groups or Groups(), by)
    return Question(
        tuple(words[:MOST_WORDS]), tuple(filter(None, phrases)), tuple(filter(None, without))
    )


def _is_stop(word: str, languages: Sequence[str], by: Ranking) -> bool:
    return word in by.stop_words.get(language_of(languages[0]), ())


def _word(word: str, languages: Sequence[str]) -> Word:
    return Word(word, dict.fromkeys((stem(word, language) for language in languages), 1.0))


def _with_synonyms(words: list[Word], groups: Groups, by: Ranking) -> list[Word]:
    """Add to each word the stems of words that mean the same."""
    typed = [next(iter(word.stems)) for word in words]
    added: list[dict[str, float]] = [{} for _ in words]
    for group in groups.phrases:
        for phrase in group:
            for start in range(len(typed) - len(phrase) + 1):
                if tuple(typed[start : start + len(phrase)]) == phrase:
                    for other in group:
                        for stemmed in other if other != phrase else ():
                            factor = by.synonym / len(other)
                            known = added[start].get(stemmed, 0.0)
                            added[start][stemmed] = max(known, factor)
    return [
        Word(word.typed, {**more, **word.stems}) for word, more in zip(words, added, strict=True)
    ]


def ranked(question: Question, find: Find, by: Ranking | None = None) -> dict[str, float]:
    """Return the scores of what has any word of a question, the best first."""
    by = by or ranking()
    lists = [_found(word, find) for word in question.words]
    return fused(lists, by)


def _found(word: Word, find: Find) -> dict[str, float]:
    best: dict[str, float] = {}
    for stemmed, factor in word.stems.items():
        for id_, score in find(stemmed).items():
            best[id_] = max(best.get(id_, 0.0), factor * score)
    return best


def fused(lists: Sequence[Scores], by: Ranking) -> dict[str, float]:
    """Fuse ranked lists: scores are added, and those with more of the words come first."""
    sums: defaultdict[str, float] = defaultdict(float)
    shares: defaultdict[str, float] = defaultdict(float)
    every = 0.0
    for found in lists:
        weight = max(found.values(), default=0.0)
        every += weight
        for id_, score in found.items():
            sums[id_] += score
            shares[id_] += weight
    scores = {id_: score * (shares[id_] / every) ** by.coverage for id_, score in sums.items()}
    return dict(sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])))
