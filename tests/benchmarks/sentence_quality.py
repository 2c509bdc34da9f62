"""How often the sentence that search shows of an answer is one that answers the question.

    threadbook build
    python tests/benchmarks/sentence_quality.py --site site

The questions are those of `tests/questions/sentences.yml`, with the sentences of the accepted answer
that answer them, chosen by hand. The constants (`sentence` in `ranking.json`) were tuned on the first
half; the second half says how good they are. The browser's code chooses (Node.js runs it), from what
the index keeps of the answer; cosines are by the encoders that browsers have. `--tune` tries other
constants on the first half.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from threadbook.meaning import find_model
from threadbook.meaning.model import ENCODER, STUDENT, Parts
from threadbook.search.question import rank, read_question
from threadbook.search.ranking import Sentence, ranking
from threadbook.search.reading import ReadIndex, read_facts

REPOSITORY = Path(__file__).parents[2]
TUNED = 20
WORDS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.8)
LEADS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8)


class Task(NamedTuple):
    """A question, the sentences to choose from, and what an acceptable one contains."""

    query: str
    sentences: Sequence[Mapping[str, Any]]
    accepted: Sequence[str]


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--site", type=Path, default=REPOSITORY / "site")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--show", action="store_true", help="print what is chosen")
    options = parser.parse_args()
    tasks = read_tasks(options.site)
    encoders = {"encoder": ENCODER[3], "student": STUDENT}
    cosines = {name: [compare(each, parts) for each in tasks] for name, parts in encoders.items()}
    if options.tune:
        tune(tasks[:TUNED], {name: found[:TUNED] for name, found in cosines.items()})
        return
    by = ranking().sentence
    nothing: list[list[float] | None] = [None] * len(tasks)
    rows = {
        "the first sentence": (nothing, Sentence(0, 1)),
        "words alone": (nothing, Sentence(1, 0)),
    }
    for name, found in cosines.items():
        rows[f"{name} alone"] = found, Sentence(0, 0)
        rows[f"{name}, words"] = found, Sentence(by.words, 0)
        rows[f"{name}, words, first"] = found, by
    print(f"{'':22}{'tuned on':>12}{'the others':>12}")
    for name, (known, constants) in rows.items():
        fits = judge(tasks, known, constants)
        print(f"{name:22}{sum(fits[:TUNED]):>9}/{TUNED}{sum(fits[TUNED:]):>9}/{len(fits) - TUNED}")
    if options.show:
        show(tasks, cosines["encoder"], by)


def read_tasks(site: Path) -> list[Task]:
    """Read the questions, and what a site's index says of them."""

    def read(name: str) -> bytes:
        return (site / name).read_bytes()

    index = ReadIndex(read_facts(read), read)
    shown = {each["at"]: each for each in map(index.show, index.texts)}
    cases = yaml.safe_load((REPOSITORY / "tests/questions/sentences.yml").read_text("utf-8"))
    asked = [
        {
            "does": "list",
            "text": shown[f"threads/{case['thread']}/"]["answer"],
            "words": weigh(case["query"], index),
        }
        for case in cases
    ]
    return [
        Task(case["query"], found, case["sentences"])
        for case, found in zip(cases, run(asked), strict=True)
    ]


def weigh(query: str, index: ReadIndex) -> list[dict[str, Any]]:
    """Return what the words of a question say, as the browser's `weigh` does."""
    question = read_question(query, index.facts.languages, index.facts.groups)
    found = rank(question, index)
    return [
        {
            "stems": [
                *word.stems,
                *(stem for typed, stem in found.corrected if typed == word.typed),
            ],
            "weight": max(scores.values(), default=0),
        }
        for word, scores in zip(question.words, found.lists, strict=True)
        if not word.is_stop
    ]


def compare(task: Task, parts: Parts) -> list[float]:
    """Return the cosine of each sentence with the question."""
    model = find_model("en")
    assert model is not None, "threadbook-meaning is not installed"
    question = model.encode_question(task.query, parts)
    return [float(question @ model.encode_question(each["text"], parts)) for each in task.sentences]


def judge(tasks: Sequence[Task], cosines: Sequence[list[float] | None], by: Sentence) -> list[bool]:
    """Tell of each question whether an acceptable sentence is chosen."""
    chosen = choose(tasks, cosines, by)
    return [
        any(each in text for each in task.accepted)
        for task, text in zip(tasks, chosen, strict=True)
    ]


def choose(tasks: Sequence[Task], cosines: Sequence[list[float] | None], by: Sentence) -> list[str]:
    """Return the sentence of each answer that the browser's code chooses."""
    asked = [
        {"does": "rank", "sentences": task.sentences, "cosines": known, "by": by._asdict()}
        for task, known in zip(tasks, cosines, strict=True)
    ]
    return [task.sentences[found[0]]["text"] for task, found in zip(tasks, run(asked), strict=True)]


def tune(tasks: Sequence[Task], cosines: Mapping[str, Sequence[list[float]]]) -> None:
    """Print how many choices are right with each pair of constants."""
    nothing: list[list[float] | None] = [None] * len(tasks)
    for name, known in {"words": nothing, **cosines}.items():
        print(f"{name:12}" + "".join(f"{lead:>6}" for lead in LEADS) + "   lead")
        counts = {each: sum(judge(tasks, known, Sentence(*each))) for each in product(WORDS, LEADS)}
        for words in WORDS:
            print(f"{words:12}" + "".join(f"{counts[words, lead]:>6}" for lead in LEADS))


def show(tasks: Sequence[Task], cosines: Sequence[list[float]], by: Sentence) -> None:
    """Print each question with what is chosen."""
    fits = judge(tasks, cosines, by)
    for task, text, right in zip(tasks, choose(tasks, cosines, by), fits, strict=True):
        print(f"{'  ' if right else '! '}{task.query}\n      {text}")


def run(tasks: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Let the browser's code do something."""
    node = shutil.which("node")
    assert node, "needs Node.js"
    done = subprocess.run(
        [node, REPOSITORY / "tests/search/run_sentences.mjs"],
        input=json.dumps({"assets": str(REPOSITORY / "theme/assets"), "tasks": tasks}),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
