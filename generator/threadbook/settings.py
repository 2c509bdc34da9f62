"""What a publisher can configure. Engines fill this in from their own configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

DEFAULT_MAX_FILE_SIZE = 1_000_000
"""The largest content file that is read, in bytes."""

ENGINES = ("mkdocs", "zensical", "plain")
"""The names of the engines, the default first."""


class NavItem(NamedTuple):
    """One entry of `nav` in `mkdocs.yml`.

    `target` is a prose page such as `guide/about.md`, or an address. A section has `children`
    instead. Without a `title`, a page shows its own.
    """

    title: str
    target: str = ""
    children: tuple[NavItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a site.

    `root` is the folder of `mkdocs.yml`. Paths in findings are relative to it.
    `edit_url`, `report_url` and `answer_url` are patterns in which `{file}`, `{id}`, `{title}`
    and `{url}` stand for the values of the thread. An empty pattern leaves out the link.
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
    alone, or with the `best` encoder. `pdf` turns on the printing of learning paths to PDF,
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
    """

    root: Path
    content: Path
    pages: Path
    site_name: str = "Threadbook"
    site_description: str = ""
    site_url: str = ""
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
