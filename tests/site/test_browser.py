"""What readers do, in a real Chromium; `page` asserts that nothing went wrong on the way."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from browsing import settle, wait_until
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

pytestmark = pytest.mark.browser

THREAD = "threads/proposal-accepted-what-next/"
PATH = "first-proposal-to-contract"
KINDS = [
    "",
    "boards/",
    "boards/new-freelancers/",
    "topics/",
    "topics/interviews/",
    "topics/safety/",
    "paths/",
    f"paths/{PATH}/",
    "latest/",
    "latest/page-2/",
    "unanswered/",
    "health/",
    "glossary/",
    THREAD,
    "threads/two-clients-said-yes/",
    "threads/weekly-time-sheet-by-mail/",
    "about/",
    "contribute/",
    "404.html",
]
OpenPage = Callable[..., Page]


def heading(page: Page) -> str:
    return page.locator("h1").inner_text().replace("¶", "").strip()


def membership(page: Page, path: str) -> Locator:
    """Find the block on a thread's page that says where it stands in a path."""
    return page.locator(".tb-membership", has=page.locator(f'h2 a[href$="paths/{path}/"]'))


def focused(page: Page) -> str:
    """Return the text of what has the focus."""
    words = page.evaluate("document.activeElement.innerText ?? ''")
    return " ".join(str(words).split())


