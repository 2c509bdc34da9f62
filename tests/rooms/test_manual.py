"""The manual cannot drift: every command, option and field is in it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import click
import pytest
from pydantic import BaseModel

from threadbook.check import RULES
from threadbook.cli import COMMANDS, cli
from threadbook.engines.mkdocs_options import ThreadbookConfig
from threadbook.model import GoldenQuery, LearningPath, Site, Thread
from threadbook.report import write_manual


def models(annotation: Any) -> set[type[BaseModel]]:
    """Return the models an annotation holds, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        inner = (models(field.annotation) for field in annotation.model_fields.values())
        return {annotation}.union(*inner)
    if get_origin(annotation) in {tuple, Union, UnionType}:
        found: set[type[BaseModel]] = set()
        return found.union(*(models(argument) for argument in get_args(annotation)))
    return set()


@pytest.mark.parametrize("model", [Thread, Site, LearningPath, GoldenQuery])
def test_every_field_is_in_the_manual(repository: Path, model: type[BaseModel]) -> None:
    manual = (repository / "manual" / "content.md").read_text("utf-8")
    for each in models(model):
        for field in each.model_fields:
            assert f"`{field}`" in manual, f"{each.__name__}.{field}"


def test_every_command_and_option_is_in_the_manual(repository: Path) -> None:
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        assert command.name == name
        assert f"`threadbook {name}" in manual
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}`" in manual, name


def test_every_option_of_the_plugin_is_in_the_manual(repository: Path) -> None:
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    for name, _ in ThreadbookConfig._schema:
        assert f"| `{name}` |" in manual


def test_suggest_prints_what_the_manual_shows(repository: Path, run: Callable[..., Any]) -> None:
    """By words; and by meaning, too, where that is installed, the same thread is the first."""
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    found = re.search(r"^    \$ (threadbook suggest .*)\n((?:    - .*\n)+)", manual, re.MULTILINE)
    assert found
    command = shlex.split(found[1])
    shown = [line.removeprefix("    ") for line in found[2].splitlines()]
    assert run(*command, cwd=repository).stdout.splitlines() == shown
    without = [each for each in command if each != "--words"]
    first = run(*without, cwd=repository).stdout.splitlines()[0]
    assert first.partition(") (")[0] == shown[0].partition(") (")[0]


def test_the_page_of_rules_is_current(repository: Path) -> None:
    """`threadbook rules --markdown > manual/rules.md` renews it."""
    assert (repository / "manual" / "rules.md").read_text("utf-8") == write_manual(RULES)


def test_the_table_of_tokens_has_those_of_the_style_sheet_and_no_others(repository: Path) -> None:
    manual = (repository / "manual" / "design.md").read_text("utf-8")
    styles = (repository / "theme/styles/1-tokens.css").read_text("utf-8")
    tokens = {*re.findall(r"^ +(--tb-[\w-]+):", styles, re.MULTILINE)}
    named: set[str] = set()
    for cell in re.findall(r"^\| (`--tb-.*?) \|", manual, re.MULTILINE):
        first, *others = re.findall(r"`([^`]+)`", cell)
        stem = first.rstrip("0123456789").rstrip("-")
        named |= {first, *(name for name in others if name.startswith("--"))}
        for end in (name for name in others if not name.startswith("--")):
            if end[1:].isdigit():
                named |= {f"{stem}-{n}" for n in range(int(first[-1]), int(end[1:]) + 1)}
            else:
                named.add(f"{stem}{end}")
    assert named == tokens
