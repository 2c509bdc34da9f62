"""From what pages show to what programs read: contexts to data.

`root` is what stands before every address: the site's own, or the way to its root.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from threadbook import model as written
from threadbook.markdown import Destination, portable
from threadbook.outputs.data import (
    AnswerData,
    AuthorData,
    BoardRecord,
    CheckData,
    ChoiceData,
    CommentData,
    LinkData,
    ListedThread,
    MembershipData,
    MentionData,
    PathData,
    PathRecord,
    PostData,
    SourceData,
    State,
    StepData,
    ThreadData,
    ThreadRecord,
    TopicData,
    TopicRecord,
)
from threadbook.pages import Opened, Page, Shared, Surroundings
from threadbook.pages.contexts import (
    Author,
    BoardItem,
    Comment,
    Link,
    Mentioned,
    PathContext,
    PathItem,
    Post,
    Step,
    ThreadItem,
    TopicContext,
    TopicItem,
)
from threadbook.pages.fragments import base
from threadbook.pages.posts import rendered

MARKDOWN = "index.md"
JSON = "index.json"
"""The names of a page's twins, beside its `index.html`."""


def id_of(link: Link | ThreadItem | TopicItem | BoardItem | PathItem) -> str:
    """Return the id that an address holds; a board that site.yml lacks has only its title."""
    return link.url.split("/")[1] or link.title


@lru_cache(maxsize=10_000)
def link_data(root: str, link: Link) -> LinkData:
    """Return the way to a page; the same few are asked for again and again."""
    return LinkData(id=id_of(link), title=link.title, url=f"{root}{link.url}")


@lru_cache(maxsize=1_000)
def author_data(author: Author) -> AuthorData:
    """Return who wrote a post."""
    return AuthorData(name=author.name, role=author.role)


def state_of(*, is_duplicate: bool, is_obsolete: bool, is_solved: bool, is_answered: bool) -> State:
    """Return a thread's state, as pages show it."""
    if is_duplicate:
        return "duplicate"
    if is_obsolete:
        return "obsolete"
    if is_solved:
        return "solved"
    return "answered" if is_answered else "unanswered"


def state_of_item(item: ThreadItem) -> State:
    """Return the state of a thread in a list."""
    return state_of(
        is_duplicate=item.duplicate_of is not None,
        is_obsolete=item.is_obsolete,
        is_solved=item.is_solved,
        is_answered=item.answers > 0,
    )


def thread_data(
    page: Page, around: Surroundings, shared: Shared, opened: Opened, root: str
) -> ThreadData:
    """Return all of a thread."""
    links, thread = _Links(root), opened.thread
    posts = _Posts(links, page.url, around)
    source = thread.source
    return ThreadData(
        id=around.id,
        url=f"{root}{page.url}",
        markdown_url=f"{root}{page.url}{MARKDOWN}",
        language=thread.lang or shared.language,
        title=page.title,
        summary=page.description,
        state=state_of(
            is_duplicate=around.duplicate_of is not None,
            is_obsolete=thread.status == "obsolete",
            is_solved=any(answer.is_accepted for answer in opened.answers),
            is_answered=bool(opened.answers),
        ),
        board=links.link(around.board),
        topics=links.links(around.topics),
        updated=page.changed,
        verified=thread.verified,
        review_by=thread.review_by,
        needs_review=thread.review_by is not None and thread.review_by < shared.today,
        duplicate_of=links.maybe(around.duplicate_of),
        replaced_by=links.maybe(around.replaced_by),
        also_asked=around.also_asked,
        question=posts.question(opened.question) if opened.question else None,
        answers=tuple(map(posts.answer, opened.answers)),
        answer_url=around.answer_url or None,
        paths=tuple(map(links.membership, around.steps)),
        related=links.links(around.related),
        mentioned_in=tuple(map(links.mention, around.backlinks)),
        replaces=links.links(around.replaces),
        source=SourceData(
            system=source.system,
            url=source.url,
            license=source.license,
            retrieved=source.retrieved,
        )
        if source
        else None,
    )


def topic_data(context: TopicContext, root: str) -> TopicData:
    """Return a topic as its first page shows it."""
    links = _Links(root)
    following = context.latest.pager.next
    return TopicData(
        **_topic(context.topic, root),
        start_here=links.listed(context.start_here) if context.start_here else None,
        useful=tuple(map(links.listed, context.useful)),
        unanswered=tuple(map(links.listed, context.unanswered)),
        paths=tuple(path_record(path, root) for path in context.paths),
        neighbours=links.links(Link(topic.url, topic.title) for topic in context.neighbours),
        latest=tuple(map(links.listed, context.latest.threads)),
        next=f"{root}{following}" if following is not None else None,
    )


def path_data(page: Page, context: PathContext, shared: Shared, root: str) -> PathData:
    """Return a path as its page shows it."""
    steps = enumerate(context.path.steps, 1)
    return PathData(
        **_path(context.item, root),
        audience=context.path.audience,
        prerequisites=_Links(root).links(context.prerequisites),
        objectives=context.path.objectives,
        steps=tuple(_step(step, place, page, context, shared, root) for place, step in steps),
    )


def topic_record(item: TopicItem, root: str) -> TopicRecord:
    """Return a topic in few words."""
    return TopicRecord(**_topic(item, root))


def path_record(item: PathItem, root: str) -> PathRecord:
    """Return a path in few words."""
    return PathRecord(**_path(item, root))


def board_record(item: BoardItem, root: str) -> BoardRecord:
    """Return a board in few words."""
    return BoardRecord(
        id=id_of(item),
        title=item.title,
        summary=item.summary,
        url=f"{root}{item.url}",
        threads=item.threads,
    )


