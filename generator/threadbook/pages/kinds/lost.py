"""The page of missing addresses: what a reader who came by an old link can do now.

It is no page of a folder and shown at any address, so its links begin with the host's root. Engines
render its shell among their own pages, as `404.html`. Where a site has its own, it is not made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from threadbook import addresses
from threadbook.pages.offers import choose_examples, choose_topics
from threadbook.pages.page import Page, Planning, Shared, Texts
from threadbook.pages.views import TopicCard

_EXAMPLES: Final = 3
_TOPICS: Final = 8
_HEAD: Final = '<meta name="robots" content="noindex">'
"""All that its head says: it has no address, so there is nothing to share or to keep."""


@dataclass(frozen=True, kw_only=True)
class LostPage(Page):
    """The page of missing addresses."""

    template: ClassVar[str] = "lost"

    examples: tuple[str, ...]
    topics: tuple[TopicCard, ...]

    def context(self, view: object, shared: Shared) -> Mapping[str, Any]:  # noqa: ARG002
        """Return the way to our pages and to the whole site's home, from any address."""
        root = urlsplit(shared.host_url).path or "/"
        return {"base": f"{root}{shared.prefix}", "root": root}

    def texts(self, view: object, shared: Shared, *, has_picture: bool = False) -> Texts:
        """Render what goes into the shell's slots."""
        return super().texts(view, shared, has_picture=has_picture)._replace(head=_HEAD)


def plan_lost(planning: Planning) -> LostPage:
    """Plan the page."""
    say, has_search = planning.say, planning.settings.search
    title = say("Page not found")
    advice = say("The page may have moved, or the address may be mistyped.")
    meta = planning.describe(addresses.LOST, title, advice) | {"is_indexed": False}
    return LostPage(
        **meta,
        examples=choose_examples(planning)[:_EXAMPLES] if has_search else (),
        topics=choose_topics(planning)[:_TOPICS],
    )
