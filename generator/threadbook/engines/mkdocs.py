"""The MkDocs adapter: stubs in, shells and prose pages out.

There are two ways to run MkDocs. `threadbook build` calls `MkDocs.render` in the middle of a build.
`mkdocs build`, `serve` and `gh-deploy` know only the plugin, so its events call the two halves of a
build: `on_config`, before MkDocs clears the site folder, the first half, and `on_post_build` the
second.
"""

from __future__ import annotations

import html
import io
import logging
import re
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

import yaml
from mkdocs.commands.build import build
from mkdocs.config import config_options, load_config
from mkdocs.exceptions import Abort, MkDocsException, PluginError
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel

from threadbook.addresses import ASSETS, LOST, SITEMAP
from threadbook.build import Draft, Rendered, begin, finish
from threadbook.cache import Cache
from threadbook.configuration import Configuration, read_configuration
from threadbook.engines.mkdocs_options import ThreadbookConfig, read_settings
from threadbook.engines.mkdocs_preview import Keeper, Outcome, Showing
from threadbook.engines.mkdocs_staging import begin_staging, forget_strictness, will_abort
from threadbook.engines.stubs import (
    STYLE,
    file_of,
    is_shell,
    list_assets,
    name_navigation,
    remove_invalid,
    say_to_templates,
    write_stub,
)
from threadbook.engines.templates import make_loader, own_folders
from threadbook.errors import UserError
from threadbook.lifetime import StoppedError
from threadbook.pages import Entry
from threadbook.progress import Quiet
from threadbook.search.documents import Prose
from threadbook.settings import Settings
from threadbook.showing.application import make_application
from threadbook.showing.hosts import guard
from threadbook.showing.script import write_still_page
from threadbook.showing.state import State
from threadbook.staging import Staging, temporary
from threadbook.text import count
from threadbook.theme_files import theme_folder
from threadbook.translations import interface
from threadbook.weave import write_file

if TYPE_CHECKING:
    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.threadbook")

_STRICT = re.compile(r"Aborted with (\d+) \w+ in strict mode")

_LAST = -100
"""The lowest priority: other plugins may change a page before it is taken as a shell."""


