"""Publishing: what the site says to machines. The sitemap, twins of pages, the API, llms.txt."""

from threadbook.publish.llms import volumes
from threadbook.publish.site import site_files
from threadbook.publish.sitemap import SitemapEntry, sitemaps
from threadbook.publish.twins import Twins, twins

__all__ = ["SitemapEntry", "Twins", "site_files", "sitemaps", "twins", "volumes"]
