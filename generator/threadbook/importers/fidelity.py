"""The fidelity report: what the source had, and what the written files have.

The files are read again for it, with the loader of content, so that nothing is taken on trust.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from threadbook.importers.pieces import PART
from threadbook.importers.spool import Spool
from threadbook.importers.target import Target
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.markdown import examine
from threadbook.model import Thread
from threadbook.text import count

PROVED: Final = ("threads", "answers", "accepted", "comments", "duplicates", "addresses")
"""What has to be equal but for what the report says; pictures and links can change their form."""

_IMAGE: Final = re.compile(r"<img\b(?![^>]*\bemoji\b)", re.IGNORECASE)
_ANCHOR: Final = re.compile(r"<a\b[^>]*\bhref\s*=\s*[\"']?(?!#|mailto:|javascript:)", re.IGNORECASE)
_DUPLICATES: Final = """SELECT COUNT(DISTINCT source) FROM relations WHERE kind = 'duplicate'
  AND source IN (SELECT key FROM posts WHERE kind = 'question')"""


@dataclass(frozen=True, slots=True)
class Measure:
    """How many of something: in the source, lost or gained for a reason, and in the files."""

    what: str
    source: int
    difference: int
    written: int

    @property
    def is_proved(self) -> bool:
        """Whether the files have what they should."""
        return self.what not in PROVED or self.source + self.difference == self.written


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was dropped, guessed or changed: how often, and examples with places."""

    kind: str
    n: int
    examples: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RemotePicture:
    """A picture that stays at its old address; its size in pixels is what the HTML says."""

    place: str
    address: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Fidelity:
    """The whole report. `files` says what became of them, by what was done.

    `pictures` are all that stay elsewhere, for who wants to fetch them.
    """

    format: str
    source: str
    measures: tuple[Measure, ...]
    remarks: tuple[Remark, ...]
    files: dict[str, int]
    pictures: tuple[RemotePicture, ...] = ()

    @property
    def is_proved(self) -> bool:
        """Whether the written files have all that the source had, but for what is said."""
        return all(measure.is_proved for measure in self.measures)


def count_source(spool: Spool) -> Counter[str]:
    """Count what was read, from the posts as the source has them."""
    counted: Counter[str] = Counter()
    kinds = dict(spool.base.execute("SELECT kind, n FROM seen").fetchall())
    counted["threads"] = kinds.get("question", 0) + sum(
        root.kind == "answer" for root in spool.roots()
    )
    counted["answers"], counted["comments"] = kinds.get("answer", 0), kinds.get("comment", 0)
    counted["duplicates"] = int(spool.one(_DUPLICATES) or 0)
    for post in spool.every():
        counted["addresses"] += len(post.urls)
        images, links = count_parts(post.body, post.markup)
        counted["pictures"] += images
        counted["links"] += links
    return counted


def count_parts(body: str, markup: str) -> tuple[int, int]:
    """Return how many pictures and links a text of a source has."""
    if markup == "text":
        return 0, 0
    if markup == "html":
        return len(_IMAGE.findall(body)), len(_ANCHOR.findall(body))
    anatomy = examine(body)
    return len(anatomy.images), len(anatomy.links) + len(_ANCHOR.findall(body))


def count_accepted(spool: Spool) -> int:
    """Count answers that are accepted, by themselves or by their question."""
    named = """SELECT COUNT(DISTINCT p.key) FROM relations AS r JOIN posts AS p ON p.key = r.target
      WHERE r.kind = 'accepts' AND p.kind = 'answer' AND p.parent = r.source"""
    return int(spool.one(named) or 0) + sum(
        post.accepted
        and post.kind == "answer"
        and not spool.one(
            "SELECT 1 FROM relations WHERE kind = 'accepts' AND target = ?", (post.key,)
        )
        for post in spool.every()
    )


def count_written(spool: Spool, target: Target) -> Counter[str]:
    """Read all files that this import stands for, and count what is in them."""
    counted: Counter[str] = Counter()
    for name, part in spool.base.execute("SELECT name, part FROM written").fetchall():
        thread = _load(target, name)
        if thread is None:
            counted["unreadable"] += 1
            continue
        counted += count_thread(thread, is_first=part == 1)
    return counted


