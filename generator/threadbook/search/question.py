"""The planner: it reads a question, as somebody typed it, and joins what each word finds.

The browser does the same in `planner.js`; a test keeps the two in step.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from threadbook.search.corrections import corrections
from threadbook.search.index import rarity_of
from threadbook.search.ranking import Ranking, ranking
from threadbook.text import language_of, split_words, stem

QUESTION_LIMIT: Final = 2_000
"""How much of a question is read, in characters."""

MOST_WORDS: Final = 32
"""The most words of a question that are looked up."""

_PART: Final = re.compile(r'(?<!\S)(-?)"([^"]+)"|(?<!\S)-(\w\S*)|(\S+)')

Scores = Mapping[str, float]


class Word(NamedTuple):
    """A word to look up: as typed, its own stem, and all stems with the factors of their scores.

    It has several stems if texts are in several languages, or if it has synonyms.
    """

    typed: str
    own: str
    stems: Mapping[str, float]
    is_stop: bool = False


class Question(NamedTuple):
    """A question: its words, the phrases a result must have, and those it must not have.

    `said` is what was asked without the latter. `is_free` tells whether any words stand outside of
    phrases.
    """

    words: tuple[Word, ...]
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    said: str = ""
    is_free: bool = True


class Groups(NamedTuple):
    """Groups of phrases that mean the same; a phrase is one or more stems."""

    phrases: tuple[tuple[tuple[str, ...], ...], ...] = ()

    @classmethod
    def of(cls, groups: Iterable[Sequence[str]], language: str) -> Groups:
        """Stem groups of synonyms, without stop words: questions are compared without them too."""
        return cls(tuple(tuple(_stem_phrase(each, language) for each in group) for group in groups))


def _stem_phrase(phrase: str, language: str) -> tuple[str, ...]:
    words = split_words(phrase)
    stops = ranking().stop_words.get(language_of(language), frozenset())
    kept = [word for word in words if word not in stops]
    return tuple(stem(word, language) for word in kept or words)


def read_question(
    text: str, languages: Sequence[str], groups: Groups | None = None, by: Ranking | None = None
) -> Question:
    """Read a question; `languages` are those of the texts, the reader's first.

    Each word is stemmed in all languages: nobody says in which one they ask.
    """
    by = by or ranking()
    free: list[str] = []
    phrases: list[tuple[str, ...]] = []
    without: list[tuple[str, ...]] = []
    said: list[str] = []
    is_free = False
    for minus, quoted, refused, other in _PART.findall(text[:QUESTION_LIMIT]):
        if quoted:
            stemmed = tuple(stem(word, languages[0]) for word in split_words(quoted))
            (without if minus else phrases).append(stemmed)
            free += () if minus else split_words(quoted)
            said += () if minus else (quoted,)
        elif refused:
            without.append(tuple(stem(word, languages[0]) for word in split_words(refused)))
        else:
            words = split_words(other)
            free += words
            said.append(other)
            is_free = is_free or bool(words)
    unique = list(dict.fromkeys(free))
    kept = [word for word in unique if not _is_stop(word, languages, by)]
    found = [_make_word(word, languages) for word in kept or unique]
    found = _add_synonyms(found, groups or Groups(), by)
    stops = [word for word in unique if word not in kept] if kept else []
    found += [Word(word, own := stem(word, languages[0]), {own: 1.0}, True) for word in stops]
    return Question(
        tuple(found[:MOST_WORDS]),
        tuple(filter(None, phrases)),
        tuple(filter(None, without)),
        " ".join(said),
        is_free,
    )


def _is_stop(word: str, languages: Sequence[str], by: Ranking) -> bool:
    return word in by.stop_words.get(language_of(languages[0]), ())


def _make_word(word: str, languages: Sequence[str]) -> Word:
    stems = [stem(word, language) for language in languages]
    return Word(word, stems[0], dict.fromkeys(stems, 1.0))


def _add_synonyms(words: list[Word], groups: Groups, by: Ranking) -> list[Word]:
    """Add to each word the stems of words that mean the same."""
    typed = [word.own for word in words]
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
        word._replace(stems={**more, **word.stems}) for word, more in zip(words, added, strict=True)
    ]


class Index(Protocol):
    """Documents by their stems: in memory (`DocumentIndex`), or as a build wrote them."""

    @property
    def texts(self) -> Collection[str]:
        """The ids of all documents."""
        ...

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """Every stem, and how many documents have it."""
        ...

    def find(self, stem: str) -> Mapping[str, int]:
        """Return a stem's level in each document that has it."""
        ...

    def find_beginning(self, beginning: str) -> Mapping[str, float]:
        """Return the levels of all stems with a beginning, each times its rarity, added up."""
        ...

    def has(self, id_: str, stems: Sequence[str], /) -> bool:
        """Tell whether a document has all of these stems."""
        ...

    def has_phrase(self, id_: str, phrase: Sequence[str], /) -> bool:
        """Tell whether a document has these stems one after another."""
        ...


