"""A woven page equals what the engine itself would have rendered for the same stub, filled in.

The security policy is put into both by the same function, and both are squeezed by the same one. A
page's own texts are in it as they are.

One thing differs by design: a duplicate names its original as canonical, which no engine knows of.
Another by cost: the later pages of a list share one shell for each depth. Their links to the
folder above are written `../../latest/` where the engine writes `../`; both lead to the same
place. Everything else of them is compared byte for byte too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.structure.files import File, Files, InclusionLevel

from threadbook.addresses import LOST
from threadbook.build import Draft, Rendered, find_policy
from threadbook.engines.mkdocs import ThreadbookPlugin
from threadbook.engines.stubs import file_of, name_navigation, remove_invalid, write_stub
from threadbook.pages import Entry, Page, Plan, plan_site, share
from threadbook.pages.page import Texts
from threadbook.weave import Slot, protect_pages, squeeze

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


pytestmark = pytest.mark.slow

KINDS = {
    "boards",
    "components",
    "glossary",
    "health",
    "home",
    "library",
    "list",
    "path",
    "paths",
    "prose",
    "search",
    "thread",
    "topic",
    "topics",
    "whole_path",
}


class Twice(NamedTuple):
    """One base built twice: woven, and with every page as a stub of its own."""

    plan: Plan
    woven: Path
    own: Path
    texts: dict[str, Texts]

    def both(self, page: Page) -> tuple[str, str]:
        """Return a page as it was woven, and as the engine rendered it."""
        name = f"{page.url}index.html"
        return (self.woven / name).read_text("utf-8"), (self.own / name).read_text("utf-8")


def configured(base: Path, out: Path) -> tuple[Any, ThreadbookPlugin]:
    config = load_config(config_file=str(base / "mkdocs.yml"), site_dir=str(out))
    plugin = config.plugins["threadbook"]
    assert isinstance(plugin, ThreadbookPlugin)
    plugin.is_staged = False  # MkDocs may have used the same plugin before in this process
    return config, plugin


def build_twice(base: Path, folder: Path) -> Twice:
    """Build a base as always, then with one stub a page and the weave switched off."""
    config, plugin = configured(base, folder / "woven")
    build(config)
    draft, shells = plugin.draft, plugin.shells
    assert draft is not None
    plan = plan_site(draft.planning)
    texts = made_texts(plan, draft)
    entries: dict[str, Entry] = {entry.url: entry for entry in draft.entries}
    stubs = {
        page.url: write_stub(entries[page.shell], dict(zip(Slot, texts[page.url], strict=True)))
        for page in plan.pages
    }

    config, plugin = configured(base, folder / "own")
    events: dict[str, list[Any]] = config.plugins.events

    def on_files(files: Files, *, config: Any) -> Files:
        for page in plan.pages:
            planned = page.url == page.shell
            inclusion = InclusionLevel.INCLUDED if planned else InclusionLevel.NOT_IN_NAV
            files.append(
                File.generated(
                    config, file_of(page.url), content=stubs[page.url], inclusion=inclusion
                )
            )
        return files

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(events, "files", [on_files])
        patch.setitem(events, "post_page", [lambda output, **_: remove_invalid(output)])
        patch.setitem(events, "post_build", [])
        build(config)
    own = folder / "own"
    protect_pages(own, find_policy(draft.settings, Rendered(shells, ()), own))
    assert config.nav[: len(name_navigation(draft.entries))] == name_navigation(draft.entries)
    return Twice(plan, folder / "woven", own, texts)


def made_texts(plan: Plan, draft: Draft) -> dict[str, Texts]:
    """Return every page's own texts, by its address."""
    shared = share(draft.settings, draft.planning.library, draft.planning.icons)
    views: dict[str, Any] = {}
    texts: dict[str, Texts] = {}
    for page in sorted(plan.pages, key=lambda page: bool(page.quotes)):
        made = page.make(shared, views)
        views |= {made.view.id: made.view} if made.view else {}
        texts[page.url] = made.texts
    return texts


