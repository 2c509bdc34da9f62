"""Markdown twins: what a page shows, as text. Made from the same data as the JSON twins.

Their headings are English whatever the site's language is, like the names in JSON: programs read
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadbook.markdown import contained, escaped
from threadbook.outputs.data import (
    AnswerData,
    AuthorData,
    CheckData,
    CommentData,
    LinkData,
    ListedThread,
    MembershipData,
    MentionData,
    PathData,
    PathRecord,
    PostData,
    SourceData,
    StepData,
    ThreadData,
    TopicData,
)
from threadbook.text import count


def thread_markdown(thread: ThreadData) -> str:
    """Write a thread, in its page's order."""
    return _document(thread.title, _thread(thread))


def topic_markdown(topic: TopicData) -> str:
    """Write the first page of a topic."""
    return _document(topic.title, _topic(topic))


def path_markdown(path: PathData) -> str:
    """Write a path."""
    return _document(path.title, _path(path))


def _document(title: str, blocks: Iterable[str]) -> str:
    return "\n\n".join([f"# {escaped(title)}", *blocks]) + "\n"


def link(to: LinkData | ListedThread | PathRecord) -> str:
    """Write a link."""
    return f"[{escaped(to.title)}]({to.url})"


def links(to: Iterable[LinkData]) -> str:
    """Write links in a line."""
    return ", ".join(map(link, to))


def _thread(thread: ThreadData) -> Iterator[str]:
    yield " · ".join(_facts(thread))
    yield from _notice(thread)
    if thread.question:
        yield "## Question"
        yield from _question(thread.question, thread.id)
    if thread.answers:
        yield f"## {count(len(thread.answers), 'answer')}"
        for answer in thread.answers:
            yield from _answer(answer, thread.id)
    elif not thread.duplicate_of:
        add = f" Do you know it? [Add an answer]({thread.answer_url})." if thread.answer_url else ""
        yield f"Nobody has answered this yet.{add}"
    yield from _list("Learning paths", map(_membership, thread.paths))
    yield from _list("Related threads", map(link, thread.related))
    yield from _list("Mentioned in", map(_mention, thread.mentioned_in))
    yield from _list("Replaces", map(link, thread.replaces))
    yield from _list("Also asked as", map(escaped, thread.also_asked))
    if thread.source:
        yield from _list("Source", [_source(thread.source)])


def _facts(thread: ThreadData) -> Iterator[str]:
    match thread.state:
        case "duplicate":
            yield "Asked before"
        case "obsolete":
            yield "Obsolete"
        case "solved":
            yield "Solved"
        case "answered":
            yield count(len(thread.answers), "answer")
        case "unanswered":
            yield "Waiting for an answer"
    if thread.verified:
        yield f"Verified {thread.verified}"
    if thread.needs_review:
        yield "Needs review"
    if thread.topics:
        yield f"Topics: {links(thread.topics)}"
    yield f"Board: {link(thread.board)}"
    yield f"[Page]({thread.url})"


def _notice(thread: ThreadData) -> Iterator[str]:
    if thread.duplicate_of:
        original = link(thread.duplicate_of)
        yield f"> This question was asked before. The answers are in {original}."
    elif thread.state == "obsolete":
        instead = [thread.replaced_by] if thread.replaced_by else thread.related
        read = f" Read instead: {links(instead)}" if instead else ""
        yield f"> This thread is obsolete: what it says no longer holds.{read}"


def _question(post: PostData, thread: str) -> Iterator[str]:
    byline = _byline(post)
    if byline:
        yield byline
    yield contained(post.markdown.strip("\n"), 2, f"{thread}-{post.id}-")
    yield from _comments(post, 3, thread)


def _answer(answer: AnswerData, thread: str) -> Iterator[str]:
    words = [f"[{'Accepted answer' if answer.accepted else 'Answer'}]({answer.url})"]
    if answer.votes:
        words.append(count(answer.votes, "vote"))
    byline = _byline(answer)
    if byline:
        words.append(byline)
    note = f": {escaped(answer.note)}" if answer.note else ""
    yield f"### {', '.join(words)}{note}"
    yield contained(answer.markdown.strip("\n"), 3, f"{thread}-{answer.id}-")
    yield from _comments(answer, 4, thread)


def _byline(post: PostData | CommentData) -> str:
    words = [f"by {_author(post.author)}"] if post.author else []
    if post.at:
        words.append(str(post.at))
    if post.edited:
        words.append(f"edited {post.edited}")
    return ", ".join(words)


def _author(author: AuthorData) -> str:
    is_told = author.role in {"member", author.name.lower()}
    return escaped(author.name) if is_told else f"{escaped(author.name)} ({author.role})"


def _comments(post: PostData, level: int, thread: str) -> Iterator[str]:
    if post.comments:
        yield f"{'#' * level} Comments"
        comments = enumerate(post.comments, 1)
        yield "\n\n".join(
            _comment(comment, level, f"{thread}-{post.id}-c{place}-") for place, comment in comments
        )


