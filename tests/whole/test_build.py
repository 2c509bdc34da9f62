"""Whole builds, as a user does them."""

from __future__ import annotations

import gc
import gzip
import hashlib
import html
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from threadbook import __version__

Run = Callable[..., subprocess.CompletedProcess[str]]
Knowledge = Callable[[dict[str, str | bytes]], Path]
MINIMAL = "title: A?\ntopics: [proposals]\nanswer: B.\n"


def tree(folder: Path) -> dict[str, str]:
    """Return the hash of every file by its name."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def page(site: Path, url: str) -> str:
    return (site / url / "index.html").read_text("utf-8")


def is_short_and_helpful(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether a failure is told in a few lines without a traceback."""
    return done.returncode == 1 and "Traceback" not in done.stderr + done.stdout


def test_every_kind_of_page_is_there(example_site: Path) -> None:
    urls = "", "boards", "topics", "paths", "latest", "unanswered", "about", "latest/page-2"
    for url in (*urls, "boards/new-freelancers", "topics/interviews", "paths/interviews-done-well"):
        assert "<h1" in page(example_site, url)
    assert "You are hired" in page(example_site, "threads/proposal-accepted-what-next")
    assert (example_site / "404.html").is_file()


def test_no_marker_no_shell_and_no_source_is_published(example_site: Path) -> None:
    for name in tree(example_site):
        assert "_shell" not in name
        assert not name.endswith((".yml", ".yaml", ".j2", ".py", ".md"))
        assert not name.startswith(("fragments", "overrides", "icons"))
        if name.endswith(".html"):
            assert "%%" not in (example_site / name).read_text("utf-8")


def test_drafts_are_published_nowhere(example_site: Path) -> None:
    assert not (example_site / "threads/insurance-for-freelancers").exists()
    for file in example_site.rglob("index.html"):
        assert "insurance-for-freelancers" not in file.read_text("utf-8")


def test_a_duplicate_points_to_the_thread_that_answers_it(example_site: Path) -> None:
    twin = page(example_site, "threads/two-clients-said-yes")
    original = "https://example.org/help/threads/proposal-accepted-what-next/"
    assert f'<link rel="canonical" href="{original}">' in twin
    assert "This question was asked before" in twin
    assert "two-clients-said-yes" not in page(example_site, "latest")


def test_the_sitemap_lists_every_page_with_its_day(example_site: Path) -> None:
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    root = ET.parse(example_site / "sitemap.xml").getroot()  # noqa: S314 - our own file
    listed = [loc.text or "" for loc in root.findall("s:url/s:loc", space)]
    expected = {
        f"https://example.org/help/{file.parent.relative_to(example_site).as_posix()}/".replace(
            "/./", "/"
        )
        for file in example_site.rglob("index.html")
        if "two-clients-said-yes" not in str(file)
    }
    assert set(listed) == expected
    assert len(listed) == len(set(listed))
    assert len(root.findall("s:url/s:lastmod", space)) > len(listed) / 2
    packed = example_site / "sitemap.xml.gz"
    assert not packed.exists() or gzip.decompress(packed.read_bytes()).count(b"_shell") == 0


def test_mkdocs_and_threadbook_build_the_same_site_and_builds_repeat(
    example_site: Path, repository: Path, run: Run, tmp_path: Path
) -> None:
    done = run("mkdocs", "build", "--site-dir", tmp_path / "site", cwd=repository)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "site") == tree(example_site)


def test_the_number_of_processes_does_not_show(knowledge: Knowledge, run: Run) -> None:
    root = knowledge(
        {
            f"threads/{board}/t-{n:03}.yml": (
                f"title: Question {n}?\ntopics: [proposals, payments]\n"
                f"answer: |\n  - [x] See [[t-{(n + 1) % 150:03}]] | `a`\n\n  ```python\n  x = {n}\n  ```\n"
            )
            for n in range(300)
            for board in ("new" if n < 150 else "work",)
        }
    )
    for jobs in ("1", "3"):
        done = run("threadbook", "build", "--jobs", jobs, "--out", root / jobs, cwd=root)
        assert done.returncode == 0, done.stderr
    assert tree(root / "1") == tree(root / "3")
    assert (root / "1/topics/payments/page-6/index.html").is_file()


@pytest.mark.parametrize("command", [["threadbook", "build"], ["mkdocs", "build"]])
def test_bad_content_stops_before_the_last_good_site_is_touched(
    knowledge: Knowledge, run: Run, command: list[str]
) -> None:
    root = knowledge({})
    assert run(*command, cwd=root).returncode == 0
    before = tree(root / "site")
    (root / "content/threads/new/first.yml").write_text("title: no\ntopics: [x]\nanser: y\n")
    done = run(*command, cwd=root)
    assert is_short_and_helpful(done)
    assert "content/threads/new/first.yml:1:8: error[TB104]" in done.stderr
    assert "content/threads/new/first.yml:3:1: error[TB101]" in done.stderr
    assert "    3 | anser: y\n      | ^\n" in done.stderr
    assert tree(root / "site") == before
    assert [path.name for path in root.iterdir() if path.name.startswith(".")] == []


