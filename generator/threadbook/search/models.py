"""A site's models: the files that browsers load to read questions, under names with their hash."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from threadbook.meaning import Model
from threadbook.meaning.model import LEAST, Parts
from threadbook.search.codec import FOLDER, describe_vectors
from threadbook.weave import write_file

MODELS: Final = f"{FOLDER}/meaning/"
"""Where the files are on the site."""

_DIGITS: Final = 12


class Served(NamedTuple):
    """What browsers get of a model: its files by their names on the site, and what it says.

    `entry` is for the settings of the index.
    """

    files: dict[str, bytes]
    entry: dict[str, object]


def serve(model: Model, setting: str, count: int, gaps: int = 0, own: Sequence[str] = ()) -> Served:
    """Return what browsers get, by the setting `meaning`, in a site of `count` documents.

    `gaps` is the number of questions that it is known not to answer, and `own` are the tokens that
    it adds.
    """
    best, student = model.asker(setting), model.student
    encoder = None if best == student else best
    contents = {LEAST: model.serve_names(own)}
    for parts in filter(None, (student, encoder)):
        contents[parts.layers] = model.read(parts.layers)
        contents[parts.tokens] = model.serve_tokens(parts, own)
    names = {name: name_of(name, content) for name, content in contents.items()}
    files = {names[name]: content for name, content in contents.items()}
    entry: dict[str, object] = {
        "languages": [model.language],
        "dimensions": model.dimensions,
        "folder": MODELS,
        "encoder": encoder and {"layers": names[encoder.layers], "tokens": names[encoder.tokens]},
        "student": student and {"layers": names[student.layers], "tokens": names[student.tokens]},
        "vocabulary": names[LEAST],
        "tokens": model.kind,
        "prefix": model.prefix,
        "bytes": {
            "encoder": encoder and _size(files, names, encoder),
            "student": student and _size(files, names, student),
        },
        "vectors": describe_vectors(count, gaps),
    }
    return Served(files, entry)


def write_models(files: dict[str, bytes], out: Path) -> None:
    """Write the files into the site in place of those of an earlier build."""
    folder = out / MODELS
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.name not in files and each.is_file():
            each.unlink()
    for name, content in files.items():
        write_file(str(out), f"{MODELS}{name}", content)


def name_of(name: str, content: bytes) -> str:
    """Return the name of a file on the site: with a hash of what is in it."""
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(content).hexdigest()[:_DIGITS]}.{ending}"


def _size(files: dict[str, bytes], names: dict[str, str], parts: Parts) -> int:
    return sum(len(files[names[part]]) for part in (*parts, LEAST))
