"""mkdocs.yml is read as plain data: whatever is in it, a check says where the slip is, in few words."""

from __future__ import annotations

import copy
import datetime
import importlib.util
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from attack import rounds
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.utils.yaml import yaml_load

from threadbook.configuration import Options, read_configuration
from threadbook.configuration.options import check_options
from threadbook.configuration.read import settings_of
from threadbook.engines.mkdocs import MkDocs
from threadbook.findings import Finding
from threadbook.preview.watch import Watcher
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

PLUGIN: Final = "theme: {name: material}\nplugins: [threadbook]\n"
GOOD: Final = f"site_name: Small\n{PLUGIN}"


def found(folder: Path, text: str | bytes, **files: str) -> tuple[Finding, ...]:
    """Read a configuration, beside other files; return what is found."""
    for name, content in files.items():
        (folder / f"{name}.yml").write_text(content, "utf-8")
    file = folder / "mkdocs.yml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_configuration(file).findings


# What is read


def test_a_check_never_imports_the_engine(knowledge: Knowledge, run_process: Run) -> None:
    program = (
        "import json, sys\nfrom threadbook.cli import main\n"
        "for command in json.loads(sys.argv[1]):\n"
        "    try:\n        main(command)\n    except SystemExit:\n        pass\n"
        "    engines = {name.split('.')[0] for name in sys.modules} & {'mkdocs', 'material'}\n"
        "    print('imported:', *engines)\n"
    )
    root = knowledge({})
    commands: tuple[tuple[str, ...], ...] = (
        ("check",),
        ("fmt", "--check"),
        ("fix", "--dry-run"),
        ("health",),
        ("suggest", "What first?"),
        ("search-test", "--offline"),
    )
    done = run_process("python", "-c", program, json.dumps(commands), cwd=root)
    told = [line for line in done.stdout.splitlines() if line.startswith("imported:")]
    assert told == ["imported:"] * len(commands), done.stdout + done.stderr


def test_all_settings_are_read(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    assert not found(
        tmp_path,
        """\
site_name: Small
site_url: https://example.org/help
site_description: About this
docs_dir: prose
site_dir: out
theme: {name: material, language: de, custom_dir: own}
plugins:
  - threadbook:
      content_dir: threads
      edit_url: https://example.org/{file}
      jobs: 3
      rules: {TB301: off, TB405: error}
      trusted_pages: true
      images: https
      meaning: off
""",
    )
    configuration = read_configuration(tmp_path / "mkdocs.yml")
    read = configuration.settings
    assert read.root == tmp_path
    assert read.content == tmp_path / "threads"
    assert read.pages == tmp_path / "prose"
    assert configuration.site == tmp_path / "out"
    assert read.site_url == "https://example.org/help/"
    assert (read.site_name, read.site_description, read.language) == ("Small", "About this", "de")
    assert (read.jobs, read.trusted_pages, read.images) == (3, True, "https")
    assert read.meaning == "off"
    assert read.edit_url == "https://example.org/{file}"
    assert dict(read.severities) == {"TB301": None, "TB405": "error"}
    assert read.icon_folders[0] == tmp_path / "own" / ".icons"
    assert (read.icon_folders[1] / "material" / "home.svg").is_file()


def test_defaults_of_options_and_settings_are_the_same() -> None:
    options, faults = check_options({})
    assert faults == ()
    plain = Settings(Path(), Path(), Path())
    for name in Options.model_fields.keys() - {"content_dir", "rules", "sections", "branch"}:
        assert getattr(options, name) == getattr(plain, name), name


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_pages_are_edited_on_the_branch_that_is_named(forge: str) -> None:
    options, faults = check_options(
        {"repository": f"https://{forge}.com/acme/help", "branch": "release/2.x"}
    )
    assert faults == ()
    edited = settings_of({}, options, Path()).edit_url
    assert edited.endswith("/edit/release/2.x/{file}")


@pytest.mark.parametrize(
    "branch", ["", "a b", "../x", "a..b", "-x", "x/", "{file}", "a?b", "x\n", 5]
)
def test_what_is_not_the_name_of_a_branch_is_a_fault(branch: object) -> None:
    options, (fault,) = check_options({"branch": branch})
    assert fault.location == ("branch",)
    assert options.branch == "main"


ANCHORS: Final = """\
site_name: &name Small
copyright: *name
extra:
  base: &base {a: 1, b: {c: 2}}
  over: &over {b: 3, d: 2026-11-23}
  both:
    <<: [*base, *over]
    a: 5
  list: [*base, 0x1F, 1_000, 1:30, yes, ~, .inf, 017, "quoted", 2026-11-23 10:00:00]
"""


def test_anchors_merge_keys_and_scalars_are_read_as_mkdocs_reads_them(tmp_path: Path) -> None:
    text = ANCHORS + PLUGIN
    assert not found(tmp_path, text)
    assert read_configuration(tmp_path / "mkdocs.yml").values == yaml_load(text)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150)
