"""Loading files: what is listed, what is read, and what findings say."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbook.library import Outline
from threadbook.load.files import load_file, load_thread, unseal
from threadbook.load.prose import list_prose
from threadbook.load.sources import FileKind, SourceFile, list_sources, read_lines, read_text
from threadbook.model.limits import PICTURE_BYTES

Knowledge = Callable[[dict[str, str | bytes]], Path]
LIMIT = 1_000_000


def listed(root: Path) -> tuple[list[str], list[tuple[str, str]]]:
    listing = list_sources(root / "content", root)
    return (
        [source.file for source in listing.sources],
        sorted((finding.place.file, finding.rule.id) for finding in listing.findings),
    )


def source(root: Path, name: str) -> SourceFile:
    (found,) = (s for s in list_sources(root / "content", root).sources if s.file.endswith(name))
    return found


def found(root: Path, name: str) -> list[str]:
    """Return a file's findings as `line:column rule message`."""
    one = source(root, name)
    loader = load_thread if one.kind is FileKind.THREAD else load_file
    findings = loader(one, LIMIT).findings
    return [f"{f.place.line}:{f.place.column} {f.rule.id} {f.message} {f.hint}" for f in findings]


def outline(root: Path, name: str) -> Outline:
    loaded = load_thread(source(root, name), LIMIT)
    assert loaded.outline is not None, loaded.findings
    return loaded.outline


def test_files_are_listed_in_a_stable_order_with_the_site_first(knowledge: Knowledge) -> None:
    root = knowledge(
        {"paths/p.yml": "", "queries.yml": "", "threads/work/b.yml": "", ".hidden": ""}
    )
    files, findings = listed(root)
    assert files == [
        "content/site.yml",
        "content/paths/p.yml",
        "content/queries.yml",
        "content/threads/new/first.yml",
        "content/threads/work/b.yml",
    ]
    assert findings == []


def test_a_file_in_the_wrong_place_or_with_a_wrong_name_is_said(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/loose.yml": "",
            "threads/new/deep/er.yml": "",
            "sites.yml": "",
            "threads/new/note.txt": "",
            "threads/new/other.yaml": "",
            "threads/new/Not A Slug.yml": "",
        }
    )
    files, findings = listed(root)
    assert "content/threads/new/other.yaml" in files
    assert findings == [
        ("content/sites.yml", "TB006"),
        ("content/threads/loose.yml", "TB006"),
        ("content/threads/new/Not A Slug.yml", "TB106"),
        ("content/threads/new/deep/er.yml", "TB006"),
        ("content/threads/new/note.txt", "TB007"),
    ]


def test_links_out_of_the_content_are_refused_and_never_read(
    knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.yml").write_text("title: secret")
    root = knowledge({})
    board = root / "content" / "threads" / "new"
    (board / "out.yml").symlink_to(outside / "secret.yml")
    (board / "gone.yml").symlink_to(outside / "nothing.yml")
    (root / "content" / "threads" / "folder").symlink_to(outside)
    (board / "itself.yml").symlink_to("itself.yml")
    (board / "same.yml").symlink_to(board / "first.yml")
    files, findings = listed(root)
    assert "content/threads/new/same.yml" in files
    assert not any("out" in file or "gone" in file for file in files)
    assert {rule for _, rule in findings} == {"TB005"}
    assert len(findings) == 4


def test_a_pipe_is_refused_and_not_waited_for(knowledge: Knowledge) -> None:
    root = knowledge({})
    os.mkfifo(root / "content" / "threads" / "new" / "pipe.yml")
    assert listed(root)[1] == [("content/threads/new/pipe.yml", "TB002")]


def test_what_is_shown_beside_a_finding_is_never_read_from_a_link_or_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("top secret")
    (tmp_path / "link.yml").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe.yml")
    assert read_lines(tmp_path / "link.yml", LIMIT) == ()
    assert read_lines(tmp_path / "pipe.yml", LIMIT) == ()
    assert read_lines(tmp_path / "gone.yml", LIMIT) == ()
    assert read_lines(tmp_path / "secret", LIMIT) == ("top secret",)


def test_without_content_or_site_the_finding_says_what_to_do(tmp_path: Path) -> None:
    assert listed(tmp_path)[1] == [("content", "TB001")]
    (tmp_path / "content").mkdir()
    assert listed(tmp_path)[1] == [("content/site.yml", "TB001")]


def test_a_large_file_and_one_that_is_not_utf8_are_refused(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "threads/new/large.yml": b"#" * (LIMIT + 1),
            "threads/new/latin.yml": "title: a\ntopics: [ä\xfc]".encode("latin-1"),
        }
    )
    assert found(root, "large.yml")[0].startswith("0:0 TB003 The file has 1,000,001 bytes")
    assert found(root, "latin.yml")[0].startswith("2:10 TB004 The byte 0xE4 here is not UTF-8")


