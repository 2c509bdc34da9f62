"""The MkDocs plugin: load and check, give MkDocs stubs, take its shells, weave.

The only module that knows MkDocs. It holds no logic of its own: every event is one step of
`threadbook.build`, in MkDocs' order:

- `on_config` (before MkDocs clears the site folder): content is loaded and checked;
- `on_files`: stubs and the theme's assets join MkDocs' files;
- `on_post_page`: shells are taken, so MkDocs does not write them;
- `on_post_build`: pages are planned, woven into the shells and written.
"""

from __future__ import annotations

import errno
import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from mkdocs.commands.build import build
from mkdocs.commands.serve import serve
from mkdocs.config import config_options, load_config
from mkdocs.config.base import Config, ValidationError
from mkdocs.exceptions import Abort, MkDocsException, PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel

from threadbook import progress
from threadbook.build import icons, weave_site
from threadbook.cache import Cache
from threadbook.check import RULES
from threadbook.day import build_day
from threadbook.engines.stubs import file_of, navigation, stub
from threadbook.errors import UserError
from threadbook.findings import Severity, did_you_mean
from threadbook.gather import Gathered, gather
from threadbook.health import health
from threadbook.library import related_soon
from threadbook.load.sources import read_lines
from threadbook.pages import Entry, Plan, entries, plan
from threadbook.report import as_text, summary
from threadbook.search.documents import Prose
from threadbook.search.preview import Preview
from threadbook.settings import DEFAULT_MAX_FILE_SIZE, Settings
from threadbook.theme_files import style_sheet, theme_folder
from threadbook.translations import interface

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.threadbook")

_FAULTY = re.compile(r"<(?:input|label)\b[^<>]*>")
_FAULT = re.compile(
    r' tabindex=""|(?<=id="__drawer") autocomplete="off"|(?<=id="__search") autocomplete="off"'
)
"""What the HTML standard forbids and the theme writes outside of any block: our own pages pass."""

ASSETS = "assets/threadbook"
"""Where the theme's assets lie on the site."""

STYLE = "threadbook.css"
"""The style sheet there, made of the theme's `styles/`."""

MESSAGES = "messages.js"
"""The module among them that tells browsers the texts of scripts in the site's language."""

_LAST = -100


class RuleSeverities(config_options.Type[dict[str, str | None]]):
    """What the site makes of the checker's rules: `{TB301: notice, TB303: off}`."""

    def run_validation(self, value: object) -> dict[str, str | None]:
        """Return a severity for each rule's id, `None` for a rule that is off."""
        rules = super().run_validation(value)
        return {str(id_): self._severity(str(id_), severity) for id_, severity in rules.items()}

    def _severity(self, id_: str, severity: object) -> str | None:
        rule = next((rule for rule in RULES if rule.id == id_), None)
        if rule is None:
            hint = did_you_mean(id_, (rule.id for rule in RULES))
            raise ValidationError(f"there is no rule {id_}. {hint}".rstrip())
        if rule.is_essential:
            raise ValidationError(f"{id_} cannot be changed: {rule.summary}")
        if severity is False or severity == "off":  # YAML reads an unquoted `off` as false
            return None
        if severity not in list(Severity):
            known = ", ".join(Severity)
            said = "yes" if severity is True else severity
            raise ValidationError(f"{id_}: {said} is no severity; write {known} or off.")
        return str(severity)


class AtLeast(config_options.Type[int]):
    """A whole number with a smallest value."""

    def __init__(self, smallest: int, *, default: int) -> None:
        super().__init__(int, default=default)
        self.smallest = smallest

    def run_validation(self, value: object) -> int:
        """Return the number."""
        number = super().run_validation(value)
        if isinstance(number, bool) or number < self.smallest:
            raise ValidationError(f"write a whole number, {self.smallest} or more.")
        return number


class ThreadbookConfig(Config):  # type: ignore[no-untyped-call]
    """The plugin's options in `mkdocs.yml`."""

    content_dir = config_options.Type(str, default="content")
    edit_url = config_options.Type(str, default="")
    report_url = config_options.Type(str, default="")
    feedback_url = config_options.Type(str, default="")
    components = config_options.Type(bool, default=False)
    answer_url = config_options.Type(str, default="")
    ask_url = config_options.Type(str, default="")
    max_file_size = AtLeast(1, default=DEFAULT_MAX_FILE_SIZE)
    jobs = AtLeast(0, default=0)
    rules = RuleSeverities(dict, default={})
    health = config_options.Type(bool, default=True)
    twins = config_options.Type(bool, default=True)
    search = config_options.Type(bool, default=True)
    pdf = config_options.Type(bool, default=False)
    social_pictures = config_options.Type(bool, default=False)
    social_font = config_options.Optional(config_options.File(exists=True))


