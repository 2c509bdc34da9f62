"""How soon a preview answers while something is broken.

    preview_under_fire.py [--threads N] [--seconds S] [--mkdocs]

A made-up base is served. Each slip stands for S seconds, in which a page is asked for again and
again: once at least after each look of the preview at the files. Times are of the clock, from the
request to the last byte. `nothing` is the same page while a good file is saved. `--mkdocs` serves with
`mkdocs serve` in the place of `threadbook serve`.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from preview_speed import Served
from synthetic import Synthetic

Break = Callable[[Path], None]


def nothing(base: Path) -> None:
    """Save what is good."""
    file = first_thread(base)
    file.write_text(file.read_text("utf-8").replace("title: ", "title: Why "), "utf-8")


def slip(base: Path) -> None:
    """Write YAML that cannot be read."""
    first_thread(base).write_text("title: [\n", "utf-8")


def unknown_topic(base: Path) -> None:
    """Name a topic that does not exist."""
    first_thread(base).write_text("title: What?\ntopics: [nowhere]\nanswer: So.\n", "utf-8")


def broken_configuration(base: Path) -> None:
    """Write a configuration that cannot be read."""
    (base / "mkdocs.yml").write_text("site_name: [\n", "utf-8")


def broken_page(base: Path) -> None:
    """Link to a page that does not exist."""
    page = base / "content" / "pages" / "broken.md"
    page.parent.mkdir(exist_ok=True)
    page.write_text("# Broken\n\n[x](nope.md)\n", "utf-8")


def no_content(base: Path) -> None:
    """Take all content away."""
    (base / "content").rename(base / "elsewhere")


def no_topics(base: Path) -> None:
    """Make every thread wrong at once."""
    site = base / "content" / "site.yml"
    text = site.read_text("utf-8")
    site.write_text(text[: text.index("topics:")], "utf-8")


BREAKS: tuple[Break, ...] = (
    nothing,
    slip,
    unknown_topic,
    no_topics,
    broken_page,
    broken_configuration,
    no_content,
)


def first_thread(base: Path) -> Path:
    return min((base / "content" / "threads").rglob("*.yml"))


def restore(base: Path, kept: Path) -> None:
    for name in ("content", "elsewhere"):
        shutil.rmtree(base / name, ignore_errors=True)
    shutil.copytree(kept / "content", base / "content")
    shutil.copyfile(kept / "mkdocs.yml", base / "mkdocs.yml")


def ask(served: Served, seconds: float) -> list[float]:
    """Return the seconds that each answer took."""
    found, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        start = time.perf_counter()
        served.get("latest/")
        found.append(time.perf_counter() - start)
        time.sleep(0.02)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--threads", type=int, default=1_000)
    arguments.add_argument("--seconds", type=float, default=4)
    arguments.add_argument("--mkdocs", action="store_true")
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base, kept = Path(folder, "base"), Path(folder, "kept")
        base.mkdir()
        Synthetic(chosen.threads).write(base)
        shutil.copytree(base, kept)
        served = Served(base, "", "mkdocs" if chosen.mkdocs else "threadbook")
        try:
            served.get("latest/")
            print("| what is broken | answers | median | slowest |\n| --- | --- | --- | --- |")
            for break_it in BREAKS:
                break_it(base)
                found = ask(served, chosen.seconds)
                name = break_it.__name__.replace("_", " ")
                middle = statistics.median(found)
                print(
                    f"| {name} | {len(found)} | {middle:.3f} s | {max(found):.3f} s |", flush=True
                )
                restore(base, kept)
                time.sleep(chosen.seconds)
        finally:
            served.process.terminate()
            served.process.wait()


if __name__ == "__main__":
    main()
