"""Models: a folder of files each, one a language, in a package that only holds data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Final, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from threadbook.errors import UserError
from threadbook.meaning.encoder import encode
from threadbook.meaning.files import Layers, Tokens, read_layers
from threadbook.meaning.packing import Floats
from threadbook.meaning.tokens import Tokeniser

PACKAGE: Final = "threadbook_meaning"
"""The package that holds the models."""

FORMAT: Final = 1
"""The format of a model's folder."""

LONGEST: Final = 128
"""How much of a text is read when a site is built, in tokens."""

AT_ONCE: Final = 2_048
"""How many tokens are encoded at a time: they take about 50 MB."""

MANIFEST: Final = "manifest.json"


class Parts(NamedTuple):
    """The names of the files of an encoder: layers, tokens, and their vocabulary."""

    layers: str
    tokens: str
    vocabulary: str


BUILD: Final = Parts("build-layers.bin", "build-tokens.bin", "tokens.txt")
"""The encoder of texts."""

ENCODER: Final = {
    bits: Parts(f"encoder{bits}.bin", "encoder-tokens.bin", "browser-tokens.txt") for bits in (3, 4)
}
"""The encoders of questions in browsers, by the bits of their weights."""

STUDENT: Final = Parts("student.bin", "student-tokens.bin", "browser-tokens.txt")
"""The small encoder of questions in browsers."""


class _Encoder(NamedTuple):
    """An encoder that was read."""

    layers: Layers
    tokens: Tokens
    tokeniser: Tokeniser

    def encode(self, texts: Sequence[str], most: int) -> Floats:
        most = min(most, len(self.layers.positions))
        numbers = [tuple(self.tokeniser.read(text, most)) for text in texts]
        # Texts that begin alike are often the same where they are cut.
        places = {each: place for place, each in enumerate(dict.fromkeys(numbers))}
        with _threads().limit(limits=1):  # so that the same texts give the same bits
            found = np.concatenate(
                [encode(self.layers, self.tokens, each) for each in _cut(list(places))]
            )
        return found[[places[each] for each in numbers]]


def _cut(texts: Sequence[tuple[int, ...]]) -> Iterator[Sequence[tuple[int, ...]]]:
    """Cut texts into parts of at most `AT_ONCE` tokens, or a single text."""
    start = size = 0
    for end, text in enumerate(texts):
        if size + len(text) > AT_ONCE and end > start:
            yield texts[start:end]
            start, size = end, 0
        size += len(text)
    yield texts[start:]


class Model:
    """A model of a language. Its files are read when they are needed."""

    def __init__(self, folder: Traversable, manifest: Mapping[str, Any]) -> None:
        """Take a folder and what its manifest says; see `read_model`."""
        self.folder = folder
        self.language: str = manifest["language"]
        self.dimensions: int = manifest["dimensions"]
        self.files: Mapping[str, Mapping[str, Any]] = manifest["files"]
        self.title: str = manifest["name"]
        sums = "".join(self.files[each]["sha256"] for each in BUILD)
        self.name = f"{self.title}-{hashlib.sha256(sums.encode()).hexdigest()[:12]}"
        """Changes with the weights of the build's encoder."""

    def encode(self, texts: Sequence[str], most: int = LONGEST) -> Floats:
        """Return a row of `dimensions` numbers for each text, of unit length.

        At most `most` tokens of a text are read. Raises `UserError` if the files are damaged.
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return self._encoder(BUILD).encode(texts, most)

    def encode_question(self, text: str, parts: Parts = ENCODER[3]) -> Floats:
        """Return the vector of a question, as a browser's encoder of the same files makes it."""
        encoder = self._encoder(parts)
        found: Floats = encoder.encode([text], len(encoder.layers.positions))[0]
        return found

    def read(self, name: str) -> bytes:
        """Return the content of a file; raise `UserError` if it is not what the manifest says."""
        try:
            content = (self.folder / name).read_bytes()
            wanted = self.files[name]["bytes"]
        except (OSError, KeyError) as error:
            raise _damaged(self.language, f"{name} is missing") from error
        if len(content) != wanted:
            raise _damaged(self.language, f"{name} has {len(content):,} bytes, not {wanted:,}")
        return content

    @cached_property
    def vocabulary(self) -> Tokeniser:
        """The tokens that browsers know, by which a word can be completed."""
        return self._tokeniser(STUDENT.vocabulary)

    @cached_property
    def _read(self) -> dict[Parts, _Encoder]:
        return {}

    def _encoder(self, parts: Parts) -> _Encoder:
        if parts not in self._read:
            try:
                self._read[parts] = _Encoder(
                    read_layers(self.read(parts.layers)),
                    Tokens(self.read(parts.tokens)),
                    self._tokeniser(parts.vocabulary),
                )
            except ValueError as error:
                raise _damaged(self.language, f"{parts.layers}: {error}") from error
        return self._read[parts]

    def _tokeniser(self, name: str) -> Tokeniser:
        try:
            return Tokeniser(self.read(name).decode().rstrip("\n").split("\n"))
        except (ValueError, KeyError) as error:
            raise _damaged(self.language, f"{name} is no vocabulary") from error


@lru_cache(maxsize=4)
def find_model(language: str) -> Model | None:
    """Return the installed model of a language; `None` if there is none for it.

    Raises `UserError` if there is one that is damaged, or of another version of Threadbook.
    """
    try:
        folder = resources.files(PACKAGE) / language
    except ModuleNotFoundError:
        return None
    return read_model(folder) if language and (folder / MANIFEST).is_file() else None


def list_languages() -> frozenset[str]:
    """Return the languages with an installed model, whether it is damaged or not."""
    try:
        folders = list(resources.files(PACKAGE).iterdir())
    except (ModuleNotFoundError, OSError):
        return frozenset()
    return frozenset(each.name for each in folders if (each / MANIFEST).is_file())


def read_model(folder: Traversable) -> Model:
    """Read a folder's manifest; raise `UserError` if it is damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            words = f"The models in {PACKAGE} have the format {manifest['format']}, not {FORMAT}"
            raise UserError(f"{words}; install a version of both packages that fit together.")
        return Model(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder.name, f"{MANIFEST} cannot be read") from error


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _damaged(language: str, why: str) -> UserError:
    words = f"The model of {language} in {PACKAGE} is damaged ({why})"
    return UserError(f"{words}; install threadbook-meaning again, or set meaning: off.")
