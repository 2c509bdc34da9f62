"""Content from elsewhere as text of our own files: one module a format. Writes nothing."""
