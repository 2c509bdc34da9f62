"""The rooms: which way imports point, in Python and in the theme's scripts."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

import threadbook

PACKAGE = Path(threadbook.__file__).parent
SMALL = (
    "addresses findings errors lifetime settings progress cluster team parallel deadline day staging browser "
    "git theme_files"
).split()
SCRIPT_IMPORT = re.compile(r'''\b(?:from|import\(|import)\s*"(\.[^"]+\.js)"''')
ORDER = [
    *SMALL,
    *"text translations meaning similarity model markdown library load check configuration".split(),
    *"health report doctor".split(),
    *"cache gather edit importers forms pages weave outputs search assistants permanence gaps exporters crew build showing engines preview".split(),
    *"starter cli".split(),
]


@cache
def modules() -> dict[str, Path]:
    """Return every module by name but `__main__`, which nothing imports."""
    names = {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): file
        for file in PACKAGE.rglob("*.py")
    }
    return {name: file for name, file in names.items() if name != "__main__"}


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


@cache
def imports(file: Path) -> set[str]:
    """Return all modules a file imports, type-only and late imports included."""
    found: set[str] = set()
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            found.add(node.module or "")
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def own(file: Path) -> set[str]:
    known = modules()
    names = {
        name.removeprefix("threadbook.") for name in imports(file) if name.startswith("threadbook.")
    }
    return {name for name in names if name in known}


def test_a_room_imports_only_from_rooms_to_its_left() -> None:
    for name, file in modules().items():
        room = name.split(".")[0]
        if name == "__init__":
            continue
        for other in {imported.split(".")[0] for imported in own(file)} - {room}:
            assert ORDER.index(other) < ORDER.index(room), f"{name} imports {other}"


def test_small_services_know_no_content_and_the_weave_knows_no_threads() -> None:
    for name, file in modules().items():
        room = name.split(".")[0]
        others = {imported.split(".")[0] for imported in own(file)} - {room}
        if room in SMALL:
            assert others <= {"errors", "lifetime", "cluster", "team", "staging"}, name
        if room == "weave":
            assert others <= {"findings", "errors"}, name
        if room == "outputs":
            known = {
                "addresses",
                "findings",
                "errors",
                "library",
                "model",
                "markdown",
                "load",
                "pages",
                "browser",
                "settings",
                "text",
                "translations",
            }
            assert others <= known, name
        if room == "model":
            assert others <= {"findings"}, name


def test_git_is_started_in_one_place() -> None:
    starters = {
        name
        for name, file in modules().items()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.List)
        and [each.value for each in node.elts[:1] if isinstance(each, ast.Constant)] == ["git"]
    }
    assert starters == {"git"}


def test_only_the_adapter_imports_the_engine() -> None:
    for name, file in modules().items():
        engines = {imported.split(".")[0] for imported in imports(file)} & {
            "mkdocs",
            "material",
            "zensical",
        }
        assert not engines or name.startswith(f"engines.{engines.pop()}")


def in_a_cycle(edges: Mapping[str, set[str]]) -> list[str]:
    """Return the modules that are in a cycle of imports, or import one that is."""
    left = dict(edges)
    while leaves := {name for name, targets in left.items() if not targets & left.keys()}:
        left = {name: targets for name, targets in left.items() if name not in leaves}
    return sorted(left)


def test_no_module_is_in_a_cycle() -> None:
    # A package's own modules may not import the package's front door, so that is a cycle too.
    assert in_a_cycle({name: own(file) - {name} for name, file in modules().items()}) == []


def script_imports(assets: Path) -> dict[str, set[str]]:
    """Return what each script imports, late imports and those of types included."""
    scripts = [file for file in assets.rglob("*.js") if "vendor" not in file.parts]
    return {
        str(script): {
            str((script.parent / name).resolve())
            for name in SCRIPT_IMPORT.findall(script.read_text("utf-8"))
        }
        for script in scripts
    }


def test_no_script_is_in_a_cycle(repository: Path) -> None:
    found = script_imports((repository / "theme" / "assets").resolve())
    assert len(found) > 12
    assert any(targets for targets in found.values())
    assert all(targets <= found.keys() for targets in found.values())
    assert in_a_cycle(found) == []


@pytest.mark.parametrize(
    "imports",
    [
        'import { b } from "./b.js";',
        'import "./b.js";',
        'import {\n  b,\n} from "./b.js";',
        'export { b } from "./b.js";',
        'const load = () => import("./b.js");',
        '/** @type {import("./b.js").B} */',
    ],
)
def test_a_cycle_of_scripts_is_found_however_they_import(tmp_path: Path, imports: str) -> None:
    (tmp_path / "a.js").write_text(imports, "utf-8")
    (tmp_path / "b.js").write_text('import { a } from "./a.js";', "utf-8")
    (tmp_path / "c.js").write_text("export const c = 1;", "utf-8")
    found = script_imports(tmp_path.resolve())
    assert [Path(name).name for name in in_a_cycle(found)] == ["a.js", "b.js"]


def test_no_function_hides_the_module_it_comes_from() -> None:
    """`from room import name` gives the module, or the function, whichever was imported last."""
    hidden = {
        f"{name}.{alias.name}"
        for name, file in modules().items()
        if file.name == "__init__.py"
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.ImportFrom) and node.module != f"threadbook.{name}"
        for alias in node.names
        if f"{name}.{alias.name}" in modules()
    }
    assert hidden == set()


def test_content_files_are_opened_in_one_place() -> None:
    readers = {
        name
        for name, file in modules().items()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Name) and node.func.id == "open")
            or (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in {"open", "read_text", "read_bytes"}
            )
        )
    }
    # The others read the theme's own files, copy the starter, or write: the site, the checker's
    # cache, models, shells, pictures and their font, content that was asked for, a step's summary, earlier results,
    # runs of search documents and their vectors; `outputs.offline` hashes the site's own scripts.
    # `staging` reads and writes its own markers, and `importers` what somebody brings.
    assert readers == {
        "assistants.source",
        "configuration.document",
        "configuration.surroundings",
        "engines.mkdocs",
        "engines.templates",
        "importers.decoding",
        "importers.formats.fetching",
        "importers.formats.tables",
        "importers.pictures",
        "importers.target",
        "load.sources",
        "meaning.model",
        "search.ranking",
        "search.runs",
        "cli.asked",
        "cli.health",
        "search.vectors",
        "cli.searching",
        "weave.texts",
        "weave.write",
        "pages.templates",
        "theme_files",
        "translations",
        "build",
        "cache",
        "outputs.offline",
        "outputs.pictures",
        "showing.script",
        "cli.bodies",
        "cli.github",
        "cli.taking_in",
        "edit.change_set",
        "edit.workbench",
        "edit.write",
        "engines.plain",
        "engines.zensical",
        "staging.ground",
        "staging.scratch",
        "staging.site",
        "starter",
    }
