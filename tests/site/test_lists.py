"""Lists of questions: tabs of one page, boards as a filter of topics, and search before it is asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
TABS: list[str | re.Pattern[str]] = [
    "Latest",
    "Most useful",
    re.compile(r"^Unanswered( \(\d+\))?$"),
]


@pytest.mark.parametrize(
    "urls",
    [
        ("latest/", "latest/useful/", "unanswered/"),
        ("boards/finding-work/", "boards/finding-work/useful/", "boards/finding-work/unanswered/"),
        ("topics/contracts/useful/", "topics/contracts/unanswered/"),
    ],
    ids=["all", "board", "topic"],
)
def test_the_orders_of_a_list_are_tabs_of_one_page(
    urls: tuple[str, ...], page: Page, address: str
) -> None:
    seen = set()
    for url in urls:
        page.goto(address + url)
        settle(page)
        tabs = page.get_by_role("navigation", name="Sort by").get_by_role("link")
        expect(tabs).to_have_text(TABS)
        current = page.locator(".tb-orders [aria-current=page]")
        assert str(current.evaluate("link => link.href")) == page.url
        head = page.locator("h1").inner_text(), page.locator(".tb-journey__way").count()
        box = page.locator(".tb-orders").bounding_box()
        assert box
        seen.add((*head, box["x"], box["width"]))
    assert len(seen) == 1


CHARACTERS = """all => all.map((each) => {
  const range = document.createRange();
  const lines = new Map();
  const texts = document.createTreeWalker(each, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    for (let at = 0; at < text.length; at++) {
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const { width, bottom } = range.getBoundingClientRect();
      const line = Math.round(bottom / 8);
      if (width) lines.set(line, (lines.get(line) ?? 0) + 1);
    }
  }
  return [Math.max(...lines.values()), each.scrollHeight > each.clientHeight + 1];
})"""


@pytest.mark.parametrize(
    ("url", "texts"),
    [
        ("latest/", (".tb-item__title", ".tb-item__summary")),
        ("unanswered/", (".tb-item__title", ".tb-item__summary")),
        ("topics/contracts/", (".tb-item__title", ".tb-item__summary")),
        ("search/?q=how+do+i+get+paid", (".tb-result__title", ".tb-result__text")),
        ("search/?q=how+do+i+get+paid", (".tb-answer__short", ".tb-answer__said")),
    ],
)
def test_a_line_of_a_list_has_about_75_characters_and_nothing_is_cut(
    open_page: OpenPage, address: str, url: str, texts: tuple[str, ...]
) -> None:
    page = open_page(viewport={"width": 1440, "height": 900})
    page.goto(address + url)
    settle(page)
    for text in texts:
        found = page.locator(text)
        found.first.wait_for()
        counts, cut = zip(*found.evaluate_all(CHARACTERS), strict=True)
        least = 30 if text.endswith("title") else 50  # lines of titles are balanced
        assert least < max(counts) <= 82, text
        assert not any(cut), text


def test_the_most_useful_of_all_questions_are_answered(page: Page, address: str) -> None:
    page.goto(f"{address}latest/")
    page.get_by_role("link", name="Most useful").click()
    page.wait_for_url("**/latest/useful/")
    expect(page.locator(".tb-item__state--solved")).to_have_count(50)
    votes = page.locator(".tb-item__facts").all_inner_texts()
    counts = [int(found.group(1)) for each in votes if (found := re.search(r"(\d+) votes?", each))]
    assert len(counts) == 50
    assert counts == sorted(counts, reverse=True)


def test_where_boards_are_few_they_are_a_filter_of_topics(page: Page, address: str) -> None:
    page.goto(f"{address}topics/")
    expect(page.locator(".tb-only a")).to_have_count(6)
    page.goto(f"{address}topics/contracts/")
    board = page.get_by_role("navigation", name="Boards").get_by_role("link").nth(2)
    found = re.fullmatch(r"Working with clients \((\d+)\)", board.inner_text())
    assert found
    board.click()
    expect(page.locator(".tb-search__state")).to_contain_text(f"{found.group(1)} results")
    for facts in page.locator(".tb-result__facts").all_inner_texts():
        assert "Working with clients" in facts
        assert "Contracts" in facts


@pytest.mark.parametrize("count", [1, 9])
def test_one_board_filters_nothing_and_many_have_their_own_place(
    count: int, knowledge: Callable[..., Path], run: Callable[..., Any]
) -> None:
    boards = "".join(f"  - {{id: b{n}, title: Board {n}}}\n" for n in range(count))
    topics = "topics:\n  - {id: proposals, title: Proposals}\n"
    base = knowledge(
        {"site.yml": f"boards:\n{boards}{topics}"}
        | {
            f"threads/b{n}/t{n}.yml": f"title: What {n}?\ntopics: [proposals]\nanswer: That.\n"
            for n in range(count)
        }
    )
    (base / "content/threads/new/first.yml").unlink()
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    for url in ("topics", "topics/proposals"):
        html = (base / "site" / url / "index.html").read_text("utf-8")
        assert 'class="tb-only' not in html
        assert re.search(r'href="[./]*boards/"', html)  # it is in the navigation


def test_before_a_question_is_typed_search_offers_some(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{address}search/")
    before, columns = page.locator(".tb-search__before"), page.locator(".tb-search__columns")
    expect(before.get_by_role("heading", name="Questions people ask")).to_be_in_viewport()
    expect(columns).to_be_hidden()
    before.locator(".tb-links a").first.click()
    expect(page.locator(".tb-result").first).to_be_visible()
    expect(before).to_be_hidden()
    page.get_by_role("searchbox").fill("")
    expect(before).to_be_visible()
    expect(columns).to_be_hidden()
    page.goto(f"{address}search/?topic=contracts&board=doing-the-work")
    expect(page.locator(".tb-result").first).to_be_in_viewport()  # filters do not push it away
    expect(page.locator(".tb-filters summary")).to_have_text("Filter and sort (2)")
