"""`threadbook import` and `threadbook export`: content from and to other formats."""

from __future__ import annotations

from pathlib import Path

import click

from threadbook.addresses import of_thread
from threadbook.cli.common import CONFIG, gather_content, read_settings
from threadbook.cli.editing import display_path, find_schema, refuse_unreadable
from threadbook.cli.importing import COMMANDS
from threadbook.edit.new import append_steps, compose_path_of_steps, dump_steps
from threadbook.edit.write import create_file, replace_file
from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.exporters.qti import make_qti_package
from threadbook.findings import did_you_mean
from threadbook.importers.learn_quiz import Quiz, make_steps, read_quiz
from threadbook.load.sources import FileKind, SourceFile, read_text
from threadbook.load.yaml import parse
from threadbook.model import LearningPath, Step, is_slug
from threadbook.pages.views import Link
from threadbook.progress import Quiet
from threadbook.report.text import visible
from threadbook.settings import Settings
from threadbook.text import count


@click.group("import")
def import_() -> None:
    """Import content from other formats."""


for command in COMMANDS:
    import_.add_command(command)


@import_.command("learn-quiz")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--path", "id_", help="The learning path to add the checks to; created if it does not exist."
)
@CONFIG
def import_learn_quiz(file: Path, id_: str | None, config_file: Path) -> None:
    """Turn a Microsoft Learn quiz into checks.

    FILE is a unit of Microsoft Learn in YAML (YamlMime:ModuleUnit). Without --path, the checks are
    printed as steps that you can copy into a path.
    """
    settings = read_settings(config_file)
    quiz = _read_quiz(file, settings)
    steps = [*make_steps(quiz.checks)]
    if id_ is None:
        click.echo(dump_steps(steps), nl=False)
        return
    if not is_slug(id_):
        raise UsageError(f'"{visible(id_)}" is not an id: use lower-case letters, digits, hyphens.')
    target = settings.content / "paths" / f"{id_}.yml"
    if not target.exists():
        title = quiz.title or id_.replace("-", " ").capitalize()
        text = compose_path_of_steps(title, steps, find_schema(settings, target, "path"))
        refuse_unreadable(text, target, settings, FileKind.PATH)
        create_file(target, text)
        click.echo(f"{display_path(target, settings)}: written, with {count(len(steps), 'check')}.")
        return
    before = _read_text(target, settings)
    refuse_unreadable(before, target, settings, FileKind.PATH)
    there = read_step_keys(before)
    known = [check for check in quiz.checks if Step(check=check).key in there]
    for check in known:
        click.echo(f"Already in the path, skipped: {visible(check.question)}", err=True)
    steps = [*make_steps(check for check in quiz.checks if check not in known)]
    if not steps:
        raise UserError(
            f"{display_path(target, settings)} already has all these checks; nothing was added."
        )
    after = append_steps(before, steps)
    if after is None:
        words = "its steps are not written one below another"
        raise UserError(f"{display_path(target, settings)}: {words}, so nothing was added.")
    refuse_unreadable(after, target, settings, FileKind.PATH)
    replace_file(target, after)
    click.echo(f"{display_path(target, settings)}: {count(len(steps), 'check')} added at the end.")


def read_step_keys(text: str) -> set[str]:
    """Return the keys by which readers' progress knows the steps of a path."""
    path = LearningPath.model_validate(parse(text, "").value)
    return {step.key for step in path.steps}


def _read_quiz(file: Path, settings: Settings) -> Quiz:
    name = visible(click.format_filename(file))
    quiz = read_quiz(_read_text(file, settings))
    for problem in quiz.problems:
        click.echo(f"{name}:{problem.line}:{problem.column}: {visible(problem.text)}", err=True)
    if quiz.problems:
        raise FindingsError("Nothing was written; fix the quiz first.")
    return quiz


def _read_text(file: Path, settings: Settings) -> str:
    """Read a file like content: its size and encoding are checked."""
    name = visible(click.format_filename(file))
    if not file.is_file():
        raise UsageError(f"There is no file {name}.")
    size = file.stat().st_size
    text, findings = read_text(
        SourceFile(FileKind.PATH, str(file), name, "", "", size, 0), settings.max_file_size
    )
    if text is None:
        raise FindingsError("\n".join(f"{each.place}: {each.message}" for each in findings))
    return text


@click.group()
def export() -> None:
    """Export content to other formats."""


@export.command("qti")
@click.argument("path")
@click.option(
    "--out", type=click.Path(path_type=Path), help="The file to write; by default PATH-qti.zip."
)
@CONFIG
def export_qti(path: str, out: Path | None, config_file: Path) -> None:
    """Write the checks of a path as a QTI 2.1 package.

    PATH is the id of a learning path. Learning platforms can read the package.
    """
    settings = read_settings(config_file)
    library = gather_content(settings, Quiet()).library
    if path not in library.paths:
        hint = did_you_mean(path, library.paths) or f"Known ids: {', '.join(library.paths)}."
        raise UsageError(f'There is no learning path with the id "{visible(path)}". {hint}')
    cited = {
        id_: Link(id_, outline.title, f"{settings.site_url}{of_thread(id_)}")
        for id_, outline in library.threads.items()
        if outline.has_page and settings.site_url
    }
    package = make_qti_package(path, library.paths[path], cited, settings.language)
    if package is None:
        raise UserError(f'The learning path "{path}" has no checks, so there is nothing to export.')
    target = out or Path(f"{path}-qti.zip")
    create_file(target, package, "choose another file with --out")
    click.echo(f"{target}: written.")
