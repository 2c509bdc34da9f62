"""Who keeps a thread true, and for whom it holds: on pages, in twins and in the filters of search."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from browsing import settle
from lxml import html as reader  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
Knowledge = Callable[[dict[str, str | bytes]], Path]
SITE: Final = """\
boards: [{id: new, title: New here}]
topics: [{id: proposals, title: Proposals}]
people:
  - {id: member, name: Community Member}
  - {id: ann, name: Ann & Co, role: staff}
labels:
  - {id: pro, title: Pro plan}
  - {id: germany, title: "Germany <b>"}
"""
THREAD: Final = """\
title: When is payday?
topics: [proposals]
applies_to: [germany]
answers:
  - accepted: true
    applies_to: [pro]
    owner: ann
    body: On Friday is payday.
  - body: Never is payday.
owner: member
"""
OTHER: Final = "title: Where is payday?\ntopics: [proposals]\nanswer: Here is payday.\n"


@pytest.fixture
def site(knowledge: Knowledge, run: Run) -> Path:
    base = knowledge(
        {"site.yml": SITE, "threads/new/pay.yml": THREAD, "threads/new/where.yml": OTHER}
    )
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    return base / "site"


def test_the_page_and_its_twins_say_who_and_for_whom(site: Path) -> None:
    folder = site / "threads/pay"
    page = reader.fromstring((folder / "index.html").read_text("utf-8"))
    said = [
        " ".join(node.text_content().split()) for node in page.xpath("//*[@class='tb-applies']")
    ]
    assert said == ["Applies to: Germany <b>", "Kept up to date by Community Member"]
    answer = " ".join(page.get_element_by_id("a1").text_content().split())
    assert "Applies to: Pro plan" in answer
    assert "Kept up to date by Ann & Co" in answer
    markdown = (folder / "index.md").read_text("utf-8")
    assert "Applies to: Germany \\<b>" in markdown
    assert "applies to Pro plan, kept by Ann & Co" in markdown
    data = json.loads((folder / "index.json").read_text("utf-8"))
    assert data["applies_to"] == [{"id": "germany", "title": "Germany <b>"}]
    assert data["owner"]["name"] == "Community Member"
    assert data["answers"][0]["applies_to"] == [{"id": "pro", "title": "Pro plan"}]
    assert data["answers"][1]["owner"] is None


def test_search_filters_by_label_and_owner(
    site: Path, page: Page, served: Callable[..., Any]
) -> None:
    with served(site) as address:
        page.goto(f"{address}search/?q=payday")
        settle(page)
        page.get_by_text("Filter and sort").click()
        page.get_by_label("Pro plan").wait_for()
        page.get_by_label("Ann & Co").wait_for()
        page.get_by_label("Germany <b>").check()
        page.locator("#tb-results a[href*='threads/pay/']").first.wait_for()
        page.wait_for_url("**applies_to=germany**")
        page.locator("#tb-results a[href*='threads/where/']").wait_for(state="detached")


def test_an_unknown_label_or_owner_is_found_at_its_place(knowledge: Knowledge, run: Run) -> None:
    slips = THREAD.replace("[pro]", "[prro]").replace("owner: ann", "owner: an")
    base = knowledge({"site.yml": SITE, "threads/new/pay.yml": slips})
    said = run("threadbook", "check", cwd=base).stderr
    assert "pay.yml:6:18: error[TB115]" in said
    assert 'Did you mean "pro"?' in said
    assert "pay.yml:7:12: error[TB204]" in said


def test_two_labels_with_one_id_are_found(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({"site.yml": f"{SITE}  - {{id: pro, title: Again}}\n"})
    assert 'Two labels have the id "pro".' in run("threadbook", "check", cwd=base).stderr


def test_fmt_puts_them_in_their_places(knowledge: Knowledge, run: Run) -> None:
    mixed = "owner: ann\nanswer: Yes.\napplies_to:\n  - pro\ntopics: [proposals]\ntitle: T?\n"
    base = knowledge({"site.yml": SITE, "threads/new/pay.yml": mixed})
    assert run("threadbook", "fmt", cwd=base).returncode == 0
    written = (base / "content/threads/new/pay.yml").read_text("utf-8")
    keys = [line.partition(":")[0] for line in written.splitlines() if line[:1].isalpha()]
    assert keys == ["title", "topics", "applies_to", "answer", "owner"]
