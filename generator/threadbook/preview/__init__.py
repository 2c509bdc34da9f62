"""The preview: the site as it would be built, made when a browser asks for it.

Nothing of the pages is written to a disk. `site` is one state of the site, `live` keeps the newest
good one and says what is wrong with newer content, `watch` tells of changes, `events` tells
browsers, and `server` answers them. Rendering belongs in `pages`, shells in the engines.
"""

from threadbook.preview.run import serve

__all__ = ["serve"]
