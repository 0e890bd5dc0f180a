"""A long run draws every kind, draws a case again from its seed, and makes a failing one small."""

from collections import Counter
from typing import Any

from drawing import Draw, seeded
from engines.agreement import DisagreementError
from proof.__main__ import run, turns
from proof.kinds import NODES, TEXTS, Kind
from proof.smaller import recording, replayed, smaller


def test_a_hundred_cases_have_as_many_texts_as_told_and_all_kinds_come() -> None:
    kind = turns(5)
    assert Counter(kind(place)[0] for place in range(100))["nodes"] == 95
    counted = Counter(kind(place)[0] for place in range(2000))
    assert set(counted) == {"nodes", *TEXTS}
    assert max(counted[name] for name in TEXTS) - min(counted[name] for name in TEXTS) <= 1


def test_the_same_seed_draws_the_same_case_and_another_seed_another() -> None:
    kinds: list[Kind[Any]] = [NODES, *TEXTS.values()]
    for kind in kinds:
        first, choices = repr(kind.make(seeded("1"))), list[int]()
        assert repr(kind.make(recording(seeded("1"), choices))) == first
        assert repr(kind.make(replayed(choices))) == first
        assert repr(kind.make(seeded("2"))) != first


def test_what_does_not_matter_is_left_out() -> None:
    def fails(choices: list[int]) -> bool:
        return 7 in choices and choices.count(3) >= 2

    assert smaller([9, 3, 1, 7, 7, 5, 3, 8, 3], fails, seconds=60) == [7, 3, 3]


def numbers(draw: Draw) -> list[int]:
    return [draw.number(0, 9) for _ in range(draw.number(0, 50))]


def holds_no_nine(found: list[int], _: object) -> int:
    if 9 in found:
        raise DisagreementError(found)
    return len(found)


def test_what_fails_is_told_small_and_what_holds_is_counted() -> None:
    counts: Counter[str] = Counter()
    told = [run(Kind(numbers, holds_no_nine), str(seed), {}, counts, "numbers") for seed in range(40)]
    failed = [text for text in told if text is not None]
    assert len(failed) + counts["numbers"] + counts["refused"] == 40
    assert failed
    assert all(text.endswith("DisagreementError: [9]\n\n[9]\n") for text in failed)
