"""The rules of loading: what can be wrong with one file, before anything is known of what it says.

A file that breaks an essential rule gives no model, so no setting can lower such a rule.
"""

from __future__ import annotations

from typing import Final

from threadbook.findings import Rule, Severity


def _error(id_: str, documentation: str) -> Rule:
    return Rule.from_docstring(id_, Severity.ERROR, documentation, is_essential=True)


MISSING_FILE: Final = _error(
    "TB001",
    """A file that every knowledge base needs is missing.

    `site.yml` names the boards, topics and people that threads refer to by id. Without it nothing
    else makes sense. It belongs directly in the content folder, which `content_dir` names.

    Bad:
        content/threads/new/first.yml

    Good:
        content/site.yml
        content/threads/new/first.yml
    """,
)
UNREADABLE: Final = _error(
    "TB002",
    """The file cannot be read.

    It may be a device or a pipe, or its permissions may forbid it. Only ordinary files are read, so
    a build never waits for something that does not answer. A file that takes the processor longer
    than 20 seconds is given up, and the others are checked as usual.

    Bad:
        ---------- content/site.yml

    Good:
        -rw-r--r-- content/site.yml
    """,
)
TOO_LARGE: Final = _error(
    "TB003",
    """The file is larger than the configured limit.

    A thread of a million bytes is a mistake, or an attempt to slow the build down. The limit is
    `max_file_size` in mkdocs.yml, in bytes.

    Bad:
        content/threads/new/everything.yml, 4,812,002 bytes

    Good:
        content/threads/new/one-question.yml, 3,511 bytes
    """,
)
NOT_UTF8: Final = _error(
    "TB004",
    """The file is not UTF-8 text.

    Other encodings look right on one machine and wrong on all others. Every editor can save a
    file as UTF-8, and most do so by default.

    Bad:
        title: Do I need a résumé?   (saved as Latin-1)

    Good:
        title: Do I need a résumé?   (saved as UTF-8)
    """,
)
SYMLINK: Final = _error(
    "TB005",
    """A link in the content folder leads out of it, or to a folder.

    With such a link a pull request could publish any file of the machine that builds the site. A
    link to a file inside the content folder is fine.

    Bad:
        content/pages/notes.md -> ../../../secrets.txt

    Good:
        content/pages/notes.md
    """,
)
MISPLACED: Final = _error(
    "TB006",
    """The file is where no thread, path or site file is expected.

    Folders have a meaning: a thread belongs in the folder of its board, a path directly in
    `paths/`. A file anywhere else would be left out of the site without a warning.

    Bad:
        content/threads/first-question.yml

    Good:
        content/threads/new/first-question.yml
    """,
)
NOT_READ: Final = Rule.from_docstring(
    "TB007",
    Severity.WARNING,
    """The file's name ends in something Threadbook does not read.

    The names of threads and paths end in `.yml` or `.yaml`. A file beside them that ends in `.md`
    looks like content but would be left out of the site.

    Bad:
        content/threads/work/house-rules.md

    Good:
        content/pages/house-rules.md
    """,
)
SAME_FILE: Final = _error(
    "TB018",
    """Two files differ only in `.yml` and `.yaml`.

    Both endings are read, so both files would be the same thread, path or list. The one that ends
    in `.yml` counts.

    Bad:
        content/threads/new/first-question.yaml

    Good:
        content/threads/new/first-question.yml
    """,
)
SYNTAX: Final = _error(
    "TB010",
    """The file is not valid YAML.

    Usually a quote is missing, a text contains a colon and a space, or a line is indented
    differently from its neighbours. The finding points to where reading stopped; the mistake may
    be on the line above.

    Bad:
        title: Fixed price or hourly: which one?

    Good:
        title: "Fixed price or hourly: which one?"
    """,
)
DUPLICATE_KEY: Final = _error(
    "TB011",
    """A mapping has the same key twice; YAML keeps only one.

    Which of the two survives depends on the program that reads the file, and the other is lost
    without a warning.

    Bad:
        title: When am I paid?
        title: When do I get my money?

    Good:
        title: When am I paid?
        also_asked: [When do I get my money?]
    """,
)
ALIASES: Final = _error(
    "TB012",
    """Aliases (`*name`) repeat so much content that it fills the memory.

    Nine lists of nine aliases each make a billion values. A few aliases are fine; content that
    needs more than a thousand repetitions must be written out.

    Bad:
        related: [*a, *a, *a, *a, *a, *a, *a, *a, *a]

    Good:
        related: [decline-an-offer]
    """,
)
NESTING: Final = _error(
    "TB013",
    """Lists and mappings are nested more deeply than any field.

    No field is more than a dozen levels deep. Deeper nesting is a mistake in the indentation, or
    an attempt to exhaust the program that reads it.

    Bad:
        topics: [[[[[[[[[[[[[[[[[[[[[[[[[[contracts]]]]]]]]]]]]]]]]]]]]]]]]]]

    Good:
        topics: [contracts]
    """,
)
TAG: Final = _error(
    "TB014",
    """The file uses tags or merge keys, which content does not need.

    Tags (`!!python/object`) can make other programs run code, and only some programs understand
    merge keys (`<<`).

    Bad:
        title: !!binary SGVsbG8=

    Good:
        title: How do I say hello to a client?
    """,
)
SEVERAL_DOCUMENTS: Final = _error(
    "TB015",
    """The file holds more than one YAML document.

    A line of three hyphens begins another document, which would be left out of the site. Each
    thread has a file of its own, because the file's name is the thread's address.

    Bad:
        title: When am I paid?
        ---
        title: Who pays the fee?

    Good:
        title: When am I paid?
    """,
)
TOO_MANY: Final = _error(
    "TB017",
    """There is more of something than a site can show.

    Lists have limits far above what real content needs, so that no file can fill a page that nobody
    could open, or the publisher's disk. `manual/content.md` lists them all with their reasons. The
    finding is at the first entry too many.

    Bad:
        topics: [contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts, contracts]

    Good:
        topics: [contracts]
    """,  # noqa: E501 - a long list is what it is about
)
UNKNOWN_FIELD: Final = _error(
    "TB101",
    """There is no field of this name.

    Usually it is a typing mistake. The message names the field that was probably meant, or all
    fields that are known in this place.

    Bad:
        titel: When am I paid?

    Good:
        title: When am I paid?
    """,
)
MISSING_FIELD: Final = _error(
    "TB102",
    """A required field is missing.

    A thread needs a title and at least one topic; without them no list can show it.

    Bad:
        title: When am I paid?
        answer: When the client has approved the work.

    Good:
        title: When am I paid?
        topics: [payments]
        answer: When the client has approved the work.
    """,
)
WRONG_KIND: Final = _error(
    "TB103",
    """A value of another kind is expected here.

    It is a list instead of a text, a text instead of a list, or empty.

    Bad:
        topics: payments

    Good:
        topics: [payments]
    """,
)
AMBIGUOUS: Final = _error(
    "TB104",
    """YAML reads this as something other than the text it looks like.

    `no` is false, `12:30` is the number 750 (12 sixties and 30), and `1e3` is a thousand to some
    programs and text to others. Quotes make it text for all of them.

    Bad:
        title: 12:30

    Good:
        title: "12:30"
    """,
)
BAD_VALUE: Final = _error(
    "TB105",
    """The value is of the right kind but is not allowed.

    For example a status that does not exist, a negative number of minutes, a web address without
    `https://`, or the id of another answer.

    Bad:
        status: finished

    Good:
        status: published
    """,
)
BAD_ID: Final = _error(
    "TB106",
    """An id is not a lower-case slug that can become a web address.

    An id is lower-case letters and digits, joined by single hyphens, at most 100 characters. It
    works in every address bar and on every file system, and it can be read aloud.

    Bad:
        content/threads/new/First_Question.yml

    Good:
        content/threads/new/first-question.yml
    """,
)
SAME_ID: Final = _error(
    "TB107",
    """Two things of one kind share an id.

    The ids of threads are unique across all boards, because a thread's address does not include
    its board.

    Bad:
        content/threads/new/first-question.yml
        content/threads/work/first-question.yml

    Good:
        content/threads/new/first-question.yml
        content/threads/work/first-contract.yml
    """,
)
BODY_NESTING: Final = _error(
    "TB108",
    """Markdown or HTML is nested too deeply.

    Quotes within quotes, a hundred levels deep, help no reader, and the time to sanitise them
    grows with the square of the depth.

    Bad:
        answer: "> > > > > > > > > > (a hundred times) > Yes."

    Good:
        answer: "> Yes."
    """,
)

