"""Rules about prose pages: what they link to, and the navigation."""

from __future__ import annotations

from collections.abc import Iterator

from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Guesses, Severity
from threadbook.library.prose import find_file
from threadbook.load.file import ProseFile
from threadbook.markdown import name_medium


@rule("TB924", Severity.ERROR)
def prose_links_lead_somewhere(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A prose page links to a page or shows a picture that does not exist.

    Files are named relative to the page's own, as on the disk: `contribute.md`, `images/offer.png`.

    Bad:
        Read [how to contribute](contribtue.md).

    Good:
        Read [how to contribute](contribute.md).
    """
    known = {page.name for page in base.library.prose} | base.library.published.keys()
    guesses = Guesses(known)
    for file in base.prose:
        for url, start in _files(file):
            if name_medium(url, file.way) is not None:
                continue  # a picture or file of all the content
            name = find_file(url, file.source.id)
            if name is not None and name not in known:
                place = file.in_text((), file.body, start)
                hint = guesses.say_file(name)
                yield Problem(place, f"There is no file `{name}` in the folder of prose.", hint)


def _files(file: ProseFile) -> Iterator[tuple[str, int]]:
    anatomy = file.bodies[0].anatomy
    yield from ((link.url, link.start) for link in anatomy.links if link.target is None)
    yield from ((image.url, image.start) for image in anatomy.images)


@rule("TB925", Severity.WARNING)
def navigation_names_pages(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """The navigation in mkdocs.yml names a prose page that does not exist.

    The entry is left out. `nav` names pages by their files, relative to the folder of prose.

    Bad:
        nav: [abuot.md]

    Good:
        nav: [about.md]
    """
    known = {page.name: page for page in base.library.prose}
    guesses = Guesses(known)
    named = dict(reversed(circumstances.named_pages))  # the first place of each
    for name in dict.fromkeys(name for name, _ in circumstances.named_pages):
        if name not in known and not name.endswith("index.md"):
            message = f"`nav` names `{name}`, which does not exist in the folder of prose."
            yield Problem(named[name], message, guesses.say_file(name))
