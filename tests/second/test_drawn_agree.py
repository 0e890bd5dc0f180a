"""Plans drawn as text, over drawn ledgers of two companies: the second evaluator agrees with the reference engine."""

import os

import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st

from drawing import drawn
from generated.companies import CASES
from second.drawn import agrees

# Cases for each kind of period; a long run takes more, with another `--hypothesis-seed`.
COUNT = int(os.environ.get("QUOTARULES_CASES", "4"))


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_second_evaluator_agrees(data: st.DataObject, kind: str) -> None:
    company, make = CASES[kind]
    case = data.draw(drawn(make))
    note(repr(case))
    if not agrees(company, case):
        reject()
