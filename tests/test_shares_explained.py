"""What explains a share of a pool: the worked examples' lines, told from the pool to the part."""

from pathlib import Path

import pytest

from quotarules.cases import run_case
from quotarules.compiler import compile_texts
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.reference import interpreter
from quotarules.semantics.facts import read_facts
from quotarules.syntax.markdown import read_case
from quotarules.syntax.rule_texts import RuleText
from quotarules.syntax.yaml_tree import parse_yaml

FIXTURES = Path(__file__).parents[1] / "fixtures"


def told(case: str, line: str) -> list[str]:
    """The values that explain a line; an example is damaged, so that it tells how the line came about."""
    text = (FIXTURES / f"{case}.md").read_text(encoding="utf-8")
    assert text.count(f"{line}\n") == 1
    damaged = text.replace(f"{line}\n", f"{line}9\n")
    (difference,) = run_case(SourceFile(f"{case}.md", damaged), {"reference": interpreter.settle}).differences
    return [part for part in difference.chain if " = " in part and part.count(" ") <= 3]


PERCENTAGES = "team/good/percentages-of-several-digits"
HOURS = "team/good/by-hours"
EQUALLY = "team/good/equally"
ROLES = "team/good/overlay-by-role-once-a-period"
BROUGHT = "team/good/overlay-by-column"
POUNDS = "currencies/good/one-pool-in-another-currency"

# Nobody is a helper in D2, so that a share is 50.5% of 33.25% + 50.5%; A1 and B1 are both heads, who share 12.5%.
SHARES = [
    (PERCENTAGES, "D2/manager,due,6.03", ["pool = 10.00 EUR", "role = manager", "share = 50.5%", "of = 83.75%"]),
    (HOURS, "D1/B1/seller,due,28.57", ["pool = 100.00 EUR", "hours = 2", "share = 2", "of = 7"]),
    (EQUALLY, "D1/B1/seller,due,33.33", ["pool = 100.00 EUR", "share = 1", "of = 3"]),
    (ROLES, "B1,bonus,bonus.share,,due,9.37", ["pool = 150.00 EUR", "role = head", "share = 12.5%", "people = 2"]),
    (ROLES, "D1,bonus,bonus.share,,due,6.00", ["pool = 150.00 EUR", "role = adviser", "share = 4%", "people = 1"]),
    (BROUGHT, "D1/B1/delivery,due,80.00", ["pool = 100.00 EUR", "credit = 80%"]),
    (POUNDS, "B1,kitty,kitty.share,,due,64.00", ["pool = 96.00 GBP", "hours = 2", "share = 2", "of = 3"]),
]


@pytest.mark.parametrize(("case", "line", "expected"), SHARES)
def test_a_share_is_explained_from_its_pool(case: str, line: str, expected: list[str]) -> None:
    assert told(case, line) == expected


def test_a_pool_in_another_currency_is_kept_in_it() -> None:
    case, _ = read_case(SourceFile("pounds.md", (FIXTURES / f"{POUNDS}.md").read_text(encoding="utf-8")))
    assert case is not None
    assert case.facts_yaml is not None
    tree, _ = parse_yaml(case.facts_yaml)
    assert tree is not None
    plan, _ = compile_texts((RuleText(case.rules, is_yaml=False),), read_facts(tree, inline=True)[0], ())
    assert plan is not None
    assert {account.name: account.unit for account in plan.accounts} == {"kitty": "GBP", "pay": "EUR"}
