"""How good suggestions of related threads are, and what they cost.

    python tests/benchmarks/related_quality.py --questions threads.jsonl.gz --baseline
    python tests/benchmarks/related_quality.py --threads 10000 --runs 5

With questions that say what they are about (`focus`), quality is the share of the first three
suggestions that are about the same thing, over rows drawn by lot among those that have such others;
where there are fewer than three others, as many suggestions are looked at. Made-up threads are
random words, so only their cost means something. Seconds are of CPU, the median of the runs; made-up
threads are packed once. Memory is the largest resident size of the process, the questions included.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import random
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import yaml

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import Synthetic

from threadbook.similarity.terms import OTHER, TITLE, pack_terms

T = TypeVar("T")
LOOKED_AT = 3


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=Path, help="JSON lines: question, answer, focus, type")
    parser.add_argument("--threads", type=int, default=10_000, help="how many to make up")
    parser.add_argument("--sample", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--baseline", action="store_true", help="also plain TF-IDF")
    options = parser.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    if options.questions:
        report_questions(options)
    else:
        bags, groups = made_up(options.threads)
        report_cost(bags, groups, options.runs)


def report_questions(options: argparse.Namespace) -> None:
    """Measure quality and cost on real questions."""
    with gzip.open(options.questions, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    texts = [((row["question"], TITLE), (row["answer"], OTHER)) for row in rows]
    runs = [seconds(lambda: [pack_terms(each) for each in texts]) for _ in range(options.runs)]
    print(f"terms     {statistics.median(run[0] for run in runs):6.2f} s")
    bags = runs[-1][1]
    found = report_cost(bags, (), options.runs)
    focus = [row["focus"].strip().casefold() for row in rows]
    sample = drawn(focus, options.sample, options.seed)
    print(f"quality   {quality(focus, sample, found.__getitem__):6.3f}")
    kinds = {kind: number for number, kind in enumerate(sorted({row["type"] for row in rows}))}
    found = imported()(bags, [(kinds[row["type"]],) for row in rows])
    print(f"quality   {quality(focus, sample, found.__getitem__):6.3f} with types as topics")
    if options.baseline:
        plain = plain_tf_idf([f"{row['question']} {row['answer']}" for row in rows])
        print(f"quality   {quality(focus, sample, plain):6.3f} by plain TF-IDF")


def report_cost(
    bags: Sequence[bytes], groups: Sequence[Collection[int]], runs: int
) -> list[tuple[int, ...]]:
    """Print what the main process does with the bags; return the suggestions."""
    before = megabytes()
    importing, nearest = seconds(imported)
    measured = [seconds(lambda: nearest(bags, groups)) for _ in range(runs)]
    found = measured[-1][1]
    print(f"import    {importing:6.2f} s, numpy and what the function needs")
    print(f"nearest   {statistics.median(run[0] for run in measured):6.2f} s")
    print(f"memory    {megabytes():6.0f} MB at most, {before:.0f} MB before the comparison")
    print(f"bags      {sum(map(len, bags)) / 1e6:6.2f} MB for {len(bags):,} documents")
    numbers = Counter(map(len, found))
    print(f"found     {', '.join(f'{many}: {numbers[many]:,}' for many in sorted(numbers))}")
    return found


def imported() -> Callable[..., list[tuple[int, ...]]]:
    """Import the half that needs numpy, so that importing can be measured."""
    from threadbook.similarity.nearest import find_nearest  # noqa: PLC0415

    return find_nearest


def made_up(threads: int) -> tuple[list[bytes], list[tuple[int, ...]]]:
    """Return the bags and the topics of made-up threads; print what packing costs."""
    base = Synthetic(threads)
    bags, groups, cpu = [], [], 0.0
    for number in range(threads):
        thread = yaml.load(base._thread(number), Loader=yaml.CSafeLoader)
        texts = list(texts_of(thread))
        took, bag = seconds(lambda texts=texts: pack_terms(texts))
        cpu += took
        bags.append(bag)
        groups.append(tuple(int(topic.removeprefix("topic-")) for topic in thread["topics"]))
    print(f"terms     {cpu:6.2f} s")
    return bags, groups


def texts_of(thread: dict[str, object]) -> Iterator[tuple[str, float]]:
    """Yield the texts of a thread in the full form, with their weights."""
    yield thread["title"], TITLE
    yield " ".join(thread.get("also_asked", ())), OTHER
    yield thread["question"]["body"], OTHER
    yield from ((each["body"], OTHER) for each in thread.get("answers", ()) if "accepted" in each)


def drawn(focus: Sequence[str], size: int, seed: int) -> list[int]:
    """Draw rows that share their focus with others."""
    counts = Counter(focus)
    shared = [row for row, name in enumerate(focus) if counts[name] > 1]
    return random.Random(seed).sample(shared, min(size, len(shared)))  # noqa: S311


def quality(
    focus: Sequence[str], sample: Sequence[int], found: Callable[[int], Sequence[int]]
) -> float:
    """Return the share of the first suggestions that are about the same thing."""
    counts = Counter(focus)
    right = looked_at = 0
    for row in sample:
        first = min(LOOKED_AT, counts[focus[row]] - 1)
        looked_at += first
        right += sum(focus[other] == focus[row] for other in found(row)[:first])
    return right / looked_at


def plain_tf_idf(texts: Sequence[str]) -> Callable[[int], list[int]]:
    """Return a function that compares one text with all others by the cosine of plain TF-IDF."""
    import numpy as np  # noqa: PLC0415 - the comparison's own cost of it is measured above

    from threadbook.similarity.terms import _WORD  # noqa: PLC0415

    vocabulary: dict[str, int] = {}
    counts = [Counter(_WORD.findall(text.casefold())) for text in texts]
    term = np.array(
        [vocabulary.setdefault(word, len(vocabulary)) for bag in counts for word in bag]
    )
    row = np.repeat(np.arange(len(texts)), [len(bag) for bag in counts])
    rarity = np.log(len(texts) / np.bincount(term))
    weight = np.array([1 + np.log(n) for bag in counts for n in bag.values()]) * rarity[term]
    weight /= np.sqrt(np.bincount(row, weight * weight, len(texts)))[row]
    start = np.searchsorted(row, np.arange(len(texts) + 1))

    def nearest(document: int) -> list[int]:
        query = np.zeros(len(vocabulary))
        own = slice(start[document], start[document + 1])
        query[term[own]] = weight[own]
        scores = np.bincount(row, weight * query[term], len(texts))
        scores[document] = -1
        return np.argsort(-scores, kind="stable")[:LOOKED_AT].tolist()

    return nearest


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds of CPU that something took, and its result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


def megabytes() -> float:
    """Return the largest resident size of this process so far (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


if __name__ == "__main__":
    main()
