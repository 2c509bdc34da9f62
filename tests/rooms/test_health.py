"""Content health: every list at its border, and what people and programs are told."""

from __future__ import annotations

import datetime
import json
import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from threadbook.findings import Place
from threadbook.health import (
    MOST_LINKED,
    Age,
    Due,
    Health,
    Linked,
    Month,
    Overdue,
    StaleStep,
    Unaccepted,
    Unverified,
    Waiting,
    ages,
    assess_health,
    figures,
    sections,
)
from threadbook.library import Ask, Library, Mention, Outline, Redirect, Reference, link
from threadbook.load.files import make_thread
from threadbook.load.outlines import make_outline
from threadbook.load.sources import FileKind, SourceFile
from threadbook.model import LearningPath, Site
from threadbook.pages.plots import draw_ages, draw_months, list_months
from threadbook.report import health_as_json, health_as_markdown, health_as_text

TODAY = datetime.date(2026, 11, 23)
SITE = Site.model_validate(
    {"boards": [{"id": "new", "title": "New"}], "topics": [{"id": "t", "title": "T"}]}
)


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days)


def thread(id_: str, **given: Any) -> Outline:
    values: dict[str, Any] = {
        "id": id_,
        "board": "new",
        "file": f"content/threads/new/{id_}.yml",
        "title": f"Title of {id_}",
        "asks": (Ask(id_, 1, 8),),
        "topics": ("t",),
        "summary": "",
        "status": "published",
        "answers": 1,
        "accepted": 1,
        "votes": 0,
        "asked": None,
        "updated": given.get("asked"),
        "related": (),
        "duplicate_of": None,
        "replaced_by": None,
        "redirects": (),
        "mentions": (),
        "references": (),
        "silences": (),
    }
    return Outline(**(values | given))


def mention(*threads: str) -> tuple[Mention, ...]:
    return tuple(Mention(id_, "", "", "") for id_ in threads)


def path(*threads: str) -> LearningPath:
    return LearningPath.model_validate(
        {"title": "A path", "steps": [{"thread": id_} for id_ in threads]}
    )


def joined(*threads: Outline, **paths: LearningPath) -> Library:
    return link(SITE, threads, paths)


def judged(*threads: Outline, **paths: LearningPath) -> Health:
    return assess_health(joined(*threads, **paths), TODAY)


def test_an_empty_base_is_healthy() -> None:
    empty = assess_health(link(None, (), {}), TODAY)
    assert empty.totals.threads == empty.totals.unanswered == 0
    assert empty.totals.solved_share == 0
    assert empty.totals.median_wait is None
    assert not any(section.lines for section in sections(empty))
    assert [figure.label for figure in figures(empty.totals)] == [
        "threads",
        "unanswered",
        "answers",
    ]


def test_a_thread_without_days_waits_but_has_no_age() -> None:
    found = judged(thread("a"), thread("open", answers=0, accepted=0))
    assert found.unanswered == (Waiting("open", None),)
    assert found.unverified == ()
    assert found.months == ()
    assert found.totals.undated == 2


def test_the_oldest_question_comes_first_and_unknown_ages_last() -> None:
    waiting = {"answers": 0, "accepted": 0}
    found = judged(
        thread("undated", **waiting),
        thread("b", asked=ago(3), **waiting),
        thread("a", asked=ago(3), **waiting),
        thread("today", asked=TODAY, **waiting),
        thread("tomorrow", asked=ago(-1), **waiting),
        thread("old", asked=ago(400), **waiting),
        thread("draft", asked=ago(900), status="draft", **waiting),
        thread("twin", asked=ago(900), duplicate_of="a", **waiting),
    )
    assert found.unanswered == (
        Waiting("old", 400),
        Waiting("a", 3),
        Waiting("b", 3),
        Waiting("today", 0),
        Waiting("tomorrow", 0),
        Waiting("undated", None),
    )


@pytest.mark.parametrize(("days", "is_listed"), [(364, False), (365, True), (366, True)])
def test_a_thread_is_not_verified_from_the_365th_day_on(days: int, is_listed: bool) -> None:
    verified = judged(thread("a", verified=ago(days), asked=ago(2000)))
    assert verified.unverified == ((Unverified("a", ago(days), days),) if is_listed else ())
    never = judged(thread("a", asked=ago(days)))
    assert never.unverified == ((Unverified("a", None, days),) if is_listed else ())


