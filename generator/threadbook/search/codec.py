"""The format of the search index: how a document is written for Pagefind, and what browsers read.

`theme/assets/search/codec.js` is the other half: it reads what this module writes. Nothing else in
either language knows the format.

**What Pagefind is used for.** Pagefind splits an index into small files and loads those that a
query needs. Threadbook ranks by itself, so Pagefind is given stems instead of texts, and the only
thing asked of it is: which documents have this stem, and at what level?

**A document** is an HTML file with one `<body data-pagefind-body>` in the language `und`, for which
Pagefind has no stemmer of its own. The words in it lie in `<span>` elements, one for each
level that occurs. The level is written as `data-pagefind-weight`: Pagefind keeps weights in steps
of 1/24, rounded down, so level *n* is (*n* + 0.5) / 24. The words of a level are sorted, so an
index depends on the content only. The words are:

- *stems*: each stem of the document once, at a level from 1 to `levels` of `ranking.json`, closed
  with `qx`. Pagefind finds words that begin alike; with `qx` at its end no stem is the beginning
  of another one. A word that is still being typed is looked up without it.
- *stop words* of the site's language: the same, beginning with `qs`. Pagefind cuts the index by the
  alphabet, so they lie together in one part of it, and a question full of them loads only that.
- *filters*: `qf`, the filter's name, and the value with `qq` for each hyphen, where Pagefind would
  split it. They have level 1. `qfboardnewqqhereqx` is the board `new-here`. Pagefind has filters
  of its own, but writes them in another order each time, so no two builds would be equal.
- *votes*: `qfvotesqx`, whose level is the votes of the best answer plus 1, at most 240.

**What a result shows** (`Document.shown`, and `at`, the document's address) is JSON in the
meta field `said`. Each byte of its UTF-8 is written as the Braille pattern U+2800 + byte: Pagefind
puts the words of metadata into the index, and a Braille pattern is no part of a word.
The day of the last change is the sort key `day`, or `0` if there is none.

**The files** lie in the folder `search/` of the site:

- `pagefind/`, `pagefind-1/` and so on: the index, in bundles that Pagefind made and browsers merge.
- `settings.json`: what else a browser must know before it asks; see `encode_settings`.
- `vocabulary.txt`: every stem, and how many documents have it; see `encode_vocabulary`. Browsers
  load it to correct a typing error, and to tell whether any word begins in a certain way.
"""

from __future__ import annotations

import html
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from typing import Final

from threadbook.pages import Document
from threadbook.search.index import stop_stems
from threadbook.search.question import Groups
from threadbook.search.ranking import ranking
from threadbook.text import STEMMERS

FOLDER: Final = "search"
"""Where the index is on the site."""

SETTINGS: Final = "settings.json"
VOCABULARY: Final = "vocabulary.txt"

END: Final = "qx"
"""Closes every stem: no stem is the beginning of another one."""

_STOP: Final = "qs"
_FILTER: Final = "qf"
_HYPHEN: Final = "qq"

_MOST_VOTES: Final = 240
"""The highest level of votes: Pagefind's weights end at 10, which is 240 steps."""

_STEP: Final = 24
"""Pagefind keeps weights in steps of 1/24, rounded down."""

_LONGEST_SHARED: Final = 9
"""A line of the vocabulary has one digit for the letters it shares with the line before."""

_BRAILLE: Final = {byte: 0x2800 + byte for byte in range(256)}
_WHITESPACE: Final = re.compile(r"\s+")

_KEPT: Final = ("pagefind.js", "pagefind-entry.json", "pagefind-worker.js")
_KEPT_ENDINGS: Final = (".pagefind", ".pf_meta", ".pf_index", ".pf_filter", ".pf_fragment")


