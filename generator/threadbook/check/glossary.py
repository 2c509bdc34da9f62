"""Rules about the glossary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Place, Related, Severity
from threadbook.model import make_anchor

LENGTH: Final = 240
"""What somebody reads at a glance, in characters: three lines of a small box."""


@rule("TB801", Severity.ERROR)
def word_is_defined_once(base: Base, _: Circumstances) -> Iterator[Problem]:
    """The glossary defines a word twice.

    Readers could be shown only one of the definitions, and nobody could tell which. Words that
    differ only in case, spaces or hyphens are the same word. Join the two entries; other words for
    the same thing belong in `also`.

    Bad:
        - {term: escrow, definition: Money that is held until you deliver.}
        - {term: Escrow, definition: The client's deposit.}

    Good:
        - {term: escrow, definition: The client's money, also: [deposit]}
    """
    file = base.glossary
    known: dict[str, Place] = {}
    for at, term in enumerate(file.model.root if file else ()):
        for number, word in enumerate(term.words):
            assert file is not None  # noqa: S101 - it has terms
            place = file.at(at, "also", number - 1) if number else file.at(at, "term")
            first = known.setdefault(make_anchor(word), place)
            if first != place:
                yield Problem(
                    place,
                    f'The glossary defines "{word}" twice.',
                    "Join the two entries, or remove one.",
                    (Related("the first", first),),
                )


@rule("TB802", Severity.WARNING)
def definition_is_short(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A definition is longer than 240 characters.

    It is shown in a small box over the text, to somebody who wants to read on. Say what the word
    means in a sentence or two; anything else belongs in a thread, which `thread` names.

    Bad:
        - term: milestone
          definition: >-
            A part of the work with its own amount. The client pays it in before you begin, and
            it is released when the part is approved. Clients who forget are reminded; after two
            weeks it is released without them, unless they asked for changes in the meantime.

    Good:
        - term: milestone
          definition: A part of the work with its own amount, paid when it is approved.
          thread: when-am-i-paid
    """
    file = base.glossary
    for at, term in enumerate(file.model.root if file else ()):
        if len(term.definition) > LENGTH:
            assert file is not None  # noqa: S101 - it has terms
            yield Problem(
                file.at(at, "definition"),
                f'The definition of "{term.term}" has {len(term.definition)} characters.',
                "Say it in a sentence or two, and name the `thread` that explains the rest.",
            )
