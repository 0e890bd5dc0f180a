"""Plans drawn as text, over drawn ledgers of two companies: the engines give the same lines, balances and digests."""

import os

import pytest
from hypothesis import HealthCheck, given, note, reject, settings
from hypothesis import strategies as st

from drawing import drawn
from generated.agreement import agree, duckdb
from generated.companies import CASES
from quotarules.engines.sql.postgres import bound

# Cases for each kind of period; a long run takes more, with another `--hypothesis-seed`.
COUNT = int(os.environ.get("QUOTARULES_CASES", "6"))


@pytest.mark.parametrize("kind", CASES)
@settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_engines_give_the_same_lines(data: st.DataObject, kind: str) -> None:
    company, make = CASES[kind]
    case = data.draw(drawn(make))
    note(repr(case))
    if not agree(company, case, {"duckdb": duckdb}):
        reject()


@pytest.mark.parametrize("kind", CASES)
def test_postgres_gives_the_same_lines(kind: str, postgres_url: str) -> None:
    company, make = CASES[kind]
    settle = bound(postgres_url)

    @settings(max_examples=max(COUNT // 3, 1), deadline=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def agreeing(data: st.DataObject) -> None:
        case = data.draw(drawn(make))
        note(repr(case))
        if not agree(company, case, {"postgres": lambda _: settle}):
            reject()

    agreeing()
