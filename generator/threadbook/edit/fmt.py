"""The canonical text of a content file, behind `threadbook fmt`.

Three steps make it: texts of several lines become literal blocks in the source itself, ruamel.yaml
lays out the rest, and runs of whole lines move until the fields stand in the model's order.
Comments belong to lines, so they travel with them. Whether the result says the same is compared
before it is returned. What is wrong with a file is the checker's business.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice, pairwise, takewhile
from typing import Any, Final, NamedTuple, get_args

import yaml
from pydantic import BaseModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from threadbook.findings import Finding
from threadbook.load.sources import Kind
from threadbook.load.validate import validate
from threadbook.load.yaml import NESTING_LIMIT, parse
from threadbook.model import GoldenQueries, GoldenQuery, LearningPath, Site, Thread

PASSES: Final = 3
"""How often a text may change until it stays the same; nearly always it changes once."""

TOKEN_LIMIT: Final = 100_000
"""ruamel.yaml manages about 25,000 tokens a second; a long thread has some hundreds."""

LOOK_BACK: Final = 200
"""How many fields above a comment are looked at to find the one it is in line with."""

SHORT: Final = 120
"""The longest message or comment that a reason repeats, in characters."""

_MODELS: Final[dict[Kind, type[BaseModel]]] = {
    Kind.SITE: Site,
    Kind.QUERIES: GoldenQueries,
    Kind.PATH: LearningPath,
    Kind.THREAD: Thread,
}
_UNMOVABLE: Final[dict[type[yaml.Token], str]] = {
    yaml.AnchorToken: "It has anchors (`&name`); moving fields could part them from their aliases.",
    yaml.TagToken: "It has tags (`!name`), which content does not need.",
    yaml.DirectiveToken: "It has a YAML directive (`%`), which content does not need.",
}
_BLOCKS: Final = {"|", ">"}
_BLOCK_HEADER: Final = re.compile(r"[|>][-+0-9]*")
_BLANK_LINES: Final = re.compile(r"(?:\n[ \t]*(?=\n))*")
_COMMENT: Final = re.compile(r"(?<!\S)#[^\n]*")
_SCHEMA_COMMENT: Final = "# yaml-language-server:"

Path = tuple[str | int, ...]
"""Keys and places in lists that lead to a collection."""


@dataclass(frozen=True, slots=True)
class Formatted:
    """A file's canonical text, or `None` and one sentence that says why it is left alone."""

    text: str | None
    reason: str = ""


class YamlComment(NamedTuple):
    """A comment from its `#` on, behind `gap` blanks; line and column count from 0."""

    line: int
    column: int
    gap: int
    text: str

    @property
    def is_alone(self) -> bool:
        """Whether it has a line of its own."""
        return self.gap == self.column


class _LeftAloneError(Exception):
    """Carries the reason why a file is left alone; it never leaves this module."""


def formatted(text: str, kind: Kind) -> Formatted:
    """Return the canonical form of a content file, which says exactly the same.

    The very same text comes back if it is canonical already. Never raises, whatever `text` is.
    A thread takes some hundredths of a second, the longest file that is formatted fifteen.
    """
    try:
        return Formatted(_canonical(text, _MODELS[kind]))
    except _LeftAloneError as error:
        return Formatted(None, str(error))


def _canonical(text: str, model: type[BaseModel]) -> str:
    source = text.removeprefix("\ufeff").replace("\r\n", "\n")
    meaning, findings = _meaning(source, model)
    if meaning is None:
        first = findings[0].message if findings else ""
        hint = f" The first: {first}" if 0 < len(first) < SHORT else ""
        raise _LeftAloneError(f"It has errors; `threadbook check` names them.{hint}")
    _refuse_unmovable(source)
    result = _settled(source, model)
    if _meaning(result, model)[0] != meaning:
        raise _LeftAloneError("Formatting would change what it says.")
    before, after = _texts(source), _texts(result)
    if lost := [*(before - after), *(after - before)]:
        raise _LeftAloneError(f"Formatting would lose `{lost[0][:SHORT]}`; put it above a field.")
    return result


