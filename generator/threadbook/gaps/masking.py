"""What is private in a question, and what is put in its place."""

from __future__ import annotations

import re
from typing import Final

MAIL: Final = "[e-mail]"
NUMBER: Final = "[number]"
CODE: Final = "[code]"

_MAIL: Final = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@[^\s@<>()\[\],;:\"']{1,255}")
_CODE: Final = re.compile(r"(?<![\w-])(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Za-z])[\w-]{20,}(?![\w-])")
_DIGITS: Final = re.compile(r"\+?\(?\d(?:[ .\-/()\u00a0\u2011\u2013]{0,3}\d){5,}")

_SHORT: Final = 7
"""A number with fewer digits may be a price with spaces; without any, six are enough."""

_SPACES: Final = re.compile(r"\s+")


def mask(text: str) -> str:
    """Return a text in one line, without e-mail addresses, long numbers and codes.

    Telephone numbers, account numbers and days are long numbers. A code is a long word with letters
    and digits, such as a key.
    """
    text = _SPACES.sub(" ", text).strip()
    text = _MAIL.sub(MAIL, text)
    text = _CODE.sub(CODE, text)
    return _DIGITS.sub(_mask_number, text)


def _mask_number(found: re.Match[str]) -> str:
    digits = sum(each.isdecimal() for each in found[0])
    is_one_run = found[0].isdecimal()
    return NUMBER if is_one_run or digits >= _SHORT or found[0][0] in "+(" else found[0]
