"""Weaving: putting a page's own text into the slots of a shell, and writing files.

This room handles strings and bytes only. It knows neither threads nor the engine.
"""

from threadbook.weave.shell import Shell, ShellError, Slot
from threadbook.weave.write import OutsideSiteError, refuse_links, write_file

__all__ = ["OutsideSiteError", "Shell", "ShellError", "Slot", "refuse_links", "write_file"]
