"""Issue forms: what readers fill in, and what becomes of it.

The forms are made of the library and the models, and what was submitted is read by the same
description. Nothing here runs a command, and nothing but the caller writes a file.
"""