def test_the_short_form_is_an_accepted_answer(knowledge: Knowledge) -> None:
    root = knowledge({})
    first = outline(root, "first.yml")
    assert (first.answers, first.accepted, first.summary) == (1, 1, "This.")
    loaded = load_thread(source(root, "first.yml"), LIMIT)
    (answer,) = unseal(loaded.sealed).every_answer
    assert (answer.id, answer.accepted, answer.body) == ("a1", True, "This.")


@pytest.mark.parametrize("field", ["holds", "your_turn"])
def test_what_only_stages_show_needs_a_stage(knowledge: Knowledge, field: str) -> None:
    site = "boards: [{id: new, title: New}]\ntopics:\n  - id: t\n    title: T\n    %s: Not yet.\n"
    root = knowledge({"site.yml": site % field})
    (said,) = found(root, "site.yml")
    words = f"only stages show `{field}`; give the topic a `stage`, or remove it"
    assert said.startswith("5:")
    assert " TB105 " in said
    assert words in said
    (root / "content/site.yml").write_text(site % f"stage: 1\n    {field}", "utf-8")
    assert found(root, "site.yml") == []


def test_the_summary_is_the_editors_else_the_first_sentence_of_the_accepted_answer(
    knowledge: Knowledge,
) -> None:
    said = "You are hired when you accept a contract. Until then you may decline. Ask first."
    start = "title: Now?\ntopics: [proposals]\n"
    root = knowledge(
        {
            "threads/new/own.yml": f"{start}summary: Not yet.\nanswer: {said}\n",
            "threads/new/first-sentence.yml": f"{start}answer: {said}\n",
            "threads/new/not-accepted.yml": f"{start}answers: [{{body: {said}}}]\n",
        }
    )
    assert outline(root, "own.yml").summary == "Not yet."
    assert outline(root, "first-sentence.yml").summary == said.split(".", maxsplit=1)[0] + "."
    assert outline(root, "not-accepted.yml").summary == said


