"""Whether conditions can hold together, given the words of choices, the limits of columns and the days of the plan."""

from dataclasses import replace
from fractions import Fraction
from math import prod
from typing import Literal as Word

from quotarules.records import dataclass
from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    CheckedPlan,
    Comparison,
    Constant,
    DatePart,
    DateType,
    NotThe,
    OneOfChoices,
    Origin,
    PeriodEdge,
    Quantity,
    Read,
    RowsFunction,
    Typed,
    YesNo,
)
from quotarules.semantics.disjoint import together
from quotarules.semantics.ranges import amount_of
from quotarules.semantics.tree import shape

_MOST_WAYS = 256

Operator = Word["=", "!=", "<", "<=", ">", ">="]

_TURNED: dict[Operator, Operator] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_DENIED: dict[Operator, Operator] = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


@dataclass(frozen=True, slots=True)
class Limits:
    """The amounts or days that a value can have; None is open, an open end is left out."""

    low: Fraction | None = None
    high: Fraction | None = None
    over: bool = False
    under: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing lies inside."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.over or self.under))


def possible(plan: CheckedPlan, tests: tuple[Typed, ...]) -> bool:
    """Whether some row might pass all tests; only what is certain counts as impossible."""
    if not tests:
        return True
    whole = tests[0] if len(tests) == 1 else AllOf(tests, YesNo(), tests[0].span)
    return bool(together((whole,))) and _passed(plan, tests)


def _passed(plan: CheckedPlan, tests: tuple[Typed, ...]) -> bool:
    """The tests one by one; of those joined by `or` each way is tried."""
    held: dict[object, Limits] = {}
    words: dict[object, frozenset[object]] = {}
    stack, plain, either = list(tests), [], []
    while stack:
        match _positive(stack.pop()):
            case AllOf(operands):
                stack.extend(operands)
            case AnyOf() as test:
                either.append(test)
            case test:
                plain.append(test)
                if not (_within(plan, test, held) and _named(test, words)):
                    return False
    if not either or prod(len(test.operands) for test in either) > _MOST_WAYS:
        return True
    first, *others = either
    return any(_passed(plan, (*plain, way, *others)) for way in first.operands)


def _positive(test: Typed) -> Typed:
    """The test without a `not` before comparisons, `and` and `or`."""
    match test:
        case NotThe(NotThe(operand)):
            return _positive(operand)
        case NotThe(Comparison() as inner):
            return replace(inner, operator=_DENIED[inner.operator])
        case NotThe(AllOf(operands, kind, span)):
            return AnyOf(tuple(NotThe(part, kind, span) for part in operands), kind, span)
        case NotThe(AnyOf(operands, kind, span)):
            return AllOf(tuple(NotThe(part, kind, span) for part in operands), kind, span)
        case _:
            return test


def _within(plan: CheckedPlan, test: Typed, held: dict[object, Limits]) -> bool:
    """Whether a comparison with an amount or a day leaves anything of what the value can be; it is narrowed to that."""
    match test:
        case Comparison(operator, left, Constant(type=Quantity() | DateType()) as edge):
            value = left
        case Comparison(turned, Constant(type=Quantity() | DateType()) as edge, right):
            operator, value = _TURNED[turned], right
        case _:
            return True
    if isinstance(value, Constant) or operator == "!=":
        return True
    key = _place(value)
    held[key] = _met(held.get(key) or _from_contract(plan, value), operator, edge)
    return not held[key].empty


def _met(limits: Limits, operator: Operator, edge: Constant) -> Limits:
    at, strict = amount_of(edge), operator in ("<", ">")
    if strict and isinstance(edge.type, DateType):
        at, strict = at + (1 if operator == ">" else -1), False
    if operator in ("=", ">", ">=") and (limits.low is None or (at, strict) > (limits.low, limits.over)):
        limits = replace(limits, low=at, over=strict)
    if operator in ("=", "<", "<=") and (limits.high is None or (-at, strict) > (-limits.high, limits.under)):
        limits = replace(limits, high=at, under=strict)
    return limits


def _place(value: Typed) -> object:
    """Where a value comes from; equal for the same value, whatever is known of whether it is there."""
    if isinstance(value, Read):
        return value.path, value.table, value.name, value.origin, value.window, value.every
    return shape(value)


def _from_contract(plan: CheckedPlan, value: Typed) -> Limits:
    """What is known of a value before any test."""
    match value:
        case Read(origin=Origin.FACT):
            table = plan.schema.table(value.table)
            column = table.column(value.name) if table is not None else None
            if column is None or not isinstance(value.type, Quantity):
                return Limits()
            low, high = (
                None if end is None else Fraction(end, 10**column.scale) for end in (column.lowest, column.highest)
            )
            return Limits(low, high)
        case PeriodEdge(side, unit):
            first, last = Fraction(plan.effective_from), Fraction(plan.effective_through)
            low = first if unit == "period" or side == "end" else None
            return Limits(low, last if unit == "period" or side == "start" else None)
        case DatePart("month"):
            return Limits(Fraction(1), Fraction(12))
        case DatePart("quarter"):
            return Limits(Fraction(1), Fraction(4))
        case RowsFunction("count" | "distinct"):
            return Limits(Fraction(0))
        case RowsFunction("rank"):
            return Limits(Fraction(1))
        case RowsFunction("share"):
            return Limits(Fraction(0), Fraction(1))
        case _:
            return Limits()


def _named(test: Typed, words: dict[object, frozenset[object]]) -> bool:
    """Whether a text or the key of a row can be all that the tests so far want it to be."""
    match test:
        case Comparison("=", value, Constant() as one) if not isinstance(one.type, Quantity | DateType):
            wanted = frozenset[object]({one.value})
        case OneOfChoices(value, choices):
            wanted = frozenset(choice.value for choice in choices)
        case _:
            return True
    key = _place(value)
    words[key] = words[key] & wanted if key in words else wanted
    return bool(words[key])
