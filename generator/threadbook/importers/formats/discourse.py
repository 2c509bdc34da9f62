"""Discourse: topic JSON as `/t/ID.json` has it, one file, a folder of files, or a forum's address.

Posts of long topics come in pages; all that a folder or the forum has are joined.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from threadbook.errors import UserError
from threadbook.importers.dates import day_of
from threadbook.importers.decoding import (
    at,
    in_order,
    list_at,
    list_files,
    load_json,
    number_at,
    path_of,
    read_file,
    text_at,
)
from threadbook.importers.formats.fetching import Fetcher
from threadbook.importers.posts import (
    Author,
    Note,
    PlainReader,
    Post,
    Rank,
    Record,
    Relation,
    Source,
    handle_of,
)
from threadbook.markdown import examine

_ADDRESS: Final = re.compile(r"/t/(?:[^/]+/)?(\d+)(?:/(\d+))?/?(?:\.json)?\Z")
_PAGE: Final = 20
"""Posts that Discourse sends with one request."""

_REGULAR: Final = {"", "1"}
"""The `post_type` of posts; others are notes such as "closed this topic"."""

_QUOTE: Final = re.compile(
    r"\[quote(?:=\"?([^\"\],]*)[^\]]*)?\]\n?(.*?)\n?\[/quote\]", re.DOTALL | re.IGNORECASE
)
_DETAILS: Final = re.compile(
    r"\[details(?:=\"?([^\"\]]*)\"?)?\]\n?(.*?)\n?\[/details\]", re.DOTALL | re.IGNORECASE
)
_SPOILER: Final = re.compile(
    r"\[/?(?:spoiler|blur|hide|center|wrap[^\]]*|u|size[^\]]*|color[^\]]*)\]", re.IGNORECASE
)
_HIDDEN: Final = "\0"
"""Stands for a bracket in code, while BBCode is read; no text has it."""

_LEFT: Final = re.compile(r"\[(?:poll\b[^\]\n]*|date=[^\]\n]*)\]", re.IGNORECASE)
_CODE: Final = re.compile(
    r"\[code(?:=\"?([a-z0-9+#-]*)\"?)?\]\n?(.*?)\n?\[/code\]", re.DOTALL | re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"class=\"mention\" href=\"/u/([^\"/]+)\"|data-username=\"([^\"]+)\"|"
    r"\[quote=\"?[^\]\n]*username:([^\",\]\n]+)|\[quote=\"?([^\",\]\n]+)"
)
"""Who is mentioned and quoted, in cooked HTML and in raw Markdown."""

_MOST_QUOTES: Final = 300
"""More in one post are a mistake, and finding their ends would take quadratic time."""

_ROUNDS: Final = 20
"""Quotes within quotes."""


class Discourse(PlainReader):
    """Reads topics from files, or from a forum that is still there."""

    system = "Discourse"

    def read(self, source: Source) -> Iterator[Record]:
        """Yield the posts of all topics."""
        categories: dict[str, str] = {}
        seen: dict[str, str] = {}
        missing: dict[str, _Missing] = {}
        for place, topic in _topics(source, categories):
            key = text_at(topic, "id") or text_at(topic, "post_stream", "posts", 0, "topic_id")
            if not key and not list_at(topic, "post_stream", "posts"):
                continue
            slug = text_at(topic, "slug") or seen.get(key, "")
            yield from _Topic(place, topic, categories, slug, is_first=key not in seen).read()
            seen[key] = slug
            missing.setdefault(key, _Missing(place)).add(topic)
        for each in missing.values():
            yield from each.tell()

    def recognise(self, url: str, place: str = "") -> str:  # noqa: ARG002
        """Recognise `/t/title/42`, `/t/42` and `/t/title/42/3`."""
        found = _ADDRESS.search(path_of(url))
        return f"t{found[1]}" if found else ""


class _Missing:
    """The ids of posts that a topic names and that are not there, over all of its pages."""

    def __init__(self, place: str) -> None:
        self.place, self.named, self.there = place, set[str](), set[str]()
        self.is_whole = False

    def add(self, topic: Any) -> None:
        posts, stream = (list_at(topic, "post_stream", each) for each in ("posts", "stream"))
        if self.is_whole:
            return
        self.there |= {text_at(post, "id") for post in posts}
        self.named |= {text_at([each], 0) for each in stream}
        if self.named and self.named <= self.there:
            self.is_whole, self.named, self.there = True, set(), set()  # so memory stays small

    def tell(self) -> Iterator[Note]:
        if ids := self.named - self.there:
            words = "Topics of which posts are not in the source"
            listed = ", ".join(sorted(ids, key=lambda id_: (len(id_), id_)))
            yield Note(words, self.place, f"{len(ids)} of them: {listed}")


def _topics(source: Source, categories: dict[str, str]) -> Iterator[tuple[str, Any]]:
    if source.where.startswith(("https://", "http://")):
        yield from _ask(source.where, categories)
        return
    files = sorted(list_files(source.path, ".json"), key=in_order)
    for path in files:
        if path.stem in {"categories", "site"}:
            _learn_categories(load_json(read_file(path), path.name), categories)
    is_found = False
    for path in files:
        value = load_json(read_file(path), path.name)
        values = value if isinstance(value, list) else [value]
        for place, each in enumerate(values):
            if isinstance(each, Mapping) and "post_stream" in each:
                is_found = True
                yield path.name if len(values) == 1 else f"{path.name}: topic {place + 1}", each
    if not is_found:
        raise UserError(f"No file in {source.where} is a topic of Discourse, with a `post_stream`.")


def _learn_categories(value: Any, categories: dict[str, str]) -> None:
    listed = list_at(value, "category_list", "categories") or list_at(value, "categories")
    for each in listed:
        categories[text_at(each, "id")] = html.unescape(text_at(each, "name"))
        for child in list_at(each, "subcategory_list"):
            categories[text_at(child, "id")] = html.unescape(text_at(child, "name"))


def _ask(where: str, categories: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Ask a forum for its categories, its topics, and all posts of each."""
    fetcher = Fetcher(where)
    _learn_categories(fetcher.json("categories.json?include_subcategories=true"), categories)
    page, known = 0, set[str]()
    while True:
        listed = list_at(
            fetcher.json(f"latest.json?no_definitions=true&order=created&page={page}"),
            "topic_list",
            "topics",
        )
        new = [each for topic in listed if (each := text_at(topic, "id")) and each not in known]
        for id_ in new:
            known.add(id_)
            yield f"/t/{id_}.json", _ask_topic(fetcher, id_)
        if not new:
            return
        page += 1


