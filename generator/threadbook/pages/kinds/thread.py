"""The page of a thread: a question with its answers, and everything around them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, NamedTuple, TypeVar
from urllib.parse import quote

from threadbook import addresses
from threadbook.library import Backlink, Outline, Reference
from threadbook.load.files import Sealed, unseal
from threadbook.markdown import THREAD_WAY, FirstUses, Media, contain, escape_markdown, quote_blocks
from threadbook.pages.cards import choose_stages
from threadbook.pages.page import Caption, Document, Located, Page, PageKind, Planning, Shared, Twin
from threadbook.pages.posts import PostRenderer, write_portable
from threadbook.pages.structured import describe_post, drop_empty
from threadbook.pages.twin import write_document, write_link, write_links, write_list
from threadbook.pages.views import (
    AnswerView,
    Author,
    CommentView,
    LabelView,
    Link,
    Membership,
    MentionView,
    PostView,
    SourceView,
    Surroundings,
    TermCard,
    ThreadView,
    to_json,
)
from threadbook.team import Kept
from threadbook.text import count, language_of
from threadbook.translations import interface

P = TypeVar("P", bound=PostView)

ARCHIVED: Final = "archived"
"""The kind of an archived thread to search, which ranks it below one that an editor has checked."""

SHOWN: Final = 1_000
"""How much of the best answer is kept for search results, in characters."""

CARDS: Final = 2
"""How many related threads are cards at the end of a thread; the others are in a list."""


class Onward(NamedTuple):
    """Where a thread leads: `steps` are the next ones of its paths, each after its path."""

    steps: tuple[tuple[Link, Link], ...] = ()
    threads: tuple[Link, ...] = ()
    others: tuple[Link, ...] = ()


def choose_onward(view: ThreadView) -> Onward:
    """Return where a reader may go on; nothing twice, and nothing where another page answers."""
    if view.state in {"duplicate", "obsolete"}:
        return Onward(others=view.related)
    steps = tuple((each.path, each.next) for each in view.paths if each.next)
    taken = {step.id for _, step in steps}
    left = tuple(link for link in view.related if link.id not in taken)
    return Onward(steps, left[:CARDS], left[CARDS:])


def _name_license(source: SourceView | None) -> str:
    """Return the name of a source's licence as people write it: CC BY-SA 4.0."""
    written = (source.license if source else "") or ""
    return re.sub(r"^(?:(CC)-(BY[A-Z-]*)|(CC0))-(\d\.\d)$", _write_license, written)


def _write_license(found: re.Match[str]) -> str:
    return " ".join(filter(None, found.groups()))


