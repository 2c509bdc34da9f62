"""The options of our plugin: their types, defaults and limits, and nowhere else.

Both `threadbook check` and MkDocs' plugin check options with `check_options`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from threadbook.check import RULES
from threadbook.configuration.assistance import (
    ONLY_SEARCH,
    Assistants,
    Signals,
    read_assistants,
    read_signals,
)
from threadbook.configuration.policy import Allowed, read_allowed
from threadbook.configuration.repository import MAIN, read_branch, read_repository
from threadbook.configuration.words import AdvisedError, Fault, explain
from threadbook.findings import Severity, did_you_mean, guess_word
from threadbook.model.values import FieldError
from threadbook.settings import DEFAULT_MAX_FILE_SIZE, SECTIONS

MOST_PROCESSES: Final = 1_000
LARGEST_FILE: Final = 1_000_000_000

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_FOLDER: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)*")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_SCHEMES: Final = frozenset({"", "http", "https", "mailto"})
_WEB: Final = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)
_ADDRESS: Final = {
    "": re.compile(r"\.{0,2}/"),
    "http": _WEB,
    "https": _WEB,
    "mailto": re.compile(r"mailto:\S+@", re.IGNORECASE),
}
"""How addresses begin, by their scheme; without one they are on the site's own host."""

_EXAMPLES: Final = "https://example.org/, /an/address of the same host or mailto:team@example.org"

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def _address(value: str) -> str:
    """Return an address; one with another scheme could run a script."""
    scheme = _SCHEME.match(value)
    kind = scheme[1].lower() if scheme else ""
    if kind not in _SCHEMES:
        message = f"an address cannot begin with {kind}:"
        raise AdvisedError(message, f"Write {_EXAMPLES}.")
    if _CONTROL.search(value):
        raise ValueError("an address has no line breaks or invisible characters")
    if value and not _ADDRESS[kind].match(value):
        raise AdvisedError("this is not an address", f"Write {_EXAMPLES}.")
    return value


def _pattern(*known: str) -> AfterValidator:
    """Check the pattern of an address, in which these placeholders may stand."""

    def check(value: str) -> str:
        for name in _PLACEHOLDER.findall(_address(value)):
            if name not in known:
                others = ", ".join(f"{{{each}}}" for each in known)
                only = f", only {others}" if others else ""
                near = guess_word(name, known)
                hint = "" if near is None else f"Did you mean {{{near}}}?"
                raise AdvisedError(f"there is no placeholder {{{name[:40]}}} here{only}", hint)
        return value

    return AfterValidator(check)


def _endpoint(value: str) -> str:
    """Return an address that a page can send something to; mail is none."""
    if value.lower().startswith("mailto:"):
        raise ValueError("mail cannot take questions; write the address of an endpoint")
    if "{" in value:
        raise ValueError("write the address of an endpoint, without {} in it")
    return value


def _repository(value: str) -> str:
    """Return a repository's address; raise `ValueError` for a host whose forms are not known."""
    return read_repository(value).url if value else ""


def _path(value: str) -> str:
    if not value.strip() or _CONTROL.search(value):
        raise ValueError("the path is empty or has invisible characters")
    return value


def _severities(value: object) -> object:
    """Return the severities by the ids of rules; `None` means that a rule is off."""
    if not isinstance(value, Mapping):
        return value  # the model says what is wrong
    return {str(id_): _severity(id_, severity) for id_, severity in value.items()}


def _severity(id_: object, severity: object) -> str | None:
    rule = next((rule for rule in RULES if rule.id == id_), None)
    if rule is None:
        hint = did_you_mean(str(id_), (rule.id for rule in RULES))
        raise FieldError(f"there is no rule {str(id_)[:40]}. {hint}".rstrip(". "), str(id_))
    if rule.is_essential:
        raise FieldError(f"{id_} cannot be changed: {rule.summary}".rstrip("."), rule.id)
    if severity is False or severity == "off":  # YAML reads an unquoted `off` as false
        return None
    if not isinstance(severity, str) or severity not in list(Severity):
        known = ", ".join(Severity)
        raise FieldError(f"{id_}: write {known} or off", rule.id)
    return severity


