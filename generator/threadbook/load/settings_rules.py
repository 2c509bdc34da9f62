"""The rules of `mkdocs.yml`: what can be wrong with the settings of a site.

The room `configuration` finds what breaks them. They are here because `check` lists every rule.
"""

from __future__ import annotations

from typing import Final

from threadbook.findings import Rule, Severity


def _error(id_: str, documentation: str, *, is_essential: bool = True) -> Rule:
    return Rule.from_docstring(id_, Severity.ERROR, documentation, is_essential=is_essential)


UNREADABLE: Final = _error(
    "TB901",
    """The configuration cannot be read.

    `mkdocs.yml` must be an ordinary file of at most a million bytes, saved as UTF-8. Nothing else
    is opened, so that a check never waits for a pipe or a device.

    Bad:
        site_name: Résumé Help   (saved as Latin-1)

    Good:
        site_name: Résumé Help   (saved as UTF-8)
    """,
)
NOT_YAML: Final = _error(
    "TB902",
    """The configuration is not YAML that can be read to its end.

    Besides slips of syntax, this is about settings nested deeper than 50 levels, and aliases that
    repeat thousands of values.

    Bad:
        site_name: "Freelance Help

    Good:
        site_name: "Freelance Help"
    """,
)
GIVEN_TWICE: Final = _error(
    "TB903",
    """A setting is given twice.

    MkDocs would use the last one without a word, so the first one would seem to have no effect.

    Bad:
        site_name: Freelance Help
        site_name: Help for Freelancers

    Good:
        site_name: Freelance Help
    """,
)
INHERITANCE: Final = _error(
    "TB904",
    """The configuration inherits from a file that cannot be used.

    `INHERIT` names another configuration file in the same folder or below it. Files elsewhere are
    not read, because a pull request could name any file of the machine.

    Bad:
        INHERIT: ../shared.yml

    Good:
        INHERIT: shared.yml
    """,
)
MISSING: Final = _error(
    "TB905",
    """A setting that every site needs is missing.

    MkDocs needs `site_name`, Threadbook the theme Material, and the plugin must be in the list of
    plugins.

    Bad:
        site_name: Freelance Help
        theme:
          name: material

    Good:
        site_name: Freelance Help
        theme:
          name: material
        plugins:
          - threadbook
    """,
)
UNKNOWN_OPTION: Final = _error(
    "TB906",
    """There is no such setting.

    It would have no effect. This is about the plugin's own options, and about all settings if the
    site has `strict: true`, which ends a build with MkDocs as well.

    Bad:
        plugins:
          - threadbook:
              content_dri: content

    Good:
        plugins:
          - threadbook:
              content_dir: content
    """,
)
UNKNOWN_SETTING: Final = Rule.from_docstring(
    "TB907",
    Severity.WARNING,
    """MkDocs does not know this setting.

    It has no effect. A misspelt name is the usual reason.

    Bad:
        site_descripton: Answers to real questions

    Good:
        site_description: Answers to real questions
    """,
)
BAD_VALUE: Final = _error(
    "TB908",
    """A setting has a value that it cannot have.

    The message says what is expected. A value that MkDocs cannot use ends every build.

    Bad:
        site_url: example.org

    Good:
        site_url: https://example.org/help/
    """,
)
COMPUTED: Final = _error(
    "TB909",
    """A setting that Threadbook needs is computed by a YAML tag.

    Threadbook reads `mkdocs.yml` as plain data and runs nothing in it, so the value is unknown.
    Tags such as `!ENV` are fine in settings that only MkDocs or another plugin reads.

    Bad:
        site_name: !ENV [NAME, Freelance Help]

    Good:
        site_name: Freelance Help
    """,
)
BAD_PATH: Final = _error(
    "TB910",
    """A setting names a folder or file that cannot be used.

    It does not exist, is of the wrong kind, or may not be read.

    Bad:
        plugins:
          - threadbook:
              social_font: fonts/none.ttf

    Good:
        plugins:
          - threadbook
    """,
)
NOT_INSTALLED: Final = _error(
    "TB911",
    """An option needs something that is not installed.

    The build would end with the same message. Where only the check runs, and the site is built on
    another machine, `rules: {TB911: notice}` is fine.

    Bad:
        plugins:
          - threadbook:
              pdf: true

    Good:
        plugins:
          - threadbook
    """,
    is_essential=False,
)
RUNS_CODE: Final = _error(
    "TB912",
    """A setting can run code, which `--safe` refuses.

    Hooks, YAML tags, plugins, most Markdown extensions, templates and prose pages that are trusted
    can run commands on the machine that builds the site, or scripts in its pages. `threadbook build
    --safe` is for configurations that strangers may have changed.

    Bad:
        hooks:
          - hooks.py

    Good:
        site_name: Freelance Help
    """,
)
OUTSIDE: Final = _error(
    "TB913",
    """A setting leads out of the project, which `--safe` refuses.

    With such a path, a pull request could publish or replace any file of the machine that builds
    the site.

    Bad:
        docs_dir: ../private

    Good:
        docs_dir: pages
    """,
)
MARKUP: Final = _error(
    "TB914",
    """A setting puts HTML, a script or a style sheet on every page, which `--safe` refuses.

    Themes print some settings as they are: the name of the site, its copyright notice, titles in
    the navigation. `--safe` allows only text there, and no style sheets or scripts of the site's
    own.

    Bad:
        copyright: <script src="https://example.org/x.js"></script>

    Good:
        copyright: © 2026 The authors
    """,
)

