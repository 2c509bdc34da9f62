"""`threadbook import FORMAT`: what people have elsewhere becomes threads, with a report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import click

from threadbook.cli.common import ANY_CONFIG, read_settings
from threadbook.day import build_day
from threadbook.errors import FindingsError, UsageError, UserError
from threadbook.importers import fidelity
from threadbook.importers.bring import Wishes, bring
from threadbook.importers.decoding import decode, read_file
from threadbook.importers.formats.discourse import Discourse
from threadbook.importers.formats.documents import MicrosoftFaq, Zendesk
from threadbook.importers.formats.github_discussions import GithubDiscussions
from threadbook.importers.formats.khoros import Khoros
from threadbook.importers.formats.markdown_files import MarkdownFolder
from threadbook.importers.formats.stackexchange import StackExchange
from threadbook.importers.formats.tables import Table, propose_mapping
from threadbook.importers.licences import as_spdx, is_spdx
from threadbook.importers.posts import Reader, Source
from threadbook.importers.slugs import slugify
from threadbook.importers.target import Target
from threadbook.load.yaml import parse
from threadbook.model import is_slug
from threadbook.model.thread import Status
from threadbook.progress import for_this_terminal
from threadbook.report.text import visible

READERS: Final[dict[str, tuple[Callable[[], Reader], str]]] = {
    "discourse": (
        Discourse,
        "topics of Discourse: a file or folder of JSON, or a forum's address.",
    ),
    "github-discussions": (GithubDiscussions, "discussions as GitHub's GraphQL API gives them."),
    "stackexchange": (StackExchange, "a data dump of Stack Exchange: the folder with Posts.xml."),
    "csv": (lambda: Table("csv"), "a table of questions and answers as CSV."),
    "jsonl": (lambda: Table("jsonl"), "JSON Lines: an object on each line; gzip is read, too."),
    "markdown": (MarkdownFolder, "a folder of Markdown with front matter, such as *.question.md."),
    "khoros": (Khoros, "saved pages of a Khoros forum: a file or a folder, HTML or text."),
    "microsoft-faq": (MicrosoftFaq, "Microsoft's files of frequent questions (YamlMime:FAQ)."),
    "zendesk": (Zendesk, "articles of Zendesk as JSON."),
}
"""The formats: what reads each, and what SOURCE is."""

_FILE: Final = click.Path(path_type=Path)
_STATUSES: Final = click.Choice(["archived", "published", "draft"])
_HELP: Final = {
    "to": "The content folder; by default that of mkdocs.yml.",
    "board": "The board for everything; by default one for each category.",
    "license": "The licence of what names none, such as CC-BY-4.0.",
    "map": "A YAML file that says what columns, tags and categories become.",
    "old-site": "The address of the old site, for links and redirects.",
    "system": "The name of the old site, as pages show it.",
    "name": "A name that tells this import from others; by default the format.",
    "keep-authors": "Keep the names of authors; without it they become roles.",
    "without-author": "A file with the names of people to leave out, one on each line.",
    "files": "The folder of its pictures and attachments; by default SOURCE, if it is a folder.",
    "report": "Write the report to a file that ends in .md or .json.",
}
_OPTIONS: Final = (
    click.option("--to", type=_FILE, help=_HELP["to"]),
    click.option("--board", help=_HELP["board"]),
    click.option("--license", "license_", metavar="SPDX", default="", help=_HELP["license"]),
    click.option("--map", "map_file", type=_FILE, help=_HELP["map"]),
    click.option("--old-site", metavar="URL", default="", help=_HELP["old-site"]),
    click.option("--system", default="", help=_HELP["system"]),
    click.option("--name", default="", help=_HELP["name"]),
    click.option("--status", type=_STATUSES, default="archived", show_default=True),
    click.option("--keep-authors", is_flag=True, help=_HELP["keep-authors"]),
    click.option("--without-author", "without", type=_FILE, help=_HELP["without-author"]),
    click.option("--files", type=_FILE, metavar="FOLDER", help=_HELP["files"]),
    click.option("--report", "report_file", type=_FILE, help=_HELP["report"]),
    click.option("--dry-run", is_flag=True, help="Write nothing but the report."),
)


def make_command(name: str) -> click.Command:
    """Return the command for a format."""

    def run(**given: Any) -> None:
        _run(name, **given)

    run.__doc__ = f"Import SOURCE: {READERS[name][1]}"
    command: Any = run
    for option in reversed((*_OPTIONS, ANY_CONFIG)):
        command = option(command)
    if name in {"csv", "jsonl"}:
        words = "Print a mapping for the columns, and import nothing."
        command = click.option("--propose-map", "propose", is_flag=True, help=words)(command)
    return click.command(name)(click.argument("source")(command))


def _run(  # noqa: PLR0913 - one for each option
    format_: str,
    *,
    source: str,
    to: Path | None,
    board: str | None,
    license_: str,
    map_file: Path | None,
    old_site: str,
    system: str,
    name: str,
    status: str,
    keep_authors: bool,
    without: Path | None,
    files: Path | None,
    report_file: Path | None,
    dry_run: bool,
    config_file: Path,
    propose: bool = False,
) -> None:
    if propose:
        click.echo(propose_mapping(Path(source), format_), nl=False)
        return
    content, base, site = _find_content(to, config_file, old_site)
    mapping, licence = _read_mapping(map_file), as_spdx(license_)
    if licence and not is_spdx(licence):
        words = f'--license: "{visible(licence)}" is no name that SPDX has for a licence of texts'
        click.echo(f"{words}, such as CC-BY-SA-4.0. It is taken as it is.", err=True)
    if board is not None and not is_slug(board):
        raise UsageError(
            f'"{visible(board)}" is not an id of a board: use lower-case letters, digits, hyphens.'
        )
    if files is not None and not files.is_dir():
        raise UsageError(f"--files: there is no folder {visible(str(files))}.")
    if report_file is not None and report_file.suffix not in {".md", ".json"}:
        raise UsageError("--report needs a file that ends in .md or .json.")
    wishes = Wishes(
        name=slugify(name) or format_, today=build_day(), license=licence, system=system,
        base=base, status=cast("Status", status), keep_authors=keep_authors,
        without=_read_names(without), files=files,
    )  # fmt: skip
    what = Source(source, site, board or "", mapping)
    with tempfile.TemporaryDirectory(prefix="threadbook-rehearsal-") as folder:
        target = Target(Path(folder), content) if dry_run else Target(content)
        report = bring(READERS[format_][0](), what, target, wishes, for_this_terminal())
    for line in fidelity.as_text(report):
        click.echo(visible(line))
    if report_file is not None:
        write = fidelity.as_json if report_file.suffix == ".json" else fidelity.as_markdown
        _write_report(report_file, write(report))
    if dry_run:
        click.echo("Nothing was written: --dry-run.", err=True)
    if not report.is_proved:
        wrong = ", ".join(each.what for each in report.measures if not each.is_proved)
        raise FindingsError(f"The files do not hold what the source had: {wrong} differ.")


def _find_content(to: Path | None, config_file: Path, old_site: str) -> tuple[Path, str, str]:
    """Return the content folder, the path of the new site, and the address of the old one."""
    base = "/"
    if to is None and not config_file.is_file():
        raise UserError("There is no mkdocs.yml here or above; say with --to where to write.")
    if config_file.is_file():
        settings = read_settings(config_file)
        to, base = to or settings.content, urlsplit(settings.site_url).path or "/"
    assert to is not None  # noqa: S101 - given, or read
    site = old_site.strip()
    if site and not _is_web_address(site):
        raise UsageError("--old-site is a web address such as https://forum.example.org/.")
    return to, base, f"{site.rstrip('/')}/" if site else ""


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.netloc)


def _read_mapping(file: Path | None) -> dict[str, object]:
    if file is None:
        return {}
    document = parse(decode(read_file(file))[0], file.name)
    if document.findings:
        first = document.findings[0]
        raise FindingsError(f"{first.place}: {first.message}")
    if not isinstance(document.value, dict):
        raise FindingsError(f"{file.name} holds no mapping such as `columns:` or `topics:`.")
    known = {"columns", "markup", "separator", "topics", "boards", "topic", "selectors", "dates"}
    for key in document.value:
        if key not in known:
            raise FindingsError(
                f"`{visible(str(key))}` in {file.name} is none of {', '.join(sorted(known))}."
            )
    return {str(key): value for key, value in document.value.items()}


def _read_names(file: Path | None) -> frozenset[str]:
    if file is None:
        return frozenset()
    lines = decode(read_file(file))[0].splitlines()
    return frozenset(line.strip().removeprefix("@").casefold() for line in lines if line.strip())


def _write_report(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.") from error


COMMANDS: Final = tuple(make_command(name) for name in READERS)