@pytest.fixture(scope="module")
def example(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Twice:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1795392000")
        return build_twice(repository, tmp_path_factory.mktemp("twice"))


def is_later(page: Page) -> bool:
    """Whether it is a further page of a list or a path, woven into a shell that they share."""
    return page.template in {"list", "whole_path"} and page.shell != page.url


def differences(twice: Twice, pages: list[Page], same: Callable[[str, Page], str]) -> list[str]:
    """Name the first line that differs of every page that does."""
    found = []
    for page in pages:
        woven, own = (same(html, page) for html in twice.both(page))
        if woven != own:
            pairs = zip(woven.splitlines(), own.splitlines(), strict=False)
            line = next((pair for pair in pairs if pair[0] != pair[1]), ("", "their lengths"))
            found.append(f"{page.url}: woven {line[0][:300]!r}, engine {line[1][:300]!r}")
    return found


def squeezed(html: str, page: Page) -> str:  # noqa: ARG001 - it has the form of the others
    return squeeze(html)


def without_canonical(html: str, page: Page) -> str:  # noqa: ARG001
    normalised, count = re.subn(
        r'<link rel="canonical" href="[^"]*">', "<canonical>", squeeze(html)
    )
    assert count == 1
    return normalised


def with_whole_addresses(html: str, page: Page) -> str:
    return re.sub(
        r'\b(href|src)="([^"]*)"',
        lambda link: f'{link[1]}="{urljoin("https://site.invalid/" + page.url, link[2])}"',
        squeeze(html),
    )


def test_the_example_has_every_kind_of_page(example: Twice) -> None:
    assert {page.template for page in example.plan.pages} == KINDS
    assert any(is_later(page) for page in example.plan.pages)
    assert any(page.canonical != page.url for page in example.plan.pages)


@pytest.mark.parametrize("kind", sorted(KINDS - {"whole_path"}))
def test_a_woven_page_is_byte_for_byte_the_engines_own(example: Twice, kind: str) -> None:
    pages = [
        page
        for page in example.plan.pages
        if page.template == kind and page.canonical == page.url and not is_later(page)
    ]
    assert pages
    assert differences(example, pages, squeezed) == []


def test_a_duplicate_is_the_engines_own_but_for_its_canonical_link(example: Twice) -> None:
    pages = [page for page in example.plan.pages if page.canonical != page.url]
    assert differences(example, pages, without_canonical) == []


def test_a_later_page_of_a_list_is_the_engines_own_but_for_how_links_are_written(
    example: Twice,
) -> None:
    pages = [page for page in example.plan.pages if is_later(page)]
    assert differences(example, pages, with_whole_addresses) == []


def test_a_pages_own_texts_are_not_squeezed(example: Twice) -> None:
    for page in example.plan.pages:
        woven, _ = example.both(page)
        texts = example.texts[page.url]
        assert woven.count(texts.content) == woven.count(texts.head) == 1, page.url


def test_the_weave_adds_and_loses_no_page_but_redirects(example: Twice) -> None:
    def pages(folder: Path) -> set[str]:
        return {file.relative_to(folder).as_posix() for file in folder.rglob("*.html")}

    redirects = {f"{old.rstrip('/')}/index.html" for old in example.plan.redirects}
    assert redirects
    # The engine hands the page of missing addresses over as a shell, and writes none itself.
    assert pages(example.woven) == pages(example.own) | redirects | {LOST}


AWKWARD = {
    "content/threads/general/awkward.yml": (
        'title: "Tom & Ann\'s <b>\\"offer\\"</b>: 100 %, C:\\\\new — what now?"\n'
        "topics: [first-steps]\n"
        "also_asked: ['*stars* _lines_ [x](y) `code` {{ braces }} {% raw %} &amp; &lt;']\n"
        "summary: 'A *summary* with \"quotes\", back\\slashes & <tags>'\n"
        "question: |\n"
        "  Text with <kbd>Ctrl</kbd> & an entity &copy;,\n"
        "  {{ config.site_name }} and [[awkward]].\n\n"
        "  | a | b |\n  | - | - |\n  | 1 | 2 |\n\n"
        '  ```python\n\n  def f():\n\n      return """<h1>"""\n\n\n  # end\n  ```\n\n'
        "      indented code\n\n"
        "  > [!NOTE]\n  > Watch out.\n\n"
        "  <details><summary>More</summary>\n\n  - [x] done\n  - [ ] open\n\n  </details>\n\n"
        "  A footnote.[^1] ~~gone~~ https://example.com/?a=1&b=2\n\n  [^1]: Here.\n"
        "answers:\n"
        "  - body: |\n      ## Heading\n\n      1. one\n\n         - two\n\n      ***\n\n"
        "      <!-- a comment -->\n\n      <div>\n\n      *inside*\n\n      </div>\n"
    ),
}


@pytest.fixture(scope="module")
def awkward(run: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("awkward")
    base = folder / "base"
    assert run("threadbook", "init", base).returncode == 0
    for name, text in AWKWARD.items():
        (base / name).write_text(text, "utf-8")
    return build_twice(base, folder)


def test_no_text_of_a_page_means_anything_to_the_engine(awkward: Twice) -> None:
    """What is Markdown, YAML, Jinja or HTML to an engine comes through both ways alike."""
    further = [page for page in awkward.plan.pages if is_later(page)]
    others = [page for page in awkward.plan.pages if page not in further]
    assert differences(awkward, others, squeezed) == []
    assert differences(awkward, further, with_whole_addresses) == []
