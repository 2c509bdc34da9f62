"""Questions and addresses that somebody makes up to break the search page, the dialog or a page.

A link can hold any of them, so a reader may come with one. `THREADBOOK_ATTACK=20` tries twenty times
as many random ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest
from attack import rounds
from browsing import wait_until
from payloads import PAYLOADS

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RANDOM: Final = 40
SETTLED: Final = """(() => {
  const state = document.querySelector(".tb-search__state")?.textContent;
  const query = document.querySelector("#tb_query")?.value.trim();
  return state || !query;
})()"""
HARMED: Final = """() => [
  window.hacked,
  document.querySelectorAll(".tb-search :is(img, script, svg, iframe):not(.tb-search__before *)").length,
  Object.keys(Object.prototype).length,
]"""
UNHARMED: Final = [None, 0, 0]

QUESTIONS: Final = [
    "",
    " ",
    "\0",
    "%00",
    "\u202epay\u202c",
    "\u200f\u200e\u2066\u2069 pay",
    "\ufeff",
    "\u0301" * 200,
    "e" + "\u0301" * 1000,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 100,
    "x" * 299 + "\U0001f600",  # cut in half where a link takes 300
    "a" * 20_000,
    "a " * 10_000,
    "-a " * 5_000,
    '"' * 4_001,
    '"a" ' * 3_000,
    '-"' * 3_000,
    '"a b c d e f g h i j k l m n o p q r s t u v w x y z" ' * 20,
    "\ufdfa" * 2_000,  # eighteen characters each, once normalised
    "(a+)+$",
    "[",
    "(?<=x",
    "\\",
    "\\u0000",
    ".*",
    "$& $1 $` $'",
    "{title} {n} {words}",
    "${1+1} {{1+1}} <%= 1 %>",
    "__proto__",
    "constructor",
    "toString valueOf hasOwnProperty",
    "null undefined NaN true",
    "-__proto__",
    '"__proto__ constructor"',
    "zzend zqtopic qfstateunanswered",
    "qftopicpayments qfboardgeneral",
    "../../../etc/passwd",
    "a&topic=__proto__",
    "\u65e5\u672c\u8a9e" * 700,
    "\u0627\u0644" * 900,
    "\uff1cscript\uff1e",
    "I\u0307\u0131\u017f\u212a\ufb01",
    "1e999 -1 0x10 \u0661\u0662",
    "a" * 41 + " " + "\U00020000" * 50,
]
ADDRESSES: Final = [
    "search/?",
    "search/?q",
    "search/?q=%",
    "search/?q=%E0%A4%A",
    "search/?q=%ED%A0%80",
    "search/?q=%FF%FE",
    "search/?q=a&q=b&q=c",
    "search/?q[]=a&q[__proto__]=b",
    "search/?__proto__=x&constructor=y&q=pay",
    "search/?q=pay&topic=__proto__",
    "search/?q=pay&state=constructor&state=toString",
    "search/?q=pay&board=%22%20OR%201",
    "search/?q=pay&path=..%2F..%2F",
    "search/?q=pay&language=%3Cimg%20src=x%20onerror=hacked=1%3E",
    "search/?q=pay&sort=__proto__",
    "search/?q=pay&sort=votes",
    "search/?q=pay&sort=%3Cscript%3E",
    "search/?q=pay&page=-1",
    "search/?q=pay&page=1e999&from=99999999999999999999",
    "search/?topic=payments&topic=payments&topic=payments",
    "search/?" + "topic=x&" * 3_000,
    "search/?" + "&".join(f"topic=t{at}" for at in range(3_000)),
    "search/?q=pay#tb-results",
    "search/?q=pay#%00",
    "search/?q=pay#:~:text=pay",
    "search/#__config",
    "search/#%E0%A4%A",
    "#__drawer",
    "#__search",
    "#__palette_0",
    "#__tabbed_1_1",
    "#<img src=x onerror=hacked=1>",
    "#javascript:hacked=1",
    "#" + "a" * 50_000,
    "#%F0%9F%98",
    "#:~:text=",
    "#constructor",
    "glossary/#__proto__",
    "library/?import=//evil.example#tb_import",
    "library/#tb-forget",
    "paths/first-proposal-to-contract/#step-99999999999999999999",
    "paths/first-proposal-to-contract/#check.x",
    "threads/proposal-words/#a1%00",
    "threads/proposal-words/#tb_word_1",
    "threads/proposal-words/?utm=%3Cscript%3E#question",
    "threads/proposal-words/#//evil.example",
    "latest/?page=2#page-2",
    "?q=<script>hacked=1</script>",
]
ALPHABET: Final = [
    *"abc \"'-<>&=/\\(){}[]*+?.|^$%#;:,`~!@_0\t\n",
    *"\u00e9\u00df\u0130\u0131\u200b\u200d\u202e\u2028\u3042\u4e00\u0627\uac00\ufb01\ufffd\U0001f600",
    "pay",
    "contract",
    "__proto__",
    "</script>",
]


def make_up(dice: random.Random) -> str:
    """Return a question of random characters and words, some of them very long."""
    parts = [dice.choice(ALPHABET) for _ in range(dice.randint(1, 60))]
    return "".join(parts) * dice.choice([1, 1, 1, 1, 50])


def asked() -> list[str]:
    dice = random.Random(7)  # noqa: S311 - the same questions each time
    made_up = [make_up(dice) for _ in range(rounds(RANDOM))]
    return [*QUESTIONS, *made_up]


LOADED: Final = 4
"""One of so many questions is in the address of a page that is loaded; the others come to a page that is."""

ASK: Final = f"""async ([part, texts, ask]) => {{
  const box = document.querySelector(part);
  const [field, list] = [box.querySelector("input"), box.querySelector("#tb-results, .tb-found")];
  const state = box.querySelector(".tb-search__state, .tb-found__state");
  const ways = {{
    address(text) {{
      history.pushState(null, "", `?q=${{text}}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }},
    keys(text) {{
      field.value = text;
      field.dispatchEvent(new Event("input", {{ bubbles: true }}));
    }},
  }};
  const isShown = () => {{
    const query = field.value.trim();
    return (list.dataset.query ?? "") === query && (!query || state.textContent);
  }};
  const found = [];
  for (const text of texts) {{
    const late = performance.now() + 30_000;
    ways[ask](text);
    do await new Promise((done) => setTimeout(done, 5));
    while (!isShown() && performance.now() < late);
    found.push([isShown() ? "shown" : "never shown", ...({HARMED})()]);
  }}
  return found;
}}"""


def ask_all(page: Page, part: str, texts: list[str], way: str) -> None:
    """Ask questions of a part of a page, each as soon as the one before is answered."""
    found = page.evaluate(ASK, [part, texts, way])
    for text, said in zip(texts, found, strict=True):
        assert said == ["shown", *UNHARMED], ascii(text)[:200]


def test_no_address_of_the_search_page_breaks_it(
    open_page: Callable[..., Page], address: str
) -> None:
    """`open_page` fails for anything that is thrown or said in the console."""
    page = open_page()
    questions = [quote(each.encode("utf-8"))[:30_000] for each in asked()]
    assert len(questions) + len(ADDRESSES) >= 100
    for url in [*(f"search/?q={each}" for each in questions[::LOADED]), *ADDRESSES]:
        page.goto("about:blank")  # otherwise only the fragment would change
        page.goto(address + url, wait_until="load")
        wait_until(page, SETTLED)
        assert page.evaluate(HARMED) == UNHARMED, url[:200]
    page.goto(f"{address}search/?q=pay")
    wait_until(page, SETTLED)
    ask_all(page, ".tb-search", questions, "address")


HALVES: Final = ["\ud800", "\udc00", "a\udfff b", "pay \ud83d", "\ud800" * 300]
"""Halves of characters, which can be typed but are in no address."""


def test_no_question_breaks_the_field_or_the_dialog(
    open_page: Callable[..., Page], address: str
) -> None:
    page = open_page()
    page.goto(f"{address}search/")
    wait_until(page, "document.querySelector('[data-tb-started]')")
    questions = [*HALVES, *asked(), *[*PAYLOADS.values()][::6]]
    ask_all(page, ".tb-search", questions, "keys")
    page.goto(address)
    page.locator(".tb-open-search").click()
    page.locator(".tb-dialog").wait_for()
    ask_all(page, ".tb-dialog", questions, "keys")