class ThreadbookPlugin(BasePlugin[ThreadbookConfig]):  # type: ignore[no-untyped-call]
    """Adds a knowledge base to a MkDocs site."""

    def __init__(self) -> None:
        self.cache = Cache()
        self.progress: progress.Progress = progress.Quiet()
        self.settings: Settings
        self.gathered: Gathered | None = None
        self.is_serving = False
        self.preview: Preview | None = None
        self.entries: tuple[Entry, ...] = ()
        self.related: Callable[[], Mapping[str, tuple[str, ...]]]
        self.plan: Plan
        self.prose: list[Prose] = []
        self.shells: dict[str, str] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Be kept between the builds of `mkdocs serve`, with what was loaded."""
        self.is_serving = command == "serve"
        self.preview = Preview() if self.is_serving else None
        logging.getLogger("mkdocs.commands.build").addFilter(_is_news)

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Load and check; bad content ends the build here, before anything is touched."""
        if self.is_serving:
            self.config.pdf = False  # printing takes longer than anybody waits for a preview
        self.settings = settings(config, self.config)
        gathered = gather(self.settings, self.cache, self.progress)
        show(gathered, self.settings)
        if gathered.is_good:
            self.gathered = gathered
        elif not self.is_serving or self.gathered is None:
            raise PluginError("The content has errors; nothing was built.")
        else:
            log.error("The content has errors; the preview shows what was good before.")
        library = self.gathered.library
        self.related = related_soon(library, self.gathered.terms, self.settings.jobs)
        self.entries = tuple(entries(library, self.settings, has_health=self.settings.health))
        _prepare(config, self.entries, self.settings)
        return config

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the stubs and the assets."""
        for entry in self.entries:
            taken = files.get_file_from_path(file_of(entry.url))
            if taken is not None:
                raise PluginError(
                    f"{taken.abs_src_path}: this address belongs to a page of Threadbook's own; "
                    "give the file another name."
                )
            inclusion = InclusionLevel.INCLUDED if entry.title else InclusionLevel.NOT_IN_NAV
            files.append(
                File.generated(config, file_of(entry.url), content=stub(entry), inclusion=inclusion)
            )
        template = files.get_file_from_path("sitemap.xml")
        if template is not None:  # the theme's own, which `_prepare` keeps MkDocs from rendering
            files.remove(template)
        for asset in sorted((theme_folder() / "assets").rglob("*")):
            if asset.is_file():
                name = asset.relative_to(theme_folder() / "assets").as_posix()
                files.append(File.generated(config, f"{ASSETS}/{name}", abs_src_path=str(asset)))
        made = {
            STYLE: style_sheet(),
            MESSAGES: interface(self.settings.language).script().decode(),
        }
        for name, content in made.items():
            if (there := files.get_file_from_path(f"{ASSETS}/{name}")) is not None:
                files.remove(there)
            files.append(File.generated(config, f"{ASSETS}/{name}", content=content))
        return files

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Forget the shells of the build before."""
        self.prose, self.shells = [], {}

    @event_priority(_LAST)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Take a shell instead of writing it; let prose pages be."""
        output = mended(output)
        if page.meta.get("woven"):
            self.shells[page.file.src_uri.removesuffix("index.md")] = output
            return ""
        self.prose.append(Prose(page.url, page.title or "", page.content or ""))
        return output

    def on_post_template(self, output_content: str, **_: object) -> str:
        """Mend the theme's page for addresses that lead nowhere."""
        return mended(output_content)

    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Plan the pages and weave them."""
        assert self.gathered is not None  # noqa: S101 - `on_config` ended the build else
        library = self.gathered.library
        self.plan = plan(
            library,
            self.gathered.sealed,
            self.settings,
            icons(library, self.settings.icon_folders),
            health(library, build_day()) if self.settings.health else None,
            self.related,
        )
        try:
            weave_site(
                self.plan,
                self.shells,
                Path(config.site_dir),
                self.settings,
                self.progress,
                prose=self.prose,
                preview=self.preview,
            )
            if self.preview and self.preview.failure:
                log.warning(
                    "Search is as it was: making its index failed. %s", self.preview.failure
                )
            if self.preview and self.preview.is_behind:
                log.info("Search is one build behind: its index is made while you read.")
        except UserError as error:  # MkDocs tells only its own errors without a traceback
            raise PluginError(str(error)) from error

    def on_serve(
        self,
        server: LiveReloadServer,
        *,
        config: MkDocsConfig,
        builder: Any,
    ) -> LiveReloadServer:
        """Watch the content and the theme."""
        server.watch(str(self.settings.content))
        server.watch(str(theme_folder()))
        return server


def settings_of(config_file: Path, jobs: int = 0) -> Settings:
    """Read Threadbook's settings from a configuration file."""
    config, plugin = _load(config_file, jobs)
    return settings(config, plugin.config)


