"""The plugin's options as MkDocs hands them over, and Threadbook's settings from its configuration.

What options there are, and what they may be, is the business of the room `configuration`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mkdocs.config.base import Config, ValidationError

from threadbook.configuration import Options
from threadbook.configuration.options import check_options
from threadbook.configuration.read import settings_of
from threadbook.configuration.surroundings import check_surroundings
from threadbook.errors import UserError
from threadbook.findings import Severity
from threadbook.settings import Settings

DRAFTS: Final = "THREADBOOK_DRAFTS"
"""The variable that lets MkDocs' own commands show drafts; these have no option for it."""

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig


class ThreadbookConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in `mkdocs.yml`; MkDocs' own kinds of options are not used."""

    options = Options()

    def validate(self) -> tuple[list[tuple[str, Exception]], list[tuple[str, str]]]:
        """Check the options; return errors by option, and no warnings."""
        self.options, faults = check_options(self.data)
        return [
            (str(fault.location[0]), ValidationError(f"{fault.message} {fault.hint}".rstrip()))
            for fault in faults
        ], []


def read_settings(config: MkDocsConfig, options: Options) -> Settings:
    """Read Threadbook's settings from MkDocs' configuration; raise `UserError` for bad ones.

    MkDocs has checked its own settings, run hooks and resolved YAML tags by then.
    """
    root = Path(config.config_file_path or "mkdocs.yml").absolute().parent.resolve()
    values = _values(config)
    for fault in check_surroundings(values, options, (), root):
        if options.rules.get(fault.rule.id, fault.rule.severity) == Severity.ERROR:
            raise UserError(f"{fault.message} {fault.hint}".rstrip())
    folders = tuple(Path(folder) / ".icons" for folder in config.theme.dirs)
    settings = replace(settings_of(values, options, root), icon_folders=folders)
    return replace(settings, drafts=settings.drafts or os.environ.get(DRAFTS, "") not in {"", "0"})


def _values(config: MkDocsConfig) -> dict[str, Any]:
    theme = {"name": config.theme.name, "locale": str(config.theme.locale)}
    theme["language"] = config.theme.get("language")
    theme["custom_dir"] = config.theme.custom_dir
    names = ("site_name", "site_url", "site_description", "docs_dir", "site_dir", "nav")
    return {**{name: config[name] for name in names}, "theme": theme, "plugins": [*config.plugins]}
