"""HTML that is removed, and Markdown of other programs: found at its place, and mended if safe."""

from __future__ import annotations

import datetime
import re
from typing import Final

import pytest

from threadbook.check import check_prose, check_thread
from threadbook.check.foreign import _ELEMENTS
from threadbook.check.rule import Circumstances
from threadbook.edit.fix import apply_fixes
from threadbook.findings import Finding
from threadbook.load.file import ProseFile
from threadbook.load.files import is_readable, make_thread
from threadbook.load.prose import make_prose
from threadbook.load.sources import FileKind, SourceFile
from threadbook.markdown import examine, find_removed, to_html

CIRCUMSTANCES = Circumstances(datetime.date(2026, 11, 26))
STANDARD: Final = (
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins "
    "kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead "
    "tr u ul var"
).split()
ELEMENTS: Final = sorted({*_ELEMENTS, *STANDARD})


def prose(body: str) -> ProseFile:
    source = SourceFile(FileKind.PROSE, "", "about.md", "about.md", "", len(body), 0)
    file, findings = make_prose(source, body)
    assert file is not None, findings
    return file


def found(body: str) -> list[Finding]:
    return [each for each in check_prose(prose(body), CIRCUMSTANCES) if each.rule.id > "TB239"]


def rules(body: str) -> list[str]:
    return [each.rule.id for each in found(body) if each.rule.id < "TB250"]


def mend(body: str) -> str:
    """Apply fixes as `threadbook fix` does, until there are no more."""
    for _ in range(5):
        after, done = apply_fixes(body, found(body))
        if not done:
            break
        body = after
    return body


def render(body: str) -> str:
    return to_html(body, lambda _: None, prefix="a1_")


# HTML

PLACES: Final = {
    "in a line": "a {} b",
    "in a block": "a\n\n{}\n\nb",
    "in a quote": "> {}",
    "in a list": "- a\n\n  {}",
    "in a table": "| a |\n|---|\n| {} |",
    "in a link": "[{}](../b/)",
    "in emphasis": "**{}**",
    "in a heading": "# {}",
    "in a footnote": "a[^1]\n\n[^1]: {}",
    "after a comment": "<!-- c --> {}",
    "in details": "<details><summary>{}</summary></details>",
}


@pytest.mark.parametrize("element", ELEMENTS)
def test_a_tag_is_found_exactly_if_the_sanitiser_removes_it(element: str) -> None:
    """The sanitiser itself is asked, about every element that HTML has or had."""
    written = "h" if re.fullmatch("h[1-6]", element) else element  # below the page's own
    kept = f"<{written}" in render(f"a\n\n<div><{element}>b</{element}></div>")
    if element in {"caption", "tbody", "td", "tfoot", "th", "thead", "tr"}:
        inside = render(f"<table><{element}>b</{element}></table>")
        kept = f"<{element}" in inside
    tags = [tag for tag in examine(f"a <{element}>b</{element}>").tags if tag.name == element]
    assert len(tags) == 1
    assert bool(find_removed(tags[0])) != kept


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "tag",
    [
        '<video src="a.mp4"></video>',
        "<iframe src=https://example.org></iframe>",
        "<IFRAME SRC='x'></IFRAME>",
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        '<font color="red">x</font>',
        "<center>x</center>",
        "<svg><path/></svg>",
        "<your-name>",
        "<object data=x>",
        "<input>",
        '<span style="color: red">x</span>',
        '<b onclick="x()">x</b>',
        "<video/>",
        "<video src='>'>",
    ],
)
def test_what_is_removed_is_found_wherever_it_is(place: str, tag: str) -> None:
    body = PLACES[place].format(tag)
    assert "TB240" in rules(body)
    place_of = next(each.place for each in found(body) if each.rule.id == "TB240")
    line = body.split("\n")[place_of.line - 1]
    assert line[place_of.column - 1 :].startswith(tag.partition(" ")[0].partition(">")[0])


def test_a_tag_over_several_lines_is_found() -> None:
    for body in (
        "a <video\n  src=x>",
        "<video\n  src=x></video>",
        "> <div\n> style=x>\n> </div>",
    ):
        assert rules(body) == ["TB240"]


@pytest.mark.parametrize(
    "body",
    [
        "`<video>`",
        "``` html\n<iframe src=x></iframe>\n```",
        "~~~\n<script>\n~~~",
        "    <script>",
        r"\<video>",
        "&lt;video&gt;",
        "<!-- <video> -->",
        "<!--\n<script>\n-->",
        "a < b and b > c",
        "1 <2 and 3> 4",
        "<https://example.org>",
        "<me@example.org>",
        "<details open><summary>a</summary>b</details>",
        "<kbd>Ctrl</kbd> <sup>2</sup> <br> <br/> <mark>x</mark>",
        '<a href="https://example.org" title="x">x</a>',
        '<td align="left">x</td>'.replace(' align="left"', ' colspan="2"'),
        "[a](<b c>)",
        "<div>\n\n`<video>`\n\n</div>",
    ],
)
def test_what_is_kept_or_is_code_is_not_found(body: str) -> None:
    assert rules(body) == []


