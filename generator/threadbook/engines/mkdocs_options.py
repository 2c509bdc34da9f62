"""The plugin's options in `mkdocs.yml`, and how Threadbook's settings are read from there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mkdocs.config import config_options
from mkdocs.config.base import Config, ValidationError

from threadbook.check import RULES
from threadbook.findings import Severity, did_you_mean
from threadbook.settings import DEFAULT_MAX_FILE_SIZE, NavItem, Settings

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class RuleSeverities(config_options.Type[dict[str, str | None]]):
    """The severities that a site gives to rules: `{TB301: notice, TB303: off}`."""

    def run_validation(self, value: object) -> dict[str, str | None]:
        """Return the severities by the ids of rules; `None` means that a rule is off."""
        rules = super().run_validation(value)
        return {str(id_): self._severity(str(id_), severity) for id_, severity in rules.items()}

    def _severity(self, id_: str, severity: object) -> str | None:
        rule = next((rule for rule in RULES if rule.id == id_), None)
        if rule is None:
            hint = did_you_mean(id_, (rule.id for rule in RULES))
            raise ValidationError(f"there is no rule {id_}. {hint}".rstrip())
        if rule.is_essential:
            raise ValidationError(f"{id_} cannot be changed: {rule.summary}")
        if severity is False or severity == "off":  # YAML reads an unquoted `off` as false
            return None
        if severity not in list(Severity):
            known = ", ".join(Severity)
            said = "yes" if severity is True else severity
            raise ValidationError(f"{id_}: {said} is not a severity; write {known} or off.")
        return str(severity)


class AtLeast(config_options.Type[int]):
    """A whole number with a minimum."""

    def __init__(self, smallest: int, *, default: int) -> None:
        super().__init__(int, default=default)
        self.smallest = smallest

    def run_validation(self, value: object) -> int:
        """Return the number."""
        number = super().run_validation(value)
        if isinstance(number, bool) or number < self.smallest:
            raise ValidationError(f"write a whole number, {self.smallest} or more.")
        return number


class ThreadbookConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in `mkdocs.yml`."""

    content_dir = config_options.Type(str, default="content")
    edit_url = config_options.Type(str, default="")
    report_url = config_options.Type(str, default="")
    feedback_url = config_options.Type(str, default="")
    components = config_options.Type(bool, default=False)
    answer_url = config_options.Type(str, default="")
    ask_url = config_options.Type(str, default="")
    max_file_size = AtLeast(1, default=DEFAULT_MAX_FILE_SIZE)
    jobs = AtLeast(0, default=0)
    rules = RuleSeverities(dict, default={})
    health = config_options.Type(bool, default=True)
    twins = config_options.Type(bool, default=True)
    search = config_options.Type(bool, default=True)
    pdf = config_options.Type(bool, default=False)
    social_pictures = config_options.Type(bool, default=False)
    trusted_pages = config_options.Type(bool, default=False)
    social_font = config_options.Optional(config_options.File(exists=True))


def read_navigation(items: object) -> Iterator[NavItem]:
    """Yield the entries of `nav`; what is no navigation is left to MkDocs, which reports it."""
    for item in items if isinstance(items, list) else ():
        if isinstance(item, str):
            yield NavItem("", item)
        elif isinstance(item, dict):
            for title, target in item.items():
                if isinstance(target, list):
                    yield NavItem(str(title), children=tuple(read_navigation(target)))
                elif isinstance(target, str):
                    yield NavItem(str(title or ""), target)


def read_settings(config: MkDocsConfig, options: ThreadbookConfig) -> Settings:
    """Read Threadbook's settings from MkDocs' configuration."""
    root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
    site_url = config.site_url or ""
    if site_url and not site_url.endswith("/"):
        site_url += "/"
    return Settings(
        root=root,
        content=root / options.content_dir,
        pages=Path(config.docs_dir),
        site_name=config.site_name,
        site_description=config.site_description or "",
        site_url=site_url,
        edit_url=options.edit_url,
        report_url=options.report_url,
        feedback_url=options.feedback_url,
        components=options.components,
        answer_url=options.answer_url,
        ask_url=options.ask_url,
        max_file_size=options.max_file_size,
        language=str(config.theme.get("language") or config.theme.locale or "en"),
        severities=tuple(options.rules.items()),
        jobs=options.jobs,
        health=options.health,
        twins=options.twins,
        search=options.search,
        pdf=options.pdf,
        social_pictures=options.social_pictures,
        social_font=Path(options.social_font) if options.social_font else None,
        trusted_pages=options.trusted_pages,
        navigation=None if config.nav is None else tuple(read_navigation(config.nav)),
        icon_folders=tuple(Path(folder) / ".icons" for folder in config.theme.dirs),
    )
