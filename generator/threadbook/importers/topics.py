"""Which tags of a source become topics, and which of its categories boards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from threadbook.errors import UserError
from threadbook.importers.cleaning import one_line
from threadbook.importers.slugs import slugify, titled
from threadbook.importers.spool import Spool

FEW: Final = 40
"""Topics that readers can look through. A source with more tags keeps the most used ones."""

_SEVERAL: Final = 3
"""Threads that a tag needs to be a topic where there are more tags than `FEW`."""

_MOST_BOARDS: Final = 60
OTHERS: Final = "imported"
"""The topic, and the board, of what has none."""


class Plan(NamedTuple):
    """Topics by tag and boards by category; both with titles by id."""

    topics: Mapping[str, str]
    boards: Mapping[str, str]
    titles: Mapping[str, str]
    board_titles: Mapping[str, str]
    topic: str
    board: str

    def topics_of(self, tags: tuple[str, ...]) -> tuple[str, ...]:
        """Return the topics of a thread; at least one."""
        found = dict.fromkeys(self.topics[tag] for tag in tags if tag in self.topics)
        return tuple(found)[:20] or (self.topic,)


def plan_places(
    spool: Spool, known_topics: Mapping[str, str], mapping: Mapping[str, object], board: str
) -> Plan:
    """Choose topics and boards, and note which tags are dropped.

    `known_topics` are those of the site, by id. `mapping` is what `--map` says: `topics` and
    `boards` name the id for a tag or category (or false, to drop a tag), `topic` the id for threads
    that have none. `board` is where everything goes, if it is not empty.
    """
    topics, titles = _choose_topics(spool, known_topics, _mapped(mapping, "topics"))
    boards, board_titles = _choose_boards(spool, _mapped(mapping, "boards"), board)
    default = slugify(str(mapping.get("topic") or "")) or OTHERS
    titles.setdefault(default, known_topics.get(default, titled(default)))
    home = board or OTHERS
    board_titles.setdefault(home, titled(home))
    return Plan(topics, boards, titles, board_titles, default, home)


def _mapped(mapping: Mapping[str, object], name: str) -> dict[str, object]:
    """Return what the names of a source become; `False` or nothing is to drop them."""
    value = mapping.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UserError(f"`{name}` of --map is a list of names and ids, such as `bug: problems`.")
    for key, each in value.items():
        if isinstance(each, list | dict | float) or each is True:
            raise UserError(f"`{name}` of --map: what `{key}` becomes is one id, or false.")
    return {str(key): each for key, each in value.items()}


def _choose_topics(
    spool: Spool, known: Mapping[str, str], mapped: Mapping[str, object]
) -> tuple[dict[str, str], dict[str, str]]:
    sql = "SELECT tag, COUNT(*) AS n FROM tags GROUP BY tag ORDER BY n DESC, tag"
    counted = spool.base.execute(sql).fetchall()
    topics: dict[str, str] = {}
    titles: dict[str, str] = {}
    is_many = len(counted) > FEW
    room = FEW
    for tag, n in counted:
        id_ = slugify(str(mapped.get(tag, tag) or ""))
        is_wanted = tag in mapped or id_ in known
        if not id_:
            spool.note("Tags dropped, as `--map` says", f"tag {tag}", f"{n} threads")
        elif is_wanted or id_ in titles or (room > 0 and (not is_many or n >= _SEVERAL)):
            room -= id_ not in titles and not is_wanted
            topics[tag] = id_
            titles.setdefault(id_, known.get(id_, one_line(titled(tag))[:200]))
        else:
            words = "Tags dropped, because a site with so many topics helps nobody"
            spool.note(words, f"tag {tag}", f"{n} threads")
    return topics, titles


def _choose_boards(
    spool: Spool, mapped: Mapping[str, object], board: str
) -> tuple[dict[str, str], dict[str, str]]:
    sql = "SELECT name, threads FROM boards ORDER BY threads DESC, name"
    boards: dict[str, str] = {}
    titles: dict[str, str] = {}
    for place, (name, _) in enumerate(spool.base.execute(sql).fetchall()):
        id_ = slugify(str(mapped[name] or "")) if name in mapped else board or slugify(name)
        if not id_ or (place >= _MOST_BOARDS and id_ not in titles):
            spool.note("Categories that became the board of others", f"category {name}")
            id_ = OTHERS
        boards[name] = id_
        titles.setdefault(
            id_, titled(id_) if board or name in mapped or id_ == OTHERS else one_line(name)[:200]
        )
    return boards, titles
