"""What a line keeps so that it can explain itself: the named values its amount was made from, and nobody else's.

A path that passes through another person keeps only a verdict (a yes or no), never a key, a name or a single value.
"""

from collections.abc import Iterator

from quotarules.plan.from_checked.builder import Builder, Scope
from quotarules.plan.from_checked.currencies import rate_inputs
from quotarules.plan.from_checked.expressions import expression
from quotarules.plan.nodes import Expr, TraceInput
from quotarules.semantics import checked
from quotarules.semantics.checked import Typed
from quotarules.semantics.levels import is_levels
from quotarules.semantics.tree import undated
from quotarules.values.schema import COMPANY


def children(typed: Typed) -> tuple[Typed, ...]:
    """The operands that are read on the same row, from the left."""
    match typed:
        case checked.SumOf(_, parts) | checked.ElseFirst(parts) | checked.AllOf(parts) | checked.AnyOf(parts):
            return parts
        case checked.ProductOf(factors):
            return factors
        case checked.FullSteps(amount, unit, operand):
            return (amount, unit, operand)
        case checked.RoundTo(operand) | checked.MissingTest(operand) | checked.OneOfChoices(operand):
            return (operand,)
        case checked.NotThe(operand) | checked.DateShift(operand) | checked.DatePart(operand=operand):
            return (operand,)
        case checked.Comparison(_, left, right):
            return (left, right)
        case checked.Clamp(operand, _, bound):
            return (operand, bound)
        case checked.Conversion(operand, _, _, day):
            return (operand, day)
        case checked.WhenTrue(value, condition):
            return (value, condition)
        case checked.TableCall(_, keys, day=day):
            return keys if day is None else (*keys, day)
        case checked.TiersCall(_, amount, before, day=day, keys=keys):
            return tuple(part for part in (*keys, amount, before, day) if part is not None)
        case checked.TimeBetween(_, start, end, calendar=calendar):
            return (start, end) if calendar is None else (start, end, calendar)
        case checked.ReadAt(day=day):
            return (day,)
        case _:
            return ()


def _persons(plan: checked.CheckedPlan) -> frozenset[str]:
    """The tables of people: who is paid or shares in a pool; else who owes a term; else who has a karma."""
    paid = {*(pay.table for pay in plan.pays), *(team.person_table for team in plan.teams)}
    owing = {term.owner_table for sla in plan.slas for term in sla.terms if isinstance(term, checked.CheckedTerm)}
    return frozenset(paid or owing or {karma.table for karma in plan.karmas})


def _of_another(builder: Builder, table: str, read: checked.Read, subject: tuple[str, ...]) -> bool:
    """Whether a read passes through, or is, a person who is not the subject; also one that is the row in hand."""
    persons = _persons(builder.plan)
    if read.table == COMPANY:
        return False
    if table in persons and subject and read.path[: len(subject)] != subject:
        return True
    links = read.path
    # A row's own key is no link: it names the row at the end of the path.
    if isinstance(read.type, checked.RowOf) and read.name and builder.spec(read.table, read.name).target is not None:
        links = (*links, read.name)
    return any(
        target in persons and links[: place + 1] != subject
        for place, target in enumerate(builder.tables_along(table, links))
    )


def _leaves(builder: Builder, table: str, typed: Typed, subject: tuple[str, ...]) -> Iterator[Typed]:
    match typed:
        case checked.Read():
            if isinstance(typed.type, checked.YesNo) or not _of_another(builder, table, typed, subject):
                yield typed
        case checked.ReadAt():
            if isinstance(typed.type, checked.YesNo) or not _of_another(builder, table, undated(typed), subject):
                yield typed
            yield from _leaves(builder, table, typed.day, subject)
        case checked.RowsFunction():
            yield typed
        case checked.SumOf() if is_levels(typed):
            yield typed
        case _ if isinstance(typed.type, checked.YesNo) and _touches_another(builder, table, typed, subject):
            yield typed
        case _:
            for child in children(typed):
                yield from _leaves(builder, table, child, subject)


def conversions(typed: Typed) -> Iterator[checked.Conversion]:
    """The conversions in an expression that are read on its own row."""
    if isinstance(typed, checked.Conversion):
        yield typed
    for child in children(typed):
        yield from conversions(child)


def _touches_another(builder: Builder, table: str, typed: Typed, subject: tuple[str, ...]) -> bool:
    match typed:
        case checked.Read():
            return _of_another(builder, table, typed, subject)
        case checked.ReadAt():
            return _of_another(builder, table, undated(typed), subject)
        case _:
            return any(_touches_another(builder, table, child, subject) for child in children(typed))


def inputs(
    builder: Builder, scope: Scope, typed: tuple[Typed, ...], subject: tuple[str, ...], unrounded: Expr | None
) -> tuple[TraceInput, ...]:
    """The named inputs of expressions read on rows of the scope's table whose `subject` path leads to the subject.

    `unrounded` is the amount before its last rounding.
    """
    found: dict[str, Expr] = {}
    for part in typed:
        for leaf in _leaves(builder, scope.table, part, subject):
            name = builder.words(leaf.span)
            if name not in found:
                found[name] = expression(builder, scope, leaf)
    for part in typed:
        for conversion in conversions(part):
            if not _touches_another(builder, scope.table, conversion.operand, subject):
                source, day = (expression(builder, scope, item) for item in (conversion.source, conversion.day))
                found |= dict(rate_inputs(builder, conversion, source, day))
    if unrounded is not None:
        found["unrounded"] = unrounded
    return tuple(TraceInput(name, value) for name, value in found.items())
