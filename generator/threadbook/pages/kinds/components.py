"""The page of components, for designers: every piece of the interface in each of its states.

What it shows is made up. None of the site's content is on it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Final

from markupsafe import Markup

from threadbook import addresses
from threadbook.library import State
from threadbook.markdown import to_html
from threadbook.pages.kinds.paths import Leg
from threadbook.pages.lists import Listing, Order
from threadbook.pages.page import WIDE, Entry, Page, PageKind, Pager, Planning
from threadbook.pages.views import (
    AnswerView,
    Author,
    CommentView,
    Link,
    Membership,
    PathCard,
    ThreadCard,
    TopicCard,
)

_DAY: Final = datetime.date(2026, 10, 1)
_URL: Final = addresses.COMPONENTS
_BOARD: Final = Link("board", "A board", addresses.BOARDS)

_STEP: Final = Link("", "A step of the path", _URL)
_ROLES: Final = (("A Member", "member"), ("Some Moderator", "moderator"), ("Support Team", "staff"))

_BODY: Final = """\
A paragraph with **strong** and *stressed* words, `code`, a [link](https://example.org/) and a
~~mistake~~. Press <kbd>Ctrl</kbd> and <kbd>K</kbd>.

1. First this,
2. then that.

- [x] done
- [ ] to do

> A quotation.

> [!NOTE]
> A note.

> [!TIP]
> A tip.

> [!WARNING]
> A warning.

| left | right |
| --- | ---: |
| a | 1 |
| b | 20 |

```python
def answer(question: str) -> str:
    return "A line of code that is longer than a small screen is wide, so that it scrolls by itself"
```

AVeryLongWordThatHasNoPlaceWhereItCouldBeBrokenAndStillMustNotMakeThePageScrollSidewaysOnASmallScreen
"""


@dataclass(frozen=True, kw_only=True)
class ComponentsPage(Page):
    """Samples of everything, and the names of the design tokens."""

    template: ClassVar[str] = "components"

    stages: tuple[TopicCard, ...]
    topics: tuple[TopicCard, ...]
    paths: tuple[PathCard, ...]
    threads: tuple[ThreadCard, ...]
    listing: Listing
    road: tuple[Leg, ...]
    membership: Membership
    authors: tuple[Author, ...]
    posts: tuple[AnswerView, ...]
    sizes: tuple[str, ...]
    colours: tuple[str, ...]
    spaces: tuple[str, ...]


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page, if the site has one."""
    if not planning.settings.components:
        return
    lead = "Every piece of the interface in each of its states."
    meta = planning.describe(_URL, "Components", lead) | {"changed": None, "is_indexed": False}
    orders = (Order(_URL, "Latest", True), Order(_URL, "Most useful", False))
    yield ComponentsPage(
        **meta,
        stages=(_topic("First", 1), _topic("Second", 2), _topic("Third", 3, start=False)),
        topics=(_topic("A topic"), _topic("Another topic")),
        paths=(_path("beginner"), _path("intermediate", estimated=True), _path("advanced")),
        threads=(
            _thread("A question that is solved", 3, 41, "solved"),
            _thread("A question with answers, none accepted", 2, 0, "answered"),
            _thread("A question that waits", 0, 0, "unanswered"),
            _thread("A question whose answer no longer holds", 1, 7, "obsolete"),
        ),
        listing=Listing(
            "There is nothing here yet.",
            shows_board=True,
            orders=orders,
            pager=Pager(2, 3, _URL, _URL),
        ),
        posts=(_post("sample-1", _BODY, accepted=True), _post("sample-2", "Short.")),
        road=_road(),
        membership=Membership(Link("", "A path", _URL), 2, 4, _STEP, _STEP),
        authors=tuple(Author(name, role) for name, role in _ROLES),
        sizes=("1", "2", "3", "4", "5", "6", "short", "title", "hero"),
        colours=tuple(
            "text muted line edge link brand on-brand ground surface card wash solved "
            "solved-surface warn warn-surface turn turn-surface mark".split()
        ),
        spaces=("1", "2", "3", "4", "5", "6"),
    )


def _topic(title: str, stage: int | None = None, *, start: bool = True) -> TopicCard:
    first = Link("", "Where do I begin?", _URL) if start else None
    said = ("Is it so? Not yet.", "Do this, then that.") if stage else ("", "")
    about = "What it is about, in a line."
    return TopicCard(
        title.lower().replace(" ", "-"), title, about, _URL, stage, *said, 12, 0, Markup(""), first
    )


def _path(level: str, *, estimated: bool = False) -> PathCard:
    title, needed = f"A path of the level {level}", ("one", "two", "three")
    return PathCard(level, title, "What it leads to.", _URL, level, 4, 1, 20, estimated, needed)


def _road() -> tuple[Leg, ...]:
    first, second = _path("beginner"), _path("advanced")
    before = (Link("", first.title, _URL),)
    return (
        Leg(((first, ()),), is_free=False),
        Leg(((second, before),), is_free=False),
        Leg(((_path("intermediate"), ()),), is_free=True),
    )


def _thread(title: str, answers: int, votes: int, state: State) -> ThreadCard:
    return ThreadCard(
        id="",
        title=title,
        url=_URL,
        state=state,
        votes=votes,
        answers=answers,
        updated=_DAY,
        summary="One line of the answer, which says what to do.",
        board=_BOARD,
        is_solved=state in {"solved", "obsolete"},
    )


def _post(id_: str, body: str, *, accepted: bool = False) -> AnswerView:
    comment = CommentView(Author("Somebody", "member"), _DAY, None, "", Markup("<p>A comment.</p>"))
    return AnswerView(
        id=id_,
        url=f"{_URL}#{id_}",
        author=Author("Support", "staff"),
        at=_DAY,
        edited=_DAY if accepted else None,
        markdown="",
        html=to_html(body, lambda _: None, prefix=f"{id_}_"),
        comments=(comment,) if accepted else (),
        source="",
        text="",
        accepted=accepted,
        votes=7,
        applies_to=(),
        owner=None,
        note="for most people" if accepted else None,
    )


def entries(planning: Planning) -> Iterator[Entry]:
    """Yield its shell."""
    if planning.settings.components:
        yield Entry(_URL, hide=WIDE)


KIND: Final = PageKind(pages, entries, addresses.COMPONENTS)
