"""Markdown: bodies to safe HTML, to plain text, to what they are made of, and for other readers.

Parsing is pyromark's. This room knows no threads and no files.
"""

from threadbook.markdown.examine import Anatomy, Heading, Image, Link, examine
from threadbook.markdown.html import (
    DEPTH_LIMIT,
    RAW_TAG_LIMIT,
    Destination,
    Rendered,
    Resolve,
    is_nested_too_deep,
    plain_text,
    readdress,
    render,
    to_html,
)
from threadbook.markdown.portable import contained, escaped, portable
from threadbook.markdown.sentences import around
from threadbook.markdown.words import FirstUses

__all__ = [
    "DEPTH_LIMIT",
    "RAW_TAG_LIMIT",
    "Anatomy",
    "Destination",
    "FirstUses",
    "Heading",
    "Image",
    "Link",
    "Rendered",
    "Resolve",
    "around",
    "contained",
    "escaped",
    "examine",
    "is_nested_too_deep",
    "plain_text",
    "portable",
    "readdress",
    "render",
    "to_html",
]
