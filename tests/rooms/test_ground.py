"""Where a site may be put: what must stay untouched, and what is replaced."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from threadbook.errors import UserError
from threadbook.staging import MARKER, Ground, stage
from threadbook.staging.ground import MARK

Make = Callable[[Path], Path]
CASES: dict[str, tuple[Make, str]] = {}
"""What makes each case below a folder and returns where to build; and what a refusal says."""

OURS = "assets/threadbook/threadbook.js"
REDIRECT = '<meta http-equiv="refresh" content="0; url=../">'


def put(folder: Path, *names: str, text: str = "mine") -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def marked(folder: Path, *names: str) -> Path:
    put(folder, "index.html", "404.html", *names)
    (folder / MARKER).write_bytes(MARK)
    return folder


def old(folder: Path, *names: str) -> Path:
    """Write a site as versions did that had no marker."""
    return put(folder, "index.html", "404.html", OURS, "threads/a/index.html", *names)


def linked(link: Path, target: Path) -> Path:
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(target)
    return link


def case(name: str, says: str = "") -> Callable[[Make], Make]:
    def keep(make: Make) -> Make:
        CASES[name] = make, says
        return make

    return keep


# Refused


for folder, says in {
    "base": "holds",
    ".": "holds",
    "base/content": "holds",
    "base/content/threads/new": "is in the folder of the content",
    "base/docs": "holds",
    "base/docs/site": "is in the folder of the prose pages",
    "home": "holds",
    "base/.git/site": "is in a folder of version control",
}.items():
    case(f"the folder {folder}", says)(lambda top, folder=folder: top / folder)  # type: ignore[misc]
    case(f"the folder {folder}, marked", says)(
        lambda top, folder=folder: marked(top / folder)  # type: ignore[misc]
    )

for name in (".git", ".hg", ".svn", ".bzr", ".jj", "_darcs", ".GIT"):
    case(f"a marked site with a folder {name}", "version control")(
        lambda top, name=name: marked(top / "out", f"{name}/config")  # type: ignore[misc]
    )
    case(f"an old site with {name} far below", "version control")(
        lambda top, name=name: old(top / "out", f"threads/a/b/c/{name}/config")  # type: ignore[misc]
    )

for kind, names in {
    "one file": ["notes.txt"],
    "a 404.html": ["404.html"],
    "pages of somebody else": ["404.html", "index.html", "about/index.html"],
    "our script but no 404.html": ["index.html", OURS],
    "a hidden file": [".htaccess"],
}.items():
    case(f"a folder of {kind}", "did not write it")(
        lambda top, names=names: put(top / "out", *names)  # type: ignore[misc]
    )

for name in ("notes.txt", "uploads/photo.jpg", "other/index.html", ".nojekyll", "CNAME"):
    case(f"an old site with {name}", "also holds")(
        lambda top, name=name: old(top / "out", name)  # type: ignore[misc]
    )


@case("the root of all folders", "holds")
def _(top: Path) -> Path:
    return Path(top.anchor)


@case("a file", "is a file")
def _(top: Path) -> Path:
    return put(top, "out") / "out"


@case("a marked site with a worktree's .git file", "version control")
def _(top: Path) -> Path:
    return marked(top / "out", ".git")


@case("a marked site with a submodule below", "version control")
def _(top: Path) -> Path:
    return marked(top / "out", "threads/a/.git")


@case("a marked site that is a bare repository", "version control")
def _(top: Path) -> Path:
    return marked(top / "out", "HEAD", "objects/a", "refs/heads/main")


@case("a checkout with an unpushed commit, and a 404.html", "version control")
def _(top: Path) -> Path:
    out = put(top / "out", "404.html", "index.html", OURS)
    who = ["-c", "user.name=E", "-c", "user.email=e@example.org"]
    for arguments in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "mine"]):
        subprocess.run(["git", *arguments], cwd=out, check=True, capture_output=True)
    return out


@case("a marker that is a link", "did not write it")
def _(top: Path) -> Path:
    out = put(top / "out", "notes.txt")
    linked(out / MARKER, marked(top / "elsewhere") / MARKER)
    return out


@case("a marker that is a folder", "did not write it")
def _(top: Path) -> Path:
    return put(top / "out", "notes.txt", f"{MARKER}/a")


@case("a marker that is empty", "did not write it")
def _(top: Path) -> Path:
    put(top / "out", "notes.txt")
    return put(top / "out", MARKER, text="")


@case("a marker with other words", "did not write it")
def _(top: Path) -> Path:
    return put(top / "out", "notes.txt", MARKER)


@case("a link that leads nowhere", "leads nowhere")
def _(top: Path) -> Path:
    return linked(top / "out", top / "not" / "mounted")


@case("a link that leads to itself", "circle")
def _(top: Path) -> Path:
    return linked(top / "out", top / "out")


@case("a link to the project", "holds")
def _(top: Path) -> Path:
    return linked(top / "out", top / "base")


@case("a link to a stranger's folder", "did not write it")
def _(top: Path) -> Path:
    return linked(top / "out", put(top / "elsewhere", "notes.txt"))


@case("below a link to the content", "is in the folder of the content")
def _(top: Path) -> Path:
    return linked(top / "way", top / "base" / "content") / "site"


@case("a way up and down to the content", "holds")
def _(top: Path) -> Path:
    return top / "elsewhere" / ".." / "base" / "content"


@case("an old site whose script is a link", "did not write it")
def _(top: Path) -> Path:
    out = put(top / "out", "index.html", "404.html")
    linked(out / OURS, put(top / "elsewhere", "x.js") / "x.js")
    return out


@case("an old site with a link at its top", "also holds")
def _(top: Path) -> Path:
    linked(old(top / "out") / "precious", put(top / "elsewhere", "notes.txt"))
    return top / "out"


REFUSED = list(CASES)

# Replaced

for name in ("out", "new/deep/out", "an odd näme", "-out", ".hidden", "out.d", "out\nout"):
    case(f"no folder: {name!r}")(lambda top, name=name: top / name)  # type: ignore[misc]


@case("an empty folder")
def _(top: Path) -> Path:
    (top / "out").mkdir()
    return top / "out"


@case("a marked site, and what somebody put there by hand")
def _(top: Path) -> Path:
    return marked(top / "out", "notes.txt", ".nojekyll", "uploads/photo.jpg")


@case("the site of the project")
def _(top: Path) -> Path:
    return marked(top / "base" / "site")


@case("a marked site with links to a stranger's folder and file")
def _(top: Path) -> Path:
    out, elsewhere = marked(top / "out", "a/b"), put(top / "elsewhere", "notes.txt")
    linked(out / "folder", elsewhere)
    linked(out / "a" / "file", elsewhere / "notes.txt")
    return out


@case("a link to a marked site")
def _(top: Path) -> Path:
    return linked(top / "out", marked(top / "elsewhere" / "site"))


@case("below a link")
def _(top: Path) -> Path:
    (top / "elsewhere").mkdir()
    return linked(top / "way", top / "elsewhere") / "out"


@case("an old site")
def _(top: Path) -> Path:
    return old(top / "out", "sitemap.xml", "sitemap.xml.gz", "llms-full-2.txt", "search/x.js")


@case("an old site with prose pages, files beside them and redirects")
def _(top: Path) -> Path:
    put(top / "base" / "docs", "about.md", "robots.txt", "images/a.png")
    put(top / "out", "t5/old/index.html", "gone.html", text=REDIRECT)
    return old(top / "out", "about/index.html", "robots.txt", "images/a.png", "_redirects")


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a home folder beside it."""
    put(tmp_path, "base/mkdocs.yml", "base/content/threads/new/a.yml", "base/docs/index.md")
    put(tmp_path, "home/letters.txt", "base/.git/config")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def ground(top: Path, out: Path) -> Ground:
    base = top / "base"
    return Ground.at(out, base, base / "content", base / "docs")


