"""A preview under fire: files break and are mended, a branch is switched under it, and it goes on."""

from __future__ import annotations

import random
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from attack import rounds

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
Preview = Callable[..., Any]
Break = Callable[[Path], None]
PATIENCE: Final = 60
"""How long anything may take before a test gives up, in seconds: this is a bound against hanging."""

THREAD: Final = "content/threads/general/the-shortest-thread.yml"


def git(base: Path, *arguments: str) -> None:
    """Run git, with nothing of this machine's own configuration."""
    own = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org"]
    environment = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "HOME": str(base)}
    command = ["git", *own, "-C", str(base), *arguments]
    subprocess.run(command, env=environment, capture_output=True, check=True)


@pytest.fixture
def base(small_base: Path) -> Path:
    """A base in a repository with a second branch, which has other threads and settings."""
    assert "strict: true" in (small_base / "mkdocs.yml").read_text("utf-8")
    git(small_base, "init", "-q", "-b", "main")
    git(small_base, "add", "-A")
    git(small_base, "commit", "-q", "-m", "First")
    git(small_base, "checkout", "-q", "-b", "other")
    (small_base / THREAD).unlink()
    config = small_base / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("site_name: ", "site_name: Other "), "utf-8"
    )
    for number in range(20):
        new = small_base / f"content/threads/general/new-{number}.yml"
        new.write_text(f"title: New {number}?\ntopics: [first-steps]\nanswer: So.\n", "utf-8")
    git(small_base, "add", "-A")
    git(small_base, "commit", "-q", "-m", "Second")
    git(small_base, "checkout", "-q", "main")
    return small_base


def slip(base: Path) -> None:
    (base / THREAD).write_text("title: [\n", "utf-8")


def unknown_topic(base: Path) -> None:
    (base / THREAD).write_text("title: What?\ntopics: [nowhere]\nanswer: So.\n", "utf-8")


def no_thread(base: Path) -> None:
    (base / THREAD).unlink()


def no_topics(base: Path) -> None:
    site = base / "content/site.yml"
    text = site.read_text("utf-8")
    site.write_text(text[: text.index("topics:")], "utf-8")


def broken_configuration(base: Path) -> None:
    (base / "mkdocs.yml").write_text("site_name: [\n", "utf-8")


def unknown_setting(base: Path) -> None:
    config = base / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "no_such_setting: 1\n", "utf-8")


def other_branch(base: Path) -> None:
    git(base, "checkout", "-q", "-f", "other")


def no_content(base: Path) -> None:
    (base / "content").rename(base / "elsewhere")


def broken_page(base: Path) -> None:
    (base / "content/pages/about.md").write_text("# About\n\n[x](nope.md)\n", "utf-8")


def strict_warning(base: Path) -> None:
    """MkDocs warns of a link in a page that it publishes itself, and strict mode ends its build."""
    (base / "content/pages/about.md").write_text("# About\n\n[x](/nope/nope.md)\n", "utf-8")
    config = base / "mkdocs.yml"
    text = config.read_text("utf-8").replace(
        "  - threadbook:\n", "  - threadbook:\n      trusted_pages: true\n"
    )
    levels = "validation: {links: {absolute_links: warn}}\n"
    config.write_text(f"{text}\n{levels}", "utf-8")


BREAKS: Final[tuple[Break, ...]] = (
    slip,
    unknown_topic,
    no_thread,
    no_topics,
    broken_configuration,
    unknown_setting,
    other_branch,
    no_content,
    broken_page,
    strict_warning,
)


def mend(base: Path) -> None:
    if (base / "elsewhere").exists():
        (base / "elsewhere").rename(base / "content")
    git(base, "checkout", "-q", "-f", "main")


