"""Similarity: which documents are near, told by their text, and at what price."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy as np
import pytest

from threadbook.similarity.index import CHAMPIONS, VISITS, build_index
from threadbook.similarity.nearest import COUNT, find_nearest
from threadbook.similarity.terms import OTHER, TEXT_LIMIT, TITLE, pack_terms

PARROT = "Why does my parrot pull out its feathers?"
PARROTS = "Parrots without feathers: what helps?"
SADDLE = "Which saddle fits a racing bicycle?"
SADDLES = "My bicycle's saddle hurts after an hour"
TAX = "Do pensioners pay tax on interest?"


def bag(title: str, *others: str) -> bytes:
    return pack_terms([(title, TITLE), *((text, OTHER) for text in others)])


def bags(*titles: str) -> list[bytes]:
    return [bag(title) for title in titles]


def vocabulary(packed: bytes) -> int:
    return len(packed) // 6


def random_bags(count: int, *, seed: int = 1, words: int = 400) -> list[bytes]:
    """Make documents of words with a few frequent and many rare ones, as languages have."""
    chance = random.Random(seed)  # noqa: S311 - made-up text, not a secret
    weights = [1 / (rank + 3) for rank in range(words)]
    names = [f"word{rank}x" for rank in range(words)]
    texts = (chance.choices(names, weights, k=40) for _ in range(count))
    return [bag(" ".join(text[:6]), " ".join(text[6:])) for text in texts]


def test_threads_on_the_same_thing_name_each_other_and_a_stranger_names_none() -> None:
    assert find_nearest(bags(PARROT, SADDLE, TAX, PARROTS, SADDLES)) == [(3,), (4,), (), (0,), (1,)]


def test_a_word_in_the_title_says_more_than_one_in_the_answer() -> None:
    question = bag("Parrot", "Where do I buy one?")
    other = bag("Saddle", "My parrot sat there.")
    same = bag("Parrot", "My saddle stood there.")
    assert find_nearest([question, other, same, *bags(SADDLES, TAX, TAX)])[0] == (2, 1)


def test_a_rare_word_says_more_than_a_common_one() -> None:
    common = bags(*(f"harbour {name}" for name in "north south east west upper lower".split()))
    found = find_nearest([*bags("harbour zebra", "zebra station"), *common])
    assert found[0][0] == 1


def test_a_repeated_word_counts_less_each_time() -> None:
    once, often, mixed = bag("", "parrot"), bag("", "parrot " * 50 + "saddle"), bag("", "saddle")
    assert find_nearest([once, often, mixed, *bags(TAX)])[1] == (0, 2)


def test_plural_and_singular_are_one_word() -> None:
    assert bag("parrots, berries and bosses") == bag("Parrot berry AND bosse")
    assert bag("glass") != bag("glas")
    assert bag("bus") != bag("bu")


def test_text_is_read_alike_however_it_is_written() -> None:
    assert bag("Café STRASSE") == bag("cafe\u0301 straße")
    assert bag("ＡＢＣ") == bag("abc")
    assert bag("_parrot_ (feather)") == bag("parrot feather")


@pytest.mark.parametrize(
    ("question", "same", "different"),
    [
        ("如何更改电子邮件地址？", "我想更改电子邮件", "退款需要多长时间？"),
        ("パスワードを忘れました", "パスワードの変更方法", "請求書はどこですか"),
        ("ลืมรหัสผ่านทำอย่างไร", "เปลี่ยนรหัสผ่าน", "ใบแจ้งหนี้อยู่ที่ไหน"),
        ("मेरा पासवर्ड बदलना है", "पासवर्ड कैसे बदलें", "बिल कहाँ मिलेगा"),
        ("איך משנים סיסמה?", "שכחתי סיסמה", "איפה החשבונית"),
        ("كيف أغير كلمة المرور؟", "نسيت كلمة المرور", "أين الفاتورة"),
        ("Как сменить пароль?", "Забыл пароль", "Где мой счёт"),
        ("비밀번호 변경 방법", "비밀번호 분실", "청구서는 어디에"),
    ],
)
def test_it_works_in_any_language(question: str, same: str, different: str) -> None:
    assert find_nearest(bags(question, different, same, TAX))[0] == (2,)


def test_hindi_words_stay_whole() -> None:
    assert vocabulary(bag("हिन्दी पासवर्ड")) == 2


def test_bags_are_the_same_in_every_process() -> None:
    code = (
        "import sys; from threadbook.similarity.terms import pack_terms; "
        "print('numpy' in sys.modules, pack_terms([('Straße 東京 parrots parrots', 2.0), ('tax', 1)]).hex())"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {
        b"False "
        + pack_terms([("Straße 東京 parrots parrots", 2.0), ("tax", 1)]).hex().encode()
        + b"\n"
    }


def test_the_format_is_hashes_then_weights() -> None:
    # CRC-32 of "tax" is 0x8e81ba76; the only word of the only text weighs all there is.
    packed = pack_terms([("tax", 2.0)])
    assert (packed[:4][::-1].hex(), packed[4:].hex()) == ("8e81ba76", "ffff")


def test_results_are_the_same_again_and_in_any_order_of_words() -> None:
    documents = random_bags(80)
    groups = [{number % 7, 7 + number % 3} for number in range(80)]
    again = [{7 + number % 3, number % 7} for number in range(80)]
    assert find_nearest(documents, groups) == find_nearest(list(documents), again)


def test_what_is_near_does_not_depend_on_where_a_document_stands() -> None:
    documents = random_bags(60)
    order = [number * 7 % 60 for number in range(60)]
    found = find_nearest(documents, count=3)
    moved = find_nearest([documents[place] for place in order], count=3)
    named = [{order[other] for other in moved[order.index(place)]} for place in range(60)]
    assert named == [set(others) for others in found]


def test_nearness_is_mutual() -> None:
    documents = random_bags(60)
    pairs = {
        (one, other)
        for one, others in enumerate(find_nearest(documents, count=60))
        for other in others
    }
    assert pairs
    assert pairs == {(other, one) for one, other in pairs}


@pytest.mark.parametrize("count", [0, 1, 3, COUNT, 100])
def test_at_most_as_many_as_asked_and_never_itself(count: int) -> None:
    found = find_nearest(random_bags(50), count=count)
    assert max(map(len, found)) == min(
        count, max(map(len, find_nearest(random_bags(50), count=100)))
    )
    assert all(place not in others for place, others in enumerate(found))
    assert all(len(set(others)) == len(others) for others in found)


def test_fewer_are_the_beginning_of_more() -> None:
    documents = random_bags(50)
    for few, many in zip(find_nearest(documents, count=2), find_nearest(documents), strict=True):
        assert few == many[:2]


def test_none_one_and_empty_documents() -> None:
    assert find_nearest([]) == []
    assert find_nearest([b""]) == [()]
    assert find_nearest(bags(PARROT)) == [()]
    assert find_nearest(bags("", PARROT, "?!", PARROT)) == [(), (3,), (), (1,)]
    assert pack_terms([]) == pack_terms([("", 1.0)]) == pack_terms([("—…!", 1.0)]) == b""


def test_identical_documents_name_the_first_others() -> None:
    found = find_nearest(bags(*[PARROT] * 4), count=2)
    assert found == [(1, 2), (0, 2), (0, 1), (0, 1)]


def test_many_identical_documents_all_name_some() -> None:
    found = find_nearest(bags(*[PARROT] * (CHAMPIONS * 3)))
    assert found[0] == (1, 2, 3, 4, 5, 6)
    assert found[-1] == (0, 1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "tax " * 250_000,
        "\0" * 50_000,
        "tax\0interest",
        "🦜" * 5_000 + " parrot",
        "\u202eשלום\u202c \u200f مرحبا",
        "\ud800 alone",
        "\ufdfa" * 5_000,
        "e\u0301\u0301" * 5_000,
        "鳥" * 1_000_000,
        "_" * 100_000,
        "\u0300" * 10_000,
        " ".join(map(str, range(200_000))),
    ],
    ids=lambda text: ascii(text[:12]),
)
def test_of_hostile_text_only_so_much_is_looked_at(text: str) -> None:
    packed = pack_terms([(text, TITLE), (text, OTHER)])
    assert vocabulary(packed) <= TEXT_LIMIT
    found = find_nearest([packed, packed, *bags(PARROT, PARROTS, SADDLE)])
    assert found[0][:1] == ((1,) if packed else ())


def test_only_the_beginning_of_a_text_counts() -> None:
    start = "parrot " * (TEXT_LIMIT // 7) + " " * 10
    assert bag(start + "tax") == bag(start + "interest")


def test_texts_without_weight_do_not_count() -> None:
    documents = [pack_terms([(PARROT, 1.0), (TAX, 0.0)]), *bags(TAX, PARROTS)]
    assert find_nearest(documents)[0] == (2,)


def test_work_grows_with_the_documents_not_with_their_square() -> None:
    for count in (CHAMPIONS * 2, CHAMPIONS * 8):
        everywhere = "the same words stand in every thread here"
        asked, led = build_index([bag(f"{everywhere} {number // 2}") for number in range(count)])
        leads_to = np.diff(led.start)
        assert int(leads_to.max()) == CHAMPIONS
        visits = np.bincount(
            np.repeat(np.arange(count), np.diff(asked.start)), leads_to[asked.column], count
        )
        assert VISITS - CHAMPIONS < visits.max() <= VISITS


def test_a_document_follows_its_heaviest_words_when_it_cannot_follow_all() -> None:
    crowd = [" ".join(f"common{word}" for word in range(40))] * (CHAMPIONS * 2)
    documents = bags(*crowd, f"{crowd[0]} rare", "rare bird")
    asked, led = build_index(documents)
    followed = asked.column[asked.start[-3] : asked.start[-2]]
    assert 0 < int(np.diff(led.start)[followed].sum()) <= VISITS
    assert find_nearest(documents)[-1] == (len(crowd),)


EQUALLY_NEAR = bags("parrot food", "parrot cage", "parrot toy", TAX, SADDLE)


def test_a_shared_group_decides_between_equally_near_ones() -> None:
    assert find_nearest(EQUALLY_NEAR)[0] == (1, 2)
    assert find_nearest(EQUALLY_NEAR, [{1}, {2}, {1}, {2}, {3}])[0] == (2, 1)


def test_a_rare_group_says_more_than_a_common_one() -> None:
    common, rare = 1, 2
    groups = [{common, rare}, {common}, {rare}, {common}, {common}]
    assert find_nearest(EQUALLY_NEAR, groups)[0] == (2, 1)


def test_a_group_of_all_says_nothing() -> None:
    assert find_nearest(EQUALLY_NEAR, [{1}] * 5) == find_nearest(EQUALLY_NEAR)


def test_groups_never_relate_what_the_text_does_not() -> None:
    assert find_nearest(bags(PARROT, SADDLE, TAX), [{1, 2, 3}, {1, 2, 3}, {4}]) == [(), (), ()]


def test_groups_do_not_outweigh_the_text() -> None:
    documents = bags("parrot feathers itch", "parrot feathers", "parrot", TAX, SADDLE, SADDLES)
    groups = [{1, 2}, set(), {1, 2}, set(), set(), set()]
    assert find_nearest(documents, groups)[0][0] == 1


def test_a_group_can_bring_in_what_came_just_after_the_last() -> None:
    assert find_nearest(EQUALLY_NEAR, [{1}, {2}, {1}, {2}, {3}], count=1)[0] == (2,)


def test_groups_must_be_as_many_as_documents() -> None:
    with pytest.raises(ValueError, match="1 collections of groups for 2 documents"):
        find_nearest(bags(PARROT, TAX), [{1}])
    assert find_nearest(bags(PARROT, TAX), [(), ()]) == [(), ()]