def _comment(comment: CommentData, level: int, prefix: str) -> str:
    """Write a comment as an item of a list, which also keeps all of its text together."""
    body = contained(comment.markdown.strip("\n"), level, prefix)
    lines = (f"  {line}" if line else "" for line in body.split("\n"))
    return "\n".join([f"- Comment {_byline(comment)}".rstrip() + ":", "", *lines])


def _membership(membership: MembershipData) -> str:
    words = f"{link(membership.path)}: step {membership.position} of {membership.length}."
    if membership.previous:
        words += f" Previous: {link(membership.previous)}."
    if membership.next:
        words += f" Next: {link(membership.next)}."
    return words


def _mention(mention: MentionData) -> str:
    if not mention.before and not mention.after:
        return link(mention)
    before = f"{escaped(mention.before)} " if mention.before else ""
    gap = "" if mention.after[:1] in tuple(".,;:!?)") else " "
    after = f"{gap}{escaped(mention.after)}" if mention.after else ""
    return f"{link(mention)}: “{before}**{escaped(mention.text)}**{after}”"


def _source(source: SourceData) -> str:
    name = escaped(source.system)
    words = [f"From [{name}]({source.url})" if source.url else f"From {name}"]
    if source.license:
        words.append(escaped(source.license))
    if source.retrieved:
        words.append(str(source.retrieved))
    return ", ".join(words)


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    """Write a section that is a list; none without items."""
    lines = [f"- {item}" for item in items]
    if lines:
        yield f"## {title}"
        yield "\n".join(lines)


def _topic(topic: TopicData) -> Iterator[str]:
    if topic.summary:
        yield escaped(topic.summary)
    words = [count(topic.threads, "thread"), f"[Page]({topic.url})"]
    yield " · ".join([f"Stage {topic.stage}", *words] if topic.stage is not None else words)
    yield from _list("Start here", map(_listed, [topic.start_here] if topic.start_here else []))
    yield from _list("Most useful", map(_listed, topic.useful))
    yield from _list("Waiting for an answer", map(_listed, topic.unanswered))
    yield from _list("Learning paths that pass through", map(_path_item, topic.paths))
    yield from _list("Neighbouring topics", map(link, topic.neighbours))
    yield from _list("All threads", map(_listed, topic.latest))
    if topic.next:
        yield f"[More threads]({topic.next})"
    if not topic.latest:
        yield "Nobody has asked anything here yet."


def _listed(thread: ListedThread) -> str:
    facts = [thread.state.capitalize(), link(thread.board)]
    facts.append(count(thread.answers, "answer") if thread.answers else "no answer yet")
    if thread.votes > 0:
        facts.append(count(thread.votes, "vote"))
    if thread.updated:
        facts.append(str(thread.updated))
    summary = f": {escaped(thread.summary)}" if thread.summary else ""
    return f"{link(thread)}{summary} ({', '.join(facts)})"


def _path_item(path: PathRecord) -> str:
    summary = f": {escaped(path.summary)}" if path.summary else ""
    return f"{link(path)}{summary} ({_path_facts(path)})"


def _path_facts(path: PathRecord) -> str:
    facts = [path.level.capitalize()] if path.level else []
    facts.append(count(path.length, "step"))
    if path.minutes:
        facts.append(f"about {count(path.minutes, 'minute')}")
    return ", ".join(facts)


def _path(path: PathData) -> Iterator[str]:
    if path.summary:
        yield escaped(path.summary)
    yield f"{_path_facts(path)} · [Page]({path.url})"
    if path.audience:
        yield f"**For whom:** {escaped(path.audience)}"
    if path.prerequisites:
        yield f"**Before this:** {links(path.prerequisites)}"
    yield from _list("Afterwards you will be able to", map(escaped, path.objectives))
    yield "## Steps"
    for step in path.steps:
        yield from _step(step, path.id)


def _step(step: StepData, path: str) -> Iterator[str]:
    if step.thread:
        yield f"### {step.position}. {link(step.thread)}"
        if step.thread.summary:
            yield escaped(step.thread.summary)
    elif step.check:
        yield f"### {step.position}. Check yourself"
        yield from _check(step.check)
    else:
        yield f"### {step.position}. This step is being written"
    if step.note_markdown:
        yield contained(step.note_markdown.strip("\n"), 3, f"{path}-step-{step.position}-")
    facts = [count(step.minutes, "minute")] if step.minutes else []
    if step.optional:
        facts.append("optional")
    if facts:
        yield f"({', '.join(facts)})"


def _check(check: CheckData) -> Iterator[str]:
    yield escaped(check.question)
    yield "\n".join(f"- {escaped(choice.text)}" for choice in check.choices)
    yield "Answer:"
    yield "\n".join(
        f"- **{'Right' if choice.correct else 'Not this one'}:** {escaped(choice.text)}"
        + (f" ({escaped(choice.why)})" if choice.why else "")
        for choice in check.choices
    )
    if check.explained_in:
        yield f"It is explained in {link(check.explained_in)}."
