"""Who wrote a post, as threads name them: roles, or names that may be published."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from threadbook.importers.cleaning import Tell, one_line, without_private
from threadbook.importers.decoding import path_of
from threadbook.importers.html import text_to_markdown
from threadbook.importers.old_addresses import is_on
from threadbook.importers.posts import Post, handle_of
from threadbook.importers.slugs import slugify
from threadbook.importers.spool import Spool
from threadbook.markdown import examine

ASKER: Final = {"id": "asker", "name": "Person who asked", "role": "member"}
ROLES: Final = {
    "member": {"id": "community-member", "name": "Community member", "role": "member"},
    "moderator": {"id": "moderator", "name": "Moderator", "role": "moderator"},
    "staff": {"id": "staff", "name": "Staff", "role": "staff"},
}
_ROLE_IDS: Final = frozenset((ASKER["id"], *(each["id"] for each in ROLES.values())))
LEFT_OUT: Final = "*The person who wrote this wanted it to be left out.*"
_MOST_NAMED: Final = 15_000
"""People whom a site lists by name; more are roles."""

_MENTION: Final = re.compile(r"(?<![^\W_])(?<![/`.@\\])@((?:\w|\\_)(?:(?:[\w.-]|\\_)*(?:\w|\\_))?)")
"""A mention; forms of emphasis and escaped underscores belong to Markdown."""

_GOES_ON: Final = re.compile(r"\.\.|--|(?:\\?_)+\Z")
"""What ends a name although names may have these characters."""

_PROFILE: Final = re.compile(
    r"^/(?:u|users?|profile|members?|people)/[^/]+(?:/(?:summary|activity))?/?$|^/users/\d+/|"
    r"/viewprofilepage/|/(?:member|memberlist|profile)\.php$"
)
NAME_REMOVED: Final = "(name removed)"


class People:
    """Gives posts their authors, and keeps whom `site.yml` has to list."""

    def __init__(
        self,
        spool: Spool,
        known: Mapping[str, tuple[str, str]],
        *,
        keep: bool,
        without: frozenset[str],
    ) -> None:
        """`known` are the names and roles of the people of `site.yml`, by id.

        `without` are names and keys, casefolded, of people who want to be left out.
        """
        self.spool, self.known, self.keep, self.without = spool, known, keep, without
        self._is_again = spool.one("SELECT id FROM known") is not None
        self.used: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, str] = {}

    def is_left_out(self, post: Post) -> bool:
        """Return whether its author wants to be left out."""
        if not self.without or not post.author:
            return False
        name = self.spool.one("SELECT name FROM authors WHERE key = ?", (post.author,)) or ""
        return post.author.casefold() in self.without or name.casefold() in self.without

    def name(self, post: Post, asker: str) -> str | None:
        """Return the id of a post's author; `None` if it has none."""
        rank = self.spool.one("SELECT rank FROM authors WHERE key = ?", (post.author,)) or "member"
        rank = post.rank if post.rank != "member" else rank
        if self.keep and post.author and not self.is_left_out(post):
            named = self._named(post.author, rank)
            if named:
                return named
        if not post.author and rank == "member":
            return None
        person = ASKER if post.author and post.author == asker and rank == "member" else ROLES[rank]
        return self._role(ASKER if post.kind == "question" and rank == "member" else person)

    def _role(self, role: Mapping[str, str]) -> str:
        """Return the id of a role: its own, unless that is somebody else's in `site.yml`."""
        own, other = role["id"], f"imported-{role['id']}"
        name, rank = self.known.get(own, (role["name"], role["role"]))
        is_same = name.casefold() == role["name"].casefold() or self._is_again
        is_free = is_same and rank == role["role"] and other not in self.known
        return self._use({**role, "id": own if is_free else other})

    def _use(self, person: dict[str, Any]) -> str:
        self.used[person["id"]] = person
        return str(person["id"])

    def _named(self, key: str, rank: str) -> str:
        if key in self._ids:
            return self._ids[key]
        if len(self._ids) >= _MOST_NAMED:
            self.spool.note("Posts of people beyond the 15,000 that a site can name", "", "")
            return ""
        name = self.spool.one("SELECT name FROM authors WHERE key = ?", (key,)) or key
        name = without_private(one_line(name), lambda *_: None)[:200]
        tail = hashlib.blake2s(key.encode(), digest_size=4).hexdigest()
        id_ = slugify(name)[:60].strip("-") or f"person-{slugify(key)[:20].strip('-') or tail}"
        tries = (id_, f"{id_}-{slugify(key)[:20].strip('-') or tail}", f"{id_}-{tail}")
        id_ = next((each for each in tries if self._is_free(each, name)), f"{id_}-{tail}-imported")
        self._ids[key] = self._use({"id": id_, "name": name, "role": rank})
        if id_ in self.known and not self._is_again:
            words = "People with the name of somebody in site.yml, taken for them"
            self.spool.note(words, "site.yml", id_)
        return self._ids[key]

    def _is_free(self, id_: str, name: str) -> bool:
        """Return whether an id is no role's and nobody else's, here and in `site.yml`."""
        return (
            id_ not in self.used
            and id_ not in _ROLE_IDS
            and self.known.get(id_, (name,))[0] == name
        )

    def _called(self, handle: str) -> set[str]:
        """Return the keys and names, casefolded, of all whom a mention can mean."""
        sql = """SELECT a.key, a.name FROM handles AS h JOIN authors AS a ON a.key = h.author
          WHERE h.handle = ?"""
        rows = self.spool.base.execute(sql, (handle.replace("\\", "").casefold(),)).fetchall()
        return {each.casefold() for row in rows for each in row}

    def find_unknown(self) -> list[str]:
        """Return whom `without` names and nobody in the source is called."""
        left = set(self.without)
        for key, name in self.spool.base.execute("SELECT key, name FROM authors"):
            left -= {key.casefold(), name.casefold()}
        return sorted(left)

    def call(self, url: str, site: str, words: str) -> str | None:
        """Return what stands for a link to a person's page; `None` if it leads elsewhere.

        Where its words are somebody's name they become a mention, which can be hidden.
        """
        if not is_on(url, site) or _PROFILE.search(path_of(url)) is None:
            return None
        handle = handle_of(words)
        return text_to_markdown(f"@{handle}" if self._called(handle) else words)

    def hide_in_title(self, text: str, tell: Tell) -> str:
        """Return a title or another line without mentions, and without any name left out."""
        hidden = self.hide_mentions(text, tell)
        return self._every_name().sub(NAME_REMOVED, hidden) if self.without else hidden

    def hide_names(self, text: str, tell: Tell) -> str:
        """Return a text in which nobody is mentioned by name.

        Of those who want to be left out, names of several words are removed wherever they are; one
        word alone may be another word, so only `@word` is.
        """

        def remove(_: re.Match[str]) -> str:
            tell("Names of people to leave out, removed from texts of others", "")
            return NAME_REMOVED

        hidden = self.hide_mentions(text, tell)
        return self._whole_names().sub(remove, hidden) if self.without else hidden

    @cache  # noqa: B019 - one of these lives as long as an import
    def _every_name(self) -> re.Pattern[str]:
        return _any_of(self._left_out_names())

    @cache  # noqa: B019
    def _whole_names(self) -> re.Pattern[str]:
        return _any_of(each for each in self._left_out_names() if len(each.split()) > 1)

    def _left_out_names(self) -> set[str]:
        """Return what those who are left out are called: as the file says, and their other name."""
        found = set(self.without)
        for row in self.spool.base.execute("SELECT key, name FROM authors"):
            names = {each.casefold() for each in row}
            if names & self.without:
                found |= names
        return {each for each in found if not each.isdecimal()}

    def hide_mentions(self, text: str, tell: Tell) -> str:
        """Return a text in which `@name` of an author is a role; all others stay."""
        if "@" not in text or (self.keep and not self.without):
            return text
        anatomy = examine(text)

        def hide(found: re.Match[str]) -> str:
            if anatomy.is_code(found.start()):
                return found[0]
            for name in dict.fromkeys((found[1], _GOES_ON.split(found[1])[0])):
                known = self._called(name)
                if known and not (self.keep and not self.without & {name.casefold(), *known}):
                    tell("Names of authors in texts, which became roles", "")
                    return f"@member{found[1][len(name) :]}"
            return found[0]

        return _MENTION.sub(hide, text)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for names, however their words are separated; it may match nothing."""
    ways = (r"\s+".join(map(re.escape, each.split())) for each in sorted(names, key=len)[::-1])
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways) or '(?!)'})(?!\w)", re.IGNORECASE)
