"""Each format that is imported, with what its real files have in them that is not tidy."""

from __future__ import annotations

import gzip
import json
import socketserver
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bases import write
from forums import as_json, bring_in, counted, noted, read_threads, row, table, topic

from threadbook.errors import UserError
from threadbook.importers.formats.discourse import Discourse, from_raw
from threadbook.importers.formats.documents import MicrosoftFaq, Zendesk
from threadbook.importers.formats.fetching import Fetcher
from threadbook.importers.formats.github_discussions import GithubDiscussions
from threadbook.importers.formats.khoros import Khoros
from threadbook.importers.formats.markdown_files import MarkdownFolder
from threadbook.importers.formats.stackexchange import StackExchange
from threadbook.importers.formats.tables import Table, propose_mapping

TOPICS = [
    topic(
        7, "How do I sign?",
        {"cooked": "<p>I want to <b>sign</b>.</p>", "username": "ann", "name": "Ann B"},
        {"raw": '[quote="ann, post:1, topic:7"]\nI want to\n[/quote]\nUse a pen, @ann.', "username": "bob", "admin": True,
         "actions_summary": [{"id": 2, "count": 5}], "accepted_answer": True},
        {"cooked": "closed", "post_type": 3},
        {"cooked": "<p>Or a stamp, see <a href='/t/who-pays/9/2'>this</a>.</p>", "username": "cid", "accepted_answer": True},
        category_id=3, tags=["paper", {"name": "pens"}],
    ),
    topic(9, "Who pays?", {"cooked": "Who?", "username": "cid"}, {"cooked": "You.", "username": "ann"}),
]  # fmt: skip


def check_discourse(content: Path, report: Any) -> None:
    found = read_threads(content)
    assert set(found) == {"how-do-i-sign", "who-pays"}
    first = found["how-do-i-sign"]
    assert counted(report)["answers"] == (3, 0, 3)
    assert counted(report)["accepted"] == (2, 0, 2)
    assert [(each.votes, each.accepted, each.by) for each in first.every_answer] == [
        (5, True, "staff"), (0, True, "community-member"),
    ]  # fmt: skip
    assert first.every_answer[0].body == "> @member wrote:\n>\n> I want to\n\nUse a pen, @member.\n"
    assert first.every_answer[1].body == "Or a stamp, see [this](thread:who-pays#a1)."
    assert first.topics == ("paper", "pens")
    assert {"t/how-do-i-sign/7", "t/7", "t/how-do-i-sign/7/4"} <= set(first.redirect_from)
    assert (content / "threads/paper-work/how-do-i-sign.yml").is_file()
    assert report.is_proved


def test_discourse_from_files_with_pages_and_categories(tmp_path: Path) -> None:
    first, second = TOPICS
    posts = first["post_stream"]["posts"]
    page_one = first | {
        "post_stream": {"posts": posts[:2], "stream": [post["id"] for post in posts]}
    }
    page_two = {"id": 7, "post_stream": {"posts": posts[2:]}}
    write(tmp_path / "s", {
        "7.json": as_json(page_one), "7b.json": as_json(page_two), "more/9.json": as_json([second]),
        "categories.json": as_json({"category_list": {"categories": [{"id": 3, "name": "Paper &amp; work"}]}}),
        "about.json": as_json({"about": {}}),
    })  # fmt: skip
    report = bring_in(Discourse(), tmp_path / "s", tmp_path / "content")
    check_discourse(tmp_path / "content", report)
    assert noted(report)["Notes of the system, such as that a topic was closed"] == 1


