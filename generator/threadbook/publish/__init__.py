"""Publishing: what the site says to machines. Sitemap, feeds, twins of pages, API, llms.txt."""

from threadbook.publish.feeds import feed_files
from threadbook.publish.llms import volumes
from threadbook.publish.redirects import RULES, file_of, redirect_files
from threadbook.publish.site import site_files
from threadbook.publish.sitemap import SitemapEntry, sitemaps
from threadbook.publish.twins import Twins, twins

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
