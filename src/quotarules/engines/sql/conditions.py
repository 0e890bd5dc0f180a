"""Conditions and choices in SQL: null stands for unknown as in SQL, the code beside it says why."""

from collections.abc import Sequence
from typing import assert_never

from quotarules.engines.sql.arithmetic import edge
from quotarules.engines.sql.build import FALSE, TRUE, both, case, coalesce, either, no, test, times, to, width
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.paths import has_word
from quotarules.engines.sql.state import (
    NEVER,
    ONE,
    State,
    code_sql,
    made,
    small,
    strict,
    strict_codes,
    strict_sql,
    waiting_codes,
    waits,
)
from quotarules.engines.sql.tree import Absent, Among, Bool, Int, Null, Present, Sql, SqlType, Test, Text, Unproved
from quotarules.plan.nodes import (
    And,
    Anything,
    Compare,
    DueOnly,
    Equals,
    InRange,
    IsMissing,
    Kind,
    Literal,
    Matcher,
    Not,
    OneOf,
    Or,
    Otherwise,
    Switch,
    When,
)


def literal(context: Context, node: Literal) -> State:
    """A value of the text."""
    match node.value:
        case bool(truth):
            return State(Bool(truth))
        case str(text):
            return State(Text(text))
        case number:
            return State(Int(number, context.kind(node)))


def plain(node: Literal, kind: SqlType) -> Sql:
    """A literal as SQL of a type."""
    match node.value:
        case bool(truth):
            return Bool(truth)
        case str(text):
            return Text(text)
        case number:
            return Int(number, kind)


def compare(context: Context, node: Compare) -> State:
    """A test; ratios are cross-multiplied."""
    left, right = context.lower(node.left), context.lower(node.right)
    one, two = left.value, right.value
    if left.denominator != ONE or right.denominator != ONE:
        work = width(context.extent(node).work)
        one, two = times(one, right.denominator, work), times(two, left.denominator, work)
    tested = _tested(context, node.operator, one, two)
    return strict(tested, (left, right))


def _tested(context: Context, operator: str, left: Sql, right: Sql) -> Sql:
    if operator in ("=", "!=") and isinstance(right, Text):
        return has_word(context, left, right, operator)
    if operator in ("=", "!=") and isinstance(left, Text):
        return has_word(context, right, left, operator)
    return test(operator, left, right)


def equals(context: Context, value: Sql, literal_: Literal) -> Sql:
    """Whether a value is that of a literal."""
    held = plain(literal_, value.type)
    return _tested(context, "=", value, held)


def one_of(context: Context, node: OneOf) -> State:
    """Whether the operand is one of the choices."""
    state = context.lower(node.operand)
    value = equals_any(context, state, node.choices)
    return State(value, ONE, state.codes, state.code)


def equals_any(context: Context, state: State, choices: Sequence[Literal]) -> Sql:
    """Whether a value equals one of the literals."""
    if state.denominator != ONE:
        value, by = context.atom(state.value, "choice"), context.atom(state.denominator, "choice per")
        return either(*(test("=", value, edge(choice, by, SqlType.WIDE)) for choice in choices))
    if not choices:
        # Nothing is one of none; not every engine knows a list without values.
        return case([(Present(state.value), FALSE)], None, SqlType.BOOL)
    values = tuple(plain(choice, state.value.type) for choice in choices)
    if all(isinstance(value, Text) for value in values):
        tests = tuple(equals(context, state.value, choice) for choice in choices)
        return tests[0] if len(tests) == 1 else _among(state.value, values, tests)
    return test("=", state.value, values[0]) if len(values) == 1 else Among(state.value, values)


def _among(value: Sql, values: tuple[Sql, ...], tests: tuple[Sql, ...]) -> Sql:
    """One list of values, of the column by which each of them is tested, if it is one column."""
    pairs = [(held.left, held.right) for held in tests if isinstance(held, Test)]
    first = {left for left, _ in pairs}
    return Among(first.pop(), tuple(right for _, right in pairs)) if len(first) == 1 else Among(value, values)


def is_missing(context: Context, node: IsMissing) -> State:
    """Whether there is no value; unknown where it waits."""
    state = context.lower(node.operand)
    if not state.codes:
        return State(FALSE)
    waiting = waiting_codes(state)
    if not waiting:
        return State(Absent(state.value))
    value = case([(waits(state), Null(SqlType.BOOL))], Absent(state.value), SqlType.BOOL)
    return made(value, waiting, case([(waits(state), code_sql(state))], None, SqlType.SMALL))


def negation(context: Context, node: Not) -> State:
    """The other truth value."""
    state = context.lower(node.operand)
    return State(no(state.value), ONE, state.codes, state.code)


