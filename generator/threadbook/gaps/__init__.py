"""The gap ledger: what people ask, and whether the site answers it.

- `asked` reads what was asked from files of three kinds, line by line (`tables`, `objects`, and
  `values` for what they share); `masking` takes out what is private before anything is kept.
- `grouping` puts together the questions that ask the same, and `matching` finds the thread that
  answers each group, drafts included.
- `words` says the result as text, Markdown and JSON.

Nothing is collected here, and what is read is not kept.
"""

from threadbook.gaps.asked import read_asked
from threadbook.gaps.grouping import MOST_QUESTIONS, Collected, Question, collect
from threadbook.gaps.matching import Gap, Gaps, find_gaps
from threadbook.gaps.values import Asked, Fault
from threadbook.gaps.words import MOST_SHOWN, as_markdown, as_text, as_values

__all__ = [
    "MOST_QUESTIONS",
    "MOST_SHOWN",
    "Asked",
    "Collected",
    "Fault",
    "Gap",
    "Gaps",
    "Question",
    "as_markdown",
    "as_text",
    "as_values",
    "collect",
    "find_gaps",
    "read_asked",
]
