"""Old addresses with a query: Python writes the lists in which the browser looks."""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from threadbook.outputs.offline import write_worker
from threadbook.outputs.queries import normalise_query, part_of, split_queries, write_rules
from threadbook.outputs.redirects import write_redirects
from threadbook.pages import Shared

CASES = [
    ("?t=42", "t=42"),
    ("?f=2&t=42&sid=0123", "t=42&f=2"),
    ("?T=42&start=15", "t=42"),
    ("?name=caf%C3%A9+au%20lait&x=%zz", "name=caf%C3%A9%20au+lait"),
    ("?42-a-title", "42"),
    ("?q=%F0%9F%98%80", "q=%F0%9F%98%80"),
]


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js")
@pytest.mark.parametrize("parts", [1, 7, 1000])
def test_the_browser_finds_what_was_written(repository: Path, parts: int) -> None:
    asked = json.dumps([[search, parts] for search, _ in CASES])
    command = ["node", str(repository / "tests/search/run_old_addresses.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    for (search, written), tried in zip(CASES, json.loads(done.stdout), strict=True):
        query = normalise_query(written)
        assert [query, part_of(query, parts)] in tried, search


def test_a_query_does_not_hide_the_address_without_one() -> None:
    plain, asked = split_queries({"a": "x/", "a?b=1": "y/", "a?b=2": "z/", "c?d": "x/"})
    assert plain == {"a": "x/"}
    assert asked == {"a": {"b=1": "y/", "b=2": "z/"}, "c": {"d": "x/"}}


def test_ways_to_write_a_path_are_one_page_for_all_its_queries() -> None:
    redirects = {
        "a/?x=2": "two/",
        "a?x=1": "one/",
        "a": "plain/",
        "a/index.html": "other/",
        "b/": "c/",
    }
    shared = Shared("Site", "", datetime.date(2026, 11, 27))
    files = list(write_redirects(redirects, shared))
    names = [name for name, _ in files]
    assert len(names) == len(set(names))
    lists = [json.loads(content) for name, content in files if name.endswith(".json")]
    assert lists == [{"x=1": "one/", "x=2": "two/"}]
    assert b'data-tb-else="plain/"' in dict(files)["a/index.html"]
    assert "b/index.html" in names


def test_what_queries_mean_does_not_depend_on_the_order_of_threads() -> None:
    redirects = {"s.php?7-b": "b/", "s.php?7-a": "a/", "s.php?T=1": "upper/", "s.php?t=1": "lower/"}
    shared = Shared("Site", "", datetime.date(2026, 11, 27))
    first = dict(write_redirects(redirects, shared))
    again = dict(write_redirects(dict(reversed(redirects.items())), shared))
    lists = [json.loads(content) for name, content in first.items() if name.endswith(".json")]
    assert lists == [{"7": "a/", "7-a": "a/", "7-b": "b/", "t=1": "upper/"}]
    assert {name: content for name, content in first.items() if name != "_redirects"} == {
        name: content for name, content in again.items() if name != "_redirects"
    }


@pytest.mark.parametrize("host", ["nginx", "apache", "netlify"])
def test_rules_that_ask_for_more_come_first(host: str) -> None:
    redirects = {"v.php?a=1": "few/", "v.php?a=1&p=2&z=3": "most/", "v.php?p=2&z=3": "more/"}
    said = "\n".join(write_rules(redirects, "/", host))
    assert said.index("most/") < said.index("more/") < said.index("few/")


def test_a_host_that_cannot_say_a_query_gets_no_rule_that_does_something_else() -> None:
    (line,) = write_rules({"showthread.php?42-title": "a/"}, "/", "netlify")
    assert line.startswith("# ")


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("yi", "rtl"), ("de", "ltr")]
)
def test_what_opens_offline_is_written_in_the_direction_of_its_language(
    tmp_path: Path, language: str, direction: str
) -> None:
    ((_, worker),) = write_worker(tmp_path, "", language, "")
    assert f'"direction": "{direction}"' in worker.decode()
