"""A stranger's mkdocs.yml runs nothing: not under check and its like, and not under build --safe.

Each configuration in the table tries to make the file `ran`, or to bring in what is not the
project's. Some work with plain MkDocs as soon as it reads the file; a test shows that they do, so
that the others cannot pass because the traps are dull.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import yaml
from mkdocs.config import load_config

from threadbook.configuration import read_configuration
from threadbook.configuration.safe import EXTENSIONS, PLUGINS
from threadbook.engines.mkdocs import MkDocs

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]


class Trap(NamedTuple):
    """A configuration that should not run.

    `text` replaces `PLAIN` from the setting on that it names. `is_quick` means that MkDocs runs it
    when it loads the configuration. `is_refused` says that `--safe` refuses it; otherwise it leaves
    it out or it is harmless.
    """

    text: str
    is_quick: bool = False
    is_refused: bool = True


PLAIN: Final = "site_name: Small\ndocs_dir: content/pages\ntheme: {name: material, font: false}\n"
PLUGIN: Final = "plugins: [threadbook]\n"
HOOK: Final = 'import pathlib\npathlib.Path("@ran").touch()\n'
CALL: Final = "!!python/object/apply:os.mkdir ['@ran']"
SYSTEM: Final = '!!python/object/apply:os.system ["touch @ran"]'
JINJA: Final = "{% set f = cycler.__init__.__globals__.os.system('touch @ran') %}"


def theme(setting: str) -> str:
    return f"theme: {{name: material, {setting}}}\n{PLUGIN}"


TRAPS: Final[dict[str, Trap]] = {
    # Hooks
    "hooks": Trap(f"{PLUGIN}hooks: [hook.py]\n", is_quick=True),
    "hooks outside": Trap(f"{PLUGIN}hooks: ['@outside/hook.py']\n", is_quick=True),
    "hooks with an anchor": Trap(f"{PLUGIN}extra: &h [hook.py]\nhooks: *h\n"),
    "hooks by a merge key": Trap(f"{PLUGIN}<<: {{hooks: [hook.py]}}\n", is_quick=True),
    "hooks inherited": Trap(f"INHERIT: hooks.yml\n{PLUGIN}", is_quick=True),
    # YAML tags
    "object/apply": Trap(f"{PLUGIN}extra: {{a: {SYSTEM}}}\n", is_quick=True),
    "object/apply of a folder": Trap(f"{PLUGIN}extra: {{a: {CALL}}}\n", is_quick=True),
    "object/apply in a key": Trap(f"{PLUGIN}extra: {{? {SYSTEM} : a}}\n", is_quick=True),
    "object/apply in site_name": Trap(f"site_name: {SYSTEM}\n{PLUGIN}", is_quick=True),
    "object/apply inherited": Trap(f"INHERIT: tags.yml\n{PLUGIN}", is_quick=True),
    "object/apply with a list": Trap(
        f"{PLUGIN}extra:\n  a: !!python/object/apply:subprocess.call [['touch', '@ran']]\n",
        is_quick=True,
    ),
    "python/module": Trap(f"{PLUGIN}extra: {{a: !!python/module:stranger ''}}\n"),
    "python/name": Trap(f"{PLUGIN}extra: {{a: !!python/name:stranger.f ''}}\n", is_quick=True),
    "tag with a handle": Trap(
        f"%TAG !p! tag:yaml.org,2002:python/\n---\nsite_name: S\n{PLUGIN}"
        "extra: {a: !p!object/apply:os.system ['touch @ran']}\n",
        is_quick=True,
    ),
    "tag without a handle": Trap(
        f"{PLUGIN}extra:\n  a: !<tag:yaml.org,2002:python/object/apply:os.system> ['touch @ran']\n",
        is_quick=True,
    ),
    "ENV": Trap(f"{PLUGIN}copyright: !ENV [TOKEN, none]\n"),
    "relative": Trap(f"{PLUGIN}extra: {{a: !relative $config_dir/../secret}}\n"),
    # Programs by name
    "plugin": Trap("plugins: [threadbook, stranger]\n"),
    "macros": Trap("plugins: [threadbook, {macros: {module_name: hook}}]\n"),
    "mkdocstrings": Trap("plugins: {threadbook: {}, mkdocstrings: {custom_templates: own}}\n"),
    "exec": Trap("plugins: [threadbook, markdown-exec]\n"),
    "gen-files": Trap("plugins: [threadbook, {gen-files: {scripts: [hook.py]}}]\n"),
    "social": Trap("plugins: [threadbook, {social: {cards_layout_dir: own}}]\n"),
    "privacy": Trap("plugins: [threadbook, privacy]\n"),
    "group": Trap("plugins: [threadbook, {group: {plugins: [info]}}]\n"),
    "projects": Trap("plugins: [threadbook, projects]\n"),
    "options of search": Trap("plugins: [threadbook, {search: {pipeline: [a]}}]\n"),
    # Markdown
    "extension": Trap(f"{PLUGIN}markdown_extensions: [stranger]\n", is_quick=True),
    "extension of a class": Trap(f"{PLUGIN}markdown_extensions: ['stranger:E']\n", is_quick=True),
    "extensions as a mapping": Trap(
        f"{PLUGIN}markdown_extensions: {{stranger: {{}}}}\n", is_quick=True
    ),
    "fence": Trap(
        f"{PLUGIN}markdown_extensions:\n- pymdownx.superfences:\n    custom_fences:\n"
        "    - {name: a, class: a, format: !!python/name:stranger.f ''}\n",
        is_quick=True,
    ),
    "fence by name": Trap(
        f"{PLUGIN}markdown_extensions:\n- pymdownx.superfences:\n    custom_fences: [{{name: a}}]\n"
    ),
    "snippets": Trap(
        f"{PLUGIN}markdown_extensions: [{{pymdownx.snippets: {{base_path: ['@outside']}}}}]\n"
    ),
    "snippets of the web": Trap(
        f"{PLUGIN}markdown_extensions: [{{pymdownx.snippets: {{url_download: true}}}}]\n"
    ),
    "embedded pictures": Trap(
        f"{PLUGIN}markdown_extensions: [{{pymdownx.b64: {{base_path: '@outside'}}}}]\n"
    ),
    "permalink": Trap(f"{PLUGIN}markdown_extensions: [{{toc: {{permalink: '<script>'}}}}]\n"),
    # Templates
    "custom_dir": Trap(theme("custom_dir: own")),
    "custom_dir outside": Trap(theme("custom_dir: '@outside'")),
    "no theme but custom_dir": Trap(f"theme: {{name: null, custom_dir: own}}\n{PLUGIN}"),
    "static templates": Trap(theme("static_templates: [own.html]")),
    "extra templates": Trap(f"{PLUGIN}extra_templates: [own.html]\n"),
    "another theme": Trap(f"theme: readthedocs\n{PLUGIN}"),
    "icon": Trap(theme("icon: {{logo: ../../own}}")),
    "edit_uri_template": Trap(
        f"{PLUGIN}repo_url: https://e.org/r\nedit_uri_template: '{{path.__class__}}'\n"
    ),
    # Scripts and markup
    "script": Trap(f"{PLUGIN}extra_javascript: [https://e.org/x.js]\n"),
    "style": Trap(f"{PLUGIN}extra_css: [https://e.org/x.css]\n"),
    "markup in site_name": Trap(f"site_name: <script>x()</script>\n{PLUGIN}"),
    "markup in site_description": Trap(f"{PLUGIN}site_description: '\"><script>x()</script>'\n"),
    "an attribute in site_author": Trap(f"{PLUGIN}site_author: 'a\" onload=\"x()'\n"),
    "markup in copyright": Trap(f"{PLUGIN}copyright: <img src=x onerror=x()>\n"),
    "markup in repo_name": Trap(f"{PLUGIN}repo_url: https://e.org/r\nrepo_name: <b>\n"),
    "a script as repo_url": Trap(f"{PLUGIN}repo_url: javascript://e.org/%0Ax()\n"),
    "markup in nav": Trap(f"{PLUGIN}nav: [{{<script>x()</script>: about.md}}]\n"),
    "a script in nav": Trap(f"{PLUGIN}nav: [{{A: 'javascript:x()'}}]\n"),
    "an attribute in logo": Trap(theme("logo: 'x\" onerror=\"x()'")),
    "an attribute in palette": Trap(theme("palette: {{scheme: 'x\" onload=\"x()'}}")),
    "an attribute in media": Trap(theme("palette: [{{media: 'x\" onload=\"x()'}}]")),
    "markup in font": Trap(theme("font: {{text: '</style><script>'}}")),
    "direction": Trap(theme("direction: 'x\" onload=\"x()'")),
    "analytics": Trap(f"{PLUGIN}extra: {{analytics: {{provider: custom}}}}\n"),
    "consent": Trap(f"{PLUGIN}extra: {{consent: {{title: <script>}}}}\n"),
    "homepage": Trap(f"{PLUGIN}extra: {{homepage: 'javascript:x()'}}\n"),
    "social link": Trap(f"{PLUGIN}extra: {{social: [{{icon: a/b, link: 'javascript:x()'}}]}}\n"),
    "trusted pages": Trap("plugins: [{threadbook: {trusted_pages: true}}]\n"),
    # Out of the project
    "docs_dir": Trap(f"docs_dir: '@outside'\n{PLUGIN}"),
    "docs_dir by dots": Trap(f"docs_dir: content/../../outside\n{PLUGIN}"),
    "docs_dir by a link": Trap(f"docs_dir: link\n{PLUGIN}"),
    "docs_dir of git": Trap(f"docs_dir: .git\n{PLUGIN}"),
    "site_dir": Trap(f"site_dir: '@outside/site'\n{PLUGIN}"),
    "content_dir": Trap("plugins: [{threadbook: {content_dir: '@outside'}}]\n"),
    "social_font": Trap("plugins: [{threadbook: {social_font: '@outside/a.ttf'}}]\n"),
    "INHERIT": Trap(f"INHERIT: '@outside/hooks.yml'\n{PLUGIN}", is_quick=True),
    "patterns": Trap(f"{PLUGIN}exclude_docs: '{'*a' * 30}'\n"),
    # Harmless, or left out
    "watch": Trap(f"{PLUGIN}watch: [content]\n", is_refused=False),
    "dev_addr": Trap(f"{PLUGIN}dev_addr: 0.0.0.0:80\n", is_refused=False),
    "remote": Trap(f"{PLUGIN}remote_name: --upload-pack=touch\n", is_refused=False),
    "exclude": Trap(f"{PLUGIN}exclude_docs: '*.py'\n", is_refused=False),
    "validation": Trap(
        f"{PLUGIN}validation: {{nav: {{omitted_files: ignore}}}}\n", is_refused=False
    ),
    "a template in site_name": Trap(
        f"site_name: '{{{{ cycler.__init__.__globals__.os.system(1) }}}}'\n{PLUGIN}",
        is_refused=False,
    ),
}

each_trap = pytest.mark.parametrize("name", TRAPS)


@pytest.fixture
def set_trap(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Path]]:
    """Write a project with a trap, and everything that traps need; return its folder."""

    def set_(name: str) -> Path:
        root = knowledge({})
        outside = root.parent / "outside"
        outside.mkdir(exist_ok=True)

        def filled(text: str) -> str:
            return text.replace("@ran", str(root / "ran")).replace("@outside", str(outside))

        own = root / "own"
        own.mkdir()
        for folder in (root, outside):
            (folder / "hook.py").write_text(filled(HOOK))
            (folder / "stranger.py").write_text(filled(f"{HOOK}def f(*_): ...\nE = f\n"))
            (folder / "hooks.yml").write_text("hooks: [hook.py]\n")
            (folder / "a.ttf").write_bytes(b"\0\1\0\0")
        (root / "tags.yml").write_text(filled(f"extra: {{a: {SYSTEM}}}\n"))
        for template in ("main.html", "own.html", "404.html"):
            (own / template).write_text(filled(JINJA))
            (outside / template).write_text(filled(JINJA))
        (root / "content/pages/own.html").write_text(filled(JINJA))
        (root / "content/pages/own.md").write_text("# Own\n\n```a\n```\n")
        (root / "link").symlink_to(outside)
        (root / ".git").mkdir()
        text = filled(TRAPS[name].text)
        head = "" if text.startswith("%") else PLAIN
        for line in text.splitlines():
            setting = f"{line.partition(':')[0]}:"
            head = "".join(f"{old}\n" for old in head.splitlines() if not old.startswith(setting))
        (root / "mkdocs.yml").write_text(head + text)
        monkeypatch.setenv("TOKEN", "secret-of-the-runner")
        monkeypatch.syspath_prepend(root)
        return root

    before = set(sys.modules)
    yield set_
    for module in {"stranger", "hook"} - before:
        sys.modules.pop(module, None)


COMMANDS: Final = [
    "check --format github",
    "check --safe",
    "fmt --check",
    "fix --dry-run",
    "health",
    "suggest first",
    "search-test --offline",
    "new thread --title A? --topic payments",
    "build --safe",
]


@each_trap
def test_nothing_runs(set_trap: Callable[[str], Path], run: Run, name: str) -> None:
    root = set_trap(name)
    assert yaml.compose((root / "mkdocs.yml").read_text()) is not None
    site = root.parent / "outside" / "site"
    for command in COMMANDS:
        done = run("threadbook", *command.split(), cwd=root)
        assert not (root / "ran").exists(), command
        assert "stranger" not in sys.modules, command
        assert "secret-of-the-runner" not in done.stdout + done.stderr
        assert not site.exists()
        if "--safe" in command:
            assert done.returncode == int(TRAPS[name].is_refused), done.stderr
            assert not TRAPS[name].is_refused or ".yml:" in done.stderr
    assert TRAPS[name].is_refused != (root / "site" / "index.html").exists()


@pytest.mark.parametrize("name", [name for name, trap in TRAPS.items() if trap.is_quick])
def test_the_trap_works_where_mkdocs_reads_the_file(
    set_trap: Callable[[str], Path], name: str
) -> None:
    """Otherwise the test above could not fail."""
    root = set_trap(name)
    with contextlib.suppress(BaseException):  # whatever it ends with
        load_config(str(root / "mkdocs.yml"))
    assert (root / "ran").exists() or "stranger" in sys.modules


def test_there_are_enough_traps() -> None:
    assert len(TRAPS) >= 75
    assert sum(trap.is_quick for trap in TRAPS.values()) >= 15


def test_mkdocs_gets_only_what_was_checked(knowledge: Knowledge) -> None:
    root = knowledge({})
    with (root / "mkdocs.yml").open("a") as file:
        file.write("dev_addr: 0.0.0.0:80\nfuture_hooks: [hook.py]\nwatch: [content]\n")
    configuration = read_configuration(root / "mkdocs.yml", is_safe=True)
    assert configuration.values.keys() == {"site_name", "site_url", "docs_dir", "theme", "plugins"}
    config = MkDocs(read_configuration(root / "mkdocs.yml")).config
    assert str(config.dev_addr) == "0.0.0.0:80"


def test_the_example_and_the_starter_are_safe(repository: Path) -> None:
    findings = read_configuration(repository / "mkdocs.yml", is_safe=True).findings
    assert findings == ()
    starter = repository / "generator/threadbook/starter/knowledge/mkdocs.yml"
    assert read_configuration(starter, is_safe=True).findings == ()


def test_a_safe_build_is_the_same_build(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    for name, options in (("plain", ()), ("safe", ("--safe",))):
        done = run("threadbook", "build", "--out", name, *options, cwd=root)
        assert done.returncode == 0, done.stderr
    files = [
        {
            file.relative_to(root / name): file.read_bytes()
            for file in (root / name).rglob("*")
            if file.is_file()
        }
        for name in ("plain", "safe")
    ]
    assert files[0] == files[1]
    assert len(files[0]) > 50


def test_only_extensions_that_are_installed_are_allowed_and_none_reads_files() -> None:
    assert not {name for name in EXTENSIONS if "snippets" in name or "b64" in name}
    assert len(PLUGINS) == 4
    assert os.sep not in "".join(EXTENSIONS)
