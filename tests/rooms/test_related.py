"""Related threads: who comes first, and who never comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from threadbook.gather import gather
from threadbook.library import RelatedWhenAsked, find_related
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]


def found(root: Path) -> dict[str, tuple[str, ...]]:
    gathered = gather(Settings(root, root / "content", root / "content" / "pages", jobs=1))
    assert gathered.is_good, gathered.findings
    all_at_once = dict(find_related(gathered.library, gathered.terms))
    assert dict(RelatedWhenAsked(gathered.library, gathered.terms)) == all_at_once
    return all_at_once


def thread(title: str, more: str = "") -> str:
    return f"title: {title}\ntopics: [payments]\nanswer: Ask support.\n{more}"


PASSPORT = "Why is my passport refused?"


def test_words_lead_to_threads_about_the_same_thing(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/passport.yml": thread(PASSPORT),
            "threads/new/passport-photo.yml": thread("Which passport photo is right?"),
            "threads/new/bank.yml": thread("When does the money reach my bank?"),
        }
    )
    assert found(root)["passport"][:1] == ("passport-photo",)
    assert found(root)["passport-photo"][:1] == ("passport",)


def test_named_ones_come_first_on_both_sides(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/passport.yml": thread(PASSPORT, "related: [bank]\n"),
            "threads/new/passport-photo.yml": thread("Which passport photo is right?"),
            "threads/new/bank.yml": thread("When does the money reach my bank?"),
        }
    )
    assert found(root)["passport"] == ("bank", "passport-photo")
    assert found(root)["bank"][:1] == ("passport",)


def test_no_draft_duplicate_or_obsolete_thread_is_suggested(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/passport.yml": thread(PASSPORT, "related: [twin]\n"),
            "threads/new/draft.yml": thread(PASSPORT, "status: draft\n"),
            "threads/new/twin.yml": thread(PASSPORT, "duplicate_of: passport\n"),
            "threads/new/old.yml": thread(PASSPORT, "status: obsolete\nreplaced_by: passport\n"),
        }
    )
    suggested = found(root)
    assert suggested["passport"] == ()
    assert "draft" not in suggested
    assert suggested["old"] == ()


def test_there_are_at_most_six_and_never_the_thread_itself(knowledge: Knowledge) -> None:
    names = [f"passport-{number}" for number in range(9)]
    title = "Why is my passport {} refused?".format
    root = knowledge({f"threads/new/{name}.yml": thread(title(name)) for name in names})
    suggested = found(root)
    for name in names:
        assert len(suggested[name]) == 6
        assert name not in suggested[name]
        assert len(set(suggested[name])) == 6
