"""The answer first: a reader with a telephone and two minutes sees it before anything is scrolled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import settle
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PHONE = {"width": 360, "height": 740}
THREAD = "threads/proposal-accepted-what-next/"
SHORT = (
    "Accepted means invited to talk. You are hired only when you accept a contract. Until then you "
    "may decline, and the requirements come in the interview."
)


def test_the_short_answer_is_seen_on_a_phone_before_scrolling(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(address + THREAD)
    settle(page)
    short = page.locator(".tb-short")
    expect(short.locator(".tb-short__text")).to_have_text(SHORT)
    expect(short).to_contain_text("Checked 1 October 2026 by Moderator")
    box = short.bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE["height"]
    size = short.locator(".tb-short__text").evaluate(
        "it => parseFloat(getComputedStyle(it).fontSize)"
    )
    assert 18 <= size <= 20
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_newcomer_reads_all_three_answers_without_a_tap(
    open_page: OpenPage, address: str
) -> None:
    """Am I hired? Do requirements come? May I decline? The page says it on the first screen."""
    page = open_page(viewport=PHONE)
    page.goto(address + THREAD)
    settle(page)
    journey = page.locator(".tb-journey")
    expect(journey.locator("[aria-current=step]")).to_contain_text("Interviews")
    holds, turn = journey.locator(".tb-journey__holds"), journey.locator(".tb-journey__turn")
    expect(holds).to_have_text("Are you hired? Not yet. May you decline? Yes.")
    expect(turn).to_contain_text("Ask for the requirements")
    box = turn.bounding_box()
    assert box
    assert box["y"] + box["height"] < PHONE["height"]


QUESTION = (
    "Hi, I am new here and two of my proposals were accepted. What happens next? Does the client "
    "send me the requirements and the deadline, and can I still decline?"
)


def test_a_newcomer_types_the_whole_question_on_home(open_page: OpenPage, address: str) -> None:
    """One tap at most: what is found says all three, and its page does so on the first screen."""
    page = open_page(viewport=PHONE)
    page.goto(address)
    settle(page)
    page.locator(".tb-hero .tb-ask__field").click()
    page.keyboard.type(QUESTION)
    first = page.get_by_role("option").first
    expect(first).to_contain_text("My proposal was accepted. What happens next?", timeout=30_000)
    expect(first).to_contain_text(SHORT)
    first.click()
    page.wait_for_url(f"**/{THREAD}*")
    short = page.locator(".tb-short__text")
    expect(short).to_have_text(SHORT)
    expect(short).to_be_in_viewport(ratio=1)
    expect(page.locator(".tb-journey__turn")).to_be_in_viewport(ratio=1)


def test_a_page_without_a_stage_has_no_strip(page: Page, address: str) -> None:
    for url, count in (
        ("topics/contracts/", 1),
        ("topics/safety/", 0),
        ("threads/who-pays-tax-on-earnings/", 0),
    ):
        page.goto(address + url)
        expect(page.locator(".tb-journey")).to_have_count(count)


def test_the_same_sentence_is_in_lists_feeds_and_structured_data_too(
    example_site: Path,
) -> None:
    """One sentence, wherever a thread is named."""
    feed = json.loads((example_site / "feeds/topics/interviews.json").read_text("utf-8"))
    said = {item["url"]: item["summary"] for item in feed["items"]}
    listed = json.loads((example_site / "topics/interviews/index.json").read_text("utf-8"))
    assert SHORT in (listed["start_here"]["summary"], said.get(f"{listed['url']}{THREAD}"))
    page = (example_site / THREAD / "index.html").read_text("utf-8")
    assert page.count(f'"description":"{SHORT}"') == 1
    assert f'<meta property="og:description" content="{SHORT}">' in page
    topic = (example_site / "topics/interviews/index.html").read_text("utf-8")
    assert f'<p class="tb-item__summary">{SHORT}</p>' in topic


def test_a_question_folds_on_a_phone_and_opens_by_keyboard(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport=PHONE)
    page.goto(address + THREAD)
    settle(page)
    body, more = page.locator(".tb-question .tb-body"), page.locator(".tb-question__more")
    folded = body.bounding_box()
    assert folded
    line = body.evaluate("it => parseFloat(getComputedStyle(it).lineHeight)")
    assert folded["height"] <= 2 * line + 1
    more.focus()
    page.keyboard.press("Enter")
    opened = body.bounding_box()
    assert opened
    assert opened["height"] > 4 * line
    expect(more).to_be_hidden()
    assert page.evaluate("document.activeElement.id") == "tb_question_body"


def test_a_question_with_nothing_to_hide_has_no_button(open_page: OpenPage, address: str) -> None:
    """Its place stays: taking the button away moves nothing."""
    page = open_page(viewport={"width": 700, "height": 800})
    page.goto(f"{address}threads/change-price-after-sending/")
    settle(page)
    expect(page.locator(".tb-question--whole")).to_be_visible()
    expect(page.locator(".tb-question__more")).to_be_hidden()
    hides = "it => it.scrollHeight > it.clientHeight"
    assert not page.locator(".tb-question .tb-body").evaluate(hides)


def test_a_question_is_open_without_scripts_and_on_a_wide_screen(
    open_page: OpenPage, address: str
) -> None:
    for options in ({"viewport": PHONE, "java_script_enabled": False}, {}):
        page = open_page(**options)
        page.goto(address + THREAD)
        expect(page.locator(".tb-question__more")).to_be_hidden()
        box = page.locator(".tb-question .tb-body").bounding_box()
        assert box
        assert box["height"] > 100


def test_an_obsolete_thread_recommends_no_answer_and_a_duplicate_has_none(
    page: Page, address: str
) -> None:
    for url in ("threads/weekly-time-sheet-by-mail/", "threads/two-clients-said-yes/"):
        page.goto(address + url)
        expect(page.locator(".tb-notice")).to_be_visible()
        expect(page.locator(".tb-short, .tb-post--accepted")).to_have_count(0)


def test_an_obsolete_thread_recommends_no_answer_on_the_page_of_its_path(
    run: Callable[..., Any], knowledge: Callable[..., Path]
) -> None:
    thread = "title: What {0}?\ntopics: [proposals]\n{1}answers:\n- accepted: true\n  body: That.\n"
    path = "title: A way\nsteps:\n- thread: old\n- thread: new\n"
    base = knowledge(
        {
            "threads/new/old.yml": thread.format("old", "status: obsolete\nreplaced_by: new\n"),
            "threads/new/new.yml": thread.format("new", ""),
            "paths/way.yml": path,
        }
    )
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    page = (base / "site/paths/way/print/index.html").read_text("utf-8")
    old, new = page.split('id="step-2"')
    assert "Accepted answer" not in old
    assert "Accepted answer" in new
