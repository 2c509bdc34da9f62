"""Pictures of other hosts: nobody but the site learns who reads a page, unless the site allows it."""

from __future__ import annotations

import re
from typing import Final

import pytest

from threadbook.markdown import Manner, examine, find_host, may_be_shown, to_html

FOREIGN: Final = {
    "Markdown": "![seen](https://spy.example/p.png)",
    "a reference": "![seen][p]\n\n[p]: https://spy.example/p.png",
    "inside a link": "[![seen](https://spy.example/p.png)](https://example.org/)",
    "in a heading": "# ![seen](https://spy.example/p.png)",
    "in a table": "| a |\n|--:|\n| ![seen](https://spy.example/p.png) |",
    "in a quote": "> ![seen](https://spy.example/p.png)",
    "raw": "<img src=https://spy.example/p.png alt=seen>",
    "raw, in capitals": "<IMG SRC='HTTPS://spy.example/p.png' ALT='seen'>",
    "written in entities": "<img alt=seen src='&#104;ttps&colon;//spy.example/p.png'>",
    "with a tab in the scheme": "<img alt=seen src='ht\ttps://spy.example/p.png'>",
    "after a control character": "<img alt=seen src='\x01https://spy.example/p.png'>",
    "inside a raw link": "<a href='/x'><b><img alt=seen src=https://spy.example/p.png></b></a>",
    "in a summary": "<details><summary><img alt=seen src=https://spy.example/p></summary></details>",
}
"""Pictures that come by https, in every spelling; `seen` is what they show."""

NEVER: Final = {
    "http": "![seen](http://spy.example/p.png)",
    "protocol-relative": "![seen](//spy.example/p.png)",
    "with a backslash": "<img alt=seen src='/\\spy.example/p.png'>",
    "with two backslashes": "<img alt=seen src='\\\\spy.example\\p.png'>",
    "with a line break": "<img alt=seen src='/\n/spy.example/p.png'>",
    "a malformed host": "<img alt=seen src='https://[spy/p.png'>",
    "no host": "<img alt=seen src='https:p.png'>",
    "data": "![seen](data:image/png;base64,AA==)",
    "another scheme": "![seen](ftp://spy.example/p.png)",
    "srcset": "<img alt=seen srcset='https://spy.example/p.png 2x'>",
    "a source": "<picture><source srcset=https://spy.example/p><img alt=seen></picture>",
    "a style": "<p style='background: url(https://spy.example/p)'>seen</p>",
    "a style sheet": "seen <style>*{background:url(https://spy.example/p)}</style>",
    "a background": "<table background=https://spy.example/p><tr><td>seen</table>",
    "a film": "seen <video poster=https://spy.example/p src=https://spy.example/v></video>",
    "SVG": "seen <svg><image href=https://spy.example/p></image></svg>",
    "an input": "seen <input type=image src=https://spy.example/p>",
    "a lazy picture": "<img alt=seen data-src=https://spy.example/p>",
}
OWN: Final = ["p.png", "../../p.png", "/help/p.png", "./a:b.png", "p.png?x=//y", "p%20q.png#z"]

_LOADED: Final = re.compile(r'<img[^>]* src="([^"]*)"')


def html(body: str, *, remote: bool) -> str:
    return to_html(body, lambda _: None, prefix="a1_", manner=Manner(remote=remote))


@pytest.mark.parametrize("body", [*FOREIGN.values(), *NEVER.values()], ids=[*FOREIGN, *NEVER])
def test_no_picture_of_another_host_is_loaded(body: str) -> None:
    markup = html(body, remote=False)
    assert _LOADED.findall(markup) == []
    assert "srcset" not in markup
    assert "seen" in markup  # its words are there


@pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
def test_there_is_a_link_to_it_instead(body: str) -> None:
    markup = html(body, remote=False)
    links = re.findall(r"<a [^>]*>", markup)
    assert len(links) == 1
    assert markup.count("</a>") == 1


@pytest.mark.parametrize("body", FOREIGN.values(), ids=FOREIGN)
def test_a_site_can_allow_those_that_come_by_https(body: str) -> None:
    assert len(_LOADED.findall(html(body, remote=True))) == 1


@pytest.mark.parametrize("body", NEVER.values(), ids=NEVER)
def test_no_setting_allows_the_others(body: str) -> None:
    assert _LOADED.findall(html(body, remote=True)) == []


@pytest.mark.parametrize("address", OWN)
def test_the_site_s_own_are_loaded(address: str) -> None:
    assert find_host(address) is None
    assert may_be_shown(address, remote=False)
    assert len(_LOADED.findall(html(f"![x](<{address}>)", remote=False))) == 1


def test_the_checker_sees_the_address_that_a_browser_would_load() -> None:
    bodies = [FOREIGN["raw"], FOREIGN["written in entities"], FOREIGN["inside a link"]]
    hosts = [find_host(image.url) for body in bodies for image in examine(body).images]
    assert hosts == ["https://spy.example"] * 3
