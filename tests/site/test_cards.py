"""The answer card in a real browser: the sentence that answers, and the way to it in its place."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe import CONTRAST, faults
from browsing import settle, wait_until
from meaning_site import MEANT, UNANSWERED, copy_with_meaning
from playwright.sync_api import expect

from threadbook.browser import served
from threadbook.markdown import quote_blocks
from threadbook.search.reading import ReadIndex, read_facts

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

QUESTION = "payment pending how many days until withdraw"
THREAD = "when-do-i-get-paid"
LAST = "Both can be put right today, while the money is still waiting."

MODULES = 'const load = (name) => import(new URL(`assets/threadbook/search/${name}.js`, location.href.split("search/")[0]));'

COUNT_COMPARISONS = """
window.comparisons = 0;
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (message) {
  if (message.texts) window.comparisons++;
  return postMessage.call(this, message);
};
"""

CARD = """async ([shown, answer, cosines, improved]) => {
  MODULES
  const { AnswerCard } = await load("card");
  const full = { words: [], said: "", corrected: [], choosing: { words: 0.3, lead: 0.6 }, match: () => "",
    isAnswered: true, ...answer };
  const card = AnswerCard.of({ kind: "thread", title: "A question", at: "threads/x/", ...shown }, full, cosines);
  if (!card) return null;
  const list = document.querySelector("#tb-results");
  const entry = document.createElement("li");
  entry.className = "tb-result tb-answer";
  entry.append(...card.draw());
  const after = document.createElement("li");
  after.textContent = "What comes next";
  list.replaceChildren(entry, after);
  const top = () => after.getBoundingClientRect().top;
  const before = { top: top(), text: card.text };
  if (improved) card.improve(improved);
  const link = entry.querySelector("a");
  return { before: before.text, text: card.text, moved: top() - before.top, href: link?.getAttribute("href") ?? "",
    short: entry.querySelector(".tb-answer__short")?.textContent ?? "", said: entry.textContent };
}""".replace("MODULES", MODULES)


def ask(page: Page, address: str, query: str = QUESTION) -> None:
    page.goto(f"{address}search/?q={query.replace(' ', '+')}")
    expect(page.locator("#tb-results")).to_have_attribute("data-query", query)


def make(page: Page, *arguments: Any) -> dict[str, Any]:
    """Draw a card of something made up in the place of the results."""
    found: dict[str, Any] = page.evaluate(CARD, [*arguments, *[None] * (4 - len(arguments))])
    return found


def test_the_first_result_is_a_card_and_no_other_is(page: Page, address: str) -> None:
    ask(page, address)
    cards = page.locator("#tb-results > .tb-answer")
    expect(cards).to_have_count(1)
    card = page.locator("#tb-results > li").first
    assert card.get_attribute("data-thread") == THREAD
    expect(card.locator(".tb-answer__short")).to_contain_text("After approval there is usually")
    expect(card.locator(".tb-answer__said")).to_contain_text("From the answer: ")
    sentence = card.locator(".tb-answer__said a").inner_text()
    assert sentence.endswith(".")
    texts = page.locator("#tb-results .tb-result__text").all_inner_texts()
    assert texts
    assert not [text for text in texts if text.endswith("…")]


def test_where_nothing_answers_there_is_no_card(page: Page, address: str) -> None:
    ask(page, address)
    assert make(page, {"post": "a1", "answer": "One."}, {"isAnswered": False}) is None
    assert make(page, {"answer": "One."}) is None
    assert make(page, {"post": "a1", "answer": "One.", "kind": "path"}) is None
    assert make(page, {"post": "a1"}) is None


def test_the_link_leads_to_the_sentence_in_its_place(
    open_in_whole_browser: Callable[..., Page], instant_address: str
) -> None:
    """Instant navigation is on, and would lose the text; the sentence is far below the anchor."""
    page = open_in_whole_browser(viewport={"width": 360, "height": 500})
    ask(page, instant_address)
    link = page.locator("#tb-results .tb-answer__said a")
    link.evaluate(
        f"""async (link, text) => {{
          {MODULES}
          const {{ makeFragment }} = await load("fragments");
          link.href = link.href.split("#")[0] + makeFragment(text, "a1");
        }}""",
        LAST,
    )
    link.click()
    page.wait_for_url(f"**/threads/{THREAD}/#a1")
    settle(page)
    within = "(({ top, bottom }) => top >= 0 && bottom <= innerHeight)"
    has_it = f"(p) => p.textContent.includes({json.dumps(LAST)})"
    sentence = f"[...document.querySelectorAll('#a1 p')].find({has_it})"
    wait_until(page, f"{within}({sentence}.getBoundingClientRect())", 10)
    assert page.evaluate("document.querySelector('#a1').getBoundingClientRect().top") < -100


def test_every_sentence_of_the_index_stands_in_its_page(example_site: Path) -> None:
    """In one block, letter by letter: otherwise no browser would find it."""

    def read(name: str) -> bytes:
        return (example_site / name).read_bytes()

    index = ReadIndex(read_facts(read), read)
    threads = [shown for shown in map(index.show, index.texts) if shown.get("post")]
    assert len(threads) > 60
    for shown in threads:
        page = read(f"{shown['at']}index.html").decode()
        start = page.index(f'id="{shown["post"]}"')
        lines = quote_blocks(page[start : page.index("</article>", start)], 100_000).split("\n")
        for line in shown["answer"].split("\n"):
            assert any(line in each for each in lines), (shown["at"], line)


def test_browsers_that_find_no_texts_go_to_the_answer(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page()
    page.add_init_script("delete Document.prototype.fragmentDirective")
    ask(page, address)
    href = page.locator("#tb-results .tb-answer__said a").get_attribute("href") or ""
    assert href.endswith(f"/threads/{THREAD}/#a1")


def test_where_both_say_the_same_only_one_is_shown(page: Page, address: str) -> None:
    ask(page, address)
    same = {"post": "a1", "summary": "You can withdraw it at any time before it begins."}
    found = make(page, {**same, "answer": "Yes: you can withdraw it at any time before it begins."})
    assert found["short"] == ""
    assert found["said"].startswith("From the answer: Yes")
    found = make(page, {**same, "answer": "Look for the button on the page of your own proposal."})
    assert found["short"] == same["summary"]


SHORT = "This one is as short as it can be."
FITTING = "Another one that is not much longer than it."
LONG = "A sentence " + "with so many words that it needs far more lines " * 5 + "than there are."


def test_meaning_changes_the_sentence_and_moves_nothing(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    ask(page, address)
    shown = {"post": "a1", "summary": "A summary.", "answer": f"{SHORT}\n{FITTING}\n{LONG}"}
    found = make(page, shown, {}, None, [0, 1, 0])
    assert (found["before"], found["text"], found["moved"]) == (SHORT, FITTING, 0)
    assert "Another%20one" in found["href"]
    assert "as short as" not in found["said"]
    # There is no room for the longest: the best of those for which there is.
    assert len(LONG) < 300
    found = make(page, shown, {}, None, [0, 1, 2])
    assert (found["text"], found["moved"]) == (FITTING, 0)
    found = make(page, shown, {}, None, [0, 0, 2])
    assert (found["text"], found["moved"]) == (SHORT, 0)


def test_a_worker_compares_sentences_with_the_question(
    example_site: Path, tmp_path: Path, page: Page
) -> None:
    """A few of them, and only for the last who asks; questions go on meanwhile."""
    page.add_init_script(COUNT_COMPARISONS)
    results = page.locator("#tb-results")
    with served(copy_with_meaning(example_site, tmp_path / "site")) as where:
        ask(page, where, next(iter(MEANT)))
        expect(results).to_have_attribute("data-meaning", "done")
        expect(results.locator(".tb-answer")).to_have_count(1)
        wait_until(page, "window.comparisons === 1")
        found = page.evaluate(
            f"""async () => {{
          {MODULES}
          const {{ openSearch }} = await load("search");
          const {{ meaning }} = await openSearch();
          const said = "haggling over my quote";
          const many = Array.from({{ length: 20 }}, (_, at) => `${{said}} ${{at}}`);
          const compare = (texts) => meaning.compare(said, [], texts);
          const both = await Promise.all([compare(many), compare([said, "bees", "\\u0000", ""])]);
          return [...both, (await compare(many)).length, meaning.isOff];
        }}"""
        )
        ask(page, where, UNANSWERED)
        expect(results).to_have_attribute("data-answered", "no")
        expect(results.locator(".tb-answer")).to_have_count(0)
        assert page.evaluate("window.comparisons") == 0
    first, second, count, is_off = found
    assert first is None
    assert second[0] == pytest.approx(1, abs=1e-4)
    assert max(second[1:]) < 0.999
    assert (count, is_off) == (14, False)


def test_hostile_texts_are_only_texts(page: Page, address: str) -> None:
    ask(page, address)
    answer = "<img src=x onerror=alert(1)> \u202eis what, they & others-say \u0007 here \ud83d."
    found = make(page, {"post": "a1 b", "answer": answer, "at": "threads/x/"})
    assert "<img" in found["said"]
    fragment = found["href"].split("#")[1]
    assert fragment.startswith(":~:text=%3Cimg")
    assert not set(fragment.removeprefix(":~:text=")) & set("-,&")
    found = make(page, {"post": "a1", "answer": "x" * 100_000, "summary": "Short."})
    assert found["said"] == "Short."
    found = make(page, {"post": "a1", "answer": "One.", "at": "https://example.com/"})
    assert "example.com" not in found["href"]
    assert page.locator("#tb-results img").count() == 0


def test_the_dialog_has_the_card_too(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Your question").fill(f"{QUESTION} ")
    expect(page.locator("#tb_found")).to_have_attribute("data-query", QUESTION)
    first = page.get_by_role("option").first
    expect(first.locator(".tb-answer__short")).to_contain_text("After approval")
    expect(first.locator(".tb-answer__said")).to_contain_text("From the answer: ")
    expect(page.locator("#tb_found .tb-answer")).to_have_count(1)
    assert first.locator("a").count() == 0
    first.click()
    page.wait_for_url(f"**/threads/{THREAD}/")


@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_nothing(open_page: Callable[..., Page], address: str, width: int) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    ask(page, address)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    wait_until(page, "document.body.dataset.mdColorScheme === 'slate'")
    assert faults(page, CONTRAST) == []