@dataclass(frozen=True, kw_only=True)
class ThreadPage(Page):
    """A thread's page.

    `sealed` is the thread, which only the worker that makes the page opens. Its file has
    `file_size` bytes. `is_quoted` says whether a feed or a whole-path page shows the thread too.
    """

    template: ClassVar[str] = "thread"
    has_twins: ClassVar[bool] = True
    is_article: ClassVar[bool] = True

    around: Surroundings
    sealed: Sealed
    file_size: int = 0
    is_quoted: bool = False

    @property
    def is_searched(self) -> bool:
        """Whether our own search finds it: archived threads, too."""
        return self.is_indexed or self.around.is_archived

    @property
    def size(self) -> int:
        """The size of the thread's file, in bytes."""
        return self.file_size

    @property
    def home(self) -> int | None:
        """The worker that loaded the thread, if it has kept it."""
        return self.sealed.worker if isinstance(self.sealed, Kept) else None

    @property
    def feed_title(self) -> str:
        """The board's title."""
        return self.around.board.title

    def view(self, shared: Shared, quoted: Mapping[str, ThreadView]) -> ThreadView:  # noqa: ARG002
        """Open the thread and render each of its posts once."""
        thread, around, root = unseal(self.sealed), self.around, shared.root(self.url)
        language = thread.lang or shared.language
        page = f"{root}{self.url}" if shared.site_url else ""
        render = PostRenderer(
            around, root, page, language, shared.has_search, shared.has_remote_pictures
        )
        source = thread.source
        return ThreadView(
            **vars(around),
            language=language,
            own_language=thread.lang,
            own_summary=thread.summary or "",
            verified=thread.verified,
            verified_by=around.people.get(thread.verified_by) if thread.verified_by else None,
            review_by=thread.review_by,
            needs_review=thread.review_by is not None and thread.review_by < shared.today,
            applies_to=render.label(thread.applies_to),
            owner=around.people.get(thread.owner) if thread.owner else None,
            question=render.question(thread.question) if thread.question else None,
            answers=tuple(sorted(map(render.answer, thread.every_answer), key=_rank)),
            source=SourceView(source.system, source.url, source.license, source.retrieved)
            if source
            else None,
        )

    def mark_words(
        self, view: ThreadView, glossary: tuple[TermCard, ...]
    ) -> tuple[ThreadView, tuple[TermCard, ...]]:
        """Link the first use of each word of the glossary; return the words used, too."""
        if not glossary:
            return view, ()
        uses = FirstUses([(term.term, *term.also) for term in glossary], "tb_word_")
        marked = replace_posts(view, lambda post: {"html": uses.mark(post.html)})
        return marked, tuple(glossary[place] for place in uses.used)

    def context(self, view: ThreadView, shared: Shared) -> dict[str, Any]:
        """Return the thread with its words marked, the words, and the stages around its own.

        Only the page shows marked words, so they are not part of the view that twins use.
        """
        marked, words = self.mark_words(view, shared.glossary)
        holds = view.state not in {"duplicate", "obsolete"}
        stages = choose_stages(shared.stages, view.stage) if holds else ()
        return {
            "view": marked,
            "words": words,
            "stages": stages,
            "onward": choose_onward(view),
            "license": _name_license(view.source),
        }

    def structure(self, view: ThreadView, shared: Shared) -> Iterator[dict[str, Any]]:
        """Yield `QAPage` if readers can add an answer and there is one already."""
        if explain_no_qa_page(view.state, len(view.answers), takes_answers=shared.takes_answers):
            return
        answers: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
        for post in view.answers:
            said = describe_post("Answer", post, shared.site_url)
            said |= {"upvoteCount": post.votes, "url": f"{shared.site_url}{post.url}"}
            answers[post.accepted].append(said)
        asked = view.question
        question = {
            "@type": "Question",
            "name": view.title,
            "text": view.title,
            **(describe_post("Question", asked, shared.site_url) if asked else {}),
            "answerCount": len(view.answers),
            "acceptedAnswer": answers[True],
            "suggestedAnswer": answers[False],
        }
        page = {
            "@type": "QAPage",
            "url": f"{shared.site_url}{self.url}",
            "description": view.short_answer,
            "inLanguage": view.language,
            "mainEntity": drop_empty(question),
        }
        yield drop_empty(page)

    def twin(self, view: ThreadView, shared: Shared) -> Twin:
        """Return the thread as Markdown and JSON.

        Like lists, `llms-full.txt` leaves out duplicates, obsolete and archived threads.
        """
        root = shared.root(self.url)
        text, volume = write_thread(view, root), ""
        is_whole = not view.is_draft and not view.is_archived
        if view.state not in {"duplicate", "obsolete"} and is_whole:
            # Without the site's address, links are relative, and llms-full.txt is in the root.
            volume = text if shared.site_url else write_thread(_at_the_root(view), "")
        return Twin(text, to_json(view, root), volume)

    def documents(self, view: ThreadView, shared: Shared) -> Iterator[Document]:
        """Yield the thread, unless it is a duplicate or obsolete."""
        if view.state in {"duplicate", "obsolete"}:
            return
        fields = collect_texts(view)
        said = view.answers[0] if view.answers else view.question
        day = view.updated.isoformat() if view.updated else ""
        topics = tuple(topic.id for topic in view.topics)
        labels = [*view.applies_to, *(label for post in view.answers for label in post.applies_to)]
        yield Document(
            id=self.url,
            language=view.language,
            fields=fields,
            kind=ARCHIVED if view.is_archived else "thread",
            shown={
                "kind": "thread",
                "title": view.title,
                "board": view.board.title if shared.shows("boards") else "",
                "topics": " · ".join(topic.title for topic in view.topics),
                "state": "draft" if view.is_draft else view.state,
                **({"archived": "1"} if view.is_archived else {}),
                "day": day,
                "checked": _say_checked(view),
                "fingerprint": view.fingerprint,
                "summary": view.own_summary,
                "answer": quote_blocks(said.html, SHOWN) if said else "",
                "post": said.id if view.answers and said else "",
            },
            filters={
                "board": (view.board.id,) if shared.shows("boards") else (),
                "topic": topics,
                "stage": tuple(each.id for each in shared.stages if each.id in topics),
                "state": ("draft" if view.is_draft else view.state,),
                "path": tuple(membership.path.id for membership in view.paths),
                "language": (language_of(view.language),),
                "applies_to": tuple(dict.fromkeys(label.id for label in labels)),
                "owner": self.around.owners,
            },
            day=day,
            votes=max((answer.votes for answer in view.answers), default=0),
        )

    def caption(self, view: ThreadView, shared: Shared) -> Caption:
        """Return the words of the thread's picture."""
        say, answers = interface(shared.language), len(view.answers)
        state = say("Answered") if view.is_solved else say("Waiting for an answer")
        if answers and not view.is_solved:
            state = say.counted(answers, "{n} answer", "{n} answers")
        topic = view.topics[0].title if view.topics else ""
        return Caption(
            shared.site_name, view.title, topic, state, view.short_answer, view.is_solved
        )

    def quoted(self, view: ThreadView) -> ThreadView | None:
        """Return what others quote of the view, if they do; a third of it crosses processes."""
        if not self.is_quoted:
            return None
        return replace_posts(view, lambda _post: {"markdown": "", "source": "", "text": ""})


