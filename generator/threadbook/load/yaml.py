"""YAML to plain values, beside a tree of positions.

Ordinary texts are read by `load/ordinary.py`. Of all others PyYAML's C parser composes the nodes;
this module turns them into values and refuses on the way what YAML would silently accept.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import yaml
from yaml.events import CollectionEndEvent, CollectionStartEvent, StreamEndEvent
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from threadbook.findings import Finding, Place, Related, Rule
from threadbook.load import rules
from threadbook.load.ordinary import Begin, Ordinary, read_ordinary
from threadbook.load.syntax import explain_syntax

NESTING_LIMIT: Final = 24
"""Twice the depth of the deepest field."""

SAFE_NESTING: Final = 4_000
"""Composing recurses in C and overflows an 8 MB stack somewhere above 20,000 levels."""

_FEW_FIELDS: Final = 32
"""As many fields are looked at one by one, which is faster than to build a dictionary."""

ALIAS_LIMIT: Final = 1_000
"""How many nodes, or hundreds of characters, aliases may repeat in one file."""

_CORE: Final = "tag:yaml.org,2002:"
_PLAIN: Final = ""
_DECIMAL: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER_ELSEWHERE: Final = re.compile(
    r"[-+]?(?:0o[0-7]+|0[0-9]+|0x[0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+)"
)
"""Plain scalars that YAML 1.2 reads as numbers though PyYAML, which reads YAML 1.1, takes text."""

_TEXT: Final = f"{_CORE}str"

_MOST_SHOWN: Final = 20
"""The longest number that a message counts out, in characters."""

_SPECIAL: Final = frozenset(first for first in yaml.CSafeLoader.yaml_implicit_resolvers if first)
"""First characters of plain scalars that YAML may read as something other than text."""

_CUTTING: Final = (rules.ALIASES, rules.NESTING)
"""What was not read to its end would only seem to be wrong in other ways as well."""

_ODD_BREAKS: Final = "\r\x85\u2028\u2029"
_ODD_BREAK: Final = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
"""Line breaks to YAML but to few editors: lines would not be counted alike."""

_TAG_DIRECTIVE: Final = re.compile("^%TAG ", re.MULTILINE)
_MOST_DIRECTIVES: Final = 10
"""libyaml compares each with all before it."""

_FLATTER: Final = "Remove brackets, or correct the indentation."
_NUMBER_STARTS: Final = frozenset("+-.0123456789")
_COLLECTIONS: Final = frozenset({f"{_CORE}map", f"{_CORE}seq"})
_SCALARS: Final = {
    "str": "text",
    "int": "a whole number",
    "null": "nothing",
    "bool": "true or false",
    "float": "a number with a decimal point",
    "timestamp": "a date with a time",
    "merge": "a merge key",
    "value": "a default value",
}


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An unquoted scalar that YAML reads as something surprising; no field accepts it."""

    reading: str


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value is: line and column count characters from 1.

    `raw` is a scalar's text (`None` for lists and mappings). `style` is how a scalar is written:
    plain (empty), `'`, `"`, or a block, `|` or `>`, whose text begins on the next line.
    """

    line: int
    column: int
    raw: str | None
    style: str


@dataclass(frozen=True)
class ParsedYaml:
    """A parsed file: its value as dicts, lists and scalars, with findings.

    The value is `None` where nothing could be read.
    """

    value: Any
    findings: tuple[Finding, ...]
    made_of: Node | Ordinary | None
    _fields: dict[int, dict[str, tuple[Node, Node]]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """The fields of large mappings by name, for each mapping that was looked into."""

    @cached_property
    def root(self) -> Node | None:
        """The outermost node; that of an ordinary text is composed when somebody asks for it."""
        read = self.made_of
        return compose(read.text, "")[0] if isinstance(read, Ordinary) else read

    def position(self, location: Iterable[str | int]) -> tuple[int, int]:
        """Return the line and column of `spot`, in a fraction of its time."""
        return self.begin(location)[:2]

    def begin(self, location: Iterable[str | int]) -> Begin:
        """Return the line, the column and the style of `spot`."""
        if isinstance(self.made_of, Ordinary):
            return self.made_of.begin(location)
        node = self.root
        if node is None:
            return 1, 1, ""
        for step in location:
            found = self._child(node, step)
            if found is None:
                break
            node = found[1]
        return *_position(node), getattr(node, "style", None) or ""

    def spot(self, location: Iterable[str | int], *, key: bool = False) -> Spot:
        """Follow keys and list places as far as they lead; `key` asks for the last key's spot."""
        if self.root is None:
            return Spot(1, 1, None, "")
        node: Node = self.root
        key_node: Node = node
        for step in location:
            found = self._child(node, step)
            if found is None:
                break
            key_node, node = found
        return _spot(key_node if key else node)

    def _child(self, node: Node, step: str | int) -> tuple[Node, Node] | None:
        """Return the key and value of a field, or an item twice."""
        if isinstance(step, int):
            if isinstance(node, SequenceNode) and step < len(node.value):
                return node.value[step], node.value[step]
        elif isinstance(node, MappingNode):
            if len(node.value) > _FEW_FIELDS:
                return self._fields_of(node).get(step)
            for pair in node.value:
                if pair[0].value == step:
                    return pair  # type: ignore[no-any-return]
        return None

    def _fields_of(self, node: MappingNode) -> dict[str, tuple[Node, Node]]:
        """Return the fields of a mapping by name; of several with one name, the first."""
        fields = self._fields.get(id(node))
        if fields is None:
            pairs = _fields_first(node)
            fields = self._fields[id(node)] = {pair[0].value: pair for pair in pairs}
        return fields