def fetch(address: str) -> tuple[int, str]:
    """Return the status and the page; a request that hangs fails the test."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(address: str, expected: str) -> None:
    end = time.monotonic() + PATIENCE
    while (found := fetch(address)[1]) != expected and time.monotonic() < end:
        time.sleep(0.1)
    assert found == expected


def wait_to_say(address: str, said: str) -> None:
    wait_until(lambda: said in fetch(address)[1], said)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < end:
        time.sleep(0.1)
    assert is_so(), what


def test_every_request_is_answered_while_files_break_and_are_mended(
    base: Path, tmp_path: Path, preview: Preview, run: Run
) -> None:
    """Each break once, and more by chance. None waits for a mend, and at the end the page is right."""
    serving = preview(base)
    assert serving.shows("latest/", "Latest")
    hazard = random.Random(5)  # noqa: S311 - no secret
    breaks = [*BREAKS, *hazard.choices(BREAKS, k=rounds(50) - len(BREAKS))]
    for break_it in breaks:
        break_it(base)
        for _ in range(hazard.randrange(3)):
            time.sleep(hazard.choice([0, 0.02, 0.1, 0.3]))
            status, page = fetch(f"{serving.address}latest/")
            assert status == 200, break_it.__name__
            assert "</html>" in page
        mend(base)
    assert run("threadbook", "build", "--out", tmp_path / "fresh", cwd=base).returncode == 0
    for name in ("latest/", "threads/the-shortest-thread/", ""):
        fresh = (tmp_path / "fresh" / name / "index.html").read_text("utf-8")
        wait_for(f"{serving.address}{name}", fresh)
    assert serving.lives()
    assert "Traceback" not in serving.log.read_text("utf-8")


TIMES: Final = 20
FLOOR: Final = 2.0
"""A request while something is broken takes at most so many times what one takes while all is well.

So many seconds are always allowed: that is what is promised, and whatever else runs on the machine
slows both alike.
"""


def ask(serving: Any) -> float:
    """Ask for a page; return how long the answer took."""
    time.sleep(0.03)
    start = time.monotonic()
    assert fetch(f"{serving.address}latest/")[0] == 200
    return time.monotonic() - start


def slowest(serving: Any, change: Break, base: Path) -> float:
    """Change a base, and ask until the preview says that it has taken the change in, and longer.

    Return how long the slowest answer took.
    """

    def told() -> int:
        return int(serving.log.read_text("utf-8").count(": taken in after "))

    before, most, begun = told(), 0.0, time.monotonic()
    change(base)
    while (is_late := told() == before) or time.monotonic() < begun + 0.3:
        assert time.monotonic() < begun + PATIENCE or not is_late, "nobody noticed"
        most = max(most, ask(serving))
    return most


def test_a_request_does_not_wait_for_what_is_broken(base: Path, preview: Preview) -> None:
    """Each kind of slip stays until it was noticed and failed, and pages come meanwhile, in time."""
    serving = preview(base)
    assert serving.says("The preview is at")  # before, changes are taken in without a word
    for break_it in BREAKS:
        broken = slowest(serving, break_it, base)
        slowest(serving, mend, base)
        calm = max(ask(serving) for _ in range(10))
        assert broken <= max(FLOOR, TIMES * calm), break_it.__name__
        assert serving.lives(), break_it.__name__


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (broken_page, "There is no file `nope.md` in the folder of prose."),
        (strict_warning, "`strict: true` ends the build, because MkDocs has 1 warning"),
    ],
    ids=["broken_page", "strict_warning"],
)
def test_what_is_wrong_beside_the_threads_is_told(
    break_it: Break, said: str, base: Path, preview: Preview
) -> None:
    """So the two breaks do break something, each in its own way."""
    serving = preview(base)
    assert serving.shows("latest/", "Latest")
    break_it(base)
    assert serving.says(said)
    assert fetch(f"{serving.address}latest/")[0] == 200
    mend(base)
    assert serving.lives()


def test_a_configuration_that_cannot_be_read_is_told_until_it_can(
    base: Path, preview: Preview
) -> None:
    """Before there ever was a good site."""
    broken_configuration(base)
    serving = preview(base)
    assert serving.says("There is no site yet.")
    status, page = fetch(f"{serving.address}latest/")
    assert status == 503
    assert "mkdocs.yml" in page
    mend(base)
    assert serving.shows("latest/", "Latest")


# MkDocs' own preview


HOOK: Final = """
import os, time
def on_pre_build(config):
    open("building", "w").close()
    while not os.path.exists("go"):
        time.sleep(0.05)
    os.remove("building")
