r"""Threadbook beside other site generators: the same bodies, one run, one table.

    python tests/benchmarks/compare_builds.py --threads 10000 --runs 3 --slow 1000 \
        --hugo PATH/TO/hugo --doks PATH/TO/node_modules --eleventy PATH/TO/eleventy \
        --material PATH/TO/mkdocs --zensical PATH/TO/zensical

Programs that are not given are looked for on PATH; a missing one is skipped. The threads are made
up (`synthetic`). For the others, each becomes a Markdown page with the same title, day, topics,
question and answers, and with ordinary links. `compared/` holds their templates and settings.

Programs take turns, so a machine that gets slower does so for all. Each run is cold: what the last
one wrote is deleted, caches included. Figures are medians; memory is that of one more run, in
which nothing is timed (see `measuring`). Slow programs get `--slow` threads, and one run for all.
Everything happens in the folder that `TMPDIR` names; a folder in memory is best.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import yaml

sys.path.insert(0, str(Path(__file__).parent))

import build_speed
import measuring
from synthetic import Synthetic

TEMPLATES: Final = Path(__file__).with_name("compared")
NEEDED_BY_DOKS: Final = "doks-core core bootstrap images inline-svg seo".split()
FEATURES: Final = ("theme", "search", "lists", "feeds", "twins", "checks")


class Thread(NamedTuple):
    """A thread as the others get it: what is written before the body, and the body."""

    board: str
    name: str
    front: dict[str, object]
    body: str


@dataclass(frozen=True)
class Program:
    """A generator: how its project is made, what builds it, and what its output has.

    `prepare` writes a project for some threads to a folder, from which `command` builds `site`.
    """

    name: str
    version: str
    prepare: Callable[[Path, Sequence[Thread]], None]
    command: Sequence[str | Path]
    has: Sequence[str]
    is_slow: bool = False


@dataclass
class Result:
    """What a program's runs cost and what it wrote."""

    program: Program
    folder: Path
    threads: int
    costs: list[measuring.Cost]
    files: int = 0
    written: int = 0


def main() -> None:
    """Parse arguments, make the projects, run, print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--threads", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--slow", type=int, default=1_000, help="threads for the slow ones")
    parser.add_argument("--only", nargs="+", help="beginnings of the names of those to compare")
    parser.add_argument("--hugo", default="hugo")
    parser.add_argument("--eleventy", default="eleventy")
    parser.add_argument("--material", default="mkdocs", help="an mkdocs that has Material")
    parser.add_argument("--zensical", default="zensical")
    parser.add_argument("--doks", type=Path, help="a node_modules with @thulite/doks-core")
    options = parser.parse_args()
    programs = [program for program in find_programs(options) if is_wanted(program, options.only)]
    with tempfile.TemporaryDirectory() as name:
        results = list(prepare(programs, Path(name), options.threads, options.slow))
        compare(results, options.runs)
        report(results, options)


def is_wanted(program: Program, only: Sequence[str] | None) -> bool:
    """Tell whether a program was asked for."""
    return not only or program.name.lower().startswith(tuple(name.lower() for name in only))


def find_programs(options: argparse.Namespace) -> Iterator[Program]:
    """Yield all programs that are there, and say which are not."""
    if hugo := find("Hugo", options.hugo, "--hugo"):
        version = ask_version([hugo, "version"])
        command = [hugo, "--quiet"]
        has = ["none: bare templates", "no", "yes", "yes", "no", "no"]
        yield Program("Hugo, bare templates", version, prepare_hugo, command, has)
        if doks := find_doks(options.doks):
            yield make_doks(version, doks, command)
    yield from make_threadbooks()
    if eleventy := find("Eleventy", options.eleventy, "--eleventy"):
        has = ["none: bare templates", "no", "yes", "no", "no", "no"]
        version = ask_version([eleventy, "--version"])
        yield Program("Eleventy, bare templates", version, prepare_eleventy, [eleventy], has)
    if zensical := find("Zensical", options.zensical, "--zensical"):
        has = ["Zensical's", "yes", "no", "no", "no", "links"]
        version, command = ask_version([zensical, "--version"]), [zensical, "build", "--clean"]
        yield Program("Zensical", version, prepare_mkdocs, command, has, is_slow=True)
    if mkdocs := find("Material for MkDocs", options.material, "--material"):
        has = ["Material", "yes", "no", "no", "no", "links"]
        code = "from importlib.metadata import version; print(version('mkdocs-material'))"
        version = ask_version([Path(mkdocs).with_name("python"), "-c", code])
        command = [mkdocs, "build", "--quiet"]
        yield Program("Material for MkDocs", version, prepare_mkdocs, command, has, is_slow=True)


def make_threadbooks() -> Iterator[Program]:
    """Yield Threadbook without and with its search index."""
    version = ask_version([sys.executable, "-m", "threadbook", "--version"])
    command = build_speed.command(Path(), Path("site"))
    for search in (False, True):
        name = f"Threadbook, {'with' if search else 'no'} search index"
        prepare = prepare_threadbook_search if search else prepare_threadbook
        has = ["Material", "yes" if search else "no", "yes", "yes", "Markdown, JSON", "all rules"]
        yield Program(name, version, prepare, command, has)


def make_doks(hugo: str, modules: Path, command: Sequence[str | Path]) -> Program:
    """Return Hugo with Doks, the only maintained theme for it that npm has."""
    package = yaml.safe_load((modules / "@thulite/doks-core/package.json").read_text())
    version = f"Doks {package['version']}, Hugo {hugo}"
    has = ["Doks", "yes, as one JSON", "yes", "yes", "no", "no"]

    def prepare_doks(folder: Path, threads: Sequence[Thread]) -> None:
        copy_templates("doks", folder)
        (folder / "node_modules").symlink_to(modules.resolve())
        config = folder / "hugo.toml"
        config.write_text(config.read_text() + "".join(mounts()) + allow(modules))
        write_hugo_content(folder, threads)

    return Program("Hugo, Doks", version, prepare_doks, command, has, is_slow=True)


def mounts() -> Iterator[str]:
    """Write which folders of packages Doks needs."""
    folders = "assets data i18n layouts static".split()
    for package in NEEDED_BY_DOKS:
        for folder in folders:
            source = f"node_modules/@thulite/{package}/{folder}"
            yield f'\n[[module.mounts]]\nsource = "{source}"\ntarget = "{folder}"\n'


def allow(modules: Path) -> str:
    """Write that Hugo may read packages, which are not in the project's folder."""
    return f'\n[security.node.permissions]\nallowRead = ["{modules.resolve()}"]\n'


