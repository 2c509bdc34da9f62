"""The page of components: every piece of the interface in each of its states, for whoever designs.

What it shows is made up; nothing of a site's content is on it.
"""

from __future__ import annotations

import datetime
from typing import Final

from markupsafe import Markup

from threadbook.markdown import to_html
from threadbook.pages.contexts import (
    Author,
    Comment,
    ComponentsContext,
    Link,
    ListContext,
    Order,
    Page,
    Pager,
    PathItem,
    Post,
    ThreadItem,
    TopicItem,
)

URL: Final = "components/"
"""Where the page is; no page leads there."""

_DAY: Final = datetime.date(2026, 10, 1)
_BOARD: Final = Link("boards/", "A board")

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


def components_page() -> Page:
    """Plan the page."""
    title = "Components"
    description = "Every piece of the interface in each of its states."
    context = ComponentsContext(
        stages=(_topic("First", 1), _topic("Second", 2), _topic("Third", 3, start=False)),
        topics=(_topic("A topic"), _topic("Another topic")),
        paths=(_path("beginner"), _path("intermediate", estimated=True), _path("advanced")),
        threads=_threads(),
        list=ListContext(
            "A list",
            "",
            "There is nothing here yet.",
            shows_board=True,
            orders=(
                Order(URL, "Latest", is_current=True),
                Order(URL, "Most useful", is_current=False),
            ),
            pager=Pager(2, 3, URL, URL),
        ),
        posts=_posts(),
        sizes=("1", "2", "3", "4", "5", "6", "title", "hero"),
        colours=tuple(
            "text muted line edge link brand on-brand ground surface wash solved solved-surface "
            "warn warn-surface mark".split()
        ),
        spaces=("1", "2", "3", "4", "5", "6"),
    )
    return Page(URL, URL, title, description, context, URL, None, (), title, is_indexed=False)


def _topic(title: str, stage: int | None = None, *, start: bool = True) -> TopicItem:
    first = Link(URL, "Where do I begin?") if start else None
    return TopicItem(URL, title, "What it is about, in a line.", 12, stage, Markup(""), first)


def _path(level: str, *, estimated: bool = False) -> PathItem:
    needed = ("one", "two", "three")
    title = f"A path of the level {level}"
    return PathItem(URL, title, "What it leads to.", level, 4, 20, level, estimated, needed)


def _threads() -> tuple[ThreadItem, ...]:
    def item(title: str, answers: int, votes: int, *, solved: bool, obsolete: bool) -> ThreadItem:
        summary = "One line of the answer, which says what to do."
        return ThreadItem(
            URL,
            title,
            summary,
            _BOARD,
            (),
            answers,
            votes,
            solved,
            obsolete,
            _DAY,
            id="",
            fingerprint="",
        )

    return (
        item("A question that is solved", 3, 41, solved=True, obsolete=False),
        item("A question with answers, none accepted", 2, 0, solved=False, obsolete=False),
        item("A question that waits", 0, 0, solved=False, obsolete=False),
        item("A question whose answer no longer holds", 1, 7, solved=True, obsolete=True),
    )


def _posts() -> tuple[Post, ...]:
    def post(id_: str, body: str, *, accepted: bool) -> Post:
        comment = Comment(Author("Somebody", "member"), _DAY, None, "", Markup("<p>A comment.</p>"))
        return Post(
            id=id_,
            author=Author("Support", "staff"),
            at=_DAY,
            edited=_DAY if accepted else None,
            votes=7,
            is_accepted=accepted,
            note="for most people" if accepted else None,
            source="",
            body=to_html(body, lambda _: None, prefix=f"{id_}_"),
            comments=(comment,) if accepted else (),
        )

    return (post("sample-1", _BODY, accepted=True), post("sample-2", "Short.", accepted=False))
