"""What was read opens without network: a worker that keeps pages, and what it must not do."""

from __future__ import annotations

import functools
import re
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from bases import copy_site, write
from browsing import wait_until
from conftest import CONFIG, SMALL
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
SECOND = "title: What second?\ntopics: [proposals]\nanswer: That.\n"
THREADS = {
    "threads/new/second.yml": SECOND,
    "threads/new/third.yml": SECOND.replace("second", "third"),
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Host:
    """A host that can go away and come back at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, 0
        self.start()

    def start(self) -> None:
        handler = functools.partial(_Quiet, directory=str(self.folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Open pages whose host may be gone; no script may fail, and the policy may stop nothing."""
    contexts: list[BrowserContext] = []
    trouble: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            trouble.append(said.text)

    def open_one(**options: Any) -> Page:
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", note)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert trouble == []


@pytest.fixture
def publish(build_once: Callable[..., Path]) -> Callable[..., Path]:
    """Give a small site with plugin options as YAML, built once for all tests; return its folder."""

    def make(options: str = "offline: true, trusted_pages: true", *, style: str = "") -> Path:
        def write_base(base: Path) -> None:
            config = CONFIG.replace(
                "plugins: [threadbook]", f"plugins: [{{threadbook: {{{options}}}}}]"
            )
            files = {f"content/{name}": text for name, text in THREADS.items()}
            if style:
                config += "extra_css: [own.css]\n"
                files["content/pages/own.css"] = style
            write(base, SMALL | files | {"mkdocs.yml": config})

        return build_once(f"offline-{zlib.crc32(f'{options} {style}'.encode())}", write_base)

    return make


@contextmanager
def hosted(folder: Path) -> Iterator[Host]:
    host = Host(folder)
    yield host
    host.stop()


def kept(page: Page) -> list[str]:
    """Return the paths of what the browser keeps of the site."""
    return list(
        page.evaluate(
            """async () => {
              const found = [];
              for (const name of await caches.keys()) {
                for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname);
              }
              return found.sort();
            }"""
        )
    )


def read(page: Page, address: str) -> None:
    """Open a page and wait until it is kept, and no more is."""
    page.goto(address)
    path = "/" + address.split("/", 3)[3].split("?", maxsplit=1)[0]
    before: list[str] = []
    for _ in range(100):
        now = kept(page)
        if path in now and now == before:
            return
        before = now
        page.wait_for_timeout(400)
    raise AssertionError(f"never kept: {address}, but {before}")


@pytest.mark.parametrize("below", ["", "faq/"], ids=["the whole site", "a folder of it"])
def test_what_was_read_opens_without_network_and_looks_as_before(
    publish: Callable[..., Path], open_page: OpenPage, below: str
) -> None:
    site = publish(f"offline: true, trusted_pages: true{', prefix: ' + below if below else ''}")
    page = open_page(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    with hosted(site) as host:
        root = f"{host.address}{below}"
        read(page, f"{root}threads/first/")
        read(page, f"{root}threads/second/")
        colour = "getComputedStyle(document.querySelector('.tb-post')).borderRadius"
        before = page.evaluate(colour)
        host.stop()
        page.goto(f"{root}threads/first/")
        expect(page.locator("h1")).to_contain_text("What first?")
        assert page.evaluate(colour) == before
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")  # scripts run
        page.goto(f"{root}threads/third/")
        expect(page.locator("h1")).to_have_text("You are offline")
        page.get_by_role("link", name=re.compile("What second")).focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/threads/second/")
        expect(page.locator("h1")).to_contain_text("What second?")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
        host.start()
        page.goto(f"{root}threads/third/")
        expect(page.locator("h1")).to_contain_text("What third?")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")  # all is loaded


def test_search_works_without_network_once_it_was_used(
    publish: Callable[..., Path], open_page: OpenPage
) -> None:
    page = open_page()
    with hosted(publish()) as host:
        read(page, f"{host.address}search/?q=second")
        expect(page.get_by_role("link", name=re.compile("What second")).first).to_be_visible()
        host.stop()
        page.goto(f"{host.address}search/?q=third")  # other words than were asked before
        expect(page.get_by_role("link", name=re.compile("What third")).first).to_be_visible()
        host.start()


def test_no_page_of_one_build_meets_the_files_of_another(
    publish: Callable[..., Path], open_page: OpenPage, tmp_path: Path
) -> None:
    one = tmp_path / "one"
    copy_site(publish(style=".md-typeset .tb h1 { letter-spacing: 1px; }"), one)
    page = open_page()
    with hosted(one) as host:
        read(page, f"{host.address}threads/first/")
        caches = page.evaluate("caches.keys()")
        shutil.rmtree(one)
        copy_site(publish(style=".md-typeset .tb h1 { letter-spacing: 5px; }"), one)
        page.goto(f"{host.address}threads/second/")
        space = "getComputedStyle(document.querySelector('h1')).letterSpacing"
        assert page.evaluate(space) == "5px"
        for _ in range(100):  # the new worker takes over, and loads anew what was kept
            gone = not set(page.evaluate("caches.keys()")) & set(caches)
            if gone and {"/threads/first/", "/own.css"} <= {*kept(page)}:
                break
            page.wait_for_timeout(300)
        assert not set(page.evaluate("caches.keys()")) & set(caches), "older ones are removed"
        read(page, f"{host.address}threads/third/")
        host.stop()
        page.goto(f"{host.address}threads/first/")
        expect(page.locator("h1")).to_contain_text("What first?")
        assert page.evaluate(space) == "5px"
        host.start()


def test_switched_off_it_removes_what_it_kept_and_itself(
    publish: Callable[..., Path], open_page: OpenPage, tmp_path: Path
) -> None:
    site = tmp_path / "live"
    copy_site(publish(), site)
    page = open_page()
    with hosted(site) as host:
        read(page, f"{host.address}threads/first/")
        shutil.rmtree(site)
        copy_site(publish("offline: false"), site)
        page.goto(f"{host.address}threads/second/")
        for _ in range(100):
            workers = page.evaluate(
                "navigator.serviceWorker.getRegistrations().then(all => all.length)"
            )
            if not workers and not kept(page):
                break
            page.wait_for_timeout(200)
        assert (workers, kept(page)) == (0, [])


def test_a_site_that_does_not_ask_for_it_registers_nothing(
    publish: Callable[..., Path], open_page: OpenPage
) -> None:
    page = open_page()
    with hosted(publish("offline: false")) as host:
        page.goto(f"{host.address}threads/first/")
        wait_until(page, "document.querySelector('.tb-thread').dataset.tbRead")
        page.wait_for_timeout(500)
        assert (
            page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
        )


def test_readers_are_told_that_they_are_offline(
    publish: Callable[..., Path], open_page: OpenPage
) -> None:
    page = open_page()
    with hosted(publish()) as host:
        read(page, f"{host.address}threads/first/")
        page.context.set_offline(True)
        said = page.get_by_role("status").filter(has_text="You are offline")
        expect(said).to_be_visible()
        page.context.set_offline(False)
        expect(said).to_have_count(0)
        page.context.set_offline(True)
        said.get_by_role("button", name="Close").click()
        expect(page.locator(".tb-said")).to_have_count(0)
        page.context.set_offline(False)  # what was closed need not be closed again
        expect(page.locator(".tb-said")).to_have_count(0)


def test_pages_of_the_example_that_were_read_open_without_network(example_site: Path) -> None:
    assert "threadbook-offline" in (example_site / "index.html").read_text("utf-8")
    assert "const BUILD" in (example_site / "offline.js").read_text("utf-8")
