"""What is written below an issue: the closest threads, and what became of the form.

Nothing that a stranger wrote is repeated as it is: a comment is posted in the name of the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from threadbook.forms.fields import Kind
from threadbook.report.github import plain_markdown

_THANKS: Final = {
    Kind.QUESTION: "Thank you for the question. It will become `{file}`",
    Kind.ANSWER: "Thank you for the answer. It will be added to `{file}`",
    Kind.PROBLEM: "Thank you for the report. It is about `{file}`",
}


class Near(NamedTuple):
    """A thread that may answer a question: its title, its address, and whether it is solved."""

    title: str
    url: str
    is_solved: bool


def write_comment(kind: Kind, file: str, branch: str, near: Sequence[Near]) -> str:
    """Return the comment for a form that was taken; a branch waits for an editor."""
    words = _THANKS[kind].format(file=file)
    words += f", on the branch `{branch}`, once an editor has looked at it." if branch else "."
    closest = _list_near(near, "One of these may already help:") if near else ()
    return "\n".join([words, *closest, ""])


def write_refusal(why: str, notes: Iterable[str], near: Sequence[Near]) -> str:
    """Return the comment for a form of which nothing could be made."""
    words = [f"This form could not be turned into a file yet. {plain_markdown(why)}"]
    words += [f"- {plain_markdown(note)}" for note in notes]
    closest = _list_near(near, "Closest matches:") if near else ()
    return "\n".join([*words, "", "An editor can do it by hand.", *closest, ""])


def _list_near(near: Iterable[Near], words: str) -> Iterator[str]:
    yield from ("", words, "")
    for each in near:
        solved = " (answered)" if each.is_solved else ""
        title = plain_markdown(each.title)
        yield f"- [{title}]({each.url}){solved}" if each.url else f"- {title}{solved}"
