"""Text as such: scripts, words and their stems, and counts in English.

Nothing here knows of threads, files or HTML.
"""

from threadbook.text.english import count
from threadbook.text.scripts import UNSPACED
from threadbook.text.words import (
    LONGEST_WORD,
    STEMMERS,
    language_of,
    normalize,
    split_words,
    stem,
    stem_words,
)

__all__ = [
    "LONGEST_WORD",
    "STEMMERS",
    "UNSPACED",
    "count",
    "language_of",
    "normalize",
    "split_words",
    "stem",
    "stem_words",
]