def _ask_topic(fetcher: Fetcher, id_: str) -> Any:
    topic = fetcher.json(f"t/{id_}.json?include_raw=1")
    posts = list_at(topic, "post_stream", "posts")
    there = {text_at(post, "id") for post in posts}
    missing = [
        str(each) for each in list_at(topic, "post_stream", "stream") if str(each) not in there
    ]
    for start in range(0, len(missing), _PAGE):
        ids = "&".join(f"post_ids[]={each}" for each in missing[start : start + _PAGE])
        more = fetcher.json(f"t/{id_}/posts.json?include_raw=1&{ids}")
        posts += list_at(more, "post_stream", "posts")
    return topic


class _Topic:
    """One topic, or a further page of one."""

    def __init__(
        self, place: str, topic: Any, categories: Mapping[str, str], slug: str, *, is_first: bool
    ) -> None:
        self.place, self.topic, self.categories, self.slug = place, topic, categories, slug
        self.is_first = is_first
        self.id = text_at(topic, "id") or text_at(topic, "post_stream", "posts", 0, "topic_id")
        self.accepted = {
            str(number)
            for answer in (at(topic, "accepted_answer"), *list_at(topic, "accepted_answers"))
            if (number := text_at(answer, "post_number"))
        }

    def read(self) -> Iterator[Record]:
        posts = list_at(self.topic, "post_stream", "posts")
        posts = [post for post in posts if isinstance(post, Mapping)]
        for post in sorted(posts, key=lambda each: number_at(each, "post_number")):
            number = text_at(post, "post_number")
            place = f"{self.place}: post {number or text_at(post, 'id')}"
            if text_at(post, "post_type") not in _REGULAR:
                yield Note("Notes of the system, such as that a topic was closed", place)
            elif (
                at(post, "hidden") is True
                or at(post, "user_deleted") is True
                or at(post, "deleted_at")
            ):
                yield Note("Posts that were hidden or deleted", place)
            else:
                yield from self._post(post, number, place)

    def _post(self, post: Any, number: str, place: str) -> Iterator[Record]:
        name = text_at(post, "username")
        shown = html.unescape(text_at(post, "name")) or name
        rank: Rank = "member"
        if at(post, "admin") is True or at(post, "staff") is True:
            rank = "staff"
        if at(post, "moderator") is True:
            rank = "moderator"
        if name:
            yield Author(name, shown, rank)
        for text in (text_at(post, "cooked"), text_at(post, "raw")):
            for each in {next(filter(None, found)) for found in _NAMED.findall(text)}:
                yield Author(each, each, is_only_named=True)
        # Pages come in any order, and only the first one has the question.
        is_question = number == "1" or (not number and self.is_first)
        raw = text_at(post, "raw")
        key = f"t{self.id}" if is_question else f"t{self.id}/{number or text_at(post, 'id')}"
        yield Post(
            key=key,
            kind="question" if is_question else "answer",
            place=place,
            parent="" if is_question else f"t{self.id}",
            title=html.unescape(text_at(self.topic, "title")) if is_question else "",
            body=from_raw(raw) if raw else text_at(post, "cooked"),
            markup="markdown" if raw else "html",
            author=name,
            rank=rank,
            at=day_of(text_at(post, "created_at")),
            edited=day_of(text_at(post, "updated_at")) if number_at(post, "version") > 1 else "",
            votes=_likes(post),
            accepted=not is_question and self._is_accepted(post, number),
            board=self._board() if is_question else "",
            tags=self._tags() if is_question else (),
            urls=tuple(self._addresses(number, is_question=is_question)),
        )
        if raw and (found := _LEFT.search(raw)):
            yield Note(
                "Polls and dates of Discourse, which stay as their author wrote them",
                place,
                found[0],
            )
        target = text_at(self.topic, "duplicate_of_topic_id")
        if is_question and target:
            yield Relation("duplicate", key, f"t{target}", place)

    def _is_accepted(self, post: Any, number: str) -> bool:
        return at(post, "accepted_answer") is True or number in self.accepted

    def _board(self) -> str:
        category = text_at(self.topic, "category_id")
        return (
            self.categories.get(category)
            or text_at(self.topic, "category_name")
            or (f"Category {category}" if category else "")
        )

    def _tags(self) -> tuple[str, ...]:
        tags = (text_at(each, "name") or text_at([each], 0) for each in list_at(self.topic, "tags"))
        return tuple(tag for tag in tags if tag)

    def _addresses(self, number: str, *, is_question: bool) -> Iterator[str]:
        slug = self.slug
        ways = [f"t/{slug}/{self.id}"] if slug else []
        if is_question:
            yield from (*ways, f"t/{self.id}")
        elif number:
            yield from (f"{way}/{number}" for way in (*ways, f"t/{self.id}"))


