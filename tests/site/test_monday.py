"""A whole Monday: from an empty repository to a published site with a question that was answered.

Each step is a method of `Monday`, which goes on with what the steps before it left. To add one,
write a method and call it in the test; no address that a step published may be dead at the end.
"""

from __future__ import annotations

import base64
import http.server
import json
import os
import posixpath
import re
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from browsing import settle
from crawler import Site
from workflows import Runner, git

from threadbook.forms.submission import read_submission

if TYPE_CHECKING:
    from conftest import Run, Served
    from playwright.sync_api import Page

SITE_URL: Final = "https://example.org/help/"
REPOSITORY: Final = "https://github.com/acme/help"
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR42mP4zwAE/wEHAAH/PX2MSQAAAABJRU5ErkJggg=="
)
"""A picture of two pixels beside each other."""


class Monday:
    """A repository on its way: `work` is the editor's clone of `origin`, `site` what is published."""

    def __init__(self, folder: Path, run: Run, warm_programs: Path) -> None:
        self.folder, self.run_command = folder, run
        self.origin, self.work = folder / "origin.git", folder / "work"
        git(folder, "init", "-q", "--bare", self.origin)
        git(folder, "clone", "-q", self.origin, self.work)
        (folder / "jobs").mkdir()
        cache = {"XDG_CACHE_HOME": str(folder / "cache"), "THREADBOOK_MEANING": "off"}
        day = {"SOURCE_DATE_EPOCH": "1795392000", "NO_MKDOCS_2_WARNING": "1"}
        self.runner = Runner(
            folder / "jobs",
            self.origin,
            cache | day | {"PYTHONDONTWRITEBYTECODE": "1"},
            warm_programs,
        )
        self.addresses: set[str] = set()
        self.site = folder

    def threadbook(self, *arguments: str | Path) -> str:
        done = self.run_command("threadbook", *arguments, cwd=self.work)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def commit(self, message: str, branch: str = "main") -> None:
        git(self.work, "add", "--all")
        git(self.work, "commit", "-q", "-m", message)
        git(self.work, "push", "-q", "origin", f"HEAD:{branch}")

    def job(self, name: str, job: str, known: dict[str, Any], ref: str = "main") -> dict[str, str]:
        return self.runner.run(self.work / f".github/workflows/{name}.yml", job, known, ref)

    def start(self) -> None:
        (self.work / "README.md").write_text("# Ours\n")
        said = self.threadbook(
            "init", ".", "--name", "Acme: help", "--url", SITE_URL, "--repository", REPOSITORY
        )
        assert "README.md" in said.partition("Left alone")[2]
        assert (self.work / "README.md").read_text() == "# Ours\n"
        assert "No problems" in self.threadbook("check")
        assert "0 files would change" in self.threadbook("fmt", "--check")
        assert "would change" not in self.threadbook("forms", "--check")
        self.commit("Start")

    def publish(self) -> Path:
        self.job("publish", "build", {})
        self.site = self.runner.artifacts["pages"]
        crawled = Site.read(self.site, SITE_URL)
        assert crawled.missing() == []
        self.addresses |= {url for url, _ in crawled.pages}
        return self.site

    def fill_in(self, form: str, **fields: str) -> str:
        """Return the text of an issue as GitHub makes it of a form that was filled in."""
        described = yaml.safe_load(
            (self.work / f".github/ISSUE_TEMPLATE/{form}.yml").read_text("utf-8")
        )
        text = ""
        for item in described["body"]:
            if item["type"] != "markdown":
                value = fields.pop(item["id"], "")
                assert value or not item["validations"]["required"]
                options = item["attributes"].get("options")
                if options:
                    value = ", ".join(each for each in options if f"({value})" in each)
                text += f"### {item['attributes']['label']}\n\n{value or '_No response_'}\n\n"
        assert not fields
        assert read_submission("x", text)
        return text

    def take_in(self, number: int, title: str, body: str) -> str:
        """Submit a form; return the branch that the host then has."""
        known: dict[str, Any] = {
            "github.event.issue.body": body,
            "github.event.issue.number": number,
            "event": {
                "action": "opened",
                "issue": {"number": number, "title": title, "body": body},
            },
        }
        outputs = self.job("intake", "read", known)
        self.job("intake", "propose", known | outputs)
        branch = f"intake/{number}"
        assert branch in git(self.origin, "branch", "--list").split()
        return branch

    def review(self, branch: str) -> str:
        """Check a pull request of a branch, merge it, and return the comment below it."""
        base, head = (git(self.origin, "rev-parse", name) for name in ("main", branch))
        known = {"github.base_ref": "main", "github.event.pull_request.base.sha": base}
        self.job("check", "check", known, ref=branch)
        run = "github.event.workflow_run."
        ended = {
            f"{run}event": "pull_request",
            f"{run}id": 1,
            f"{run}head_repository.owner.login": "acme",
            f"{run}head_branch": branch,
            f"{run}head_sha": head,
            f"{run}html_url": f"{REPOSITORY}/actions/runs/1",
            f"{run}conclusion": "success",
        }
        self.job("comment", "comment", ended)
        git(self.work, "fetch", "-q", "origin")
        git(self.work, "merge", "-q", "--no-edit", f"origin/{branch}")
        git(self.work, "push", "-q", "origin", "HEAD:main")
        return self.runner.posted("comment-comment")

    def answer(self, branch: str, thread: str, text: str) -> None:
        git(self.work, "fetch", "-q", "origin")
        git(self.work, "switch", "-q", "-c", "reviewed", f"origin/{branch}")
        file = self.work / "content/threads/general" / f"{thread}.yml"
        file.write_text(file.read_text("utf-8") + f"answer: {text}\n", "utf-8")
        self.threadbook("fmt")
        self.commit("Answer it", branch)
        git(self.work, "switch", "-q", "main")

    def illustrate(self, thread: str) -> None:
        """Show a picture in a thread, in a pull request."""
        pictures = self.work / "content/images"
        pictures.mkdir(exist_ok=True)
        (pictures / "page-options.png").write_bytes(PICTURE)
        file = self.work / "content/threads/general" / f"{thread}.yml"
        said = "Under Page options."
        text = file.read_text("utf-8")
        assert text.count(said) == 1
        shown = f"{said} ![The menu below the title](image:page-options.png)"
        file.write_text(text.replace(said, shown), "utf-8")
        self.threadbook("fmt")
        self.propose("Show where it is", "picture")

    def rename(self, old: str, new: str) -> None:
        """Give a thread another id, in a pull request."""
        self.threadbook("move", old, new)
        self.propose(f"Call it {new}", f"rename-{new}")

    def join(self, duplicate: str, into: str) -> None:
        """Merge a thread into another one, in a pull request."""
        self.threadbook("merge", duplicate, into)
        self.propose(f"Join {duplicate}", f"join-{duplicate}")

    def propose(self, message: str, branch: str) -> None:
        """Commit what was changed to a branch, and have it reviewed."""
        git(self.work, "switch", "-q", "-c", branch)
        self.commit(message, branch)
        git(self.work, "switch", "-q", "main")
        self.review(branch)

    def lose(self, thread: str) -> str:
        """Delete a thread by hand, in a pull request; return what the check says."""
        git(self.work, "switch", "-q", "-c", "careless")
        (self.work / "content/threads/general" / f"{thread}.yml").unlink()
        self.commit("Tidy up", "careless")
        git(self.work, "switch", "-q", "main")
        with pytest.raises(AssertionError) as raised:
            self.review("careless")
        return str(raised.value)

    def lead(self, url: str) -> str | None:
        """Return the address that a published one leads to, redirects followed; none if it is dead."""
        for _ in range(5):
            file = self.site / url / "index.html"
            if not file.is_file():
                return None
            text = file.read_text("utf-8")
            onward = re.search(r'http-equiv="?refresh"?[^>]*url=([^">]+)', text)
            if onward is None:
                return url
            url = posixpath.normpath(posixpath.join(url, onward[1])).removeprefix("./") + "/"
        raise AssertionError(f"{url} leads in a circle")

    def look_after(self) -> str:
        self.job("health", "look", {})
        self.job("health", "tell", {})
        return self.runner.posted("health-tell")


