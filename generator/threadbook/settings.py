"""What a publisher can configure. Engines fill this in from their own configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

DEFAULT_MAX_FILE_SIZE = 1_000_000
"""The largest content file that is read, in bytes."""

ENGINES = ("mkdocs", "zensical", "plain")
"""The names of the engines, the default first."""


SECTIONS = ("boards", "unanswered", "paths", "library", "glossary")
"""The parts of a site that a publisher can leave out."""


class NavItem(NamedTuple):
    """One entry of `nav` in `mkdocs.yml`.

    `target` is a prose page such as `guide/about.md`, or an address. A section has `children`
    instead. Without a `title`, a page shows its own. `place` is its file,
    line and column; both numbers are 0 if nobody knows.
    """

    title: str
    target: str = ""
    children: tuple[NavItem, ...] = ()
    place: tuple[str, int, int] = ("mkdocs.yml", 0, 0)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a site.

    `root` is the folder of `mkdocs.yml`. Paths in findings are relative to it.
    `edit_url`, `report_url` and `answer_url` are patterns in which `{file}`, `{id}`, `{title}`
    and `{url}` stand for the values of the thread. An empty pattern leaves out the link.
    `repository` is the address of the repository whose forms these patterns open by default.
    `feedback_url` is where "Was this helpful?" sends the reader's answer.
    `ask_url` is where readers ask a new question; `{title}` stands for what they searched for.
    `max_file_size` is in bytes. `language` is a BCP 47 tag such as `en`.
    `severities` changes the severity of rules, by id: `error`, `warning`, `notice`, or `None` to
    turn the rule off.
    `images` says which pictures in texts are shown besides the site's own: `none`, or those that
    come by `https`. The others become links.
    `policy` is what the content-security policy allows besides what the site needs: sources by
    directive. With `None` there is no policy.
    `jobs` is the number of processes; 0 means one for each processor. `cluster` is the address of
    a Dask scheduler whose workers do the work instead, as `dask://HOST:PORT`.
    `search` turns on the search index and its page. `meaning` says whether search knows what
    questions mean: `auto` if there is a model for the site's language, `off`, with a `student`
    alone, or with the `best` encoder. `offline` lets pages that were read open without network.
    `pdf` turns on the printing of learning paths to PDF,
    `health` the page of content health for editors, `components` the page of components for
    people who change the theme, and `twins` the files for programs: Markdown, JSON and llms.txt.
    `navigation` is what the publisher wrote in `nav`; `None` means every prose page. With
    `trusted_pages` the engine publishes the folder `pages` as it is; otherwise its Markdown is
    sanitised, and of its other files only pictures are taken.
    `social_pictures` gives each thread a picture for link previews. `social_font` is the font in
    it; without one, Pillow's own font is used.
    `engine` is the name of what renders the pages around the content.
    `robots` is what robots.txt signals to programs, by name; with `None` there is no such file.
    `api_catalog` and `skills` turn on the files in `.well-known/` that tell programs what is here.
    `assistants` are pairs of a name and the pattern of an address to which a reader may take a
    thread; `{prompt}` stands for what to ask there.
    `search_url` is where the search page sends what was asked; without it nothing is sent.
    `prefix` is the folder of the site that Threadbook's pages are in, such as `faq/`; without one
    they are the site. `site_url` is then the address of that folder, and `host_url` that of the
    whole site. `hidden` are the parts of `SECTIONS` that the site does not have. With `drafts`,
    drafts have pages, too.
    `archive_indexed` lets search engines list archived threads.
    """

    root: Path
    content: Path
    pages: Path
    site_name: str = "Threadbook"
    site_description: str = ""
    site_url: str = ""
    repository: str = ""
    edit_url: str = ""
    report_url: str = ""
    feedback_url: str = ""
    components: bool = False
    answer_url: str = ""
    ask_url: str = ""
    max_file_size: int = DEFAULT_MAX_FILE_SIZE
    language: str = "en"
    severities: tuple[tuple[str, str | None], ...] = ()
    jobs: int = 0
    cluster: str = ""
    icon_folders: tuple[Path, ...] = ()
    health: bool = True
    twins: bool = True
    search: bool = True
    meaning: str = "auto"
    offline: bool = False
    pdf: bool = False
    social_pictures: bool = False
    social_font: Path | None = None
    navigation: tuple[NavItem, ...] | None = None
    trusted_pages: bool = False
    images: str = "none"
    engine: str = "mkdocs"
    policy: tuple[tuple[str, tuple[str, ...]], ...] | None = ()
    robots: tuple[tuple[str, bool], ...] | None = (("search", True),)
    api_catalog: bool = True
    skills: bool = True
    assistants: tuple[tuple[str, str], ...] = ()
    search_url: str = ""
    prefix: str = ""
    hidden: frozenset[str] = frozenset()
    drafts: bool = False
    archive_indexed: bool = False

    @property
    def host_url(self) -> str:
        """The address of the whole site, of which Threadbook's pages may be a folder."""
        return self.site_url.removesuffix(self.prefix)

    @property
    def home_title(self) -> str:
        """What the home page is called: below a prefix as `nav` says, or else like the site."""
        if not self.prefix:
            return self.site_name
        named = (each.title for each in _flat(self.navigation or ()) if each.target == self.prefix)
        return next(named, "") or self.prefix.rstrip("/").rpartition("/")[2].capitalize()


def _flat(items: Iterable[NavItem]) -> Iterator[NavItem]:
    for item in items:
        yield item
        yield from _flat(item.children)
