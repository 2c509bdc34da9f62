"""What a publisher tells programs that come by, and to which assistants readers may take a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from threadbook.model.values import FieldError

SIGNALS: Final = ("search", "ai-input", "ai-train")
"""The signals of the proposal at contentsignals.org, in the order in which they are written."""

PROMPT: Final = "{prompt}"
MOST_ASSISTANTS: Final = 8

_NAME: Final = re.compile(r"[^\x00-\x1f\x7f<>]{1,40}")
_ADDRESS: Final = re.compile(r"https://[^\s\"'<>\\^`|\x00-\x1f\x7f]{1,500}")
_WORDS: Final = {"yes": True, "no": False}

Signals = tuple[tuple[str, bool], ...] | None
"""What is signalled; a signal that is not there says nothing. `None` for no robots.txt."""

Assistants = tuple[tuple[str, str], ...]
"""Pairs of a name and the pattern of an address, with `{prompt}` for what to ask."""

ONLY_SEARCH: Final[Signals] = (("search", True),)


def read_signals(value: object) -> Signals:
    """Read `robots`: false, or what is allowed, by signal; raise `ValueError` with words."""
    if value is False:
        return None
    if value is True:
        return ONLY_SEARCH
    if not isinstance(value, Mapping):
        raise ValueError(f"write {', '.join(SIGNALS)}, each with yes or no, or false")  # noqa: TRY004
    for name in value:
        if name not in SIGNALS:
            raise FieldError(f"there is no such signal, only {', '.join(SIGNALS)}", str(name))
    given = {"search": True} | dict(value)
    return tuple((name, _read_answer(name, given[name])) for name in SIGNALS if name in given)


def _read_answer(name: str, value: object) -> bool:
    answer = _WORDS.get(value, value) if isinstance(value, str) else value
    if not isinstance(answer, bool):
        raise FieldError("write yes or no", name)
    return answer


def read_assistants(value: object) -> Assistants:
    """Read `assistants`: false, or addresses by name; raise `ValueError` with words."""
    if value is False:
        return ()
    if not isinstance(value, Mapping):
        raise ValueError("write a name and an address for each assistant, or false")  # noqa: TRY004
    if len(value) > MOST_ASSISTANTS:
        raise ValueError(f"there may be {MOST_ASSISTANTS} assistants, not {len(value)}")
    return tuple((_read_name(name), _read_pattern(str(name), each)) for name, each in value.items())


def _read_name(name: object) -> str:
    if not isinstance(name, str) or not name.strip() or not _NAME.fullmatch(name):
        raise FieldError("this is not a name; write up to 40 characters", str(name))
    return name.strip()


def _read_pattern(name: str, value: object) -> str:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise FieldError("write an address that begins with https://", name)
    if PROMPT not in value:
        raise FieldError(f"put {PROMPT} where the address takes the question", name)
    return value
