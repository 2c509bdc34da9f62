"""What a page offers around its text: ways past the head and on from the end, and rows that stay whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import settle, wait_until
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
THREAD = "threads/proposal-accepted-what-next/"


@pytest.mark.parametrize("engine", ["mkdocs", "zensical", "plain"])
def test_the_first_stop_of_a_page_leads_past_the_head(
    page: Page,
    site_of: Callable[[str], Path],
    served_below_help: Callable[..., object],
    engine: str,
) -> None:
    with served_below_help(site_of(engine)) as address:  # type: ignore[attr-defined]
        for url in ("", THREAD):
            page.goto(f"{address}{url}")
            settle(page)
            page.keyboard.press("Tab")
            link = page.locator(":focus")
            expect(link).to_have_text(re.compile(r"\s*Skip to content\s*"))
            wait = (
                "it => getComputedStyle(it).opacity === '1' && it.getBoundingClientRect().top >= 0"
            )
            assert link.evaluate(
                f"async it => {{ await new Promise(d => setTimeout(d, 400)); return ({wait})(it); }}"
            )
            page.keyboard.press("Enter")
            expect(page.locator("#tb-content")).to_be_focused()
            page.keyboard.press("Tab")
            assert page.locator(":focus").evaluate(
                "it => !it.closest('header.md-header, .tb-site__head')"
            )


def test_back_to_top_covers_no_line_that_is_read(page: Page, address: str) -> None:
    """The example does without it; a site that has it sees it in the corner."""
    page.goto(address + THREAD)
    assert page.locator(".md-top").count() == 0
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<button class=\"md-top md-icon\">Back to top</button>')"
    )
    box = page.locator(".md-top").bounding_box()
    assert box
    assert box["y"] + box["height"] > 900 - 40
    assert box["x"] + box["width"] > 1280 - 40


def colour(written: str) -> list[float]:
    """Return red, green, blue and opacity, each of 1, of a computed colour."""
    numbers = [float(each) for each in re.findall(r"[\d.]+", written.replace("srgb", ""))]
    if written.startswith("rgb"):
        numbers[:3] = [each / 255 for each in numbers[:3]]
    return [*numbers, 1.0][:4]


def light(red: float, green: float, blue: float) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_was_found_is_marked_in_the_deep_colour_and_can_be_read(
    open_page: OpenPage, address: str, scheme: str
) -> None:
    """Amber is only for what is a reader's turn."""
    page = open_page(color_scheme=scheme)
    page.goto(f"{address}components/")
    mark = page.locator(".tb-sample--mark")
    *over, share = colour(mark.evaluate("it => getComputedStyle(it).backgroundColor"))
    style = "it => [getComputedStyle(it).color, getComputedStyle(document.body).backgroundColor]"
    said, ground = map(colour, page.locator(".tb h1").evaluate(style))
    seen = [share * top + (1 - share) * below for top, below in zip(over, ground[:3], strict=True)]
    assert seen[1] > seen[0]  # green before red: it is no amber
    one, other = sorted((light(*seen), light(*said[:3])))
    assert (other + 0.05) / (one + 0.05) >= 7
    assert seen != ground[:3]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("width", [240, 360, 1280])
def test_no_line_of_facts_ends_or_begins_with_a_point(
    open_page: OpenPage, address: str, width: int, direction: str
) -> None:
    """Each point is in the gap before a fact, so one before a line is outside the row, and cut."""
    page = open_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}topics/interviews/")
    page.evaluate("dir => { document.documentElement.dir = document.body.dir = dir; }", direction)
    rows = page.evaluate(
        """isLeft => [...document.querySelectorAll(".tb-item__facts")].flatMap((row) => {
          const start = (node) => node.getBoundingClientRect()[isLeft ? "left" : "right"];
          const facts = [...row.children];
          const begin = facts.filter((fact, at) => at && fact.offsetTop > facts[at - 1].offsetTop + 4);
          return begin.map((fact) => ({
            away: Math.abs(start(fact) - start(row)),
            point: parseFloat(getComputedStyle(fact, "::before").marginInlineStart),
            cut: getComputedStyle(row).clipPath,
            after: getComputedStyle(fact, "::after").content,
          }));
        })""",
        direction == "ltr",
    )
    assert bool(rows) == (width < 1280)
    for row in rows:
        assert row["away"] < 1
        assert row["point"] < -8
        assert row["cut"].startswith("inset(-")
        assert row["after"] == "none"


