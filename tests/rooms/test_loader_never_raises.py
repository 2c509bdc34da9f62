"""Whatever a file holds, loading it gives a model or findings, never an exception."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from threadbook.findings import Severity
from threadbook.load.files import load_file, load_thread
from threadbook.load.sources import FileKind, SourceFile

SEEDS = sorted((Path(__file__).parents[2] / "content" / "threads").rglob("*.yml"))
EASY = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KEYS = "title topics answer answers question body by at votes accepted related status".split()
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.text(max_size=20)
    | st.sampled_from(["no", "12:30", "1e3", "2024-01-01", "[[x]]"])
)
trees = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)


def loads_or_says_why(folder: Path, content: bytes) -> None:
    """Load `content` as every kind of file."""
    file = folder / "x.yml"
    file.write_bytes(content)
    lines = content.decode("utf-8", "replace").count("\n") + 2
    for kind in FileKind:
        source = SourceFile(kind, str(file), "x.yml", "x", "new", len(content), 0)
        if kind is FileKind.THREAD:
            loaded = load_thread(source, 1_000_000)
            is_whole = loaded.outline is not None
        else:
            loaded = load_file(source, 1_000_000)  # type: ignore[assignment]
            is_whole = loaded.file is not None  # type: ignore[attr-defined]
        assert is_whole or any(f.severity is Severity.ERROR for f in loaded.findings)
        for finding in loaded.findings:
            assert 0 <= finding.place.line <= lines
            assert (finding.place.column >= 1) == (finding.place.line >= 1)


@EASY
@given(content=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    loads_or_says_why(tmp_path, content)


@EASY
@given(
    content=st.text(
        alphabet=st.sampled_from("ab:-[]{}&*!|>'\"%@`#,?\n\t \x85\u2028é😀01."), max_size=80
    )
)
def test_any_text_of_the_signs_yaml_is_made_of(tmp_path: Path, content: str) -> None:
    loads_or_says_why(tmp_path, content.encode())


@EASY
@given(tree=trees)
def test_any_tree(tmp_path: Path, tree: object) -> None:
    loads_or_says_why(tmp_path, yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "replace"))


@EASY
@given(
    seed=st.sampled_from(SEEDS),
    place=st.floats(0, 1),
    how=st.sampled_from(["replace", "remove", "line", "indent", "repeat"]),
    sign=st.sampled_from("a:-[]{}&*!|>'\"%@`#,?\n\t \x00é"),
)
def test_any_slip_of_the_hand_in_a_good_file(
    tmp_path: Path, seed: Path, place: float, how: str, sign: str
) -> None:
    text = seed.read_text("utf-8")
    at = int(place * (len(text) - 1))
    lines = text.split("\n")
    line = int(place * (len(lines) - 1))
    match how:
        case "replace":
            text = text[:at] + sign + text[at + 1 :]
        case "remove":
            text = text[:at] + text[at + 1 :]
        case "line":
            text = "\n".join(lines[:line] + lines[line + 1 :])
        case "indent":
            text = "\n".join([*lines[:line], " " + lines[line], *lines[line + 1 :]])
        case _:
            text = "\n".join([*lines[:line], lines[line], *lines[line:]])
    loads_or_says_why(tmp_path, text.encode())


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\u202e", "\ufeff", "\ud7ff", "\U0010ffff"]
)
def test_odd_characters(tmp_path: Path, sign: str) -> None:
    loads_or_says_why(tmp_path, f"title: a{sign}b?\ntopics: [x]\nanswer: '{sign}'\n".encode())