FULL = """\
title: What now?
topics: [proposals, interviews]
also_asked: [And then?]
question: {by: member, at: 2024-03-02, body: Text}
answers:
  - by: member
    at: 2024-03-03
    votes: 4
    body: Less good.
  - id: best
    by: moderator
    at: 2024-03-03
    edited: 2024-03-09
    accepted: true
    body: |
      Ünïcode before [[first]].

      > quoted [text](thread:first) and `[[code]]`
    comments:
      - {by: member, at: 2024-03-04, body: Thanks}
related: [first]
verified: 2026-10-01
"""


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_full_form_is_condensed_with_the_place_of_every_reference(
    knowledge: Knowledge, newline: str
) -> None:
    root = knowledge({"threads/work/full.yml": FULL.replace("\n", newline).encode()})
    full = outline(root, "full.yml")
    assert (full.board, full.answers, full.accepted, full.votes) == ("work", 2, 1, 4)
    assert full.summary.startswith("Ünïcode before first.")
    assert (str(full.asked), str(full.updated)) == ("2024-03-02", "2024-03-09")
    assert full.links == ("first",)
    places = {(r.kind, r.target, r.field, r.place.line, r.place.column) for r in full.references}
    assert ("topic", "interviews", "topics", 2, 21) in places
    assert ("person", "moderator", "by", 11, 9) in places
    assert ("thread", "first", "related", 21, 11) in places
    assert ("thread", "first", "body", 16, 22) in places
    assert ("thread", "first", "body", 18, 16) in places


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["0:0 TB102 The file has no fields."]),
        ("# Later.\n", ["0:0 TB102 The file has no fields."]),
        ("- a\n", ["1:1 TB103 This file should be a mapping of fields, not a list."]),
        ("topics: [a]\n", ["1:1 TB102 `title` is missing here."]),
        ("title: A?\ntopics: []\n", ["2:9 TB105 `topics`: at least one is needed."]),
        ("title: A?\ntopics: a\n", ["2:9 TB103 `topics` should be a list, not text."]),
        ("title:\ntopics: [a]\n", ["1:7 TB103 `title` is empty; it should be text."]),
        ("title: no\ntopics: [a]\n", ["1:8 TB104 `title` should be text, but YAML reads `no`"]),
        ("title: A?\ntopics: [12:30]\n", ["2:10 TB104 `topics` › item 1 should be text"]),
        ("title: 1e3\ntopics: [a]\n", ["1:8 TB104 `title` should be text, but YAML reads `1e3`"]),
        ("title: 7\ntopics: [010]\n", ["1:8 TB104 `title`", "2:10 TB104 `topics` › item 1"]),
        ("title: A?\ntopics: [a]\nanwser: B\n", ["3:1 TB101 There is no field `anwser` here."]),
        (
            "title: A?\ntopics: [a]\nanswers:\n  - {body: B, acepted: true}\n",
            ['4:15 TB101 There is no field `acepted` here. Did you mean "accepted"?'],
        ),
        (
            "title: A?\ntopics: [a]\nanswers:\n  - {body: B, votes: many}\n",
            ["4:22 TB103 `answers` › item 1 › `votes` should be a whole number, not text."],
        ),
        (
            "title: A?\ntopics: [a]\nanswer: ' '\n",
            ["3:9 TB105 `answer` › `body`: the text is empty"],
        ),
        ("title: A?\ntopics: [a]\nstatus: secret\n", ["3:9 TB105 `status`: write one of 'draft'"]),
        (
            "title: A?\ntopics: [a]\nverified: 2024-02-30\n",
            ["3:11 TB104 `verified` should be a date"],
        ),
        (
            "title: A?\ntopics: [a]\nverified: '3 February'\n",
            ["3:11 TB103 `verified` should be a date"],
        ),
        (
            "title: A?\ntopics: [a]\nredirect_from: [../x]\n",
            ["3:17 TB105 `redirect_from` › item 1"],
        ),
        ("title: A?\ntopics: [a]\nredirect_from: [/x]\n", ["3:17 TB105 `redirect_from` › item 1"]),
        ("title: A?\ntopics: [a]\nsource: {system: s, url: 'javascript:x'}\n", ["3:26 TB105"]),
        (
            "title: A?\ntopics: [a]\nanswer: B\nanswers: [{body: C}]\n",
            ["4:10 TB105 `answers`: write either `answer` or `answers`, not both."],
        ),
        (
            "title: A?\ntopics: [a]\nanswers: [{id: x, body: C}, {id: x, body: D}]\n",
            ['3:34 TB105 `answers` › item 2 › `id`: another answer already has the id "x"'],
        ),
        (
            "title: A?\ntopics: [a]\nanswers: [{id: question, body: C}]\n",
            ["3:16 TB105 `answers` › item 1 › `id`: the id"],
        ),
        (
            "titel: A?\ntopics: [a]\n",
            ['1:1 TB101 There is no field `titel` here. Did you mean "title"'],
        ),
        (
            "title: A?\ntopics: [a]\nquestion: {bodi: B}\nanswer: {by: c}\n",
            ["3:12 TB101 There is no field `bodi`", "4:9 TB102 `body` is missing here."],
        ),
        ("title: A?\ntopics: [a]\nlang: English\n", ["3:7 TB105 `lang`: a language looks like"]),
        ("title: A?\ntopics: [a]\ntitle: B?\nextra: 1\n", ["3:1 TB011", "4:1 TB101"]),
    ],
)
def test_a_wrong_thread_gets_exact_findings(
    knowledge: Knowledge, text: str, expected: list[str]
) -> None:
    said = found(knowledge({"threads/new/x.yml": text}), "x.yml")
    assert len(said) == len(expected), said
    for finding, beginning in zip(said, expected, strict=True):
        assert finding.startswith(beginning)


