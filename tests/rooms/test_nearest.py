"""The comparison of documents says what its definition says, however the work is cut."""

from __future__ import annotations

import math
import pickle
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadbook.similarity import index, nearest
from threadbook.similarity.groups import BONUS
from threadbook.similarity.nearest import FLOOR, OneByOne, find_nearest, find_nearest_of, prepare
from threadbook.similarity.terms import OTHER, TITLE, pack_terms

UNIT = 4095

WORDS = [f"word{letter}" for letter in "abcdefghijklmnopqrst"]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)
DOCUMENTS = st.lists(
    st.builds(lambda *texts: pack_terms(zip(texts, (TITLE, OTHER), strict=True)), TEXTS, TEXTS),
    max_size=40,
)


def random_bags(count: int, seed: int = 1) -> list[bytes]:
    """Make documents of words with a few frequent and many rare ones, as languages have."""
    chance = random.Random(seed)  # noqa: S311 - made-up text, not a secret
    names = [f"word{rank}x" for rank in range(400)]
    weights = [1 / (rank + 3) for rank in range(400)]
    texts = (" ".join(chance.choices(names, weights, k=40)) for _ in range(count))
    return [pack_terms([(text[:45], TITLE), (text[45:], OTHER)]) for text in texts]


def unpack(bag: bytes) -> dict[int, int]:
    many = len(bag) // 6
    hashes = [int.from_bytes(bag[4 * i : 4 * i + 4], "little") for i in range(many)]
    weights = [int.from_bytes(bag[i : i + 2], "little") for i in range(4 * many, 6 * many, 2)]
    return dict(zip(hashes, weights, strict=True))


def weigh(bags: Sequence[bytes]) -> list[dict[int, int]]:
    """Weigh each document's terms in 1/4095 of its length, by the definition."""
    documents = [unpack(bag) for bag in bags]
    frequency = Counter(term for document in documents for term in document)
    vectors = []
    for document in documents:
        weights = {
            term: math.log1p(len(bags) / frequency[term]) ** 1.5 * weight
            for term, weight in document.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values()))
        scaled = {term: weight * (UNIT / length) for term, weight in weights.items()}
        vectors.append(
            {
                term: round(weight)
                for term, weight in scaled.items()
                if weight >= UNIT / 100 and frequency[term] > 1
            }
        )
    return vectors


def bonus(groups: Sequence[Collection[int]], one: int, other: int) -> float:
    if not groups:
        return 1
    sizes = Counter(group for each in groups for group in set(each))
    everything = math.log(max(len(groups), 2))
    shared = set(groups[one]) & set(groups[other])
    worth = math.fsum(1 - math.log(sizes[group]) / everything for group in shared)
    return 1 + BONUS * min(1.0, worth)


def compare_naively(
    bags: Sequence[bytes],
    groups: Sequence[Collection[int]],
    count: int,
    champions: int,
    visits: int,
) -> list[tuple[int, ...]]:
    """Say what the two modules do, one pair of documents at a time."""
    vectors = weigh(bags)
    led = defaultdict(list)
    for document, vector in enumerate(vectors):
        for term in vector:
            led[term].append(document)
    for term, documents in led.items():
        documents.sort(key=lambda document: -vectors[document][term])
        del documents[champions:]
    found = []
    for one, vector in enumerate(vectors):
        scores: Counter[int] = Counter()
        past = 0
        for term in sorted(vector, key=lambda term: -vector[term]):
            past += len(led[term])
            if past > visits:
                break
            for other in led[term]:
                scores[other] += vector[term] * vectors[other][term]
        near = [
            (-score, other)
            for other, score in scores.items()
            if other != one and score >= FLOOR * UNIT * UNIT
        ]
        pool = sorted(near)[: count * 4 if any(groups) else count]
        raised = sorted((score * bonus(groups, one, other), other) for score, other in pool)
        found.append(tuple(other for _, other in raised[:count]))
    return found


