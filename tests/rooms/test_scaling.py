"""Work grows with what there is to do: twice as much content takes at most 2.5 times as long.

Times are the processor's and only compared with each other, never with a number of seconds. A
measurement that is over is repeated, because the machine may have been busy; only the least of all
times counts.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from bases import write
from heavy import CASES, base
from markupsafe import Markup

from threadbook import markdown, report
from threadbook.check import RULES
from threadbook.edit.fix import apply_fixes
from threadbook.findings import Finding, Place
from threadbook.gather import Gathered, gather
from threadbook.settings import Settings
from threadbook.text import split_words

MOST: Final = 2.5
"""How much longer twice as much may take."""

ATTEMPTS: Final = 20
LEAST: Final = 0.02
"""Seconds: what takes less at twice the size is not slow, whatever else the machine does."""


@pytest.fixture(scope="module", autouse=True)
def only_ours() -> Iterator[None]:
    """What other tests left is not gone through again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def grows(work: Callable[[Any], object], small: Any, large: Any) -> float:
    """Return how many times as long `work` takes for `large` as for `small`.

    If even the large one takes less than `LEAST`, nobody asks how long the small one takes.
    """
    least = {False: float("inf"), True: float("inf")}
    for attempt in range(ATTEMPTS):
        # The large one is first: it also imports and compiles what is used for the first time.
        for is_large, subject in ((True, large), (False, small)):
            least[is_large] = min(least[is_large], seconds(work, subject))
            if least[True] < LEAST:
                return 1
        # Twice at least, because a small one that was slow by chance would hide a square.
        if attempt and least[True] <= MOST * least[False]:
            break
    return least[True] / max(least[False], LEAST / MOST)


def seconds(work: Callable[[Any], object], subject: object) -> float:
    """Return how long the processor works; the garbage collector would count what others left."""
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        work(subject)
        return time.process_time() - start
    finally:
        gc.enable()


# The measurement itself


def test_the_measurement_tells_a_square_from_a_line() -> None:
    def square(n: int) -> int:
        return sum(1 for _ in range(n) for _ in range(n))

    assert grows(lambda n: sum(range(n)), 500_000, 1_000_000) <= MOST
    assert grows(square, 600, 1_200) > MOST


# Whole files, loaded and judged

SIZES: Final[Mapping[str, int]] = {
    "links_in_quotes": 4_000,
    "links_in_plain_text": 4_000,
    "links_in_a_block": 4_000,
    "links_to_many": 1_000,
    "bad_links": 2_400,
    "unknown_keys": 3_000,
    "repeated_keys": 6_000,
    "repeated_keys_in_pairs": 4_000,
    "misspelt_keys": 3_000,
    "unknown_related": 8_000,
    "answers": 900,
    "answers_with_ids": 900,
    "comments": 450,
    "topics_of_a_thread": 10_000,
    "redirects": 200,
    "deep_redirect": 40_000,
    "also_asked": 190,
    "silences": 48,
    "trailing_blanks": 20_000,
    "one_line_of_blanks": 400_000,
    "error_in_a_long_line": 400_000,
    "long_key": 200_000,
    "long_id": 400_000,
    "long_wrong_value": 400_000,
    "long_number": 400_000,
    "long_tag": 400_000,
    "wrong_kinds": 2_000,
    "lost_hyphens": 20_000,
    "deep_brackets": 20_000,
    "directives": 20_000,
    "aliases": 10_000,
    "anchors": 5_000,
    "words": 20_000,
    "titles_alike": 190,
    "topics": 280,
    "stages": 280,
    "boards": 90,
    "people": 6_000,
    "featured": 10_000,
    "terms": 900,
    "other_words_of_a_term": 10_000,
    "golden_queries": 2_000,
    "synonyms": 1_200,
    "words_of_a_synonym": 10_000,
    "checks": 280,
    "choices": 10_000,
    "steps": 280,
    "unknown_steps": 280,
    "prerequisites": 10_000,
    "objectives": 10_000,
    "dense_paths": 18,
    "dense_paths_in_order": 18,
    "large_thread_in_a_path": 200,
    "duplicates_in_a_chain": 300,
    "duplicates_in_a_ring": 300,
    "identical_threads": 300,
    "unknown_related_in_a_base": 100,
    "links_of_a_page": 4_000,
    "headings_of_a_page": 10_000,
    "blanks_in_a_heading": 100_000,
    "blanks_before_a_page": 100_000,
}
"""The larger of the two sizes of each case; some are limits of `model/limits.py`, others beyond."""


def test_every_heavy_file_is_measured() -> None:
    assert SIZES.keys() == CASES.keys()


