"""Markdown: what it can do, and what nobody can make it do."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from threadbook.markdown import Destination, examine, is_nested_too_deep, plain_text, to_html
from threadbook.markdown import html as rendering


def resolve(target: str) -> Destination | None:
    return Destination(f"../{target}/", "A <title>") if target == "known" else None


def html(body: str) -> str:
    return str(to_html(body, resolve, prefix="a1_"))


def test_links_between_threads() -> None:
    assert html("[[known]]") == '<p><a href="../known/">A &lt;title&gt;</a></p>\n'
    assert html("[[known|so]]") == '<p><a href="../known/">so</a></p>\n'
    assert html("[so](thread:known)") == '<p><a href="../known/">so</a></p>\n'
    assert html("[so](thread:gone) [[gone]]") == "<p><span>so</span> <span>gone</span></p>\n"
    assert html("`[[known]]`") == "<p><code>[[known]]</code></p>\n"


def test_links_are_found_with_their_place_in_characters() -> None:
    found = examine("ü [[a]] `[[no]]` [x](thread:b)\n\n    [[code]]\n").links
    assert [(link.thread, link.start) for link in found] == [("a", 2), ("b", 17)]


@pytest.mark.parametrize(
    ("body", "part"),
    [
        ("~~gone~~", "<del>gone</del>"),
        ("- [x] done", '<li><span class="tb-task">☑</span>\ndone</li>'),
        ("- [ ] open", '<span class="tb-task">☐</span>'),
        ("|a|\n|-|\n|b|", '<div class="tb-scroll" tabindex="0"><table>'),
        ("a[^1]\n\n[^1]: b", '<a href="#a1_1">1</a>'),
        ("a[^1]\n\n[^1]: b", 'id="a1_1"'),
        ("> [!WARNING]\n> a", '<blockquote class="tb-alert tb-alert--warning">'),
        ("see https://e.org/a_(b).", ">https://e.org/a_(b)</a>.</p>"),
        ("https://e.org", '<a rel="nofollow ugc noopener" href="https://e.org">'),
        ("# One\n## Two", '<h3 id="a1_one">One</h3>\n<h4 id="a1_two">Two</h4>'),
        ("###### Six", '<h6 id="a1_six">Six</h6>'),
        ("```python\nx = 1\n```", '<span class="n">x</span>'),
        ("```unknown\n<b>\n```", "<code>&lt;b&gt;\n</code>"),
        ("![alt](x.png)", '<img src="x.png" alt="alt" loading="lazy">'),
        ("`https://e.org`", "<code>https://e.org</code>"),
        ("<kbd>Ctrl</kbd>", "<kbd>Ctrl</kbd>"),
    ],
)
def test_it_speaks_commonmark_with_githubs_extensions(body: str, part: str) -> None:
    assert part in html(body)


def test_plain_text_is_the_beginning_in_whole_words() -> None:
    assert plain_text("A **bold** [link](x), [[sign-late]].", 100) == "A bold link, sign late."
    assert plain_text("one two three four", 12) == "one two …"


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.org/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=xss>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](y)',
    '[x](http://a "q\\" onmouseover=\\"alert(1)")',
    '[x](http://a "q>onmouseover=alert(1) http://x")',
    '<img alt="a>http://x/onerror=alert(1)//" src=q>',
    '<img title="<table>" src=q>',
    '<a title="><pre><code class=&quot;language-py&quot;>" href=x>y</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe src=//x></iframe><object data=x></object><embed src=x>",
    "<form action=//x><input type=text name=q autofocus onfocus=alert(1)><button>go</button></form>",
    "<style>*{display:none}</style><link rel=stylesheet href=//x><meta http-equiv=refresh content=0>",
    "<base href=//evil.org/>",
    "<template><script>alert(1)</script></template>",
    '<p style="position:fixed;inset:0;background:url(javascript:alert(1))">x</p>',
    '<td style="text-align:right;position:fixed">x</td>',
    '<div class="md-overlay tb-options" id="__drawer" data-tb-action="print">x</div>',
    '<span class="md-search">x</span>',
    "<details open ontoggle=alert(1)>x</details>",
    "<xss id=x tabindex=1 onfocus=alert(1)></xss>",
    '<a href="thread:known" onclick="alert(1)">x</a>',
    "[[known|<img src=x onerror=alert(1)>]]",
    '```python"><script>alert(1)</script>\nx\n```',
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a\x00href='javascript:alert(1)'>x</a>",
    'https://x.org/"onmouseover="alert(1)',
    "https://x.org/<script>alert(1)</script>",
    "| a |\n|--|\n| <img src=x onerror=alert(1)> |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
]
CLASSES = rendering._CLASSES


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_in_a_body_can_run_or_pretend(vector: str) -> None:
    reader = Reader()
    reader.feed(html(vector))
    assert reader.tags <= rendering._TAGS
    for tag, name, value in reader.attributes:
        assert not name.startswith("on")
        assert name in {"href", "title", "src", "alt", "class", "id", "rel"} | {
            "loading",
            "tabindex",
            "open",
            "colspan",
            "width",
            "height",
        }
        if name in {"href", "src"}:
            scheme = value.split(":")[0].lower() if ":" in value.split("/")[0] else ""
            assert scheme in {"", "http", "https", "mailto"}
        if name == "class":
            assert set(value.split()) <= CLASSES or (tag == "span" and len(value) <= 3)
        if name == "id":
            assert value.startswith("a1_")


@pytest.mark.parametrize(
    "hostile",
    [">" * 900_000, "<div>" * 180_000, "<b><i>" * 100_000, "*a **b " * 9_000 + "b** a* " * 9_000],
)
def test_what_would_stall_the_sanitiser_is_told(hostile: str) -> None:
    assert is_nested_too_deep(hostile)


@pytest.mark.parametrize(
    "hostile",
    ["[" * 300_000, "[[" * 150_000, "<a " * 100_000, "- " * 200_000, "http://a.b/" + ")" * 90_000]
    + ["[a](thread:known)" * 20_000, "|a" * 1000 + "\n" + "|-" * 1000 + "\n" + "|\n" * 10_000]
    + ["```html\n" + "<a " * 3_300 + "\n```", "```python\n" + "'" * 9_900 + "\n```"],
)
def test_long_hostile_bodies_come_to_an_end(hostile: str) -> None:
    assert not is_nested_too_deep(hostile)
    assert isinstance(html(hostile), str)
    assert isinstance(plain_text(hostile, 200), str)
