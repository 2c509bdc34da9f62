"""What readers do, kept in their browser: paths, checks, marks, the library, and storage that fails."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browsing import settle, wait_until
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
SITE = "https://example.org/help/"
KEY = f"threadbook:{SITE}"
PATH = "first-proposal-to-contract"
FIRST, SECOND = "proposal-words", "is-this-job-worth-answering"


def state(page: Page) -> dict[str, Any]:
    """Return the entries that a page's storage holds."""
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    return dict(json.loads(text)["entries"]) if text else {}


def put(page: Page, text: str) -> None:
    """Put a text into the storage before anything of the site runs, once for this page."""
    script = f"localStorage.getItem('put') || (localStorage.setItem({json.dumps(KEY)}, {json.dumps(text)}), localStorage.setItem('put', '1'))"
    page.add_init_script(script)


def entries(**found: Any) -> str:
    return json.dumps(
        {
            "threadbook": 1,
            "site": SITE,
            "entries": {key.replace("__", ":"): value for key, value in found.items()},
        }
    )


def open_path(page: Page, address: str) -> None:
    page.goto(f"{address}paths/{PATH}/")
    expect(page.locator(".tb-progress")).to_contain_text("steps done")
    expect(page.locator(".tb-step .tb-toggle").first).to_be_visible()  # a script is at work


# A path