def build(top: Path, out: Path) -> None:
    with stage(ground(top, out)) as staging:
        put(staging.site, "index.html", "new.html", text="new")


def look(folder: Path) -> Iterator[tuple[str, str, int, str]]:
    """Yield everything below a folder: its name, kind, mode and content."""
    for path in sorted(folder.rglob("*")):
        mode, name = path.lstat().st_mode, path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield name, "link", 0, str(path.readlink())
        elif path.is_dir():
            yield name, "folder", mode, ""
        else:
            yield name, "file", mode, hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_matrix_is_large() -> None:
    assert len(REFUSED) >= 50
    assert len(CASES) - len(REFUSED) >= 12


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_build_wrote_is_refused_untouched(top: Path, name: str) -> None:
    make, says = CASES[name]
    out = make(top)
    before = list(look(top))
    with pytest.raises(UserError, match=says) as refused:
        build(top, out)
    assert len(str(refused.value).splitlines()) <= 2
    assert list(look(top)) == before


@pytest.mark.parametrize("name", [name for name in CASES if name not in REFUSED])
def test_what_a_build_wrote_is_replaced_and_nothing_else(top: Path, name: str) -> None:
    out = CASES[name][0](top)
    real = out.resolve()

    def inside(name: str) -> bool:
        path = top / name
        return path.is_relative_to(real) or real.is_relative_to(path)

    def elsewhere() -> list[tuple[str, str, int, str]]:
        return [each for each in look(top) if not inside(each[0])]

    before = elsewhere()
    build(top, out)
    assert {path.name for path in out.iterdir()} == {"index.html", "new.html", MARKER}
    assert (out / MARKER).read_bytes() == MARK
    assert elsewhere() == before
    build(top, out)  # its own marker is known again
    assert elsewhere() == before


