"""The manual cannot drift: every command, option and field is in it."""

from __future__ import annotations

from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import click
import pytest
from pydantic import BaseModel

from threadbook.check import RULES
from threadbook.cli import cli
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
    for name, command in cli.commands.items():
        assert f"`threadbook {name}" in manual
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert f"`{parameter.opts[0]}`" in manual, name


def test_every_option_of_the_plugin_is_in_the_manual(repository: Path) -> None:
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    for name, _ in ThreadbookConfig._schema:
        assert f"| `{name}` |" in manual


def test_the_page_of_rules_is_current(repository: Path) -> None:
    """`threadbook rules --markdown > manual/rules.md` renews it."""
    assert (repository / "manual" / "rules.md").read_text("utf-8") == write_manual(RULES)
