"""Markdown: bodies to safe HTML, to plain text, to what they are made of, and for other readers.

Parsing is pyromark's. This room knows no threads and no files.
"""

from threadbook.markdown.anatomy import Anatomy, BodyLink, Heading, Image, RawTag, examine
from threadbook.markdown.headings import PageHeading, list_headings, list_ids
from threadbook.markdown.html import (
    ATTRIBUTE_LIMIT,
    DEPTH_LIMIT,
    RAW_TAG_LIMIT,
    Destination,
    Manner,
    Rendered,
    Resolve,
    find_removed,
    is_nested_too_deep,
    make_readdressing,
    plain_text,
    readdress,
    render,
    to_html,
)
from threadbook.markdown.links import TextPart, split_links
from threadbook.markdown.media import (
    FILES,
    IMAGES,
    PATH_WAY,
    THREAD_WAY,
    Media,
    Medium,
    hasten_first,
    name_medium,
)
from threadbook.markdown.passages import keep_sentences, open_sentences, quote_blocks
from threadbook.markdown.pictures import find_host, may_be_shown
from threadbook.markdown.portable import contain, escape_markdown, make_portable
from threadbook.markdown.prose import RenderedPage, render_page
from threadbook.markdown.sentences import find_sentence
from threadbook.markdown.words import FirstUses

__all__ = [
    "ATTRIBUTE_LIMIT",
    "DEPTH_LIMIT",
    "FILES",
    "IMAGES",
    "PATH_WAY",
    "RAW_TAG_LIMIT",
    "THREAD_WAY",
    "Anatomy",
    "BodyLink",
    "Destination",
    "FirstUses",
    "Heading",
    "Image",
    "Manner",
    "Media",
    "Medium",
    "PageHeading",
    "RawTag",
    "Rendered",
    "RenderedPage",
    "Resolve",
    "TextPart",
    "contain",
    "escape_markdown",
    "examine",
    "find_host",
    "find_removed",
    "find_sentence",
    "hasten_first",
    "is_nested_too_deep",
    "keep_sentences",
    "list_headings",
    "list_ids",
    "make_portable",
    "make_readdressing",
    "may_be_shown",
    "name_medium",
    "open_sentences",
    "plain_text",
    "quote_blocks",
    "readdress",
    "render",
    "render_page",
    "split_links",
    "to_html",
]