def thread_record(item: ThreadItem, root: str) -> ThreadRecord:
    """Return a thread in few words."""
    return ThreadRecord(
        **_summary(item, root),
        board=id_of(item.board),
        topics=tuple(map(id_of, item.topics)),
        asked=item.asked,
        duplicate_of=id_of(item.duplicate_of) if item.duplicate_of else None,
    )


def _summary(item: ThreadItem, root: str) -> dict[str, Any]:
    return {
        "id": id_of(item),
        "title": item.title,
        "url": f"{root}{item.url}",
        "json_url": f"{root}{item.url}{JSON}",
        "markdown_url": f"{root}{item.url}{MARKDOWN}",
        "state": state_of_item(item),
        "votes": item.votes,
        "answers": item.answers,
        "updated": item.updated,
    }


def _topic(item: TopicItem, root: str) -> dict[str, Any]:
    return {
        "id": id_of(item),
        "title": item.title,
        "summary": item.summary,
        "url": f"{root}{item.url}",
        "json_url": f"{root}{item.url}{JSON}",
        "markdown_url": f"{root}{item.url}{MARKDOWN}",
        "stage": item.stage,
        "threads": item.threads,
    }


def _path(item: PathItem, root: str) -> dict[str, Any]:
    return {
        "id": id_of(item),
        "title": item.title,
        "summary": item.summary,
        "url": f"{root}{item.url}",
        "json_url": f"{root}{item.url}{JSON}",
        "markdown_url": f"{root}{item.url}{MARKDOWN}",
        "level": item.level or None,
        "length": item.steps,
        "minutes": item.minutes or None,
        "minutes_are_estimated": item.is_estimated,
    }


def _step(  # noqa: PLR0913, PLR0917 - what a step needs to know of its page
    step: written.Step, place: int, page: Page, context: PathContext, shared: Shared, root: str
) -> StepData:
    links, url = _Links(root), page.url
    thread = context.threads.get(step.thread) if step.thread else None
    note, destinations = step.note, context.destinations
    return StepData(
        position=place,
        thread=links.listed(thread) if thread else None,
        check=_check(step.check, context, links) if step.check else None,
        note_markdown=links.markdown(note, url, destinations) if note else None,
        note_html=rendered(
            note, f"step_{place}_", destinations, base(url), language=shared.language
        )
        if note
        else None,
        minutes=step.minutes,
        optional=step.optional,
    )


def _check(check: written.Check, context: PathContext, links: _Links) -> CheckData:
    cited = context.threads.get(check.cites) if check.cites else None
    return CheckData(
        question=check.question,
        choices=tuple(
            ChoiceData(text=choice.text, correct=choice.correct, why=choice.why)
            for choice in check.choices
        ),
        explained_in=links.link(Link(cited.url, cited.title)) if cited else None,
    )


class _Links(NamedTuple):
    """Writes addresses."""

    root: str

    def link(self, link: Link) -> LinkData:
        return link_data(self.root, link)

    def links(self, links: Iterable[Link]) -> tuple[LinkData, ...]:
        return tuple(map(self.link, links))

    def maybe(self, link: Link | None) -> LinkData | None:
        return self.link(link) if link else None

    def mention(self, link: Mentioned) -> MentionData:
        return MentionData(
            id=link.url.split("/")[1],
            title=link.title,
            url=f"{self.root}{link.url}",
            before=link.before,
            text=link.text,
            after=link.after,
        )

    def membership(self, step: Step) -> MembershipData:
        return MembershipData(
            path=self.link(step.path),
            position=step.position,
            length=step.length,
            previous=self.maybe(step.previous),
            next=self.maybe(step.next),
        )

    def listed(self, item: ThreadItem) -> ListedThread:
        return ListedThread(
            **_summary(item, self.root), summary=item.summary, board=self.link(item.board)
        )

    def markdown(self, body: str, url: str, destinations: Mapping[str, str]) -> str:
        """Return a body of the page at `url` with ordinary links."""

        def resolve(target: str) -> Destination | None:
            title = destinations.get(target)
            return None if title is None else Destination(f"{self.root}threads/{target}/", title)

        is_upwards = self.root.startswith(".")
        return portable(body, resolve, "" if is_upwards else f"{self.root}{url}")


class _Posts(NamedTuple):
    """Makes the data of posts."""

    links: _Links
    url: str
    around: Surroundings

    def question(self, post: Post) -> PostData:
        return PostData(
            id=post.id,
            url=f"{self.links.root}{self.url}#{post.id}",
            author=_author(post.author),
            at=post.at,
            edited=post.edited,
            markdown=self.markdown(post.source),
            html=str(post.body),
            comments=self.comments(post),
        )

    def answer(self, post: Post) -> AnswerData:
        return AnswerData(
            id=post.id,
            url=f"{self.links.root}{self.url}#{post.id}",
            author=_author(post.author),
            at=post.at,
            edited=post.edited,
            markdown=self.markdown(post.source),
            html=str(post.body),
            comments=self.comments(post),
            accepted=post.is_accepted,
            votes=post.votes,
            note=post.note,
        )

    def comments(self, post: Post) -> tuple[CommentData, ...]:
        return tuple(map(self.comment, post.comments))

    def comment(self, comment: Comment) -> CommentData:
        return CommentData(
            author=_author(comment.author),
            at=comment.at,
            edited=comment.edited,
            markdown=self.markdown(comment.source),
            html=str(comment.body),
        )

    def markdown(self, body: str) -> str:
        return self.links.markdown(body, self.url, self.around.destinations)


def _author(author: Author | None) -> AuthorData | None:
    return author_data(author) if author else None
