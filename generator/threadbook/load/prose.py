"""Prose pages: Markdown files with an optional header, and the pictures beside them.

Like all content, they come from strangers. So only Markdown and pictures are taken, under names
that are safe in an address.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from threadbook import markdown
from threadbook.addresses import of_prose
from threadbook.findings import Finding, Place
from threadbook.library import Prose, Redirect, Reference
from threadbook.library.prose import MARKDOWN, PICTURES, SVG
from threadbook.load import rules
from threadbook.load.file import ProseFile, refer
from threadbook.load.heavy import find_too_many_links
from threadbook.load.outlines import find_media
from threadbook.load.sources import (
    FileKind,
    SourceFile,
    read_bytes,
    show_path,
)
from threadbook.load.svg import find_active_content
from threadbook.load.validate import validate
from threadbook.load.walking import Walk
from threadbook.load.yaml import ParsedYaml, parse
from threadbook.model import ProseHeader
from threadbook.model.limits import PICTURE_BYTES

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_DESCRIPTION: Final = 160
_TITLE: Final = 200
_END: Final = ("---", "...")


@dataclass(frozen=True, slots=True)
class ProseListing:
    """The folder of prose at one moment: pages to read, and files that are published as they are.

    The id of a source is its path below the folder. `published` leads from such a path to the
    file's name in findings.
    """

    sources: tuple[SourceFile, ...] = ()
    published: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def list_prose(pages: Path, root: Path) -> ProseListing:
    """Walk the folder of prose, which need not exist; `root` is what names are relative to."""
    walker = _Walker(pages, root)
    if not pages.is_dir() or walker.is_elsewhere():
        return ProseListing(findings=tuple(walker.findings))
    sources = tuple(sorted(walker.walk(), key=lambda source: source.id))
    published = {name: walker.published[name] for name in sorted(walker.published)}
    return ProseListing(sources, published, tuple(walker.findings))


def list_trusted(pages: Path, root: Path) -> ProseListing:
    """List what the engine will publish of a folder that the publisher trusts."""
    found = (Path(folder, name) for folder, _, names in os.walk(pages) for name in names)
    files = {file.relative_to(pages).as_posix(): show_path(file, root) for file in sorted(found)}
    return ProseListing(published=files)


def read_picture(pages: Path, name: str) -> bytes | None:
    """Read a picture; return `None` if it is no longer an ordinary file that may be published."""
    content = read_bytes(pages.joinpath(name).resolve(), PICTURE_BYTES.most + 1)
    if content is None or len(content) > PICTURE_BYTES.most:
        return None
    return None if name.lower().endswith(SVG) and find_active_content(content) else content


def make_prose(source: SourceFile, text: str) -> tuple[ProseFile | None, tuple[Finding, ...]]:
    """Make a prose page of a file's text; without one, the findings say why."""
    header, body, line = _split(text.replace("\0", "\ufffd").replace("\r\n", "\n"))
    document = parse(header, source.file) if header.strip() else ParsedYaml({}, (), None)
    model, findings = validate(ProseHeader, document, source.file)
    findings = (*document.findings, *findings)
    if model is None:
        return None, findings
    file = ProseFile(source, text, document, model, body, line)
    if markdown.is_nested_too_deep(body):
        message = "This page nests quotes or lists too deeply, or has too many HTML tags."
        hint = "Use fewer levels, and Markdown instead of HTML."
        return None, (*findings, Finding(rules.BODY_NESTING, Place(source.file), message, hint))
    heavy = tuple(find_too_many_links(file, [(("body",), body)]))
    return (None if heavy else file), (*findings, *heavy)


def condense_prose(file: ProseFile) -> Prose:
    """Return a prose page as the library holds it."""
    name, header = file.source.id, file.model
    heading, body = take_heading(file.body)
    title = header.title or heading or _name(name)
    links = file.bodies[0].anatomy.links
    return Prose(
        name=name,
        url=of_prose(name),
        file=file.source.file,
        title=title,
        heading=heading or title,
        description=header.description or markdown.plain_text(body, _DESCRIPTION),
        hide=header.hide,
        body=body,
        targets=tuple(dict.fromkeys(link.target for link in links if link.target is not None)),
        redirects=tuple(
            Redirect(old, file.at("redirect_from", place))
            for place, old in enumerate(header.redirect_from)
        ),
        media=tuple(each.target for each in find_media(file, file.bodies[0], file.way)),
    )