def test_a_path_is_followed_over_a_reload_and_goes_on_where_it_stopped(
    page: Page, address: str
) -> None:
    open_path(page, address)
    expect(page.locator(".tb-progress")).to_contain_text("0 of 8 steps done")
    page.locator(".tb-progress").get_by_role("link", name=re.compile("^Start")).click()
    page.wait_for_url(f"**/threads/{FIRST}/")
    expect(page.locator(".tb-membership").first).to_contain_text("Step 1 of 9")
    page.get_by_role("link", name="Mark as done and continue").click()
    page.wait_for_url(f"**/threads/{SECOND}/")
    page.go_back()
    expect(page.get_by_role("link", name="Continue", exact=True)).to_be_visible()
    page.go_forward()
    page.reload()
    open_path(page, address)
    expect(page.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    going_on = page.locator(".tb-progress").get_by_role("link", name=re.compile("^Continue"))
    expect(going_on).to_have_attribute("href", re.compile(f"/threads/{SECOND}/$"))
    page.locator(".tb-progress").get_by_role("button", name="Start again").click()
    expect(page.locator(".tb-progress")).to_contain_text("0 of 8 steps done")


def test_the_path_that_is_walked_is_shown_and_the_others_are_folded(
    page: Page, address: str
) -> None:
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    all_paths = page.locator(".tb-membership")
    count = all_paths.count()
    assert count >= 2
    last = all_paths.last.get_attribute("data-tb-path")
    put(page, entries(path=[1, last]))
    page.reload()
    page.goto(f"{address}threads/proposal-accepted-what-next/")
    expect(page.locator(".tb-fold")).to_be_visible()
    assert page.locator(".tb-membership").first.get_attribute("data-tb-path") == last
    expect(page.locator(".tb-fold .tb-membership").first).to_be_hidden()


def test_without_scripts_every_path_is_shown_with_its_ways(
    open_page: OpenPage, address: str
) -> None:
    plain = open_page(java_script_enabled=False)
    plain.goto(f"{address}threads/proposal-accepted-what-next/")
    for membership in plain.locator(".tb-membership").all():
        expect(membership).to_be_visible()
        expect(membership.locator(".tb-way").first).to_be_visible()
        expect(membership.locator("[data-tb-finish]")).to_be_hidden()
    plain.goto(f"{address}library/")
    expect(plain.get_by_text("Your library needs JavaScript")).to_be_visible()


def test_keys_lead_along_the_path_and_are_not_stolen_while_typing(page: Page, address: str) -> None:
    page.goto(f"{address}threads/{FIRST}/")
    page.locator(".tb-membership").first.wait_for()
    expect(page.locator("[aria-pressed]").first).to_be_attached()
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("m")
    expect(page.locator(".tb-options [aria-pressed=true]")).to_be_attached()
    expect(page.locator("#tb-announced")).to_have_text("Marked as done.")
    page.keyboard.press("m")
    expect(page.locator(".tb-options [aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("b")
    assert f"kept:{FIRST}" in state(page)
    page.keyboard.press("n")
    expect(page.locator(".tb-membership").first).to_contain_text("Step 2 of 9")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("p")
    expect(page.locator(".tb-membership").first).to_contain_text("Step 1 of 9")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nm?b")
    expect(page.get_by_role("combobox")).to_have_value("nm?b")
    assert page.url.endswith(f"/threads/{FIRST}/")


def test_a_site_without_a_library_has_no_key_for_bookmarks(
    knowledge: Callable[..., Path], run: Callable[..., Any], served: Callable[..., Any], page: Page
) -> None:
    base = knowledge({})
    config = (base / "mkdocs.yml").read_text("utf-8")
    sections = "plugins:\n  - threadbook:\n      sections: {library: false}"
    (base / "mkdocs.yml").write_text(config.replace("plugins: [threadbook]", sections))
    assert run("threadbook", "build", cwd=base).returncode == 0
    with served(base / "site") as address:
        page.goto(f"{address}threads/first/")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
        page.keyboard.press("b")
        page.keyboard.press("m")
        wait_until(page, "Object.values(localStorage).join().includes('done:first')")
        assert "kept:" not in page.evaluate("Object.values(localStorage).join()")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keyboard shortcuts").locator("kbd")
        expect(keys).to_have_text(["n", "p", "m", "/", "?"])


def test_shortcuts_of_a_single_key_can_be_switched_off(page: Page, address: str) -> None:
    """As WCAG 2.1.4 asks; the theme's own keys are off as well, and all come back."""
    read = "document.querySelector('.tb-thread').dataset.tbRead"
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, read)
    page.keyboard.press("?")
    page.get_by_role("checkbox", name="Use these keys").uncheck()
    page.keyboard.press("Escape")
    for url in (
        f"threads/{SECOND}/",
        "latest/page-2/",
    ):  # the theme's p and n follow rel=prev, next
        page.goto(address + url)
        page.wait_for_load_state("networkidle")
        for key in "nmbp/?,.fs":
            page.keyboard.press(key)
        page.wait_for_timeout(300)
        assert page.url == address + url
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert not [name for name in state(page) if name.startswith(("done:", "kept:"))]
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("nm/?")
    expect(page.get_by_role("combobox")).to_have_value("nm/?")
    page.goto(f"{address}library/")
    page.get_by_role("button", name="Show or switch off").click()
    page.get_by_role("checkbox", name="Use these keys").check()
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, read)
    page.get_by_text("Page options").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("checkbox", name="Use these keys")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("n")
    page.wait_for_url(f"**/threads/{SECOND}/")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_what_was_done_is_said_for_a_moment_and_covers_no_bar(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    put(page, entries(path=[1, PATH]))
    page.clock.install()
    page.goto(f"{address}threads/{FIRST}/")
    page.clock.run_for(4000)
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("b")
    page.clock.run_for(100)
    said = page.get_by_role("status").filter(has_text="Saved to your library.")
    expect(said).to_be_in_viewport(ratio=1)
    box, bar = said.bounding_box(), page.locator(".tb-stepbar").bounding_box()
    assert box
    assert box["width"] > 100
    assert bar is None or box["y"] + box["height"] <= bar["y"]
    assert (bar is None) == (width > 960)
    page.clock.run_for(5000)
    gone = said.bounding_box()
    assert gone
    assert gone["width"] <= 1  # screen readers can still read it


def test_a_check_that_the_library_leads_to_is_a_step_as_well(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 360, "height": 740})
    page.goto(f"{address}paths/{PATH}/#{CHECK}")
    expect(page.locator(".tb-stepbar")).to_be_visible()
    assert page.url.endswith("#step-6")
    onward = page.locator(f".tb-step:has([id='{CHECK}']) .tb-way[rel=next]")
    href = str(onward.evaluate("link => link.href"))
    assert page.locator(".tb-stepbar a").evaluate("link => link.href") == href
    page.keyboard.press("n")
    page.wait_for_url(href)


def walk_all(page: Page, rel: str) -> list[str]:
    """Follow a way as long as there is one; return where it leads, from a thread or a check."""
    found = [urlsplit(page.url)]
    while True:
        here = ".tb-step:target" if found[-1].fragment else ".tb-membership"
        way = page.locator(f"{here} .tb-way[rel={rel}]").first
        if not way.count():
            return [each.fragment or each.path.split("/")[-2] for each in found]
        page.goto(str(way.evaluate("link => link.href")))
        found.append(urlsplit(page.url))


@pytest.mark.parametrize("script", [True, False], ids=["with scripts", "without"])
def test_next_and_previous_take_every_step_checks_too(
    open_page: OpenPage, address: str, script: bool
) -> None:
    page = open_page(java_script_enabled=script)
    page.goto(f"{address}threads/{FIRST}/")
    steps = walk_all(page, "next")
    assert len(steps) == 9
    assert [step for step in steps if step.startswith("step-")] == ["step-6", "step-9"]
    assert walk_all(page, "prev") == steps[::-1]


def test_keys_lead_past_a_check_as_well(page: Page, address: str) -> None:
    page.goto(f"{address}paths/{PATH}/#step-6")
    wait_until(page, "document.querySelector('.tb-check')")
    page.keyboard.press("p")
    page.wait_for_url("**/threads/proposal-accepted-what-next/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("n")
    page.wait_for_url("**/#step-6")


@pytest.mark.parametrize("width", [320, 768])
def test_a_bar_leads_on_along_the_path_that_is_followed_and_covers_nothing(
    open_page: OpenPage, address: str, width: int
) -> None:
    page = open_page(viewport={"width": width, "height": 640}, reduced_motion="reduce")
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    expect(page.locator(".tb-stepbar")).to_have_count(0)  # who came from elsewhere follows no path
    assert fixed(page) == []
    page.goto(f"{address}paths/{PATH}/")
    page.locator(".tb-progress").get_by_role("link", name=re.compile("^Start")).click()
    bar = page.get_by_role("navigation", name="Learning path", exact=True)
    expect(bar).to_have_text(re.compile("Step 1 of 9.*Done, next"))
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    foot, top = (
        page.locator(name).evaluate("node => node.getBoundingClientRect()")
        for name in (".md-footer", ".tb-stepbar")
    )
    assert foot["bottom"] <= top["top"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("scrollTo(0, 0)")
    for _ in range(40):
        page.keyboard.press("Tab")
        covered = page.evaluate(
            "const at = document.activeElement, box = at.getBoundingClientRect();"
            "!at.closest('.tb-stepbar') && at.closest('.md-content') && box.top > document.querySelector('.tb-stepbar').getBoundingClientRect().top"
        )
        assert not covered
    bar.get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/threads/{SECOND}/")
    expect(bar).to_contain_text("Step 2 of 9")
    assert f"done:{FIRST}" in state(page)
    page.goto(f"{address}paths/{PATH}/#step-6")
    expect(bar).to_have_text(re.compile("Step 6 of 9.*Next"))


def test_a_wide_screen_has_no_bar(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{address}paths/{PATH}/#step-6")
    expect(page.locator(".tb-stepbar")).to_be_attached()
    expect(page.locator(".tb-stepbar")).to_be_hidden()


def fixed(page: Page) -> list[str]:
    """Return the classes of what stays in its place at the bottom while the page is scrolled."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".tb, .tb *, header, header *")]
          .filter((node) => getComputedStyle(node).position === "fixed" && node.getBoundingClientRect().bottom >= innerHeight)
          .map((node) => node.className)"""
    )
    return found


@pytest.mark.parametrize("url", ["", f"paths/{PATH}/", "paths/", "library/", "topics/interviews/"])
def test_on_a_phone_nothing_covers_a_page_that_is_no_step(
    page: Page, address: str, url: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{address}{url}")
    settle(page)
    assert fixed(page) == []


def test_the_end_of_a_path_offers_the_next(page: Page, address: str) -> None:
    open_path(page, address)
    keys = page.locator(".tb-path").get_attribute("data-tb-needed") or ""
    done = {
        f"check__{key}" if key.startswith("check.") else f"done__{key}": [
            1,
            {"chosen": [1], "right": True},
        ]
        if key.startswith("check.")
        else [1, {"title": "x"}]
        for key in keys.split()
    }
    put(page, entries(**done))
    page.reload()
    expect(page.locator(".tb-progress")).to_contain_text("You've finished this path.")
    onward = page.locator(".tb-progress").get_by_role("link", name=re.compile("^Next path: "))
    onward.click()
    page.wait_for_url("**/paths/interviews-done-well/")  # the next one of the site's own order


# The road of paths


def test_the_road_holds_every_path_in_order_and_knows_what_was_done(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    page.goto(f"{address}paths/")
    cards = page.locator(".tb-road li.tb-card")
    assert cards.count() == 6
    legs = page.locator(".tb-road__leg")
    assert cards.first.get_attribute("data-tb-path") == PATH
    expect(legs.last).to_contain_text("Any time")
    order = cards.evaluate_all("all => all.map((card) => card.dataset.tbPath)")
    assert order[:3] == [
        PATH,
        "interviews-done-well",
        "paid-and-closed-well",
    ]  # as they are featured
    drawer = page.locator(".md-nav--primary a[href*='paths/']").evaluate_all(
        "all => all.map((a) => a.href)"
    )
    walked = [url.split("/")[-2] for url in drawer if "/paths/" in url]
    assert [id_ for id_ in walked if id_ in order][:3] == order[:3]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    needed = (cards.last.get_attribute("data-tb-needed") or "").split()
    done = {
        f"check__{key}" if key.startswith("check.") else f"done__{key}": [
            1,
            {"chosen": [1], "right": True} if key.startswith("check.") else {"title": "x"},
        ]
        for key in needed
    }
    put(page, entries(**done))
    page.reload()
    expect(cards.last).to_contain_text("Finished")
    marks = legs.evaluate_all("all => all.map((leg) => getComputedStyle(leg, '::before').content)")
    assert [mark.strip('"') for mark in marks][-1] == "✓"
    assert "✓" not in marks[0]


def test_steps_are_counted_alike_everywhere(page: Page, address: str) -> None:
    for place in ("paths/", f"paths/{PATH}/", f"paths/{PATH}/print/", "library/"):
        page.goto(f"{address}{place}")
        within = f"[data-tb-path={PATH}]" if place in {"paths/", "library/"} else ".tb"
        expect(page.locator(within).first).to_contain_text(
            re.compile(r"8 steps\s*plus 1 optional\s*about 47 minutes")
        )


def test_what_was_just_done_is_in_the_library_and_counted_at_home(page: Page, address: str) -> None:
    open_path(page, address)
    page.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    page.goto(f"{address}library/")
    expect(page.locator("#tb-seen li")).to_have_count(1)
    page.goto(address)
    expect(page.locator(".tb-stage__read").first).to_have_text("1 read")


# Checks


def test_a_check_explains_and_a_wrong_answer_blocks_nothing(page: Page, address: str) -> None:
    open_path(page, address)
    check = page.locator(".tb-check").first
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("Choose an answer first")
    check.get_by_role("radio", name="I am hired").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(check.get_by_role("status")).to_contain_text("Not quite")
    expect(check.get_by_role("status")).to_contain_text("Nothing runs until")
    expect(check.get_by_role("status")).to_contain_text("Try again, or continue")
    expect(page.locator(".tb-progress")).to_contain_text("0 of 8 steps done")
    expect(page.locator(".tb-step--check").first).not_to_have_class(re.compile("--done"))
    page.keyboard.press("ArrowDown")
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("✓ Right")
    expect(page.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    cited = check.get_by_role("status").get_by_role("link")
    expect(cited).to_have_attribute("href", re.compile("proposal-accepted-what-next/$"))
    page.reload()
    expect(page.locator(".tb-check").first.get_by_role("status")).to_contain_text("✓ Right")


def stops(page: Page, most: int) -> list[str]:
    """Press Tab again and again; return what the focus comes to, in words."""
    found = []
    for _ in range(most):
        page.keyboard.press("Tab")
        found.append(
            page.evaluate(
                "const at = document.activeElement;"
                "(at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent ?? '').trim().replace(/\\s+/g, ' ')"
            )
        )
    return found


def test_a_path_is_walked_with_the_tab_key_in_the_order_it_is_read(
    page: Page, address: str
) -> None:
    open_path(page, address)
    page.locator("h1").evaluate("node => { node.tabIndex = -1; node.focus(); }")
    found = stops(page, 14)
    ways = [stop for stop in found if stop.startswith(("Start:", "Print version"))]
    assert ways == [
        "Start: What do the words proposal, interview, offer and contract mean?",
        "Print version",
    ]
    first = found.index("Print version") + 1
    assert found[first].startswith("What do the words")
    assert found[first + 1].startswith("Mark as done: What do the words")
    assert found[first + 2].startswith("How can I tell")
    page.locator(".tb-check input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".tb-check input").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator(".tb-check button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".tb-check").first.get_by_role("status")).to_contain_text("Right")
    expect(page.locator(".tb-check button").first).to_be_focused()
    assert stops(page, 2) == [
        "My proposal was accepted. What happens next?",
        "Previous My proposal was accepted. What happens next?",
    ]


def test_what_changes_is_announced_and_the_focus_stays(page: Page, address: str) -> None:
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    for key, words in (
        ("m", "Marked as done."),
        ("m", "No longer marked as done."),
        ("b", "Saved to your library."),
        ("b", "Removed from your library."),
    ):
        page.keyboard.press(key)
        expect(page.locator("#tb-announced")).to_have_text(words)
    expect(page.locator("#tb-announced")).to_have_attribute("role", "status")
    open_path(page, address)
    done = page.locator(".tb-step .tb-toggle").first
    done.focus()
    page.keyboard.press("Space")
    expect(done).to_be_focused()
    expect(done).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#tb-announced")).to_have_text("1 of 8 steps done")
    again = page.get_by_role("button", name="Start again")
    again.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#tb-announced")).to_have_text("Path restarted.")
    assert page.evaluate("document.querySelector('.tb-progress').contains(document.activeElement)")


def test_a_check_with_several_right_choices_wants_all_of_them(
    run: Callable[..., Any], knowledge: Callable[..., Path], open_page: OpenPage
) -> None:
    check = "{question: Which two?, choices: [{text: a, correct: true}, {text: b, correct: true}, {text: c}]}"
    base = knowledge({"paths/x.yml": f"title: X\nobjectives: [y]\nsteps: [{{check: {check}}}]\n"})
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    from threadbook.browser import served  # noqa: PLC0415 - one test needs it

    page = open_page()
    with served(base / "site") as address:
        page.goto(f"{address}paths/x/")
        form = page.locator(".tb-check")
        form.get_by_role("checkbox", name="a").check()
        form.get_by_role("button").click()
        expect(form.get_by_role("status")).to_contain_text("choose one more")
        form.get_by_role("checkbox", name="b").check()
        form.get_by_role("button").click()
        expect(form.get_by_role("status")).not_to_contain_text("choose one more")
        expect(page.locator(".tb-record")).to_contain_text("answered correctly")
        expect(page.locator(".tb-record")).to_contain_text("not a certificate")
        page.goto("about:blank")


# Recall

CHECK = "check.15398bf8b1"
DAY = 86_400_000
PASSED = 1_795_392_000_000


def passed(page: Page, address: str) -> None:
    """Pass the first check of the path at a day that the test chooses."""
    page.clock.set_fixed_time(PASSED / 1000)  # in seconds
    open_path(page, address)
    check = page.locator(".tb-check").first
    check.get_by_role("radio").nth(1).check()
    check.get_by_role("button").click()
    expect(check.get_by_role("status")).to_contain_text("Right")


def recalled(page: Page, address: str, at: int) -> Any:
    page.clock.set_fixed_time(at / 1000)
    page.goto(f"{address}library/")
    page.locator("#tb-recall p").first.wait_for()
    return page.locator("#tb-recall .tb-check")


def test_a_check_comes_back_after_1_3_7_and_21_days_and_then_no_more(
    page: Page, address: str
) -> None:
    passed(page, address)
    now = PASSED
    for days in (1, 3, 7, 21):
        assert recalled(page, address, now + days * DAY - 1000).count() == 0
        expect(page.locator("#tb-recall")).to_contain_text("Nothing to answer today")
        now += days * DAY
        form = recalled(page, address, now)
        expect(form).to_have_count(1)
        form.get_by_role("radio").nth(1).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(form.get_by_role("status")).to_contain_text("Right")
        expect(form).to_contain_text(
            "won't come up again" if days == 21 else "This comes up again on"
        )
    assert recalled(page, address, now + 1000 * DAY).count() == 0
    expect(page.locator("#tb-recall")).to_contain_text("after 1, 3, 7 and 21 days")


def test_what_was_forgotten_comes_back_tomorrow_and_stays_done(page: Page, address: str) -> None:
    passed(page, address)
    recalled(page, address, PASSED + DAY).get_by_role("radio").nth(1).check()
    page.locator("#tb-recall button").click()
    form = recalled(page, address, PASSED + 4 * DAY)
    form.get_by_role("radio").first.check()
    form.get_by_role("button").click()
    expect(form.get_by_role("status")).to_contain_text("Not quite")
    form.get_by_role("radio").nth(1).check()
    form.get_by_role("button").click()  # trying again teaches, but does not count
    expect(form.get_by_role("status")).to_contain_text("Right")
    assert recalled(page, address, PASSED + 5 * DAY).count() == 1
    open_path(page, address)
    expect(page.locator(".tb-progress")).to_contain_text("1 of 8 steps done")


def test_a_check_is_no_longer_asked_once_its_thread_changed(page: Page, address: str) -> None:
    value = {"chosen": [1], "right": True, "box": 0, "print": "another", "path": PATH}
    put(page, entries(**{f"check__{CHECK}": [PASSED, value]}))
    assert recalled(page, address, PASSED + 9 * DAY).count() == 0


def test_a_wrong_answer_is_not_asked_again(page: Page, address: str) -> None:
    put(page, entries(**{f"check__{CHECK}": [PASSED, {"chosen": [0], "right": False}]}))
    assert recalled(page, address, PASSED + 9 * DAY).count() == 0


def test_recall_moves_with_the_library_and_is_forgotten_with_it(
    open_page: OpenPage, address: str, tmp_path: Path
) -> None:
    one, other = open_page(), open_page(viewport={"width": 320, "height": 640})
    passed(one, address)
    one.goto(f"{address}library/")
    with one.expect_download() as waiting:
        one.locator("#tb-export").click()
    file = tmp_path / "library.json"
    waiting.value.save_as(file)
    recalled(other, address, PASSED + 2 * DAY)
    other.locator("#tb_import").set_input_files(file)
    expect(other.locator("#tb-library-state")).to_contain_text("added or updated")
    assert recalled(other, address, PASSED + 2 * DAY).count() == 1
    assert other.evaluate("document.documentElement.scrollWidth") <= 320
    other.locator("#tb-forget").click()
    other.get_by_role("dialog").locator("button").last.click()
    assert recalled(other, address, PASSED + 2 * DAY).count() == 0


def deleted(page: Page) -> Page:
    page.locator("#tb-forget").click()
    page.get_by_role("dialog").locator("button").last.click()
    return page


def test_what_was_deleted_or_brought_is_asked_no_more_or_at_once(
    page: Page, address: str, tmp_path: Path
) -> None:
    """`page` watches the console: nothing may be thrown there."""
    passed(page, address)
    other = page.context.new_page()
    other.clock.set_fixed_time((PASSED + 2 * DAY) / 1000)
    form = recalled(page, address, PASSED + 2 * DAY)
    expect(form).to_have_count(1)
    with page.expect_download() as waiting:
        page.locator("#tb-export").click()
    waiting.value.save_as(tmp_path / "library.json")
    other.goto(f"{address}library/")
    deleted(other)
    expect(form).to_have_count(0)
    assert state(page) == {}
    page.locator("#tb_import").set_input_files(tmp_path / "library.json")
    expect(form).to_have_count(1)
    deleted(page)
    expect(form).to_have_count(0)


def test_an_answer_to_what_is_gone_is_not_kept(page: Page, address: str) -> None:
    """As in a tab that was not told in time: the form is still there."""
    passed(page, address)
    form = recalled(page, address, PASSED + 2 * DAY)
    expect(form).to_have_count(1)
    text = page.evaluate("key => localStorage.getItem(key)", KEY)
    gone = json.loads(text)
    gone["entries"][f"check:{CHECK}"] = [PASSED + DAY, None]
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(gone)])
    # The storage event comes to other tabs only, so this one takes it in with its next entry.
    page.evaluate(
        """async () => {
          const form = document.querySelector(".tb-recall__check form");
          const { reader } = await import(new URL("../assets/threadbook/reader/progress.js", location.href).href);
          reader.set("path", "x");
          form.querySelectorAll("input")[1].checked = true;
          form.dispatchEvent(new Event("submit", { cancelable: true }));
        }"""
    )
    expect(form).to_have_count(0)
    assert state(page)[f"check:{CHECK}"] == [PASSED + DAY, None]


# Marks


def test_lists_show_what_was_read_done_kept_and_changed(page: Page, address: str) -> None:
    page.goto(f"{address}boards/finding-work/")
    items = page.locator("li.tb-item")
    ids = [items.nth(at).get_attribute("data-tb-thread") or "" for at in range(4)]
    prints = [items.nth(at).get_attribute("data-tb-print") for at in range(4)]
    put(
        page,
        entries(
            **{
                f"seen__{ids[0]}": [1, {"title": "x", "print": prints[0]}],
                f"done__{ids[1]}": [1, {"title": "x", "print": prints[1]}],
                f"kept__{ids[2]}": [1, {"title": "x"}],
                f"seen__{ids[3]}": [1, {"title": "x", "print": "another"}],
            }
        ),
    )
    page.reload()
    for at, words in enumerate(["Read", "Done", "Bookmarked", "Updated since you read it"]):
        expect(items.nth(at).locator(".tb-marks")).to_have_text(words)
    expect(items.nth(4).locator(".tb-marks")).to_have_count(0)
    page.goto(f"{address}threads/{ids[3]}/")
    expect(page.locator(".tb-changed")).to_contain_text("Updated since you read it")


def test_marking_two_hundred_threads_is_quick_enough_not_to_be_felt(
    page: Page, address: str
) -> None:
    page.goto(f"{address}boards/finding-work/")
    page.locator("li.tb-item").first.wait_for()
    took = page.evaluate(
        """async () => {
          const scripts = new URL("../../assets/threadbook/reader/", location.href);
          const { mark } = await import(new URL("reader.js", scripts));
          const { reader } = await import(new URL("progress.js", scripts));
          const list = document.createElement("ul");
          for (let at = 0; at < 200; at++) {
            list.insertAdjacentHTML("beforeend", `<li data-tb-thread="t${at}" data-tb-print="x"><p class="tb-item__facts"></p></li>`);
            reader.entries[`seen:t${at}`] = [1, { title: "x", print: at % 2 ? "x" : "y" }];
          }
          const start = performance.now();
          mark(list);
          return [performance.now() - start, list.querySelectorAll(".tb-mark").length];
        }"""
    )
    assert took[1] == 200
    print(f"200 marks in {took[0]:.1f} ms")


def test_the_life_cycle_says_how_much_of_each_stage_was_read(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".tb-stage")).to_have_count(3)
    expect(page.locator(".tb-stage__read")).to_have_count(0)
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("m")
    page.goto(address)
    expect(page.locator(".tb-stage__read")).to_have_text(["1 read"] * 3)
    page.goto(f"{address}threads/{SECOND}/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("m")
    page.goto(address)
    expect(page.locator(".tb-stage__read")).to_have_text(["2 read", "1 read", "1 read"])


# Two tabs, two browsers


def test_two_tabs_agree(open_page: OpenPage, address: str) -> None:
    one = open_page()
    other = one.context.new_page()
    one.goto(f"{address}threads/{FIRST}/")
    open_path(other, address)
    wait_until(one, "document.querySelector('.tb-thread').dataset.tbRead")
    one.keyboard.press("m")
    expect(other.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    other.locator(f"[data-tb-step={SECOND}]").get_by_role("button").click()
    one.keyboard.press("b")
    assert {f"done:{FIRST}", f"done:{SECOND}", f"kept:{FIRST}"} <= state(one).keys()


def test_a_library_moves_to_another_browser_as_a_file(
    open_page: OpenPage, address: str, tmp_path: Path
) -> None:
    one, other = open_page(), open_page()
    open_path(one, address)
    one.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    one.goto(f"{address}library/")
    with one.expect_download() as waiting:
        one.get_by_role("button", name="Save as a file").click()
    file = tmp_path / "library.json"
    waiting.value.save_as(file)
    other.goto(f"{address}library/")
    expect(other.locator("#tb-seen p")).to_be_visible()
    status = other.locator("#tb-library-state")
    for words in ("1 entry added or updated", "Nothing in this file is newer"):
        other.locator("#tb_import").set_input_files(file)
        expect(status).to_contain_text(words)
    open_path(other, address)
    expect(other.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    assert state(one) == state(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "isn't a library file"),
        ("[1]", "isn't a library file"),
        ('{"threadbook": 1, "entries": null}', "isn't a library file"),
        ('{"threadbook": 2, "site": "x", "entries": {}}', "newer version"),
        (
            '{"threadbook": 1, "site": "https://other.example/", "entries": {}}',
            "another site (https://other.example/)",
        ),
    ],
)
def test_a_file_that_is_no_library_of_this_site_changes_nothing(
    page: Page, address: str, tmp_path: Path, text: str, words: str
) -> None:
    put(page, entries(kept__x=[1, {"title": "X"}]))
    page.goto(f"{address}library/")
    expect(page.locator("#tb-kept")).to_contain_text("X")
    file = tmp_path / "file.json"
    file.write_text(text, "utf-8")
    page.locator("#tb_import").set_input_files(file)
    expect(page.locator("#tb-library-state")).to_contain_text(words)
    assert state(page) == {"kept:x": [1, {"title": "X"}]}


def test_a_hostile_file_runs_nothing(page: Page, address: str, tmp_path: Path) -> None:
    evil = "<img src=x onerror=window.pwned=1>"
    file = tmp_path / "file.json"
    file.write_text(
        json.dumps(
            {
                "threadbook": 1,
                "site": SITE,
                "entries": {"seen:x": [1, {"title": evil}]},
            }
        )
    )
    page.goto(f"{address}library/")
    expect(page.locator("#tb-seen p")).to_be_visible()
    page.locator("#tb_import").set_input_files(file)
    expect(page.locator("#tb-seen")).to_contain_text(evil)
    assert page.evaluate("window.pwned") is None
    assert list(state(page)) == ["seen:x"]


def test_everything_is_forgotten_when_that_is_confirmed(page: Page, address: str) -> None:
    put(page, entries(kept__x=[1, {"title": "X"}]))
    page.goto(f"{address}library/")
    page.get_by_role("button", name="Delete my data").click()
    page.keyboard.press("Escape")
    assert state(page)
    expect(page.get_by_role("button", name="Delete my data")).to_be_focused()
    page.get_by_role("button", name="Delete my data").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete my data").click()
    expect(page.locator("#tb-library-state")).to_have_text("Your data was deleted.")
    assert not state(page)


# Storage that fails

REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
FULL = "Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize(
    ("script", "words"),
    [(REFUSED, "doesn't let the site save anything"), (FULL, "storage is full")],
    ids=["refused", "full"],
)
def test_without_storage_the_site_goes_on_and_says_so_once(
    browser: Any, address: str, script: str, words: str
) -> None:
    page = browser.new_page()  # the theme's own script complains, too, which is not watched here
    page.add_init_script(script)
    open_path(page, address)
    page.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    page.locator(f"[data-tb-step={SECOND}]").get_by_role("button").click()
    expect(page.locator(".tb-progress")).to_contain_text("2 of 8 steps done")
    expect(page.locator(".tb-said")).to_have_count(1)
    expect(page.locator(".tb-said")).to_contain_text(words)
    page.get_by_role("button", name="Close").click()
    expect(page.locator(".tb-said")).to_have_count(0)
    page.close()


def test_damaged_data_is_set_aside_and_not_destroyed(page: Page, address: str) -> None:
    put(page, "{damaged")
    open_path(page, address)
    expect(page.locator(".tb-said")).to_contain_text("set aside")
    page.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    assert f"done:{FIRST}" in state(page)
    assert page.evaluate("key => localStorage.getItem(key)", f"{KEY}:damaged") == "{damaged"


def test_data_of_a_newer_version_is_left_alone(page: Page, address: str) -> None:
    newer = '{"threadbook": 2, "site": "x", "entries": {}}'
    put(page, newer)
    open_path(page, address)
    expect(page.locator(".tb-said")).to_contain_text("newer version")
    page.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    expect(page.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    assert page.evaluate("key => localStorage.getItem(key)", KEY) == newer


def test_a_small_screen_and_paper_show_a_path_whole(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640})
    for url in (f"paths/{PATH}/", "library/"):
        page.goto(f"{address}{url}")
        wait_until(page, "document.querySelector('[data-tb-read]')")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    open_path(page, address)
    page.emulate_media(media="print")
    expect(page.locator(".tb-progress")).to_be_hidden()
    expect(page.locator(".tb-step").last).to_be_visible()


# Merging, on the code that ships

NAMES = st.sampled_from(["seen:a", "seen:b", "done:a", "path", "check:check.1"])
ENTRY = st.tuples(st.integers(0, 3), st.none() | st.integers(0, 3) | st.text("ab", max_size=2))
STATES = st.dictionaries(NAMES, ENTRY.map(list), max_size=5)
MERGE = """async ([url, states]) => {
  const { merge } = await import(url);
  const ordered = state => JSON.stringify(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)));
  const laws = (one, two, three) => ({
    commutative: ordered(merge(one, two)) === ordered(merge(two, one)),
    idempotent: ordered(merge(one, one)) === ordered(one),
    associative: ordered(merge(merge(one, two), three)) === ordered(merge(one, merge(two, three))),
    complete: [one, two].every(state => Object.keys(state).every(name => Object.hasOwn(merge(one, two), name))),
  });
  const broken = [];
  for (const one of states) for (const two of states) for (const three of states) {
    const found = laws(one, two, three);
    if (!Object.values(found).every(Boolean)) broken.push([one, two, three, found]);
  }
  return broken;
}"""


def test_merging_is_commutative_idempotent_and_associative(page: Page, address: str) -> None:
    """Any three of a few states: so the browser is asked once for more than a hundred triples."""
    page.goto(f"{address}404.html")
    url = f"{address}assets/threadbook/reader/state.js"

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(STATES, min_size=3, max_size=6))
    def holds(states: list[Any]) -> None:
        assert page.evaluate(MERGE, [url, states]) == []

    holds()


def test_an_entry_is_newer_than_the_one_it_replaces_even_if_a_clock_goes_back(
    page: Page, address: str
) -> None:
    future = int(time.time() * 1000) + 10_000_000
    put(page, entries(**{f"done__{FIRST}": [future, {"title": "x", "print": "y"}]}))
    open_path(page, address)
    page.locator(f"[data-tb-step={FIRST}]").get_by_role("button").click()
    assert state(page)[f"done:{FIRST}"] == [future + 1, None]


# A path on one page, and the map


def test_a_path_on_one_page_holds_its_threads_and_leads_within_it(page: Page, address: str) -> None:
    page.goto(f"{address}paths/{PATH}/print/")
    expect(page.locator(".tb-chapter")).to_have_count(10)
    expect(page.get_by_role("heading", name="1. What do the words")).to_be_visible()
    ids = page.locator("[id]").evaluate_all("nodes => nodes.map(node => node.id)")
    assert len(ids) == len(set(ids))
    targets = page.locator(
        ".tb-body a[href*='print/#step-'], .tb-body a[href^='#step-']"
    ).evaluate_all("nodes => nodes.map(node => node.hash.slice(1))")
    assert targets
    assert set(targets) <= set(ids)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def pages_of(page: Page, address: str) -> int:
    page.goto(address)
    settle(page)
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))