def test_no_stays_where_it_is_when_it_is_opened_and_says_what_its_links_open(
    open_page: OpenPage, address: str
) -> None:
    for width in (1280, 360):
        page = open_page(viewport={"width": width, "height": 900})
        page.goto(address + THREAD)
        settle(page)
        no = page.locator(".tb-helpful__no > summary")
        no.scroll_into_view_if_needed()
        before = no.bounding_box()
        no.click()
        reasons = page.locator(".tb-helpful__no li a")
        expect(reasons.first).to_be_visible()
        expect(page.locator(".tb-helpful__no .tb-small")).to_contain_text("needs an account")
        assert no.bounding_box() == before
        box = reasons.first.bounding_box()
        assert box
        assert before
        assert box["y"] > before["y"] + before["height"]
        no.click()
        expect(reasons.first).to_be_hidden()


def test_a_thread_ends_with_the_next_step_and_two_questions_and_says_nothing_twice(
    page: Page, address: str
) -> None:
    page.goto(address + THREAD)
    settle(page)
    cards = page.locator(".tb-next .tb-card:visible")
    assert cards.count() == 3
    expect(cards.first).to_contain_text(
        "Next step in From your first proposal to your first contract"
    )
    links = page.locator(".tb-next .tb-card a, [aria-labelledby=tb_related] a")
    all_links = links.evaluate_all("all => all.map((link) => link.href)")
    assert len(all_links) > 3
    assert len({*all_links}) == len(all_links)


def test_the_next_step_is_that_of_the_path_that_is_followed(page: Page, address: str) -> None:
    page.goto(f"{address}paths/interviews-done-well/")
    settle(page)
    page.locator(".tb-step__title a").first.click()
    page.wait_for_url(f"**/{THREAD}")
    step = page.locator(".tb-next__step:visible")
    expect(step).to_have_count(1)
    expect(step).to_contain_text("Next step in Interviews")
    href = step.locator("a").get_attribute("href")
    assert href == page.locator("[data-tb-followed] .tb-way[rel=next]").get_attribute("href")


def test_a_bookmark_is_set_beside_the_title_and_seen_there(
    open_page: OpenPage, address: str
) -> None:
    for width in (1280, 360):
        page = open_page(viewport={"width": width, "height": 740})
        page.goto(address + THREAD)
        settle(page)
        save = page.get_by_role("button", name="Save", exact=True)
        title, box = page.locator("h1").bounding_box(), save.bounding_box()
        assert title
        assert box
        assert title["y"] - 8 < box["y"] < title["y"] + title["height"]
        assert box["x"] >= title["x"] + title["width"]
        save.click()
        expect(save).to_have_attribute("aria-pressed", "true")
        expect(page.locator(".tb-announced")).to_have_text("Saved to your library.")
        expect(page.locator(".tb-options [data-tb-toggle=kept]")).to_have_attribute(
            "aria-pressed", "true"
        )


def test_stages_behind_the_reader_are_checked_in_sight_and_in_words(
    page: Page, address: str
) -> None:
    page.goto(address + THREAD)
    stages = page.locator(".tb-journey li")
    assert stages.evaluate_all("all => all.map((each) => each.className)") == [
        "tb-journey__behind",
        "",
        "",
    ]
    expect(stages.first).to_contain_text("Proposals (behind you)")
    check = page.locator(".tb-short__facts svg path").get_attribute("d")
    assert stages.first.locator("svg path").get_attribute("d") == check