def tab_to(page: Page, words: str) -> None:
    """Press Tab until something with these words has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if focused(page) == words:
            return
    raise AssertionError(f"Tab never reaches {words!r}")


def threads_of(repository: Path, path: str) -> list[str]:
    content = yaml.safe_load((repository / f"content/paths/{path}.yml").read_text("utf-8"))
    return [step["thread"] for step in content["steps"] if "thread" in step]


# Reading


def test_home_leads_to_a_thread_and_its_answer(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("link", name="My proposal was accepted. What happens next?").first.click()
    page.wait_for_url(f"**/{THREAD}")
    expect(page.locator("h1")).to_have_text("My proposal was accepted. What happens next?")
    expect(page.get_by_text("Accepted answer")).to_be_visible()
    expect(page).to_have_title(re.compile("^My proposal was accepted"))


def way(page: Page, rel: str) -> Locator:
    """Find the way along the path, from a thread or from a check that was opened as a step."""
    here = f'.tb-membership:has(h2 a[href$="paths/{PATH}/"]), .tb-step:target'
    return page.locator(f":is({here}) a[rel={rel}]")


def test_a_path_is_walked_by_its_next_links_to_the_end_and_home_again(
    page: Page, address: str
) -> None:
    page.goto(f"{address}paths/{PATH}/")
    steps = page.locator(".tb-step").count()
    page.locator(".tb-step__title a").first.click()
    walked = []
    for _ in range(steps - 1):
        walked.append(page.url)
        leads = str(way(page, "next").evaluate("link => link.href"))
        way(page, "next").click()
        page.wait_for_url(leads)
    assert len({*walked, page.url}) == steps
    assert way(page, "next").count() == 0
    page.locator(".tb-breadcrumb").get_by_role("link", name="Home").click()
    page.wait_for_url(address)
    assert heading(page) == "Freelance Help"


def test_the_previous_links_lead_back(page: Page, address: str, repository: Path) -> None:
    threads = threads_of(repository, PATH)
    page.goto(f"{address}threads/{threads[-1]}/")
    back = []
    while way(page, "prev").count():
        leads = str(way(page, "prev").evaluate("link => link.href"))
        way(page, "prev").click()
        page.wait_for_url(leads)
        back.append(page.url)
    assert [each.split("/")[-2] for each in back if "#" not in each] == threads[-2::-1]
    assert [each for each in back if "#step-" in each]


def test_the_breadcrumb_leads_from_a_thread_over_its_topic_to_home(
    page: Page, address: str
) -> None:
    page.goto(address + THREAD)
    for name, url in (
        ("Proposals", "topics/proposals/"),
        ("Topics", "topics/"),
        ("Home", ""),
    ):
        page.locator(".tb-breadcrumb").get_by_role("link", name=name, exact=True).click()
        page.wait_for_url(address + url)
    expect(page.locator(".tb-breadcrumb")).to_have_count(0)


def test_a_list_is_paged_through_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}latest/")
    page.get_by_role("link", name="Older").click()
    page.wait_for_url("**/latest/page-2/")
    expect(page).to_have_title(re.compile("^Questions, page 2 - "))
    page.get_by_role("link", name="Newer").click()
    page.wait_for_url("**/latest/")
    expect(page.locator("h1")).to_have_text("Questions")


def test_a_permalink_shows_and_highlights_its_answer(page: Page, address: str) -> None:
    page.goto(f"{address}{THREAD}#a2")
    answer = page.locator("#a2")
    expect(answer).to_be_in_viewport()
    expect(answer).to_have_css("outline-style", "solid")
    expect(page.locator("#a3")).to_have_css("outline-style", "none")
    settle(page)  # the theme and our script have both taken over
    page.locator("#a3 .tb-permalink").click()
    expect(page).to_have_url(f"{address}{THREAD}#a3")
    expect(page.locator("#a3")).to_have_css("outline-style", "solid")
    expect(answer).to_have_css("outline-style", "none")


def test_the_header_does_not_hide_the_answer_of_a_permalink(page: Page, address: str) -> None:
    page.goto(f"{address}{THREAD}#a2")
    expect(page.locator("#a2")).to_be_in_viewport()
    header = page.locator(".md-header").bounding_box()
    answer = page.locator("#a2").bounding_box()
    assert header
    assert answer
    assert answer["y"] >= header["y"] + header["height"]


def test_the_answer_of_a_check_is_shown_by_keyboard_without_scripts(
    open_page: OpenPage, address: str
) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}paths/{PATH}/")
    answer = page.get_by_text("Nothing runs until you have accepted a contract.")
    expect(answer).to_be_hidden()
    tab_to(page, "Show the answer")
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()


# Page options


def test_page_options_are_used_by_keyboard(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    options, print_ = page.locator(".tb-options"), page.get_by_role("button", name="Print")
    tab_to(page, "Page options")
    expect(print_).to_be_hidden()
    page.keyboard.press("Enter")
    expect(options).to_have_attribute("open", "")
    expect(print_).to_be_visible()
    for button in ("Mark as done", "Bookmark", "Print", "Copy link"):
        page.keyboard.press("Tab")
        assert focused(page) == button
    page.keyboard.press("Escape")
    expect(print_).to_be_hidden()
    assert focused(page) == "Page options"


def test_page_options_close_when_something_else_is_clicked(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    page.get_by_text("Page options").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.locator("h1").click()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()


def test_print_prints_the_page_once(page: Page, address: str) -> None:
    page.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page.goto(address + THREAD)
    page.get_by_text("Page options").click()
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed") == 1


def test_copy_link_copies_the_address_and_says_so(open_page: OpenPage, address: str) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{address}{THREAD}#a2")
    page.get_by_text("Page options").click()
    page.get_by_role("button", name="Copy link").click()
    said = page.get_by_role("status").filter(has_text="Copied")
    expect(said).to_be_in_viewport()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}{THREAD}#a2"
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()


def test_copy_link_tells_when_the_browser_forbids_it(page: Page, address: str) -> None:
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'));")
    page.goto(address + THREAD)
    page.get_by_text("Page options").click()
    page.get_by_role("button", name="Copy link").click()
    said = page.get_by_role("status").filter(has_text="Copy it from the address bar")
    expect(said).to_be_in_viewport()


# Instant navigation


def test_nothing_goes_wrong_after_several_clicks_of_instant_navigation(
    page: Page, instant_address: str
) -> None:
    page.goto(instant_address)
    page.evaluate("window.stays = true")
    page.locator(".tb-stage__start a").first.click()
    page.wait_for_url("**/threads/**")
    page.locator(".tb-topics a").first.click()
    page.wait_for_url("**/topics/**")
    page.locator(".tb-item__title a").first.click()
    page.wait_for_url("**/threads/**")
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("window.stays"), "the page was loaded anew"
    expect(page.locator(".tb-membership__done, .tb-options .tb-js").first).not_to_have_css(
        "display", "none"
    )
    page.get_by_text("Page options").click()
    page.get_by_role("button", name="Copy link").wait_for()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    page.go_back()
    page.wait_for_url("**/topics/**")
    expect(page.locator(".tb-topic h1")).to_be_visible()


def test_what_instant_navigation_puts_in_is_what_the_page_holds(
    page: Page, instant_address: str
) -> None:
    page.goto(f"{instant_address}latest/")
    page.evaluate("window.stays = true")
    page.locator(".tb-item__title a").first.click()
    page.wait_for_url("**/threads/**")
    expect(page.locator(".tb-thread h1")).to_be_visible()
    assert page.evaluate("window.stays"), "the page was loaded anew"
    clicked = page.locator(".tb-thread").inner_text(), page.title()
    page.reload()
    assert (page.locator(".tb-thread").inner_text(), page.title()) == clicked


def test_controls_that_need_scripts_are_there_after_instant_navigation(
    page: Page, instant_address: str
) -> None:
    page.goto(f"{instant_address}latest/")
    page.evaluate("window.stays = true")
    page.locator(".tb-item__title a", has_text="Can I use AI tools").click()
    page.wait_for_url("**/threads/**")
    wait_until(page, "document.querySelector('.tb-thread')?.dataset.tbRead")
    box = page.get_by_role("region", name="Was this helpful?")
    expect(box.get_by_role("button", name="Yes")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("#tb-announced")).to_have_text("Marked as done.")
    page.get_by_role("link", name="Home", exact=True).last.click()
    wait_until(page, "document.querySelector('.tb-home')")
    expect(page.get_by_role("searchbox", name="Your question")).to_be_visible()
    expect(page.locator(".tb-stage__read").first).to_have_text("1 read")
    assert page.evaluate("window.stays")


# Without scripts


@pytest.fixture
def plain(open_page: OpenPage) -> Page:
    """Open a page in a browser that runs no scripts."""
    return open_page(java_script_enabled=False)


def test_without_scripts_the_way_from_home_along_a_path_works(
    plain: Page, address: str, repository: Path
) -> None:
    threads = threads_of(repository, PATH)
    plain.goto(address)
    plain.locator(".tb-card__title a", has_text="From your first proposal").click()
    plain.locator(".tb-step__title a").first.click()
    while way(plain, "next").count():
        leads = str(way(plain, "next").evaluate("link => link.href"))
        way(plain, "next").click()
        plain.wait_for_url(leads)
        if f"/threads/{threads[-1]}/" in plain.url:
            break
    assert threads[-1] in plain.url
    plain.locator(".tb-breadcrumb").get_by_role("link", name="Home").click()
    plain.wait_for_url(address)


def test_without_scripts_memberships_and_answers_are_shown(plain: Page, address: str) -> None:
    plain.goto(address + THREAD)
    expect(plain.locator(".tb-membership")).to_have_count(2)
    for place in range(2):
        expect(plain.locator(".tb-membership").nth(place)).to_be_visible()
    for answer in ("#a1", "#a2", "#a3"):
        expect(plain.locator(answer)).to_be_visible()
    plain.goto(f"{address}paths/{PATH}/")
    plain.get_by_text("Show the answer").first.click()
    expect(plain.get_by_text("Nothing runs until")).to_be_visible()


def test_without_scripts_no_control_is_shown_that_does_nothing(plain: Page, address: str) -> None:
    for url in KINDS:
        plain.goto(address + url)
        main = plain.locator("main")
        for summary in main.locator("summary").all():
            if is_seen(summary):
                assert opens_something(summary), f"{url}: {summary.inner_text()!r}"
        controls = main.locator("button, input, select, textarea, [data-tb-action]")
        seen = f"(all) => all.filter((it) => it.checkVisibility({SEEN})).map((it) => it.outerHTML)"
        assert controls.evaluate_all(seen) == [], url


def opens_something(summary: Locator) -> bool:
    """Whether a control has words, and opens on something that can be seen."""
    summary.click()
    within = summary.locator("xpath=..").locator("a, li, p, td")
    is_any_seen = within.evaluate_all(f"(all) => all.some((it) => it.checkVisibility({SEEN}))")
    return bool(summary.inner_text().strip()) and bool(is_any_seen)


SEEN = "{opacityProperty: true, visibilityProperty: true}"
"""How a browser is asked what a reader sees; the theme hides a button by making it transparent."""


def is_seen(it: Locator) -> bool:
    """Whether a reader sees something."""
    return bool(it.evaluate(f"(it) => it.checkVisibility({SEEN})"))


def test_without_scripts_tab_stops_at_nothing_that_cannot_be_seen(
    plain: Page, address: str
) -> None:
    """It must be seen once it has the focus; a link to skip to the content appears only then."""
    plain.goto(address + THREAD)
    unseen = []
    for _ in range(plain.locator("a, button, summary, input, [tabindex]").count()):
        plain.keyboard.press("Tab")
        here = plain.locator(":focus")
        if here.count() and not is_seen(here):
            unseen.append(here.inner_text().strip())
    assert unseen == []


# On any screen


SIDEWAYS = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [...document.querySelectorAll('main *')].filter((element) => {
    const box = element.getBoundingClientRect();
    const hidden = element.closest('.tb-hidden, .md-sidebar, svg, [hidden]');
    const scrolls = element.parentElement.closest('.tb-scroll, .tb-only ul, pre, .md-typeset__scrollwrap');
    return box.width > 1 && box.right > wide + 1 && !hidden && !scrolls;
  });
  return {
    scroll: document.documentElement.scrollWidth - wide,
    out: out.slice(0, 3).map((element) => element.outerHTML.slice(0, 120)),
  };
}"""


