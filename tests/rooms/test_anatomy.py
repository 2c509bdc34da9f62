"""What a body is made of is the same whether it was parsed or passed by."""

from __future__ import annotations

import pytest
from attack import rounds
from hypothesis import example, given, settings
from hypothesis import strategies as st

from threadbook.markdown import Anatomy, anatomy, examine

SCRAPS = st.sampled_from(
    "a b Yes. \n - * + 1. > # ` ~ [ ] ( ) ! < > _ ** | : & \\ \t é 中 \u00a0 \r = == -- --- === "
    "``` ~~~ [[a]] [a](b) ![a](b) <a@b.c> <b> http://a.b www.a.b a@b.c [^1] [^1]:".split(" ")
) | st.sampled_from(["  ", "    ", "\n\n", "\n-\n", "\n=\n", "\n- ", "\n    ", "&amp;", "$x$"])
BODIES = st.lists(SCRAPS, max_size=25).map("".join)


@settings(deadline=None, max_examples=rounds(1_000))
@given(BODIES)
@example("a\n-")
@example("a\n=")
@example("    a")
@example("> ~~~\n> a")
def test_a_body_that_is_not_parsed_has_no_parts(body: str) -> None:
    assert examine(body) == anatomy._Examiner(body).examine()


@settings(deadline=None, max_examples=rounds(1_000))
@given(BODIES)
def test_events_are_read_as_patterns_would_read_them(body: str) -> None:
    assert examine(body) == by_patterns(body)


def by_patterns(body: str) -> Anatomy:
    """Walk through the parser's events in the plainest way."""
    found = anatomy._Examiner(body)
    for event, span in anatomy.PARSER.events_with_range(body):
        start, end = found.place(span["start"]), found.place(span["end"])
        match event:
            case {"Text": str(text)}:
                found._add_text(text)
            case {"Code": str(text)}:
                found.code.append((start, end))
                found._add_text(text)
            case {"Start": {"Link": link} | {"Image": link}}:
                found.open.append((link, []))
            case {"End": "Link"}:
                found._close_link(span)
            case {"End": "Image"}:
                image, words = found.open.pop()
                found.images.append(
                    anatomy.Image("".join(words).strip(), start, image["dest_url"], end)
                )
                found._add_text("".join(words))
            case {"Start": {"Heading": {"level": str(level)}}}:
                found.headings.append(anatomy.Heading(int(level[1:]), start))
            case {"Start": {"CodeBlock": kind}}:
                found.code.append((start, end))
                match kind:
                    case {"Fenced": str(language)} if language:
                        found.fences.append((language, start))
            case {"InlineHtml": str(source)}:
                found._find_tags([(span["start"], source)])
            case {"Html": str(source)}:
                found.block.append((span["start"], source))
            case {"End": "HtmlBlock"}:
                found._find_tags(found.block)
                found.block = []
            case _:
                pass
    links = sorted(found.links, key=lambda link: link.start)
    return Anatomy(
        tuple(links),
        tuple(found.images),
        tuple(found.headings),
        tuple(found.code),
        tuple(found.tags),
        tuple(found.fences),
    )


@pytest.mark.parametrize("each", anatomy._TRIGGERS)
def test_every_trigger_is_needed(each: str) -> None:
    bodies = ["[a](b)", "<a@b.c>", "`a`", "# a", "~~~\na", "\ta", "    a"]
    kept = [other for other in anatomy._TRIGGERS if other != each]
    missed = [body for body in bodies if not any(other in body for other in kept)]
    assert any(anatomy._Examiner(body).examine() != Anatomy() for body in missed)


@pytest.mark.parametrize(
    "body", ["a\n-", "a\n- \n", "a\n =\n", "> a\n> ===", "- a\n  -\n", "a\r=\rb"]
)
def test_an_underlined_heading_is_found(body: str) -> None:
    assert len(examine(body).headings) == 1
