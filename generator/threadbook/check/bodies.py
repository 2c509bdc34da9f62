"""Rules about texts in Markdown: links, images, headings, and what nobody should publish.

Positions are those of the character in the YAML file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Edit, Place, Severity
from threadbook.load.file import Body, TextFile, ThreadFile
from threadbook.model import is_slug

_EMPTY_WORDS: Final = frozenset(
    "here,click,click here,link,this link,the link,this,this page,page,website,site,url,more,"
    "read more,see more,learn more,more info,details,there,go,article,this article,post,this post,"
    "this thread".split(",")
)


_ALTERNATIVE_TEXT: Final = (
    "Say between the brackets what the image shows: ![what it shows](address)."
)

_ADDRESS: Final = re.compile(r"https?://[^\s<>\"'`()\[\]{}|\\^]{1,2000}", re.IGNORECASE)
_SENTENCE_END: Final = ".,:;!?*_"
_LOCAL: Final = re.compile(r"(?:localhost|127\.[0-9.]+|\[::1\]|[^/]*\.(?:local|test|onion))(?::|$)")
_MAIL_HOST: Final = re.compile(r"@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})\b")
_MAIL_NAME: Final = re.compile(r"[A-Za-z0-9._%+-]{1,64}\Z")  # `$` is before a line break, too
_RESERVED: Final = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|net|org))?|invalid|test|localhost)$")
_TELEPHONE: Final = re.compile(
    r"(?<![\w/=.:+-])(?:\+[1-9][0-9 ()./-]{6,18}[0-9]"
    r"|\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[ .-][0-9]{4})(?![\w/-])"
)

_MADE_UP: Final = re.compile(r".*555[ .-]?01[0-9]{2}|\+44 ?(?:\(0\))?20 ?7946 ?0[0-9]{3}")
"""Numbers that the United States and the United Kingdom reserve for fiction."""

_FEWEST_DIGITS: Final = 8

_MOST_DIGITS: Final = 15
"""Of a number with its country code, by E.164."""

_TOKENS: Final = {
    "a GitHub token": r"gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{50,100}",
    "a GitLab token": r"glpat-[A-Za-z0-9_-]{20}",
    "an AWS key": r"(?:AKIA|ASIA)[A-Z0-9]{16}",
    "a Slack token": r"xox[abeoprs]-[A-Za-z0-9-]{10,80}",
    "a Stripe key": r"[rs]k_live_[A-Za-z0-9]{16,100}",
    "a Google key": r"AIza[A-Za-z0-9_-]{35}",
    "an npm token": r"npm_[A-Za-z0-9]{36}",
    "a PyPI token": r"pypi-AgE[A-Za-z0-9_-]{50,200}",
    "an AI service's key": r"sk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,200}",
    "a signed token": r"eyJ[A-Za-z0-9_-]{10,500}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,500}",
    "a private key": r"-----BEGIN (?:[A-Z]{2,10} )?PRIVATE KEY-----",
}

_TOKEN: Final = re.compile("|".join(f"(?<![A-Za-z0-9])({pattern})" for pattern in _TOKENS.values()))
_TOKEN_MARKS: Final = {
    "_": "ghp_ gho_ ghu_ ghs_ ghr_ _pat_ _live_ npm_".split(),
    "K": ["AKIA"],
    "J": ["eyJ"],
    "V": ["PRIVATE"],
    "S": ["ASIA"],
    "x": ["xox"],
    "I": ["AIza"],
}
"""Every token contains one of these, or ends a word before a hyphen like `_BEFORE_A_HYPHEN`.

