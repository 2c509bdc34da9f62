"""Compiling templates leanly: what is printed is what Jinja itself would print."""

from __future__ import annotations

import random
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from threadbook.gather import gather
from threadbook.pages import Planning, plan_site, share, templates
from threadbook.pages.compiling import render, show
from threadbook.pages.views import ThreadView
from threadbook.settings import Settings
from threadbook.theme_files import theme_folder

BASES = (Path(__file__).parents[2], Path(__file__).parents[1] / "pages" / "base")


class Colour(StrEnum):
    """A text that is no plain string."""

    RED = "<red>"


class Heading:
    """A value that is its own HTML."""

    def __html__(self) -> str:
        return "<h1>&amp;</h1>"


@pytest.mark.parametrize(
    "value", ["", "a&b<c>d\"e'f", Markup("<b>&amp;</b>"), 7, None, 1.5, Colour.RED, Heading()]
)
def test_what_is_printed_is_escaped_as_markupsafe_does_it(value: object) -> None:
    """Only safe HTML is printed as it is."""
    assert show(value) == str(escape(value))


def test_any_text_is_printed_escaped() -> None:
    """Ten thousand made-up texts, most of them with characters that mean something in HTML."""
    chance = random.Random(17)  # noqa: S311 - made-up text
    for _ in range(10_000):
        text = "".join(chance.choices("<>&'\"ab é😀\x00\u2028", k=chance.randrange(30)))
        assert show(text) == str(escape(text))
        assert not set("<>\"'") & set(show(text))


@cache
def stock(language: str) -> Environment:
    """Return Jinja's own environment for our templates, with the same settings."""
    lean = templates._environment(language)
    found = Environment(
        loader=FileSystemLoader(theme_folder() / "fragments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    icons = {name: Markup(svg) for name, svg in templates.read_icons().items()}  # noqa: S704 - the theme's own
    found.filters |= lean.filters
    found.globals |= lean.globals | {"icons": SimpleNamespace(**icons)}
    return found


@pytest.mark.parametrize("root", BASES, ids=["the example", "every kind of page"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_pages_are_what_jinja_alone_would_make_of_them(
    root: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page, head and card of two bases is rendered by both."""
    rendered = set[str]()

    def render_twice(template: Any, values: Mapping[str, Any]) -> str:
        ours = render(template, values)
        assert ours == stock(language).get_template(template.name).render(values)
        rendered.add(str(template.name))
        return ours

    templates._cards.clear()  # or cards that other tests have made would not be rendered
    monkeypatch.setattr("threadbook.pages.templates.render", render_twice)
    settings = Settings(
        root,
        root / "content",
        root / "content" / "pages",
        site_url="https://example.org/",
        language=language,
        report_url="https://example.org/{id}?{reason}",
        jobs=1,
    )
    gathered = gather(settings)
    planning = Planning(gathered.library, gathered.sealed, settings)
    shared, views = share(settings, gathered.library), dict[str, ThreadView]()
    for page in sorted(plan_site(planning).pages, key=lambda page: len(page.quotes)):
        made = page.make(shared, views)
        views |= {made.view.id: made.view} if made.view else {}
    assert len(rendered) >= 15
