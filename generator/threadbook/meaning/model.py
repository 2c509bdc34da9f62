"""Models: a folder of files each, one a language, in a package that only holds data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
from threadpoolctl import ThreadpoolController

from threadbook.errors import UserError
from threadbook.meaning.encoder import encode
from threadbook.meaning.files import Layers, Tokens, read_layers, take_tokens
from threadbook.meaning.packing import Floats
from threadbook.meaning.pieces import Pieces
from threadbook.meaning.tokens import Tokeniser
from threadbook.text import stem

PACKAGE: Final = "threadbook_meaning"
"""The package that holds the models."""

FORMAT: Final = 2
"""The format of a model's folder."""

LONGEST: Final = 128
"""How much of a text is read when a site is built, in tokens."""

MOST_OWN: Final = 1_000
"""The most tokens that a site adds: in a browser's encoder, they take 170 kB."""

AT_ONCE: Final = 2_048
"""How many tokens are encoded at a time: they take about 50 MB."""

MANIFEST: Final = "manifest.json"

WORDS: Final = "tokens.txt"
"""The names of all tokens, in the order of the build's."""

LEAST: Final = "browser-tokens.txt"
"""The names of the tokens that every browser gets."""


class Parts(NamedTuple):
    """The names of the files of an encoder: its layers and its tokens."""

    layers: str
    tokens: str


BUILD: Final = Parts("build-layers.bin", "build-tokens.bin")
"""The encoder of texts."""

ENCODER: Final = {bits: Parts(f"encoder{bits}.bin", "encoder-tokens.bin") for bits in (3, 4)}
"""The encoders of questions in browsers, by the bits of their weights.

Their files have all tokens: first those that every browser gets, then those that a site may add.
"""

STUDENT: Final = Parts("student.bin", "student-tokens.bin")
"""The small encoder of questions in browsers; its tokens are in the same order."""

PIECES: Final = "pieces"
"""What a manifest says of a model whose tokens are pieces (see `pieces`), not word pieces.

Such a model has one encoder, for texts and for questions, and browsers get all of its tokens.
"""


