"""Rules about what other programs understand and this site does not: HTML, and other Markdown.

Readers would see it as it is written, or not at all. Code is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from threadbook.check.admonitions import Block, find_blocks, rewrite_alert, rewrite_tab
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Edit, Place, Severity
from threadbook.load.file import Body, TextFile
from threadbook.markdown import find_removed

_ELEMENTS: Final = frozenset(
    "acronym address applet area article aside audio base basefont bdi bdo big blink body button "
    "canvas center circle cite col colgroup command content data datalist defs dfn dialog dir "
    "embed fencedframe fieldset figcaption figure font footer form frame frameset g head header "
    "hgroup html iframe image input isindex keygen label legend line link main map marquee math "
    "menu menuitem meta meter nav nobr noembed noframes noscript object optgroup option output "
    "param path picture plaintext portal progress rb rect rp rt rtc ruby script search section "
    "select shadow slot source spacer strike style summary svg symbol template text textarea time "
    "title track tt use video wbr xmp".split()
)
"""HTML elements that are removed; any other name was probably meant to be read."""

_INSTEAD: Final = {
    "video": "Link to the film: [what it shows](file:NAME.mp4), or to where it can be watched.",
    "audio": "Link to the recording: [what is said](file:NAME.mp3).",
    "iframe": "Link to what it shows: [what is there](https://…).",
    "script": "Nothing on a page may run; say in words what it does.",
    "style": "The site has one style for all pages.",
    "center": "Remove it; the site has one style for all pages.",
    "font": "Write **bold** or *emphasised* text.",
    "svg": "Put the picture in images/, and show it: ![what it shows](image:NAME.svg).",
    "picture": "Show one picture: ![what it shows](image:NAME.png).",
    "figure": "Write ![what it shows](image:NAME.png), and the caption below it.",
    "math": "Write it in words or as code, or show a picture of it.",
}

_MATHS: Final = re.compile(
    r"\$\$(?P<block>[^$]{1,2000}?)\$\$"
    r"|(?<![\w$\\])\$(?P<line>[^\s$](?:[^$\n]{0,200}?[^\s$\\])?)\$(?![\w$])"
)
_FORMULA: Final = re.compile(
    r"\\[A-Za-z]{2}|[\^]|_[A-Za-z0-9{]|(?<![\w.])[A-Za-z]\s*[=<>+*/-]|\A[A-Za-z]\Z"
)
_ITEM: Final = (
    r"(?:[.#][A-Za-z][\w-]{0,60}"
    r"|[a-z][a-z-]{0,20}=(?:\"[^\"\n{}]{0,100}\"|[\w%.-]{1,40}))"
)
_LIST_OF_ATTRIBUTES: Final = re.compile(
    r"(?P<before>[)\]*_`~]|^|(?<=[^\n{}]) )"
    rf"(?P<list>\{{:?[ ]?{_ITEM}(?:[ ]+{_ITEM}){{0,10}}[ ]?\}})"
    r"(?P<after>$|(?=[\s.,;:!?)]))",
    re.MULTILINE,
)
_KEYS: Final = re.compile(
    r"(?<![\w+])\+\+(?P<keys>[a-z][a-z0-9-]{0,20}(?:\+[a-z0-9][a-z0-9-]{0,20}){0,4})\+\+(?![\w+])"
)
_SETS: Final = ("material-", "fontawesome-", "octicons-", "simple-")
_ICON: Final = re.compile(r":(?:material|fontawesome|octicons|simple)-[a-z0-9-]{1,80}:")
_SNIPPET: Final = re.compile(r"^[ \t]*-{2,}8<-{2,}.*$", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Za-z][\w-]*")
_DIAGRAMS: Final = frozenset("mermaid plantuml puml dot graphviz d2 ditaa".split())
_KEY_NAMES: Final = {
    "ctrl": "Ctrl", "cmd": "Cmd", "alt": "Alt", "shift": "Shift", "enter": "Enter", "esc": "Esc",
    "tab": "Tab", "del": "Del", "space": "Space", "backspace": "Backspace", "win": "Win",
    "arrow-up": "↑", "arrow-down": "↓", "arrow-left": "←", "arrow-right": "→", "up": "↑",
    "down": "↓", "left": "←", "right": "→", "page-up": "Page Up", "page-down": "Page Down",
}  # fmt: skip

_CLASSES_ONLY: Final = re.compile(
    r"\{:?[ ]?(?:\.[\w-]+[ ]*|[a-z-]+=(?:\"[^\"]*\"|[\w%.-]+)[ ]*)+\}"
)


def _has(*marks: str) -> Callable[[TextFile], bool]:
    """Return a quick look for any of these; a single character is found much faster than more."""
    pairs = [(mark[0], mark) for mark in marks]

    def look(file: TextFile) -> bool:
        said = file.said
        return any([letter in said and mark in said for letter, mark in pairs])  # noqa: C419 - faster

    return look


def _has_icons(file: TextFile) -> bool:
    return any([part.startswith(_SETS) for part in file.said.split(":")])  # noqa: C419 - faster


def _at(file: TextFile, body: Body, start: int) -> Place:
    return file.in_text(body.location, body.text, start)


def _replace(file: TextFile, place: Place, old: str, new: str) -> tuple[Edit, ...]:
    """Return the edit that replaces `old` at a place, if all of it is there on one line."""
    line = file.lines[place.line - 1] if place.line else ""
    if not old or line[place.column - 1 : place.column - 1 + len(old)] != old:
        return ()
    return (Edit((place.line, place.column), (place.line, place.column + len(old)), new),)


def _outside_code(body: Body, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for found in pattern.finditer(body.text):
        if not body.anatomy.is_code(found.start()):
            yield found


@rule("TB240", Severity.WARNING, concerns=_has("<"))
def html_is_not_removed(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text has HTML that is removed from the page.

    Everybody can propose a text, so nothing in it may run, load something from elsewhere or look
    like a part of the site. What is between the tags stays, the rest is lost: films, frames,
    colours. `<your-name>` is read as a tag, too; write it with a backslash or as code.

    Bad:
        answer: 'Watch it: <video src="accept.mp4"></video>'

    Good:
        answer: "Watch it: [how an offer is accepted](https://example.org/accept)"
    """
    for body in file.bodies:
        for tag in body.anatomy.tags:
            if not (lost := find_removed(tag)):
                continue
            place, written = _at(file, body, tag.start), f"<{tag.name}"
            if tag.name in _ELEMENTS or lost != f"`<{tag.name}>`":
                hint = _INSTEAD.get(tag.name, "Write it in Markdown, or remove it.")
                yield Problem(place, f"{lost} is removed from the page.", hint)
            else:
                message = f"{lost} is taken for a tag, and removed from the page."
                hint = f"Write \\{written}>, or `{written}>` as code."
                fix = _replace(file, place, written, f"\\{written}")
                yield Problem(place, message, hint, fix=fix)


