"""Redirects of a built site: old addresses lead on, without a script, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

Knowledge = Callable[[dict[str, str | bytes]], Path]
THREAD = "title: When am I paid?\ntopics: [payments]\nanswer: Soon.\n"


def test_old_addresses_lead_to_the_thread_or_to_what_it_repeats(
    knowledge: Knowledge, run: Callable[..., Any]
) -> None:
    old = THREAD + "redirect_from: [forum/t5/123, old/page.html, threads/was-paid/]\n"
    again = "title: Paid?\ntopics: [payments]\nduplicate_of: paid\nredirect_from: [t/9]\n"
    root = knowledge({"threads/new/paid.yml": old, "threads/new/again.yml": again})
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 0, done.stderr
    site = root / "site"
    for name, way in {
        "forum/t5/123/index.html": "../../../threads/paid/",
        "old/page.html": "../threads/paid/",
        "threads/was-paid/index.html": "../../threads/paid/",
        "t/9/index.html": "../../threads/paid/",
    }.items():
        html = (site / name).read_text("utf-8")
        assert f'content="0; url={way}"' in html
        assert f'<a href="{way}">' in html
        assert '<link rel="canonical" href="https://example.org/help/threads/paid/">' in html
        assert "noindex" in html
        assert "<script" not in html
        assert ((site / name).parent / way / "index.html").is_file()
    assert (site / "_redirects").read_text("utf-8").splitlines() == [
        "/help/forum/t5/123 /help/threads/paid/ 301",
        "/help/old/page.html /help/threads/paid/ 301",
        "/help/t/9 /help/threads/paid/ 301",
        "/help/threads/was-paid/ /help/threads/paid/ 301",
    ]
    assert "t/9" not in (site / "sitemap.xml").read_text("utf-8")


def test_the_page_of_a_prose_file_is_not_taken(
    knowledge: Knowledge, run: Callable[..., Any]
) -> None:
    root = knowledge({"threads/new/paid.yml": THREAD + "redirect_from: [about]\n"})
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 1
    assert "error[TB215] `about` is the address of a page of this site." in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / "site").exists()


@pytest.mark.parametrize(
    ("old", "taken"),
    [("About", "is the address of a page of this site"), ("logo.png/x", "logo.png")],
)
@pytest.mark.parametrize("command", ["threadbook", "mkdocs"])
def test_nothing_of_the_engines_is_hidden_or_built_upon(
    knowledge: Knowledge, run: Callable[..., Any], old: str, taken: str, command: str
) -> None:
    root = knowledge({"threads/new/paid.yml": f"{THREAD}redirect_from: [{old}]\n"})
    (root / "content/pages/logo.png").write_bytes(b"x")
    done = run(command, "build", cwd=root)
    assert done.returncode == 1
    assert f"error[TB215] `{old}` is " in done.stderr.replace("`logo.png/x`", f"`{old}`")
    assert taken in done.stderr
    assert "Traceback" not in done.stderr


def test_a_publishers_own_rules_are_kept(knowledge: Knowledge, run: Callable[..., Any]) -> None:
    root = knowledge({"threads/new/paid.yml": THREAD + "redirect_from: [old]\n"})
    (root / "content/pages/_redirects").write_text("/a/* /b 302\n")
    config = root / "mkdocs.yml"
    trusting = "plugins: [{threadbook: {trusted_pages: true}}]"
    config.write_text(config.read_text("utf-8").replace("plugins: [threadbook]", trusting), "utf-8")
    assert run("threadbook", "build", cwd=root).returncode == 0
    assert (root / "site/_redirects").read_text("utf-8") == (
        "/help/old /help/threads/paid/ 301\n/a/* /b 302\n"
    )
