"""Sources that mean harm: nothing runs, nothing is read from elsewhere, nothing is written elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bases import write
from forums import as_json, bring_in, read_threads, row, table, topic

from threadbook.errors import UserError
from threadbook.importers.formats.discourse import Discourse
from threadbook.importers.formats.markdown_files import MarkdownFolder
from threadbook.importers.formats.stackexchange import StackExchange
from threadbook.importers.formats.tables import Table
from threadbook.importers.target import Target
from threadbook.markdown import to_html

BOMB = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{("&l" + str(n - 1) + ";") * 9 if n else ""}">'
    for n in range(12)
)
EXTERNAL = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "head", [f"<!DOCTYPE r [{BOMB}]>", EXTERNAL, '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd">']
)
def test_xml_entities_are_refused(tmp_path: Path, head: str) -> None:
    write(
        tmp_path / "s",
        {
            "Posts.xml": f'<?xml version="1.0"?>{head}<rows><row Id="1" PostTypeId="1" Title="&x;"/></rows>'
        },
    )
    with pytest.raises(UserError, match="entities or a document type"):
        bring_in(StackExchange(), tmp_path / "s", tmp_path / "content")
    assert not list((tmp_path / "content").rglob("*.yml"))


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<rows>",
        "<rows><row Id='1'",
        "\x00",
        "<rows><row Id='1' Id='2'/></rows>",
        '<?xml version="1.0" encoding="no-such"?><rows/>',
    ],
)
def test_broken_xml_is_refused_in_words(tmp_path: Path, xml: str) -> None:
    write(tmp_path / "s", {"Posts.xml": xml})
    with pytest.raises(UserError):
        bring_in(StackExchange(), tmp_path / "s", tmp_path / "content")


NAMES = [
    "../../../outside",
    "..",
    "/etc/passwd",
    "a/../../b",
    ".ssh/authorized_keys",
    "con\x00trol",
    "CON",
    "x" * 500,
    "~root",
    "\\\\host\\share",
    "-rf",
    "$(id)",
]


def files(folder: Path) -> set[str]:
    return {each.relative_to(folder).as_posix() for each in folder.rglob("*")}


def test_no_name_leads_out_of_the_target(tmp_path: Path) -> None:
    rows = [
        {"id": each, "title": each, "answer": "x", "board": each, "tags": [each], "address": each}
        for each in NAMES
    ]
    write(tmp_path / "in/s", {"t.jsonl": "".join(json.dumps(each) + "\n" for each in rows)})
    report = bring_in(Table("jsonl"), tmp_path / "in/s/t.jsonl", tmp_path / "in/content")
    assert report.is_proved
    assert {each.split("/")[0] for each in files(tmp_path)} == {"in"}
    assert {each.split("/")[0] for each in files(tmp_path / "in")} == {"s", "content"}
    assert len(read_threads(tmp_path / "in/content")) == len(NAMES)


def test_a_link_in_the_target_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    write(tmp_path / "s", {"t.jsonl": '{"title": "Why?", "answer": "So."}\n'})
    content = write(tmp_path / "content", {"x": ""})
    (content / "threads").symlink_to(tmp_path / "outside")
    with pytest.raises(UserError, match="leads out"):
        bring_in(Table("jsonl"), tmp_path / "s/t.jsonl", content)
    assert files(tmp_path / "outside") == set()


def test_a_link_in_place_of_a_file_is_replaced_and_what_it_named_stays(tmp_path: Path) -> None:
    secret = write(tmp_path, {"secret": "keep"}) / "secret"
    content = tmp_path / "content"
    content.mkdir()
    (content / "site.yml").symlink_to(secret)
    Target(content).write("site.yml", "new")
    assert secret.read_text("utf-8") == "keep"
    assert (content / "site.yml").read_text("utf-8") == "new"
    for name in ("../x", "/x", "a//b", "a/../b", "", "a\\..\\b"):
        with pytest.raises(UserError):
            Target(content).write(name, "")


def test_links_in_a_source_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret\n\nSECRET\n", "utf-8")
    source = write(tmp_path / "s", {"a.md": "# Open?\n\nYes.\n"})
    (source / "b.md").symlink_to(tmp_path / "secret.md")
    bring_in(MarkdownFolder(), source, tmp_path / "content")
    assert "SECRET" not in str(read_threads(tmp_path / "content"))


PAYLOADS = [
    "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<a href='java\tscript:alert(1)'>x</a>",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>", "<p style='background:url(javascript:x)'>y</p>",
    "<iframe srcdoc='<script>alert(1)</script>'>", "<form action=//evil><input name=q></form>", "<base href='//evil/'>",
    "<img src='data:text/html,<script>alert(1)</script>'>", "<a href='data:text/html,x'>z</a>", "<!--><script>alert(1)</script>-->",
    "[x](javascript:alert(1))", "![x](javascript:alert(1))", "<javascript:alert(1)>", "[x](<java\nscript:alert(1)>)",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("markup", ["html", "markdown", "text"])
def test_nothing_that_runs_gets_into_a_thread(tmp_path: Path, payload: str, markup: str) -> None:
    write(
        tmp_path / "s",
        {"t.jsonl": json.dumps({"title": payload, "answer": f"before {payload} after"}) + "\n"},
    )
    bring_in(
        Table("jsonl"), tmp_path / "s/t.jsonl", tmp_path / "content", mapping={"markup": markup}
    )
    (thread,) = read_threads(tmp_path / "content").values()
    body = thread.every_answer[0].body
    html = "".join(re.findall("<[^>]*>", to_html(body, lambda *_: None, prefix="x-").lower()))
    for bad in (
        "<script",
        "onerror=",
        "onload=",
        "srcdoc",
        "<form",
        "<base",
        "<iframe",
        'href="javascript',
        'href="data',
    ):
        assert bad not in html
    if markup != "text":
        assert "before" in body


def test_a_topic_that_is_not_what_it_seems(tmp_path: Path) -> None:
    odd = [
        {"post_stream": None}, {"post_stream": {"posts": [None, 5, {"cooked": 7}]}}, {"id": {}, "post_stream": {"posts": {}}},
        topic(1, "Fine?", {"cooked": "x", "username": ["a"], "actions_summary": {"id": 2}, "created_at": 5}),
    ]  # fmt: skip
    write(tmp_path / "s", {"t.json": as_json(odd)})
    report = bring_in(Discourse(), tmp_path / "s", tmp_path / "content")
    assert report.is_proved
    assert "fine" in read_threads(tmp_path / "content")


def test_duplicates_in_a_circle_are_let_go(tmp_path: Path) -> None:
    posts = [
        row(Id=n, PostTypeId=1, Title=f"Q{n}?", Body="x", CreationDate="2020-01-01T00:00:00")
        for n in (1, 2, 3)
    ]
    links = [
        row(PostId=1, RelatedPostId=2, LinkTypeId=3),
        row(PostId=2, RelatedPostId=1, LinkTypeId=3),
        row(PostId=3, RelatedPostId=3, LinkTypeId=3),
    ]
    write(tmp_path / "s", {"Posts.xml": table(*posts), "PostLinks.xml": table(*links)})
    report = bring_in(StackExchange(), tmp_path / "s", tmp_path / "content")
    assert all(each.duplicate_of is None for each in read_threads(tmp_path / "content").values())
    assert report.is_proved