def encode_document(
    found: Document, stems: Mapping[str, int], stops: frozenset[str] = frozenset()
) -> bytes:
    """Return a document as Pagefind reads it: each stem once, weighted with its level.

    `stops` are the stems of stop words in the site's own language, in which questions are read.
    """
    parts = ['<!doctype html><html lang="und"><body data-pagefind-body>']
    shown = {"at": found.id, **{name: text for name, text in found.shown.items() if text}}
    parts.append(_value("meta", "said", encode_text(json.dumps(shown, ensure_ascii=False))))
    parts.append(_value("sort", "day", found.day or "0"))  # of several keys, the order would vary
    by_level: defaultdict[int, list[str]] = defaultdict(list)
    for name, values in found.filters.items():
        by_level[1] += (encode_filter(name, value) + END for value in values)
    by_level[min(max(found.votes, 0) + 1, _MOST_VOTES)].append(encode_filter("votes", "") + END)
    for stem, level in stems.items():
        by_level[level].append((_STOP if stem in stops else "") + stem + END)
    for level in sorted(by_level):
        weight = (level + 0.5) / _STEP  # the half keeps rounding from losing a level
        words = " ".join(sorted(by_level[level]))
        parts.append(f'<span data-pagefind-weight="{weight:.4f}">{words}</span> ')
    parts.append("</body></html>")
    return "".join(parts).encode()


def encode_filter(name: str, value: str) -> str:
    """Return the stem by which the documents with a filter's value are found; nobody types it."""
    return f"{_FILTER}{name}{value.replace('-', _HYPHEN)}"


def encode_text(text: str) -> str:
    """Return a text's UTF-8 as Braille patterns, of which no word is made."""
    return text.encode().decode("latin-1").translate(_BRAILLE)


def _value(kind: str, name: str, text: str) -> str:
    value = html.escape(_WHITESPACE.sub(" ", text))
    return f'<i data-pagefind-{kind}="{name}[data-v]" data-v="{value}"></i>'


def encode_settings(  # noqa: PLR0913 - what the file holds
    languages: Sequence[str],
    synonyms: Iterable[Sequence[str]],
    *,
    labels: Mapping[str, Mapping[str, str]],
    total: int,
    bundles: Sequence[str],
    ask_url: str,
    counts: Mapping[str, int],
) -> bytes:
    """Return what the browser must know before it asks, as JSON.

    `languages` are those of the texts, the site's first; `labels` are the names of filters'
    values; `total` is the number of documents; `bundles` are the folders of the index; `ask_url`
    is where a question can be asked, with `{title}` for its text, or empty; `counts` has the
    number of documents of each stem. `stops` in the file is how many documents have each
    stop word, so that a browser need not load the list of one that is everywhere.
    """
    content = {
        "languages": languages,
        "stemmers": [STEMMERS.get(language, "") for language in languages],
        "synonyms": Groups.of(synonyms, languages[0]).phrases,
        "labels": labels,
        "total": total,
        "bundles": bundles,
        "end": END,
        "stop": _STOP,
        "stops": {each: counts.get(each, 0) for each in sorted(stop_stems(languages[0]))},
        "ask_url": ask_url,
        "ranking": _ranking_for_browsers(languages),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _ranking_for_browsers(languages: Sequence[str]) -> dict[str, object]:
    """Return the constants without those that levels hold already, and without other languages."""
    by = ranking()._asdict()
    del by["fields"], by["saturation"], by["kinds"]
    stops = {
        language: sorted(words)
        for language, words in by["stop_words"].items()
        if language in languages
    }
    return by | {"stop_words": stops}


def encode_vocabulary(counts: Mapping[str, int]) -> bytes:
    """Return all stems, sorted, and in how many documents each is.

    A line is a digit, letters, a space and the number of documents. The digit says how many
    letters of the stem before come first: after `0mileston 3`, `3lion 9` stands for `million`.
    """
    lines, before = [], ""
    for stem in sorted(counts):
        shared = 0
        for one, other in zip(stem, before, strict=False):
            if one != other or shared == _LONGEST_SHARED:
                break
            shared += 1
        lines.append(f"{shared}{stem[shared:]} {counts[stem]}")
        before = stem
    return "\n".join(lines).encode()


def name_bundle(number: int) -> str:
    """Return the folder of an index's bundle, below `FOLDER`; the first is number 0."""
    return f"pagefind-{number}" if number else "pagefind"


def is_for_browsers(file: PurePath) -> bool:
    """Tell whether browsers need a file that Pagefind made; it brings its own interface too."""
    return file.name in _KEPT or file.suffix in _KEPT_ENDINGS
