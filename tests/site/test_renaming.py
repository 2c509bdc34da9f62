"""A site whose content is renamed, joined and removed: nobody who comes by an old address is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import write_example
from crawler import Site

pytestmark = pytest.mark.slow

ADDRESS = "https://example.org/help/"
Run = Callable[..., Any]

STEPS = """\
move write-first-proposal first-proposal
move first-proposal the-first-proposal
move topic:contracts agreements
move board:finding-work find-work
move first-proposal-to-contract first-steps
move no-replies-to-proposals making-a-living/no-replies
merge weekly-time-sheet-by-mail how-hours-are-recorded
merge topic:taxes payments
merge board:doing-the-work working-with-clients
remove two-clients-said-yes --to proposal-accepted-what-next
remove how-many-rounds-of-changes
remove path:interviews-done-well --to first-steps
""".splitlines()

LINKS = """\
# Everything that has a name

[[how-hours-are-recorded]], [[how-hours-are-recorded#a2]], [an answer](thread:decline-an-offer#a1),
[[topic:payments]], [a board](board:new-freelancers), [a path](path:paid-and-closed-well#step-2),
[about](page:about.md), [its heading](page:about.md#{heading}), [below](#below), [a list](../latest/).

## Below

That is all.
"""


def build(root: Path, run: Run) -> Site:
    done = run("threadbook", "build", "--engine", "plain", cwd=root)
    assert done.returncode == 0, done.stderr
    return Site.read(root / "site", ADDRESS)


def led_to(root: Path, site: Site, address: str) -> str:
    """Follow redirects from an address; return where a reader ends."""
    for _ in range(5):
        file = site.documents[address]
        if not file.is_redirect:
            return address
        text = (root / "site" / address / "index.html").read_text("utf-8")
        found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', text)
        assert found is not None
        led = site.led(address, found[1])
        assert led is not None
        address = led[0]
    raise AssertionError(f"{address} leads in a circle")


def test_after_every_step_every_address_of_all_steps_before_leads_to_a_page(
    tmp_path: Path, run: Run
) -> None:
    write_example(tmp_path)
    about = (tmp_path / "content/pages/about.md").read_text("utf-8")
    words = re.findall(r"^## (.*)$", about, re.MULTILINE)[0]
    heading = "-".join(re.findall(r"[a-z0-9]+", words.lower()))
    (tmp_path / "content/pages/names.md").write_text(LINKS.replace("{heading}", heading))
    first = build(tmp_path, run)
    assert first.missing() == []
    known = {url for url, _ in first.pages if "/page-" not in url and "_shell" not in url}
    assert len(known) > 150
    for step in STEPS:
        done = run("threadbook", *step.split(), cwd=tmp_path)
        assert done.returncode == 0, (step, done.stderr)
    last = build(tmp_path, run)
    assert last.missing() == []
    assert known - last.documents.keys() == set()
    gone = {url for url in known if last.documents[url].is_redirect}
    assert len(gone) > 20
    for url in gone:
        assert not last.documents[led_to(tmp_path, last, url)].is_redirect, url
    assert led_to(tmp_path, last, "threads/write-first-proposal/") == "threads/the-first-proposal/"
    assert led_to(tmp_path, last, "topics/contracts/unanswered/") == "topics/agreements/unanswered/"
    assert led_to(tmp_path, last, "boards/doing-the-work/") == "boards/working-with-clients/"
    assert (
        led_to(tmp_path, last, "threads/how-many-rounds-of-changes/")
        == "boards/working-with-clients/"
    )
    assert led_to(tmp_path, last, "paths/interviews-done-well/print/") == "paths/first-steps/print/"
    assert run("threadbook", "check", "--against", "site", cwd=tmp_path).returncode == 0


THREADS = {
    "threads/new/first.yml": (
        "title: When am I paid?\ntopics: [payments]\nanswers:\n"
        "  - body: |\n      # Soon\n\n      See [below](#soon), [[second#a1_late-or-never]],\n"
        "      [[second#question]] and [the topic](topic:payments).\n"
        "  - body: |\n      # Soon\n\n      Or [later](page:about.md#who-we-are). [[term]]\n"
    ),
    "threads/new/second.yml": (
        "title: And when are they?\ntopics: [payments]\nquestion: When?\n"
        "answer: |\n  # Late, or never\n\n  [[first#a2_soon]]\n\n  # Late, or never\n"
    ),
    "threads/new/term.yml": "title: What is an [[odd]] title?\ntopics: [payments]\nanswer: Payday.\n",
    "paths/begin.yml": (
        "title: Begin\nobjectives: [A]\nsteps:\n  - thread: first\n    note: |\n      # Note\n\n"
        "      [[second#a1]], [t](topic:payments), [n](#note), [p](page:about.md)\n"
        "  - thread: second\n"
    ),
    "glossary.yml": "- term: payday\n  definition: See [[first#a1]], [all](topic:payments).\n",
    "pages/about.md": "# About\n\n## Who we are\n\n[[first#a1_soon]] [b](board:new)\n",
}


def test_links_by_name_lead_to_what_they_name_on_every_page(
    knowledge: Callable[[dict[str, str | bytes]], Path], run: Run
) -> None:
    site = build(knowledge(dict(THREADS)), run)
    assert site.missing() == []  # anchors, too
    for url, document in site.documents.items():
        assert [name for name, count in document.ids.items() if count > 1] == [], url

    def linked(url: str) -> set[object]:
        return {site.led(url, link.value) for link in site.documents[url].links}

    assert {
        ("threads/first/", "a1_soon"),
        ("threads/second/", "a1_late-or-never"),
        ("threads/second/", "question"),
        ("topics/payments/", ""),
        ("about/", "who-we-are"),
    } <= linked("threads/first/")
    assert ("threads/first/", "a2_soon") in linked("threads/second/")
    assert ("threads/first/", "a1") in linked("threads/term/")
    assert {("threads/first/", "a1"), ("topics/payments/", "")} <= linked("glossary/")
    assert {("threads/first/", "a1_soon"), ("boards/new/", "")} <= linked("about/")
    assert {
        ("threads/second/", "a1"),
        ("topics/payments/", ""),
        ("paths/begin/", "step_1_note"),
        ("about/", ""),
    } <= linked("paths/begin/")
    assert "step-1-a1_soon" in site.documents["paths/begin/print/"].ids
    assert {"a1_late-or-never", "a1_late-or-never_1"} <= site.documents[
        "threads/second/"
    ].ids.keys()
