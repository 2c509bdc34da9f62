"""Building: the whole story, in the order it happens."""

from threadbook.build.gather import Cache, Gathered, gather
from threadbook.build.site import icons, weave_site

__all__ = ["Cache", "Gathered", "gather", "icons", "weave_site"]