class _Encoder(NamedTuple):
    """An encoder that was read."""

    layers: Layers
    tokens: Tokens
    tokeniser: Tokeniser | Pieces
    prefix: str

    def encode(self, texts: Sequence[str], most: int) -> Floats:
        most = min(most, len(self.layers.positions))
        numbers = [tuple(self.tokeniser.read(self.prefix + text, most)) for text in texts]
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
        self.kind: str = manifest.get("tokens", "words")
        """What its tokens are: `words`, or `pieces`."""
        self.prefix: str = manifest.get("prefix", "")
        """What the model wants to read before every text."""
        self.positions: int = manifest["positions"]
        """The most tokens of a question."""
        self._shared: str = manifest.get("shared", "")
        named = (*self.build, *((LEAST,) if self.has_pieces else ()))
        sums = "".join(self.files[each]["sha256"] for each in named)
        self.name = f"{self.title}-{hashlib.sha256(sums.encode()).hexdigest()[:12]}"
        """Changes with the weights of the build's encoder."""

    @property
    def has_pieces(self) -> bool:
        """Whether its tokens are pieces: see `PIECES`."""
        return self.kind == PIECES

    @property
    def is_discerning(self) -> bool:
        """Whether cosines tell that two questions ask the same, or that nothing answers one.

        Those of the model with pieces do not: questions that expect the same thread are hardly
        nearer to each other than to others (.26 and .23 in German).
        """
        return not self.has_pieces

    @property
    def build(self) -> Parts:
        """The encoder of texts."""
        return ENCODER[3] if self.has_pieces else BUILD

    @property
    def student(self) -> Parts | None:
        """The small encoder of questions, if there is one."""
        return STUDENT if STUDENT.layers in self.files else None

    def asker(self, setting: str) -> Parts:
        """Return the best encoder of questions that browsers get by the setting `meaning`."""
        if setting == "student" and self.student:
            return self.student
        best = ENCODER[4]
        return best if setting == "best" and best.layers in self.files else ENCODER[3]

    @property
    def askers(self) -> tuple[Parts, ...]:
        """All encoders of questions."""
        known = (*ENCODER.values(), STUDENT)
        return tuple(each for each in known if each.layers in self.files)

    def encode(self, texts: Sequence[str], most: int = LONGEST) -> Floats:
        """Return a row of `dimensions` numbers for each text, of unit length.

        At most `most` tokens of a text are read. Raises `UserError` if the files are damaged.
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return self._builder.encode(texts, most)

    def encode_question(
        self, text: str, parts: Parts = ENCODER[3], own: Sequence[str] = ()
    ) -> Floats:
        """Return the vector of a question, as a browser's encoder of the same files makes it.

        A site may have `own` tokens: see `choose_own`.
        """
        found: Floats = self._asker(parts, tuple(own)).encode([text], self.positions)[0]
        return found

    def choose_own(self, stems: Mapping[str, int]) -> tuple[str, ...]:
        """Return the tokens that a site adds to those of every browser: words that it uses often.

        `stems` has the stems of its words, each with the number of documents that have it. At most
        `MOST_OWN` are chosen, in the order that files have them in.
        """
        used = [(stems.get(stem_of, 0), token) for token, stem_of in self._spare.items()]
        best = sorted((-count, token) for count, token in used if count)[:MOST_OWN]
        chosen = {token for _, token in best}
        return tuple(token for token in self._spare if token in chosen)

    def has_all(self, own: Sequence[str]) -> bool:
        """Tell whether a site can add these tokens, each once."""
        return len(set(own)) == len(own) and set(own) <= self._spare.keys()

    def serve_tokens(self, parts: Parts, own: Sequence[str]) -> bytes:
        """Return the tokens of a browser's encoder, with a site's own ones after the others."""
        numbers = [self._numbers[_piece(each)] for each in self.names(own)]
        return take_tokens(self.read(parts.tokens), numbers)

    def serve_names(self, own: Sequence[str]) -> bytes:
        """Return the names of these tokens."""
        return "\n".join([*self.names(own), ""]).encode()

    def names(self, own: Sequence[str]) -> tuple[str, ...]:
        """Return the tokens that a site's browsers know, by which a word can be completed."""
        return (*self.least, *own)

    def read(self, name: str) -> bytes:
        """Return the content of a file; raise `UserError` if it is not what the manifest says."""
        try:
            wanted = self.files[name]["bytes"]
            is_shared = self.files[name].get("shared", False)
            folder = self.folder / ".." / self._shared if is_shared else self.folder
            content = (folder / name).read_bytes()
        except (OSError, KeyError) as error:
            raise _damaged(self.language, f"{name} is missing") from error
        if len(content) != wanted:
            raise _damaged(self.language, f"{name} has {len(content):,} bytes, not {wanted:,}")
        return content

    @cached_property
    def least(self) -> list[str]:
        """The tokens that every browser gets."""
        return self._read_names(LEAST)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """The number of each token in the files for browsers."""
        if self.has_pieces:
            return {token: number for number, token in enumerate(self._read_names(WORDS))}
        known = set(self.least)
        more = (each for each in self._read_names(WORDS) if each not in known)
        return {token: number for number, token in enumerate([*self.least, *more])}

    @cached_property
    def _spare(self) -> dict[str, str]:
        """The stems of the whole words that a site may add."""
        if self.has_pieces:
            return {}
        tokens = islice(self._numbers, len(self.least), None)
        return {each: stem(each, self.language) for each in tokens if each.isalpha()}

    @cached_property
    def _builder(self) -> _Encoder:
        if self.has_pieces:
            return self._asker(self.build, ())
        return self._open(BUILD, self.read(BUILD.tokens), self._read_names(WORDS), WORDS)

    @cached_property
    def _askers(self) -> dict[Parts, tuple[tuple[str, ...], _Encoder]]:
        return {}

    def _asker(self, parts: Parts, own: tuple[str, ...]) -> _Encoder:
        """Return a browser's encoder; the last one is kept, because it fills 40 MB."""
        before, encoder = self._askers.get(parts, (None, None))
        if encoder is None or before != own:
            content, names = self.serve_tokens(parts, own), self.names(own)
            encoder = self._open(parts, content, names, LEAST)
            self._askers[parts] = own, encoder
        return encoder

    def _open(self, parts: Parts, tokens: bytes, names: Sequence[str], file: str) -> _Encoder:
        kind = Pieces if self.has_pieces else Tokeniser
        try:
            layers = read_layers(self.read(parts.layers))
            return _Encoder(layers, Tokens(tokens), kind(names), self.prefix)
        except ValueError as error:
            raise _damaged(self.language, f"{parts.layers}: {error}") from error
        except KeyError as error:
            raise _damaged(self.language, f"{file} is not a vocabulary") from error

    def _read_names(self, name: str) -> list[str]:
        try:
            return self.read(name).decode().rstrip("\n").split("\n")
        except ValueError as error:
            raise _damaged(self.language, f"{name} is not a vocabulary") from error


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


def _piece(name: str) -> str:
    """Return a token without what it is worth."""
    return name.partition("\t")[0]


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _damaged(language: str, why: str) -> UserError:
    words = f"The model of {language} in {PACKAGE} is damaged ({why})"
    return UserError(f"{words}; install threadbook-meaning again, or set meaning: off.")