@given(extra=st.dictionaries(st.text(min_size=1, max_size=5), PLAIN, max_size=4))
def test_any_plain_data_is_read_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, extra: dict[str, Any]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "plain"
    folder.mkdir(exist_ok=True)
    values = yaml.safe_load(GOOD) | {"extra": extra}
    assert not found(folder, yaml.safe_dump(values))
    assert read_configuration(folder / "mkdocs.yml").values["extra"] == extra


def test_inherited_settings_are_merged_as_mkdocs_does(tmp_path: Path) -> None:
    parent = "site_name: Old\nextra: {list: [1, 2], homepage: a}\n" + PLUGIN
    child = "INHERIT: base.yml\nsite_name: New\nextra: {list: [3]}\n"
    assert not found(tmp_path, child, base=parent)
    file = tmp_path / "mkdocs.yml"
    with file.open("rb") as opened:
        assert read_configuration(file).values == yaml_load(opened)


def test_a_slip_in_an_inherited_file_is_found_there(tmp_path: Path) -> None:
    findings = found(tmp_path, "INHERIT: base.yml\nsite_name: New\n", base=f"{PLUGIN}strict: 5\n")
    assert [str(finding.place) for finding in findings] == ["base.yml:3:9"]


INHERITED: Final = [
    ("INHERIT: ../elsewhere.yml\n", "leads out"),
    ("INHERIT: /etc/passwd\n", "leads out"),
    ("INHERIT: link.yml\n", "leads out"),
    ("INHERIT: none.yml\n", "does not exist"),
    ("INHERIT: mkdocs.yml\n", "inherit from each other"),
    ("INHERIT: loop.yml\n", "inherit from each other"),
    ("INHERIT: content\n", "Is a directory"),
    ("INHERIT: pipe.yml\n", "not an ordinary file"),
    ("INHERIT: [base.yml]\n", "should be the path"),
    ("INHERIT: 5\n", "should be the path"),
    ("INHERIT: ''\n", "should be the path"),
    ("INHERIT: !ENV BASE\n", "should be the path"),
]


@pytest.mark.parametrize(("text", "said"), INHERITED)
def test_only_ordinary_files_of_the_project_are_inherited(
    tmp_path: Path, text: str, said: str
) -> None:
    root = tmp_path / "project"
    (root / "content").mkdir(parents=True)
    (tmp_path / "elsewhere.yml").write_text(PLUGIN)
    (root / "link.yml").symlink_to("../elsewhere.yml")
    os.mkfifo(root / "pipe.yml")
    (finding,) = found(root, f"{text}site_name: A\n", loop="INHERIT: mkdocs.yml\n")
    assert said in finding.message


# What is wrong

