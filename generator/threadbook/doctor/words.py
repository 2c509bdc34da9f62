"""A diagnosis for the terminal, aligned and in words, and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import click
from rich.cells import cell_len

from threadbook.doctor.examination import Diagnosis, State
from threadbook.report.text import visible
from threadbook.text import count

_COLOURS: Final = {
    State.GOOD: "green",
    State.NOTE: "cyan",
    State.WARNING: "yellow",
    State.MISSING: "red",
}
_STATES: Final = max(len(state) for state in State)


def diagnosis_as_text(diagnosis: Diagnosis, *, is_coloured: bool = False) -> Iterator[str]:
    """Yield printable lines. Each state is a word, so that nothing depends on colours."""

    def paint(text: str, **style: str | bool | None) -> str:
        return click.style(text, **style) if is_coloured else text  # type: ignore[arg-type]

    yield paint(f"Threadbook {diagnosis.threadbook}, on {diagnosis.today}", bold=True)
    yield ""
    names = [visible(f"{part.name} {part.version}".strip()) for part in diagnosis.parts]
    width = max(map(cell_len, names))
    for part, name in zip(diagnosis.parts, names, strict=True):
        is_quiet = part.state is State.UNUSED
        state = paint(f"{part.state:<{_STATES}}", fg=_COLOURS.get(part.state), dim=is_quiet)
        about = paint(
            f"{name}{' ' * (width - cell_len(name))}  {visible(part.about)}", dim=is_quiet
        )
        yield f"  {state}  {about}"
        if part.remedy:
            yield f"  {' ' * (_STATES + width + 4)}→ {visible(part.remedy)}"
    yield ""
    yield _summary(diagnosis)


def _summary(diagnosis: Diagnosis) -> str:
    missing = sum(part.state is State.MISSING for part in diagnosis.parts)
    late = sum(part.state in {State.NOTE, State.WARNING} for part in diagnosis.parts)
    said = f"{count(missing, 'thing')} missing" if missing else "Nothing is missing"
    return f"{said}; {count(late, 'thing')} to plan for." if late else f"{said}."


def diagnosis_as_json(diagnosis: Diagnosis) -> str:
    """Return one object; days are ISO dates, and an empty text means that there is none."""
    return json.dumps(
        {
            "threadbook": diagnosis.threadbook,
            "today": diagnosis.today,
            "file": diagnosis.file,
            "is_good": diagnosis.is_good,
            "parts": [part._asdict() for part in diagnosis.parts],
        },
        default=str,
        ensure_ascii=False,
        indent=2,
    )
