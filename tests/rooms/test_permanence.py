"""`check --against`: no address that the site had is lost unseen."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from threadbook.permanence import UnreachableError
from threadbook.permanence.git import write_revision
from threadbook.permanence.here import bare, is_lasting
from threadbook.permanence.published import list_folder, list_sitemap

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

SITE = """\
boards:
  - {id: new, title: New here}
  - {id: work, title: At work}
topics:
  - {id: payments, title: Payments}
  - {id: contracts, title: Contracts}
"""
PAID = "title: When am I paid?\ntopics: [payments]\nanswer: Soon.\n"
END = "title: May I end it early?\ntopics: [contracts]\nanswer: Yes.\nredirect_from: [old/9]\n"
FILES: dict[str, str | bytes] = {
    "site.yml": SITE,
    "threads/new/first.yml": PAID,
    "threads/work/end.yml": END,
    "threads/work/draft.yml": "title: A draft?\ntopics: [contracts]\nstatus: draft\n",
    "paths/begin.yml": "title: Begin here\nobjectives: [A]\nsteps: [{thread: first}]\n",
    "pages/about.md": "# About\n\nThis.\n",
}


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture
def base(knowledge: Knowledge) -> Path:
    root = knowledge(dict(FILES))
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first")
    return root


def change(root: Path, old: str, new: str, files: str = "*.yml") -> None:
    for file in (root / "content").rglob(files):
        file.write_text(file.read_text().replace(old, new))


def rename(root: Path, old: str, new: str) -> None:
    (root / "content" / old).rename(root / "content" / new)


def test_nothing_is_lost_where_nothing_changed(base: Path, run: Run) -> None:
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert done.returncode == 0, done.stderr
    assert "TB220" not in done.stderr


def leave_thread(root: Path) -> None:
    rename(root, "threads/new/first.yml", "threads/new/pay-day.yml")
    change(root, "thread: first", "thread: pay-day")


def rename_topic(root: Path) -> None:
    change(root, "id: payments", "id: money")
    change(root, "[payments]", "[money]")


def rename_and_retitle_topic(root: Path) -> None:
    rename_topic(root)
    change(root, "title: Payments", "title: All about money")


def rename_board(root: Path) -> None:
    change(root, "id: work", "id: jobs")
    rename(root, "threads/work", "threads/jobs")


def rename_path(root: Path) -> None:
    rename(root, "paths/begin.yml", "paths/start.yml")


def rename_page(root: Path) -> None:
    rename(root, "pages/about.md", "pages/who.md")


def drop_redirect(root: Path) -> None:
    change(root, "redirect_from: [old/9]\n", "")


def hide_thread(root: Path) -> None:
    change(root, "answer: Yes.", "answer: Yes.\nstatus: draft", "end.yml")


def remove_thread(root: Path) -> None:
    (root / "content/threads/work/end.yml").unlink()


LOST = [
    (leave_thread, "threads/new/pay-day.yml:1:8", ["threads/first/"]),
    (rename_topic, "site.yml:5:10", ["topics/payments/"]),
    (rename_and_retitle_topic, "site.yml:5:10", ["topics/payments/"]),
    (rename_board, "site.yml:3:10", ["boards/work/"]),
    (rename_path, "paths/start.yml:1:1", ["paths/begin/"]),
    (rename_page, "pages/who.md:1:1", ["about/"]),
    (drop_redirect, "threads/work/end.yml:1:8", ["old/9/"]),
    (hide_thread, "threads/work/end.yml:1:8", ["old/9/", "threads/end/"]),
    (remove_thread, "threads/work/end.yml", ["old/9/", "threads/end/"]),
]


@pytest.mark.parametrize(
    ("lose", "place", "addresses"), LOST, ids=lambda each: getattr(each, "__name__", "")
)
def test_what_is_lost_is_found_at_what_it_became(
    base: Path, run: Run, lose: Callable[[Path], None], place: str, addresses: list[str]
) -> None:
    lose(base)
    done = run("threadbook", "check", "--against", "main", cwd=base)
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if "TB220" in line]
    assert len(said) == len(addresses), done.stderr
    for line, address in zip(sorted(said), sorted(addresses), strict=True):
        assert f"The address `{address}` is lost: it was there in main." in line
    assert any(line.startswith(f"content/{place}: error") for line in said), said
    assert f"`redirect_from: [{addresses[0].rstrip('/')}]`" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "move first pay-day",
        "move payments money",
        "move work jobs",
        "move begin start",
        "merge end first",
        "remove end",
        "remove end --to first",
        "merge contracts payments",
        "merge new work",
    ],
)
def test_our_own_commands_lose_nothing(base: Path, run: Run, arguments: str) -> None:
    assert run("threadbook", *arguments.split(), cwd=base).returncode == 0
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert done.returncode == 0, done.stderr


def test_a_thread_that_was_broken_counts_and_one_that_is_broken_is_not_lost(
    base: Path, run: Run
) -> None:
    broken = base / "content/threads/work/end.yml"
    broken.write_text("title: [")
    git(base, "commit", "-qam", "broken")
    done = run("threadbook", "check", "--against", "HEAD^", cwd=base)
    assert "threads/end" not in done.stderr
    broken.unlink()
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert "`threads/end/` is lost" in done.stderr


def test_the_severity_is_the_sites_choice(base: Path, run: Run) -> None:
    leave_thread(base)
    config = (base / "mkdocs.yml").read_text()
    choice = "plugins:\n  - threadbook:\n      rules: {TB220: warning}\n"
    (base / "mkdocs.yml").write_text(config.replace("plugins: [threadbook]\n", choice))
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert "warning[TB220]" in done.stderr
    assert done.returncode == 0


def test_the_project_may_be_in_a_folder_of_the_repository(
    tmp_path: Path, knowledge: Knowledge, run: Run
) -> None:
    knowledge(dict(FILES))
    root = tmp_path / "docs"
    root.mkdir()
    for name in ("content", "mkdocs.yml"):
        (tmp_path / name).rename(root / name)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "-m", "first")
    assert run("threadbook", "check", "--against", "main", cwd=root).returncode == 0
    leave_thread(root)
    done = run("threadbook", "check", "--against", "main", "--format", "github", cwd=root)
    assert "`threads/first/` is lost" in done.stdout
    assert "file=docs/content/threads/new/pay-day.yml,line=1,col=8" in done.stdout


# What cannot be read


@pytest.mark.parametrize(
    ("against", "said"),
    [
        ("nope", 'git knows no revision "nope". Fetch it first'),
        ("", '"" is not a revision.'),
        ("--help", '"--help" is not a revision.'),
        ("-x", '"-x" is not a revision.'),
        ("a\nb", "is not a revision."),
        ("HEAD:content", "git knows no revision"),
        ("HEAD..main", "git knows no revision"),
        ("content", "content is neither a revision, a folder with an index.html, nor a sitemap"),
        ("mkdocs.yml", "neither a revision"),
        ("http://example.org/", "is not encrypted"),
        ("https://", "is not an address"),
        ("nope.xml", "git knows no revision"),
    ],
)
def test_what_cannot_be_read_ends_with_3_and_a_sentence(
    base: Path, run: Run, against: str, said: str
) -> None:
    done = run("threadbook", "check", f"--against={against}", cwd=base)
    assert done.returncode == 3
    assert said in done.stderr
    assert done.stdout == ""


def test_without_a_repository_or_git_it_ends_with_3(
    knowledge: Knowledge, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = knowledge(dict(FILES))
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(root.parent))
    done = run("threadbook", "check", "--against", "main", cwd=root)
    assert done.returncode == 3
    assert "is in no git repository" in done.stderr
    done = run("threadbook", "check", "--against", "main", cwd=root, PATH="/nowhere")
    assert done.returncode == 3
    assert "git is not installed" in done.stderr


# Git runs nothing


def test_nothing_that_a_repository_configures_is_run(base: Path, tmp_path: Path, run: Run) -> None:
    """Hooks, monitors, filters, pagers, helpers, aliases and other commands of its configuration."""
    witness = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {witness}\n")
    script.chmod(0o755)
    hooks = base / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-checkout",
        "post-index-change",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        (hooks / hook).write_text(script.read_text())
        (hooks / hook).chmod(0o755)
    for name in (
        *("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.gitProxy"),
        *("core.alternateRefsCommand", "diff.external", "diff.x.textconv", "diff.x.command"),
        *("filter.x.smudge", "filter.x.clean", "filter.x.process", "pager.ls-tree"),
        *("pager.cat-file", "credential.helper", "gpg.program", "uploadpack.packObjectsHook"),
    ):
        git(base, "config", name, str(script))
    for name in ("ls-tree", "cat-file", "rev-parse"):
        git(base, "config", f"alias.{name}", f"!{script}")
    git(base, "config", "remote.origin.url", f"ext::{script}")
    git(base, "config", "remote.origin.promisor", "true")
    git(base, "config", "protocol.ext.allow", "always")
    git(base, "config", "extensions.partialClone", "origin")
    (base / ".gitattributes").write_text("* filter=x diff=x\n")
    leave_thread(base)
    witness.unlink(missing_ok=True)
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert "`threads/first/` is lost" in done.stderr
    assert not witness.exists()
    # An object that is missing would be fetched, by the command that the remote names.
    blob = git(base, "rev-parse", "HEAD:content/threads/work/end.yml").strip()
    witness.unlink(missing_ok=True)
    (base / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = run("threadbook", "check", "--against", "HEAD", cwd=base)
    assert done.returncode == 3
    assert not witness.exists()


def test_links_and_names_that_lead_out_are_not_written(base: Path, tmp_path: Path) -> None:
    (base / "content/threads/new/link.yml").symlink_to("/etc/passwd")
    git(base, "add", "-A")
    git(base, "commit", "-q", "-m", "a link")
    tree = git(base, "ls-tree", "HEAD:content/threads/new").replace("first.yml", "..")
    made = subprocess.run(
        ["git", "mktree"], cwd=base, input=tree, capture_output=True, text=True, check=False
    )
    place = tmp_path / "place"
    write_revision("HEAD", base, [base / "content"], place, 1_000_000)
    written = {file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file()}
    assert written == {f"content/{name}" for name in FILES}
    assert not any(file.is_symlink() for file in place.rglob("*"))
    assert made.returncode != 0 or made.stdout  # git itself may refuse to make such a tree


def test_large_files_are_left_out_and_other_folders_refused(base: Path, tmp_path: Path) -> None:
    write_revision("HEAD", base, [base / "content"], tmp_path / "a", 60)
    assert (tmp_path / "a/content/pages/about.md").exists()
    assert not (tmp_path / "a/content/site.yml").exists()
    with pytest.raises(UnreachableError, match="is not in the git repository"):
        write_revision("HEAD", base, [Path("/etc")], tmp_path / "b", 60)


# Published sites


def test_pages_of_a_folder_are_addresses(tmp_path: Path) -> None:
    for name in ("index.html", "threads/a/index.html", "old.html", "_shell/index.html", "a/b.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    assert sorted(list_folder(tmp_path)) == ["", "old.html", "threads/a/"]


HEAD = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


def test_addresses_of_a_sitemap_are_below_the_site(tmp_path: Path) -> None:
    file = tmp_path / "sitemap.xml"
    file.write_text(
        f"{HEAD}<url><loc>https://e.org/x/a/</loc></url><loc> https://e.org/x/b%20c&amp;/ </loc>"
    )
    assert list(list_sitemap(file, "https://e.org/x/")) == ["a/", "b c&/"]
    assert list(list_sitemap(file, "")) == ["a/", "b c&/"]
    with pytest.raises(UnreachableError, match="the sitemap of another site"):
        list_sitemap(file, "https://other.org/")
    file.write_text("<html>404</html>")
    with pytest.raises(UnreachableError, match="is not a sitemap"):
        list_sitemap(file, "")
    file.write_text(HEAD)
    assert list(list_sitemap(file, "https://e.org/")) == []


def test_a_sitemap_may_name_others(tmp_path: Path) -> None:
    file = tmp_path / "sitemap.xml"
    file.write_text(
        "<sitemapindex><loc>https://e.org/s-1.xml</loc><loc>https://e.org/../s-2.xml</loc>"
    )
    (tmp_path / "s-1.xml").write_text(f"{HEAD}<loc>https://e.org/a/</loc>")
    (tmp_path / "s-2.xml").write_text(f"{HEAD}<loc>https://e.org/b/</loc>")
    assert list(list_sitemap(file, "https://e.org/")) == ["a/", "b/"]
    (tmp_path / "s-2.xml").unlink()
    with pytest.raises(UnreachableError, match="cannot be read"):
        list_sitemap(file, "https://e.org/")


def test_a_published_site_is_compared(base: Path, run: Run) -> None:
    for name in ("index.html", "threads/gone/index.html", "threads/first/index.html"):
        (base / "www" / name).parent.mkdir(parents=True, exist_ok=True)
        (base / "www" / name).write_text("x")
    (base / "www/sitemap.xml").write_text(
        f"{HEAD}<loc>https://example.org/help/threads/frist/</loc>"
        "<loc>https://example.org/help/topics/payments/page-7/</loc>"
    )
    done = run("threadbook", "check", "--against", "www", cwd=base)
    assert "content/site.yml: error[TB220] The address `threads/gone/` is lost" in done.stderr
    assert done.stderr.count("TB220") == 1
    done = run("threadbook", "check", "--against", "www/sitemap.xml", cwd=base)
    assert "first.yml:1:8: error[TB220] The address `threads/frist/` is lost" in done.stderr
    assert done.stderr.count("TB220") == 1


def test_a_published_site_with_pages_beside_ours_is_compared(
    base: Path, run: Run, served: Any
) -> None:
    config = base / "mkdocs.yml"
    plugin = "plugins: [{threadbook: {prefix: faq/, trusted_pages: true}}]"
    config.write_text(config.read_text().replace("plugins: [threadbook]", plugin))
    site = base / "www"
    for name in ("", "faq/", "faq/threads/gone/", "faq/threads/first/", "blog/"):
        (site / name).mkdir(parents=True, exist_ok=True)
        (site / name / "index.html").write_text("x")
    (site / "sitemap.xml").write_text(
        f"{HEAD}<loc>https://example.org/help/</loc><loc>https://example.org/help/blog/</loc>"
        "<loc>https://example.org/help/faq/threads/first/</loc>"
        "<loc>https://example.org/help/faq/threads/gone/</loc>"
    )
    with served(site) as address:
        for against in ("www", "www/faq", "www/sitemap.xml", address):
            done = run("threadbook", "check", "--against", against, cwd=base)
            assert "`threads/gone/` is lost" in done.stderr, (against, done.stderr)
            assert done.stderr.count("TB220") == 1


def test_a_folder_does_not_take_the_place_of_a_revision(base: Path, run: Run) -> None:
    git(base, "update-ref", "refs/remotes/origin/main", "HEAD")
    rename(base, "threads/work/end.yml", "threads/work/over.yml")
    for name in ("origin/main", "HEAD^0"):
        (base / name).mkdir(parents=True)
        (base / name / "index.html").write_text("x")
        done = run("threadbook", "check", "--against", name, cwd=base)
        assert "`threads/end/` is lost" in done.stderr


def test_a_site_on_the_web_is_compared(base: Path, run: Run, served: Any) -> None:
    site = base / "www"
    site.mkdir()
    (site / "sitemap.xml").write_text(f"{HEAD}<loc>https://example.org/help/threads/gone/</loc>")
    with served(site) as address:
        done = run("threadbook", "check", "--against", address, cwd=base)
        assert "`threads/gone/` is lost" in done.stderr, done.stderr
        done = run("threadbook", "check", "--against", f"{address}sitemap.xml", cwd=base)
        assert "`threads/gone/` is lost" in done.stderr
        done = run("threadbook", "check", "--against", f"{address}nope.xml", cwd=base)
        assert (done.returncode, "It has no nope.xml" in done.stderr) == (3, True)
    done = run("threadbook", "check", "--against", "http://127.0.0.1:9/", cwd=base)
    assert (done.returncode, "cannot be read" in done.stderr) == (3, True)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("threads/a", True),
        ("topics/a/useful", True),
        ("paths/a/print", True),
        ("old.html", True),
        ("searching", True),
        ("boards/a/page-2", False),
        ("latest/page-12", False),
        ("search", False),
        ("_shell/_shell", False),
        ("404.html", False),
    ],
)
def test_what_comes_and_goes_is_not_compared(address: str, kept: bool) -> None:
    assert is_lasting(address) == kept
    assert bare(f"{address}/index.html") == bare(f"{address}/") == address


def test_the_environment_of_git_is_our_own() -> None:
    assert "GIT_ALLOW_PROTOCOL" not in os.environ
