"""Rendering: the library to pages, and pages to fragments of HTML.

`plan` says which pages there are and what each of them shows; it runs once.
`fragment` makes the HTML of one page; it is pure and runs in any process.
"""

from threadbook.pages.contexts import Catalogue, Feed, Page, Shared, Surroundings, TermItem
from threadbook.pages.fragments import PICTURE, PageText, fragment
from threadbook.pages.plan import GLOSSARY, SEARCH, WHOLE, Entry, Plan, entries, plan
from threadbook.pages.posts import Opened, opened
from threadbook.pages.structured import explained

__all__ = [
    "GLOSSARY",
    "PICTURE",
    "SEARCH",
    "WHOLE",
    "Catalogue",
    "Entry",
    "Feed",
    "Opened",
    "Page",
    "PageText",
    "Plan",
    "Shared",
    "Surroundings",
    "TermItem",
    "entries",
    "explained",
    "fragment",
    "opened",
    "plan",
]
