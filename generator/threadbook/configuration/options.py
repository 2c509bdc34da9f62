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
from threadbook.configuration.words import Fault, explain
from threadbook.findings import Severity, did_you_mean
from threadbook.model.values import FieldError
from threadbook.settings import DEFAULT_MAX_FILE_SIZE

MOST_PROCESSES: Final = 1_000
LARGEST_FILE: Final = 1_000_000_000

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


def _pattern(value: str) -> str:
    """Return a pattern for an address; one with another scheme could run a script."""
    scheme = _SCHEME.match(value)
    if scheme and scheme[1].lower() not in {"http", "https", "mailto"}:
        raise ValueError(f"an address begins with https://, not {scheme[0]}")
    if _CONTROL.search(value):
        raise ValueError("an address has no line breaks or invisible characters")
    return value


def _endpoint(value: str) -> str:
    """Return an address that a page can send something to; mail is none."""
    if value.lower().startswith("mailto:"):
        raise ValueError("mail cannot take questions; write the address of an endpoint")
    if "{" in value:
        raise ValueError("write the address of an endpoint, without {} in it")
    return value


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


Pattern = Annotated[str, AfterValidator(_pattern)]
RelativePath = Annotated[str, AfterValidator(_path)]


class Options(BaseModel):
    """The options of the plugin `threadbook`; `manual/publishing.md` explains them."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    content_dir: RelativePath = "content"
    edit_url: Pattern = ""
    report_url: Pattern = ""
    feedback_url: Pattern = ""
    answer_url: Pattern = ""
    ask_url: Pattern = ""
    search_url: Annotated[Pattern, AfterValidator(_endpoint)] = ""
    components: bool = False
    max_file_size: Annotated[int, Field(ge=1, le=LARGEST_FILE)] = DEFAULT_MAX_FILE_SIZE
    jobs: Annotated[int, Field(ge=0, le=MOST_PROCESSES)] = 0
    rules: Annotated[dict[str, str | None], BeforeValidator(_severities)] = {}
    health: bool = True
    twins: bool = True
    search: bool = True
    meaning: Annotated[
        Literal["auto", "off", "student", "best"], BeforeValidator(_unquoted_off)
    ] = "auto"
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