SLIPS: Final[list[tuple[str | bytes, str, str]]] = [
    ("", "mkdocs.yml", "no settings"),
    ("# nothing\n", "mkdocs.yml", "no settings"),
    ("just words", "mkdocs.yml:1:1", "should begin with a setting"),
    ("- site_name: A\n", "mkdocs.yml:1:1", "should begin with a setting"),
    (f"\ttheme: x\n{GOOD}", "mkdocs.yml:1:1", "this is a tab"),
    (f"{GOOD}nav:\n\t- a.md\n", "mkdocs.yml:5:1", "tab"),
    (f"{GOOD}---\nsite_name: B\n", "mkdocs.yml:4:1", "second YAML document"),
    (f"{GOOD}copyright: \0\n", "mkdocs.yml:4:12", "not valid YAML"),
    (f"{GOOD}copyright: \x85 x\n", "mkdocs.yml:4:12", "invisible line break"),
    (GOOD.encode("utf-16"), "mkdocs.yml:1:1", "not UTF-8"),
    (f"{GOOD}copyright: é\n".encode("latin-1"), "mkdocs.yml:4:12", "not UTF-8"),
    (f"{GOOD}# {'x' * 1_000_000}", "mkdocs.yml", "more than 1,000,000 bytes"),
    (f"{GOOD}extra: {'[' * 20_000}", "mkdocs.yml", "nested"),
    (f"{GOOD}extra: {'{a: ' * 60}1{'}' * 60}", "mkdocs.yml", "nested deeper than 50 levels"),
    (f"{GOOD}nav: &a [*a]\n", "mkdocs.yml", "nested deeper than 50 levels"),
    (
        f"{GOOD}extra: {{a: &a [{'1,' * 200}], b: &b [{'*a,' * 200}], c: [{'*b,' * 200}]}}\n",
        "mkdocs.yml",
        "Aliases repeat more than 10,000 values",
    ),
    (f"{GOOD}extra: {{a: &a {{}}, b: [{'*a,' * 250_000}]}}\n", "mkdocs.yml", "Aliases repeat"),
    (f"{GOOD}{'x: 1' + chr(10)}x: 2\n", "mkdocs.yml:5:1", "`x` is already given"),
    (f"{GOOD}? [a]\n: 1\n", "mkdocs.yml:4:3", "must be plain text"),
    (f"{GOOD}? {{a: 1}}\n: 1\n", "mkdocs.yml:4:3", "must be plain text"),
    (f"{GOOD}!!python/name:os.system '': 1\n", "mkdocs.yml:4:1", "must be plain text"),
    (f"{GOOD}extra: {{<<: 5}}\n", "mkdocs.yml:4:13", "Only mappings"),
    (f"{GOOD}extra: {{a: 2026-13-45}}\n", "mkdocs.yml:4:12", "takes this for a date"),
    (f"{GOOD}extra: {{a: {'9' * 5_000}}}\n", "mkdocs.yml:4:12", "takes this for a number"),
    (f"{GOOD}extra: {{a: !!int x}}\n", "mkdocs.yml:4:12", "takes this for a number"),
    (f"{GOOD}extra: {{a: !!bool x}}\n", "mkdocs.yml:4:12", "takes this for true or false"),
    (f"site_name: [a]\n{PLUGIN}", "mkdocs.yml:1:12", "should be text, not a list"),
    (f"site_name: 2026-01-01\n{PLUGIN}", "mkdocs.yml:1:12", "should be text, not a date"),
    (f"site_name: ''\n{PLUGIN}", "mkdocs.yml:1:12", "is empty"),
    (PLUGIN, "mkdocs.yml", "`site_name` is missing"),
    (f"{GOOD}site_url: 5\n", "mkdocs.yml:4:11", "a web address, not a number"),
    (f"{GOOD}site_url: 'https://[::1'\n", "mkdocs.yml:4:11", "a web address such as"),
    (f"{GOOD}site_url: https://e.org/?a\n", "mkdocs.yml:4:11", "a web address such as"),
    (f"{GOOD}site_url: !ENV URL\n", "mkdocs.yml:4:11", "tag `!ENV` computes it"),
    (f"{GOOD}nav: 7\n", "mkdocs.yml:4:6", "a list of pages"),
    (f"{GOOD}nav: [{{A: a.md, B: b.md}}]\n", "mkdocs.yml:4:7", "one title"),
    (f"{GOOD}nav: [{{A: [5]}}]\n", "mkdocs.yml:4:12", "the path of a page"),
    (f"{GOOD}use_directory_urls: false\n", "mkdocs.yml:4:21", "Threadbook needs"),
    (f"{GOOD}strict: true\nfoo: 1\n", "mkdocs.yml:5:1", "no setting `foo`"),
    (f"{GOOD}docs_dir: .\n", "mkdocs.yml:4:11", "the folder of mkdocs.yml itself"),
    (f"{GOOD}docs_dir: mkdocs.yml\n", "mkdocs.yml:4:11", "cannot be read"),
    (f"{GOOD}docs_dir: {'a' * 5_000}\n", "mkdocs.yml:4:11", "cannot be read"),
    (f"{GOOD}site_dir: docs/site\n", "mkdocs.yml:4:11", "in each other"),
    (f"{GOOD}hooks: [none.py]\n", "mkdocs.yml:4:9", "does not exist"),
    (f"{GOOD}dev_addr: here\n", "mkdocs.yml:4:11", "127.0.0.1:8000"),
    (f"{GOOD}validation: {{nav: loud}}\n", "mkdocs.yml:4:19", "a mapping"),
    ("site_name: A\ntheme: 3\nplugins: [threadbook]\n", "mkdocs.yml:2:8", "the name of a theme"),
    ("site_name: A\ntheme: {}\nplugins: [threadbook]\n", "mkdocs.yml:2:8", "`name` is missing"),
    ("site_name: A\ntheme: materil\nplugins: [threadbook]\n", "mkdocs.yml:2:8", "no theme"),
    ("site_name: A\nplugins: threadbook\n", "mkdocs.yml:2:10", "a list, not text"),
    ("site_name: A\nplugins: !ENV X\n", "mkdocs.yml:2:10", "computes it"),
    ("site_name: A\nplugins: []\n", "mkdocs.yml:2:10", "not in `plugins`"),
    ("site_name: A\nplugins: {threadbook: []}\n", "mkdocs.yml:2:23", "a mapping of options"),
    ("site_name: A\nplugins: [threadbook, threadbook]\n", "mkdocs.yml:2:23", "already in the list"),
    ("site_name: A\nplugins: [[threadbook], threadbook]\n", "mkdocs.yml:2:11", "a name"),
]
for option, value, spot, said in (
    ("content_dir", "3", "", "should be text, not a number"),
    ("content_dir", "mkdocs.yml", "", "cannot be read"),
    ("edit_url", "javascript:alert(1)", "", "cannot begin with javascript:"),
    ("repository", "javascript:alert(1)", "", "write the repository's address"),
    ("repository", "git@github.com:a/b.git", "", "write the repository's address"),
    ("repository", "https://github.com/a/b?x=1", "", "write the repository's address"),
    ("repository", '"https://github.com/a/{id}"', "", "write the repository's address"),
    ("repository", "https://github.com/../b", "", "write the repository's address"),
    ("repository", "https://example.org/a/b", "", "only GitHub and GitLab are known"),
    ("repository", "https://github.com.evil.example/a", "", "write the repository's address"),
    ("edit_url", '"data:text/html,x"', "", "cannot begin with data:"),
    ("jobs", "-3", "", "the smallest number is 0"),
    ("jobs", "1000000", "", "the largest number is 1,000"),
    ("jobs", "true", "", "a whole number, not true or false"),
    ("max_file_size", "1.5", "", "a whole number, not a number"),
    ("pdf", "'yes'", "", "true or false, not text"),
    ("pdf", "!ENV PDF", "", "computes it"),
    ("images", "http", "", "write none or https"),
    ("meaning", "bset", "", "write auto, off, student or best"),
    ("meaning", "true", "", "write auto, off, student or best"),
    ("rules", "{TB999: off}", "off", "no rule TB999"),
    ("rules", "{TB001: off}", "off", "TB001 cannot be changed"),
    ("rules", "[TB301]", "", "a mapping of settings, not a list"),
    ("social_font", "none.ttf", "", "does not exist"),
    ("social_font", "mkdocs.yml", "", "not a TrueType or OpenType font"),
    ("social_font", "content", "", "does not exist"),
    ("pfd", "true", "pfd", "no setting `pfd`"),
):
    line = f"- threadbook: {{{option}: {value}}}"
    place = f"mkdocs.yml:4:{line.index(spot or value) + 1}"
    SLIPS.append((f"site_name: A\ntheme: material\nplugins:\n{line}\n", place, said))


