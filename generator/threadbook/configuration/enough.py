"""Whether the content can be checked though something in the configuration is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from threadbook.configuration.words import Fault
from threadbook.findings import guess_word
from threadbook.load import settings_rules as rules

_NEEDED: Final = (
    "content_dir docs_dir site_dir prefix sections rules images max_file_size trusted_pages drafts "
    "site_url theme language locale"
).split()
"""Settings without which other files would be read, or what is right would be found wrong."""

_AROUND: Final = frozenset({"plugins", "threadbook", "/threadbook"})
"""What all our options are in: if that is wrong as a whole, none of them is known."""


def is_enough(faults: Iterable[Fault]) -> bool:
    """Return whether no fault is about what a check of the content needs to know."""
    return not any(_is_grave(fault) for fault in faults)


def _is_grave(fault: Fault) -> bool:
    if not fault.location:
        return True  # it is about several settings, such as folders that are in each other
    if fault.rule is rules.MISSING:
        return True  # whoever has not come that far needs to hear of one thing at a time
    names = [each for each in fault.location if isinstance(each, str)]
    if fault.rule in {rules.UNKNOWN_OPTION, rules.UNKNOWN_SETTING}:
        return guess_word(names[-1] if names else "", _NEEDED) is not None
    return not _AROUND.isdisjoint(names[-1:]) or not set(names).isdisjoint(_NEEDED)
