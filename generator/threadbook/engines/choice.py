"""Which engine renders the shells of a site, by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from threadbook.build import Engine
from threadbook.configuration import Configuration
from threadbook.configuration.read import text_of
from threadbook.errors import UsageError, UserError
from threadbook.findings import did_you_mean
from threadbook.settings import ENGINES, Settings


def make_engine(configuration: Configuration, settings: Settings) -> Engine:
    """Return the engine that `settings` name: see `find_engine`."""
    return find_engine(configuration, settings)()


def find_engine(configuration: Configuration, settings: Settings) -> Callable[[], Engine]:
    """Return what makes the engine that `settings` name, for a configuration without errors.

    Raise `UserError` for an engine that is unknown, is not installed, or cannot do what is set.
    """
    name = settings.engine
    if name not in ENGINES:
        hint = did_you_mean(name, ENGINES)
        known = f"{', '.join(ENGINES[:-1])} or {ENGINES[-1]}"
        raise UsageError(f"There is no engine {name}; write {known}. {hint}".rstrip())
    if name == "mkdocs":
        return partial(_make_mkdocs, configuration)
    if settings.trusted_pages:
        raise UserError(
            f"`trusted_pages` lets MkDocs render prose pages, which {name} cannot do; "
            "remove it, or use the engine mkdocs."
        )
    engine = _make_own(name, configuration, settings)
    return lambda: engine


def _make_mkdocs(configuration: Configuration) -> Engine:
    from threadbook.engines.mkdocs import MkDocs  # noqa: PLC0415 - slow

    return MkDocs(configuration)


def _make_own(name: str, configuration: Configuration, settings: Settings) -> Engine:
    if name == "plain":
        from threadbook.engines.plain import Plain  # noqa: PLC0415

        return Plain(settings, text_of(configuration.values, "copyright"))
    from threadbook.engines.zensical import Zensical  # noqa: PLC0415

    return Zensical(configuration.values, settings)