NOT_PUBLISHED: Final = Rule.from_docstring(
    "TB921",
    Severity.WARNING,
    """A file in the folder of prose is neither Markdown nor a picture.

    Anybody who can propose a change can put a file there, and HTML or a script could take over the
    whole site. So only Markdown and pictures are published, unless the publisher sets
    `trusted_pages: true` in mkdocs.yml.

    Bad:
        content/pages/assets/menu.js

    Good:
        content/pages/menu.md
    """,
)
BAD_FILE_NAME: Final = _error(
    "TB922",
    """The name of a file in the folder of prose cannot be part of an address.

    The path of the file becomes its address. Letters, digits, hyphens, dots and underscores work in
    every address bar; a name begins with a letter or a digit, and folders are eight deep at most.

    Bad:
        content/pages/Über uns?.md

    Good:
        content/pages/about-us.md
    """,
)
ACTIVE_PICTURE: Final = _error(
    "TB923",
    """An SVG picture contains something that a browser could run or load.

    An SVG is a document, not only a picture: it can contain scripts, which run if a reader opens it
    on its own, and addresses of other hosts, which learn who reads the page. Shapes that copy each
    other ten thousand times freeze a browser.

    Bad:
        content/pages/life-cycle.svg, with a <script>

    Good:
        content/pages/life-cycle.svg, with nothing but shapes and text
    """,
)