def test_what_was_meant_to_be_read_is_mended() -> None:
    assert mend("Write <your-name> here") == "Write \\<your-name> here"
    assert "&lt;your-name&gt;" in render("Write \\<your-name> here")
    assert mend("Watch <video>") == "Watch <video>"  # nobody knows what would do


# Notes


def in_thread(body: str) -> tuple[str, list[str]]:
    """Put a body into a thread, in a literal block; return it mended, and what was found."""
    lines = "".join(f"      {line}\n" if line else "\n" for line in body.split("\n"))
    text = f"title: When am I paid?\ntopics: [a]\nanswers:\n  - id: a1\n    body: |\n{lines}"
    rules: list[str] = []
    for _ in range(5):
        source = SourceFile(FileKind.THREAD, "", "x.yml", "x", "new", len(text), 0)
        file, _ = make_thread(source, text)
        assert file is not None
        findings = list(check_thread(file, CIRCUMSTANCES))
        rules += [each.rule.id for each in findings]
        text, done = apply_fixes(text, findings, lambda new: is_readable(new, FileKind.THREAD))
        if not done:
            break
    file, _ = make_thread(source, text)
    assert file is not None
    return file.model.answers[0].body.rstrip("\n"), rules


MENDED: Final = {
    "a note": ("!!! note\n    a", "> [!NOTE]\n> a"),
    "a title": ('!!! tip "Do it"\n    a\n\n    - b', "> [!TIP]\n> **Do it**\n>\n> a\n>\n> - b"),
    "no title": ('!!! warning ""\n    a', "> [!WARNING]\n> a"),
    "a kind of its own": ("!!! danger\n    a", "> [!CAUTION]\n> a"),
    "text around it": ("x\n\n!!! info\n    a\n\ny", "x\n\n> [!NOTE]\n> a\n\ny"),
    "text right after it": ("!!! note\n    a\nb", "> [!NOTE]\n> a\n\nb"),
    "a quote right before it": ("> x\n!!! note\n    a", "> x\n\n> [!NOTE]\n> a"),
    "notes in a row": (
        "!!! note\n    a\n!!! tip\n    b\nc",
        "> [!NOTE]\n> a\n\n> [!TIP]\n> b\n\nc",
    ),
    "text after what folds": (
        "??? note\n    a\n**b**",
        "<details><summary>Note</summary>\n\na\n\n</details>\n\n**b**",
    ),
    "a note in what folds": (
        "??? note\n    !!! tip\n        a",
        "<details><summary>Note</summary>\n\n> [!TIP]\n> a\n\n</details>",
    ),
    "a note in a tab": ('=== "A"\n\n    !!! tip\n        a', "**A**\n\n> [!TIP]\n> a"),
    "text after a tab": ('x\n=== "A"\n    a\nb', "x\n\n**A**\n\na\n\nb"),
    "code in it": ("!!! note\n    ```\n    x\n    ```", "> [!NOTE]\n> ```\n> x\n> ```"),
    "what folds": (
        '??? question "Why <b>?"\n    a',
        "<details><summary>Why &lt;b&gt;?</summary>\n\na\n\n</details>",
    ),
    "what is open": (
        "???+ note\n    a",
        "<details open><summary>Note</summary>\n\na\n\n</details>",
    ),
    "tabs": (
        '=== "Phone"\n\n    a\n\n=== "Desk"\n\n    ```\n    b\n    ```',
        "**Phone**\n\na\n\n**Desk**\n\n```\nb\n```",
    ),
    "keys": ("Press ++ctrl+alt+k++.", "Press <kbd>Ctrl</kbd>+<kbd>Alt</kbd>+<kbd>K</kbd>."),
    "attributes": ("[a](../b/){ .md-button }", "[a](../b/)"),
}


@pytest.mark.parametrize("name", MENDED)
def test_it_is_mended_in_prose(name: str) -> None:
    before, after = MENDED[name]
    assert mend(before) == after
    assert rules(after) == []


@pytest.mark.parametrize("name", MENDED)
def test_it_is_mended_in_a_thread(name: str) -> None:
    before, after = MENDED[name]
    assert in_thread(before)[0] == after


def test_a_note_in_a_note_is_found_and_left_to_people() -> None:
    for body in ("!!! note\n    a\n\n    !!! tip\n        b", '!!! note\n    === "A"\n\n        b'):
        assert rules(body) == ["TB241"]
        assert mend(body) == body


