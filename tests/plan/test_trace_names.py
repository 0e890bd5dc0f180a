"""What lines keep has names of its own: no measure of the rules can be taken for it."""

from pathlib import Path

from quotarules.compiler import compile_texts
from quotarules.diagnostics.problem import Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.plan.nodes import LineRule, Plan
from quotarules.semantics.facts import read_facts
from quotarules.syntax.markdown import read_case
from quotarules.syntax.rule_texts import RuleText
from quotarules.syntax.yaml_tree import parse_yaml

CURRENCIES = Path(__file__).parents[2] / "fixtures/currencies/good/a-pool-in-another-currency.md"
OWN = ("share", "earned", "due")
FACTS = """\
people: {key: person}
deals: {key: deal, columns: {seller: people, amount: money EUR, won_on: date, paid_on: date or missing}}
"""
MEASURES = "\n".join(
    f"measure {name} for each person = sum(amount of deals by seller on won_on) + {place} EUR"
    for place, name in enumerate(OWN)
)
RULES = f"""\
quotarules 1

plan sample version 1 {{
  currency  EUR
  period    month
  timezone  "UTC"
  rounding  half_up to 0.01 per line
  effective from 2026-01-01 through 2026-12-31
}}

{MEASURES}

pay seller "Seller" for each person {{
  deal  "Deal"  {" + ".join(f"1% of this person.{name}" for name in OWN)} for each deal by seller on won_on
    paid 60% on won_on, 40% on paid_on
  whole "Whole" {" + ".join(f"1% of {name}" for name in OWN)}
    paid 50% on end of period, 50% on end of period + 3 months
}}
"""


def plan_of(facts: SourceFile, rules: RuleText) -> Plan:
    tree, _ = parse_yaml(facts)
    assert tree is not None
    schema, _ = read_facts(tree, inline=True)
    plan, problems = compile_texts((rules,), schema, ())
    assert [problem for problem in problems if problem.severity is Severity.ERROR] == []
    assert plan is not None
    return plan


def names(line: LineRule) -> list[str]:
    return [item.name for item in line.inputs]


def test_what_pay_in_parts_keeps_is_no_name_of_a_measure() -> None:
    plan = plan_of(SourceFile("facts.yaml", FACTS), RuleText(SourceFile("plan.qr", RULES), is_yaml=False))
    kept = {(line.account, line.rule): names(line) for line in plan.lines}
    assert {("pay", "seller.deal"), ("pay", "seller.whole")} <= kept.keys()
    for found in kept.values():
        assert sorted(set(found)) == sorted(found)
    assert kept["pay", "seller.deal"] == ["earned by now", "share due", "paid before"]
    # Whatever a measure is called, it is kept under its name beside the line's own.
    assert set(OWN) < set(kept["pay", "seller.whole"])


def test_a_bonus_in_another_currency_keeps_the_rate_of_its_pool_on_each_part() -> None:
    case, _ = read_case(SourceFile(CURRENCIES.name, CURRENCIES.read_text(encoding="utf-8")))
    assert case is not None
    assert case.facts_yaml is not None
    plan = plan_of(case.facts_yaml, RuleText(case.rules, is_yaml=False))
    (part,) = [line for line in plan.lines if line.rule == "bonus.share"]
    assert {"rate of GBP at closed_on", "rate of GBP at closed_on since"} <= set(names(part)), names(part)
