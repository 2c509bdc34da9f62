"""Pages as they are sent: their HTML by the standard, and their weight."""

from __future__ import annotations

import gzip
import re
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Pages = Callable[[Path], dict[str, str]]

CHECKER = Path(__file__).parents[1] / "conformance"
PROGRAMS = CHECKER / "node_modules" / ".bin"


@pytest.fixture(scope="session")
def programs() -> Path:
    """The checkers from npm, which `make test` installs where npm is."""
    if not PROGRAMS.exists():
        pytest.skip("needs npm")
    return PROGRAMS


def test_every_page_is_html_by_the_standard(
    programs: Path, example_site: Path, pages_of: Pages
) -> None:
    """Without exceptions: the configuration is the checker's own preset."""
    assert (CHECKER / "html-validate.json").read_text("utf-8").count('"rules"') == 0
    files = files_of(example_site, pages_of)
    assert len(files) > 100
    validate(programs, files)


@pytest.mark.slow
def test_so_are_the_frames_of_other_engines(
    programs: Path, site_of: Callable[[str], Path], pages_of: Pages
) -> None:
    """What is in the frames is the same, so every sixth page is enough."""
    sites = [files_of(site_of(engine), pages_of) for engine in ("zensical", "plain")]
    validate(programs, [file for files in sites for file in (*files[:-2:6], *files[-2:])])


def files_of(site: Path, pages_of: Pages) -> list[Path]:
    files = [site / url / "index.html" for url in pages_of(site) if url.endswith("/")]
    return [*files, site / "index.html", site / "404.html"]


def validate(programs: Path, files: list[Path]) -> None:
    done = subprocess.run(
        [
            programs / "html-validate",
            "--config",
            CHECKER / "html-validate.json",
            "--formatter",
            "text",
            *files,
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def weight(content: bytes) -> int:
    """Return how many bytes are sent, compressed as hosts do."""
    return len(gzip.compress(content, 9))


def test_pages_keep_to_their_budget(example_site: Path, pages_of: Pages) -> None:
    """HTML 15 KB at the median; our own style sheet 15 KB; our own scripts 20 KB before search."""
    pages = pages_of(example_site)
    assert statistics.median(weight(html.encode()) for html in pages.values()) <= 15_000
    assets = example_site / "assets" / "threadbook"
    assert weight((assets / "threadbook.css").read_bytes()) <= 15_000
    loaded, waiting = set[Path](), [assets / "threadbook.js", assets / "reader" / "reader.js"]
    while waiting:
        file = waiting.pop()
        if file in loaded:
            continue
        loaded.add(file)
        imports = re.findall(r'(?m)^import .*?from "(.*?)";', file.read_text("utf-8"))
        waiting += [(file.parent / name).resolve() for name in imports]
    assert len(loaded) >= 6
    assert sum(weight(file.read_bytes()) for file in loaded) <= 20_000
    state = [assets / "reader" / name for name in ("reader.js", "progress.js", "state.js")]
    assert sum(weight(file.read_bytes()) for file in state) <= 9_000


def test_nothing_on_a_page_comes_from_another_host(example_site: Path, pages_of: Pages) -> None:
    """Fonts and pictures included; links that readers follow are another thing."""
    fetched = re.compile(
        r'<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc="(?:https?:)?//|<link\b[^>]*rel="(?:stylesheet|preconnect|preload|modulepreload|icon)"[^>]*href="(?:https?:)?//'
    )
    for url, html in pages_of(example_site).items():
        assert not fetched.search(html), url
    for sheet in example_site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        assert not re.search(r"url\([\"']?(?:https?:)?//|@import", text), sheet.name


def test_scripts_hold_to_their_types(programs: Path, repository: Path) -> None:
    """Every module of ours says `@ts-check`, and TypeScript finds nothing in its comments."""
    assets = repository / "theme" / "assets"
    modules = [file for file in sorted(assets.rglob("*.js")) if "vendor" not in file.parts]
    modules.append(repository / "theme" / "plain" / "palette.js")
    modules.append(repository / "theme" / "preview" / "preview.js")
    assert len(modules) > 13
    assert [
        file for file in modules if not file.read_text("utf-8").startswith("// @ts-check")
    ] == []
    # TypeScript need not prove its own descriptions of browsers again, which takes most of the time.
    flags = "--noEmit --skipDefaultLibCheck --allowJs --strict --target esnext --module esnext --moduleResolution bundler"
    libraries = ["--lib", "esnext,dom,dom.iterable"]
    done = subprocess.run(
        [programs / "tsc", *flags.split(), *libraries, *modules],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-3000:]