def _judge_blocks(
    file: TextFile, marks: str, message: str, hint: str, rewrite: Callable[[Block], list[str]]
) -> Iterator[Problem]:
    for body in file.bodies:
        for block in find_blocks(body.text, marks):
            if not body.anatomy.is_code(block.start):
                place = _at(file, body, block.start)
                fix = _replace_block(file, body, block, block.set_apart(rewrite(block)))
                yield Problem(place, message.format(block.mark), hint, fix=fix)


def _replace_block(file: TextFile, body: Body, block: Block, new: list[str]) -> tuple[Edit, ...]:
    """Return the edit that replaces whole lines, if they are in the file as they are in the text.

    They are in literal blocks, and in prose.
    """
    if not block.is_certain:
        return ()
    first = _at(file, body, block.start)
    old = body.text[block.start : block.end].split("\n")
    there = file.lines[first.line - 1 : first.line - 1 + len(old)]
    indent = there[0][: first.column - 1] if there else ""
    if indent.strip() or there != [f"{indent}{line}" if line else "" for line in old]:
        return ()
    text = "\n".join(f"{indent}{line}" if line else "" for line in new)
    end = (first.line + len(old) - 1, len(there[-1]) + 1)
    return (Edit((first.line, 1), end, text),)


@rule("TB241", Severity.WARNING, concerns=_has("!!!", "???"))
def alerts_are_written_as_quotes(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A note is written with `!!!` or `???`, which only Material for MkDocs reads.

    Readers would see the marks. Here a note is a quote that begins with `[!NOTE]`, as on GitHub;
    there are NOTE, TIP, IMPORTANT, WARNING and CAUTION. What folds is `<details>`. `threadbook fix`
    rewrites both.

    Bad:
        !!! warning
            The client can see this.

    Good:
        > [!WARNING]
        > The client can see this.
    """
    hint = "Write a quote that begins with > [!NOTE], or <details>; `threadbook fix` does it."
    yield from _judge_blocks(file, "!?", "`{}` begins no note here.", hint, rewrite_alert)


@rule("TB242", Severity.WARNING, concerns=_has("==="))
def tabs_are_written_as_headings(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """Tabs are written with `===`, which only Material for MkDocs reads.

    Readers would see the marks, and the content as code. Here each tab is a paragraph below a line
    in bold: everybody finds it, also on paper and with the search of the browser.

    Bad:
        === "On the phone"

            Open the offer.

    Good:
        **On the phone**

        Open the offer.
    """
    hint = "Write the name in bold on a line of its own; `threadbook fix` does it."
    yield from _judge_blocks(file, "=", "`{}` begins no tab here.", hint, rewrite_tab)


@rule("TB243", Severity.WARNING, concerns=_has("$"))
def formulas_are_written_in_words(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    r"""A formula is written between dollar signs, which are shown as they are.

    Formulas need a script in the browser, and pages here run none that content asks for. Most read
    well in words or as code; the others can be a picture whose words say the formula. Prices are
    not meant: "$5 and $10" is fine.

    Bad:
        answer: The fee is $0.1 \cdot x$ of the price.

    Good:
        answer: The fee is `0.1 · x` of the price.
    """
    for body in file.bodies:
        for found in _outside_code(body, _MATHS):
            formula = found["block"] or found["line"]
            if _FORMULA.search(formula):
                message = f"`{found[0][:60]}` is shown as it is, not as a formula."
                hint = "Write it in words or as code, or show a picture of it from images/."
                yield Problem(_at(file, body, found.start()), message, hint)


@rule("TB244", Severity.WARNING, concerns=_has("{"))
def attributes_are_not_written(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """Attributes are written in braces, which are shown as they are.

    `{ .class }` and `{ width=300 }` are read by Python-Markdown only. The site has one style for
    all pages; a picture is as wide as its file, and `<img src="image:offer.png" alt="…"
    width="300">` makes it smaller.

    Bad:
        [the offer](https://example.org/offer){ .md-button }

    Good:
        [the offer](https://example.org/offer)
    """
    for body in file.bodies:
        for found in _outside_code(body, _LIST_OF_ATTRIBUTES):
            written = found["list"]
            if not found["before"].strip() and "=" in written and not _is_alone(found):
                continue  # as likely text in braces
            place = _at(file, body, found.start("list"))
            is_lost = _CLASSES_ONLY.fullmatch(written)
            fix = _replace(file, place, written, "") if is_lost and found["before"].strip() else ()
            message, hint = f"`{written}` is shown as it is.", "Remove it."
            yield Problem(place, message, hint, fix=fix)


def _is_alone(found: re.Match[str]) -> bool:
    text, start, end = found.string, found.start("list"), found.end("list")
    return text[:start].rpartition("\n")[2].strip() == "" and text[end : end + 1] in {"", "\n"}


@rule("TB245", Severity.WARNING, concerns=_has("++"))
def keys_are_written_as_html(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """Keys are written between plus signs, which are shown as they are.

    Only Material for MkDocs reads `++ctrl+k++`. HTML has a tag for keys, which `threadbook fix`
    writes.

    Bad:
        answer: Press ++ctrl+k++ to search.

    Good:
        answer: Press <kbd>Ctrl</kbd>+<kbd>K</kbd> to search.
    """
    for body in file.bodies:
        for found in _outside_code(body, _KEYS):
            place = _at(file, body, found.start())
            new = "+".join(f"<kbd>{_name_key(key)}</kbd>" for key in found["keys"].split("+"))
            fix = _replace(file, place, found[0], new)
            yield Problem(place, f"`{found[0]}` is shown as it is.", f"Write {new}.", fix=fix)


def _name_key(key: str) -> str:
    return _KEY_NAMES.get(key) or (key.upper() if len(key) == 1 else key.capitalize())


@rule(
    "TB246",
    Severity.WARNING,
    concerns=_has_icons,
)
def icons_are_not_named(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """An icon is named between colons, and the name is shown instead.

    Only Material for MkDocs puts icons into text. People who listen to a page hear nothing of an
    icon anyway, so write what it says: a word, or a character such as ✓.

    Bad:
        answer: "Choose :material-check: below the offer."

    Good:
        answer: Choose ✓ (accept) below the offer.
    """
    for body in file.bodies:
        for found in _outside_code(body, _ICON):
            message = f"`{found[0]}` is shown as it is, not as an icon."
            hint = "Write a word or a character instead, or show a picture from images/."
            yield Problem(_at(file, body, found.start()), message, hint)


@rule("TB247", Severity.WARNING, concerns=_has("<--"))
def texts_are_whole(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text wants another file to be put in, which nothing does.

    `--8<--` is read by Material for MkDocs. Here each text is whole, so that whoever proposes a
    change sees all of what readers see. Link to the other text, or repeat the sentence.

    Bad:
        --8<-- "fees.md"

    Good:
        The fee is explained in [[what-fees-are-taken]]
    """
    for body in file.bodies:
        for found in _outside_code(body, _SNIPPET):
            place = _at(file, body, found.start() + len(found[0]) - len(found[0].lstrip()))
            message, hint = "No other file is put in here.", "Write the text, or link to it."
            yield Problem(place, message, hint)


@rule("TB248", Severity.WARNING, concerns=_has("```", "~~~"))
def diagrams_are_pictures(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A diagram is written as code, and code is what readers see.

    To draw it, every reader would have to load a program of megabytes, or every build would need a
    browser; and people who listen to the page would hear neither. Draw it once, put the picture in
    `images/`, and say in words what it shows. Mermaid's own program writes one:
    `mmdc -i steps.mmd -o content/images/steps.png`.

    Bad:
        ```mermaid
        graph LR; Offer --> Contract
        ```

    Good:
        ![An offer becomes a contract](image:offer.svg)
    """
    for body in file.bodies:
        for language, start in body.anatomy.fences:
            word = _WORD.search(language)
            name = word[0].lower() if word else ""
            if name in _DIAGRAMS:
                message = f"Readers see this diagram as the code it is written in ({name})."
                hint = (
                    "Draw it, put the picture in images/, and write "
                    "![what it shows](image:NAME.png); PNG, or SVG without HTML labels."
                )
                yield Problem(_at(file, body, start), message, hint)
