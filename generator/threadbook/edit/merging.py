"""Joining two threads that ask the same: everything readers wrote is kept.

The title of the duplicate and its other ways to ask join `also_asked`. Its question becomes the
question if there was none, and else a comment on it. Its answers come after those that are there,
and say of themselves for whom they hold and who keeps them true, if the duplicate said it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from threadbook.edit.answers import add_answers
from threadbook.edit.renaming import Renaming, edit_links
from threadbook.edit.reshaping import open_mapping
from threadbook.edit.surgery import change_value, extend_list, insert_field
from threadbook.load.yaml import parse
from threadbook.model import QUESTION_ID, Answer, Comment, Question, Thread

_LEFT: Final = ("summary", "verified", "verified_by", "review_by", "source", "lang", "silence")
"""Fields of the duplicate that are not carried over, besides topics; the notes name them."""


class Merged(NamedTuple):
    """What joining two threads changes in the file of one.

    `anchors` leads from the ids of the duplicate's posts to those that they have afterwards. The
    `expected` thread is what the file must say. `notes` are what an editor should look at.
    """

    also_asked: tuple[str, ...]
    question: Question | None
    comments: tuple[Comment, ...]
    answers: tuple[Answer, ...]
    related: tuple[str, ...]
    anchors: Mapping[str, str]
    before: Thread
    expected: Thread
    notes: list[str]

    def apply(self, text: str) -> str:
        """Return the changed text of the file; raises `CannotEditError`."""
        text = extend_list(text, (), "also_asked", self.also_asked, Thread)
        if self.question is not None:
            text = insert_field(text, (), "question", _fields(self.question), Thread)
        elif self.comments:
            if isinstance(parse(text, "").value["question"], str):
                text = open_mapping(text, "question")
            added = [_fields(each) for each in self.comments]
            text = extend_list(text, ("question",), "comments", added, Thread)
        if self.answers:
            text = add_answers(text, self.before, [_fields(each) for each in self.answers])
        return extend_list(text, (), "related", self.related, Thread)


def _fields(post: Question | Answer | Comment) -> dict[str, Any]:
    return post.model_dump(exclude_defaults=True)


def merge_threads(duplicate: Thread, target: Thread, file: str, renaming: Renaming) -> Merged:
    """Plan what a thread becomes when another joins it; `file` is its name in messages."""
    asked = tuple(_new_words((duplicate.title, *duplicate.also_asked), target))
    anchors = dict(_name_answers(duplicate, target))
    is_solved = any(answer.accepted for answer in target.every_answer)
    own = duplicate.every_answer
    answers = tuple(
        answer.model_copy(
            update={
                "id": anchors[answer.id or ""],
                "accepted": answer.accepted and not is_solved,
                **_kept(answer, duplicate, target),
                "body": _relink(answer.body, renaming),
                "comments": tuple(_relinked(answer.comments, renaming)),
            }
        )
        for answer in own
    )
    question: Question | None = None
    comments: tuple[Comment, ...] = ()
    if duplicate.question is not None:
        asked_there = duplicate.question
        body, said = _relink(asked_there.body, renaming), _relinked(asked_there.comments, renaming)
        if target.question is None:
            question = asked_there.model_copy(update={"body": body, "comments": tuple(said)})
            anchors[QUESTION_ID] = QUESTION_ID
        else:
            by, at, edited = asked_there.by, asked_there.at, asked_there.edited
            comments = (Comment(by=by, at=at, edited=edited, body=body), *said)
            anchors |= {QUESTION_ID: QUESTION_ID, f"{QUESTION_ID}_": ""}
    out = {renaming.old.id, renaming.new.id if renaming.new else "", *target.related}
    related = tuple(each for each in duplicate.related if each not in out)
    expected = _expect(target, asked, question, comments, answers, related)
    notes = list(_notes(duplicate, target, file, is_solved=is_solved))
    return Merged(asked, question, comments, answers, related, anchors, target, expected, notes)


def _kept(answer: Answer, duplicate: Thread, target: Thread) -> dict[str, Any]:
    """Return what an answer says of itself once its thread no longer says it."""
    owner = duplicate.owner if duplicate.owner != target.owner else None
    labels = duplicate.applies_to if set(duplicate.applies_to) != set(target.applies_to) else ()
    return {"owner": answer.owner or owner, "applies_to": answer.applies_to or labels}


def _new_words(words: tuple[str, ...], target: Thread) -> Iterator[str]:
    known = {each.casefold() for each in (target.title, *target.also_asked)}
    for each in words:
        if each.casefold() not in known:
            known.add(each.casefold())
            yield each


def _name_answers(duplicate: Thread, target: Thread) -> Iterator[tuple[str, str]]:
    """Yield the id of each answer of the duplicate, and the one that it gets."""
    taken = {answer.id for answer in target.every_answer}
    number = len(target.every_answer)
    for answer in duplicate.every_answer:
        id_ = new = answer.id or ""
        while new in taken:
            number += 1
            new = f"a{number}"
        taken.add(new)
        yield id_, new


def _relink(body: str, renaming: Renaming) -> str:
    return change_value(body, edit_links(body, renaming))


def _relinked(comments: tuple[Comment, ...], renaming: Renaming) -> Iterator[Comment]:
    for each in comments:
        yield each.model_copy(update={"body": _relink(each.body, renaming)})


def _expect(  # noqa: PLR0913, PLR0917 - what joins
    target: Thread,
    asked: tuple[str, ...],
    question: Question | None,
    comments: tuple[Comment, ...],
    answers: tuple[Answer, ...],
    related: tuple[str, ...],
) -> Thread:
    changes: dict[str, Any] = {
        "also_asked": (*target.also_asked, *asked),
        "related": (*target.related, *related),
    }
    if question is not None:
        changes["question"] = question
    elif comments and target.question is not None:
        said = (*target.question.comments, *comments)
        changes["question"] = target.question.model_copy(update={"comments": said})
    if answers:
        changes |= {"answer": None, "answers": (*target.every_answer, *answers)}
    return target.model_copy(update=changes)


def _notes(duplicate: Thread, target: Thread, file: str, *, is_solved: bool) -> Iterator[str]:
    """Yield what an editor should look at."""
    if is_solved and any(answer.accepted for answer in duplicate.every_answer):
        yield f"{file}: its own answer stays accepted; those that joined it are not."
    values = duplicate.model_dump(mode="json", exclude_defaults=True)
    topics = [each for each in duplicate.topics if each not in target.topics]
    left = [f"topics {', '.join(topics)}"] if topics else []
    if not duplicate.every_answer:  # nothing can say it then
        left += [name for name in ("applies_to", "owner") if _said(duplicate, target, name)]
    left += [name for name in _LEFT if name in values]
    if left:
        yield f"{file}: not carried over from the duplicate: {'; '.join(left)}."
    if duplicate.every_answer and target.applies_to and not _is_within(duplicate, target):
        labels = ", ".join(target.applies_to)
        yield f"{file}: the thread is for {labels}; look whether the answers that joined it are."


def _said(duplicate: Thread, target: Thread, name: str) -> bool:
    return bool(getattr(duplicate, name)) and getattr(duplicate, name) != getattr(target, name)


def _is_within(duplicate: Thread, target: Thread) -> bool:
    """Tell whether a thread holds for nobody for whom another does not."""
    return bool(duplicate.applies_to) and set(duplicate.applies_to) <= set(target.applies_to)
