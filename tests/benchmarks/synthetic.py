"""Knowledge bases made up by a seeded generator: the same numbers give the same files.

Threads have about 3.5 KB of YAML, as those of real forums have: a question, up to four answers
with votes and comments, links to other threads, lists, now and then a table or code.
"""

from __future__ import annotations

import datetime
import random
from itertools import accumulate
from pathlib import Path
from typing import Final

import yaml

BOARDS: Final = 6
TOPICS: Final = 15
PATHS: Final = 20
_FIRST_DAY: Final = datetime.date(2019, 1, 1)
_DAYS: Final = 2_800
_SYLLABLES: Final = "ba de fi go lu ma ne pi ro su ta ve wi zo ka len dor mis tur pol".split()


class Synthetic:
    """Writes a knowledge base of `threads` threads to a folder."""

    def __init__(self, threads: int, seed: int = 1) -> None:
        self.count = threads
        self.random = random.Random(seed)  # noqa: S311 - made-up text, not a secret
        # A vocabulary with a few frequent and many rare words, as languages have.
        self.words = sorted(
            {
                "".join(self.random.choices(_SYLLABLES, k=self.random.randint(1, 4)))
                for _ in range(6000)
            }
        )
        self.random.shuffle(self.words)
        weights = (1 / (rank + 3) for rank in range(len(self.words)))
        self.weights = list(accumulate(weights))  # adding them up for each text takes far longer

    def write(self, folder: Path) -> None:
        """Write mkdocs.yml and the content."""
        content = folder / "content"
        (content / "pages").mkdir(parents=True)
        (content / "paths").mkdir()
        (folder / "mkdocs.yml").write_text(CONFIG)
        (content / "pages" / "about.md").write_text("# About\n\nMade-up text.\n")
        (content / "site.yml").write_text(yaml.safe_dump(self._site(), sort_keys=False))
        for number in range(BOARDS):
            (content / "threads" / f"board-{number}").mkdir(parents=True)
        for number in range(self.count):
            board = content / "threads" / f"board-{number % BOARDS}"
            (board / f"{self._id(number)}.yml").write_text(self._thread(number))
        for number in range(PATHS):
            path = yaml.safe_dump(self._path(number), sort_keys=False)
            (content / "paths" / f"path-{number}.yml").write_text(path)

    def _id(self, number: int) -> str:
        return f"thread-{number:05}"

    def _any_id(self) -> str:
        return self._id(self.random.randrange(self.count))

    def _text(self, words: int) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=words))

    def _site(self) -> dict[str, object]:
        topics = [
            {"id": f"topic-{n}", "title": f"Topic {n}", "summary": self._text(12)}
            | ({"stage": n + 1, "start_here": self._any_id()} if n < 3 else {})
            for n in range(TOPICS)
        ]
        boards = [
            {"id": f"board-{n}", "title": f"Board {n}", "summary": self._text(10)}
            for n in range(BOARDS)
        ]
        people = [{"id": f"member-{n}", "name": f"Member {n}"} for n in range(50)]
        return {"boards": boards, "topics": topics, "people": people}

    def _path(self, number: int) -> dict[str, object]:
        steps = dict.fromkeys(self._any_id() for _ in range(8))
        return {
            "title": f"Path {number}",
            "summary": self._text(12),
            "steps": [{"thread": id_, "minutes": 5, "note": self._text(10)} for id_ in steps],
        }

    def _thread(self, number: int) -> str:
        chance = self.random.random
        day = _FIRST_DAY + datetime.timedelta(self.random.randrange(_DAYS))
        topics = self.random.sample(range(TOPICS), self.random.randint(1, 3))
        lines = [
            f"title: {self._text(9).capitalize()} {number}?",
            f"topics: [{', '.join(f'topic-{topic}' for topic in topics)}]",
        ]
        if chance() < 0.5:
            lines += ["also_asked:", *(f"  - {self._text(8)}?" for _ in range(2))]
        lines += ["question:", *self._post(day, "  ", 75)]
        answers = 0 if chance() < 0.15 else self.random.randint(1, 4)
        if answers:
            lines.append("answers:")
        for answer in range(answers):
            day += datetime.timedelta(self.random.randrange(9))
            lines += [f"  - id: a{answer + 1}", f"    votes: {self.random.randrange(40)}"]
            if answer == 0 and chance() < 0.8:
                lines.append("    accepted: true")
            lines += self._post(day, "    ", 115)
        if chance() < 0.4:
            lines.append(f"related: [{self._any_id()}]")
        return "\n".join(lines) + "\n"

    def _post(self, day: datetime.date, indent: str, words: int) -> list[str]:
        body = [self._text(words // 2), ""]
        if self.random.random() < 0.3:
            body += [f"See [[{self._any_id()}]] and **{self._text(3)}**.", ""]
        if self.random.random() < 0.3:
            body += [*(f"- {self._text(9)}" for _ in range(4)), ""]
        if self.random.random() < 0.05:
            body += [
                "```python",
                "def answer(question: str) -> str:",
                "    return question",
                "```",
                "",
            ]
        if self.random.random() < 0.05:
            body += ["| a | b |", "| - | - |", f"| {self._text(2)} | {self._text(2)} |", ""]
        body.append(self._text(words // 2))
        return [
            f"{indent}by: member-{self.random.randrange(50)}",
            f"{indent}at: {day.isoformat()}",
            f"{indent}body: |",
            *(f"{indent}  {line}".rstrip() for line in body),
        ]


CONFIG: Final = """\
site_name: Synthetic
site_url: https://example.org/help/
docs_dir: content/pages
theme:
  name: material
  font: false
  features: [navigation.tabs, navigation.indexes, navigation.prune, navigation.top]
  palette: {scheme: default}
plugins:
  - threadbook:
      search: true
"""
