"""Pages: which there are, what each shows, and everything that is made of one.

`plan_site` says which pages the site has; it runs once. `Page.make` makes everything of a page; it
is pure and runs in any process.
"""

from threadbook.pages.page import Document, Entry, Made, Page, Planning, Shared
from threadbook.pages.plan import Plan, plan_entries, plan_site, prepare, share

__all__ = [
    "Document",
    "Entry",
    "Made",
    "Page",
    "Plan",
    "Planning",
    "Shared",
    "plan_entries",
    "plan_site",
    "prepare",
    "share",
]
