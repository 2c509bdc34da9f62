"""A build, from content files to a site, in the order in which it happens.

`build` is the whole story. An engine that calls Threadbook instead, as MkDocs calls its plugins,
uses the two halves: `begin` before its own work, and `finish` after it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from threadbook import outputs
from threadbook.addresses import HEADERS, LICENCES, LLMS, LOST, REDIRECT_RULES
from threadbook.cache import Cache
from threadbook.crew import Crew, Loom
from threadbook.errors import FindingsError, UserError
from threadbook.gather import Gathered, Gathering, list_content, open_loaders
from threadbook.library import Library, start_finding_related
from threadbook.load.files import seal
from threadbook.load.prose import read_picture
from threadbook.load.sources import read_lines
from threadbook.outputs.pdf import print_paths
from threadbook.outputs.pictures import find_pictures
from threadbook.pages import (
    Entry,
    Plan,
    Planning,
    Shared,
    plan_around,
    plan_entries,
    plan_lost,
    plan_pages,
    share,
)
from threadbook.pages.media import read_media
from threadbook.pages.page import Located
from threadbook.pages.templates import prepare
from threadbook.parallel import Workers, open_workers
from threadbook.progress import Progress, is_coloured
from threadbook.report import as_text, summarise_findings
from threadbook.search.documents import Prose
from threadbook.search.maker import IndexMaker
from threadbook.search.making import Indexing
from threadbook.search.vectors import choose_model
from threadbook.settings import Settings
from threadbook.staging import Ground, stage
from threadbook.team import keep
from threadbook.theme_files import read_notices, read_worker
from threadbook.weave import (
    WASM,
    Need,
    Policy,
    Shell,
    find_needs,
    find_origin,
    list_headers,
    protect,
    protect_pages,
    read_pages,
    refuse_links,
    write_file,
)

R = TypeVar("R")

MEANWHILE: Final = 1_000
"""How many pages workers get to weave while the content is checked as a whole."""


class Rendered(NamedTuple):
    """What an engine rendered: shells as HTML by address, and the prose pages.

    The shell of missing addresses is at `LOST`, unless the site has a page of its own there.
    """

    shells: Mapping[str, str]
    prose: Sequence[Prose]


class Engine(Protocol):
    """What renders shells and prose pages with the theme."""

    def render(self, entries: Sequence[Entry], site: Path) -> Rendered:
        """Render a shell for each entry; write prose pages and the theme's assets to `site`."""
        ...


class Draft(NamedTuple):
    """The first half of a build: content, and the shells it needs.

    `check` raises `FindingsError` for bad content. Without `workers`, the second half hires its
    own.
    """

    settings: Settings
    progress: Progress
    planning: Planning
    entries: tuple[Entry, ...]
    check: Callable[[], Gathered]
    workers: Workers | None = None


def build(
    make_engine: Callable[[], Engine], settings: Settings, site: Path, progress: Progress
) -> None:
    """Build a site. If anything goes wrong, the site that was there stays as it was.

    The engine is made, and renders the shells, while workers load threads. Content is checked
    while they weave: what they have written is thrown away if it is bad.
    """
    with stage(Ground.at(site, settings.root, settings.content, settings.pages)) as staging:
        listed = list_content(settings)
        folders = [settings.content, staging.site, staging.work]
        with open_workers(settings.jobs, len(listed.threads), settings.cluster, folders) as workers:
            gathering = Gathering(settings, listed, workers, put=keep if workers.can_keep else seal)
            del listed  # a name for each file takes much of the memory
            entries = foresee_entries(gathering)
            rendering = Attempt(lambda: make_engine().render(entries, staging.site))
            gathering.load(progress)
            try:
                draft = draft_site(gathering, progress)
                gathering.forget_files()
                if workers.count == 1 or gathering.has_errors or rendering.error:
                    draft.check()
                finish(draft, rendering.result(), staging.site, staging.work)
            except (LookupError, TypeError, ValueError, AttributeError):
                check_content(gathering)  # what is bad may be impossible to plan
                raise


