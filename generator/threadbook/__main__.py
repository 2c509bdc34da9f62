"""`python -m threadbook`, where the command is not on the path."""

from threadbook.cli import main

main()
