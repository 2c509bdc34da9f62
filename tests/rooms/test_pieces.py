"""Models of other languages than English: pieces of words, and one encoder for all they share."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest
from bases import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from threadbook.meaning import Model, find_model, list_languages
from threadbook.meaning.model import ENCODER, LEAST
from threadbook.meaning.pieces import Pieces, split

ASSETS: Final = REPOSITORY / "theme" / "assets"
RECORDED: Final = json.loads((REPOSITORY / "tests" / "pieces.json").read_text("utf-8"))
"""What the model's own engine made of texts, with each piece that is in one of them."""

LANGUAGES: Final = ("de", "es", "ar", "ja")
ODD: Final = (
    "",
    " \t\n ",
    "\x1c\x1d zwei\u2028Zeilen\u00a0hier",
    "u\u0308ber U\u0308BER \ufb01nden \uff21\uff22",
    "\u200bun\u200dsicht\u00adbar\u200e\ue000\ufffd",
    "مُحَمَّد ـــ كتابٌ",
    "がぎぐげご か\u3099 ｶﾞ",
    "👩\u200d🚀 🇩🇪 \U0001f600",
    "x" * 450,
    "東京" * 150,
    "<s> </s> <unk> ▁",
)


def run(folder: Path, **command: Any) -> dict[str, Any]:
    """Run the browser's half in Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs Node.js")
    said = subprocess.run(
        [node, REPOSITORY / "tests" / "search" / "run_encoder.mjs"],
        input=json.dumps({"assets": str(ASSETS), "folder": str(folder)} | command),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    return Pieces(RECORDED["vocabulary"])


@pytest.mark.parametrize(("text", "ids"), RECORDED["texts"])
def test_a_text_is_cut_as_the_model_was_taught(pieces: Pieces, text: str, ids: list[int]) -> None:
    assert pieces.read(text, 500) == [pieces.first, *ids, pieces.last]


def test_browsers_cut_texts_alike(pieces: Pieces, tmp_path: Path) -> None:
    texts = [text for text, _ in RECORDED["texts"]] + list(ODD)
    (tmp_path / "vocabulary.txt").write_text("\n".join([*RECORDED["vocabulary"], ""]), "utf-8")
    how = {"tokens": "pieces", "prefix": "query: "}
    found = run(tmp_path, texts=texts, how=how)["ids"]
    assert found == [pieces.read(f"query: {text}", 64) for text in texts]


@given(st.text(max_size=60))
def test_nothing_is_lost_or_endless(text: str) -> None:
    pieces = Pieces(RECORDED["vocabulary"])
    numbers = pieces.read(text, 1_000)
    assert numbers[0] == pieces.first
    assert numbers[-1] == pieces.last
    known = [pieces.tokens[number] for number in numbers[1:-1]]
    length = sum(1 if each == "<unk>" else len(each) for each in known)
    assert length == sum(map(len, split(text)))


def test_no_more_is_read_than_is_asked_for(pieces: Pieces) -> None:
    assert len(pieces.read("Kann ich den Preis ändern? " * 20, 64)) == 64
    assert pieces.read("", 64) == [pieces.first, pieces.last]


def test_a_vocabulary_must_be_one() -> None:
    with pytest.raises(KeyError):
        Pieces(["a\t-1"])
    with pytest.raises(ValueError, match="could not convert"):
        Pieces(["<s>\t0", "</s>\t0", "<unk>\t0", "a"])


@pytest.fixture(scope="module", params=LANGUAGES)
def model(request: pytest.FixtureRequest) -> Model:
    found = find_model(request.param)
    if found is None:
        pytest.skip("needs threadbook-meaning")
    return found


QUESTIONS: Final = {
    "de": ["wie lange dauert die auszahlng", "Haftpflichtversicherung nötig?", "er feilscht"],
    "es": ["cuanto tarda el cobro", "poliza de reponsabilidad hace falta?", "regatea"],
    "ar": ["كم يوم تأخذ الحواله", "نسيت تشغيل المؤقت أمس", "يساومني"],
    "ja": ["入金まで何日", "チャットGPTつかってOK?", "値切られた"],
}


def test_browsers_read_questions_as_the_build_does(model: Model, tmp_path: Path) -> None:
    parts = ENCODER[3]
    (tmp_path / "layers.bin").write_bytes(model.read(parts.layers))
    (tmp_path / "tokens.bin").write_bytes(model.serve_tokens(parts, ()))
    (tmp_path / "vocabulary.txt").write_bytes(model.serve_names(()))
    asked = [*QUESTIONS[model.language], *ODD]
    how = {"tokens": model.kind, "prefix": model.prefix}
    found = np.array(run(tmp_path, asked=asked, how=how)["asked"])
    wanted = np.stack([model.encode_question(text) for text in asked])
    assert (found * wanted).sum(1).min() > 0.999


def test_a_reader_loads_at_most_12_megabytes(model: Model) -> None:
    parts = model.asker("auto")
    tokens, names = model.serve_tokens(parts, ()), model.serve_names(())
    assert len(model.read(parts.layers)) + len(tokens) + len(names) < 12_000_000


def test_a_question_is_near_to_what_it_means(model: Model) -> None:
    texts = {
        "de": ["Wann ist das Geld auf meinem Bankkonto?", "Brauche ich ein Foto im Profil?"],
        "es": ["¿Cuándo llega el dinero a mi cuenta?", "¿Necesito una foto en el perfil?"],
        "ar": ["متى يصل المال إلى حسابي المصرفي؟", "هل أحتاج إلى صورة في الملف الشخصي؟"],
        "ja": ["お金はいつ銀行口座に届きますか？", "プロフィールに写真は必要ですか？"],
    }[model.language]
    near, far = model.encode(texts) @ model.encode_question(QUESTIONS[model.language][0])
    assert near > far + 0.1


def test_all_languages_are_known_to_doctor() -> None:
    if find_model("de") is None:
        pytest.skip("needs threadbook-meaning")
    assert list_languages() == {"en", *LANGUAGES}
    assert find_model("multilingual") is None


def test_there_is_one_encoder_for_everything(model: Model) -> None:
    assert model.student is None
    assert model.build == model.asker("auto") == model.asker("student") == model.asker("best")
    assert model.choose_own({"preis": 7}) == ()
    assert len(model.read(LEAST).decode().splitlines()) == len(model.least)
    assert len(model.least) <= 12_000