def _say_checked(view: ThreadView) -> str:
    """Return the day on which an answer was checked, where lists show it, too."""
    return view.verified.isoformat() if view.verified and view.state == "solved" else ""


def _rank(answer: AnswerView) -> tuple[bool, int, int]:
    """Sort accepted answers first, then by votes, then by date."""
    return (not answer.accepted, -answer.votes, answer.at.toordinal() if answer.at else 0)


def _at_the_root(view: ThreadView) -> ThreadView:
    """Return a thread whose Markdown has the links that it needs in the site's root."""
    return replace_posts(
        view,
        lambda post: {
            "markdown": write_portable(
                post.source, view.destinations, "", view.url, Media(view.media, THREAD_WAY, "")
            )
        },
    )


Change = Callable[[PostView | CommentView], dict[str, Any]]
"""Gives the fields of a post or comment that change, and their new values."""


def replace_posts(view: ThreadView, change: Change) -> ThreadView:
    """Return a thread with other fields in its posts and comments, in the page's order."""
    question = _replace_post(view.question, change) if view.question else None
    answers = tuple(_replace_post(answer, change) for answer in view.answers)
    return replace(view, question=question, answers=answers)


def _replace_post(post: P, change: Change) -> P:
    fields = change(post)
    comments = tuple(replace(comment, **change(comment)) for comment in post.comments)
    return replace(post, **fields, comments=comments)


def explain_no_qa_page(state: str, answers: int, *, takes_answers: bool) -> str:
    """Say why a thread's page is not a `QAPage`; return an empty string if it is one."""
    if state == "duplicate":
        return "it repeats another thread, whose page has the answers"
    if state == "obsolete":
        return "it is obsolete"
    if not answers:
        return "nobody has answered it yet"
    if not takes_answers:
        return "readers cannot add an answer: `answer_url` is not set in mkdocs.yml"
    return ""


def explain_structure(outline: Outline, *, takes_answers: bool, site_url: str) -> str:
    """Say in a sentence or two which structured data a thread's page has, and why."""
    where = addresses.of_thread(outline.id)
    if not outline.has_page:
        return f"{where} does not exist: the thread is a draft."
    if not site_url:
        return f"{where} gets no structured data: `site_url` is not set in mkdocs.yml."
    reason = explain_no_qa_page(outline.state, outline.answers, takes_answers=takes_answers)
    if reason:
        return f"{where} gets BreadcrumbList. No QAPage: {reason}."
    return (
        f"{where} gets BreadcrumbList and QAPage: readers can add an answer, and "
        f"{outline.answers} {'is' if outline.answers == 1 else 'are'} there."
    )


def collect_texts(view: ThreadView) -> dict[str, str]:
    """Return a thread's texts by the fields of the ranking."""
    posts = (*view.answers, *((view.question,) if view.question else ()))
    return {
        "title": view.title,
        "also_asked": "\n".join(view.also_asked),
        "summary": view.own_summary,
        "question": view.question.text if view.question else "",
        "accepted": " ".join(answer.text for answer in view.answers if answer.accepted),
        "answers": " ".join(answer.text for answer in view.answers if not answer.accepted),
        "comments": " ".join(comment.text for post in posts for comment in post.comments),
    }


def write_thread(thread: ThreadView, root: str) -> str:
    """Write a thread as Markdown, in the order of its page; `root` is put before addresses."""
    return write_document(thread.title, _blocks(thread, root))