def test_what_nobody_answered_needs_no_verification() -> None:
    found = judged(
        thread("open", asked=ago(900), answers=0, accepted=0),
        thread("gone", asked=ago(900), status="obsolete"),
        thread("verified", verified=ago(400)),
    )
    assert [each.thread for each in found.unverified] == ["verified"]


@pytest.mark.parametrize(("days", "is_due"), [(-1, False), (0, False), (1, True)])
def test_a_review_is_past_on_the_day_after(days: int, is_due: bool) -> None:
    found = judged(thread("a", review_by=ago(days)))
    assert found.overdue == ((Overdue("a", ago(days), days),) if is_due else ())


def test_the_longest_overdue_comes_first() -> None:
    found = judged(thread("a", review_by=ago(2)), thread("b", review_by=ago(20)))
    assert [each.thread for each in found.overdue] == ["b", "a"]


def test_steps_are_stale_for_reasons() -> None:
    steps = path("fine", "draft", "gone", "late", "old", "both", "open", "missing")
    found = judged(
        thread("fine", asked=ago(364)),
        thread("draft", status="draft", asked=ago(900)),
        thread("gone", status="obsolete", review_by=ago(9)),
        thread("late", review_by=ago(1)),
        thread("old", asked=ago(365)),
        thread("both", verified=ago(365), review_by=ago(1)),
        thread("open", answers=0, accepted=0),
        p=steps,
    )
    assert found.stale_steps == (
        StaleStep("p", 2, "draft", ("draft",)),
        StaleStep("p", 3, "gone", ("obsolete",)),
        StaleStep("p", 4, "late", ("past review",)),
        StaleStep("p", 5, "old", ("not verified for a year",)),
        StaleStep("p", 6, "both", ("past review", "not verified for a year")),
        StaleStep("p", 7, "open", ("no answer",)),
    )


def test_answers_without_an_accepted_one_come_by_votes() -> None:
    found = judged(
        thread("solved", answers=2),
        thread("open", answers=0, accepted=0),
        thread("few", answers=3, accepted=0, votes=1),
        thread("many", answers=1, accepted=0, votes=7),
    )
    assert found.unaccepted == (Unaccepted("many", 1, 7), Unaccepted("few", 3, 1))


ORPHANS = {
    "listed": ({}, False),
    "topic_unknown": ({"topics": ("gone",)}, True),
    "obsolete": ({"status": "obsolete"}, True),
    "draft": ({"status": "draft"}, False),
    "duplicate": ({"duplicate_of": "other"}, False),
    "old_address": ({"status": "obsolete", "redirects": (Redirect("old", Place("x.yml")),)}, False),
    "related": ({"status": "obsolete", "related": ("other",)}, False),
    "replaced": ({"status": "obsolete", "replaced_by": "other"}, False),
    "itself": ({"status": "obsolete", "mentions": mention("x"), "related": ("x",)}, True),
}


@pytest.mark.parametrize(("given", "is_orphan"), ORPHANS.values(), ids=ORPHANS)
def test_orphans_are_pages_that_nothing_leads_to(given: dict[str, Any], is_orphan: bool) -> None:
    found = judged(thread("x", **given), thread("other"))
    assert found.orphans == (("x",) if is_orphan else ())


@pytest.mark.parametrize("way", ["related", "mentions", "path", "note", "start_here"])
def test_a_page_that_something_leads_to_is_no_orphan(way: str) -> None:
    x = thread("x", status="obsolete")
    other = thread("other")
    paths = {}
    references: list[Reference] = []
    match way:
        case "related":
            other = thread("other", related=("x",))
        case "mentions":
            other = thread("other", mentions=mention("x"))
        case "path":
            paths["p"] = path("x")
        case "note":
            references = [Reference("thread", "x", "note", *Place("p.yml"))]
        case _:
            references = [Reference("thread", "x", "topics", *Place("site.yml"))]
    found = assess_health(link(SITE, [x, other], paths, references), TODAY)
    assert found.orphans == ()


def test_a_topic_of_the_same_name_and_a_golden_query_lead_nobody_to_a_thread() -> None:
    references = [
        Reference("topic", "x", "topics", *Place("x.yml")),
        Reference("thread", "x", "expect", *Place("queries.yml")),
    ]
    found = assess_health(link(SITE, [thread("x", status="obsolete")], {}, references), TODAY)
    assert found.orphans == ("x",)


def test_a_draft_leads_nobody_anywhere() -> None:
    draft = thread("draft", status="draft", mentions=mention("x"))
    assert judged(draft, thread("x")).only_listed == ("x",)


def test_threads_that_only_lists_show_are_named() -> None:
    found = judged(thread("a", mentions=mention("b")), thread("b"), thread("c"), p=path("c"))
    assert found.only_listed == ("a",)


