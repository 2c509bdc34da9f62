"""What `--safe` allows: a configuration that a stranger may have changed runs nothing.

Everything is refused that is not in a table here. Afterwards the engine gets a configuration that
holds only what was looked at (`keep_safe`), so that nothing slips past, whatever MkDocs may add.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from threadbook.configuration.document import Location, Opaque
from threadbook.configuration.options import Options
from threadbook.configuration.surroundings import normal
from threadbook.configuration.words import Fault, list_named, name_of
from threadbook.findings import Rule
from threadbook.load import settings_rules as rules

Faults = Iterator[Fault]
Check = Callable[[Any, Location], Faults]

_MARKUP: Final = re.compile(r'[<>"]|[^\S ]|[\x00-\x1f\x7f]')
"""What ends a text or an attribute of HTML. Single quotes are harmless where themes print texts."""

_WORD: Final = re.compile(r"[A-Za-z0-9 ._-]{0,100}")
_MEDIA: Final = re.compile(r"\([a-z -]{1,60}(?:: ?[a-z0-9 -]{1,60})?\)|print|screen|")
_ICON: Final = re.compile(r"[a-z0-9-]+(?:/[a-z0-9_-]+){1,4}")
_FILE: Final = re.compile(r"(?!/)[^\s<>\"'\\^`{|}:?*]{1,500}")
_PATTERNS: Final = 1_000
"""The most characters of patterns for files, which become regular expressions."""

_STARS: Final = 4
"""The most stars of one pattern, because each one multiplies the time."""

_OURS: Final = "threadbook"

PLUGINS: Final = frozenset({_OURS, f"/{_OURS}", "search", "material/search"})
"""Plugins that may be used. `search` only reads the text of pages, and Threadbook replaces it.

Others of Material's run programs (`optimize`, `social`), fetch from the web (`privacy`), build
other projects (`projects`), load further plugins (`group`), pack files (`info`), take settings of
pages from files (`meta`), or put markup where the theme expects text (`typeset`, `tags`, `blog`).
"""

EXTENSIONS: Final = frozenset(
    """
    abbr admonition attr_list def_list fenced_code footnotes meta nl2br sane_lists smarty tables toc
    markdown.extensions.toc markdown.extensions.tables pymdownx.betterem pymdownx.caret
    pymdownx.details pymdownx.highlight pymdownx.inlinehilite pymdownx.keys pymdownx.magiclink
    pymdownx.mark pymdownx.smartsymbols pymdownx.superfences pymdownx.tabbed pymdownx.tasklist
    pymdownx.tilde
    """.split()
)
"""Markdown extensions that only turn text into elements: they open no file and call no function.

The name of any other extension is that of a Python module, which would be imported. Snippets and
`b64` read files.
"""


def check_safe(values: Mapping[Any, Any], options: Options, at: Location, root: Path) -> Faults:
    """Find what could run, read or write anything that a site does not need for its content."""
    for key, value in values.items():
        if value is None or key in UNUSED:
            continue
        check = _ALLOWED.get(key)
        if check is None:
            yield _refused((key,), _WHY.get(key, "is not among the settings that it knows"))
        else:
            yield from check(value, (key,))
    yield from _inside(values, options, at, root)
    if options.trusted_pages:
        yield _refused((*at, "trusted_pages"), "lets pages contain any script")


def check_tags(opaque: tuple[tuple[Location, Opaque], ...]) -> Faults:
    """Find all YAML tags, which can call any function or read the environment."""
    for location, value in opaque:
        message = f"`--safe` refuses the YAML tag `{value.tag[:60]}`: it can run code."
        yield Fault(rules.RUNS_CODE, location, message, "Write the value itself.")


def keep_safe(values: Mapping[Any, Any], options: Options) -> dict[str, Any]:
    """Return what was checked, for the engine: no other setting, and our plugin's own options."""
    kept = {key: value for key, value in values.items() if key in _ALLOWED and value is not None}
    given = options.model_dump(exclude_unset=True)
    named = (name for _, name, _ in list_named(values.get("plugins"), ()))
    names = (name for name in named if isinstance(name, str) and name in PLUGINS)
    return {**kept, "plugins": [{name: given if _OURS in name else {}} for name in names]}


