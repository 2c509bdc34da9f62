"""Building: the whole story, in the order it happens."""

from threadbook.build.cache import Cache, cache_file, load_cache, save_cache
from threadbook.build.day import build_day
from threadbook.build.gather import Gathered, circumstances_of, gather
from threadbook.build.search import Preview, Prose
from threadbook.build.site import icons, weave_site

__all__ = [
    "Cache",
    "Gathered",
    "Preview",
    "Prose",
    "build_day",
    "cache_file",
    "circumstances_of",
    "gather",
    "icons",
    "load_cache",
    "save_cache",
    "weave_site",
]
