"""Prose pages are content: sanitised like threads, linked, found, and never anything but prose."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from dangers import find_dangers

from threadbook.load.svg import find_active_content
from threadbook.markdown.headings import make_id

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

TRUSTING: Final = "plugins: [{threadbook: {trusted_pages: true}}]"


def trust(root: Path) -> None:
    config = root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("plugins: [threadbook]", TRUSTING), "utf-8")


def built(root: Path, run: Run, command: str = "threadbook") -> str:
    done = run(command, "build", cwd=root)
    assert done.returncode == 0, done.stderr
    return done.stderr  # type: ignore[no-any-return]


def content_of(page: Path) -> str:
    """Return our part of a page."""
    text = page.read_text("utf-8")
    return text[text.index('<div class="tb tb-prose"') :].split("</article>")[0]


HOSTILE: Final = """\
---
title: '</title><script>alert(1)</script>"><img src=x onerror=alert(2)>'
description: '"><script>alert(3)</script>'
---
# Heading <script>alert(4)</script> <img src=x onerror=alert(5)>

<script>alert(6)</script>

<img src="x.png" alt="x" onerror="alert(7)"> [a](javascript:alert(8)) {{ config.site_name }}

<svg><script>alert(9)</script></svg><iframe src="https://example.net"></iframe>

<form action="https://example.net"><input name="q"></form><style>* { display: none }</style>

## __config

## tb-open-search

## <a href="jav&#x09;ascript:alert(10)">Eleven</a>

[^__search]: A footnote <b onclick="alert(12)">bold</b>.

