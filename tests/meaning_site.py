"""A site that is searched by meaning, with a tiny model that knows a few questions.

What documents mean is made up: a question of `MEANT` is as close as can be to its thread, and
every other document has nothing to do with any of the questions.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from bases import copy_site
from encoders import Numbers, Shape, encode, make_files, pack_vectors

MEANT: Final = {
    "haggling over my quote": "milestones-and-funding",
    "somebody wants his cash returned to him": "client-wants-a-refund",
    "the client wants another contract": "decline-an-offer",
}
"""Questions, and the thread that each means."""

UNANSWERED: Final = "do contract bees sing at night"
"""A question that nothing answers, although some of its words are everywhere."""

SHARD: Final = 32
HUGE: Final = 10**12
"""Bytes."""


def copy_with_meaning(
    site: Path,
    to: Path,
    *,
    is_sharded: bool = False,
    has_encoder: bool = True,
    is_near: bool = False,
    meant: Mapping[str, str] = MEANT,
) -> Path:
    """Copy a site that was built, and add a model and vectors to it.

    Unless it `is_near`, the models say that they are so large that no line is fast enough for them.
    """
    copy_site(site, to)
    questions = [*meant, UNANSWERED]
    words = sorted({word for question in questions for word in re.findall(r"\w+", question)})
    files = make_files(words, Shape(layers=1))
    places = {name: place for place, name in enumerate(files.vocabulary.decode().split("\n"))}
    vectors = {
        question: encode(files, [2, *(places[word] for word in question.split()), 3])
        for question in questions
    }
    settings: dict[str, Any] = json.loads((to / "search" / "settings.json").read_text("utf-8"))
    index = to / "search" / settings["folder"]
    rows = [(meant_by(thread, meant)) for thread in threads_of(index, settings)]
    matrix = make_vectors(rows, vectors)
    folder = to / "search" / "meaning"
    shutil.rmtree(folder, ignore_errors=True)  # a real model, if one is installed
    folder.mkdir()

    def add(name: str, content: bytes) -> str:
        stem, _, end = name.partition(".")
        hashed = f"{stem}.{hashlib.sha256(name.encode() + content).hexdigest()[:12]}.{end}"
        (folder / hashed).write_bytes(content)
        return hashed

    names = {
        name: {
            "layers": add(f"{name}.bin", files.layers),
            "tokens": add(f"{name}-tokens.bin", files.tokens),
        }
        for name in ("student", *(("encoder",) if has_encoder else ()))
    }
    size = len(files.layers) + len(files.tokens) if is_near else HUGE
    settings["meaning"] = {
        "languages": ["en"],
        "dimensions": Shape().outputs,
        "folder": "search/meaning/",
        **names,
        "vocabulary": add("browser-tokens.txt", files.vocabulary),
        "bytes": dict.fromkeys(names, size),
        "vectors": write_vectors(matrix, index, is_sharded=is_sharded),
    }
    (to / "search" / "settings.json").write_text(json.dumps(settings), "utf-8")
    return to


def copy_without_meaning(site: Path, to: Path) -> Path:
    """Copy a site, and take the model from it, if it has one."""
    copy_site(site, to)
    file = to / "search" / "settings.json"
    settings = json.loads(file.read_text("utf-8")) | {"meaning": None}
    file.write_text(json.dumps(settings), "utf-8")
    return to


def meant_by(thread: str, meant: Mapping[str, str]) -> str:
    return next((question for question, each in meant.items() if each == thread), "")


def threads_of(index: Path, settings: Mapping[str, Any]) -> list[str]:
    """Return the thread of each document, empty for other documents."""
    found: list[str] = []
    for number in range(-(-settings["total"] // settings["group"])):
        shown = json.loads(zlib.decompress((index / "d" / f"{number}.bin").read_bytes()))
        found += (each["at"].removeprefix("threads/").rstrip("/") for each in shown)
    assert len(found) == settings["total"]
    return found


def make_vectors(questions: list[str], vectors: Mapping[str, Numbers]) -> Numbers:
    """Return a vector for each document: that of its question, or one far from all of them."""
    random = np.random.default_rng(7)
    rows = []
    for question in questions:
        others = [vector for each, vector in vectors.items() if each != question]
        own = vectors.get(question)
        rows.append(_away(random.normal(size=Shape().outputs) if own is None else own, others))
    return np.array(rows)


def _away(vector: Numbers, others: list[Numbers]) -> Numbers:
    """Return what is left of a vector that has nothing of others, of unit length."""
    basis, _ = np.linalg.qr(np.array(others).T)
    left = vector - basis @ (basis.T @ vector)
    found: Numbers = left / np.linalg.norm(left)
    return found


def write_vectors(matrix: Numbers, index: Path, *, is_sharded: bool) -> dict[str, object]:
    count = len(matrix)
    if not is_sharded:
        (index / "vectors.bin").write_bytes(pack_vectors(matrix))
        return {"file": "vectors.bin", "count": count}
    (index / "vectors.bin").unlink(missing_ok=True)
    (index / "vectors").mkdir()
    for number, start in enumerate(range(0, count, SHARD)):
        content = pack_vectors(matrix[start : start + SHARD])
        (index / "vectors" / f"{number}.bin").write_bytes(content)
    return {"shards": "vectors/", "size": SHARD, "count": count}