def test_dead_ends_lead_to_no_other_thread() -> None:
    found = judged(
        thread("end"),
        thread("itself", mentions=mention("itself")),
        thread("nowhere", mentions=mention("draft", "missing")),
        thread("links", mentions=mention("end")),
        thread("relates", related=("end-of-relation",)),
        thread("end-of-relation"),
        thread("walks"),
        thread("draft", status="draft"),
        p=path("walks"),
    )
    assert set(found.dead_ends) == {"end", "itself", "nowhere"}


def test_the_most_linked_are_counted_by_threads_and_paths() -> None:
    found = judged(
        thread("a", mentions=mention("b", "c")),
        thread("b", mentions=mention("c")),
        thread("c"),
        p=path("c", "b"),
        q=path("b"),
    )
    assert found.most_linked == (Linked("b", 1, 2), Linked("c", 2, 1))
    many = [thread(f"t{number}") for number in range(MOST_LINKED + 5)]
    hub = thread("hub", mentions=mention(*(each.id for each in many)))
    assert len(judged(hub, *many).most_linked) == MOST_LINKED


def test_totals_count_what_lists_show_and_the_others_apart() -> None:
    totals = judged(
        thread("a", answers=3, waited=1, asked=ago(1)),
        thread("b", answers=1, waited=4, asked=ago(5)),
        thread("c", answers=1, accepted=0, waited=30, asked=ago(40)),
        thread("d", answers=0, accepted=0),
        thread("draft", status="draft", waited=500),
        thread("gone", status="obsolete", waited=500),
        thread("twin", duplicate_of="a", waited=500),
        p=path("a"),
    ).totals
    assert (totals.threads, totals.solved, totals.answers, totals.unanswered) == (4, 2, 5, 1)
    assert (totals.drafts, totals.obsolete, totals.duplicates, totals.undated) == (1, 1, 1, 1)
    assert (totals.median_wait, totals.waits, totals.paths) == (4, 3, 1)
    assert totals.solved_share == 0.5


def test_months_are_those_something_was_written_in_up_to_now() -> None:
    found = judged(
        thread("a", asked=datetime.date(2025, 12, 31), answer_months=(("2026-01", 2),)),
        thread("b", asked=datetime.date(2026, 1, 1), answer_months=(("2026-01", 1),)),
        thread("slip", asked=datetime.date(2062, 1, 1), answer_months=(("2062-01", 1),)),
        thread("draft", status="draft", asked=datetime.date(2020, 1, 1)),
    )
    assert found.months == (Month("2025-12", 1, 0), Month("2026-01", 1, 3))


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (0, "< week"),
        (6, "< week"),
        (7, "< month"),
        (29, "< month"),
        (30, "< quarter"),
        (89, "< quarter"),
        (90, "< year"),
        (364, "< year"),
        (365, "longer"),
        (None, "no day"),
    ],
)
def test_waiting_questions_fall_into_ages(days: int | None, label: str) -> None:
    asked = None if days is None else ago(days)
    found = ages(judged(thread("a", answers=0, accepted=0, asked=asked)))
    assert [age for age in found if age.questions] == [Age(label, 1)]
    assert sum(age.questions for age in found) == 1


# What an outline knows of days


def loaded(text: str) -> Outline:
    source = SourceFile(FileKind.THREAD, "/x.yml", "x.yml", "x", "new", len(text), 0)
    file, findings = make_thread(source, text)
    assert file is not None, findings
    return make_outline(file)


ASKED = "title: Q?\ntopics: [t]\nquestion: {at: 2026-03-01, body: Why?}\n"


def test_an_outline_knows_how_long_the_question_waited_and_when_answers_came() -> None:
    found = loaded(
        f"{ASKED}answers:\n"
        "  - {at: 2026-04-02, body: b}\n  - {at: 2026-03-05, body: a}\n"
        "  - {at: 2026-04-30, body: c}\n  - {body: undated}\n"
        "verified: 2026-05-01\nreview_by: 2027-05-01\n"
    )
    assert found.waited == 4
    assert found.answer_months == (("2026-03", 1), ("2026-04", 2))
    assert found.verified == datetime.date(2026, 5, 1)
    assert found.review_by == datetime.date(2027, 5, 1)


