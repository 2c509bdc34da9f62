"""Our content in formats of others: one module a format. Writes nothing."""
