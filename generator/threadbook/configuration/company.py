"""What goes together: themes, plugins, templates and extensions that Threadbook works with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from threadbook.configuration.document import Location
from threadbook.configuration.options import Options
from threadbook.configuration.words import Fault, list_named
from threadbook.load import settings_rules as rules
from threadbook.load.sources import read_lines

THEME: Final = "material"
"""The theme whose pages are filled. The plain engine needs none, and Zensical has its own."""

_FOREIGN: Final = {
    "i18n": "It builds each page once for every language; a thread has one language, its `lang`.",
}
"""Plugins that cannot work beside ours, and why."""

_BLOCK: Final = re.compile(
    r"{%-?\s*block\s+(content|extrahead|header)\b.*?%}(.*?){%-?\s*endblock", re.DOTALL
)
_SUPER: Final = re.compile(r"\bsuper\s*\(")
_LARGEST: Final = 1_000_000
_NAMED: Final = 3
"""How many extensions a message names."""


def need_theme(values: Mapping[Any, Any], options: Options) -> Iterator[Fault]:
    """Find out whether a theme is named; MkDocs would use one of its own, which is not ours."""
    if options.engine == "mkdocs" and values.get("theme") is None:
        yield Fault(rules.MISSING, (), "`theme` is missing.", f"Add `theme: {THEME}`.")


def check_company(
    values: Mapping[Any, Any], options: Options, at: Location, root: Path
) -> Iterator[Fault]:
    """Find what does not go together; `at` is where the options of our plugin are."""
    yield from _theme(values, options)
    yield from _plugins(values)
    yield from _templates(values, root)
    if options.prefix and not options.trusted_pages:
        message = (
            "`prefix` leaves the pages beside it to MkDocs, which needs `trusted_pages: true`."
        )
        hint = "Add it if you trust everybody who can change these pages, or remove `prefix`."
        yield Fault(rules.BAD_COMPANY, (*at, "prefix"), message, hint)
    if options.prefix and options.engine != "mkdocs":
        message = f"`prefix` needs the engine mkdocs: {options.engine} makes no other pages."
        yield Fault(rules.BAD_COMPANY, (*at, "prefix"), message, "Remove `prefix` or `engine`.")
    if not options.trusted_pages:
        yield from _extensions(values)


def _theme(values: Mapping[Any, Any], options: Options) -> Iterator[Fault]:
    theme = values.get("theme")
    name = theme.get("name") if isinstance(theme, Mapping) else theme
    if options.engine != "mkdocs" or name == THEME:
        return
    if not isinstance(name, str):
        return
    at = ("theme", "name") if isinstance(theme, Mapping) else ("theme",)
    message = f"Threadbook fills the pages of the theme `{THEME}`, not those of `{name[:40]}`."
    yield Fault(rules.BAD_COMPANY, at, message, f"Write `name: {THEME}`, or `engine: plain`.")


def _plugins(values: Mapping[Any, Any]) -> Iterator[Fault]:
    for at, name, _ in list_named(values.get("plugins"), ("plugins",)):
        known = name.rpartition("/")[2] if isinstance(name, str) else ""
        if known in _FOREIGN:
            message = f"Threadbook does not work with the plugin `{known}`. {_FOREIGN[known]}"
            yield Fault(rules.BAD_COMPANY, at, message, "Remove one of the two.")


def _templates(values: Mapping[Any, Any], root: Path) -> Iterator[Fault]:
    """Find blocks of the site's own templates that do not call `super()`; only text is read."""
    theme = values.get("theme")
    own = theme.get("custom_dir") if isinstance(theme, Mapping) else None
    for name in ("main.html", "base.html") if isinstance(own, str) else ():
        for block, text in _BLOCK.findall("\n".join(read_lines(root / str(own) / name, _LARGEST))):
            if not _SUPER.search(text):
                message = f"The block `{block}` in {own}/{name} does not call `super()`."
                hint = "Put {{ super() }} where Threadbook's own part belongs."
                yield Fault(rules.NO_SUPER, ("theme", "custom_dir"), message, hint)


def _extensions(values: Mapping[Any, Any]) -> Iterator[Fault]:
    named = list_named(values.get("markdown_extensions"), ())
    names = [f"`{name[:60]}`" for _, name, _ in named if isinstance(name, str)]
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        said = f"{', '.join(names[:_NAMED])}{more}"
        message = f"Markdown extensions change no thread and no prose page: {said}."
        hint = "Remove them; the manual has the Markdown that pages understand."
        yield Fault(rules.NOT_IN_THREADS, ("markdown_extensions",), message, hint, is_key=True)
