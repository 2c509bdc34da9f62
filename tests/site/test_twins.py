"""Twins, the API and llms.txt of whole sites: they say what the pages say, and lead somewhere."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
import yaml
from crawler import Document
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from markupsafe import escape

from threadbook.addresses import SKILLS, WELL_KNOWN
from threadbook.markdown import examine
from threadbook.markdown.anatomy import PARSER

pytestmark = pytest.mark.slow

Run = Callable[..., Any]
Tree = Callable[[Path], dict[str, bytes]]
HERE = "https://crawl.invalid/some/sub/path/"


class Published:
    """A built site: its files, its JSON by address, and its threads."""

    def __init__(self, folder: Path, site_url: str) -> None:
        self.folder = folder
        self.site_url = site_url
        self.json = {
            file.relative_to(folder).as_posix(): json.loads(file.read_text("utf-8"))
            for file in sorted(folder.rglob("*.json"))
            if not file.is_relative_to(folder / WELL_KNOWN)  # which is no part of the API
        }

    @property
    def threads(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every thread's data, by the address of its page."""
        for name, thread in self.json.items():
            if name.startswith("threads/"):
                yield name.removesuffix("index.json"), thread

    def text(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def is_there(self, url: str, link: str) -> bool:
        """Tell whether a link on the file at `url` leads to a file, or out of the site."""
        if self.site_url and link.startswith(self.site_url):
            link = urljoin(HERE, link.removeprefix(self.site_url))
        whole = urlsplit(urljoin(HERE + url, link))
        if not whole.geturl().startswith(HERE):
            return whole.scheme in {"http", "https", "mailto"} and HERE[:20] not in whole.geturl()
        name = unquote(whole.path).removeprefix(urlsplit(HERE).path)
        file = f"{name}index.html" if name.endswith("/") or not name else name
        if not (self.folder / file).is_file():
            return False
        return not whole.fragment or whole.fragment in Document(self.text(file)).ids


@pytest.fixture(scope="module")
def site(example_site: Path, site_url: str) -> Published:
    return Published(example_site, site_url)


@pytest.fixture(scope="module")
def nameless(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A small site whose address is not configured."""
    base = tmp_path_factory.mktemp("nameless") / "base"
    assert run("threadbook", "init", base).returncode == 0
    assert run("threadbook", "build", cwd=base).returncode == 0
    return Published(base / "site", "")


# What there is


def test_every_thread_path_and_topic_has_both_twins(site: Published, repository: Path) -> None:
    content = repository / "content"
    topics = yaml.safe_load((content / "site.yml").read_text("utf-8"))["topics"]
    threads = {file.stem for file in (content / "threads").rglob("*.yml")}
    expected = {f"threads/{id_}/" for id_ in threads - {"insurance-for-freelancers"}}
    expected |= {f"paths/{file.stem}/" for file in (content / "paths").glob("*.yml")}
    expected |= {f"topics/{topic['id']}/" for topic in topics}
    for name in ("index.md", "index.json"):
        found = {file.relative_to(site.folder).as_posix() for file in site.folder.rglob(name)}
        assert found - {"api/index.json", SKILLS} == {f"{url}{name}" for url in expected}


def test_pages_name_their_twins(site: Published) -> None:
    for file in site.folder.rglob("index.html"):
        markup = file.read_text("utf-8")
        for name, kind in (("index.md", "text/markdown"), ("index.json", "application/json")):
            link = f'<link rel="alternate " type="{kind}" href="{name}">'
            assert (link in markup) == file.with_name(name).exists(), file


def test_every_json_file_is_what_the_description_says(site: Published) -> None:
    checked = set()
    for name, held in site.json.items():
        own = ("api/openapi.json", "feeds/", "search/", "assets/", "offline.json")
        if not name.startswith(own):
            template, validator = schema_of(site, name)
            validator.validate(held)
            checked.add(template)
    described = {path for path in site.json["api/openapi.json"]["paths"] if path.endswith(".json")}
    assert checked == described


def schema_of(site: Published, name: str) -> tuple[str, Draft202012Validator]:
    """Return the address in the description that a file has, and what checks its content."""
    description = site.json["api/openapi.json"]
    for template, item in description["paths"].items():
        pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
        if re.fullmatch(pattern, f"/{name}"):
            content = item["get"]["responses"]["200"]["content"]["application/json"]
            whole = content["schema"] | {"components": description["components"]}
            return template, Draft202012Validator(
                whole, format_checker=Draft202012Validator.FORMAT_CHECKER
            )
    raise AssertionError(f"{name} is not described")


def test_every_described_text_is_there(site: Published) -> None:
    texts = [path for path in site.json["api/openapi.json"]["paths"] if not path.endswith(".json")]
    assert len(texts) == 5
    for path in texts:
        assert list(site.folder.glob(re.sub(r"{\w+}", "*", path).lstrip("/"))), path


# They say what the pages say


def without_marks(page: str) -> str:
    """Return a page without the links of the glossary's words: a page's service, not its text."""
    return re.sub(r'<a class="tb-term"[^>]*>(.*?)</a>', r"\1", page, flags=re.DOTALL)


def test_the_data_of_a_thread_equals_its_page(site: Published) -> None:
    for url, thread in site.threads:
        # The first picture of a page is not lazy there.
        page = without_marks(site.text(f"{url}index.html")).replace(' loading="lazy"', "")
        assert f">{escape(thread['title'])}</h1>" in page, url
        answers = thread["answers"]
        assert page.count('<article class="tb-post') == len(answers)
        posts = [*([thread["question"]] if thread["question"] else []), *answers]
        places = [page.index(f' id="{post["id"]}"') for post in posts]
        assert places == sorted(places), f"{url}: the order of answers"
        bodies = re.findall('<div class="tb-body"[^>]*>(.*?)</div>\n', page + "\n", re.DOTALL)
        assert len(bodies) <= sum(1 + len(post["comments"]) for post in posts)
        for post in posts:
            for each in (post, *post["comments"]):
                said = each["html"].replace(' loading="lazy"', "")
                assert f">{said}</div>" in page, url
        accepted = page.count('<article class="tb-post tb-post--accepted"')
        # What no longer holds has no green box.
        is_obsolete = thread["state"] == "obsolete"
        assert accepted == (0 if is_obsolete else sum(answer["accepted"] for answer in answers))
        assert thread["summary"] in html.unescape(page)
        for also in thread["also_asked"][:5]:
            assert f"<li>{escape(also)}</li>" in page, url
        for key in ("related", "replaces", "mentioned_in", "topics"):
            for to in thread[key]:
                assert f'"../../{to["url"].removeprefix(site.site_url)}"' in page, f"{url}: {key}"


def test_the_markdown_of_a_thread_holds_every_text_of_its_posts(site: Published) -> None:
    for url, thread in site.threads:
        text = site.text(f"{url}index.md")
        seen = " ".join(Words(PARSER.html(text)).text.split()).lower() + text.lower()
        assert text.startswith(f"# {thread['title']}\n"), "none of these titles needs escaping"
        for post in filter(None, [thread["question"], *thread["answers"]]):
            for each in (post, *post["comments"]):
                html = each["html"].replace("☐", "").replace("☑", "")  # boxes are `[ ]` there
                for chunk in Words(html).chunks:
                    assert chunk.lower() in seen, f"{url}: {chunk}"
                if each["author"]:
                    assert each["author"]["name"] in text
                for day in filter(None, (each["at"], each["edited"])):
                    assert day in text
            if post.get("note"):
                assert post["note"] in text


class Words(HTMLParser):
    """The texts of a piece of HTML, each without line breaks."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.chunks: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.text += data
        if data.strip():
            self.chunks.append(" ".join(data.split()))


def test_the_answers_of_the_markdown_come_in_the_pages_order(site: Published) -> None:
    for url, thread in site.threads:
        links = re.findall(
            r"^### \[(Accepted answer|Answer)\]\(.*#([\w-]+)\)",
            site.text(f"{url}index.md"),
            re.MULTILINE,
        )
        answers = [
            ("Accepted answer" if a["accepted"] else "Answer", a["id"]) for a in thread["answers"]
        ]
        assert links == answers, url


def test_topics_and_paths_say_what_their_pages_say(site: Published) -> None:
    for name, held in site.json.items():
        if not name.startswith(("topics/", "paths/")):
            continue
        page = site.text(name.replace("index.json", "index.html"))
        text = site.text(name.replace("index.json", "index.md"))
        assert f"<h1>{held['title']}</h1>" in page
        assert text.startswith(f"# {held['title']}\n\n{held['summary']}\n")
        for item in _listed(held):
            assert escape(item["title"]) in page, name
            assert f"[{item['title']}]({item['url']})" in text, name
        for step in held.get("steps", ()):
            if step["note_html"]:
                assert step["note_html"] in page
            if step["check"]:
                assert step["check"]["question"] in text


def _listed(held: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("useful", "unanswered", "latest", "paths", "neighbours", "prerequisites"):
        yield from held.get(key, ())
    yield from filter(None, [held.get("start_here")])
    yield from (step["thread"] for step in held.get("steps", ()) if step["thread"])


def test_the_lists_of_the_api_agree_with_the_twins(site: Published) -> None:
    index = site.json["api/index.json"]
    records = {record["id"]: record for record in site.json["api/threads/1.json"]["threads"]}
    threads = {thread["id"]: thread for _, thread in site.threads}
    assert list(records) == sorted(threads)
    assert site.json["api/threads.json"]["total"] == len(threads) == index["counts"]["threads"]
    for id_, record in records.items():
        thread = threads[id_]
        for key in ("title", "url", "markdown_url", "state", "updated"):
            assert record[key] == thread[key], f"{id_}: {key}"
        assert record["answers"] == len(thread["answers"])
        assert record["board"] == thread["board"]["id"]
        assert record["topics"] == [topic["id"] for topic in thread["topics"]]
        assert record["duplicate_of"] == (thread["duplicate_of"] or {"id": None})["id"]
    states = [record["state"] for record in records.values()]
    for state in ("solved", "answered", "unanswered", "obsolete", "duplicate"):
        assert index["counts"][state] == states.count(state)
    for kind in ("topics", "paths"):
        for record in site.json[f"api/{kind}.json"][kind]:
            twin = site.json[f"{kind}/{record['id']}/index.json"]
            assert record == {key: twin[key] for key in record}


def test_the_full_text_is_the_twins_of_all_threads_that_lists_show(site: Published) -> None:
    full = site.text("llms-full.txt")
    for url, thread in site.threads:
        is_shown = thread["state"] not in {"duplicate", "obsolete"}
        assert (site.text(f"{url}index.md") in full) == is_shown, url
    titles = sum(thread["state"] not in {"duplicate", "obsolete"} for _, thread in site.threads)
    assert len(re.findall("^# ", full, re.MULTILINE)) == titles + 1


# They lead somewhere


@pytest.mark.parametrize("which", ["site", "nameless"])
def test_every_address_in_the_data_leads_to_a_file(
    which: str, request: pytest.FixtureRequest
) -> None:
    site: Published = request.getfixturevalue(which)
    for name, held in site.json.items():
        if name != "api/openapi.json":
            for key, address in _addresses(held):
                url = name.removesuffix("index.json") if key == "html" else name
                assert site.is_there(url, address), f"{name}: {key}: {address}"


KEYS = {"url", "json_url", "markdown_url", "previous", "next"}


def _addresses(held: Any, key: str = "", parent: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(held, dict):
        for name, value in held.items():
            yield from _addresses(value, name, key)
    elif isinstance(held, list):
        for value in held:
            yield from _addresses(value, key, parent)
    elif isinstance(held, str) and key.endswith("html"):
        yield from (("html", html.unescape(link)) for link in re.findall(' href="([^"]*)"', held))
    elif isinstance(held, str) and (key in KEYS or parent == "addresses" or key == "pages"):
        yield key, held


@pytest.mark.parametrize("which", ["site", "nameless"])
def test_every_link_in_the_texts_leads_to_a_file(
    which: str, request: pytest.FixtureRequest
) -> None:
    site: Published = request.getfixturevalue(which)
    texts = [*site.folder.rglob("index.md"), *site.folder.glob("llms*.txt")]
    assert len(texts) > 5
    for file in texts:
        name = file.relative_to(site.folder).as_posix()
        links = examine(file.read_text("utf-8")).links
        assert links, name
        for link in links:
            assert link.thread is None, name
            assert site.is_there(name, link.url), f"{name}: {link.url}"


def test_without_an_address_of_the_site_everything_is_relative(nameless: Published) -> None:
    index = nameless.json["api/index.json"]
    assert index["url"] == "../"
    assert index["addresses"]["sitemap"] is None
    assert nameless.json["api/openapi.json"]["servers"] == [{"url": ".."}]
    assert "](paths/getting-started/index.md)" in nameless.text("llms.txt")


def test_the_manuals_program_reads_every_thread(
    nameless: Published,
    served: Callable[[Path], AbstractContextManager[str]],
    repository: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    (program,) = re.findall("```python\n(.*?)```", manual, re.DOTALL)
    with served(nameless.folder) as address:
        exec(program.replace("https://example.org/help/", address), {})  # noqa: S102 - our own
    printed = capsys.readouterr().out
    for url, _ in nameless.threads:
        assert nameless.text(f"{url}index.md") in printed


# Hostile content


EVIL = (
    "</script><script>alert(1)</script> \"dou\" 'sin' ](javascript:alert(2)) # `code` *bold* "
    "<img src=x onerror=alert(3)> &amp; 😀 \u202eedoc\u202c \\"
)
BODY = f"""\
{EVIL}

{"w" * 10_000} [[evil|these words]] [[unripe|those]] <!-- a secret -->

# Answer

Underlined
===

```html
</script>
"""


@pytest.fixture(scope="module")
def hostile(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Published:
    base = tmp_path_factory.mktemp("hostile") / "base"
    assert run("threadbook", "init", base).returncode == 0
    config = base / "mkdocs.yml"  # it builds although pictures are nowhere
    rules = "content_dir: content\n      rules: {TB230: warning, TB231: warning}\n"
    config.write_text(config.read_text("utf-8").replace("content_dir: content\n", rules), "utf-8")
    site = yaml.safe_load((base / "content/site.yml").read_text("utf-8"))
    for kind in ("boards", "topics", "people"):
        for each in site.get(kind, ()):
            each["title" if kind != "people" else "name"] = f"{kind} {EVIL}"
    (base / "content/site.yml").write_text(yaml.safe_dump(site, allow_unicode=True), "utf-8")
    by = site["people"][0]["id"]
    thread = {
        "title": f"Why? {EVIL}",
        "topics": [site["topics"][0]["id"]],
        "also_asked": [f"- Or so? {EVIL}"],
        "summary": f"Because. {EVIL}",
        "question": {"by": by, "body": BODY, "comments": [{"by": by, "body": BODY}]},
        "answers": [
            {"by": by, "note": f"For {EVIL}", "body": BODY, "comments": [{"body": BODY}]},
            {"body": "The last words."},
        ],
        "source": {"system": f"From {EVIL}", "license": f"Free {EVIL}"},
    }
    path = {
        "title": f"Way {EVIL}",
        "summary": f"There {EVIL}",
        "audience": f"You {EVIL}",
        "objectives": [f"Know {EVIL}"],
        "steps": [
            {"thread": "evil", "note": BODY},
            {
                "check": {
                    "question": f"Which? {EVIL}",
                    "choices": [{"text": EVIL, "why": EVIL, "correct": True}, {"text": "No."}],
                }
            },
        ],
    }
    draft = {"title": "Unripe", "topics": thread["topics"], "answer": "U.", "status": "draft"}
    files = {"threads/general/evil": thread, "paths/evil": path, "threads/general/unripe": draft}
    for name, held in files.items():
        text = yaml.safe_dump(held, allow_unicode=True)
        (base / f"content/{name}.yml").write_text(text, "utf-8")
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    return Published(base / "site", "")


def test_hostile_texts_come_through_the_data_as_they_were_written(hostile: Published) -> None:
    thread = hostile.json["threads/evil/index.json"]
    said = " ".join(EVIL.split())
    assert thread["title"] == f"Why? {said}"
    assert thread["also_asked"] == [f"- Or so? {said}"]
    assert thread["source"]["license"] == f"Free {said}"
    assert thread["answers"][0]["note"] == f"For {said}"
    assert hostile.json["paths/evil/index.json"]["steps"][1]["check"]["choices"][0]["why"] == said
    for name in hostile.json:
        if name != "api/openapi.json" and not name.startswith(("search/", "assets/")):
            schema_of(hostile, name)[1].validate(hostile.json[name])


def test_hostile_bodies_are_safe_html_in_the_data(hostile: Published) -> None:
    for name, held in hostile.json.items():
        for markup in _strings(held, "html"):
            seen = Tags(markup)
            assert "script" not in seen.tags, name
            assert not any(key.startswith("on") for key in seen.attributes), name
            assert not any("secret" in text for text in seen.comments), name


def _strings(held: Any, ending: str, key: str = "") -> Iterator[str]:
    if isinstance(held, dict):
        for name, value in held.items():
            yield from _strings(value, ending, name)
    elif isinstance(held, list):
        for value in held:
            yield from _strings(value, ending, key)
    elif isinstance(held, str) and key.endswith(ending):
        yield held


class Tags(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.comments: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def test_hostile_texts_bend_no_markdown(hostile: Published) -> None:
    said = html.escape(" ".join(EVIL.split()), quote=False)
    for url in ("threads/evil/", "paths/evil/"):
        text = hostile.text(f"{url}index.md")
        rendered = PARSER.html(text).replace("&quot;", '"')
        own = "Why?" if "threads" in url else "Way"
        assert re.findall("<h1>(.*?)</h1>", rendered) == [f"{own} {said}"]
        assert "a secret" not in text
        assert "[[" not in text
        assert "w" * 10_000 in text
        assert "\u202eedoc\u202c" in text
    rendered = PARSER.html(hostile.text("threads/evil/index.md")).replace("&quot;", '"')
    headings = [html.unescape(text) for text in re.findall("<h2>(.*?)</h2>", rendered)]
    assert headings == ["Question", "2 answers", "Learning paths", "Also asked", "Source"]
    answers = re.findall("<h3><a [^>]*>(.*?)</a>", rendered)
    assert answers == ["Answer", "Answer"], "a body's own heading is no answer"
    assert "<p>The last words.</p>\n<h2>Learning paths</h2>" in rendered
    assert f"<li>- Or so? {said}</li>" in rendered


def test_the_full_text_keeps_hostile_threads_apart(hostile: Published) -> None:
    rendered = PARSER.html(hostile.text("llms-full.txt"))
    titles = re.findall("<h1>(.*?)</h1>", rendered)
    assert len(titles) == 1 + len(list(hostile.threads))


def test_hostile_names_bend_no_overview(hostile: Published) -> None:
    rendered = PARSER.html(hostile.text("llms.txt"))
    assert "<script" not in rendered
    assert "<img" not in rendered
    assert 'href="javascript' not in rendered
    assert re.findall("<h2>(.*?)</h2>", rendered) == [
        "Learning paths",
        "Topics",
        "Boards",
        "Optional",
    ]


# Without


def test_a_site_can_do_without(small_base: Path, run: Run, files_of: Tree) -> None:
    config = small_base / "mkdocs.yml"
    text = config.read_text("utf-8")
    assert "  - threadbook:\n" in text
    config.write_text(
        text.replace("  - threadbook:\n", "  - threadbook:\n      twins: false\n"), "utf-8"
    )
    done = run("threadbook", "build", cwd=small_base)
    assert done.returncode == 0, done.stderr
    for name, content in files_of(small_base / "site").items():
        is_own = name.startswith(("search/", "assets/"))
        assert is_own or not name.endswith(("index.md", ".json", "llms.txt", "llms-full.txt")), name
        assert b'rel="alternate " type="text/markdown"' not in content, name
