"""Arithmetic of integers and ratios in SQL, each formula the one that the plan's nodes state."""

from quotarules.engines.sql.build import case, minus, plus, quotient, remainder, test, times, to, width
from quotarules.engines.sql.context import Context
from quotarules.engines.sql.state import ONE, State, strict, strict_then
from quotarules.engines.sql.tree import Int, Magnitude, Null, Present, Sql, SqlType
from quotarules.plan.nodes import (
    Add,
    Curve,
    Divide,
    Greatest,
    Kind,
    Least,
    Literal,
    Multiply,
    Negate,
    Rescale,
    Round,
    Tiers,
)
from quotarules.plan.pieces import curve_pieces, number, tier_pieces
from quotarules.plan.ranges import Extent
from quotarules.values.rounding import RoundingMode


def add(context: Context, node: Add) -> State:
    """The terms added from the left."""
    states = [context.lower(term) for term in node.terms]
    work = width(context.extent(node).work)
    value, denominator = states[0].value, states[0].denominator
    for state in states[1:]:
        if state.denominator == ONE and denominator == ONE:
            value = plus(value, state.value, work)
            continue
        denominator = context.atom(denominator, "per")
        other = context.atom(state.denominator, "per")
        value = plus(times(value, other, work), times(state.value, denominator, work), work)
        denominator = times(denominator, other, work)
    return strict(to(value, context.kind(node)), states, to(denominator, context.divisor_kind(node)))


def negate(context: Context, node: Negate) -> State:
    """The other sign."""
    state = context.lower(node.operand)
    value = times(state.value, Int(-1), context.kind(node))
    return State(value, state.denominator, state.codes, state.code)


def multiply(context: Context, node: Multiply) -> State:
    """Numerators and denominators multiplied."""
    left, right = context.lower(node.left), context.lower(node.right)
    value = times(left.value, right.value, context.kind(node))
    return strict(value, (left, right), times(left.denominator, right.denominator, context.divisor_kind(node)))


def divide(context: Context, node: Divide) -> State:
    """A pair with a positive denominator, absent where the divisor is zero."""
    left, right = context.lower(node.left), context.lower(node.right)
    extent, by = context.extent(node), context.extent(node.right).number
    kind, per = width(extent.work), context.divisor_kind(node)
    divisor = context.atom(right.value, "divisor")
    shift = 10 ** max(0, node.right.type.scale - node.left.type.scale)
    value = times(times(left.value, right.denominator, kind), Int(shift), kind)
    denominator = times(left.denominator, Magnitude(divisor, divisor.type) if by.lo < 0 else divisor, per)
    if by.lo < 0:
        value = context.atom(value, "dividend")
        value = case([(test("<", divisor, Int(0)), times(value, Int(-1), kind))], value, kind)
    value = to(value, context.kind(node))
    if by.lo > 0 or by.hi < 0:
        if right.codes:  # the divisor may stand in the denominator only, and a value without it is none
            value = case([(Present(divisor), value)], None, value.type)
        return strict(value, (left, right), denominator)
    zero = test("=", divisor, Int(0))
    value = case([(test("!=", divisor, Int(0)), value)], None, value.type)
    return strict_then(value, (left, right), [(zero, context.code(node.reason))], denominator)


def rescale(context: Context, node: Rescale) -> State:
    """More digits behind the point."""
    state = context.lower(node.operand)
    factor = 10 ** (node.type.scale - node.operand.type.scale)
    return State(times(state.value, Int(factor), context.kind(node)), state.denominator, state.codes, state.code)


def rounded(context: Context, node: Round) -> State:
    """The nearest multiple of the step."""
    state = context.lower(node.operand)
    work = width(context.extent(node).work)
    difference = node.operand.type.scale - node.type.scale
    value = times(state.value, Int(10 ** max(0, -difference)), work)
    divisor = times(state.denominator, Int(node.step * 10 ** max(0, difference)), work)
    inner = context.extent(node.operand).number
    result = divide_rounded(context, value, divisor, node.mode, (inner.lo < 0, inner.hi > 0), work)
    return State(to(times(result, Int(node.step), work), context.kind(node)), ONE, state.codes, state.code)