@pytest.mark.parametrize("kind", [ValueError, SystemExit])
def test_a_build_that_fails_leaves_everything_as_it_was(
    top: Path, kind: type[BaseException]
) -> None:
    def fail(out: Path) -> None:
        with stage(ground(top, out)) as staging:
            put(staging.site, "index.html")
            put(staging.work, "big/file")
            raise kind

    for out in (marked(top / "out"), top / "new" / "deep" / "out"):
        before = list(look(top))
        with pytest.raises(kind):
            fail(out)
        assert list(look(top)) == before


def test_a_folder_that_is_used_during_the_build_is_not_replaced(top: Path) -> None:
    out = marked(top / "out")

    def build_while_somebody_works() -> None:
        with stage(ground(top, out)) as staging:
            put(staging.site, "index.html", text="new")
            put(out, ".git/config")

    with pytest.raises(UserError, match="version control"):
        build_while_somebody_works()
    assert {path.name for path in out.iterdir()} == {".git", MARKER, "404.html", "index.html"}
    assert (out / "index.html").read_text("utf-8") == "mine"
    assert not list(top.glob(".out-*"))


# Mounts


def mount(*arguments: str | Path) -> None:
    done = subprocess.run(["mount", *arguments], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("only who may mount can test this")


@pytest.fixture
def unmount() -> Iterator[Callable[[Path], Path]]:
    mounted: list[Path] = []

    def keep(path: Path) -> Path:
        mounted.append(path)
        return path

    yield keep
    for path in reversed(mounted):
        subprocess.run(["umount", path], check=False, capture_output=True)


@pytest.mark.parametrize("kind", ["a device", "a folder"])
@pytest.mark.parametrize("below", ["", "threads/a/uploads", "with blank"])
def test_a_mount_point_is_refused_before_any_work(
    top: Path, unmount: Callable[[Path], Path], kind: str, below: str
) -> None:
    out = marked(top / "out", "a")
    volume = marked(top / "volume", "precious.txt")
    (out / below).mkdir(parents=True, exist_ok=True)
    if kind == "a folder":
        mount("--bind", volume, unmount(out / below))
    else:
        mount("-t", "tmpfs", "tmpfs", unmount(out / below))
        marked(out / below, "precious.txt")
    before = list(look(top))
    with pytest.raises(UserError, match="mount") as refused:
        build(top, out)
    assert below or f"--out {out}/site" in str(refused.value)
    assert list(look(top)) == before


def test_a_folder_in_a_mount_may_be_replaced(top: Path, unmount: Callable[[Path], Path]) -> None:
    (top / "volume").mkdir()
    mount("-t", "tmpfs", "tmpfs", unmount(top / "volume"))
    for _ in range(2):
        build(top, top / "volume" / "site")
    assert {path.name for path in (top / "volume").iterdir()} == {"site"}


def test_a_place_that_is_read_only_is_told_before_any_work(
    top: Path, unmount: Callable[[Path], Path]
) -> None:
    volume = top / "volume"
    marked(volume / "site")
    mount("--bind", volume, unmount(volume))
    mount("-o", "remount,bind,ro", volume)
    for out in (volume / "site", volume / "new"):
        before = list(look(top))
        with pytest.raises(UserError, match="Read-only file system"):
            build(top, out)
        assert list(look(top)) == before


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_told_before_any_work(top: Path) -> None:
    out = marked(top / "closed" / "out")
    (top / "closed").chmod(0o555)
    try:
        with pytest.raises(UserError, match="Permission denied"):
            build(top, out)
    finally:
        (top / "closed").chmod(0o755)
    shutil.rmtree(top / "closed")
