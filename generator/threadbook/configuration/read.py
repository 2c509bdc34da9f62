"""The whole story: a configuration file to settings, with findings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

from threadbook.configuration.company import need_theme
from threadbook.configuration.document import Document, Location, Opaque, read_document
from threadbook.configuration.enough import is_enough
from threadbook.configuration.options import Options, check_options
from threadbook.configuration.repository import link_forms
from threadbook.configuration.safe import check_safe, check_tags, keep_safe
from threadbook.configuration.site import check_site
from threadbook.configuration.surroundings import check_surroundings, icon_folders, normal
from threadbook.configuration.words import Fault, computed, list_named, wrong
from threadbook.findings import Finding, Place, Severity, sort_findings
from threadbook.load import settings_rules as rules
from threadbook.settings import NavItem, Settings

PLUGIN: Final = "threadbook"

_NAMES: Final = frozenset({PLUGIN, f"/{PLUGIN}"})
"""Our plugin's name; MkDocs takes one with a slash as it is, whatever the theme."""


_NOWHERE: Final[Mapping[Location, Place]] = {}
_SOMEWHERE: Final = Place("mkdocs.yml")
"""Where a setting is whose place is not known: MkDocs hands over settings without places."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration file, read without running any of it.

    `file` is its path, and `root` its folder. `values` are MkDocs' settings as plain data: texts,
    numbers, lists and dicts, with `INHERIT`, anchors and merge keys resolved; what a YAML tag would
    compute is an `Opaque`. `options` are those of our plugin. `settings` are what all commands use.
    If the configuration is not good, both have defaults in the place of wrong values. If `is_safe`,
    `values` have only what a stranger may set. `advice` are findings about what is not wrong, but
    missing before the site is published. `knows_content` tells whether what is wrong leaves enough
    to find the content and to judge it.
    """

    file: Path
    root: Path
    values: Mapping[str, Any]
    options: Options
    settings: Settings
    findings: tuple[Finding, ...]
    document: Document
    is_safe: bool
    advice: tuple[Finding, ...] = ()
    knows_content: bool = True

    @property
    def is_good(self) -> bool:
        """Whether a site may be built with it: there are no errors."""
        return not any(finding.severity is Severity.ERROR for finding in self.findings)

    @property
    def site(self) -> Path:
        """The default folder for the site."""
        return normal(self.root, text_of(self.values, "site_dir") or "site")

    def place(self, *location: str | int) -> Place:
        """Return the place of a value, or that of the nearest one around it."""
        return place_of(self.document, location, name=self.file.name)


def read_configuration(file: Path, *, is_safe: bool = False) -> Configuration:
    """Read a configuration file; whatever is wrong with it is a finding.

    If `is_safe`, that includes everything that could run code, and `values` are only those settings
    that were looked at.
    """
    file = Path(os.path.abspath(file))  # noqa: PTH100 - a link to the file stays a link
    root = Path(os.path.realpath(file.parent))
    file = root / file.name
    document = read_document(file, root)
    values = document.values
    options, faults, at = _options_of(values) if values else (Options(), (), ())
    found: Iterator[Fault] = iter(())
    if values:
        found = chain(check_site(values), faults)
    faults = tuple(found)
    if values and not faults:  # whoever has not come that far needs to hear of one thing at a time
        faults = tuple(need_theme(values, options))
    bad = {fault.location[:1] for fault in faults}
    good = {key: value for key, value in values.items() if (key,) not in bad}
    faults += tuple(check_surroundings(good, options, at, root)) if values else ()
    if not document.is_whole:  # what is missing may be in the file that could not be read
        faults = tuple(fault for fault in faults if fault.rule is not rules.MISSING)
    if is_safe:
        faults += (*check_tags(document.opaque), *check_safe(values, options, at, root))
    severities = tuple(options.rules.items())
    findings = list(_adjusted(_findings(document, faults, file.name), dict(severities)))
    if not values and not document.findings:
        message = "The file has no settings."
        findings.append(Finding(rules.MISSING, Place(file.name), message, "Add `site_name:`."))
    advice = _advise(values, file.name)
    return Configuration(
        file,
        root,
        keep_safe(values, options) if is_safe else values,
        options,
        settings_of(good, options, root, document.places),
        sort_findings(findings),
        document,
        is_safe,
        tuple(_adjusted(advice, dict(severities))),
        bool(values) and document.is_whole and not document.findings and is_enough(faults),
    )


def _advise(values: Mapping[str, Any], name: str) -> Iterator[Finding]:
    if values and not values.get("site_url"):
        message = (
            "`site_url` is missing, so the site has no feeds and no sitemap, and search engines do "
            "not learn its addresses. If it is in a folder of its host, its 404 page has no styles."
        )
        hint = "Add `site_url:` with the address of the published site, which ends with a slash."
        yield Finding(rules.NO_ADDRESS, Place(name), message, hint)


