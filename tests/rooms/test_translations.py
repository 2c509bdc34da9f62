"""The interface's words: catalogues are whole, and no text of a page bypasses them."""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from pygments.lexers import JavascriptLexer
from pygments.token import Token

from threadbook.configuration import read_configuration
from threadbook.translations import Interface, interface

LANGUAGES = ("ar", "de", "es", "ja")
KEYWORDS = {"_": None, "say": None, "counted": (2, 3)}
METHODS = [
    ("generator/**.py", "python"),
    ("theme/fragments/**.html", "jinja2"),
    ("theme/assets/**.js", "javascript"),
]
NAME = re.compile(r"\{(\w+)\}")
Message = str | tuple[str, ...]


@cache
def extracted(repository: Path) -> set[Message]:
    found: set[Message] = set()
    for _, _, message, _, _ in extract_from_dir(repository, METHODS, keywords=KEYWORDS):
        found.add(message if isinstance(message, str) else tuple(message))
    return found


def catalogue(repository: Path, language: str) -> Catalog:
    return read_po(io.BytesIO((repository / "theme" / "locales" / f"{language}.po").read_bytes()))


def test_every_text_can_be_extracted(repository: Path) -> None:
    """A text that is put together first would never be found in a catalogue."""
    call = re.compile(r"(?<![\w.])(?:_|say|self\.say|counted)\((?!\))")
    messages = extracted(repository)
    assert {"Related questions", "Was this helpful?", "Copied"} <= messages
    for folder, ending in (("theme/fragments", "html"), ("theme/assets", "js")):
        for file in sorted((repository / folder).rglob(f"*.{ending}")):
            text = file.read_text("utf-8")
            for match in call.finditer(re.sub(r"(?m)^export function .*$", "", text)):
                rest = match.string[match.end() :].lstrip()
                is_text = match[0] == "counted(" or rest.startswith('"')
                assert is_text, f"{file.name}: {match[0]}{rest[:40]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_whole(repository: Path, language: str) -> None:
    """`make words` brings it up to date."""
    found = catalogue(repository, language)
    known = {message.id for message in found if message.id}
    assert known == extracted(repository)
    for message in found:
        if not message.id:
            continue
        assert not message.fuzzy, message.id
        strings: Any = message.string if isinstance(message.string, tuple) else (message.string,)
        ids: Any = message.id if isinstance(message.id, tuple) else (message.id,)
        assert len(strings) == (found.num_plurals if isinstance(message.id, tuple) else 1)
        for string in strings:
            assert string.strip(), message.id
            names = set(NAME.findall(string))
            assert names <= set(NAME.findall(ids[-1])), string
            assert names | {"n"} >= set(NAME.findall(ids[-1])), string


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_speaks_for_itself(language: str) -> None:
    say = interface(language)
    assert say("Related questions") != "Related questions"
    assert say.counted(2, "{n} answer", "{n} answers") != "2 answers"
    assert "October" not in say.day(datetime.date(2026, 10, 1))
    assert say.direction == ("rtl" if language == "ar" else "ltr")


def test_days_plurals_and_lists_are_the_languages_own() -> None:
    day = datetime.date(2026, 10, 1)
    assert interface("en").day(day) == '<time datetime="2026-10-01">1 October 2026</time>'
    assert interface("de").day(day) == '<time datetime="2026-10-01">1. Oktober 2026</time>'
    assert interface("de").number(12345) == "12.345"
    assert interface("en").join(["a", "b", "c"]) == "a, b and c"
    assert interface("es").join(["a", "b"]) == "a y b"
    forms = {interface("ar").counted(n, "{n} answer", "{n} answers") for n in (1, 2, 3, 11, 100)}
    assert len(forms) == 5


def test_an_unknown_language_is_english_with_days_of_its_own() -> None:
    french = interface("fr")
    assert french("Related questions") == "Related questions"
    assert french.counted(0, "{n} answer", "{n} answers") == "0 answers"
    assert "octobre" in french.day(datetime.date(2026, 10, 1))
    assert interface("xx-nonsense").day(datetime.date(2026, 10, 1)).count("October") == 1
    assert interface("../../de")("Related questions") == "Related questions"
    assert interface("de-AT")("Related questions") == interface("de")("Related questions")