Text[^__search].
"""


@pytest.mark.parametrize("command", ["threadbook", "mkdocs"])
def test_nothing_hostile_survives(knowledge: Knowledge, run: Run, command: str) -> None:
    root = knowledge({"pages/hostile.md": HOSTILE, "pages/x.png": b"x"})
    built(root, run, command)
    page = root / "site/hostile/index.html"
    whole, ours = page.read_text("utf-8"), content_of(page)
    assert find_dangers(whole, "alert(") == []
    assert "javascript:" not in ours
    assert "{{ config.site_name }}" in ours
    assert 'id="section-__config"' in ours
    assert 'id="section-tb-open-search"' in ours
    assert 'id="fn___search"' in ours
    assert not re.search(r'id="(?:__|tb-)', ours)
    for other in (root / "site").rglob("*.html"):
        assert find_dangers(other.read_text("utf-8"), "alert(") == [], other


@pytest.mark.parametrize(
    ("field", "says"),
    [
        ("template: nope", "There is no field `template` here."),
        ("woven: true", "There is no field `woven` here."),
        ("icon: material/nope", "There is no field `icon` here."),
        ("hide: [header]", "hide"),
        ("title: [a", "never closed"),
        ("title: !!python/name:os.system x", "tag"),
    ],
)
@pytest.mark.parametrize("command", ["threadbook", "mkdocs"])
def test_a_header_that_prose_cannot_have_is_a_finding_at_its_place(
    knowledge: Knowledge, run: Run, field: str, says: str, command: str
) -> None:
    root = knowledge({"pages/odd.md": f"---\n{field}\n---\n# Odd\n\nText.\n"})
    done = run(command, "build", cwd=root)
    assert done.returncode == 1
    assert says in done.stderr
    assert re.search(r"content/pages/odd\.md:[23]:\d+: error\[TB\d+\]", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["threadbook", "mkdocs"])
def test_only_markdown_and_pictures_are_published(
    knowledge: Knowledge, run: Run, command: str
) -> None:
    outside = {
        "pages/assets/javascripts/bundle.min.js": "alert(1)",
        "pages/page.html": "<script>alert(1)</script>",
        "pages/threads-of-old/first/index.html": "<script>alert(1)</script>",
        "pages/CNAME": "example.net",
        "pages/_headers": "/*\n  X: y\n",
        "pages/.well-known/security.txt": "x",
        "pages/a.js": "alert(1)",
        "pages/style.css": "* {}",
        "pages/data.json": "{}",
    }
    root = knowledge({**outside, "pages/images/a.png": b"\x89PNG"})
    said = built(root, run, command)
    assert (root / "site/images/a.png").is_file()
    assert "X: y" not in (root / "site/_headers").read_text("utf-8")
    for name in outside:
        ours = (root / "site" / name.removeprefix("pages/")) if name != "pages/_headers" else None
        assert ours is None or not ours.exists()
        if not name.startswith("pages/."):
            assert f"content/{name}: warning[TB921]" in said


@pytest.mark.parametrize(
    "name",
    [
        "topics.md", "paths/index.md", "threads/first.md", "boards/new/README.md", "index.md",
        "README.md", "search.md", "api.md", "feeds/latest.md", "assets/javascripts/x.png",
        "Library.md", "_shell/_shell.md", "cname.md", "404.html.md/x.md", "threads/first/social.png",
    ],
)  # fmt: skip
def test_a_page_or_picture_takes_no_address_of_the_site(
    knowledge: Knowledge, run: Run, name: str
) -> None:
    root = knowledge({f"pages/{name}": "# Mine\n"})
    check, build = (run("threadbook", command, cwd=root) for command in ("check", "build"))
    if name == "404.html.md/x.md":  # a folder with an odd name, and nothing else
        assert check.returncode == build.returncode == 0
        return
    assert check.returncode == build.returncode == 1
    assert re.search(r"error\[TB(?:216|922)\]", check.stderr), check.stderr


def test_links_pictures_and_headings_lead_where_files_say(knowledge: Knowledge, run: Run) -> None:
    root = knowledge(
        {
            "pages/guide/start.md": "# Start\n\n[About](../about.md#what) ![Offer](../img/o.png) "
            "[[first]] [down](#deeper) [other](https://example.org/x.md) [own](../../topics/)\n\n"
            "## Deeper\n\n## Deeper\n\n## Größe & Maß\n",
            "pages/about.md": "# About\n\n## What\n\n[Start](guide/start.md)\n",
            "pages/img/o.png": b"x",
        }
    )
    built(root, run)
    start = content_of(root / "site/guide/start/index.html")
    assert '<a href="../../about/#what">About</a>' in start
    assert 'src="../../img/o.png"' in start
    assert '<a href="../../threads/first/">What first?</a>' in start
    assert '<a href="#deeper">down</a>' in start
    assert re.findall(r'<h2 id="([^"]*)">', start) == ["deeper", "deeper_1", "groe-ma"]
    assert 'href="https://example.org/x.md"' in start
    assert '<a href="../../topics/">own</a>' in start
    assert '<a href="../guide/start/">Start</a>' in content_of(root / "site/about/index.html")


def test_a_page_is_found_listed_and_in_the_navigation(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"pages/guide/our-rules.md": "Be kind.\n"})
    config = root / "mkdocs.yml"
    nav = (
        "nav:\n  - Us: about.md\n  - Guide: [guide/our-rules.md]\n  - Forum: https://example.org/\n"
    )
    config.write_text(config.read_text("utf-8") + nav, "utf-8")
    built(root, run)
    home = (root / "site/index.html").read_text("utf-8")
    assert re.search(r'href="about/"[^>]*>\s*<span[^>]*>\s*Us', home)
    assert 'href="https://example.org/"' in home
    page = (root / "site/guide/our-rules/index.html").read_text("utf-8")
    assert "<title>Our rules - Small</title>" in page
    assert 'content="Be kind."' in page
    assert "<loc>https://example.org/help/guide/our-rules/</loc>" in (
        root / "site/sitemap.xml"
    ).read_text("utf-8")


def test_a_page_outside_the_navigation_is_still_published(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"pages/hidden.md": "# Hidden\n", "pages/a/b/deep.md": "# Deep\n"})
    config = root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "nav: [about.md]\n", "utf-8")
    built(root, run)
    assert "<h1>Hidden</h1>" in content_of(root / "site/hidden/index.html")
    assert "<h1>Deep</h1>" in content_of(root / "site/a/b/deep/index.html")
    assert "Hidden" not in (root / "site/about/index.html").read_text("utf-8")


@pytest.mark.parametrize("command", ["threadbook", "mkdocs"])
def test_a_publisher_can_trust_the_folder(knowledge: Knowledge, run: Run, command: str) -> None:
    page = "# Trusted\n\n!!! note\n    Mine.\n\n<script>let mine = 1;</script>\n"
    root = knowledge({"pages/trusted.md": page, "pages/CNAME": "example.org"})
    trust(root)
    config = root / "mkdocs.yml"
    config.write_text(config.read_text("utf-8") + "markdown_extensions: [admonition]\n", "utf-8")
    built(root, run, command)
    assert "let mine = 1" in (root / "site/trusted/index.html").read_text("utf-8")
    assert 'class="admonition note"' in (root / "site/trusted/index.html").read_text("utf-8")
    assert (root / "site/CNAME").read_text("utf-8") == "example.org"


def test_a_trusted_page_with_woven_in_its_header_does_not_vanish(
    knowledge: Knowledge, run: Run
) -> None:
    root = knowledge({"pages/odd.md": "---\nwoven: true\n---\n# Odd\n"})
    trust(root)
    built(root, run)
    assert (root / "site/odd/index.html").is_file()


def test_links_out_of_the_folder_are_refused(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"pages/ok.png": b"x"})
    pages = root / "content/pages"
    (root / "secret.png").write_bytes(b"secret")
    (pages / "out.png").symlink_to(root / "secret.png")
    (pages / "loop").symlink_to(pages)
    (pages / "gone.md").symlink_to("nowhere.md")
    (pages / "inside.png").symlink_to("ok.png")
    os.mkfifo(pages / "pipe.md")
    done = run("threadbook", "check", cwd=root)
    assert done.returncode == 1
    for name in ("out.png", "loop", "gone.md"):
        assert f"content/pages/{name}: error[TB005]" in done.stderr
    assert "content/pages/pipe.md: error[TB002]" in done.stderr
    assert "inside.png" not in done.stderr


def test_the_folder_itself_may_not_be_a_link(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({})
    (root / "content/pages").rename(root / "elsewhere")
    (root / "content/pages").symlink_to(root / "elsewhere")
    done = run("threadbook", "check", cwd=root)
    assert done.returncode == 1
    assert "content/pages: error[TB005]" in done.stderr


@pytest.mark.parametrize(
    ("heading", "id_"),
    [
        ("How threads are checked", "how-threads-are-checked"),
        ("C++ & C#", "c-c"),
        ("__config", "section-__config"),
        ("tb-x", "section-tb-x"),
        ("TB lines", "section-tb-lines"),
        ("作業の流れ", "作業の流れ"),
        ("!?", "section"),
    ],
)
def test_headings_have_the_ids_that_links_expect(heading: str, id_: str) -> None:
    assert make_id(heading) == id_


SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'
)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>x</script>", "<SCRIPT>x</SCRIPT>", '<g onload="x"/>', '<g oNclick="x"/>',
        '<a href="javascript:x"/>', '<use xlink:href="https://example.net/#a"/>',
        '<image href="http://example.net/a.png"/>', "<foreignObject/>", "<animate/>", "<set/>",
        '<image href="data:image/svg+xml,x"/>', '<g style="fill:url(//example.net/a)"/>',
        "<style>@import 'x'</style>", "<style>a{fill:u\\72l(x)}</style>", "<handler/>",
        '<g fill="url( https://example.net)"/>', '<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>',
        '<iframe src="x"/>', "<?xml-stylesheet href='x'?>", "<discard/>", '<style>a{b:url("x")}</style>',
        '<x:y xmlns:x="https://example.net/inkscape"><script/></x:y>',
    ],
)  # fmt: skip
def test_an_svg_that_could_run_or_load_something_is_refused(inside: str) -> None:
    assert find_active_content(SVG.format(inside).encode())


@pytest.mark.parametrize(
    "inside",
    [
        "", "<title>Offer</title><path d='M0 0'/>", '<g style="fill:url(#a)"/>',
        '<image href="data:image/png;base64,aaaa"/>', '<use xlink:href="#a"/>',
        '<i:n xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:path="C:\\a.svg"/>',
        "<style>.a { fill: red }</style>", "<text>Say the address</text>",
    ],
)  # fmt: skip
def test_an_svg_that_only_draws_is_taken(inside: str) -> None:
    assert find_active_content(SVG.format(inside).encode()) == ""


@pytest.mark.parametrize(
    "svg",
    [
        b"",
        b"<svg",
        b"\xff\xfe",
        b'<!DOCTYPE s [<!ENTITY a "b">]><svg/>',
        b"<html/>",
        b"<svg>&a;</svg>",
    ],
)
def test_what_is_no_svg_is_refused(svg: bytes) -> None:
    assert find_active_content(svg)
