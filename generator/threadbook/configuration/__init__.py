"""Configuration: `mkdocs.yml` read as plain data, without running any of it.

Whatever is wrong is a finding with its place. The engines get their settings from here, too, and
MkDocs' plugin checks its options with the same code. Reading content belongs in `load`.
"""

from threadbook.configuration.options import Options
from threadbook.configuration.read import Configuration, read_configuration

__all__ = ["Configuration", "Options", "read_configuration"]
