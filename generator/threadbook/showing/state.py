"""What a preview shows, and what it says is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

from threadbook.findings import Finding, Severity


class Files(Protocol):
    """The files of a site, and how they are shown."""

    @property
    def mount(self) -> str:
        """The path where the site is on its host: it begins and ends with a slash."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """What is sent with every page."""
        ...

    def read(self, address: str) -> bytes | None:
        """Return the file at an address below the root of the site, or `None`."""
        ...


F_co = TypeVar("F_co", bound=Files, covariant=True)


class State(NamedTuple, Generic[F_co]):
    """What a preview shows and says.

    `number` grows with each site. `site` is the last good one, if there ever was one. `findings`
    are about the newest content, and `trouble` says in a sentence or two what else is in its way.
    """

    number: int = 0
    site: F_co | None = None
    findings: tuple[Finding, ...] = ()
    trouble: str = ""
    files: int = 0

    @property
    def is_behind(self) -> bool:
        """Whether the site is older than the content."""
        errors = any(finding.severity is Severity.ERROR for finding in self.findings)
        return errors or bool(self.trouble)


AnyState = State[Files]
