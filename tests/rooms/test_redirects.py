"""Old addresses: which are free, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from threadbook.gather import gather
from threadbook.pages import Planning, plan_site
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
THREAD = "title: When am I paid?\ntopics: [payments]\nanswer: Soon.\n"


def settings(root: Path) -> Settings:
    return Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)


def refused(knowledge: Knowledge, *old: str) -> list[str]:
    root = knowledge({"threads/new/paid.yml": f"{THREAD}redirect_from: [{', '.join(old)}]\n"})
    findings = gather(settings(root)).findings
    return [finding.message for finding in findings if finding.rule.id == "TB215"]


@pytest.mark.parametrize(
    "old",
    "index.html 404.html/x sitemap.xml sitemap-2.xml/x llms.txt/x llms-full-1.txt licenses.txt _redirects/x "
    "robots.txt Feeds/x api/x assets/x latest topics/payments/page-2 threads/first "
    "threads/paid threads/first/index.html threads/first/index.md threads/first/INDEX.JSON "
    "threads/first/social.png topics/payments/index.md".split(),
)
def test_what_is_the_sites_own_is_refused(knowledge: Knowledge, old: str) -> None:
    assert len(refused(knowledge, old)) == 1


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("latest", "`latest` is the address of a page of this site."),
        ("Topics/payments/", "`Topics/payments/` is the address of a page of this site."),
        ("robots.txt", "`robots.txt` is the address of a page of this site."),
        ("topics/payments/page-2", "belongs to `topics/payments/`, which is part of this site."),
        ("feeds/x.xml", "`feeds/x.xml` belongs to `feeds/`, which is part of this site."),
    ],
)
def test_an_address_is_said_once(knowledge: Knowledge, old: str, said: str) -> None:
    (message,) = refused(knowledge, old)
    assert said in message


@pytest.mark.parametrize("old", "threads/older threads/first/x sitemap old.html a/b/ t/9".split())
def test_what_is_free_is_not(knowledge: Knowledge, old: str) -> None:
    assert refused(knowledge, old) == []


def test_an_address_is_claimed_once(knowledge: Knowledge) -> None:
    assert len(refused(knowledge, "a/b", "A/B/", "a/b/index.html")) == 2


def test_nothing_lies_below_a_redirect_that_is_a_file(knowledge: Knowledge) -> None:
    assert len(refused(knowledge, "old.html", "old.html/x")) == 1


def test_a_duplicate_of_a_duplicate_leads_to_the_answer(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/a.yml": THREAD + "duplicate_of: b\nredirect_from: [old]\n",
            "threads/new/b.yml": THREAD + "duplicate_of: c\n",
            "threads/new/c.yml": THREAD,
        }
    )
    gathered = gather(settings(root))
    found = plan_site(Planning(gathered.library, gathered.sealed, settings(root))).redirects
    assert found == {"old": "threads/c/"}
