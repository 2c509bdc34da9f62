"""Pages: which pages there are, what each shows, and everything that is made from one.

`plan_pages` says which pages the site has. `Page.make` makes everything of one page.
It is pure, so it can run in any process.
"""

from threadbook.pages.kinds.lost import plan_lost
from threadbook.pages.page import Document, Entry, Made, Page, Planning, Shared
from threadbook.pages.plan import (
    Plan,
    find_page,
    plan_around,
    plan_entries,
    plan_pages,
    plan_site,
    share,
)

__all__ = [
    "Document",
    "Entry",
    "Made",
    "Page",
    "Plan",
    "Planning",
    "Shared",
    "find_page",
    "plan_around",
    "plan_entries",
    "plan_lost",
    "plan_pages",
    "plan_site",
    "share",
]
