"""Slips of the hand in good files: each still loads, or a finding stands at or near the slip."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from attack import rounds
from pydantic import BaseModel

from threadbook.edit.comments import find_comments
from threadbook.edit.fmt import format_content
from threadbook.findings import Severity
from threadbook.load.files import MODELS, load_file, load_thread
from threadbook.load.sources import NAMED, FileKind, SourceFile
from threadbook.load.yaml import parse
from threadbook.model import Thread

CONTENT = Path(__file__).parents[2] / "content"
SEED = 20_261_123
SLIPS = min(rounds(150), 400)
NEAR = 2
"""How many lines a finding may lie away from the slip: a colon lost is seen a line later."""


FARTHER = {
    "threads/new-freelancers/identity-check.yml:24",
    "paths/from-one-contract-to-steady-work.yml:51",
    "threads/making-a-living/a-month-without-work.yml:31",
    "threads/making-a-living/too-much-work.yml:19",
}
"""A line that loses its indentation can be a field of the level above, or the first line of a plain text;
what is no part of it is found only below."""


class Slip(NamedTuple):
    """A good file after a slip of the hand in line `line`, counted from 1."""

    name: str
    kind: FileKind
    text: str
    line: int


def good_files() -> list[tuple[str, FileKind]]:
    """Return every file of the example base and what it holds."""
    kinds = {"threads": FileKind.THREAD, "paths": FileKind.PATH}
    files = sorted(path.relative_to(CONTENT) for path in CONTENT.rglob("*.yml"))
    return [(path.as_posix(), kinds.get(path.parts[0]) or NAMED[path.name]) for path in files]


def slips() -> Iterator[Slip]:
    """Make slips by a seeded program: a sign changed, a line removed or doubled, an indent off."""
    dice = random.Random(SEED)  # noqa: S311 - not for secrets
    files = good_files()
    for number in range(SLIPS):
        name, kind = dice.choice(files)
        lines = (CONTENT / name).read_text("utf-8").split("\n")
        at = dice.choice([at for at, line in enumerate(lines) if line.strip()])
        column = dice.randrange(len(lines[at]))
        match number % 6:
            case 0:
                sign = dice.choice("x:-[]{}&*!|>'\"%@`#,? \t0")
                lines[at] = lines[at][:column] + sign + lines[at][column + 1 :]
            case 1:
                lines[at] = lines[at][:column] + lines[at][column + 1 :]
            case 2:
                del lines[at]
            case 3:
                lines[at] = " " * dice.choice([1, 2, 3]) + lines[at]
            case 4:
                lines[at] = lines[at].removeprefix(" " * dice.choice([1, 2]))
            case _:
                lines.insert(at, lines[at])
        yield Slip(name, kind, "\n".join(lines), at + 1)


@pytest.mark.parametrize("slip", list(slips()), ids=lambda slip: f"{slip.name}:{slip.line}")
def test_a_slip_is_valid_or_found_nearby(tmp_path: Path, slip: Slip) -> None:
    file = tmp_path / "x.yml"
    file.write_text(slip.text, "utf-8")
    source = SourceFile(slip.kind, str(file), slip.name, "x", "new", len(slip.text), 0)
    loaded = (
        load_thread(source, 1_000_000) if slip.kind is FileKind.THREAD else load_file(source, 10**6)
    )
    errors = [f for f in loaded.findings if f.severity is Severity.ERROR]
    near = [f for f in errors if abs(f.place.line - slip.line) <= NEAR]
    found = near or f"{slip.name}:{slip.line}" in FARTHER
    assert found or not errors, [f"{f.place}: {f.message}" for f in errors]


@pytest.mark.parametrize("slip", list(slips()), ids=lambda slip: f"{slip.name}:{slip.line}")
def test_formatting_loses_nothing_of_a_slip_that_is_valid(slip: Slip) -> None:
    result = format_content(slip.text, slip.kind)
    if result.text is None:
        assert result.reason
        return
    if result.text == slip.text:
        return  # all that follows would compare it with itself
    again = format_content(result.text, slip.kind)
    assert again.text == result.text
    assert comments(result.text) == comments(slip.text)
    assert meaning(result.text, slip.kind) == meaning(slip.text, slip.kind)


def comments(text: str) -> list[str]:
    """Return a file's comments in the order of the alphabet: fields may have moved."""
    return sorted(comment.text for comment in find_comments(text))


def meaning(text: str, kind: FileKind) -> BaseModel:
    """Return what a file says, with the ids that answers have anyway."""
    model = MODELS[kind].model_validate(parse(text, "").value)
    if isinstance(model, Thread) and model.answers:
        return model.model_copy(update={"answers": model.every_answer})
    return model