def _refused(at: Location, why: str, rule: Rule = rules.RUNS_CODE, hint: str = "") -> Fault:
    return Fault(rule, at, f"`--safe` refuses {name_of(at)}: it {why}.", hint)


def _text(value: Any, at: Location) -> Faults:
    """Allow text that no theme could take for markup."""
    if isinstance(value, str) and (found := _MARKUP.search(value)):
        character = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
        yield _refused(at, f"has `{character}`, and the theme prints it as it is", rules.MARKUP)


def _flag(value: Any, at: Location) -> Faults:
    if not isinstance(value, bool):
        yield _refused(at, "should be true or false")


def _matching(pattern: re.Pattern[str], words: str) -> Check:
    def check(value: Any, at: Location) -> Faults:
        if not isinstance(value, str) or not pattern.fullmatch(value):
            yield _refused(at, f"should be {words}", rules.MARKUP)

    return check


_word = _matching(_WORD, "letters, digits and spaces")
_icon = _matching(_ICON, "the name of an icon such as material/home")


def _file(value: Any, at: Location) -> Faults:
    """Allow a file below the folder of pages."""
    is_file = isinstance(value, str) and bool(_FILE.fullmatch(value))
    if not is_file or any(part.startswith(".") for part in value.split("/")):
        yield _refused(at, "should be the path of a file among the pages", rules.OUTSIDE)


def _address(value: Any, at: Location) -> Faults:
    if not isinstance(value, str) or not _is_web_address(value):
        yield _refused(at, "should be an address that begins with https://", rules.MARKUP)


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    is_plain = value.isprintable() and not set(value) & set(" \"'<>\\^`{|}")
    return is_plain and parts.scheme in {"http", "https"} and bool(parts.netloc)


def _place(value: Any, at: Location) -> Faults:
    """Allow a page of the navigation: a file or an address."""
    if isinstance(value, str) and ":" in value:
        yield from _address(value, at)
    else:
        yield from _file(value, at)


def _patterns(value: Any, at: Location) -> Faults:
    lines = str(value).splitlines()
    if len(str(value)) > _PATTERNS or any(line.count("*") > _STARS for line in lines):
        yield _refused(at, "has patterns that could take long")


def _either(value: Any, at: Location) -> Faults:
    """Allow anything: the form was checked before, and nothing but words has that form."""
    del value, at
    return iter(())


def _each(check: Check) -> Check:
    def check_all(value: Any, at: Location) -> Faults:
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            yield from check(item, (*at, index) if isinstance(value, list) else at)

    return check_all


def _only(known: Mapping[str, Check]) -> Check:
    """Allow a mapping with known keys only."""

    def check(value: Any, at: Location) -> Faults:
        if not isinstance(value, Mapping):
            yield _refused(at, "should be a mapping")
            return
        for key, item in value.items():
            if key not in known:
                yield _refused((*at, key), _WHY.get(key, "is not among the settings that it knows"))
            elif item is not None:
                yield from known[key](item, (*at, key))

    return check


def _icons(value: Any, at: Location) -> Faults:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _word(key, (*at, key))
            yield from _icons(item, (*at, key))
    elif value is not None:
        yield from _icon(value, at)


def _theme(value: Any, at: Location) -> Faults:
    if isinstance(value, str):
        value = {"name": value}
    if isinstance(value, Mapping) and value.get("name") != "material":
        yield _refused((*at, "name"), "should be material: other themes were not looked at")
    yield from _only(_THEME)(value, at)


def _font(value: Any, at: Location) -> Faults:
    if value is not False:
        yield from _only({"text": _word, "code": _word})(value, at)


def _navigation(value: Any, at: Location) -> Faults:
    for index, item in enumerate(value if isinstance(value, list) else []):
        place = (*at, index)
        if not isinstance(item, Mapping):
            yield from _place(item, place)
            continue
        for title, target in item.items():
            for fault in _text(title, (*place, title)):
                yield fault._replace(is_key=True)
            check = _navigation if isinstance(target, list) else _place
            yield from check(target, (*place, title))


