"""What a site's questions mean, where the package with its model is installed here.

The site says which model it was built with, and has the vectors of its documents. Without that very
model, or with many documents, search is by words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

from threadbook.errors import UserError
from threadbook.meaning import Model, find_model, row_size, unpack
from threadbook.meaning.model import Parts
from threadbook.meaning.packing import Floats
from threadbook.search.codec import FOLDER, SCALE
from threadbook.search.fusion import Found, Fused, answer_by_meaning
from threadbook.search.models import name_of
from threadbook.search.nearness import Asker
from threadbook.search.question import Question, Ranked, fits
from threadbook.search.reading import Meant, ReadIndex, UnreadableIndexError

_LONGEST_NAMES: Final = 1_000_000
"""The longest vocabulary, in bytes."""


@dataclass(frozen=True)
class Meaning:
    """What is needed to answer by meaning: who reads questions, and the vectors of an index."""

    asker: Asker
    documents: Floats
    gaps: Floats
    kinds: Mapping[str, float]

    def answer(self, question: Question, found: Ranked, index: ReadIndex) -> Fused:
        """Answer a question, of which words `found` documents."""
        asked = self.asker.read(question, found)
        cosines = dict(zip(index.texts, (self.documents @ asked).tolist(), strict=True))
        gap = float(max(self.gaps @ asked, default=-1.0))
        known = Found(found.scores, found.known, cosines, self.kinds, gap)
        candidates = (id_ for id_ in index.texts if fits(question, id_, index))
        by = self.asker.joined(index.facts.ranking.meaning)
        return answer_by_meaning(candidates, known, found.possible, by)


def open_meaning(index: ReadIndex) -> Meaning | None:
    """Return what is needed to answer by meaning, if all of it is here."""
    meant = index.facts.meaning
    if meant is None or not meant.file:
        return None
    with suppress(UserError):  # a damaged package, which `doctor` tells of
        model = find_model(meant.language)
        parts = _find_parts(model, meant) if model else None
        if model and parts:
            return _read(index, meant, model, parts)
    return None


def _find_parts(model: Model, meant: Meant) -> Parts | None:
    """Return the installed encoder that the site sends to browsers."""
    return next((each for each in model.askers if _names(model, each.layers) == meant.layers), None)


def _names(model: Model, file: str) -> str:
    return name_of(file, model.read(file))


def _read(index: ReadIndex, meant: Meant, model: Model, parts: Parts) -> Meaning:
    own = _read_own(index, meant, model)
    content = index.read_beside(meant.file)
    size = SCALE + row_size(model.dimensions)
    total = index.facts.total
    if len(content) != size * (total + meant.gaps):
        raise UnreadableIndexError(f"{meant.file} of the search index is damaged.")
    vectors = unpack(content, model.dimensions)
    by = index.facts.ranking.meaning
    kinds = {
        id_: offset for kind, offset in by.kinds.items() for id_ in index.filtered("kind", kind)
    }
    return Meaning(Asker(model, parts, own), vectors[:total], vectors[total:], kinds)


def _read_own(index: ReadIndex, meant: Meant, model: Model) -> tuple[str, ...]:
    """Return the tokens that the site adds to those of every browser."""
    with _readable(meant.vocabulary):
        content = index.read_site(f"{FOLDER}/meaning/{meant.vocabulary}")[:_LONGEST_NAMES]
        names = content.decode().rstrip("\n").split("\n")
        own: Sequence[str] = names[len(model.least) :]
        if names[: len(model.least)] != model.least or not model.has_all(own):
            raise ValueError("it is not this model's")
    return tuple(own)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    try:
        yield
    except LookupError as error:
        raise UnreadableIndexError(f"There is no {name} on the site.") from error
    except ValueError as error:
        raise UnreadableIndexError(f"{name} of the site is damaged.") from error
