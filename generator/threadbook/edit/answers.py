"""Adding answers to a thread's file, with everything else in it left as it is."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from threadbook.edit.comments import find_comments
from threadbook.edit.fmt import format_content
from threadbook.edit.new import write_post
from threadbook.edit.reshaping import turn_into_list
from threadbook.edit.surgery import CannotEditError, extend_list
from threadbook.errors import FindingsError, UserError
from threadbook.load.sources import FileKind
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Answer, Thread


def add_answers(text: str, thread: Thread, answers: Sequence[Mapping[str, Any]]) -> str:
    """Put answers after those of a thread, whose file says `text`; raises `CannotEditError`.

    The answer of the short form becomes the first of a list, accepted as it was.
    """
    if thread.answer is not None:
        extra = [] if thread.answer.id else ["id: a1"]
        extra += [] if thread.answer.accepted else ["accepted: true"]
        text = turn_into_list(text, "answer", "answers", extra)
    return extend_list(text, (), "answers", answers, Thread)


def append_answer(text: str, body: str, by: str, today: datetime.date) -> str:
    """Return the canonical text of a thread with one more answer, which nobody has accepted yet.

    Comments stay. Raises `UserError` if the file cannot be changed without loss.
    """
    text = text.replace("\r\n", "\n")
    text += "" if text.endswith("\n") else "\n"
    before, _ = validate(Thread, parse(text, ""), "")
    if before is None:
        raise FindingsError("The file of the thread has errors; `threadbook check` names them.")
    own = {each.id for each in before.every_answer}
    id_ = next(name for name in (f"a{at}" for at in range(1, len(own) + 2)) if name not in own)
    new = {"id": id_, **write_post(body, by, today)}
    try:
        longer = add_answers(text, before, [new])
    except CannotEditError:
        longer = ""
    result = format_content(longer, FileKind.THREAD).text or ""
    after, _ = validate(Thread, parse(result, ""), "")
    if (
        after is None
        or after.every_answer != (*before.every_answer, Answer.model_validate(new))
        or _comments(text) - _comments(result)
    ):
        raise UserError("An answer cannot be added to the file of the thread without loss.")
    return result


def _comments(text: str) -> Counter[str]:
    return Counter(comment.text for comment in find_comments(text))
