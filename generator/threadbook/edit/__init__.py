"""Changing content files: canonical form, safe fixes, new files.

Everything is text in, text out; only `edit.write` touches a file.
"""
