"""Searching: words of texts and questions, what they weigh, and which threads a question means.

The same steps run in a reader's browser (`theme/assets/search/`), over the index that a build made,
and here, over the outlines in memory; both read their constants from `ranking.json`.
No files are read here but those constants, and no threads are known.
"""
