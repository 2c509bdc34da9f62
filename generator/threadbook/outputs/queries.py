"""Old addresses with a query, such as `viewtopic.php?t=42`: a page for each path, and lists.

A static host serves one file for all queries of a path. So that file has a script, which looks for
the query in a list and goes to the thread. Without the script it is a page with a search form.
`theme/assets/old-addresses.js` is the other half.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import unquote_plus

from markupsafe import escape

from threadbook.addresses import ASSETS, SEARCH, to_root
from threadbook.pages import Shared
from threadbook.translations import interface

_ENTRIES: Final = 1_000
"""Entries of a list on average: some tens of kilobytes."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
_NUMBERED: Final = re.compile(r"(\d+)-")


def split_queries(
    redirects: Mapping[str, str],
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the addresses without a query, and those with one: by path, what each query means."""
    plain: dict[str, str] = {}
    asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for old, new in redirects.items():
        path, mark, query = old.partition("?")
        if mark:
            asked[path][query] = new
        else:
            plain[old] = new
    return plain, dict(asked)


def normalise_query(query: str) -> str:
    """Return a query in the one form in which lists have it."""
    return "&".join(sorted(unquote_plus(each).lower() for each in query.split("&") if each))


def part_of(query: str, parts: int) -> int:
    """Return the number of the list that has a query: FNV-1a of 32 bits, modulo `parts`."""
    value = 0x811C9DC5
    for byte in query.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value % parts


def write_queries(
    file: str, queries: Mapping[str, str], otherwise: str, shared: Shared
) -> Iterator[tuple[str, bytes]]:
    """Yield the page for the queries of a path, and its lists.

    `file` is what hosts serve at the path, and `otherwise` where the path leads without a query.

    Of queries that are the same in the lists' form, the first in the order of texts counts.
    """
    entries: dict[str, str] = {}
    for query, new in sorted(queries.items()):
        entries.setdefault(normalise_query(query), new)
    for query, new in sorted(entries.items()):
        if found := _NUMBERED.match(query):
            entries.setdefault(found[1], new)
    parts = -(-len(entries) // _ENTRIES)
    lists: list[dict[str, str]] = [{} for _ in range(parts)]
    for query in sorted(entries):
        lists[part_of(query, parts)][query] = entries[query]
    folder = f"{ASSETS}old/{hashlib.blake2s(file.encode(), digest_size=6).hexdigest()}/"
    for number, each in enumerate(lists):
        content = json.dumps(each, ensure_ascii=False, separators=(",", ":"))
        yield f"{folder}{number}.json", content.encode()
    yield file, _page(to_root(file), folder, parts, otherwise, shared).encode()


def _page(root: str, folder: str, parts: int, otherwise: str, shared: Shared) -> str:
    """Return a page that a script leads on from, and that has a way to search without one."""
    say = interface(shared.language)
    title, moved = escape(shared.site_name), escape(say("This page has moved."))
    on = f'<p><a href="{root}{escape(otherwise)}">{escape(say("Go to the new page"))}</a></p>\n'
    question, search = escape(say("Your question")), escape(say("Search"))
    form = (
        f'<form action="{root}{SEARCH}" method="get" role="search">\n<label>{question} '
        f'<input name="q" type="search" maxlength="2000"></label>\n<button>{search}</button>\n'
        "</form>\n"
    )
    return (
        f'<!doctype html>\n<html lang="{escape(shared.language)}">\n<head>\n'
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n<title>{title}</title>\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<script type="module" src="{root}{ASSETS}old-addresses.js"></script>\n</head>\n'
        f'<body data-tb-old="{root}{folder}" data-tb-parts="{parts}" data-tb-root="{root}" '
        f'data-tb-else="{escape(otherwise)}">\n<h1><a href="{root}">{title}</a></h1>\n'
        f"<p>{moved}</p>\n{on if otherwise else ''}{form if shared.has_search else ''}"
        "</body>\n</html>\n"
    )


def write_rules(redirects: Mapping[str, str], base: str, host: str) -> Iterator[str]:
    """Yield lines for hosts that can look at queries: `nginx`, `apache` or `netlify`.

    `base` is the path of the site, such as `/help/`.
    """
    _, asked = split_queries(redirects)
    if host == "nginx":
        yield "# In `http`: map $request_uri $threadbook_new { … }; in `server`:"
        yield "# if ($threadbook_new) { return 301 $threadbook_new; }"
    for path, queries in sorted(asked.items()):
        for query, new in sorted(queries.items(), key=_by_exactness):
            yield from _rule(f"{base}{path}", query.split("&"), f"{base}{new}", host)


def _by_exactness(rule: tuple[str, str]) -> tuple[int, str]:
    """Sort what asks for more parameters first: hosts take the first rule that fits."""
    query, _ = rule
    return -query.count("&"), query


def _rule(path: str, parameters: list[str], new: str, host: str) -> Iterator[str]:
    if host == "netlify" and not all("=" in each for each in parameters):
        yield f"# Netlify has no rule for {path}?{'&'.join(parameters)}; the page leads on."
    elif host == "netlify":
        yield f"{path} {' '.join(parameters)} {new} 301!"
    elif host == "apache":
        for each in parameters:
            yield f"RewriteCond %{{QUERY_STRING}} (?:^|&){re.escape(each)}(?:&|$)"
        yield f"RewriteRule ^/?{re.escape(path.lstrip('/'))}$ {new}? [R=301,L]"
    else:
        ahead = "".join(rf"(?=(?:.*&)?{re.escape(each)}(?:&|$))" for each in parameters)
        yield f'"~^{re.escape(path)}\\?{ahead}" {new};'
