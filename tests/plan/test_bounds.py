"""Bounds: cases worked by hand, and the law that nothing observed lies outside."""

import pytest
from hypothesis import HealthCheck, assume, given, settings

from drawing import drawn
from engines.plans import samples
from engines.sample import Sample, num, whole
from quotarules.engines.reference.interpreter import settle
from quotarules.plan.bounds import infer
from quotarules.plan.nodes import (
    Add,
    Aggregate,
    Band,
    Divide,
    Expr,
    Kind,
    Multiply,
    Negate,
    Round,
    Rows,
    Tiers,
    ValueType,
)
from quotarules.plan.ranges import WIDE, Range
from quotarules.values.rounding import RoundingMode

FACTS = {("deals", "amount"): (-5, 7), ("deals", "cost"): (2, 4)}
RATIO = ValueType(Kind.RATIO)
EVERY = Rows("deals", (), None, earlier=False, date=None, window=None, where=None)
S = Sample()
S.table("deals", "deal", {"deal": "text", "amount": "integer", "cost": "integer"}, [])
A, C = S.col("deals", "amount"), S.col("deals", "cost")
ZERO = S.gone("zero")


def marginal(amount: Expr) -> Tiers:
    low, high = Band(num(-10), num(3), False, num(2)), Band(num(3), None, False, num(10))
    return Tiers("t", "marginal", amount, (low, high), ZERO, whole())


CASES: list[tuple[str, Expr, Range, Range]] = [
    ("sum", Add((A, C), whole()), Range(-3, 11), Range(1, 1)),
    ("minus", Negate(A, whole()), Range(-7, 5), Range(1, 1)),
    ("product of signs", Multiply(A, Negate(C, whole()), whole()), Range(-28, 20), Range(1, 1)),
    ("quotient", Divide(A, C, ZERO, RATIO), Range(-5, 7), Range(2, 4)),
    ("quotient by a column with both signs", Divide(C, A, ZERO, RATIO), Range(-4, 4), Range(1, 7)),
    ("rounded", Round(Divide(A, C, ZERO, RATIO), 1, RoundingMode.HALF_UP, whole()), Range(-3, 4), Range(1, 1)),
    ("tiers", marginal(A), Range(-10, 46), Range(1, 1)),
    ("total", Aggregate("sum", EVERY, A, ZERO, whole()), Range(-500, 700), Range(1, 1)),
    ("total of what is above zero", Aggregate("sum", EVERY, C, ZERO, whole()), Range(0, 400), Range(1, 1)),
    ("mean", Aggregate("mean", EVERY, C, ZERO, RATIO), Range(0, 400), Range(1, 100)),
    ("rank", Aggregate("rank", EVERY, A, ZERO, whole()), Range(0, 100), Range(1, 1)),
    ("count", Aggregate("count", EVERY, None, ZERO, whole()), Range(0, 100), Range(1, 1)),
]


def extent(expression: Expr, facts: dict[tuple[str, str], tuple[int, int]] | None = None) -> tuple[Range, Range]:
    S.columns[:] = []
    S.computed("deals", "value", expression)
    found = infer(S.plan(), facts if facts is not None else FACTS, {"deals": 100}).of(expression)
    return found.number, found.denominator


@pytest.mark.parametrize(("expression", "number", "by"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_by_hand(expression: Expr, number: Range, by: Range) -> None:
    assert extent(expression) == (number, by)


def test_contracts_where_nothing_is_known() -> None:
    # Columns of a sample are declared within 10**15 either way.
    assert extent(A, {}) == (Range(-(10**15), 10**15), Range(1, 1))


def test_too_wide_names_the_innermost_step_once() -> None:
    huge = Multiply(num(10**18), num(10**18), whole())
    product = Multiply(huge, A, whole())
    S.columns[:] = []
    S.computed("deals", "value", Add((Multiply(product, num(3), whole()), A), whole()))
    (found,) = infer(S.plan(), {}).too_wide
    assert found.expression == product
    assert found.owner is S.columns[0]
    assert found.extent.number == Range(-(10**51), 10**51)
    assert found.extent.work > WIDE


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(sample=drawn(samples))
def test_amounts_stay_inside(sample: Sample) -> None:
    bounds = infer(sample.plan())
    assume(not bounds.too_wide)
    _, lines = sample.settle(settle)
    rules = {(rule.account, rule.rule): rule for rule in sample.plan().lines}
    for line in lines:
        rule = rules[line["account"], line["rule"]]
        if line["amount"] is not None:
            reach = bounds.of(rule.amount).number
            assert reach.lo <= line["amount"] <= reach.hi
