"""How near documents are to questions, in memory; the browser's half is in `meaning/worker.js`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from threadbook.meaning import unpack
from threadbook.meaning.model import ENCODER, STUDENT
from threadbook.meaning.packing import Floats
from threadbook.pages import Document
from threadbook.search.codec import ONE_FILE, join_rows
from threadbook.search.fusion import Found, Fused, answer_by_meaning, correct
from threadbook.search.meant import Reading
from threadbook.search.question import Question, Ranked
from threadbook.search.ranking import Joined, Ranking
from threadbook.search.vectors import Reader


class Nearness:
    """The meaning of documents, which is read here as far as it is not known.

    In a big base only documents that words find are compared, and only their meaning is read.
    """

    def __init__(self, documents: Sequence[Document], reader: Reader, by: Ranking) -> None:
        """Take all documents; raise `UserError` if the model is damaged."""
        self.reader = reader
        self.by = by.meaning
        self.kinds = {each.id: self.by.kinds.get(each.kind, 0.0) for each in documents}
        reading = Reading(reader.model.language, reader.model.name)
        self.texts = {each.id: texts for each in documents if (texts := reading.texts(each))}
        self.keys = {id_: bytes.fromhex(reading.key(texts)) for id_, texts in self.texts.items()}
        self.is_whole = len(documents) <= ONE_FILE
        self.ids = list(self.texts) if self.is_whole else []
        self.matrix = self._read(self.ids)

    def answer(self, question: Question, found: Ranked, all_: Iterable[str]) -> Fused:
        """Answer a question, of which words `found` documents; `all_` may answer it."""
        cosines = self._compare(self._say(question, found), list(found.scores))
        known = Found(found.scores, found.shares, cosines, self.kinds)
        candidates = all_ if self.is_whole else found.scores
        return answer_by_meaning(candidates, known, found.possible, self.joined)

    @property
    def joined(self) -> Joined:
        """The constants for the encoder that reads questions."""
        return self.by.student if self.reader.settings.meaning == "student" else self.by.encoder

    def _say(self, question: Question, found: Ranked) -> str:
        """Return what a question says, without typing errors."""
        tokens = self.reader.model.vocabulary.tokens
        return correct(question.said, found.corrected, tokens)

    def _compare(self, said: str, best: Sequence[str]) -> dict[str, float]:
        """Return the cosine of each document; in a big base, of the `best` ones."""
        setting = self.reader.settings.meaning
        parts = STUDENT if setting == "student" else ENCODER[4 if setting == "best" else 3]
        asked = self.reader.model.encode_question(said, parts)
        if self.is_whole:
            ids, matrix = self.ids, self.matrix
        else:
            ids = [id_ for id_ in islice(best, self.by.rerank) if id_ in self.texts]
            matrix = self._read(ids)
        return dict(zip(ids, (matrix @ asked).tolist(), strict=True))

    def _read(self, ids: Sequence[str]) -> Floats:
        """Return the vectors of documents, a row for each."""
        wanted = {self.keys[id_]: number for number, id_ in enumerate(ids)}
        self.reader.read(wanted, lambda number: self.texts[ids[number]])
        rows = self.reader.vectors.choose([self.keys[id_] for id_ in ids])
        return unpack(join_rows(rows), self.reader.model.dimensions)