def test_check_exits_with_0_or_1(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    done = run("threadbook", "check", cwd=root)
    assert (done.returncode, done.stdout) == (0, "")
    assert "Nothing to complain about in 2 files." in done.stderr
    (root / "content/threads/new/first.yml").write_text("")
    done = run("threadbook", "check", cwd=root)
    assert done.returncode == 1
    assert "first.yml:1:1: error[TB102] The file is empty." in done.stderr
    assert "errors in 2 files." in done.stderr or "1 error in 2 files." in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "--config", "none.yml"], "'none.yml' does not exist"),
        (["build", "--out", "."], "building there would remove it"),
        (["build", "--out", "content/site"], "in the content folder"),
        (["build", "--out", "precious"], "is not empty and holds no site"),
        (["build", "--out", "about.txt"], "about.txt"),
        (["build", "--jobs", "0"], "--jobs"),
        (["init", "precious"], "is not empty"),
        (["frobnicate"], "No such command"),
    ],
)
def test_what_a_user_gets_wrong_is_told_in_a_line_or_two(
    knowledge: Knowledge, run: Run, arguments: list[str], said: str
) -> None:
    root = knowledge({"../precious/thing.txt": "x", "../about.txt": "x"})
    done = run("threadbook", *arguments, cwd=root)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert said in done.stderr
    assert (root / "precious/thing.txt").read_text() == "x"
    assert (root / "about.txt").read_text() == "x"


def test_a_configuration_without_the_plugin_says_so(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"../mkdocs.yml": "site_name: x\ndocs_dir: content/pages\ntheme: material\n"})
    done = run("threadbook", "build", cwd=root)
    assert is_short_and_helpful(done)
    assert "add `threadbook` to `plugins:`" in done.stderr


def test_a_prose_page_at_an_address_of_ours_is_refused(knowledge: Knowledge, run: Run) -> None:
    done = run("threadbook", "build", cwd=knowledge({"pages/latest/index.md": "# Mine\n"}))
    assert is_short_and_helpful(done)
    assert "latest/index.md: this address belongs to a page of Threadbook's own" in done.stderr


def test_init_gives_a_base_that_builds_at_once(run: Run, tmp_path: Path) -> None:
    assert run("threadbook", "init", tmp_path / "new").returncode == 0
    done = run("threadbook", "build", cwd=tmp_path / "new")
    assert done.returncode == 0, done.stderr
    assert "The shortest thread" in page(tmp_path / "new/site", "threads/the-shortest-thread") or (
        "What is the shortest thread?" in page(tmp_path / "new/site", "threads/the-shortest-thread")
    )
    assert run("threadbook", "init", tmp_path / "new").returncode == 1


def test_version_and_help(run: Run) -> None:
    assert __version__ in run("threadbook", "--version").stdout
    for command in ("init", "check", "build", "serve"):
        assert command in run("threadbook", "--help").stdout
        assert "Usage: threadbook" in run("threadbook", command, "--help").stdout


class Handlers(HTMLParser):
    """Finds event handlers as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]


HOSTILE = """</script><script>alert(1)</script>"'&<img src=x onerror=alert(2)> 😀 \u202b {{ 7*7 }} %%title%%"""


def test_hostile_text_in_every_field_comes_out_as_text(knowledge: Knowledge, run: Run) -> None:
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    site = (
        f"boards: [{{id: new, title: {quoted}, summary: {quoted}}}]\n"
        f"topics: [{{id: t, title: {quoted}, summary: {quoted}, stage: 1, start_here: first}}]\n"
        f"people: [{{id: p, name: {quoted}}}]\nfeatured: {{topics: [t], threads: [first], paths: [p]}}\n"
    )
    thread = (
        f"title: {quoted}\ntopics: [t]\nalso_asked: [{quoted}]\nsummary: {quoted}\n"
        f"question: {{by: p, body: {quoted}, comments: [{{by: p, body: {quoted}}}]}}\n"
        f"answers: [{{by: p, accepted: true, body: {quoted}}}]\n"
        f"source: {{system: {quoted}, license: {quoted}}}\n"
    )
    long_word = f"title: {'x' * 400}\ntopics: [t]\nanswer: {'y' * 10_000}\n"
    path = (
        f"title: {quoted}\nsummary: {quoted}\naudience: {quoted}\nobjectives: [{quoted}]\nsteps:\n"
        f"  - {{thread: first, note: {quoted}}}\n  - check:\n      question: {quoted}\n"
        f"      choices: [{{text: {quoted}, correct: true, why: {quoted}}}, {{text: b}}]\n"
    )
    root = knowledge(
        {"site.yml": site, "threads/new/first.yml": thread, "threads/new/long.yml": long_word}
        | {"paths/p.yml": path}
    )
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 0, done.stderr
    for file in (root / "site").rglob("*.html"):
        text = file.read_text("utf-8")
        assert "<script>alert" not in text, file
        reader = Handlers()
        reader.feed(text)
        assert reader.found == [], file
        assert "49" not in text or "{{ 7*7 }}" in text
    first = page(root / "site", "threads/first")
    assert html.escape(HOSTILE, quote=False).replace("'", "&#39;").replace('"', "&#34;") in first


