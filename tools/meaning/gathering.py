"""Texts of all sources: cleaned, each once, in a random order that is always the same."""

import gzip
import hashlib
import json
import random
import re
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tools.meaning.sources import MEDQUAD, REPOSITORIES, WORDNET, Source

SHORTEST, LONGEST = 6, 220
"""Characters of a text."""
PIECES = 0.15
"""For this share of the texts, a piece is added, as one types it into a search field."""
FEWEST, MOST = 2, 5
"""Words of a piece."""
PLAIN = 0.5
"""This share of the pieces is without stop words."""
STOP = frozenset(
    "a an the is are was were be been do does did can could should would will i my me you your we "
    "our it its this that there of to in on at for with by from and or if as not have has "
    "had".split()
)


@dataclass(frozen=True)
class Taken:
    """What was taken from a source, for the manifest."""

    project: str
    licence: str
    credit: str
    revision: str
    texts: int
    sha256: str
    """Of the texts, a line each, sorted."""


@dataclass(frozen=True)
class Corpus:
    """Texts in their order, and where they came from."""

    texts: tuple[str, ...]
    taken: tuple[Taken, ...]


def gather(mirrors: Path, wordnet: Path | None, medquad: Path | None, without: set[str]) -> Corpus:
    """Texts of all sources that are there; `without` holds ids of MedQuAD that are left out."""
    found: list[tuple[Source, str, Iterable[str]]] = []
    for source in REPOSITORIES:
        repository = find_repository(mirrors, source.project)
        found.append((source, revision(repository), repository_texts(repository, source)))
    if wordnet:
        files = [
            path for path in sorted(wordnet.iterdir()) if re.fullmatch(WORDNET.files, path.name)
        ]
        texts = (text for path in files for text in WORDNET.read(path.read_text("utf-8")))
        found.append((WORDNET, sha256_of(files), texts))
    if medquad:
        found.append((MEDQUAD, sha256_of([medquad]), medquad_texts(medquad, without)))
    return collect(found)


def collect(found: Iterable[tuple[Source, str, Iterable[str]]]) -> Corpus:
    """Clean texts, each only from the first source that has it, and the pieces of some of them."""
    chance = random.Random(18)  # noqa: S311
    seen: set[str] = set()
    everything: list[str] = []
    taken: list[Taken] = []
    for source, version, texts in found:
        chosen = choose(texts, source.most, seen, chance)
        everything += chosen
        lines = "\n".join(sorted(chosen)).encode()
        taken.append(
            Taken(
                source.project,
                source.licence,
                source.credit,
                version,
                len(chosen),
                hashlib.sha256(lines).hexdigest(),
            )
        )
    pieces = (piece(text, chance) for text in everything if chance.random() < PIECES)
    everything += sorted({text for text in pieces if text and text.casefold() not in seen})
    chance.shuffle(everything)
    return Corpus(tuple(everything), tuple(taken))


def choose(texts: Iterable[str], most: int, seen: set[str], chance: random.Random) -> list[str]:
    """At most so many clean texts that were not seen yet."""
    new: dict[str, str] = {}
    for text in texts:
        clean = " ".join(text.split())
        if is_useful(clean) and clean.casefold() not in seen:
            new.setdefault(clean.casefold(), clean)
    chosen = list(new.values())
    if len(chosen) > most:
        chosen = chance.sample(chosen, most)
    seen.update(text.casefold() for text in chosen)
    return chosen


def is_useful(text: str) -> bool:
    """Whether a text is of a good length and mostly letters."""
    letters = sum(character.isalpha() or character == " " for character in text)
    return SHORTEST <= len(text) <= LONGEST and letters >= 0.85 * len(text) and "http" not in text


def piece(text: str, chance: random.Random) -> str:
    """Return what somebody might type to find a text: some words, half the time no stop words."""
    words = re.findall(r"[\w'-]+", text.lower())
    if chance.random() < PLAIN:
        words = [word for word in words if word not in STOP]
    if len(words) < 2 * FEWEST:
        return ""
    size = chance.randint(FEWEST, min(MOST, len(words) - 1))
    start = chance.randrange(len(words) - size + 1)
    return " ".join(words[start : start + size])


def find_repository(mirrors: Path, project: str) -> Path:
    """Return a project's git directory: `owner+name/repo` or `owner/name` in the folder."""
    for path in (mirrors / project.replace("/", "+") / "repo", mirrors / project):
        if path.is_dir():
            return path
    raise FileNotFoundError(f"{project} is not in {mirrors}; clone it there.")


def revision(repository: Path) -> str:
    """Return the commit that is read."""
    return git(repository, "rev-parse", "HEAD").decode().strip()


def repository_texts(repository: Path, source: Source) -> Iterator[str]:
    """Texts of the files that a source names, in order of their paths."""
    listing = git(repository, "ls-tree", "-r", "-z", "HEAD").decode().split("\0")
    for entry in sorted(filter(None, listing), key=lambda line: line.split("\t")[1]):
        kind, path = entry.split("\t")
        if re.fullmatch(source.files, path):
            yield from source.read(blob(repository, kind.split()[2]))


def blob(repository: Path, name: str) -> str:
    """Return a file's text; empty if a partial clone lacks it."""
    command = ["git", "-C", str(repository), "cat-file", "blob", name]
    done = subprocess.run(command, capture_output=True, check=False)
    return (
        done.stdout.decode("utf-8", "replace").removeprefix("\ufeff")
        if not done.returncode
        else "{}"
    )


def git(repository: Path, *arguments: str) -> bytes:
    """Return what a git command prints."""
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, capture_output=True, check=True).stdout


def medquad_texts(path: Path, without: set[str]) -> Iterator[str]:
    """Sentences of the answers only, and of no thread that we measure on."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            thread = json.loads(line)
            if thread["id"] not in without:
                yield from MEDQUAD.read(thread["answer"])


def sha256_of(files: Sequence[Path]) -> str:
    """One hash of several files, in their order."""
    total = hashlib.sha256()
    for path in files:
        total.update(path.read_bytes())
    return total.hexdigest()


def write(corpus: Corpus, path: Path) -> None:
    """One JSON file, to be read again by `read`."""
    path.write_text(json.dumps(asdict(corpus), ensure_ascii=False, indent=0), "utf-8")


def read(path: Path) -> Corpus:
    """Return what `write` wrote."""
    stored = json.loads(path.read_text("utf-8"))
    return Corpus(tuple(stored["texts"]), tuple(Taken(**entry) for entry in stored["taken"]))
