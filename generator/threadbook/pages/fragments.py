"""Fragments: the HTML of the middle of each page, by Jinja with autoescape on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any, Final, NamedTuple, cast

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup, escape

from threadbook.markdown import FirstUses
from threadbook.pages.contexts import (
    BoardsContext,
    ComponentsContext,
    Context,
    GlossaryContext,
    HealthContext,
    HomeContext,
    LibraryContext,
    ListContext,
    Page,
    Pager,
    PathContext,
    PathsContext,
    Post,
    SearchContext,
    Shared,
    Surroundings,
    ThreadItem,
    TopicContext,
    TopicsContext,
    WholePathContext,
)
from threadbook.pages.feeds import LATEST, feed_of
from threadbook.pages.health import plots
from threadbook.pages.path_map import path_map
from threadbook.pages.posts import Opened, opened, rendered
from threadbook.pages.structured import structured
from threadbook.theme_files import theme_folder
from threadbook.translations import Interface, interface

_TEMPLATES: Final[dict[type, str]] = {
    BoardsContext: "boards",
    ComponentsContext: "components",
    GlossaryContext: "glossary",
    HealthContext: "health",
    HomeContext: "home",
    LibraryContext: "library",
    WholePathContext: "whole_path",
    ListContext: "list",
    SearchContext: "search",
    PathContext: "path",
    PathsContext: "paths",
    Surroundings: "thread",
    TopicContext: "topic",
    TopicsContext: "topics",
}

TWINNED: Final = (PathContext, Surroundings, TopicContext)
"""The pages that are there as Markdown and JSON too."""


PICTURE: Final = "social.png"
"""The name of a page's social picture, which lies beside it."""


class PageText(NamedTuple):
    """What goes into a shell's slots, each safe where it goes: in text and in attributes."""

    title: str
    description: str
    head: str
    content: str


def fragment(
    page: Page, shared: Shared, thread: Opened | None = None, *, has_picture: bool = False
) -> PageText:
    """Render one page's texts; `thread` is the thread a thread's page shows.

    With `has_picture` there is a social picture beside the page.
    """
    context: dict[str, Any] = {
        "base": base(page.url),
        "url": page.url,
        "shared": shared,
        "title": page.title,
        "trail": page.trail,
        "crumb": page.crumb,
        "is_indexed": page.is_indexed,
        "has_twins": shared.has_twins and isinstance(page.context, TWINNED),
        "page": page.context,
        "pager": _pager(page.context),
        "page_image": f"{shared.site_url}{page.url}{PICTURE}"
        if has_picture and shared.site_url
        else "",
        "feed": _feed(page) if shared.site_url else "",
        "latest_feed": LATEST if shared.site_url else "",
        "structured": structured(page, shared, thread),
        "updated": page.changed,
        "canonical": f"{shared.site_url}{page.canonical}" if shared.site_url else "",
        "asked": _asked(thread),
        "is_thread": thread is not None,
        "description": page.description,
    }
    if thread is not None:
        context |= _with_words(thread, shared)
    elif isinstance(page.context, PathContext):
        context["notes"] = _notes(page.context, base(page.url), shared)
    elif isinstance(page.context, PathsContext):
        context["map"] = path_map(page.context.paths, page.context.order)
    elif isinstance(page.context, WholePathContext):
        context |= _chapters(page.context, base(page.url), shared)
    elif isinstance(page.context, HealthContext):
        context["plots"] = plots(page.context)
    template = _TEMPLATES[type(page.context)]
    environment = _environment(shared.language)
    return PageText(
        title=str(escape(page.title)),
        description=str(escape(page.description)),
        head=environment.get_template("head.html").render(context),
        content=environment.get_template(f"{template}.html").render(context),
    )


def _notes(
    context: PathContext | WholePathContext,
    root: str,
    shared: Shared,
    here: Mapping[str, str] | None = None,
) -> list[Markup]:
    """Return the notes of a path's steps, rendered; empty where a step has none."""
    return [
        rendered(
            step.note, f"step_{place}_", context.destinations, root, here or {}, shared.language
        )
        if step.note
        else Markup("")
        for place, step in enumerate(context.path.steps, 1)
    ]


