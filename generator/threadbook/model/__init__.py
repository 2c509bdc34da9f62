"""The model: what an editor can write, and nothing else.

This is the only room that knows the fields of the files. It imports nothing else of the project.
Reading files, positions and links belong to the rooms that follow.
"""

from threadbook.model.glossary import Glossary, Term, make_anchor
from threadbook.model.path import Check, Choice, LearningPath, Step
from threadbook.model.prose import ProseHeader
from threadbook.model.queries import GoldenQueries, GoldenQuery
from threadbook.model.site import Board, Featured, Label, Person, Site, Topic
from threadbook.model.synonyms import Synonyms
from threadbook.model.thread import (
    QUESTION_ID,
    Answer,
    Comment,
    Question,
    Silence,
    Source,
    Status,
    Thread,
)
from threadbook.model.values import SLUG, SLUG_LENGTH, is_slug

__all__ = [
    "QUESTION_ID",
    "SLUG",
    "SLUG_LENGTH",
    "Answer",
    "Board",
    "Check",
    "Choice",
    "Comment",
    "Featured",
    "Glossary",
    "GoldenQueries",
    "GoldenQuery",
    "Label",
    "LearningPath",
    "Person",
    "ProseHeader",
    "Question",
    "Silence",
    "Site",
    "Source",
    "Status",
    "Step",
    "Synonyms",
    "Term",
    "Thread",
    "Topic",
    "is_slug",
    "make_anchor",
]
