"""Conditions that nothing can meet, alone or together with the conditions under which they are asked."""

from collections.abc import Iterator
from dataclasses import field, replace

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass, values_of
from quotarules.semantics.checked import (
    CheckedKarma,
    CheckedLine,
    CheckedPay,
    CheckedPlan,
    CheckedRows,
    CheckedSla,
    CheckedTeam,
    CheckedTotal,
    Comparison,
    Constant,
    DateType,
    Read,
    RowsFunction,
    Typed,
    WhenTrue,
    YesNo,
)
from quotarules.semantics.lints.onto import onto
from quotarules.semantics.lints.possible import possible
from quotarules.semantics.problems.lints import NeverHolds
from quotarules.values.period import FIRST_DAY, FromTo, InPeriod

_LAST_DAY_OPEN = 1


@dataclass(slots=True)
class _Search:
    """One pass over a plan, or over its measures, which may also be read of days before it."""

    plan: CheckedPlan
    found: dict[Span, NeverHolds] = field(default_factory=dict)

    def ask(self, test: Typed | None, known: tuple[Typed, ...], owner: str) -> tuple[Typed, ...]:
        """Note the test if it cannot hold where all that is known does; gives what is known behind it."""
        if test is None:
            return known
        both = (*known, test)
        if not possible(self.plan, both):
            others = known
            for part in known:
                fewer = tuple(other for other in others if other != part)
                others = others if possible(self.plan, (*fewer, test)) else fewer
            spans = tuple(dict.fromkeys(part.span for part in others))
            self.found.setdefault(test.span, NeverHolds(test.span, owner, spans))
            # What stands behind is looked at as if the test were not there: its own faults are others.
            return known
        return both

    def look(self, root: object, known: tuple[Typed, ...]) -> None:
        """Every condition inside a part of the tree."""
        stack: list[tuple[object, tuple[Typed, ...]]] = [(root, known)]
        while stack:
            item, here = stack.pop()
            match item:
                case WhenTrue(value, test):
                    stack.append((test, here))
                    behind = self.ask(test, here, "what stands before `when` never counts")
                    stack.append((value, behind))
                case RowsFunction(_, rows, value):
                    stack.append((value, self.rows(rows, ())))
                case CheckedRows():
                    self.rows(item, ())
                case CheckedLine(rows=CheckedRows() as rows):
                    moved = (onto(part, rows.link) for part in here)
                    behind = self.rows(rows, tuple(test for test in moved if test is not None))
                    stack.append(((item.amount, item.paid), behind))
                case tuple():
                    stack.extend((part, here) for part in item)
                case Span():
                    pass
                case _:
                    stack.extend((part, here) for part in values_of(item))

    def rows(self, rows: CheckedRows, known: tuple[Typed, ...]) -> tuple[Typed, ...]:
        """The condition of rows; gives what is known of one that is counted."""
        known = (*known, *_days(self.plan, rows))
        behind = self.ask(rows.where, known, "no row is counted")
        self.look((rows.date, rows.where), known)
        return behind


def never_holding(plan: CheckedPlan) -> Iterator[NeverHolds]:
    """A warning for each condition that can never hold."""
    search = _Search(replace(plan, effective_from=FIRST_DAY))
    for measure in plan.measures:
        search.look(measure.value, ())
    search.plan = plan
    for part in (*plan.karmas, *plan.slas, *plan.teams, *plan.pays):
        match part:
            case CheckedPay(name=name, where=where):
                known = search.ask(where, (), f"`{name}` pays nobody")
                known = search.ask(part.gate, known, f"the gate of `{name}` stays shut")
                search.look((where, part.gate), ())
                search.look((part.base, part.lines, part.exchanges, part.cap, part.draw, part.clawbacks), known)
            case CheckedKarma(name=name, where=where):
                known = search.ask(where, (), f"`{name}` counts for nobody")
                search.look((where, part.newcomer), ())
                search.look(part.lines, known)
            case CheckedTeam(name=name, source=source):
                known = search.rows(source, ()) if source is not None else ()
                known = search.ask(part.gate, known, f"`{name}` pays nothing")
                search.look((part.gate, part.pool, part.among, part.weight), known)
            case CheckedSla():
                for term in part.terms:
                    if isinstance(term, CheckedTotal):
                        search.ask(term.condition, (), f"`{part.name}.{term.name}` is never kept")
                    search.look(term, ())
    yield from search.found.values()


def _days(plan: CheckedPlan, rows: CheckedRows) -> Iterator[Comparison]:
    """What the window of rows says of their date."""
    if not isinstance(rows.date, Read) or not isinstance(rows.date.type, DateType):
        return
    match rows.window:
        case InPeriod():
            first, last = plan.effective_from, plan.effective_through
        case FromTo(int(first), int(end)):
            last = end - _LAST_DAY_OPEN
        case _:
            return
    at = rows.date.span
    yield Comparison(">=", rows.date, Constant(first, 0, DateType(), at), YesNo(), at)
    yield Comparison("<=", rows.date, Constant(last, 0, DateType(), at), YesNo(), at)
