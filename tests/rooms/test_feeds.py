"""What feeds make of bodies and days, without a build."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import SITE

from threadbook.gather import gather
from threadbook.outputs import FeedWriter
from threadbook.pages import Planning, plan_site, share
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
URL = "https://example.org/help/"
ATOM = "{http://www.w3.org/2005/Atom}"
THREAD = "title: When am I paid?\ntopics: [payments]\n"


def feeds_of(root: Path) -> dict[str, bytes]:
    settings = Settings(root, root / "content", root / "content/pages", site_url=URL, jobs=1)
    gathered = gather(settings)
    shared = share(settings, gathered.library)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    made = [page.make(shared).view for page in plan.pages]
    views = {view.id: view for view in made if view}
    writer = FeedWriter(views, shared)
    return {name: text for feed in plan.feeds for name, text in writer.write(feed)}


def content(knowledge: Knowledge, body: str) -> str:
    post = json.dumps({"at": "2024-01-02", "by": "moderator", "body": body})
    root = knowledge({"threads/new/paid.yml": f"{THREAD}question: {post}\n"})
    (item,) = json.loads(feeds_of(root)["feeds/latest.json"])["items"]
    return str(item["content_html"])


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("[a](../first/)", f'href="{URL}threads/first/"'),
        ("[a](/root)", 'href="https://example.org/root"'),
        ("[a](?q=1&r=2)", f'href="{URL}threads/paid/?q=1&amp;r=2"'),
        ("[a](#question)", f'href="{URL}threads/paid/#question_question"'),
        ("![a](pic.png)", f'src="{URL}threads/paid/pic.png"'),
        ("[[first]]", f'href="{URL}threads/first/"'),
        ("[a](mailto:a@example.org)", 'href="mailto:a@example.org"'),
    ],
)
def test_an_address_in_a_text_means_what_it_does_on_the_page(
    knowledge: Knowledge, written: str, whole: str
) -> None:
    assert whole in content(knowledge, written)


def test_what_is_no_address_stays_as_it_is(knowledge: Knowledge) -> None:
    assert 'href="//[x"' in content(knowledge, '<a href="//[x">a</a>')


def test_no_id_is_left(knowledge: Knowledge) -> None:
    assert " id=" not in content(knowledge, "Text[^1]\n\n[^1]: Note")


def test_a_role_is_told_where_the_name_does_not_say_it(knowledge: Knowledge) -> None:
    site = SITE.replace("name: Moderator,", "name: Ann,")
    thread = f"{THREAD}question: {{at: 2024-01-02, by: moderator, body: Q}}\n"
    feeds = feeds_of(knowledge({"site.yml": site, "threads/new/paid.yml": thread}))
    (item,) = json.loads(feeds["feeds/latest.json"])["items"]
    assert "<em>Ann (Moderator), " in item["content_html"]


def test_a_feed_without_entries_is_as_old_as_time(knowledge: Knowledge) -> None:
    feeds = feeds_of(knowledge({}))
    root = ElementTree.fromstring(feeds["feeds/boards/work.xml"])
    assert root.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"
    assert root.findtext(f"{ATOM}generator") == "Threadbook"
    assert feeds == feeds_of(knowledge({}))


def test_a_feed_has_the_thirty_newest(knowledge: Knowledge) -> None:
    threads: dict[str, str | bytes] = {
        f"threads/new/t-{day:02}.yml": f"{THREAD}question: {{at: 2024-03-{day:02}, body: Q}}\n"
        for day in range(1, 32)
    }
    feed = json.loads(feeds_of(knowledge(threads))["feeds/latest.json"])
    days = [item["date_modified"][:10] for item in feed["items"]]
    assert days == [f"2024-03-{day:02}" for day in range(31, 1, -1)]


@pytest.mark.parametrize("more", ["status: draft", "status: obsolete", "duplicate_of: first"])
def test_a_thread_that_lists_do_not_show_is_in_no_feed(knowledge: Knowledge, more: str) -> None:
    text = f"{THREAD}question: {{at: 2024-01-02, body: Q}}\n{more}\n"
    path = "title: P\nsteps: [{thread: paid}]\n"
    feeds = feeds_of(knowledge({"threads/new/paid.yml": text, "paths/p.yml": path}))
    assert "feeds/paths/p.json" in feeds
    assert not any(b"threads/paid" in feed for feed in feeds.values())
