"""Threadbook: question-and-answer threads in YAML to a help site."""

__version__ = "0.1.0"
