"""The MkDocs adapter: stubs in, shells and prose pages out.

There are two ways to run MkDocs. `threadbook build` calls `MkDocs.render` in the middle of a build.
`mkdocs build`, `serve` and `gh-deploy` know only the plugin, so its events call the two halves of a
build: `on_config`, before MkDocs clears the site folder, the first half, and `on_post_build` the
second.
"""

from __future__ import annotations

import io
import logging
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

from threadbook.addresses import ASSETS, SITEMAP
from threadbook.build import Draft, Rendered, begin, finish
from threadbook.cache import Cache
from threadbook.configuration import Configuration
from threadbook.engines.hosts import guard
from threadbook.engines.mkdocs_options import ThreadbookConfig, read_settings
from threadbook.engines.mkdocs_staging import begin_staging, will_abort
from threadbook.engines.stubs import (
    STYLE,
    file_of,
    list_assets,
    name_navigation,
    remove_invalid,
    say_to_templates,
    write_stub,
)
from threadbook.errors import UserError
from threadbook.lifetime import StoppedError
from threadbook.pages import Entry
from threadbook.progress import Quiet
from threadbook.search.documents import Prose
from threadbook.settings import Settings
from threadbook.staging import Staging, temporary
from threadbook.theme_files import theme_folder
from threadbook.translations import interface

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.pages import Page

log = logging.getLogger("mkdocs.plugins.threadbook")

_LAST = -100
"""The lowest priority: other plugins may change a page before it is taken as a shell."""


class ThreadbookPlugin(BasePlugin[ThreadbookConfig]):  # type: ignore[no-untyped-call]
    """Adds a knowledge base to a MkDocs site."""

    def __init__(self) -> None:
        self.cache = Cache()
        self.is_driven = False
        """Whether `MkDocs.render` runs MkDocs, so that only shells and prose are needed."""

        self.settings: Settings

        self.is_staged = False
        """Whether MkDocs builds a site to keep, which takes its place when it is complete."""

        self.staging: Staging | None = None
        self.draft: Draft | None = None
        self.is_preview = False
        self.entries: Sequence[Entry] = ()
        self.docs_dir = ""
        self.prose: list[Prose] = []
        self.shells: dict[str, str] = {}

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Prepare for builds.

        MkDocs keeps a plugin that has this event between the builds of `serve`, and with it what
        was loaded.
        """
        self.is_preview = command == "serve"
        self.is_staged = command != "serve" and not dirty
        logging.getLogger(build.__module__).addFilter(_is_news)  # ProperDocs has another name

    def _begin_build(self, config: MkDocsConfig) -> MkDocsConfig:
        """Begin the build. Bad content ends it here, before MkDocs changes any file."""
        if not self.is_driven:
            self._begin(config)
        prepare_theme(config, self.entries, self.settings)
        self.docs_dir = config.docs_dir
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
        last_good = None
        options = self.config.options
        if self.is_preview:
            # Printing takes longer than anybody waits for a preview.
            options = options.model_copy(update={"pdf": False})
            last_good = self.draft
        try:
            self.settings = read_settings(config, options)
            self.draft = begin(self.settings, self.cache, Quiet(), last_good)
        except UserError as error:  # MkDocs shows only its own errors without a traceback
            raise PluginError(str(error)) from error
        self.entries = self.draft.entries
        if last_good and last_good.check is self.draft.check:
            log.error("The content has errors; the preview shows what was good before.")

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the stubs and the assets."""
        config.docs_dir = self.docs_dir
        stubs = {entry.url: entry for entry in self.entries if not entry.link}
        for entry in stubs.values():  # each once, though `nav` may name a page twice
            taken = files.get_file_from_path(file_of(entry.url))
            if taken is not None:
                raise PluginError(
                    f"{taken.abs_src_path}: this address belongs to a page of Threadbook's own; "
                    "give the file another name."
                )
            inclusion = InclusionLevel.INCLUDED if entry.title else InclusionLevel.NOT_IN_NAV
            name, content = file_of(entry.url), write_stub(entry)
            files.append(File.generated(config, name, content=content, inclusion=inclusion))
        template = files.get_file_from_path(SITEMAP)
        if template is not None:  # the theme's own, which `prepare_theme` keeps from rendering
            files.remove(template)
        for name, asset in list_assets(interface(config.theme.get("language") or "en")):
            # messages.js comes twice: from the theme, and then in the site's language.
            if (there := files.get_file_from_path(name)) is not None:
                files.remove(there)
            files.append(
                File.generated(config, name, abs_src_path=str(asset))
                if isinstance(asset, Path)
                else File.generated(config, name, content=asset)
            )
        return files

    @property
    def stubs(self) -> Container[str]:
        """The names of the stubs."""
        return {file_of(entry.url) for entry in self.entries if not entry.link}

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Forget the shells of the previous build."""
        self.prose, self.shells = [], {}

    @event_priority(_LAST)
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Keep a shell and let MkDocs write nothing for it; let MkDocs write prose pages."""
        output = remove_invalid(output)
        if page.file.src_uri in self.stubs:
            self.shells[page.file.src_uri.removesuffix("index.md")] = output
            return ""
        self.prose.append(Prose(page.url, page.title or "", page.content or ""))
        return output

    def on_post_template(self, output_content: str, **_: object) -> str:
        """Remove invalid HTML from the theme's own pages, such as 404.html."""
        return remove_invalid(output_content)

    def _finish_build(self, *, config: MkDocsConfig) -> None:
        """Finish the build."""
        if self.is_driven or self.draft is None:
            return
        rendered = Rendered(self.shells, tuple(self.prose))
        try:
            with ExitStack() as stack:
                work = (
                    self.staging.work if self.staging else stack.enter_context(temporary("build"))
                )
                site = Path(config.site_dir)
                finish(self.draft, rendered, site, work, is_preview=self.is_preview)
        except UserError as error:
            raise PluginError(str(error)) from error

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

    def _discard(self) -> None:
        if self.staging:
            self.staging.discard()
            self.staging = None

    def on_serve(
        self,
        server: LiveReloadServer,
        *,
        config: MkDocsConfig,
        builder: Any,
    ) -> LiveReloadServer:
        """Watch the content and the theme, and answer requests for this machine only."""
        if app := server.get_app():
            server.set_app(guard(app, config.dev_addr.host))
        server.watch(str(self.settings.content))
        server.watch(str(theme_folder()))
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
        raise UserError(str(error) or "MkDocs stopped.") from error
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise UserError(f"{where}{error.strerror or error}.") from error


