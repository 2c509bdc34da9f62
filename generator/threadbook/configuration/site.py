"""MkDocs' own settings: what it expects of them, so that a check says what a build would say.

Only their form is checked. What other plugins, extensions and themes expect is unknown here.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError

from threadbook.configuration.document import Location, Opaque
from threadbook.configuration.words import Fault, unknown, wrong
from threadbook.load import settings_rules as rules

Faults = Iterator[Fault]
Check = Callable[[Any, Location], Faults]

NEEDED: Final = frozenset(
    "site_name site_url site_description docs_dir site_dir theme use_directory_urls plugins".split()
)
"""The settings that Threadbook itself reads; in all others, YAML tags are no business of ours."""

_LEVELS: Final = ("warn", "info", "ignore")
_VALIDATION: Final = {
    "nav": ("omitted_files", "not_found", "absolute_links"),
    "links": ("not_found", "absolute_links", "unrecognized_links", "anchors"),
}


def _text(value: Any, at: Location) -> Faults:
    if not isinstance(value, str):
        yield wrong(at, "text", value)
    elif "\0" in value:
        yield Fault(rules.BAD_VALUE, at, "There is an invisible character in this text.")


def _name(value: Any, at: Location) -> Faults:
    yield from _text(value, at)
    if isinstance(value, str) and not value.strip():
        yield Fault(rules.BAD_VALUE, at, f"`{at[-1]}` is empty.", "Write a name.")


def _flag(value: Any, at: Location) -> Faults:
    if not isinstance(value, bool):
        yield wrong(at, "true or false", value)


def _web_address(value: Any, at: Location) -> Faults:
    if not isinstance(value, str):
        yield wrong(at, "a web address", value)
    elif value and not is_web_address(value):
        message = f"`{at[-1]}` should be a web address such as https://example.org/help/."
        yield Fault(rules.BAD_VALUE, at, message)


def is_web_address(value: str) -> bool:
    """Whether a text can be the address of a site."""
    try:
        parts = urlsplit(value)
        number = parts.port  # raises for an impossible one
    except ValueError:
        return False
    is_plain = value.isprintable() and not set(value) & set(" \"'<>\\^`{|}")
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return is_web and is_plain and number != 0 and not parts.query and not parts.fragment


def _repository(value: Any, at: Location) -> Faults:
    """Accept an address with any scheme."""
    if not isinstance(value, str):
        yield wrong(at, "a web address", value)
        return
    try:
        parts = urlsplit(value)
    except ValueError:
        parts = urlsplit("")
    if value and not (parts.scheme and parts.netloc):
        message = f"`{at[-1]}` should be a web address such as https://example.org/repository."
        yield Fault(rules.BAD_VALUE, at, message)


def _texts(value: Any, at: Location) -> Faults:
    yield from _each(value, at, _text)


def _each(value: Any, at: Location, check: Check) -> Faults:
    if not isinstance(value, list):
        yield wrong(at, "a list", value)
        return
    for index, item in enumerate(value):
        yield from check(item, (*at, index))


def _mapping(value: Any, at: Location) -> Faults:
    if not isinstance(value, dict):
        yield wrong(at, "a mapping of settings", value)


def _extra(value: Any, at: Location) -> Faults:
    if not isinstance(value, dict):
        yield wrong(at, "a mapping", value)
        return
    for key in value:
        if not isinstance(key, str):
            message = f"The name `{key}` should be text; put it in quotes."
            yield Fault(rules.BAD_VALUE, (*at, key), message, "", True)
    if value.get("social") is not None:
        yield from _each(value["social"], (*at, "social"), _profile)


def _profile(value: Any, at: Location) -> Faults:
    """Check one of the links in the footer, which Material prints."""
    if not isinstance(value, dict):
        yield wrong(at, "a mapping with `icon` and `link`", value)
        return
    for key in ("icon", "link"):
        yield from _text(value.get(key), (*at, key))


def _script(value: Any, at: Location) -> Faults:
    if not isinstance(value, dict):
        yield from _text(value, at)
        return
    if not isinstance(value.get("path"), str):
        yield wrong((*at, "path"), "the path of a script", value.get("path"))
    for key, kind in (("type", _text), ("defer", _flag), ("async", _flag)):
        if value.get(key) is not None:
            yield from kind(value[key], (*at, key))
    for key in value.keys() - {"path", "type", "defer", "async"}:
        yield unknown((*at, key), ("path", "type", "defer", "async"))


def _scripts(value: Any, at: Location) -> Faults:
    yield from _each(value, at, _script)


def _listening(value: Any, at: Location) -> Faults:
    if not isinstance(value, str):
        yield wrong(at, "an address such as 127.0.0.1:8000", value)
        return
    host, _, port = value.rpartition(":")
    try:
        if host != "localhost":
            ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
        is_good = port.isascii() and port.isdecimal() and len(port) <= len("65535")
    except ValueError:
        is_good = False
    if not is_good:
        yield Fault(rules.BAD_VALUE, at, f"`{at[-1]}` should be an address such as 127.0.0.1:8000.")


def _navigation(value: Any, at: Location) -> Faults:
    if not isinstance(value, list):
        yield wrong(at, "a list of pages", value)
        return
    for index, item in enumerate(value):
        yield from _entry(item, (*at, index))


def _entry(item: Any, at: Location) -> Faults:
    if isinstance(item, str):
        return
    if not isinstance(item, dict) or len(item) != 1:
        hint = "Begin each entry with a hyphen: `- About: about.md`."
        yield wrong(at, "the path of a page, or one title with a page or a list", item, hint)
        return
    ((title, target),) = item.items()
    place = (*at, title)
    if not isinstance(title, str):
        message = f"The title `{title}` should be text; put it in quotes."
        yield Fault(rules.BAD_VALUE, place, message, "", True)
    if isinstance(target, list):
        yield from _navigation(target, place)
    elif not isinstance(target, str):
        yield wrong(place, "the path of a page, or a list", target)


def _named(value: Any, at: Location) -> Faults:
    """Plugins or extensions: a list of names, or of names with a mapping of options."""
    if isinstance(value, dict):
        for name, options in value.items():
            yield from _use(name, options, (*at, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict) and len(item) == 1:
                ((name, options),) = item.items()
                yield from _use(name, options, (*at, index, name))
            elif not isinstance(item, str):
                hint = "Indent the options of each by two more spaces than its name."
                yield wrong((*at, index), "a name, or one name with its options", item, hint)
    else:
        yield wrong(at, "a list", value, "Begin each item with a hyphen.")


def _use(name: Any, options: Any, at: Location) -> Faults:
    if not isinstance(name, str):
        yield Fault(rules.BAD_VALUE, at, f"The name `{name}` should be text.", "", True)
    elif options is not None and not isinstance(options, dict):
        yield wrong(at, "a mapping of options", options)


def _theme(value: Any, at: Location) -> Faults:
    if isinstance(value, str):
        yield from _name(value, at)
        return
    if not isinstance(value, dict):
        yield wrong(at, "the name of a theme, or a mapping", value)
        return
    for key in value:
        if not isinstance(key, str):
            yield Fault(rules.BAD_VALUE, (*at, key), f"There is no setting `{key}`.", "", True)
    if "name" not in value:
        yield Fault(rules.MISSING, at, "`name` is missing in `theme`.", "Add `name: material`.")
    elif not value["name"] and not value.get("custom_dir"):
        yield wrong((*at, "name"), "the name of a theme", value["name"], "Write `material`.")
    for key, check in _THEME.items():
        if key in value and not (value[key] is None and key not in _NEVER_EMPTY):
            yield from check(value[key], (*at, key))


def _locale(value: Any, at: Location) -> Faults:
    yield from _name(value, at)
    if isinstance(value, str):
        try:
            Locale.parse(value, sep="_")
        except (ValueError, UnknownLocaleError, TypeError):
            yield Fault(
                rules.BAD_VALUE, at, f"`{at[-1]}` should be a language such as de or pt_BR."
            )


def _font(value: Any, at: Location) -> Faults:
    if isinstance(value, dict):
        for key in ("text", "code"):
            if value.get(key) is not None:
                yield from _text(value[key], (*at, key))
    elif value is not False:
        yield wrong(at, "false, or a mapping with `text` and `code`", value)


def _palette(value: Any, at: Location) -> Faults:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _palette_entry(item, (*at, index))
    else:
        yield from _palette_entry(value, at)


def _palette_entry(value: Any, at: Location) -> Faults:
    if not isinstance(value, dict):
        yield wrong(at, "a mapping, or a list of mappings", value)
        return
    for key in ("media", "scheme", "primary", "accent"):
        if value.get(key) is not None:
            yield from _text(value[key], (*at, key))
    toggle = value.get("toggle")
    if toggle is None:
        return
    if not isinstance(toggle, dict):
        yield wrong((*at, "toggle"), "a mapping with `icon` and `name`", toggle)
        return
    for key in ("icon", "name"):
        yield from _text(toggle.get(key), (*at, "toggle", key))


def _levels(value: Any, at: Location) -> Faults:
    if not isinstance(value, dict):
        yield wrong(at, "a mapping", value)
        return
    for key, level in value.items():
        if key in _VALIDATION:
            yield from _levels_of(level, (*at, key), _VALIDATION[key])
        elif any(key in names for names in _VALIDATION.values()):
            yield from _level(level, (*at, key))
        else:
            yield unknown((*at, key), (*_VALIDATION, *_VALIDATION["nav"], *_VALIDATION["links"]))


def _levels_of(value: Any, at: Location, known: tuple[str, ...]) -> Faults:
    if not isinstance(value, dict):
        yield wrong(at, "a mapping", value)
        return
    for key, level in value.items():
        if key in known:
            yield from _level(level, (*at, key))
        else:
            yield unknown((*at, key), known)


def _level(value: Any, at: Location) -> Faults:
    levels = (*_LEVELS, "relative_to_docs") if at[-1] == "absolute_links" else _LEVELS
    if value not in levels:
        yield wrong(at, f"one of {', '.join(levels)}", value)


_THEME: Final[dict[str, Check]] = {
    "name": _text,
    "custom_dir": _name,
    "locale": _locale,
    "language": _name,
    "features": _texts,
    "static_templates": _texts,
    "logo": _text,
    "favicon": _text,
    "direction": _text,
    "font": _font,
    "icon": _mapping,
    "palette": _palette,
}
_NEVER_EMPTY: Final = frozenset(
    {"custom_dir", "features", "language", "locale", "static_templates"}
)
"""Settings of the theme that MkDocs and Material read without a look whether they are empty."""

_SETTINGS: Final[dict[str, Check]] = {
    "site_name": _name,
    "site_url": _web_address,
    "site_description": _text,
    "site_author": _text,
    "theme": _theme,
    "docs_dir": _name,
    "site_dir": _name,
    "copyright": _text,
    "dev_addr": _listening,
    "use_directory_urls": _flag,
    "repo_url": _repository,
    "repo_name": _text,
    "edit_uri": _text,
    "edit_uri_template": _text,
    "extra_css": _texts,
    "extra_javascript": _scripts,
    "extra_templates": _texts,
    "markdown_extensions": _named,
    "strict": _flag,
    "remote_branch": _text,
    "remote_name": _text,
    "extra": _extra,
    "plugins": _named,
    "hooks": _texts,
    "watch": _texts,
    "validation": _levels,
    "nav": _navigation,
    "exclude_docs": _text,
    "draft_docs": _text,
    "not_in_nav": _text,
}

_NEVER_EMPTY_SETTINGS: Final = frozenset(
    {"extra", "extra_javascript", "hooks", "validation", "watch"}
)


def check_site(values: Mapping[Any, Any]) -> Faults:
    """Find what is wrong with the settings of MkDocs."""
    if values.get("site_name") is None:
        message = "`site_name` is missing."
        yield Fault(rules.MISSING, (), message, "Add `site_name:` with the name of the site.")
    for key, value in values.items():
        if key not in _SETTINGS:
            is_strict = values.get("strict") is True
            rule = rules.UNKNOWN_OPTION if is_strict else rules.UNKNOWN_SETTING
            yield unknown((key,), _SETTINGS, rule)
        elif value is not None or key in _NEVER_EMPTY_SETTINGS:
            yield from _of_interest(key, _SETTINGS[key](value, (key,)), value)
    if values.get("use_directory_urls") is False:
        message = "Threadbook needs `use_directory_urls: true`."
        yield Fault(rules.BAD_VALUE, ("use_directory_urls",), message, "Remove this line.")


def _of_interest(key: str, faults: Faults, value: Any) -> Faults:
    """Yield faults; a tag in a setting that Threadbook does not read is none of them."""
    if isinstance(value, Opaque) and key not in NEEDED:
        return
    for fault in faults:
        if fault.rule is not rules.COMPUTED or key in NEEDED:
            yield fault
