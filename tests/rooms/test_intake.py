"""Forms that strangers fill in: what becomes of them, through the very script that the action runs."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from bases import REPOSITORY, write
from pydantic import BaseModel

from threadbook.configuration.repository import link_forms, read_remote, read_repository
from threadbook.edit.answers import append_answer
from threadbook.errors import UserError
from threadbook.forms.fields import Kind, describe_forms
from threadbook.forms.submission import read_submission
from threadbook.model import Answer, Question, Thread

DAY = "2026-11-23"
STARTER = REPOSITORY / "generator/threadbook/starter"


def script_of(file: Path) -> str:
    """Return the script of the step that takes a form in."""
    data = yaml.safe_load(file.read_text("utf-8"))
    jobs = data["jobs"].values() if "jobs" in data else [data["runs"]]
    (found,) = [step["run"] for job in jobs for step in job["steps"] if step.get("id") == "intake"]
    return str(found)


ACTION = script_of(REPOSITORY / "action.yml")
WORKFLOW = script_of(STARTER / "github/.github/workflows/intake.yml")

CONFIG = """\
site_name: Small
site_url: https://example.org/help/
docs_dir: content/pages
theme: {name: material, font: false}
plugins: [threadbook]
"""
SITE = """\
boards:
  - {id: new, title: New here}
  - {id: work, title: "At work, (really)"}
topics:
  - {id: proposals, title: "Proposals, bids"}
  - {id: payments, title: Payments}
people:
  - {id: member, name: Community Member}
"""
BASE: dict[str, str | bytes] = {
    "mkdocs.yml": CONFIG,
    "content/site.yml": SITE,
    "content/threads/new/first.yml": "# Kept.\ntitle: What first?\ntopics: [proposals]\nanswer: This. # and this\n",
    "content/threads/new/paid.yml": "title: When am I paid?\ntopics: [payments]\nanswer: After a week.\n",
    "content/threads/work/at-mentions.yml": 'title: "@everyone, does this *close* #1?"\ntopics: [payments]\n',
}


class Taken(NamedTuple):
    """What a run of the script did: outputs of the step, files that differ, the comment."""

    status: int
    outputs: dict[str, str]
    changed: set[str]
    comment: str
    root: Path
    said: str

    @property
    def thread(self) -> dict[str, Any]:
        """The one file that was written."""
        (file,) = self.changed
        loaded = yaml.safe_load((self.root / file).read_text("utf-8"))
        assert isinstance(loaded, dict)
        return loaded


def git(root: Path, *arguments: str) -> str:
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org"]
    done = subprocess.run(
        ["git", *who, *arguments], cwd=root, check=True, capture_output=True, text=True
    )
    return done.stdout


def snapshot(root: Path) -> dict[str, bytes]:
    return {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and ".git" not in file.relative_to(root).parts[:1]
    }


Take = Callable[..., Taken]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the base; tests take a copy."""
    root = write(tmp_path_factory.mktemp("begun") / "repository", BASE)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Start")
    return root


