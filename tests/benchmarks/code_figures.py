"""Figures of the code: sizes of modules, functions and classes, comments, switches on kinds.

    python tests/benchmarks/code_figures.py generator/threadbook [ANOTHER/PACKAGE ...]

A function's body is counted in lines without its signature and docstring. A switch on kinds is a
`match` or an `isinstance` that tells pages or their contexts apart by class, outside of the
module of a kind.
"""

from __future__ import annotations

import argparse
import ast
import io
import re
import statistics
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

LONG = 35
_KIND = re.compile(r"(Page|Context|Surroundings)$")


class Figures(NamedTuple):
    """The figures of a package, in the order they are printed."""

    modules: int
    lines: int
    body_median: float
    body_p90: float
    body_max: int
    bodies_over_35: int
    classes: int
    comment_percent: float
    docstring_percent: float
    switches_on_kinds: int


def main() -> None:
    """Print a row a package."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("packages", nargs="+", type=Path)
    packages: list[Path] = parser.parse_args().packages
    found = [measure(package) for package in packages]
    print(f"{'':20}" + "".join(f"{package.name[-18:]:>20}" for package in packages))
    for place, name in enumerate(Figures._fields):
        cells = (f"{each[place]:>20,.10g}" for each in found)
        print(f"{name.replace('_', ' '):20}" + "".join(cells))


def measure(package: Path) -> Figures:
    """Measure every module of a package."""
    sources = [file.read_text("utf-8") for file in sorted(package.rglob("*.py"))]
    trees = [ast.parse(source) for source in sources]
    lines = sum(source.count("\n") for source in sources)
    bodies = sorted(length for tree in trees for length in measure_bodies(tree))
    nodes = [node for tree in trees for node in ast.walk(tree)]
    return Figures(
        len(sources),
        lines,
        statistics.median(bodies),
        bodies[int(len(bodies) * 0.9)],
        bodies[-1],
        sum(length > LONG for length in bodies),
        sum(isinstance(node, ast.ClassDef) for node in nodes),
        round(100 * sum(map(count_comments, sources)) / lines, 1),
        round(100 * sum(map(count_docstring_lines, nodes)) / lines, 1),
        sum(map(is_switch, nodes)),
    )


def measure_bodies(tree: ast.AST) -> Iterator[int]:
    """Yield the lengths of all functions' bodies, in lines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) is not None else node.body
            yield (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def count_comments(source: str) -> int:
    """Count comments, but not those that speak to tools."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    texts = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return sum(not re.match(r"# (?:noqa: [A-Z0-9, ]+$|type: ignore)", text) for text in texts)


def count_docstring_lines(node: ast.AST) -> int:
    """Count the lines of a statement that is nothing but a text."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    if not is_text or not isinstance(node.value.value, str):
        return 0
    return (node.end_lineno or 0) - node.lineno + 1


def is_switch(node: ast.AST) -> bool:
    """Tell whether a node asks for the class of a page or of what a page shows."""
    if isinstance(node, ast.MatchClass):
        return bool(_KIND.search(ast.unparse(node.cls)))
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
        return bool(_KIND.search(ast.unparse(node.args[1])))
    return False


if __name__ == "__main__":
    main()
