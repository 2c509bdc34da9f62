"""The face of the site: one row above, the rest below, colours a site can change, a home that answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from browsing import settle, wait_until
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
THREAD = "threads/proposal-accepted-what-next/"


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_the_head_is_one_row_of_64_pixels(open_page: OpenPage, address: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    page.goto(address + THREAD)
    settle(page)
    head = page.locator(".md-header").bounding_box()
    assert head
    assert round(head["height"]) == 65  # with the line below it
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(page.locator(".tb-open-search")).to_be_visible()


def test_the_foot_has_what_the_head_has_not(page: Page, address: str) -> None:
    page.goto(address)
    ways = {way.strip() for way in page.locator(".tb-foot a").all_inner_texts()}
    assert {"Questions", "Unanswered", "Glossary", "About"} <= ways
    assert "Boards" not in ways  # they are a filter of topics
    page.locator(".tb-foot a", has_text="Glossary").click()
    page.wait_for_url("**/glossary/")


def test_the_head_leads_to_the_right_places_after_instant_navigation(
    page: Page, instant_address: str
) -> None:
    """The head stays when the theme swaps the page, and its links are relative."""
    page.goto(instant_address)
    page.evaluate("window.stays = true")
    page.locator(".tb-stage__start a").first.click()
    page.wait_for_url("**/threads/**")
    page.locator(".tb-bar__way", has_text="Learning paths").click()
    page.wait_for_url("**/paths/")
    expect(page.locator("h1")).to_have_text("Learning paths")
    assert page.evaluate("window.stays")


def test_the_primary_colour_of_a_site_recolours_what_is_ours(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    mark = page.locator("[aria-current=step] .tb-journey__mark")
    link = page.locator(".tb-question .tb-body a, .tb-topics a").first
    seen = []
    for primary in ("custom", "red", "yellow"):
        page.evaluate("name => document.body.setAttribute('data-md-color-primary', name)", primary)
        page.wait_for_timeout(300)
        style = "it => [getComputedStyle(it).backgroundColor, getComputedStyle(it).color]"
        seen.append(
            (mark.evaluate(style)[0], page.locator(".tb-topics a").first.evaluate(style)[1])
        )
    assert len({background for background, _ in seen}) == 3
    assert len({colour for _, colour in seen}) == 3
    assert link.count()


def test_the_fonts_are_the_sites_own_and_weigh_little(page: Page, address: str) -> None:
    loaded = []
    page.on("response", lambda found: loaded.append(found) if ".woff2" in found.url else None)
    page.goto(address + THREAD)
    settle(page)
    names = {found.url.rpartition("/")[2] for found in loaded}
    assert names == {"serif-latin.woff2", "sans-latin.woff2"}
    assert all(found.url.startswith(address) for found in loaded)
    family = page.locator("h1").evaluate("it => getComputedStyle(it).fontFamily")
    assert family.startswith('"Threadbook Serif"')


def test_all_fonts_together_are_below_60_kilobytes(repository: Path) -> None:
    files = [*(repository / "theme/assets/fonts").glob("*.woff2")]
    assert len(files) == 4
    assert sum(file.stat().st_size for file in files) < 60_000


def platform_fonts(page: Page, selector: str) -> dict[str, bool]:
    """Return the fonts a browser draws an element's text with, and whether each is the site's."""
    devtools = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        devtools.send(f"{domain}.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    found = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {font["familyName"]: font["isCustomFont"] for font in found}


def test_japanese_has_the_fonts_of_the_system_and_loads_none_for_them(
    knowledge: Callable[..., Path],
    run: Callable[..., Any],
    served: Callable[..., Any],
    page: Page,
) -> None:
    thread = "title: 契約の前に断れますか\ntopics: [proposals]\nanswer: はい、断れます。\n"
    base = knowledge({"threads/new/decline.yml": thread})
    config = (base / "mkdocs.yml").read_text("utf-8")
    config = config.replace("name: material,", "name: material, language: ja,")
    (base / "mkdocs.yml").write_text(config, "utf-8")
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    loaded: list[str] = []
    page.on("request", lambda sent: loaded.append(sent.url) if ".woff2" in sent.url else None)
    with served(base / "site") as address:
        page.goto(f"{address}threads/decline/")
        settle(page)
        for selector in ("h1", ".tb-short__text", ".tb-post--accepted .tb-body p"):
            fonts = platform_fonts(page, selector)
            assert fonts
            assert not any(fonts.values()), fonts
        family = page.locator("h1").evaluate("it => getComputedStyle(it).fontFamily")
        assert family.endswith("serif")  # where the system has one
        assert not any("-ext" in url for url in loaded)
        page.goto(f"{address}threads/first/")
        settle(page)
        assert platform_fonts(page, "h1") == {"Threadbook Serif": True}


def test_a_site_with_a_font_of_its_own_has_it_everywhere_and_loads_none_of_ours(
    knowledge: Callable[..., Path],
    run: Callable[..., Any],
    served: Callable[..., Any],
    browser: Browser,
) -> None:
    base = knowledge({})
    config = (base / "mkdocs.yml").read_text("utf-8")
    config = config.replace("font: false", "font: {text: Open Sans, code: Fira Mono}")
    (base / "mkdocs.yml").write_text(config, "utf-8")
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    page = browser.new_page()  # `page` would take requests to the fonts' host for trouble
    asked: list[str] = []
    page.route("https://**", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.on("request", lambda sent: asked.append(sent.url))
    with served(base / "site") as address:
        page.goto(f"{address}threads/first/")
        settle(page)
        for selector in ("h1", ".tb-short__text", ".tb-post__title"):
            family = page.locator(selector).first.evaluate("it => getComputedStyle(it).fontFamily")
            assert family.startswith('"Open Sans"'), selector
    page.close()
    assert any("Open+Sans" in url for url in asked)
    assert not any("fonts.css" in url or ".woff2" in url for url in asked)


def test_home_says_nothing_twice(example_site: Path) -> None:
    home = (example_site / "index.html").read_text("utf-8")
    content = home[home.index('class="tb tb-home"') : home.index("</article>")]
    threads = re.findall(r'href="\./threads/([^/"]+)/"', content)
    assert len(threads) > 10
    assert len(threads) == len({*threads})


def test_home_answers_while_one_types(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    page.locator(".tb-hero .tb-ask__field").press_sequentially("am i hired if they accept my bid")
    option = page.locator(".tb-dialog .tb-found__option").first
    expect(option).to_contain_text("My proposal was accepted")
    expect(page.locator(".tb-dialog .tb-ask__field")).to_have_value(
        "am i hired if they accept my bid"
    )


def test_the_examples_of_home_are_golden_queries_and_find_their_thread(
    page: Page, address: str, repository: Path
) -> None:
    golden = yaml.safe_load((repository / "content/queries.yml").read_text("utf-8"))
    expected = {each["query"]: each["expect"] for each in golden}
    page.goto(address)
    examples = page.locator(".tb-hero__asked a").all_inner_texts()
    assert len(examples) == 3
    page.locator(".tb-hero__asked a").first.click()
    page.wait_for_url("**/search/?q=**")
    first = page.locator(".tb-result").first
    expect(first).to_have_attribute("data-thread", expected[examples[0]])


def test_who_was_here_goes_on_from_home_and_nothing_moves(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    wait_until(page, "Object.values(localStorage).join().includes('seen:proposal-accepted')")
    page.goto(address)
    link = page.locator(".tb-hero__continue")
    expect(link).to_have_text("Continue My proposal was accepted. What happens next?")
    link.click()
    page.wait_for_url(f"**/{THREAD}")


@pytest.mark.parametrize("engine", ["mkdocs", "zensical", "plain"])
def test_home_keeps_a_place_for_continue_only_for_those_who_were_here(
    open_page: OpenPage,
    site_of: Callable[[str], Path],
    served_below_help: Callable[..., Any],
    engine: str,
) -> None:
    """Who was here has it from the first paint on, when the card is not there yet."""
    page = open_page(viewport={"width": 360, "height": 740})
    facts = page.locator(".tb-hero__facts")
    seen = []
    with served_below_help(site_of(engine)) as address:
        page.goto(address)
        settle(page)
        seen.append(facts.evaluate("it => it.offsetHeight"))
        page.goto(address + THREAD)
        wait_until(page, "Object.values(localStorage).join().includes('seen:proposal-accepted')")
        page.route(
            "**/threadbook.js", lambda route: route.fulfill(body="", content_type="text/javascript")
        )
        page.goto(address)
        expect(facts.locator("p")).to_be_visible()
        seen.append(facts.evaluate("it => it.offsetHeight"))
        page.unroute("**/threadbook.js")
        page.goto(address)
        expect(page.locator(".tb-hero__continue")).to_be_visible()
        seen.append(facts.evaluate("it => it.offsetHeight"))
    assert seen[0] < 30
    assert seen[1] == seen[2] == 83


def test_the_place_for_continue_comes_and_goes_with_what_was_read(
    page: Page, instant_address: str
) -> None:
    """Instant navigation runs no script of the next page's head."""
    was_here = "document.documentElement.classList.contains('tb-was-here')"
    page.goto(instant_address + THREAD)
    settle(page)
    assert not page.evaluate(was_here)
    wait_until(page, was_here)
    page.locator(".tb-bar__name").click()
    expect(page.locator(".tb-hero__continue")).to_be_visible()
    page.evaluate("localStorage.clear()")
    page.goto(instant_address)
    settle(page)
    assert not page.evaluate(was_here)


