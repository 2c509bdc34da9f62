"""How well words, and words and meaning, answer the questions in `tests/questions`.

Constants are chosen by these sets, never by the holdout. Without `--coffee` and `--medquad`, only
the sets about `content/` are asked. `--thresholds` prints which shares would be told that nothing
answers their question.

    python tests/benchmarks/joining_quality.py --coffee Posts.xml --medquad threads.jsonl.gz
    python tests/benchmarks/joining_quality.py --tongues
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import yaml

from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.pages import Document
from threadbook.progress import Quiet
from threadbook.search.documents import find_documents
from threadbook.search.fusion import Fused, answer_alone
from threadbook.search.golden import Searched
from threadbook.search.index import DocumentIndex
from threadbook.search.nearness import Nearness
from threadbook.search.question import Groups, fits, rank, read_question, relax
from threadbook.search.ranking import ranking
from threadbook.search.vectors import Reader
from threadbook.settings import Settings

REPOSITORY = Path(__file__).resolve().parents[2]
QUESTIONS = REPOSITORY / "tests" / "questions"
OTHERS = 1_000
"""How many documents of MedQuAD are searched besides those that are asked for."""

WAYS = ("words", "student", "encoder")
TONGUES = ("de", "es", "ar", "ja")
TONGUE_WAYS = ("words", "encoder")


class Base(NamedTuple):
    """Documents, what is asked of them, and what else search knows."""

    documents: Sequence[Document]
    sets: Mapping[str, Sequence[tuple[str, str]]]
    groups: Groups = Groups()
    gaps: Sequence[str] = ()
    language: str = "en"


class Said(NamedTuple):
    """What came of a question: the place of its document, or 0, and the confidence."""

    place: int
    confidence: float
    is_answered: bool


def main() -> None:
    """Ask everything, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--coffee", type=Path, help="Posts.xml of Coffee Stack Exchange")
    parser.add_argument("--medquad", type=Path, help="threads.jsonl.gz of MedQuAD")
    parser.add_argument("--tongues", action="store_true", help="only the other languages")
    parser.add_argument("--thresholds", action="store_true")
    options = parser.parse_args()
    settings = read_configuration(REPOSITORY / "mkdocs.yml").settings
    bases = [*map(tongue, TONGUES)] if options.tongues else [example(settings)]
    if options.coffee:
        bases.append(coffee(options.coffee))
    if options.medquad:
        bases.append(medquad(options.medquad))
    print(f"{'':24}{'way':9}{'asked':>6}{'first':>8}{'in 5':>8}{'told':>8}")
    for base in bases:
        for way in WAYS if base.language == "en" else TONGUE_WAYS:
            answers = ask(base, way, settings)
            for name, said in answers.items():
                print(f"{name:24}{way:9}{len(said):6}" + shares(base.sets[name], said))
                if options.thresholds and way != "words":
                    print_thresholds(said)


def shares(asked: Sequence[tuple[str, str]], said: Sequence[Said]) -> str:
    """Return the shares that a set is judged by."""
    count = len(said)
    told = sum(not each.is_answered for each in said) / count
    if not asked[0][1]:
        return f"{'':16}{told:8.3f}"
    first = sum(each.place == 1 for each in said) / count
    five = sum(0 < each.place <= 5 for each in said) / count
    return f"{first:8.3f}{five:8.3f}{told:8.3f}"


def print_thresholds(said: Sequence[Said]) -> None:
    """Print which shares would be told that nothing answers, by threshold."""
    steps = [0.3 + 0.04 * step for step in range(10)]
    told = (sum(each.confidence < step for each in said) / len(said) for step in steps)
    print(
        "    "
        + "  ".join(f"{step:.2f}:{share:.3f}" for step, share in zip(steps, told, strict=True))
    )


def ask(base: Base, way: str, settings: Settings) -> dict[str, list[Said]]:
    """Ask all questions of a base, in one way."""
    by = ranking()
    index = DocumentIndex(base.documents)
    nearness = None
    if way != "words":
        setting = "student" if way == "student" else "auto"
        chosen = replace(settings, meaning=setting, language=base.language)
        reader = Reader.open(chosen, Quiet())
        if reader is None:
            raise SystemExit("threadbook-meaning is not installed.")
        nearness = Nearness(base.documents, index.vocabulary, base.gaps, reader, by)

    def answer(text: str) -> Fused:
        question = relax(read_question(text, [base.language], base.groups, by), index)
        found = rank(question, index, by)
        if nearness is None:
            return answer_alone(found.scores, found.shares, by.alone)
        all_ = (id_ for id_ in index.texts if fits(question, id_, index))
        return nearness.answer(question, found, all_)

    def judge(text: str, wanted: str) -> Said:
        fused = answer(text)
        ids = list(fused.scores)
        place = ids.index(wanted) + 1 if wanted in ids else 0
        return Said(place, fused.confidence, fused.is_answered)

    return {name: [judge(*each) for each in asked] for name, asked in base.sets.items()}