"""
"""Holds a build as long as there is no file `go`."""

EDIT: Final = "https://example.org/edit/{file}"


@pytest.fixture
def mkdocs_base(base: Path) -> Path:
    """A base whose builds by MkDocs can be held, and whose findings lead to an editor."""
    config = base / "mkdocs.yml"
    text = config.read_text("utf-8")
    text = text.replace("  - threadbook:\n", f"  - threadbook:\n      edit_url: {EDIT}\n")
    config.write_text(f"{text}\nhooks: [hold.py]\n", "utf-8")
    (base / "hold.py").write_text(HOOK, "utf-8")
    (base / "go").touch()
    git(base, "add", "mkdocs.yml", "hold.py")
    git(base, "commit", "-q", "-m", "Third")
    return base


SAID: Final[tuple[tuple[Break, str], ...]] = (
    (slip, f"{THREAD}:2:1"),
    (unknown_topic, "There is no topic in site.yml with the id &quot;nowhere&quot;"),
    (no_topics, "content/site.yml:"),
    (broken_page, "There is no file `nope.md` in the folder of prose."),
    (no_content, "isn&#x27;t an existing directory"),
    (broken_configuration, "mkdocs.yml:"),
)
"""What each break says on the page that is served before there is a site."""


def test_mkdocs_serve_starts_with_what_is_broken(
    mkdocs_base: Path,
    tmp_path: Path,
    preview: Preview,
    files_of: Callable[[Path], dict[str, bytes]],
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With `strict: true`. Slips of all kinds follow one another until there is a good site at last."""
    base, temporary = mkdocs_base, tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = files_of(base / "content")
    SAID[0][0](base)
    serving = preview(base, "mkdocs")
    assert serving.says("Serving on")
    for number, (break_it, said) in enumerate(SAID):
        if number:
            mend(base)
            break_it(base)
        wait_to_say(f"{serving.address}threads/x/", said)
        assert fetch(serving.address)[0] == 503
    page = browser.new_page()  # a page with the status 503, which `page` would take for trouble
    page.goto(f"{serving.address}latest/")
    page.get_by_role("heading", name="Nothing to show yet").wait_for()
    page.locator("threadbook-findings").get_by_text("mkdocs.yml").first.wait_for()
    mend(base)
    page.get_by_role("heading", name="Questions").wait_for(timeout=PATIENCE * 1000)
    page.locator("threadbook-findings").wait_for(state="detached")
    page.close()
    serving.process.send_signal(signal.SIGINT)
    assert serving.process.wait(PATIENCE) == 0
    assert "Traceback" not in serving.log.read_text("utf-8")
    assert files_of(base / "content") == before
    assert not (base / "site").exists()
    assert [*temporary.iterdir()] == []


def test_mkdocs_serve_goes_on_and_says_what_is_wrong(
    mkdocs_base: Path, preview: Preview, page: Page
) -> None:
    """`strict: true` neither ends nor blocks it; the last good site stays, and nobody waits."""
    base = mkdocs_base
    serving = preview(base, "mkdocs")
    assert serving.shows("latest/", "Latest")
    page.goto(f"{serving.address}latest/")
    banner = page.locator("threadbook-findings")
    for break_it, said in (
        (slip, f"{THREAD}:2:1"),
        (broken_configuration, "mkdocs.yml"),
        (no_content, "isn't an existing directory"),
        (unknown_topic, 'There is no topic in site.yml with the id "nowhere"'),
    ):
        break_it(base)
        banner.get_by_text(said).first.wait_for(timeout=PATIENCE * 1000)
        assert fetch(f"{serving.address}latest/")[0] == 200
        mend(base)
        banner.wait_for(state="detached", timeout=PATIENCE * 1000)
    strict_warning(base)
    (base / THREAD).write_text("title: Strict?\ntopics: [first-steps]\nanswer: So.\n", "utf-8")
    assert serving.shows("latest/", "Strict?")
    slip(base)
    link = banner.get_by_role("link", name="the-shortest-thread.yml")
    link.wait_for(timeout=PATIENCE * 1000)
    assert link.get_attribute("href") == EDIT.replace("{file}", THREAD)
    assert serving.lives()
    assert "Traceback" not in serving.log.read_text("utf-8")


def test_no_request_waits_while_mkdocs_builds(mkdocs_base: Path, preview: Preview) -> None:
    """MkDocs would let each one wait for the end of the build, which here nothing ends."""
    base = mkdocs_base
    serving = preview(base, "mkdocs")
    assert serving.shows("latest/", "Latest")
    (base / "go").unlink()
    (base / THREAD).write_text("title: Later?\ntopics: [first-steps]\nanswer: So.\n", "utf-8")
    wait_until((base / "building").exists, "MkDocs builds")
    for name in ("latest/", "threads/the-shortest-thread/", "assets/threadbook/threadbook.css"):
        status, page = fetch(f"{serving.address}{name}")
        assert status == 200
        assert "Later?" not in page
    assert fetch(f"{serving.address}nowhere/")[0] == 404
    assert (base / "building").exists()
    (base / "go").touch()
    assert serving.shows("latest/", "Later?")