def _is_news(record: logging.LogRecord) -> bool:
    """Return whether to show a message; not that a shell has no page, which is intended."""
    return not record.getMessage().endswith("Generated empty output.")


def prepare_theme(config: MkDocsConfig, entries: Sequence[Entry], settings: Settings) -> None:
    """Add the theme, the navigation, the style sheet and the script to MkDocs' configuration."""
    if not config.use_directory_urls:
        raise Abort("Threadbook needs `use_directory_urls: true` in mkdocs.yml.")
    config.theme.dirs.insert(0, str(theme_folder() / "overrides"))
    config.theme.static_templates.discard(SITEMAP)
    # Our 404.html comes after a site's own and before the theme's.
    place = 2 if config.theme.custom_dir else 1
    config.theme.dirs.insert(place, str(theme_folder() / "lost"))
    config.extra.update(say_to_templates(settings))
    config.extra_css.insert(0, f"{ASSETS}{STYLE}")
    script = config_options.ExtraScriptValue(f"{ASSETS}threadbook.js")
    script.type = "module"
    config.extra_javascript.append(script)
    trusted: list[Any] = []
    if settings.trusted_pages:
        trusted = config.nav if config.nav is not None else _prose(Path(config.docs_dir))
    config.nav = [*name_navigation(entries), *trusted]


def _prose(pages: Path) -> list[str]:
    """Return the prose pages for the navigation, as MkDocs would find them."""
    found = (file.relative_to(pages).as_posix() for file in pages.rglob("*.md"))
    return sorted(file for file in found if not any(p.startswith(".") for p in file.split("/")))
