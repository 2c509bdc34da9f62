"""Scripts in every field of every format, page by page in a browser under the site's own policy.

Nothing may run, nothing may be blocked (what the policy has to stop got through the sanitiser), and
nothing may be asked of another host. `THREADBOOK_ATTACK=20` tries twenty times as many mutations.
"""

from __future__ import annotations

import json
import random
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any, Final

import pytest
from attack import rounds
from bases import write
from browsing import settle
from payloads import PAYLOADS, SENTINEL, as_line, mutate

from threadbook.markdown import examine, is_nested_too_deep, to_html

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Served
    from playwright.sync_api import Dialog, Page

ODD_PAGES: Final = 10
"""Threads of mutated payloads in the base."""

A_PAGE: Final = 8
"""Mutated payloads on each of them."""

OTHERS: Final = 8
"""Payloads of other threads in the comments of each."""

OPENED: Final = 6
"""One of so many threads is opened; together they hold every payload, see `list_opened`."""

LETTERS: Final = "abcdef"
"""Of the names of boards, topics and people."""

ALONE: Final = 1500
"""Mutated payloads that are rendered and put into one page."""

CONFIG: Final = {
    "site_name": "Payloads",
    "site_url": "https://example.org/help/",
    "docs_dir": "content/pages",
    "theme": {
        "name": "material",
        "font": False,
        "features": ["navigation.tabs", "navigation.instant", "content.code.copy"],
    },
    "plugins": [
        {
            "threadbook": {
                "answer_url": "https://example.org/edit?title={title}&url={url}",
                "report_url": "https://example.org/new?title={title}&why={reason}",
                "edit_url": "https://example.org/{file}",
                "ask_url": "https://example.org/ask?title={title}",
                "feedback_url": "https://example.org/votes",
                # What stands behind the checker is tested here, so the build must not stop.
                "rules": dict.fromkeys(("TB217", "TB218", "TB219", "TB230", "TB231"), "warning"),
            }
        }
    ],
}


class Texts:
    """Payloads for fields: each field gets the next one, so that every one is in several fields."""

    def __init__(self) -> None:
        self.lines = cycle(map(as_line, PAYLOADS.values()))
        self.bodies = cycle(PAYLOADS.values())

    def line(self) -> str:
        return next(self.lines)

    def body(self) -> str:
        # What names a thread that is not there is a finding, so it would not be built.
        return re.sub(r"\[\[|thread:", "[", next(self.bodies))


def named(text: str) -> str:
    """Return a text without links by name, which have to lead somewhere."""
    return text.replace("[[", "[ [").replace("thread:", "threads ")


def write_payloads(root: Path) -> None:
    """Write a base with the payloads in every field that takes a text."""
    text = Texts()
    write(root, {"mkdocs.yml": json.dumps(CONFIG), "content/pages/about.md": "# About\n"})
    _write_site(root, text)
    for number, body in enumerate(PAYLOADS.values()):
        _write_thread(root, f"p{number}", text, re.sub(r"\[\[|thread:", "[", body))
    dice = random.Random(16)  # noqa: S311 - the same mutations each time
    for number in range(rounds(ODD_PAGES)):
        body = "[[x]]"
        while is_nested_too_deep(body) or any(link.thread for link in examine(body).links):
            body = "\n\n".join(mutate(dice) for _ in range(A_PAGE))
        _write_thread(root, f"m{number}", text, body)
    _write_paths(root, text)


def _put(root: Path, name: str, content: object) -> None:
    write(root, {f"content/{name}": json.dumps(content, ensure_ascii=True)})  # JSON is YAML


def _write_site(root: Path, text: Texts) -> None:
    names = {name: {"title": text.line(), "summary": text.line()} for name in LETTERS}
    _put(
        root,
        "site.yml",
        {
            "boards": [{"id": f"b{name}"} | each for name, each in names.items()],
            "topics": [
                {"id": f"t{name}", "title": text.line(), "summary": text.line()}
                | ({"stage": place + 1, "start_here": f"p{place}"} if place < 3 else {})
                for place, name in enumerate(names)
            ],
            "people": [{"id": f"h{name}", "name": text.line()} for name in names],
            "featured": {"topics": ["ta"], "threads": ["p0", "p1"], "paths": ["q0"]},
        },
    )
    words = [f"{text.line()[:200]} {number}" for number in range(60)]
    _put(
        root,
        "glossary.yml",
        [
            {"term": word, "definition": named(text.line()), "also": [f"{word} too"]}
            for word in words
        ]
        + [{"term": "word", "definition": named(text.line()), "thread": "p0"}],
    )
    _put(root, "synonyms.yml", [{"words": [text.line(), f"x{number}"]} for number in range(20)])
    golden = [{"query": f"{text.line()} {number}", "expect": "p0"} for number in range(20)]
    _put(root, "queries.yml", golden)