class Ranked(NamedTuple):
    """What was found: scores by id, the best first, and the scores that each word gave.

    `shares` says of each document how much of the question it has, from 0 to 1: rare words are
    more of it than others.

    `known` are the same shares, but a word that no text has as it is typed is in no document:
    what it was taken for may be another word.

    `possible` is the most that the question's words could score. `corrected` are words that no text
    has, and the stems that they were taken for.
    """

    scores: dict[str, float]
    lists: tuple[Scores, ...]
    shares: dict[str, float]
    known: dict[str, float]
    possible: float
    corrected: tuple[tuple[str, str], ...] = ()


def rank(question: Question, index: Index, by: Ranking | None = None) -> Ranked:
    """Find the documents that have any word of a question, and rank them."""
    by = by or ranking()
    corrected: list[tuple[str, str]] = []
    strange: set[str] = set()
    lists = [_find_word(word, index, by, corrected, strange) for word in question.words]
    scores = {id_: score for id_, score in fuse(lists, by).items() if fits(question, id_, index)}
    missing = sum(
        not found and not word.is_stop for word, found in zip(question.words, lists, strict=True)
    )
    total = len(index.texts)
    shares = find_shares(lists, missing, total, by)
    typed = [
        found
        for word, found in zip(question.words, lists, strict=True)
        if word.typed not in strange
    ]
    known = find_shares(typed, len(lists) - len(typed), total, by)
    sizes = [
        (len(found) or 1, by.stop if word.is_stop else 1.0)
        for word, found in zip(question.words, lists, strict=True)
        if found or not word.is_stop
    ]
    possible = find_possible(sizes, total, by)
    return Ranked(scores, tuple(lists), shares, known, possible, tuple(corrected))


def fits(question: Question, id_: str, index: Index) -> bool:
    """Tell whether a document has all phrases of a question, and nothing with a minus."""
    is_refused = any(index.has(id_, stems) for stems in question.without)
    return not is_refused and all(index.has_phrase(id_, stems) for stems in question.phrases)


def relax(question: Question, index: Index) -> Question:
    """Return a question without its phrases, if no document has all of them.

    People quote what others told them; then the quoted words are words like any others.
    """
    ids = index.texts if question.phrases else ()
    has_some = any(all(index.has_phrase(id_, each) for each in question.phrases) for id_ in ids)
    return question if has_some or not ids else question._replace(phrases=(), is_free=True)


def find_possible(sizes: Iterable[tuple[int, float]], total: int, by: Ranking) -> float:
    """Return the most that a question's words could score.

    `sizes` says of each word how many of the `total` documents have it, and its score's factor.
    """
    weights: list[float] = [factor * rarity_of(size, total) ** by.rarity for size, factor in sizes]
    return by.levels * sum(weights)


def find_shares(lists: Sequence[Scores], missing: int, total: int, by: Ranking) -> dict[str, float]:
    """Return the share of a question's words that each document has; rarer words are more of it.

    No document has the `missing` ones. They count as if one of the `total` had them, in its title.
    """
    shares: defaultdict[str, float] = defaultdict(float)
    weights = [max(found.values(), default=0.0) for found in lists]
    every = sum(weights) + missing * by.levels * rarity_of(1, total) ** by.rarity
    for found, weight in zip(lists, weights, strict=True):
        for id_ in found:
            shares[id_] += weight / every
    return dict(shares)


def _find_word(
    word: Word, index: Index, by: Ranking, corrected: list[tuple[str, str]], strange: set[str]
) -> dict[str, float]:
    total = len(index.texts)
    lists = [(index.find(each), factor) for each, factor in word.stems.items()]
    found = join_stems(lists, total, by)
    if word.is_stop:
        if len(found) > max(by.stop_count, by.stop_share * total):
            return {}
        return {id_: by.stop * score for id_, score in found.items()}
    is_rare = len(index.find(word.own)) <= max(by.beginning_count, by.beginning_share * total)
    if is_rare and len(word.own) >= by.beginning_length:
        alike = index.find_beginning(word.own[: by.beginning_length])
    else:
        alike = {}
    if found:
        return add_alike(found, alike, by)
    strange.add(word.typed)
    near = corrections(word.own, index.vocabulary)
    corrected += ((word.typed, stemmed) for stemmed, _ in near)
    lists = [(index.find(stemmed), by.typing_error**errors) for stemmed, errors in near]
    return add_alike(join_stems(lists, total, by), alike, by)


def add_alike(found: Scores, alike: Scores, by: Ranking) -> dict[str, float]:
    """Add to a word's scores a little of those of words that begin alike."""
    scores = dict(found)
    for id_, score in alike.items():
        scores[id_] = scores.get(id_, 0.0) + by.beginning * score
    return scores


def join_stems(lists: Iterable[tuple[Scores, float]], total: int, by: Ranking) -> dict[str, float]:
    """Join the levels of a word's stems: of each document the best, times the stem's factor.

    A word is as rare as all of its stems together: a rare synonym of a common word says little.
    """
    levels: dict[str, float] = {}
    for found, factor in lists:
        for id_, level in found.items():
            levels[id_] = max(levels.get(id_, 0.0), factor * level)
    rarity = rarity_of(len(levels), total) ** by.rarity
    return {id_: level * rarity for id_, level in levels.items()}


def fuse(lists: Sequence[Scores], by: Ranking) -> dict[str, float]:
    """Add up the scores of all words; documents with more of the words come first."""
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
