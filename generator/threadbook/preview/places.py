"""Where a preview looks for changes, and what each change means."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from threadbook.configuration import Configuration
from threadbook.theme_files import theme_folder


class Places(NamedTuple):
    """The folders and files to watch, as paths.

    `content` are the folders of content, `theme` the folders and files that an engine reads. Only
    some files of a folder in `flat` matter: those that are in `theme` themselves.
    """

    content: frozenset[str]
    theme: frozenset[str]
    flat: frozenset[str]

    @classmethod
    def around(cls, configuration: Configuration) -> Places:
        """Return the places of a configuration, which may have errors."""
        settings, root = configuration.settings, configuration.root
        theme = {str(configuration.file), *_inherited(configuration), str(theme_folder())}
        theme |= {str(root / name) for name in _named(configuration.values)}
        content = {str(settings.content)}
        if settings.trusted_pages:
            theme.add(str(settings.pages))
        elif not _is_below(str(settings.pages), content):
            content.add(str(settings.pages))
        flat = {str(Path(path).parent) for path in (*theme, *content) if path != str(root.parent)}
        return cls(frozenset(content), frozenset(theme), frozenset(flat))

    @property
    def deep(self) -> frozenset[str]:
        """The folders to watch with everything below them."""
        return frozenset(path for path in (*self.content, *self.theme) if os.path.isdir(path))  # noqa: PTH112 - strings

    def concern_engine(self, changed: Collection[str]) -> bool:
        """Return whether one of these changes is something that an engine reads."""
        return any(_is_below(path, self.theme) for path in changed)

    def choose(self, changed: Collection[str]) -> frozenset[str]:
        """Return the changes that matter; hidden files of content, as of editors, are not read."""
        return frozenset(
            path
            for path in changed
            if _is_below(path, self.theme) or any(_is_read(path, folder) for folder in self.content)
        )


def _inherited(configuration: Configuration) -> Iterator[str]:
    """Yield the configuration files that say anything, and those that could not be read."""
    document = configuration.document
    named = [*document.places.values(), *(finding.place for finding in document.findings)]
    return (str(configuration.root / name) for name in {place.file for place in named})


def _named(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the files and folders that the configuration names besides content."""
    theme = values.get("theme")
    if isinstance(theme, Mapping) and isinstance(theme.get("custom_dir"), str):
        yield theme["custom_dir"]
    watched = values.get("watch")
    if isinstance(watched, list):
        yield from (each for each in watched if isinstance(each, str))


def _is_read(path: str, folder: str) -> bool:
    return _is_below(path, (folder,)) and f"{os.sep}." not in path.removeprefix(folder)


def _is_below(path: str, folders: Collection[str]) -> bool:
    return any(path == folder or path.startswith(folder + os.sep) for folder in folders)