def divide_rounded(
    context: Context, value: Sql, divisor: Sql, mode: RoundingMode, signs: tuple[bool, bool], kind: SqlType
) -> Sql:
    """Value / divisor (> 0) as in values/rounding.py; `signs` tells whether value can be below and above zero.

    All modes but half_even move the value away from zero by less than the divisor and cut: |r| >= b - |r| says that
    |r| + b // 2 reaches b, also for odd b.
    """
    if divisor == Int(1, divisor.type):
        return value
    if mode is RoundingMode.DOWN:
        return quotient(value, divisor, kind)
    if mode is RoundingMode.HALF_EVEN:
        return _half_even(context, value, divisor, kind)
    divisor = context.atom(divisor, "per")
    most = minus(divisor, Int(1), kind)
    half = Int(divisor.value // 2, kind) if isinstance(divisor, Int) else quotient(divisor, Int(2), kind)
    below, above = {
        RoundingMode.HALF_UP: (half, half),
        RoundingMode.UP: (most, most),
        RoundingMode.FLOOR: (most, Int(0, kind)),
        RoundingMode.CEIL: (Int(0, kind), most),
    }[mode]
    if not signs[0]:
        return quotient(plus(value, above, kind), divisor, kind)
    if not signs[1]:
        return quotient(minus(value, below, kind), divisor, kind)
    value = context.atom(value, "unrounded")
    shift = case([(test("<", value, Int(0)), times(below, Int(-1), kind))], above, kind)
    return quotient(plus(value, shift, kind), divisor, kind)


def _half_even(context: Context, value: Sql, divisor: Sql, kind: SqlType) -> Sql:
    value = context.atom(value, "unrounded")
    divisor = context.atom(divisor, "per")
    cut = context.atom(quotient(value, divisor, kind), "cut")
    rest = context.atom(times(Magnitude(remainder(value, divisor, kind), kind), Int(2), kind), "rest")
    odd = test("!=", remainder(cut, Int(2), kind), Int(0))
    sign = case([(test("<", value, Int(0)), Int(-1))], Int(1), kind)
    moved = plus(cut, sign, kind)
    tie_moves = case([(odd, moved)], cut, kind)
    return case([(test(">", rest, divisor), moved), (test("=", rest, divisor), tie_moves)], cut, kind)


def extreme(context: Context, node: Least | Greatest) -> State:
    """The smaller or the larger; the left one if equal."""
    states = (context.lower(node.left), context.lower(node.right))
    left, right = (context.atom(state.value, "side") for state in states)
    per, other = (context.atom(state.denominator, "side per") for state in states)
    work, kind = width(context.extent(node).work), context.kind(node)
    stays, goes = ("<=", ">") if isinstance(node, Least) else (">=", "<")
    one, two = times(left, other, work), times(right, per, work)
    whens = [(test(stays, one, two), left)]
    strictly = not any(state.codes for state in states)
    value = case(whens, right, kind) if strictly else case([*whens, (test(goes, one, two), right)], None, kind)
    denominator: Sql = ONE
    if node.type.kind is Kind.RATIO:
        denominator = case([(test(stays, one, two), per)], other, context.divisor_kind(node))
    return strict(value, states, denominator)


def tiers(context: Context, node: Tiers) -> State:
    """Each band as one straight piece: amount * rate + offset."""
    state = context.lower(node.amount)
    extent = context.extent(node.amount)
    value, by = context.atom(state.value, "amount"), context.atom(state.denominator, "per")
    work, kind = width(context.extent(node).work), context.kind(node)
    first, last = node.bands[0], node.bands[-1]
    below, beyond = "<=" if first.over else "<", ">" if last.included else ">="
    whens: list[tuple[Sql, Sql]] = []
    absent: list[tuple[Sql, int]] = []
    if first.lower is not None and _may_be(extent, below, first.lower):
        outside = test(below, value, edge(first.lower, by, work))
        absent.append((outside, context.code(node.reason)))
        whens.append((outside, Null(kind)))
    for band, (rate, offset) in zip(node.bands, tier_pieces(node), strict=True):
        piece = to(plus(times(value, Int(rate), work), times(by, Int(offset), work), work), kind)
        if band.upper is None or (band is last and not _may_be(extent, beyond, band.upper)):
            return strict_then(case(whens, piece, kind), (state,), absent, by)
        whens.append((test("<=" if band.included else "<", value, edge(band.upper, by, work)), piece))
    assert last.upper is not None, "an open band is the last"
    absent.append((test(beyond, value, edge(last.upper, by, work)), context.code(node.reason)))
    return strict_then(case(whens, None, kind), (state,), absent, by)


def edge(literal: Literal, by: Sql, kind: SqlType) -> Sql:
    """A stated edge as it compares with numerators over `by`."""
    return times(Int(number(literal), by.type), by, kind)


def _may_be(extent: Extent, operator: str, literal: Literal) -> bool:
    """Whether an amount inside its bounds can compare so (<, <=, >, >=) with a stated edge."""
    at = number(literal)
    edges = (at * extent.denominator.lo, at * extent.denominator.hi)
    match operator:
        case "<":
            return extent.number.lo < max(edges)
        case "<=":
            return extent.number.lo <= max(edges)
        case ">":
            return extent.number.hi > min(edges)
        case _:
            return extent.number.hi >= min(edges)


def curve(context: Context, node: Curve) -> State:
    """Each segment as one straight piece over its length."""
    state = context.lower(node.amount)
    value, by = context.atom(state.value, "amount"), context.atom(state.denominator, "per")
    work, kind, per = width(context.extent(node).work), context.kind(node), context.divisor_kind(node)
    pieces = curve_pieces(node)
    before = test("<", value, times(by, Int(pieces[0].start), work))
    after = test(">", value, times(by, Int(pieces[-1].end), work))
    code = context.code(node.reason)
    numbers: list[tuple[Sql, Sql]] = [(before, Null(kind))]
    lengths: list[tuple[Sql, Sql]] = []
    for piece in pieces:
        last = piece is pieces[-1]
        inside = test("<=" if last else "<", value, times(by, Int(piece.end), work))
        numbers.append((inside, plus(times(value, Int(piece.rise), work), times(by, Int(piece.offset), work), work)))
        lengths.append((inside, times(by, Int(piece.length), per)))
    denominator = case(lengths[:-1], lengths[-1][1], per)
    return strict_then(case(numbers, None, kind), (state,), [(before, code), (after, code)], denominator)