@pytest.mark.parametrize(
    "site",
    [
        "boards: [{id: new, title: N}]\ntopics: [{id: proposals, title: P}]\n",
        "boards: [{id: new, title: N}]\ntopics:\n"
        + "".join(f"  - {{id: t{n}, title: Topic {n}}}\n" for n in range(60))
        + "  - {id: proposals, title: P, icon: material/no-such-icon}\n",
    ],
)
def test_a_base_without_paths_stages_and_people_builds(
    knowledge: Knowledge, run: Run, site: str
) -> None:
    root = knowledge({"site.yml": site, "../mkdocs.yml": (
        "site_name: No address\ndocs_dir: content/pages\nstrict: true\n"
        "theme: {name: material, font: false}\nplugins: [threadbook]\n")})
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 0, done.stderr
    assert "There are no learning paths yet." in page(root / "site", "paths")
    assert "canonical" not in page(root / "site", "threads/first")
    assert not (root / "site/sitemap.xml").exists()


def test_gh_deploy_publishes_the_woven_site(
    knowledge: Knowledge, run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    root = knowledge({})
    remote = tmp_path_factory.mktemp("remote")
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER")
                for what, value in (("NAME", "Editor"), ("EMAIL", "editor@example.org"))}
    for command in (["init", "-q", "--bare", str(remote)], ["init", "-q", str(root)],
                    ["-C", str(root), "remote", "add", "origin", str(remote)]):
        subprocess.run(["git", *command], check=True)
    done = run("mkdocs", "gh-deploy", cwd=root, **identity)
    assert done.returncode == 0, done.stderr
    names = subprocess.run(
        ["git", "-C", str(remote), "ls-tree", "-r", "--name-only", "gh-pages"],
        check=True, capture_output=True, text=True,
    ).stdout.split()
    assert "threads/first/index.html" in names
    assert not any("_shell" in name for name in names)


def test_serve_shows_what_was_edited_and_survives_bad_content(knowledge: Knowledge) -> None:
    root = knowledge({})
    thread = root / "content/threads/new/first.yml"
    program = Path(sys.executable).with_name("threadbook")
    port = 18_000 + hash(str(root)) % 2_000
    with subprocess.Popen(
        [program, "serve", "--address", f"127.0.0.1:{port}"],
        cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}/help/threads/first/"
            assert eventually(url, "This.")
            thread.write_text(MINIMAL.replace("B.", "Edited once."))
            assert eventually(url, "Edited once.")
            thread.write_text("title: [")
            time.sleep(1.5)
            assert eventually(url, "Edited once.")
            thread.write_text(MINIMAL.replace("B.", "Edited twice."))
            assert eventually(url, "Edited twice.")
        finally:
            server.terminate()


def eventually(url: str, text: str) -> bool:
    """Ask for a page until it holds `text`; give up after a generous while."""
    for _ in range(60):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if text in answer.read().decode():
                    return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def test_loading_and_rendering_leave_no_garbage(repository: Path) -> None:
    """Workers run without the collector of reference cycles: there must be none."""
    from threadbook.build import gather  # noqa: PLC0415
    from threadbook.build.site import build_day  # noqa: PLC0415
    from threadbook.render import Shared, fragment, plan  # noqa: PLC0415
    from threadbook.settings import Settings  # noqa: PLC0415

    settings = Settings(repository, repository / "content", repository / "content/pages", jobs=1)
    shared = Shared("S", "", build_day())

    def render_everything() -> None:
        gathered = gather(settings)
        for planned in plan(gathered.library, gathered.sealed, settings).pages:
            fragment(planned, shared)

    render_everything()
    gc.collect()
    gc.disable()
    try:
        render_everything()
        assert gc.collect() == 0
    finally:
        gc.enable()
