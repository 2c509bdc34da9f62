"""Files that are not YAML: the parser's complaints in words an editor can act on.

libyaml says where it gave up, which is often lines below the mistake. Where it also says what it
was reading and where that began, the finding points there.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import yaml

from threadbook.findings import Finding, Place, Related
from threadbook.load import rules


class _Complaint(NamedTuple):
    """What libyaml says (a part of its context and of its problem), and what we say.

    `{character}` is the one at the place. With `is_at_start` the place is where the thing that was
    being read begins.
    """

    context: str
    problem: str
    message: str
    hint: str
    is_at_start: bool = False


_QUOTE: Final = "The quote that opens here is never closed."
_QUOTE_HINT: Final = "Close it at the end of the text, or remove it if it is not a quote."
_START: Final = "Text cannot begin with `{character}`."
_START_HINT: Final = (
    "Put the whole text in quotes, or indent it like the rest of the text it belongs to."
)
_TAB: Final = "YAML is indented with spaces; this is a tab."
_TAB_HINT: Final = "Replace the tab with spaces."

_CUT: Final = "The quoted text ends before this."
_CUT_HINT: Final = "Put the whole text in quotes; write quotes inside it twice ('') or as \\\"."
_END: Final = "The file ends in the middle of something."
_END_HINT: Final = "Close the last bracket or quote."
_BRACKET_HINT: Final = "Separate the items with commas, and close the bracket after the last one."

_COMPLAINTS: Final = (
    _Complaint(
        "quoted scalar",
        "escape",
        "In double quotes a backslash begins an escape, and YAML does not know this one.",
        "Write two backslashes, or put the text in single quotes.",
    ),
    _Complaint("quoted scalar", "end of stream", _QUOTE, _QUOTE_HINT, is_at_start=True),
    _Complaint("quoted scalar", "document indicator", _QUOTE, _QUOTE_HINT, is_at_start=True),
    _Complaint(
        "simple key",
        "could not find expected ':'",
        "This line is neither a field nor part of the text above.",
        "Write a colon after the name of a field; indent text like its other lines.",
        is_at_start=True,
    ),
    _Complaint(
        "block mapping",
        "did not find expected key",
        "This line does not belong to any of the fields above.",
        "Give it the same indentation as the fields, items or lines of text it belongs with.",
    ),
    _Complaint(
        "block collection",
        "expected '-' indicator",
        "This line does not belong to any of the list items above.",
        "Begin each item with a hyphen in the same column; indent all lines of a text equally.",
    ),
    _Complaint(
        "",
        "mapping values are not allowed",
        "There cannot be a colon here.",
        'Quote text that contains ": "; if this is a field, begin it in the column of the others.',
    ),
    _Complaint(
        "block scalar",
        "tab character",
        _TAB,
        _TAB_HINT,
    ),
    _Complaint(
        "block scalar",
        "",
        "After `|` or `>` the text begins on the next line.",
        "If it is the first character of the text itself, put the whole text in quotes.",
    ),
    _Complaint(
        "",
        "expected <document start>",
        "This line begins further to the left than the first one.",
        "Begin all fields of a file in the first column.",
    ),
    _Complaint("flow sequence", "", "A comma or `]` is missing.", _BRACKET_HINT, is_at_start=True),
    _Complaint("flow mapping", "", "A comma or `}` is missing.", _BRACKET_HINT, is_at_start=True),
    _Complaint("plain scalar", "tab character", _TAB, _TAB_HINT),
    _Complaint(
        "",
        "block sequence entries are not allowed",
        "A list cannot begin on the line of its field.",
        "Begin it on the next line; put a lone hyphen in quotes.",
    ),
    _Complaint("", "undefined alias", _START, _START_HINT),
    _Complaint("directive", "", _START, _START_HINT, is_at_start=True),
    _Complaint("scanning a tag", "", _START, _START_HINT, is_at_start=True),
    _Complaint("scanning an", "alphabetic or numeric", _START, _START_HINT, is_at_start=True),
    _Complaint("", "cannot start any token", _START, _START_HINT),
    _Complaint("", "expected node content", _START, _START_HINT),
)  # fmt: skip


def explain_syntax(error: yaml.YAMLError, text: str, file: str) -> Finding:
    """Say why a text is not YAML."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _invisible(error, text, file)
    context, problem = error.context or "", error.problem or "it cannot be read"
    mark: Any = error.problem_mark or error.context_mark
    if mark is None:
        return Finding(rules.SYNTAX, Place(file), f"This is not valid YAML: {problem}.")
    if "but found another document" in problem:
        message = "A second YAML document begins here."
        hint = "Put what follows in a file of its own."
        return Finding(rules.SEVERAL_DOCUMENTS, _place(file, mark), message, hint)
    said = next((c for c in _COMPLAINTS if c.context in context and c.problem in problem), None)
    if said is None:
        message = f"This is not valid YAML: {context} {problem}.".replace(":  ", ": ")
        return Finding(rules.SYNTAX, _place(file, mark), message)
    if "expected key" in problem and (lost := _lost_hyphen(text.split("\n"), mark)):
        return _without_hyphen(lost, Place(file, mark.line + 1, mark.column + 1))
    return _said(said, error, mark, text, file)


