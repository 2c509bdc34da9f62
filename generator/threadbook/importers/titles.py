"""Titles of threads: their own, or the beginning of what somebody wrote."""

from __future__ import annotations

import re
from typing import Final

from threadbook.importers.cleaning import Tell, one_line, to_markdown, without_private
from threadbook.importers.posts import Post
from threadbook.importers.slugs import titled
from threadbook.markdown import plain_text

LONGEST: Final = 200
"""Characters; longer titles are texts, and go into the question."""

_SENTENCE: Final = re.compile(r".{1,200}?[.!?\u3002\uff01\uff1f](?=\s|\Z)", re.DOTALL)
_FILE_NAME: Final = re.compile(r"([^/]+?)(?:\.question)?\.(?:md|markdown)\Z")


def make_title(post: Post, tell: Tell, answer: Post | None = None) -> str:
    """Return a thread's title: its own, or the beginning of its text where it has none.

    Where nothing is asked at all, it is the first sentence of the answer, or the file's name.
    """
    title = without_private(one_line(post.title), lambda *_: None)
    if len(title) > LONGEST:
        tell("Titles that were too long, which are whole in the question", title)
        title = f"{title[:LONGEST].rsplit(' ', 1)[0].rstrip(',;:.')} …"
    if title:
        return title
    guessed = _beginning(post, 80)
    if guessed:
        tell("Titles guessed from the text, because there was none", guessed)
        return guessed
    said = _beginning(answer, LONGEST) if answer is not None else ""
    if said:
        found = _SENTENCE.match(said)
        said = found[0] if found else one_line(plain_text(said, 80))
        tell("Titles taken from the first sentence of the answer, because there was no other", said)
        return said
    if named := _FILE_NAME.search(post.key):
        tell("Titles taken from the file's name, because there was no text for one", post.key)
        return titled(named[1])
    tell("Threads without a title or a text for one", post.key)
    return f"Untitled ({one_line(post.key)[:60]})"


def _beginning(post: Post, most: int) -> str:
    text = to_markdown(post.body[:5_000], post.markup, lambda *_: None)
    return one_line(plain_text(without_private(text, lambda *_: None), most))
