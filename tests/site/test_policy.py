"""The content-security policy of a site, its headers, and whom a preview answers.

That no page breaks its own policy is watched by every test that opens one: `page` fails if anything
is said in the console, and a browser says there what it blocked.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
import yaml
from browsing import settle, wait_until
from playwright.sync_api import Page

from threadbook.configuration.policy import read_allowed
from threadbook.outputs import write_headers
from threadbook.weave import Need, Policy, find_needs, list_headers, protect

if TYPE_CHECKING:
    from pathlib import Path

Run = Callable[..., Any]

_ELEMENT: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_ENCODING_BY: Final = 1024
"""The bytes in which browsers look for the encoding of a page."""


def policies(site: Path) -> dict[str, str]:
    """Return the policy of every page but redirects."""
    found = {}
    for file in sorted(site.rglob("*.html")):
        html = file.read_text("utf-8")
        if 'http-equiv="refresh"' in html:
            assert _ELEMENT.findall(html) == ["default-src 'none'"]
            continue
        (found[file.relative_to(site).as_posix()],) = _ELEMENT.findall(html)
    return found


# What a build writes


def test_every_page_has_the_same_policy_before_any_script(example_site: Path) -> None:
    """Instant navigation puts one page into another, and a browser would obey both policies."""
    found = policies(example_site)
    assert len(found) > 100
    assert "404.html" in found
    assert len(set(found.values())) == 1
    for address in found:
        html = (example_site / address).read_text("utf-8")
        assert html.index("Content-Security-Policy") < html.index("<script")
        assert html.encode().index(b"<meta charset=") < _ENCODING_BY


def test_the_policy_allows_no_more_than_the_site_needs(example_site: Path) -> None:
    said = policies(example_site)["index.html"]
    directives = {name: sources for name, *sources in (each.split() for each in said.split("; "))}
    scripts = directives.pop("script-src")
    assert directives == {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "img-src": ["'self'", "data:"],
        "manifest-src": ["'self'"],
        "media-src": ["'self'"],
        "style-src": ["'self'"],
        "worker-src": ["'self'"],
    }
    searching = json.loads((example_site / "search" / "settings.json").read_text("utf-8"))
    wasm = {"'wasm-unsafe-eval'"} if searching["meaning"] else set()
    assert {each for each in scripts if "sha256" not in each} == {"'self'"} | wasm
    assert len(scripts) < 12


def test_no_page_has_a_style_attribute_or_a_handler(
    example_site: Path, pages_of: Callable[[Path], dict[str, str]]
) -> None:
    for url, html in pages_of(example_site).items():
        assert not re.search(r"<[a-z][^<>]*\s(?:style|on[a-z]+)=", html), url


def test_hosts_get_the_policy_as_a_header(example_site: Path) -> None:
    lines = (example_site / "_headers").read_text("utf-8").splitlines()
    assert lines[1] == "/help/*"
    headers = dict(line.strip().split(": ", 1) for line in lines[2:5])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin"
    policy = headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert set(policies(example_site)["index.html"].split("; ")) < set(policy.split("; "))


def test_pages_keep_their_address_out_of_the_referrer(
    example_site: Path, pages_of: Callable[[Path], dict[str, str]]
) -> None:
    for url, html in pages_of(example_site).items():
        assert html.count('<meta name="referrer" content="strict-origin">') == 1, url


def built(run: Run, base: Path, **options: Any) -> Path:
    """Build a base with options of the plugin and of MkDocs (`theme`, `extra_javascript`)."""
    file = base / "mkdocs.yml"
    config = yaml.safe_load(file.read_text("utf-8"))
    outside = {"theme", "extra_javascript", "extra_css"}
    config |= {name: value for name, value in options.items() if name in outside}
    own = {name: value for name, value in options.items() if name not in outside}
    plugins = config["plugins"]
    at = next(i for i, each in enumerate(plugins) if each == "threadbook" or "threadbook" in each)
    before = plugins[at]["threadbook"] or {} if isinstance(plugins[at], dict) else {}
    plugins[at] = {"threadbook": before | own}
    file.write_text(yaml.safe_dump(config), "utf-8")
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    return base / "site"


def test_a_publisher_allows_more_by_directive(run: Run, small_base: Path) -> None:
    site = built(
        run,
        small_base,
        policy={
            "script-src": ["https://stats.example.org"],
            "frame-ancestors": "https://lms.example",
        },
        images="https",
        feedback_url="https://votes.example.org/send?x=1",
        theme={"name": "material"},
        extra_javascript=["https://cdn.example.org/a.js"],
    )
    said = policies(site)["index.html"]
    assert "script-src 'self' " in said
    for part in (
        " https://stats.example.org",
        " https://cdn.example.org",
        "img-src 'self' data: https:;",
        "connect-src 'self' https://votes.example.org;",
        "font-src 'self' https://fonts.gstatic.com;",
        "style-src 'self' 'sha256-",
        " https://fonts.googleapis.com",
    ):
        assert part in said, part
    assert "frame-ancestors" not in said
    assert "frame-ancestors https://lms.example" in (site / "_headers").read_text("utf-8")


def test_a_publisher_can_do_without(run: Run, small_base: Path) -> None:
    site = built(run, small_base, policy=False)
    assert "Content-Security-Policy" not in (site / "index.html").read_text("utf-8")
    headers = (site / "_headers").read_text("utf-8")
    assert "Content-Security-Policy" not in headers
    assert "nosniff" in headers


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"script": ["'self'"]}, "script is not a directive"),
        ({"script-src": ["https://a.example; img-src *"]}, "is not a source"),
        ({"script-src": ["https://a.example, b"]}, "is not a source"),
        ({"script-src": ['"><script>']}, "is not a source"),
        ({"script-src": [1]}, "is not a source"),
        (["https://a.example"], "lists of sources by directive"),
        ("no", "lists of sources by directive"),
        ({"img-src": None}, "is not a source"),
    ],
)
def test_a_wrong_policy_is_told_of(policy: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_allowed(policy)


# Needs and headers


def test_what_pages_need_is_found_however_it_is_written() -> None:
    page = (
        "<HEAD><SCRIPT>one\r\ntwo</SCRIPT ><script type=module>three</script>"
        "<script type='application/ld+json'>{}</script><script type=text/template>x</script>"
        "<script src=a.js></script><script src='//cdn.example/b.js' async>ignored</script>"
        "<link rel='preload stylesheet' href=https://css.example/x.css>"
        "<link rel=preconnect href=https://fonts.example crossorigin>"
        "<link rel=icon href=https://icons.example/i.png><style>a{}</style>"
        '<p style="color:red">x</p><p data-style="x" title="y">'
    )
    needs = find_needs([page])
    assert {need for need in needs if "sha256" not in need.source} == {
        Need("script-src", "https://cdn.example"),
        Need("style-src", "https://css.example"),
        Need("font-src", "https://fonts.example"),
        Need("img-src", "https://icons.example"),
        Need("style-src-attr", "'unsafe-hashes'"),
    }
    # As `printf 'one\ntwo' | openssl dgst -sha256 -binary | base64` says: browsers read \n.
    assert Need("script-src", "'sha256-IQZtEI1TGey1ofxEVPQu8i/F8cffScMdkClJUODqiyw='") in needs
    assert sum(need.directive == "script-src" and "sha256" in need.source for need in needs) == 2
    assert sum(need.directive == "style-src" and "sha256" in need.source for need in needs) == 1


def test_an_element_is_put_once_after_the_encoding() -> None:
    policy = Policy.make([])
    page = protect('<html><head>\n <meta charset="utf-8"><title>x</title></head>', policy)
    assert page.startswith('<html><head>\n <meta charset="utf-8"><meta http-equiv="Content-')
    assert protect(page, policy) == page
    assert protect("<head><title>", policy).startswith("<head><meta http-equiv=")
    assert protect("no page", policy) == "no page"


def test_a_header_that_hosts_would_cut_off_leaves_out_what_pages_say_themselves() -> None:
    needs = [Need("script-src", f"https://{at}.example.org") for at in range(200)]
    header = list_headers(Policy.make(needs))["Content-Security-Policy"]
    assert header == "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


def test_a_publisher_s_own_headers_come_after_ours_and_win() -> None:
    headers = list_headers(Policy.make([]))
    ours = dict(write_headers(headers, "https://example.org/help/"))["_headers"]
    own = b"/*\n  Cache-Control: no-store\n"
    both = dict(write_headers(headers, "https://example.org/help/", own))["_headers"]
    assert both == ours + b"\n" + own
    assert dict(write_headers(headers, "https://example.org/help/", both))["_headers"] == both
    own = b"/*\n  content-security-policy: default-src *\n  ! Referrer-Policy\n"
    both = dict(write_headers(headers, "", own))["_headers"]
    assert both.lower().count(b"content-security-policy") == 1
    assert both.count(b"Referrer-Policy") == 1
    assert b"\n/*\n  X-Content-Type-Options: nosniff\n\n/*" in both


# In a browser


@pytest.mark.browser
def test_a_site_at_work_breaks_its_policy_nowhere(
    open_page: Callable[..., Page], instant_address: str
) -> None:
    """`open_page` fails if the browser says in its console that it blocked anything."""
    page = open_page()
    page.goto(instant_address)
    page.locator("label[title^='Colours of the system']").click()
    page.locator("label[title^='Light colours']").click()
    wait_until(page, "document.body.dataset.mdColorScheme === 'slate'")
    page.locator(".tb-open-search").click()
    page.keyboard.type("late payment")
    page.locator(".tb-found__option").first.wait_for()
    page.keyboard.press("Enter")
    page.locator(".tb-thread").wait_for()
    page.locator(".md-tabs__link, .tb-breadcrumb a").first.click()
    settle(page)
    page.goto(f"{instant_address}search/?q=contract")
    page.locator(".tb-result").first.wait_for()
    page.get_by_text("Filter and sort").click()
    page.locator(".tb-filter input").first.check()
    page.goto(f"{instant_address}paths/first-proposal-to-contract/")
    page.locator(".tb-check").first.wait_for()
    page.locator(".tb-check input").first.check()
    page.locator(".tb-check button").first.click()
    page.goto(f"{instant_address}library/")
    with page.expect_download():
        page.get_by_role("button", name="Save as a file").click()
    page.goto(f"{instant_address}components/")
    assert page.locator(".tb-sample--brand").bounding_box()["width"] > 20  # type: ignore[index]
    page.pdf()


@pytest.mark.browser
def test_the_policy_stops_a_script_that_got_through(
    browser: Any, served: Callable[..., Any], example_site: Path, tmp_path: Path
) -> None:
    """A page with holes in it, to show that the net holds by itself."""
    html = (example_site / "about/index.html").read_text("utf-8").replace("../", "/")
    holes = (
        "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"
        "<svg onload='window.hacked = 3'></svg><iframe srcdoc='<script>top.hacked = 4</script>'></iframe>"
        "<a id=go href='javascript:window.hacked = 5'>x</a><base href='https://evil.example/'>"
        "<style>body { display: none }</style><p style='display: none'>x</p>"
        "<script type=module>window.hacked = 6</script><object data='data:text/html,x'></object>"
        "<form action='https://evil.example/'><button id=send>x</button></form>"
    )
    (tmp_path / "index.html").write_text(html.replace("<h1", f"{holes}<h1", 1), "utf-8")
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "window.blocked = []; document.addEventListener('securitypolicyviolation',"
        " (event) => window.blocked.push(event.effectiveDirective))"
    )
    with served(tmp_path) as address:
        page.goto(address)
        for hole in ("go", "send"):
            page.evaluate(f"document.getElementById('{hole}').click()")
        page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    assert urlsplit(page.url).hostname == "127.0.0.1"
    assert page.evaluate("getComputedStyle(document.body).display") != "none"
    blocked = set(page.evaluate("window.blocked"))
    assert blocked >= {"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"}
    assert blocked >= {"base-uri", "form-action", "object-src"}
    context.close()


# A preview


def ask(port: int, host: str, path: str = "/") -> tuple[int, str]:
    """Ask a server over a socket, with any host; return the status and the whole answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer.split()[1]), answer.decode("utf-8", "replace")


