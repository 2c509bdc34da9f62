"""Rules about pictures and files: that there are those which texts name, and only those."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator

from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Guesses, Place, Related, Severity
from threadbook.library import FILE_ENDINGS, PICTURE_ENDINGS
from threadbook.markdown import FILES, IMAGES

_SCHEMES = {IMAGES: "image:", FILES: "file:"}
_ENDINGS = {IMAGES: PICTURE_ENDINGS, FILES: FILE_ENDINGS}


@rule("TB230", Severity.ERROR)
def media_exist(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A text names a picture or file that does not exist.

    Readers would see its words only, or a link that leads nowhere. `image:accept.png` is the file
    `images/accept.png` in the content folder, and `file:offer.pdf` is `files/offer.pdf`.

    Bad:
        answer: "![The button Accept is below the offer](image:ofer.svg)"

    Good:
        answer: "![The button Accept is below the offer](image:offer.svg)"
    """
    media = base.library.media
    by_small = {name.lower() for name in media}
    guesses = Guesses(media)
    for reference in base.library.by_kind.get("medium", ()):
        if reference.target not in media and reference.target.lower() not in by_small:
            message = f"There is no file `{reference.target}` in the content folder."
            yield Problem(reference.place, message, _say_what_is_wrong(reference.target, guesses))


def _say_what_is_wrong(name: str, guesses: Guesses) -> str:
    folder = IMAGES if name.startswith(IMAGES) else FILES
    ending = posixpath.splitext(name)[1].lower()
    known, others = _ENDINGS[folder], _ENDINGS[FILES if folder == IMAGES else IMAGES]
    if ending in others and ending not in known:
        other = FILES if folder == IMAGES else IMAGES
        return f"A file like this belongs in {other} and is named by `{_SCHEMES[other]}`."
    if ending not in known:
        return f"Names in {folder} end in {', '.join(known)}."
    guess = guesses.guess(name)
    if guess is None:
        return f"Put the file in {folder}, or name one that is there."
    scheme = _SCHEMES[IMAGES if guess.startswith(IMAGES) else FILES]
    return f"Did you mean {scheme}{guess.partition('/')[2]}?"


@rule("TB232", Severity.ERROR)
def media_have_one_spelling(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A picture or file is named with other capital letters than it has.

    On Windows and macOS it is found all the same, and on the machine that publishes the site it is
    not. Two files whose names differ in nothing else cannot both exist on those systems.

    Bad:
        answer: "![The button Accept is below the offer](image:Offer.svg)"

    Good:
        answer: "![The button Accept is below the offer](image:offer.svg)"
    """
    by_small: defaultdict[str, list[str]] = defaultdict(list)
    for name in base.library.media:
        by_small[name.lower()].append(name)
    for names in by_small.values():
        first, *others = (base.library.media[name] for name in names)
        for other in others:
            message = f"`{other.name}` and `{first.name}` differ in capital letters only."
            related = (Related("the other", Place(first.file)),)
            yield Problem(Place(other.file), message, "Rename one of them.", related)
    for reference in base.library.by_kind.get("medium", ()):
        names = by_small.get(reference.target.lower(), [])
        if names and reference.target not in names:
            message = f"The file is called `{names[0]}`; capital letters count."
            scheme = _SCHEMES[IMAGES if names[0].startswith(IMAGES) else FILES]
            yield Problem(reference.place, message, f"Write {scheme}{names[0].partition('/')[2]}.")


@rule("TB233", Severity.WARNING)
def media_are_used(base: Base, _: Circumstances) -> Iterator[Problem]:
    """No text names a picture or file.

    It is not published, and everybody who gets the repository loads it. Often it was replaced by a
    newer one, or its name is mistyped where it is meant.

    Bad:
        content/images/nobody-shows-me.svg

    Good:
        content/images/offer.svg
    """
    if base.library.unreadable:
        return  # nobody knows what they show
    used = {each.target.lower() for each in base.library.by_kind.get("medium", ())}
    for name, medium in base.library.media.items():
        if name.lower() not in used:
            yield Problem(Place(medium.file), "No text names this file.", "Remove it.")
