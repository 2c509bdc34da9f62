"""Mutated files of every kind, through every output: findings or a sound site, and nothing else.

The mutations are seeded, so a failure can be repeated: its number is in the message.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import re
import shutil
import xml.etree.ElementTree
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from attack import rounds
from bases import REPOSITORY
from dangers import find_dangers

from threadbook.build import Rendered, build
from threadbook.errors import UserError
from threadbook.findings import Severity
from threadbook.gather import gather
from threadbook.pages import Entry
from threadbook.progress import Quiet
from threadbook.settings import Settings
from threadbook.weave import Slot

BASE: Final = REPOSITORY / "tests/pages/base/content"
SEED: Final = 20_261_126
OWN: Final = "window.pwned=1"

LINES: Final = (
    f"</script><script>{OWN}</script>",
    f"\"'><img src=x onerror={OWN}>",
    f"]]><script>{OWN}</script><!--",
    "%%content%% <!--%%content%%--> {{ 7*7 }} {% raw %} ${7*7}",
    f"[a](javascript:{OWN}) ![b](javascript:{OWN}) <javascript:{OWN}>",
    "\u202eevil\u2066 \ufeff\u200b\u2028\u2029 \U0001f600 e\u0301 \ud7ff",
    "../../../etc/passwd",
    "&lt;script&gt; &#x3c;b&#62; &amp;amp;",
    "[[solved]] [[../x|y]] [[ ]] ]](thread:",
    "-->'\"><svg/onload=alert(1)>",
    "x" * 3_000,
)
"""Texts that end something or begin something."""

BODIES: Final = (
    f"<details open ontoggle={OWN}>\n\n# x\n\n</details><iframe srcdoc='<script>{OWN}</script>'>",
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src onerror={OWN}&gt;">',
    f"```html\n</code></pre><script>{OWN}</script>\n```",
    "> [!NOTE]\n> text\n\n| a | b |\n|:-:|--:|\n| 1 | 2 |\n\n- [x] done\n\n[^1] [^a b]\n\n[^1]: note",
    "> " * 50 + "deep",
    '[a]: <javascript:alert(1)> "t"\n\n[a] [a][] ![a]',
    "#" * 7 + " no\n\n====\n\n----\n\n***\n\n<b>\n\n</b></div></article></html>",
    "*" * 300 + "_" * 300 + "`" * 300 + "[" * 300,
    f"<a href=\" &#14; javascript:{OWN}\">x</a><a href='//example.net/x'>y</a><img src=//example.net/a.png>",
)

VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 10**30, 1.5, float("inf"), "", " ", "no", "2026-13-45", "2026-02-30",
    [], {}, [[]], [None], {"": ""}, {"a": {"b": {"c": {}}}}, "a" * 300, ["x"] * 300, "é", "\t",
)  # fmt: skip


TEXTS: Final = frozenset(
    "title summary body note name question answer definition why text audience term".split()
)
"""Fields whose text readers see."""


class Bare:
    """An engine of one line: its shells hold the slots and nothing else."""

    def render(self, entries: Sequence[Entry], site: Path) -> Rendered:
        shell = (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{Slot.TITLE.marker}'
            f'</title><meta name="description" content="{Slot.DESCRIPTION.marker}">'
            f"{Slot.HEAD.marker}</head><body>{Slot.CONTENT.marker}</body></html>"
        )
        (site / "404.html").write_text("<!doctype html><title>404</title>", "utf-8")
        (site / "assets/threadbook").mkdir(parents=True)
        return Rendered({entry.url: shell for entry in entries}, ())


# Mutations


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container in a value with each of its keys or places."""
    if not isinstance(value, dict | list):
        return
    for key, child in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        yield from places(child)


def change_value(text: str, dice: random.Random) -> str:
    """Change one or a few values of a file; JSON is YAML."""
    data = yaml.safe_load(text)
    for _ in range(dice.choice((1, 1, 2, 4))):
        texts = [(each, key) for each, key in places(data) if key in TEXTS]
        if texts and dice.random() < 0.8:
            container, key = dice.choice(texts)
            if isinstance(container[key], str):
                container[key] = extend(container[key], key, dice)
        else:
            change_one(data, dice)
    return json.dumps(data, ensure_ascii=False, default=str)


