"""`threadbook build`, `serve` and `schema`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from threadbook.browser import missing_browser
from threadbook.cli.common import (
    CONFIG,
    DRAFTS,
    JOBS,
    SAFE,
    need_configuration,
    open_configuration,
    print_findings,
)
from threadbook.cluster import read_address
from threadbook.configuration.read import text_of
from threadbook.errors import UserError
from threadbook.parallel import stop_collector
from threadbook.progress import for_this_terminal
from threadbook.settings import Settings
from threadbook.starter import plant_schemas


@click.command()
@CONFIG
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of the site; by default `site_dir` of the configuration.",
)
@click.option(
    "--engine",
    metavar="NAME",
    help="What renders the pages around the content: mkdocs, zensical or plain.",
)
@click.option("--pdf", is_flag=True, help="Also print each learning path to a PDF, with Chromium.")
@DRAFTS
@SAFE
@JOBS
@click.option(
    "--executor",
    "cluster",
    metavar="dask://HOST:PORT",
    default="",
    help="Let the workers of a Dask cluster do the work.",
)
def build(  # noqa: PLR0913, PLR0917 - one for each option
    config_file: Path,
    out: Path | None,
    engine: str | None,
    pdf: bool,
    drafts: bool,
    is_safe: bool,
    jobs: int | None,
    cluster: str,
) -> None:
    """Check the content and build the site.

    If the build fails, the last good site stays in place.
    """
    from threadbook.build import build as build_site  # noqa: PLC0415 - slow; `schema` does not need it
    from threadbook.engines.choice import find_engine  # noqa: PLC0415

    if cluster:
        read_address(cluster)
    stop_collector()
    configuration = need_configuration(config_file, is_safe=is_safe)
    before = configuration.settings
    if pdf and (missing := missing_browser()):
        raise UserError(f"--pdf needs {missing}.")
    settings = replace(
        before,
        engine=engine or before.engine,
        jobs=jobs or before.jobs,
        pdf=pdf or before.pdf,
        cluster=cluster,
        drafts=drafts or before.drafts,
    )
    site = configuration.site if out is None else Path.cwd() / out
    build_site(find_engine(configuration, settings), settings, site, for_this_terminal())
    print_findings(configuration, configuration.advice)
    click.echo(f"The site is in {click.format_filename(site)}.", err=True)


@click.command()
@CONFIG
@click.option("--address", metavar="HOST:PORT", help="Where to listen; by default 127.0.0.1:8000.")
@click.option(
    "--engine",
    metavar="NAME",
    help="What renders the pages around the content: mkdocs, zensical or plain.",
)
@DRAFTS
def serve(config_file: Path, address: str | None, engine: str | None, drafts: bool) -> None:
    """Preview the site; pages change in the browser as soon as a file does.

    Nothing is built: a page is made when a browser asks for it. While the content has errors, the
    last good site is shown, with what is wrong.
    """
    from threadbook.preview import serve as preview  # noqa: PLC0415 - `schema` does not need it

    configuration = open_configuration(config_file)

    def adjust(settings: Settings) -> Settings:
        return replace(settings, engine=engine or settings.engine, drafts=drafts or settings.drafts)

    where = address or text_of(configuration.values, "dev_addr") or "127.0.0.1:8000"
    preview(configuration, where, adjust, for_this_terminal())


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
def schema(directory: Path) -> None:
    """Write the JSON Schemas for text editors to DIRECTORY."""
    for file in plant_schemas(directory):
        click.echo(f"  {file}")
