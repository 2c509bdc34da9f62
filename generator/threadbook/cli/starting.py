"""`threadbook init`: ask what a new site is called and where it will be, and write its files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import click

from threadbook.cli.asking import ask_again
from threadbook.cli.github import below_repository, find_branch, find_remote, is_in_repository
from threadbook.cli.joining import join_site
from threadbook.configuration import read_configuration
from threadbook.configuration.repository import (
    MAIN,
    Repository,
    read_branch,
    read_remote,
    read_repository,
)
from threadbook.configuration.site import is_web_address
from threadbook.errors import UsageError
from threadbook.forms.write import write_forms
from threadbook.gather import gather
from threadbook.report.text import visible
from threadbook.starter import HOSTS, Planted, Wishes, plant, plant_owners, plant_texts

R = TypeVar("R")

_ADDRESS: Final = (
    "What is the address of the repository, such as {example}? (empty if there is none)"
)
_EXAMPLES: Final = {
    "github": "https://github.com/OWNER/NAME",
    "gitlab": "https://gitlab.com/OWNER/NAME",
}
_MOST_LEFT: Final = 12
"""How many files that were left alone are named."""


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.option("--name", help="The name of the site, as readers see it.")
@click.option("--url", help="Where the site will be published, such as https://example.org/help/.")
@click.option(
    "--host",
    type=click.Choice(HOSTS),
    help="Where the repository is: its workflows and issue forms are written, too.",
)
@click.option(
    "--repository", "address", help="Its address; by default that of the git remote `origin`."
)
@click.option("--owner", help="Who is asked to look at changes, such as @somebody.")
@click.option(
    "--prefix",
    help="For a MkDocs site that is there: its new folder for questions, such as faq/. Writes "
    "content, and prints what to paste into mkdocs.yml.",
)
def init(  # noqa: PLR0913, PLR0917 - one for each option
    directory: Path,
    name: str | None,
    url: str | None,
    host: str | None,
    address: str | None,
    owner: str | None,
    prefix: str | None,
) -> None:
    """Create a knowledge base in DIRECTORY, ready to build and to publish.

    The folder may have files already. None of them is changed; those that are in the way are
    listed. At a terminal, the command asks for what you do not give as an option.
    """
    if prefix is not None:
        if any(each is not None for each in (name, url, host, address, owner)):
            raise UsageError("With --prefix, the site says the rest: give no other option.")
        _join(directory, prefix)
        return
    repository = _find_repository(directory, address, host)
    wishes = ask_wishes(name, url, host, repository, owner)
    wishes = replace(wishes, branch=_find_branch(directory))
    files = [*plant(directory, wishes)]
    if wishes.host != "none":
        files += _plant_generated(directory, wishes)
    _tell(directory, files, wishes)


def _join(directory: Path, prefix: str) -> None:
    told = [*join_site(directory, prefix)]
    for each in told:
        if isinstance(each, Planted) and each.is_new:
            click.echo(f"  {visible(click.format_filename(each.file))}")
    click.echo()
    for each in told:
        if isinstance(each, str):
            click.echo(each)


def _find_repository(directory: Path, address: str | None, host: str | None) -> Repository | None:
    """Return the repository that an option names, or that of git, if it is on the right host."""
    if address:
        named = _read_address(address)
        if named and host not in {None, named.forge}:
            raise UsageError(f"{named.url} is on {named.forge}, but --host says {host}.")
        return named
    found = read_remote(find_remote(directory))
    return found if found and host in {None, found.forge} else None


def _find_branch(directory: Path) -> str:
    """Return the branch that git says is published, if its name can be in an address."""
    try:
        return read_branch(find_branch(directory))
    except ValueError:
        return MAIN


def _read_address(address: str) -> Repository | None:
    """Return the repository at an address, as it is in a browser or in git."""
    if not address:
        return None
    try:
        return read_remote(address) or read_repository(address)
    except ValueError as error:
        words = f'"{visible(address)}" is not the address of a repository'
        raise UsageError(f"{words}: {error}.") from None


def ask_wishes(
    name: str | None,
    url: str | None,
    host: str | None,
    repository: Repository | None,
    owner: str | None,
) -> Wishes:
    """Ask for what is not known; without a terminal, it is what is most likely."""
    if name is None:
        name = _ask("What is the site called?", "My Help Site", str)
    if not name.strip():
        raise UsageError("A site needs a name; give it with --name.")
    host = host or _choose_host(repository)
    if repository and repository.forge != host:
        repository = None
    if repository is None and host != "none":
        repository = _ask(_ADDRESS.format(example=_EXAMPLES[host]), "", _read_address)
    if url is None:
        likely = repository.home if repository else ""
        url = _ask(
            "Where will the site be published? (empty if you do not know yet)", likely, _check_url
        )
    if owner is None:
        owner = f"@{repository.owner}" if repository else ""
    if not owner.isprintable():
        raise UsageError("--owner has invisible characters.")
    return Wishes(" ".join(name.split()), _check_url(url), host, repository, owner)


def _choose_host(repository: Repository | None) -> str:
    if not sys.stdin.isatty():
        return repository.forge if repository else "none"
    default = repository.forge if repository else "github"
    question = "Where is the repository?"
    return str(click.prompt(question, type=click.Choice(HOSTS), default=default))


def _check_url(url: str) -> str:
    if url and not is_web_address(url):
        raise UsageError(
            f'"{visible(url)}" is not a web address such as https://example.org/help/.'
        )
    return url if not url or url.endswith("/") else f"{url}/"


def _ask(question: str, default: str, read: Callable[[str], R]) -> R:
    return ask_again(question, default, read) if sys.stdin.isatty() else read(default)


def _plant_generated(directory: Path, wishes: Wishes) -> list[Planted]:
    """Write what depends on the boards: the forms, and who looks at what."""
    settings = read_configuration(directory / "mkdocs.yml").settings
    library = gather(settings, keep=False).library
    files = [*plant_owners(directory, wishes, library.boards)]
    if not library.boards or not library.topics:
        click.echo("The issue forms need boards and topics; later: threadbook forms", err=True)
        return files
    forms = write_forms(library, wishes.host)
    return [*files, *plant_texts(directory, dict(forms))]


def _tell(directory: Path, files: Sequence[Planted], wishes: Wishes) -> None:
    for planted in files:
        if planted.is_new:
            click.echo(f"  {visible(click.format_filename(planted.file))}")
    left = [planted.file for planted in files if not planted.is_new]
    if left:
        click.echo("\nLeft alone, because they are there already:")
        for file in left[:_MOST_LEFT]:
            click.echo(f"  {visible(click.format_filename(file))}")
        if len(left) > _MOST_LEFT:
            click.echo(f"  … and {len(left) - _MOST_LEFT} more")
    if directory / "mkdocs.yml" in left:
        click.echo("What your mkdocs.yml still needs: threadbook check")
    go = "" if directory == Path() else f"  cd {click.format_filename(directory)}\n"
    click.echo(f"\nTo see it:\n{go}  threadbook serve")
    if wishes.host != "none" and (below := below_repository(directory.resolve(), {})):
        click.echo(f"This folder is {visible(below)} of its repository. What begins with .git or")
        click.echo("is for the host has to be at the top: move it there, and adapt its paths.")
    elif wishes.host != "none":
        first = "commit" if is_in_repository(directory) else "git init, commit"
        click.echo(f"To publish it: {first}, push, and see CONTRIBUTING.md.")
    if wishes.host != "none" and wishes.repository is None:
        click.echo("When there is a repository: name it in mkdocs.yml, as `repository`.")