@pytest.mark.slow
@pytest.mark.browser
def test_a_whole_monday(
    tmp_path: Path, run: Run, warm_programs: Path, page: Page, served_below_help: Served
) -> None:
    monday = Monday(tmp_path, run, warm_programs)
    monday.start()
    with served_below_help(monday.publish()) as where:
        page.goto(where)
        settle(page)
        assert page.title() == "Acme: help"
        page.goto(f"{where}threads/the-shortest-thread/")
        settle(page)
        for name, form in BUTTONS.items():
            link = page.locator(".tb-options a", has_text=name).get_attribute("href")
            assert is_filled_in(monday.work, str(link), form), link

    body = monday.fill_in(
        "ask-a-question", board="general", topics="first-steps", question="I see `none`."
    )
    branch = monday.take_in(7, "Where is the form for questions?", body)
    comment = monday.runner.posted("intake-propose")
    assert f"[How do I add a thread?]({SITE_URL}threads/how-to-add-a-thread/) (answered)" in comment
    assert ["pr", "create", "--head", branch] in [each[:4] for each in monday.runner.asked()]

    thread = "where-is-the-form-for-questions"
    monday.answer(branch, thread, "Under Page options.")
    said = monday.review(branch)
    assert f"new      /threads/{thread}/  Where is the form for questions?" in said
    assert f"threads/{thread}/index.html" in files(monday.runner.artifacts["preview"])
    with served_below_help(monday.publish()) as where:
        page.goto(f"{where}threads/{thread}/")
        settle(page)
        assert page.locator(".tb-answers").inner_text().count("Under Page options.") == 1

    more = monday.fill_in(
        "add-an-answer", thread=f"{SITE_URL}threads/{thread}/", answer="Or below the search."
    )
    said = monday.review(monday.take_in(8, "Answer", more))
    assert f"changed  /threads/{thread}/" in said
    asked = monday.fill_in("ask-a-question", board="general", topics="first-steps")
    monday.review(monday.take_in(9, "Who answers my question?", asked))
    report = monday.look_after()
    assert "Who answers my question?" in report
    assert report.endswith(
        "## Links to other sites that have died\n\n* [404] <https://example.org/gone>\n"
    )
    assert "Or below the search." in (monday.publish() / f"threads/{thread}/index.html").read_text(
        "utf-8"
    )

    monday.illustrate(thread)
    monday.rename(thread, "where-forms-are")
    monday.join("who-answers-my-question", "where-forms-are")
    monday.rename("topic:first-steps", "getting-started")
    said = monday.lose("how-to-add-a-thread")
    assert "TB220" in said
    assert "threads/how-to-add-a-thread/" in said
    site = monday.publish()
    assert monday.lead(f"threads/{thread}/") == "threads/where-forms-are/"
    assert monday.lead("threads/who-answers-my-question/") == "threads/where-forms-are/"
    assert monday.lead("topics/first-steps/") == "topics/getting-started/"
    shown = (site / "threads/where-forms-are/index.html").read_text("utf-8")
    assert re.search(
        r'<img [^>]*images/page-options\.[0-9a-f]{12}\.png"[^>]* width="2" height="1"', shown
    )
    assert [url for url in sorted(monday.addresses) if monday.lead(url) is None] == []


