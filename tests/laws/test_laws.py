"""Laws that hold for whole plans: of adding, cutting, scaling, of what never happens and of what is carried."""

import os
import re
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, note, settings
from hypothesis import strategies as st

from drawing import Draw, drawn
from generated.agreement import Case, Company, Lines, compiled, content, loaded
from generated.companies import CASES, SMALL
from laws.ledgers import Rows, drawn_rows, files, in_larger_units, kopecks, without_deals, written
from laws.plans import apart, by_amount_alone, in_units
from quotarules.engines.reference.interpreter import settle
from quotarules.ledger.history import as_of
from quotarules.plan.lines import COLUMNS
from quotarules.values.period import parse_period

COUNT = int(os.environ.get("QUOTARULES_CASES", "15"))
often = settings(max_examples=COUNT, deadline=None, suppress_health_check=list(HealthCheck))
Key = tuple[object, ...]
Came = dict[Key, tuple[object, object]]
"""What came out: by subject kind, subject, account, rule and source, the status and the amount."""


def lines_of(company: Company, unit: str, text: str, tables: dict[str, bytes]) -> Lines | None:
    """The lines of the first period by the reference; None where the plan is refused for its digits."""
    plan = compiled(company, text)
    if plan is None:
        return None
    period = parse_period(company.first[unit], plan.period)
    assert period is not None
    with TemporaryDirectory() as folder:
        facts = as_of(loaded(company, tables), period.as_of)
        return content(settle(plan, facts, period, (), Path(folder) / "lines.parquet"))


def came(text: str, rows: Rows) -> Came:
    lines = lines_of(SMALL, "month", text, files(rows))
    assert lines is not None
    return {line[:5]: (line[5], line[6]) for line in lines}


def added(left: Came, right: Came) -> Came:
    """Lines of both; where both have one, its amounts together, or that it waits if one waits."""
    result = dict(left)
    for key, (status, amount) in right.items():
        known, other = left.get(key, (status, 0))
        if "waiting" in (status, known):
            result[key] = "waiting", None
        else:
            assert isinstance(amount, int), (key, status)
            assert isinstance(other, int), (key, known)
            result[key] = status, amount + other
    return result


@often
@given(st.data())
def test_a_ledger_in_two_parts_adds_up_to_the_whole(data: st.DataObject) -> None:
    def two_parts(draw: Draw) -> tuple[str, Rows, set[str]]:
        rows = drawn_rows(draw)
        return apart(draw, team=True), rows, {row["deal"] for row in rows["deals"] if draw.chance(2)}

    text, rows, left = data.draw(drawn(two_parts))
    text, right = in_units(text, 1), {row["deal"] for row in rows["deals"]} - left
    whole = came(text, rows)
    assert added(came(text, without_deals(rows, left)), came(text, without_deals(rows, right))) == whole


@often
@given(st.data())
def test_amounts_in_larger_units_give_the_same_in_larger_units(data: st.DataObject) -> None:
    # Pools are not scaled: they are shared out in kopecks, wherever lines are rounded.
    make = drawn(lambda draw: (apart(draw, team=False), drawn_rows(draw), draw.pick([10, 100])))
    text, rows, times = data.draw(make)
    small, large = came(in_units(text, 1), rows), came(in_units(text, times), in_larger_units(rows, times))
    assert large == {
        key: (status, times * amount if isinstance(amount, int) else None) for key, (status, amount) in small.items()
    }


def cut(draw: Draw) -> tuple[str, Rows, Rows]:
    """A plan, a ledger in whole roubles, and the same with one deal cut in two."""
    rows = drawn_rows(draw)
    for row in rows["deals"]:
        row["amount"] = draw.pick(["0", "100", "101", "999", "1000", "12345", "50000", "-7"])
    halves: list[dict[str, str]] = []
    place = draw.number(0, len(rows["deals"]) - 1) if rows["deals"] else -1
    for number, row in enumerate(rows["deals"]):
        if number != place:
            halves.append(row)
            continue
        amount = kopecks(row["amount"])
        first = abs(amount) // 100 * draw.number(0, 10) // 10 * (100 if amount > 0 else -100)
        halves += [
            {**row, "amount": written(first)},
            {**row, "deal": row["deal"] + "b", "amount": written(amount - first)},
        ]
    return by_amount_alone(draw), rows, {**rows, "deals": halves}


@often
@given(drawn(cut))
def test_a_deal_in_two_is_paid_as_the_deal(case: tuple[str, Rows, Rows]) -> None:
    text, rows, halves = case

    def paid(rows: Rows) -> Counter[Key]:
        result: Counter[Key] = Counter()
        for (*subject, source), (_, amount) in came(in_units(text, 1), rows).items():
            assert isinstance(amount, int)
            result[*subject, str(source).removesuffix("b")] += amount
        return result

    assert paid(halves) == paid(rows)


NEVER = '  never "Never" 3% of amount for each deal by seller on won_on where amount > 5 RUB and amount < 5 RUB'


@pytest.mark.parametrize("kind", CASES)
def test_a_rule_that_never_matches_changes_nothing(kind: str) -> None:
    company, make = CASES[kind]

    @settings(max_examples=max(1, COUNT // 4), deadline=None, suppress_health_check=list(HealthCheck))
    @given(drawn(make))
    def changes_nothing(case: Case) -> None:
        note(repr(case))
        with_it = re.sub(
            r"^(pay (?!abroad)\w+ for each person.*\{)$", rf"\1\n{NEVER}", case.text, count=1, flags=re.MULTILINE
        )
        assert with_it != case.text
        both = [lines_of(company, case.unit, text, case.tables) for text in (case.text, with_it)]
        assume(None not in both)
        before, after = ([told(line) for line in lines or []] for lines in both)
        assert after == before

    changes_nothing()


def told(line: tuple[object, ...]) -> tuple[object, ...]:
    """A line without the empty places for inputs behind it, of which another plan may have more."""
    width = max([len(COLUMNS), *(place + 1 for place, cell in enumerate(line) if cell is not None)])
    return line[:width]