def test_a_mended_note_is_shown_as_a_note() -> None:
    html = render(mend('!!! warning "Look"\n    Do not.\n\n    - a\n'))
    assert "tb-alert--warning" in html
    assert "<strong>Look</strong>" in html
    assert "<li>a</li>" in html


@pytest.mark.parametrize(
    "body",
    [
        "Really!!! note that",
        "What??? note",
        "!!! do not send money",
        "!!! do not send money\n\nNever.",
        '=== "done"\n\nNext.',
        "!!!",
        "a\n===",
        'a\n=== "x',
        "`!!! note`",
        "```\n!!! note\n    a\n```",
        "    !!! note\n        a",
        "=== a ===",
    ],
)
def test_marks_that_are_text_are_not_found(body: str) -> None:
    assert rules(body) == []


def test_thousands_of_notes_take_no_square_of_the_time() -> None:
    assert len(found("!!! note\n    a\n" * 20_000)) == 20_000
    assert found("!!! note\n" * 20_000) == []


# Formulas, attributes, keys, icons


@pytest.mark.parametrize(
    "body",
    [
        "$x$", "It is $x^2$.", "$$\nE = mc^2\n$$", "$a_1 + b$", r"$\alpha$", "$n = 3$",
        r"($\frac{1}{2}$)", "$x < y$",
    ],
)  # fmt: skip
def test_a_formula_is_found(body: str) -> None:
    assert rules(body) == ["TB243"]


@pytest.mark.parametrize(
    "body",
    [
        "$5 and $10", "Between $5-$10.", "US$ 5 to US$ 7", "$1,000/$2,000", "It costs $5.", "$$$",
        "`$x$`", "```\n$x^2$\n```", "$HOME/bin:$PATH", "$PATH", "from $A to $B", "A$AP and Ke$ha",
        "$5 (or $6) a = b", "pay $20, not $30 = more", r"\$x\$", "$Id$", "$ x $", "earn $3k–$5k",
        "10$ or 20$", "$4.50 + $1.20 = $5.70",
    ],
)  # fmt: skip
def test_prices_and_variables_are_no_formulas(body: str) -> None:
    assert rules(body) == []


@pytest.mark.parametrize(
    "body",
    [
        "[a](../b/){ .c }", "[a](../b/){: .c }", "[a](../b/){.c .d}", "![a](image:b.png){ width=300 }",
        "# A { #own }", "text\n{ .c }", "**a**{ .c }", '[a](../b/){ title="x y" }',
    ],
)  # fmt: skip
def test_attributes_are_found(body: str) -> None:
    assert rules(body) == ["TB244"]


@pytest.mark.parametrize(
    "body",
    [
        "{title}", "{ title }", "a {b} c", "`{ .c }`", "{x=1} in text", "{{ x }}", "{.5}", "{# a #}",
        "a { color: red }", "set {a, b}", "{}", "f(x){ return 1 }",
    ],
)  # fmt: skip
def test_other_braces_are_not_found(body: str) -> None:
    assert rules(body) == []


@pytest.mark.parametrize(
    "body",
    ["C++ and C++", "i++", "++", "a++b++c", "`++ctrl++`", "+++", "2 ++ 3 ++ 4", "g++ or c++."],
)
def test_other_plus_signs_are_not_found(body: str) -> None:
    assert rules(body) == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        (":material-account-circle:", "TB246"),
        (":fontawesome-brands-github:{ .c } x", "TB246"),
        (":octicons-heart-16:", "TB246"),
        ('--8<-- "a.md"', "TB247"),
        ("```mermaid\na\n```", "TB248"),
        ("~~~ mermaid\na\n~~~", "TB248"),
        ("``` { .mermaid }\na\n```", "TB248"),
        ("```plantuml\na\n```", "TB248"),
    ],
)
def test_the_others_are_found(body: str, rule: str) -> None:
    assert rule in rules(body)


@pytest.mark.parametrize(
    "body",
    [
        "10:30:15", ":smile:", "a:material-b", "`:material-check:`", "cut here -8<-", "```\nmermaid\n```",
        "```text\ngraph\n```", "`--8<--`",
    ],
)  # fmt: skip
def test_what_looks_like_them_is_not_found(body: str) -> None:
    assert rules(body) == []


def test_each_message_says_what_to_do() -> None:
    bodies = [before for before, _ in MENDED.values()]
    for each in found(
        "\n\n".join([*bodies, "$x$", ":material-a:", "<video>", "```mermaid\na\n```"])
    ):
        assert each.hint, each
        assert re.match(r"[A-Z`]", each.message), each.message
