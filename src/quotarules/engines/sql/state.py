"""Three states in SQL: a value that is null exactly where it is absent, and beside it why, as a small code.

What can never be absent carries no code, and what can be absent for one reason only needs no second column: so the
arithmetic of most rows stays as bare as if it had been written by hand.
"""

from collections.abc import Iterable, Sequence

from quotarules.engines.sql.build import FALSE, case, coalesce, test
from quotarules.engines.sql.tree import Absent, Int, Null, Sql, SqlType
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass

ONE = Int(1)
NEVER = frozenset[int]()


@dataclass(frozen=True, slots=True)
class State:
    """An expression of the plan as SQL.

    `value` is the integer, flag, text or numerator; it is null exactly where there is no value. `denominator` is 1
    but for ratios, and may be anything where there is no value. `codes` holds every code that can occur: i + 1 for
    the reason i of no value, -(i + 1) for waiting with it. `code` is null where there is a value; it is None where
    `codes` has at most one member, because then `value` tells.
    """

    value: Sql
    denominator: Sql = ONE
    codes: frozenset[int] = NEVER
    code: Sql | None = None


def made(value: Sql, codes: Iterable[int], code: Sql, denominator: Sql = ONE) -> State:
    """A state from a code that is spelled out; it is dropped where the value tells."""
    known = frozenset(codes)
    return State(value, denominator, known, code if len(known) > 1 else None)


def code_of(plan: Plan, reason: int) -> int:
    """The code of a reason of the plan."""
    return -(reason + 1) if plan.reasons[reason].waiting else reason + 1


def small(code: int) -> Int:
    """A code as SQL."""
    return Int(code, SqlType.SMALL)


def waiting_codes(state: State) -> frozenset[int]:
    """The codes with which the expression waits."""
    return frozenset(code for code in state.codes if code < 0)


def code_sql(state: State) -> Sql:
    """The code of a row, null where there is a value."""
    if not state.codes:
        return Null(SqlType.SMALL)
    if state.code is not None:
        return state.code
    (only,) = state.codes
    return case([(Absent(state.value), small(only))], None, SqlType.SMALL)


def waits(state: State) -> Sql:
    """Whether a row waits; never unknown."""
    waiting = waiting_codes(state)
    if not waiting:
        return FALSE
    if waiting == state.codes:
        return Absent(state.value)
    return test("<", coalesce([code_sql(state), small(0)], SqlType.SMALL), small(0))


def strict_codes(states: Iterable[State]) -> frozenset[int]:
    """Every code that can come out of strict evaluation."""
    return NEVER.union(*(state.codes for state in states))


def strict_sql(states: Sequence[State]) -> Sql:
    """The code of strict evaluation: the leftmost waiting one, else the leftmost; null where all have values."""
    absent = [state for state in states if state.codes]
    missed = mixed = False
    for state in absent:
        mixed = mixed or (missed and bool(waiting_codes(state)))
        missed = missed or any(code > 0 for code in state.codes)
    codes = [code_sql(state) for state in absent]
    leftmost = coalesce(codes, SqlType.SMALL)
    if not mixed:
        return leftmost
    waiting = [(waits(state), code) for state, code in zip(absent, codes, strict=True) if waiting_codes(state)]
    return case(waiting, leftmost, SqlType.SMALL)


def strict(value: Sql, states: Sequence[State], denominator: Sql = ONE) -> State:
    """A state that is absent exactly where one of the operands is."""
    return made(value, strict_codes(states), strict_sql(states), denominator)


def strict_then(value: Sql, states: Sequence[State], also: Sequence[tuple[Sql, int]], denominator: Sql = ONE) -> State:
    """As `strict`; where all operands have values, also absent with the code beside the first true condition."""
    further = case([(condition, small(code)) for condition, code in also], None, SqlType.SMALL)
    codes = strict_codes(states) | {code for condition, code in also if condition != FALSE}
    return made(value, codes, coalesce([strict_sql(states), further], SqlType.SMALL), denominator)