Each contains its character. Looking for the character first takes next to no time.
"""

_BEFORE_A_HYPHEN: Final = ("glpat", "pypi", "sk")

_SHOWN: Final = 6


def _at(file: TextFile, body: Body, start: int) -> Place:
    return file.in_text(body.location, body.text, start)


def _replacing(file: TextFile, place: Place, old: str, new: str) -> tuple[Edit, ...]:
    """Return the edit that replaces `old` at a place, if all of it is there on one line."""
    line = file.lines[place.line - 1]
    if line[place.column - 1 : place.column - 1 + len(old)] != old:
        return ()
    return (Edit((place.line, place.column), (place.line, place.column + len(old)), new),)


def has_parts(file: TextFile) -> bool:
    """Tell whether a text has links, pictures, headings or code."""
    return file.has_parts


def _has_digits(file: TextFile) -> bool:
    return _digits(file.said) >= _FEWEST_DIGITS


def _has_addresses(file: TextFile) -> bool:
    return "/" in file.said and "://" in file.said  # a single character is found much faster


def _may_link(file: TextFile) -> bool:
    return file.has_parts or _has_addresses(file)


def _has_addresses_or_source(file: TextFile) -> bool:
    has_source = isinstance(file, ThreadFile) and file.model.source is not None
    return has_source or _has_addresses(file)


def _has_at_sign(file: TextFile) -> bool:
    return "@" in file.said


def _may_hold_a_token(file: TextFile) -> bool:
    said = file.said
    marks = [mark for letter, marks in _TOKEN_MARKS.items() if letter in said for mark in marks]
    return any(mark in said for mark in marks) or any(
        part.endswith(_BEFORE_A_HYPHEN) for part in said.split("-")
    )


@rule("TB501", Severity.WARNING, concerns=has_parts)
def link_says_where_it_leads(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A link's text does not say where it leads.

    Many people who use a screen reader jump from link to link, and "here, here, here" tells them
    nothing. Name the page that the link leads to.

    Bad:
        answer: The fee is explained [here](thread:what-fees-are-taken).

    Good:
        answer: See [what fees are taken](thread:what-fees-are-taken).
    """
    for body in file.bodies:
        for link in body.anatomy.links:
            words = link.text.strip(" .!>»→").casefold()
            if words in _EMPTY_WORDS and not link.is_bare:
                message = f'The link text "{link.text}" does not say where it leads.'
                hint = "Name the page that it leads to."
                if link.thread is not None:
                    hint = f"Write [[{link.thread}]] to show the thread's title, or name it."
                yield Problem(_at(file, body, link.start), message, hint)


