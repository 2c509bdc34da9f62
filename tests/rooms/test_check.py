"""The checker: every rule, on a whole base, and how findings are printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from threadbook.cache import Cache
from threadbook.check import RULES
from threadbook.findings import Finding, Place, Related, Rule, Severity, did_you_mean, sort_findings
from threadbook.gather import gather
from threadbook.report import as_text, summarise_findings
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
MINIMAL = "title: A?\ntopics: [proposals]\n"


def settings(root: Path) -> Settings:
    return Settings(root=root, content=root / "content", pages=root / "content/pages", jobs=1)


def found(root: Path) -> list[str]:
    """Return what no site can be built with."""
    findings = gather(settings(root)).findings
    return [f"{f.place} {f.rule.id} {f.message} {f.hint}" for f in findings if f.rule.is_essential]


def test_a_good_base_has_no_findings(knowledge: Knowledge) -> None:
    assert found(knowledge({})) == []


def test_every_reference_that_leads_nowhere_is_found_in_one_run(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/bad.yml": (
                "title: A?\ntopics: [propsals]\nquestion: {by: nobody, body: '[[frist]]'}\n"
                "related: [gone]\nduplicate_of: gone\n"
            ),
            "threads/wrok/x.yml": MINIMAL,
            "paths/p.yml": "title: P\nprerequisites: [q]\nsteps: [{thread: gone, note: '[[gone]]'}]\n",
            "queries.yml": "- {query: a, expect: gone}\n",
        }
    )
    at = "content/threads/new/bad.yml"
    assert found(root) == [
        'content/paths/p.yml:2:17 TB205 There is no path with the id "q". Known ids: p.',
        'content/paths/p.yml:3:18 TB201 There is no thread with the id "gone". Known ids: bad, first, x.',
        'content/paths/p.yml:3:31 TB201 There is no thread with the id "gone". Known ids: bad, first, x.',
        'content/queries.yml:1:22 TB201 There is no thread with the id "gone". Known ids: bad, first, x.',
        f'{at}:2:10 TB202 There is no topic in site.yml with the id "propsals". '
        'Did you mean "proposals"?',
        f'{at}:3:16 TB204 There is no person in site.yml with the id "nobody". '
        "Known ids: member, moderator.",
        f'{at}:3:31 TB201 There is no thread with the id "frist". Did you mean "first"?',
        f'{at}:4:11 TB201 There is no thread with the id "gone". Known ids: first, x.',
        f'{at}:5:15 TB201 There is no thread with the id "gone". Known ids: first, x.',
        'content/threads/wrok/x.yml TB203 The folder "wrok" is not a board in site.yml. '
        'Did you mean "work"?',
    ]


def test_a_thread_that_cannot_be_read_still_exists_for_others(knowledge: Knowledge) -> None:
    root = knowledge(
        {"threads/new/broken.yml": "a: [", "threads/new/x.yml": MINIMAL + "related: [broken]\n"}
    )
    assert [line.split()[1] for line in found(root)] == ["TB010"]


def test_a_broken_site_is_not_blamed_on_every_thread(knowledge: Knowledge) -> None:
    assert [line.split()[1] for line in found(knowledge({"site.yml": "boards: ["}))] == ["TB010"]


def test_two_threads_with_one_id_in_two_boards_are_refused(knowledge: Knowledge) -> None:
    (line,) = found(knowledge({"threads/work/first.yml": MINIMAL}))
    assert line.startswith("content/threads/work/first.yml TB107")


def test_a_link_to_a_draft_warns_and_does_not_stop_the_build(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/draft.yml": MINIMAL + "status: draft\nrelated: [draft]\n",
            "threads/new/x.yml": MINIMAL + "related: [draft]\n",
        }
    )
    gathered = gather(settings(root))
    findings = [finding for finding in gathered.findings if finding.rule.id == "TB206"]
    assert [str(f.place) for f in findings] == ["content/threads/new/x.yml:3:11"]
    assert findings[0].severity is Severity.WARNING
    assert gathered.is_good


def test_only_changed_files_are_parsed_again(knowledge: Knowledge) -> None:
    root = knowledge({"threads/new/x.yml": MINIMAL})
    cache = Cache()
    gather(settings(root), cache)
    before = dict(cache.threads)
    file = root / "content/threads/new/x.yml"
    file.write_text(MINIMAL + "answer: Now there is one.\n")
    gathered = gather(settings(root), cache)
    assert gathered.library.threads["x"].is_answered
    kept = {source.id for source in cache.threads if before.get(source) is cache.threads[source]}
    assert kept == {"first"}
    file.unlink()
    assert set(gather(settings(root), cache).library.threads) == {"first"}
    assert len(cache.threads) == 1


def test_every_rule_has_an_id_of_its_own_and_explains_itself() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert re.fullmatch(r"TB[0-9]{3}", rule.id)
        assert re.fullmatch(r"[A-Z].*\.", rule.summary), rule
        assert len(rule.explanation) > 40, rule
        assert rule.bad, rule
        assert rule.good not in {"", rule.bad}, rule


RULE = Rule("TB999", Severity.ERROR, "For tests.")


def printed(*findings: Finding, lines: tuple[str, ...] = ()) -> list[str]:
    return list(as_text(findings, lambda _file: lines))


def test_a_finding_shows_its_line_with_a_caret_and_the_repair() -> None:
    finding = Finding(
        RULE, Place("a.yml", 2, 9), "No.", "Do this.", (Related("see", Place("b.yml", 1, 1)),)
    )
    assert printed(finding, lines=("title: A", "topics: [b]")) == [
        "a.yml:2:9: error[TB999] No.",
        "    2 | topics: [b]",
        "      |         ^",
        "      = Do this.",
        "      = see: b.yml:1:1",
    ]


def test_a_terminal_is_shown_no_control_characters() -> None:
    finding = Finding(RULE, Place("a.yml"), "It says \x1b[31m.")
    text = "\n".join(printed(finding, lines=("\x1b]0;evil\x07\u202e title",)))
    assert all(sign.isprintable() or sign == "\n" for sign in text)


def test_a_long_line_is_cut_around_the_place() -> None:
    lines = printed(
        Finding(RULE, Place("a.yml", 1, 5000), "x"), lines=("y" * 4999 + "Z" + "y" * 99,)
    )
    assert len(lines[1]) < 120
    assert lines[1][lines[2].index("^")] == "Z"


def test_findings_are_sorted_by_place_and_not_repeated() -> None:
    late, early = (Finding(RULE, Place("a.yml", line), "x") for line in (10, 9))
    assert sort_findings([late, early, late]) == (early, late)


def test_the_summary_counts_by_severity() -> None:
    assert summarise_findings([Finding(RULE, Place("a"), "x")] * 2, 41) == "2 errors in 41 files."
    assert did_you_mean("zzz", ["abc"]) == ""
