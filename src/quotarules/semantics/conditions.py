"""Comparisons, tests, `and`, `or`, `not`, `when` and `else`."""

from dataclasses import replace

from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    Choice,
    Comparison,
    Constant,
    DateType,
    ElseFirst,
    InstantType,
    MissingTest,
    NotThe,
    OneOfChoices,
    Origin,
    Read,
    RowOf,
    Typed,
    WaitFor,
    WhenTrue,
    YesNo,
)
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import condition, needed, wrong
from quotarules.semantics.kinds import has_order, joint, key_type
from quotarules.semantics.literals import choice, word, written_out
from quotarules.semantics.narrowing import learned
from quotarules.semantics.origins import side
from quotarules.semantics.paths import names_on, read_bare
from quotarules.semantics.problems.missing import ElseOfTwo
from quotarules.semantics.problems.types import KindsDiffer, NoOrder
from quotarules.semantics.scope import Scope
from quotarules.semantics.value import UNKNOWN, Gap, Value
from quotarules.syntax import ast


def compared(desk: Desk, node: ast.Compare, scope: Scope) -> Value:
    """`conversion >= 3.5%`, `kind = tender`."""
    left = needed(desk, desk.walk(desk, node.left, scope))
    if left is None:
        _walk_unless_word(desk, node.right, scope)
        return UNKNOWN
    right = _met(desk, node.right, left, scope)
    if right is None:
        return UNKNOWN
    if joint(left.type, right.type) is None and not _row_and_key(desk, left, right):
        if isinstance(left.type, DateType | InstantType) and isinstance(right.type, DateType | InstantType):
            way_out = "compare two dates or two instants"
            desk.found.add(KindsDiffer(side(desk, left), side(desk, right), "compared", way_out))
            return UNKNOWN
        common(desk, (left, right), "compared")
        return UNKNOWN
    if node.operator not in ("=", "!="):
        for part in (left, right):
            if not has_order(part.type):
                desk.found.add(NoOrder(side(desk, part), node.operator))
                return UNKNOWN
    return Value(Comparison(node.operator, left, right, YesNo(), node.span))


def _row_and_key(desk: Desk, left: Typed, right: Typed) -> bool:
    """A link compared with the key of a row: a text, or a whole number where the key is one."""
    for row, key in ((left, right), (right, left)):
        if isinstance(row.type, RowOf):
            kind = key_type(desk.table(row.type.table))
            return isinstance(key, Constant) and key.scale == 0 and kind is not None and joint(kind, key.type) == kind
    return False


def _met(desk: Desk, node: ast.Expression, left: Typed, scope: Scope) -> Typed | None:
    """The right side of a test; after a choice a bare word is a choice."""
    written = word(node)
    if isinstance(left.type, Choice) and written is not None:
        is_column = isinstance(node, ast.Path) and scope.this_each and written[0] in names_on(desk, scope.table)
        column = f"this {scope.each}.{written[0]}" if is_column else None
        return choice(desk, written, left.type, side(desk, left), column)
    return needed(desk, desk.walk(desk, node, scope))


def _walk_unless_word(desk: Desk, node: ast.Expression, scope: Scope) -> None:
    """Look at the other side of a broken test for its own mistakes; a bare word might have been a choice."""
    if word(node) is None:
        desk.walk(desk, node, scope)


def presence(desk: Desk, node: ast.Presence, scope: Scope) -> Value:
    """`paid_on is missing`."""
    value = read_bare(desk, node.operand, scope)
    if value.typed is None:
        return UNKNOWN
    return Value(MissingTest(value.typed, node.present, YesNo(), node.span))


def one_of(desk: Desk, node: ast.OneOf, scope: Scope) -> Value:
    """`role is one of (presales, head)`."""
    operand = needed(desk, desk.walk(desk, node.operand, scope))
    if operand is None:
        return UNKNOWN
    choices = [_listed(desk, item, operand) for item in node.choices]
    if any(item is None for item in choices):
        return UNKNOWN
    whole = tuple(item for item in choices if item is not None)
    return Value(OneOfChoices(operand, whole, YesNo(), node.span))


