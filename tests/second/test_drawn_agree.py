"""Plans drawn as text, over drawn ledgers of two companies: the second evaluator agrees with the reference engine.

Cases are drawn from seeds, so that they are the same in every run; a long run takes more of them, or others.
"""

import os

import pytest

from drawing import seeded
from generated.companies import CASES
from second.drawn import agrees

COUNT = int(os.environ.get("QUOTARULES_CASES", "4"))
SEED = os.environ.get("QUOTARULES_SEED", "second")


@pytest.mark.parametrize("kind", CASES)
def test_the_second_evaluator_agrees(kind: str) -> None:
    company, make = CASES[kind]
    compared = 0
    for place in range(COUNT):
        case = make(seeded(f"{SEED} {kind} {place}"))
        try:
            compared += agrees(company, case)
        except AssertionError as problem:
            raise AssertionError(f"seed `{SEED} {kind} {place}`\n{case!r}") from problem
    assert compared
