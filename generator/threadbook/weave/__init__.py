"""Weaving: putting a page's own text into the slots of a shell, and writing files.

This room handles strings and bytes only. It knows neither threads nor the engine.
"""

from threadbook.weave.policy import (
    WASM,
    Need,
    Policy,
    find_needs,
    find_origin,
    list_headers,
    protect,
    protect_pages,
)
from threadbook.weave.shell import Shell, ShellError, Slot, squeeze
from threadbook.weave.texts import Texts
from threadbook.weave.write import (
    OutsideSiteError,
    read_pages,
    refuse_links,
    write_file,
    write_folder,
)

__all__ = [
    "WASM",
    "Need",
    "OutsideSiteError",
    "Policy",
    "Shell",
    "ShellError",
    "Slot",
    "Texts",
    "find_needs",
    "find_origin",
    "list_headers",
    "protect",
    "protect_pages",
    "read_pages",
    "refuse_links",
    "squeeze",
    "write_file",
    "write_folder",
]