def _blocks(thread: ThreadView, root: str) -> Iterator[str]:
    yield " · ".join(_facts(thread, root))
    yield from _notice(thread, root)
    if thread.question:
        yield "## Question"
        byline = _byline(thread.question)
        if byline:
            yield byline
        yield from _body(thread.question, 2, thread.id)
    if thread.answers:
        yield f"## {count(len(thread.answers), 'answer')}"
        for answer in thread.answers:
            yield f"### {_heading(answer, root)}"
            yield from _body(answer, 3, thread.id)
    elif not thread.duplicate_of:
        add = f" Can you help? [Add an answer]({thread.answer_url})." if thread.answer_url else ""
        yield f"No answers yet.{add}"
    memberships = (_membership(membership, root) for membership in thread.paths)
    yield from write_list("Learning paths", memberships)
    yield from write_list("Related questions", (write_link(link, root) for link in thread.related))
    yield from write_list("Mentioned in", (_mention(each, root) for each in thread.mentioned_in))
    yield from write_list("Replaces", (write_link(link, root) for link in thread.replaces))
    yield from write_list("Also asked", map(escape_markdown, thread.also_asked))
    if thread.source:
        yield from write_list("Source", [_source(thread.source)])


def _name_state(thread: ThreadView) -> str:
    match thread.state:
        case "duplicate":
            return "Asked before"
        case "obsolete":
            return "Obsolete"
        case "solved":
            return "Solved"
        case "answered":
            return count(len(thread.answers), "answer")
        case "unanswered":
            return "Waiting for an answer"


def _facts(thread: ThreadView, root: str) -> Iterator[str]:
    if thread.is_draft:
        yield "Draft"
    yield _name_state(thread)
    if thread.applies_to:
        yield f"Applies to: {_name_labels(thread.applies_to)}"
    if thread.owner:
        yield f"Kept up to date by: {escape_markdown(thread.owner.name)}"
    if thread.is_archived:
        yield "Archived"
    if thread.verified:
        yield f"Checked {thread.verified}"
    if thread.needs_review:
        yield "Needs review"
    if thread.topics:
        yield f"Topics: {write_links(thread.topics, root)}"
    if thread.board.url:
        yield f"Board: {write_link(thread.board, root)}"
    yield f"[Page]({root}{thread.url})"


def _notice(thread: ThreadView, root: str) -> Iterator[str]:
    if thread.duplicate_of:
        original = write_link(thread.duplicate_of, root)
        yield f"> This question was asked before. The answers are in {original}."
    elif thread.state == "obsolete":
        instead = [thread.replaced_by] if thread.replaced_by else thread.related
        read = f" See instead: {write_links(instead, root)}" if instead else ""
        yield f"> This page is obsolete: what it says no longer applies.{read}"
    elif thread.is_archived:
        since = "Nobody has checked that it still holds."
        if thread.updated:
            since = f"It was last changed on {thread.updated} and has not been checked since."
        yield f"> This page comes from an archive. {since}"


def _name_labels(labels: Iterable[LabelView]) -> str:
    return ", ".join(escape_markdown(label.title) for label in labels)


def _heading(answer: AnswerView, root: str) -> str:
    name = "Accepted answer" if answer.accepted else "Answer"
    words = [f"[{name}]({root}{answer.url})"]
    if answer.votes:
        words.append(count(answer.votes, "vote"))
    byline = _byline(answer)
    if byline:
        words.append(byline)
    if answer.applies_to:
        words.append(f"applies to {_name_labels(answer.applies_to)}")
    if answer.owner:
        words.append(f"kept by {escape_markdown(answer.owner.name)}")
    note = f": {escape_markdown(answer.note)}" if answer.note else ""
    return f"{', '.join(words)}{note}"


def _body(post: PostView, level: int, thread: str) -> Iterator[str]:
    yield contain(post.markdown.strip("\n"), level, f"{thread}-{post.id}-")
    if post.comments:
        yield f"{'#' * (level + 1)} Comments"
        yield "\n\n".join(
            _comment(comment, level + 1, f"{thread}-{post.id}-c{place}-")
            for place, comment in enumerate(post.comments, 1)
        )


def _comment(comment: CommentView, level: int, prefix: str) -> str:
    """Write a comment as a list item: the indentation keeps all of its blocks together."""
    body = contain(comment.markdown.strip("\n"), level, prefix)
    lines = (f"  {line}" if line else "" for line in body.split("\n"))
    return "\n".join([f"- Comment {_byline(comment)}".rstrip() + ":", "", *lines])


