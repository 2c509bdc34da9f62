"""Bodies that are not sanitised, because the sanitiser would leave them as they are."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import nh3
import pytest
import yaml
from payloads import PAYLOADS, mutate

from threadbook.markdown import Destination, html, to_html

TITLES: Final = {
    "plain": "How do I begin?",
    "marks": '"Quoted", it\'s <b>bold</b> & more',
    "space": "A\u00a0title &nbsp; with spaces",
    "link": "[x](y) [[plain]] `c` https://example.org/",
}
PIECES: Final = [
    *"* ** _ ~~ ` ``` > - + 1. # ## [ ] [[ ]] | \\ & ! \n \n\n : / \" ' $ ^ -- *** ___ ===".split(
        " "
    ),
    *("[[plain]]", "[[marks]]", "[[space|words]]", "[[link]]", "[[gone]]", "[words](thread:plain)"),
    *(
        "[a [[plain]] b](thread:marks)",
        "[a](../x/)",
        "[a](b/)",
        "[a](# 'c')",
        "[^1]",
        "\n[^1]: note\n",
    ),
    *(
        "&nbsp;",
        "&quot;",
        "&#13;",
        "&#0;",
        "&lt;b&gt;",
        "&colon;//",
        "http://a.b/",
        "http&colon;//a.b",
    ),
    *(
        "\u00a0",
        "\u2028",
        "\r",
        "\t",
        "    ",
        "word",
        "two words",
        "é",
        "😀",
        "\n- a\n  - b\n",
        "x\n\ny",
    ),
    *(
        "\n> [!NOTE]\n> a\n",
        "- [x] done\n",
        "\n|a|b|\n|-|:-:|\n|c|d|\n",
        "\n```python\nif x:\n```\n",
        "<",
        "<b>",
    ),
    *(
        "**b *i* b**",
        "*a **b** c*",
        "~~s **t**~~",
        "\n# Title\n",
        "\nTitle\n---\n",
        "\n1. a\n2. b\n",
        "a\\\nb",
    ),
    *(
        "\n> q\n\n",
        "\n>> q\n> - a\n",
        "***",
        "[**b**](thread:plain)",
        "**[b](thread:plain)**",
        "![a](b.png)",
    ),
]


def resolve(target: str) -> Destination | None:
    """Find the threads of this module."""
    title = TITLES.get(target)
    return Destination(f"../../threads/{target}/", title) if title else None


class _Watched:
    """A sanitiser that writes down what it is given."""

    def __init__(self, cleaner: nh3.Cleaner, sanitised: list[str]) -> None:
        self.cleaner, self.sanitised = cleaner, sanitised

    def clean(self, markup: str) -> str:
        self.sanitised.append(markup)
        return self.cleaner.clean(markup)


@pytest.fixture
def compare(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], bool]:
    """Return a function that compares a body with what the sanitiser makes of it, whatever it is.

    It returns whether the body went past the sanitiser.
    """
    sanitised: list[str] = []
    for name in ("_cleaner", "_media_cleaner"):
        watched = _Watched(getattr(html, name)("a1_"), sanitised)
        monkeypatch.setattr(html, name, lambda _prefix, watched=watched: watched)
    own = html._is_own

    def compare(body: str) -> bool:
        sanitised.clear()
        monkeypatch.setattr(html, "_is_own", own)
        found = to_html(body, resolve, prefix="a1_")
        went_past = not sanitised
        monkeypatch.setattr(html, "_is_own", lambda _body, _markup: False)
        assert found == to_html(body, resolve, prefix="a1_"), body
        return went_past

    return compare


def test_made_up_bodies_are_what_the_sanitiser_would_make_of_them(
    compare: Callable[[str], bool],
) -> None:
    """Twenty thousand seeded bodies of everything that Markdown has."""
    chance = random.Random(4)  # noqa: S311 - made-up text
    past = 0
    for _ in range(20_000):
        pieces = chance.choices(PIECES, k=chance.randrange(1, 12))
        past += compare(chance.choice(["", " "]).join(pieces))
    assert past > 2_000


def test_attacks_meet_the_sanitiser_or_are_harmless(compare: Callable[[str], bool]) -> None:
    """Every payload in every context, and two thousand mutants: none that has a tag goes past."""
    dice = random.Random(5)  # noqa: S311 - made-up attacks
    attacks = [str(payload) for payload in PAYLOADS.values()]
    for body in (*attacks, *(mutate(dice) for _ in range(2_000))):
        assert not (compare(body) and "<" in body), body


def test_most_bodies_go_past_the_sanitiser(
    repository: Path, compare: Callable[[str], bool]
) -> None:
    """Those of the example, which are real ones."""
    bodies = [*find_bodies(repository / "content" / "threads")]
    past = sum(map(compare, bodies))
    assert past > len(bodies) * 0.7 > 100


def find_bodies(folder: Path) -> list[str]:
    """Return the bodies of all posts in a folder of threads."""
    threads: list[Any] = [yaml.safe_load(file.read_text()) for file in folder.rglob("*.yml")]
    posts = [post for each in threads for post in (each.get("question"), *each.get("answers", ()))]
    return [post["body"] for post in posts if post and "body" in post]