def _meaning(text: str, model: type[BaseModel]) -> tuple[BaseModel | None, tuple[Finding, ...]]:
    """Return the model a text makes, with all answers named, if it makes one without a finding."""
    try:
        document = parse(text, "")
    except UnicodeEncodeError:
        raise _LeftAloneError("It holds half a character, which no file can.") from None
    value, found = validate(model, document, "")
    findings = (*document.findings, *found)
    if isinstance(value, Thread) and value.answers:  # the short form's answer keeps its shape
        value = value.model_copy(update={"answers": value.every_answer})
    return None if findings else value, findings


def _texts(text: str) -> Counter[str]:
    return Counter(comment.text for comment in yaml_comments(text))


def _tokens(text: str) -> Iterator[yaml.Token]:
    try:
        yield from yaml.scan(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:  # the source was valid, so this is of our own making
        raise _LeftAloneError("Formatting it would not give valid YAML.") from error


def _refuse_unmovable(text: str) -> None:
    tokens = _tokens(text)
    for token in islice(tokens, TOKEN_LIMIT):
        if type(token) in _UNMOVABLE:
            raise _LeftAloneError(_UNMOVABLE[type(token)])
    if next(tokens, None) is not None:
        raise _LeftAloneError("It is too long to be formatted in reasonable time.")


def _settled(text: str, model: type[BaseModel]) -> str:
    """Format until nothing changes any more."""
    for _ in range(PASSES + 1):
        result = _in_order(_laid_out(_with_blocks(text), model), model)
        if result == text:
            return text
        text = result
    raise _LeftAloneError("Formatting it again would change it again, without an end.")


# Step 1: texts of several lines become literal blocks, folded ones of one line become plain.


def _with_blocks(text: str) -> str:
    """Rewrite scalars in the source, so that comments at the ends of their lines stay there."""
    last = "" if text.endswith("\n") else "\n"
    text = _pulled_out(text)
    edits = list(_edits(text, parse(text, "").root, 0))
    for start, end, replacement in reversed(edits):
        text = text[:start] + replacement + text[end:]
    return text + last


def _pulled_out(text: str) -> str:
    """Put comments that are deeper than the field above in line with it: a block would eat them."""
    entries = list(_entries(parse(text, "").root))
    lines = text.split("\n")
    for comment in yaml_comments(text):
        at = bisect_right(entries, comment.line, key=lambda entry: entry.line)
        if comment.is_alone and at and entries[at - 1].is_leaf:
            column = min(comment.column, entries[at - 1].column)
            lines[comment.line] = " " * column + comment.text
    return "\n".join(lines)


def _edits(text: str, node: Node | None, indent: int) -> Iterator[tuple[int, int, str]]:
    """Yield what to replace, in the order of the text; `indent` is that of the node's parent."""
    if isinstance(node, CollectionNode) and not node.flow_style:
        for child in node.value:
            value = child[1] if isinstance(node, MappingNode) else child
            yield from _edits(text, value, node.start_mark.column)
    elif isinstance(node, ScalarNode):
        is_block = node.style in _BLOCKS
        is_cut_off = is_block and node.end_mark.index == len(text) and text[-1] != "\n"
        written = None
        if "\n" in node.value if node.style != "|" else is_cut_off:
            written = _literal(node.value, indent + 2)
        elif node.style == ">":
            written = _one_line(node.value)
        if written:
            yield _replacement(text, node, *written)


def _replacement(text: str, node: ScalarNode, header: str, lines: str) -> tuple[int, int, str]:
    """Put a scalar's new form around the rest of its line, which may hold a comment."""
    start, end = node.start_mark.index, node.end_mark.index
    block = _BLOCK_HEADER.match(text, start)
    rest_at = block.end() if block else end
    rest = text[rest_at : _line_end(text, rest_at)]
    last = len(text[:end].rstrip(" \t\n")) if block else rest_at + len(rest)
    if header.endswith("+"):  # it would swallow the empty lines below
        found = _BLANK_LINES.match(text, last)
        last = found.end() if found else last
    return start, last, f"{header}{rest}{lines}"


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _literal(value: str, indent: int) -> tuple[str, str] | None:
    """Write a literal block as its header and its lines, if it can hold the value exactly."""
    if value[:1] == "\t":
        return None  # ruamel.yaml forgets that this needs an indentation indicator
    text = value.rstrip("\n")
    ends = len(value) - len(text)
    hint = "2" if value[:1] in {" ", "\n"} else ""
    header = f"|{hint}{'-' if not ends else '+' if ends > 1 else ''}"

    def lines(pad: str) -> str:
        written = (f"\n{pad}{line}" if line else "\n" for line in text.split("\n"))
        return "".join(written) + "\n" * (ends - 1)

    holds = parse(f"x: {header}{lines('  ')}\n", "").value == {"x": value}
    return (header, lines(" " * indent)) if holds else None


def _one_line(value: str) -> tuple[str, str]:
    """Write a text without line breaks plain, or in quotes where YAML would misread it."""
    is_plain = parse(f"x: {value}", "").value == {"x": value}
    return (value if is_plain else "'" + value.replace("'", "''") + "'"), ""


# Step 2: ruamel.yaml lays out everything else.


def _laid_out(text: str, model: type[BaseModel]) -> str:
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = 2**31  # nothing is wrapped
    writer.brace_single_entry_mapping_in_flow_sequence = True
    is_list = model is GoldenQueries
    writer.indent(mapping=2, sequence=2 if is_list else 4, offset=0 if is_list else 2)
    out = StringIO()
    try:
        tree = _completed(writer.load(text), model)
        writer.explicit_start = writer.explicit_end = False
        writer.dump(tree, out)
    except Exception as error:  # a library's limits may be anything
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise _LeftAloneError(f"ruamel.yaml cannot lay it out: {reason}.") from error
    result = re.sub(r"\n\.\.\.\n\Z", "\n", out.getvalue())
    return _clean_ends(_aligned(text, result))


def _completed(value: Any, model: type[BaseModel] | None) -> Any:
    """Name answers, order flow mappings, and open flow collections that hold literal blocks."""
    places: list[Any] = []
    if isinstance(value, CommentedMap):
        if model is Thread:
            _name_answers(value.get("answers") or [])
        if value.fa.flow_style():
            for key in sorted(value, key=_rank(model)):
                value.move_to_end(key)
        places = list(value)
    elif isinstance(value, CommentedSeq):
        places = list(range(len(value)))
    elif isinstance(value, str) and "\n" in value and _literal(value, 2):
        return LiteralScalarString(value)
    for place in places:
        value[place] = _completed(value[place], _model_below(model, place))
    if places and value.fa.flow_style() and any(_is_open(value[place]) for place in places):
        value.fa.set_block_style()
    return value


def _name_answers(answers: list[CommentedMap]) -> None:
    for place, answer in enumerate(answers, 1):
        if answer.get("id") is None:
            answer.pop("id", None)
            answer.insert(0, "id", f"a{place}")


def _is_open(value: Any) -> bool:
    """Tell whether a value cannot stand inside brackets."""
    if isinstance(value, CommentedMap | CommentedSeq):
        return not value.fa.flow_style()
    return isinstance(value, LiteralScalarString)


def _model_below(model: type[BaseModel] | None, place: str | int) -> type[BaseModel] | None:
    """Return the model of a field's value; an item of a list has its list's."""
    if model is None or isinstance(place, int):
        return GoldenQuery if model is GoldenQueries else model
    field = model.model_fields.get(place)
    return _model_in(field.annotation) if field else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _rank(model: type[BaseModel] | None) -> Callable[[str], int]:
    """Return the sort key of a model's fields."""
    fields = list(model.model_fields) if model else []
    return lambda key: fields.index(key) if key in fields else len(fields)


def _clean_ends(text: str) -> str:
    """Remove blanks at the ends of lines, and lines at the end, where they are not content."""
    content = {
        line
        for token in _tokens(text)
        if isinstance(token, yaml.ScalarToken)
        for line in range(token.start_mark.line + (token.style in _BLOCKS), token.end_mark.line)
    }
    lines = text.split("\n")
    text = "\n".join(line if at in content else line.rstrip(" \t") for at, line in enumerate(lines))
    short = text.rstrip("\n") + "\n"
    return short if parse(short, "").value == parse(text, "").value else text


# Comments: a real scan finds them; they keep to the column of what they stand beside.


def yaml_comments(text: str) -> list[YamlComment]:
    """Find the comments between the tokens of a valid YAML text."""
    found: list[re.Match[str]] = []
    passed = 0
    for token in _tokens(text):
        start, end = token.start_mark.index, token.end_mark.index
        found += _COMMENT.finditer(text, passed, start)
        if isinstance(token, yaml.ScalarToken) and token.style in _BLOCKS:
            found += _COMMENT.finditer(text, start, _line_end(text, start))
        passed = max(passed, end)
    return list(_placed(text, [*found, *_COMMENT.finditer(text, passed)]))


def _placed(text: str, found: list[re.Match[str]]) -> Iterator[YamlComment]:
    line = passed = 0
    for match in found:
        line += text.count("\n", passed, match.start())
        passed = match.start()
        begin = text.rfind("\n", 0, passed) + 1
        gap = passed - len(text[begin:passed].rstrip(" \t")) - begin
        yield YamlComment(line, passed - begin, gap, match[0].rstrip(" \t"))


class _Entry(NamedTuple):
    """A field or list item in block style, its collection, and whether it holds none itself."""

    line: int
    column: int
    path: Path
    is_leaf: bool


def _entries(node: Node | None, path: Path = ()) -> Iterator[_Entry]:
    if isinstance(node, CollectionNode) and not node.flow_style:
        for place, child in enumerate(node.value):
            key, value = child if isinstance(node, MappingNode) else (child, child)
            is_leaf = not isinstance(value, CollectionNode) or bool(value.flow_style)
            yield _Entry(key.start_mark.line, node.start_mark.column, path, is_leaf)
            yield from _entries(value, (*path, place if key is value else key.value))


def _aligned(before: str, after: str) -> str:
    """Put comments in line with their neighbours, or as far behind a value as they stood."""
    old, new = yaml_comments(before), yaml_comments(after)
    if [comment.text for comment in old] != [comment.text for comment in new]:
        return after
    entries = list(_entries(parse(before, "").root))
    columns: dict[Path | None, int] = {
        entry.path: entry.column for entry in _entries(parse(after, "").root)
    }
    lines = after.split("\n")
    for was, now in zip(old, new, strict=True):
        if now.is_alone:
            column = columns.get(_neighbourhood(was, entries), now.column)
            lines[now.line] = " " * column + now.text
        elif not was.is_alone:
            before_it = lines[now.line][: now.column].rstrip(" \t")
            lines[now.line] = before_it + " " * was.gap + now.text
    return "\n".join(lines)


def _neighbourhood(comment: YamlComment, entries: list[_Entry]) -> Path | None:
    """Find the collection a comment is in line with: that of the next entry, or of one above."""
    at = bisect_right(entries, comment.line, key=lambda entry: entry.line)
    following = entries[at : at + NESTING_LIMIT]
    if not comment.is_alone:
        return following[0].path if following else None
    for entry in following:
        if entry.line == following[0].line and entry.column == comment.column:
            return entry.path
    above = reversed(entries[max(0, at - LOOK_BACK) : at])
    inside = takewhile(lambda entry: entry.column >= comment.column, above)
    paths = (entry.path for entry in inside if entry.column == comment.column)
    return min(paths, key=len, default=None)  # a list may stand in line with its field


# Step 3: whole lines move until the fields stand in the model's order.


def _in_order(text: str, model: type[BaseModel]) -> str:
    root = parse(text, "").root
    own = {comment.line: comment for comment in yaml_comments(text) if comment.is_alone}
    first = root.start_mark.line if root else 0
    schema = (line for line in own if own[line].text.startswith(_SCHEMA_COMMENT) and line < first)
    mover = _Mover(tuple(text.split("\n")), {line: own[line].column for line in own})
    mover.order(root, model, max(schema, default=-1) + 1)
    return "\n".join(mover.lines)


class _Mover:
    """Moves fields with the comments above them; `before` are the lines as they were."""

    def __init__(self, before: tuple[str, ...], own: dict[int, int]) -> None:
        self.before = before
        self.lines = list(before)
        self.own = own

    def order(self, node: Node | None, model: type[BaseModel] | None, top: int) -> None:
        """Order a collection's fields, the inner ones first; its comments begin at line `top`."""
        if not isinstance(node, CollectionNode) or node.flow_style:
            return
        for child in node.value:
            if isinstance(node, MappingNode):
                key, value = child
                self.order(value, _model_below(model, key.value), key.start_mark.line + 1)
            else:
                self.order(child, _model_below(model, 0), child.start_mark.line)
        if isinstance(node, MappingNode):
            self._order_fields(node, model, top)

    def _order_fields(self, node: MappingNode, model: type[BaseModel] | None, top: int) -> None:
        rank = _rank(model)
        ranked = sorted(range(len(node.value)), key=lambda at: rank(node.value[at][0].value))
        if ranked == sorted(ranked):
            return
        column = node.start_mark.column
        keys = [key.start_mark.line for key, _ in node.value]
        starts = [self._start(key, column, top) for key in keys]
        end = self._end(node, column)
        chunks = [self.lines[start:stop] for start, stop in pairwise([*starts, end])]
        above = [key - start for key, start in zip(keys, starts, strict=True)]
        dash, first = chunks[0][above[0]][:column], ranked[0]
        chunks[0][above[0]] = " " * column + chunks[0][above[0]][column:]
        chunks[first][above[first]] = dash + chunks[first][above[first]][column:]
        if dash.strip():  # comments cannot stand between a hyphen and its first field
            outside = dash.partition("-")[0]
            for line in range(above[first]):
                chunks[first][line] = outside + chunks[first][line].lstrip()
        self.lines[starts[0] : end] = [line for at in ranked for line in chunks[at]]

    def _start(self, key: int, column: int, top: int) -> int:
        """Return the first of the comment lines directly above a field, or its own line."""
        while key > top and self.own.get(key - 1) == column:
            key -= 1
        return key

    def _end(self, node: MappingNode, column: int) -> int:
        """Return the line after the last field, and after comments that are deeper than it."""
        end = line = self._last_line(node) + 1
        while line < len(self.before) and (not self.before[line] or line in self.own):
            if line in self.own:
                if self.own[line] <= column:
                    break
                end = line + 1
            line += 1
        return end

    def _last_line(self, node: Node) -> int:
        """Return the last line with content; collections end where the next thing begins."""
        if isinstance(node, CollectionNode) and not node.flow_style:
            last = node.value[-1]
            if isinstance(node, MappingNode):
                return max(int(last[0].start_mark.line), self._last_line(last[1]))
            return self._last_line(last)
        line = int(node.end_mark.line)
        if isinstance(node, ScalarNode) and node.style in _BLOCKS:
            line -= 1
            while not self.before[line] and not node.value.endswith("\n\n"):
                line -= 1
        return line
