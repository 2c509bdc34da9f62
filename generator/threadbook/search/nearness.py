"""How near documents are to questions, in memory; the browser's half is in `meaning/worker.js`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from threadbook.meaning import Model, unpack
from threadbook.meaning.model import STUDENT, Parts
from threadbook.meaning.packing import Floats
from threadbook.pages import Document
from threadbook.search.codec import ONE_FILE, join_rows
from threadbook.search.fusion import Found, Fused, answer_by_meaning, correct
from threadbook.search.meant import Reading, Texts
from threadbook.search.question import Question, Ranked
from threadbook.search.ranking import ByMeaning, Joined, Ranking
from threadbook.search.vectors import Reader


@dataclass(frozen=True, slots=True)
class Asker:
    """Reads questions as a site's browsers do: by an encoder, with the site's own tokens."""

    model: Model
    parts: Parts
    own: tuple[str, ...]

    def read(self, question: Question, found: Ranked) -> Floats:
        """Return the vector of a question, without the typing errors that words found in it."""
        said = question.said
        if not self.model.has_pieces:  # pieces are short enough to survive a typing error
            said = correct(said, found.corrected, self.model.names(self.own))
        return self.model.encode_question(said, self.parts, self.own)

    def joined(self, by: ByMeaning) -> Joined:
        """Return the constants for this encoder."""
        if self.parts == STUDENT:
            return by.student
        return by.languages.get(self.model.language, by.encoder)


class Nearness:
    """The meaning of documents, which is read here as far as it is not known.

    In a big base only documents that words find are compared, and only their meaning is read.
    """

    def __init__(
        self,
        documents: Sequence[Document],
        stems: Mapping[str, int],
        gaps: Sequence[str],
        reader: Reader,
        by: Ranking,
    ) -> None:
        """Take all documents and their stems, and questions that the site is known not to answer.

        `stems` has the number of documents with each. Raise `UserError` if the model is damaged.
        """
        self.reader = reader
        setting = reader.settings.meaning
        parts = reader.model.asker(setting)
        self.asker = Asker(reader.model, parts, reader.model.choose_own(stems))
        self.by = by.meaning
        self.kinds = {each.id: self.by.kinds.get(each.kind, 0.0) for each in documents}
        self.reading = Reading(reader.model.language, reader.model.name)
        self.texts = {each.id: texts for each in documents if (texts := self.reading.texts(each))}
        self.is_whole = len(documents) <= ONE_FILE
        self.ids = list(self.texts) if self.is_whole else []
        self.matrix = self._read(self.ids)
        self.gaps = self._read_texts([(each,) for each in gaps] if self.is_whole else [])

    def answer(self, question: Question, found: Ranked, all_: Iterable[str]) -> Fused:
        """Answer a question, of which words `found` documents; `all_` may answer it."""
        asked = self.asker.read(question, found)
        cosines = self._compare(asked, list(found.scores))
        gap = float(max(self.gaps @ asked, default=-1.0))
        known = Found(found.scores, found.known, cosines, self.kinds, gap)
        candidates = all_ if self.is_whole else found.scores
        return answer_by_meaning(candidates, known, found.possible, self.joined)

    @property
    def joined(self) -> Joined:
        """The constants for the encoder that reads questions."""
        return self.asker.joined(self.by)

    def _compare(self, asked: Floats, best: Sequence[str]) -> dict[str, float]:
        """Return the cosine of each document; in a big base, of the `best` ones."""
        if self.is_whole:
            ids, matrix = self.ids, self.matrix
        else:
            ids = [id_ for id_ in islice(best, self.by.rerank) if id_ in self.texts]
            matrix = self._read(ids)
        return dict(zip(ids, (matrix @ asked).tolist(), strict=True))

    def _read(self, ids: Sequence[str]) -> Floats:
        """Return the vectors of documents, a row for each."""
        return self._read_texts([self.texts[id_] for id_ in ids])

    def _read_texts(self, texts: Sequence[Texts]) -> Floats:
        keys = [bytes.fromhex(self.reading.key(each)) for each in texts]
        wanted = {key: number for number, key in enumerate(keys)}
        self.reader.read(wanted, texts.__getitem__)
        rows = self.reader.vectors.choose(keys)
        return unpack(join_rows(rows), self.reader.model.dimensions)