class ThreadbookPlugin(BasePlugin[ThreadbookConfig]):  # type: ignore[no-untyped-call]
    """Adds a knowledge base to a MkDocs site."""

    def __init__(self) -> None:
        self.cache = Cache()
        self.is_driven = False
        """Whether `MkDocs.render` runs MkDocs, so that only shells and prose are needed."""

        self.settings: Settings
        self.content: Path | None = None
        """The folder of content, as soon as it is known."""

        self.edit_url = ""

        self.is_staged = False
        """Whether MkDocs builds a site to keep, which takes its place when it is complete."""

        self.staging: Staging | None = None
        self.draft: Draft | None = None
        self.is_preview = False
        self.is_dirty = False
        self.outcome = Outcome()
        """What came of the first build of a preview."""

        self.showing: Showing | None = None
        """What is shown in a preview, from its first build on."""

        self.open = ExitStack()
        self.entries: Sequence[Entry] = ()
        self.docs_dir = ""
        self.prose: list[Prose] = []
        self.shells: dict[str, str] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Prepare for builds.

        MkDocs keeps a plugin that has this event between the builds of `serve`, and with it what
        was loaded.
        """
        self.is_preview, self.is_dirty = command == "serve", dirty
        self.is_staged = command != "serve" and not dirty
        logging.getLogger(build.__module__).addFilter(_is_news)  # ProperDocs has another name

    def _begin_build(self, config: MkDocsConfig) -> MkDocsConfig:
        """Begin the build. Bad content ends it here, before MkDocs changes any file."""
        if self.is_preview:
            config.strict = False
            forget_strictness()
        if not self.is_driven:
            self._begin(config)
        self.docs_dir = config.docs_dir
        if self.has_nothing:
            return prepare_nothing(config)
        prepare_theme(config, self.entries, self.settings)
        if not self.settings.trusted_pages:
            # MkDocs would publish everything in it. It looks before `on_files`, and finds nothing.
            config.docs_dir = str(theme_folder() / "nothing")
        return config

    @event_priority(_LAST)
    def _stage(self, config: MkDocsConfig) -> MkDocsConfig:
        """Let MkDocs build beside the site. Other plugins have said by now where that is."""
        if self.is_staged and self.draft and not self.is_driven:
            self.staging = begin_staging(Path(config.site_dir), self.draft.settings)
            if self.staging:
                config.site_dir = str(self.staging.site)
        return config

    on_config = CombinedEvent(_begin_build, _stage)

    def _begin(self, config: MkDocsConfig) -> None:
        options = self.config.options
        if self.is_preview:
            # Printing takes longer than anybody waits for a preview.
            options = options.model_copy(update={"pdf": False})
        self.draft, self.entries = None, ()
        try:
            self.settings = read_settings(config, options)
            self.content, self.edit_url = self.settings.content, self.settings.edit_url
            self.draft = begin(self.settings, self.cache, Quiet())
        except UserError as error:
            self._give_up(error)
        else:
            self.entries = self.draft.entries
            self._note(Outcome(self.draft.check().findings))

    @property
    def has_nothing(self) -> bool:
        """Whether MkDocs builds a site of nothing, because there is no content to show."""
        return self.draft is None and not self.is_driven

    def _give_up(self, error: UserError) -> None:
        """End the build, unless it is the first of a preview, with which MkDocs would end."""
        self._note(Outcome(error=error))
        if not self.is_preview or self.showing:
            # MkDocs shows only its own errors without a traceback.
            raise PluginError(str(error)) from error
        self.draft = None
        log.error("%s There is no site yet; every page says what has to be mended.", error)

    def _note(self, outcome: Outcome) -> None:
        self.outcome = outcome
        if self.showing:
            self.showing.outcome = outcome

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the stubs and the assets."""
        config.docs_dir = self.docs_dir
        if self.has_nothing:
            return files
        stubs = {entry.url: entry for entry in self.entries if not entry.link}
        prefix = self.settings.prefix
        for entry in stubs.values():  # each once, though `nav` may name a page twice
            name = file_of(entry.url, prefix)
            taken = files.get_file_from_path(name)
            if taken is not None:
                raise PluginError(
                    f"{taken.abs_src_path}: this address belongs to a page of Threadbook's own; "
                    "give the file another name."
                )
            inclusion = InclusionLevel.INCLUDED if entry.title else InclusionLevel.NOT_IN_NAV
            content = write_stub(entry)
            files.append(File.generated(config, name, content=content, inclusion=inclusion))
        template = files.get_file_from_path(SITEMAP)
        if template is not None:  # the theme's own, which `prepare_theme` keeps from rendering
            files.remove(template)
        for address, asset in list_assets(interface(config.theme.get("language") or "en")):
            # messages.js comes twice: from the theme, and then in the site's language.
            name = f"{prefix}{address}"
            if (there := files.get_file_from_path(name)) is not None:
                files.remove(there)
            files.append(
                File.generated(config, name, abs_src_path=str(asset))
                if isinstance(asset, Path)
                else File.generated(config, name, content=asset)
            )
        return files

    def on_env(self, env: Environment, *, config: MkDocsConfig, **_: object) -> Environment:
        """Let our base.html extend the theme's, which has the same name."""
        if not self.has_nothing:
            env.loader = make_loader(config.theme.dirs)
        return env

    @property
    def stubs(self) -> Container[str]:
        """The names of the stubs."""
        prefix = self.settings.prefix
        return {file_of(entry.url, prefix) for entry in self.entries if not entry.link}

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Forget the shells of the previous build."""
        self.prose, self.shells = [], {}

    @event_priority(_LAST)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Keep a shell and let MkDocs write nothing for it; let MkDocs write prose pages."""
        output = remove_invalid(output)
        if page.file.src_uri in self.stubs:
            name = page.file.src_uri.removeprefix(self.settings.prefix)
            self.shells[name.removesuffix("index.md")] = output
            return ""
        self.prose.append(Prose(page.url, page.title or "", page.content or ""))
        return output

    @event_priority(_LAST)
    def on_post_template(self, output_content: str, *, template_name: str, **_: object) -> str:
        """Keep the shell of the page of missing addresses, and let MkDocs write nothing for it."""
        output = remove_invalid(output_content)
        if template_name == LOST and is_shell(output):
            self.shells[LOST] = output
            return ""
        return output

    def _finish_build(self, *, config: MkDocsConfig) -> None:
        """Finish the build."""
        if self.is_driven:
            return
        if self.draft:
            self._finish(config, self.draft)
        if self.has_nothing:
            write_waiting(Path(config.site_dir), self.outcome)

    def _finish(self, config: MkDocsConfig, draft: Draft) -> None:
        rendered = Rendered(self.shells, tuple(self.prose))
        try:
            with ExitStack() as stack:
                work = (
                    self.staging.work if self.staging else stack.enter_context(temporary("build"))
                )
                site = Path(config.site_dir)
                finish(draft, rendered, site, work, is_preview=self.is_preview)
        except UserError as error:
            self._give_up(error)

    @event_priority(_LAST)
    def _publish(self, *, config: MkDocsConfig) -> None:
        """Put the site at its place, when all other plugins have finished it."""
        if self.staging is None or will_abort(config):
            return
        try:
            if config.site_dir == str(self.staging.site):
                self.staging.publish()
                config.site_dir = str(self.staging.ground.site)
                log.info("The site is in %s", config.site_dir)
        except UserError as error:
            raise PluginError(str(error)) from error
        finally:
            self._discard()

    on_post_build = CombinedEvent(_finish_build, _publish)

    @event_priority(_LAST)
    def on_build_error(self, *, error: Exception) -> None:
        """Remove what was built; the last good site stays in its place."""
        staging = self.staging
        self._discard()
        if staging and isinstance(error, OSError):  # MkDocs would show a traceback
            raise PluginError(str(staging.explain(error))) from error

    def on_shutdown(self) -> None:
        """Remove temporary files, after `KeyboardInterrupt`, too."""
        self._discard()
        self.open.close()

    def _discard(self) -> None:
        if self.staging:
            self.staging.discard()
            self.staging = None

    @event_priority(_LAST)
    def on_serve(
        self,
        server: LiveReloadServer,
        *,
        config: MkDocsConfig,
        builder: Any,
    ) -> LiveReloadServer:
        """Watch the content and the theme, and answer requests for this machine only.

        What is wrong is told on the pages of the last good site.
        """
        work = self.open.enter_context(temporary("preview"))
        file = Path(config.config_file_path)
        showing = Showing(server, file, work, lambda: self.edit_url, is_dirty=self.is_dirty)
        showing.begin(self.outcome, has_site=self.draft is not None)
        self.showing = server.builder = showing
        application = make_application(showing.source)
        server.set_app(guard(application, config.dev_addr.host))
        content = self.content or read_configuration(file).settings.content
        folders = (content, theme_folder(), Path(config.docs_dir))
        keeper = Keeper(server, folders, work / "bell")
        keeper.start()
        self.open.callback(keeper.ended.set)
        return server