def _chapters(context: WholePathContext, root: str, shared: Shared) -> dict[str, Any]:
    """Return a path's threads, opened for one page, and its notes."""
    here = {
        step.thread: f"step-{place}"
        for place, step in enumerate(context.path.steps, 1)
        if step.thread in context.threads
    }
    chapters = {
        id_: opened(around, root, prefix=f"{here[id_]}-", here=here)
        for id_, around in context.threads.items()
    }
    return {"chapters": chapters, "notes": _notes(context, root, shared, here)}


def _with_words(thread: Opened, shared: Shared) -> dict[str, Any]:
    """Mark the first uses of the glossary's words, and return the words used too."""
    if not shared.glossary:
        return thread._asdict() | {"words": []}
    entries = [(item.term, *item.also) for item in shared.glossary]
    uses = FirstUses(entries, "tb_word_")
    said = {
        "thread": thread.thread,
        "question": _marked(thread.question, uses) if thread.question else None,
        "answers": tuple(_marked(answer, uses) for answer in thread.answers),
    }
    return said | {"words": [shared.glossary[place] for place in uses.used]}


def _marked(post: Post, uses: FirstUses) -> Post:
    return post._replace(
        body=uses.marked(post.body),
        comments=tuple(
            comment._replace(body=uses.marked(comment.body)) for comment in post.comments
        ),
    )


def _feed(page: Page) -> str:
    """Return the address, without an ending, of the feed that a page's readers may want."""
    match page.context:
        case ListContext(feed=feed) | TopicContext(latest=ListContext(feed=feed)):
            return feed
        case PathContext():
            return feed_of(page.url)
        case Surroundings(board=board):
            return feed_of(board.url) if board.url != "boards/" else ""
        case _:
            return ""


def _asked(thread: Opened | None) -> datetime.date | None:
    """Return the day a thread began, where it is known."""
    if thread is None:
        return None
    posts = [post for post in (thread.question, *thread.answers) if post is not None]
    return min((post.at for post in posts if post.at is not None), default=None)


def _pager(context: Context) -> Pager | None:
    match context:
        case ListContext():
            return context.pager
        case TopicContext():
            return context.latest.pager
        case _:
            return None


def base(url: str) -> str:
    """Return the way from a page to the site's root: `../` for each folder."""
    return "../" * url.count("/") or "./"


class Constants(Extension):
    """Puts texts without values into a template when it is compiled: a tenth of rendering."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:  # noqa: ARG002 - a hook
        """Return a template with such texts in the language of its environment."""
        say = cast("Interface", self.environment.globals["_"])

        def said(match: re.Match[str]) -> str:
            text = str(escape(say(match[1])))
            return text.replace("{", "&#123;")  # a translation is no template

        return _CONSTANT.sub(said, source)


_CONSTANT: Final = re.compile(r'\{\{ _\("([^"\\]*)"\) \}\}')


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        extensions=[Constants],
        loader=FileSystemLoader(theme_folder() / "fragments"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        keep_trailing_newline=False,
    )
    environment.globals["icons"] = {
        file.stem: Markup(file.read_text("utf-8").strip())  # noqa: S704 - the theme's own
        for file in (theme_folder() / "icons").glob("*.svg")
    }
    environment.globals["thread_item"] = partial(thread_item, language)
    say = interface(language)
    environment.globals |= {
        "_": say,
        "counted": say.counted,
        "day": say.day,
        "number": say.number,
        "join": say.join,
        "levels": levels(say),
        "roles": roles(say),
    }
    return environment


def levels(say: Interface) -> dict[str, str]:
    """Return what pages call the levels of learning paths."""
    return {
        "beginner": say("Beginner"),
        "intermediate": say("Intermediate"),
        "advanced": say("Advanced"),
    }


def roles(say: Interface) -> dict[str, str]:
    """Return what pages call the roles of people."""
    return {"member": say("Member"), "moderator": say("Moderator"), "staff": say("Staff")}


def thread_item(language: str, base: str, thread: ThreadItem, level: str, board: bool) -> Markup:
    """Render a thread as lists show it: its heading's `level`, and whether it names its `board`."""
    item = _item(language, thread, level, board)
    return Markup(item.replace(_BASE, base))  # noqa: S704 - a template's, and `../`


@lru_cache(maxsize=20_000)
def _item(language: str, thread: ThreadItem, level: str, board: bool) -> str:
    """Render a thread for any page: most stand in many lists, an eighth of a build's time."""
    template = _environment(language).get_template("thread_item.html")
    return template.render(thread=thread, level=level, board=board, base=_BASE)


_BASE: Final = "\0"
"""Stands for the way to the site's root; no text of an editor can hold it."""