def test_fonts_are_asked_for_before_any_style_sheet_names_them(page: Page, address: str) -> None:
    page.goto(address + THREAD)
    settle(page)
    asked = page.evaluate(
        """() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".woff2"))
        .map(({ name, initiatorType }) => [name.split("/").at(-1), initiatorType])"""
    )
    # Each once: what is asked for early is what the style sheet asks for.
    assert sorted(asked) == [["sans-latin.woff2", "link"], ["serif-latin.woff2", "link"]]


def test_what_replaces_a_font_meanwhile_is_as_wide(page: Page, address: str) -> None:
    """Where the fonts come late all the same, few lines break elsewhere."""
    page.goto(f"{address}latest/")
    settle(page)
    shares = page.evaluate(
        """() => {
          const text = [...document.querySelectorAll(".tb-item")].map((it) => it.textContent).join(" ");
          const drawn = document.createElement("canvas").getContext("2d");
          const measure = (font) => ((drawn.font = font), drawn.measureText(text).width);
          return [["Sans", 400], ["Sans", 600], ["Sans", 700], ["Serif", 650]].map(([name, weight]) =>
            measure(`${weight} 50px "Threadbook ${name}"`) / measure(`${weight} 50px "Threadbook ${name} Meanwhile"`));
        }"""
    )
    assert shares == pytest.approx([1] * 4, abs=0.01)


