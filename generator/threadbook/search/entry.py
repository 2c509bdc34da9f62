"""The entry to an index: what a browser must know before it asks, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from threadbook.search.codec import GROUP, PLACES
from threadbook.search.index import stop_stems
from threadbook.search.question import Groups
from threadbook.search.ranking import ranking
from threadbook.text import STEMMERS

SETTINGS: Final = "settings.json"
"""The name of the file, in the folder of the index."""


def encode_settings(  # noqa: PLR0913 - what the file holds
    languages: Sequence[str],
    synonyms: Iterable[Sequence[str]],
    *,
    labels: Mapping[str, Mapping[str, str]],
    total: int,
    folder: str,
    shards: Sequence[str],
    filters: Iterable[str],
    ask_url: str,
    counts: Mapping[str, int],
    meaning: Mapping[str, object] | None,
) -> bytes:
    """Return what the browser must know before it asks, as JSON.

    `languages` are those of the texts, the site's first; `labels` are the names of filters'
    values; `total` is the number of documents; `folder` is where the index is, `shards` has the
    first stem of each shard, and `filters` those with a column; `ask_url` is where a question
    can be asked, with `{title}` for its text, or empty; `counts` has the number of documents of
    each stem; `meaning` says where models and vectors are. `stops` in the file is how many
    documents have each stop word, so that a browser need not load the list of one that is
    everywhere.
    """
    content = {
        "languages": languages,
        "stemmers": [STEMMERS.get(language, "") for language in languages],
        "synonyms": Groups.of(synonyms, languages[0]).phrases,
        "labels": labels,
        "total": total,
        "group": GROUP,
        "places": PLACES,
        "folder": folder,
        "shards": shards,
        "filters": list(filters),
        "stops": {each: counts.get(each, 0) for each in sorted(stop_stems(languages[0]))},
        "ask_url": ask_url,
        "meaning": meaning,
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
    meaning = by["meaning"]._asdict()
    for name in ("encoder", "student"):
        meaning[name] = meaning[name]._asdict()
    meaning["languages"] = {
        language: joined._asdict()
        for language, joined in meaning["languages"].items()
        if language in languages
    }
    others = {name: by[name]._asdict() for name in ("alone", "sentence")}
    return by | others | {"stop_words": stops, "meaning": meaning}
