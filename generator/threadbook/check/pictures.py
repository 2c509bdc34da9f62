"""Rules about pictures in texts: who learns that somebody reads a page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from threadbook.check.bodies import has_parts
from threadbook.check.rule import Circumstances, Problem, rule
from threadbook.findings import Severity
from threadbook.load.file import TextFile
from threadbook.markdown import Image, find_host, may_be_shown, name_medium

_NEVER: Final = "Put the file in content/images/, and name it: image:NAME."
_ALLOW: Final = f"{_NEVER.rstrip('.')}. Or set `images: https` in mkdocs.yml."


@rule("TB114", Severity.WARNING, concerns=has_parts)
def pictures_are_own(file: TextFile, circumstances: Circumstances) -> Iterator[Problem]:
    """A picture comes from another host, so the page has a link in its place.

    Whoever serves a picture learns who reads the page and when, and can exchange the picture later.
    So pages show pictures of the site itself, which belong in `images/`. `images: https` in
    mkdocs.yml allows those of other hosts, if they come by https.
    Pictures by http and pictures inside an address (`data:`) are never shown.

    Bad:
        answer: |
          ![The fee is in the last line](https://example.org/offer.png)

    Good:
        answer: |
          ![The fee is in the last line](image:offer.svg)
    """
    for body in file.bodies:
        for image in body.anatomy.images:
            if problem := find_fault(image, circumstances):
                yield Problem(file.in_text(body.location, body.text, image.start), *problem)


def find_fault(image: Image, circumstances: Circumstances) -> tuple[str, str] | None:
    """Return the message and the hint for a picture that is not shown."""
    if name_medium(image.url, "") is not None or may_be_shown(
        image.url, remote=circumstances.images == "https"
    ):
        return None
    host = find_host(image.url) or ""
    if not host.endswith(":"):
        is_safe = may_be_shown(image.url, remote=True)
        message = f"This picture is at {host}, so readers see a link in its place."
        return message, _ALLOW if is_safe else _NEVER
    return f"A picture cannot be given as {host}; readers see its text only.", _NEVER