def _plugins(value: Any, at: Location) -> Faults:
    for place, name, given in list_named(value, at):
        if not isinstance(name, str) or name not in PLUGINS:
            yield _refused_named(place, name, "plugin", "plugins are programs")
        elif _OURS not in name and given:
            message = f"`--safe` refuses options of the plugin `{name}`."
            yield Fault(rules.RUNS_CODE, place, message, "Remove them.")


def _extensions(value: Any, at: Location) -> Faults:
    for place, name, given in list_named(value, at):
        if not isinstance(name, str) or name not in EXTENSIONS:
            yield _refused_named(place, name, "Markdown extension", "it can read files or run code")
        elif isinstance(given, Mapping):
            for key, item in given.items():
                if not isinstance(item, bool | int):
                    yield from _word(item, (*place, key))


def _refused_named(at: Location, name: Any, kind: str, why: str) -> Fault:
    message = f"`--safe` refuses the {kind} `{str(name)[:60]}`: {why}."
    return Fault(rules.RUNS_CODE, at, message)


def _inside(values: Mapping[Any, Any], options: Options, at: Location, root: Path) -> Faults:
    """Find paths that lead out of the project, and into its hidden folders such as `.git`."""
    named: list[tuple[Location, Any]] = [
        (("docs_dir",), values.get("docs_dir")),
        (("site_dir",), values.get("site_dir")),
        ((*at, "content_dir"), options.content_dir),
        ((*at, "social_font"), options.social_font),
    ]
    for place, path in named:
        if isinstance(path, str) and not _is_inside(path, root):
            yield _refused(place, "leads out of the project", rules.OUTSIDE)


def _is_inside(path: str, root: Path) -> bool:
    target = normal(root, path)
    try:
        real = target.resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    if not target.is_relative_to(root) or not real.is_relative_to(root):
        return False
    return not any(part.startswith(".") for part in real.relative_to(root).parts)


_PALETTE: Final[dict[str, Check]] = {
    "media": _matching(_MEDIA, "a media query such as (prefers-color-scheme: dark)"),
    "scheme": _word,
    "primary": _word,
    "accent": _word,
    "toggle": _only({"icon": _icon, "name": _text}),
}
_THEME: Final[dict[str, Check]] = {
    "name": _word,
    "language": _word,
    "locale": _word,
    "direction": _word,
    "features": _each(_word),
    "palette": _each(_only(_PALETTE)),
    "font": _font,
    "icon": _icons,
    "logo": _file,
    "favicon": _file,
}
_EXTRA: Final[dict[str, Check]] = {
    "generator": _flag,
    "social": _each(_only({"icon": _icon, "link": _address, "name": _text})),
}
_ALLOWED: Final[dict[str, Check]] = {
    "site_name": _text,
    "site_url": _address,
    "site_description": _text,
    "site_author": _text,
    "copyright": _text,
    "repo_url": _address,
    "repo_name": _text,
    "edit_uri": _file,
    "docs_dir": _text,
    "site_dir": _text,
    "theme": _theme,
    "nav": _navigation,
    "plugins": _plugins,
    "markdown_extensions": _extensions,
    "extra": _only(_EXTRA),
    "strict": _flag,
    "use_directory_urls": _flag,
    "validation": _either,
    "exclude_docs": _patterns,
    "draft_docs": _patterns,
    "not_in_nav": _patterns,
}
"""The settings that `--safe` lets through, each with what may be in it."""

UNUSED: Final = frozenset({"dev_addr", "watch", "remote_branch", "remote_name"})
"""Settings of other commands; `--safe` leaves them out of what MkDocs gets."""

_WHY: Final = {
    "hooks": "runs Python files",
    "custom_dir": "holds templates, which can run code",
    "static_templates": "renders templates, which can run code",
    "extra_templates": "renders templates, which can run code",
    "extra_javascript": "puts scripts on every page",
    "extra_css": "puts style sheets on every page",
    "edit_uri_template": "is a template, which can reveal values of the program",
    "analytics": "puts scripts on every page",
    "consent": "puts markup on every page",
}
"""Why settings are refused: what each one does."""