@pytest.mark.parametrize(
    "text",
    [
        ASKED,
        f"{ASKED}answer: Because.\n",
        f"{ASKED}answer: {{at: 2026-02-28, body: Before it was asked.}}\n",
        "title: Q?\ntopics: [t]\nanswer: {at: 2026-02-28, body: Because.}\n",
    ],
)
def test_without_two_days_in_order_nobody_knows_how_long_it_waited(text: str) -> None:
    assert loaded(text).waited is None


def test_an_answer_on_the_same_day_waited_no_day() -> None:
    assert loaded(f"{ASKED}answer: {{at: 2026-03-01, body: Because.}}\n").waited == 0


# What is said


def many(count: int) -> Library:
    return joined(
        *(
            thread(f"t{number:02}", answers=0, accepted=0, asked=ago(number + 1))
            for number in range(count)
        )
    )


def test_the_report_shows_ten_lines_of_a_list_and_counts_the_others() -> None:
    library = many(33)
    said = list(health_as_text(assess_health(library, TODAY), library))
    start = said.index("Waiting for an answer (33)")
    assert "t32" in said[start + 2]
    assert said[start + 12] == "  … and 23 more"
    everything = list(health_as_text(assess_health(library, TODAY), library, most=None))
    assert not any("more" in line for line in everything)
    assert sum("waiting for" in line for line in everything) == 33


def test_ten_lines_need_no_more() -> None:
    library = many(10)
    assert not any(
        "more" in line for line in health_as_text(assess_health(library, TODAY), library)
    )


def test_the_report_names_what_is_in_order() -> None:
    library = many(1)
    last = list(health_as_text(assess_health(library, TODAY), library))[-1]
    assert last.startswith("Nothing to do: Past review, ")
    assert "Most linked" not in last
    assert "Waiting" not in last


def test_a_title_cannot_command_the_terminal() -> None:
    library = joined(thread("a", title="\x1b[31mred", answers=0, accepted=0))
    said = "\n".join(health_as_text(assess_health(library, TODAY), library))
    assert "\x1b" not in said
    assert "red" in said


EDIT = "https://example.org/edit/{file}"


def test_an_issue_has_what_there_is_to_do_and_ten_lines_of_each_list() -> None:
    library = many(12)
    lines = list(health_as_markdown(assess_health(library, TODAY), library, edit_url=EDIT))
    assert lines[0] == "## Waiting for an answer (12)"
    waiting = [line for line in lines[: lines.index("- … and 2 more")] if line.startswith("- ")]
    assert len(waiting) == 10
    assert all("](https://example.org/edit/content/threads/" in line for line in waiting)
    assert not any("Most linked" in line for line in lines)


def test_a_title_in_an_issue_is_text() -> None:
    title = "@everyone [x](javascript:alert(1)) <img src=x> fixes #1?"
    library = joined(thread("a", title=title, answers=0, accepted=0))
    said = "\n".join(health_as_markdown(assess_health(library, TODAY), library))
    assert "@everyone" not in said
    assert not re.search(r"(?<!\\)[<\[]", said)
    odd = "\n".join(
        health_as_markdown(assess_health(library, TODAY), library, None, "https://e.org/{id}")
    )
    assert "](" not in odd.replace("\\](", "").replace("\\]\\(", "")


def test_what_is_due_is_grouped_by_owner_and_what_nobody_keeps_comes_last() -> None:
    found = judged(
        thread("a", owners=("ann",), review_by=ago(3)),
        thread("b", owners=("bob", "ann"), asked=ago(500)),
        thread("c", review_by=ago(1)),
        thread("d", owners=("cy",), answers=0, accepted=0),
        thread("e", owners=("dee",), review_by=ago(-9)),
    )
    assert found.due == (
        Due("ann", ("a", "b")),
        Due("bob", ("b",)),
        Due("cy", ("d",)),
        Due("", ("c",)),
    )
    titles = [section.title for section in sections(found)]
    assert titles[-4:] == ["Due: ann", "Due: bob", "Due: cy", "Due, without an owner"]


def test_nothing_is_grouped_where_no_thread_names_an_owner() -> None:
    assert judged(thread("a", review_by=ago(3))).due == ()


def test_json_groups_by_owner_as_well() -> None:
    library = joined(thread("a", owners=("ann",), review_by=ago(3)), thread("b", review_by=ago(1)))
    (ann, nobody) = json.loads(health_as_json(assess_health(library, TODAY), library))["due"]
    assert (ann["owner"], ann["threads"][0]["thread"]) == ("ann", "a")
    assert (nobody["owner"], nobody["threads"][0]["thread"]) == (None, "b")


