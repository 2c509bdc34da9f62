"""Weaving: page-specific text into the slots of shells, and writing pages.

This room takes strings and bytes only; it knows neither threads nor the engine.
"""

from threadbook.weave.shell import Shell, ShellError, Slot
from threadbook.weave.write import OutsideSiteError, write_page

__all__ = ["OutsideSiteError", "Shell", "ShellError", "Slot", "write_page"]
