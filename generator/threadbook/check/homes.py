"""Rules about where pictures and files are that a text names, by the text alone."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from threadbook.check.bodies import has_parts
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Severity
from threadbook.library import FILE_ENDINGS, PICTURE_ENDINGS
from threadbook.load.file import ProseFile, TextFile
from threadbook.markdown import name_medium


@rule("TB231", Severity.ERROR, concerns=has_parts)
def pictures_are_at_home(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text shows a picture, or names a file, that is not in `images/` or `files/`.

    All pictures are in `images/` in the content folder, and all other files in `files/`: one place
    to look for them, to exchange them, and to see which nobody uses. A file beside a thread would
    be lost when the thread moves to another board.

    Bad:
        answer: "![The button Accept is below the offer](offer.svg)"

    Good:
        answer: "![The button Accept is below the offer](image:offer.svg)"
    """
    if isinstance(file, ProseFile):
        return  # it may have pictures beside it, as MkDocs has them: see TB924
    for body in file.bodies:
        for image in body.anatomy.images:
            if name := find_stray(image.url, file.way, is_picture=True):
                message = f"`{image.url}` is not in images/, so no page can show it."
                hint = f"Put the file in images/ in the content folder, and write image:{name}."
                yield Problem(file.in_text(body.location, body.text, image.start), message, hint)
        for link in body.anatomy.links:
            if link.thread is None and (name := find_stray(link.url, file.way, is_picture=False)):
                scheme = "image:" if name.lower().endswith(PICTURE_ENDINGS) else "file:"
                folder = "images/" if scheme == "image:" else "files/"
                message = f"`{link.url}` is not in {folder}, so the link leads nowhere."
                hint = f"Put the file in {folder} in the content folder, and write {scheme}{name}."
                yield Problem(file.in_text(body.location, body.text, link.start), message, hint)


def find_stray(url: str, way: str, *, is_picture: bool) -> str:
    """Return the name of a file on this site that is not at home; empty for any other address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    name = posixpath.basename(unquote(parts.path))
    if parts.scheme or parts.netloc or not name or name_medium(url, way) is not None:
        return ""
    is_file = name.lower().endswith((*PICTURE_ENDINGS, *FILE_ENDINGS))
    is_page = name.endswith((".md", ".json")) or name.startswith("llms")
    return name if is_picture or (is_file and not is_page) else ""
