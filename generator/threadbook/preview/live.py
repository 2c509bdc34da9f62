"""The base, kept in memory: the newest good state of its site, and what is wrong with it since.

After a change only changed files are loaded; everything is linked and checked again. Bad content
or a bad configuration changes nothing of what is shown: the last good site stays.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from functools import partial
from itertools import count
from pathlib import Path

from threadbook import outputs
from threadbook.build import Engine, find_icons
from threadbook.cache import Cache
from threadbook.check.likeness import Likeness
from threadbook.configuration import Configuration, read_configuration
from threadbook.errors import UserError
from threadbook.gather import Gathered, Gathering, Listed, list_pages, open_loaders
from threadbook.library import RelatedWhenAsked
from threadbook.load.media import MediaListing, list_media
from threadbook.load.sources import list_again, list_sources
from threadbook.pages import Entry, Planning, plan_entries
from threadbook.preview.places import Places
from threadbook.preview.site import Dress, Site
from threadbook.progress import Progress
from threadbook.settings import Settings
from threadbook.showing import state as shown

MakeEngine = Callable[[Configuration, Settings], Engine]
"""Makes the engine of a configuration; raises `UserError`."""

Adjust = Callable[[Settings], Settings]
"""Changes settings as the command wants them."""


State = shown.State[Site]
"""What a preview shows and says."""


class Live:
    """A base in memory; `work` is a folder for what engines write."""

    def __init__(
        self, file: Path, work: Path, make_engine: MakeEngine, adjust: Adjust, progress: Progress
    ) -> None:
        self.file = file
        self.work = work
        self.make_engine = make_engine
        self.adjust = adjust
        self.progress = progress
        self.cache = Cache(likeness=Likeness())
        self.listed: Listed | None = None
        self.configuration: Configuration | None = None
        self.dress: Dress | None = None
        self.state: State = State()
        self.places = Places.around(read_configuration(file))
        self.numbers = count(1)
        self.find_index: Callable[[], Path | None] = lambda: None
        """Returns the folder of the search index, once somebody makes one."""

    def refresh(self, changed: Collection[str] | None = None) -> State:
        """Take in what changed, by paths; `None` stands for anything, the configuration included.

        Returns the new state, which is also kept.
        """
        if changed is None or self.places.concern_engine(changed):
            self.configuration = self.dress = self.listed = None
        self._forget(changed)
        try:
            self.state = self._take_in(self.state, changed)
        except UserError as error:
            self.state = self.state._replace(trouble=str(error))
        except Exception as error:  # noqa: BLE001 - hooks and templates may raise anything
            words = f"The site could not be made ({type(error).__name__}: {error})."
            self.state = self.state._replace(trouble=words)
        return self.state

    def _forget(self, changed: Collection[str] | None) -> None:
        """Load changed files again, even if neither size nor time tells that they changed."""
        if changed:
            for kept in (self.cache.threads, self.cache.files):
                for source in [source for source in kept if source.path in changed]:
                    del kept[source]

    def _list(self, settings: Settings, changed: Collection[str] | None) -> Listed:
        """List the content; where only known files have changed, only these are looked at."""
        before = self.listed.listing if self.listed and changed else None
        listing = list_again(before, changed) if before and changed else None
        if listing is None:
            listing = list_sources(settings.content, settings.root)
        media = list_media(
            settings.content, settings.root, self.listed.media if self.listed else MediaListing()
        )
        return Listed(listing, list_pages(settings), media)

    def _gather(self, settings: Settings, listed: Listed) -> Gathered:
        with open_loaders(settings, listed, self.cache) as workers:
            gathering = Gathering(settings, listed, workers, self.cache)
            gathering.load(self.progress)
            return gathering.judge()

    def _take_in(self, before: State, changed: Collection[str] | None) -> State:
        configuration = self.configuration or read_configuration(self.file)
        self.places = Places.around(configuration)
        findings = configuration.findings
        if not configuration.is_good:
            return before._replace(findings=findings, trouble="", files=1)
        settings = self.adjust(configuration.settings)
        listed = self._list(settings, changed)
        if listed == self.listed and not changed and not before.is_behind:
            return before
        self.listed = listed
        gathered = self._gather(settings, listed)
        findings = (*findings, *gathered.findings)
        after = before._replace(findings=findings, trouble="", files=gathered.files)
        if not gathered.is_good:
            return after
        site = self._make_site(configuration, settings, gathered)
        return after._replace(number=before.number + 1, site=site)

    def _make_site(
        self, configuration: Configuration, settings: Settings, gathered: Gathered
    ) -> Site:
        planning = plan_content(gathered, settings)
        entries = plan_entries(planning)
        if self.dress is None or entries != self.dress.entries:
            self.dress = self._render(configuration, settings, entries)
        site = Site(settings, gathered, planning, self.dress, self.find_index)
        outputs.refuse_taken(site.redirects, self.dress.folder)
        self.configuration = configuration
        return site

    def _render(
        self, configuration: Configuration, settings: Settings, entries: tuple[Entry, ...]
    ) -> Dress:
        """Let the engine render shells into a new folder; the last site's stays, for requests."""
        number = next(self.numbers)
        folder = self.work / f"engine-{number}"
        folder.mkdir()
        rendered = self.make_engine(configuration, settings).render(entries, folder)
        dress = Dress.make(settings, entries, rendered, folder)
        shutil.rmtree(self.work / f"engine-{number - 2}", ignore_errors=True)
        return dress


def plan_content(gathered: Gathered, settings: Settings) -> Planning:
    """Return what pages are planned from; related threads are found when one is asked for."""
    library = gathered.library
    icons = find_icons(library, settings.icon_folders)
    related = partial(RelatedWhenAsked, library, gathered.terms)
    return Planning(library, gathered.sealed, settings, icons, related)