def count_thread(thread: Thread, *, is_first: bool) -> Counter[str]:
    """Count what is in a thread, or in a further part of one."""
    counted: Counter[str] = Counter(
        threads=int(is_first),
        duplicates=int(thread.duplicate_of is not None),
        addresses=len(thread.redirect_from),
    )
    _count_posts(thread, counted)
    return counted


def _load(target: Target, name: str) -> Thread | None:
    text = target.read(name)
    return validate(Thread, parse(text, name), name)[0] if text is not None else None


def _count_posts(thread: Thread, counted: Counter[str]) -> None:
    posts = [*((thread.question,) if thread.question else ()), *thread.every_answer]
    for answer in thread.every_answer:
        is_whole = not PART.search(answer.id or "")
        counted["answers"] += is_whole
        counted["accepted"] += is_whole and answer.accepted
    for body in (each.body for post in posts for each in (post, *post.comments)):
        anatomy = examine(body)
        counted["pictures"] += len(anatomy.images)
        counted["links"] += len(anatomy.links)
    counted["comments"] += sum(len(post.comments) for post in posts)


def make_report(  # noqa: PLR0913 - what is compared, and its names
    spool: Spool,
    target: Target,
    source: Counter[str],
    files: dict[str, int],
    *,
    format_: str,
    where: str,
) -> Fidelity:
    """Compare the source with the files."""
    written, differences = count_written(spool, target), spool.differences()
    names = [*PROVED, "pictures", "links", *(["unreadable"] if written["unreadable"] else [])]
    measures = tuple(
        Measure(name, source[name], differences.get(name, 0), written[name]) for name in names
    )
    remarks = tuple(
        Remark(kind, n, tuple((place, example) for place, example in examples))
        for kind, n, examples in spool.notes()
    )
    rows = spool.base.execute("SELECT place, address, width, height FROM remote").fetchall()
    pictures = tuple(RemotePicture(*row) for row in rows)
    return Fidelity(format_, where, measures, remarks, files, pictures)


def as_json(report: Fidelity) -> str:
    """Return the report for programs."""
    said = asdict(report) | {"is_proved": report.is_proved}
    for measure, each in zip(report.measures, said["measures"], strict=True):
        each["is_proved"] = measure.is_proved
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def as_text(report: Fidelity) -> Iterator[str]:
    """Yield the lines of the report for a terminal."""
    yield f"{'':<12}{'source':>10}{'explained':>11}{'written':>10}"
    for each in report.measures:
        mark = "" if each.is_proved else "  not equal!"
        change = f"{each.difference:+,}" if each.difference else ""
        yield f"{each.what:<12}{each.source:>10,}{change:>11}{each.written:>10,}{mark}"
    yield "Files: " + (
        ", ".join(f"{n:,} {what}" for what, n in report.files.items() if n) or "none"
    )
    for remark in report.remarks:
        first = next((_example(*each) for each in remark.examples), "")
        yield f"{remark.n:>7,}  {remark.kind}{f' ({first})' if first else ''}"


def as_markdown(report: Fidelity) -> str:
    """Return the report as a page to keep."""
    lines = [
        f"# Import of {_code(report.source)} ({report.format})",
        "",
        "| | source | explained | written | |",
        "| --- | ---: | ---: | ---: | --- |",
    ]
    for each in report.measures:
        mark = ("equal" if each.what in PROVED else "") if each.is_proved else "**not equal**"
        lines.append(
            f"| {each.what} | {each.source:,} | {each.difference:+,} | {each.written:,} | {mark} |"
        )
    lines += [
        "",
        "What was written was read again and counted. Pictures and links may change their form.",
        "",
    ]
    lines += [f"- {what}: {n:,}" for what, n in report.files.items() if n]
    lines += ["", "## What was dropped, guessed or changed", ""]
    lines += list(_list_remarks(report.remarks)) or ["Nothing."]
    return "\n".join(lines) + "\n"


def _list_remarks(remarks: Sequence[Remark]) -> Iterator[str]:
    for remark in remarks:
        yield f"- {remark.kind}: {count(remark.n, 'time')}"
        yield from (f"  - {_code(_example(*each))}" for each in remark.examples)


def _example(place: str, example: str) -> str:
    words = " ".join(example.split())
    return f"{place}: {words}" if words else place


def _code(text: str) -> str:
    return f"`{text.replace('`', chr(39))}`"