def read_set(name: str) -> Iterator[tuple[str, str]]:
    """Yield questions and the ids of what they expect, empty where nothing answers them."""
    for each in yaml.safe_load((QUESTIONS / f"{name}.yml").read_text("utf-8")):
        yield each["query"], each["expect"] or ""


def example(settings: Settings) -> Base:
    """Return the example site."""
    gathered = gather(settings)
    library = gathered.library
    searched = Searched(library, gathered.sealed, settings)
    documents = [*find_documents(searched.plan, replace(searched.shared, has_search=True))]

    def address(id_: str) -> str:
        return f"threads/{library.answering[id_]}/" if id_ else ""

    sets = {
        name: [
            (text, address(id_)) for text, id_ in read_set(name) if not id_ or library.has_page(id_)
        ]
        for name in ("everyday", "typing-errors", "unanswerable")
    }
    golden = [each for each in library.golden if each.expect and not each.holdout]
    sets = {"golden": [(each.query, address(each.expect or "")) for each in golden], **sets}
    return Base(documents, sets, Groups.of(library.synonyms, "en"), library.gaps)


def coffee(file: Path) -> Base:
    """Return Coffee Stack Exchange; without an accepted answer, the best one counts as such."""
    rows = [dict(row.attrib) for row in ElementTree.parse(file).getroot()]
    answers: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        if row["PostTypeId"] == "2":
            answers.setdefault(row["ParentId"], []).append(row)

    def document(row: dict[str, str]) -> Document:
        found = sorted(answers.get(row["Id"], ()), key=lambda each: -int(each["Score"]))
        best = [each for each in found if each["Id"] == row.get("AcceptedAnswerId")] or found[:1]
        others = " ".join(plain(each["Body"]) for each in found if each not in best)
        accepted = plain(best[0]["Body"]) if best else ""
        fields = {"title": row["Title"], "question": plain(row["Body"])}
        return make(row["Id"], {**fields, "accepted": accepted, "answers": others})

    documents = [document(row) for row in rows if row["PostTypeId"] == "1"]
    names = ("coffee", "coffee-unanswerable")
    return Base(documents, {name: list(read_set(name)) for name in names})


def medquad(file: Path) -> Base:
    """Return what is asked of MedQuAD, and some more of it."""
    asked = list(read_set("medquad"))
    wanted = {id_ for _, id_ in asked}
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    others = [row for row in rows if row["id"] not in wanted]
    random.Random(1).shuffle(others)  # noqa: S311 - which ones does not matter
    chosen = [row for row in rows if row["id"] in wanted] + others[:OTHERS]
    documents = [
        make(row["id"], {"title": row["question"], "accepted": row["answer"] or ""})
        for row in chosen
    ]
    return Base(documents, {"medquad": asked})


def tongue(language: str) -> Base:
    """Return forty threads in another language; a set of words of titles and answers is made."""
    read = yaml.safe_load((QUESTIONS / "tongues" / f"{language}.yml").read_text("utf-8"))
    documents = [make(id_, thread, language) for id_, thread in read["threads"].items()]
    sets: dict[str, list[tuple[str, str]]] = {}
    for each in read["queries"]:
        kind = "everyday" if each["expect"] else "unanswerable"
        held = " held out" if each.get("holdout") else ""
        name = f"{language} {kind}{held}"
        sets.setdefault(name, []).append((each["query"], each["expect"] or ""))
    halves = ((begin(thread["summary"]), id_) for id_, thread in read["threads"].items())
    sets[f"{language} words of answers"] = list(halves)
    return Base(documents, sets, language=language)


def begin(text: str) -> str:
    """Return the first half of a sentence, by words if it has spaces."""
    words = text.split()
    if len(words) > 1:
        return " ".join(words[: (len(words) + 1) // 2])
    return text[: len(text) // 2]


def make(id_: str, fields: Mapping[str, str], language: str = "en") -> Document:
    """Return a thread's document."""
    return Document(
        id_, language, {name: text for name, text in fields.items() if text}, kind="thread"
    )


def plain(text: str) -> str:
    """Return HTML as plain text."""
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split())


if __name__ == "__main__":
    main()
