"""A path's checks as a QTI 2.1 content package, for learning platforms that read QTI.

Sources: *IMS Question and Test Interoperability Assessment Test, Section and Item Information
Model*, version 2.1 (2012), sections 4 (items), 7.2.1 (choices) and 8 (response processing), and its
*Implementation Guide* for the manifest. An item gives one point if exactly the right choices are
chosen, explains each chosen choice, and allows any number of attempts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Final
from xml.etree.ElementTree import Element as Tree
from xml.etree.ElementTree import SubElement, tostring

from threadbook.model import Check, LearningPath
from threadbook.outputs.feeds import clean_for_xml
from threadbook.pages.views import Link

QTI: Final = "http://www.imsglobal.org/xsd/imsqti_v2p1"
CP: Final = "http://www.imsglobal.org/xsd/imscp_v1p1"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the zip, so that the same path gives the same bytes."""


def make_qti_package(
    id_: str, path: LearningPath, cited: Mapping[str, Link], language: str
) -> bytes | None:
    """Return a zip with an item for each check, a test with all items, and a manifest.

    `cited` has links with absolute addresses to the threads that checks cite, by id; a check whose
    thread is missing has no link. `language` is a BCP 47 tag. Returns `None` if the path has no
    checks.
    """
    checks = {step.key: step.check for step in path.steps if step.check is not None}
    if not checks:
        return None
    items = {key: f"items/{key}.xml" for key in checks}
    files = {items[key]: _item(key, check, cited, language) for key, check in checks.items()}
    files["test.xml"] = _test(id_, path.title, items)
    files["imsmanifest.xml"] = _manifest(id_, tuple(items.values()))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, tree in sorted(files.items()):
            text = f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(tree, "unicode")}\n'
            package.writestr(zipfile.ZipInfo(name, _DAY), text.encode(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _item(key: str, check: Check, cited: Mapping[str, Link], language: str) -> Tree:
    right = [_name(place) for place, choice in enumerate(check.choices, 1) if choice.correct]
    is_single = len(right) == 1
    named = {"identifier": key, "title": check.question, "xml:lang": language}
    item = _root("assessmentItem", QTI, named | {"adaptive": "false", "timeDependent": "false"})
    cardinality = "single" if is_single else "multiple"
    declared = {"identifier": "RESPONSE", "cardinality": cardinality, "baseType": "identifier"}
    response = _in(item, "responseDeclaration", declared)
    if right:
        correct = _in(response, "correctResponse")
        for name in right:
            _in(correct, "value", text=name)
    score = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
    _in(_in(_in(item, "outcomeDeclaration", score), "defaultValue"), "value", text="0")
    chosen = {"identifier": "CHOSEN", "cardinality": cardinality, "baseType": "identifier"}
    _in(item, "outcomeDeclaration", chosen)
    source = cited.get(check.cites or "")
    if source:
        shown = {"identifier": "SOURCE", "cardinality": "single", "baseType": "identifier"}
        _in(item, "outcomeDeclaration", shown)
    most = "1" if is_single else "0"  # 0 means any number
    asked = {"responseIdentifier": "RESPONSE", "shuffle": "false", "maxChoices": most}
    interaction = _in(_in(item, "itemBody"), "choiceInteraction", asked)
    _in(interaction, "prompt", text=check.question)
    for place, choice in enumerate(check.choices, 1):
        simple = _in(interaction, "simpleChoice", {"identifier": _name(place)}, choice.text)
        if choice.why:
            _in(simple, "feedbackInline", _shown("CHOSEN", _name(place)), text=f" {choice.why}")
    _processing(item, has_source=source is not None)
    if source:
        feedback = _in(item, "modalFeedback", _shown("SOURCE", "source"))
        _in(feedback, "a", {"href": source.url}, text=source.title)
    return item


def _processing(item: Tree, *, has_source: bool) -> None:
    """Give one point for exactly the right choices, and explain the chosen ones."""
    processing = _in(item, "responseProcessing")
    condition = _in(processing, "responseCondition")
    for name, points in (("responseIf", "1"), ("responseElse", "0")):
        branch = _in(condition, name)
        if name == "responseIf":
            match = _in(branch, "match")
            _in(match, "variable", {"identifier": "RESPONSE"})
            _in(match, "correct", {"identifier": "RESPONSE"})
        value = _in(branch, "setOutcomeValue", {"identifier": "SCORE"})
        _in(value, "baseValue", {"baseType": "float"}, text=points)
    chosen = _in(processing, "setOutcomeValue", {"identifier": "CHOSEN"})
    _in(chosen, "variable", {"identifier": "RESPONSE"})
    if has_source:
        value = _in(processing, "setOutcomeValue", {"identifier": "SOURCE"})
        _in(value, "baseValue", {"baseType": "identifier"}, text="source")


def _test(id_: str, title: str, items: Mapping[str, str]) -> Tree:
    test = _root("assessmentTest", QTI, {"identifier": f"path-{id_}", "title": title})
    modes = {"navigationMode": "nonlinear", "submissionMode": "individual"}
    part = _in(test, "testPart", {"identifier": "steps", **modes})
    # 0 means any number of attempts.
    _in(part, "itemSessionControl", {"maxAttempts": "0", "showFeedback": "true"})
    named = {"identifier": "checks", "title": title, "visible": "true"}
    section = _in(part, "assessmentSection", named)
    for key, file in items.items():
        _in(section, "assessmentItemRef", {"identifier": key, "href": file})
    return test


def _manifest(id_: str, items: Sequence[str]) -> Tree:
    manifest = _root("manifest", CP, {"identifier": f"package-{id_}"})
    metadata = _in(manifest, "metadata")
    _in(metadata, "schema", text="QTIv2.1 Package")
    _in(metadata, "schemaversion", text="1.0.0")
    _in(manifest, "organizations")
    resources = _in(manifest, "resources")
    kinds = dict.fromkeys(items, "imsqti_item_xmlv2p1")
    for href, kind in {"test.xml": "imsqti_test_xmlv2p1", **kinds}.items():
        named = {"identifier": f"file-{href.replace('/', '-')}", "type": kind, "href": href}
        resource = _in(resources, "resource", named)
        _in(resource, "file", {"href": href})
        if href == "test.xml":
            for item in items:
                on = {"identifierref": f"file-{item.replace('/', '-')}"}
                _in(resource, "dependency", on)
    return manifest


def _name(place: int) -> str:
    return f"choice-{place}"


def _shown(outcome: str, identifier: str) -> dict[str, str]:
    return {"outcomeIdentifier": outcome, "identifier": identifier, "showHide": "show"}


def _root(name: str, space: str, attributes: Mapping[str, str]) -> Tree:
    spaces = {"xmlns": space, "xmlns:xsi": _XSI, "xsi:schemaLocation": f"{space} {space}.xsd"}
    return Tree(name, spaces | _clean(attributes))


def _in(parent: Tree, name: str, attributes: Mapping[str, str] = {}, text: str = "") -> Tree:
    element = SubElement(parent, name, _clean(attributes))
    element.text = clean_for_xml(text) or None
    return element


def _clean(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: clean_for_xml(value) for name, value in attributes.items()}
