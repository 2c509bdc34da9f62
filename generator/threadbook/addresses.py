"""Addresses: where everything on the site is. No other module spells out an address.

An address is relative to the site's root and has no leading slash: `threads/sign-late/`. The
address of a page is its folder, so it ends with a slash. That of the home page is empty.
"""

from __future__ import annotations

from typing import Final

HOME: Final = ""
TOPICS: Final = "topics/"
PATHS: Final = "paths/"
BOARDS: Final = "boards/"
THREADS: Final = "threads/"
LATEST: Final = "latest/"
UNANSWERED: Final = "unanswered/"
SEARCH: Final = "search/"
GLOSSARY: Final = "glossary/"
LIBRARY: Final = "library/"
HEALTH: Final = "health/"
COMPONENTS: Final = "components/"
LOST: Final = "404.html"
"""The page of missing addresses: a file at the root of the whole site, where hosts look for it."""

API: Final = "api/"
THREAD_LISTS: Final = "api/threads/"
LLMS: Final = "llms.txt"
LLMS_FULL: Final = "llms-full.txt"
SITEMAP: Final = "sitemap.xml"
REDIRECT_RULES: Final = "_redirects"
HEADERS: Final = "_headers"
ROBOTS: Final = "robots.txt"
WELL_KNOWN: Final = ".well-known/"
API_CATALOG: Final = ".well-known/api-catalog"
SKILLS: Final = ".well-known/agent-skills/index.json"
LICENCES: Final = "licenses.txt"
"""Spelt as everybody looks for it."""

ASSETS: Final = "assets/threadbook/"

_BELOW: Final = {
    BOARDS: ("useful/", "unanswered/"),
    TOPICS: ("useful/", "unanswered/"),
    PATHS: ("print/",),
}
"""What is below the pages of these kinds."""

MARKDOWN: Final = "index.md"
JSON: Final = "index.json"
"""The names of a page's twins, beside its `index.html`."""

PICTURE: Final = "social.png"
"""The name of a thread's social picture, beside its page."""

SHARED_SHELLS: Final = {depth: "_shell/" * depth for depth in (2, 3, 4)}
"""The shells that pages of one depth share.

Ids have no underscores, so nothing else can be at these addresses. No page of the navigation is
above them, so the theme's relative links go through the site's root and work from every folder.
"""


def of_thread(id_: str) -> str:
    """Return the address of a thread's page."""
    return f"{THREADS}{id_}/"


def of_topic(id_: str) -> str:
    """Return the address of a topic's page."""
    return f"{TOPICS}{id_}/"


def of_board(id_: str) -> str:
    """Return the address of a board's page."""
    return f"{BOARDS}{id_}/"


def of_path(id_: str) -> str:
    """Return the address of a learning path's page."""
    return f"{PATHS}{id_}/"


def of_step(path: str, number: int) -> str:
    """Return the address of a step on a learning path's page; steps are counted from 1."""
    return f"{of_path(path)}#step-{number}"


def of_whole_path(id_: str) -> str:
    """Return the address of the page with all threads of a path."""
    return f"{of_path(id_)}print/"


def of_pdf(id_: str) -> str:
    """Return the address of a path as a PDF."""
    return f"{of_path(id_)}{id_}.pdf"


def of_term(anchor: str) -> str:
    """Return the address of a word in the glossary."""
    return f"{GLOSSARY}#{anchor}"


def list_below(address: str) -> tuple[str, ...]:
    """Return what is below the page of a board, topic or path, whatever it holds."""
    kind, _, rest = address.partition("/")
    if not rest.removesuffix("/") or rest.count("/") != 1:
        return ()
    return _BELOW.get(f"{kind}/", ())


def of_feed(page: str) -> str:
    """Return the address, without its ending, of the feed for the list at `page`."""
    return f"feeds/{page.rstrip('/')}"


def of_next_page(first: str, number: int) -> str:
    """Return the address of a later page (2, 3, …) of the list whose first page is at `first`."""
    return f"{first}page-{number}/"


def of_prose(name: str) -> str:
    """Return the address of a prose page, by the path of its file below the folder of prose.

    `index.md` and `README.md` are the page of their folder.
    """
    folder, _, file = name.rpartition("/")
    stem = file.removesuffix(".md")
    parts = [folder] if stem in {"index", "README"} else [folder, stem]
    return "".join(f"{part}/" for part in parts if part)


def of_target(target: str) -> str:
    """Return the address of what a link names by a thread's id, `topic:id`, `page:about.md` etc."""
    kind, found, name = target.partition(":")
    return _OF_KIND[kind](name) if found else of_thread(target)


_OF_KIND: Final = {"path": of_path, "topic": of_topic, "board": of_board, "page": of_prose}


def of_medium(name: str, digest: str) -> str:
    """Return the address of a picture or file by its name, such as `images/accept.png`.

    The digest of its content is in it, so that a browser may keep it for ever.
    """
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{digest}{dot}{ending}"


def of_skill(name: str) -> str:
    """Return the address of a skill for assistants."""
    return f"{WELL_KNOWN}agent-skills/{name}/SKILL.md"


def from_place(prefix: str, address: str) -> str:
    """Return an address below the whole site's root as one from a folder of it, such as `faq/`."""
    return f"{'../' * prefix.count('/')}{address}"


def to_root(address: str) -> str:
    """Return the way from a page or file to the site's root: `../` for each folder."""
    return "../" * address.count("/") or "./"
