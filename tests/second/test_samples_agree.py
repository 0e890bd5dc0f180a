"""The sample agency and the sample software company: a year of each, on which the second evaluator agrees."""

from pathlib import Path

import pytest

from quotarules.values.period import parse_period
from second.comparing import differences
from second.projects import project
from second.whole import UNKNOWN_FORMS, forms

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["agency", "saas"])
def test_a_year_of_a_sample(name: str) -> None:
    plan, ledger = project(ROOT / "rules" / name, ROOT / "fixtures" / name)
    assert not forms(plan) & set(UNKNOWN_FORMS)
    first, last = (parse_period(f"2026-{month}", plan.period) for month in ("01", "12"))
    assert first is not None
    assert last is not None
    assert list(differences(plan, ledger, first, last)) == []