@pytest.mark.parametrize("name", CASES)
def test_checking_takes_linear_time(name: str, tmp_path: Path) -> None:
    def settings(n: int) -> Settings:
        root = write(tmp_path / str(n), {**base(**CASES[name].make(n))})
        return Settings(root, root / "content", root / "content/pages", jobs=1)

    size = SIZES[name]
    assert grows(gather, settings(size // 2), settings(size)) <= MOST


# Texts, rendered

BODIES: Final[Mapping[str, Callable[[int], str]]] = {
    "open brackets": lambda n: "[" * n,
    "links in links": lambda n: "[a](" * (n // 4),
    "runs of backticks": lambda n: "`a``" * (n // 4),
    "emphasis that nothing ends": lambda n: "*a **b " * (n // 7),
    "threads": lambda n: "[[a]] " * (n // 6),
    "rows of a wide table": lambda n: f"|{'a|' * 100}\n|{'-|' * 100}\n" + "|\n" * (n // 100),
    "footnotes": lambda n: "".join(f"[^{k}]: a\n\n" for k in range(n // 10)),
    "definitions": lambda n: "".join(f"[a{k}]: b\n" for k in range(n // 8)) + "[a1]",
    "a list": lambda n: "- a\n" * (n // 4),
    "tags that nothing closes": lambda n: '<a href="x">' * 900 + "a" * n,
    "code that nothing closes": lambda n: "<pre><code>" * 900 + "a" * n,
    "addresses that nothing closes": lambda n: "<div>\n" + '<a href="' * 900 + "a" * n,
    "tags without an end": lambda n: "<div>\n" + '<a href="x" ' * 900 + "a" * n,
    "comments": lambda n: "\n<!--x--> a\n" * 900 + "a" * n,
    "code": lambda n: "```py\nx = 1\n```\n" * (n // 40),
    "headings": lambda n: "# a\n" * (n // 4),
    "web addresses": lambda n: "https://a.b " * (n // 12),
    "dots after an address": lambda n: ("https://" + "." * 1_900 + " ") * (n // 1_900),
    "pictures": lambda n: "![a](b) " * (n // 8),
    "accents on one letter": lambda n: "a" + "\u0301\u0316" * (n // 2),
    "Chinese": lambda n: "\u4e00\u4e8c" * (n // 2),
    "hashes": lambda n: f"# {'#' * n}",
    "blanks": lambda n: f"a{' ' * n}b",
}
"""Texts of about `n` characters that are hard to read."""

TEXT_SIZES: Final = (10_000, 20_000)


def resolve(thread: str) -> markdown.Destination:
    return markdown.Destination(f"../{thread}/", "A title")


READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "render": lambda body: markdown.render(body, resolve, prefix="p_", text_limit=1_000),
    "examine": markdown.examine,
    "make_portable": lambda body: markdown.make_portable(body, resolve, "https://example.org/a/"),
    "contain": lambda body: markdown.contain(body, 3, "p-"),
    "is_nested_too_deep": markdown.is_nested_too_deep,
    "split_words": split_words,
    "render_page": lambda body: markdown.render_page(body, resolve, str, markdown.Manner(), 1_000),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", BODIES)
def test_reading_a_text_takes_linear_time(name: str, reader: str) -> None:
    small, large = (BODIES[name](size) for size in TEXT_SIZES)
    assert grows(READERS[reader], small, large) <= MOST


def test_a_tag_has_at_most_a_hundred_attributes() -> None:
    """The sanitiser compares each with all before it."""
    attributes = [f"a{number}" for number in range(markdown.ATTRIBUTE_LIMIT + 1)]
    for whole in (" ".join(attributes), "\n> ".join(attributes), '="x>y" '.join(attributes)):
        assert markdown.is_nested_too_deep(f"> <div {whole}>x</div>")
    assert not markdown.is_nested_too_deep(f"<div {' '.join(attributes[1:])}>x</div>")
    assert not markdown.is_nested_too_deep(f"1 < 2 {' '.join(attributes)} > 3")


def test_marking_the_words_of_a_glossary_takes_linear_time() -> None:
    def mark(subject: tuple[list[tuple[str, ...]], str]) -> None:
        markdown.FirstUses(subject[0], "w").mark(Markup(subject[1]))  # noqa: S704 - no input

    def subject(n: int) -> tuple[list[tuple[str, ...]], str]:
        words: list[tuple[str, ...]] = [(f"word {k}", f"w{k}") for k in range(n // 10)]
        return words, "".join(f"<em>w{number}x</em> word " for number in range(n))

    assert grows(mark, subject(4_000), subject(8_000)) <= MOST


# What is said of them


def found(n: int) -> list[Finding]:
    """Return many findings in many files."""
    return [Finding(RULES[0], Place(f"{k % 100}.yml", k, 1), f"No. {k}") for k in range(1, n + 1)]


REPORTS: Final[Mapping[str, Callable[[list[Finding]], object]]] = {
    "text": lambda findings: list(report.as_text(findings, lambda _file: ["x " * 200] * 100)),
    "github": lambda findings: list(report.as_github(findings, {"1.yml"})),
    "summary": lambda findings: report.summarise_step(findings, 1, {"1.yml"}),
    "json": lambda findings: report.as_json(findings, 1),
    "junit": lambda findings: report.as_junit(findings, 1),
    "sarif": lambda findings: report.as_sarif(findings, RULES, "1"),
}


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_takes_linear_time(form: str) -> None:
    assert grows(REPORTS[form], found(1_000), found(2_000)) <= MOST


def test_fixing_takes_linear_time(tmp_path: Path) -> None:
    def checked(n: int) -> tuple[str, Gathered]:
        files = base(**CASES["trailing_blanks"].make(n))
        root = write(tmp_path / str(n), {**files})
        settings = Settings(root, root / "content", root / "content/pages", jobs=1)
        return files["content/threads/b/t.yml"], gather(settings, is_short=False)

    def fix(subject: tuple[str, Gathered]) -> None:
        text, fixed = apply_fixes(subject[0], subject[1].findings)
        assert len(fixed) >= 1_000
        assert " \n" not in text

    assert grows(fix, checked(2_000), checked(4_000)) <= MOST
