"""Values to the YAML of a content file: what importers call, and `threadbook new`.

The text is canonical: `threadbook fmt` leaves it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from threadbook.edit.blocks import write_literal
from threadbook.edit.layout import drop_end_mark
from threadbook.edit.ordinary import write_ordinary
from threadbook.errors import UserError
from threadbook.load.validate import validate
from threadbook.load.yaml import parse
from threadbook.model import Thread

_INLINE: Final = frozenset({"topics", "related", "applies_to"})
"""Lists of ids, written in brackets."""

_UNWRITABLE: Final = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
"""What YAML allows in no file (1.2, section 5.1): control characters and lone surrogates."""


def dump_thread(thread: Thread, schema: str = "") -> str:
    """Return the canonical YAML of a thread, which loads as an equal thread.

    Answers of the list get the ids that they have anyway. `schema` is the address of the JSON
    Schema, relative to the file, for editors that read it. Raises `UserError` if a text holds a
    character that YAML forbids.
    """
    if thread.answers:
        thread = thread.model_copy(update={"answers": thread.every_answer})
    fields = thread.model_dump(exclude_defaults=True)
    for name in ("question", "answer"):
        post = fields.get(name)
        if post is not None and post.keys() == {"body"}:
            fields[name] = post["body"]
    text = dump_fields(fields, schema)
    # ruamel.yaml has surprised us before, and a thread that was changed silently is lost.
    if validate(Thread, parse(text, ""), "")[0] != thread:
        raise UserError(f'The thread "{thread.title}" cannot be written as YAML without loss.')
    return text


def dump_fields(fields: Mapping[str, Any], schema: str = "") -> str:
    """Return the YAML of fields in their order; texts are quoted or made blocks where they must."""
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    ordinary = write_ordinary(fields, _INLINE)
    return head + (_dump(fields) if ordinary is None else ordinary)


def _dump(fields: Mapping[str, Any]) -> str:
    styled = CommentedMap((name, _style(value, name, name)) for name, value in fields.items())
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = 2**31  # nothing is wrapped
    # A day that is given twice would be written once, as an anchor, which `fmt` refuses.
    yaml.representer.ignore_aliases = lambda *_: True
    out = StringIO()
    yaml.dump(styled, out)
    return drop_end_mark(out.getvalue())


def _style(value: Any, name: str, field: str) -> Any:
    """Choose how values are written; `name` is the nearest key, `field` the one of the file."""
    if isinstance(value, str):
        return _style_text(value, field)
    if isinstance(value, Mapping):
        return CommentedMap((key, _style(each, key, field)) for key, each in value.items())
    if not isinstance(value, Sequence):
        return value
    # Brackets hold no blocks; the `topics` of a site are mappings.
    if name not in _INLINE or any(not isinstance(item, str) or "\n" in item for item in value):
        return CommentedSeq(_style(each, name, field) for each in value)
    items = CommentedSeq(_style_item(each, field) for each in value)
    items.fa.set_flow_style()
    return items


def _style_text(text: str, field: str) -> Any:
    if unwritable := _UNWRITABLE.search(text):
        code = f"U+{ord(unwritable[0]):04X}"
        raise UserError(f"`{field}` holds the character {code}, which no YAML file can hold.")
    if "\n" in text and write_literal(text, 2):
        return LiteralScalarString(text)
    return text if _reads_as(f"a: {text}\n", {"a": text}) else DoubleQuotedScalarString(text)


def _style_item(text: str, field: str) -> Any:
    """Style a text inside brackets, where a comma ends it."""
    styled = _style_text(text, field)
    return styled if _reads_as(f"[{text}]\n", [text]) else DoubleQuotedScalarString(text)


def _reads_as(yaml: str, value: Any) -> bool:
    return bool(parse(yaml, "").value == value)