def _listed(desk: Desk, node: ast.Expression, operand: Typed) -> Constant | None:
    written = word(node)
    if isinstance(operand.type, Choice) and written is not None:
        return choice(desk, written, operand.type, side(desk, operand))
    item = written_out(desk, node, "a value of `is one of`")
    if item is None:
        return None
    if joint(operand.type, item.type) is None and not _row_and_key(desk, operand, item):
        common(desk, (operand, item), "compared")
        return None
    return item


# --- and, or, not ------------------------------------------------------------------------------


def not_the(desk: Desk, node: ast.Not, scope: Scope) -> Value:
    """`not accepted`."""
    operand = condition(desk, desk.walk(desk, node.operand, scope), "what stands after `not`")
    return Value(NotThe(operand, YesNo(), node.span)) if operand is not None else UNKNOWN


def joined(desk: Desk, node: ast.And | ast.Or, scope: Scope) -> Value:
    """Conditions joined by `and` or `or`; each is read knowing what the others show where it matters.

    Where one side of `and` is false the other does not count, on whichever side it stands; likewise for `or`.
    """
    is_and = isinstance(node, ast.And)
    word_joined = "and" if is_and else "or"
    facts = [learned(operand, scope.this_each, holds=is_and) for operand in node.operands]
    typed = []
    for position, operand in enumerate(node.operands):
        others = [fact for other in facts[:position] + facts[position + 1 :] for fact in other]
        inner = scope.knowing(frozenset(others))
        typed.append(condition(desk, desk.walk(desk, operand, inner), f"what `{word_joined}` joins"))
    if any(part is None for part in typed):
        return UNKNOWN
    whole = tuple(part for part in typed if part is not None)
    return Value(AllOf(whole, YesNo(), node.span) if is_and else AnyOf(whole, YesNo(), node.span))


# --- when, else --------------------------------------------------------------------------------


def when_true(desk: Desk, node: ast.When, scope: Scope) -> Value:
    """`X when C`: X is only read where C holds."""
    test = condition(desk, desk.walk(desk, node.condition, scope), "`when`")
    value = desk.walk(desk, node.value, scope.knowing(learned(node.condition, scope.this_each, holds=True)))
    if test is None or value.typed is None:
        return UNKNOWN
    gap = Gap("when", node.span)
    return Value(WhenTrue(value.typed, test, value.typed.type, node.span), (gap, *value.gaps))


def else_first(desk: Desk, node: ast.Else, scope: Scope) -> Value:
    """`a else b else waiting "why"`."""
    values: list[Value] = []
    waiting: ast.Waiting | None = None
    for part in node.parts:
        if isinstance(part, ast.Waiting):
            waiting = part
            continue
        value = _part(desk, part, values, scope)
        _one_cause(desk, part, value)
        values.append(value)
    if any(value.typed is None for value in values):
        return UNKNOWN
    whole = [value.typed for value in values if value.typed is not None]
    kind = common(desk, whole, "values of one `else`")
    if kind is None:
        return UNKNOWN
    gaps = () if waiting is not None else values[-1].gaps
    parts: tuple[Typed, ...] = tuple(whole)
    if waiting is not None:
        parts = (*parts, WaitFor(waiting.reason.text, kind, waiting.span))
    return Value(ElseFirst(parts, kind, node.span), gaps)


def _part(desk: Desk, node: ast.Expression, before: list[Value], scope: Scope) -> Value:
    written = word(node)
    first = before[0].typed if before else None
    if written is not None and first is not None and isinstance(first.type, Choice):
        chosen = choice(desk, written, first.type, side(desk, first))
        return Value(chosen)
    if before and first is None and written is not None:
        return UNKNOWN
    return desk.walk(desk, node, scope)


def _one_cause(desk: Desk, node: ast.Expression, value: Value) -> None:
    if isinstance(node, ast.When):
        other = next((gap for gap in value.gaps if gap.kind != "when" or gap.span != node.span), None)
        if other is not None:
            desk.found.add(ElseOfTwo(node.span, node.condition.span, other.span))


def met(desk: Desk, node: ast.Met, value: Value) -> Value:
    """`handover.response met`; the whole of it is what a reason quotes."""
    if value.typed is None:
        return value
    if isinstance(value.typed, Read) and value.typed.origin is Origin.SLA_MET:
        return replace(value, typed=replace(value.typed, span=node.span))
    wrong(desk, value, "what stands before `met`", "an sla line, such as `handover.response`", None)
    return UNKNOWN
