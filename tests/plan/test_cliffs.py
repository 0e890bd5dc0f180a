"""Cliffs worked by hand: jumps of whole tiers, falls of excess tiers and curves, steps of tables; their limits."""

from fractions import Fraction

import pytest

from quotarules.cli.check import _too_high
from quotarules.compiler import compile_texts
from quotarules.diagnostics.source import SourceFile
from quotarules.plan.cliffs import cliffs
from quotarules.plan.nodes import Plan
from quotarules.semantics.facts import read_facts
from quotarules.syntax.yaml_tree import parse_yaml

FACTS = """\
people:
  key: person
  columns: {sales: money EUR, reached: percent to 0.01%}
"""
HEAD = """\
quotarules 1
plan sample version 1 {
  currency  EUR
  period    month
  timezone  "UTC"
  rounding  half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}
"""


def plan_of(declaration: str, amount: str) -> Plan:
    tree, _ = parse_yaml(SourceFile("facts.yaml", FACTS))
    assert tree is not None
    schema, found = read_facts(tree, inline=True)
    assert schema is not None, found
    pay = f'pay seller "Seller" for each person {{\n  part "Part" {amount}\n}}\n'
    plan, problems = compile_texts((SourceFile("plan.qr", f"{HEAD}{declaration}\n{pay}"),), schema, ())
    assert plan is not None, [problem.report().message for problem in problems]
    return plan


BANDS = "{ from 0 EUR to under 1_000 EUR: 4%, from 1_000 EUR: 6% }"
CASES = [
    # 4% of 1,000 are 40, 6% are 60.
    ("tiers t whole " + BANDS, "t(sales)", [("t", "1000", "40", "60")]),
    # What lies over the edge begins at nothing again.
    ("tiers t excess " + BANDS, "t(sales)", [("t", "1000", "40", "0")]),
    # Each slice at its own rate: no jump.
    ("tiers t marginal " + BANDS, "t(sales)", []),
    (
        "tiers t curve { at 0%: 100%, at 100%: 120%, at 150%: 90% }",
        "100 EUR * t(reached)",
        [("t", "1.5", "1.2", "0.9")],
    ),
    (
        "table t by x { under 50%: 10 EUR, from 50% to under 100%: 10 EUR, from 100%: 500 EUR }",
        "t(reached)",
        [("t", "1", "10", "500")],
    ),
]


@pytest.mark.parametrize(("declaration", "amount", "expected"), CASES)
def test_cliffs(declaration: str, amount: str, expected: list[tuple[str, str, str, str]]) -> None:
    found = [(cliff.name, cliff.edge, cliff.before, cliff.after) for cliff in cliffs(plan_of(declaration, amount))]
    assert found == [(name, Fraction(edge), Fraction(low), Fraction(high)) for name, edge, low, high in expected]


@pytest.mark.parametrize(
    ("declaration", "amount", "most", "codes"),
    [
        ("tiers t whole " + BANDS, "t(sales)", "20", []),
        ("tiers t whole " + BANDS, "t(sales)", "19.99", ["QR4710"]),
        ("tiers t whole " + BANDS, "t(sales)", "50%", []),
        ("tiers t whole " + BANDS, "t(sales)", "49%", ["QR4710"]),
        ("tiers t excess " + BANDS, "t(sales)", "1_000_000", ["QR4710"]),
        ("table t by x { under 100%: 500 EUR, from 100%: 10 EUR }", "t(reached)", "490", []),
        ("table t by x { under 100%: 500 EUR, from 100%: 10 EUR }", "t(reached)", "489", ["QR4710"]),
    ],
)
def test_a_limit(declaration: str, amount: str, most: str, codes: list[str]) -> None:
    plan = plan_of(declaration, amount)
    assert [problem.code for problem in _too_high(plan, cliffs(plan), most)] == codes


def test_the_message_tells_both_sides() -> None:
    plan = plan_of("tiers t whole " + BANDS, "t(sales)")
    (problem,) = _too_high(plan, cliffs(plan), "10")
    assert problem.report().message == (
        "tiers `t` at 1000 EUR: 40 EUR before, 60 EUR from there on; at most 10 is allowed, and no fall"
    )
