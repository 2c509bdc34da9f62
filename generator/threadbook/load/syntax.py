"""Files that are not YAML: the parser's complaints in words an editor can act on.

libyaml says where it gave up, which is often lines below the slip. Where it also says what it was
reading and since where, the finding stands there.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import yaml

from threadbook.findings import Finding, Place, Related
from threadbook.load import rules


class _Complaint(NamedTuple):
    """What libyaml says (a part of its context and of its problem), and what we say.

    `{sign}` is the character at the place. With `is_at_start` the place is where the thing that
    was being read begins.
    """

    context: str
    problem: str
    message: str
    hint: str
    is_at_start: bool = False


_QUOTE: Final = "The quote that opens here is never closed."
_QUOTE_HINT: Final = "Close it at the end of the text; if it was none, remove it."
_SIGN: Final = "A text cannot begin with `{sign}`."
_SIGN_HINT: Final = "Put the whole text in quotes, or indent it as deep as the text it belongs to."
_TAB: Final = "YAML is indented with blanks; a tab stands here."
_TAB_HINT: Final = "Replace the tab by blanks."

_CUT: Final = "The text in quotes ends before this."
_CUT_HINT: Final = "Put the whole text in quotes; write a quote inside it twice ('') or as \\\"."
_END: Final = "The file ends in the middle of something."
_END_HINT: Final = "Close the last bracket or quote."
_BRACKET_HINT: Final = "Part the items by commas, and close the bracket after the last."

_COMPLAINTS: Final = (
    _Complaint(
        "quoted scalar",
        "escape",
        "In double quotes a backslash begins an escape, and this one stands for no character.",
        "Write two backslashes, or put the text in single quotes.",
    ),
    _Complaint("quoted scalar", "end of stream", _QUOTE, _QUOTE_HINT, is_at_start=True),
    _Complaint("quoted scalar", "document indicator", _QUOTE, _QUOTE_HINT, is_at_start=True),
    _Complaint(
        "simple key",
        "could not find expected ':'",
        "This line is neither a field nor part of the text above.",
        "Write a colon behind a field's name; indent a text as deep as its other lines.",
        is_at_start=True,
    ),
    _Complaint(
        "block mapping",
        "did not find expected key",
        "This line fits in with none of the fields above.",
        "Indent it like its neighbours: fields of one level, items of a list, lines of a text.",
    ),
    _Complaint(
        "block collection",
        "expected '-' indicator",
        "This line fits in with none of the list's items above.",
        "Begin each item with a hyphen in the same column; indent the lines of a text alike.",
    ),
    _Complaint(
        "",
        "mapping values are not allowed",
        "A colon cannot stand here.",
        'Put text that holds ": " in quotes; if this is a field, begin it where its neighbours do.',
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
        "After `|` or `>` the text begins in the next line.",
        "If it is the text's own first sign, put the whole text in quotes.",
    ),
    _Complaint(
        "",
        "expected <document start>",
        "This line begins further left than the first one.",
        "Begin all fields of a file in the first column.",
    ),
    _Complaint("flow sequence", "", "A comma or `]` is missing.", _BRACKET_HINT, is_at_start=True),
    _Complaint("flow mapping", "", "A comma or `}` is missing.", _BRACKET_HINT, is_at_start=True),
    _Complaint("plain scalar", "tab character", _TAB, _TAB_HINT),
    _Complaint(
        "", "block sequence entries are not allowed", "A list cannot begin behind a field's name.",
        "Begin it in the next line; put a lone hyphen in quotes.",
    ),
    _Complaint("", "undefined alias", _SIGN, _SIGN_HINT),
    _Complaint("directive", "", _SIGN, _SIGN_HINT, is_at_start=True),
    _Complaint("scanning a tag", "", _SIGN, _SIGN_HINT, is_at_start=True),
    _Complaint("scanning an", "alphabetic or numeric", _SIGN, _SIGN_HINT, is_at_start=True),
    _Complaint("", "cannot start any token", _SIGN, _SIGN_HINT),
    _Complaint("", "expected node content", _SIGN, _SIGN_HINT),
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
        hint = "Put what follows into a file of its own."
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


def _words(said: _Complaint, before: str, sign: str) -> tuple[str, str]:
    """Return the message and the hint for what stands between `before` and the rest."""
    if sign == "\t":
        return _TAB, _TAB_HINT
    if sign in {"", "\0"} and said.message == _SIGN:
        return _END, _END_HINT
    if sign in _QUOTES and "simple key" in said.context:
        return "A text in quotes begins here, in the place of a field.", _QUOTE_HINT
    if before.rstrip(" ")[-1:] in _QUOTES and said.problem in _CUT_BY_QUOTES:
        return _CUT, _CUT_HINT
    return said.message.replace("{sign}", sign), said.hint


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
    message = f"This item of a list has no hyphen; the one in line {following.line} has."
    hint = f"Write `-` in column {following.column} before its first field."
    return Finding(rules.SYNTAX, place, message, hint, (Related("the next item", following),))


def _invisible(error: yaml.YAMLError, text: str, file: str) -> Finding:
    before = text.encode()[: getattr(error, "position", 0)].decode(errors="ignore")
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    reason = getattr(error, "reason", "it cannot be read")
    hint = "Remove the invisible character here."
    return Finding(rules.SYNTAX, place, f"This is not valid YAML: {reason}.", hint)