def settings_of(
    values: Mapping[str, Any],
    options: Options,
    root: Path,
    places: Mapping[Location, Place] = _NOWHERE,
) -> Settings:
    """Return Threadbook's settings; `values` are MkDocs' settings, and `places` where they are."""
    site_url = text_of(values, "site_url")
    if site_url and not site_url.endswith("/"):
        site_url += "/"
    if site_url:
        site_url += options.prefix
    theme = values.get("theme")
    theme = theme if isinstance(theme, Mapping) else {}
    same = {name: getattr(options, name) for name in _SAME}
    if options.repository:
        for name, pattern in link_forms(options.repository, options.branch).items():
            same[name] = same[name] or pattern
    return Settings(
        root=root,
        content=root / options.content_dir,
        pages=normal(root, text_of(values, "docs_dir") or "docs"),
        site_name=text_of(values, "site_name") or "Threadbook",
        site_description=text_of(values, "site_description"),
        site_url=site_url,
        language=text_of(theme, "language") or text_of(theme, "locale") or "en",
        severities=tuple(options.rules.items()),
        icon_folders=icon_folders(values, root),
        navigation=None
        if values.get("nav") is None
        else tuple(read_navigation(values["nav"], places)),
        hidden=frozenset(name for name, is_on in options.sections.items() if not is_on),
        social_font=root / options.social_font if options.social_font else None,
        **same,
    )


_SAME: Final = (
    "repository edit_url report_url feedback_url answer_url ask_url components max_file_size "
    "jobs health "
    "twins search meaning offline pdf social_pictures trusted_pages images engine policy "
    "robots api_catalog skills assistants search_url prefix drafts archive_indexed"
).split()
"""Options that are settings as they are."""


def read_navigation(
    items: object, places: Mapping[Location, Place], at: Location = ("nav",)
) -> Iterator[NavItem]:
    """Yield the entries of `nav`; what cannot be one is a finding elsewhere."""
    for index, item in enumerate(items if isinstance(items, list) else ()):
        here = (*at, index)
        if isinstance(item, str):
            yield NavItem("", item, place=places.get(here, _SOMEWHERE))
        elif isinstance(item, Mapping):
            for title, target in item.items():
                below = (*here, title)
                if isinstance(target, list):
                    children = tuple(read_navigation(target, places, below))
                    yield NavItem(str(title), children=children)
                elif isinstance(target, str):
                    yield NavItem(str(title), target, place=places.get(below, _SOMEWHERE))


def text_of(values: Mapping[str, Any], key: str) -> str:
    """Return a setting that is text, or an empty string."""
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _options_of(values: Mapping[str, Any]) -> tuple[Options, tuple[Fault, ...], Location]:
    """Find the options of our plugin; return them, what is wrong with them, and where they are."""
    plugins = values.get("plugins")
    uses = [
        (at, given)
        for at, name, given in list_named(plugins, ("plugins",))
        if isinstance(name, str) and name in _NAMES
    ]
    if isinstance(plugins, Opaque):
        return Options(), (computed(("plugins",), plugins),), ()
    if not uses:
        message = "The plugin `threadbook` is not in `plugins`."
        place: Location = ("plugins",) if "plugins" in values else ()
        hint = "Add `- threadbook` to the list `plugins:`."
        return Options(), (Fault(rules.MISSING, place, message, hint),), ()
    (at, given), *more = uses
    again = tuple(
        Fault(rules.GIVEN_TWICE, other, "The plugin `threadbook` is already in the list.")
        for other, _ in more
    )
    if given is None:
        return Options(), again, at
    if not isinstance(given, Mapping):
        fault = wrong(at, "a mapping of options", given)
        return Options(), (fault, *again), at
    options, faults = check_options(given)
    found = tuple(fault._replace(location=(*at, *fault.location)) for fault in faults)
    return options, (*found, *again), at


def _findings(document: Document, faults: tuple[Fault, ...], name: str) -> Iterator[Finding]:
    yield from document.findings
    known = {finding.place for finding in document.findings}
    for fault in faults:
        place = place_of(document, fault.location, name=name, is_key=fault.is_key)
        if place not in known or not fault.location:
            yield Finding(fault.rule, place, fault.message, fault.hint)


def place_of(document: Document, location: Location, *, name: str, is_key: bool = False) -> Place:
    """Return the place of a value or its key; without one, that of the nearest value around it."""
    if is_key and location in document.keys:
        return document.keys[location]
    while location and location not in document.places:
        location = location[:-1]
    # A place with no line is about the whole file, as for a setting that is missing.
    return document.places[location] if location else Place(name)


def _adjusted(
    findings: Iterator[Finding], severities: Mapping[str, str | None]
) -> Iterator[Finding]:
    """Give findings the severity that the site wants, without those that are off."""
    for finding in findings:
        severity = severities.get(finding.rule.id, finding.severity)
        if severity is not None:
            yield replace(finding, rule=replace(finding.rule, severity=Severity(severity)))
