"""The files of a new knowledge base, which `threadbook init` writes.

`knowledge/` is for every host, `github/` and `gitlab/` for these. Nothing that exists is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from threadbook import __version__
from threadbook.configuration.repository import MAIN, Repository
from threadbook.edit.dump import dump_fields
from threadbook.errors import UserError
from threadbook.model.schema import write_schemas

HOSTS: Final = ("github", "gitlab", "none")
"""Where a repository can be; with `none` there are no workflows and no forms."""

_OURS: Final = Path(__file__).parent
_CONTENT: Final = "content"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody said of the new site. `url` is where it is published; it may be empty.

    `owner` is who looks at changes, such as `@somebody`; `branch` is the one that is published.
    """

    name: str = "My Help Site"
    url: str = ""
    host: str = "none"
    repository: Repository | None = None
    owner: str = ""
    branch: str = MAIN


class Planted(NamedTuple):
    """A file of the starter: whether it is new, or was there and has been left alone."""

    file: Path
    is_new: bool


def plant(directory: Path, wishes: Wishes | None = None) -> Iterator[Planted]:
    """Write a new knowledge base; yield each file. A folder with content gets no examples."""
    wishes = wishes or Wishes()
    with _user_errors(directory):
        if directory.exists() and not directory.is_dir():
            raise UserError(f"{directory} is a file; name a folder.")
        has_content = any((directory / _CONTENT).glob("*"))
        for name, content in _files(wishes):
            if name.parts[0] == _CONTENT and has_content:
                yield Planted(directory / name, is_new=False)
            else:
                yield _create(directory / name, content)


def plant_content(directory: Path, folder: str) -> Iterator[Planted]:
    """Write examples into the content folder of a site that has pages of its own, and schemas."""
    has_content = any((directory / folder).glob("*"))
    with _user_errors(directory):
        for name, content in _files(Wishes()):
            if name.parts[0] == "schema":
                yield _create(directory / name, content)
            elif name.parts[0] == _CONTENT and name.parts[1] != "pages" and not has_content:
                yield _create(directory / folder / name.relative_to(_CONTENT), content)


def plant_owners(directory: Path, wishes: Wishes, boards: Iterable[str]) -> Iterator[Planted]:
    """Write who looks at changes of what, with a line for each board."""
    folder = {"github": ".github", "gitlab": ".gitlab"}.get(wishes.host)
    if folder is None:
        return
    mark, owner = ("", wishes.owner) if wishes.owner else ("# ", "@OWNER")
    lines = [
        "# Who is asked to look at changes; the last line that matches counts.",
        f"{mark}* {owner}",
        *(f"{mark}/content/threads/{board}/ {owner}" for board in boards),
        "# What runs, and what the site may do:",
        f"{mark}/{folder}/ {owner}",
        f"{mark}/mkdocs.yml {owner}",
        f"{mark}/requirements.txt {owner}",
    ]
    yield from plant_texts(directory, {f"{folder}/CODEOWNERS": "\n".join([*lines, ""])})


def plant_texts(directory: Path, texts: Mapping[str, str]) -> Iterator[Planted]:
    """Write files by their names in a folder, but none that exists."""
    with _user_errors(directory):
        for name, text in texts.items():
            yield _create(directory / name, text.encode())


def plant_schemas(directory: Path) -> Iterator[Path]:
    """Write the JSON Schemas, replacing older ones; yield each file as it is written."""
    with _user_errors(directory):
        for name, text in write_schemas().items():
            yield _write(directory / name, text.encode())


@contextmanager
def _user_errors(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{directory} cannot be written: {error.strerror}.") from error


def _create(target: Path, content: bytes) -> Planted:
    """Write a file, unless there is one, or a link, of that name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("xb") as file:
            file.write(content)
    except FileExistsError:
        return Planted(target, is_new=False)
    return Planted(target, is_new=True)


def _write(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def _files(wishes: Wishes) -> Iterator[tuple[Path, bytes]]:
    """Yield the name and content of every file: the starter's files, then the schemas."""
    folders = ["knowledge", *([wishes.host] if wishes.host != "none" else [])]
    values = _values(wishes)
    for folder in folders:
        for source in sorted((_OURS / folder).rglob("*")):
            if source.is_file():
                text = source.read_text("utf-8")
                for mark, value in values.items():
                    text = text.replace(mark, value)
                text = text.rstrip("\n") + "\n"
                yield source.relative_to(_OURS / folder), text.encode()
    for name, text in write_schemas().items():
        yield Path("schema", name), text.encode()


def requirement() -> str:
    """Return what pip installs for a site: this version, up to the next that may change things."""
    major, minor, *_ = __version__.split(".")
    last = f"{major}.{int(minor) + 1}" if major == "0" else f"{int(major) + 1}"
    return f"threadbook>={__version__},<{last}"


def _values(wishes: Wishes) -> dict[str, str]:
    """Return what stands for what in the files; lines of mkdocs.yml are good as they are, too."""
    name, repository = wishes.name, wishes.repository
    address = f"Published at <{wishes.url}>. " if wishes.url else ""
    values = {
        "@@REQUIREMENT@@": requirement(),
        "@@NAME@@": " ".join(name.split()),
        "@@WHERE@@": address,
        "@@MORE@@": (_OURS / "more" / f"{wishes.host}.md").read_text("utf-8").strip(),
        "site_name: My Help Site\n": dump_fields({"site_name": name}),
    }
    if wishes.url:
        values["# site_url: https://example.org/help/\n"] = dump_fields({"site_url": wishes.url})
    if repository:
        commented = "      # repository: https://github.com/OWNER/REPOSITORY\n"
        values[commented] = f"      repository: {repository.url}\n"
    if wishes.branch != MAIN:
        values["    branches: [main]\n"] = f"    branches: [{_write_name(wishes.branch)}]\n"
        if repository:
            values[commented] += f"      branch: {_write_name(wishes.branch)}\n"
    return values


def _write_name(name: str) -> str:
    """Write the name of a branch as YAML; it may look like a number or like true."""
    return dump_fields({"branch": name}).removeprefix("branch:").strip()
