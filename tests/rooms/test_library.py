"""The library: who belongs to whom."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from markupsafe import Markup

from threadbook.findings import Place
from threadbook.library import Ask, Backlink, Library, Mention, Outline, Reference, link
from threadbook.model import LearningPath, Site
from threadbook.pages.cards import choose_stages
from threadbook.pages.views import TopicCard


def thread(id_: str, **given: Any) -> Outline:
    day = given.pop("updated", None)
    values: dict[str, Any] = {
        "id": id_,
        "board": "new",
        "file": f"{id_}.yml",
        "title": id_,
        "asks": (Ask(id_, 1, 8),),
        "topics": ("t",),
        "summary": "",
        "status": "published",
        "answers": 1,
        "accepted": 0,
        "votes": 0,
        "asked": None,
        "updated": datetime.date.fromisoformat(day) if day else None,
        "related": (),
        "duplicate_of": None,
        "replaced_by": None,
        "redirects": (),
        "mentions": (),
        "references": (),
        "silences": (),
    }
    return Outline(**(values | given))


SITE = Site.model_validate(
    {
        "boards": [{"id": "new", "title": "New"}],
        "topics": [
            {"id": "late", "title": "L", "stage": 2},
            {"id": "t", "title": "T"},
            {"id": "early", "title": "E", "stage": 1},
        ],
        "featured": {"threads": ["a", "gone", "d"]},
    }
)


def path(*threads: str) -> LearningPath:
    steps: list[dict[str, Any]] = [{"thread": id_} for id_ in threads]
    steps.insert(1, {"check": {"question": "?", "choices": [{"text": "a"}, {"text": "b"}]}})
    return LearningPath.model_validate({"title": "P", "steps": steps})


def joined(*threads: Outline, **paths: LearningPath) -> Library:
    return link(SITE, threads, paths)


def test_an_empty_base_links_to_an_empty_library() -> None:
    library = link(None, (), {})
    assert (library.latest, library.stages, dict(library.by_board)) == ((), (), {})


def test_the_latest_come_first_and_ties_are_settled_by_id() -> None:
    library = joined(
        thread("b", updated="2024-01-01"),
        thread("a", updated="2024-01-01"),
        thread("undated"),
        thread("new", updated="2025-01-01"),
    )
    assert library.latest == ("new", "a", "b", "undated")


def test_lists_show_neither_drafts_nor_duplicates_nor_what_is_obsolete() -> None:
    library = joined(
        thread("a"),
        thread("d", status="draft"),
        thread("o", status="obsolete"),
        thread("twin", duplicate_of="a"),
        thread("open", answers=0),
    )
    assert library.latest == ("a", "open")
    assert library.unanswered == ("open",)
    assert library.by_topic["t"] == library.by_board["new"] == ("a", "open")
    assert [id_ for id_ in library.threads if library.has_page(id_)] == ["a", "o", "twin", "open"]


@pytest.mark.parametrize(
    ("here", "shown"),
    [("0", "0123456"), ("3", "0123456"), ("5", "2345678"), ("9", "3456789"), ("x", "")],
)
def test_a_strip_shows_as_many_stages_around_one_as_a_row_holds(here: str, shown: str) -> None:
    stages = [
        TopicCard(each, each, "", "", int(each) + 1, "", "", 0, 0, Markup(""), None)
        for each in "0123456789"
    ]
    assert "".join(stage.id for stage in choose_stages(stages, here)) == shown
    assert choose_stages(stages[:3], "1") == tuple(stages[:3])
    assert choose_stages(stages[:1], "0") == ()


def test_stages_stand_in_the_order_of_the_life_cycle() -> None:
    assert [topic.id for topic in joined().stages] == ["early", "late"]


def test_relations_go_both_ways_and_lead_only_to_pages() -> None:
    library = joined(
        thread("a", related=("b", "gone", "d", "a")),
        thread("b"),
        thread("c", related=("a",)),
        thread("d", status="draft"),
    )
    assert library.related["a"] == ("b", "c")
    assert library.related["b"] == ("a",)


def test_backlinks_are_the_threads_whose_text_links_here() -> None:
    library = joined(
        thread("a", mentions=(Mention("b", "See", "", "first."), Mention("gone", "", "", ""))),
        thread("b", mentions=(Mention("b", "", "", ""),)),
        thread("d", status="draft", mentions=(Mention("b", "", "", ""),)),
    )
    assert dict(library.backlinks) == {"b": (Backlink("a", Mention("b", "See", "", "first.")),)}


def test_a_thread_knows_its_duplicates_and_what_it_replaces() -> None:
    library = joined(
        thread("a"),
        thread("b", duplicate_of="a"),
        thread("c", status="obsolete", replaced_by="a"),
        thread("d", status="draft", duplicate_of="a", replaced_by="a"),
        thread("e", duplicate_of="e", replaced_by="gone"),
    )
    assert dict(library.repeats) == {"a": ("b",)}
    assert dict(library.replaces) == {"a": ("c",)}


def test_a_thread_knows_its_place_in_every_path() -> None:
    library = joined(
        thread("a"),
        thread("b"),
        thread("c"),
        thread("d", status="draft"),
        p=path("a", "d", "b", "a"),
        q=path("b", "c"),
    )
    (in_p,) = library.memberships["a"]
    assert (in_p.path, in_p.position, in_p.length) == ("p", 1, 5)
    assert (in_p.previous, in_p.next) == (None, 2)  # a check
    b_in_p, b_in_q = library.memberships["b"]
    assert (b_in_p.position, b_in_p.previous, b_in_p.next) == (4, 2, None)
    assert (b_in_q.path, b_in_q.position, b_in_q.next) == ("q", 1, 2)
    assert "d" not in library.memberships
    assert library.paths_through(["c", "b"]) == ("p", "q")


def test_what_is_featured_has_a_page() -> None:
    assert joined(thread("a"), thread("d", status="draft")).featured_threads == ("a",)


def test_references_that_lead_nowhere_stay_values() -> None:
    reference = Reference("thread", "gone", "related", *Place("a.yml", 3, 4))
    assert joined(thread("a", references=(reference,))).references == (reference,)
