"""What is written directly is what ruamel.yaml writes, character for character."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from threadbook.edit.dump import _INLINE, _dump
from threadbook.edit.ordinary import write_ordinary
from threadbook.errors import UserError

PIECES = [
    "a", "Why", " ", ": ", ":", " #", "#", "- ", "\n", "\n\n", "`", "|", "é", "中", "😀", "'", '"', "[x](y)",
    "true", "no", "12", "2024-01-01", "  x", "\t", "> ", "{", "}", ",", "&", "*", "!", "%", "@", "?", "~", "\\", "http://a.b/",
    "\u2028", "\u00a0", "x\n", "\ufeff", "\x85",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
IDS = st.sampled_from(["a", "pay-day", "true", "no", "12", "1e3", "x2", "null", "ab", "on", "a-1"])
FIELDS = st.fixed_dictionaries(
    {"title": TEXTS},
    optional={
        "topics": st.lists(IDS, min_size=1, max_size=3),
        "also_asked": st.lists(TEXTS, min_size=1, max_size=2),
        "question": st.fixed_dictionaries({"at": st.dates(datetime.date(2000, 1, 1)), "body": TEXTS}),
        "answers": st.lists(
            st.fixed_dictionaries(
                {"id": IDS, "votes": st.integers(-5, 5), "accepted": st.booleans(), "body": TEXTS},
                optional={"comments": st.lists(st.fixed_dictionaries({"by": IDS, "body": TEXTS}), min_size=1, max_size=2)},
            ),
            min_size=1,
            max_size=2,
        ),
    },
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(FIELDS)
@example(
    {
        "title": "Why?",
        "topics": ["pay-day"],
        "answers": [{"id": "a", "body": "One.\n\n- Two: three\n"}],
    }
)
def test_both_write_the_same(fields: dict[str, Any]) -> None:
    written = write_ordinary(fields, _INLINE)
    if written is None:
        return
    try:
        assert written == _dump(fields)
    except UserError:
        raise AssertionError(f"no YAML file can hold {fields}, but it was written") from None


def test_what_is_ordinary_is_written_directly() -> None:
    fields = {
        "title": "When am I paid?",
        "topics": ["payments", "pay-day"],
        "question": {
            "by": "asker",
            "at": datetime.date(2024, 1, 2),
            "body": "Soon?\n\n- or: later\n",
        },
        "answers": [
            {
                "id": "a1x",
                "votes": -3,
                "accepted": True,
                "body": "See https://a.example/b#c, it's 5 %.",
            }
        ],
    }
    assert write_ordinary(fields, _INLINE) == _dump(fields)
