"""The small things of every day: where commands look, how they end, and what they say."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from threadbook.cli.common import find_configuration
from threadbook.configuration.options import check_options
from threadbook.configuration.read import read_configuration

Run = Callable[..., Any]
Knowledge = Callable[[dict[str, str | bytes]], Path]
THREAD: Final = "title: What first?\ntopics: [proposals]\nanswer: This.\n"


# Where mkdocs.yml is looked for


def test_the_nearest_configuration_above_is_used(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    done = run("threadbook", "check", cwd=base / "content" / "threads" / "new")
    assert done.returncode == 0, done.stderr
    assert "in 3 files." in done.stderr


def test_nothing_above_a_repository_is_used(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    inner = tmp_path / "repository" / "folder"
    inner.mkdir(parents=True)
    assert find_configuration(inner) == Path("../../mkdocs.yml")
    (tmp_path / "repository" / ".git").mkdir()
    assert find_configuration(inner) is None


def test_what_anybody_may_write_above_is_passed_over(tmp_path: Path) -> None:
    """A stranger could put an `mkdocs.yml` with a hook there."""
    (tmp_path / ".git").mkdir()  # whatever lies above this test is none of its business
    shared = tmp_path / "shared"
    mine = shared / "mine"
    mine.mkdir(parents=True)
    (shared / "mkdocs.yml").touch()
    shared.chmod(0o777)
    assert find_configuration(mine) is None
    assert find_configuration(shared) == Path("mkdocs.yml"), "whoever is in it has chosen it"


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("check", 3, "There is no mkdocs.yml here or above"),
        ("build", 3, "There is no mkdocs.yml here or above"),
        ("serve", 3, "There is no mkdocs.yml here or above"),
        ("fmt --config nope.yml", 2, "There is no file nope.yml."),
        ("build --config nope.yml", 2, "There is no file nope.yml."),
    ],
)
def test_outside_a_project_every_command_says_so(
    command: str, status: int, said: str, tmp_path: Path, run: Run
) -> None:
    (tmp_path / ".git").mkdir()
    done = run("threadbook", *command.split(), cwd=tmp_path)
    assert done.returncode == status
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


# What is said


def test_the_summaries_of_all_commands_are_whole(run: Run, tmp_path: Path) -> None:
    said = run("threadbook", "--help", cwd=tmp_path).stdout
    assert "…" not in said
    assert "..." not in said.replace("[ARGS]...", "")
    assert "1 for findings" in " ".join(said.split())


def test_a_second_check_says_how_many_threads_have_changed(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({"threads/new/other.yml": THREAD.replace("first", "last")})
    for file in (base / "content").rglob("*.yml"):
        os.utime(file, (1, 1))  # what has just changed is not trusted to stay
    assert "Loading threads: 2" in run("threadbook", "check", cwd=base).stderr
    changed = base / "content/threads/new/other.yml"
    changed.write_text(THREAD.replace("first", "at the very end"), "utf-8")
    assert "Loading changed threads: 1" in run("threadbook", "check", cwd=base).stderr


@pytest.mark.parametrize(
    ("answer", "reading"),
    [("yes", "true or false"), ("12:30", "the number 750"), ("5", "a number")],
)
def test_an_answer_that_yaml_misreads_is_told_how_to_be_written(
    answer: str, reading: str, knowledge: Knowledge, run: Run
) -> None:
    text = THREAD.replace("This.", answer)
    said = run("threadbook", "check", cwd=knowledge({"threads/new/first.yml": text})).stderr
    assert f"`answer` should be text, but YAML reads `{answer}` as {reading}" in said
    assert f'Put it in quotes, `answer: "{answer}"`, or write a mapping with `body`.' in said


def test_yaml_is_read_like_yml(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({"threads/new/other.yaml": THREAD.replace("first", "last")})
    (base / "content/site.yml").rename(base / "content/site.yaml")
    done = run("threadbook", "build", "--engine", "plain", cwd=base)
    assert done.returncode == 0, done.stderr
    assert (base / "site/threads/other/index.html").is_file()


def test_questions_that_are_alike_are_told_in_both_files(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({"threads/work/again.yml": THREAD})
    said = run("threadbook", "check", cwd=base).stderr
    assert "new/first.yml:1:8: warning[TB305]" in said
    assert "work/again.yml:1:8: warning[TB305]" in said


def test_silence_in_one_of_two_files_is_enough(knowledge: Knowledge, run: Run) -> None:
    silent = f"{THREAD}silence: [{{rule: TB305, reason: It is asked at work too.}}]\n"
    base = knowledge({"threads/work/again.yml": silent})
    assert "TB305" not in run("threadbook", "check", cwd=base).stderr


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("feedback_url", "ftp:xx", "cannot begin with ftp:. Write https://example.org/, "),
        ("feedback_url", "http:xx", "this is not an address"),
        ("feedback_url", "example.org/say", "this is not an address"),
        ("feedback_url", "https://example.org/{id}", "no placeholder {id} here"),
        (
            "edit_url",
            "https://example.org/{fle}",
            "here, only {file}, {id}, {title}, {url}. Did you mean {file}?",
        ),
        ("answer_url", "https://example.org/{reason}", "no placeholder {reason} here"),
        ("ask_url", "mailto:nobody", "this is not an address"),
        ("report_url", "https:///x", "this is not an address"),
    ],
)
def test_addresses_and_placeholders_that_cannot_be_are_refused(
    option: str, value: str, said: str
) -> None:
    (fault,) = check_options({option: value})[1]
    assert fault.location == (option,)
    assert said in f"{fault.message} {fault.hint}"


@pytest.mark.parametrize(
    ("file", "text", "rule"),
    [
        ("pages/about.md", "# About\n\n[x](nope.md)\n", "TB924"),
        ("pages/about.md", "# About\n\n[x](page:nope.md)\n", "TB218"),
        ("threads/new/other.yml", THREAD.replace("This.", "'[x](page:nope.md)'"), "TB218"),
    ],
)
def test_a_page_that_nothing_is_like_is_told_with_what_to_do(
    file: str, text: str, rule: str, knowledge: Knowledge, run: Run
) -> None:
    said = run("threadbook", "check", cwd=knowledge({file: text})).stderr
    assert f"error[{rule}]" in said
    assert "= Put the file in the folder of prose, or name one that is there." in said


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("edit_url", "https://example.org/{file}?{id}&{title}&{url}"),
        ("report_url", "mailto:us@example.org?subject={title}&body={reason}"),
        ("ask_url", "/ask?{title}"),
        ("feedback_url", "https://example.org/say"),
    ],
)
def test_what_can_be_an_address_is_taken(option: str, value: str) -> None:
    assert check_options({option: value})[1] == ()


@pytest.mark.parametrize(
    ("more", "rule", "said"),
    [
        ("theme: readthedocs\nplugins: [threadbook]\n", "TB112", "`readthedocs`"),
        ("plugins: [threadbook]\n", "TB905", "`theme` is missing"),
        ("theme: material\nplugins: [threadbook, i18n]\n", "TB112", "the plugin `i18n`"),
    ],
)
def test_what_does_not_go_together_is_said_in_a_sentence(
    more: str, rule: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "mkdocs.yml").write_text(f"site_name: S\ndocs_dir: pages\n{more}", "utf-8")
    found = read_configuration(tmp_path / "mkdocs.yml").findings
    errors = [each for each in found if each.severity == "error" and said in each.message]
    assert [each.rule.id for each in errors] == [rule]


def test_a_plain_site_needs_no_theme(tmp_path: Path) -> None:
    text = "site_name: S\nplugins: [{threadbook: {engine: plain}}]\n"
    (tmp_path / "mkdocs.yml").write_text(text, "utf-8")
    assert read_configuration(tmp_path / "mkdocs.yml").findings == ()


# When a question gets no answer


@pytest.mark.parametrize(
    ("is_end", "status", "said"),
    [(True, 2, "A question was not answered, so nothing was done."), (False, 130, "Stopped.")],
    ids=["Ctrl-D", "Ctrl-C"],
)
@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_a_question_that_is_not_answered_ends_the_command_in_one_line(
    knowledge: Knowledge, is_end: bool, status: int, said: str
) -> None:
    import pty  # noqa: PLC0415 - only Unix has it

    ours, its = pty.openpty()
    program = str(Path(sys.executable).with_name("threadbook"))
    command = [program, "new", "thread", "--title", "When?"]
    with subprocess.Popen(
        command, cwd=knowledge({}), stdin=its, stdout=its, stderr=its, start_new_session=True
    ) as process:
        os.close(its)
        text = b""
        while b"Which board?" not in text:
            text += os.read(ours, 1_000)
        for turn in range(600):  # what comes before the question waits for a key may be lost
            if process.poll() is not None:
                break
            if is_end:
                os.write(ours, b"\x04")
            elif turn % 200 == 10:  # a second one would cut off an orderly end
                process.send_signal(signal.SIGINT)
            time.sleep(0.1)
        assert process.poll() == status
        rest = os.read(ours, 10_000).decode().replace("\r", "")
    os.close(ours)
    assert rest.strip().splitlines()[-1] == f"threadbook: {said}"
    assert "Aborted" not in rest
    assert "Traceback" not in rest


# What MkDocs says


@pytest.mark.parametrize("is_strict", [True, False])
def test_what_stops_mkdocs_is_said_once_and_plainly(
    is_strict: bool, knowledge: Knowledge, run_warm: Run
) -> None:
    base = knowledge({"pages/guide.md": "# Guide\n\n[Nowhere](nowhere.md)\n"})
    options = "plugins: [{threadbook: {trusted_pages: true, engine: mkdocs}}]\n"
    head = "site_name: S\ndocs_dir: content/pages\ntheme: {name: material, font: false}\n"
    (base / "mkdocs.yml").write_text(f"{head}strict: {str(is_strict).lower()}\n{options}", "utf-8")
    done = run_warm("threadbook", "build", cwd=base)
    assert "Aborted" not in done.stderr
    assert (
        "`strict: true` ends the build, because MkDocs has 1 warning," in done.stderr
    ) == is_strict
    assert done.returncode == (3 if is_strict else 0), done.stderr


# Errors in mkdocs.yml and in the content


@pytest.mark.parametrize(
    ("slip", "is_checked"),
    [
        ("site_url: nowhere", False),  # it tells which addresses are the site's own
        ("dev_addr: nowhere", True),
        ("hooks: 1", True),
        ("site_author: [x]", True),
        ("nothing_like_it: 1\nstrict: true", True),
        ("docs_dri: content/pages\nstrict: true", False),
        ("plugins: !ENV [x]", False),
        ("plugins: [{threadbook: [x]}]", False),
        ("plugins: [{threadbook: {search: maybe}}]", True),
        ("plugins: [{threadbook: {no_such_option: 1}}]", True),
        ("plugins: [{threadbook: {content_dri: content}}]", False),
        ("plugins: [{threadbook: {rules: {TB999: off}}}]", False),
        ("plugins: [{threadbook: {rule: {TB202: off}}}]", False),
        ("plugins: []", False),
        ("docs_dir: ../..", False),  # the site would be in it
        ("x: [", False),
    ],
)
def test_errors_in_the_configuration_hide_no_others(
    slip: str, is_checked: bool, knowledge: Knowledge, run: Run
) -> None:
    """What could be judged wrongly because of them is not judged, and that is said."""
    base = knowledge({"threads/new/other.yml": THREAD.replace("proposals", "nowhere")})
    config = base / "mkdocs.yml"
    own = {line.partition(":")[0] for line in slip.split("\n")}
    settings = {"site_name": "S", "docs_dir": "content/pages", "theme": "material"}
    settings |= {"plugins": "[threadbook]"}
    kept = [f"{key}: {value}" for key, value in settings.items() if key not in own]
    config.write_text("\n".join([*kept, slip, ""]), "utf-8")
    done = run("threadbook", "check", cwd=base)
    assert done.returncode == 1
    assert "mkdocs.yml" in done.stderr
    assert ("other.yml:2:10: error[TB202]" in done.stderr) == is_checked
    assert done.stderr.endswith("The content was not checked.\n") != is_checked


def test_formats_for_machines_stay_what_they_are(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    (base / "mkdocs.yml").write_text("x: [\n", "utf-8")
    done = run("threadbook", "check", "--format", "json", cwd=base)
    assert json.loads(done.stdout)
    assert done.stderr == "The content was not checked.\n"
