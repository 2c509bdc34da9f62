"""A small knowledge base that is edited at random, as editors do: most edits are good, some break it.

The same seed gives the same edits. Every edit says which files it touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

WORDS = (
    "when am paid offer contract client proposal hour milestone refund message invoice week review "
    "profile account limit report answer reply dispute deadline feedback budget scope draft"
).split()
BOARDS = ["new", "work", "money"]
TOPICS = [f"topic-{number}" for number in range(6)]
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
CONFIG: dict[str, Any] = {
    "site_name": "Shuffled",
    "site_url": "https://example.org/help/",
    "docs_dir": "content/pages",
    "theme": {"name": "material", "font": False},
    "plugins": [
        {
            "threadbook": {
                "search": False,
                "edit_url": "https://example.org/edit/{file}",
                "answer_url": "https://example.org/answer/{id}",
                "rules": {"TB305": "notice"},
            }
        }
    ],
}


class Shuffled:
    """A base in a folder; `edit` changes something at random."""

    def __init__(self, folder: Path, threads: int, seed: int, engine: str = "plain") -> None:
        self.folder = folder
        self.content = folder / "content"
        self.random = random.Random(seed)  # noqa: S311 - made-up content, not a secret
        self.count = 0
        self.threads: dict[str, dict[str, Any]] = {}
        self.boards: dict[str, str] = {}
        self.broken: dict[Path, bytes | None] = {}
        self.topics = {topic: f"About {topic}" for topic in TOPICS}
        self.paths: dict[str, list[str]] = {}
        self.config: dict[str, Any] = {**CONFIG, "extra": {"engine": engine}}
        self._touched: set[Path] = set()
        self._write_config("Shuffled")
        self._write_site()
        for _ in range(threads):
            self.add()
        for number in range(3):
            self.paths[f"path-{number}"] = self._some(4)
            self._write_path(f"path-{number}")
        self.prose()
        self.word()
        self._touched.clear()

    def edit(self) -> set[Path]:
        """Change something; return the files that were touched."""
        self._touched.clear()
        if self.broken and self.random.random() < 0.4:
            self.mend()
            return set(self._touched)
        kinds: list[tuple[Callable[[], None], int]] = [
            (self.change, 30),
            (self.retitle, 12),
            (self.add, 12),
            (self.rename, 8),
            (self.remove, 6),
            (self.move, 4),
            (self.relate, 10),
            (self.break_one, 9),
            (self.site, 3),
            (self.path, 4),
            (self.prose, 3),
            (self.picture, 2),
            (self.word, 3),
            (self.configure, 1),
        ]
        kind = self.random.choices([each for each, _ in kinds], [weight for _, weight in kinds])[0]
        kind()
        return set(self._touched)

    # Threads

    def file(self, id_: str) -> Path:
        return self.content / "threads" / self.boards[id_] / f"{id_}.yml"

    def add(self) -> None:
        self.count += 1
        id_ = f"thread-{self.count:03}"
        self.boards[id_] = self.random.choice(BOARDS)
        self.threads[id_] = {
            "title": self._title(),
            "topics": self.random.sample(list(self.topics), self.random.randint(1, 2)),
        }
        self._rewrite(id_)

    def change(self) -> None:
        self._rewrite(self._one())

    def _rewrite(self, id_: str) -> None:
        thread, any_of = self.threads[id_], self.random.random
        thread["question"] = {"body": self._text(id_), "at": self._day()}
        thread["answers"] = [
            {"body": self._text(id_), "at": self._day(), "votes": self.random.randint(0, 9)}
            for _ in range(self.random.randint(0, 2))
        ]
        if thread["answers"] and any_of() < 0.5:
            thread["answers"][0]["accepted"] = True
        thread["status"] = self.random.choices(["published", "draft", "obsolete"], [9, 1, 1])[0]
        if any_of() < 0.1:
            thread["redirect_from"] = [f"old/{id_}-{self.random.randint(1, 99)}"]
        self._write(id_)

    def retitle(self) -> None:
        id_ = self._one()
        self.threads[id_]["title"] = self._title()
        self._write(id_)

    def relate(self) -> None:
        id_ = self._one()
        thread = self.threads[id_]
        others = [other for other in self._some(3) if other != id_]
        field = self.random.choice(["related", "duplicate_of", "also_asked", "nothing"])
        for name in ("related", "duplicate_of", "also_asked"):
            thread.pop(name, None)
        if field == "related":
            thread["related"] = others
        elif field == "duplicate_of" and others:
            thread["duplicate_of"] = others[0]
        elif field == "also_asked":
            thread["also_asked"] = [self._title()]
        self._write(id_)

    def rename(self) -> None:
        id_ = self._one()
        before, thread, board = self.file(id_), self.threads.pop(id_), self.boards[id_]
        self.count += 1
        new = f"thread-{self.count:03}"
        self.threads[new], self.boards[new] = thread, board
        before.rename(self.file(new))
        self._touched |= {before, self.file(new)}
        self.broken.pop(before, None)
        self._write(new)
        self._replace(id_, new)

    def move(self) -> None:
        id_ = self._one()
        before = self.file(id_)
        self.boards[id_] = self.random.choice(BOARDS)
        before.unlink()
        self._touched.add(before)
        self.broken.pop(before, None)
        self._write(id_)

    def remove(self) -> None:
        if len(self.threads) < 20:
            return
        id_ = self._one()
        file = self.file(id_)
        del self.threads[id_]
        file.unlink()
        self._touched.add(file)
        self.broken.pop(file, None)
        self._replace(id_, None)

    def _replace(self, old: str, new: str | None) -> None:
        """Let everything that names a thread name another, or nothing."""
        for id_, thread in self.threads.items():
            before = yaml.safe_dump(thread)
            text = before.replace(f"[[{old}]]", f"[[{new}]]" if new else "it")
            changed = yaml.safe_load(text)
            named = [new if each == old else each for each in changed.get("related", ())]
            changed["related"] = [each for each in named if each and each != id_]
            if changed.get("duplicate_of") == old:
                changed["duplicate_of"] = new
            kept = {name: value for name, value in changed.items() if value not in (None, [])}
            if yaml.safe_dump(kept) != before:
                self.threads[id_] = kept
                self._write(id_)
        for name, steps in self.paths.items():
            if old in steps:
                moved = (new if each == old else each for each in steps)
                self.paths[name] = [each for each in moved if each]
                self._write_path(name)

    # Everything else

    def site(self) -> None:
        topic = self.random.choice(list(self.topics))
        self.topics[topic] = f"About {self.random.choice(WORDS)}"
        self._write_site()

    def path(self) -> None:
        name = self.random.choice(list(self.paths))
        self.paths[name] = self._some(self.random.randint(1, 5))
        self._write_path(name)

    def prose(self) -> None:
        name = self.random.choice(["about", "rules", "house"])
        file = self.content / "pages" / f"{name}.md"
        if file.exists() and self.random.random() < 0.3 and file not in self.broken:
            file.unlink()
            self._touched.add(file)
        else:
            self._put(file, f"# {self._title()}\n\n{self._text('')}\n")

    def picture(self) -> None:
        file = self.content / "pages" / f"picture-{self.random.randint(1, 2)}.png"
        if file.exists():
            file.unlink()
            self._touched.add(file)
        else:
            self._put(file, PICTURE + self.random.randbytes(9))

    def word(self) -> None:
        words = self.random.sample(WORDS, self.random.randint(0, 3))
        terms = [{"term": word, "definition": self._title()} for word in words]
        self._put(self.content / "glossary.yml", yaml.safe_dump(terms))

    def configure(self) -> None:
        self._write_config(f"Shuffled {self.random.randint(1, 99)}")

    def break_one(self) -> None:
        """Break a file; it is mended by a later edit."""
        ways = {
            "syntax": b"title: [\n",
            "bytes": b"title: \xff\n",
            "unknown topic": b"title: When am I paid?\ntopics: [nowhere]\nanswer: Now.\n",
            "unknown thread": b"title: How?\ntopics: [topic-1]\nrelated: [nobody]\nanswer: Now.\n",
            "empty": b"",
        }
        file = self.file(self._one())
        if self.random.random() < 0.2:
            others = ["content/site.yml", "content/paths/path-1.yml", "content/glossary.yml"]
            file = self.folder / self.random.choice([*others, "mkdocs.yml"])
        self.broken.setdefault(file, file.read_bytes())
        file.write_bytes(ways[self.random.choice(list(ways))])
        self._touched.add(file)

    def mend(self) -> None:
        """Mend all that is broken."""
        for file in self.broken:
            self._touched.add(file)
        self.broken.clear()
        for id_ in self.threads:
            self._write(id_, only_if_other=True)
        for name in self.paths:
            self._write_path(name)
        self._write_site()
        self.word()
        self._write_config(self.config["site_name"])

    # Files

    def _write(self, id_: str, *, only_if_other: bool = False) -> None:
        text = yaml.safe_dump(self.threads[id_], sort_keys=False)
        file = self.file(id_)
        if not only_if_other or file.read_text("utf-8", "replace") != text:
            self._put(file, text)

    def _write_site(self) -> None:
        site = {
            "boards": [{"id": board, "title": board.title()} for board in BOARDS],
            "topics": [{"id": id_, "title": title} for id_, title in self.topics.items()],
        }
        self._put(self.content / "site.yml", yaml.safe_dump(site))

    def _write_path(self, name: str) -> None:
        steps: list[Any] = [
            {"thread": thread} for thread in self.paths[name] if thread in self.threads
        ]
        path: Any = {"title": f"The {name}", "objectives": ["Know."], "steps": steps or [CHECK]}
        self._put(self.content / "paths" / f"{name}.yml", yaml.safe_dump(path))

    def _write_config(self, name: str) -> None:
        self.config["site_name"] = name
        self._put(self.folder / "mkdocs.yml", yaml.safe_dump(self.config))

    def _put(self, file: Path, text: str | bytes) -> None:
        content = text.encode() if isinstance(text, str) else text
        if file in self.broken:
            self.broken[file] = content
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        self._touched.add(file)

    # Text

    def _one(self) -> str:
        return self.random.choice(list(self.threads))

    def _some(self, number: int) -> list[str]:
        return self.random.sample(list(self.threads), min(number, len(self.threads)))

    def _title(self) -> str:
        return f"{' '.join(self.random.choices(WORDS, k=4)).capitalize()}?"

    def _day(self) -> str:
        return f"2026-{self.random.randint(1, 11):02}-{self.random.randint(1, 28):02}"

    def _text(self, id_: str) -> str:
        words = self.random.choices(WORDS, k=self.random.randint(5, 40))
        others = [other for other in self._some(1) if other != id_]
        if others and self.random.random() < 0.4:
            words.insert(2, f"[[{others[0]}]]")
        return f"{' '.join(words).capitalize()}."


CHECK = {
    "check": {
        "question": "Sure?",
        "choices": [
            {"text": "Yes", "correct": True, "why": "It is."},
            {"text": "No", "why": "No."},
        ],
    }
}
