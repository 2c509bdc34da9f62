"""Outputs: what the site publishes besides pages, as functions that return files.

A file is an address with its content. Nothing is written here, with two exceptions: the cache of
pictures, and PDFs, which a browser prints into the site.
"""

from threadbook.outputs.api import write_api
from threadbook.outputs.discovery import list_types, write_discovery
from threadbook.outputs.feeds import FeedWriter
from threadbook.outputs.headers import write_headers
from threadbook.outputs.llms import write_overview, write_volumes
from threadbook.outputs.offline import WORKER, list_index, write_worker
from threadbook.outputs.redirects import place_redirects, refuse_taken
from threadbook.outputs.sitemap import write_sitemaps

__all__ = [
    "WORKER",
    "FeedWriter",
    "list_index",
    "list_types",
    "place_redirects",
    "refuse_taken",
    "write_api",
    "write_discovery",
    "write_headers",
    "write_overview",
    "write_sitemaps",
    "write_volumes",
    "write_worker",
]
