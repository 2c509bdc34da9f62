"""What readers ask is sent only if a site wants it, and then nothing but the question."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]
OpenPage = Callable[..., Page]
Served = Callable[..., Any]

CONFIG = """\
site_name: Small
docs_dir: content/pages
theme: {{name: material, font: false}}
plugins:
  - threadbook:
      engine: plain
      search_url: {url}
"""
SETTLED = 3_000  # milliseconds, as in `asked.js`


@contextmanager
def asking(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage, before: str = ""
) -> Iterator[tuple[Page, list[Request], Path]]:
    """Open the search page of a site that collects; give it, and what it sends elsewhere."""
    base = knowledge({})
    sent: list[Request] = []

    def take(route: Route) -> None:
        sent.append(route.request)
        route.fulfill(status=204)

    with served(base / "content") as elsewhere, served(base / "site") as address:
        (base / "mkdocs.yml").write_text(CONFIG.format(url=f"{elsewhere}asked"), "utf-8")
        done = run("threadbook", "build", cwd=base)
        assert done.returncode == 0, done.stderr
        page = open_page()
        page.clock.install()
        page.add_init_script(before)
        page.route(f"{elsewhere}asked", take)
        page.goto(f"{address}search/")
        yield page, sent, base / "site"


def ask(page: Page, question: str) -> None:
    """Type a question and wait until its results are there."""
    page.locator("[name=q]").fill(question)
    page.clock.run_for(500)
    page.wait_for_function(
        "asked => document.querySelector('#tb-results').dataset.query === asked", arg=question
    )


def arrive(page: Page, sent: list[Request], count: int) -> None:
    """Wait until so many questions have come."""
    for _ in range(600):
        if len(sent) >= count:
            break
        page.wait_for_timeout(50)
    assert len(sent) == count


def bodies(sent: list[Request]) -> list[Any]:
    return [json.loads(each.post_data or "") for each in sent]


@pytest.mark.browser
def test_a_question_is_sent_once_when_it_has_stood_for_a_while(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    with asking(knowledge, run, served, open_page) as (page, sent, _):
        expect(page.locator(".tb-search__told")).to_have_text(
            "Questions are sent to 127.0.0.1, without your name."
        )
        for part in ("what", "what fi", "what first"):
            ask(page, part)
        page.clock.run_for(SETTLED - 1_000)
        assert sent == []
        page.clock.run_for(2_000)
        arrive(page, sent, 1)
        ask(page, "zebra at anna@example.org or 0170 1234567")
        page.clock.run_for(SETTLED + 1_000)
        arrive(page, sent, 2)
        ask(page, "what first")
        page.clock.run_for(SETTLED + 1_000)
        ask(page, "xy")
        page.clock.run_for(SETTLED + 1_000)
        assert bodies(sent) == [
            {"question": "what first", "answered": "yes"},
            {"question": "zebra at [e-mail] or [number]", "answered": "no"},
        ]


@pytest.mark.browser
def test_a_question_is_sent_when_a_result_is_followed(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    with asking(knowledge, run, served, open_page) as (page, sent, _):
        ask(page, "what first")
        page.locator(".tb-result a").first.click()
        page.wait_for_url("**/threads/first/")
        arrive(page, sent, 1)
        assert bodies(sent) == [{"question": "what first", "answered": "yes"}]


@pytest.mark.browser
def test_nothing_but_the_question_is_sent(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    with asking(knowledge, run, served, open_page) as (page, sent, _):
        page.context.add_cookies(
            [{"name": "who", "value": "me", "domain": "127.0.0.1", "path": "/"}]
        )
        ask(page, "what first")
        page.clock.run_for(SETTLED + 1_000)
        arrive(page, sent, 1)
        (request,) = sent
        assert request.method == "POST"
        assert set(bodies(sent)[0]) == {"question", "answered"}
        headers = request.all_headers()
        assert "cookie" not in headers
        assert "referer" not in headers
        assert "search" not in headers.get("origin", "")  # the site at most, never the page
        assert headers["content-type"].startswith("text/plain")


@pytest.mark.browser
def test_a_reader_who_wants_privacy_sends_nothing(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    wish = "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    with asking(knowledge, run, served, open_page, wish) as (page, sent, _):
        expect(page.locator(".tb-search__told")).to_have_count(0)
        ask(page, "what first")
        page.clock.run_for(2 * SETTLED)
        page.locator(".tb-result a").first.click()
        page.wait_for_url("**/threads/first/")
        assert sent == []


@pytest.mark.browser
def test_a_site_that_collects_nothing_loads_and_sends_nothing_for_it(
    address: str, open_page: OpenPage
) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    page.clock.install()
    page.goto(f"{address}search/")
    assert page.locator(".tb-search__told").count() == 0
    ask(page, "am I hired")
    page.clock.run_for(2 * SETTLED)
    assert all(each.startswith("GET ") for each in asked)
    assert not [each for each in asked if "asked.js" in each]


def test_the_policy_allows_the_endpoint_and_no_more(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    (base / "mkdocs.yml").write_text(CONFIG.format(url="https://asked.example.org/x?y=1"), "utf-8")
    assert run("threadbook", "build", cwd=base).returncode == 0
    page = (base / "site/search/index.html").read_text("utf-8")
    assert "connect-src 'self' https://asked.example.org;" in page
    assert 'data-tb-asked="https://asked.example.org/x?y=1"' in page
    assert "Questions are sent to asked.example.org, without your name." in page
    assert "data-tb-asked" not in (base / "site/index.html").read_text("utf-8")


def test_an_endpoint_on_the_site_itself_is_named_by_the_site(
    knowledge: Knowledge, run: Run
) -> None:
    base = knowledge({})
    (base / "mkdocs.yml").write_text(CONFIG.format(url="/asked"), "utf-8")
    assert run("threadbook", "build", cwd=base).returncode == 0
    page = (base / "site/search/index.html").read_text("utf-8")
    assert "Questions are sent to Small, without your name." in page
    assert "connect-src 'self';" in page
