"""The pictures and files that pages name: their addresses, and what readers hear of their size."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

from threadbook import addresses
from threadbook.errors import UserError
from threadbook.library import Library, MediumFile
from threadbook.load.media import digest, read_medium
from threadbook.markdown import Medium
from threadbook.translations import Interface, interface

_KILO: Final = 1_000
_FEW: Final = 10
"""Below so many megabytes, tenths are said too."""


def publish_media(library: Library, language: str) -> dict[str, Medium]:
    """Return the pictures and files that pages name, by name; one that has just gone is left out.

    The whole of each is read once, for its address has a hash of it.
    """
    say = interface(language)
    return {
        name: Medium(
            addresses.of_medium(name, hashed), file.width, file.height, describe(file, say)
        )
        for name, file in library.used_media.items()
        if (hashed := _hash(file))
    }


@lru_cache(maxsize=100_000)  # a preview asks again after each edit
def _hash(file: MediumFile) -> str:
    content = read_medium(file)
    return "" if content is None else digest(content)


def describe(file: MediumFile, say: Interface) -> str:
    """Return the type and size of a file in words, such as "PDF, 120 kB"."""
    kind = file.name.rpartition(".")[2].upper()
    kilobytes = max(1, round(file.size / _KILO))
    if kilobytes < _KILO:
        return f"{kind}, {say.number(kilobytes)} kB"
    megabytes = file.size / _KILO**2
    return f"{kind}, {say.number(round(megabytes, 1 if megabytes < _FEW else None))} MB"


def read_media(library: Library, media: Mapping[str, Medium]) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of each; raise `UserError` if one was changed meanwhile."""
    for name, medium in media.items():
        content = read_medium(library.media[name])
        if content is None or addresses.of_medium(name, digest(content)) != medium.address:
            file = library.media[name].file
            raise UserError(f"{file} was changed while the site was built; build it again.")
        yield medium.address, content