def _unquoted_off(value: object) -> object:
    """Return `off` for what YAML makes of it without quotes."""
    return "off" if value is False else value


def _prefix(value: str) -> str:
    """Return the path of a folder, with a slash at its end."""
    path = value.strip("/")
    if path and not _FOLDER.fullmatch(path):
        raise ValueError("write a folder such as faq/: small letters, digits and hyphens")
    return f"{path}/" if path else ""


def _hidden(value: object) -> object:
    """Return the sections that are switched off."""
    if not isinstance(value, Mapping):
        return value  # the model says what is wrong
    for name, is_shown in value.items():
        if name not in SECTIONS:
            hint = did_you_mean(str(name), SECTIONS) or f"Write {', '.join(SECTIONS)}."
            raise FieldError(f"there is no section `{str(name)[:40]}`. {hint}".rstrip("."), name)
        if not isinstance(is_shown, bool):
            raise FieldError(f"`{name}`: write true or false", name)
    return value


OF_A_THREAD: Final = ("file", "id", "title", "url")
"""What is known of a thread, for patterns of addresses."""

RelativePath = Annotated[str, AfterValidator(_path)]


class Options(BaseModel):
    """The options of the plugin `threadbook`; `manual/publishing.md` explains them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    content_dir: RelativePath = "content"
    repository: Annotated[str, AfterValidator(_repository)] = ""
    branch: Annotated[str, AfterValidator(read_branch)] = MAIN
    prefix: Annotated[str, AfterValidator(_prefix)] = ""
    sections: Annotated[dict[str, bool], BeforeValidator(_hidden)] = {}
    drafts: bool = False
    edit_url: Annotated[str, _pattern(*OF_A_THREAD)] = ""
    report_url: Annotated[str, _pattern(*OF_A_THREAD, "reason")] = ""
    feedback_url: Annotated[str, _pattern()] = ""
    answer_url: Annotated[str, _pattern(*OF_A_THREAD)] = ""
    ask_url: Annotated[str, _pattern("title")] = ""
    search_url: Annotated[str, AfterValidator(_endpoint), _pattern()] = ""
    components: bool = False
    archive_indexed: bool = False
    max_file_size: Annotated[int, Field(ge=1, le=LARGEST_FILE)] = DEFAULT_MAX_FILE_SIZE
    jobs: Annotated[int, Field(ge=0, le=MOST_PROCESSES)] = 0
    rules: Annotated[dict[str, str | None], BeforeValidator(_severities)] = {}
    health: bool = True
    twins: bool = True
    search: bool = True
    meaning: Annotated[
        Literal["auto", "off", "student", "best"], BeforeValidator(_unquoted_off)
    ] = "auto"
    offline: bool = False
    pdf: bool = False
    social_pictures: bool = False
    social_font: RelativePath | None = None
    trusted_pages: bool = False
    images: Literal["none", "https"] = "none"
    engine: Literal["mkdocs", "zensical", "plain"] = "mkdocs"
    policy: Annotated[Allowed, BeforeValidator(read_allowed)] = ()
    robots: Annotated[Signals, BeforeValidator(read_signals)] = ONLY_SEARCH
    api_catalog: bool = True
    skills: bool = True
    assistants: Annotated[Assistants, BeforeValidator(read_assistants)] = ()


def check_options(given: Mapping[Any, Any]) -> tuple[Options, tuple[Fault, ...]]:
    """Check options as they stand in a configuration; wrong ones are left out of the result.

    An option without a value is as good as none.
    """
    options = {key: value for key, value in given.items() if value is not None}
    try:
        return Options.model_validate(options), ()
    except ValidationError as error:
        faults = tuple(_faults(error))
    bad = {fault.location[0] for fault in faults if fault.location}
    good = {key: value for key, value in options.items() if key in Options.model_fields}
    return Options.model_validate({k: v for k, v in good.items() if k not in bad}), faults


def _faults(error: ValidationError) -> Iterator[Fault]:
    for details in error.errors(include_url=False):
        yield explain(details, Options.model_fields)