@contextmanager
def bounds(**values: int) -> Iterator[None]:
    """Change limits of the two modules for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(index if hasattr(index, name) else nearest, name, value)
        yield


@given(
    DOCUMENTS,
    st.lists(st.sets(st.integers(0, 5), max_size=4), min_size=40, max_size=40),
    st.integers(0, 7),
    st.integers(1, 12),
    st.integers(1, 80),
    st.integers(1, 60),
)
def test_the_result_is_that_of_the_definition_whatever_the_bounds_and_blocks(
    bags: list[bytes], groups: list[set[int]], count: int, champions: int, visits: int, block: int
) -> None:
    for some in ((), groups[: len(bags)]):
        naive = compare_naively(bags, some, count, champions, visits)
        with bounds(CHAMPIONS=champions, VISITS=visits):
            assert find_nearest(bags, some, count) == naive
            with bounds(_AT_ONCE=block, _ROWS=block // 3 + 1, _CELLS=block * 9, _SORTED=block):
                assert find_nearest(bags, some, count) == naive


@pytest.mark.parametrize("seed", range(3))
def test_in_a_small_base_the_result_is_that_of_comparing_all_with_all(seed: int) -> None:
    bags = random_bags(150, seed=seed)
    vectors = weigh(bags)
    terms = {term: place for place, term in enumerate({term for each in vectors for term in each})}
    matrix = np.zeros((len(bags), len(terms)), np.int64)
    for document, vector in enumerate(vectors):
        matrix[document, [terms[term] for term in vector]] = list(vector.values())
    scores = matrix @ matrix.T
    np.fill_diagonal(scores, 0)
    scores[scores < FLOOR * UNIT * UNIT] = 0
    with bounds(CHAMPIONS=len(bags), VISITS=1 << 40):
        found = find_nearest(bags, count=9)
    best = np.argsort(-scores, axis=1, kind="stable")[:, :9]
    assert found == [
        tuple(other for other in best[one].tolist() if scores[one, other])
        for one in range(len(bags))
    ]
    assert any(found)


@pytest.mark.parametrize("grouped", [False, True])
@pytest.mark.parametrize("parts", [1, 2, 3, 7, 200])
def test_parts_put_together_are_the_whole(parts: int, grouped: bool) -> None:
    bags = random_bags(120)
    groups = [{number % 7, 7 + number % 3} for number in range(120)] if grouped else []
    sent = pickle.loads(pickle.dumps(prepare(bags, groups)))  # noqa: S301 - our own
    found = [
        others
        for number in range(parts)
        for others in find_nearest_of(sent, sent.part(number, parts))
    ]
    assert found == find_nearest(bags, groups)
    assert any(found)


def test_one_document_is_found_what_it_is_among_all() -> None:
    bags = random_bags(90)
    whole = find_nearest(bags, [{number % 4} for number in range(90)])
    comparison = prepare(bags, [{number % 4} for number in range(90)])
    for one in range(90):
        assert find_nearest_of(comparison, range(one, one + 1)) == [whole[one]]
    assert find_nearest_of(comparison, range(5, 5)) == []


@given(st.lists(st.integers(0, (1 << 32) - 1), unique=True), st.integers(0, 100))
def test_hashes_are_numbered_in_order_even_if_their_first_bits_are_the_same(
    hashes: list[int], alike: int
) -> None:
    known = np.unique(np.array([*hashes, *range(alike)], np.uint32))
    assert index._numbering(known)(known[::-1]).tolist() == list(range(len(known)))[::-1]


def test_of_equally_near_ones_the_first_comes_first_even_if_a_group_made_them_so() -> None:
    pairs = nearest._Pairs(np.array([0, 0]), np.array([1, 2]), np.array([4_000_000, 5_000_000]))
    factors = np.array([1.0, 1.25])  # in the order of scores: document 2 has the higher
    found = nearest._nearest_first(pairs, 2, lambda _one, _other: factors)
    assert found.other.tolist() == [1, 2]


@pytest.mark.parametrize("documents", [120, 900])
@pytest.mark.parametrize("grouped", [False, True])
def test_one_by_one_the_same_are_found_as_all_at_once(documents: int, grouped: bool) -> None:
    """In 900 documents both bounds are reached: terms that lead to many, documents with many."""
    bags = random_bags(documents)
    groups = [{number % 7, 7 + number % 3} for number in range(documents)] if grouped else []
    one_by_one = OneByOne(bags, groups)
    found = [one_by_one.find(number) for number in range(0, documents, 7)]
    assert found == find_nearest(bags, groups)[::7]
