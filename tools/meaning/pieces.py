"""Which pieces of a multilingual model a language needs: by how often its words are used.

Frequencies come from the package `wordfreq`; only the choice of pieces depends on them.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from threadbook.meaning.pieces import FIRST, LAST, SPACE, UNKNOWN, Pieces, split

WORDS = 40_000
"""Words of a language that are looked at: those that are used most."""
SPARE = 1.15
"""So many times more pieces stay in a first round: words are cut anew without the others."""
CHARACTERS = {"ja": 3_500}
"""How many characters of a language stay as pieces, so that other words can be spelt."""
OTHERS = 400
SIGNS = (
    "".join(map(chr, range(33, 127)))
    + "äöüßÄÖÜáéíóúñÁÉÍÓÚÑ¿¡«»„“”‚‘’–—…•€£¥$§°→؟،؛٪ـ۔、。「」『』・ー〜～"  # noqa: RUF001
)
"""Characters that stay in every language."""
CAPITALS = {"de": 1.0, "es": 0.3}
"""How often a word has a capital, beside once without: the lists of words have none."""
INSIDE = {"ja": 0.3}
"""Languages without spaces: a word seldom begins a text."""
SENTENCES = 0.05
"""What texts count beside the lists, where no space shows a word."""


def choose(
    names: Sequence[str], language: str, texts: Sequence[str], size: int, prefix: str
) -> list[int]:
    """Return the numbers of the pieces that stay, in order.

    Args:
        names: the model's pieces as lines, each with what it is worth
        language: its tag
        texts: some texts of it
        size: how many stay at most
        prefix: what the model reads before every text, whose pieces stay
    """
    whole = Pieces(names)
    known = [name.partition("\t")[0] for name in names]
    words = count_words(language, texts)
    always = keep_always(set(known), words, language, texts)
    always |= {known[number] for word in split(prefix) for number in whole.cut(word)}
    used = [piece for piece in count_pieces(whole, words) if piece not in always]
    some = always | set(used[: int(size * SPARE)])
    left = [name for name, piece in zip(names, known, strict=True) if piece in some]
    used = [piece for piece in count_pieces(Pieces(left), words) if piece not in always]
    final = always | set(used[: size - len(always)])
    return [number for number, piece in enumerate(known) if piece in final]


def count_words(language: str, texts: Iterable[str]) -> dict[str, float]:
    """Return how often words are used, as they are cut."""
    # Only here, because nothing else needs the package.
    import wordfreq  # noqa: PLC0415

    often = wordfreq.get_frequency_dict(language)
    found: Counter[str] = Counter()
    for word in wordfreq.top_n_list(language, WORDS):
        for written, share in ways_to_write(unicodedata.normalize("NFKC", word), language):
            found[written] += often[word] * share
    if language in INSIDE:
        whole = [word for text in texts for word in split(text)]
        for word in whole:
            found[word] += SENTENCES / len(whole)  # type: ignore[assignment]
    return dict(found)


def ways_to_write(word: str, language: str) -> list[tuple[str, float]]:
    """Return how a word is written, and how often so."""
    if language in INSIDE:
        return [(word, 1.0), (SPACE + word, INSIDE[language])]
    found = [(SPACE + word, 1.0)]
    if language in CAPITALS and word[0].isalpha():
        found.append((SPACE + word[0].upper() + word[1:], CAPITALS[language]))
    return found


def keep_always(
    known: set[str], words: Mapping[str, float], language: str, texts: Iterable[str]
) -> set[str]:
    """Return the special pieces, and the characters of a language."""
    used: Counter[str] = Counter()
    for word, often in words.items():
        for character in word:
            used[character] += often  # type: ignore[assignment]
    for character in "".join(texts):
        used[character] += 1e-4  # type: ignore[assignment]
    own = [each for each, _ in used.most_common(CHARACTERS.get(language, OTHERS))]
    return {FIRST, LAST, UNKNOWN, SPACE, *SIGNS, *own} & known


def count_pieces(pieces: Pieces, words: Mapping[str, float]) -> list[str]:
    """Return the pieces that words need, the most used first; a word counts as a root."""
    found: Counter[str] = Counter()
    for word, often in words.items():
        for number in pieces.cut(word):
            found[pieces.tokens[number]] += math.sqrt(often)  # type: ignore[assignment]
    return [piece for piece, _ in found.most_common()]
