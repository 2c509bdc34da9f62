"""The glossary on pages: definitions by keyboard, by touch, without scripts and on paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from pathlib import Path

THREAD = "threads/proposal-accepted-what-next/"
OpenPage = Callable[..., Page]


@pytest.mark.browser
def test_a_definition_opens_and_closes_by_keyboard_and_gives_the_focus_back(
    page: Page, address: str
) -> None:
    page.goto(address + THREAD)
    word = page.locator("a.tb-term", has_text="contract").first
    word.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Definition: contract")
    expect(box).to_be_visible()
    expect(box).to_contain_text("It begins when you accept an offer")
    expect(box).to_be_focused()
    expect(word).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(box.get_by_role("link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(word).to_be_focused()
    assert "#" not in page.url


@pytest.mark.browser
def test_a_definition_closes_when_the_page_scrolls_but_not_for_a_scroll_before_it(
    page: Page, address: str
) -> None:
    """To focus a word may scroll to it, and a busy browser tells that only when the box is there."""
    page.goto(address + THREAD)
    word = page.locator("a.tb-term").last
    word.focus()
    page.keyboard.press("Enter")
    page.evaluate("dispatchEvent(new Event('scroll'))")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.mouse.wheel(0, -200)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.browser
def test_a_definition_opens_by_touch_within_a_small_screen(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page.goto(address + THREAD)
    word = page.locator("a.tb-term").first
    word.tap()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    page.get_by_role("dialog").get_by_role("link").tap()
    page.wait_for_url("**/write-first-proposal/")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.browser
def test_without_scripts_a_word_leads_to_its_definition(open_page: OpenPage, address: str) -> None:
    plain = open_page(java_script_enabled=False)
    plain.goto(address + THREAD)
    plain.locator("a.tb-term").first.click()
    assert plain.url.endswith("#tb_word_1")
    expect(plain.locator(".tb-word:target")).to_contain_text("proposal")


@pytest.mark.browser
def test_on_paper_words_and_definitions_have_the_same_numbers(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    page.emulate_media(media="print")
    words = page.locator("a.tb-term").count()
    assert words == page.locator(".tb-words-used .tb-word").count() > 3
    script = "(node, side) => getComputedStyle(node, side).content"
    assert "tb-term" in page.locator("a.tb-term").first.evaluate(script, "::after")
    assert "tb-word" in page.locator(".tb-words-used dt").first.evaluate(script, "::before")


def test_the_glossary_page_defines_every_word_once(example_site: Path) -> None:
    page = (example_site / "glossary/index.html").read_text("utf-8")
    assert page.count("<dfn>") == page.count('class="tb-word"') > 20
    assert 'id="nda"' in page


def test_definitions_are_on_the_page_and_nowhere_else(example_site: Path) -> None:
    assert "tb-term" in (example_site / THREAD / "index.html").read_text("utf-8")
    others = [*(example_site / THREAD).glob("index.[jm]*"), *(example_site / "feeds").rglob("*.*")]
    assert len(others) > 10
    for file in others:
        assert "tb_word" not in file.read_text("utf-8"), file
