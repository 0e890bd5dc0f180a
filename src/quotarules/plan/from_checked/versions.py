"""Rules in versions: a switch over the day that chooses, around what each version comes to."""

from collections.abc import Callable

from quotarules.diagnostics.source import Span
from quotarules.plan.from_checked.arithmetic import alike
from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, Anything, Expr, InRange, Literal, PeriodDay, Switch, SwitchRow
from quotarules.semantics.checked import CheckedVersion


def by_version(builder: Builder, name: str, day: Expr | None, span: Span, made: Callable[[str], Expr]) -> Expr:
    """What the version of `name` that the day chooses comes to; `made` gives that of a version.

    A retroactive version that has begun by the period's end takes the place of those before it.
    """
    versions = dict(builder.plan.versions).get(name)
    if versions is None:
        return made(name)
    assert day is not None, "what has versions is read on a day"
    none = builder.reason(f"no version of `{name}` is in force on the day that chooses it", span, waiting=True)
    # A whole amount beside a quotient is divided by one, which needs a reason that is never met.
    never = builder.reason(f"`{builder.words(span)}` divides by zero", span)
    values = alike(tuple(made(version.name) for version in versions), never)
    backwards = [pair for pair in zip(versions, values, strict=True) if pair[0].retroactive]
    rows = [_row(None, version, value) for version, value in reversed(backwards)]
    rows += [_row(version, None, value) for version, value in zip(versions, values, strict=True)]
    return Switch(name, (day, PeriodDay("end", "period")), tuple(rows), none, values[0].type)


def _row(chosen: CheckedVersion | None, begun: CheckedVersion | None, value: Expr) -> SwitchRow:
    """The version in force on the day, or one that has begun and reaches back over the days before it."""
    if chosen is not None:
        days = InRange(Literal(chosen.first, DAY), Literal(chosen.last, DAY), included=True)
        return SwitchRow((days, Anything()), value)
    assert begun is not None, "a row is of one kind"
    first = Literal(begun.first, DAY)
    return SwitchRow((InRange(None, first, included=False), InRange(first, None, included=False)), value)