def _byline(post: PostView | CommentView) -> str:
    words = [f"by {_author(post.author)}"] if post.author else []
    if post.at:
        words.append(str(post.at))
    if post.edited:
        words.append(f"edited {post.edited}")
    return ", ".join(words)


def _author(author: Author) -> str:
    role = f" ({author.role})" if author.shows_role else ""
    return f"{escape_markdown(author.name)}{role}"


def _membership(membership: Membership, root: str) -> str:
    path = write_link(membership.path, root)
    words = f"{path}: step {membership.position} of {membership.length}."
    if membership.previous:
        words += f" Previous: {write_link(membership.previous, root)}."
    if membership.next:
        words += f" Next: {write_link(membership.next, root)}."
    return words


def _mention(mention: MentionView, root: str) -> str:
    link = write_link(mention, root)
    if not mention.before and not mention.after:
        return link
    before = f"{escape_markdown(mention.before)} " if mention.before else ""
    after = f"{mention.gap}{escape_markdown(mention.after)}" if mention.after else ""
    return f"{link}: “{before}**{escape_markdown(mention.text)}**{after}”"


def _source(source: SourceView) -> str:
    name = escape_markdown(source.system)
    words = [f"Imported from [{name}]({source.url})" if source.url else f"Imported from {name}"]
    if source.license:
        words.append(escape_markdown(source.license))
    if source.retrieved:
        words.append(str(source.retrieved))
    return ", ".join(words)


def plan_thread(planning: Planning, outline: Outline, related: Iterable[str]) -> ThreadPage:
    """Plan the page of a thread."""
    around = find_surroundings(planning, outline, related)
    return ThreadPage(
        url=around.url,
        shell=addresses.SHARED_SHELLS[2],
        title=outline.title,
        description=outline.summary,
        canonical=addresses.of_thread(planning.library.answering[outline.id]),
        changed=outline.updated,
        trail=_find_trail(planning, around),
        crumb=outline.title,
        feed=addresses.of_feed(around.board.url)
        if around.board.url not in {addresses.HOME, addresses.BOARDS}
        else "",
        around=around,
        sealed=planning.sealed[outline.id],
        file_size=outline.size,
        is_quoted=outline.id in planning.quoted,
        is_indexed=not outline.is_preview
        and (not outline.is_archived or planning.settings.archive_indexed),
    )


def _find_trail(planning: Planning, around: Surroundings) -> tuple[Link, ...]:
    """Return the pages above a thread: its first topic where boards are only a filter of topics."""
    if around.topics and (planning.has_few_boards or not planning.shows("boards")):
        return around.topics[:1]
    if not planning.shows("boards"):
        return ()
    return (planning.link_level(addresses.BOARDS, planning.say("Boards")), around.board)


def find_surroundings(planning: Planning, outline: Outline, related: Iterable[str]) -> Surroundings:
    """Return what is known of a thread without opening it."""
    library, cards, id_ = planning.library, planning.cards, outline.id
    return Surroundings(
        id=id_,
        url=addresses.of_thread(id_),
        title=outline.title,
        summary=outline.summary,
        state=outline.state,
        is_archived=outline.is_archived,
        board=cards.link_board(outline),
        topics=cards.link_topics(outline),
        updated=outline.updated,
        duplicate_of=cards.link_page(outline.duplicate_of),
        replaced_by=cards.link_page(outline.replaced_by),
        also_asked=_also_asked(planning, outline),
        answer_url=fill_pattern(planning, planning.settings.answer_url, outline) or None,
        paths=tuple(
            Membership(
                cards.link_path(membership.path),
                membership.position,
                membership.length,
                cards.link_step(membership.path, membership.previous),
                cards.link_step(membership.path, membership.next),
            )
            for membership in library.memberships.get(id_, ())
        ),
        related=cards.link_threads(related),
        mentioned_in=tuple(
            _mentioned(planning, backlink) for backlink in library.backlinks.get(id_, ())
        ),
        replaces=cards.link_threads(library.replaces.get(id_, ())),
        destinations=library.titles_of((*outline.links, *outline.targets)),
        people=_people(planning, outline.references),
        media=planning.choose_media(outline.media),
        actions=tuple(_actions(planning, outline)),
        assistants=tuple(_assistants(planning, outline)),
        report_url=fill_pattern(planning, planning.settings.report_url, outline) or None,
        fingerprint=outline.fingerprint,
        is_draft=outline.is_preview,
        labels=_labels(planning, outline.references),
        owners=outline.owners,
        stage=_find_stage(planning, outline),
    )


