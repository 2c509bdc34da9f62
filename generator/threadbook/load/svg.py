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


class _FoundError(Exception):
    """Something active, in words."""


def find_active_content(svg: bytes) -> str:
    """Return in words what of an SVG a browser could run or load, or an empty string."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True  # text in one piece, so that no address is split
    parser.StartElementHandler = _look_at_element
    parser.CharacterDataHandler = _look_at_text
    parser.StartDoctypeDeclHandler = _refuse_entities
    parser.ProcessingInstructionHandler = _refuse_instruction
    try:
        parser.Parse(svg, True)
    except _FoundError as found:
        return str(found)
    except (expat.ExpatError, ValueError, LookupError) as error:
        return f"something that is not well-formed XML ({error})"
    return ""


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