def test_no_page_scrolls_sideways_or_complains(page: Page, address: str) -> None:
    for url in (*KINDS, "search/", "library/", "components/", f"paths/{PATH}/print/"):
        page.goto(address + url)
        settle(page)
        for width in (320, 360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(SIDEWAYS) == {"scroll": 0, "out": []}, (url, width)
        assert heading(page), url


@pytest.fixture
def long_words(
    small_base: Path,
    run: Callable[..., Any],
    served: Callable[[Path], AbstractContextManager[str]],
) -> Iterator[str]:
    """Serve a base with words that fit on no screen."""
    (small_base / "content/threads/general/long.yml").write_text(
        f"title: {'W' * 400}\ntopics: [first-steps]\nsummary: {'S' * 400}\nquestion: {'q' * 2000}\n"
        f"answer: |\n  {'a' * 10_000}\n\n"
        f"  | {'h' * 90} | {'h' * 90} | {'h' * 90} |\n  | - | - | - |\n"
        f"  | {'c' * 90} | c | c |\n\n  ```\n  {'x' * 500}\n  ```\n\n  `{'y' * 500}`\n"
        f"also_asked: [{'o' * 400}]\n",
        "utf-8",
    )
    (small_base / "content/paths/long.yml").write_text(
        f"title: {'P' * 400}\nsummary: {'s' * 400}\nobjectives: [{'o' * 400}]\n"
        f"steps: [{{thread: long, note: {'n' * 900}}}, {{check: {{question: {'q' * 400}, "
        f"choices: [{{text: {'t' * 400}, correct: true}}, {{text: other}}]}}}}]\n",
        "utf-8",
    )
    done = run("threadbook", "build", cwd=small_base)
    assert done.returncode == 0, done.stderr
    with served(small_base / "site") as where:
        yield where


def test_very_long_words_are_broken_on_a_small_screen(open_page: OpenPage, long_words: str) -> None:
    page = open_page(viewport={"width": 320, "height": 700})
    for url in ("", "latest/", "topics/first-steps/", "paths/", "paths/long/", "threads/long/"):
        page.goto(long_words + url)
        settle(page)
        assert page.evaluate(SIDEWAYS) == {"scroll": 0, "out": []}, url


def colours(page: Page) -> tuple[str, ...]:
    """Return the computed colours of a thread's page: paper, ink and an accepted answer."""
    return tuple(
        str(page.locator(selector).first.evaluate(f"(it) => getComputedStyle(it).{name}"))
        for selector, name in (
            ("body", "backgroundColor"),
            ("h1", "color"),
            (".tb-post--accepted", "backgroundColor"),
            (".tb-solved", "color"),
        )
    )


def test_the_dark_scheme_follows_the_system_and_changes_every_colour(
    open_page: OpenPage, address: str
) -> None:
    seen = {}
    for scheme in ("light", "dark"):
        page = open_page(color_scheme=scheme)
        page.goto(address + THREAD)
        seen[scheme] = colours(page)
    assert all(light != dark for light, dark in zip(*seen.values(), strict=True)), seen


def test_the_scheme_is_switched_by_hand_and_remembered(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    light = colours(page)
    page.locator('label[title^="Colours of the system"]').click()
    assert colours(page) == light
    page.locator('label[title^="Light colours"]').click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    dark = colours(page)
    assert dark != light
    page.goto(f"{address}threads/check-an-offer/")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")


def test_a_printed_thread_shows_its_posts_and_no_controls(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    expect(page.locator(".tb-options")).to_be_visible()
    page.emulate_media(media="print")
    for control in (".tb-options", "#a1 .tb-permalink", ".md-header", ".tb-foot"):
        expect(page.locator(control)).to_be_hidden()
    for post in ("h1", "#question", "#a1", "#a2", "#a3"):
        expect(page.locator(post)).to_be_visible()
    assert page.pdf().startswith(b"%PDF-")
