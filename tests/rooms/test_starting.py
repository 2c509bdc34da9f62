"""What `threadbook init` writes: beside what is there, for each host, and safe to run."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from threadbook.cli import starting
from threadbook.configuration import read_configuration
from threadbook.configuration.repository import Repository
from threadbook.starter import HOSTS, Wishes, plant, requirement

Run = Callable[..., subprocess.CompletedProcess[str]]
GITHUB = ("--repository", "https://github.com/acme/help", "--url", "https://example.org/help")
GITLAB = ("--repository", "https://gitlab.com/acme/help", "--url", "https://example.org/help")
ACTION = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9_./-]+@[0-9a-f]{40}")


def files(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and ".git" not in file.relative_to(folder).parts[:1]
    }


@pytest.fixture(scope="module")
def github(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("github")
    assert run("threadbook", "init", folder, *GITHUB).returncode == 0
    return folder


@pytest.fixture(scope="module")
def gitlab(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gitlab")
    assert run("threadbook", "init", folder, *GITLAB).returncode == 0
    return folder


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_what_it_writes_passes_its_own_checks(
    run: Run, request: pytest.FixtureRequest, host: str
) -> None:
    folder: Path = request.getfixturevalue(host)
    checked = run("threadbook", "check", cwd=folder)
    assert (checked.returncode, "No problems in" in checked.stderr) == (0, True)
    assert run("threadbook", "check", "--safe", cwd=folder).returncode == 0
    assert run("threadbook", "fmt", "--check", cwd=folder).returncode == 0
    assert run("threadbook", "forms", "--check", cwd=folder).returncode == 0
    for file, data in files(folder).items():
        text = data.decode()
        assert "@@" not in text, file
        assert text.endswith("\n"), file
        assert "make " not in re.sub(r"#.*", "", text) or not file.startswith(".git"), file


SCHEMAS = {
    "github-workflows": ("github", ".github/workflows/*.yml"),
    "dependabot": ("github", ".github/dependabot.yml"),
    "github-issue-forms": ("github", ".github/ISSUE_TEMPLATE/*.yml"),
    "gitlab-ci": ("gitlab", ".gitlab-ci.yml"),
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_what_hosts_read_is_of_its_form(request: pytest.FixtureRequest, schema: str) -> None:
    host, pattern = SCHEMAS[schema]
    found = sorted(request.getfixturevalue(host).glob(pattern))
    assert found
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *found], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_our_action_is_of_its_form(repository: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
    ]
    done = subprocess.run(
        [*command, repository / "action.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for step in yaml.safe_load((repository / "action.yml").read_text("utf-8"))["runs"]["steps"]:
        assert "${{" not in step["run"]


def workflows(folder: Path) -> dict[str, dict[str, Any]]:
    found = sorted((folder / ".github/workflows").glob("*.yml"))
    return {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in found}


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def test_every_action_is_pinned_by_its_commit_and_says_its_version(github: Path) -> None:
    assert set(workflows(github)) == {"check", "comment", "health", "intake", "publish"}
    for file in (github / ".github/workflows").glob("*.yml"):
        for line in file.read_text("utf-8").splitlines():
            if "uses:" in line:
                assert ACTION.search(line), line
                assert re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_no_step_has_words_of_an_event_in_its_script(github: Path) -> None:
    for workflow in workflows(github).values():
        for step in steps(workflow):
            assert "${{" not in step.get("run", ""), step


def test_only_jobs_that_run_nothing_of_a_stranger_may_write(github: Path) -> None:
    powers = {}
    for name, workflow in workflows(github).items():
        assert workflow["permissions"] == {"contents": "read"}
        triggers = {str(name): value for name, value in workflow.items()}["True"]  # it was `on`
        assert "pull_request_target" not in str(triggers)
        for job, described in workflow["jobs"].items():
            assert described["timeout-minutes"] <= 60
            text = str(described["steps"])
            if "write" in str(described.get("permissions", {})):
                powers[f"{name}.{job}"] = set(described["permissions"])
                assert "threadbook" not in re.sub(r"<!-- threadbook.*?-->", "", text)
                assert "pip" not in text
            else:
                assert "github.token" not in text
                assert "secrets" not in text
            for step in described["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False
    assert powers == {
        "comment.comment": {"actions", "pull-requests"},
        "health.tell": {"issues"},
        "intake.propose": {"contents", "issues", "pull-requests"},
        "publish.deploy": {"pages", "id-token"},
    }


def test_the_check_installs_what_the_base_branch_names(github: Path) -> None:
    job = workflows(github)["check"]["jobs"]["check"]["steps"]
    scripts = [step["run"] for step in job if "run" in step]
    (install,) = [script for script in scripts if "pip install" in script]
    assert install.endswith("--requirement trusted/requirements.txt")
    commands = " ".join(scripts)
    assert "check --safe" in commands
    assert "build --safe" in commands
    assert [script for script in scripts if "trusted" in script] == [install]


def test_what_may_write_takes_no_name_from_a_job_that_read_a_form(github: Path) -> None:
    jobs = workflows(github)["intake"]["jobs"]
    assert {
        step["env"]["BRANCH"] for step in jobs["propose"]["steps"] if "BRANCH" in str(step)
    } == {"intake/${{ github.event.issue.number }}"}
    given = [
        value
        for step in jobs["propose"]["steps"]
        for value in (*step.get("env", {}).values(), *step.get("with", {}).values())
    ]
    assert not [value for value in given if "needs." in str(value)]


def test_forms_that_are_not_current_are_told_with_what_to_do(
    run: Run, github: Path, gitlab: Path, tmp_path: Path
) -> None:
    shutil.copytree(github, tmp_path / "base")
    site = tmp_path / "base/content/site.yml"
    site.write_text(site.read_text().replace("boards:\n", "boards:\n  - {id: more, title: More}\n"))
    done = run("threadbook", "forms", "--check", cwd=tmp_path / "base")
    assert done.returncode == 1
    assert "ask-a-question.yml: would change" in done.stderr
    assert done.stderr.endswith("Run the command without --check, and commit what it writes.\n")
    (script,) = [s["run"] for s in steps(workflows(github)["check"]) if "forms" in s.get("run", "")]
    assert "Run threadbook forms and commit" in script
    assert "Run threadbook forms and commit" in (gitlab / ".gitlab-ci.yml").read_text()


def test_every_check_of_a_change_by_strangers_is_safe_and_knows_what_was_there(
    github: Path, gitlab: Path
) -> None:
    checks = [s["run"] for s in steps(workflows(github)["check"]) if "run" in s]
    checks += yaml.safe_load((gitlab / ".gitlab-ci.yml").read_text("utf-8"))["check"]["script"]
    runs = re.findall(r"threadbook (?:check|build) [^|;\n]*", "\n".join(checks))
    assert len(runs) == 5
    for each in runs:
        assert "--safe" in each
        assert "--against" in each or each.startswith("threadbook build")


@pytest.mark.parametrize("host", ["github", "gitlab"])
def test_every_command_and_option_that_jobs_use_exists(
    request: pytest.FixtureRequest, host: str
) -> None:
    from threadbook.cli import cli  # noqa: PLC0415

    folder: Path = request.getfixturevalue(host)
    if host == "github":
        scripts = [s["run"] for w in workflows(folder).values() for s in steps(w) if "run" in s]
    else:
        jobs = yaml.safe_load((folder / ".gitlab-ci.yml").read_text("utf-8"))
        scripts = [
            line for job in jobs.values() if isinstance(job, dict) for line in job.get("script", ())
        ]
    found = set()
    for script in scripts:
        for line in re.findall(r"\bthreadbook ([a-z].*)", script):
            name, *words = re.split(r"[\s;]+", line)
            command = cli.get_command(click.Context(cli), name)
            assert command is not None, name
            options = {each for option in command.params for each in option.opts}
            found |= {
                (name, word) for word in words if word.startswith("--") and word not in options
            }
    assert not found


def test_nothing_that_exists_is_changed(run: Run, tmp_path: Path) -> None:
    mine = {
        "README.md": "# Mine",
        "requirements.txt": "mine",
        ".github/workflows/check.yml": "mine",
        "content/threads/x.txt": "mine",
        "deep/er/file": "mine",
    }
    for name, text in mine.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "lychee.toml").symlink_to("nowhere")
    done = run("threadbook", "init", tmp_path, *GITHUB)
    assert done.returncode == 0, done.stderr
    assert {name: (tmp_path / name).read_text() for name in mine} == mine
    assert not (tmp_path / "nowhere").exists()
    assert not (tmp_path / "content/site.yml").exists()  # no examples beside content
    left = done.stdout.partition("Left alone")[2]
    for name in ("README.md", "requirements.txt", ".github/workflows/check.yml", "lychee.toml"):
        assert name in left
    before = files(tmp_path)
    assert run("threadbook", "init", tmp_path, *GITHUB).returncode == 0
    assert files(tmp_path) == before


NAMES = [
    "Plain",
    "Acme: help # 1",
    "\"quoted\" 'too' \\n {x} [y] & *z !t %d |",
    "yes",
    "12:30",
    "  spaced\n out ",
    "日本語ヘルプ",
    "@@URL@@ ${{ x }}",
    "- a",
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_is_written_as_it_is(run: Run, tmp_path: Path, name: str) -> None:
    assert run("threadbook", "init", tmp_path, "--name", name).returncode == 0
    read = read_configuration(tmp_path / "mkdocs.yml")
    assert read.findings == ()
    assert read.settings.site_name == " ".join(name.split())


BAD = [
    ("--name", " "),
    ("--url", "ftp://x"),
    ("--url", "javascript:alert(1)"),
    ("--url", "https://example.org/?a"),
    ("--repository", "https://example.org/a/b"),
    ("--repository", "file:///etc"),
    ("--repository", "https://github.com/acme"),
    ("--owner", "@a\n* @b"),
]


@pytest.mark.parametrize(("option", "value"), BAD)
def test_what_cannot_be_is_refused_before_anything_is_written(
    run: Run, tmp_path: Path, option: str, value: str
) -> None:
    done = run("threadbook", "init", tmp_path / "new", option, value)
    assert done.returncode == 2
    assert done.stderr.startswith("threadbook: ")
    assert len(done.stderr.splitlines()) <= 2
    assert not (tmp_path / "new").exists()


REMOTES = {
    "git@github.com:acme/help.git": ("github", "https://acme.github.io/help/"),
    "https://token@gitlab.com/acme/help.git": ("gitlab", ""),
    "/srv/git/help.git": ("none", ""),
}


@pytest.mark.parametrize("remote", REMOTES)
def test_the_host_is_that_of_the_remote(run: Run, tmp_path: Path, remote: str) -> None:
    host, url = REMOTES[remote]
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    subprocess.run(["git", "remote", "add", "origin", remote], cwd=tmp_path, check=True)
    assert run("threadbook", "init", tmp_path).returncode == 0
    read = read_configuration(tmp_path / "mkdocs.yml")
    assert read.settings.site_url == url
    assert (tmp_path / ".github").exists() == (host == "github")
    assert (tmp_path / ".gitlab-ci.yml").exists() == (host == "gitlab")
    assert "token" not in "".join(map(str, files(tmp_path)["mkdocs.yml"].split()))
    assert bool(read.settings.ask_url) == (host != "none")


BRANCHES = {
    "master": ("master", "branches: [master]", "/edit/master/{file}"),
    "1.0": ("1.0", 'branches: ["1.0"]', "/edit/1.0/{file}"),
    "main": ("main", "branches: [main]", "/edit/main/{file}"),
    "a'b": ("main", "branches: [main]", "/edit/main/{file}"),
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_branch_is_that_of_the_repository(run: Run, tmp_path: Path, branch: str) -> None:
    name, published, edited = BRANCHES[branch]
    subprocess.run(["git", "init", "-q", "-b", branch, tmp_path], check=True)
    assert run("threadbook", "init", tmp_path, *GITHUB).returncode == 0
    read = read_configuration(tmp_path / "mkdocs.yml")
    assert read.findings == ()
    assert read.settings.edit_url == f"https://github.com/acme/help{edited}"
    assert published in (tmp_path / ".github/workflows/publish.yml").read_text()
    triggers = {str(key): each for key, each in workflows(tmp_path)["publish"].items()}["True"]
    assert triggers["push"]["branches"] == [name]


def test_the_default_branch_of_the_remote_goes_before_the_current_one(
    run: Run, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "-q", "-b", "wip", tmp_path], check=True)
    head = ["git", "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk"]
    subprocess.run(head, cwd=tmp_path, check=True)
    assert run("threadbook", "init", tmp_path, *GITHUB).returncode == 0
    assert "      branch: trunk\n" in (tmp_path / "mkdocs.yml").read_text()


def test_below_the_top_of_a_repository_it_says_what_has_to_move(run: Run, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    said = run("threadbook", "init", tmp_path / "docs/help", *GITHUB).stdout
    assert "This folder is docs/help/ of its repository." in said
    assert "of its repository" not in run("threadbook", "init", tmp_path, *GITHUB).stdout


def test_at_a_terminal_it_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    answers = iter(
        [
            "Our help",
            "gitlub",
            "gitlab",
            "acme",
            "git@gitlab.com:acme/help.git",
            "help",
            "https://help.example.org",
        ]
    )
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda _: next(answers))
    wishes = starting.ask_wishes(None, None, None, None, None)
    repository = Repository("gitlab", "https://gitlab.com/acme/help")
    expected = ("Our help", "https://help.example.org/", "gitlab", repository, "@acme")
    assert wishes == Wishes(*expected)
    said = capsys.readouterr().out
    assert said.count("Error: ") == 3, "what cannot be used is asked again"
    assert '"acme" is not the address of a repository: ' in said
    assert '"help" is not a web address' in said


def test_a_repository_on_another_host_is_refused(run: Run, tmp_path: Path) -> None:
    done = run("threadbook", "init", tmp_path / "new", "--host", "gitlab", *GITHUB)
    assert done.returncode == 2
    assert "is on github, but --host says gitlab" in done.stderr
    assert not (tmp_path / "new").exists()


def test_without_a_repository_it_says_what_is_left_to_do(run: Run, tmp_path: Path) -> None:
    said = run("threadbook", "init", tmp_path, "--host", "github").stdout
    assert "name it in mkdocs.yml, as `repository`" in said
    assert read_configuration(tmp_path / "mkdocs.yml").settings.ask_url == ""
    assert re.search(
        r"^# \* @OWNER$", (tmp_path / ".github/CODEOWNERS").read_text("utf-8"), re.MULTILINE
    )


def test_owners_are_asked_about_each_board(github: Path, gitlab: Path) -> None:
    owners = (github / ".github/CODEOWNERS").read_text("utf-8")
    assert "\n* @acme\n/content/threads/general/ @acme\n" in owners
    assert owners.rindex("/content/") < owners.index("/.github/")
    assert (gitlab / ".gitlab/CODEOWNERS").is_file()


def test_the_range_is_that_of_this_version() -> None:
    assert re.fullmatch(r"threadbook>=\d+\.\d+\.\d+,<\d+(\.\d+)?", requirement())


@pytest.mark.parametrize("host", HOSTS)
def test_the_starter_is_planted_without_a_command(tmp_path: Path, host: str) -> None:
    assert all(planted.is_new for planted in plant(tmp_path / "base", Wishes(host=host)))
