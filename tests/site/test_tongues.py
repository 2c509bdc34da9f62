"""Search by meaning in other languages than English, with the real model in a real browser.

The threads and the questions are those of `tests/questions/tongues`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml
from bases import REPOSITORY
from playwright.sync_api import Page, expect

from threadbook.assistants.asking import Asking
from threadbook.assistants.source import open_source
from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.meaning import find_model
from threadbook.pages import Planning, plan_site, share
from threadbook.progress import Quiet
from threadbook.search.suggest import Suggester
from threadbook.search.vectors import Reader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_meaning")]

TONGUES: Final = REPOSITORY / "tests" / "questions" / "tongues"
SLOW: Final = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
ASK: Final = """async (queries) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", location));
  const search = await openSearch();
  await search.meaning.start();
  const found = [];
  for (const query of queries) {
    const { answer, meaning } = await search.answer(query, {}, Infinity);
    const [first] = answer.hits;
    const shown = first && (await search.index.read(first.id));
    found.push([shown?.at ?? "", answer.isAnswered, meaning]);
  }
  return found;
}"""

Serve = Callable[[Path], AbstractContextManager[str]]


def read(language: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((TONGUES / f"{language}.yml").read_text("utf-8"))
    return found


def write_tongue(base: Path, threads: str, language: str) -> None:
    """Write a base of the threads in a language, for a site that says that it is in `language`."""
    folder = base / "content" / "threads" / "help"
    folder.mkdir(parents=True)
    site = {
        "boards": [{"id": "help", "title": "Help"}],
        "topics": [{"id": "work", "title": "Work"}],
    }
    (base / "content" / "site.yml").write_text(json.dumps(site), "utf-8")
    for id_, thread in read(threads)["threads"].items():
        answer = {"title": thread["title"], "topics": ["work"], "answer": thread["accepted"]}
        text = yaml.safe_dump(answer, allow_unicode=True, sort_keys=False)
        (folder / f"{id_}.yml").write_text(text, "utf-8")
    config = (
        "site_name: Help\nsite_url: https://example.org/help/\n"
        f"theme: {{name: material, language: {language}, font: false}}\n"
        "plugins: [threadbook]\n"
    )
    (base / "mkdocs.yml").write_text(config, "utf-8")


@pytest.fixture(scope="module", params=["de", "ja"])
def tongue(request: pytest.FixtureRequest) -> str:
    language: str = request.param
    if find_model(language) is None:
        pytest.skip("needs the package threadbook-meaning")
    return language


@pytest.fixture(scope="module")
def site(tongue: str, build_once: Callable[..., Path]) -> Path:
    return build_once(f"tongue-{tongue}", lambda base: write_tongue(base, tongue, tongue))


def settings_of(site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((site / "search" / "settings.json").read_text("utf-8"))
    return found


def test_python_and_browsers_find_the_same(
    tongue: str,
    site: Path,
    open_page: Callable[..., Page],
    served_below_help: Serve,
    environment: Callable[[], dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", environment()["XDG_CACHE_HOME"])  # what the build has read
    queries = [each["query"] for each in read(tongue)["queries"]]
    with served_below_help(site) as address:
        page = open_page()
        page.goto(address)
        there = page.evaluate(ASK, queries)
    assert {meaning for _, _, meaning in there} == {"done"}
    here = list(ask_here(site.parent, queries))
    assert len(here) == len(there) == 75
    same = [one == tuple(other[:2]) for one, other in zip(here, there, strict=True)]
    assert sum(same) / len(same) >= 0.98
    wanted = [each["expect"] for each in read(tongue)["queries"]]
    first = [
        at == f"threads/{expect}/"
        for (at, _, _), expect in zip(there, wanted, strict=True)
        if expect
    ]
    assert sum(first) / len(first) > 0.25  # words alone find a tenth


def ask_here(base: Path, queries: list[str]) -> Iterator[tuple[str, bool]]:
    """Yield the address that `threadbook suggest` finds first, and whether it answers."""
    configuration = read_configuration(base / "mkdocs.yml")
    settings = replace(configuration.settings, jobs=1)
    gathered = gather(settings)
    plan = plan_site(Planning(gathered.library, gathered.sealed, settings))
    reader = Reader.open(settings, Quiet())
    assert reader is not None
    suggester = Suggester(plan, share(settings, gathered.library), settings, reader)
    for query in queries:
        best = suggester.suggest(query, 1)
        yield (f"threads/{best[0].thread}/", best[0].answered) if best else ("", False)


def test_a_reader_is_told_when_meaning_has_come(
    tongue: str, site: Path, open_page: Callable[..., Page], served_below_help: Serve
) -> None:
    question, thread = {
        "de": ("noch nie was gemacht, was schreib ich über mich", "profile-without-work-history"),
        "ja": ("タイマーはスクショを撮る？", "how-hours-are-recorded"),
    }[tongue]
    with served_below_help(site) as address:
        page = open_page()
        page.goto(f"{address}search/?q={question}")
        results = page.locator("#tb-results")
        expect(results).to_have_attribute("data-meaning", "done", timeout=30_000)
        found = page.locator("#tb-results > li").evaluate_all(
            "nodes => nodes.map(node => node.dataset.thread)"
        )
        assert thread in found[:5]


def test_assistants_find_it_too(tongue: str, site: Path) -> None:
    cases = [each for each in read(tongue)["queries"] if each["expect"]]
    asking = Asking(open_source(str(site)))
    found = [[each["at"] for each in asking.ask(case["query"], 5).results] for case in cases]
    wanted = [f"threads/{case['expect']}/" for case in cases]
    right = [at in ats for at, ats in zip(wanted, found, strict=True)]
    assert sum(right) / len(right) > 0.5  # words alone find a quarter


def test_the_ledger_of_gaps_goes_by_words(
    tongue: str, site: Path, tmp_path: Path, run: Callable[..., Any]
) -> None:
    file = tmp_path / "asked.csv"
    questions = [each["query"].replace('"', "") for each in read(tongue)["queries"]]
    file.write_text("\n".join(["question", *(f'"{each}"' for each in questions)]), "utf-8")
    command = ("threadbook", "gaps", file, "--format", "json")
    both, words = (run(*command, *more, cwd=site.parent) for more in ((), ("--words",)))
    assert both.returncode == words.returncode == 0, both.stderr
    assert json.loads(both.stdout) == json.loads(words.stdout)
    assert len(both.stdout) > 1_000


def test_who_saves_data_keeps_words(site: Path, browser: Browser, served_below_help: Serve) -> None:
    context = browser.new_context()
    context.add_init_script(SLOW)
    loaded: list[str] = []
    context.on("request", lambda request: loaded.append(request.url))
    with served_below_help(site) as address:
        page = context.new_page()
        page.goto(f"{address}search/?q=Profil")
        expect(page.locator("#tb-results")).to_have_attribute("data-meaning", "off")
        context.close()
    assert not [url for url in loaded if "/search/meaning/" in url and not url.endswith(".js")]


def test_words_answer_where_the_encoder_is_missing(
    site: Path, browser: Browser, served_below_help: Serve
) -> None:
    context = browser.new_context()
    context.route("**/encoder3.*.bin", lambda route: route.abort())
    with served_below_help(site) as address:
        page = context.new_page()
        page.goto(f"{address}search/?q=Passwort+パスワード")
        expect(page.locator("#tb-results")).to_have_attribute("data-meaning", "off")
        assert page.locator("#tb-results > li").count()
        context.close()


def test_browsers_get_one_encoder_and_no_student(tongue: str, site: Path) -> None:
    meaning = settings_of(site)["meaning"]
    assert meaning["languages"] == [tongue]
    assert meaning["student"] is None
    assert meaning["tokens"] == "pieces"
    files = [*meaning["encoder"].values(), meaning["vocabulary"]]
    sizes = [(site / meaning["folder"] / name).stat().st_size for name in files]
    assert sum(sizes) < 12_000_000
    assert {path.name for path in (site / meaning["folder"]).iterdir()} == set(files)


def test_a_language_without_a_model_keeps_words(build_once: Callable[..., Path]) -> None:
    assert find_model("fr") is None
    site = build_once("tongue-fr", lambda base: write_tongue(base, "es", "fr"))
    assert settings_of(site)["meaning"] is None