def junction(context: Context, node: And | Or) -> State:
    """SQL's `and` and `or` are the plan's; only why something is unknown must be said."""
    states = [context.lower(operand) for operand in node.operands]
    join = both if isinstance(node, And) else either
    codes = strict_codes(states)
    value = join(*(state.value for state in states))
    if not codes or isinstance(value, Bool):
        return State(value)
    value = context.atom(value, "condition")
    return made(value, codes, case([(Absent(value), strict_sql(states))], None, SqlType.SMALL))


def when(context: Context, node: When) -> State:
    """The value where all conditions hold; the first one that fails tells, before anything that waits."""
    state = context.lower(node.value)
    conditions = [(context.lower(condition), context.code(reason)) for condition, reason in node.conditions]
    conditions = [(held, code) for held, code in conditions if held.value != TRUE]
    if not conditions:
        return state
    failed = [(_fails(held), small(code)) for held, code in conditions]
    waiting = [(waits(held), code_sql(held)) for held, _ in conditions if waiting_codes(held)]
    codes = state.codes.union(code for _, code in conditions)
    codes = codes.union(*(waiting_codes(held) for held, _ in conditions))
    value = case([(both(*(held.value for held, _ in conditions)), state.value)], None, state.value.type)
    return made(value, codes, case([*failed, *waiting], code_sql(state), SqlType.SMALL), state.denominator)


def _fails(condition: State) -> Sql:
    """Whether a condition is no or has no value; never unknown."""
    if not condition.codes:
        return no(condition.value)
    return both(Unproved(condition.value), no(waits(condition)))


def otherwise(context: Context, node: Otherwise) -> State:
    """The first part that has a value or waits."""
    parts = [context.lower(part) for part in node.parts]
    kind, per = context.kind(node), context.divisor_kind(node)
    result = parts[-1]
    ratio = node.type.kind is Kind.RATIO
    for part in reversed(parts[:-1]):
        if not part.codes:
            result = part
            continue
        held, shut = Present(part.value), waits(part)
        if shut == FALSE:
            value = coalesce([part.value, result.value], kind)
        else:
            value = case([(held, part.value), (shut, Null(kind))], result.value, kind)
        denominator = case([(held, part.denominator)], result.denominator, per) if ratio else ONE
        codes = waiting_codes(part) | result.codes
        code = case([(held, Null(SqlType.SMALL)), (shut, code_sql(part))], code_sql(result), SqlType.SMALL)
        result = made(value, codes, code, denominator)
    return State(to(result.value, kind), result.denominator, result.codes, result.code)


def due_only(context: Context, node: DueOnly) -> State:
    """The value; whatever else there is becomes no value with one reason."""
    state = context.lower(node.operand)
    return State(state.value, state.denominator, frozenset({context.code(node.reason)}) if state.codes else NEVER)


def switch(context: Context, node: Switch) -> State:
    """The value of the first row that matches; where none does it waits."""
    keys = [context.lower(key) for key in node.keys]
    atoms = [
        State(context.atom(key.value, "key"), context.atom(key.denominator, "key per"), key.codes, key.code)
        for key in keys
    ]
    kind, per = context.kind(node), context.divisor_kind(node)
    rows = [(_matches(context, atoms, row.matchers), context.lower(row.value)) for row in node.rows]
    none = context.code(node.reason)
    absent = either(*(Absent(key.value) for key in atoms if key.codes))
    shut = [(absent, Null(kind))]
    value = case([*shut, *((matched, state.value) for matched, state in rows)], None, kind)
    denominator: Sql = ONE
    if node.type.kind is Kind.RATIO:
        denominator = case([(matched, state.denominator) for matched, state in rows], Int(1, per), per)
    always = any(matched == TRUE for matched, _ in rows)
    codes = strict_codes([*atoms, *(state for _, state in rows)]) | (NEVER if always else {none})
    if not any(state.codes for _, state in rows):
        value = context.atom(value, "found")
        found: Sql = case([(Absent(value), small(none))], None, SqlType.SMALL)
    else:
        found = case([(matched, code_sql(state)) for matched, state in rows], small(none), SqlType.SMALL)
    return made(value, codes, coalesce([strict_sql(atoms), found], SqlType.SMALL), denominator)


def _matches(context: Context, keys: Sequence[State], matchers: Sequence[Matcher]) -> Sql:
    return both(*(_match(context, key, matcher) for key, matcher in zip(keys, matchers, strict=True)))


def _match(context: Context, key: State, matcher: Matcher) -> Sql:
    match matcher:
        case Anything():
            return TRUE
        case Equals(value):
            return equals_any(context, key, (value,))
        case InRange(lower, upper, included, over):
            return both(
                TRUE if lower is None else test("<" if over else "<=", _edge(key, lower), key.value),
                TRUE if upper is None else test("<=" if included else "<", key.value, _edge(key, upper)),
            )
        case _:
            assert_never(matcher)


def _edge(key: State, value: Literal) -> Sql:
    if key.denominator == ONE:
        return plain(value, key.value.type)
    return edge(value, key.denominator, SqlType.WIDE)
