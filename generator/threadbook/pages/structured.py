"""Structured data: what a page says to search engines, and nothing that a reader does not see.

Vocabulary: schema.org. `QAPage` stands only where readers can really add an answer; the retired
types `FAQPage`, `HowTo` and `Course` never do. Addresses are absolute, so a site without an address
of its own says nothing.
"""

from __future__ import annotations

import datetime
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from threadbook.library import Outline
from threadbook.pages.contexts import (
    Author,
    Comment,
    HomeContext,
    Page,
    PathContext,
    Post,
    Shared,
    Surroundings,
)
from threadbook.pages.posts import Opened
from threadbook.translations import interface

_ESCAPED: Final = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
"""Characters that could end a script element, or a line in older JavaScript."""


def structured(page: Page, shared: Shared, thread: Opened | None) -> Markup:
    """Return the script element that tells search engines what a page is; empty if none is due."""
    things = list(_things(page, shared, thread)) if shared.site_url and page.is_indexed else []
    if not things:
        return Markup("")
    graph = {"@context": "https://schema.org", "@graph": things}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPED)
    script = f'<script type="application/ld+json">{text}</script>'
    return Markup(script)  # noqa: S704 - everything that could end it is escaped


def why_no_qa_page(
    *, takes_answers: bool, answers: int, is_duplicate: bool, is_obsolete: bool
) -> str:
    """Return why a thread's page is no `QAPage`; an empty text if it is one."""
    if is_duplicate:
        return "it repeats another thread, whose page has the answers"
    if is_obsolete:
        return "it is obsolete"
    if not answers:
        return "nobody has answered it yet"
    if not takes_answers:
        return "readers cannot add an answer: `answer_url` is not set in mkdocs.yml"
    return ""


def explained(outline: Outline, *, takes_answers: bool, site_url: str) -> str:
    """Say in a sentence or two what a thread's page tells search engines, and why."""
    where = f"threads/{outline.id}/"
    if not outline.has_page:
        return f"{where} does not exist: the thread is a draft."
    if not site_url:
        return f"{where} gets no structured data: `site_url` is not set in mkdocs.yml."
    reason = why_no_qa_page(
        takes_answers=takes_answers,
        answers=outline.answers,
        is_duplicate=outline.duplicate_of is not None,
        is_obsolete=outline.status == "obsolete",
    )
    if reason:
        return f"{where} gets BreadcrumbList. No QAPage: {reason}."
    return (
        f"{where} gets BreadcrumbList and QAPage: readers can add an answer, and "
        f"{outline.answers} {'is' if outline.answers == 1 else 'are'} there."
    )


def _things(page: Page, shared: Shared, thread: Opened | None) -> Iterator[dict[str, Any]]:
    match page.context:
        case HomeContext():
            yield _site(shared)
        case PathContext():
            yield _path(page, page.context, shared)
        case Surroundings() if thread is not None:
            reason = why_no_qa_page(
                takes_answers=shared.takes_answers,
                answers=len(thread.answers),
                is_duplicate=thread.thread.duplicate_of is not None,
                is_obsolete=thread.thread.status == "obsolete",
            )
            if not reason:
                yield _qa_page(page, shared, thread)
        case _:
            pass
    if page.url:
        yield _breadcrumb(page, shared)


def _site(shared: Shared) -> dict[str, Any]:
    return _filled(
        {
            "@type": "WebSite",
            "name": shared.site_name,
            "description": shared.site_description,
            "url": shared.site_url,
            "inLanguage": shared.language,
        }
    )


def _breadcrumb(page: Page, shared: Shared) -> dict[str, Any]:
    """Return the way from home; the last item is the page itself and needs no address."""
    above = [(interface(shared.language)("Home"), shared.site_url)]
    above += [(link.title, f"{shared.site_url}{link.url}") for link in page.trail]
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": url}
        for place, (name, url) in enumerate(above, 1)
    ]
    items.append({"@type": "ListItem", "position": len(items) + 1, "name": page.crumb})
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _path(page: Page, context: PathContext, shared: Shared) -> dict[str, Any]:
    path, item = context.path, context.item
    threads = [step.thread for step in path.steps if step.thread in context.threads]
    steps = [
        {
            "@type": "ListItem",
            "position": place,
            "name": context.threads[id_].title,
            "url": f"{shared.site_url}{context.threads[id_].url}",
        }
        for place, id_ in enumerate(threads, 1)
    ]
    return _filled(
        {
            "@type": "LearningResource",
            "name": path.title,
            "description": path.summary,
            "url": f"{shared.site_url}{page.url}",
            "inLanguage": shared.language,
            "educationalLevel": item.level.capitalize(),
            "teaches": list(path.objectives),
            "timeRequired": f"PT{item.minutes}M" if item.minutes else "",
            "mainEntity": {"@type": "ItemList", "itemListElement": steps},
        }
    )


def _qa_page(page: Page, shared: Shared, thread: Opened) -> dict[str, Any]:
    url = f"{shared.site_url}{page.url}"
    asked = thread.question
    answers: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for post in thread.answers:
        said = _post("Answer", post, shared) | {
            "upvoteCount": post.votes,
            "url": f"{url}#{post.id}",
        }
        answers[post.is_accepted].append(said)
    question = {
        "@type": "Question",
        "name": page.title,
        "text": page.title,
        **(_post("Question", asked, shared) if asked else {}),
        "answerCount": len(thread.answers),
        "acceptedAnswer": answers[True],
        "suggestedAnswer": answers[False],
    }
    return {
        "@type": "QAPage",
        "url": url,
        "inLanguage": thread.thread.lang or shared.language,
        "mainEntity": _filled(question),
    }


def _post(kind: str, post: Post | Comment, shared: Shared) -> dict[str, Any]:
    comments: Sequence[Comment] = post.comments if isinstance(post, Post) else ()
    return _filled(
        {
            "@type": kind,
            "text": visible_text(post.body),
            "author": _author(post.author, shared),
            "datePublished": _day(post.at),
            "dateModified": _day(post.edited),
            "comment": [_post("Comment", comment, shared) for comment in comments],
        }
    )


def _author(author: Author | None, shared: Shared) -> dict[str, Any]:
    """Return who wrote something: staff speaks for the site, all others for themselves.

    A person is named by the role that the page shows; nothing else is known of them.
    """
    if author is None:
        return {}
    if author.role == "staff":
        return {"@type": "Organization", "name": author.name, "url": shared.site_url}
    return {"@type": "Person", "name": author.name}


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""


def _filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what is not known; zero is known."""
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


_BREAKS: Final = re.compile(
    r"<(?:/?(?:p|li|ul|ol|div|blockquote|pre|table|tr|td|th|dl|dt|dd|details|summary|h[1-6])"
    r"\b[^>]*|[bh]r\b[^>]*)>"
)
_TAG: Final = re.compile(r"<[^>]*>")


def visible_text(body: str) -> str:
    """Return what a reader sees of sanitised HTML, a line for each block; linear in its length."""
    text = html.unescape(_TAG.sub("", _BREAKS.sub("\n", body)))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