@rule("TB502", Severity.WARNING, concerns=has_parts)
def image_has_words(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """An image has no alternative text.

    People who cannot see the image, or whose connection is slow, read the text between the brackets
    instead. One that says nothing to anybody is written as `<img src="image:line.svg" alt="">`.

    Bad:
        answer: "![](image:offer.svg)"

    Good:
        answer: "![The button Accept is below the offer](image:offer.svg)"
    """
    for body in file.bodies:
        for image in body.anatomy.images:
            if not image.text and not image.is_decorative:
                hint = 'Add alt="what it shows".' if image.is_tag else _ALTERNATIVE_TEXT
                yield Problem(
                    _at(file, body, image.start), "The image has no alternative text.", hint
                )


@rule("TB503", Severity.WARNING, concerns=has_parts)
def headings_skip_no_level(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A heading is more than one level below the heading above it.

    People who listen to a page use its headings as a table of contents. In a post the first level
    is `#`; the page puts it below the heading of the post.

    Bad:
        answer: |
          # Before
          ### The offer

    Good:
        answer: |
          # Before
          ## The offer
    """
    for body in file.bodies:
        before = 0
        for heading in body.anatomy.headings:
            if heading.level > before + 1:
                message = f"A heading of level {heading.level} follows one of level {before}."
                if not before:
                    message = f"The first heading has level {heading.level}."
                hint = f"Write it with {'#' * (before + 1)}."
                yield Problem(_at(file, body, heading.start), message, hint)
            before = heading.level


def _bare_addresses(body: Body) -> Iterator[tuple[str, int]]:
    """Yield the web addresses in the text that are neither links nor code."""
    if "://" not in body.text:
        return
    spans = [(link.start, link.end) for link in body.anatomy.links]
    link = 0
    for found in _ADDRESS.finditer(body.text):
        while link < len(spans) and spans[link][1] <= found.start():
            link += 1
        is_linked = link < len(spans) and spans[link][0] <= found.start()
        if not is_linked and not body.anatomy.is_code(found.start()):
            yield found[0].rstrip(_SENTENCE_END), found.start()


def _own_thread(url: str, site_url: str) -> str | None:
    """Return the id of this site's thread that an address leads to, if it is one."""
    path = url.removeprefix(site_url) if site_url and url.startswith(site_url) else url
    # A relative address is one from the thread's own page, so it begins with `../`.
    path = "/" + re.sub(r"^(?:\.{1,2}/)+", "", path) if not path.startswith("/") else path
    if "://" in path:
        return None
    base = urlsplit(site_url).path.rstrip("/") if site_url else ""
    found = re.fullmatch(
        r"(?:" + re.escape(base) + r")?/threads/([a-z0-9-]+)/?(?:index\.html)?", path
    )
    return found[1] if found and is_slug(found[1]) else None


@rule("TB504", Severity.WARNING, concerns=_may_link)
def threads_are_linked_by_id(file: TextFile, circumstances: Circumstances) -> Iterator[Problem]:
    """A link leads to another thread by its web address.

    Nobody notices when an address breaks because a thread is renamed or the site moves. A link by
    id is checked, shows the thread's own title, and appears on the page of the other thread.

    Bad:
        answer: Read https://example.org/help/threads/decline-an-offer/ first.

    Good:
        answer: Read [[decline-an-offer]] first.
    """
    for body in file.bodies:
        for url, start in _bare_addresses(body):
            id_ = _own_thread(url, circumstances.site_url)
            if id_ is not None:
                place = _at(file, body, start)
                fix = _replacing(file, place, url, f"[[{id_}]]")
                message = "This is the address of a thread; a link by id is safer."
                yield Problem(place, message, f"Write [[{id_}]].", fix=fix)
        for link in body.anatomy.links:
            id_ = None if link.target else _own_thread(link.url, circumstances.site_url)
            if id_ is not None:
                place = _at(file, body, link.start)
                written = body.text[link.start : link.end]
                new = f"[[{id_}]]" if link.text == link.url else f"[{link.text}](thread:{id_})"
                is_plain = link.inline and written in {
                    f"[{link.text}]({link.url})",
                    f"<{link.url}>",
                }
                fix = _replacing(file, place, written, new) if is_plain else ()
                message = "This link leads to a thread by its address; a link by id is safer."
                yield Problem(place, message, f"Write {new}.", fix=fix)


@rule("TB505", Severity.WARNING, concerns=_has_addresses_or_source)
def links_are_encrypted(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A link to another site does not use https.

    Anybody between the reader and that site can read and change what the site sends.

    Bad:
        answer: The rules are at http://example.org/rules

    Good:
        answer: The rules are at https://example.org/rules
    """
    hint = "Try the address with https://, and if it works, write that."
    source = file.model.source if isinstance(file, ThreadFile) else None
    if source and source.url and source.url.lower().startswith("http://"):
        place = file.at("source", "url")
        yield Problem(place, f"This address is not encrypted: {source.url}", hint)
    for body in file.bodies:
        if "://" not in body.text or "http://" not in body.text.lower():
            continue
        links = [(link.url, link.start) for link in body.anatomy.links]
        for url, start in sorted({*links, *_bare_addresses(body)}, key=lambda each: each[1]):
            if url.lower().startswith("http://") and not _LOCAL.match(url[len("http://") :]):
                yield Problem(_at(file, body, start), f"This address is not encrypted: {url}", hint)


@rule("TB506", Severity.WARNING, concerns=_has_at_sign)
def nobody_s_mail_is_published(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text contains an e-mail address.

    Spammers collect addresses from public pages within days, and the owner was probably not asked.
    Addresses at example.org are meant for examples.

    Bad:
        answer: Write to jobs@our-marketplace.tld and ask.

    Good:
        answer: Write to the marketplace's support and ask.
    """
    for body in file.bodies:
        if "@" not in body.text:
            continue
        for host in _MAIL_HOST.finditer(body.text):
            name = _MAIL_NAME.search(body.text[max(0, host.start() - 64) : host.start()])
            if name is None or name[0] == "git" or _RESERVED.match(host[1].lower()):
                continue
            place = _at(file, body, host.start() - len(name[0]))
            message = f"This is an e-mail address: {name[0]}{host[0]}"
            yield Problem(place, message, "Remove it, or use an address at example.org.")


def _digits(text: str) -> int:
    encoded = text.encode()
    return len(encoded) - len(encoded.translate(None, b"0123456789"))


@rule("TB507", Severity.WARNING, concerns=_has_digits)
def nobody_s_number_is_published(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text contains a telephone number.

    Its owner was probably not asked, and in a few years it may belong to somebody else. Numbers
    from 555-0100 to 555-0199 and from +44 20 7946 0000 to 0999 are meant for examples.

    Bad:
        answer: Call +999 20 7946 0018 and ask.

    Good:
        answer: Call the number in the marketplace's imprint and ask.
    """
    for body in file.bodies:
        if _digits(body.text) < _FEWEST_DIGITS:
            continue
        for found in _TELEPHONE.finditer(body.text):
            if _FEWEST_DIGITS <= _digits(found[0]) <= _MOST_DIGITS and not _MADE_UP.match(found[0]):
                message = f"This looks like a telephone number: {found[0]}"
                yield Problem(_at(file, body, found.start()), message, "Remove it.")


@rule("TB508", Severity.ERROR, concerns=_may_hold_a_token)
def no_key_is_published(file: TextFile, _: Circumstances) -> Iterator[Problem]:
    """A text contains what looks like an access token or a private key.

    Once it is in a repository, everybody who has a copy of the repository has the key. It must be
    revoked where it was made; removing it here is not enough.

    Bad:
        answer: Use the token ghp_0123456789abcdefghijklmnopqrstuvwxyz for it.

    Good:
        answer: Use a token of your own for it.
    """
    for body in file.bodies:
        for found in _TOKEN.finditer(body.text):
            kind = list(_TOKENS)[found.lastindex - 1] if found.lastindex else "a token"
            message = f"This looks like {kind}: {found[0][:_SHOWN]}…"
            hint = "Revoke it where it was made, then remove it here."
            yield Problem(_at(file, body, found.start()), message, hint)


def find_private(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield what nobody should publish: where it begins and ends, and what it is.

    It is what the rules above find: `mail`, `telephone` and `key`. Importers remove it.
    """
    for host in _MAIL_HOST.finditer(text) if "@" in text else ():
        name = _MAIL_NAME.search(text[max(0, host.start() - 64) : host.start()])
        if name is not None and name[0] != "git" and not _RESERVED.match(host[1].lower()):
            yield host.start() - len(name[0]), host.end(), "mail"
    for found in _TELEPHONE.finditer(text) if _digits(text) >= _FEWEST_DIGITS else ():
        if _FEWEST_DIGITS <= _digits(found[0]) <= _MOST_DIGITS and not _MADE_UP.match(found[0]):
            yield found.start(), found.end(), "telephone"
    for found in _TOKEN.finditer(text):
        yield found.start(), found.end(), "key"


def find_addresses(text: str) -> Iterator[tuple[int, str]]:
    """Yield the web addresses in a text, and where they begin."""
    for found in _ADDRESS.finditer(text):
        yield found.start(), found[0].rstrip(_SENTENCE_END)
