"""Names of licences as SPDX writes them, as far as texts of forums are under them."""

from __future__ import annotations

import re
from typing import Final

_LOOSE: Final = re.compile(
    r"CC[ -]BY((?:[ -](?:NC|SA|ND)){0,2})[ -]v?(\d\.\d)(?:[ -](?:unported|international|intl))?",
    re.IGNORECASE,
)
_ZERO: Final = re.compile(r"CC[ -]?0(?:[ -]1\.0)?(?:[ -]universal)?", re.IGNORECASE)
_NAME: Final = re.compile(
    r"CC-BY(?:-NC)?(?:-SA|-ND)?-(?:1\.0|2\.0|2\.5|3\.0|4\.0)(?:-[A-Z]{2,3})?|CC0-1\.0|CC-PDDC"
    r"|MIT(?:-0)?|Apache-(?:1\.1|2\.0)|BSD-[1-4]-Clause|0BSD|ISC|Zlib|Unlicense|WTFPL|PDDL-1\.0"
    r"|(?:A|L)?GPL-\d\.\d(?:-only|-or-later)|GFDL-1\.[123](?:-(?:no-)?invariants)?(?:-only|-or-later)"
    r"|MPL-\d\.\d(?:-no-copyleft-exception)?|EPL-\d\.\d|EUPL-1\.[012]|ODbL-1\.0|ODC-By-1\.0|OGL-UK-[123]\.0"
    r"|LicenseRef-[A-Za-z0-9.-]+"
)


def as_spdx(said: str) -> str:
    """Return a licence as SPDX writes it, where it is clear which; any other as it is."""
    text = " ".join(said.split())
    if found := _LOOSE.fullmatch(text):
        more = [each.upper() for each in re.findall(r"[A-Z]{2}", found[1].upper())]
        return "-".join(("CC-BY", *more, found[2]))
    return "CC0-1.0" if _ZERO.fullmatch(text) else text


def is_spdx(name: str) -> bool:
    """Return whether this is a name of SPDX, or several with AND and OR.

    It knows what texts and examples are under; one that it does not know may still be a name.
    """
    return all(_NAME.fullmatch(each.strip("() ")) for each in re.split(r" (?:AND|OR) ", name))
