"""Staging: a site is built beside its place, and put there when it is complete.

Until then the last good site stays as it was. What a build is killed over is removed by the next.
`ground` says what may be replaced, `scratch` makes folders that others find and remove, `exchange`
puts one folder where another is, and `site` joins them.
"""

from __future__ import annotations

from threadbook.staging.ground import MARKER, Ground
from threadbook.staging.scratch import temporary
from threadbook.staging.site import Staging, UnmovableError, stage

__all__ = ["MARKER", "Ground", "Staging", "UnmovableError", "stage", "temporary"]