def build_site(
    config_file: Path, out: Path | None, jobs: int, shown: progress.Progress, *, pdf: bool = False
) -> Path:
    """Build beside `out` (or the configured site folder) and put the site there when it is done.

    With `pdf` paths are printed, too, as with the option of that name.
    """
    config, plugin = _load(config_file, jobs)
    plugin.config.pdf = pdf or plugin.config.pdf
    plugin.progress = shown
    site = Path(config.site_dir) if out is None else out.resolve()
    _refuse_precious(site, settings(config, plugin.config))
    staging = site.with_name(f".{site.name}-{os.getpid()}")
    _make(staging, site)
    config.site_dir = str(staging)
    with _user_errors():
        try:
            config.plugins.on_startup(command="build", dirty=False)
            build(config)
            _replace(site, staging)
        finally:
            config.plugins.on_shutdown()
            shutil.rmtree(staging, ignore_errors=True)
    return site


def serve_site(config_file: Path, address: str | None) -> None:
    """Preview until interrupted; MkDocs does all of it."""
    _load(config_file, 0)
    logging.getLogger("mkdocs").setLevel(logging.INFO)
    options: dict[str, Any] = {"dev_addr": address} if address else {}
    with _user_errors():
        try:
            serve(config_file=str(config_file), **options)
        except (OSError, OverflowError) as error:
            number = error.errno if isinstance(error, OSError) else None
            if number == errno.EADDRINUSE:
                words = "Something else listens there already; choose another --address."
                raise UserError(words) from error
            if number not in {errno.EADDRNOTAVAIL, errno.EACCES, None}:
                raise
            words = f"Nothing can listen at {address or 'the address of mkdocs.yml'}: {error}"
            raise UserError(f"{words}; choose another --address.") from error


def _load(config_file: Path, jobs: int) -> tuple[MkDocsConfig, ThreadbookPlugin]:
    with _user_errors():
        config = load_config(config_file=str(config_file))
    plugin = config.plugins.get("threadbook")
    if not isinstance(plugin, ThreadbookPlugin):
        raise UserError(f"{config_file} does not use the plugin; add `threadbook` to `plugins:`.")
    if jobs:
        plugin.config.jobs = jobs
    return config, plugin


@contextmanager
def _user_errors() -> Iterator[None]:
    """Turn what MkDocs raises for users into our own kind; it has logged the details."""
    try:
        yield
    except (MkDocsException, SystemExit) as error:
        raise UserError(str(error) or "MkDocs stopped.") from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise UserError(f"{where}{error.strerror or error}.") from error


def _refuse_precious(site: Path, chosen: Settings) -> None:
    """Refuse a folder that holds anything but a site: building replaces all of it."""
    for precious in (chosen.root, chosen.content, chosen.pages, Path.home()):
        if precious.resolve().is_relative_to(site):
            raise UserError(f"{site} holds {precious}; building there would remove it.")
    if site.is_relative_to(chosen.content.resolve()):
        raise UserError(f"{site} is in the content folder; choose a folder outside of it.")
    if site.is_dir() and any(site.iterdir()) and not (site / "404.html").is_file():
        raise UserError(f"{site} is not empty and holds no site; empty it, or choose another one.")


