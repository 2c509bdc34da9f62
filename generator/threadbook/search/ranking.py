"""The constants of ranking, which the browser reads from the same file."""

from __future__ import annotations

import json
from functools import cache
from typing import Final, NamedTuple

from threadbook.theme_files import theme_folder

FILE: Final = "search/ranking.json"
"""The file of the constants, below the theme's assets."""


class Field(NamedTuple):
    """How much a field's words count: `weight` in proportion to other fields.

    `length` is the usual length of a text, in words; `normalisation`, from 0 to 1, says how much
    less each word of a longer text counts (`b` of BM25F: Robertson and Zaragoza, 2009,
    section 3.6). Stop words count in short fields only: in a title they say what kind of question
    it is.
    """

    weight: float
    length: float
    normalisation: float
    is_short: bool


class Joined(NamedTuple):
    """How words and meaning are joined, for one of the encoders of questions.

    - `words` is how much a document with the best score by words gains, beside its cosine.
    - `match` is how much it gains if that score is the most that the question's words could score.
      So words count more where they fit well, as rare ones do.
    - `share` is how much the share of its words that a document has adds to the confidence that it
      answers the question. From the `threshold` on, it does.
    - A question may be nearer to one that the site is known not to answer than to any document. The
      confidence falls by `gap` times the difference, from where that is `-margin`.
    - `width` is how far below the best a result may score.
    """

    words: float
    match: float
    share: float
    threshold: float
    gap: float
    margin: float
    width: float


class ByMeaning(NamedTuple):
    """The constants of search by meaning, for both encoders.

    `languages` has the constants of the encoders of other languages than English, whose cosines
    are others. `kinds` is added to what documents other than threads score. In a big base, meaning
    is looked up of the `rerank` best by words only.
    """

    encoder: Joined
    student: Joined
    languages: dict[str, Joined]
    kinds: dict[str, float]
    rerank: int


class Alone(NamedTuple):
    """The constants of search by words alone.

    A question is answered if a document has at least a share of `threshold` of its words. Results
    end where documents have less than `cut` times the share of the best.
    """

    threshold: float
    cut: float


class Sentence(NamedTuple):
    """How the sentence is chosen that answers a question.

    `words` is how much the share of the question's words that it has counts beside its cosine;
    `lead` is what the first sentence has before all others, because people begin with the answer.
    """

    words: float
    lead: float


class Ranking(NamedTuple):
    """All constants; those that are not described here are factors of a word's score.

    - `saturation` is `k1` of BM25F.
    - `levels` is the number of steps in which the weight of a word in a document is kept.
    - `rarity` is the exponent of a word's inverse document frequency.
    - `coverage` is the exponent of the share of a question's words that a thread has.
    - `beginning` is the factor of words that begin with the same `beginning_length` letters. They
      are looked up for a word that is in no more than `beginning_count` documents or a
      `beginning_share` of all.
    - `stop` is the factor of stop words. They are looked up if they are in no more than
      `stop_count` documents or a `stop_share` of all.
    - `unfinished` is the factor of a word that is still being typed.
    """

    levels: int
    saturation: float
    fields: dict[str, Field]
    kinds: dict[str, float]
    rarity: float
    coverage: float
    stop: float
    stop_count: int
    stop_share: float
    synonym: float
    typing_error: float
    beginning: float
    beginning_length: int
    beginning_share: float
    beginning_count: int
    unfinished: float
    meaning: ByMeaning
    alone: Alone
    sentence: Sentence
    stop_words: dict[str, frozenset[str]]


@cache
def ranking() -> Ranking:
    """Read the constants."""
    read = json.loads((theme_folder() / "assets" / FILE).read_text("utf-8"))
    read["fields"] = {name: Field(**field) for name, field in read["fields"].items()}
    meaning = read["meaning"]
    models = {name: Joined(**meaning[name]) for name in ("encoder", "student")}
    languages = {name: Joined(**each) for name, each in meaning["languages"].items()}
    read["meaning"] = ByMeaning(**meaning | models | {"languages": languages})
    read["alone"] = Alone(**read["alone"])
    read["sentence"] = Sentence(**read["sentence"])
    read["stop_words"] = {
        language: frozenset(" ".join(words).split())
        for language, words in read["stop_words"].items()
    }
    return Ranking(**read)
