"""Step 2 of formatting: ruamel.yaml lays out everything except the lines of blocks."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import yaml
from pydantic import BaseModel, RootModel
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import LiteralScalarString

from threadbook.edit.blocks import write_literal
from threadbook.edit.comments import align_comments
from threadbook.edit.order import find_model, rank_fields
from threadbook.edit.scanning import BLOCKS, LeftAloneError, scan_tokens
from threadbook.load.yaml import parse
from threadbook.model import Thread


def lay_out(text: str, model: type[BaseModel]) -> str:
    """Lay out a text without folded blocks; raises `LeftAloneError` if ruamel.yaml cannot."""
    writer = YAML()
    writer.preserve_quotes = True
    writer.width = 2**31  # nothing is wrapped
    writer.brace_single_entry_mapping_in_flow_sequence = True
    is_list = issubclass(model, RootModel)
    writer.indent(mapping=2, sequence=2 if is_list else 4, offset=0 if is_list else 2)
    out = StringIO()
    try:
        tree = _completed(writer.load(text), model)
        writer.explicit_start = writer.explicit_end = False
        writer.dump(tree, out)
    except Exception as error:  # a library's limits may be anything
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        raise LeftAloneError(f"ruamel.yaml cannot lay it out: {reason}.") from error
    return _clean_ends(align_comments(text, drop_end_mark(out.getvalue())))


def drop_end_mark(text: str) -> str:
    """Remove the `...` that ruamel.yaml writes after a block that keeps its last empty lines."""
    return re.sub(r"\n\.\.\.\n\Z", "\n", text)


def _completed(value: Any, model: type[BaseModel] | None) -> Any:
    """Name answers, order flow mappings, and open flow collections that hold literal blocks."""
    places: list[Any] = []
    if isinstance(value, CommentedMap):
        if model is Thread:
            _name_answers(value.get("answers") or [])
        if value.fa.flow_style():
            for key in sorted(value, key=rank_fields(model)):
                value.move_to_end(key)
        places = list(value)
    elif isinstance(value, CommentedSeq):
        places = list(range(len(value)))
    elif isinstance(value, str) and "\n" in value and write_literal(value, 2):
        return LiteralScalarString(value)
    for place in places:
        value[place] = _completed(value[place], find_model(model, place))
    if places and value.fa.flow_style() and any(_is_open(value[place]) for place in places):
        value.fa.set_block_style()
    return value


def _name_answers(answers: list[CommentedMap]) -> None:
    for place, answer in enumerate(answers, 1):
        if answer.get("id") is None:
            answer.pop("id", None)
            answer.insert(0, "id", f"a{place}")


def _is_open(value: Any) -> bool:
    """Tell whether a value cannot be inside brackets."""
    if isinstance(value, CommentedMap | CommentedSeq):
        return not value.fa.flow_style()
    return isinstance(value, LiteralScalarString)


def _clean_ends(text: str) -> str:
    """Remove spaces at the ends of lines, and empty lines at the end, unless they are content."""
    content = {
        line
        for token in scan_tokens(text)
        if isinstance(token, yaml.ScalarToken)
        for line in range(token.start_mark.line + (token.style in BLOCKS), token.end_mark.line)
    }
    lines = text.split("\n")
    text = "\n".join(line if at in content else line.rstrip(" \t") for at, line in enumerate(lines))
    short = text.rstrip("\n") + "\n"
    return short if parse(short, "").value == parse(text, "").value else text
