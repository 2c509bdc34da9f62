"""A hook of a stranger."""

raise SystemExit("a hook ran")
