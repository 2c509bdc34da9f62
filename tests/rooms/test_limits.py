"""Limits: of what content holds, of what the checker says about it, and of how long that takes."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
from bases import write
from heavy import CASES, PATH, THREAD, base
from pydantic import BaseModel

from threadbook import report
from threadbook.check import RULES
from threadbook.crew import Loom
from threadbook.deadline import Late, deadline
from threadbook.errors import UserError
from threadbook.findings import (
    LONGEST_MESSAGE,
    MOST_GUESSES,
    MOST_LISTED,
    Finding,
    Guesses,
    Place,
    Severity,
    shorten_list,
)
from threadbook.gather import Gathered, _Work, circumstances_of, gather
from threadbook.load.files import seal
from threadbook.load.rules import TOO_MANY, UNREADABLE
from threadbook.load.sources import list_sources
from threadbook.model.limits import LIMITS, LINKS, STEPS, WHOLE_PATH, write_limits
from threadbook.model.schema import FILES
from threadbook.settings import Settings


def settings_of(root: Path) -> Settings:
    return Settings(root, root / "content", root / "content/pages", jobs=1)


def check(root: Path, **files: str) -> Gathered:
    return gather(settings_of(write(root, {**base(**files)})), keep=False)


# What content may hold


def lists(annotation: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield the name and the field of every list that a model can hold, however deep."""
    for part in get_args(annotation) if get_origin(annotation) in {Union, UnionType, tuple} else ():
        yield from lists(part, name)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for field, info in annotation.model_fields.items():
            if get_origin(info.annotation) is tuple:
                yield f"{name}.{field}", info
            yield from lists(info.annotation, f"{name}.{field}")


def test_every_list_of_every_file_has_a_limit_of_the_table() -> None:
    known = {limit.most for limit in LIMITS}
    found = [each for kind, model in FILES.items() for each in lists(model, kind)]
    assert len(found) > 15
    for name, info in found:
        most = [each.max_length for each in info.metadata if hasattr(each, "max_length")]
        assert most, name
        assert most[0] in known, name


def test_the_manual_has_the_limits(repository: Path) -> None:
    """`python -c "from threadbook.model.limits import *; print(write_limits())"` renews them."""
    assert write_limits() in (repository / "manual" / "content.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("answers", 1_000),
        ("comments", 500),
        ("topics_of_a_thread", 20),
        ("also_asked", 200),
        ("unknown_related", 100),
        ("redirects", 200),
        ("silences", 50),
        ("links_in_quotes", 5_000),
        ("unknown_steps", 300),
        ("prerequisites", 20),
        ("objectives", 50),
        ("choices", 40),
        ("topics", 299),
        ("boards", 99),
        ("people", 20_000),
        ("featured", 50),
        ("terms", 2_000),
        ("other_words_of_a_term", 20),
        ("golden_queries", 10_000),
        ("synonyms", 2_000),
        ("words_of_a_synonym", 20),
    ],
)
def test_a_list_may_be_as_long_as_its_limit_and_no_longer(
    name: str, size: int, tmp_path: Path
) -> None:
    good = check(tmp_path / "good", **CASES[name].make(size))
    assert not [each for each in good.findings if each.rule is TOO_MANY]
    bad = check(tmp_path / "bad", **CASES[name].make(size + 2))
    [finding] = [each for each in bad.findings if each.rule is TOO_MANY]
    assert finding.place.line > 1 or finding.place.column > 1
    assert finding.hint


def test_the_finding_is_at_the_first_entry_too_many(tmp_path: Path) -> None:
    text = "title: Why?\ntopics: [a]\nredirect_from:\n" + "".join(f"- o/{k}\n" for k in range(205))
    [finding] = check(tmp_path, **{THREAD: text}).findings
    assert finding.place == Place(THREAD, 4 + 200, 3)
    assert finding.message == "`redirect_from` has 205 entries; at most 200 are allowed."


def test_the_threads_of_a_path_fit_on_one_page(tmp_path: Path) -> None:
    large = "title: Why?\ntopics: [a]\nanswer: |\n" + "  Because of this.\n" * 20_000
    most = WHOLE_PATH.most // len(large)
    assert most < STEPS.most
    path = "title: P\nobjectives: [Go.]\nsteps:\n" + "- thread: t\n" * (most + 5)
    bad = check(tmp_path, **{THREAD: large, PATH: path})
    [finding] = [each for each in bad.findings if each.rule is TOO_MANY]
    assert finding.place == Place(PATH, 3 + most + 1, 11)


def test_notes_of_a_path_are_texts_like_others(tmp_path: Path) -> None:
    note = "> " * 150 + "a"
    path = f"title: P\nsteps:\n- thread: first\n  note: '{note}'\n"
    assert [each.rule.id for each in check(tmp_path / "deep", **{PATH: path}).findings] == ["TB108"]
    path = path.replace(note, "[[a]] " * (LINKS.most + 1))
    assert [each.rule.id for each in check(tmp_path / "links", **{PATH: path}).findings] == [
        "TB017"
    ]


