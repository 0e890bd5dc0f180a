"""Percentages of one value, paid by several rules together: shares of a deal, and weights of KPIs."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import (
    AllOf,
    CheckedLine,
    CheckedPay,
    CheckedPlan,
    CheckedTeam,
    Constant,
    ElseFirst,
    Money,
    ProductOf,
    Quantity,
    Read,
    RoundTo,
    Typed,
    WaitFor,
    WhenTrue,
    YesNo,
)
from quotarules.semantics.disjoint import together
from quotarules.semantics.lints.onto import onto
from quotarules.semantics.lints.possible import possible
from quotarules.semantics.problems.lints import PaidOverWhole, WeightsOverWhole
from quotarules.semantics.ranges import amount_of
from quotarules.semantics.tree import shape
from quotarules.semantics.weights import percent_text, percentage, weight_of

_TWO = 2


@dataclass(frozen=True, slots=True)
class _Portion:
    """A part of `value` that a rule pays where its conditions hold."""

    part: Fraction
    value: Typed
    conditions: tuple[Typed, ...]
    name: str
    span: Span


def paid_over_whole(plan: CheckedPlan, words: Callable[[Span], str]) -> Iterator[PaidOverWhole]:
    """A warning for each money value of a row of which more than all is paid out by pools and by lines for rows."""
    values: dict[object, list[_Portion]] = {}
    for portion in _of_rows(plan):
        assert isinstance(portion.value, Read), "a part of a column"
        values.setdefault((portion.value.table, portion.value.name, portion.value.origin), []).append(portion)
    for held in values.values():
        group = _most(plan, held)
        total = sum((item.part for item in group), Fraction())
        if total > 1:
            spans, parts = tuple(item.span for item in group), tuple(percent_text(item.part) for item in group)
            names = tuple(item.name for item in group)
            yield PaidOverWhole(spans, names, parts, percent_text(total), words(group[0].value.span))


def weights_over_whole(plan: CheckedPlan, words: Callable[[Span], str]) -> Iterator[WeightsOverWhole]:
    """A warning for each value of which the KPIs of one block weigh more than 100% together."""
    for pay in plan.pays:
        bases: dict[object, list[_Portion]] = {}
        for line in () if pay.weighed else pay.lines:
            found = weight_of(line.amount, percentage) if line.kpi and line.rows is None else None
            if found is not None:
                part, value, conditions = found
                bases.setdefault(shape(value), []).append(_Portion(part, value, conditions, line.name, line.span))
        for held in bases.values():
            group = _most(plan, held)
            total = sum((item.part for item in group), Fraction())
            if total > 1 and len(group) >= _TWO:
                spans, parts = tuple(item.span for item in group), tuple(percent_text(item.part) for item in group)
                yield WeightsOverWhole(spans, parts, percent_text(total), words(group[0].value.span))


def _most(plan: CheckedPlan, held: list[_Portion]) -> tuple[_Portion, ...]:
    """Of the portions that one row might meet together those that make the most, in the order of the text."""
    best: tuple[_Portion, ...] = ()
    whole = tuple(_all(item.conditions) for item in held)
    for group in together(whole):
        members = tuple(held[at] for at in sorted(group))
        tests = tuple(test for item in members for test in item.conditions)
        more = sum(item.part for item in members) > sum(item.part for item in best)
        best = members if more and possible(plan, tests) else best
    return tuple(sorted(best, key=lambda item: item.span))


def _all(tests: tuple[Typed, ...]) -> Typed | None:
    return AllOf(tests, YesNo(), tests[0].span) if tests else None


def _of_rows(plan: CheckedPlan) -> Iterator[_Portion]:
    collected = {team for pay in plan.pays for team in pay.collects}
    for team in plan.teams:
        if team.name in collected:
            yield from _of_team(team)
    for pay in plan.pays:
        for line in pay.lines:
            yield from _of_line(pay, line)


def _of_team(team: CheckedTeam) -> Iterator[_Portion]:
    found = _part(team.pool)
    if team.source is None or found is None or not _own(found[1], team.source.table):
        return
    part, value, conditions = found
    if team.way == "overlay" and team.roles:
        part *= sum((Fraction(digits, 10**scale) for _, digits, scale in team.roles), Fraction())
    tests = tuple(test for test in (team.source.where, team.gate) if test is not None)
    yield _Portion(part, value, (*tests, *conditions), team.name, team.pool.span)


def _of_line(pay: CheckedPay, line: CheckedLine) -> Iterator[_Portion]:
    found = _part(line.amount)
    rows = line.rows
    if rows is None or rows.match is not None or found is None or not _own(found[1], rows.table):
        return
    part, value, conditions = found
    # A test that is not plain to see from the row stays as it is: it still tells blocks for the same person apart.
    blocks = () if pay.where is None else (onto(pay.where, rows.link) or pay.where,)
    tests = () if rows.where is None else (rows.where,)
    yield _Portion(part, value, (*blocks, *tests, *conditions), f"{pay.name}.{line.name}", line.amount.span)


def _own(value: Typed, table: str) -> bool:
    """Whether a value is money of the row itself."""
    is_money = isinstance(value.type, Quantity) and isinstance(value.type.unit, Money)
    return is_money and isinstance(value, Read) and not value.path and value.table == table and value.window is None


def _part(amount: Typed) -> tuple[Fraction, Typed, tuple[Typed, ...]] | None:
    """What part of which value an amount is, if that stands in the text, and under which conditions."""
    match amount:
        case RoundTo(operand):
            return _part(operand)
        case ElseFirst((first, Constant(value=0) | WaitFor())):
            return _part(first)
        case WhenTrue(value, condition):
            found = _part(value)
            return None if found is None else (found[0], found[1], (*found[2], condition))
        case Read():
            return Fraction(1), amount, ()
        case ProductOf(factors, operators):
            part, values = Fraction(1), list[Typed]()
            for operator, factor in zip(("*", *operators), factors, strict=True):
                if isinstance(factor, Constant):
                    by = amount_of(factor)
                    if operator == "/" and not by:
                        return None
                    part = part / by if operator == "/" else part * by
                elif operator == "/":
                    return None
                else:
                    values.append(factor)
            return (part, values[0], ()) if len(values) == 1 else None
        case _:
            return None