UNINSTALLED: Final = Rule.from_docstring(
    "TB915",
    Severity.WARNING,
    """A plugin or a Markdown extension is not installed on this machine.

    The check needs neither, but a build here would end. Where only the check runs,
    `rules: {TB915: off}` is fine.

    Bad:
        plugins:
          - threadbook
          - macros

    Good:
        plugins:
          - threadbook
    """,
)

NO_ADDRESS: Final = Rule.from_docstring(
    "TB916",
    Severity.NOTICE,
    """The site does not say where it is published.

    Without `site_url` a build has no feeds and no sitemap, and search engines and link previews do
    not learn the address of a page. If the site is published in a folder of its host, the page for
    addresses that do not exist (404) has no styles. For a site that is only read on one machine,
    `rules: {TB916: off}` is fine.

    Bad:
        site_name: Freelance Help
        plugins:
          - threadbook

    Good:
        site_name: Freelance Help
        site_url: https://example.org/help/
        plugins:
          - threadbook
    """,
)
NO_SUPER: Final = Rule.from_docstring(
    "TB110",
    Severity.WARNING,
    """A template of the site's own leaves out what Threadbook puts on every page.

    Templates in `theme.custom_dir` come before Threadbook's. If one fills a block that Threadbook
    fills, too, it must call `super()` there. In `content` and `extrahead` are the page itself and
    its metadata, and without them a build ends; in `header` is the way to search.

    Bad:
        theme:
          name: material
          custom_dir: theme   (without {{ super() }} in the block `extrahead`)

    Good:
        theme:
          name: material
          custom_dir: theme   (with {{ super() }} in it)
    """,
)
NOT_IN_THREADS: Final = Rule.from_docstring(
    "TB111",
    Severity.NOTICE,
    """A Markdown extension has no effect on threads.

    `markdown_extensions` are MkDocs' own and change only pages that MkDocs renders, which are prose
    pages with `trusted_pages: true`. Threads and all other pages have the Markdown of the manual,
    which is the same with every engine, and safe for text by strangers.

    Bad:
        markdown_extensions:
          - admonition
        plugins:
          - threadbook

    Good:
        plugins:
          - threadbook
    """,
)
BAD_COMPANY: Final = _error(
    "TB112",
    """A theme, a plugin or an option does not go together with another setting.

    Threadbook fills the pages of Material for MkDocs; other themes have no place for what it shows.
    A plugin that builds every page once for each language would build threads several times.
    `prefix` leaves the rest of the site to MkDocs, so it needs `trusted_pages: true`.

    Bad:
        theme: readthedocs

    Good:
        theme: material
    """,
)

RULES: Final[tuple[Rule, ...]] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Rule)
)
"""All of them, by id."""
