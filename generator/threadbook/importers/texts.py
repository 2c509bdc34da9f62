"""What posts say, and where and when, as threads have it: all that is not their structure."""

from __future__ import annotations

import datetime
import html
import re
from typing import Final, NamedTuple

from threadbook.importers.cleaning import (
    Tell,
    finish,
    one_line,
    to_markdown,
    without_private,
    without_signature,
)
from threadbook.importers.dates import Order, is_unsure, order_of, settle
from threadbook.importers.links import STAYS, Resolving, join, rewrite_links
from threadbook.importers.old_addresses import is_on, normalise
from threadbook.importers.people import People
from threadbook.importers.pictures import Pictures
from threadbook.importers.posts import Post, Reader
from threadbook.importers.spool import Spool
from threadbook.model.thread import Status

_IMAGE: Final = re.compile(r"<img\b[^<>]{0,5000}>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"\b(src|width|height)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)", re.IGNORECASE
)
NO_TEXT: Final = "*(This post has no text.)*"


class Manner(NamedTuple):
    """How threads are written: `site` is the old site's address, `base` the path of the new one.

    `order` is that of day and month in dates which do not show it.
    """

    system: str
    license: str
    status: Status
    site: str
    base: str
    today: datetime.date
    order: Order = ""


class Texts:
    """Reads the texts of posts, one thread after the other; `own` is the id of the thread."""

    def __init__(
        self, spool: Spool, reader: Reader, people: People, pictures: Pictures, manner: Manner
    ) -> None:
        """Begin with nothing."""
        self.spool, self.reader, self.people = spool, reader, people
        self.pictures, self.manner = pictures, manner
        self.own, self._place = "", ""

    def _tell(self, place: str) -> Tell:
        return lambda kind, example: self.spool.note(kind, place, example)

    def read(self, post: Post) -> str:
        """Return a post's Markdown, free of what must not be published."""
        tell, self._place = self._tell(post.place), post.place
        text = to_markdown(post.body, post.markup, tell)
        base = self.address(post) or self.manner.site
        self.pictures.beside = post.place.rpartition("/")[0].lstrip("/")
        resolving = Resolving(
            self._find_thread, self.pictures.picture, self.pictures.file, self._call, base,
            self.own, self.pictures.is_there,
        )  # fmt: skip
        tell_picture = self._tell_pictures(post, base)
        text = rewrite_links(without_signature(text, tell), resolving, tell_picture)
        text = finish(self.people.hide_names(without_private(text, tell), tell))
        if not text.strip():
            if post.kind != "question":
                tell("Posts without text", "")
            return NO_TEXT
        return text + "\n" if "\n" in text else text

    def _tell_pictures(self, post: Post, base: str) -> Tell:
        """Note what is told, and of a picture that stays elsewhere its size in the HTML, too."""
        sizes: dict[str, tuple[int | None, int | None]] = {}
        for tag in _IMAGE.findall(post.body):
            said = {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
            address = said.get("src", "").strip("\"'").strip()
            sizes.setdefault(
                join(base, address) or address, (_pixels(said, "width"), _pixels(said, "height"))
            )

        def tell(kind: str, example: str) -> None:
            self.spool.note(kind, post.place, example)
            if kind == STAYS:
                self.spool.stay(post.place, example, *sizes.get(example, (None, None)))

        return tell

    def _call(self, url: str, words: str) -> str | None:
        return self.people.call(url, self.manner.site, words)

    def _find_thread(self, url: str) -> str | None:
        key = self.spool.one(
            "SELECT thread FROM addresses WHERE address = ?", (normalise(url, self.manner.site),)
        )
        if key is None and is_on(url, self.manner.site):
            key = self.reader.recognise(url, self._place) or None
        id_ = self.spool.thread_id(key) if key else None
        anchor = self.spool.one("SELECT anchor FROM anchors WHERE key = ?", (key,)) if id_ else None
        return f"{id_}#{anchor}" if anchor else id_

    def line(self, text: str) -> str:
        """Return a title, or another way to ask, free of what must not be published."""
        return self.people.hide_in_title(without_private(one_line(text), _quiet), _quiet)

    def address(self, root: Post) -> str | None:
        """Return where a post was, in full."""
        for url in (root.url, *root.urls):
            if re.match(r"https?://[^\s\"'<>\\^`{|}]+\Z", url) and len(url) <= 1000:  # noqa: PLR2004
                return url
            if url and self.manner.site and not re.match(r"[a-z]+:", url):
                return f"{self.manner.site}{url.lstrip('/')}"
        return None

    def day(self, text: str, place: str) -> datetime.date | None:
        """Return a day, if it is one and it is clear which."""
        if is_unsure(text):
            order = self.manner.order or self.spool.order
            clear = settle(text, order_of(text) or order)
            if clear and not self.manner.order and not settle(text, order_of(text)):
                words = "Dates whose order of day and month follows from others (see `dates`)"
                self.spool.note(words, place, f"{text}, taken for {clear}")
            elif not clear:
                words = "Dates without a clear order of day and month, left out (see `dates`)"
                self.spool.note(words, place, text)
            text = clear
        try:
            return datetime.date.fromisoformat(text) if text else None
        except ValueError:
            self.spool.note("Dates that cannot be read, which were left out", place, text)
            return None


def _pixels(said: dict[str, str], name: str) -> int | None:
    found = re.fullmatch(r"[\"']?(\d{1,5})(?:px)?[\"']?", said.get(name, ""), re.ASCII)
    return int(found[1]) if found else None


def _quiet(kind: str, example: str) -> None:
    del kind, example