@pytest.fixture
def take(tmp_path: Path, begun: Path, warm_programs: Path) -> Take:
    """Run the script of the action for an issue, in a repository with a hook that tells on it."""
    root = shutil.copytree(begun, tmp_path / "repository")
    for name in ("pre-commit", "post-commit", "post-checkout"):
        hook = root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
        hook.chmod(0o755)

    def call(title: object, body: object, number: object = 12, script: str = ACTION) -> Taken:
        event = tmp_path / "event.json"
        issue = {"title": title, "body": body, "number": number}
        event.write_text(json.dumps({"action": "opened", "issue": issue}), "utf-8")
        output, temp = tmp_path / "output", tmp_path / "temp"
        output.write_text("")
        comment = temp / "intake/comment.md"
        before = snapshot(root)
        environment = {
            "PATH": f"{warm_programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "XDG_CACHE_HOME": str(tmp_path / "cache"),
            "SOURCE_DATE_EPOCH": "1795392000",
            "THREADBOOK_MEANING": "off",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_OUTPUT": str(output),
            "RUNNER_TEMP": str(temp),
            "CONFIG": "mkdocs.yml",
            "BY": "",
            "COMMENT": str(comment),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert not (tmp_path / "ran").exists(), "something ran"
        assert "Traceback" not in done.stderr
        after = snapshot(root)
        expected = {"repository", "event.json", "output", "temp", "cache"}
        assert {each.name for each in tmp_path.iterdir()} <= expected
        lines = [line.split("=", 1) for line in output.read_text("utf-8").splitlines()]
        assert {name for name, _ in lines} <= {"kind", "comment", "file", "branch"}
        return Taken(
            done.returncode,
            dict(lines),
            {name for name in before | after if before.get(name) != after.get(name)},
            comment.read_text("utf-8") if comment.is_file() else "",
            root,
            done.stderr,
        )

    return call


def asked(text: str, board: str = "New here (new)", topics: str = "Payments (payments)") -> str:
    return f"### Board\n\n{board}\n\n### Topics\n\n{topics}\n\n### Your question\n\n{text}\n"


def answered(text: str, thread: str = "first") -> str:
    return f"### Thread\n\n{thread}\n\n### Your answer\n\n{text}\n"


def reported(thread: str, details: str = "_No response_") -> str:
    return f"### Thread\n\n{thread}\n\n### What is wrong?\n\nOld.\n\n### Details\n\n{details}\n"


def test_the_workflow_runs_what_the_action_runs() -> None:
    assert (
        re.sub(
            r' --(config|by) "\$\w+"',
            "",
            ACTION.replace("$COMMENT", "$RUNNER_TEMP/intake/comment.md"),
        )
        == WORKFLOW
    )


def test_a_question_becomes_a_thread_on_a_branch(
    take: Take, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    body = asked(
        "I wait for\nmy money.",
        "At work, (really) (work)",
        "Proposals, bids (proposals), Payments (payments)",
    )
    taken = take("When is the money paid?", body)
    assert taken.status == 0, taken.said
    file = "content/threads/work/when-is-the-money-paid.yml"
    assert taken.changed == {file}
    assert (taken.root / file).read_text("utf-8") == (
        "title: When is the money paid?\ntopics: [proposals, payments]\nquestion:\n"
        f"  at: {DAY}\n  body: |\n    I wait for\n    my money.\n"
    )
    assert taken.outputs["branch"] == "intake/12"
    assert taken.outputs["file"] == file
    assert git(taken.root, "branch", "--show-current").strip() == "intake/12"
    assert git(taken.root, "log", "--format=%s", "main..intake/12").splitlines() == [
        "Take in issue 12"
    ]
    assert git(taken.root, "diff", "--name-only", "main", "intake/12").split() == [file]
    assert git(taken.root, "status", "--porcelain") == ""
    assert "[When am I paid?](https://example.org/help/threads/paid/)" in taken.comment
    for command in (["check"], ["fmt", "--check"]):
        assert run("threadbook", *command, cwd=taken.root).returncode == 0


@pytest.mark.parametrize(
    "thread", ["first", "https://example.org/help/threads/first/", "/threads/first/#a1"]
)
def test_an_answer_is_added_to_its_thread(take: Take, thread: str) -> None:
    taken = take("Answer: What first?", answered("That.", thread))
    assert taken.changed == {"content/threads/new/first.yml"}
    assert (taken.root / "content/threads/new/first.yml").read_text("utf-8") == (
        "# Kept.\ntitle: What first?\ntopics: [proposals]\nanswers:\n"
        "  - id: a1\n    accepted: true\n    body: This. # and this\n"
        f"  - id: a2\n    at: {DAY}\n    body: That.\n"
    )


def test_a_report_changes_nothing_and_names_the_file(take: Take) -> None:
    taken = take("Problem", reported("paid"))
    assert (taken.status, taken.changed) == (0, set())
    assert taken.outputs["kind"] == "report-a-problem"
    assert "content/threads/new/paid.yml" in taken.comment
    assert "branch" not in taken.outputs


def test_what_somebody_has_staged_is_not_committed(take: Take) -> None:
    root = take("Hello", "I like it.").root
    (root / "staged.txt").write_text("mine\n")
    (root / "mkdocs.yml").write_text(f"{CONFIG}# mine\n")
    git(root, "add", "staged.txt", "mkdocs.yml")
    taken = take("When is the money paid?", asked("I wait."))
    assert taken.status == 0, taken.said
    changed = git(root, "diff", "--name-only", "main", "intake/12").split()
    assert changed == ["content/threads/new/when-is-the-money-paid.yml"]
    assert git(root, "diff", "--cached", "--name-only").split() == ["mkdocs.yml", "staged.txt"]


def test_changes_of_a_thread_that_are_not_committed_are_not_answered_over(take: Take) -> None:
    root = take("Hello", "I like it.").root
    first = root / "content/threads/new/first.yml"
    first.write_text(first.read_text() + "also_asked: [What now?]\n")
    taken = take("Answer: What first?", answered("That."))
    assert (taken.status, taken.changed) == (3, set())
    assert "content/threads/new/first.yml has changes that are not committed" in taken.said
    assert git(root, "branch", "--list").split() == ["*", "main"]


@pytest.mark.parametrize("body", [asked("x"), answered("That.")])
def test_a_branch_that_exists_is_told_before_anything_is_written(take: Take, body: str) -> None:
    root = take("Hello", "I like it.").root
    git(root, "branch", "intake/12")
    taken = take("When is the money paid?", body)
    assert (taken.status, taken.changed) == (3, set())
    assert "The branch intake/12 exists already; delete it (`git branch -D" in taken.said
    assert len(taken.said.splitlines()) == 1
    assert git(root, "branch", "--show-current").strip() == "main"


def test_a_branch_needs_a_repository(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    issue = {"number": 3, "title": "Why so late?", "body": asked("x")}
    root = write(tmp_path, BASE | {"event.json": json.dumps({"issue": issue})})
    done = run("threadbook", "intake", "--event", "event.json", "--branch", cwd=root)
    assert done.returncode == 3
    assert "There is no git repository with a commit here" in done.stderr
    assert not (root / "content/threads/new/why-so-late.yml").exists()


def test_an_issue_that_is_no_form_is_left_alone(take: Take) -> None:
    taken = take("Hello", "### Hello\n\nI like it.")
    assert (taken.status, taken.changed, taken.comment, taken.outputs) == (0, set(), "", {})


CANARY = "touch ../ran"
TITLES = {
    "substitution": f"$({CANARY}) `{CANARY}` ${{IFS}}?",
    "quotes": f"'; {CANARY}; ' \"; {CANARY}; \" && {CANARY} | {CANARY} #",
    "expression": "${{ github.token }} ${{ toJSON(secrets) }}?",
    "commands": "::set-output name=file::../x\n::add-mask::x\r\nfile=../../x\n",
    "option": f"--config=/etc/passwd -o {CANARY}",
    "yaml tag": f"!!python/object/apply:os.system ['{CANARY}']",
    "yaml": "&a [*a, {b: c}] # no\n---\n- x: |\n  y",
    "path": "../../../../etc/passwd",
    "git": f":(exclude)content --upload-pack={CANARY}",
    "html": "<script>alert(1)</script><img src=https://e.org/x.png onerror=alert(1)>",
    "mention": "@everyone fixes #1, closes #2, resolves acme/help#3",
    "markdown": "[x](javascript:alert(1)) ![y](http://e.org/z) | a | b |",
    "control": "a\x00b\x1b]0;t\x07c\u202ed\u2066e\ufeff\x85?",
    "surrogate": "half \ud83d of one?",
    "huge": "why " * 50_000,
    "template": "{{ 7*7 }} {% raw %} {title} {id} @@NAME@@",
}
BODIES = {
    "substitution": f"$({CANARY})\n`{CANARY}`\n```\n$({CANARY})\n```",
    "quotes": f"' \" \\ ; {CANARY}\nEOF\n{CANARY}\n",
    "expression": "${{ github.token }}\n\n${{ toJSON(secrets) }}",
    "commands": "::set-output name=file::x\r\n::error::x\r\rbranch=main\n",
    "option": "--\n-rf /\n--config x",
    "yaml tag": "body: |\n  x\nanswers:\n  - !!python/name:os.system\n",
    "yaml": "|+2\n\t- a: b\n---\n...\n%YAML 1.2\n",
    "path": "### Board\n\n../../x (../../x)\n\n### Topics\n\n../x (../x)\n\n### Your question\n\nx",
    "git": "diff --git a/x b/x\n+++ b/.github/workflows/x.yml\n",
    "html": "<script>alert(1)</script>\n\n<img src=https://e.org/x.png onerror=alert(1)>\n\n<!-- a --> b",
    "mention": "@everyone\n\nFixes #1\nCloses: #2",
    "markdown": "[x][y]\n\n[y]: javascript:alert(1)\n\n> # quote\n\n| a |\n|---|\n",
    "control": "a\x00b\x1b[2Jc\u202ed\ufeff\x0b\x0c",
    "surrogate": "half \ud83d and \udc00",
    "huge": "word " * 15_000,
    "template": "{{ config }} @@MORE@@ {body}",
}


@pytest.mark.parametrize("name", TITLES)
def test_a_hostile_question_is_text_in_one_file(take: Take, name: str) -> None:
    taken = take(TITLES[name], asked(BODIES[name]))
    assert taken.status == 0, taken.said
    if name == "huge":  # a title of 200,000 characters is none
        assert taken.changed == set()
        assert "TB105" in taken.comment
        return
    words, _, closest = taken.comment.partition("\n\nOne of these may already help:\n\n")
    spans = re.findall(r"`([^`]*)`", words)
    assert all(re.fullmatch(r"[a-z0-9/.-]+", span) for span in spans)
    told = re.sub(r"`[^`]*`", "…", words).strip()
    assert told == (
        "Thank you for the question. It will become …, on the branch …, once an editor has looked at it."
    )
    for line in closest.splitlines():
        assert re.fullmatch(
            r"- \[.*\]\(https://example\.org/help/threads/.*\)( \(answered\))?", line
        )
        assert "@everyone" not in line  # another thread's title mentions nobody, either
    (file,) = taken.changed
    assert re.fullmatch(r"content/threads/new/[a-z0-9-]{1,100}\.yml", file)
    assert not (taken.root / file).is_symlink()
    text = (taken.root / file).read_text("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u202e\u2066\ufeff]", text)
    thread = taken.thread
    assert set(thread) == {"title", "topics", "question"}
    assert thread["topics"] == ["payments"]
    assert set(thread["question"]) == {"at", "body"}
    assert git(taken.root, "diff", "--name-only", "main", "intake/12").split() == [file]
    message = git(taken.root, "log", "-1", "--format=%B").strip()
    assert message == "Take in issue 12"
    if name in {
        "substitution",
        "expression",
        "html",
        "mention",
        "quotes",
    }:  # nothing is lost either
        assert thread["title"] == " ".join(TITLES[name].split())
        assert thread["question"]["body"].split() == BODIES[name].split()


@pytest.mark.parametrize("name", BODIES)
def test_a_hostile_answer_is_text_in_one_file(take: Take, name: str) -> None:
    taken = take(TITLES[name], answered(BODIES[name]))
    assert taken.status == 0, taken.said
    assert taken.changed == {"content/threads/new/first.yml"}
    thread = taken.thread
    assert set(thread) == {"title", "topics", "answers"}
    assert thread["answers"][0] == {"id": "a1", "accepted": True, "body": "This."}
    assert set(thread["answers"][1]) == {"id", "at", "body"}
    assert "@everyone" not in taken.comment


FAKES = {
    "a heading in the last field": (
        asked("Really.\n\n### Board\n\nAt work (work)\n\n### Topics\n\nx"),
        "new",
    ),
    "two forms": (asked("x") + answered("y", "paid"), "new"),
}


@pytest.mark.parametrize("name", FAKES)
def test_a_fake_heading_inside_a_field_is_its_text(take: Take, name: str) -> None:
    body, board = FAKES[name]
    taken = take("How does this work?", body)
    (file,) = taken.changed
    assert Path(file).parent.name == board
    assert "### " in taken.thread["question"]["body"]


REFUSED = {
    "board": asked("x", board="../../x (../../x)"),
    "no board": asked("x", board="_No response_"),
    "topic": asked("x", topics="nothing (nothing)"),
    "thread": answered("x", "../../mkdocs"),
    "other thread": answered("x", "nope"),
    "thread with a break": answered("x", "first\n../x"),
    "heading as thread": answered("x", "### Your answer"),
    "empty answer": answered("_No response_"),
    "report": reported("../../../etc/passwd"),
    "dead link": asked("See [[nowhere-at-all]]."),
    "secret": asked("ghp_" + "a1B2" * 9),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_content_is_refused_in_the_comment(take: Take, name: str) -> None:
    taken = take("How does this work?", REFUSED[name])
    assert (taken.status, taken.changed) == (0, set()), taken.said
    assert taken.comment.startswith("This form could not be turned into a file yet.")
    assert "branch" not in taken.outputs
    assert git(taken.root, "branch", "--list").split() == ["*", "main"]


EVENTS: list[tuple[object, object, object]] = [
    ("T?", asked("x"), "12; touch ../ran"),
    ("T?", asked("x"), -1),
    ("T?", asked("x"), True),
    ("T?", asked("x"), None),
]


@pytest.mark.parametrize(("title", "body", "number"), EVENTS)
def test_an_issue_without_a_number_is_none(
    take: Take, title: object, body: object, number: object
) -> None:
    taken = take(title, body, number)
    assert taken.status == 3
    assert "has no number" in taken.said
    assert taken.changed == set()


@pytest.mark.parametrize(("title", "body"), [(None, None), (["T?"], {"a": 1}), (1, asked("x"))])
def test_a_title_or_body_that_is_no_text_is_empty(take: Take, title: object, body: object) -> None:
    taken = take(title, body)
    assert (taken.status, taken.changed) == (0, set())


@pytest.mark.parametrize(
    "event",
    [
        "",
        "{",
        "[]",
        '{"issue": 1}',
        "[" * 100_000,
        "\xff",
        '{"issue": {"number": NaN}}',
        " " * 2_100_000,
    ],
)
def test_an_event_that_is_none_is_a_message(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, event: str
) -> None:
    root = write(tmp_path, BASE | {"event.json": event.encode("latin-1")})
    done = run("threadbook", "intake", "--event", "event.json", cwd=root)
    assert done.returncode in {2, 3}
    assert done.stderr.startswith("threadbook: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_title_that_is_taken_gets_the_number_of_the_issue(take: Take) -> None:
    taken = take("First", asked("x"))
    assert taken.changed == {"content/threads/new/first-12.yml"}
    assert "The" not in taken.outputs["file"]


CHOSEN = {
    "by hand": ("work", "payments, proposals", ["payments", "proposals"]),
    "by titles": ("new here", "payments", ["payments"]),
    "twice": ("New here (new)", "Payments (payments), Payments (payments)", ["payments"]),
    "some unknown": ("new", "nope, payments", ["payments"]),
}


@pytest.mark.parametrize("name", CHOSEN)
def test_boards_and_topics_are_understood_as_people_write_them(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, name: str
) -> None:
    board, topics, expected = CHOSEN[name]
    issue = {"number": 3, "title": "Why so late?", "body": asked("x", board, topics)}
    root = write(tmp_path, BASE | {"event.json": json.dumps({"issue": issue})})
    done = run("threadbook", "intake", "--event", "event.json", "--by", "member", cwd=root)
    assert done.returncode == 0, done.stderr
    (file,) = root.glob("content/threads/*/why-so-late.yml")
    written = yaml.safe_load(file.read_text("utf-8"))
    assert written["topics"] == expected
    assert written["question"]["by"] == "member"


def test_an_author_has_to_be_known(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    issue = {"number": 3, "title": "Why so late?", "body": asked("x")}
    root = write(tmp_path, BASE | {"event.json": json.dumps({"issue": issue})})
    done = run("threadbook", "intake", "--event", "event.json", "--by", "nobody", cwd=root)
    assert done.returncode == 2
    assert 'no person with the id "nobody"' in done.stderr


def test_gitlab_sends_issues_of_another_shape(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    event = {
        "object_attributes": {
            "iid": 7,
            "title": "Why so late?",
            "description": "<!-- Hello -->\n\n" + asked("<!-- One of: … -->"),
        }
    }
    root = write(tmp_path, BASE | {"event.json": json.dumps(event)})
    done = run("threadbook", "intake", "--event", "event.json", cwd=root)
    assert done.returncode == 0, done.stderr
    text = (root / "content/threads/new/why-so-late.yml").read_text("utf-8")
    assert text == "title: Why so late?\ntopics: [payments]\n"


# Forms and addresses

MODELS: dict[Kind, tuple[type[BaseModel], dict[str, str]]] = {
    Kind.QUESTION: (Thread, {"topics": "topics", "question": "question"}),
    Kind.ANSWER: (Answer, {"answer": "body"}),
}


def test_fields_of_forms_are_fields_of_the_models() -> None:
    forms = {form.kind: form for form in describe_forms()}
    for kind, (model, fields) in MODELS.items():
        own = {field.id: field for field in forms[kind].fields}
        for id_, name in fields.items():
            assert name in model.model_fields
            assert id_ in own
    assert Question.model_fields["body"].description in [
        f.about for f in forms[Kind.QUESTION].fields
    ]


def test_only_the_last_field_of_a_form_has_several_lines() -> None:
    for form in describe_forms():
        assert [field.is_long for field in form.fields] == [*[False] * (len(form.fields) - 1), True]


@pytest.mark.parametrize(
    "repository", ["https://github.com/acme/help", "https://gitlab.com/acme/sub/help"]
)
def test_addresses_fill_in_the_fields_of_the_forms(repository: str) -> None:
    forms = {form.kind.value: form for form in describe_forms()}
    patterns = link_forms(repository)
    assert set(patterns) == {"edit_url", "ask_url", "answer_url", "report_url"}
    assert all(pattern.startswith(f"{repository}/") for pattern in patterns.values())
    if "github" in repository:
        for pattern in patterns.values():
            found = re.search(r"template=([a-z-]+)\.yml&(.*)", pattern)
            for name in re.findall(r"(?:^|&)(\w+)=", found[2]) if found else ():
                assert name == "title" or name in [f.id for f in forms[found[1]].fields]  # type: ignore[index]
        return
    from urllib.parse import unquote  # noqa: PLC0415

    body = unquote(patterns["answer_url"]).partition("issue[description]=")[2]
    read = read_submission("x", body.replace("{id}", "first") + "Yes.")
    assert read
    assert (read.kind, dict(read.fields)) == (Kind.ANSWER, {"thread": "first", "answer": "Yes."})


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@github.com:acme/help.git", "https://github.com/acme/help"),
        ("https://user:secret@github.com/acme/help.git", "https://github.com/acme/help"),
        ("ssh://git@gitlab.example.org:2222/a/b/c.git", "https://gitlab.example.org/a/b/c"),
        ("/srv/git/help.git", None),
        ("git@example.org:acme/help", None),
        ("https://github.com/acme/help'; touch x", None),
        ("https://github.com/../x", None),
    ],
)
def test_a_remote_names_a_repository_or_none(remote: str, url: str | None) -> None:
    found = read_remote(remote)
    assert (found.url if found else None) == url


@pytest.mark.parametrize(
    ("repository", "home"),
    [
        ("https://github.com/Acme/Help", "https://acme.github.io/Help/"),
        ("https://github.com/acme/acme.github.io", "https://acme.github.io/"),
        ("https://gitlab.com/acme/help", ""),
    ],
)
def test_where_a_repository_is_published(repository: str, home: str) -> None:
    assert read_repository(repository).home == home


HEAD = "title: A?\ntopics: [x]\n"
LONGER: dict[str, tuple[str, str, str]] = {
    "in brackets": (
        "answers: [{id: a1, body: x}] # c\n",
        "Yes.",
        f"answers: [{{id: a1, body: x}}, {{id: a2, at: {DAY}, body: Yes.}}] # c\n",
    ),
    "below its name": (
        "answer: # c\n  of several\n  lines\n",
        "Yes.",
        "answers: # c\n  - id: a1\n    accepted: true\n    body: of several lines\n"
        f"  - id: a2\n    at: {DAY}\n    body: Yes.\n",
    ),
    "a file without an end of its last line": (
        "answer: x",
        "Yes.\n\nNo.",
        "answers:\n  - id: a1\n    accepted: true\n    body: x\n"
        f"  - id: a2\n    at: {DAY}\n    body: |\n      Yes.\n\n      No.\n",
    ),
    "a block with comments": (
        "answer: | # why\n  A\n\n  B\n# below\nrelated: [y]\n",
        "Yes.",
        "answers:\n  - id: a1\n    accepted: true\n    body: | # why\n      A\n\n      B\n"
        f"  - id: a2\n    at: {DAY}\n    body: Yes.\n# below\nrelated: [y]\n",
    ),
}


@pytest.mark.parametrize("name", LONGER)
def test_an_answer_is_put_below_others_however_they_are_written(name: str) -> None:
    before, body, after = LONGER[name]
    day = datetime.date.fromisoformat(DAY)
    assert append_answer(HEAD + before, body, "", day) == HEAD + after


UNCHANGEABLE = [
    "title: A?\ntopics: [x]\nanswer: &a x\n",
    "title: A?\ntopics: [x]\nanswers: *a\n",
    "title: [",
    "",
]


@pytest.mark.parametrize("text", UNCHANGEABLE)
def test_a_file_that_cannot_be_changed_without_loss_is_left_alone(text: str) -> None:
    from threadbook.day import build_day  # noqa: PLC0415

    with pytest.raises(UserError):
        append_answer(text, "Yes.", "", build_day())
