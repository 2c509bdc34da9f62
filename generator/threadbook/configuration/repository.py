"""The repository of a site: where its pages lead to be edited, answered and reported.

A site names its `repository` once. The buttons of its pages then open the issue forms, filled in:
forms of GitHub by the ids of their fields, GitLab's by the whole text of the issue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import quote

_ADDRESS: Final = re.compile(
    r"https://(?P<host>[A-Za-z0-9.-]+(?::[0-9]+)?)"
    r"(?P<path>(?:/(?!\.)[A-Za-z0-9._~-]+){2,})/?"
)
_REMOTE: Final = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/\s]*@)?(?P<host>[A-Za-z0-9.-]+)(?::[0-9]+)?/"
    r"|(?:[A-Za-z0-9._-]+@)?(?P<short>[A-Za-z0-9.-]+):)"
    r"(?P<path>[A-Za-z0-9._~/-]+?)(?:\.git)?/?"
)
_LENGTH: Final = 300
_BRANCH: Final = re.compile(
    r"(?!.*(?:\.\.|//|/\.|\.lock(?:/|$)|[/.]$))[A-Za-z0-9_][A-Za-z0-9._/-]{0,99}"
)
"""Branches whose names are the same in an address, in YAML and in git."""

MAIN: Final = "main"
"""The branch that is published, if nobody says otherwise."""

ASK, ANSWER, REPORT = "ask-a-question", "add-an-answer", "report-a-problem"
"""The names of the forms' files, without their endings."""

THREAD: Final = "Thread"
REASON: Final = "What is wrong?"
ANSWER_LABEL: Final = "Your answer"
DETAILS: Final = "Details"
"""Labels of fields that addresses fill in. They are headings in the text of the issue."""


class Repository(NamedTuple):
    """A repository on a host that has issues: `forge` is `github` or `gitlab`."""

    forge: str
    url: str

    @property
    def owner(self) -> str:
        """The user or group that the repository belongs to."""
        return self.url.split("/")[3]

    @property
    def home(self) -> str:
        """Where the host publishes the site, if that is known; ends with a slash."""
        host, path = self.url.removeprefix("https://").split("/", 1)
        if host != "github.com" or path.count("/") != 1:
            return ""
        owner, name = path.lower().split("/")
        own = f"{owner}.github.io"
        return f"https://{own}/" if name == own else f"https://{own}/{path.split('/')[1]}/"


def read_repository(address: str) -> Repository:
    """Read the address of a repository; raises `ValueError` with what should be there."""
    found = _ADDRESS.fullmatch(address) if len(address) <= _LENGTH else None
    if found is None:
        raise ValueError("write the repository's address, such as https://github.com/OWNER/NAME")
    labels = found["host"].lower().split(".")
    for forge in ("github", "gitlab"):
        if forge in labels:
            return Repository(forge, f"https://{found['host']}{found['path']}")
    raise ValueError(
        "only GitHub and GitLab are known; write ask_url, answer_url, report_url and edit_url"
    )


def read_remote(remote: str) -> Repository | None:
    """Return the repository that a remote of git names, without any password in it."""
    found = _REMOTE.fullmatch(remote.strip())
    if found is None:
        return None
    try:
        return read_repository(f"https://{found['host'] or found['short']}/{found['path']}")
    except ValueError:
        return None


def read_branch(name: str) -> str:
    """Return the name of a branch; raises `ValueError` with what should be there."""
    if not _BRANCH.fullmatch(name):
        raise ValueError("write the name of a branch, such as main: letters, digits, - . / and _")
    return name


def link_forms(address: str, branch: str = MAIN) -> Mapping[str, str]:
    """Return the patterns of the addresses that a repository stands for, by option.

    Pages are edited on the `branch`.
    """
    repository = read_repository(address)
    forge = _github if repository.forge == "github" else _gitlab
    return forge(repository.url, branch)


def _github(url: str, branch: str) -> dict[str, str]:
    new = f"{url}/issues/new?template="
    return {
        "edit_url": f"{url}/edit/{branch}/{{file}}",
        "ask_url": f"{new}{ASK}.yml&title={{title}}",
        "answer_url": f"{new}{ANSWER}.yml&title=Answer:%20{{title}}&thread={{id}}",
        "report_url": f"{new}{REPORT}.yml&title=Problem:%20{{title}}&thread={{id}}"
        "&reason={reason}",
    }


def _gitlab(url: str, branch: str) -> dict[str, str]:
    new = f"{url}/-/issues/new?"
    titled = f"{new}issue%5Btitle%5D="
    thread = (THREAD, "{id}")
    return {
        "edit_url": f"{url}/-/edit/{branch}/{{file}}",
        "ask_url": f"{new}issuable_template={ASK}&issue%5Btitle%5D={{title}}",
        "answer_url": f"{titled}Answer:%20{{title}}{_text(thread, (ANSWER_LABEL, ''))}",
        "report_url": f"{titled}Problem:%20{{title}}"
        + _text(thread, (REASON, "{reason}"), (DETAILS, "")),
    }


def _text(*fields: tuple[str, str]) -> str:
    """Return the parameter with an issue's text: headings, and what stands below them."""
    text = "".join(f"### {label}\n\n{value}\n\n" for label, value in fields)
    return f"&issue%5Bdescription%5D={quote(text, safe='{}')}"
