"""Structured data of the built example: what search engines are told is what readers see."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

URL = "https://example.org/help/"
RETIRED = {"FAQPage", "HowTo", "Course"}


class Page(HTMLParser):
    """A page's structured data, and the visible text of its posts and of its breadcrumb."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.bodies: list[str] = []
        self.crumbs: list[str] = []
        self.votes = html.count('class="tb-votes"')
        self._depth = 0
        self._in_script = self._in_crumb = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script":
            self._in_script = given.get("type") == "application/ld+json"
            self.scripts += [""] if self._in_script else []
        if given.get("class") == "tb-breadcrumb":
            self._in_crumb = True
        if tag == "div" and (self._depth or given.get("class") == "tb-body"):
            if not self._depth:
                self.bodies.append("")
            self._depth += 1
        elif self._depth and tag not in INLINE:
            self.bodies[-1] += " "
        if self._in_crumb and tag == "li":
            self.crumbs.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = self._in_script and tag != "script"
        self._in_crumb = self._in_crumb and tag != "nav"
        if tag == "div" and self._depth:
            self._depth -= 1
        if self._depth and tag not in INLINE:
            self.bodies[-1] += " "

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data
        elif self._depth:
            self.bodies[-1] += data
        elif self._in_crumb:
            self.crumbs[-1:] = [self.crumbs[-1] + data] if self.crumbs else []

    @property
    def things(self) -> dict[str, dict[str, Any]]:
        """The page's structured data by type."""
        (script,) = self.scripts
        return {thing["@type"]: thing for thing in json.loads(script)["@graph"]}


INLINE = set("a b code del em i kbd mark q s small span strong sub sup u ins".split())


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def site(example_site: Path) -> Path:
    """The example base, to which readers may add answers: its `answer_url` is set."""
    return example_site


def pages(site: Path, under: str) -> Iterator[tuple[str, Page]]:
    for file in sorted((site / under).glob("*/index.html")):
        yield file.parent.relative_to(site).as_posix() + "/", Page(file.read_text("utf-8"))


def posts(question: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is said in the order the page shows it."""
    if "text" in question and question["text"] != question["name"]:
        yield question
        yield from question.get("comment", [])
    for answer in [*question.get("acceptedAnswer", []), *question.get("suggestedAnswer", [])]:
        yield answer
        yield from answer.get("comment", [])


def test_every_answered_thread_is_told_as_readers_see_it(site: Path) -> None:
    told = 0
    for url, page in pages(site, "threads"):
        if "QAPage" not in page.things:
            continue
        told += 1
        question = page.things["QAPage"]["mainEntity"]
        said = [words(post["text"]) for post in posts(question)]
        assert said == [words(body) for body in page.bodies], url
        answers = [*question.get("acceptedAnswer", []), *question.get("suggestedAnswer", [])]
        assert question["answerCount"] == len(answers) > 0
        assert sum(answer["upvoteCount"] > 0 for answer in answers) == page.votes
        for answer in answers:
            assert answer["url"].startswith(f"{URL}{url}#")
    assert told > 40


def test_what_is_unanswered_repeated_or_obsolete_is_no_question_page(site: Path) -> None:
    for url, page in pages(site, "threads"):
        html = (site / url / "index.html").read_text("utf-8")
        is_current = "Asked before</li>" not in html and ">Obsolete</li>" not in html
        is_answered = "Waiting for an answer</li>" not in html
        assert ("QAPage" in page.things) == (is_current and is_answered), url


def test_every_breadcrumb_is_the_visible_one(site: Path) -> None:
    for file in site.rglob("index.html"):
        page = Page(file.read_text("utf-8"))
        if not page.crumbs or not page.scripts:
            continue
        items = page.things["BreadcrumbList"]["itemListElement"]
        assert [item["name"] for item in items] == [words(crumb) for crumb in page.crumbs]
        assert [item["position"] for item in items] == list(range(1, len(items) + 1))
        for item in items[:-1]:
            below = item["item"].removeprefix(URL)
            assert (site / below / "index.html").is_file(), item


def test_paths_are_learning_resources_and_no_retired_type_is_used(site: Path) -> None:
    for url, page in pages(site, "paths"):
        thing = page.things["LearningResource"]
        assert thing["url"] == URL + url
        assert thing["teaches"]
        for step in thing["mainEntity"]["itemListElement"]:
            assert (site / step["url"].removeprefix(URL) / "index.html").is_file()
    for file in site.rglob("index.html"):
        assert not RETIRED & set(re.findall(r'"@type":"(\w+)"', file.read_text("utf-8")))


def test_open_graph_tags_say_what_the_page_says(site: Path) -> None:
    html = (site / "threads/proposal-accepted-what-next/index.html").read_text("utf-8")
    for tag in (
        'property="og:type" content="article"',
        f'property="og:url" content="{URL}threads/proposal-accepted-what-next/"',
        'property="og:title" content="My proposal was accepted. What happens next?"',
        'property="article:published_time" content="2024-03-02"',
        'name="twitter:card" content="summary"',
    ):
        assert html.count(f"<meta {tag}>") == 1, tag