def find_prose_references(file: ProseFile) -> Iterator[Reference]:
    """Yield what a page links to by name, and the pictures and files of the content."""
    body = file.bodies[0]
    yield from find_media(file, body, file.way)
    yield from refer(file, body, "body", file.way)


def take_heading(body: str) -> tuple[str, str]:
    """Return the text of a heading that the body begins with, and the rest of the body."""
    first, _, rest = body.lstrip("\n").partition("\n")
    below, _, after = rest.partition("\n")
    if first.startswith("# "):
        heading = first.removeprefix("# ").strip().rstrip("#").strip()
    elif first.strip() and below.startswith("=") and not below.strip("= "):
        heading, rest = first, after
    else:
        return "", body
    return markdown.plain_text(heading, _TITLE), rest


def _name(path: str) -> str:
    """Return a title for a page without one, as MkDocs does: from the file's name."""
    words = path.rpartition("/")[2].removesuffix(MARKDOWN).replace("-", " ").replace("_", " ")
    return words.capitalize() if words.islower() else words


def _split(text: str) -> tuple[str, str, int]:
    """Return the header as YAML, the body, and the number of the body's first line.

    The YAML begins with an empty line, so that its lines have the numbers of the file's.
    """
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return "", text, 1
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip() in _END:
            return "\n" + "\n".join(lines[1:number]), "\n".join(lines[number + 1 :]), number + 2
    return "", text, 1  # a line across the page, not a header


class _Walker(Walk):
    """One walk through the folder of prose."""

    def __init__(self, pages: Path, root: Path) -> None:
        super().__init__(root)
        self.pages = pages
        self.published: dict[str, str] = {}

    def is_elsewhere(self) -> bool:
        """Return whether the folder, or one above it in the project, is a link."""
        if not self.pages.is_relative_to(self.root):
            return False  # the publisher chose a folder outside of the project
        below = self.pages.relative_to(self.root)
        if Path(os.path.realpath(self.pages)) == Path(os.path.realpath(self.root)) / below:
            return False
        where = show_path(self.pages, self.root)
        self.add(rules.SYMLINK, self.pages, f"`{where}` is a link.", "Replace it with a folder.")
        return True

    def walk(self) -> Iterator[SourceFile]:
        for entry, parts in self.files(self.pages, "Prose", rules.BAD_FILE_NAME):
            yield from self._take(entry, parts)

    def _take(self, entry: os.DirEntry[str], parts: tuple[str, ...]) -> Iterator[SourceFile]:
        name = "/".join(parts)
        ending = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122 - a name
        if ending not in {MARKDOWN, *PICTURES}:
            message = f"`{entry.name}` is not published: it is neither Markdown nor a picture."
            self.add(rules.NOT_PUBLISHED, entry.path, message, _PUBLISHING)
            return
        if not all(map(_NAME.fullmatch, parts)):
            message = f"`{name}` cannot be part of an address."
            hint = (
                "Use letters, digits, hyphens, dots and underscores; begin with a letter or digit."
            )
            self.add(rules.BAD_FILE_NAME, entry.path, message, hint)
            return
        status = self.look(entry)
        if status is None:
            return
        if ending == MARKDOWN:
            file = show_path(Path(entry.path), self.root)
            size, changed = status.st_size, status.st_mtime_ns
            yield SourceFile(FileKind.PROSE, entry.path, file, name, "", size, changed)
        elif self._is_good_picture(entry.path, status.st_size):
            self.published[name] = show_path(Path(entry.path), self.root)

    def _is_good_picture(self, path: str, size: int) -> bool:
        if size > PICTURE_BYTES.most:
            message = f"The picture has {size:,} bytes; the limit is {PICTURE_BYTES.most:,}."
            self.add(rules.TOO_LARGE, path, message, "Make it smaller.")
        elif path.lower().endswith(SVG) and (active := _find_active(path)):
            message = f"The picture contains {active}."
            hint = "Export it as a plain SVG without scripts, or as PNG."
            self.add(rules.ACTIVE_PICTURE, path, message, hint)
        else:
            return True
        return False


_PUBLISHING: Final = (
    "Remove it. If you trust everybody who can change this folder, set `trusted_pages: true` in "
    "mkdocs.yml, and it is published as it is."
)


def _find_active(path: str) -> str:
    content = read_bytes(Path(path).resolve(), PICTURE_BYTES.most)
    return "nothing that can be read" if content is None else find_active_content(content)