def _fields_first(node: MappingNode) -> Iterator[tuple[Node, Node]]:
    """Yield the fields of a mapping backwards, so that the first of several with a name stays."""
    return (pair for pair in reversed(node.value) if isinstance(pair[0], ScalarNode))


def _spot(node: Node) -> Spot:
    raw = node.value if isinstance(node, ScalarNode) else None
    line, column = _position(node)
    return Spot(line, column, raw, getattr(node, "style", None) or "")


def _position(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


class _Loader(yaml.CSafeLoader):
    """PyYAML's C loader, asking its resolvers only about scalars that could be something."""

    def resolve(self, kind: type[Node], value: str | None, implicit: Any) -> str:
        """Return a node's tag: that of plain text without a look at any pattern."""
        if kind is not ScalarNode or (implicit[0] and (not value or value[0] in _SPECIAL)):
            return str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]
        return _TEXT


def parse(text: str, file: str) -> ParsedYaml:
    """Parse one file's text; `file` is only named in findings."""
    ordinary = read_ordinary(text)
    if ordinary is not None:
        return ParsedYaml(ordinary.value, (), ordinary)
    return parse_nodes(text, file)


def parse_nodes(text: str, file: str) -> ParsedYaml:
    """Parse a text as `parse` does, by its nodes even if it is ordinary."""
    root, findings = compose(text, file)
    if root is None:
        return ParsedYaml(None, findings, None)
    reader = _Reader(file, has_aliases="&" in text)
    value = reader.value(root, 0)
    if any(finding.rule in _CUTTING for finding in reader.findings):
        value = None
    return ParsedYaml(value, tuple(reader.findings), root)


def compose(text: str, file: str) -> tuple[Node | None, tuple[Finding, ...]]:
    """Compose the nodes of a text, of safe nesting; findings say why there are none."""
    # Looking for each character takes a hundredth of the pattern's time, and few files have any.
    if any(each in text for each in _ODD_BREAKS) and (odd := _ODD_BREAK.search(text)):
        return None, (_odd_break(odd, text, file),)
    if "%TAG " in text and (directive := _needless_directive(text, file)):
        return None, (directive,)
    try:
        deep = _too_deep(text)
        if deep is not None:
            return None, (_nested(file, *deep),)
        return _Loader(text).get_single_node(), ()
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        if mark is not None and "maximum nesting depth" in str(error):  # since PyYAML 6.0.4
            return None, (_nested(file, mark.line + 1, mark.column + 1),)
        return None, (explain_syntax(error, text, file),)


def _nested(file: str, line: int, column: int) -> Finding:
    message = "Lists and mappings are nested thousands of levels deep."
    return Finding(rules.NESTING, Place(file, line, column), message)


def _needless_directive(text: str, file: str) -> Finding | None:
    """Refuse a file of very many directives."""
    for number, found in enumerate(_TAG_DIRECTIVE.finditer(text)):
        if number == _MOST_DIRECTIVES:
            place = Place(file, text.count("\n", 0, found.start()) + 1, 1)
            message = "The YAML directive `%TAG` is not supported here."
            return Finding(rules.TAG, place, message, "Remove all directives.")
    return None


def _odd_break(found: re.Match[str], text: str, file: str) -> Finding:
    before = text[: found.start()]
    place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    message = f"There is an invisible line break (U+{ord(found[0]):04X}) here."
    return Finding(rules.SYNTAX, place, message, "Remove it; break lines with the Enter key.")


def _too_deep(text: str) -> tuple[int, int] | None:
    """Return line and column where nesting passes what composing can stand.

    Each level of nesting needs a character of its own, or one more space of indentation than the
    level above it; so few files need the exact count, which walks the events without recursion.
    """
    openers = text.count("[") + text.count("{") + text.count("-") + text.count("?")
    if openers < SAFE_NESTING:
        return None
    depth = 0
    loader = yaml.CSafeLoader(text)
    while not isinstance(event := loader.get_event(), StreamEndEvent):
        if isinstance(event, CollectionStartEvent):
            depth += 1
            if depth > SAFE_NESTING:
                mark: Any = event.start_mark
                return mark.line + 1, mark.column + 1
        elif isinstance(event, CollectionEndEvent):
            depth -= 1
    return None