def extend(text: str, field: Any, dice: random.Random) -> str:
    """Add something hostile to a text; a line stays a line."""
    if "\n" in text or field == "body":
        return f"{text}\n\n{dice.choice(BODIES)}\n\n{dice.choice(LINES)}"
    return f"{text[:40]} {dice.choice(LINES)[:400]}"


def change_one(data: Any, dice: random.Random) -> None:
    """Change any value: another type, another place, twice, gone."""
    container, key = dice.choice([*places(data)])
    match dice.randrange(5):
        case 0:
            container[key] = copy.deepcopy(dice.choice(VALUES))
        case 1 if isinstance(container, list):
            container.append(copy.deepcopy(container[key]))
        case 2 if len(container) > 1:
            del container[key]
        case 3 if isinstance(container, dict):
            container[dice.choice((f"{key}s", "__proto__", "x", 7))] = copy.deepcopy(container[key])
        case _:
            other, there = dice.choice([*places(data)])
            container[key] = copy.deepcopy(other[there])


def change_text(text: str, dice: random.Random) -> str:
    """Damage a file as text: a character, a line, a piece."""
    at = dice.randrange(len(text) + 1)
    lines = text.split("\n")
    match dice.randrange(6):
        case 0:
            return text[:at] + dice.choice("\0\t\r\x85:#-&*!|>'\"%@`{}[],?\\\ufeff") + text[at:]
        case 1:
            return text[:at]
        case 2:
            return text[:at] + text[at + dice.randrange(1, 30) :]
        case 3:
            line = dice.randrange(len(lines))
            return "\n".join([*lines[:line], lines[line], *lines[line:]])
        case 4:
            return text[:at] + dice.choice((*LINES, *BODIES)) + text[at:]
        case _:
            return text[:at] + dice.choice("ab\n ") * dice.choice((1, 100, 10_000)) + text[at:]


def mutate(content: Path, dice: random.Random) -> list[str]:
    """Mutate some files of a base; return their names."""
    files = sorted(file for file in content.rglob("*") if file.suffix in {".yml", ".md"})
    chosen = dice.sample(files, dice.choice((1, 1, 2, 3)))
    for file in chosen:
        text = file.read_text("utf-8")
        is_yaml = file.suffix == ".yml"
        change = change_value if is_yaml and dice.random() < 0.8 else change_text
        if not is_yaml and dice.random() < 0.5:
            changed = f"{text}\n\n{dice.choice(BODIES)}\n\n## {dice.choice(LINES)}\n"
        else:
            changed = change(text, dice)
        file.write_bytes(changed.encode("utf-8", "surrogatepass"))
    return [file.relative_to(content).as_posix() for file in chosen]


# What must hold


def assert_is_sound(site: Path) -> None:
    """Assert that every file is what its name says, and that nothing in it can run."""
    for file in sorted(site.rglob("*")):
        assert not file.is_symlink()
        assert file.resolve().is_relative_to(site.resolve())
        if file.suffix == ".html":
            page = file.read_text("utf-8")
            assert find_dangers(page, OWN) == [], file
            assert "%%content-" not in page
        elif file.suffix == ".json":
            json.loads(file.read_text("utf-8"))
        elif file.suffix == ".xml":
            xml.etree.ElementTree.fromstring(file.read_bytes())
        elif file.name == "_redirects":
            rules = file.read_text("utf-8").splitlines()
            assert all(re.fullmatch(r"/\S+ /\S+ 30[18]", rule) for rule in rules)