def _likes(post: Any) -> int:
    """Return the likes of a post, or the votes of the plug-in for questions."""
    likes = (each for each in list_at(post, "actions_summary") if number_at(each, "id") == 2)  # noqa: PLR2004
    votes = number_at(post, "vote_count")
    return (
        votes
        or next((number_at(each, "count") for each in likes), 0)
        or number_at(post, "like_count")
    )


def from_raw(raw: str) -> str:
    """Return the Markdown of a post as its author wrote it, without what only Discourse reads."""
    text = _hide_code(raw.replace("\r\n", "\n").replace(_HIDDEN, ""))
    openings = (text.lower().count(each) for each in ("[quote", "[details", "[code"))
    is_sane = sum(openings) < _MOST_QUOTES
    for _ in range(_ROUNDS if "[" in text and is_sane else 0):
        before = text
        text = _CODE.sub(_write_code, text)
        text = _innermost(_QUOTE, text, _write_quote)
        text = _innermost(
            _DETAILS, text, lambda name, body: f"\n**{name or 'Details'}**\n\n{body}\n"
        )
        if text == before:
            break
    return _SPOILER.sub("", text).replace(_HIDDEN, "[")


def _hide_code(text: str) -> str:
    """Return a text with other brackets in its code, which is no BBCode whatever it says."""
    if "[" not in text:
        return text
    kept, last = [], 0
    for start, end in sorted(examine(text).code):
        kept += [text[last:start], text[max(last, start) : end].replace("[", _HIDDEN)]
        last = max(last, end)
    return "".join((*kept, text[last:]))


def _write_code(found: re.Match[str]) -> str:
    return f"\n```{found[1] or ''}\n{found[2].replace('[', _HIDDEN)}\n```\n"


def _innermost(pattern: re.Pattern[str], text: str, write: Any) -> str:
    def change(found: re.Match[str]) -> str:
        opening = re.compile(rf"\[{found[0][1:6]}", re.IGNORECASE)
        starts = [each.start() for each in opening.finditer(found[0])]
        inner = pattern.fullmatch(found[0][starts[-1] :])
        if inner is None:
            return found[0]
        return found[0][: starts[-1]] + str(write(inner[1] or "", inner[2]))

    return pattern.sub(change, text)


def _write_quote(name: str, body: str) -> str:
    who = handle_of(name)
    lines = [*([f"@{who} wrote:", ""] if who else []), *body.strip().split("\n")]
    return "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n"
