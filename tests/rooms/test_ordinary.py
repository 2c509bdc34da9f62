"""Two readers of YAML agree on everything that the fast one accepts."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attack import rounds

from threadbook.edit.fmt import format_content
from threadbook.load.ordinary import read_ordinary
from threadbook.load.sources import NAMED, FileKind
from threadbook.load.yaml import ParsedYaml, compose, parse, parse_nodes

CONTENT = Path(__file__).parents[2] / "content"
MUTANTS = rounds(4_000)
SEED = 20_261_126

SMALL = (
    "a: b\n",
    "a:\n- b\n- c: d\n  e: |\n    f\n\n      g\n\nh: 'i'\n",
    'k: "x"\nl:\n  m:\n    - n\n    - o: [a, b]\n',
    "x: |-\n   a\n   b\ny: 2024-01-01\nz: 12\n",
)
SCRAPS: tuple[str, ...] = (
    *"x:-[]{}&*!|>'\"%@`#,? \t0~<()\n_=+.\\é中\u00a0\u2028\ufeff\u0085\u007f\u001b\ud800",
    *("  ", "- ", ": ", " #", "\n\n", "|\n", "|-\n", "|+\n", "|2\n", ">\n", "\r\n", "\r"),
    *"null yes no y On true True FALSE 2024-01-01 2024-13-01 2001-1-1 -5 +5 .5 1. 1:30".split(),
    *"1e3 0x1F 0o7 017 1_000 &a *a !!str [] [a] [yes] [a,b] {} '' \"\" '''' \"a\\tb\"".split(),
    *("---\n", "...\n", "--- a\n", "%TAG ! x:\n", "<<: x\n", "a: b\n", "- a\n", "- - a\n", "? a\n"),
    *("\n ", "\n  ", "\n    ", "\n      ", " \n", "   \n", "key:\n", "key: \n", "- \n", "-\n"),
    *("# c\n", "  # c\n", "      # c\n", ":\n", " :", "{a: b}", "[a, b]", "a" * 1_100),
)


def read_good_files() -> list[str]:
    files = sorted(CONTENT.rglob("*.yml"))
    return [file.read_text("utf-8") for file in files]


def mutate(text: str, dice: random.Random) -> str:
    """Change a text in one place."""
    lines = text.split("\n")
    first, other = dice.randrange(len(lines)), dice.randrange(len(lines))
    at = dice.randrange(len(text) + 1)
    if dice.random() < 0.4:  # near the beginning of a line
        at = max(0, text.find("\n", at) + dice.randrange(4))
    match dice.randrange(10):
        case 0 | 1:
            return text[:at] + dice.choice(SCRAPS) + text[at:]
        case 2 | 3:
            return text[:at] + text[at + dice.randint(1, 2) :]
        case 4:
            return text[:at] + dice.choice(SCRAPS) + text[at + 1 :]
        case 5:
            del lines[first]
        case 6:
            lines.insert(other, lines[first])
        case 7:
            lines[first] = lines[first].removeprefix(" " * dice.randint(1, 4))
        case 8:
            lines[first] += dice.choice(SCRAPS)
        case _:
            more = " " * dice.randint(1, 4)
            for number in range(first, min(len(lines), first + dice.randint(1, 4))):
                lines[number] = more + lines[number]
    return "\n".join(lines)


def mutants() -> Iterator[str]:
    dice = random.Random(SEED)  # noqa: S311 - not for secrets
    good = read_good_files()
    for _ in range(MUTANTS):
        text = dice.choice(SMALL if dice.random() < 0.5 else good)
        for _ in range(dice.choice([1, 1, 2, 3, 4])):
            text = mutate(text, dice)
        yield text


def locations(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield where everything in a value is, and places that lead to nothing."""
    yield above
    yield (*above, "nothing")
    yield (*above, 99)
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from locations(inner, (*above, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from locations(inner, (*above, place))


def with_types(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, with_types(inner)) for key, inner in value.items()]
    if isinstance(value, list):
        return [with_types(inner) for inner in value]
    return type(value), value


def assert_same(text: str) -> bool:
    """Read a text in both ways, and tell whether the fast one accepts it."""
    ordinary = read_ordinary(text)
    if ordinary is None:
        return False
    nodes = parse_nodes(text, "x.yml")
    fast = ParsedYaml(ordinary.value, (), ordinary)
    assert nodes.findings == ()
    assert with_types(fast.value) == with_types(nodes.value)
    for location in locations(nodes.value):
        assert fast.begin(location) == nodes.begin(location), location
        assert fast.position(location) == nodes.position(location), location
        assert fast.spot(location, key=True) == nodes.spot(location, key=True)
    return True


def test_both_readers_agree_on_every_mutant_that_the_fast_one_accepts() -> None:
    accepted = sum(assert_same(text) for text in mutants())
    assert accepted > MUTANTS / 8


@pytest.mark.parametrize("begin", ["9", "50+", "2026", "007", "999999", "1"])
@pytest.mark.parametrize("end", ["a", "hours apart", "E", "e5", "x 0", "PM"])
def test_a_text_may_begin_with_a_number_of_things(begin: str, end: str) -> None:
    assert assert_same(f"a: {begin} {end}\nb:\n  - {begin} {end}\n")


def test_the_fast_reader_reads_what_fmt_writes() -> None:
    kinds = {"threads": FileKind.THREAD, "paths": FileKind.PATH}
    read = []
    for file in sorted(CONTENT.rglob("*.yml")):
        top = file.relative_to(CONTENT).parts[0]
        text = file.read_text("utf-8")
        formatted = format_content(text, kinds.get(top) or NAMED[top]).text
        read.append(assert_same(formatted or text))
    assert sum(read) >= len(read) * 0.9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a: b",  # no line break at the end
        "a: b\r\n",
        "a:\tb\n",
        "a: b\u2028c\n",
        "a: b\ud800\n",
        "- a\n",
        " a: b\n",
        "a: b # comment\n",
        "a: b\n  c\n",
        "a: b\na: c\n",
        "a:\n",
        "a: {b: c}\n",
        "a: [b,c]\n",
        "a: [yes]\n",
        "a: yes\n",
        "a: Null\n",
        "a: 1.5\n",
        "a: 010\n",
        "a: -1\n",
        "a: 2026-02-30\n",
        'a: "b\\n"\n',
        "a: 'it''s'\n",
        "a: |+\n  b\n",
        "a: |1\n  b\n",
        "a: >\n  b\n",
        "a: |\n  b\n \n  # no comment\n",
        "- - a\n",
        "a: &b c\n",
        "a: !!str b\n",
        "---\na: b\n",
        "a: b\n...\n",
        "a:\n" * 30,
        "".join(f"{' ' * level}a:\n" for level in range(22)) + " " * 22 + "a: b\n",
    ],
)
def test_the_extraordinary_is_left_to_pyyaml(text: str) -> None:
    assert read_ordinary(text) is None


def test_nodes_of_an_ordinary_text_are_composed_when_somebody_asks() -> None:
    document = parse("a:\n- b\n", "x.yml")
    assert document.root is not None
    expected, _ = compose("a:\n- b\n", "x.yml")
    assert expected is not None
    assert document.root.value[0][1].value[0].value == expected.value[0][1].value[0].value == "b"
