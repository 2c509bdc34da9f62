"""Bases at the edges: nearly empty, crowded, with long titles, and in other scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browsing import settle, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

OpenPage = Callable[..., "Page"]
Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]
Served = Callable[[Path], AbstractContextManager[str]]

BARE = "boards: [{id: new, title: New}]\ntopics: [{id: one, title: One}]\n"
LONG = "Why does " + "a very long title of a question " * 6 + "end?"
ENDLESS = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4


@pytest.fixture
def built(knowledge: Knowledge, run: Run) -> Callable[[dict[str, str | bytes]], Path]:
    """Build a small base; return its site."""

    def build(files: dict[str, str | bytes]) -> Path:
        base = knowledge(files)
        done = run("threadbook", "build", cwd=base)
        assert done.returncode == 0, done.stderr
        return base / "site"

    return build


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    settle(page)
    try:
        wait_until(page, f"document.documentElement.scrollWidth <= {width}", 2)
    except AssertionError as error:
        wide = page.evaluate("document.documentElement.scrollWidth")
        raise AssertionError(f"{page.url} is {wide} px wide on a screen of {width}") from error


def test_a_base_of_one_thread_is_a_whole_site(
    built: Callable[..., Path], served: Served, page: Page
) -> None:
    site = built({"site.yml": BARE, "threads/new/first.yml": "title: What?\ntopics: [one]\n"})
    with served(site) as address:
        for url in (
            "",
            "threads/first/",
            "topics/",
            "topics/one/",
            "paths/",
            "latest/",
            "library/",
        ):
            page.goto(f"{address}{url}")
            assert page.locator(".tb h1").count() == 1
            assert "None" not in page.locator(".tb").inner_text()
            empty = page.locator(".tb section:visible, .tb ul:visible, .tb ol:visible")
            texts = empty.evaluate_all("nodes => nodes.map(node => node.textContent.trim())")
            assert all(texts), f"{url}: an empty piece is shown"
            fits(page, 320)


def test_a_topic_whose_only_question_is_its_start_has_no_empty_list(
    built: Callable[..., Path],
) -> None:
    started = BARE.replace("title: One", "title: One, start_here: first")
    site = built(
        {
            "site.yml": started,
            "threads/new/first.yml": "title: What?\ntopics: [one]\nanswer: That.\n",
        }
    )
    page = (site / "topics/one/index.html").read_text("utf-8")
    assert "Start here" in page
    assert "All questions" not in page


def test_three_hundred_topics_stay_light_and_in_bounds(
    knowledge: Knowledge, run_process: Run, served: Served, page: Page
) -> None:
    topics = "".join(
        f"  - {{id: t{n}, title: Topic {n}, stage: {n % 7 or 7}}}\n" for n in range(300)
    )
    base = knowledge(
        {
            "site.yml": f"boards: [{{id: new, title: New}}]\ntopics:\n{topics}",
            "threads/new/first.yml": "title: What?\ntopics: [t1, t2]\nanswer: That.\n",
        }
    )
    done = run_process("threadbook", "build", cwd=base)  # enough pages for a pool
    assert done.returncode == 0, done.stderr
    with served(base / "site") as address:
        for url in ("", "topics/", "topics/t1/", "threads/first/"):
            page.goto(f"{address}{url}")
            fits(page, 320)
            fits(page, 1280)


@pytest.mark.parametrize("title", [LONG[:200], ENDLESS[:200]])
def test_titles_of_two_hundred_characters_wrap(
    title: str, built: Callable[..., Path], served: Served, page: Page
) -> None:
    thread = f"title: {title}\ntopics: [proposals]\nanswer: That.\n"
    path = "title: Path\nobjectives: [Know.]\nsteps: [{thread: first}]\n"
    site = built({"threads/new/first.yml": thread, "paths/one.yml": path})
    with served(site) as address:
        for url in ("", "threads/first/", "boards/new/", "topics/proposals/", "paths/one/"):
            page.goto(f"{address}{url}")
            for width in (320, 768, 1440):
                fits(page, width)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("هل أنا ملزم بعد المقابلة؟", "rtl"),
        ("インタビューの後で断れますか。", "ltr"),
        ("面试之后我还能拒绝吗？", "ltr"),
    ],
)
def test_every_script_is_set_as_it_is_read(
    text: str, direction: str, built: Callable[..., Path], served: Served, page: Page
) -> None:
    lang = {"هل": "ar", "イン": "ja", "面试": "zh"}[text[:2]]
    thread = (
        f"title: {text}\ntopics: [proposals]\nlang: {lang}\nanswer: |\n  {text}\n\n  1. {text}\n"
    )
    site = built({"threads/new/first.yml": thread})
    with served(site) as address:
        page.goto(f"{address}threads/first/")
        body = page.locator(".tb-post .tb-body").first
        assert body.evaluate("node => getComputedStyle(node).direction") == direction
        assert body.get_attribute("lang") == lang
        assert page.locator("h1").get_attribute("lang") == lang
        fits(page, 320)


ANSWERS = "".join(
    f"  - {{id: a{n}, at: 2026-01-{n % 28 + 1:02}, votes: {60 - n}, body: Answer number {n}.}}\n"
    for n in range(1, 61)
)


def test_sixty_answers_fold_and_links_open_them(
    built: Callable[..., Path], served: Served, open_page: OpenPage
) -> None:
    site = built(
        {"threads/new/first.yml": f"title: What?\ntopics: [proposals]\nanswers:\n{ANSWERS}"}
    )
    with served(site) as address:
        for scripts in (True, False):
            page = open_page(java_script_enabled=scripts)
            page.goto(f"{address}threads/first/")
            assert page.locator(".tb-answers > article").count() == 10
            assert not page.locator("#a40").is_visible()
            page.get_by_text("50 more answers").click()
            assert page.locator("#a40").is_visible()
        page = open_page()
        page.goto(f"{address}threads/first/#a40")
        page.locator("#a40").wait_for(state="visible")
        wait_until(
            page,
            "(({ top }) => top >= 0 && top < innerHeight)(document.getElementById('a40').getBoundingClientRect())",
        )
        wait_until(
            page, "getComputedStyle(document.getElementById('a40')).outlineStyle === 'solid'"
        )
        page.goto(f"{address}threads/first/")
        page.evaluate("location.hash = 'a50'")
        page.locator("#a50").wait_for(state="visible")
        page.locator(".tb-answers > .tb-fold > summary").click()
        page.locator("#a50").wait_for(state="hidden")
        page.evaluate("document.body.append('anything')")
        settle(page)
        assert not page.locator("#a50").is_visible(), "what was folded stays folded"
        page.goto(f"{address}threads/first/#100%")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
        page.emulate_media(media="print")
        assert page.locator("#a60").is_visible()


def test_long_code_tables_and_pictures_scroll_by_themselves(
    built: Callable[..., Path], served: Served, page: Page
) -> None:
    row = "|" + "|".join(f" a column {n} " for n in range(14)) + "|"
    line = "|" + "---|" * 14
    body = "\n".join(
        f"  {each}"
        for each in (
            "```",
            "x" * 400,
            "```",
            "",
            row,
            line,
            row,
            "",
            f"> {ENDLESS}",
            "",
            f'<img src="data:," width="2000" height="20" alt="wide"> `{"y" * 300}`',
        )
    )
    site = built(
        {"threads/new/first.yml": f"title: What?\ntopics: [proposals]\nanswer: |\n{body}\n"}
    )
    with served(site) as address:
        page.goto(f"{address}threads/first/")
        fits(page, 320)
        fits(page, 1440)
        scrolled = page.locator(".tb-body :is(pre, .tb-scroll)")
        assert scrolled.count() >= 2
        for each in scrolled.all():
            assert each.get_attribute("tabindex") == "0" or each.locator("[tabindex='0']").count()


# Was this helpful?

REPORT = """\
site_name: Small
site_url: https://example.org/help/
docs_dir: content/pages
theme: {name: material, font: false}
plugins:
  - threadbook:
      report_url: https://example.org/new?title={title}&body={reason}
