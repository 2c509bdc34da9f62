"""`threadbook suggest` and `threadbook search-test`: ask search, and measure it."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from threadbook.addresses import of_thread
from threadbook.cli.common import CONFIG, need_configuration, read_settings
from threadbook.errors import FindingsError, UserError
from threadbook.gather import gather
from threadbook.progress import for_this_terminal
from threadbook.report.text import visible
from threadbook.search.golden import (
    GOLDEN,
    NOT_ANSWERED,
    Result,
    Searched,
    as_json,
    ask_in_browser,
    ask_without_browser,
    figures,
)
from threadbook.search.suggest import Suggester, Suggestion
from threadbook.search.vectors import Reader

_SHARE = click.FloatRange(0, 1)

_SPECIAL = re.compile(r"[\\`*_\[\]<>#|]")
"""The characters that mean something in Markdown."""


@click.command()
@CONFIG
@click.argument("text")
@click.option(
    "--format",
    "form",
    type=click.Choice(("markdown", "json")),
    default="markdown",
    show_default=True,
    help="The output format.",
)
@click.option(
    "--most",
    type=click.IntRange(1, 50),
    default=3,
    show_default=True,
    help="The most threads to list.",
)
@click.option(
    "--threshold",
    type=_SHARE,
    default=0.15,
    show_default=True,
    help="Leave out threads that match less than this, from 0 to 1.",
)
@click.option("--words", "by_words", is_flag=True, help="Search by words alone, not by meaning.")
def suggest(  # noqa: PLR0913, PLR0917 - its options
    config_file: Path, text: str, form: str, most: int, threshold: float, by_words: bool
) -> None:
    """List the threads most likely to answer TEXT.

    If TEXT is `-`, it is read from standard input. This is for bots that answer issues and chats.
    It uses the same ranking as the search of the site, without a browser. Each thread says whether
    anything here answers TEXT at all (`answered` in JSON). The exit status is 0 even if nothing
    does.
    """
    text = sys.stdin.read() if text == "-" else text
    settings = read_settings(config_file)
    gathered = gather(settings)
    base = Searched(gathered.library, gathered.sealed, settings)
    reader = None if by_words else Reader.open(settings, for_this_terminal())
    found = Suggester(base.plan, base.shared, settings, reader).suggest(text, most)
    found = [each for each in found if each.match >= threshold]
    if form == "json":
        values = [
            each._asdict() | {"url": f"{settings.site_url}{of_thread(each.thread)}"}
            for each in found
        ]
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return
    for line in _format_markdown(found, settings.site_url):
        click.echo(line)


def _format_markdown(found: Sequence[Suggestion], site_url: str) -> Iterator[str]:
    if not found:
        yield "No thread answers this yet."
    elif not found[0].answered:
        yield "No thread answers this yet. The closest are:\n"
    for each in found:
        title = _SPECIAL.sub(r"\\\g<0>", each.title)
        solved = ", solved" if each.is_solved else ""
        words = ", ".join(each.words)
        yield f"- [{title}]({site_url}{of_thread(each.thread)}) ({each.match:.0%}{solved}: {words})"


@click.command("search-test")
@CONFIG
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    help="The folder of the built site; by default the `site_dir` of mkdocs.yml.",
)
@click.option("--offline", is_flag=True, help="Use the ranking of `suggest`, without a browser.")
@click.option("--words", "by_words", is_flag=True, help="Search by words alone, not by meaning.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Save the results to a file."
)
@click.option("--compare", type=click.Path(path_type=Path), help="Compare with saved results.")
@click.option("--fail-under", type=_SHARE, help="The least share of golden queries answered first.")
@click.option(
    "--fail-under-5", "five", type=_SHARE, help="The least share answered in the first five."
)
def search_test(  # noqa: PLR0913, PLR0917 - its options
    config_file: Path,
    site: Path | None,
    offline: bool,
    by_words: bool,
    json_file: Path | None,
    compare: Path | None,
    fail_under: float | None,
    five: float | None,
) -> None:
    """Test search with golden queries and titles.

    Each `also_asked` is tested too, with an index that does not contain it. Golden queries of
    the holdout are apart, and so are those that nothing answers: `told` is the share of
    questions of which search says so. Below the table are the queries that went wrong, and what
    came first instead. With `--offline`, there are figures with and without meaning, and the
    rest is about search with it. The exit status is 1 if a share is below the one you ask for.
    """
    configuration = need_configuration(config_file)
    settings = configuration.settings
    before = _load_results(compare) if compare else {}
    gathered = gather(settings)
    if not gathered.is_good:
        raise FindingsError("The content has errors; `threadbook check` lists them.")
    base = Searched(gathered.library, gathered.sealed, settings)
    reader = None
    if offline:
        reader = None if by_words else Reader.open(settings, for_this_terminal())
        found = ask_without_browser(base, reader)
    else:
        built = (site or configuration.site).resolve() / settings.prefix
        found = ask_in_browser(base, built, by_words=by_words)
    if reader:
        words = ask_without_browser(base)
        for line in ("By words alone:", *_format_table(words), "", "By words and meaning:"):
            click.echo(line)
    for line in (*_format_table(found), *_format_losses(found)):
        click.echo(line)
    if compare:
        for line in _format_changes(before, as_json(found)):
            click.echo(line)
    if json_file:
        _save_results(found, json_file)
    golden = figures(found[GOLDEN])
    too_few = [
        f"the right thread is {place} for {share:.1%} of the golden queries, not {wanted:.1%}"
        for place, share, wanted in (
            ("first", golden.first, fail_under),
            ("in the first five", golden.five, five),
        )
        if wanted is not None and share < wanted
    ]
    if too_few:
        raise FindingsError(f"Search is not good enough: {'; '.join(too_few)}.")


def _save_results(found: Mapping[str, Sequence[Result]], file: Path) -> None:
    text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
    try:
        file.write_text(f"{text}\n", "utf-8")
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.") from error


def _load_results(file: Path) -> dict[str, Any]:
    try:
        kept = json.loads(file.read_text("utf-8"))
        places = {name: kept[name]["results"] for name in kept}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{file} does not contain results of an earlier run: {error}") from error
    return places


def _format_table(found: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    yield f"{'':16}{'asked':>7}{'first':>8}{'in 3':>8}{'in 5':>8}{'mrr':>8}{'empty':>7}{'told':>8}"
    for name, results in found.items():
        count, first, three, five, mrr, empty, told = figures(results)
        places = f"{first:8.3f}{three:8.3f}{five:8.3f}{mrr:8.3f}{empty:7}"
        if name in NOT_ANSWERED:
            places = f"{'':39}"
        if results:
            yield f"{name:16}{count:7}{places}{told:8.3f}"


def _format_losses(found: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    for name, results in found.items():
        lost = [each for each in results if not 0 < each.place <= each.case.within]
        if lost:
            what = "not told so" if name in NOT_ANSWERED else "not found in time"
            yield f"\n{name}: {len(lost)} {what}"
        for each in lost:
            place = f"place {each.place}" if each.place else "not found"
            wanted = f"{each.case.expect}: {place}; " if each.case.expect else ""
            yield f"  {visible(each.case.query)}"
            yield f"    {wanted}first was {each.first or 'nothing'}"


def _format_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    yield "\nChanges since the earlier results:"
    changed = False
    for name, group in now.items():
        places = {each["query"]: each["place"] for each in before.get(name, ())}
        for each in group["results"]:
            was, place = places.get(each["query"]), each["place"]
            if was is not None and was != place:
                changed = True
                better = place and (not was or place < was)
                mark = "+" if better else "-"
                places_said = f"place {was or 'none'} → {place or 'none'}"
                yield f"  {mark} {visible(each['query'])}: {places_said}"
    if not changed:
        yield "  none"