class _Reader:
    """Turns the nodes of one file into values and collects findings."""

    def __init__(self, file: str, *, has_aliases: bool) -> None:
        self.file = file
        self.has_aliases = has_aliases
        self.findings: list[Finding] = []
        self.seen: set[int] = set()
        self.repeated = 0

    def value(self, node: Node, depth: int) -> Any:
        if isinstance(node, ScalarNode):
            return None if self.has_aliases and self._repeats(node) else self._scalar(node)
        if depth >= NESTING_LIMIT:
            self._add(rules.NESTING, node, f"Nested deeper than {NESTING_LIMIT} levels.", _FLATTER)
            return None
        if node.tag not in _COLLECTIONS:
            self._refuse_tag(node)
        if self.has_aliases and self._repeats(node):
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, depth)
        return [self.value(item, depth + 1) for item in node.value]

    def _mapping(self, node: MappingNode, depth: int) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        first: dict[str, Node] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._add(rules.WRONG_KIND, key, "A key must be a word, not a list or a mapping.")
            elif key.tag != _TEXT and key.tag.removeprefix(_CORE) not in _SCALARS:
                self._refuse_tag(key)
            elif key.tag == f"{_CORE}merge":
                self._add(
                    rules.TAG,
                    key,
                    "Merge keys (`<<`) are not supported here.",
                    "Write the fields out.",
                )
            elif key.value in fields:
                # Made only here, because nearly no file has a field twice.
                first = first or {other.value: other for other, _ in _fields_first(node)}
                self._repeated_key(first[key.value], key)
            else:
                fields[key.value] = self.value(value, depth + 1)
        return fields

    def _repeated_key(self, first: Node, key: ScalarNode) -> None:
        place = Place(self.file, *_position(first))
        self.findings.append(
            Finding(
                rules.DUPLICATE_KEY,
                Place(self.file, *_position(key)),
                f"`{key.value}` is already given above.",
                f"Keep one of the two; the other is on line {place.line}.",
                (Related("first written here", place),),
            )
        )

    def _scalar(self, node: ScalarNode) -> Any:
        reading = node.tag.removeprefix(_CORE)
        raw: str = node.value
        if node.style != _PLAIN:
            if reading != "str":
                self._refuse_tag(node)
            return raw
        return _plain(raw, reading) if reading in _SCALARS else self._refuse_tag(node)

    def _repeats(self, node: Node) -> bool:
        """Count what aliases repeat, and tell when it is too much."""
        if id(node) not in self.seen:
            self.seen.add(id(node))
            return False
        texts = len(node.value) // 100 if isinstance(node, ScalarNode) else len(node.value)
        self.repeated += 1 + texts
        if self.repeated > ALIAS_LIMIT:
            if not any(finding.rule is rules.ALIASES for finding in self.findings):
                message = f"Aliases repeat more than {ALIAS_LIMIT:,} values of this file."
                self._add(rules.ALIASES, node, message, "Write the content out.")
            return True
        return False

    def _refuse_tag(self, node: Node) -> None:
        tag = node.tag.replace(_CORE, "!!")
        self._add(
            rules.TAG,
            node,
            f"The YAML tag `{tag}` is not supported here.",
            "Remove it; if the value is text, put it in quotes.",
        )

    def _add(self, rule: Rule, node: Node, message: str, hint: str = "") -> None:
        self.findings.append(Finding(rule, Place(self.file, *_position(node)), message, hint))


def _plain(raw: str, reading: str) -> Any:  # noqa: PLR0911 - one return a reading
    """Give an unquoted scalar its value, or `Ambiguous` where YAML surprises people."""
    if reading == "str":
        elsewhere = raw[:1] in _NUMBER_STARTS and _NUMBER_ELSEWHERE.fullmatch(raw)
        return Ambiguous("a number in newer YAML") if elsewhere else raw
    if reading == "int":
        return int(raw) if _DECIMAL.fullmatch(raw) else Ambiguous(_odd_number(raw))
    if reading == "bool" and raw.lower() in {"true", "false"}:
        return raw.lower() == "true"
    if reading == "null":
        return None
    if reading == "timestamp" and _DAY.fullmatch(raw):
        try:
            return datetime.date.fromisoformat(raw)
        except ValueError:
            return Ambiguous("a date that does not exist")
    return Ambiguous(_SCALARS[reading])


def _odd_number(raw: str) -> str:
    if ":" in raw:
        return f"{_count_sixties(raw)}, because it counts in sixties"
    if raw.lstrip("+-").startswith("0"):
        return "a number that is not decimal"
    return "a number with too many digits or with `_`"


def _count_sixties(raw: str) -> str:
    """Return what YAML 1.1 makes of 12:30, which is 12 sixties and 30."""
    parts = raw.lstrip("+-").replace("_", "").split(":")
    if len(raw) > _MOST_SHOWN or not all(part.isdecimal() for part in parts):
        return "a number"
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return f"the number {'-' if raw.startswith('-') else ''}{total}"