"""


def test_helpful_ends_in_a_prefilled_report_and_keeps_nothing(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    base = knowledge({})
    (base / "mkdocs.yml").write_text(REPORT)
    assert run("threadbook", "build", cwd=base).returncode == 0
    with served(base / "site") as address:
        page = open_page()
        page.goto(f"{address}threads/first/")
        box = page.get_by_role("region", name="Was this helpful?")
        box.get_by_text("No", exact=True).click()
        link = box.get_by_role("link", name="It is hard to follow")
        assert link.get_attribute("href") == (
            "https://example.org/new?title=What%20first%3F&body=It%20is%20hard%20to%20follow"
        )
        before = page.evaluate("JSON.stringify(localStorage)")
        box.get_by_role("button", name="Yes").click()
        said = box.get_by_role("status")
        said.get_by_text("Glad it helped").wait_for()
        assert said.evaluate("node => node === document.activeElement")
        assert page.evaluate("JSON.stringify(localStorage)") == before
        plain = open_page(java_script_enabled=False)
        plain.goto(f"{address}threads/first/")
        plain.get_by_text("No", exact=True).click()
        assert plain.get_by_role("link", name="Something is missing").is_visible()
        assert not plain.get_by_role("button", name="Yes").is_visible()
        both = REPORT + f"      feedback_url: {address}say\n"
        (base / "mkdocs.yml").write_text(both)
        assert run("threadbook", "build", cwd=base).returncode == 0
        plain.goto(f"{address}threads/first/")
        plain.get_by_text("No", exact=True).click()
        assert plain.get_by_role("link", name="Something is missing").is_visible()
        assert not plain.locator("[data-tb-helpful]:visible").count()
        page = open_page()  # the other one may keep what was built in the same second
        page.goto(f"{address}threads/first/")
        page.get_by_text("No", exact=True).click()
        assert page.get_by_role("button", name="Something is missing").is_visible()
        assert not page.get_by_role("link", name="Something is missing").is_visible()


def test_helpful_tells_the_endpoint_of_the_site_and_owns_up_to_failure(
    knowledge: Knowledge, run: Run, served: Served, open_page: OpenPage
) -> None:
    base = knowledge({})
    with served(base) as elsewhere:
        config = re.sub("report_url: .*", f"feedback_url: {elsewhere}say", REPORT)
        (base / "mkdocs.yml").write_text(config)
        assert run("threadbook", "build", cwd=base).returncode == 0
        with served(base / "site") as address:
            page = open_page()
            sent: list[str] = []

            def answer(route: Any) -> None:
                sent.append(f"{route.request.method} {route.request.post_data}")
                route.fulfill(status=200, headers={"Access-Control-Allow-Origin": "*"})

            page.route("**/say", answer)
            page.goto(f"{address}threads/first/")
            box = page.get_by_role("region", name="Was this helpful?")
            box.get_by_text("No", exact=True).click()
            page.evaluate(
                "() => { window.kept = window.fetch; window.fetch = () => Promise.reject(new Error()); }"
            )
            box.get_by_role("button", name="It is out of date").click()
            box.get_by_text("Your feedback could not be sent").wait_for()
            page.evaluate("() => { window.fetch = window.kept; }")
            box.get_by_role("button", name="It is out of date").click()
            box.get_by_text("Your feedback was sent").wait_for()
            assert len(sent) == 1
            assert sent[0].startswith("POST thread=first&answer=outdated&page=")
            assert box.get_by_role("button").count() == 0


@pytest.mark.parametrize("where", ["127.0.0.1:99999", "192.0.2.1:8000"])
def test_an_address_where_nothing_can_listen_is_said_so(
    where: str, small_base: Path, run_process: Run
) -> None:
    done = run_process("threadbook", "serve", "--address", where, cwd=small_base)
    if where.endswith("99999"):
        assert (done.returncode, f"{where} is not an address" in done.stderr) == (2, True)
    else:
        assert (done.returncode, f"Nothing can listen at {where}" in done.stderr) == (3, True)
    assert "Traceback" not in done.stderr
