"""How much of everything content may hold, and why.

A limit is several times what real knowledge bases need, and small enough that the page it ends up
on opens on a phone. Above it a list is a mistake, or an attempt to fill the publisher's disk.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Limit(NamedTuple):
    """The most there may be of something: what it is, and why not more.

    `field` is where it is written, by the kind of file and the names of fields; items of lists have
    no name.
    """

    most: int
    what: str
    field: str
    reason: str


ANSWERS: Final = Limit(
    1_000, "answers of a thread", "thread: answers", "All are on one page; hundreds are rare."
)
COMMENTS: Final = Limit(
    500, "comments on a post", "thread: answers.comments", "All are on one page."
)
TOPICS_OF_A_THREAD: Final = Limit(
    20, "topics of a thread", "thread: topics", "A thread about everything is about nothing."
)
ALSO_ASKED: Final = Limit(
    200, "entries of `also_asked`", "thread: also_asked", "The page shows five of them."
)
RELATED: Final = Limit(
    100, "related threads of a thread", "thread: related", "The page shows six of them."
)
REDIRECTS: Final = Limit(
    200, "old addresses of a page", "thread: redirect_from", "Each becomes a file in a folder."
)
SILENCES: Final = Limit(
    50,
    "silenced rules of a thread",
    "thread: silence",
    "A thread that breaks more is better mended.",
)
LINKS: Final = Limit(
    5_000,
    "links in a file",
    "thread: body",
    "Each is checked, and the page it leads to shows the sentence around it.",
)
STEPS: Final = Limit(
    300, "steps of a path", "path: steps", "All are on one page, and nobody ends a longer path."
)
PREREQUISITES: Final = Limit(
    20, "prerequisites of a path", "path: prerequisites", "Readers complete them all first."
)
OBJECTIVES: Final = Limit(
    50, "objectives of a path", "path: objectives", "Readers read them first."
)
CHOICES: Final = Limit(
    20, "choices of a check", "path: steps.check.choices", "Readers compare them."
)
WHOLE_PATH: Final = Limit(
    5_000_000,
    "bytes of all threads of a path",
    "path: steps.thread",
    "All are on one page for printing; a thread that is named twice counts twice.",
)
BOARDS: Final = Limit(100, "boards", "site: boards", "The navigation of every page may list them.")
TOPICS: Final = Limit(
    300, "topics", "site: topics", "The engine renders a page for each, with all in its navigation."
)
PEOPLE: Final = Limit(
    20_000, "people", "site: people", "All are in `site.yml`, which is read as a whole."
)
LABELS: Final = Limit(
    100, "labels", "site: labels", "The search page offers them all to choose from."
)
LABELS_OF_A_THREAD: Final = Limit(
    20, "labels of a thread or an answer", "thread: applies_to", "The page names them all."
)
FEATURED: Final = Limit(
    50, "featured topics, threads or paths", "site: featured.threads", "They are on the home page."
)
TERMS: Final = Limit(
    2_000, "words of the glossary", "glossary: term", "They are on one page, and looked for in all."
)
OTHER_WORDS: Final = Limit(
    20,
    "other words for a word of the glossary",
    "glossary: also",
    "Each is looked for on each page.",
)
GOLDEN_QUERIES: Final = Limit(
    10_000, "golden queries", "queries: query", "`threadbook search-test` asks them all."
)
SYNONYM_GROUPS: Final = Limit(
    2_000, "groups of synonyms", "synonyms: words", "Every reader who searches loads them."
)
SYNONYMS: Final = Limit(
    20, "words of a group of synonyms", "synonyms: words", "A search for one looks for all of them."
)

PICTURE_BYTES: Final = Limit(
    5_000_000, "bytes of a picture", "images/", "A reader on a telephone has to load it."
)
PICTURE_PIXELS: Final = Limit(
    25_000_000,
    "pixels of a picture",
    "images/",
    "A browser needs four bytes for each, and telephones give up at a few hundred megabytes.",
)
PICTURE_SIDE: Final = Limit(
    16_383,
    "pixels of a side of a picture",
    "images/",
    "No WebP is longer, and few graphics processors take more.",
)
FILE_BYTES: Final = Limit(
    25_000_000, "bytes of a file in `files/`", "files/", "Git keeps every version of it for ever."
)
MEDIA: Final = Limit(
    50_000, "pictures and files", "images/", "Each is looked at by every check and build."
)

LIMITS: Final = tuple(value for value in dict(globals()).values() if isinstance(value, Limit))
"""All of them, in the order of the manual."""


def write_limits() -> str:
    """Return the manual's table of limits, as Markdown."""
    rows = (f"| {limit.what} | {limit.most:,} | {limit.reason} |\n" for limit in LIMITS)
    return "| there may be | at most | because |\n| --- | ---: | --- |\n" + "".join(rows)
