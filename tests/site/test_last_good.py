"""Plain `mkdocs build`: its last good site survives a build that fails, where that is possible."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from threadbook.staging import MARKER
from threadbook.staging.ground import MARK

pytestmark = pytest.mark.slow

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]
Tree = Callable[[Path], dict[str, bytes]]

HOOKS = {
    "an error before anything is written": "def on_files(files, config):\n    raise ValueError('odd')\n",
    "an error of MkDocs' own": (
        "from mkdocs.exceptions import PluginError\n"
        "def on_page_markdown(markdown, page, config, files):\n    raise PluginError('odd')\n"
    ),
    "an error after everything is written": (
        "def on_post_build(config):\n    raise ValueError('odd')\n"
    ),
    "Ctrl-C": "def on_post_build(config):\n    raise KeyboardInterrupt\n",
    "an exit": "def on_post_build(config):\n    raise SystemExit('odd')\n",
    "a warning when strict": (
        "import logging\n"
        "def on_post_build(config):\n    logging.getLogger('mkdocs.plugins.odd').warning('odd')\n"
    ),
    "a symbolic link in the site": (
        "from pathlib import Path\n"
        "def on_env(env, config, files):\n"
        "    Path(config.site_dir).mkdir(exist_ok=True)\n"
        "    Path(config.site_dir, 'threads').symlink_to(Path(config.docs_dir).parent / 'threads')\n"
    ),
}
"""Hooks that make a build fail, by how it fails."""


def hook(base: Path, code: str, more: str = "") -> None:
    """Give a base a hook of MkDocs, and more configuration."""
    (base / "hook.py").write_text(code, "utf-8")
    config = base / "mkdocs.yml"
    text = config.read_text("utf-8")
    if "hooks:" not in text:
        more = more if more.partition(":")[0] not in text else ""  # a setting twice is an error
        config.write_text(f"{text}\nhooks: [hook.py]\n{more}\n", "utf-8")


@pytest.fixture(scope="module")
def built(run_warm: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base with a hook that does nothing and a strict build, and its site; tests take a copy."""
    base = tmp_path_factory.mktemp("built") / "base"
    assert run_warm("threadbook", "init", base).returncode == 0
    hook(base, "", "strict: true")
    done = run_warm("mkdocs", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    return base


@pytest.fixture
def good_base(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "base")


def beside(base: Path) -> list[str]:
    return sorted(path.name for path in base.iterdir() if path.name.startswith(".site"))


@pytest.mark.parametrize(
    ("command", "how"),
    [
        *((("mkdocs", "build"), how) for how in HOOKS),
        *((("threadbook", "build"), how) for how in ("an exit", "a symbolic link in the site")),
    ],
)
def test_a_build_that_fails_leaves_the_last_good_site(
    good_base: Path, run_warm: Run, files_of: Tree, command: tuple[str, str], how: str
) -> None:
    before, content = files_of(good_base / "site"), files_of(good_base / "content")
    assert MARKER in before
    hook(good_base, HOOKS[how])
    done = run_warm(*command, cwd=good_base)
    assert done.returncode != 0
    assert files_of(good_base / "site") == before
    assert files_of(good_base / "content") == content
    assert beside(good_base) == []


def test_what_hooks_and_plugins_write_to_the_site_is_in_it(
    small_base: Path, run_warm: Run, files_of: Tree
) -> None:
    write = "Path(config.site_dir, 'by-hook.txt').write_text('here')"
    hook(
        small_base,
        "from pathlib import Path\nfrom mkdocs.plugins import event_priority\n"
        f"def on_post_build(config):\n    {write}\n"
        "    page = Path(config.site_dir, 'threads/the-shortest-thread/index.html')\n"
        "    assert page.is_file(), 'woven pages are there'\n",
    )
    done = run_warm("mkdocs", "build", cwd=small_base)
    assert done.returncode == 0, done.stderr
    assert files_of(small_base / "site")["by-hook.txt"] == b"here"
    assert beside(small_base) == []


def test_afterwards_the_configuration_names_the_site_again(small_base: Path, run_warm: Run) -> None:
    hook(
        small_base,
        "from mkdocs.plugins import event_priority\n@event_priority(-200)\n"
        "def on_post_build(config):\n    print('SITE', config.site_dir)\n",
    )
    done = run_warm("mkdocs", "build", cwd=small_base)
    assert f"SITE {small_base / 'site'}" in done.stdout


IN_PLACE = {
    "hidden files": [MARKER, ".nojekyll"],
    "version control": [MARKER, ".git/config"],
    "what no build wrote": ["notes.txt", ".htaccess"],
}


@pytest.mark.parametrize("kind", list(IN_PLACE))
def test_a_folder_that_may_not_be_replaced_is_built_in_as_mkdocs_does(
    good_base: Path, run: Run, files_of: Tree, kind: str
) -> None:
    """MkDocs keeps hidden files, such as those of version control: so does the plugin."""
    site = good_base / "site"
    expected = files_of(site)
    del expected[MARKER]
    shutil.rmtree(site)
    for name in IN_PLACE[kind]:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(MARK if name == MARKER else b"mine")
    hidden = {name: text for name, text in files_of(site).items() if name.startswith(".")}
    done = run("mkdocs", "build", cwd=good_base)
    assert done.returncode == 0, done.stderr
    assert re.search("built in place", done.stderr)
    assert files_of(site) == expected | hidden
    assert beside(good_base) == []


def test_a_dirty_build_is_in_place(good_base: Path, run: Run, files_of: Tree) -> None:
    before = files_of(good_base / "site")
    config = good_base / "mkdocs.yml"  # MkDocs warns of dirty builds
    config.write_text(config.read_text("utf-8").replace("strict: true", "strict: false"), "utf-8")
    (good_base / "site/by-hand.txt").write_text("kept", "utf-8")
    done = run("mkdocs", "build", "--dirty", cwd=good_base)
    assert done.returncode == 0, done.stderr
    assert files_of(good_base / "site") == before | {"by-hand.txt": b"kept"}
