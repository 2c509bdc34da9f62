"""`threadbook redirects`: rules for hosts that can lead old addresses with a query on."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from threadbook.cli.common import CONFIG, read_settings
from threadbook.gather import gather
from threadbook.outputs.queries import write_rules
from threadbook.pages.plan import plan_redirects


@click.command("redirects")
@click.option(
    "--host",
    type=click.Choice(["nginx", "apache", "netlify"]),
    required=True,
    help="The host that the rules are for.",
)
@CONFIG
def show_redirects(host: str, config_file: Path) -> None:
    """Print rules for old addresses with a query, such as viewtopic.php?t=42.

    The site leads them on by a script. With these rules the host does, which search engines follow.
    """
    settings = read_settings(config_file)
    base = urlsplit(settings.site_url).path or "/"
    for line in write_rules(plan_redirects(gather(settings).library), base, host):
        click.echo(line)
