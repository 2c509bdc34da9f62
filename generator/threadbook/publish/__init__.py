"""Publishing: what the site says to machines. Today the sitemap; feeds and twins come here."""

from threadbook.publish.sitemap import SitemapEntry, sitemaps

__all__ = ["SitemapEntry", "sitemaps"]