class Forum(BaseHTTPRequestHandler):
    """Plays Discourse: pages of two posts, and a rate limit at every third request."""

    asked: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.asked.append(self.path)
        parts = urlsplit(self.path)
        if len(self.asked) % 3 == 0:
            self.send_response(429)
            self.send_header("Retry-After", "7")
            self.end_headers()
            return
        body = json.dumps(self._answer(parts.path, parse_qs(parts.query))).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str, query: dict[str, list[str]]) -> Any:
        if path == "/categories.json":
            return {"category_list": {"categories": [{"id": 3, "name": "Paper & work"}]}}
        if path == "/latest.json":
            page = int(query["page"][0])
            return {
                "topic_list": {"topics": [{"id": each["id"]} for each in TOPICS[page : page + 1]]}
            }
        one = next(each for each in TOPICS if f"/t/{each['id']}" in path)
        posts = one["post_stream"]["posts"]
        if path.endswith("/posts.json"):
            return {
                "post_stream": {
                    "posts": [post for post in posts if str(post["id"]) in query["post_ids[]"]]
                }
            }
        return one | {"post_stream": {"posts": posts[:2], "stream": [post["id"] for post in posts]}}

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def forum() -> Iterator[str]:
    Forum.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Forum)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_discourse_from_a_forum_that_wants_to_be_asked_slowly(
    tmp_path: Path, forum: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(
        "threadbook.importers.formats.discourse.Fetcher", lambda base: Fetcher(base, waited.append)
    )
    report = bring_in(Discourse(), forum, tmp_path / "content", site=forum)
    check_discourse(tmp_path / "content", report)
    assert waited
    assert set(waited) == {7.0}


def test_what_only_discourse_reads_becomes_markdown() -> None:
    raw = '[quote="a, post:1"]\nout\n[quote="b"]\nin\n[/quote]\n[/quote]\n[details="Log"]\nx\n[/details]\n[code]\ny\n[/code]'
    text = from_raw(raw)
    assert "> @a wrote:" in text
    assert "> > @b wrote:" in text
    assert "**Log**" in text
    assert "```\ny\n```" in text
    assert "[quote" not in text


def test_github_discussions(tmp_path: Path) -> None:
    def post(body: str, **more: Any) -> dict[str, Any]:
        return {"body": body, "createdAt": "2024-01-02T03:04:05Z", "author": {"login": "x"}} | more

    reply = post("Exactly.", id="R1", author=None)
    answer = post(
        "Use two.",
        id="C2",
        upvoteCount=4,
        isAnswer=True,
        authorAssociation="MEMBER",
        replies={"nodes": [reply]},
    )
    nodes = [
        post("One or two?", title="How many?", number=5, url="https://github.com/o/r/discussions/5",
             category={"name": "Q&A"}, labels={"nodes": [{"name": "numbers"}]},
             comments={"totalCount": 3, "nodes": [post("One.", id="C1"), answer]}, answer={"id": "C2"}),
        post("See https://github.com/o/r/discussions/5", title="Nobody?", number=6,
             url="https://github.com/o/r/discussions/6", comments={"nodes": []}),
        post("x", title="In a reply?", number=7, comments={"edges": [{"node": post("Maybe.", id="C3", replies={
            "nodes": [post("Yes.", id="R2", isAnswer=True)]})}]}, answer={"id": "R2"}),
    ]  # fmt: skip
    pages = {"data": {"repository": {"discussions": {"nodes": nodes}}}}
    write(tmp_path / "s", {"d.json": as_json(pages)})
    report = bring_in(
        GithubDiscussions(), tmp_path / "s/d.json", tmp_path / "content", site="https://github.com/"
    )
    found = read_threads(tmp_path / "content")
    assert {each: counted(report)[each][2] for each in ("threads", "answers", "accepted", "comments")} == {
        "threads": 3, "answers": 4, "accepted": 2, "comments": 1,
    }  # fmt: skip
    best = found["how-many"].every_answer[1]
    assert (best.votes, best.accepted, best.by, len(best.comments)) == (4, True, "staff", 1)
    assert found["how-many"].redirect_from == ("o/r/discussions/5",)
    assert found["nobody"].question.body == "See [[how-many]]"  # type: ignore[union-attr]
    assert noted(report)["Further comments that are not in the source; fetch all pages"] == 1


def dump(folder: Path) -> Path:
    posts = [
        row(Id=1, PostTypeId=1, AcceptedAnswerId=3, Title="How hot?", Body="<p>How <i>hot", Tags="<heat><tea>", OwnerUserId=4, CreationDate="2010-01-02T00:00:00", Score=9),
        row(Id=2, PostTypeId=2, ParentId=1, Body="<p>Very. See <a href='https://tea.example/q/5/77'>this</a>", OwnerUserId=5, CreationDate="2016-01-02T00:00:00", Score=-2),
        row(Id=3, PostTypeId=2, ParentId=1, Body="<p>80 degrees, @TeaLover", CreationDate="2020-01-02T00:00:00", Score=7),
        row(Id=4, PostTypeId=5, Body="tag wiki"),
        row(Id=5, PostTypeId=1, Title="How warm?", Body="<p>x", Tags="|heat|", CreationDate="2020-01-02T00:00:00"),
        row(Id=6, PostTypeId=2, ParentId=999, Body="<p>An answer to nothing that is left", CreationDate="2020-01-02T00:00:00"),
        row(Id=7, PostTypeId=1, AcceptedAnswerId=888, Title="Accepted and gone?", Body="<p>y", CreationDate="2020-01-02T00:00:00"),
    ]  # fmt: skip
    return write(folder, {
        "Posts.xml": table(*posts),
        "Users.xml": table(row(Id=4, DisplayName="Tea Lover"), row(Id=5, DisplayName="Mod"), row(Id=-1, DisplayName="Community")),
        "Comments.xml": table(row(Id=1, PostId=3, Text="Thanks `x`!", UserId=4), row(Id=2, PostId=1, Text="Why?"), row(Id=3, PostId=777, Text="Lost")),
        "PostLinks.xml": table(row(Id=1, PostId=5, RelatedPostId=1, LinkTypeId=3), row(Id=2, PostId=1, RelatedPostId=7, LinkTypeId=1), row(Id=3, PostId=7, RelatedPostId=4242, LinkTypeId=3)),
    })  # fmt: skip


def test_stackexchange(tmp_path: Path) -> None:
    report = bring_in(
        StackExchange(),
        dump(tmp_path / "s"),
        tmp_path / "content",
        site="https://tea.example/",
        license="",
    )
    found = read_threads(tmp_path / "content")
    assert report.is_proved
    assert {each: counted(report)[each] for each in ("threads", "answers", "accepted", "comments", "duplicates")} == {
        "threads": (4, 0, 4), "answers": (3, 0, 3), "accepted": (1, 0, 1), "comments": (3, -1, 2),
        "duplicates": (2, -1, 1),
    }  # fmt: skip
    hot = found["how-hot"]
    assert [(each.votes, each.accepted) for each in hot.every_answer] == [(-2, False), (7, True)]
    assert hot.every_answer[0].body == "Very. See [this](thread:how-warm)"
    assert hot.every_answer[1].body == "80 degrees, @member"
    assert hot.every_answer[1].comments[0].by == "asker"
    assert hot.related == ("accepted-and-gone",)
    assert hot.source.license == "CC BY-SA 2.5 and CC BY-SA 3.0 and CC BY-SA 4.0"  # type: ignore[union-attr]
    assert hot.source.url == "https://tea.example/questions/1/how-hot"  # type: ignore[union-attr]
    assert {"questions/1", "questions/1/how-hot", "q/1", "a/2", "a/3"} == set(hot.redirect_from)
    assert found["how-warm"].duplicate_of == "how-hot"


def test_stackexchange_says_what_of_a_dump_it_does_not_take(tmp_path: Path) -> None:
    source = dump(tmp_path / "s")
    posts = (source / "Posts.xml").read_text("utf-8")
    changed = posts.replace(
        'Title="How warm?"', 'Title="How warm?" Score="5" ClosedDate="2021-01-01T00:00:00"'
    )
    write(source, {
        "Posts.xml": changed,
        "PostHistory.xml": table(
            row(Id=1, PostHistoryTypeId=1, PostId=5, Text="My tea is cold, what to do?"),
            row(Id=2, PostHistoryTypeId=1, PostId=1, Text="How hot?"),
            row(Id=3, PostHistoryTypeId=2, PostId=5, Text="A text"),
            row(Id=4, PostHistoryTypeId=4, PostId=5, Text="Somebody's"),
        ),
        "Votes.xml": table(row(Id=1, PostId=3, VoteTypeId=9, BountyAmount=50)),
        "Tags.xml": table(row(Id=1, TagName="heat", Count=1, ExcerptPostId=4)),
    })  # fmt: skip
    report = bring_in(StackExchange(), source, tmp_path / "content", license="")
    found = read_threads(tmp_path / "content")
    assert found["how-warm"].also_asked == ("My tea is cold, what to do?",)
    assert found["how-hot"].also_asked == ()
    said = {place: each.kind for each in report.remarks for place, _ in each.examples}
    assert "only the first titles" in said["PostHistory.xml"]
    assert "bounties" in said["Votes.xml"]
    assert "Descriptions of tags" in said["Tags.xml"]
    assert noted(report)["Scores of questions, for which a thread has no place"] == 2
    assert noted(report)["Questions that were closed, which a thread does not say"] == 1


def test_comments_that_hang_in_the_air_are_reported(tmp_path: Path) -> None:
    source = dump(tmp_path / "s")
    parents = {1: "777", 2: "comment-1", 3: "comment-4", 4: "comment-3", 5: "5", 6: "comment-5"}
    rows = [row(Id=key, PostId=parent, Text=f"Comment {key}") for key, parent in parents.items()]
    write(source, {"Comments.xml": table(*rows)})
    report = bring_in(StackExchange(), source, tmp_path / "content", license="")
    assert counted(report)["comments"] == (6, -4, 2)
    assert report.is_proved
    question = read_threads(tmp_path / "content")["how-warm"].question
    assert question is not None
    assert [each.body for each in question.comments] == ["Comment 5", "Comment 6"]


def test_scores_that_have_no_place_are_reported(tmp_path: Path) -> None:
    rows = "id,parent,title,body,votes\n1,,Why?,x,7\n2,1,,So.,3\n"
    write(tmp_path, {"a.csv": rows, "b.csv": "title,answer,votes\nWhy?,So.,3\nHow?,,4\n"})
    one = bring_in(Table("csv"), tmp_path / "a.csv", tmp_path / "a")
    two = bring_in(Table("csv"), tmp_path / "b.csv", tmp_path / "b")
    for report, folder in ((one, "a"), (two, "b")):
        assert noted(report)["Scores of questions, for which a thread has no place"] == 1
        assert read_threads(tmp_path / folder)["why"].every_answer[0].votes == 3


def test_what_is_too_much_for_a_thread_is_reported(tmp_path: Path) -> None:
    posts = [
        row(Id=n, PostTypeId=1, Title=f"What is {n}?", Body="x", CreationDate="2020-01-02T00:00:00")
        for n in range(1, 113)
    ]
    links = [row(Id=n, PostId=1, RelatedPostId=n, LinkTypeId=1) for n in range(2, 113)]
    source = write(tmp_path / "s", {"Posts.xml": table(*posts), "PostLinks.xml": table(*links)})
    report = bring_in(StackExchange(), source, tmp_path / "content", license="")
    most = len(read_threads(tmp_path / "content")["what-is-1"].related)
    assert noted(report)[f"Related threads beyond the {most} that a thread can have"] == 1


TEA = "id,subject,text,reply,labels,created\n"


@pytest.mark.parametrize(
    "content",
    [
        (TEA + '1,"Why, oh why?","Line one\nline two",Because.,"a,b",2024-02-03\n2,Wie grün?,x,Sehr.,,03.02.2024\n').encode(),
        (TEA + '1,"Why, oh why?","Line one\nline two",Because.,"a,b",2024-02-03\n2,Wie grün?,x,Sehr.,,03.02.2024\n').encode("cp1252"),
        (TEA + '1,"Why, oh why?","Line one\nline two",Because.,"a,b",2024-02-03\n2,Wie grün?,x,Sehr.,,03.02.2024\n').encode("utf-16"),
        gzip.compress((TEA + '1,"Why, oh why?","Line one\nline two",Because.,"a,b",2024-02-03\n2,Wie grün?,x,Sehr.,,03.02.2024\n').encode()),
        (TEA.replace(",", ";") + '1;Why, oh why?;"Line one\nline two";Because.;a,b;2024-02-03\n2;Wie grün?;x;Sehr.;;03.02.2024\n').encode("utf-8-sig"),
    ],
    ids="utf-8 cp1252 utf-16 gzip semicolon".split(),
)  # fmt: skip
def test_csv_in_the_encodings_that_people_have(tmp_path: Path, content: bytes) -> None:
    write(tmp_path / "s", {"t.csv": content})
    report = bring_in(Table("csv"), tmp_path / "s/t.csv", tmp_path / "content")
    found = read_threads(tmp_path / "content")
    assert set(found) == {"why-oh-why", "wie-grun"}
    assert found["why-oh-why"].question.body == "Line one\nline two\n"  # type: ignore[union-attr]
    assert found["why-oh-why"].topics == ("a", "b")
    assert str(found["wie-grun"].question.at) == "2024-02-03"  # type: ignore[union-attr]
    assert report.is_proved


def test_a_mapping_is_proposed_and_its_mistakes_are_named(tmp_path: Path) -> None:
    write(
        tmp_path / "s",
        {
            "t.csv": "Number,Subject,Reply,Colour\n1,Why?,So.,red\n",
            "e.csv": "",
            "n.csv": "a,b\n1,2\n",
        },
    )
    text = propose_mapping(tmp_path / "s/t.csv", "csv")
    assert "title: Subject" in text
    assert "answer: Reply" in text
    assert "# Columns that nothing uses: Number, Colour." in text
    for columns, words in (
        ({"titel": "x"}, "Did you mean"),
        ({"title": "Subjekt"}, "There is no column"),
        ([], "list of names"),
    ):
        with pytest.raises(UserError, match=words):
            bring_in(
                Table("csv"), tmp_path / "s/t.csv", tmp_path / "c", mapping={"columns": columns}
            )
    for name in ("e.csv", "n.csv", "missing.csv"):
        with pytest.raises(UserError):
            bring_in(Table("csv"), tmp_path / "s" / name, tmp_path / "c")


def test_jsonl_with_lines_that_are_none(tmp_path: Path) -> None:
    good = json.dumps(
        {"question": "Why?", "answer": ["One.", {"body": "Two."}], "meta": {"tag": "deep"}}
    )
    write(
        tmp_path / "s",
        {"t.jsonl": f"{good}\n{{broken\n\n[1]\n{'[' * 100_000}\n{json.dumps({'x': 1})}\n"},
    )
    mapping = {"columns": {"title": "question", "answer": "answer", "tags": "meta.tag"}}
    report = bring_in(Table("jsonl"), tmp_path / "s/t.jsonl", tmp_path / "content", mapping=mapping)
    assert counted(report)["answers"] == (2, 0, 2)
    assert noted(report)["Lines that are not JSON, which were left out"] == 2
    assert noted(report)["Rows without a text, which were left out"] == 1
    assert read_threads(tmp_path / "content")["why"].topics == ("deep",)


def test_a_folder_of_markdown(tmp_path: Path) -> None:
    write(tmp_path / "s", {
        "a.question.md": '---\ntitle: "How do I x?"\nalt_titles:\n  - "x how"\n---\n\nLike so.\n',
        "deep/b.question.md": "# Is there no front matter?\n\nNo.\n",
        "c.question.md": "---\ntitle: [unclosed\n---\nStill text.\n",
        "README.md": "# Not a question\n",
    })  # fmt: skip
    report = bring_in(MarkdownFolder(), tmp_path / "s", tmp_path / "content")
    found = read_threads(tmp_path / "content")
    assert found["how-do-i-x"].also_asked == ("x how",)
    assert found["how-do-i-x"].every_answer[0].body == "Like so."
    assert "is-there-no-front-matter" in found
    assert counted(report)["answers"] == (3, 0, 3)
    assert noted(report)["Front matter that is not YAML, of which nothing is known"] == 1


def test_microsoft_faq_and_zendesk(tmp_path: Path) -> None:
    faq = (
        "### YamlMime:FAQ\nmetadata:\n  ms.date: 07/16/2024\ntitle: About tea\nsections:\n  - name: General\n    questions:\n"
        "      - question: |\n          What is tea?\n        answer: |\n          Leaves.\n\n          > [!NOTE]\n          > In water.\n"
        "      - question: And?\n        answer: ''\n"
    )
    write(tmp_path / "s", {"faq.yml": faq, "other.yml": "a: 1\n"})
    report = bring_in(MicrosoftFaq(), tmp_path / "s", tmp_path / "one")
    assert counted(report)["threads"] == (2, 0, 2)
    tea = read_threads(tmp_path / "one")["what-is-tea"]
    assert tea.every_answer[0].body == "Leaves.\n\n> [!NOTE]\n> In water.\n"
    assert tea.topics == ("general",)
    articles = {"articles": [
        {"id": 5, "title": "How?", "body": "<p>So &amp; <a href='/hc/en-us/articles/6-b'>so</a></p>", "locale": "en-us", "section_id": 1,
         "html_url": "https://help.example/hc/en-us/articles/5-How", "label_names": ["x"], "created_at": "2024-01-02T00:00:00Z"},
        {"id": 6, "title": "B?", "body": "b", "html_url": "https://help.example/hc/en-us/articles/6-b"},
        {"id": 7, "title": "Draft?", "body": "d", "draft": True},
    ], "sections": [{"id": 1, "name": "Ways"}]}  # fmt: skip
    write(tmp_path / "z", {"articles.json": as_json(articles)})
    report = bring_in(Zendesk(), tmp_path / "z", tmp_path / "two", site="https://help.example/")
    found = read_threads(tmp_path / "two")
    assert set(found) == {"how", "b"}
    assert found["how"].every_answer[0].body == "So & [so](thread:b)"
    assert found["how"].redirect_from == ("hc/en-us/articles/5-How", "hc/en-us/articles/5")
    assert (tmp_path / "two/threads/ways/how.yml").is_file()


def message(
    uid: int, author: str, rank: str, body: str, more: str = "", is_solution: str = ""
) -> str:
    return (
        f"<div class='lia-message-view-display {is_solution}' data-lia-message-uid='{uid}'><span class='UserName'><a><span class='login-bold'>{author}</span></a></span>"
        f"<div class='lia-message-author-rank'>{rank}</div><span class='DateTime'><span class='local-date'>\u200e03-14-2023</span></span>{more}"
        f"<div class='lia-message-body-content'>{body}</div></div>"
    )


def page(*messages: str) -> str:
    return (
        "<html><head><link rel=canonical href='https://c.example/t5/Finding-work/Can-I-decline/td-p/1042'></head><body>"
        "<ul><li class='lia-breadcrumb-node'>Forums</li><li class='lia-breadcrumb-node'>Finding work</li><li class='lia-breadcrumb-node'>Can I decline?</li></ul>"
        f"<h1>Solved: Can I decline?</h1>{''.join(messages)}<a class='lia-tag'>offers</a></body></html>"
    )


def test_khoros_pages_are_joined(tmp_path: Path) -> None:
    first = page(
        message(
            1042,
            "Ann",
            "Community Member",
            "<p>May I?<div class='lia-message-signature'>Ann, CEO</div></p>",
        ),
        message(
            1043,
            "Bob",
            "Community Manager",
            "<blockquote>May I?</blockquote>Yes.",
            "<span class='lia-component-kudos-widget-kudos-count'>12</span>",
            "lia-accepted-solution",
        ),
    )
    second = page(message(1050, "Cid", "Forum Moderator", "Be <b>polite"))
    write(tmp_path / "s", {"p1.html": first, "p2.html": second})
    report = bring_in(Khoros(), tmp_path / "s", tmp_path / "content", site="https://c.example/")
    (thread,) = read_threads(tmp_path / "content").values()
    assert (tmp_path / "content/threads/finding-work/can-i-decline.yml").is_file()
    assert [(each.by, each.votes, each.accepted) for each in thread.every_answer] == [
        ("staff", 12, True),
        ("moderator", 0, False),
    ]
    assert thread.title == "Can I decline?"
    assert thread.question.body == "May I?"  # type: ignore[union-attr]
    assert str(thread.question.at) == "2023-03-14"  # type: ignore[union-attr]
    assert thread.topics == ("offers",)
    way = "t5/Finding-work/Can-I-decline"
    assert thread.redirect_from == (f"{way}/td-p/1042", f"{way}/m-p/1043", f"{way}/m-p/1050")
    assert report.is_proved


def test_khoros_with_other_selectors_and_as_text(tmp_path: Path) -> None:
    html = "<h1>Why?</h1><article class=m><p class=t>Question</p></article><article class=m><p class=t>Answer</p></article>"
    text = "Forums » Finding work » Can I decline?\n\nCommunity Member\n03-14-2023\nMay I?\n\nCommunity Manager\nYes.\nModerator\nIndeed.\n"
    write(tmp_path / "s", {"a.html": html, "b.txt": text, "c.txt": "nothing"})
    mapping = {"selectors": {"message": ".m", "body": ".t"}}
    report = bring_in(Khoros(), tmp_path / "s", tmp_path / "content", mapping=mapping)
    found = read_threads(tmp_path / "content")
    assert set(found) == {"why", "can-i-decline"}
    assert [each.by for each in found["can-i-decline"].every_answer] == ["staff", "moderator"]
    assert counted(report)["answers"] == (3, 0, 3)


@pytest.mark.parametrize("reader", [Discourse(), GithubDiscussions(), StackExchange(), Table("csv"), Table("jsonl"), MarkdownFolder(), Khoros(), MicrosoftFaq(), Zendesk()])  # fmt: skip
def test_what_is_not_of_the_format_is_refused_in_words(tmp_path: Path, reader: Any) -> None:
    write(
        tmp_path / "s",
        {"x.json": "{}", "Posts.xml": "<a/>", "x.html": "<p>", "x.yml": "a: 1", "x.md": ""},
    )
    (tmp_path / "empty").mkdir()
    for where in ("s", "empty", "missing", "s/x.json"):
        source = tmp_path / where
        if isinstance(reader, MarkdownFolder) and where.startswith("s"):
            continue
        with pytest.raises(UserError):
            bring_in(reader, source, tmp_path / "content")
    assert not list((tmp_path / "content").rglob("*.yml"))


QUOTE = (
    '<aside class="quote" data-username="_max"><div class="title"><img src="/avatar/_max.png">'
    '<a href="https://old.example/t/x/8">Other</a> _max:</div><blockquote><p>Quoted.</p></blockquote></aside>'
    '<p>Hi <a class="mention" href="/u/silent-1">@silent-1</a>, _max (<a href="/u/jroe_1">Jane</a>) and @42!</p>'
)


def test_names_of_a_forum_are_nowhere(tmp_path: Path) -> None:
    raw = (
        '[quote="Jane Roe, post:1, topic:7, username:jroe_1"]\nMe.\n[/quote]\n[quote="O\'Neil Jr., post:9"]\nI.\n'
        "[/quote]\nNo, @jroe_1. See _@jroe_1_ and [her](https://old.example/u/jroe_1) and `@jroe_1`."
    )
    one = topic(
        7, "Who is @jroe_1?", {"cooked": "Me.", "username": "jroe_1", "name": "Jane Roe"},
        {"cooked": QUOTE, "username": "_max", "name": "Max M"},
        {"raw": raw, "cooked": QUOTE, "username": "42", "name": "Paul"},
        {"raw": "And @silent-1 -- @_max... [O'Neil Jr.](/u/paul)", "username": "42"},
    )  # fmt: skip
    write(tmp_path / "s", {"7.json": as_json(one)})
    bring_in(Discourse(), tmp_path / "s", tmp_path / "content", site="https://old.example/")
    thread = read_threads(tmp_path / "content")["who-is-member"]
    assert thread.title == "Who is @member?"
    bodies = [each.body for each in thread.every_answer]
    assert bodies[0].startswith(
        "> @member wrote in [Other](https://old.example/t/x/8):\n>\n> Quoted."
    )
    assert bodies[0].endswith("Hi @member, \\_max (Jane) and @42!\n"), "a word alone stays"
    assert bodies[1].startswith("> @member wrote:\n>\n> Me.\n\n\n> @member wrote:\n>\n> I.")
    assert bodies[1].endswith("No, @member. See _@member_ and her and `@jroe_1`.\n")
    assert bodies[2] == "And @member -- @member... @member"


def test_names_of_a_forum_stay_where_authors_are_kept(tmp_path: Path) -> None:
    post = {"cooked": QUOTE, "username": "jroe_1", "name": "Jane Roe"}
    write(tmp_path / "s", {"7.json": as_json(topic(7, "Who?", {"cooked": "Me."}, post))})
    bring_in(Discourse(), tmp_path / "s", tmp_path / "content", keep_authors=True)
    body = read_threads(tmp_path / "content")["who"].every_answer[0].body
    assert body.startswith("> @\\_max wrote in [Other](https://old.example/t/x/8):")
    assert "Hi @silent-1" in body


def test_names_in_quotes_of_khoros_are_nowhere(tmp_path: Path) -> None:
    profile = '<a href="https://old.example/t5/user/viewprofilepage/user-id/{}">{}</a>'
    page = (
        '<link rel="canonical" href="https://old.example/t5/A/B/td-p/7"><h1>Who?</h1>'
        '<div class="MessageView" data-lia-message-uid="1"><div class="message-body"><blockquote>'
        f"{profile.format(1, '@Jane_R')} wrote:<br>Me.</blockquote>Hi {profile.format(2, 'Max M.')}, "
        "and @MaxM.</div></div>"
    )
    write(tmp_path / "s", {"a.html": page})
    bring_in(Khoros(), tmp_path / "s", tmp_path / "content", site="https://old.example/")
    question = read_threads(tmp_path / "content")["who"].question
    assert question is not None
    assert question.body == "> @member wrote:\\\n> Me.\n\nHi @member, and @member.\n"


@pytest.mark.parametrize("names", [("42-2.json", "42.json"), ("b/42.json", "a/42-2.json")])
def test_pages_of_a_topic_are_one_thread_in_any_order(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    whole = topic(42, "How many?", *({"cooked": f"Post {n}."} for n in range(1, 5)))
    for name in names:
        posts = whole["post_stream"]["posts"]
        part = posts[2:] if "-2" in name else posts[:2]
        write(tmp_path / "s", {name: as_json(whole | {"post_stream": {"posts": part}})})
    report = bring_in(Discourse(), tmp_path / "s", tmp_path / "content")
    ((id_, thread),) = read_threads(tmp_path / "content").items()
    assert id_ == "how-many"
    assert {each.body for each in thread.every_answer} == {f"Post {n}." for n in (2, 3, 4)}
    assert report.is_proved
    if "/" not in names[0]:
        assert [each.body[5] for each in thread.every_answer] == ["2", "3", "4"]


def test_pages_of_khoros_are_read_by_their_numbers(tmp_path: Path) -> None:
    def page(number: int) -> str:
        return (
            '<link rel="canonical" href="https://old.example/t5/A/B/td-p/7"><h1>How many?</h1>'
            f'<div class="MessageView" data-lia-message-uid="{number}">'
            f'<div class="message-body">Page {number}.</div></div>'
        )

    pages = {f"page-{n}.html" if n > 1 else "page.html": page(n) for n in (10, 9, 2, 1)}
    write(tmp_path / "s", dict(pages))
    bring_in(Khoros(), tmp_path / "s", tmp_path / "content")
    thread = read_threads(tmp_path / "content")["how-many"]
    assert thread.question is not None
    assert thread.question.body == "Page 1."
    assert [each.body for each in thread.every_answer] == ["Page 2.", "Page 9.", "Page 10."]


def test_pages_of_khoros_that_a_browser_saved_in_one_file(tmp_path: Path) -> None:
    page = '<h1>Grüße?</h1><div class=3D"MessageView"><div class=3D"message-body">Ja =\r\nso.</div></div>'
    mime = (
        'From: <Saved by Blink>\r\nContent-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        f"{page.replace('ü', '=C3=BC').replace('ß', '=C3=9F')}\r\n"
        "--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\naaaa\r\n--b--\r\n"
    )
    write(tmp_path / "s", {"a.mhtml": mime, "b.mhtml": b"\xff nothing"})
    bring_in(Khoros(), tmp_path / "s", tmp_path / "content")
    (thread,) = read_threads(tmp_path / "content").values()
    assert thread.title == "Grüße?"
    assert thread.question is not None
    assert thread.question.body == "Ja so."


@pytest.mark.parametrize("address", ["http://[bad", "http://a b/"])
def test_a_forum_whose_address_is_none_is_said_in_words(tmp_path: Path, address: str) -> None:
    with pytest.raises(UserError):
        bring_in(Discourse(), address, tmp_path / "content")


def test_an_article_whose_address_is_none_is_read(tmp_path: Path) -> None:
    article = {"id": 1, "title": "Why?", "body": "So.", "html_url": "https://[bad/"}
    write(tmp_path / "s", {"a.json": as_json({"articles": [article]})})
    assert bring_in(Zendesk(), tmp_path / "s", tmp_path / "content").is_proved


@pytest.mark.parametrize(
    ("selectors", "words"),
    [(["a"], "a list of names"), ({"bdy": "p"}, "unknown"), ({"body": "p["}, "no CSS"), ({"body": 1.5}, "no CSS")],
)  # fmt: skip
def test_selectors_that_are_none_are_said_in_words(
    tmp_path: Path, selectors: Any, words: str
) -> None:
    write(tmp_path / "s", {"a.html": "<h1>Why?</h1>"})
    with pytest.raises(UserError, match=words):
        bring_in(Khoros(), tmp_path / "s", tmp_path / "content", mapping={"selectors": selectors})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"nonsense\r\n\r\n", "cannot be reached"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://[bad/\r\n\r\n", "no web address"),
    ],
)
def test_a_forum_that_answers_with_nonsense_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: bytes, words: str
) -> None:
    class Nonsense(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(10_000)
            self.request.sendall(answer)

    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Nonsense) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(UserError, match=words):
            bring_in(Discourse(), f"http://127.0.0.1:{server.server_address[1]}", tmp_path / "c")
        server.shutdown()