def _make(staging: Path, site: Path) -> None:
    """Make the folder the site is built in, before any work is done for nothing."""
    try:
        staging.mkdir(parents=True)
    except OSError as error:
        raise UserError(f"The site cannot be put at {site}: {error.strerror}.") from error


def _replace(site: Path, staging: Path) -> None:
    """Put `staging` where `site` is; between two renames there is no site for an instant."""
    site.parent.mkdir(parents=True, exist_ok=True)
    before = site.with_name(f"{staging.name}-before")
    try:
        if site.exists():
            site.rename(before)
        staging.rename(site)
    except OSError as error:
        if before.exists() and not site.exists():
            before.rename(site)
        raise UserError(f"The site cannot be put at {site}: {error.strerror}.") from error
    shutil.rmtree(before, ignore_errors=True)


def settings(config: MkDocsConfig, options: ThreadbookConfig) -> Settings:
    """Read Threadbook's settings from MkDocs' configuration."""
    root = Path(config.config_file_path or "mkdocs.yml").resolve().parent
    site_url = config.site_url or ""
    if site_url and not site_url.endswith("/"):
        site_url += "/"
    return Settings(
        root=root,
        content=root / options.content_dir,
        pages=Path(config.docs_dir),
        site_name=config.site_name,
        site_description=config.site_description or "",
        site_url=site_url,
        edit_url=options.edit_url,
        report_url=options.report_url,
        feedback_url=options.feedback_url,
        components=options.components,
        answer_url=options.answer_url,
        ask_url=options.ask_url,
        max_file_size=options.max_file_size,
        language=str(config.theme.get("language") or config.theme.locale or "en"),
        severities=tuple(options.rules.items()),
        jobs=options.jobs,
        health=options.health,
        twins=options.twins,
        search=options.search,
        pdf=options.pdf,
        social_pictures=options.social_pictures,
        social_font=Path(options.social_font) if options.social_font else None,
        icon_folders=tuple(Path(folder) / ".icons" for folder in config.theme.dirs),
    )


def mended(output: str) -> str:
    """Return a page of the theme's without what the HTML standard forbids."""
    return _FAULTY.sub(lambda tag: _FAULT.sub("", tag[0]), output)


def show(gathered: Gathered, settings: Settings) -> None:
    """Print findings to standard error."""

    def lines(file: str) -> tuple[str, ...]:
        return read_lines(settings.root / file, settings.max_file_size)

    for line in as_text(gathered.findings, lines, is_coloured=progress.is_coloured(sys.stderr)):
        print(line, file=sys.stderr)
    if gathered.findings:
        print(summary(gathered.findings, gathered.files), file=sys.stderr)


def _is_news(record: logging.LogRecord) -> bool:
    """Keep MkDocs from saying of each shell that it wrote no page for it."""
    return not record.getMessage().endswith("Generated empty output.")


def _prepare(config: MkDocsConfig, entries: Iterable[Entry], settings: Settings) -> None:
    """Give MkDocs the theme, the navigation and the addresses Threadbook's pages need."""
    if not config.use_directory_urls:
        raise Abort("Threadbook needs `use_directory_urls: true` in mkdocs.yml.")
    config.theme.dirs.insert(0, str(theme_folder() / "overrides"))
    config.theme.static_templates.discard("sitemap.xml")
    # A site's own page for addresses that lead nowhere comes before ours, the theme's after.
    place = 2 if config.theme.custom_dir else 1
    config.theme.dirs.insert(place, str(theme_folder() / "lost"))
    say = interface(settings.language)
    config.extra["tb_lost"] = {
        "title": say("There is no such page"),
        "advice": say("Perhaps it has moved, or the address has a slip in it."),
        "home": say("Home"),
    }
    config.extra["tb_search"] = say("Search") if settings.search else ""
    config.extra_css.insert(0, f"{ASSETS}/{STYLE}")
    script = config_options.ExtraScriptValue(f"{ASSETS}/threadbook.js")
    script.type = "module"
    config.extra_javascript.append(script)
    prose = config.nav if config.nav is not None else _prose(Path(config.docs_dir))
    config.nav = [*navigation(entries), *prose]


def _prose(pages: Path) -> list[str]:
    """Return the prose pages for the navigation, as MkDocs would find them."""
    found = (file.relative_to(pages).as_posix() for file in pages.rglob("*.md"))
    return sorted(file for file in found if not any(p.startswith(".") for p in file.split("/")))