def test_paths_sites_and_queries_get_exact_findings_too(knowledge: Knowledge) -> None:
    root = knowledge(
        {
            "paths/p.yml": "title: P\nsteps:\n  - {thread: a, check: {question: q, choices: []}}\n",
            "site.yml": "boards: [{id: A b, title: x}]\ntopics: [{id: t, title: T}, {id: t, title: U}]\n",
            "queries.yml": "- {query: a, expects: b}\n",
        }
    )
    assert [s.split(" ", 2)[:2] for s in found(root, "p.yml")] == [["3:47", "TB105"]]
    assert [s.split(" ", 2)[:2] for s in found(root, "site.yml")] == [["1:15", "TB106"]]
    (misspelt,) = found(root, "queries.yml")
    assert misspelt.startswith("1:14 TB101 There is no field `expects` here.")
    assert misspelt.endswith('Did you mean "expect"?')


def test_two_topics_with_one_id_are_said(knowledge: Knowledge) -> None:
    text = "boards: [{id: new, title: x}]\ntopics: [{id: t, title: T}, {id: t, title: U}]\n"
    assert found(knowledge({"site.yml": text}), "site.yml")[0].startswith("2:34 TB107 Two topics")


def test_a_body_that_nests_without_end_is_refused(knowledge: Knowledge) -> None:
    text = f"title: A?\ntopics: [a]\nanswer: |\n  {'>' * 5000} deep\n"
    assert found(knowledge({"threads/new/x.yml": text}), "x.yml")[0].startswith("3:9 TB108")


@pytest.mark.parametrize("name", ["threads/new", "pages/guide"])
def test_a_folder_that_cannot_be_read_is_a_finding(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    root = knowledge({"pages/guide/a.md": "# A\n", "threads/work/b.yml": "x"})
    scan = os.scandir

    def refuse(folder: str) -> object:  # what the system says depends on who runs the tests
        if str(folder).endswith(name):
            raise PermissionError(13, "Permission denied")
        return scan(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    listings = list_sources(root / "content", root), list_prose(root / "content/pages", root)
    said = [each for listing in listings for each in listing.findings]
    assert [(each.place.file, each.rule.id) for each in said] == [(f"content/{name}", "TB002")]
    assert said[0].message == "The folder cannot be read: Permission denied."


def test_a_picture_or_file_beside_threads_is_told_its_home(knowledge: Knowledge) -> None:
    root = knowledge({"threads/new/list.png": "", "threads/new/terms.PDF": ""})
    hints = [each.hint for each in list_sources(root / "content", root).findings]
    assert sorted(hints) == [
        "Files belong in files/: move it there, and name it by file:terms.PDF.",
        "Pictures belong in images/: move it there, and name it by image:list.png.",
    ]


def test_a_picture_beside_prose_has_the_limit_of_every_picture(knowledge: Knowledge) -> None:
    root = knowledge({"pages/small.png": "", "pages/large.png": ""})
    for name, size in (("small", PICTURE_BYTES.most), ("large", PICTURE_BYTES.most + 1)):
        os.truncate(root / f"content/pages/{name}.png", size)
    listing = list_prose(root / "content/pages", root)
    assert list(listing.published) == ["small.png"]
    assert [each.message for each in listing.findings] == [
        "The picture has 5,000,001 bytes; the limit is 5,000,000."
    ]


@pytest.mark.parametrize("said", [0, 1, 9, 10, 11, 50])
def test_a_file_that_changes_after_it_was_listed_is_read_as_it_is(
    tmp_path: Path, said: int
) -> None:
    file = tmp_path / "x.yml"
    file.write_bytes(b"0123456789")
    source = SourceFile(FileKind.THREAD, str(file), "x.yml", "x", "new", said, 0)
    assert read_text(source, 100) == ("0123456789", ())
    text, _ = read_text(source._replace(size=min(said, 4)), 4)
    assert text == "01234"  # one character more than is allowed


def test_a_byte_that_is_not_utf_8_is_named_behind_a_mark_of_byte_order(tmp_path: Path) -> None:
    file = tmp_path / "x.yml"
    file.write_bytes(b"\xef\xbb\xbfab\ncd\xff")
    source = SourceFile(FileKind.THREAD, str(file), "x.yml", "x", "new", 9, 0)
    text, findings = read_text(source, 100)
    assert text is None
    assert [(each.place.line, each.place.column) for each in findings] == [(2, 3)]
    assert "0xFF" in findings[0].message


def test_a_folder_in_the_place_of_a_file_cannot_be_read(tmp_path: Path) -> None:
    source = SourceFile(FileKind.THREAD, str(tmp_path), "x.yml", "x", "new", 9, 0)
    text, findings = read_text(source, 100)
    assert text is None
    assert findings[0].message == "The file cannot be read: Is a directory."
