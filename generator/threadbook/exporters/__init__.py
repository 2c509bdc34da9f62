"""Content in other formats, one module a format. Nothing is written to disk here."""
