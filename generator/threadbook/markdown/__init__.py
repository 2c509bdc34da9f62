"""Markdown: bodies to safe HTML, to plain text, to what they are made of, and for other readers.

Parsing is pyromark's. This room knows no threads and no files.
"""

from threadbook.markdown.anatomy import Anatomy, BodyLink, Heading, Image, examine
from threadbook.markdown.html import (
    ATTRIBUTE_LIMIT,
    DEPTH_LIMIT,
    RAW_TAG_LIMIT,
    Destination,
    Manner,
    Rendered,
    Resolve,
    is_nested_too_deep,
    make_readdressing,
    plain_text,
    readdress,
    render,
    to_html,
)
from threadbook.markdown.passages import keep_sentences, quote_blocks
from threadbook.markdown.pictures import find_host, may_be_shown
from threadbook.markdown.portable import contain, escape_markdown, make_portable
from threadbook.markdown.prose import PageHeading, RenderedPage, render_page
from threadbook.markdown.sentences import find_sentence
from threadbook.markdown.words import FirstUses

__all__ = [
    "ATTRIBUTE_LIMIT",
    "DEPTH_LIMIT",
    "RAW_TAG_LIMIT",
    "Anatomy",
    "BodyLink",
    "Destination",
    "FirstUses",
    "Heading",
    "Image",
    "Manner",
    "PageHeading",
    "Rendered",
    "RenderedPage",
    "Resolve",
    "contain",
    "escape_markdown",
    "examine",
    "find_host",
    "find_sentence",
    "is_nested_too_deep",
    "keep_sentences",
    "make_portable",
    "make_readdressing",
    "may_be_shown",
    "plain_text",
    "quote_blocks",
    "readdress",
    "render",
    "render_page",
    "to_html",
]
