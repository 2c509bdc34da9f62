"""Publishing: what the site says to machines. Sitemap, feeds, twins of pages, API, llms.txt."""

from threadbook.outputs.feeds import feed_files
from threadbook.outputs.llms import volumes
from threadbook.outputs.redirects import RULES, file_of, redirect_files
from threadbook.outputs.site import site_files
from threadbook.outputs.sitemap import SitemapEntry, sitemaps
from threadbook.outputs.twins import Twins, twins

__all__ = [
    "RULES",
    "SitemapEntry",
    "Twins",
    "feed_files",
    "file_of",
    "redirect_files",
    "site_files",
    "sitemaps",
    "twins",
    "volumes",
]