def digest(folder: Path) -> str:
    """Return a hash of the names and contents of a folder's files."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        found.update(file.relative_to(folder).as_posix().encode())
        found.update(file.read_bytes() if file.is_file() else b"")
    return found.hexdigest()


def settings_of(root: Path, *, search: bool) -> Settings:
    return Settings(
        root=root,
        content=root / "content",
        pages=root / "content/pages",
        site_url="https://example.org/help/",
        edit_url="https://example.org/{file}?{title}",
        report_url="https://example.org/?{title}&{url}&{reason}",
        answer_url="https://example.org/{id}",
        components=True,
        jobs=1,
        search=search,
    )


ROUNDS: Final = rounds(90)
CHUNK: Final = 15


@pytest.mark.usefixtures("build_day")
@pytest.mark.parametrize("first", range(0, ROUNDS, CHUNK))
def test_mutated_files_give_findings_or_a_sound_site(
    first: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = 0
    for number in range(first, first + CHUNK):
        dice = random.Random(SEED + number)  # noqa: S311 - not for secrets
        root = tmp_path / str(number)
        shutil.copytree(BASE, root / "content")
        names = mutate(root / "content", dice)
        try:
            built += assert_one_holds(root, search=number % 50 == 0)
        except (Exception, pytest.fail.Exception) as error:
            raise AssertionError(f"round {number}, files {names}: {error!r}") from error
        shutil.rmtree(root)
    capsys.readouterr()
    assert built, "every mutation was refused: the mutations are too rough to say anything"


def assert_one_holds(root: Path, *, search: bool) -> bool:
    """Check and build a mutated base; return whether it could be built."""
    settings, before = settings_of(root, search=search), digest(root / "content")
    gathered = gather(settings)
    for finding in gathered.findings:
        assert finding.message
        length = len(finding.message)
        assert length < 1_000, finding.rule.id
        if finding.place.line:
            text = (root / finding.place.file).read_bytes().decode("utf-8", "replace")
            assert finding.place.line <= text.count("\n") + 2, finding
    has_errors = any(each.severity is Severity.ERROR for each in gathered.findings)
    site = root / "site"
    try:
        build(Bare, settings, site, Quiet())
    except UserError as error:
        if not has_errors:
            pytest.fail(f"check passes, but build says: {error}")
        assert not site.exists()
    else:
        assert not has_errors
        assert_is_sound(site)
    assert digest(root / "content") == before
    assert {file.name for file in root.iterdir()} <= {"content", "site"}
    return not has_errors


def test_the_mutations_are_the_same_every_time(tmp_path: Path) -> None:
    digests = set()
    for name in ("a", "b"):
        shutil.copytree(BASE, tmp_path / name)
        mutate(tmp_path / name, random.Random(SEED))  # noqa: S311 - not for secrets
        digests.add(digest(tmp_path / name))
    assert len(digests) == 1
    assert digests != {digest(BASE)}


CHANGES: Final[tuple[Callable[[str, random.Random], str], ...]] = (change_value, change_text)


@pytest.mark.parametrize("change", CHANGES)
def test_the_mutations_change_something(change: Callable[[str, random.Random], str]) -> None:
    text = (BASE / "site.yml").read_text("utf-8")
    changed = {change(text, random.Random(seed)) for seed in range(50)}  # noqa: S311
    assert len(changed) > 40


ADDRESSES: Final = """
about About about/index.html about/x paths/first/print paths/first/first.pdf paths/first/x CNAME _headers
.well-known/x a/.b robots.txt robots.txt/x sitemap-1.xml licenses.txt/x index.html index.htm threads
threads/solved/social.png threads/solved/x feeds/x search/x assets components _shell/_shell 404.html/x 404
boards/general/page-2 topics/x latest/page-2 latest.html .threadbook-site _redirects/x health api/x llms.txt
llms-full.txt/a x.html favicon.ico Threads/Solved TOPICS _worker.js netlify.toml . .. ~
""".split()
"""Addresses of the site, of its hosts, beside them, and of nobody."""


@pytest.mark.usefixtures("build_day")
def test_check_and_build_judge_every_old_address_alike(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built = set()
    for number, address in enumerate(ADDRESSES):
        root = tmp_path / str(number)
        shutil.copytree(BASE, root / "content")
        thread = root / "content/threads/money/language.yml"
        text = f'{thread.read_text("utf-8")}\nredirect_from: ["{address}"]\n'
        thread.write_text(text, "utf-8")
        built |= {address} if assert_one_holds(root, search=False) else set()
    capsys.readouterr()
    assert {"about/x", "index.htm", "favicon.ico", "~"} <= built
    assert not built & {"about", "About", "paths/first/print", "CNAME", "a/.b", ".threadbook-site"}