def _find_stage(planning: Planning, outline: Outline) -> str:
    """Return the stage whose first thread this is, or else its first topic if that is a stage.

    Other topics do not count: a question about taxes may touch contracts, and is asked anywhere.
    """
    stages = planning.library.stages
    begun = [each.id for each in stages if each.start_here == outline.id]
    own = [topic for topic in outline.topics[:1] if any(each.id == topic for each in stages)]
    return next(iter(begun + own), "")


def _mentioned(planning: Planning, backlink: Backlink) -> MentionView:
    link, mention = planning.cards.link_thread(backlink.thread), backlink.mention
    text = mention.text or planning.library.threads[mention.thread].title
    return MentionView(link.id, link.title, link.url, mention.before, text, mention.after)


def _also_asked(planning: Planning, outline: Outline) -> tuple[str, ...]:
    """Return the other ways to ask this, including all those of its duplicates."""
    library = planning.library
    repeats = (library.threads[id_] for id_ in library.repeats.get(outline.id, ()))
    asked = [ask.text for ask in outline.asks[1:]]
    asked += [ask.text for other in repeats for ask in other.asks]
    return tuple(dict.fromkeys(asked))


def _people(planning: Planning, references: Iterable[Reference]) -> dict[str, Author]:
    authors = planning.cards.authors
    return {
        reference.target: authors[reference.target]
        for reference in references
        if reference.kind == "person" and reference.target in authors
    }


def _labels(planning: Planning, references: Iterable[Reference]) -> dict[str, LabelView]:
    labels = planning.library.labels
    used = (each.target for each in references if each.kind == "label")
    return {id_: LabelView(id_, labels[id_].title) for id_ in used if id_ in labels}


def _actions(planning: Planning, outline: Outline) -> Iterator[tuple[str, str]]:
    say, settings = planning.say, planning.settings
    patterns = {
        say("Edit this page"): settings.edit_url,
        say("Report a problem"): settings.report_url.replace("{reason}", ""),
        say("Add an answer"): settings.answer_url,
        say("Ask a question"): settings.ask_url.replace("{title}", ""),
    }
    for label, pattern in patterns.items():
        if pattern:
            yield fill_pattern(planning, pattern, outline), label


def _assistants(planning: Planning, outline: Outline) -> Iterator[tuple[str, str]]:
    """Yield where an assistant is asked to read a thread; it needs the thread's full address."""
    settings = planning.settings
    if not settings.site_url:
        return
    name = addresses.MARKDOWN if settings.twins else ""
    address = f"{settings.site_url}{addresses.of_thread(outline.id)}{name}"
    prompt = planning.say("Read {address} and help me with my question about it.", address=address)
    for assistant, pattern in settings.assistants:
        yield pattern.replace("{prompt}", quote(str(prompt), safe="")), assistant


def fill_pattern(planning: Planning, pattern: str, outline: Outline) -> str:
    """Put a thread's file, id, title and address into a pattern."""
    url = addresses.of_thread(outline.id)
    return planning.fill(pattern, file=outline.file, id_=outline.id, title=outline.title, url=url)


def pages(planning: Planning) -> Iterator[Page]:
    """Yield the page of each thread that is not a draft."""
    related = planning.related
    for outline in planning.library.threads.values():
        if outline.has_page:
            yield plan_thread(planning, outline, related.get(outline.id, ()))


def near(planning: Planning, rest: str) -> Iterator[Page]:
    """Yield the page of the thread whose id an address begins with."""
    id_ = rest.partition("/")[0]
    if planning.library.has_page(id_):
        related = planning.related.get(id_, ())
        yield plan_thread(planning, planning.library.threads[id_], related)


def locate(planning: Planning) -> Iterator[Located]:
    """Yield the threads that answer for themselves; duplicates name another page as canonical."""
    answering = planning.library.answering
    hides_archived = not planning.settings.archive_indexed
    for id_, outline in planning.library.threads.items():
        if outline.is_preview or (outline.is_archived and hides_archived):
            continue
        if outline.has_page and answering[id_] == id_:
            yield addresses.of_thread(id_), outline.updated


KIND: Final = PageKind(pages, place=addresses.THREADS, near=near, located=locate)
