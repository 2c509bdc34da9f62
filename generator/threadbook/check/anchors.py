"""The rule about links within a text."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from threadbook.check.bodies import has_parts
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Guesses, Severity
from threadbook.load.file import Body, ProseFile, TextFile, ThreadFile
from threadbook.load.prose import take_heading
from threadbook.markdown import list_headings, list_ids
from threadbook.model import QUESTION_ID


@rule("TB219", Severity.ERROR, concerns=has_parts)
def own_anchor_is_there(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A link leads to a place in its own text that is not there.

    `#before-you-sign` leads to the heading "Before you sign" of the same text. Another answer is
    named with its thread: `[[sign-late#a2]]`.

    Bad:
        answer: |
          See [below](#befor-you-leave).

          # Before you leave

    Good:
        answer: |
          See [below](#before-you-leave).

          # Before you leave
    """
    guesses = Guesses()
    for body in file.bodies:
        links = [each for each in body.anatomy.links if each.url.startswith("#")]
        known = _own_anchors(file, body) if links else ()
        for link in links:
            anchor = unquote(link.url[1:])
            if anchor not in known:
                place = file.in_text(body.location, body.text, link.start)
                message = f"There is no heading `{link.url}` in this text."
                hint = guesses.say(anchor, known) or _advise(anchor, file)
                yield Problem(place, message, hint)


def _own_anchors(file: TextFile, body: Body) -> tuple[str, ...]:
    text = take_heading(body.text)[1] if isinstance(file, ProseFile) else body.text
    return (*(each.id for each in list_headings(text)), *list_ids(text))


def _advise(anchor: str, file: TextFile) -> str:
    answers = file.model.every_answer if isinstance(file, ThreadFile) else ()
    if answers and anchor in {QUESTION_ID, *(answer.id for answer in answers)}:
        return f"Write [[{file.source.id}#{anchor}]] to link to it."
    return "The id of a heading is its words in small letters, joined by hyphens."