def test_values_are_escaped_where_one_of_them_is_html() -> None:
    from markupsafe import Markup  # noqa: PLC0415

    say = interface("en")
    assert say("Imported from {system}", system="<b>") == "Imported from <b>"
    assert say("Imported from {system}", system=Markup("<b>x</b>")) == "Imported from <b>x</b>"
    mixed = say("{path}: after {others}", path="<i>", others=Markup("<b>x</b>"))
    assert mixed == "&lt;i&gt;: after <b>x</b>"


def test_a_hostile_catalogue_runs_nothing_and_breaks_nothing() -> None:
    from markupsafe import Markup  # noqa: PLC0415

    hostile = Catalog(locale="de")
    hostile.add("Imported from {system}", "<script>alert(1)</script> {system}")
    say = Interface("de", hostile)
    assert "<script" not in say("Imported from {system}", system=Markup("x"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_browsers_are_told_what_scripts_say(language: str) -> None:
    script = interface(language).script().decode()
    said = json.loads(script.removeprefix("export default ").removesuffix(";\n"))
    assert said["texts"]["Copied"] == interface(language)("Copied")
    assert "Related questions" not in said["texts"]
    forms = said["counted"]["{done} of {n} steps done"]
    assert {"other"} <= set(forms) <= {"zero", "one", "two", "few", "many", "other"}
    assert interface("en").script() == b'export default {"counted": {}, "texts": {}};\n'


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize("language", ["ar", "de"])
def test_browsers_count_as_pages_do(language: str, repository: Path, tmp_path: Path) -> None:
    """The same plural for every number, by CLDR there and by gettext here."""
    script = interface(language).script().decode()
    (tmp_path / "messages.mjs").write_text(script, "utf-8")
    words = (repository / "theme" / "assets" / "words.js").read_text("utf-8")
    (tmp_path / "words.mjs").write_text(words.replace("./messages.js", "./messages.mjs"), "utf-8")
    (tmp_path / "ask.mjs").write_text(
        f'globalThis.document = {{ documentElement: {{ lang: "{language}" }} }};\n'
        'const { counted } = await import("./words.mjs");\n'
        "const one = '{n} result', many = '{n} results';\n"
        "const said = [...Array(1200).keys()].map((n) => counted(n, one, many, { n: '#' }));\n"
        "console.log(JSON.stringify(said));\n",
        "utf-8",
    )
    done = subprocess.run(
        ["node", tmp_path / "ask.mjs"], capture_output=True, text=True, check=True, timeout=60
    )
    say = interface(language)
    expected = [say.counted(n, "{n} result", "{n} results", n="#") for n in range(1200)]
    assert json.loads(done.stdout) == expected


@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
@pytest.mark.parametrize("language", ["en", "ar", "de", "es", "ja"])
def test_browsers_write_months_as_pages_do(language: str, repository: Path, tmp_path: Path) -> None:
    script = interface(language).script().decode()
    (tmp_path / "messages.mjs").write_text(script, "utf-8")
    words = (repository / "theme" / "assets" / "words.js").read_text("utf-8")
    (tmp_path / "words.mjs").write_text(words.replace("./messages.js", "./messages.mjs"), "utf-8")
    (tmp_path / "ask.mjs").write_text(
        f'globalThis.document = {{ documentElement: {{ lang: "{language}" }} }};\n'
        'const { month } = await import("./words.mjs");\n'
        'const said = [...Array(12).keys()].map((at) => month(Date.UTC(2026, at, 1), "UTC"));\n'
        "console.log(JSON.stringify(said));\n",
        "utf-8",
    )
    done = subprocess.run(
        ["node", tmp_path / "ask.mjs"], capture_output=True, text=True, check=True, timeout=60
    )
    days = [datetime.date(2026, month, 1) for month in range(1, 13)]
    expected = [re.sub("<.*?>", "", interface(language).month(day)) for day in days]
    assert json.loads(done.stdout) == expected


# What bypasses the catalogues

NOT_SAID = {
    *("ArrowDown", "ArrowUp", "Enter", "Escape", "POST", "UTC", "Content", "viewBox", "Latin"),
}
WORDS = re.compile(r"\b[A-Z][a-z]+|\b[a-z]+ [a-z]+\b(?!-)")


_SAID = {Token.String.Double, Token.String.Single, Token.String.Backtick}


def said_in(script: str) -> Iterator[str]:
    """Yield the texts of a script that no call of a translation takes."""
    open_calls: list[bool] = []
    before = ""
    for kind, value in JavascriptLexer().get_tokens(script):
        if kind in Token.Punctuation and value in "([{":
            inside = bool(open_calls and open_calls[-1])
            open_calls.append(inside or (value == "(" and before in {"_", "counted"}))
        elif kind in Token.Punctuation and value in ")]}" and open_calls:
            open_calls.pop()
        elif kind in _SAID and not (open_calls and open_calls[-1]):
            yield value.strip("\"'`")
        if kind not in Token.Text and kind not in Token.Comment:
            before = value


def test_no_text_of_a_script_bypasses_the_catalogues(repository: Path) -> None:
    """What a script says has a capital letter or several words; classes and keys are none."""
    assets = repository / "theme" / "assets"
    for file in sorted(assets.rglob("*.js")):
        if "vendor" in file.parts:
            continue
        for text in said_in(file.read_text("utf-8")):
            is_class = re.fullmatch(r"[.#]?[a-z]+(-[\w-]+|__)[\w :.#>\[\]=-]*|tb [\w -]*", text)
            if text in NOT_SAID or is_class or text.startswith((".", "#")):
                continue
            assert not WORDS.search(text), f"{file.name}: {text}"


def test_a_text_that_bypasses_is_found() -> None:
    script = 'element("p", "tb-x", "You did it."); element("p", "", _("Well done")); f(`${n} new threads`)'
    found = [text for text in said_in(script) if WORDS.search(text)]
    assert found == ["You did it.", " new threads"]


class Pseudo(Interface):
    """An interface that puts every text in brackets, so that any other text stands out."""

    def __init__(self) -> None:
        super().__init__("en")
        gettext = self.text
        self.text = cache(lambda message: f"\u27e6{gettext(message)}\u27e7")

    def counted(self, number: int, one: str, many: str, **values: object) -> str:
        return f"\u27e6{super().counted(number, one, many, **values)}\u27e7"


class Texts(HTMLParser):
    """Every text and every attribute that people are told, but of what is in English."""

    SAID = ("aria-label", "title", "alt", "placeholder")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipped: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "code", "pre", "time"} or (
            self.skipped and tag == self.skipped[-1]
        ):
            self.skipped.append(tag)
        self.found += [value or "" for name, value in attrs if name in self.SAID]

    def handle_endtag(self, tag: str) -> None:
        if self.skipped and tag == self.skipped[-1]:
            self.skipped.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.found.append(data)


def outside_brackets(text: str) -> Iterator[str]:
    """Yield the Latin words of a text that are in no brackets; an address is no word."""
    depth = 0
    text = re.sub(r"https://\S+", "", text)
    for part in re.split("([\u27e6\u27e7])", text):
        depth += {"\u27e6": 1, "\u27e7": -1}.get(part, 0)
        if not depth:
            yield from re.findall(r"[A-Za-z]{2,}", part)


SITE = """\
boards: [{id: board, title: Α, summary: Β}]
topics:
  - {id: one, title: Γ, summary: Δ, stage: 1, start_here: solved}
  - {id: two, title: Ε, summary: Ζ}
people: [{id: member, name: Η}, {id: moderator, name: Θ, role: moderator}]
featured: {topics: [one], threads: [solved], paths: [path]}
"""
SOLVED = """\
title: Ι
topics: [one, two]
also_asked: [Κ]
summary: Λ
question: {by: member, at: 2026-01-01, body: Μ, comments: [{by: moderator, at: 2026-01-02, body: Ν}]}
answers:
  - {id: a1, by: moderator, at: 2026-01-02, edited: 2026-01-03, votes: 3, accepted: true, note: Ξ, body: "Ο [[open]]"}
  - {id: a2, by: member, at: 2026-01-02, votes: 1, body: Π}
related: [open]
verified: 2026-01-01
review_by: 2026-02-01
source: {system: Ρ, license: Σ, retrieved: 2026-01-01}
"""
FILES: dict[str, str | bytes] = {
    "site.yml": SITE,
    "threads/new/first.yml": "title: Χ\nstatus: draft\n",
    "threads/board/solved.yml": SOLVED,
    "threads/board/open.yml": "title: Τ\ntopics: [one]\nquestion: {body: Υ}\n",
    "threads/board/old.yml": "title: Φ\ntopics: [two]\nstatus: obsolete\nreplaced_by: solved\nanswer: Ψ\n",
    "threads/board/again.yml": "title: Ω\ntopics: [two]\nduplicate_of: solved\n",
    "glossary.yml": "- {term: ο, definition: α, also: [β], thread: solved}\n",
    "paths/path.yml": (
        "title: γ\nsummary: δ\naudience: ε\nlevel: beginner\nobjectives: [ζ]\nsteps:\n"
        "  - {thread: solved, note: η, minutes: 3}\n"
        "  - {thread: first, optional: true}\n"
        "  - check: {question: θ, choices: [{text: ι, correct: true, why: κ}, {text: λ}], cites: solved}\n"
    ),
    "paths/later.yml": "title: μ\nprerequisites: [path]\nobjectives: [ν]\nsteps: [{thread: solved}]\n",
}


def test_no_text_of_a_page_bypasses_the_catalogues(
    knowledge: Callable[[dict[str, str | bytes]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content is Greek here, and the interface in brackets: no other letter may be left."""
    from threadbook.gather import gather  # noqa: PLC0415
    from threadbook.pages import (  # noqa: PLC0415
        Planning,
        plan_entries,
        plan_site,
        share,
        templates,
    )

    pseudo = Pseudo()
    for module in (
        "pages.page",
        "pages.templates",
        "pages.posts",
        "pages.structured",
        "pages.kinds.thread",
        "outputs.feeds",
    ):
        monkeypatch.setattr(sys.modules[f"threadbook.{module}"], "interface", lambda _: pseudo)
    templates._environment.cache_clear()
    templates._cards.clear()
    base = knowledge(FILES | {"pages/about.md": "# Σ\n\nΣ.\n\n## Σ\n\n## Σ\n\n## Σ\n"})
    config = (
        (base / "mkdocs.yml")
        .read_text()
        .replace(
            "plugins: [threadbook]",
            "plugins:\n  - threadbook:\n      report_url: https://e.org/{title}?{reason}\n"
            "      answer_url: https://e.org/{id}\n      edit_url: https://e.org/{id}\n      health: false\n",
        )
        .replace("site_name: Small", "site_name: Σ")
    )
    (base / "mkdocs.yml").write_text(config)
    settings = read_configuration(base / "mkdocs.yml").settings
    gathered = gather(settings)
    assert gathered.library.threads
    planning = Planning(gathered.library, gathered.sealed, settings)
    shared = share(settings, gathered.library)
    views: dict[str, Any] = {}
    kinds = set()
    for page in sorted(plan_site(planning).pages, key=lambda page: bool(page.quotes)):
        kinds.add(page.template)
        made = page.make(shared, views)
        views |= {made.view.id: made.view} if made.view else {}
        text = made.texts
        parser = Texts()
        parser.feed(f"<title>{text.title}</title>{text.content}")
        parser.found.append(text.description)
        left = [word for each in parser.found for word in outside_brackets(each)]
        assert left == [], page.url
    for entry in plan_entries(planning):
        assert [*outside_brackets(entry.title)] == []
    assert len(kinds) >= 12
    templates._environment.cache_clear()
    templates._cards.clear()
