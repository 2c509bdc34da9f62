"""Outputs: what the site says besides its pages, as functions that return files.

A file is its address and its content. Nothing is written here, except what other programs draw:
pictures that are kept between builds, and PDFs, which a browser prints.
"""

from threadbook.outputs.api import write_api
from threadbook.outputs.feeds import write_feed
from threadbook.outputs.llms import write_overview, write_volumes
from threadbook.outputs.redirects import refuse_taken, write_redirects
from threadbook.outputs.sitemap import list_located, write_sitemaps

__all__ = [
    "list_located",
    "refuse_taken",
    "write_api",
    "write_feed",
    "write_overview",
    "write_redirects",
    "write_sitemaps",
    "write_volumes",
]