class MkDocs:
    """The engine for a configuration without errors."""

    def __init__(self, configuration: Configuration) -> None:
        pages = configuration.settings.pages
        with _as_user_errors(), _source(configuration) as source:
            self.config = load_config(
                config_file=source,
                config_file_path=str(configuration.file),
                # MkDocs wants the folder to be there, but does without it when it builds.
                docs_dir=None if pages.is_dir() else str(theme_folder()),
            )
        self.config.docs_dir = str(pages)
        plugin = self.config.plugins.get("threadbook")
        if not isinstance(plugin, ThreadbookPlugin):
            words = f"{configuration.file} does not use the plugin"
            raise UserError(f"{words}; add `threadbook` to `plugins:`.")
        plugin.settings = configuration.settings
        self.plugin = plugin

    def render(self, entries: Sequence[Entry], site: Path) -> Rendered:
        """Render a shell for each entry; write everything else that MkDocs makes to `site`."""
        self.plugin.is_driven, self.plugin.entries = True, entries
        self.config.site_dir = str(site)
        with _as_user_errors():
            try:
                self.config.plugins.on_startup(command="build", dirty=False)
                build(self.config)
            except (TypeError, AttributeError, LookupError, ValueError) as error:
                # A template of the theme met a value that it does not expect; no check knows all.
                log.debug("Rendering failed.", exc_info=error)
                words = f"MkDocs stopped while it rendered ({type(error).__name__}: {error})."
                raise UserError(f"{words} Look at `theme` and `extra` in mkdocs.yml.") from error
            finally:
                self.config.plugins.on_shutdown()
                self.plugin.is_driven = False  # MkDocs keeps the plugin for the next configuration
        return Rendered(self.plugin.shells, tuple(self.plugin.prose))


