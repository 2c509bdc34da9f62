"""Content from elsewhere as our own files: `bring` does it, `formats` has one module a format.

Readers yield posts with places; all the rest is common. Only `target` writes, below one folder.
"""
