"""The search page, its dialog and their keys: nothing that was asked is lost, and nothing is said twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import wait_until
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PHONE = {"width": 360, "height": 740}


def asked(page: Page, address: str, query: str) -> None:
    """Open the search page with a question in its address, and wait for what it finds."""
    page.goto(f"{address}search/?q={query}")
    page.locator(f"#tb-results[data-query='{query}']").wait_for(state="attached")


# Keys


@pytest.mark.parametrize("way", ["/", "Control+k", "header"])
def test_on_the_search_page_its_own_field_is_the_one(page: Page, address: str, way: str) -> None:
    asked(page, address, "decline")
    if way == "header":
        page.locator(".tb-open-search").click()
    else:
        page.keyboard.press(way)
    field = page.locator("#tb_query")
    expect(field).to_be_focused()
    expect(field).to_have_value("decline")
    assert page.evaluate("getSelection().toString()") == "decline"
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("search/?q=decline")
    page.keyboard.type("refund")
    page.locator("#tb-results[data-query=refund]").wait_for(state="attached")


def test_escape_closes_the_dialog_at_once(page: Page, address: str) -> None:
    page.goto(address)
    opener = page.locator(".tb-open-search")
    opener.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("refund")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    expect(opener).to_be_focused()


def test_escape_closes_the_drawer_and_gives_the_focus_back(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport=PHONE, reduced_motion="reduce")
    page.goto(f"{address}topics/")
    button = page.get_by_role("button", name="Navigation")
    expect(button).to_have_attribute("aria-expanded", "false")
    button.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("[data-md-toggle=drawer]")
    expect(drawer).to_be_checked()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.locator(".md-sidebar--primary a:visible").first.focus()
    page.keyboard.press("Escape")
    expect(drawer).not_to_be_checked()
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(button).to_be_focused()


def test_without_scripts_the_drawer_opens_by_its_label(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport=PHONE, java_script_enabled=False)
    page.goto(f"{address}topics/")
    expect(page.locator(".tb-bar__menu")).to_be_hidden()
    page.locator(".md-header__button[for=__drawer]").click()
    expect(page.locator("[data-md-toggle=drawer]")).to_be_checked()


# What a result says


def test_results_say_when_an_answer_was_checked_as_lists_do(page: Page, address: str) -> None:
    page.goto(f"{address}topics/contracts/")
    thread = "decline-an-offer"
    listed = page.locator(f".tb-item[data-tb-thread={thread}]").first
    checked = listed.locator("time").inner_text()
    assert checked == "Oct 2026"
    asked(page, address, "may I decline an offer")
    facts = page.locator(f"#tb-results [data-thread={thread}] .tb-result__facts")
    expect(facts).to_contain_text(f"Checked {checked}")
    expect(facts.locator("time")).to_have_count(1)
    page.goto(f"{address}search/?q=may I decline an offer&sort=day")
    expect(page.locator("#tb-results time").first).to_be_visible()
    expect(page.locator("#tb-results")).not_to_contain_text("Checked")


def test_a_thread_that_nobody_checked_has_its_day(page: Page, address: str) -> None:
    asked(page, address, "can the client see that I have read a message")
    times = page.locator("#tb-results .tb-result__facts:not(:has-text('Checked')) time")
    assert page.locator("#tb-results .tb-result__facts", has_text="Checked").count()
    assert all(len(each.split()) == 3 for each in times.all_inner_texts())
    assert times.count()


# What is said, and offered


def look_like(page: Page, words: str) -> int:
    """Count the texts of the state that a reader sees and that hold these words."""
    seen = page.locator("#tb-search-state").evaluate(
        """node => [...node.childNodes].filter((each) => !each.classList?.contains("tb-hidden"))
        .map((each) => each.textContent).join("")"""
    )
    return str(seen).count(words)


def test_how_many_results_there_are_is_for_screen_readers(page: Page, address: str) -> None:
    asked(page, address, "client")
    expect(page.locator("#tb-search-state")).to_contain_text("result")
    assert look_like(page, "result") == 0
    box = page.locator("#tb-search-state .tb-hidden").bounding_box()
    assert box is not None
    assert box["width"] <= 1
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("client ")
    expect(page.locator(".tb-found__state")).to_contain_text("result")
    box = page.locator(".tb-found__state .tb-hidden").bounding_box()
    assert box is not None
    assert box["width"] <= 1


def test_all_results_are_offered_where_there_are_any(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("client ")
    found = page.locator("#tb_found")
    expect(found).to_have_attribute("data-query", "client")
    expect(page.get_by_role("link", name="See all results")).to_be_visible()
    for nothing in ("xylophone zzzqqq", "xylophone zzzqqq wwwvvv client"):
        page.locator("#tb_ask_dialog").fill(f"{nothing} ")
        expect(found).to_have_attribute("data-query", nothing)
        if found.get_attribute("data-answered") == "no":
            expect(page.get_by_role("link", name="See all results")).to_have_count(0)
            expect(page.get_by_role("link", name="Ask this question")).to_be_visible()
    page.locator("#tb_ask_dialog").fill("xylophone zzzqqq ")
    expect(found).to_have_attribute("data-answered", "no")


def hold(page: Page, files: str) -> list[Route]:
    """Let requests for files wait, until a test lets them go on."""
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    page.route(files, keep)
    return held


WATCH = """selector => {
  window.said = [];
  const node = document.querySelector(selector);
  new MutationObserver(() => window.said.push(node.textContent)).observe(node, { childList: true, subtree: true, characterData: true });
}"""


def test_a_search_that_takes_long_says_so_once(page: Page, address: str) -> None:
    held = hold(page, "**/search/settings.json")
    page.goto(f"{address}search/")
    page.evaluate(WATCH, "#tb-search-state")
    page.locator("#tb_query").press_sequentially("refund for the client", delay=50)
    state = page.locator("#tb-search-state")
    expect(state).to_have_text("Searching…")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    for route in held:
        route.continue_()
    page.locator("#tb-results[data-query='refund for the client']").wait_for(state="attached")
    expect(state).not_to_contain_text("Searching")
    said = page.evaluate("window.said")
    assert said.count("Searching…") == 1


def test_the_dialog_says_that_a_search_takes_long(page: Page, address: str) -> None:
    held = hold(page, "**/search/settings.json")
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("refund")
    expect(page.locator(".tb-found__state")).to_have_text("Searching…")
    for route in held:
        route.continue_()
    expect(page.locator(".tb-found__state")).to_contain_text("result")


def test_the_question_is_there_before_the_script_that_answers(page: Page, address: str) -> None:
    held = hold(page, "**/search/page.js")
    page.goto(f"{address}search/?q=refund", wait_until="commit")
    expect(page.locator("#tb_query")).to_have_value("refund")
    expect(page.locator("#tb-search-state")).to_have_text("Searching…")
    page.locator("#tb_query").fill("escrow")
    for route in held:
        route.continue_()
    page.locator("#tb-results[data-query=escrow]").wait_for(state="attached")
    page.wait_for_url("**/search/?q=escrow")


@pytest.mark.parametrize("where", ["address", "instant_address"])
def test_who_comes_back_finds_what_they_left(
    page: Page, where: str, request: pytest.FixtureRequest
) -> None:
    asked(page, request.getfixturevalue(where), "client")
    results = page.locator("#tb-results > li")
    page.get_by_role("button", name="Show 10 more").click()
    expect(results).to_have_count(20)
    link = results.nth(15).locator("h2 a")
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(300)  # the theme keeps a state of its own, a little later
    before = page.evaluate("scrollY")
    assert before > 500
    link.click()
    page.wait_for_url("**/threads/**")
    page.locator(".tb-thread").wait_for()
    page.go_back()
    page.wait_for_url("**/search/?q=client")
    expect(results).to_have_count(20)
    wait_until(page, f"Math.abs(scrollY - {before}) < 40")
    page.locator("#tb_query").fill("clients")
    page.locator("#tb-results[data-query=clients]").wait_for(state="attached")
    expect(results).to_have_count(10)
    page.locator("#tb_query").fill("client")
    page.locator("#tb-results[data-query=client]").wait_for(state="attached")
    expect(results).to_have_count(10)


def test_where_nothing_is_found_questions_and_topics_are_offered(page: Page, address: str) -> None:
    asked(page, address, "xylophone zzzqqq")
    example = page.locator(".tb-search__before .tb-links a").first
    expect(example).to_be_visible()
    expect(page.locator("#tb-search-state")).to_contain_text("No matches.")
    box = page.locator(".tb-search__before").bounding_box()
    assert box is not None
    assert box["y"] < 900
    example.click()
    expect(page.locator("#tb-results li").first).to_be_visible()
    expect(page.locator(".tb-search__before")).to_be_hidden()


def test_a_summary_is_whole_on_a_phone(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport=PHONE)
    page.goto(f"{address}topics/contracts/")
    cut = """nodes => nodes.filter((node) => node.scrollHeight > node.clientHeight + 1).length"""
    summaries = page.locator(".tb-item__summary")
    heights = summaries.evaluate_all("nodes => nodes.map((node) => node.clientHeight)")
    assert max(heights) > 60, "some are longer than two lines"
    assert summaries.evaluate_all(cut) == 0


@pytest.mark.parametrize(
    ("query", "thread", "place"),
    [
        ("client ghosted me", "client-silent-after-interview", 3),
        ("upwork connects", "why-proposals-cost-credits", 1),
    ],
)
def test_words_of_the_trade_find_their_thread(
    run: Callable[..., Any], repository: Path, query: str, thread: str, place: int
) -> None:
    done = run("threadbook", "suggest", query, "--words", "--format", "json", cwd=repository)
    found = json.loads(done.stdout)
    assert thread in [each["thread"] for each in found[:place]]
    assert found[0]["answered"]


def test_search_loads_its_scripts_together(page: Page, address: str) -> None:
    """Each would otherwise wait for the one that imports it."""
    page.goto(f"{address}search/?q=late+payment")
    page.locator(".tb-result").first.wait_for()
    told = page.locator("link[rel=modulepreload]").evaluate_all("all => all.map((it) => it.href)")
    loaded = page.evaluate(
        "performance.getEntriesByType('resource').map(({ name }) => name)"
        ".filter((name) => name.endsWith('.js') && name.includes('/threadbook/search/'))"
    )
    own = {url for url in told if "/threadbook/search/" in url}
    assert len(own) > 10
    assert own == {url for url in loaded if not url.endswith("/dialog.js")}
    page.goto(address)
    expect(page.locator("link[rel=modulepreload]")).to_have_count(0)
