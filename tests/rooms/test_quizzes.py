"""Checks that come from a quiz of Microsoft Learn, and those that leave as QTI 2.1."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from threadbook.exporters.qti import CP, QTI, make_qti_package
from threadbook.importers.learn_quiz import read_quiz
from threadbook.load.yaml import parse
from threadbook.model import Check, Choice, LearningPath, Step
from threadbook.pages.views import Link

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

UNIT = """\
### YamlMime:ModuleUnit
uid: learn.example.module.knowledge-check
title: Knowledge check
metadata:
  title: Knowledge check
  ms.date: 01/26/2026
  robots: noindex
durationInMinutes: 3
content: |
quiz:
  title: Check your knowledge
  questions:
  - content: "When are you **hired**?"
    choices:
    - content: "When the `proposal` is accepted."
      isCorrect: false
      explanation: "Incorrect. Accepted means: invited to talk."
    - content: 'When you accept a contract.'
      isCorrect: true
      explanation: |
        Correct.
        It binds you *both*.
  - content: "Which of these cost nothing?"
    choices:
    - content: "Yes"
      isCorrect: true
    - content: "No: never"
      isCorrect: true
    - content: "null"
      isCorrect: false
"""


def test_a_quiz_becomes_checks() -> None:
    quiz = read_quiz(UNIT)
    assert quiz.title == "Check your knowledge"
    assert not quiz.problems
    first, second = quiz.checks
    assert first.question == "When are you hired?"
    assert [choice.text for choice in first.choices] == [
        "When the proposal is accepted.",
        "When you accept a contract.",
    ]
    assert first.choices[1].why == "Correct. It binds you both."
    assert [choice.correct for choice in second.choices] == [True, True, False]
    assert second.choices[0].why is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "isCorrect: true\n      explanation: |",
            "isCorrect: false\n      explanation: |",
            "15:5: None of",
        ),
        (
            "isCorrect: false",
            "isCorrect: maybe",
            "16:18: `isCorrect` of a choice is true or false.",
        ),
        ('content: "When are you **hired**?"', "content: [a]", "13:14: A question is a text"),
        ("**hired**?", "![hired](x.png)", "13:14: A question shows an image"),
        ("**hired**?", "x" * 501, "13:14: A question has 514 characters"),
        ("'When you accept a contract.'", '" "', "18:16: A choice has no text."),
        ("  questions:", "  asked:", "11:3: A quiz has a list of `questions`."),
        ("quiz:", "quiz: [", ": "),
        (
            "**hired**?",
            ':::image type=\\"content\\" source=\\"a.png\\":::',
            "13:14: A question shows",
        ),
        ("**hired**?", "<IMG src=x> so?", "13:14: A question shows an image"),
        ('"Incorrect. Accepted means: invited to talk."', "[x]", "17:20: An explanation is a text"),
        ("isCorrect: false", "isCorrect: false\n      isCorrect: true", "17:7: "),
    ],
)
def test_what_a_check_cannot_say_is_refused_with_its_place(
    old: str, new: str, said: str, knowledge: Knowledge, run: Run
) -> None:
    base = knowledge({})
    (base / "unit.yml").write_text(UNIT.replace(old, new, 1), "utf-8")
    done = run("threadbook", "import", "learn-quiz", "unit.yml", "--path", "quiz", cwd=base)
    assert done.returncode == 1
    assert f"unit.yml:{said}" in done.stderr or said == ": "
    assert "Nothing was written" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (base / "content" / "paths").exists()


def test_a_quiz_becomes_a_path_and_then_grows_it(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    (base / "unit.yml").write_text(UNIT, "utf-8")
    file = base / "content" / "paths" / "quiz.yml"
    command = ("threadbook", "import", "learn-quiz", "unit.yml")
    assert run(*command, "--path", "quiz", cwd=base).returncode == 0
    first = file.read_text("utf-8")
    again = run(*command, "--path", "quiz", cwd=base)
    assert again.returncode == 3, "importing twice changes nothing"
    assert "has all these checks" in again.stderr
    assert file.read_text("utf-8") == first
    more = first.replace("hired", "bound") + "\n# Who?\naudience: Anybody.\n"
    file.write_bytes(more.replace("\n", "\r\n").encode())
    done = run(*command, "--path", "quiz", cwd=base)
    assert done.returncode == 0
    assert "Already in the path, skipped: Which of these cost nothing?" in done.stderr
    grown = file.read_bytes().decode()
    assert grown.count("\r\n") == grown.count("\n")
    assert grown.endswith("\r\n\r\n# Who?\r\naudience: Anybody.\r\n")
    value = parse(grown, "").value
    assert [step["check"]["question"].split()[-1] for step in value["steps"]] == [
        "bound?",
        "nothing?",
        "hired?",
    ]
    assert run(*command, cwd=base).stdout.startswith("steps:\n  - check:\n      question: When")


def test_a_path_that_cannot_grow_is_left_as_it_was(knowledge: Knowledge, run: Run) -> None:
    text = "title: A\nobjectives: [Know.]\nsteps: [{thread: say-so}]\n"
    base = knowledge({"paths/quiz.yml": text, "threads/new/say-so.yml": "title: So?\n"})
    (base / "unit.yml").write_text(UNIT, "utf-8")
    done = run("threadbook", "import", "learn-quiz", "unit.yml", "--path", "quiz", cwd=base)
    assert done.returncode == 3
    assert "nothing was added" in done.stderr
    assert (base / "content" / "paths" / "quiz.yml").read_text() == text


NAMES = {
    "xml.xsd": (
        "http://www.w3.org/XML/1998/namespace",
        '<xs:attribute name="lang" type="xs:language"/><xs:attribute name="base"/>',
    ),
    "XInclude.xsd": ("http://www.w3.org/2001/XInclude", '<xs:element name="include"/>'),
    "mathml2.xsd": ("http://www.w3.org/1998/Math/MathML", '<xs:element name="math"/>'),
    "apipv1p0_qtiextv2p1_v1p0.xsd": (
        "http://www.imsglobal.org/xsd/apip/apipv1p0/imsapip_qtiv1p0",
        '<xs:element name="apipAccessibility"/>',
    ),
}


class Elsewhere(etree.Resolver):  # type: ignore[misc]
    """Stands in for schemas that QTI's imports and an item without mathematics does not need."""

    def resolve(self, system_url: str, public_id: str, context: Any) -> Any:
        found = NAMES.get(system_url.rpartition("/")[2])
        if found is None:
            return None
        head = 'xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace'
        return self.resolve_string(
            f'<xs:schema {head}="{found[0]}">{found[1]}</xs:schema>', context
        )