def test_where_a_thread_came_from_is_said_in_plain_words(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    source = page.locator(".tb-source")
    expect(source).to_have_text(
        "First asked in another forum, copied 1 November 2026 (CC BY-SA 4.0)"
    )
    link = source.get_by_role("link", name="another forum")
    assert (link.get_attribute("href") or "").startswith("https://community.example.org/")
    page.goto(f"{address}topics/interviews/")
    expect(page.get_by_role("link", name="Subscribe with a feed reader")).to_be_visible()


MOVED = """window.moved = 0; new PerformanceObserver((list) => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.moved += each.value;
}).observe({ type: 'layout-shift', buffered: true });"""


@pytest.mark.parametrize("width", [360, 1280])
def test_home_goes_on_where_a_reader_stopped_and_nothing_moves_or_is_cut(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    page.add_init_script(MOVED)
    page.goto(address + THREAD)
    settle(page)
    wait_until(page, "Object.values(localStorage).join().includes('seen:proposal-accepted')")
    card = page.locator(".tb-hero__continue")
    for way, url in (("Continue", THREAD), ("Next step in Interviews without fear", None)):
        page.goto(address)
        expect(card.locator(".tb-hero__why")).to_have_text(way)
        wide, inner = card.evaluate("it => [it.scrollWidth, it.clientWidth]")
        assert wide <= inner
        assert (
            card.locator(".tb-hero__title").evaluate("it => getComputedStyle(it).textOverflow")
            == "clip"
        )
        page.wait_for_timeout(200)
        assert page.evaluate("window.moved") < 0.005
        if url:
            assert card.get_attribute("href") == address + url
            page.goto(f"{address}paths/interviews-done-well/")
            settle(page)
            page.locator(".tb-step .tb-toggle").first.click()
            page.locator(".tb-step__title a").first.click()
            page.wait_for_url(f"**/{THREAD}")
    assert THREAD not in (card.get_attribute("href") or "")
    card.click()
    page.wait_for_url(re.compile(r"/(threads|paths)/(?!proposal-accepted)"))


def test_bookmarks_can_be_removed_in_the_library_and_the_focus_stays_there(
    page: Page, address: str
) -> None:
    for url in (THREAD, "threads/proposal-words/"):
        page.goto(address + url)
        settle(page)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".tb-save")).to_have_attribute("aria-pressed", "true")
    page.goto(f"{address}library/")
    kept = page.locator("#tb-kept li")
    expect(kept).to_have_count(2)
    page.get_by_role("button", name=re.compile("Remove ?: What do the words")).click()
    expect(kept).to_have_count(1)
    expect(kept).to_contain_text("My proposal was accepted")
    expect(kept.get_by_role("button")).to_be_focused()
    expect(page.locator(".tb-announced")).to_have_text("Removed from your library.")
    page.keyboard.press("Enter")
    expect(page.locator("#tb-kept")).to_contain_text("You have no bookmarks yet")
    expect(page.locator("#tb_kept")).to_be_focused()


def test_letters_lead_to_the_first_word_of_each(page: Page, address: str) -> None:
    page.goto(f"{address}glossary/")
    letters = page.locator(".tb-letters a")
    said = letters.all_inner_texts()
    words = page.locator(".tb-words dfn").all_inner_texts()
    assert said == list(dict.fromkeys(word[0].upper() for word in words))
    assert len(said) > 8
    letters.nth(4).click()
    expect(page.locator(".tb-word:target dfn")).to_have_text(
        next(word for word in words if word[0].upper() == said[4])
    )


def test_the_motif_is_on_home_on_a_phone_and_pushes_nothing_down(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(address)
    settle(page)
    motif, title = page.locator(".tb-hero .tb-motif"), page.locator("h1")
    expect(motif).to_be_visible()
    one, other = motif.bounding_box(), title.bounding_box()
    assert one
    assert other
    assert one["y"] + one["height"] <= other["y"]
    before = page.locator(".tb-hero .tb-ask__field").bounding_box()
    motif.evaluate("it => it.remove()")
    assert page.locator(".tb-hero .tb-ask__field").bounding_box() == before
