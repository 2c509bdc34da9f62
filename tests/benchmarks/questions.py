"""Knowledge bases of real questions and answers: one thread a row of a file of JSON lines."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import yaml
from synthetic import CONFIG


def write_questions(file: Path, base: Path, limit: int | None = None) -> int:
    """Make a base of real questions and answers: one thread a row; return how many."""
    with gzip.open(file, "rt") as lines:
        rows = [json.loads(line) for line in lines][:limit]
    content = base / "content"
    (content / "pages").mkdir(parents=True)
    (content / "pages" / "about.md").write_text("# About\n")
    (base / "mkdocs.yml").write_text(CONFIG)
    sources = sorted({row["source"] for row in rows})
    kinds = sorted({row["type"] for row in rows})
    site = {
        "boards": [{"id": _slug(name), "title": name} for name in sources],
        "topics": [{"id": _slug(name), "title": name} for name in kinds],
    }
    (content / "site.yml").write_text(json.dumps(site))
    for number, row in enumerate(rows):
        folder = content / "threads" / _slug(row["source"])
        folder.mkdir(parents=True, exist_ok=True)
        thread = {
            "title": row["question"][:480],
            "topics": [_slug(row["type"])],
            "answer": row["answer"],
        }
        text = yaml.dump(thread, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
        (folder / f"q-{number:05}.yml").write_text(text)
    return len(rows)


def _slug(name: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