class Attempt(Generic[R]):
    """Something done early: what it returned, or the error for users that it raised."""

    def __init__(self, work: Callable[[], R]) -> None:
        self.error: UserError | None = None
        try:
            self.value = work()
        except UserError as error:
            self.error = error

    def result(self) -> R:
        """Return what came of it, or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value


def begin(settings: Settings, known: Cache, progress: Progress) -> Draft:
    """Gather and check the content, and plan the shells; raise `UserError` for bad content.

    Files that are `known` and have not changed are not read again.
    """
    listed = list_content(settings)
    with open_loaders(settings, listed, known) as workers:
        gathering = Gathering(settings, listed, workers, known)
        gathering.load(progress)
        draft = draft_site(gathering, progress)
        draft.check()
        draft.planning.related  # noqa: B018 - before the workers go
    return draft._replace(workers=None)


def foresee_entries(gathering: Gathering) -> tuple[Entry, ...]:
    """Return the shells, none of which depends on a thread."""
    return plan_entries(Planning(gathering.foresee(), {}, gathering.settings))


def draft_site(gathering: Gathering, progress: Progress) -> Draft:
    """Plan the shells, and begin to find related threads."""
    settings, workers, library = gathering.settings, gathering.workers, gathering.library
    related = start_finding_related(library, gathering.terms, workers.start)
    for worker in range(workers.count if workers.can_keep else 0):
        workers.submit(worker, prepare, settings.language)  # while there is nothing to weave
    planning = Planning(
        library,
        gathering.sealed,
        settings,
        find_icons(library, settings.icon_folders),
        related,
    )
    check = cache(partial(check_content, gathering))
    return Draft(settings, progress, planning, plan_entries(planning), check, workers)


def check_content(gathering: Gathering) -> Gathered:
    """Check content and print all findings; raise `UserError` if it is bad."""
    gathered = gathering.judge()
    print_findings(gathered, gathering.settings)
    if not gathered.is_good:
        raise FindingsError("The content has errors; nothing was built.", gathered.findings)
    return gathered


def finish(
    draft: Draft, rendered: Rendered, site: Path, work: Path, *, is_preview: bool = False
) -> None:
    """Plan the pages, weave them into the shells, and write everything else.

    `work` is a folder for temporary files.
    """
    refuse_links(site)
    settings, progress, plan = draft.settings, draft.progress, plan_around(draft.planning)
    home = site / settings.prefix
    shared = share(settings, draft.planning.library, draft.planning.icons)
    # The preview reloads pages by a script of the engine's that changes with every build.
    policy = None if is_preview else find_policy(settings, rendered, site)
    protect_pages(site, policy)
    shells = split_shells(draft.entries, rendered.shells, settings.site_url, policy)
    with (
        open_index(plan, settings, work) as index,
        hire(draft, len(plan.catalogue.threads), [home, work]) as workers,
    ):
        with progress.stage("Weaving pages") as advance:
            loom = Loom(shared, str(home), str(work), find_pictures(settings))
            crew = Crew(workers, loom, shells, index, advance)
            pages = plan_pages(draft.planning)
            crew.weave(islice(pages, MEANWHILE))
            draft.check()
            crew.weave(pages)
            write_files(make_outputs(plan, shared), home)
            write_files(map_site(crew.located, rendered, shared), site)
            write_files(make_lost(draft.planning, shared, shells), site)
            write_files(read_pictures(draft), site)
            write_files(read_media(draft.planning.library, draft.planning.media), home)
            woven = crew.finish()
            if index:
                index.start(rendered.prose)
            crew.write_feeds(plan.feeds, woven.views)
            if shared.has_twins:
                write_files(outputs.write_volumes(woven.volumes, shared), home)
            crew.close()
            own = partial(read_own, site=site)
            write_files(outputs.write_discovery(settings, shared, own), site)
            if not is_preview:
                kept = read_own(HEADERS, site)
                types = outputs.list_types(settings)
                headers = list_headers(policy)
                write_files(outputs.write_headers(headers, settings.host_url, kept, types), site)
        if index:
            index.understand(progress, workers)
            index.finish(home)
    write_files(let_keep(settings, site, is_on=settings.offline and not is_preview), home)
    if settings.pdf and plan.catalogue.paths:
        with progress.stage("Printing paths", len(plan.catalogue.paths)):
            print_paths(site, settings.prefix, [path.id for path in plan.catalogue.paths])
    # Redirects are last, so that they cannot replace anything else of the site.
    outputs.refuse_taken(plan.redirects, home)
    rules = read_own(REDIRECT_RULES, site)
    write_files(outputs.place_redirects(plan.redirects, shared, rules), site)


def hire(draft: Draft, things: int, folders: Sequence[Path]) -> AbstractContextManager[Workers]:
    """Return the workers of the first half, if they are still there, or open new ones."""
    if draft.workers:
        return nullcontext(draft.workers)
    settings = draft.settings
    return open_workers(settings.jobs, things, settings.cluster, folders)


def make_outputs(plan: Plan, shared: Shared) -> Iterator[tuple[str, bytes]]:
    """Yield the address and content of the files that are about all of the content."""
    yield LICENCES, read_notices().encode()
    if shared.has_twins:
        yield from outputs.write_api(plan.catalogue, shared)
        yield LLMS, outputs.write_overview(plan.catalogue, shared).encode()


def make_lost(
    planning: Planning, shared: Shared, shells: Mapping[str, Shell]
) -> Iterator[tuple[str, bytes]]:
    """Yield the page of missing addresses, unless the site has one of its own."""
    if LOST in shells:
        yield LOST, shells[LOST].fill(plan_lost(planning).make(shared).texts)


def let_keep(settings: Settings, site: Path, *, is_on: bool) -> Iterator[tuple[str, bytes]]:
    """Yield what lets browsers keep pages; where it is off, what removes an earlier worker."""
    if not is_on:
        yield outputs.WORKER, read_worker("goodbye").encode()
        return
    code = read_worker("worker")
    yield from outputs.write_worker(site, settings.prefix, settings.language, code)
    yield outputs.list_index(site / settings.prefix)


def map_site(
    located: Iterable[Located], rendered: Rendered, shared: Shared
) -> Iterator[tuple[str, bytes]]:
    """Yield the sitemap, at the root of the whole site: our pages, and those of the engine."""
    if shared.site_url:
        own = [(f"{shared.prefix}{url}", day) for url, day in located]
        prose = [(page.url, None) for page in rendered.prose]
        yield from outputs.write_sitemaps(shared.host_url, [*own, *prose])


def read_pictures(draft: Draft) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of prose pages, unless the engine has published all of their folder."""
    if draft.settings.trusted_pages:
        return
    for name in draft.planning.library.published:
        content = read_picture(draft.settings.pages, name)
        if content is not None:
            yield name, content


