"""SVG pictures: whether one holds anything that a browser could run or load.

A browser runs no scripts of a picture in a page, but it does if somebody opens the picture itself.
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat

_ELEMENTS: Final = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textpath "
    "title desc metadata lineargradient radialgradient stop clippath mask pattern marker switch "
    "image filter feblend fecolormatrix fecomponenttransfer fecomposite feconvolvematrix "
    "fediffuselighting fedisplacementmap fedistantlight fedropshadow feflood fefunca fefuncb "
    "fefuncg fefuncr fegaussianblur femerge femergenode femorphology feoffset fepointlight "
    "fespecularlighting fespotlight fetile feturbulence style view".split()
)
"""The elements that draw. Not `a`, `script`, `foreignObject`, and nothing that animates."""

_OWN: Final = ("http://www.w3.org/2000/svg", "")
_DRAWING_TOOLS: Final = ("inkscape", "sodipodi", "creativecommons", "purl.org", "w3.org/1999/02/22")
"""Parts of the names of namespaces that editors of pictures use for their own notes."""

_LOADING: Final = re.compile(
    r"@import|url\s*\(\s*(?:['\"]\s*)?[^#'\"\s]|expression\s*\(|\\", re.IGNORECASE
)
_PICTURE: Final = re.compile(r"\s*(?:#|data:image/(?:png|jpeg|gif|webp);)", re.IGNORECASE)


_COPIES: Final = 10_000
"""How many copies `<use>` may make: ten that use ten, eight levels deep, freeze a browser."""

_TOO_MANY_COPIES: Final = f"`<use>` for {_COPIES:,} copies or more"

_DEPTH: Final = 100
"""How deep elements may be in each other; drawing tools need a dozen levels."""

_LENGTH: Final = re.compile(r"\s*\+?([0-9]{1,6}(?:\.[0-9]{0,6})?)\s*([a-z]*)\s*", re.IGNORECASE)
_UNITS: Final = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
}  # fmt: skip
"""Pixels of a unit (CSS Values, section 6.2); relative units say nothing here."""

_DEFAULT: Final = (300, 150)
"""The size that browsers give a picture that says nothing of its own (CSS 2, section 10.3.2)."""


class _FoundError(Exception):
    """Something active, in words."""


class _RootFound(Exception):  # noqa: N818 - no error: it ends the parsing
    """The attributes of the outermost element."""

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        super().__init__(name)
        self.name, self.attributes = name, attributes


def measure(svg: bytes) -> tuple[int, int] | None:
    """Return the width and height of an SVG in pixels; `None` if it is none."""
    parser = expat.ParserCreate(namespace_separator=" ")

    def take(name: str, attributes: dict[str, str]) -> None:
        raise _RootFound(name, attributes)

    parser.StartElementHandler = take
    try:
        parser.Parse(svg, True)
    except _RootFound as root:
        return _read_size(root.attributes) if root.name == f"{_OWN[0]} svg" else None
    except (expat.ExpatError, ValueError, LookupError):
        pass
    return None


def _read_size(attributes: dict[str, str]) -> tuple[int, int]:
    width, height = (_read_length(attributes.get(name, "")) for name in ("width", "height"))
    box = [
        _read_length(each) for each in re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
    ]
    shape = box[3] / box[2] if len(box) == len("x y w h".split()) and box[2] and box[3] else 0.0
    if not width and not height and shape:
        width = box[2]
    if width and not height:
        height = width * shape
    elif height and not width and shape:
        width = height / shape
    if not width or not height:
        return _DEFAULT
    return max(1, round(width)), max(1, round(height))


def _read_length(written: str) -> float:
    found = _LENGTH.fullmatch(written)
    return float(found[1]) * _UNITS.get(found[2].lower(), 0.0) if found else 0.0


class _Copies:
    """Counts what `<use>` makes of a drawing: each copy may hold others."""

    def __init__(self) -> None:
        self.open: list[str] = []
        self.made = 0
        self.uses: dict[str, list[str]] = {"": []}
        self.known: dict[str, int] = {}

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take in an element that begins."""
        id_ = attributes.get("id", "")
        self.open.append(id_)
        if len(self.open) > _DEPTH:
            raise _FoundError(f"elements in each other, more than {_DEPTH} deep")
        if name.rpartition(" ")[2].lower() == "use":
            targets = [value for key, value in attributes.items() if key.endswith("href")]
            self.made += 1
            if self.made >= _COPIES:
                raise _FoundError(_TOO_MANY_COPIES)
            for inside in {"", *self.open}:
                self.uses.setdefault(inside, []).extend(each.lstrip("# ") for each in targets)

    def end(self, _name: str) -> None:
        """Take in the end of an element."""
        self.open.pop()

    def count(self, id_: str = "", depth: int = 0) -> int:
        """Return how many copies are made inside an element, `_COPIES` at most."""
        if depth > _COPIES // 100:
            return _COPIES
        if id_ not in self.known:
            self.known[id_] = 0  # browsers do not draw what uses itself
            total = sum(1 + self.count(each, depth + 1) for each in self.uses.get(id_, ()))
            self.known[id_] = min(total, _COPIES)
        return self.known[id_]


def find_active_content(svg: bytes) -> str:
    """Return in words what of an SVG a browser could run, load or freeze on, or an empty string."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True  # text in one piece, so that no address is split
    copies = _Copies()

    def begin(name: str, attributes: dict[str, str]) -> None:
        _look_at_element(name, attributes)
        copies.begin(name, attributes)

    parser.StartElementHandler = begin
    parser.EndElementHandler = copies.end
    parser.CharacterDataHandler = _look_at_text
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(svg, True)
    except _FoundError as found:
        return str(found)
    except (expat.ExpatError, ValueError, LookupError) as error:
        return f"something that is not well-formed XML ({error})"
    return _TOO_MANY_COPIES if copies.count() >= _COPIES else ""


def _look_at_element(name: str, attributes: dict[str, str]) -> None:
    namespace, _, local = name.rpartition(" ")
    is_known = namespace in _OWN and local.lower() in _ELEMENTS
    if not is_known and not _is_of_a_tool(namespace):
        raise _FoundError(f"`<{local}>`")
    for attribute, value in attributes.items():
        space, _, own = attribute.lower().rpartition(" ")
        if own.startswith("on"):
            raise _FoundError(f"`{own}`, which can run a script")
        if own in {"href", "src"} and not _PICTURE.match(value):
            raise _FoundError(f"a link to `{value[:60]}`")
        if not _is_of_a_tool(space) and _LOADING.search(value):
            raise _FoundError(f"an address in `{own}`")


def _is_of_a_tool(namespace: str) -> bool:
    return any(tool in namespace for tool in _DRAWING_TOOLS)


def _look_at_text(text: str) -> None:
    if _LOADING.search(text):
        raise _FoundError("a style that loads something")


def _refuse_entities(_name: str, _system: str | None, _public: str | None, has_own: bool) -> None:
    if has_own:
        raise _FoundError("a DOCTYPE with definitions of its own")


def _refuse_instruction(*_: object) -> None:
    raise _FoundError("a processing instruction")