MEDIUM_TOO_LARGE: Final = _error(
    "TB234",
    """A picture or file is larger than readers should have to load.

    A picture may have 5,000,000 bytes and 25,000,000 pixels, and a side of it 16,383; a file in
    `files/` 25,000,000 bytes. A picture of few bytes can have so many pixels that a telephone runs
    out of memory. For a page, a picture that is 1,600 pixels wide is sharp everywhere.

    Bad:
        content/images/far-too-wide.svg

    Good:
        content/images/wide.svg
    """,
)
BAD_MEDIUM_NAME: Final = _error(
    "TB235",
    """The name of a picture or file cannot be part of an address.

    Letters, digits, hyphens, dots and underscores work in every address bar and on every file
    system. A name begins with a letter or a digit, its ending is in lower case, and folders are
    eight deep at most.

    Bad:
        content/images/Bild 1 (neu).svg

    Good:
        content/images/picture-1.svg
    """,
)
NO_PICTURE: Final = _error(
    "TB236",
    """A picture is not what its name says.

    Browsers go by what the host says, and the host by the name, so readers may see nothing. The
    file may also be cut off, or be a page with a message instead of what was downloaded.

    Bad:
        content/images/offer.png

    Good:
        content/images/offer.svg
    """,
)
MEDIUM_NOT_PUBLISHED: Final = Rule.from_docstring(
    "TB237",
    Severity.WARNING,
    """A file in `images/` or `files/` ends in something that is not published.

    Anybody who can propose a change can put a file there, and HTML or a script could take over the
    whole site. So `images/` holds pictures, and `files/` documents, tables, sounds and films.

    Bad:
        content/files/calculator.html

    Good:
        content/files/calculator.ods
    """,
)

RULES: Final[tuple[Rule, ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Rule)
)
"""All of them, by id."""
