"""The commands: `python -m tools.meaning STEP …`, or `all` for one step after the other.

`all` gathers texts if it is told where they are, and else takes those of the work folder.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.meaning import gathering, steps
from tools.meaning.distilling import Plan
from tools.meaning.steps import Sizes, Workshop

STEPS: dict[str, Callable[[Workshop], None]] = {
    "project": steps.project,
    "prune": steps.prune,
    "build": steps.build,
    "teach": steps.teach,
    "tune": steps.tune,
    "distil": steps.distil,
    "finish": steps.finish,
    "measure": steps.measure,
}
"""In their order; `gather` comes before them."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a step, or all of them."""
    options = parse(arguments)
    options.work.mkdir(parents=True, exist_ok=True)
    options.package.mkdir(parents=True, exist_ok=True)
    if options.step == "gather" or (options.step == "all" and options.mirrors):
        gather(options)
    shop = Workshop(options.weights, options.work, options.package, read_sizes(options.sizes), tell)
    for name, step in STEPS.items():
        if options.step in {name, "all"}:
            step(shop)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.meaning", description=__doc__)
    parser.add_argument("step", choices=["all", "gather", *STEPS])
    folder: dict[str, Any] = {"type": Path, "metavar": "FOLDER"}
    parser.add_argument("--weights", required=True, **folder, help="the public model")
    parser.add_argument("--work", required=True, **folder, help="what steps leave for later ones")
    parser.add_argument("--package", required=True, **folder, help="where the files belong")
    parser.add_argument("--mirrors", **folder, help="git repositories of the texts: see sources.py")
    parser.add_argument("--wordnet", **folder, help="WordNet's files")
    parser.add_argument(
        "--medquad", type=Path, metavar="FILE", help="MedQuAD, a JSON line a thread"
    )
    parser.add_argument("--without", type=Path, metavar="FILE", help="ids of MedQuAD to leave out")
    parser.add_argument("--sizes", type=Path, metavar="FILE", help="JSON: see Sizes in steps.py")
    return parser.parse_args(arguments)


def read_sizes(file: Path | None) -> Sizes:
    """Return what a file says of the sizes; ours without one."""
    stored = json.loads(file.read_text("utf-8")) if file else {}
    plans: dict[str, Any] = {
        name: Plan(**stored.pop(name))
        for name in ("encoder_plan", "student_plan")
        if name in stored
    }
    return Sizes(**plans, **stored)


def gather(options: argparse.Namespace) -> None:
    """Collect the texts into the work folder."""
    without: set[str] = set()
    if options.without:
        lines = options.without.read_text("utf-8").splitlines()
        without = {line.split("\t")[0] for line in lines}
    corpus = gathering.gather(options.mirrors, options.wordnet, options.medquad, without)
    gathering.write(corpus, options.work / "texts.json")
    tell(f"{len(corpus.texts)} texts of {len(corpus.taken)} sources")


def tell(line: str) -> None:
    """Print what happened, and when."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
