"""Pictures and files of the content, from the folder to what readers and programs get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import pytest
from bases import write
from browsing import settle
from pictures import draw, svg

from threadbook.engines.choice import make_engine
from threadbook.load.media import digest
from threadbook.pages.media import read_media
from threadbook.preview.live import Live
from threadbook.progress import Quiet
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

URL: Final = "https://example.org/help/"
COUNT: Final = 12
LONG: Final = "\n\n".join(f"Line {number} of many.\n\n" + "word " * 200 for number in range(4))
FIRST: Final = (
    "title: Where do I accept an offer?\n"
    "topics: [proposals]\n"
    "answers:\n"
    "  - id: a1\n    at: 2026-11-01\n"
    "    accepted: true\n"
    "    body: |\n"
    "      Press ![the button Accept](image:accept.png) below it, says [the offer](file:offer.pdf).\n\n"
    + "\n\n".join(
        [
            f"      ![Step {n}](../../images/steps/{n}.png)\n\n      {'word ' * 300}"
            for n in range(COUNT)
        ]
    )
    + "\n"
)
DRAFT: Final = "title: Is it secret?\ntopics: [proposals]\nstatus: draft\nanswer: '![Secret](image:secret.png)'\n"
PATH: Final = (
    "title: A path\nsummary: It leads.\nobjectives: [Know it.]\nsteps:\n  - thread: first\n"
    "    note: 'Look at ![a drawing](../images/drawing.svg) first.'\n"
)
FILES: Final[dict[str, str | bytes]] = {
    "threads/new/first.yml": FIRST,
    "threads/new/draft.yml": DRAFT,
    "paths/way.yml": PATH,
    "pages/about.md": "# About\n\n![Us, drawn](image:drawing.svg) and [the offer](../files/offer.pdf)\n",
    "pages/guide/start.md": "# Start\n\n![The button](../../images/accept.png)\n",
    "images/accept.png": draw("PNG", 320, 200),
    "images/drawing.svg": svg('<path d="M0 0h9"/>', 'viewBox="0 0 60 40"'),
    "images/secret.png": draw("PNG", 3, 3),
    "images/unused.png": draw("PNG", 5, 5),
    "files/offer.pdf": b"%PDF-1.4\n" + b"x" * 119_990,
    **{f"images/steps/{n}.png": draw("PNG", 40 + n, 30) for n in range(COUNT)},
}


def name(file: str) -> str:
    """Return the address of a file of `FILES`."""
    content = FILES[file]
    assert isinstance(content, bytes)
    stem, _, ending = file.rpartition(".")
    return f"{stem}.{digest(content)}.{ending}"


@pytest.fixture(scope="module")
def site(build_once: Callable[..., Path]) -> Path:
    config = (
        f"site_name: Small\nsite_url: {URL}\ndocs_dir: content/pages\n"
        "theme: {name: material, font: false}\nplugins: [{threadbook: {pdf: true}}]\n"
    )
    topics = "boards: [{id: new, title: New}]\ntopics: [{id: proposals, title: Proposals}]\n"
    base: dict[str, str | bytes] = {"mkdocs.yml": config, "content/site.yml": topics}
    base |= {f"content/{file}": content for file, content in FILES.items()}
    return build_once("media", lambda folder: write(folder, base))


def read(site: Path, address: str) -> str:
    return (site / address).read_text("utf-8")


def pictures(page: str) -> list[str]:
    return re.findall(r"<img [^>]*>", page)


def test_what_pages_show_is_published_once_under_its_hash(site: Path) -> None:
    found = sorted(
        file.relative_to(site).as_posix()
        for folder in ("images", "files")
        for file in (site / folder).rglob("*")
        if file.is_file()
    )
    steps = (f"images/steps/{n}.png" for n in range(COUNT))
    used = ["images/accept.png", "images/drawing.svg", "files/offer.pdf", *steps]
    assert found == sorted(map(name, used))
    for file in used:
        assert (site / name(file)).read_bytes() == FILES[file]


def test_pages_have_the_size_of_each_picture_and_only_the_first_is_eager(site: Path) -> None:
    first, *others = pictures(read(site, "threads/first/index.html"))
    where = f'src="../../{name("images/accept.png")}" alt="the button Accept"'
    assert first == f'<img {where} width="320" height="200">'
    assert len(others) == COUNT
    assert all('height="30" loading="lazy">' in other for other in others)


@pytest.mark.parametrize(
    ("page", "root", "file", "size"),
    [
        ("about/index.html", "../", "images/drawing.svg", (60, 40)),
        ("guide/start/index.html", "../../", "images/accept.png", (320, 200)),
        ("paths/way/index.html", "../../", "images/drawing.svg", (60, 40)),
        ("paths/way/print/index.html", "../../../", "images/drawing.svg", (60, 40)),
    ],
)
def test_other_pages_show_them_too(
    site: Path, page: str, root: str, file: str, size: tuple[int, int]
) -> None:
    first = pictures(read(site, page))[0]
    assert f'src="{root}{name(file)}"' in first
    assert f'width="{size[0]}" height="{size[1]}">' in first


def test_the_page_of_a_whole_path_shows_those_of_its_threads(site: Path) -> None:
    whole = read(site, "paths/way/print/index.html")
    assert f'src="../../../{name("images/steps/3.png")}"' in whole
    assert f'href="../../../{name("files/offer.pdf")}">the offer (PDF, 120 kB)</a>' in whole


def test_feeds_and_twins_have_whole_addresses(site: Path) -> None:
    picture, file = f"{URL}{name('images/accept.png')}", f"{URL}{name('files/offer.pdf')}"
    atom = ElementTree.fromstring(read(site, "feeds/latest.xml"))
    content = atom.find(".//{*}entry/{*}content")
    assert content is not None
    assert f'src="{picture}"' in (content.text or "")
    feed = json.loads(read(site, "feeds/latest.json"))
    assert f'src="{picture}"' in feed["items"][0]["content_html"]
    for twin in ("threads/first/index.md", "llms-full.txt"):
        assert f"![the button Accept]({picture})" in read(site, twin)
        assert f"[the offer]({file})" in read(site, twin)
    thread = json.loads(read(site, "threads/first/index.json"))
    assert f"![the button Accept]({picture})" in thread["answers"][0]["markdown"]
    drawing = f"![a drawing]({URL}{name('images/drawing.svg')})"
    assert drawing in read(site, "paths/way/index.md")


def test_search_and_summaries_have_the_words_of_a_picture(site: Path) -> None:
    summary = json.loads(read(site, "threads/first/index.json"))["summary"]
    assert summary.startswith("Press the button Accept below it, says the offer.")
    assert "image:" not in summary


def test_no_page_holds_an_address_of_ours(site: Path) -> None:
    for file in site.rglob("*"):
        if file.suffix in {".html", ".json", ".md", ".xml", ".txt"}:
            assert not re.search(
                r"(?:image|file):[a-z/]+\.(?:png|svg|pdf)", file.read_text("utf-8")
            )


@pytest.mark.browser
def test_every_picture_is_in_the_pdf(site: Path) -> None:
    """Those far down the page as well, which a browser loads late."""
    printed = (site / "paths/way/way.pdf").read_bytes()
    assert printed.count(b"/Subtype /Image") >= COUNT + 1


@pytest.mark.browser
def test_a_browser_shows_each_and_nothing_moves(
    site: Path, open_page: Callable[..., Any], served_below_help: Callable[..., Any]
) -> None:
    page = open_page(viewport={"width": 390, "height": 700})
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => { for (const each of list.getEntries()) "
        "window.moved += each.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    with served_below_help(site) as where:
        page.goto(f"{where}threads/first/")
    settle(page)
    for picture in page.locator("article img").all():
        picture.scroll_into_view_if_needed()
    settle(page)
    sizes = page.evaluate(
        "() => [...document.querySelectorAll('.tb img[alt]')].map((each) => "
        "[each.naturalWidth, each.clientWidth / each.clientHeight - each.naturalWidth / each.naturalHeight])"
    )
    assert len(sizes) == COUNT + 1
    assert all(width > 0 and abs(shape) < 0.1 for width, shape in sizes)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert page.evaluate("() => window.moved") < 0.05


# A preview


def plain(settings: Settings) -> Settings:
    return replace(settings, engine="plain", search=False, jobs=1)


@pytest.fixture
def live(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Live:
    root = knowledge({**FILES, "threads/new/draft.yml": DRAFT})
    live = Live(root / "mkdocs.yml", tmp_path_factory.mktemp("w"), make_engine, plain, Quiet())
    live.refresh()
    return live


def test_a_preview_shows_what_a_build_writes(live: Live, site: Path) -> None:
    assert live.state.site is not None
    for file in ("images/accept.png", "images/drawing.svg", "files/offer.pdf"):
        assert live.state.site.read(name(file)) == (site / name(file)).read_bytes()
    assert live.state.site.read("images/accept.png") is None
    assert live.state.site.read(f"images/accept.{'0' * 12}.png") is None
    assert live.state.site.read(name("images/secret.png")) is None, "a draft's"


def test_a_picture_that_changes_gets_a_new_address_at_once(live: Live) -> None:
    before, file = live.state, live.file.parent / "content/images/accept.png"
    file.write_bytes(draw("PNG", 64, 48))
    after = live.refresh({str(file)})
    assert after.number == before.number + 1, "browsers are told"
    assert after.site is not None
    page = (after.site.read("threads/first/index.html") or b"").decode()
    assert 'width="64" height="48"' in page
    address = f"images/accept.{digest(file.read_bytes())}.png"
    assert address in page
    assert after.site.read(address) == file.read_bytes()


def test_a_picture_that_goes_or_turns_bad_is_said_and_the_last_good_site_stays(live: Live) -> None:
    file = live.file.parent / "content/images/drawing.svg"
    kept, content = live.state.site, file.read_bytes()
    for bad, rule in ((svg("<script/>"), "TB923"), (b"x", "TB236"), (None, "TB230")):
        file.unlink(missing_ok=True) if bad is None else file.write_bytes(bad)
        state = live.refresh({str(file)})
        assert state.is_behind
        assert rule in {finding.rule.id for finding in state.findings}
        assert state.site is kept
    file.write_bytes(content)
    assert not live.refresh({str(file)}).is_behind


# Commands


def test_a_missing_picture_stops_a_build(knowledge: Knowledge, run: Run) -> None:
    root = knowledge({"threads/new/first.yml": FIRST})
    done = run("threadbook", "build", cwd=root)
    assert done.returncode == 1
    assert "TB230" in done.stderr
    assert not (root / "site").exists()


def test_a_picture_that_changes_while_the_site_is_built_is_not_published(
    knowledge: Knowledge, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = knowledge(FILES)
    file = root / "content/images/accept.png"

    def late(*arguments: Any) -> Any:
        file.write_bytes(draw("PNG", 9, 9))
        return read_media(*arguments)

    monkeypatch.setattr("threadbook.build.read_media", late)
    done = run("threadbook", "build", cwd=root)
    assert done.returncode != 0
    assert "accept.png was changed while the site was built" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_site_of_ten_thousand_pictures_is_checked(knowledge: Knowledge, run: Run) -> None:
    many = 10_000
    shown = "".join(f"![Picture {n}](image:p{n}.png)\n" for n in range(100))
    files: dict[str, str | bytes] = {
        f"threads/new/t{t}.yml": f"title: What is number {t}?\ntopics: [proposals]\nanswer: |\n"
        + "".join(f"  {line}\n" for line in shown.replace(":p", f":{t}/p").splitlines())
        for t in range(many // 100)
    }
    picture = draw("PNG", 4, 3)
    files |= {f"images/{t}/p{n}.png": picture for t in range(many // 100) for n in range(100)}
    root = knowledge(files)
    done = run("threadbook", "check", cwd=root)
    assert "TB23" not in done.stdout + done.stderr
    (root / "content/images/7/p7.png").unlink()
    done = run("threadbook", "check", cwd=root)
    assert (done.stdout + done.stderr).count("TB230") == 1


def test_fix_rewrites_what_other_programs_read_wherever_it_is(
    knowledge: Knowledge, run: Run
) -> None:
    note = "!!! tip\n    Press ++enter++.\n"
    indented = "".join(f"      {line}\n" for line in note.splitlines())
    root = knowledge(
        {
            "pages/about.md": f"---\ntitle: About\n---\n# About\n\n{note}",
            "paths/way.yml": "title: A path\nsummary: It leads.\nobjectives: [Know it.]\nsteps:\n"
            f"  - thread: first\n    note: |\n{indented}",
            "threads/new/second.yml": "title: What second?\ntopics: [proposals]\nanswer: |\n"
            + indented.replace("      ", "  ", 1).replace("\n      ", "\n  "),
        }
    )
    done = run("threadbook", "fix", cwd=root)
    assert done.returncode == 0, done.stderr
    for file in ("pages/about.md", "paths/way.yml", "threads/new/second.yml"):
        text = (root / "content" / file).read_text("utf-8")
        assert "> [!TIP]" in text
        assert "> Press <kbd>Enter</kbd>." in text
    checked = run("threadbook", "check", cwd=root)
    assert "TB24" not in checked.stdout + checked.stderr
