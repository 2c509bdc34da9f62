"""The old addresses that a thread keeps: each leads to one thread, and none is lost silently."""

from __future__ import annotations

from collections.abc import Iterable

from threadbook.importers.old_addresses import is_on, to_site_path
from threadbook.importers.posts import Post
from threadbook.importers.spool import Spool
from threadbook.model.limits import REDIRECTS


class OldAddresses:
    """Gives each old address to the thread that names it first.

    `site` is the address of the old site, `base` the path below which the new one is published.
    """

    def __init__(self, spool: Spool, site: str, base: str) -> None:
        """Begin with none; what is taken is noted in the spool."""
        self.spool, self.site, self.base = spool, site, base

    def take(self, posts: Iterable[tuple[Post, str]]) -> tuple[str, ...]:
        """Return the addresses of posts, in this order, as `redirect_from` has them.

        What cannot be redirected, or is beyond what a thread can have, is noted as lost.
        """
        kept: list[str] = []
        for post, url in posts:
            path = self._free(url, post.place)
            if path and len(kept) >= REDIRECTS.most:
                words = f"Old addresses beyond the {REDIRECTS.most} that a thread can have"
                self._lose(words, post.place, url)
            elif path:
                kept.append(path)
                self.spool.base.execute("INSERT INTO named VALUES (?)", (_bare(path),))
        return tuple(kept)

    def _free(self, url: str, place: str) -> str:
        """Return an address as a path of this site that is still free, or nothing."""
        if not is_on(url, self.site):
            words = "Addresses on other hosts, which this site cannot redirect (see --old-site)"
            self._lose(words, place, url)
            return ""
        path = to_site_path(url, self.site, self.base)
        if not path:
            self._lose("Old addresses that no static host can serve", place, url)
        elif self.spool.one("SELECT address FROM named WHERE address = ?", (_bare(path),)):
            self._lose("Old addresses that are there twice, kept for the first", place, url)
            return ""
        return path

    def _lose(self, kind: str, place: str, url: str) -> None:
        self.spool.lose("addresses", kind, place, url)


def _bare(path: str) -> str:
    """Return an address as the rule TB215 compares it."""
    return path.casefold().rstrip("/").removesuffix("/index.html")
