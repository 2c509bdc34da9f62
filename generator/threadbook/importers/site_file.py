"""The boards, topics and people that imported threads name, added to `site.yml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from threadbook.edit.dump import dump_fields
from threadbook.edit.fmt import format_content
from threadbook.errors import UserError
from threadbook.findings import Severity
from threadbook.load.sources import FileKind
from threadbook.load.yaml import parse

_LISTS = ("boards", "topics", "people")


def read_titles(text: str | None) -> dict[str, dict[str, str]]:
    """Return the titles of boards, topics and people of a `site.yml`, by id."""
    value = parse(text, "").value if text else None
    found: dict[str, dict[str, str]] = {}
    for name in _LISTS:
        listed = value.get(name) if isinstance(value, dict) else None
        found[name] = {
            str(each["id"]): str(each.get("title") or each.get("name") or each["id"])
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, dict) and "id" in each
        }
    return found


def read_people(text: str | None) -> dict[str, tuple[str, str]]:
    """Return the name and the role of each person of a `site.yml`, by id."""
    value = parse(text, "").value if text else None
    listed = value.get("people") if isinstance(value, dict) else None
    return {
        str(each["id"]): (str(each.get("name") or ""), str(each.get("role") or "member"))
        for each in (listed if isinstance(listed, list) else ())
        if isinstance(each, dict) and "id" in each
    }


def check_site(text: str | None) -> None:
    """Raise `UserError` if a `site.yml` cannot be read or extended, before anything is written."""
    document = parse(text or "", "site.yml")
    has_errors = any(each.severity is Severity.ERROR for each in document.findings)
    if text and text.strip() and (has_errors or not isinstance(document.value, dict)):
        raise UserError(
            "site.yml cannot be read; `threadbook check` says why. Nothing was written."
        )
    extend_site(text, {name: [{"id": "to-see-whether-it-can-be"}] for name in _LISTS})


def extend_site(text: str | None, more: Mapping[str, Sequence[Mapping[str, Any]]]) -> str:
    """Return `site.yml` with entries at the ends of its lists, without those it has.

    Comments stay. Raises `UserError` if the file is not one that can be extended.
    """
    known = read_titles(text)
    new = {name: list(_missing(more.get(name, ()), known[name])) for name in _LISTS}
    if text is None or not text.strip():
        return dump_fields({name: entries for name, entries in new.items() if entries})
    if not any(new.values()):
        return text
    changed = _extend(text, new)
    formatted = format_content(changed, FileKind.SITE).text or changed
    value, before = parse(formatted, "").value, parse(text, "").value
    if not isinstance(value, dict) or any(
        (value.get(name) or []) != [*(before.get(name) or []), *new[name]] for name in _LISTS
    ):
        raise UserError(
            "site.yml is written in a way that cannot be extended; run `threadbook fmt`. "
            "Nothing was written."
        )
    return formatted


def _missing(
    entries: Iterable[Mapping[str, Any]], known: Mapping[str, str]
) -> Iterable[dict[str, Any]]:
    return (dict(each) for each in entries if each["id"] not in known)


def _extend(text: str, new: Mapping[str, list[dict[str, Any]]]) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 2**31
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    try:
        site = yaml.load(text)
        for name, entries in new.items():
            if entries:
                if site.get(name) is None:
                    site[name] = []
                site[name].extend(entries)
        yaml.dump(site, out)
    except (YAMLError, AttributeError, TypeError) as error:
        words = "site.yml has no lists where they should be; `threadbook check` says why"
        raise UserError(f"{words}. Nothing was written.") from error
    return out.getvalue()
