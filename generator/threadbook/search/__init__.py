"""Searching: words of texts and questions, what they weigh, and which threads a question means.

The same steps run in a reader's browser (`theme/assets/search/`), over the index that a build made,
and here, over the outlines in memory; both read their constants from `ranking.json`.

- `words`, `corrections`, `ranking`, `index` and `question` rank. They know no threads, and read no
  files but that of the constants.
- `documents` says what a page is to search. `runs` is what workers make of documents, `merging`
  joins what they made, `codec` says how that is written for browsers, `entry` what they must know
  first, and `making` writes it all. `reading` asks what was written, as a browser does.
- `meant` says which texts of a document mean what it means, `vectors` makes their vectors and keeps
  them between builds, and `models` gives browsers what reads questions. `fusion` joins words and
  meaning, and tells whether anything answers a question; `nearness` compares documents in memory.
- `suggest` answers questions without a browser, and `golden` measures how well search answers.
"""