def split_shells(
    entries: Iterable[Entry], shells: Mapping[str, str], site_url: str, policy: Policy | None
) -> dict[str, Shell]:
    """Split all shells. A bad shell raises `ShellError` here, before anything is woven."""
    split = {
        entry.url: Shell.split(
            protect(shells[entry.url], policy),
            name=entry.url or "home",
            canonical=f"{site_url}{entry.url}" if site_url else "",
        )
        for entry in entries
        if not entry.link
    }
    if LOST in shells:
        split[LOST] = Shell.split(protect(shells[LOST], policy), name=LOST)
    return split


def open_index(
    plan: Plan, settings: Settings, work: Path
) -> AbstractContextManager[IndexMaker | None]:
    """Return the search index that will be made, if the site has search."""
    return Indexing(plan, settings, work) if settings.search else nullcontext()


def find_policy(settings: Settings, rendered: Rendered, site: Path) -> Policy | None:
    """Return the content-security policy for the shells and for what the engine wrote."""
    if settings.policy is None:
        return None
    needs = set(find_needs([*rendered.shells.values(), *read_pages(site).values()]))
    needs |= {Need(name, source) for name, sources in settings.policy for source in sources}
    if settings.images == "https":
        needs.add(Need("img-src", "https:"))
    if settings.search and choose_model(settings):
        needs.add(WASM)
    for address in (settings.feedback_url, settings.search_url):
        if origin := find_origin(address):
            needs.add(Need("connect-src", origin))
    return Policy.make(needs)


def read_own(address: str, site: Path) -> bytes:
    """Return the publisher's own file at an address where ours belongs; theirs comes after it."""
    file = site / address
    return file.read_bytes() if file.is_file() else b""


def write_files(files: Iterable[tuple[str, bytes]], site: Path) -> None:
    """Write files at their addresses."""
    for address, content in files:
        write_file(str(site), address, content)


def find_icons(library: Library, folders: Iterable[Path]) -> dict[str, str]:
    """Read the SVG of topics' icons from the theme's icon folders; skip unknown icons."""
    wanted = {topic.icon for topic in library.topics.values() if topic.icon}
    found: dict[str, str] = {}
    for folder in folders:
        for icon in sorted(wanted - found.keys()):
            file = folder / f"{icon}.svg"
            if file.is_file():
                found[icon] = file.read_text("utf-8").strip()
    return found


def print_findings(gathered: Gathered, settings: Settings) -> None:
    """Print the findings to standard error."""

    def lines(file: str) -> tuple[str, ...]:
        return read_lines(settings.root / file, settings.max_file_size)

    if not gathered.findings:
        return
    said = as_text(gathered.findings, lines, is_coloured=is_coloured(sys.stderr))
    for line in (*said, summarise_findings(gathered.findings, gathered.files)):
        print(line, file=sys.stderr)  # noqa: T201 - what an editor reads