def _source(configuration: Configuration) -> IO[bytes]:
    """Return what MkDocs reads: the file, or only what was checked of it."""
    if not configuration.is_safe:
        return configuration.file.open("rb")
    return io.BytesIO(yaml.safe_dump(dict(configuration.values)).encode())


@contextmanager
def _as_user_errors() -> Iterator[None]:
    """Raise the errors that MkDocs has for users as `UserError`; it has logged the details."""
    try:
        yield
    except StoppedError:
        raise
    except (MkDocsException, SystemExit) as error:
        raise UserError(_explain(error)) from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise UserError(f"{where}{error.strerror or error}.") from error


def _explain(error: BaseException) -> str:
    """Say why MkDocs stopped; where it has said so itself, its own last words are of no use."""
    words = str(error)
    if strict := _STRICT.match(words):
        warnings = count(int(strict[1]), "warning")
        return f"`strict: true` ends the build, because MkDocs has {warnings}, shown above."
    if words.startswith("Aborted with") or not words:
        return "MkDocs stopped; its message is above."
    return words


def prepare_nothing(config: MkDocsConfig) -> MkDocsConfig:
    """Let MkDocs build a site without pages."""
    config.docs_dir, config.nav = str(theme_folder() / "nothing"), None
    config.theme.static_templates.clear()
    return config


def write_waiting(site: Path, outcome: Outcome) -> None:
    """Write what MkDocs shows where it does not reload pages: one page, at every address."""
    page = write_still_page(outcome.tell(State()))
    for name in ("index.html", "404.html"):
        write_file(str(site), name, page)


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether to show a message; not that a shell has no page, which is intended."""
    return not record.getMessage().lower().endswith("generated empty output.")


def prepare_theme(config: MkDocsConfig, entries: Sequence[Entry], settings: Settings) -> None:
    """Add the theme, the navigation, the style sheet and the script to MkDocs' configuration."""
    if not config.use_directory_urls:
        raise Abort("Threadbook needs `use_directory_urls: true` in mkdocs.yml.")
    # Our templates come after a site's own and before the theme's.
    place = 1 if config.theme.custom_dir else 0
    config.theme.dirs[place:place] = map(str, own_folders())
    config.theme.static_templates.discard(SITEMAP)
    config.extra.update(say_to_templates(settings))
    config.extra_css.insert(0, f"{settings.prefix}{ASSETS}{STYLE}")
    script = config_options.ExtraScriptValue(f"{settings.prefix}{ASSETS}threadbook.js")
    script.type = "module"
    config.extra_javascript.append(script)
    trusted: list[Any] = []
    if settings.trusted_pages:
        trusted = config.nav if config.nav is not None else _prose(Path(config.docs_dir))
    config.nav = join_navigation(name_navigation(entries, settings.prefix), trusted, settings)


def join_navigation(ours: list[Any], trusted: list[Any], settings: Settings) -> list[Any]:
    """Join our pages and those of the engine. Below a prefix ours are one section of the site.

    It stands where `nav` names the prefix, or else at the end.
    """
    if not settings.prefix:
        return [*ours, *trusted]
    joined, is_named = _put_in(ours, trusted, settings.prefix)
    return joined if is_named else [*joined, {html.escape(settings.home_title): ours}]


def _put_in(ours: list[Any], items: list[Any], prefix: str) -> tuple[list[Any], bool]:
    """Replace the item that names the prefix; tell whether there was one."""
    joined: list[Any] = []
    is_named = False
    for item in items:
        ((title, target),) = item.items() if isinstance(item, dict) else ((None, item),)
        if target == prefix:
            title, target, is_named = title or prefix.rstrip("/").capitalize(), ours, True
        elif isinstance(target, list):
            target, is_there = _put_in(ours, target, prefix)
            is_named |= is_there
        joined.append(item if title is None else {title: target})
    return joined, is_named


def _prose(pages: Path) -> list[str]:
    """Return the prose pages for the navigation, as MkDocs would find them."""
    found = (file.relative_to(pages).as_posix() for file in pages.rglob("*.md"))
    return sorted(file for file in found if not any(p.startswith(".") for p in file.split("/")))
