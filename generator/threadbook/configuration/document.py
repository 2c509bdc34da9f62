"""A configuration file as plain values, beside the place of each; nothing in it is run.

PyYAML composes the nodes. Values are made of them as its safe loader would, since MkDocs takes YAML
1.1 as PyYAML does: anchors, merge keys, dates. What has any other tag becomes `Opaque`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode

from threadbook.findings import Finding, Place, Related, Rule
from threadbook.load import settings_rules as rules
from threadbook.load.yaml import compose

SIZE_LIMIT: Final = 1_000_000
"""The largest configuration file, in bytes."""

NESTING_LIMIT: Final = 50
"""How deep settings may be nested; a navigation may go ten levels deep, all else fewer."""

ALIAS_LIMIT: Final = 10_000
"""How many values aliases and merge keys may repeat."""

INHERITANCE_LIMIT: Final = 10
"""How many files may inherit from each other."""

_CORE: Final = "tag:yaml.org,2002:"
_SCALARS: Final = frozenset({"str", "int", "float", "bool", "null", "timestamp"})
_DEFAULT_MODE: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Location = tuple[str | int, ...]
"""Keys and places in lists that lead to a value."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value with a YAML tag that only a program could turn into something."""

    tag: str


class Document(NamedTuple):
    """A configuration: `values` by name, and the place of each value and of each key.

    With `INHERIT`, the values of all files are merged; each place names its file.
    """

    values: Mapping[str, Any]
    places: Mapping[Location, Place]
    keys: Mapping[Location, Place]
    opaque: tuple[tuple[Location, Opaque], ...]
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        """Whether all files could be read."""
        cut = (rules.UNREADABLE, rules.NOT_YAML, rules.INHERITANCE)
        return not any(finding.rule in cut for finding in self.findings)


def read_document(file: Path, root: Path) -> Document:
    """Read a configuration file and those that it inherits from, all of them below `root`."""
    return _read(file, root, ())


def _read(file: Path, root: Path, heirs: tuple[Path, ...]) -> Document:
    name = _name(file, root)
    text, findings = _read_text(file, name)
    if text is None:
        return Document({}, {}, {}, (), findings)
    node, findings = compose(text, name)
    if node is None:
        said = tuple(replace(finding, rule=rules.NOT_YAML) for finding in findings)
        return Document({}, {}, {}, (), said)
    if not isinstance(node, MappingNode):
        message = "The file should begin with a setting such as `site_name: My Help Site`."
        place = _place(name, node)
        return Document({}, {}, {}, (), (Finding(rules.NOT_YAML, place, message),))
    reader = _Reader(name)
    values = reader.value(node, ())
    if not isinstance(values, dict) or reader.is_cut:
        values = {}
    document = Document(
        values, reader.places, reader.keys, tuple(reader.opaque), tuple(reader.findings)
    )
    return _inherit(document, file, root, heirs) if "INHERIT" in values else document


def _name(file: Path, root: Path) -> str:
    return file.relative_to(root).as_posix() if file.is_relative_to(root) else file.as_posix()


def _read_text(file: Path, name: str) -> tuple[str | None, tuple[Finding, ...]]:
    """Read an ordinary file; pipes and devices are opened without waiting, and not read."""
    place = Place(name)
    try:
        with os.fdopen(os.open(file, _DEFAULT_MODE), "rb") as opened:
            if not stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
                return None, _unreadable(place, "This is not an ordinary file.")
            content = opened.read(SIZE_LIMIT + 1)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        return None, _unreadable(place, message)
    if len(content) > SIZE_LIMIT:
        message = f"The file has more than {SIZE_LIMIT:,} bytes."
        return None, _unreadable(place, message)
    try:
        return content.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"The byte 0x{content[error.start]:02X} here is not UTF-8."
        return None, _unreadable(Place(name, line, column), message, "Save the file as UTF-8.")


def _unreadable(place: Place, message: str, hint: str = "") -> tuple[Finding, ...]:
    return (Finding(rules.UNREADABLE, place, message, hint),)


def _place(file: str, node: Node) -> Place:
    return Place(file, node.start_mark.line + 1, node.start_mark.column + 1)


