"""How often search finds the right thread for a paraphrase: first, in the first five, not at all.

    python tests/benchmarks/search_quality.py --coffee Posts.xml --textual FOLDER

`Posts.xml` is a Stack Exchange data dump of its coffee site, FOLDER holds Textual's `*.question.md`.
Titles and answers alone are indexed, by the ranking of `threadbook suggest`, which agrees with the
browser's. The paraphrases were written for development, so the figures flatter; those of
`coffee-held-out` were written by somebody who did not know the ranking, which was never tuned on them.
"""

from __future__ import annotations

import argparse
import html
import re
import xml.etree.ElementTree
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import yaml

from threadbook.pages import Document
from threadbook.search.index import DocumentIndex
from threadbook.search.question import rank, read_question

PARAPHRASES = Path(__file__).parent / "paraphrases"


def main() -> None:
    """Parse arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--coffee", type=Path)
    parser.add_argument("--textual", type=Path)
    options = parser.parse_args()
    print(f"{'':16}{'asked':>6}{'first':>8}{'in 5':>8}{'empty':>7}")
    if options.coffee:
        documents = list(coffee(options.coffee))
        report("coffee", documents)
        report("coffee-held-out", documents)
        report("coffee-typos", documents)
    if options.textual:
        report("textual", list(textual(options.textual)))


def report(name: str, documents: list[Document]) -> None:
    """Ask every paraphrase of a file; print shares."""
    index = DocumentIndex(documents)
    cases = yaml.safe_load((PARAPHRASES / f"{name}.yml").read_text("utf-8"))
    first = five = empty = 0
    for case in cases:
        found = list(rank(read_question(case["query"], ["en"]), index).scores)
        first += found[:1] == [case["expect"]]
        five += case["expect"] in found[:5]
        empty += not found
    count = len(cases)
    print(f"{name:16}{count:6}{first / count:8.3f}{five / count:8.3f}{empty:7}")


def coffee(file: Path) -> Iterator[Document]:
    """Yield the questions of a dump with their answers."""
    rows = list(xml.etree.ElementTree.parse(file).getroot())
    answers: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.get("PostTypeId") == "2":
            text = html.unescape(re.sub(r"<[^>]+>", " ", row.get("Body", "")))
            answers[row.get("ParentId", "")].append(text)
    for row in rows:
        if row.get("PostTypeId") == "1":
            id_ = row.get("Id", "")
            fields = {"title": row.get("Title", ""), "accepted": " ".join(answers[id_])}
            yield Document(id_, "en", fields)


def textual(folder: Path) -> Iterator[Document]:
    """Yield the questions of a folder of Markdown files."""
    for file in sorted(folder.glob("*.question.md")):
        _, head, body = file.read_text("utf-8").split("---", 2)
        fields = {"title": yaml.safe_load(head)["title"], "accepted": body}
        yield Document(file.name.removesuffix(".question.md"), "en", fields)


if __name__ == "__main__":
    main()
