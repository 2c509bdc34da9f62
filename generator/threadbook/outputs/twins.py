"""Twins: what a page shows, as Markdown and as JSON, in files beside it."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import BaseModel
from pydantic_core import to_json

from threadbook.outputs.data import PathData, ThreadData, TopicData
from threadbook.outputs.filling import JSON, MARKDOWN, path_data, thread_data, topic_data
from threadbook.outputs.written import path_markdown, thread_markdown, topic_markdown
from threadbook.pages import Opened, Page, Shared, Surroundings
from threadbook.pages.contexts import PathContext, TopicContext
from threadbook.pages.fragments import base


class Twins(NamedTuple):
    """A page's twins by the names of their files, and what `llms-full.txt` holds of it, if any."""

    files: dict[str, bytes]
    volume: str = ""


def twins(page: Page, shared: Shared, thread: Opened | None) -> Twins:
    """Return the twins of a page; threads, paths and topics' first pages have some."""
    root = shared.site_url or base(page.url)
    match page.context:
        case Surroundings() as around if thread is not None:
            data = thread_data(page, around, shared, thread, root)
            text = thread_markdown(data)
            return Twins(_files(data, text), _volume(page, shared, thread, text))
        case TopicContext() as context:
            topic = topic_data(context, root)
            return Twins(_files(topic, topic_markdown(topic)))
        case PathContext() as context:
            path = path_data(page, context, shared, root)
            return Twins(_files(path, path_markdown(path)))
        case _:
            return Twins({})


def json_of(data: BaseModel) -> bytes:
    """Write data as JSON: compact, in the models' order, and the same each time."""
    return to_json(data) + b"\n"


def _files(data: ThreadData | TopicData | PathData, text: str) -> dict[str, bytes]:
    return {MARKDOWN: text.encode(), JSON: json_of(data)}


def _volume(page: Page, shared: Shared, opened: Opened, text: str) -> str:
    """Return what `llms-full.txt` holds of a thread: nothing if lists do not show it."""
    thread = opened.thread
    if thread.status != "published" or thread.duplicate_of is not None:
        return ""
    if shared.site_url or not isinstance(page.context, Surroundings):
        return text
    # Without the site's address links are relative, and that file lies elsewhere.
    return thread_markdown(thread_data(page, page.context, shared, opened, ""))