def find(name: str, program: str, option: str) -> str | None:
    """Return the path of a program, or say that it is missing."""
    if not (found := shutil.which(program)):
        print(f"{name} is skipped: no program {program!r}; name it with {option}.")
    return found and str(Path(found).absolute())


def find_doks(modules: Path | None) -> Path | None:
    """Return a folder that has all packages of Doks, or say that there is none."""
    if modules and all((modules / "@thulite" / each).is_dir() for each in NEEDED_BY_DOKS):
        return modules
    packages = " ".join(f"@thulite/{each}" for each in NEEDED_BY_DOKS)
    print(f"Hugo with Doks is skipped: name a node_modules with {packages} by --doks.")
    return None


def ask_version(command: Sequence[str | Path]) -> str:
    """Return the number in what a program says of its version."""
    said = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=True)
    found = re.search(r"\d+\.\d+[.\d]*", said.stdout)
    return found[0] if found else "?"


def prepare(programs: Sequence[Program], place: Path, threads: int, slow: int) -> Iterator[Result]:
    """Write a project for each program."""
    made: dict[int, list[Thread]] = {}
    for number, program in enumerate(programs):
        many = min(threads, slow) if program.is_slow else threads
        made.setdefault(many, list(make_threads(many)))
        folder = place / str(number)
        folder.mkdir()
        program.prepare(folder, made[many])
        yield Result(program, folder, many, [])


def make_threads(many: int) -> Iterator[Thread]:
    """Make threads up and turn them into Markdown."""
    with tempfile.TemporaryDirectory() as name:
        Synthetic(many).write(Path(name))
        files = sorted((Path(name) / "content" / "threads").rglob("*.yml"))
        boards = {file.stem: file.parent.name for file in files}
        for file in files:
            thread = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
            front = {
                "title": thread["title"],
                "date": thread["question"]["at"],
                "board": file.parent.name,
                "topics": thread["topics"],
            }
            body = link("\n".join(write_posts(thread)), boards)
            yield Thread(file.parent.name, file.stem, front, body)


def write_posts(thread: dict[str, object]) -> Iterator[str]:
    """Write the question and the answers as Markdown."""
    yield thread["question"]["body"]
    for answer in thread.get("answers", ()):
        accepted = ", accepted" if answer.get("accepted") else ""
        yield f"## Answer by {answer['by']}, {answer['votes']} votes{accepted}\n"
        yield answer["body"]


def link(body: str, boards: dict[str, str]) -> str:
    """Turn references into links as all generators know them."""
    return re.sub(
        r"\[\[(.*?)\]\]", lambda of: f"[{of[1]}](/threads/{boards[of[1]]}/{of[1]}/)", body
    )


def write_threads(folder: Path, threads: Sequence[Thread]) -> None:
    """Write Markdown files to folders by board."""
    for board in {thread.board for thread in threads}:
        (folder / board).mkdir(parents=True)
    for board, name, front, body in threads:
        head = yaml.dump(front, Dumper=yaml.CSafeDumper, sort_keys=False)
        (folder / board / f"{name}.md").write_text(f"---\n{head}---\n\n{body}\n")