def test_json_holds_everything() -> None:
    library = joined(
        *(thread(f"t{n:02}", asked=ago(400 + n), review_by=ago(1)) for n in range(30)),
        p=path("t00"),
    )
    said = json.loads(health_as_json(assess_health(library, TODAY), library))
    assert said["today"] == "2026-11-23"
    assert len(said["unverified"]) == len(said["overdue"]) == 30
    assert said["overdue"][0] == {
        "thread": "t00",
        "review_by": "2026-11-22",
        "days": 1,
        "title": "Title of t00",
        "file": "content/threads/new/t00.yml",
    }
    assert said["stale_steps"][0]["reasons"] == ["past review", "not verified for a year"]
    assert said["totals"]["solved_share"] == 1
    assert said["months"][0] == {"month": "2025-09", "threads": 11, "answers": 0}


# Plots


def test_months_without_anything_are_drawn_as_nothing() -> None:
    months = (Month("2025-11", 1, 0), Month("2026-02", 2, 5))
    assert list(list_months(months, "2026-03")) == [
        Month("2025-11", 1, 0),
        Month("2025-12", 0, 0),
        Month("2026-01", 0, 0),
        Month("2026-02", 2, 5),
        Month("2026-03", 0, 0),
    ]


NAMED_MONTH = re.compile(r"[A-Z][a-z]{2} \d+$")
SHAPES = {"svg", "title", "desc", "g", "path", "rect", "circle", "text"}
PLOTS = {
    "one month": draw_months((Month("2026-11", 1, 0),), "2026-11"),
    "a year": draw_months(tuple(Month(f"2026-{n:02}", n, 2 * n) for n in range(1, 12)), "2026-11"),
    "long ago": draw_months((Month("0001-01", 1, 1),), "2026-11"),
    "twenty years": draw_months(
        tuple(Month(f"{year}-06", 900, 12_000) for year in range(2006, 2027)), "2026-11"
    ),
    "ages": draw_ages((Age("< week", 0), Age("longer", 12_345))),
    "no ages": draw_ages((Age("< week", 0), Age("longer", 0))),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_a_plot_is_shapes_and_words_and_can_do_nothing(plot: str) -> None:
    root = ElementTree.fromstring(plot)
    assert root.get("role") == "img"
    elements = list(root.iter())
    assert {
        element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in elements
    } <= SHAPES
    for element in elements:
        for name, value in element.items():
            assert not name.startswith("on"), name
            assert not name.endswith(("href", "style", "fill", "stroke")), name
            assert "url(" not in value
    ids = {element.get("id") for element in elements} - {None}
    assert set(str(root.get("aria-labelledby")).split()) == ids
    assert all(element.text for element in elements if element.get("id"))


def test_a_plot_shows_its_words_and_whole_numbers() -> None:
    words = {text.text for text in ElementTree.fromstring(PLOTS["a year"]).iter() if text.text}
    assert {"Threads", "Answers", "Jan 2026", "0", "5", "20"} <= words
    assert "January" not in PLOTS["a year"]
    assert "12,345" in PLOTS["ages"]


def test_a_plot_is_the_same_every_time() -> None:
    assert draw_ages((Age("< week", 0), Age("longer", 12_345))) == PLOTS["ages"]


@pytest.mark.parametrize("threads", [1, 20_000, 900_000])
def test_labels_of_months_lie_apart_and_inside(threads: int) -> None:
    half = 30  # of "Jan 2026" in 14 pixels
    for months in (*range(1, 150), 240, 900):
        first = f"{2026 - (months - 1) // 12}-{12 - (months - 1) % 12:02}"
        root = ElementTree.fromstring(draw_months((Month(first, threads, 0),), "2026-12"))
        labels = [
            float(each.get("x", "")) for each in root.iter() if NAMED_MONTH.match(each.text or "")
        ]
        assert labels, months
        assert half <= min(labels) <= max(labels) <= 420 - half
        assert all(other - one >= 2 * half for one, other in pairwise(labels)), months


def test_a_line_goes_through_its_numbers() -> None:
    """0 is at the bottom, the highest number beside a line across is at the top."""
    root = ElementTree.fromstring(
        draw_months((Month("2026-10", 5, 0), Month("2026-12", 0, 2)), "2026-12")
    )
    line = next(each for each in root.iter() if each.get("class") == "tb-plot__line")
    heights = [float(point.split()[1]) for point in line.get("d", "")[1:].split("L")]
    guides = [each.get("d", "") for each in root.iter() if each.get("class") == "tb-plot__guide"]
    bottom, *_, top = (float(guide.split()[1].partition("H")[0]) for guide in guides)
    assert heights == [top, bottom, bottom]
