"""The script that listens for changes in a browser, and how it gets into a page."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Final

from threadbook.showing.state import AnyState
from threadbook.theme_files import theme_folder

OWN: Final = "_threadbook/"
"""Where the preview's own files are. No page can be there: addresses never begin with `_`."""

SCRIPT: Final = f"{OWN}preview.js"
EVENTS: Final = f"{OWN}events"


def is_own(path: str, mount: str, file: str) -> bool:
    """Return whether a path is that of a file of the preview's own.

    Before there is a site nobody knows where it will be, so these are also at the host's root.
    """
    return path in {f"/{file}", f"{mount}{file}"}


_MOST_SHOWN: Final = 20
_HEAD_END: Final = b"</head>"
_REDIRECTS: Final = b'http-equiv="refresh"'


@cache
def read_script() -> bytes:
    """Return the script."""
    return (theme_folder() / "preview" / "preview.js").read_bytes()


def insert_script(page: bytes, mount: str, number: int, tag: str) -> bytes:
    """Return a page with the script in its head.

    The script is told the `number` of the site and the `tag` of the page, to know when both change.
    A page that only redirects stays as it is.
    """
    place = page.find(_HEAD_END)
    if place < 0 or _REDIRECTS in page[:place]:
        return page
    return page[:place] + _element(mount, number, tag) + page[place:]


def _element(mount: str, number: int, tag: str) -> bytes:
    return (
        f'<script src="{escape(mount)}{SCRIPT}" data-state="{number}" data-tag="{escape(tag)}" '
        f'data-mount="{escape(mount)}" async></script>'
    ).encode()


def write_waiting_page(state: AnyState, mount: str) -> bytes:
    """Return the page that is shown while there is no site yet.

    The script shows what is wrong as on every page, and the page itself where no script runs.
    """
    page = _write_page(f"<noscript>{_list_trouble(state)}</noscript>")
    return insert_script(page, mount, state.number, "")


def write_still_page(state: AnyState) -> bytes:
    """Return the same page for a server that tells browsers nothing: it stays as it is."""
    return _write_page(_list_trouble(state))


def _list_trouble(state: AnyState) -> str:
    errors = [
        f"{each.place}: {each.message} {each.hint}".rstrip()
        for each in state.findings[:_MOST_SHOWN]
    ]
    shown = "".join(f"<li>{escape(each)}</li>" for each in [state.trouble, *errors] if each)
    return f"<ul>{shown}</ul>"


def _write_page(said: str) -> bytes:
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<title>Nothing to show yet</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "</head><body><h1>Nothing to show yet</h1>"
        f"<p>Something has to be mended first. Then the site appears here.</p>{said}"
        "</body></html>\n"
    )
    return page.encode("utf-8", "replace")