def copy_templates(name: str, folder: Path) -> None:
    """Copy a program's templates and settings."""
    shutil.copytree(TEMPLATES / name, folder, dirs_exist_ok=True)


def prepare_hugo(folder: Path, threads: Sequence[Thread]) -> None:
    """Write a Hugo project whose navigation is rendered once (`partialCached`)."""
    copy_templates("hugo", folder)
    write_hugo_content(folder, threads)


def write_hugo_content(folder: Path, threads: Sequence[Thread]) -> None:
    """Write content for Hugo: boards are sections."""
    content = folder / "content"
    write_threads(content / "threads", threads)
    (content / "threads" / "_index.md").write_text(
        "---\ntitle: Threads\ncascade: {type: blog, contributors: []}\n---\n"
    )
    for board in sorted({thread.board for thread in threads}):
        (content / "threads" / board / "_index.md").write_text(f"---\ntitle: {board}\n---\n")


def prepare_eleventy(folder: Path, threads: Sequence[Thread]) -> None:
    """Write an Eleventy project."""
    copy_templates("eleventy", folder)
    write_threads(folder / "threads", threads)
    boards = sorted({thread.board for thread in threads})
    topics = sorted({topic for thread in threads for topic in thread.front["topics"]})
    (folder / "_data").mkdir()
    (folder / "_data" / "names.json").write_text(json.dumps({"boards": boards, "topics": topics}))


def prepare_mkdocs(folder: Path, threads: Sequence[Thread]) -> None:
    """Write a project for Material and Zensical, its threads outside of the navigation."""
    copy_templates("mkdocs", folder)
    write_threads(folder / "content" / "threads", threads)
    (folder / "content" / "index.md").write_text("# Synthetic\n")
    (folder / "content" / "about.md").write_text("# About\n\nMade-up text.\n")


def prepare_threadbook(folder: Path, threads: Sequence[Thread]) -> None:
    """Write the knowledge base that all others are made from."""
    Synthetic(len(threads)).write(folder)
    build_speed.set_search(folder, wanted=False)


def prepare_threadbook_search(folder: Path, threads: Sequence[Thread]) -> None:
    """Write the same, with search."""
    Synthetic(len(threads)).write(folder)


def compare(results: Sequence[Result], runs: int) -> None:
    """Run all programs in turns, then each once more for its memory."""
    for number in range(runs + 1):
        for result in results:
            is_last = number == runs
            if result.program.is_slow and not is_last:
                continue
            looking = is_last
            cost = build(result, looking=looking)
            if not is_last or result.program.is_slow:
                result.costs.append(cost)
            else:
                result.costs = [each._replace(memory=cost.memory) for each in result.costs]
            kind = "memory" if is_last else f"run {number + 1}"
            print(f"{result.program.name}: {kind}, {cost.seconds:.1f} s", file=sys.stderr)


def build(result: Result, *, looking: bool) -> measuring.Cost:
    """Build once; count what was written, check that all threads are there, delete it."""
    environment = {"NO_MKDOCS_2_WARNING": "1", "HUGO_CACHEDIR": str(result.folder / ".cache")}
    cost = measuring.run(
        result.program.command, result.folder, looking=looking, environment=environment
    )
    site = result.folder / "site"
    result.files, result.written = measuring.count_written(site)
    pages = sum(1 for _ in site.rglob("thread-*/index.html"))
    if pages < result.threads:
        raise SystemExit(f"{result.program.name} wrote {pages} of {result.threads} threads.")
    for rest in (site, *(result.folder / name for name in (".cache", "resources"))):
        if rest.exists():
            shutil.rmtree(rest)
    return cost


def report(results: Sequence[Result], options: argparse.Namespace) -> None:
    """Print the two tables."""
    print("| | threads | seconds | CPU seconds | memory of all processes | files | output |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for result in results:
        cost = measuring.middle(result.costs)
        cells = [
            f"{result.program.name} ({result.program.version})",
            f"{result.threads:,}{' (one run)' if result.program.is_slow else ''}",
            f"{cost.seconds:.1f}",
            f"{cost.cpu:.1f}",
            f"{cost.memory / 1e6:,.0f} MB",
            f"{result.files:,}",
            f"{result.written / 1e6:,.0f} MB",
        ]
        print(f"| {' | '.join(cells)} |")
    print(f"\n| | {' | '.join(FEATURES)} |")
    print(f"| ---{' | ---' * len(FEATURES)} |")
    for result in results:
        print(f"| {result.program.name} | {' | '.join(result.program.has)} |")
    print(
        f"\nMedians of {options.runs} runs in turns; {platform.machine()}, {os.cpu_count()} "
        f"processors, Python {platform.python_version()}."
    )


if __name__ == "__main__":
    main()
