"""What a rule is in code: a small function with an id, whose docstring is its documentation.

A rule looks at a thread's file, at any file, or at the whole base. It yields problems, and the
decorator turns them into findings. To add a rule, write one function and one test.
"""

from __future__ import annotations

import datetime
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Generic, NamedTuple, TypeVar

from threadbook.check.likeness import Likeness
from threadbook.findings import Edit, Finding, Place, Related, Rule, Severity
from threadbook.library import Library
from threadbook.load.file import File, ProseFile
from threadbook.model import Glossary, GoldenQueries, LearningPath, Site

S = TypeVar("S")


class Circumstances(NamedTuple):
    """What rules need to know beyond the content.

    `today` is the day of the check; `site_url` ends in a slash, or is empty; `language` is that of
    the site (a tag such as `en`), for threads that name none. `named_pages` are the files of prose
    that the navigation in `mkdocs.yml` names, with the places where it does; `trusts_pages` says
    whether the engine publishes the folder of prose as it is. `images` says which pictures of other
    hosts are shown: `none` or `https`. Our pages are in the folder `prefix` of the site, if it is
    not empty.
    """

    today: datetime.date
    site_url: str = ""
    language: str = "en"
    named_pages: tuple[tuple[str, Place], ...] = ()
    trusts_pages: bool = False
    images: str = "none"
    prefix: str = ""


class Base(NamedTuple):
    """A whole knowledge base: the library, and the files it was made of but for the threads.

    A preview has the `likeness` of questions, which was found for an earlier state of the base.
    """

    library: Library
    site: File[Site] | None
    paths: Mapping[str, File[LearningPath]]
    queries: File[GoldenQueries] | None
    glossary: File[Glossary] | None = None
    prose: tuple[ProseFile, ...] = ()
    likeness: Likeness | None = None


class Problem(NamedTuple):
    """A finding that does not know its rule yet."""

    place: Place
    message: str
    hint: str = ""
    related: tuple[Related, ...] = ()
    fix: tuple[Edit, ...] = ()


Find = Callable[[S, Circumstances], Iterator[Problem]]


@dataclass(frozen=True)
class Judge(Generic[S]):
    """A rule and the function that finds what breaks it."""

    rule: Rule
    find: Find[S]
    concerns: Callable[[S], bool] | None = None

    def __call__(self, subject: S, circumstances: Circumstances) -> Iterable[Finding]:
        """Find everything in one subject."""
        if self.concerns is not None and not self.concerns(subject):
            return ()
        return [Finding(self.rule, *problem) for problem in self.find(subject, circumstances)]


def rule(
    id_: str,
    severity: Severity,
    *,
    is_essential: bool = False,
    concerns: Callable[[S], bool] | None = None,
) -> Callable[[Find[S]], Judge[S]]:
    """Make a rule of a function; its docstring is laid out as `Rule.from_docstring` reads it.

    `concerns` is a quick look that spares most subjects the rule. It must hold for every subject
    in which the rule finds anything; a test asks both.
    """

    def judge(find: Find[S]) -> Judge[S]:
        documentation = inspect.getdoc(find) or ""
        documented = Rule.from_docstring(id_, severity, documentation, is_essential=is_essential)
        return Judge(documented, find, concerns)

    return judge


def find_judges(*modules: ModuleType) -> Iterable[Judge[object]]:
    """Return the rules of modules, in the order they are written."""
    return tuple(
        value for module in modules for value in vars(module).values() if isinstance(value, Judge)
    )
