"""JSON Schemas (draft-07) of the content files, for completion and checks in text editors.

What a schema says is written next to the types and fields; this module only gives it the form.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from threadbook.model.glossary import Glossary
from threadbook.model.path import LearningPath
from threadbook.model.queries import GoldenQueries
from threadbook.model.site import Site
from threadbook.model.synonyms import Synonyms
from threadbook.model.thread import Thread

DIALECT: Final = "http://json-schema.org/draft-07/schema#"
"""The newest draft that the language servers of text editors support in full."""

FILES: Final[Mapping[str, type[BaseModel]]] = {
    "thread": Thread,
    "path": LearningPath,
    "site": Site,
    "queries": GoldenQueries,
    "glossary": Glossary,
    "synonyms": Synonyms,
}
"""The model of each kind of file."""


def write_schemas() -> Mapping[str, str]:
    """Return the text of every schema by its file name, such as `thread.schema.json`."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in make_schemas().items()
    }


def make_schemas() -> Mapping[str, dict[str, Any]]:
    """Return the schema of every kind of file by the kind's name, such as `thread`."""
    return {name: make_schema(model, f"Threadbook {name}") for name, model in FILES.items()}


def make_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the draft-07 schema of the files that a model reads.

    It has no `$id`, because text editors find it by its path and not by an address.
    """
    schema = model.model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Generator
    )
    head = {"$schema": DIALECT, "title": title, "description": schema["description"]}
    definitions = dict(sorted(schema.pop("$defs", {}).items()))
    whole = head | schema | {"title": title, "definitions": definitions}
    return {word: _references_apart(said) for word, said in whole.items()}


class _Generator(GenerateJsonSchema):
    """Leaves out what is of no use to an editor, and keeps the order of the models."""

    schema_dialect = DIALECT

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - a hook
        """Give no field a title, because it would only repeat the name of the field."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out a default that only means "no value": nobody would write it."""
        if schema.get("default") in (None, "", ()):
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)

    def sort(
        self,
        value: JsonSchemaValue,
        parent_key: str | None = None,  # noqa: ARG002 - a hook
    ) -> JsonSchemaValue:
        """Keep the order of the models."""
        return value


def _references_apart(part: Any) -> Any:
    """Move each `$ref` with other keys beside it into an `allOf`: draft-07 ignores those keys."""
    if isinstance(part, list):
        return [_references_apart(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part and len(part) > 1:
        rest = {word: said for word, said in part.items() if word != "$ref"}
        return {"allOf": [{"$ref": part["$ref"]}], **_references_apart(rest)}
    return {word: _references_apart(said) for word, said in part.items()}
