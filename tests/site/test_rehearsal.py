"""A rehearsal: a forum closes, is imported, promoted, built and published below a path.

Every address that it had is asked for as a browser would, and ends at the right thread.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import write
from forums import as_json, topic

pytestmark = [pytest.mark.slow, pytest.mark.browser]
Run = Callable[..., Any]

CONFIG = """\
site_name: What the forum knew
site_url: https://example.org/help/
theme:
  name: material
plugins:
  - threadbook
"""
PARTS = ["sign", "pay", "leave", "return", "complain", "wait"]


def close_forum(root: Path) -> dict[str, str]:
    """Write a forum's last state; return its addresses, and the thread that each should lead to."""
    write(root, {"mkdocs.yml": CONFIG})
    expected = {}
    for number, verb in enumerate(PARTS, 10):
        other = 10 + (number - 9) % len(PARTS)
        answer = {
            "cooked": f"<p>You {verb}. <a href='https://forum.example/t/x/{other}'>Also</a>.</p>",
            "accepted_answer": number % 2 == 0,
        }
        one = topic(
            number,
            f"How do I {verb}?",
            {"cooked": f"<p>I want to {verb}.</p>", "username": "ann"},
            answer,
            category_id=1,
            tags=["forms"],
        )
        write(root / "forum", {f"{number}.json": as_json(one)})
        for address in (
            f"t/how-do-i-{verb}/{number}",
            f"t/{number}",
            f"t/how-do-i-{verb}/{number}/2",
        ):
            expected[address] = f"threads/how-do-i-{verb}/"
    rows = [
        {
            "id": str(n),
            "title": f"What is form {n}?",
            "answer": "Paper.",
            "address": f"viewtopic.php?f=2&t={n}",
        }
        for n in (41, 42)
    ]
    rows += [
        {
            "id": "43",
            "title": "Where is the desk?",
            "answer": "There.",
            "address": "showthread.php?43-where-is-the-desk",
        }
    ]
    write(root / "old", {"phpbb.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
    expected |= {
        "viewtopic.php?f=2&t=41": "threads/what-is-form-41/",
        "viewtopic.php?t=42&f=2&sid=0123&start=15": "threads/what-is-form-42/",
        "showthread.php?43-another-title-by-now": "threads/where-is-the-desk/",
    }
    return expected


def call(run: Run, root: Path, *arguments: str) -> str:
    done = run("threadbook", *arguments, cwd=root)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_every_old_address_of_a_forum_that_closed_ends_at_the_right_thread(
    tmp_path: Path, run: Run, served_below_help: Any, browser: Any
) -> None:
    expected = close_forum(tmp_path)
    source = "https://forum.example/"
    call(
        run,
        tmp_path,
        "import",
        "discourse",
        "forum",
        "--to",
        "content",
        "--license",
        "CC-BY-4.0",
        "--old-site",
        source,
        "--report",
        "report.md",
    )
    call(
        run,
        tmp_path,
        "import",
        "jsonl",
        "old/phpbb.jsonl",
        "--license",
        "CC-BY-4.0",
        "--name",
        "phpbb",
        "--system",
        "Our first forum",
    )
    assert "| threads | 6 | +0 | 6 | equal |" in (tmp_path / "report.md").read_text("utf-8")
    proposed = json.loads(call(run, tmp_path, "promote", "--propose", "--json"))
    assert len(proposed) == 9
    assert all(each["accepted"] for each in proposed[:3])
    call(run, tmp_path, "promote", "how-do-i-sign", "--verified")
    call(run, tmp_path, "build", "--engine", "plain")
    site = tmp_path / "site"
    signed, paid = (
        (site / f"threads/how-do-i-{verb}/index.html").read_text("utf-8")
        for verb in ("sign", "pay")
    )
    assert 'content="noindex"' not in signed
    assert 'content="noindex"' in paid
    assert "comes from an archive" in paid
    assert "threads/how-do-i-pay/" not in (site / "sitemap.xml").read_text("utf-8")
    assert "threads/how-do-i-sign/" in (site / "sitemap.xml").read_text("utf-8")
    assert "how-do-i-pay" not in (site / "latest/index.html").read_text("utf-8")
    with served_below_help(site) as where, browser.new_context() as context:
        page = context.new_page()
        errors: list[str] = []
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        for old, new in expected.items():
            page.goto(f"{where}{old}")
            page.wait_for_url(f"**/help/{new}**")
            assert page.locator("h1").inner_text().endswith("?")
        assert errors == []
        page.goto(f"{where}viewtopic.php?t=999")
        assert page.get_by_role("searchbox").count() == 1
        see_archive(page, where)


def see_archive(page: Any, where: str) -> None:
    """Lists leave out what nobody has checked, but they say so, and lead to it."""
    page.goto(f"{where}boards/imported/")
    assert page.locator(".tb-empty").inner_text() == (
        "All questions here are archived: nobody has checked them yet."
    )
    page.get_by_role("link", name="Search 3 archived questions").click()
    page.locator("#tb-results .tb-result").nth(2).wait_for()
    assert page.locator("#tb-results .tb-result").count() == 3
    assert page.locator("#tb-results .tb-answer").count() == 0, "nothing was asked"
    page.goto(f"{where}boards/")
    assert "3 archived questions" in page.locator("main").inner_text()


def test_without_a_script_an_old_address_with_a_query_is_a_page_to_search_from(
    tmp_path: Path, run: Run, served_below_help: Any, browser: Any
) -> None:
    close_forum(tmp_path)
    call(
        run,
        tmp_path,
        "import",
        "jsonl",
        "old/phpbb.jsonl",
        "--to",
        "content",
        "--license",
        "CC-BY-4.0",
    )
    call(run, tmp_path, "build", "--engine", "plain")
    with (
        served_below_help(tmp_path / "site") as where,
        browser.new_context(java_script_enabled=False) as context,
    ):
        page = context.new_page()
        page.goto(f"{where}viewtopic.php?f=2&t=41")
        page.get_by_role("searchbox").fill("form 41")
        page.get_by_role("button").click()
        assert page.url.endswith("/help/search/?q=form+41")


@pytest.mark.parametrize(
    ("host", "rule"),
    [
        ("netlify", "/help/viewtopic.php f=2 t=41 /help/threads/what-is-form-41/ 301!"),
        ("apache", "RewriteCond %{QUERY_STRING} (?:^|&)t=41(?:&|$)"),
        ("nginx", '"~^/help/viewtopic\\.php\\?(?=(?:.*&)?f=2(?:&|$))(?=(?:.*&)?t=41(?:&|$))" /help/threads/what-is-form-41/;'),
    ],
)  # fmt: skip
def test_hosts_get_rules(tmp_path: Path, run: Run, host: str, rule: str) -> None:
    close_forum(tmp_path)
    call(
        run,
        tmp_path,
        "import",
        "jsonl",
        "old/phpbb.jsonl",
        "--to",
        "content",
        "--license",
        "CC-BY-4.0",
    )
    assert rule in call(run, tmp_path, "redirects", "--host", host).splitlines()
