"""The files an editor can write, as JSON Schema (draft-07): completion and checks while typing.

All that the schemas say stands beside the types and fields; here it is only put into their form.
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
"""The newest draft that the language servers of editors read in full."""

FILES: Final[Mapping[str, type[BaseModel]]] = {
    "thread": Thread,
    "path": LearningPath,
    "site": Site,
    "queries": GoldenQueries,
    "glossary": Glossary,
    "synonyms": Synonyms,
}
"""What each kind of file holds."""


def schema_files() -> Mapping[str, str]:
    """Return the text of every schema by the name of its file, such as `thread.schema.json`."""
    return {
        f"{name}.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
        for name, schema in schemas().items()
    }


def schemas() -> Mapping[str, dict[str, Any]]:
    """Return the schema of every kind of file: by its name, such as `thread`."""
    return {name: json_schema(model, f"Threadbook {name}") for name, model in FILES.items()}


def json_schema(model: type[BaseModel], title: str) -> dict[str, Any]:
    """Return the draft-07 schema of the files that a model reads.

    It has no `$id`: it is found by where it lies, not by an address.
    """
    schema = model.model_json_schema(
        ref_template="#/definitions/{model}", schema_generator=_Generator
    )
    head = {"$schema": DIALECT, "title": title, "description": schema["description"]}
    definitions = dict(sorted(schema.pop("$defs", {}).items()))
    whole = head | schema | {"title": title, "definitions": definitions}
    return {word: _references_apart(said) for word, said in whole.items()}


class _Generator(GenerateJsonSchema):
    """Leaves out what tells an editor nothing, and keeps the models' order."""

    schema_dialect = DIALECT

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - a hook
        """Give no field a title: it would repeat the field's name in capitals."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Name no default that only means `nothing here`: nobody would write it."""
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
    """Move every `$ref` that has neighbours into an `allOf`: draft-07 ignores its neighbours."""
    if isinstance(part, list):
        return [_references_apart(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part and len(part) > 1:
        rest = {word: said for word, said in part.items() if word != "$ref"}
        return {"allOf": [{"$ref": part["$ref"]}], **_references_apart(rest)}
    return {word: _references_apart(said) for word, said in part.items()}
