"""`threadbook init --prefix`: content for a site that is there, and what its configuration needs.

`mkdocs.yml` belongs to somebody, with comments and an order of its own, so it is never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from threadbook.configuration import read_configuration
from threadbook.configuration.options import check_options
from threadbook.configuration.words import list_named
from threadbook.errors import UsageError, UserError
from threadbook.report.text import visible
from threadbook.starter import Planted, plant_content, requirement

_FOLDERS: Final = ("content", "questions", "threadbook-content")
"""Where the content may be; the first that is free, and that MkDocs would not publish as it is."""


def join_site(directory: Path, prefix: str) -> Iterator[Planted | str]:
    """Write content for the site in a folder; yield each file, and then lines of advice."""
    prefix = _read_prefix(prefix)
    file = directory / "mkdocs.yml"
    if not file.is_file():
        raise UsageError(
            "--prefix is for a site that is there already, with its mkdocs.yml; name its folder."
        )
    configuration = read_configuration(file)
    values = configuration.values
    if not values:
        raise UserError(
            f"{visible(str(file))} cannot be read; `threadbook check` says what is wrong."
        )
    content = _choose_folder(directory, configuration.settings.pages)
    yield from plant_content(directory, content)
    plugins = [name for _, name, _ in list_named(values.get("plugins"), ("plugins",))]
    if "threadbook" in plugins:
        yield "mkdocs.yml has Threadbook already. What it still needs: threadbook check"
        return
    yield from _advise(values, plugins, prefix, content)


def _read_prefix(prefix: str) -> str:
    options, faults = check_options({"prefix": prefix})
    if faults or not options.prefix:
        raise UsageError(
            f'"{visible(prefix)}" is not a folder such as faq/: '
            "use small letters, digits and hyphens."
        )
    return options.prefix


def _choose_folder(directory: Path, pages: Path) -> str:
    """Return where the content is, or will be: beside the folder that MkDocs publishes."""
    for name in _FOLDERS:
        folder = (directory / name).resolve()
        is_apart = not folder.is_relative_to(pages) and not pages.is_relative_to(folder)
        is_ours = any((folder / f"site.{ending}").is_file() for ending in ("yml", "yaml"))
        if is_apart and (is_ours or not any(folder.glob("*"))):
            return name
    taken = ", ".join(_FOLDERS)
    raise UserError(f"There is no free folder for the content: {taken} have other things in them.")


def _advise(
    values: Mapping[str, Any], plugins: list[Any], prefix: str, content: str
) -> Iterator[str]:
    """Yield what to paste into the configuration, as lines of YAML with words around them."""
    title = prefix.rstrip("/").rpartition("/")[2]
    yield "Paste this into your mkdocs.yml, which is as it was:\n"
    if isinstance(values.get("nav"), list):
        yield "nav: # below the entries that are there"
        yield f"  - {'FAQ' if title == 'faq' else title.capitalize()}: {prefix}"
    yield "plugins: # below the entries that are there" if plugins else "plugins:"
    yield "  - threadbook:"
    yield f"      prefix: {prefix}"
    yield "      trusted_pages: true # MkDocs publishes your pages as before"
    if content != _FOLDERS[0]:
        yield f"      content_dir: {content}"
    yield ""
    if "search" in plugins:
        yield "Remove `- search` there: Threadbook's search finds your pages, too."
    yield f'And add "{requirement()}" to what the site installs.'
    yield "Then: threadbook check && threadbook serve"