def test_a_thread_is_printed_on_as_few_pages_as_its_text_needs(page: Page, address: str) -> None:
    assert pages_of(page, f"{address}threads/proposal-accepted-what-next/") <= 3
    page.emulate_media(media="print")
    sizes = [
        page.locator(name).first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
        for name in (".tb-post > .tb-body p", ".tb-comments .tb-body p")
    ]
    assert sizes[0] >= sizes[1]
    expect(page.locator(".tb-membership").first).to_be_hidden()


def test_a_path_is_printed_as_a_booklet(page: Page, address: str) -> None:
    assert pages_of(page, f"{address}paths/{PATH}/print/") <= 12
    page.emulate_media(media="print")
    breaks = page.locator(".tb-chapter").evaluate_all(
        "nodes => nodes.map((node) => getComputedStyle(node).breakBefore)"
    )
    assert set(breaks) == {"auto"}
    head = page.locator(".tb-whole__head")
    assert head.evaluate("node => getComputedStyle(node).breakAfter") == "page"
    numbers = "[...document.styleSheets].some((sheet) => [...sheet.cssRules].some((rule) => rule.cssText.includes('counter(pages)')))"
    assert page.evaluate(numbers)


def test_a_printed_path_has_no_glued_facts_no_split_warning_and_no_buttons(
    page: Page, address: str
) -> None:
    page.goto(f"{address}paths/first-proposal-to-contract/print/")
    settle(page)
    page.emulate_media(media="print")
    facts = page.locator(".tb-whole__head .tb-facts > span")
    boxes = [facts.nth(at).bounding_box() for at in range(facts.count())]
    assert len(boxes) == 4
    for one, other in itertools.pairwise(boxes):
        assert one
        assert other
        assert other["x"] - one["x"] - one["width"] > 5 or other["y"] > one["y"]
    alert = page.locator(".tb-body .tb-alert").first
    assert alert.evaluate("it => getComputedStyle(it).breakInside") == "avoid"
    assert page.locator(".tb-body pre").count()
    expect(page.locator(".md-code__nav").locator("visible=true")).to_have_count(0)


def test_paths_are_printed_to_pdf_without_running_or_loading_anything(
    run_process: Callable[..., Any], knowledge: Callable[..., Path]
) -> None:
    image = "![x](http://192.0.2.1/x.png)"
    base = knowledge(
        {
            "paths/x.yml": "title: X\nobjectives: [y]\nsteps: [{thread: first}]\n",
            "threads/new/first.yml": f"title: What first?\ntopics: [proposals]\nanswer: 'See {image}'\n",
        }
    )
    done = run_process("threadbook", "build", "--pdf", cwd=base)
    assert done.returncode == 0, done.stderr
    pdf = (base / "site" / "paths" / "x" / "x.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in pdf, "tagged for screen readers"
    assert 'href="x.pdf"' in (base / "site" / "paths" / "x" / "index.html").read_text("utf-8")
