"""Pictures that tests write: good ones of every format, and hostile ones."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image


def draw(format_: str, width: int = 4, height: int = 3, **options: object) -> bytes:
    """Draw a small picture in a format of Pillow's."""
    file = BytesIO()
    Image.new("RGB", (width, height), "green").save(file, format_, **options)
    return file.getvalue()


def claim_png(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is as large as this."""
    header = b"IHDR" + struct.pack(">LLBBBBB", width, height, 8, 6, 0, 0, 0)
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">L", len(each) - 4) + each + struct.pack(">L", zlib.crc32(each))
        for each in (header, data, b"IEND")
    )


def svg(inside: str = "", attributes: str = 'width="4" height="3"') -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


_XLINK: Final = 'xmlns:xlink="http://www.w3.org/1999/xlink" width="4" height="3"'
_SHAPES: Final = "".join(
    f'<g id="g{level}">' + f'<use href="#g{level - 1}"/>' * 10 + "</g>" for level in range(1, 9)
)
_HTML: Final = 'xmlns="http://www.w3.org/1999/xhtml"'

ACTIVE: Final = {
    "a script": svg("<script>alert(1)</script>"),
    "a script in capitals": svg("<SCRIPT>alert(1)</SCRIPT>"),
    "a script of another prefix": svg(
        "<s:script>alert(1)</s:script>",
        'width="4" height="3" xmlns:s="http://www.w3.org/2000/svg"',
    ),
    "a script of HTML": svg(f"<script {_HTML}>alert(1)</script>"),
    "a script by address": svg('<script href="https://spy.example/x.js"/>'),
    "a script in a drawing tool's part": svg(
        f'<i:x xmlns:i="http://inkscape.org"><script {_HTML}>alert(1)</script></i:x>'
    ),
    "a handler": svg('<path d="M0 0" onload="alert(1)"/>'),
    "a handler in capitals": svg('<path d="M0 0" ONCLICK="alert(1)"/>'),
    "a handler of the root": svg("", 'width="4" height="3" onload="alert(1)"'),
    "a handler with a namespace": svg(
        '<path x:onload="alert(1)"/>', 'width="4" height="3" xmlns:x="http://www.w3.org/2000/svg"'
    ),
    "foreign HTML": svg(f"<foreignObject><body {_HTML}><p>x</p></body></foreignObject>"),
    "a frame": svg(f'<foreignObject><iframe {_HTML} src="https://spy.example"/></foreignObject>'),
    "a link": svg('<a href="https://spy.example"><text>x</text></a>'),
    "a link that runs": svg('<a xlink:href="javascript:alert(1)"><text>x</text></a>', _XLINK),
    "a link in entities": svg('<a href="&#106;avascript:alert(1)"><text>x</text></a>'),
    "an animated link": svg('<set attributeName="href" to="javascript:alert(1)"/>'),
    "an animation": svg('<animate attributeName="onload" values="alert(1)"/>'),
    "a picture of another host": svg('<image href="https://spy.example/x.png"/>'),
    "the same with a prefix": svg('<image xlink:href="//spy.example/x.png"/>', _XLINK),
    "a picture from the site": svg('<image href="/robots.txt"/>'),
    "an SVG in an address": svg('<image href="data:image/svg+xml;base64,AA=="/>'),
    "a page in an address": svg('<image href="data:text/html,&lt;script&gt;"/>'),
    "shapes of another file": svg('<use href="other.svg#a"/>'),
    "shapes of another host": svg('<use xlink:href="https://spy.example/a.svg#a"/>', _XLINK),
    "a filter that loads": svg('<filter><feImage href="https://spy.example/x.png"/></filter>'),
    "a colour by address": svg('<path fill="url(https://spy.example/x)"/>'),
    "the same in quotes": svg("<path fill=\"url( 'https://spy.example/x')\"/>"),
    "a style that loads": svg("<style>@import 'https://spy.example/x.css';</style>"),
    "a style in capitals": svg("<style>@IMPORT url(//spy.example)</style>"),
    "a style that escapes": svg("<style>@\\69mport '//spy.example'</style>"),
    "a style in CDATA": svg("<style><![CDATA[*{fill:url(//spy.example)}]]></style>"),
    "a style cut by a comment": svg("<style>*{fill:ur<!-- -->l(//spy.example)}</style>"),
    "a style attribute": svg('<path style="fill:url(//spy.example)"/>'),
    "a style sheet": b'<?xml-stylesheet href="//spy.example/x.css"?>' + svg(),
    "an entity": b'<!DOCTYPE svg [<!ENTITY x "<script/>">]>' + svg("&x;"),
    "an entity of a file": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"),
    "a billion entities": b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    + svg("&b;"),
    "a billion shapes": svg('<path id="g0" d="M0 0h1"/>' + _SHAPES + '<use href="#g8"/>'),
    "a film": svg(f'<video {_HTML} src="https://spy.example/x.mp4"/>'),
    "another encoding": svg("<script>alert(1)</script>").decode().encode("utf-16"),
    "a sound": svg('<audio href="https://spy.example/x.mp3"/>'),
    "an embedded page": svg(f'<embed {_HTML} src="https://spy.example"/>'),
    "a handler of an event": svg('<handler type="text/javascript">alert(1)</handler>'),
    "an object": svg(f'<object {_HTML} data="https://spy.example"/>'),
}
"""SVGs that run, load or freeze something, in every spelling."""

DRAWN: Final = {
    "shapes": svg('<path id="a" d="M0 0h9"/><use href="#a"/><use href="#a"/>'),
    "a gradient": svg('<linearGradient id="g"/><path fill="url(#g)"/>'),
    "a picture inside": svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    "words": svg("<title>An offer</title><text>Offer</text>"),
    "a style": svg("<style>.a{fill:#123;stroke:url(#g)}</style>"),
    "a declaration": b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by hand -->' + svg(),
    "a DOCTYPE": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/x.dtd">'
    + svg(),
    "notes of a drawing tool": svg(
        '<i:view xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:zoom="1"/>'
    ),
}
"""SVGs that draw, and nothing else."""