def _said(
    said: _Complaint, error: yaml.MarkedYAMLError, mark: Any, text: str, file: str
) -> Finding:
    start: Any = error.context_mark if said.is_at_start and error.context_mark else mark
    is_far = start.line != mark.line
    if said.is_at_start and not is_far and "flow" in said.context:
        start = mark
    message, hint = _words(said, text[: start.index], text[start.index : start.index + 1])
    if is_far and "flow" in said.context:
        message = f"The `{text[start.index]}` that opens here is never closed."
    related = (Related("noticed here", _place(file, mark)),) if is_far else ()
    return Finding(rules.SYNTAX, _place(file, start), message, hint, related)


def _words(said: _Complaint, before: str, character: str) -> tuple[str, str]:
    """Return the message and the hint for what is between `before` and the rest."""
    if character == "\t":
        return _TAB, _TAB_HINT
    if character in {"", "\0"} and said.message == _START:
        return _END, _END_HINT
    if character in _QUOTES and "simple key" in said.context:
        return "Quoted text begins here, where a field should be.", _QUOTE_HINT
    if before.rstrip(" ")[-1:] in _QUOTES and said.problem in _CUT_BY_QUOTES:
        return _CUT, _CUT_HINT
    return said.message.replace("{character}", character), said.hint


_QUOTES: Final = frozenset("\"'")
_CUT_BY_QUOTES: Final = {"did not find expected key", "expected <document start>"}


def _place(file: str, mark: Any) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _lost_hyphen(lines: list[str], mark: Any) -> tuple[int, int] | None:
    """Find the first line of the item above that has lost its hyphen, if the next item has one."""
    if not lines[mark.line][mark.column :].startswith("- "):
        return None
    first = None
    for at in range(mark.line - 1, -1, -1):
        indent = len(lines[at]) - len(lines[at].lstrip(" "))
        if not lines[at].strip():
            continue
        if indent <= mark.column:
            is_list = lines[at].rstrip().endswith(":") and lines[at].lstrip()[0] != "-"
            return first if is_list and first and lines[first[0]][first[1]] != "-" else None
        first = at, indent
    return None


def _without_hyphen(lost: tuple[int, int], following: Place) -> Finding:
    line, indent = lost
    place = Place(following.file, line + 1, indent + 1)
    message = f"This list item has no hyphen; the one on line {following.line} has."
    hint = f"Write `-` in column {following.column} before its first field."
    return Finding(rules.SYNTAX, place, message, hint, (Related("the next item", following),))


def _invisible(error: yaml.YAMLError, text: str, file: str) -> Finding:
    before = text.encode()[: getattr(error, "position", 0)].decode(errors="ignore")
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    reason = getattr(error, "reason", "it cannot be read")
    hint = "Remove the invisible character here."
    return Finding(rules.SYNTAX, place, f"This is not valid YAML: {reason}.", hint)
