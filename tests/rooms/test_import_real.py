"""What auditors found in real sources: each test has the least of it that shows the mistake."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import write
from forums import (
    PIXEL,
    as_json,
    body_of,
    bring_in,
    bring_rows,
    counted,
    noted,
    read_threads,
    topic,
)

from threadbook.check.bodies import find_private
from threadbook.errors import UserError
from threadbook.importers.fidelity import as_json as as_report
from threadbook.importers.formats.discourse import Discourse, from_raw
from threadbook.importers.formats.documents import Zendesk
from threadbook.importers.formats.github_discussions import GithubDiscussions
from threadbook.importers.formats.khoros import Khoros
from threadbook.importers.formats.markdown_files import MarkdownFolder
from threadbook.importers.formats.stackexchange import StackExchange
from threadbook.importers.formats.tables import guess_markup, propose_mapping
from threadbook.importers.licences import as_spdx, is_spdx
from threadbook.progress import Lines


def guess(text: str) -> str:
    return guess_markup([("1", {"body": text})], {"question": "body"})


def test_answers_stay_with_the_row_that_has_the_id_of_another(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"id": "7", "title": "What is tea?", "answer": "Leaves."},
        {"id": "7", "title": "What is coffee?", "answer": "Beans."},
        {"id": "7", "title": "What is water?", "answer": ["Wet.", "Clear."]},
    ]
    report = bring_rows(tmp_path, *rows)
    found = read_threads(tmp_path / "content")
    assert {id_: [each.body for each in one.every_answer] for id_, one in found.items()} == {
        "what-is-tea": ["Leaves."],
        "what-is-coffee": ["Beans."],
        "what-is-water": ["Wet.", "Clear."],
    }
    assert report.is_proved


@pytest.mark.parametrize(
    "text",
    ["see name\n@foo.bar", "```text\n@ann.archer\nsaid so\n```"],
)
def test_a_name_at_the_end_of_a_line_is_no_part_of_an_address(tmp_path: Path, text: str) -> None:
    assert not list(find_private(text))
    assert body_of(tmp_path, text, "markdown").rstrip("\n") == text


def test_dates_of_front_matter_need_no_quotes(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.md": "---\ntitle: Why a?\ndate: 2023-04-05\nupdated: 2023-06-07 10:20:30\n---\nSo.\n",
        "b.md": "---\ntitle: Why b?\ndate: 2023-04-05T10:20:30Z\nlastmod: 2024-01-02\n---\nSo.\n",
        "c.md": "---\ntitle: Why c?\nlang: no\nweight: 3\nlayout: x\n---\nSo.\n",
        "d.md": "---\ntitle: Why d?\nlastmod: 2024-01-02\n---\nSo.\n",
    }
    report = bring_in(MarkdownFolder(), write(tmp_path / "s", files), tmp_path / "content")
    found = read_threads(tmp_path / "content")
    days = {
        id_: [str(each) for each in (one.every_answer[0].at, one.every_answer[0].edited)]
        for id_, one in found.items()
    }
    assert days == {
        "why-a": ["2023-04-05", "2023-06-07"],
        "why-b": ["2023-04-05", "2024-01-02"],
        "why-c": ["None", "None"],
        "why-d": ["2024-01-02", "None"],
    }
    assert found["why-c"].lang == "no"
    (unused,) = [each for each in report.remarks if "nothing uses" in each.kind]
    assert unused.examples == (("c.md", "weight, layout"),)


def test_links_between_files_of_markdown_lead_to_threads(tmp_path: Path) -> None:
    links = "[a](sub/two.md) [b](sub/two.html#x) [c](#what-is-two) [d](left.md) [e](gone.md)"
    files: dict[str, str | bytes] = {
        "one.md": f"# What is one?\n\n{links}\n",
        "sub/two.md": "# What is two?\n\n[up](../one.md) [root](/one.md)\n",
        "left.md": "",
    }
    report = bring_in(MarkdownFolder(), write(tmp_path / "s", files), tmp_path / "content")
    found = read_threads(tmp_path / "content")
    two = "(thread:what-is-two)"
    assert found["what-is-one"].every_answer[0].body == f"[a]{two} [b]{two} [c]{two} d e"
    up = "[up](thread:what-is-one) [root](thread:what-is-one)"
    assert found["what-is-two"].every_answer[0].body == up
    assert noted(report)["Links to files of the source that are no threads, now words"] == 1
    words = "Links without a host to what is not in the source, now words (see --old-site)"
    assert noted(report)[words] == 1


def test_files_without_text_are_left_out_and_answers_get_a_title(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "empty.md": "\n",
        "named.md": "---\ntitle: Empty\n---\n",
        "open.md": "# Does nobody know?\n",
        "said.md": "Water is wet. It is clear, too.\n",
        "the-picture.md": "![](https://a.example/p.png)\n",
    }
    report = bring_in(MarkdownFolder(), write(tmp_path / "s", files), tmp_path / "content")
    titles = {one.title for one in read_threads(tmp_path / "content").values()}
    assert titles == {"Does nobody know?", "Water is wet.", "The picture"}
    said = noted(report)
    assert said["Files without a text, which were left out"] == 2
    assert said["Titles taken from the file's name, because there was no text for one"] == 1
    words = "Titles taken from the first sentence of the answer, because there was no other"
    assert said[words] == 1


def test_a_text_can_name_no_file_of_ours(tmp_path: Path) -> None:
    text = "[a](file:secret.pdf) [b](image:x.png) ![c](image:x.png) ![d](file:x.png)"
    assert body_of(tmp_path, text, "markdown") == "a b c d"
    rows = {"id": "1", "title": "What is it?", "answer": "x", "url": "javascript:x()"}
    report = bring_rows(tmp_path / "two", rows)
    (thread,) = read_threads(tmp_path / "two/content").values()
    assert thread.source is not None
    assert thread.source.url is None
    assert noted(report)["Addresses of a source that are none, which were left out"] == 1


_LIGHTBOX = (
    '<div class="lightbox-wrapper"><a class="lightbox" href="https://f.example/original/1X/{0}.png" title="error dialog">'
    '<img src="https://f.example/optimized/1X/{0}_2_690x388.png" alt="error dialog" width="690" height="388"/>'
    '<div class="meta"><span class="filename">error dialog</span><span class="informations">1920x1080 67.6 KB</span></div></a></div>'
)  # fmt: skip


def test_pictures_of_discourse_are_found_by_their_hash_without_what_surrounds_them(
    tmp_path: Path,
) -> None:
    name = "0123456789" * 4
    onebox = '<aside class="onebox"><header><img src="https://i.example/i.png" class="site-icon"/><a href="https://i.example/">I</a></header></aside>'
    poll = '<div class="poll"><ul><li>Tea</li></ul><div class="poll-info"><p>0 voters</p></div></div>'  # fmt: skip
    cooked = f"<p>Look:</p>{_LIGHTBOX.format(name)}{onebox}{poll}"
    source: dict[str, str | bytes] = {
        "7.json": as_json(topic(7, "Why?", {"cooked": cooked})),
        f"up/{name}.png": PIXEL,
    }
    bring_in(Discourse(), write(tmp_path / "s", source), tmp_path / "content")
    question = read_threads(tmp_path / "content")["why"].question
    assert question is not None
    assert "](image:" in question.body
    assert not any(each in question.body for each in ("67.6 KB", "i.png", "0 voters", "1920"))
    assert "[I](https://i.example/)" in question.body
    (picture,) = (tmp_path / "content/images").iterdir()
    assert picture.read_bytes() == PIXEL


def test_what_code_says_is_no_bbcode() -> None:
    code = "```\n[quote]\n[u]x[/u]\n[/quote]\n```"
    assert from_raw(f"[u]so[/u]: `[u]`\n{code}") == f"so: `[u]`\n{code}"
    assert from_raw("[quote]\n```\n[quote] a\n```\n[/quote]") == "\n> ```\n> [quote] a\n> ```\n"
    assert from_raw("[code]\n[quote]\na\n[/quote]\n[/code]") == "\n```\n[quote]\na\n[/quote]\n```\n"


def test_discourse_says_what_it_leaves_and_which_posts_are_missing(tmp_path: Path) -> None:
    whole = topic(7, "Why?", {"raw": "[poll type=regular]\n* a\n[/poll]"}, {"cooked": "b"})
    posts = whole["post_stream"]["posts"]
    pages: dict[str, str | bytes] = {
        "1.json": as_json({"id": 7, "post_stream": {"posts": posts[1:]}}),
        "2.json": as_json(whole | {"post_stream": whole["post_stream"] | {"posts": posts[:1]}}),
    }
    half = topic(9, "Who?", {"cooked": "a"}, {"cooked": "b"})
    half["post_stream"]["posts"].pop()
    source = write(tmp_path / "s", {**pages, "9.json": as_json(half)})
    report = bring_in(Discourse(), source, tmp_path / "content")
    said = {each.kind: each.examples for each in report.remarks}
    assert said["Topics of which posts are not in the source"] == (("9.json", "1 of them: 902"),)
    words = "Polls and dates of Discourse, which stay as their author wrote them"
    assert said[words] == (("2.json: post 1", "[poll type=regular]"),)
    assert "t/7/2" in read_threads(tmp_path / "content")["why"].redirect_from


def test_khoros_as_text_has_no_furniture(tmp_path: Path) -> None:
    text = (
        "Forums » Freelancers » Freelancers » Why was my account held?\n\nann_b\nCommunity Member\n"
        "Member Since: Mar 1, 2019\nPosted On: Mar 14, 2023 10:00 AM\nWhy?\nSince 2023-01-02 it is.\n0 Kudos\n\n"
        "ACCEPTED SOLUTION\nBob C\nCommunity Manager\nMember Since: Mar 2, 2019\nPosted On: Mar 15, 2023\nBecause.\n12 Kudos\n"
    )
    bring_in(Khoros(), write(tmp_path / "s", {"a.txt": text}), tmp_path / "content")
    (thread,) = read_threads(tmp_path / "content").values()
    assert thread.title == "Why was my account held?"
    assert (tmp_path / "content/threads/freelancers").is_dir()
    assert thread.question is not None
    assert (thread.question.body.strip(), str(thread.question.at)) == (
        "Why?\nSince 2023-01-02 it is.",
        "2023-03-14",
    )
    (answer,) = thread.every_answer
    assert (answer.body, str(answer.at), answer.votes, answer.by, answer.accepted) == (
        "Because.", "2023-03-15", 12, "staff", True,
    )  # fmt: skip


def _khoros(*messages: tuple[int, str]) -> str:
    said = "".join(
        f"<div data-lia-message-uid={uid}><div class=lia-message-body>{body}</div></div>"
        for uid, body in messages
    )
    address = "https://c.example/t5/Work/Why/td-p/42"
    return f"<link rel=canonical href='{address}'><h1>Why?</h1>{said}"


def test_replies_of_khoros_have_addresses_and_questions_come_once(tmp_path: Path) -> None:
    link = "<a href='/t5/Work/Why/m-p/44'>above</a> <a href='/t5/Work/Why/m-p/43'>first</a>"
    other = "<link rel=canonical href='https://c.example/t5/Work/Who/td-p/50'><h1>Who?</h1>"
    pages: dict[str, str | bytes] = {
        "p1.html": _khoros((42, "Why <b>is</b> it?"), (43, "So.")),
        "p2.html": _khoros((42, "Why is it?"), (44, "No.")),
        "q.html": f"{other}<div data-lia-message-uid=50><div class=lia-message-body>{link}<p class=lia-message-signature>A, CEO</p></div></div>",
    }  # fmt: skip
    source = write(tmp_path / "s", pages)
    report = bring_in(Khoros(), source, tmp_path / "content", site="https://c.example/")
    found = read_threads(tmp_path / "content")
    assert [each.body for each in found["why"].every_answer] == ["So.", "No."]
    assert found["why"].redirect_from == (
        "t5/Work/Why/td-p/42", "t5/Work/Why/m-p/43", "t5/Work/Why/m-p/44",
    )  # fmt: skip
    assert found["who"].question is not None
    assert found["who"].question.body == "[above](thread:why#a2) [first](thread:why#a1)"
    assert noted(report)["Questions that further pages repeat, which came once"] == 1
    assert noted(report)["Signatures removed"] == 1
    assert Khoros().recognise("/t5/Work/Why/m-p/42") == "k42"


def test_a_language_that_is_none_loses_no_thread(tmp_path: Path) -> None:
    rows = (
        {"id": each, "title": f"In {each}?", "answer": "x", "lang": each}
        for each in ("../x", "pt_BR")
    )
    report = bring_rows(tmp_path, *rows)
    found = read_threads(tmp_path / "content")
    assert [found["in-x"].lang, found["in-pt-br"].lang] == [None, "pt-BR"]
    assert report.is_proved
    words = "Languages that are none, such as `en` or `pt-BR`, which were left out"
    assert noted(report)[words] == 1


def test_what_goes_with_a_thread_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    first = {"id": "1", "title": "Why?", "answer": "So.", "license": "x" * 100_000}
    second = {"id": "2", "title": "Who?", "answer": "You.", "address": "a/2"}
    report = bring_rows(tmp_path, first | {"address": "a/1"}, second)
    said = counted(report)
    assert said["threads"] == (2, -1, 1)
    assert said["answers"] == said["accepted"] == said["addresses"] == (2, -1, 1)
    assert report.is_proved


def test_the_parts_of_a_long_thread_have_the_addresses_of_their_own_posts(tmp_path: Path) -> None:
    posts = [{"raw": f"Post {number}."} for number in range(1_000)]
    source = write(tmp_path / "s", {"7.json": as_json(topic(7, "Why?", *posts))})
    report = bring_in(Discourse(), source, tmp_path / "content")
    found = read_threads(tmp_path / "content")
    assert len(found["why"].redirect_from) == 200
    assert {"t/7", "t/why/7", "t/why/7/2"} <= set(found["why"].redirect_from)
    assert "t/why/7/1000" in found["why-part-2"].redirect_from
    assert "t/7/1000" in found["why-part-2"].redirect_from
    assert report.is_proved


def test_what_a_table_has_and_nothing_uses_is_said(tmp_path: Path) -> None:
    fields = {"id": "1", "title": "Why?", "answer": "So.", "colour": "red", "mood": 1}
    report = bring_rows(tmp_path, fields)
    (unused,) = [each for each in report.remarks if "nothing uses" in each.kind]
    assert unused.examples == (("rows.jsonl", "colour, mood"),)


@pytest.mark.parametrize(
    ("body", "markup"),
    [
        ("<p>So &amp; so</p>", "html"),
        ("a<br/>b", "html"),
        ("Use `x < y` and **z**.", "markdown"),
        ("1 < 2, and a_b is 3 * 4 * 5.", "text"),
    ],
)
def test_the_proposed_markup_is_that_of_the_rows(tmp_path: Path, body: str, markup: str) -> None:
    write(tmp_path, {"t.jsonl": as_json({"title": "Why?", "answer": body})})
    assert f"markup: {markup}\n" in propose_mapping(tmp_path / "t.jsonl", "jsonl")


@pytest.mark.parametrize("is_last", [False, True])
def test_github_says_what_is_hidden_and_what_is_on_other_pages(
    tmp_path: Path, *, is_last: bool
) -> None:
    comment = {"id": "c", "body": "Buy!", "isMinimized": True, "minimizedReason": "SPAM"}
    comments = {"nodes": [comment], "pageInfo": {"hasNextPage": True}}
    one = {"number": 1, "title": "Why?", "body": "b", "poll": {"question": "Tea?"}, "comments": comments}  # fmt: skip
    pages = [(one, True), ({**one, "number": 2, "comments": {"nodes": []}}, not is_last)]
    files: dict[str, str | bytes] = {
        f"{number}.json": as_json(
            {"data": {"repository": {"discussions": {"nodes": [each], "pageInfo": {"hasNextPage": more}}}}}
        )
        for number, (each, more) in enumerate(pages)
    }  # fmt: skip
    report = bring_in(GithubDiscussions(), write(tmp_path / "s", files), tmp_path / "content")
    said = noted(report)
    assert said["Polls, for which a thread has no place"] == 2
    assert said["Posts that are hidden on GitHub, which came all the same"] == 1
    assert said["Further comments that are not in the source; fetch all pages"] == 1
    words = "Further discussions that are not in the source; fetch all pages"
    assert (words in said) is not is_last


@pytest.mark.parametrize("is_last", [False, True])
def test_zendesk_joins_sections_of_other_files_and_misses_pages(
    tmp_path: Path, *, is_last: bool
) -> None:
    further = None if is_last else "https://help.example/api?page=2"
    article = {"id": 5, "title": "How?", "body": "<p>So</p>", "section_id": 1}
    files: dict[str, str | bytes] = {
        "articles.json": as_json({"articles": [article], "next_page": further}),
        "sections.json": as_json({"sections": [{"id": 1, "name": "Ways"}], "next_page": "x"}),
    }
    report = bring_in(Zendesk(), write(tmp_path / "s", files), tmp_path / "content")
    assert (tmp_path / "content/threads/ways/how.yml").is_file()
    words = "Further articles that are not in the source; fetch all pages"
    assert (words in noted(report)) is not is_last


def test_a_refused_import_leaves_no_folder_and_says_why(tmp_path: Path) -> None:
    cases: list[tuple[Any, str]] = [
        (MarkdownFolder(), "There is no file or folder called nowhere."),
        (StackExchange(), "rows.csv is not a table of a data dump (it is not XML)."),
    ]
    for reader, words in cases:
        where = "nowhere" if isinstance(reader, MarkdownFolder) else tmp_path / "rows.csv"
        write(tmp_path, {"rows.csv": "a,b\n1,2\n"})
        with pytest.raises(UserError, match=re.escape(words)):
            bring_in(reader, where, tmp_path / "content")
    assert not (tmp_path / "content").exists()


def test_lines_of_progress_count_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    for total in (0, 1_000):
        with Lines().stage("Reading", total) as advance:
            for _ in range(225):
                advance(1)
    assert capsys.readouterr().err.count("Reading: 225 in") == 2


def test_who_was_left_out_stays_out_of_later_imports(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "title": "Why?", "body": "SECRET", "author": "Jane Roe"},
        {"id": "2", "title": "Who was it?", "body": "Jane Roe did it.", "author": "Bob"},
    ]
    bring_rows(tmp_path, *rows, without=frozenset({"jane roe", "nobody else"}))
    kept = (tmp_path / "content/.import/left-out.json").read_text("utf-8")
    assert "jane" not in kept.casefold()
    new = {"id": "3", "title": "And then?", "body": "SECRET, too", "author": "Jane Roe"}
    report = bring_rows(tmp_path, *rows, new, keep_authors=True)
    whole = "".join(each.read_text("utf-8") for each in (tmp_path / "content").rglob("*.yml"))
    assert "SECRET" not in whole
    assert "Jane" not in whole
    assert "Bob" in whole
    words = "People whom an earlier import left out, and who are left out again"
    assert noted(report)[words] == 1
    assert (tmp_path / "content/.import/left-out.json").read_text("utf-8") == kept
    write(tmp_path, {"content/.import/left-out.json": "{}"})
    with pytest.raises(UserError, match="damaged"):
        bring_rows(tmp_path, *rows)


def test_all_pictures_that_stay_elsewhere_are_in_the_report(tmp_path: Path) -> None:
    names = [f"https://a.example/{number}.png" for number in range(9)]
    images = [
        f"<img width='69{number}' src='{name}' height=388px>" for number, name in enumerate(names)
    ]
    body = f"{''.join(images)}<img src='https://a.example/x.png?a=1&amp;b=2'>"
    report = bring_rows(tmp_path, {"id": "1", "title": "Why?", "answer": body})
    said = json.loads(as_report(report))["pictures"]
    expected: list[tuple[str, str, int | None, int | None]] = [
        ("rows.jsonl:1", name, 690 + n, 388) for n, name in enumerate(names)
    ]
    expected.append(("rows.jsonl:1", "https://a.example/x.png?a=1&b=2", None, None))
    assert [tuple(each.values()) for each in said] == expected


@pytest.mark.parametrize(
    ("said", "name", "is_known"),
    [
        ("CC BY-SA 3.0", "CC-BY-SA-3.0", True),
        ("cc-by-4.0", "CC-BY-4.0", True),
        ("CC BY-NC-ND 4.0 International", "CC-BY-NC-ND-4.0", True),
        ("CC0", "CC0-1.0", True),
        ("MIT OR Apache-2.0", "MIT OR Apache-2.0", True),
        ("all rights reserved", "all rights reserved", False),
        ("CC-BY-9.0", "CC-BY-9.0", False),
    ],
)
def test_licences_are_named_as_spdx_does(said: str, name: str, *, is_known: bool) -> None:
    assert as_spdx(said) == name
    assert is_spdx(name) is is_known


def test_a_licence_that_is_none_of_spdx_is_warned_of_and_a_loose_one_is_mended(
    tmp_path: Path, run: Any
) -> None:
    write(tmp_path, {"t.jsonl": as_json({"title": "Why?", "answer": "So."})})
    told = ["threadbook", "import", "jsonl", "t.jsonl", "--to"]
    done = run(*told, "one", "--license", "CC BY-SA 3.0", cwd=tmp_path)
    assert (done.returncode, "--license" in done.stderr) == (0, False)
    thread = (tmp_path / "one").glob("threads/*/why.yml")
    assert "license: CC-BY-SA-3.0\n" in next(thread).read_text("utf-8")
    done = run(*told, "two", "--license", "ours", cwd=tmp_path)
    assert done.returncode == 0
    assert '--license: "ours" is no name that SPDX has' in done.stderr


@pytest.mark.parametrize(
    ("of", "unit"),
    [(from_raw, "[code]"), (from_raw, "[quote]"), (guess, "]("), (guess, "<p "), (guess, "**a")],
)
def test_what_reads_brackets_takes_no_more_than_its_length_in_time(
    of: Callable[[str], object], unit: str
) -> None:
    def seconds(n: int) -> float:
        start = time.process_time()
        of(unit * n)
        return time.process_time() - start

    assert min(seconds(16_000), seconds(16_000)) < 10 * max(0.02, seconds(4_000))
