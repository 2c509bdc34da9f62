"""What readers do, kept in their browser: paths, checks, marks, the library, and storage that fails."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from browsing import wait_until
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
    button = page.locator(".tb-membership").get_by_role("button", name="Done")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    page.locator(".tb-way[rel=next]").first.click()
    page.wait_for_url(f"**/threads/{SECOND}/")
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
        expect(membership.get_by_role("button")).to_have_count(0)
    plain.goto(f"{address}library/")
    expect(plain.get_by_text("Your library needs JavaScript")).to_be_visible()


def test_keys_lead_along_the_path_and_are_not_stolen_while_typing(page: Page, address: str) -> None:
    page.goto(f"{address}threads/{FIRST}/")
    page.locator(".tb-membership").first.wait_for()
    expect(page.locator("[aria-pressed]").first).to_be_attached()
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("m")
    expect(page.locator(".tb-membership [aria-pressed=true]").first).to_be_visible()
    expect(page.locator("#tb-announced")).to_have_text("Marked as done.")
    page.keyboard.press("m")
    expect(page.locator(".tb-membership [aria-pressed=true]")).to_have_count(0)
    page.keyboard.press("b")
    assert f"kept:{FIRST}" in state(page)
    page.keyboard.press("n")
    expect(page.locator(".tb-membership").first).to_contain_text("Step 2 of 9")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("p")
    expect(page.locator(".tb-membership").first).to_contain_text("Step 1 of 9")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("nm?b")
    expect(page.get_by_role("combobox")).to_have_value("nm?b")
    assert page.url.endswith(f"/threads/{FIRST}/")


# Checks


def test_a_check_explains_and_a_wrong_answer_blocks_nothing(page: Page, address: str) -> None:
    open_path(page, address)
    check = page.locator(".tb-check").first
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("Choose an answer first")
    check.get_by_role("radio", name="I am hired").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(check.get_by_role("status")).to_contain_text("Not this one")
    expect(check.get_by_role("status")).to_contain_text("Nothing runs before")
    expect(page.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    page.keyboard.press("ArrowDown")
    check.get_by_role("button", name="Check").click()
    expect(check.get_by_role("status")).to_contain_text("✓ Right")
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
    ways = [stop for stop in found if stop.startswith(("Start:", "All on one page"))]
    assert ways == [
        "Start: What do the words proposal, interview, offer and contract mean?",
        "All on one page, to print",
    ]
    first = found.index("All on one page, to print") + 1
    assert found[first].startswith("What do the words")
    assert found[first + 1].startswith("Done: What do the words")
    assert found[first + 2].startswith("How do I tell")
    page.locator(".tb-check input").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".tb-check input").nth(1)).to_be_checked()
    page.keyboard.press("Tab")
    expect(page.locator(".tb-check button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".tb-check").first.get_by_role("status")).to_contain_text("Right")
    expect(page.locator(".tb-check button").first).to_be_focused()
    assert stops(page, 1) == ["My proposal was accepted. What happens next?"]


def test_what_changes_is_announced_and_the_focus_stays(page: Page, address: str) -> None:
    page.goto(f"{address}threads/{FIRST}/")
    wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
    for key, words in (
        ("m", "Marked as done."),
        ("m", "No longer marked as done."),
        ("b", "Bookmarked."),
        ("b", "Bookmark removed."),
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
    expect(page.locator("#tb-announced")).to_have_text("You begin this path anew.")
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
        expect(page.locator(".tb-record")).to_contain_text("answered rightly")
        expect(page.locator(".tb-record")).to_contain_text("certifies nothing")
        page.goto("about:blank")


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
    for at, words in enumerate(["Read", "Done", "Bookmarked", "Changed since you read it"]):
        expect(items.nth(at).locator(".tb-marks")).to_have_text(words)
    expect(items.nth(4).locator(".tb-marks")).to_have_count(0)
    page.goto(f"{address}threads/{ids[3]}/")
    expect(page.locator(".tb-changed")).to_contain_text("changed since you read it")


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
    for words in ("1 entry is new or newer", "Nothing in the file is newer"):
        other.locator("#tb_import").set_input_files(file)
        expect(status).to_contain_text(words)
    open_path(other, address)
    expect(other.locator(".tb-progress")).to_contain_text("1 of 8 steps done")
    assert state(one) == state(other)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("no json", "is no library"),
        ("[1]", "is no library"),
        ('{"threadbook": 1, "entries": null}', "is no library"),
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
    page.get_by_role("button", name="Forget everything").click()
    page.keyboard.press("Escape")
    assert state(page)
    expect(page.get_by_role("button", name="Forget everything")).to_be_focused()
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget everything").click()
    expect(page.locator("#tb-library-state")).to_have_text("Everything was forgotten.")
    assert not state(page)


# Storage that fails

REFUSED = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
FULL = "Storage.prototype.setItem = function () { throw new DOMException('full', 'QuotaExceededError') }"


@pytest.mark.parametrize(
    ("script", "words"),
    [(REFUSED, "does not let the site keep anything"), (FULL, "storage is full")],
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
MERGE = """async ([url, one, two, three]) => {
  const { merge } = await import(url);
  const ordered = state => JSON.stringify(Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    commutative: ordered(merge(one, two)) === ordered(merge(two, one)),
    idempotent: ordered(merge(one, one)) === ordered(one),
    associative: ordered(merge(merge(one, two), three)) === ordered(merge(one, merge(two, three))),
    complete: [one, two].every(state => Object.keys(state).every(name => Object.hasOwn(merge(one, two), name))),
  };
}"""


def test_merging_is_commutative_idempotent_and_associative(page: Page, address: str) -> None:
    page.goto(f"{address}404.html")
    url = f"{address}assets/threadbook/reader/state.js"

    @settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
    @given(STATES, STATES, STATES)
    def holds(one: Any, two: Any, three: Any) -> None:
        laws = page.evaluate(MERGE, [url, one, two, three])
        assert all(laws.values()), laws

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


def test_the_map_of_paths_is_a_drawing_of_links_and_a_text(page: Page, address: str) -> None:
    page.goto(f"{address}paths/")
    page.get_by_text("The same in words").click()
    expect(page.get_by_text("Interviews without fear: after From your first")).to_be_visible()
    link = page.locator(".tb-map a").filter(has_text="Interviews")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/paths/interviews-done-well/")


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