class _Reader:
    """Turns the nodes of one file into values, and notes where they are."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.places: dict[Location, Place] = {}
        self.keys: dict[Location, Place] = {}
        self.opaque: list[tuple[Location, Opaque]] = []
        self.findings: list[Finding] = []
        self.seen: set[int] = set()
        self.repeated = 0
        self.is_cut = False
        self.constructor = yaml.constructor.SafeConstructor()

    def value(self, node: Node, at: Location) -> Any:
        if self.is_cut or self._is_too_much(node, at):
            return None
        self.places[at] = _place(self.file, node)
        kind = node.tag.removeprefix(_CORE)
        if isinstance(node, ScalarNode) and kind in _SCALARS:
            return self._scalar(node)
        if isinstance(node, MappingNode) and kind == "map":
            return self._mapping(node, at)
        if kind == "seq" and not isinstance(node, ScalarNode):
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        found = Opaque(node.tag.replace(_CORE, "!!"))
        self.opaque.append((at, found))
        return found

    def _is_too_much(self, node: Node, at: Location) -> bool:
        if len(at) > NESTING_LIMIT:
            self._cut(node, f"Settings are nested deeper than {NESTING_LIMIT} levels.")
        if id(node) in self.seen:
            self.repeated += 1
            if self.repeated > ALIAS_LIMIT:
                self._cut(node, f"Aliases repeat more than {ALIAS_LIMIT:,} values.")
        self.seen.add(id(node))
        return self.is_cut

    def _cut(self, node: Node, message: str) -> None:
        self.is_cut = True
        self.add(rules.NOT_YAML, node, message)

    def _scalar(self, node: ScalarNode) -> Any:
        if node.tag == f"{_CORE}str":
            return node.value
        try:
            return self.constructor.construct_object(node)
        except (ValueError, LookupError, OverflowError, yaml.YAMLError):
            kind = {"timestamp": "a date", "int": "a number", "float": "a number"}
            reading = kind.get(node.tag.removeprefix(_CORE), "true or false")
            message = f"YAML takes this for {reading}, but there is no such value."
            self.add(rules.BAD_VALUE, node, message, "If it is text, put it in quotes.")
            return None

    def _mapping(self, node: MappingNode, at: Location) -> dict[Any, Any]:
        own: dict[Any, Any] = {}
        merged: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == f"{_CORE}merge":
                merged = {**self._merge(value_node, at), **merged}
                continue
            key = self._key(key_node, own, (*at,))
            if key is not None:
                self.keys[*at, key] = _place(self.file, key_node)
                own[key] = self.value(value_node, (*at, key))
        return {**merged, **own}

    def _key(self, node: Node, own: Mapping[Any, Any], at: Location) -> Any:
        kind = node.tag.removeprefix(_CORE)
        if not isinstance(node, ScalarNode) or kind not in _SCALARS or kind == "null":
            message = "The name of a setting must be plain text."
            self.add(rules.NOT_YAML, node, message)
            return None
        key = self._scalar(node)
        if key not in own:
            return key
        first = self.keys[*at, key]
        message = f"`{node.value}` is already given above."
        hint = f"Keep one of the two; the other is on line {first.line}."
        related = (Related("first written here", first),)
        self.findings.append(
            Finding(rules.GIVEN_TWICE, _place(self.file, node), message, hint, related)
        )
        return None

    def _merge(self, node: Node, at: Location) -> dict[Any, Any]:
        """Return what `<<` merges: a mapping, or several of which the first one wins."""
        nodes = node.value if node.tag == f"{_CORE}seq" else [node]
        merged: dict[Any, Any] = {}
        for each in nodes:
            if not isinstance(each, MappingNode):
                self.add(rules.NOT_YAML, each, "Only mappings can be merged with `<<`.")
                continue
            if not self._is_too_much(each, (*at, "<<")):
                merged = {**self._mapping(each, at), **merged}
        return merged

    def add(self, rule: Rule, node: Node, message: str, hint: str = "") -> None:
        self.findings.append(Finding(rule, _place(self.file, node), message, hint))


def _inherit(document: Document, file: Path, root: Path, heirs: tuple[Path, ...]) -> Document:
    """Merge a document into the one that it inherits from, as MkDocs does."""
    values = dict(document.values)
    named = values.pop("INHERIT")
    place = document.places["INHERIT",]
    parent, why = _find_parent(named, file, root, (*heirs, file.resolve()))
    if parent is None:
        finding = Finding(rules.INHERITANCE, place, why)
        return document._replace(values=values, findings=(*document.findings, finding))
    inherited = _read(parent, root, (*heirs, file.resolve()))
    gone = tuple(_overridden(inherited.values, values, ()))

    def kept(at: Location) -> bool:
        return not any(at[: len(lost)] == lost for lost in gone)

    old = ({at: found for at, found in places.items() if kept(at)} for places in inherited[1:3])
    return Document(
        _merge_deep(inherited.values, values),
        {**next(old), **document.places},
        {**next(old), **document.keys},
        (*(each for each in inherited.opaque if kept(each[0])), *document.opaque),
        (*inherited.findings, *document.findings),
    )


def _find_parent(
    named: Any, file: Path, root: Path, heirs: tuple[Path, ...]
) -> tuple[Path | None, str]:
    if not isinstance(named, str) or not named or "\0" in named:
        return None, "`INHERIT` should be the path of a configuration file."
    try:
        # MkDocs resolves `..` in the text of the path, and so do we; links are resolved to be sure
        # of where they lead.
        parent = Path(os.path.normpath(file.parent / named))
        real = parent.resolve()
    except (OSError, RuntimeError):
        return None, "The file that `INHERIT` names cannot be found."
    if not real.is_relative_to(root.resolve()):
        return None, "`INHERIT` leads out of the folder of the project."
    if not parent.exists():
        return None, "The file that `INHERIT` names does not exist."
    if real in heirs or len(heirs) > INHERITANCE_LIMIT:
        return None, "These files inherit from each other."
    return parent, ""


def _merge_deep(under: Mapping[Any, Any], over: Mapping[Any, Any]) -> dict[Any, Any]:
    """Lay one mapping over another: mappings in both are merged, anything else is replaced."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        is_both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[key] = _merge_deep(below, value) if is_both else value  # type: ignore[arg-type]
    return merged


def _overridden(
    under: Mapping[Any, Any], over: Mapping[Any, Any], at: Location
) -> Iterator[Location]:
    for key, value in over.items():
        if key in under:
            if isinstance(under[key], Mapping) and isinstance(value, Mapping):
                yield from _overridden(under[key], value, (*at, key))
            else:
                yield (*at, key)