BUTTONS: Final = {
    "Add an answer": "add-an-answer",
    "Report a problem": "report-a-problem",
    "Ask a question": "ask-a-question",
    "Edit this page": "",
}


def is_filled_in(work: Path, link: str, form: str) -> bool:
    """Whether a button leads to a form that is there, and fills in only fields that it has."""
    if not form:
        return link == f"{REPOSITORY}/edit/main/content/threads/general/the-shortest-thread.yml"
    asked = parse_qs(urlsplit(link).query)
    (template,) = asked.pop("template")
    asked.pop("title", None)
    described = yaml.safe_load((work / ".github/ISSUE_TEMPLATE" / template).read_text("utf-8"))
    ids = {item.get("id") for item in described["body"]}
    is_about = asked.get("thread") == ["the-shortest-thread"] or form == "ask-a-question"
    return template == f"{form}.yml" and is_about and set(asked) <= ids


def files(folder: Path) -> set[str]:
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


HOSTILE: Final = {
    "markdown": "new  /threads/x/  ```\n# Hello @everyone <img src=x> [a](http://e.org) fixes #1\n```\n",
    "control": "a\x1b[31m\x07\x00b\n",
    "a link": None,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_list_that_a_stranger_uploads_is_shown_as_text(
    tmp_path: Path, run: Run, warm_programs: Path, name: str
) -> None:
    """A pull request may change the workflow itself, and so upload anything under that name."""
    monday = Monday(tmp_path, run, warm_programs)
    monday.start()
    artifact = monday.runner.artifacts["changes"] = tmp_path / "changes"
    artifact.mkdir()
    listed = artifact / "changes.txt"
    if (text := HOSTILE[name]) is None:
        (tmp_path / "secret").write_text("the token")
        listed.symlink_to(tmp_path / "secret")
        monday.runner._use = keep_links(monday.runner._use, artifact)  # type: ignore[method-assign]
    else:
        listed.write_text(text)
    run_ = "github.event.workflow_run."
    known = {
        f"{run_}event": "pull_request",
        f"{run_}id": 1,
        f"{run_}head_repository.owner.login": "stranger",
        f"{run_}head_branch": "x'; touch ran; $(touch ran)",
        f"{run_}head_sha": "0" * 40,
        f"{run_}html_url": f"{REPOSITORY}/actions/runs/1",
        f"{run_}conclusion": "success",
    }
    monday.job("comment", "comment", known)
    assert not [*tmp_path.rglob("ran")]
    if text is None:
        assert monday.runner.asked() == []
        return
    posted = monday.runner.posted("comment-comment")
    _, _, block = posted.partition("```text\n")
    inside, _, rest = block.rpartition("```")
    assert "`" not in inside
    assert rest.strip() == ""
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", inside)


def keep_links(use: Callable[..., dict[str, str]], artifact: Path) -> Callable[..., dict[str, str]]:
    def used(action: str, given: dict[str, str], place: Path, ref: str) -> dict[str, str]:
        if action != "actions/download-artifact":
            return use(action, given, place, ref)
        (place / "work/changes").mkdir()
        (place / "work/changes/changes.txt").symlink_to((artifact / "changes.txt").readlink())
        return {}

    return used


HARMFUL: Final = {
    "hooks": "hooks: [own.py]\n",
    "a plugin's tag": "extra: !!python/object/apply:os.system ['touch ran']\n",
    "a folder elsewhere": "site_dir: /tmp\n",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_pull_request_cannot_change_what_checks_it(
    tmp_path: Path, run: Run, warm_programs: Path, name: str
) -> None:
    monday = Monday(tmp_path, run, warm_programs)
    monday.start()
    base = git(monday.origin, "rev-parse", "main")
    git(monday.work, "switch", "-q", "-c", "stranger")
    config = monday.work / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + HARMFUL[name], "utf-8")
    touch = f"import pathlib; pathlib.Path({str(tmp_path / 'ran')!r}).touch()\n"
    for file in ("own.py", "sitecustomize.py", "conftest.py", "threadbook.py", "yaml.py"):
        (monday.work / file).write_text(touch)
    (monday.work / "requirements.txt").write_text("./own\n")
    (monday.work / "Makefile").write_text("all:\n\ttouch ../ran\n")
    monday.commit("Improve the help", "stranger")
    known = {"github.base_ref": "main", "github.event.pull_request.base.sha": base}
    with pytest.raises(AssertionError, match=r"error\[?.*TB9|TB9\d\d"):
        monday.job("check", "check", known, ref="stranger")
    assert not [*tmp_path.rglob("ran")]
    assert "preview" not in monday.runner.artifacts
    listed = (monday.runner.artifacts["changes"] / "changes.txt").read_text("utf-8")
    assert listed == "changed  mkdocs.yml (many pages)\n"


def test_forms_are_renewed_after_boards_have_changed(
    tmp_path: Path, run: Run, warm_programs: Path
) -> None:
    monday = Monday(tmp_path, run, warm_programs)
    monday.start()
    site = monday.work / "content/site.yml"
    site.write_text(
        site.read_text("utf-8").replace(
            "topics:\n", "  - id: money\n    title: Money\ntopics:\n", 1
        )
    )
    done = run("threadbook", "forms", "--check", cwd=monday.work)
    assert done.returncode == 1
    assert done.stderr.count("would change") == 1
    monday.threadbook("forms")
    form = (monday.work / ".github/ISSUE_TEMPLATE/ask-a-question.yml").read_text("utf-8")
    assert "- Money (money)" in form
    assert "would change" not in monday.threadbook("forms", "--check")
    assert json.dumps(monday.threadbook("forms")).count("is current") == 3


class Desk(http.server.BaseHTTPRequestHandler):
    """GitLab's issues, as far as a job asks for them."""

    issues: ClassVar[list[dict[str, Any]]] = []

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer(self.issues)

    def do_POST(self) -> None:
        self.issues.append({"iid": len(self.issues) + 1, **self._given()})
        self._answer(self.issues[-1])

    def do_PUT(self) -> None:
        self.issues[int(self.path.rpartition("/")[2]) - 1] |= self._given()
        self._answer({})

    def _given(self) -> dict[str, Any]:
        given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert isinstance(given, dict)
        return given

    def _answer(self, value: object) -> None:
        assert self.headers["PRIVATE-TOKEN"] == "a-token"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())