@pytest.fixture(scope="module")
def schema(repository: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Elsewhere())
    with gzip.open(repository / "tests" / "vendor" / "imsqti_v2p1.xsd.gz") as file:
        return etree.XMLSchema(etree.parse(file, parser, base_url="file:///qti/imsqti_v2p1.xsd"))


def opened(package: bytes | None) -> dict[str, Any]:
    assert package is not None
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        return {name: etree.fromstring(files.read(name)) for name in files.namelist()}


SIGNS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"))
LINES = st.text(SIGNS, min_size=1, max_size=40).map(lambda text: f"{text}.")
CHOICES = st.lists(
    st.builds(Choice, text=LINES, correct=st.booleans(), why=st.none() | LINES),
    min_size=2,
    max_size=5,
)
STEPS = st.builds(
    Step,
    check=st.builds(Check, question=LINES, choices=CHOICES, cites=st.none() | st.just("say-so")),
)


@settings(max_examples=60)
@given(st.lists(STEPS, min_size=1, max_size=4))
def test_every_check_is_valid_qti(schema: etree.XMLSchema, steps: list[Step]) -> None:
    path = LearningPath(title="A path", steps=tuple(steps))
    url = "https://example.org/threads/say-so/?a=1&b=2"
    cited = {"say-so": Link("say-so", "Say <so> & how?", url)}
    files = opened(make_qti_package("a-path", path, cited, "en"))
    for name, tree in files.items():
        if name != "imsmanifest.xml":
            schema.assertValid(tree)
    listed = {each.get("href") for each in files["imsmanifest.xml"].iter(f"{{{CP}}}resource")}
    assert listed == files.keys() - {"imsmanifest.xml"}


def test_an_item_asks_what_the_check_asks(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({})
    (base / "unit.yml").write_text(UNIT, "utf-8")
    run("threadbook", "import", "learn-quiz", "unit.yml", "--path", "quiz", cwd=base)
    assert run("threadbook", "export", "qti", "quiz", cwd=base).returncode == 0
    package = (base / "quiz-qti.zip").read_bytes()
    files = opened(package)
    item = files[
        next(each.get("href") for each in files["test.xml"].iter(f"{{{QTI}}}assessmentItemRef"))
    ]
    name = {"q": QTI}
    assert item.findtext(".//q:prompt", namespaces=name) == "When are you hired?"
    assert item.findtext(".//q:correctResponse/q:value", namespaces=name) == "choice-2"
    assert (
        item.findtext(".//q:simpleChoice[2]/q:feedbackInline", namespaces=name)
        == " Correct. It binds you both."
    )
    again = run("threadbook", "export", "qti", "quiz", cwd=base)
    assert again.returncode == 3
    assert "exists already" in again.stderr
    run("threadbook", "export", "qti", "quiz", "--out", "other.zip", cwd=base)
    assert (base / "other.zip").read_bytes() == package


def test_nothing_is_exported_of_nothing(knowledge: Knowledge, run: Run) -> None:
    path = "title: A\nobjectives: [Know.]\nsteps: [{thread: say-so}]\n"
    base = knowledge({"paths/plain.yml": path, "threads/new/say-so.yml": "title: So?\n"})
    for id_, words in (("plain", "has no checks"), ("plane", 'Did you mean "plain"?')):
        done = run("threadbook", "export", "qti", id_, cwd=base)
        assert done.returncode == (3 if id_ == "plain" else 2)
        assert words in done.stderr
    assert not [*base.glob("*.zip")]
