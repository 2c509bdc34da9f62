"""What a publisher can configure; the engines fill it in from their own configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_MAX_FILE_SIZE = 1_000_000
"""The largest content file that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices that content cannot make for itself.

    `root` is the folder that paths in findings are relative to (that of `mkdocs.yml`).
    `edit_url`, `report_url` and `answer_url` are patterns in which `{file}`, `{id}`, `{title}`
    and `{url}` stand for the thread's; an empty pattern leaves the link out.
    `severities` says what the site makes of the checker's rules, by id: `error`, `warning`,
    `notice` or `None`, which silences one. `language` is the site's, such as `en`.
    `jobs` is the number of processes; 0 means one for each processor.
    `ask_url` is where readers ask a new question, with `{title}` for what they searched.
    `search` says whether the site has a search index and its page, `pdf` whether learning paths are
    printed to PDF, `health` whether it has a page
    of content health for its editors,
    and `twins` whether it is published for programs too: Markdown, JSON and llms.txt.
    `social_pictures` says whether each thread gets a picture for links to it, and `social_font` is
    the font it is drawn with, if not Pillow's own.
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
    icon_folders: tuple[Path, ...] = ()
    health: bool = True
    twins: bool = True
    search: bool = True
    pdf: bool = False
    social_pictures: bool = False
    social_font: Path | None = None