@pytest.mark.slow
def test_gitlabs_jobs_do_the_same(tmp_path: Path, run: Run, warm_programs: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "origin.git")
    git(tmp_path, "clone", "-q", "origin.git", "work")
    work = tmp_path / "work"
    more = ("--host", "gitlab", "--url", SITE_URL, "--repository", "https://gitlab.com/acme/help")
    assert run("threadbook", "init", ".", *more, cwd=work).returncode == 0
    git(work, "add", "--all")
    git(work, "commit", "-q", "-m", "Start")
    git(work, "push", "-q", "origin", "HEAD:main")
    thread = work / "content/threads/general/late.yml"
    thread.write_text("title: Who is late?\ntopics: [first-steps]\n", "utf-8")
    git(work, "add", "--all")
    git(work, "commit", "-q", "-m", "Ask")
    Desk.issues.clear()
    server = http.server.HTTPServer(("127.0.0.1", 0), Desk)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **os.environ,
        "PATH": f"{warm_programs}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "THREADBOOK_MEANING": "off",
        "CI_PROJECT_DIR": str(work),
        "CI_PROJECT_ID": "1",
        "CI_API_V4_URL": f"http://127.0.0.1:{server.server_address[1]}",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "THREADBOOK_TOKEN": "a-token",
        "no_proxy": "127.0.0.1",
    }
    jobs = yaml.safe_load((work / ".gitlab-ci.yml").read_text("utf-8"))
    (work / "links.md").write_text("* [404] <https://example.org/gone>\n")  # another image makes it
    for job in ("check", "pages", "health", "health"):
        script = "\n".join(jobs[job]["script"])
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{job}: {done.stdout}{done.stderr}"
    server.shutdown()
    server.server_close()
    assert (work / "changes.txt").read_text("utf-8") == "new      /threads/late/  Who is late?\n"
    assert (work / "check.xml").is_file()
    assert (work / "preview/threads/late/index.html").is_file()
    assert (work / "public/index.html").is_file()
    (issue,) = Desk.issues
    assert "Who is late?" in issue["description"]
    assert "https://example.org/gone" in issue["description"]