def test_a_preview_answers_requests_for_this_machine_only(
    small_base: Path, preview: Callable[[Path], Any]
) -> None:
    serving = preview(small_base)
    assert serving.shows("threads/the-shortest-thread/", "A title, a topic and an answer")
    parts = urlsplit(serving.address)
    port, path = parts.port, f"{parts.path}threads/the-shortest-thread/"
    assert port is not None
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
        status, answer = ask(port, host, path)
        assert status == 200, host
        assert "A title, a topic and an answer" in answer
        assert "Content-Security-Policy" in answer
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
        for each in (path, "/", "/_threadbook/events"):
            status, answer = ask(port, host, each)
            assert status == 403, host
            assert "--address" in answer
            assert "A title, a topic" not in answer
    assert "Traceback" not in serving.log.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["mkdocs", "zensical"])
def test_analytics_work_as_the_manual_says(
    engine: str, small_base: Path, repository: Path, run: Run
) -> None:
    """The theme's inline script is allowed by its hash, and what it loads by the publisher."""
    manual = (repository / "manual" / "publishing.md").read_text("utf-8")
    section = manual.partition("\n## Analytics\n")[2].partition("\n## ")[0]
    shown = yaml.safe_load(section.partition("```yaml\n")[2].partition("```")[0])
    config = small_base / "mkdocs.yml"
    settings = yaml.safe_load(config.read_text("utf-8"))
    settings["extra"] = shown["extra"]
    settings["plugins"][0]["threadbook"] |= shown["plugins"][0]["threadbook"]
    config.write_text(yaml.safe_dump(settings), "utf-8")
    done = run("threadbook", "build", "--engine", engine, cwd=small_base)
    assert done.returncode == 0, done.stderr
    page = (small_base / "site/threads/the-shortest-thread/index.html").read_text("utf-8")
    (policy,) = _ELEMENT.findall(page)
    inline = re.findall(r"<script(?:(?!\ssrc=)[^>])*>([^<]*__md_analytics[^<]*)</script>", page)
    assert inline
    for script in inline:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "https://www.googletagmanager.com" in policy
    safe = run("threadbook", "check", "--safe", cwd=small_base)
    assert (safe.returncode, "analytics" in safe.stderr) == (1, True)