# What is said about it


def many(n: int) -> list[Finding]:
    return [Finding(RULES[0], Place("a.yml", line, 1), "No.") for line in range(1, n + 1)]


def test_a_long_list_ends_in_the_number_of_those_left_out() -> None:
    said = shorten_list([*many(3_512), Finding(RULES[0], Place("b.yml", 1, 1), "No.")])
    assert len(said) == MOST_LISTED + 2
    rest = said[MOST_LISTED]
    assert (rest.place, rest.rule) == (Place("a.yml", MOST_LISTED + 1, 1), RULES[0])
    assert rest.message == "… and 3,412 more like this in this file."
    assert rest.stands_for == 3_412
    assert shorten_list(said) == said
    assert shorten_list(many(MOST_LISTED)) == tuple(many(MOST_LISTED))


def test_what_was_shortened_before_is_added_up() -> None:
    rest = Finding(RULES[0], Place("a.yml", 900, 1), "…", stands_for=50)
    assert shorten_list([*many(110), rest])[-1].stands_for == 60


def test_summaries_count_what_is_left_out() -> None:
    said = shorten_list(many(350))
    assert report.summarise_findings(said, 1) == f"350 {RULES[0].severity}s in 1 file."
    assert json.loads(report.as_json(said, 1))["counts"][Severity.ERROR] == 350
    assert "350 errors" in report.summarise_step(said, 1)
    [run] = json.loads(report.as_sarif(said, RULES, "1"))["runs"]
    assert sum(result.get("occurrenceCount", 1) for result in run["results"]) == 350


@pytest.mark.parametrize("name", CASES)
def test_the_report_on_a_heavy_file_is_short(name: str, tmp_path: Path) -> None:
    several = len(CASES[name].make(2)) < len(CASES[name].make(4))
    files = CASES[name].make(min(CASES[name].largest, 40 if several else 3_000))
    findings = check(tmp_path, **files).findings
    kinds = {(finding.rule.id, finding.place.file) for finding in findings}
    assert len(findings) <= len(kinds) * (MOST_LISTED + 1)
    assert all(len(each.message) <= LONGEST_MESSAGE for each in findings)
    assert all(len(each.hint) <= LONGEST_MESSAGE for each in findings)


def test_a_message_that_repeats_a_long_value_keeps_its_beginning_and_its_end() -> None:
    said = Finding(RULES[0], Place("a.yml"), f"There is no `{'k' * 9_000}` here.").message
    assert len(said) == LONGEST_MESSAGE
    assert said.startswith("There is no `kkk")
    assert said.endswith("kkk` here.")


def test_did_you_mean_is_looked_for_a_few_times_only() -> None:
    guesses = Guesses(["title", "topics"])
    said = [guesses.say("titel") for _ in range(MOST_GUESSES + 2)]
    assert said == ['Did you mean "title"?'] * MOST_GUESSES + ["", ""]
    assert Guesses(["title"]).say("titel", but="title") == ""
    assert Guesses(["t" * 400]).say("t" * 401) == ""


# How long it takes


def test_late_work_is_interrupted() -> None:
    def work() -> None:
        while True:
            pass

    with pytest.raises(Late), deadline(0.05):
        work()


def test_a_deadline_that_is_met_is_forgotten() -> None:
    with deadline(0.05):
        pass
    start = time.process_time()
    while time.process_time() - start < 0.1:
        pass


def test_an_exception_handler_does_not_swallow_it() -> None:
    def work() -> None:
        while True:
            with contextlib.suppress(Exception):
                sum(range(1_000))

    with pytest.raises(Late), deadline(0.05):
        work()


# An exception that is raised while an object is removed is lost, so it is raised again.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_file_that_takes_too_long_is_a_finding_and_the_rest_is_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("threadbook.deadline._AGAIN", 0.1)
    files = {**CASES["unknown_keys"].make(50_000), **CASES["checks"].make(10_000)}
    settings = settings_of(write(tmp_path, {**base(**files)}))
    work = _Work(1_000_000, circumstances_of(settings), put=seal, is_short=True, seconds=0.04)
    threads = {s.id: s for s in list_sources(settings.content, tmp_path).sources}
    for late in (work.thread(threads["t"]), work.file(threads["p"])):
        [finding] = late.findings
        assert finding.rule is UNREADABLE
        assert finding.message == "Reading and checking this file takes longer than 0.04 seconds."
    assert work.thread(threads["first"]).outline is not None


def test_a_page_that_takes_too_long_stops_the_build_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Endless:
        url = "paths/p/print/"

        def make(self, *_: object) -> None:
            while True:
                pass

    monkeypatch.setattr("threadbook.crew.SECONDS_A_PAGE", 0.05)
    with pytest.raises(UserError, match="Making the page paths/p/print/ takes longer than"):
        Loom(None, "", "").make_page(Endless(), {})  # type: ignore[arg-type]