def _write_thread(root: Path, id_: str, text: Texts, body: str) -> None:
    letter = LETTERS[int(id_[1:]) % len(LETTERS)]

    def post(own: str) -> dict[str, Any]:
        return {"by": f"h{letter}", "at": "2026-01-01", "body": own}

    def others() -> list[dict[str, Any]]:
        return [post(text.body()) for _ in range(OTHERS // 2)]

    thread = {
        "title": f"{text.line()} {id_}",
        "topics": [f"t{letter}", "ta"] if letter != "a" else ["ta"],
        "summary": text.line(),
        "also_asked": [f"{text.line()} {id_}"],
        "question": post(body) | {"comments": others()},
        "answers": [
            post(f"A word first.\n\n{body}")
            | {"accepted": True, "note": text.line(), "comments": [post(body)]},
            post(text.body()) | {"id": "other", "comments": others()},
        ],
        "source": {"system": text.line(), "license": text.line(), "url": "https://example.org/"},
        "redirect_from": [f"old/{id_}"],
        "silence": [{"rule": "TB406", "reason": text.line()}],
    }
    _put(root, f"threads/b{letter}/{id_}.yml", thread)


def _write_paths(root: Path, text: Texts) -> None:
    for number in range(4):
        steps: list[dict[str, Any]] = []
        for place in range(6):
            choice = {"text": text.line(), "correct": True, "why": text.line()}
            other = {"text": f"{text.line()} else", "why": text.line()}
            check = {"question": text.line(), "choices": [choice, other], "cites": "p0"}
            steps += [
                {"thread": f"p{number * 6 + place}", "note": text.body()},
                {"check": check},
            ]
        path = {"title": f"{text.line()} {number}", "summary": text.line(), "steps": steps}
        more = {"audience": text.line(), "objectives": [text.line(), text.line()]}
        _put(root, f"paths/q{number}.yml", path | more)


@pytest.fixture(scope="module")
def payload_site(build_once: Callable[..., Path]) -> Path:
    return build_once("payloads", write_payloads)


# What watches a page

WATCH: Final = """
window.trouble = [];
for (const name of ["alert", "confirm", "prompt"]) {
  window[name] = () => { window.hacked = name; return null; };
}
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
  window.trouble.push(`blocked ${effectiveDirective}: ${blockedURI} ${sample}`);
});
"""
LOOK: Final = """(within, isPage = false) => {
  const root = within ?? document;
  const found = [...(window.trouble ?? [])];
  if ("hacked" in window) found.push(`it ran: ${window.hacked}`);
  for (const each of root.querySelectorAll("*")) {
    for (const { name, value } of each.attributes) {
      if (/^on|^srcdoc$|^formaction$|^hx-|^v-|^@/.test(name)) found.push(`${each.localName} ${name}=${value}`);
      // The theme's scripts set styles, too, which the policy allows them.
      if (name === "style" && ((within && !isPage) || each.closest(".tb-body"))) found.push(`${each.localName} style=${value}`);
      if (/(href|src|action|data)$/.test(name) && !/^data-/.test(name)) {
        const { protocol, host } = URL.parse(value, document.baseURI) ?? { protocol: "", host: "" };
        if (!["http:", "https:", "mailto:", ""].includes(protocol)) found.push(`${each.localName} ${name}=${value}`);
        if (each.localName === "img" && host !== location.host) found.push(`a picture of ${host}`);
      }
    }
    if (/^(iframe|object|embed|applet|base|frameset|portal|math|foreignobject|animate|set|use)$/.test(each.localName))
      found.push(`<${each.localName}>`);
  }
  return found;
}"""


@contextmanager
def watched(browser: Any) -> Iterator[tuple[Page, list[str]]]:
    """Open a page in which anything that goes wrong is written down."""
    # A page that may not copy its Markdown goes there, and would not be looked at.
    context = browser.new_context(service_workers="block", permissions=["clipboard-write"])
    page: Page = context.new_page()
    trouble: list[str] = []
    page.add_init_script(WATCH)
    # A picture that a text names need not be there.
    harmless = ("status of 404", "Service Worker registration blocked")

    def on_console(said: Any) -> None:
        if said.type in {"error", "warning"} and not any(each in said.text for each in harmless):
            trouble.append(f"console: {said.text}")

    def on_request(request: Any) -> None:
        if not request.url.startswith("http://127.0.0.1:"):
            trouble.append(f"left this machine: {request.url}")

    def on_dialog(dialog: Dialog) -> None:
        trouble.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    page.on("console", on_console)
    page.on("request", on_request)
    page.on("pageerror", lambda error: trouble.append(f"thrown: {error}"))
    page.on("dialog", on_dialog)
    yield page, trouble
    context.close()


def list_pages(site: Path) -> list[str]:
    """Return the addresses of all pages but redirects."""
    return [
        file.relative_to(site).as_posix().removesuffix("index.html")
        for file in sorted(site.rglob("*.html"))
        if 'http-equiv="refresh"' not in file.read_text("utf-8")
    ]


# The tests


def test_there_are_enough_payloads_and_each_calls_the_sentinel_or_misleads() -> None:
    assert len(PAYLOADS) >= 150
    assert len(set(PAYLOADS.values())) == len(PAYLOADS)
    assert sum(SENTINEL in text or "evil.example" in text for text in PAYLOADS.values()) > 200


def test_the_base_allows_no_script_that_a_harmless_one_does_not(
    payload_site: Path, example_site: Path
) -> None:
    """The policy is computed from pages that hold titles of content: none gets a hash of its own."""

    def scripts(site: Path) -> set[str]:
        found = re.search(r"script-src ([^;]*);", (site / "_headers").read_text("utf-8"))
        assert found
        return set(found[1].split())

    assert scripts(payload_site) == scripts(example_site)


READ: Final = f"""async (urls) => {{
  const look = {LOOK};
  return Promise.all(urls.map(async (url) => {{
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
    const scripts = [...page.scripts].filter(({{ type }}) => !/json$/.test(type));
    const strange = scripts.filter((each) => each.src && new URL(each.src).host !== location.host);
    return [url, look(page, true), strange.map(({{ src }}) => src), scripts.filter(({{ src }}) => !src).map(({{ text }}) => text)];
  }}));
}}"""


def test_a_browser_reads_nothing_in_any_page_that_could_run(
    browser: Any, served: Served, payload_site: Path
) -> None:
    """The scripts are those that the policy allows, and it allows no more than for a harmless base."""
    pages = list_pages(payload_site)
    assert len(pages) > len(PAYLOADS) + rounds(ODD_PAGES)
    policy = (payload_site / "_headers").read_text("utf-8")
    with watched(browser) as (page, _), served(payload_site) as address:
        page.goto(f"{address}404.html")
        batches = iter(pages)
        while batch := list(islice(batches, 50)):
            for url, said, strange, scripts in page.evaluate(
                READ, [address + url for url in batch]
            ):
                assert (said, strange) == ([], []), url
                digests = [b64encode(sha256(each.encode()).digest()).decode() for each in scripts]
                assert [each for each in digests if f"'sha256-{each}'" not in policy] == [], url


def list_opened(site: Path) -> list[str]:
    """Return the pages that are no threads, and some that are; with `THREADBOOK_ATTACK=6`, all.

    Each thread holds payloads of other threads too, so that these have every one in a body.
    """

    def is_opened(url: str) -> bool:
        number = re.fullmatch(r"threads/p(\d+)/", url)
        return not number or int(number[1]) % max(1, OPENED // rounds(1)) == 0

    return [url for url in list_pages(site) if is_opened(url)]


def test_the_threads_that_are_opened_hold_every_payload(payload_site: Path) -> None:
    """As their sources say, which are beside the pages."""
    bodies = set()
    for url in list_opened(payload_site):
        if url.startswith("threads/"):
            (file,) = payload_site.parent.glob(f"content/threads/*/{url.split('/')[1]}.yml")
            thread = json.loads(file.read_text("utf-8"))
            posts = [thread["question"], *thread["answers"]]
            bodies |= {each["body"] for post in posts for each in (post, *post["comments"])}
    assert {re.sub(r"\[\[|thread:", "[", body) for body in PAYLOADS.values()} <= bodies


def test_pages_are_opened_and_none_of_it_runs(
    browser: Any, served: Served, payload_site: Path
) -> None:
    found: dict[str, list[str]] = {}
    with watched(browser) as (page, trouble), served(payload_site) as address:
        for url in list_opened(payload_site):
            page.goto(address + url, wait_until="load")
            said = page.evaluate(LOOK) + trouble
            trouble.clear()
            if said:
                found[url] = said
    assert found == {}


CLICK: Final = """() => {
  const all = [...document.querySelectorAll("button, summary, label, input, .tb-term, .tb-permalink, [tabindex]")];
  for (const each of all) {
    if (each.closest("form[action]") || each.matches("[type=file]")) continue;
    for (const name of ["mouseover", "focus", "pointerdown", "click"]) {
      if (name === "click") each.click();
      else each.dispatchEvent(new Event(name, { bubbles: name !== "focus" }));
    }
  }
  return all.length;
}"""


def test_whatever_is_clicked_on_none_of_it_runs(
    browser: Any, served: Served, payload_site: Path
) -> None:
    sample = list_pages(payload_site)[::24]
    clicked: Counter[str] = Counter()
    with watched(browser) as (page, trouble), served(payload_site) as address:
        page.route("https://example.org/**", lambda route: route.abort())
        for url in [*sample, "paths/q0/", "glossary/", "library/"]:
            page.goto(address + url, wait_until="load")
            settle(page)  # scripts begin after the first paint
            page.evaluate("window.print = () => {}")
            clicked[url] = page.evaluate(CLICK)
            for key in "mb?":
                page.keyboard.press(key)
            page.keyboard.press("Escape")
            said = page.evaluate(LOOK)
            # A vote is sent where the site is set up to send it, and nothing listens there.
            said += [
                each for each in trouble if "example.org/votes" not in each and "ERR_" not in each
            ]
            trouble.clear()
            assert said == [], url
    assert min(clicked.values()) > 2


def test_what_is_found_is_shown_as_text(browser: Any, served: Served, payload_site: Path) -> None:
    """Results are made of the index, which holds what the threads say."""
    with watched(browser) as (page, trouble), served(payload_site) as address:
        for words in ("script", "onerror hacked", "svg", "javascript", "img src", "constructor"):
            page.goto(f"{address}search/?q={words}")
            page.locator(".tb-result").first.wait_for()
            assert page.evaluate(LOOK) == []
        page.goto(address)
        page.locator(".tb-open-search").click()
        page.keyboard.type("hacked script")
        page.locator(".tb-found__option").first.wait_for()
        page.keyboard.press("ArrowDown")
        assert page.evaluate(LOOK) == []
    assert trouble == []


REPARSE: Final = f"""(texts) => {{
  const look = {LOOK};
  const found = [];
  for (const [at, text] of texts.entries()) {{
    const box = document.createElement("div");
    box.innerHTML = text;
    document.body.append(box);
    box.innerHTML = box.innerHTML;
    const other = new DOMParser().parseFromString(text, "text/html");
    const said = [...look(box), ...look(other)];
    if (said.length) found.push([at, ...said]);
    box.remove();
  }}
  return found;
}}"""


def test_these_pages_would_show_what_is_not_sanitised(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    """Without the sanitiser, the same look at the same payloads finds most of them."""
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title><body>", "utf-8")
    with watched(browser) as (page, _), served(tmp_path) as address:
        page.goto(address)
        raw = [text for name, text in PAYLOADS.items() if not name.startswith("markdown")]
        found = page.evaluate(REPARSE, raw)
        page.wait_for_timeout(200)
        assert page.evaluate("window.hacked")
    assert len(found) >= 80  # scripts do not run when a page is changed, so many show nothing


def test_mutated_payloads_stay_harmless_when_a_browser_reads_them_twice(
    browser: Any, served: Served, tmp_path: Path
) -> None:
    """A page without a policy: what a sanitiser and a browser read differently would run here."""
    dice = random.Random(17)  # noqa: S311 - the same mutations each time
    (tmp_path / "index.html").write_text("<!doctype html><title>x</title><body>", "utf-8")
    sources = [*PAYLOADS.values(), *(mutate(dice) for _ in range(rounds(ALONE)))]
    sources = [each for each in sources if not is_nested_too_deep(each)]
    with watched(browser) as (page, trouble), served(tmp_path) as address:
        page.goto(address)
        batches = iter(sources)
        while batch := list(islice(batches, 300)):
            texts = [to_html(body, lambda _: None, prefix="a1_") for body in batch]
            found = page.evaluate(REPARSE, texts)
            assert [(batch[at], said) for at, *said in found] == []
        page.wait_for_timeout(200)  # for handlers of things that failed to load
        assert page.evaluate(LOOK) == []
    assert trouble == []
