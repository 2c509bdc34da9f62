"""The JSON Schemas: complete, current, and of one mind with our own loader."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from threadbook.load.validate import validate
from threadbook.load.yaml import ALIAS_LIMIT, parse
from threadbook.model.schema import FILES, make_schemas, write_schemas
from threadbook.starter import plant

KINDS = tuple(FILES)
WHERE = {
    "thread": "threads/*/*.yml",
    "path": "paths/*.yml",
    "site": "site.yml",
    "queries": "queries.yml",
    "glossary": "glossary.yml",
    "synonyms": "synonyms.yml",
}


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `threadbook init` writes."""
    base = tmp_path_factory.mktemp("starter") / "base"
    list(plant(base))
    return base


def check_jsonschema(
    schema: Path, files: list[Path], *options: str
) -> subprocess.CompletedProcess[str]:
    """Run the command a contributor would run."""
    command = [sys.executable, "-m", "check_jsonschema", *options, "--schemafile"]
    return subprocess.run([*command, schema, *files], capture_output=True, text=True, check=False)


# What the schemas say


def test_the_files_in_schema_are_current(repository: Path) -> None:
    folder = repository / "schema"
    stored = {file.name: file.read_text("utf-8") for file in folder.glob("*")}
    assert stored == write_schemas(), "renew them with: threadbook schema schema/"


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_draft_7(kind: str) -> None:
    schema = make_schemas()[kind]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    Draft7Validator.check_schema(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stands_beside_a_reference(kind: str) -> None:
    for part in parts(make_schemas()[kind]):
        assert "$ref" not in part or len(part) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_object_is_closed(kind: str) -> None:
    objects = [part for part in parts(make_schemas()[kind]) if part.get("type") == "object"]
    assert objects
    for part in objects:
        assert part["additionalProperties"] is False, part


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_has_a_description_of_a_sentence(kind: str) -> None:
    for name, said in properties(make_schemas()[kind]):
        description = said.get("description", "")
        assert description.endswith("."), name
        assert 15 < len(description) < 120, name
        assert "\n" not in description.strip(), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_property_has_examples_and_they_are_valid(kind: str) -> None:
    schema = make_schemas()[kind]
    for name, said in properties(schema):
        assert said.get("examples"), name
        own = validator(said | {"definitions": schema["definitions"]})
        for example in said["examples"]:
            assert list(own.iter_errors(example)) == [], name


@pytest.mark.parametrize("kind", KINDS)
def test_every_default_is_valid(kind: str) -> None:
    schema = make_schemas()[kind]
    for name, said in properties(schema):
        if "default" in said:
            own = validator(said | {"definitions": schema["definitions"]})
            assert own.is_valid(said["default"]), name


@pytest.mark.parametrize("kind", KINDS)
def test_every_pattern_has_words_for_editors_to_show(kind: str) -> None:
    for part in parts(make_schemas()[kind]):
        assert ("pattern" in part) == ("patternErrorMessage" in part), part


def validator(schema: dict[str, Any]) -> Any:
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def parts(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a schema and all schemas in it that describe values, so not the conditions."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("definitions", {}).values()]
    inner += [*schema.get("anyOf", []), *schema.get("allOf", [])]
    inner += [schema["items"]] if "items" in schema else []
    for part in inner:
        yield from parts(part)


def properties(schema: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found = [pair for part in parts(schema) for pair in part.get("properties", {}).items()]
    assert found
    return found


# The example base and the starter


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_base_and_the_starter_are_valid(
    kind: str, repository: Path, starter: Path
) -> None:
    bases = [repository / "content", starter / "content"]
    files = [file for base in bases for file in sorted(base.glob(WHERE[kind]))]
    assert files
    done = check_jsonschema(starter / "schema" / f"{kind}.schema.json", files)
    assert done.returncode == 0, done.stdout


# One mind with the loader

THREAD = "title: A?\ntopics: [a]\n"
PATH = "title: A\nsteps: [{thread: a}]\n"
SITE = "boards: [{id: b, title: B}]\ntopics: [{id: t, title: T}]\n"

FULL_THREAD = """\
title: A?
topics: [a, b]
applies_to: [l]
also_asked: [Or B?]
summary: In short.
question: {by: who, at: 2026-11-23, edited: "2026-11-24", body: Text, comments: [{body: C}]}
answers:
  - {id: a-1, by: who, at: 2026-11-23, edited: 2026-11-24, votes: -3, accepted: true, note: If so,
     applies_to: [l, m], owner: who, body: B, comments: [{by: who, at: 2026-11-23, edited: 2026-11-24, body: C}]}
  - {id: a2, body: "1"}
related: [c]
duplicate_of: d
replaced_by: e
redirect_from: [t5/a_b/~1.2, old/, ...x/y]
status: obsolete
owner: who
verified: 2026-11-23
verified_by: m
review_by: "2027-11-23"
source: {system: Old, url: "http://example.org/a?b=c#d", license: CC0-1.0, retrieved: 2026-11-23}
lang: pt-BR
silence: [{rule: TB206, reason: Soon.}]
"""

NOTHING_WRITTEN = """\
title: A?
topics: [a]
summary:
question: ~
answer: null
answers: [{body: B, id: null, by: null, at: null, edited: null, note: null}]
duplicate_of: null
replaced_by: null
verified: null
review_by: null
source: null
lang: null
"""

FULL_PATH = """\
title: A
summary: S
audience: Everybody
level: advanced
objectives: [Know it.]
prerequisites: [other]
steps:
  - {thread: a, check: null, note: "*See*", minutes: 600, optional: true}
  - check:
      question: Q?
      choices: [{text: X, correct: true, why: W}, {text: Y, why: null}]
      cites: a
      cited: new
"""

FULL_SITE = """\
boards: [{id: b, title: B, summary: S}]
topics: [{id: t, title: T, summary: S, stage: 1, holds: H, your_turn: Y, icon: material/send, start_here: a}, {id: u, title: U, icon: null}]
people: [{id: p, name: P}, {id: q, name: Q, role: staff}]
labels: [{id: l, title: L}]
featured: {topics: [t], threads: [a], paths: [p]}
"""

GOOD: Mapping[str, tuple[str, str]] = {
    "the shortest thread": ("thread", THREAD),
    "every field of a thread": ("thread", FULL_THREAD),
    "fields of a thread left empty": ("thread", NOTHING_WRITTEN),
    "a question as text": ("thread", THREAD + "question: Text\n"),
    "an answer as text": ("thread", THREAD + "answer: Text\n"),
    "an answer as a mapping": ("thread", THREAD + "answer: {id: best, body: Text}\n"),
    "an answer and an empty list": ("thread", THREAD + "answer: Text\nanswers: []\n"),
    "no answer and a list": ("thread", THREAD + "answer: null\nanswers: [{body: B}]\n"),
    "an id of 100 characters": ("thread", f"{THREAD}answer: {{id: {'a' * 100}, body: B}}\n"),
    "a title of 500 characters": ("thread", f"title: {'a' * 500}\ntopics: [a]\n"),
    "a reference that is no slug": ("thread", THREAD + "related: [Not A Slug]\n"),
    "an alias": ("thread", "title: &t A?\ntopics: [*t]\n"),
    "the shortest path": ("path", PATH),
    "every field of a path": ("path", FULL_PATH),
    "the shortest site": ("site", SITE),
    "every field of the site": ("site", FULL_SITE),
    "no golden query": ("queries", "[]\n"),
    "golden queries": ("queries", "- {query: q, expect: a}\n- {query: q, expect: a, within: 1}\n"),
    "what nothing here answers": ("queries", "- {query: q, expect: null, holdout: true}\n"),
    "no glossary": ("glossary", "[]\n"),
    "a glossary": ("glossary", "- {term: t, definition: d, also: [u], thread: a}\n"),
    "synonyms": ("synonyms", "- words: [gig, job]\n"),
}


def of_thread(text: str) -> tuple[str, str]:
    return "thread", f"{THREAD}{text}\n"


def of_path(text: str) -> tuple[str, str]:
    return "path", f"{PATH}{text}\n"


def of_step(text: str) -> tuple[str, str]:
    return "path", f"title: A\nsteps: [{{{text}}}]\n"


def of_check(text: str) -> tuple[str, str]:
    return of_step(f"check: {{{text}}}")


def of_topic(text: str) -> tuple[str, str]:
    return "site", f"boards: [{{id: b, title: B}}]\ntopics: [{{{text}}}]\n"


TWO = "choices: [{text: X}, {text: Y}]"

BAD: Mapping[str, tuple[str, str]] = {
    "an empty file": ("thread", ""),
    "a thread that is a list": ("thread", "- a\n"),
    "a key twice": of_thread("title: B?"),
    "two documents": of_thread("---\ntitle: B?"),
    "a tab": of_thread("question:\n\tbody: B"),
    "an unknown field": of_thread("anwser: B"),
    "a missing title": ("thread", "topics: [a]\n"),
    "a missing topic": ("thread", "title: A?\n"),
    "empty topics": ("thread", "title: A?\ntopics: []\n"),
    "topics as text": ("thread", "title: A?\ntopics: a\n"),
    "an empty topic": ("thread", "title: A?\ntopics: ['']\n"),
    "topics left empty": ("thread", "title: A?\ntopics:\n"),
    "a title left empty": ("thread", "title:\ntopics: [a]\n"),
    "a blank title": ("thread", "title: '  '\ntopics: [a]\n"),
    "a title that is a number": ("thread", "title: 7\ntopics: [a]\n"),
    "a title of 501 characters": ("thread", f"title: {'a' * 501}\ntopics: [a]\n"),
    "a blank way to ask": of_thread("also_asked: [' ']"),
    "a summary that is a list": of_thread("summary: [S]"),
    "both an answer and answers": of_thread("answer: A\nanswers: [{body: B}]"),
    "both, the answer a mapping": of_thread("answer: {body: A}\nanswers: [{body: B}]"),
    "answers as text": of_thread("answers: B"),
    "answers as a list of texts": of_thread("answers: [B]"),
    "a blank answer": of_thread("answer: ' '"),
    "an answer that is a number": of_thread("answer: 7"),
    "an answer that is a list": of_thread("answer: [B]"),
    "a question without a body": of_thread("question: {by: who}"),
    "a question with votes": of_thread("question: {body: B, votes: 1}"),
    "a body that is a number": of_thread("answers: [{body: 7}]"),
    "a body left empty": of_thread("answers: [{body: null}]"),
    "a blank body": of_thread("answers: [{body: '\\t'}]".replace("'", '"')),
    "a bad slug as an answer's id": of_thread("answers: [{id: A_1, body: B}]"),
    "two hyphens in an answer's id": of_thread("answers: [{id: a--1, body: B}]"),
    "a line break after an answer's id": of_thread('answers: [{id: "a1\\n", body: B}]'),
    "an id of 101 characters": of_thread(f"answers: [{{id: {'a' * 101}, body: B}}]"),
    "the question's id for an answer": of_thread("answers: [{id: question, body: B}]"),
    "the question's id for the answer": of_thread("answer: {id: question, body: B}"),
    "an empty author": of_thread("answers: [{by: '', body: B}]"),
    "votes as text": of_thread("answers: [{votes: many, body: B}]"),
    "votes in quotes": of_thread("answers: [{votes: '3', body: B}]"),
    "votes with a fraction": of_thread("answers: [{votes: 1.5, body: B}]"),
    "votes left empty": of_thread("answers: [{votes: null, body: B}]"),
    "accepted as a word": of_thread("answers: [{accepted: yes, body: B}]"),
    "accepted as a number": of_thread("answers: [{accepted: 1, body: B}]"),
    "a blank note": of_thread("answers: [{note: ' ', body: B}]"),
    "a comment as text": of_thread("answers: [{body: B, comments: [C]}]"),
    "a comment with an id": of_thread("answers: [{body: B, comments: [{id: c, body: C}]}]"),
    "a comment on a bad day": of_thread("answers: [{body: B, comments: [{at: 1, body: C}]}]"),
    "a date that does not exist": of_thread("verified: 2026-13-45"),
    "that day in quotes": of_thread("verified: '2026-02-30'"),
    "a day without hyphens": of_thread("verified: '20261123'"),
    "a date with a time": of_thread("verified: 2026-11-23 10:00:00"),
    "a day with its time in quotes": of_thread("verified: '2026-11-23T00:00:00'"),
    "a day of a week": of_thread("review_by: 2026-W47-1"),
    "a day that is a number": of_thread("question: {body: B, at: 2026}"),
    "a line break after a day": of_thread('verified: "2026-11-23\\n"'),
    "an unknown status": of_thread("status: done"),
    "a status left empty": of_thread("status: null"),
    "related threads as text": of_thread("related: b"),
    "an empty duplicate": of_thread("duplicate_of: ''"),
    "a replacement that is a list": of_thread("replaced_by: [b]"),
    "an old address that climbs": of_thread("redirect_from: [a/../b]"),
    "an old address of dots": of_thread("redirect_from: ['...']"),
    "an old address with a leading slash": of_thread("redirect_from: [/a]"),
    "an old address with two slashes": of_thread("redirect_from: [a//]"),
    "an old address with a query that is HTML": of_thread("redirect_from: ['a?b=<c>']"),
    "an old address with an empty query": of_thread("redirect_from: ['a?']"),
    "an old address elsewhere": of_thread("redirect_from: ['https://example.org/a']"),
    "an empty old address": of_thread("redirect_from: ['']"),
    "a source without a system": of_thread("source: {license: CC0-1.0}"),
    "a web address without a scheme": of_thread("source: {system: S, url: example.org/a}"),
    "a web address that runs script": of_thread("source: {system: S, url: 'javascript:a()'}"),
    "a web address with blanks": of_thread("source: {system: S, url: 'https://example.org/a b'}"),
    "a web address with quotes": of_thread("source: {system: S, url: 'https://example.org/\"'}"),
    "a licence that is a number": of_thread("source: {system: S, license: 3}"),
    "a language by its name": of_thread("lang: English"),
    "a rule that is no rule": of_thread("silence: [{rule: TB12, reason: R}]"),
    "a silence without a reason": of_thread("silence: [{rule: TB206}]"),
    "a path without steps": ("path", "title: A\n"),
    "a path with no step": ("path", "title: A\nsteps: []\n"),
    "an unknown level": of_path("level: expert"),
    "an empty summary of a path": of_path("summary: ''"),
    "blank objectives": of_path("objectives: [' ']"),
    "a step with both": of_step(f"thread: a, check: {{question: Q?, {TWO}}}"),
    "a step with neither": of_step("minutes: 3"),
    "a step with an empty thread": of_step("thread: ''"),
    "a step with nothing for both": of_step("thread: null, check: null"),
    "a blank note of a step": of_step("thread: a, note: ' '"),
    "negative minutes": of_step("thread: a, minutes: -1"),
    "no minutes": of_step("thread: a, minutes: 0"),
    "601 minutes": of_step("thread: a, minutes: 601"),
    "optional as a word": of_step("thread: a, optional: maybe"),
    "a check with one choice": of_check("question: Q?, choices: [{text: X}]"),
    "a check without a question": of_check(TWO),
    "a choice without text": of_check("question: Q?, choices: [{text: X}, {why: W}]"),
    "a choice as text": of_check("question: Q?, choices: [X, Y]"),
    "a check with an unknown field": of_check(f"question: Q?, {TWO}, minutes: 3"),
    "a check that cites nothing": of_check(f"question: Q?, {TWO}, cites: ''"),
    "a site without boards": ("site", "topics: [{id: t, title: T}]\n"),
    "a site with no board": ("site", "boards: []\ntopics: [{id: t, title: T}]\n"),
    "a site with no topic": ("site", "boards: [{id: b, title: B}]\ntopics: []\n"),
    "a board with a bad id": ("site", SITE.replace("id: b", "id: Bad Id")),
    "a board without a title": ("site", SITE.replace(", title: B", "")),
    "a topic with a bad id": of_topic("id: -t, title: T"),
    "a topic at stage 0": of_topic("id: t, title: T, stage: 0"),
    "an icon without a set": of_topic("id: t, title: T, icon: send"),
    "an icon that climbs": of_topic("id: t, title: T, icon: ../send"),
    "a topic that starts nowhere": of_topic("id: t, title: T, start_here: ''"),
    "a person without a name": ("site", SITE + "people: [{id: p}]\n"),
    "a person with an unknown role": ("site", SITE + "people: [{id: p, name: P, role: boss}]\n"),
    "featured left empty": ("site", SITE + "featured:\n"),
    "featured boards": ("site", SITE + "featured: {boards: [b]}\n"),
    "golden queries as a mapping": ("queries", "query: q\nexpect: a\n"),
    "a golden query without its thread": ("queries", "- {query: q}\n"),
    "a blank golden query": ("queries", "- {query: ' ', expect: a}\n"),
    "a golden query that is perhaps kept back": (
        "queries",
        "- {query: q, expect: a, holdout: 1}\n",
    ),
    "a golden query within none": ("queries", "- {query: q, expect: a, within: 0}\n"),
}

UNSEEN: Mapping[str, tuple[str, str]] = {
    # YAML 1.2, which editors and check-jsonschema read, takes these for text; YAML 1.1 does not.
    "a word that YAML 1.1 takes for false": ("thread", "title: no\ntopics: [a]\n"),
    "a time that YAML 1.1 takes for a number": ("thread", "title: 12:30\ntopics: [a]\n"),
    "a day where text is expected": ("thread", "title: 2026-11-23\ntopics: [a]\n"),
    # To JSON Schema these are the whole numbers 1 and 10; to us they are slips of the hand.
    "a whole number with a fraction": of_thread("answers: [{votes: 1.0, body: B}]"),
    "a number with a leading zero": of_thread("answers: [{votes: 010, body: B}]"),
    # A schema sees values; how they were written is gone.
    "a tag": of_thread("answers: [{votes: !!int '3', body: B}]"),
    "a merge key": of_thread("answers: [&b {body: B}, {<<: *b}]"),
    "an invisible line break": of_thread('summary: "A\u2028B"'),
    "aliases without end": of_thread(f"question: &r {'r' * 100 * ALIAS_LIMIT}\nanswer: *r"),
    # `uniqueItems` compares whole items; draft-07 cannot compare one property of them.
    "two answers with one id": of_thread("answers: [{id: b, body: B}, {id: b, body: C}]"),
    "an id that an answer without one has": of_thread("answers: [{id: a2, body: B}, {body: C}]"),
}
"""What a schema takes and the loader refuses.

Not here, because it is neither's question: ids used twice in site.yml, references that lead
nowhere, and what Markdown holds. Later steps of loading and checking find those.
"""

UNSTRIPPED: Mapping[str, tuple[str, str]] = {
    # The loader removes blanks around a line before it looks at it; a schema cannot.
    "500 characters and a line break": ("thread", f'title: "{"a" * 500}\\n"\ntopics: [a]\n'),
    "blanks around a language": of_thread("lang: ' en '"),
}
"""What the loader takes and a schema refuses."""


def loader_takes(kind: str, text: str) -> bool:
    document = parse(text, "f.yml")
    model, findings = validate(FILES[kind], document, "f.yml")
    return model is not None and not findings and not document.findings


# Snippets


def snippets() -> dict[str, list[str]]:
    """Return the body of each snippet of the starter by its prefix."""
    folder = Path(sys.modules[plant.__module__].__file__ or "").parent / "knowledge" / ".vscode"
    read = json.loads((folder / "threadbook.code-snippets").read_text("utf-8"))
    assert all(snippet["scope"] == "yaml" for snippet in read.values())
    return {snippet["prefix"]: snippet["body"] for snippet in read.values()}


def expanded(body: list[str], choice: int) -> str:
    """Expand a snippet as VS Code does if nobody types anything; of choices take that place."""
    today = {"CURRENT_YEAR": "2026", "CURRENT_MONTH": "11", "CURRENT_DATE": "23"}
    text = "\n".join(body)
    text = re.sub(r"\$\{\d+\|([^}]*)\|\}", lambda stop: stop[1].split(",")[choice], text)
    text = re.sub(r"\$\{\d+:([^}]*)\}", r"\1", text).replace("$0", "")
    text = re.sub(r"\$([A-Z_]+)", lambda variable: today[variable[1]], text)
    assert not re.search(r"[$}|]\d|\$", text)
    return text


SNIPPETS = {
    "thread-short": ("thread", "", ""),
    "thread": ("thread", "", ""),
    "answer": ("thread", THREAD + "answers:\n", "  "),
    "comment": ("thread", THREAD + "question:\n  body: B\n  comments:\n", "    "),
    "path": ("path", "", ""),
    "step": ("path", "title: A\nsteps:\n", "  "),
    "check": ("path", "title: A\nsteps:\n", "  "),
    "golden-query": ("queries", "", ""),
}
"""Which file each snippet goes into, what stands before it there, and how far it is indented."""

WRITTEN = {
    f"the snippet {prefix}, choice {choice}": (
        kind,
        before + textwrap.indent(expanded(snippets()[prefix], choice), indentation),
    )
    for prefix, (kind, before, indentation) in SNIPPETS.items()
    for choice in (0, 1, -1)
}


def test_every_snippet_is_tested() -> None:
    assert snippets().keys() == SNIPPETS.keys()


# The verdicts


@pytest.fixture(scope="module")
def refused(starter: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return the names of all cases that check-jsonschema refuses, run once for each schema."""
    folder = tmp_path_factory.mktemp("cases")
    cases = {**GOOD, **WRITTEN, **BAD, **UNSEEN, **UNSTRIPPED}
    names = {folder / f"{place}.yml": name for place, name in enumerate(cases)}
    for file, name in names.items():
        file.write_text(cases[name][1], "utf-8")
    found: set[str] = set()
    for kind in KINDS:
        files = [file for file, name in names.items() if cases[name][0] == kind]
        schema = starter / "schema" / f"{kind}.schema.json"
        done = check_jsonschema(schema, files, "--output-format", "json")
        said = json.loads(done.stdout)
        bad = [Path(error["filename"]) for error in said["errors"] + said.get("parse_errors", [])]
        found |= {names[file] for file in bad}
    return found


@pytest.mark.parametrize("name", [*GOOD, *WRITTEN])
def test_schema_and_loader_both_take(name: str, refused: set[str]) -> None:
    assert loader_takes(*{**GOOD, **WRITTEN}[name])
    assert name not in refused


@pytest.mark.parametrize("name", BAD)
def test_schema_and_loader_both_refuse(name: str, refused: set[str]) -> None:
    assert not loader_takes(*BAD[name])
    assert name in refused


@pytest.mark.parametrize("name", UNSEEN)
def test_a_schema_cannot_see(name: str, refused: set[str]) -> None:
    assert not loader_takes(*UNSEEN[name])
    assert name not in refused


@pytest.mark.parametrize("name", UNSTRIPPED)
def test_a_schema_refuses_what_the_loader_would_strip(name: str, refused: set[str]) -> None:
    assert loader_takes(*UNSTRIPPED[name])
    assert name in refused


def test_every_property_is_in_a_good_file() -> None:
    written = "".join(text for _, text in GOOD.values())
    for schema in make_schemas().values():
        for name, _ in properties(schema):
            assert re.search(rf"\b{name}:", written), name


# The starter


def test_the_starter_brings_schemas_and_settings_for_editors(starter: Path) -> None:
    stored = {file.name: file.read_text("utf-8") for file in (starter / "schema").iterdir()}
    assert stored == write_schemas()
    recommended = json.loads((starter / ".vscode" / "extensions.json").read_text("utf-8"))
    assert recommended == {"recommendations": ["redhat.vscode-yaml"]}
    ignored = (starter / ".gitignore").read_text("utf-8").split()
    assert {"site/", ".venv/", "__pycache__/"} <= set(ignored)


def test_the_settings_map_every_schema_to_its_files(starter: Path) -> None:
    settings = json.loads((starter / ".vscode" / "settings.json").read_text("utf-8"))
    assert settings["yaml.schemas"] == {
        f"./schema/{kind}.schema.json": [f"content/{WHERE[kind]}"] for kind in KINDS
    }
    assert settings["yaml.validate"] is True
    for language in ("[yaml]", "[markdown]"):
        assert settings[language]["files.trimTrailingWhitespace"] is False
