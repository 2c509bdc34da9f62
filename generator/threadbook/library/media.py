"""Pictures and other files of the content, as the library holds them."""

from __future__ import annotations

from typing import Final, NamedTuple

PICTURE_ENDINGS: Final = (".avif", ".gif", ".jpeg", ".jpg", ".png", ".svg", ".webp")
"""The endings of pictures that browsers show."""

FILE_ENDINGS: Final = tuple(
    ".csv .docx .epub .ics .json .key .md .mp3 .mp4 .numbers .odp .ods .odt .ogg .pages .pdf .pptx "
    ".rtf .tsv .txt .vcf .webm .xlsx .zip".split()
)
"""The endings of other files: nothing that a browser runs in the name of the site, such as HTML."""


class MediumFile(NamedTuple):
    """A picture or another file that texts can name.

    `name` is its path below the content folder, such as `images/accept.png`; `path` is where it
    is on the disk, and `file` its name in findings. `size` is in bytes, `changed` in nanoseconds
    since 1970, and `width` and `height` in pixels: both are 0 for a file that is no picture.
    """

    name: str
    path: str
    file: str
    size: int
    changed: int
    width: int = 0
    height: int = 0
