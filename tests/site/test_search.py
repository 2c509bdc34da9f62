"""Search in a real browser: what readers do, and what hostile questions cannot do."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, Page, expect

from threadbook.text import STEMMERS, stem_words

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
THREAD = "proposal-accepted-what-next"


def ask(page: Page, address: str, query: str) -> Locator:
    """Open the page of search with a query; return the results when they are complete."""
    page.goto(f"{address}search/")
    field = page.locator("#tb_query")
    field.fill(query)
    field.press("Enter")
    results = page.locator("#tb-results")
    expect(results).to_have_attribute("data-query", query.strip())
    return results.locator("li")


def threads(results: Locator) -> list[str]:
    found = results.evaluate_all("nodes => nodes.map(node => node.dataset.thread || '')")
    return [str(each) for each in found]


# The page


def test_a_whole_question_finds_its_thread_first(page: Page, address: str) -> None:
    results = ask(page, address, "they accepted my proposal, am i hired now and what do i do next?")
    assert threads(results)[0] == THREAD
    first = results.first
    expect(first).to_contain_text("Answered")
    expect(first.locator("mark").first).to_be_visible()
    first.get_by_role("heading").get_by_role("link").click()
    page.wait_for_url(f"**/threads/{THREAD}/")


def test_an_address_can_be_shared_with_its_question_filters_and_order(
    page: Page, address: str
) -> None:
    page.goto(f"{address}search/?q=payment&topic=disputes&state=solved&sort=day")
    results = page.locator("#tb-results[data-query=payment] li")
    expect(results.first).to_be_visible()
    for result in results.all():
        expect(result).to_contain_text("Disputes")
        expect(result).to_contain_text("Answered")
    days = [result.locator("time").get_attribute("datetime") or "" for result in results.all()]
    assert len(set(days)) > 1
    assert days == sorted(days, reverse=True)
    expect(page.get_by_role("checkbox", name=re.compile("^Disputes"))).to_be_checked()
    page.get_by_role("checkbox", name=re.compile("^Disputes")).uncheck()
    page.wait_for_url(lambda url: "topic=" not in url and "state=solved" in url)


def test_the_counts_of_filters_are_what_they_leave(page: Page, address: str) -> None:
    ask(page, address, "contract")
    page.get_by_text("Filter and sort").click()
    label = page.locator("label", has_text=re.compile(r"^\s*Waiting for an answer"))
    count = int(re.findall(r"\((\d+)\)", label.inner_text())[0])
    label.locator("input").check()
    expect(page.locator("#tb-search-state")).to_contain_text(f"{count} result")


def test_phrases_and_words_with_a_minus_are_obeyed(page: Page, address: str) -> None:
    ask(page, address, '"accepted a contract"')
    found = page.locator("#tb-results li").count()
    assert 0 < found < 10
    refunds = threads(ask(page, address, "client refund"))
    assert refunds[0] == "client-wants-a-refund"
    assert refunds[0] not in threads(ask(page, address, "client -refund"))


def test_a_phrase_that_nothing_has_is_only_words(page: Page, address: str) -> None:
    """People quote what others told them."""
    results = ask(page, address, 'the client says "give me a refund or else"')
    assert threads(results)[0] == "client-wants-a-refund"


def test_a_typing_error_is_forgiven_and_said(page: Page, address: str) -> None:
    results = ask(page, address, "what is a fundde milestonne")
    assert threads(results)[0] == "milestones-and-funding"
    expect(page.locator("#tb-search-state")).to_contain_text("“milestonne”")


def test_without_any_known_word_the_page_says_so_and_offers_to_ask(
    page: Page, address: str
) -> None:
    results = ask(page, address, "xylophone zzzqqq")
    expect(results).to_have_count(0)
    expect(page.locator("#tb-search-state")).to_contain_text("No matches.")
    link = page.get_by_role("link", name="Ask this question").get_attribute("href") or ""
    assert link.endswith("title=xylophone%20zzzqqq")


def test_one_known_word_among_many_is_enough(page: Page, address: str) -> None:
    assert (
        threads(ask(page, address, "xylophone zzzqqq refund vvvwww"))[0] == "client-wants-a-refund"
    )


def test_prose_paths_and_words_are_found_too(page: Page, address: str) -> None:
    results = ask(page, address, "escrow")
    expect(results.filter(has_text="Glossary")).to_have_count(1)
    results = ask(page, address, "first proposal to your first contract")
    expect(results.filter(has_text="Learning path").first).to_be_visible()


def test_more_results_are_shown_on_request_and_get_the_focus(page: Page, address: str) -> None:
    results = ask(page, address, "client")
    expect(results).to_have_count(10)
    page.get_by_role("button", name="Show 10 more").click()
    expect(results).to_have_count(20)
    expect(results.nth(10).get_by_role("link")).to_be_focused()


# The dialog


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_a_question_is_asked_by_keyboard_alone(page: Page, address: str, key: str) -> None:
    page.goto(address)
    page.keyboard.press(key)
    field = page.get_by_role("combobox", name="Your question")
    expect(field).to_be_focused()
    page.keyboard.type("who keeps the money until my work is approved ")
    expect(page.locator("#tb_found")).to_have_attribute("data-query", re.compile("approved$"))
    expect(page.locator(".tb-found__state")).to_contain_text("result")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option").nth(1)
    expect(chosen).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "tb_found_1")
    thread = chosen.get_attribute("data-thread")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/threads/{thread}/")


def test_enter_opens_the_first_even_before_results_are_shown(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.keyboard.type("what does it mean that a milestone is funded")
    page.keyboard.press("Enter")
    page.wait_for_url("**/threads/milestones-and-funding/")


def test_escape_closes_and_gives_the_focus_back(page: Page, address: str) -> None:
    page.goto(address)
    opener = page.locator(".tb-open-search")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Search")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search")).to_be_hidden()
    expect(opener).to_be_focused()


def test_the_key_is_not_stolen_while_somebody_types(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#tb_query").press_sequentially("either/or")
    expect(page.locator("#tb_ask_dialog")).to_have_value("either/or")


def test_it_works_by_touch_on_a_small_screen(open_page: OpenPage, address: str) -> None:
    page = open_page(viewport={"width": 320, "height": 640}, has_touch=True, is_mobile=True)
    page.goto(address)
    page.locator(".tb-open-search").tap()
    question = "should i give the client a refund"
    page.keyboard.type(question)
    expect(page.locator("#tb_found")).to_have_attribute("data-query", question)
    option = page.get_by_role("option").first
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    option.tap()
    page.wait_for_url("**/threads/client-wants-a-refund/")


def test_it_works_after_instant_navigation(page: Page, instant_address: str) -> None:
    page.goto(instant_address)
    page.evaluate("window.stays = true")
    page.get_by_role("link", name="My proposal was accepted. What happens next?").first.click()
    page.wait_for_url(f"**/threads/{THREAD}/")
    page.keyboard.press("/")
    page.keyboard.type("unpaid test task")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("link", name="See all results").click()
    page.wait_for_url("**/search/?q=unpaid+test+task")
    expect(page.locator("#tb-results li").first).to_be_visible()
    assert page.evaluate("window.stays"), "the page was loaded anew"


def test_the_box_on_the_home_page_leads_to_results(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("searchbox", name="Your question").fill("client disappeared")
    page.get_by_role("link", name="See all results").click()
    page.wait_for_url("**/search/?q=client+disappeared")
    expect(page.locator("#tb-results li").first).to_be_visible()


def test_without_scripts_the_page_says_what_to_do(open_page: OpenPage, address: str) -> None:
    plain = open_page(java_script_enabled=False)
    plain.goto(f"{address}search/?q=contract")
    expect(plain.get_by_text("Search needs JavaScript")).to_be_visible()
    plain.get_by_role("link", name="All topics").last.click()
    assert plain.url.endswith("/topics/")


@pytest.mark.parametrize(
    ("files", "content"),
    [
        ("settings.json", "no json"),
        ("settings.json", "{}"),
        ("settings.json", '{"folder": "../../x/", "shards": []}'),
        ("*/t/*.bin", "nothing compressed"),
        ("*/d/*.bin", "nothing compressed"),
    ],
)
def test_a_damaged_index_is_said_and_nothing_else_breaks(
    page: Page, address: str, files: str, content: str
) -> None:
    page.route(f"**/search/{files}", lambda route: route.fulfill(status=200, body=content))
    page.goto(f"{address}search/?q=contract")
    expect(page.locator("#tb-search-state")).to_contain_text("could not be loaded")
    page.goto(address)
    page.keyboard.press("/")
    page.locator("#tb_ask_dialog").fill("contract")
    expect(page.locator(".tb-found__state")).to_contain_text("could not be loaded")


# Hostile questions


@pytest.mark.parametrize(
    "query",
    [
        "<img src=x onerror=window.pwned=1>",
        '"><script>window.pwned=1</script>',
        "(.*)+$ [a-z]{9} \\",
        '"""""" - -- "',
        "w" * 2_000,
        "how what is the of and",
        "\U0001f600\U0001f4a9",
        "\u202econtract\u2067",
        "qfboardfindingqqworkqx clientqx",
    ],
    ids=ascii,
)
def test_a_hostile_question_neither_breaks_nor_runs(page: Page, address: str, query: str) -> None:
    ask(page, address, query)
    assert page.evaluate("window.pwned") is None
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# The same words here and there

TEXTS = {
    "en": "The client's proposals weren't accepted \u2014 what happens? caf\u00e9s 3rd \ufb01ne",
    "de": "\u00dcberweisungen f\u00fcr die Vertr\u00e4ge, die ich unterschrieben habe; Stra\u00dfe",
    "es": "\u00bfC\u00f3mo puedo rechazar una oferta despu\u00e9s de la entrevista? ni\u00f1os",
    "fr": "L'\u00e9t\u00e9, j\u2019ai \u00e9t\u00e9 pay\u00e9 par l'entreprise",
    "ar": "\u0643\u064a\u0641 \u064a\u0645\u0643\u0646\u0646\u064a \u0631\u0641\u0636 "
    "\u0627\u0644\u0639\u0631\u0636\u061f \u0648\u064e\u0627\u0644\u0652\u0643\u0650\u062a\u064e\u0627\u0628\u064f",
    "ja": "\u5951\u7d04\u3092\u65ad\u308b\u3053\u3068\u306f\u3067\u304d\u307e\u3059\u304b\uff1f \uff71\uff72\uff73 "
    "\u4f50\u3005\u6728 \U00020bb7\u91ce\u5bb6",
    "my": "\u1005\u102c\u1001\u103b\u102f\u1015\u103a \uaa61\uaa62 \u1950\u1951\u1952",
    "ko": "\uacc4\uc57d\uc740 \uc5b8\uc81c",
    "tr": "\u0130stanbul'da i\u015f g\u00f6r\u00fc\u015fmesi nas\u0131l yap\u0131l\u0131r?",
    "ru": "\u041a\u0430\u043a \u043e\u0442\u043a\u0430\u0437\u0430\u0442\u044c\u0441\u044f \u0451\u043b\u043a\u0430",
    "xx": "no stemmer here, und\u00e9t\u00e9 \U0001f600",
}


@pytest.mark.parametrize("language", TEXTS)
def test_python_and_the_browser_find_the_same_stems(
    page: Page, address: str, language: str
) -> None:
    page.goto(f"{address}404.html")
    script = """async ([text, name, url]) => {
      const { splitWords, loadStemmer } = await import(url);
      return splitWords(text).map(await loadStemmer(name));
    }"""
    url = f"{address}assets/threadbook/search/words.js"
    there = page.evaluate(script, [TEXTS[language], STEMMERS.get(language, ""), url])
    assert there == stem_words(TEXTS[language], language)


# How good


def test_the_golden_queries_are_answered_and_both_rankings_agree(
    example_site: Path,
    repository: Path,
    run_process: Callable[..., Any],
    shell: dict[str, str],
    tmp_path: Path,
) -> None:
    kept = {}
    for name, way in (("there", ("--site", example_site)), ("here", ("--offline",))):
        file = tmp_path / f"{name}.json"
        command = ("threadbook", "search-test", *way, "--json", file)
        done = run_process(*command, cwd=repository, **shell)
        assert done.returncode == 0, done.stderr
        kept[name] = json.loads(file.read_text("utf-8"))
    golden = kept["there"]["golden queries"]["figures"]
    assert golden["asked"] >= 40
    assert golden["first"] >= 0.85
    assert golden["five"] >= 0.98
    pairs = [
        (one["first"], other["first"])
        for name in kept["there"]
        for one, other in zip(
            kept["there"][name]["results"], kept["here"][name]["results"], strict=True
        )
    ]
    assert sum(one == other for one, other in pairs) / len(pairs) >= 0.95
    assert all(group["figures"]["empty"] == 0 for group in kept["there"].values())


def test_a_worse_search_fails_when_asked_to(
    knowledge: Callable[..., Path], run: Callable[..., Any]
) -> None:
    second = "title: What second?\ntopics: [proposals]\nanswer: That.\n"
    queries = "- {query: What first?, expect: first}\n- {query: What second?, expect: first}\n"
    base = knowledge({"queries.yml": queries, "threads/new/second.yml": second})
    test = ("threadbook", "search-test", "--offline", "--fail-under")
    assert run(*test, "0.5", cwd=base).returncode == 0
    done = run(*test, "1", cwd=base)
    assert done.returncode == 1
    assert "for 50.0% of the golden queries, not 100.0%" in done.stderr


def test_suggest_names_the_thread_and_why(run: Callable[..., Any], repository: Path) -> None:
    done = run(
        "threadbook",
        "suggest",
        "may a new client pay me by bank transfer outside",
        "--format",
        "json",
        cwd=repository,
    )
    found = json.loads(done.stdout)
    assert found[0]["thread"] == "paid-outside-the-marketplace"
    assert 0 < found[0]["match"] <= 1
    assert "outside" in found[0]["words"]
    none = run("threadbook", "suggest", "zzzz", "--words", cwd=repository)
    assert none.stdout == "No thread answers this yet.\n"