@pytest.mark.parametrize("engine", ["mkdocs", "zensical", "plain"])
@pytest.mark.parametrize("width", [412, 1440])
def test_nothing_in_the_head_moves_when_scripts_come(
    open_page: OpenPage,
    site_of: Callable[[str], Path],
    served_below_help: Callable[..., Any],
    engine: str,
    width: int,
) -> None:
    page = open_page(viewport={"width": width, "height": 740})
    places = """() => [...document.querySelectorAll(".tb-bar__name, .tb-bar__search")].map((it) => {
      const { x, width } = it.getBoundingClientRect();
      return [x, width];
    })"""
    with served_below_help(site_of(engine)) as address:
        page.route("**/*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
        page.goto(address + THREAD)
        settle(page)
        before = page.evaluate(places)
        page.unroute("**/*.js")
        page.goto(address + THREAD)
        settle(page)
        button = ".tb-site__palette" if engine == "plain" else "[data-md-component=palette] label"
        expect(page.locator(button).locator("visible=true")).to_have_count(1)
        assert page.evaluate(places) == before


def test_what_was_done_is_never_told_without_words(page: Page, address: str) -> None:
    """The first words come a moment after their region, which is in sight only with them."""
    page.goto(address + THREAD)
    settle(page)
    page.evaluate(
        """() => {
          window.seen = [];
          new MutationObserver(() => {
            const told = document.querySelector(".tb-announced");
            if (told) seen.push([told.classList.contains("tb-announced--shown"), told.textContent]);
          }).observe(document.body, { childList: true, subtree: true, attributes: true });
        }"""
    )
    page.locator(".tb-save").click()
    told = page.locator(".tb-announced--shown")
    expect(told).to_have_text("Saved to your library.")
    page.locator(".tb-save").click()
    expect(told).to_have_text("Removed from your library.")
    expect(told).to_have_count(0)
    seen = page.evaluate("seen")
    assert [True, "Saved to your library."] in seen
    assert [False, ""] in seen
    assert [True, ""] not in seen


def test_the_ring_of_a_focused_link_is_not_cut_off(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)
    link = page.locator(".tb-hero__facts a")
    around = link.evaluate(
        """link => {
            const found = [];
            for (let at = link; !at.matches("main"); at = at.parentElement) found.push(getComputedStyle(at));
            return found.map(({ overflowX, overflowY, clipPath }) => [overflowX, overflowY, clipPath]);
        }"""
    )
    assert around == [["visible", "visible", "none"]] * len(around)


def test_a_role_has_a_shape_of_its_own(page: Page, address: str) -> None:
    page.goto(f"{address}components/")
    expect(page.locator(".tb-who").first).to_have_attribute("aria-hidden", "true")
    page.goto(address + THREAD)
    shapes = {
        role: page.locator(f".tb-who--{role}").first.evaluate(
            "it => getComputedStyle(it).borderRadius"
        )
        for role in ("member", "moderator")
    }
    assert shapes["member"] != shapes["moderator"]
    box = page.locator(".tb-who").first.bounding_box()
    assert box
    assert (box["width"], box["height"]) == (36, 36)