@pytest.mark.parametrize(("text", "place", "said"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_found_at_its_place(
    tmp_path: Path, text: str | bytes, place: str, said: str
) -> None:
    findings = found(tmp_path, text)
    assert findings
    assert any(said in finding.message for finding in findings), findings
    (finding,) = (finding for finding in findings if said in finding.message)
    assert str(finding.place).startswith(place)
    assert len(finding.message) < 200
    assert len(findings) <= 3


@pytest.mark.parametrize("language", ["5", "xx", "../../main", "de_DE", "EN", "''", "[de]"])
def test_a_language_that_the_theme_does_not_know_is_found(tmp_path: Path, language: str) -> None:
    theme = f"theme: {{name: material, language: {language}}}\nplugins: [threadbook]\n"
    (finding,) = found(tmp_path, f"site_name: A\n{theme}")
    assert finding.rule.id == "TB908"
    assert finding.place.line == 2


TAGGED: Final = """\
markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
extra: {version: !ENV [VERSION, none], other: !unknown {a: [1]}, path: !relative $docs_dir}
repo_name: !ENV NAME
"""


def test_tags_are_no_business_of_ours_where_threadbook_needs_no_value(tmp_path: Path) -> None:
    assert {finding.rule.id for finding in found(tmp_path, GOOD + TAGGED)} == {"TB111"}


# Files that are none


def make_odd(kind: str, file: Path) -> None:
    match kind:
        case "pipe":
            os.mkfifo(file)
        case "loop":
            file.symlink_to(file.name)
        case "device":
            file.symlink_to("/dev/zero")
        case "link to nothing":
            file.symlink_to("nothing")
        case "unreadable":
            file.write_text(GOOD)
            file.chmod(0)


KINDS: Final = ["pipe", "loop", "device", "link to nothing", "unreadable"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", ["check", "fmt", "build", "health"])
def test_a_configuration_that_is_no_ordinary_file_ends_with_a_message(
    knowledge: Knowledge, run: Run, kind: str, command: str
) -> None:
    if kind == "unreadable" and os.geteuid() == 0:
        pytest.skip("root reads everything")
    root = knowledge({})
    (root / "mkdocs.yml").unlink()
    make_odd(kind, root / "mkdocs.yml")
    done = run("threadbook", command, cwd=root)
    assert done.returncode == 1
    assert "mkdocs.yml" in done.stderr
    assert len(done.stderr.splitlines()) <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_preview_waits_for_a_configuration_that_is_an_ordinary_file(
    knowledge: Knowledge, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    if kind == "unreadable" and os.geteuid() == 0:
        pytest.skip("root reads everything")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt  # as somebody does who has seen enough

    monkeypatch.setattr(Watcher, "wait", stop)
    root = knowledge({})
    (root / "mkdocs.yml").unlink()
    make_odd(kind, root / "mkdocs.yml")
    done = run("threadbook", "serve", "--address", "127.0.0.1:0", cwd=root)
    assert done.stderr.startswith("mkdocs.yml: error[TB901]")
    assert "There is no site yet." in done.stderr
    found = re.search(r"The preview is at http://127\.0\.0\.1:(\d+)/", done.stderr)
    assert found
    assert int(found[1]) > 0, "the port that was found, not the 0 that was asked for"


# What check prints


@pytest.mark.parametrize("form", ["text", "github", "json", "junit", "sarif"])
def test_every_format_has_what_is_wrong_with_the_configuration(
    knowledge: Knowledge, run: Run, form: str
) -> None:
    root = knowledge({})
    with (root / "mkdocs.yml").open("a") as file:
        file.write("site_url: 5\n")
    done = run("threadbook", "check", "--format", form, cwd=root)
    assert done.returncode == 1
    said = done.stdout + done.stderr
    assert "TB903" in said
    assert "mkdocs.yml" in said
    if form in {"json", "sarif"}:
        json.loads(done.stdout)


def test_warnings_are_shown_beside_those_of_the_content(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"threads/new/x.yml": "title: Statement\ntopics: [proposals]\nanswer: x\n"})
    with (root / "mkdocs.yml").open("a") as file:
        file.write("site_nam: x\n")
    done = run("threadbook", "check", cwd=root)
    assert done.returncode == 0
    assert "warning[TB907]" in done.stderr
    assert "warning[TB301]" in done.stderr


def test_only_the_configuration_can_be_checked(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"threads/new/x.yml": "title: A?\ntopics: [nope]\n"})
    assert run("threadbook", "check", cwd=root).returncode == 1
    done = run("threadbook", "check", "mkdocs.yml", cwd=root)
    assert done.returncode == 0
    assert "No problems" in done.stderr


def test_a_build_ends_with_the_same_findings(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    config = (root / "mkdocs.yml").read_text().replace("[threadbook]", "[threadbook: {jobs: -1}]")
    (root / "mkdocs.yml").write_text(config)
    checked = run("threadbook", "check", cwd=root).stderr.splitlines()
    built = run("threadbook", "build", cwd=root)
    assert built.returncode == 1
    said = built.stderr.splitlines()[:-1]
    assert said
    assert set(said) <= set(checked), "a check says more: of the content, too"
    assert built.stderr.splitlines()[-1] == "threadbook: mkdocs.yml has errors; nothing was done."
    assert not (root / "site").exists()
    plain = run("mkdocs", "build", cwd=root)
    assert plain.returncode == 1
    assert "`jobs`: the smallest number is 0." in plain.stderr
    assert "Traceback" not in plain.stderr


@pytest.mark.parametrize("missing", ["PIL", "playwright"])
def test_what_an_option_needs_and_is_not_installed_is_found_by_all(
    knowledge: Knowledge, run: Run, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    option = {"PIL": "social_pictures", "playwright": "pdf"}[missing]
    root = knowledge({})
    config = root / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("[threadbook]", f"[threadbook: {{{option}: true}}]")
    )
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *more: None if name == missing else find(name, *more),
    )
    for command in ("check", "build"):
        done = run("threadbook", command, cwd=root)
        assert done.returncode == 1
        assert f"error[TB911] `{option}` needs" in done.stderr
        assert "pip install 'threadbook[" in done.stderr
    if option == "pdf":
        (root / "mkdocs.yml").write_text(config.read_text().replace("pdf: true", "pdf: false"))
        done = run("threadbook", "build", "--pdf", cwd=root)
        assert done.returncode == 3
        assert done.stderr.startswith("threadbook: --pdf needs Playwright")


def test_a_site_without_prose_needs_no_folder_for_it(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    (root / "content/pages/about.md").unlink()
    (root / "content/pages").rmdir()
    assert run("threadbook", "check", cwd=root).returncode == 0
    built = run("threadbook", "build", cwd=root)
    assert built.returncode == 0, built.stderr
    assert (root / "site/threads/first/index.html").is_file()


def test_a_base_of_which_mkdocs_is_fine_but_no_content_folder(
    knowledge: Knowledge, run: Run
) -> None:
    root = knowledge({})
    config = root / "mkdocs.yml"
    config.write_text(
        config.read_text().replace("[threadbook]", "[threadbook: {content_dir: none}]")
    )
    done = run("threadbook", "check", cwd=root)
    assert done.returncode == 1
    assert "There is no content folder at none." in done.stderr


# Odd values everywhere

EVERYTHING: Final[dict[str, Any]] = yaml.safe_load("""
site_name: N
site_url: https://example.org/
site_description: d
site_author: a
copyright: c
docs_dir: content/pages
site_dir: site
strict: false
use_directory_urls: true
theme:
  name: material
  language: en
  locale: en
  font: {text: Roboto, code: Roboto Mono}
  logo: a.png
  favicon: b.png
  direction: ltr
  icon: {logo: material/home}
  features: [navigation.tabs, navigation.prune]
  palette:
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: indigo
      toggle: {icon: material/weather-night, name: Dark}
nav: [about.md, {A: about.md}, {C: [{D: about.md}]}]
repo_url: https://example.org/r
repo_name: r
edit_uri: edit/main/
extra_css: [a.css]
extra_javascript: [a.js, {path: b.js, defer: true}]
extra_templates: []
extra: {homepage: https://example.org/, generator: false}
markdown_extensions: [toc, {admonition: {}}]
hooks: []
watch: []
dev_addr: 127.0.0.1:8000
exclude_docs: a
validation: {nav: {omitted_files: warn}, absolute_links: info}
plugins:
  - search
  - threadbook:
      content_dir: content
      repository: https://github.com/e/org
      edit_url: https://e.org/{file}
      report_url: https://e.org
      max_file_size: 1000000
      jobs: 1
      rules: {TB301: notice}
      health: true
      pdf: false
      images: none
      trusted_pages: false
""")
ODD: Final[tuple[Any, ...]] = (
    *(None, 5, -1, 2.5, True, "", " ", "x\x01y", "../..", "/etc/passwd", "é<b>\"'&", "a" * 3_000),
    *("{{ 7*7 }}", "javascript:alert(1)", [], ["a"], [5], [None], [["x"]], {}, {"a": 1}, {5: 6}),
    *({None: 1}, datetime.date(2026, 1, 1), float("nan"), 10**30, [{}], [{"a": "b", "c": "d"}]),
)
CASES: Final = min(rounds(100), 2_700)
"""How many of all 2,700 are tried."""


def locations(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield at
    items = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        yield from locations(item, (*at, key))


def replaced(at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    values = copy.deepcopy(EVERYTHING)
    target: Any = values
    for step in at[:-1]:
        target = target[step]
    target[at[-1]] = new
    return values


def odd_cases() -> list[tuple[tuple[Any, ...], Any]]:
    cases = [(at, odd) for at in locations(EVERYTHING) for odd in ODD]
    return random.Random(16).sample(cases, CASES)  # noqa: S311 - a seed, no secret


@pytest.mark.parametrize(
    ("at", "odd"), odd_cases(), ids=lambda each: ascii(each)[:40].replace("\\", "")
)
def test_what_check_passes_mkdocs_takes_and_neither_prints_a_traceback(
    knowledge: Knowledge, run: Run, at: tuple[Any, ...], odd: Any
) -> None:
    root = knowledge({})
    (root / "mkdocs.yml").write_text(yaml.safe_dump(replaced(at, odd), allow_unicode=True))
    done = run("threadbook", "check", cwd=root)
    assert done.returncode in {0, 1}
    assert done.returncode == 0 or "mkdocs.yml" in done.stderr or "content folder" in done.stderr
    assert len(done.stderr.splitlines()) <= 24
    assert max(map(len, done.stderr.splitlines())) < 300 or "a" * 200 in done.stderr
    of_others = at[:1] == ("markdown_extensions",) and isinstance(odd, dict)
    if done.returncode == 0 and not of_others and "TB915" not in done.stderr:
        MkDocs(read_configuration(root / "mkdocs.yml"))


BUILT: Final = rounds(4)
"""How many odd configurations without errors are built in full."""


def test_what_check_passes_builds(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    shown = ("theme", "extra", "nav", "copyright", "site_name", "site_description", "edit_uri")
    cases = [(at, odd) for at in locations(EVERYTHING) if at[:1] and at[0] in shown for odd in ODD]
    random.Random(17).shuffle(cases)  # noqa: S311 - a seed, no secret
    built = 0
    for at, odd in cases:
        (root / "mkdocs.yml").write_text(yaml.safe_dump(replaced(at, odd), allow_unicode=True))
        if read_configuration(root / "mkdocs.yml").is_good:
            built += 1
            done = run("threadbook", "build", "--out", f"site{built}", cwd=root)
            assert done.returncode == 0, (at, odd, done.stderr)
        if built == BUILT:
            return
    pytest.fail(f"only {built} are good")


def test_the_configuration_of_these_cases_is_good(knowledge: Knowledge) -> None:
    root = knowledge({})
    (root / "mkdocs.yml").write_text(yaml.safe_dump(EVERYTHING))
    found = {finding.rule.id for finding in read_configuration(root / "mkdocs.yml").findings}
    assert found == {"TB111"}, "its Markdown extensions have no effect, which is only a notice"
    assert len(set(map(repr, odd_cases()))) >= CASES * 29 // 30
