"""Forums that tests close: sources of every format, made here, and an import of one."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

from bases import write

from threadbook.importers.bring import Wishes, bring
from threadbook.importers.fidelity import Fidelity
from threadbook.importers.formats.tables import Table
from threadbook.importers.posts import Reader, Source
from threadbook.importers.target import Target
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread
from threadbook.progress import Quiet

TODAY = datetime.date(2026, 11, 26)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000 01f15c4890000000d49444154789c6360f8cfc0f01f00"
    "0501 01 01a2 2c d5 c3 0000000049454e44ae426082".replace(" ", "")
)


def bring_in(
    reader: Reader,
    where: Path | str,
    to: Path,
    *,
    site: str = "",
    mapping: Any = None,
    **wishes: Any,
) -> Fidelity:
    """Import a source under a licence, and return the report."""
    wished = Wishes(name="test", today=TODAY, **({"license": "CC-BY-4.0"} | wishes))
    source = Source(str(where), site=site, mapping=mapping or {})
    return bring(reader, source, Target(to), wished, Quiet())


def read_threads(content: Path) -> dict[str, Thread]:
    """Return the threads of a content folder by id."""
    found = {}
    for file in sorted(content.glob("threads/*/*.yml")):
        thread, findings = validate(Thread, parse(file.read_text("utf-8"), ""), "")
        assert thread is not None, [each.message for each in findings]
        found[file.stem] = thread
    return found


def counted(report: Fidelity) -> dict[str, tuple[int, int, int]]:
    """Return what the report counts: in the source, explained, written."""
    return {each.what: (each.source, each.difference, each.written) for each in report.measures}


def noted(report: Fidelity) -> dict[str, int]:
    """Return what the report says was dropped, guessed or changed, and how often."""
    return {each.kind: each.n for each in report.remarks}


def row(**fields: object) -> str:
    """Return a row of a Stack Exchange table."""
    from xml.sax.saxutils import quoteattr  # noqa: PLC0415

    return f"  <row {' '.join(f'{name}={quoteattr(str(value))}' for name, value in fields.items())} />\n"


def table(*rows: str) -> str:
    """Return a table of a Stack Exchange dump."""
    return f'\ufeff<?xml version="1.0" encoding="utf-8"?>\n<rows>\n{"".join(rows)}</rows>\n'


def topic(id_: int, title: str, *posts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a topic of Discourse."""
    stamped = [
        {"id": id_ * 100 + number, "post_number": number, "post_type": 1, "created_at": f"2024-03-{number:02}T10:00:00Z"}
        | post
        for number, post in enumerate(posts, 1)
    ]  # fmt: skip
    stream = {"posts": stamped, "stream": [post["id"] for post in stamped]}
    slug = "-".join(title.lower().replace("?", "").split())
    return {"id": id_, "title": title, "slug": slug, "post_stream": stream} | more


def as_json(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)


def lines(*rows: dict[str, Any]) -> str:
    """Return JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def bring_rows(tmp_path: Path, *rows: dict[str, Any], markup: str = "html", **more: Any) -> Any:
    """Import rows, and return the report."""
    source = write(tmp_path / "source", {"rows.jsonl": lines(*rows)}) / "rows.jsonl"
    mapping = {"markup": markup} | more.pop("mapping", {})
    return bring_in(Table("jsonl"), source, tmp_path / "content", mapping=mapping, **more)


def body_of(tmp_path: Path, text: str, markup: str = "html", **more: Any) -> str:
    """Return what a text becomes."""
    bring_rows(tmp_path, {"id": "1", "title": "What is it?", "answer": text}, markup=markup, **more)
    (thread,) = read_threads(tmp_path / "content").values()
    return thread.every_answer[0].body
