"""Data for Threadbook's search by meaning: see the files' manifests. Nothing here is a program."""
