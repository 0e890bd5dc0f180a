"""The plan: what engines evaluate. Small, frozen, free of the language; every node can be traced to its text.

An expression is evaluated for one row of a table, its context. It yields a value, *no value* with a reason, or
*waiting* with a reason. Unless a node says otherwise it is strict: a waiting operand makes it wait, with the reason of
the leftmost one; otherwise an operand without a value leaves it without a value, with the leftmost reason.
"""

from enum import StrEnum
from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.values.calendar import Calendar
from quotarules.values.period import PeriodUnit, Window
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import FactSchema


class Kind(StrEnum):
    """How a value is held.

    INTEGER: n meaning n * 10**-scale. RATIO: (numerator, denominator > 0) meaning numerator / denominator * 10**-scale,
    never reduced, so that every engine holds the same pair. DAY: days since 1970-01-01. MINUTE: local minutes since
    1970-01-01 00:00. FLAG: yes or no. TEXT: NFC, compared by code points.
    """

    INTEGER = "integer"
    RATIO = "ratio"
    FLAG = "flag"
    DAY = "day"
    MINUTE = "minute"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class ValueType:
    """The kind of a value, its scale, and its unit for people: `RUB`, `%`, `points`, `days`, `minutes`, or empty."""

    kind: Kind
    scale: int = 0
    unit: str = ""


FLAG = ValueType(Kind.FLAG)
DAY = ValueType(Kind.DAY)
MINUTE = ValueType(Kind.MINUTE)
TEXT = ValueType(Kind.TEXT)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no value, or why a value waits; nodes name it by its place in `Plan.reasons`."""

    text: str
    waiting: bool
    span: Span


# --- leaves ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal:
    """A value of the text; an integer is held at `type.scale`."""

    value: int | bool | str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Column:
    """The column `name` (of the facts or computed) of `table`, reached from the context by following links.

    `path` names link columns, the first one of the context table. With an empty path `table` is the context, or
    COMPANY, which every context reaches. A missing link, or a missing value of a facts column, is no value with
    `reason` (None where neither can be missing); a computed column hands on its own state and reason.
    """

    path: tuple[str, ...]
    table: str
    name: str
    type: ValueType
    reason: int | None


@dataclass(frozen=True, slots=True)
class Opening:
    """The opening balance of the context row's account of that name; no value where there is no account yet.

    Only accounts that carry a balance have one: a karma, and money that is carried. With `link`, a path from the
    context, it is the context row's own item of an item account, kept for the subject that the path leads to; no value
    too where a link on the way is missing.
    """

    account: str
    type: ValueType
    reason: int
    link: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PeriodDay:
    """The first or last day of the settled period, or of the unit of time that holds the last day seen."""

    side: Word["start", "end"]
    unit: PeriodUnit | Word["period"]
    type: ValueType = DAY


# --- arithmetic --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Add:
    """The sum of terms, all at the same scale. Ratios fold from the left: a/b + c/d = (a*d + c*b) / (b*d).

    An INTEGER n counts as n/1: (a + n*b) / b, or (n*d + c) / d.
    """

    terms: tuple["Expr", ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class Negate:
    """The value with the other sign (of the numerator)."""

    operand: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class Multiply:
    """left * right; scales add. (a/b) * n = (a*n)/b; (a/b) * (c/d) = (a*c)/(b*d)."""

    left: "Expr"
    right: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class Divide:
    """left / right as a RATIO; no value with `reason` where right is zero.

    With left = a/b at scale s and right = c/d at scale t (b, d = 1 for integers) the pair is a*d / b*c at scale s - t;
    if that is negative the numerator is multiplied by 10**(t - s) and the scale is 0. If c is negative both signs
    change, so that the denominator is positive.
    """

    left: "Expr"
    right: "Expr"
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Rescale:
    """The same value at the larger scale of `type` (numerator times a power of ten; a ratio keeps its denominator)."""

    operand: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class Round:
    """The INTEGER multiple of `step` * 10**-scale nearest in `mode`.

    For numerator/denominator * 10**-s: q = divide_rounded(numerator * 10**max(0, scale - s),
    denominator * step * 10**max(0, s - scale), mode), and the value is q * step.
    """

    operand: "Expr"
    step: int
    mode: RoundingMode
    type: ValueType


@dataclass(frozen=True, slots=True)
class Least:
    """The smaller of the two, the left one if equal; same scale. If one is a RATIO the result is one (n as n/1).

    Of two DAYs the earlier one.
    """

    left: "Expr"
    right: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class Greatest:
    """The larger of the two, the left one if equal; as `Least`. Of two DAYs the later one."""

    left: "Expr"
    right: "Expr"
    type: ValueType


# --- conditions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compare:
    """A test of two values of like kind (INTEGER and RATIO mix, at the same scale; ratios are cross-multiplied).

    TEXT and FLAG know only `=` and `!=`.
    """

    operator: Word["=", "!=", "<", "<=", ">", ">="]
    left: "Expr"
    right: "Expr"
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class OneOf:
    """Whether the operand equals one of the literals."""

    operand: "Expr"
    choices: tuple[Literal, ...]
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class IsMissing:
    """Whether the operand has no value; waits if the operand waits."""

    operand: "Expr"
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class Not:
    """The other truth value."""

    operand: "Expr"
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class And:
    """No if any operand is no; else waits if any waits (leftmost reason); else without a value if any is; else yes."""

    operands: tuple["Expr", ...]
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class Or:
    """Yes if any operand is yes; else waits if any waits (leftmost reason); else without a value if any is; else no."""

    operands: tuple["Expr", ...]
    type: ValueType = FLAG


@dataclass(frozen=True, slots=True)
class When:
    """`value` where every condition is yes.

    If any condition is no or has no value: no value, with the reason that stands beside the first such condition,
    whatever waits. Else, if any condition waits: waiting, leftmost reason. Else the value with its own state.
    """

    value: "Expr"
    conditions: tuple[tuple["Expr", int], ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class Otherwise:
    """The first part that has a value or waits; if none has, no value with the reason of the last part."""

    parts: tuple["Expr", ...]
    type: ValueType


@dataclass(frozen=True, slots=True)
class DueOnly:
    """The value where there is one; where there is none, or where it waits, no value with `reason`."""

    operand: "Expr"
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Wait:
    """Always waiting, with `reason`."""

    reason: int
    type: ValueType


# --- lookups -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class InRange:
    """lower <= key (lower < key if `over`), and key < upper (key <= upper if `included`); None is open.

    Literals at the key's scale.
    """

    lower: Literal | None
    upper: Literal | None
    included: bool
    over: bool = False


@dataclass(frozen=True, slots=True)
class Equals:
    """The key is this value."""

    value: Literal


@dataclass(frozen=True, slots=True)
class Anything:
    """Every key."""


Matcher = InRange | Equals | Anything


@dataclass(frozen=True, slots=True)
class SwitchRow:
    """A row of a table: its matchers, one per key, and its value."""

    matchers: tuple[Matcher, ...]
    value: "Expr"


@dataclass(frozen=True, slots=True)
class Switch:
    """A table lookup: the value of the first row that matches all keys; if none does it waits with `reason`."""

    table: str
    keys: tuple["Expr", ...]
    rows: tuple[SwitchRow, ...]
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Band:
    """Amounts x with lower <= x < upper (lower < x if `over`, x <= upper if `included`); None is open.

    `rate` is an INTEGER literal. Of two bands that hold their common edge the lower one counts.
    """

    lower: Literal | None
    upper: Literal | None
    included: bool
    rate: Literal
    over: bool = False


@dataclass(frozen=True, slots=True)
class Tiers:
    """An amount turned into an amount by bands that touch and rise; the type has the scales of amount and rate added.

    `marginal`: the sum over bands of (clamp(x) - clamp(0)) * rate, clamp into [lower, upper]. `whole`: x * the rate of
    the band that x lies in. `excess`: (x - lower edge of that band) * its rate (lower edge 0 if open).
    Outside all bands it waits with `reason`. A RATIO amount a/b gives a RATIO with the denominator b.
    """

    tiers: str
    way: Word["marginal", "whole", "excess"]
    amount: "Expr"
    bands: tuple[Band, ...]
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class Curve:
    """Straight lines between points (at, value) with rising `at`; outside the first and last point it waits.

    In the segment from (p, v) to (q, w) with x = a/b (b = 1 for an INTEGER; a and p, q at the scale of x, v and w
    at the scale of `type`): the RATIO (v * (q - p) * b + (w - v) * (a - p * b)) / ((q - p) * b). A point belongs
    to the segment that it begins; the last one to the segment that it ends.
    """

    tiers: str
    amount: "Expr"
    points: tuple[tuple[Literal, Literal], ...]
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class InForce:
    """The column `name` of the row of `table` that is in force on a day.

    Of the rows whose columns `keys` equal `values`, that is the one with the latest DAY in the column `since` at or
    before `day`; `keys` and `since` are together the key of `table`, so there is at most one. `table` is one of the
    facts, and so are the three sorts of columns; `values` and `day` belong to the context. Strict in `values` from the
    left, then `day`. Where no row is in force, or it has no value in `name`: waiting, if reason `reason` is one to wait
    for, else no value, with that reason.
    """

    table: str
    keys: tuple[str, ...]
    values: tuple["Expr", ...]
    since: str
    day: "Expr"
    name: str
    reason: int
    type: ValueType


# --- rows --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of `table` for which `where` is yes and, if `date` is given, the date has a value inside `window`.

    `date` (DAY) and `where` are evaluated with a row of `table` as context. `link` is a path from that row; with
    `match` a path from the context (both may be empty, meaning the row's own key), a row belongs to the context if both
    lead to the same row. `match` None takes all rows. Rows with a missing link belong to nobody.
    `earlier`: only rows of the context's own table before the context row in (date, key) order, by window
    `earlier_start(window, own date)`; the context row needs a date, else there are none. With the window Ever the date
    of earlier rows may be a MINUTE.
    Where `where` waits for a row whose date is inside the window, whatever reads the rows waits.
    `once`: of the rows taken for one context whose path `once` leads to the same row, only the one with the smallest
    key is taken, and rows where it leads nowhere are not; a row whose `where` waits makes others wait all the same.
    `until` and `since` are DAYs of the context: of the rows in the window it has those whose date lies at or after its
    `since`, if that is given, and at or before its `until`; it has none where one of the two has no value or waits.
    """

    table: str
    link: tuple[str, ...]
    match: tuple[str, ...] | None
    earlier: bool
    date: "Expr | None"
    window: Window | None
    where: "Expr | None"
    once: tuple[str, ...] | None = None
    until: "Expr | None" = None
    since: "Expr | None" = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """A function over rows; rows where `value` has no value are passed over (as if they were not there).

    count: of rows. sum. min, max. mean: RATIO (sum, count). median: RATIO (sum of the two middle values, 2), where an
    odd count takes its middle value twice; not of earlier rows. rank: the context row's place among the rows, 1 + how
    many of them have a larger INTEGER value, so that equal ones share a place; it is no value with `reason` unless the
    context row is one of them. The context is a row of `rows.table`; `match` is `link` or None, the rows are not
    earlier ones and each counts. share: RATIO (rows with value yes, rows). distinct: how
    many different values. the: the value of the only row. On no rows: count, sum and distinct are 0, the
    others no value with `reason`; so is `the` on several rows. If the `where` or the value of any row waits, it
    waits with the reason of the smallest such key.
    """

    function: Word["count", "sum", "min", "max", "mean", "median", "rank", "share", "distinct", "the"]
    rows: Rows
    value: "Expr | None"
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class RoleWeight:
    """A role and its share of the whole, as an integer weight (40% of 100% at a common scale)."""

    role: Literal
    weight: int


@dataclass(frozen=True, slots=True)
class Allot:
    """The context row's part of a whole, by largest remainder; the context is a row of `rows.table`.

    Rows that `rows` takes, that have a person and whose pool is the same form a group; the `link` of `rows` names
    the group (an empty one: all are one group). `pool` is an INTEGER, the same for all rows of a group. Weights:
    `weight` (INTEGER >= 0), or by `role` over `roles`, or 1 each if both are None. If the `where`, the role or the
    weight of a row of the group waits, all its rows wait with the reason of the smallest such key. A row without a
    role or weight has no value, with that reason; the others share as if it were not there.

    By role: a row of role r weighs weight(r) / (rows of the group in role r); a role that is not listed has no
    value with `reason_role`. T = the sum of the weights of roles that have rows (all roles if `kept`). Otherwise
    T = sum of weights; if T = 0 there is no value with `reason_none`. exact = |pool| * weight(r) / (rows in r *
    T); part = exact cut down. The left-over units, namely (|pool| * (weights of roles that have rows) cut down /
    T) - sum of parts, go one each to the largest remainders, compared as floor(remainder * 10**12 / divisor) with
    the divisor of that row, ties by the key that `person` leads to, then by the row's key. The sign of the pool
    is put back at the end. A row that `rows` does not take, or without a person, has no value with `reason_none`.

    `gives` tells what the row gets: its part, or, to explain a part, its `weight` or the `divisor` (rows in r * T,
    or T), INTEGERs that have a value just where the part has one.
    """

    rows: Rows
    pool: "Expr"
    person: tuple[str, ...]
    weight: "Expr | None"
    role: "Expr | None"
    roles: tuple[RoleWeight, ...]
    kept: bool
    reason_role: int
    reason_none: int
    type: ValueType
    gives: Word["part", "weight", "divisor"] = "part"


# --- time --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayOf:
    """The local day of a MINUTE."""

    operand: "Expr"
    type: ValueType = DAY


@dataclass(frozen=True, slots=True)
class MidnightOf:
    """The MINUTE at which a DAY begins."""

    operand: "Expr"
    type: ValueType = MINUTE


@dataclass(frozen=True, slots=True)
class ShiftDay:
    """A DAY moved by months (cut to the month's last day), then by days; both may be negative.

    With `unit` it is first taken back to the first day of the unit that holds it.
    """

    operand: "Expr"
    months: int
    days: int
    type: ValueType = DAY
    unit: PeriodUnit | None = None


@dataclass(frozen=True, slots=True)
class ShiftMinute:
    """A MINUTE moved by minutes."""

    operand: "Expr"
    minutes: int
    type: ValueType = MINUTE


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """end - start in days, as an INTEGER of scale 0."""

    start: "Expr"
    end: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class MonthsBetween:
    """How many whole months fit into [start, end): the most n >= 0 with start + n months <= end; 0 if end < start."""

    start: "Expr"
    end: "Expr"
    type: ValueType


@dataclass(frozen=True, slots=True)
class WorkingMinutes:
    """Opening minutes of a calendar in [start, end) of two MINUTEs, 0 if end < start.

    It waits with `reason` if either lies outside the calendar's days.
    """

    start: "Expr"
    end: "Expr"
    calendar: str
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The days in [start, end) of two DAYs on which a calendar is open, 0 if end < start.

    It waits with `reason` if either is neither one of the calendar's days nor the day after its last.
    """

    start: "Expr"
    end: "Expr"
    calendar: str
    reason: int
    type: ValueType


@dataclass(frozen=True, slots=True)
class WorkingDeadline:
    """The MINUTE by which something is due, counted from a start MINUTE over a calendar.

    minutes: the instant at which `amount` opening minutes have passed since the start (or the next opening).
    days: the closing minute of the `amount`-th working day after the start's local day.
    It waits with `reason` if the start or the end lies outside the calendar. `more` (an INTEGER of scale 0, for minutes
    only) is added to `amount`, counting as 0 where it is below 0; it is an operand as the start is, to the right of it.
    """

    start: "Expr"
    amount: int
    unit: Word["minutes", "days"]
    calendar: str
    reason: int
    type: ValueType = MINUTE
    more: "Expr | None" = None


Expr = (
    Literal
    | Column
    | Opening
    | PeriodDay
    | Add
    | Negate
    | Multiply
    | Divide
    | Rescale
    | Round
    | Least
    | Greatest
    | Compare
    | OneOf
    | IsMissing
    | Not
    | And
    | Or
    | When
    | Otherwise
    | DueOnly
    | Wait
    | Switch
    | Tiers
    | Curve
    | InForce
    | Aggregate
    | Allot
    | DayOf
    | MidnightOf
    | ShiftDay
    | ShiftMinute
    | DaysBetween
    | MonthsBetween
    | WorkingMinutes
    | WorkingDays
    | WorkingDeadline
)


# --- the plan ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComputedColumn:
    """A column of `table` that the plan computes; `name` is unique in its table and apart from the facts' columns."""

    table: str
    name: str
    label: str
    value: Expr
    span: Span


@dataclass(frozen=True, slots=True)
class TraceInput:
    """A named value that a line keeps, evaluated with the line's row as context.

    `optional`: an explanation leaves it out where there is no value, because that says nothing.
    """

    name: str
    value: Expr
    optional: bool = False


@dataclass(frozen=True, slots=True)
class LineRule:
    """A clause that writes lines: one for each row that `rows` takes (`rows.match` is None).

    `rows.link` leads from the row to the subject; it is empty where the row is the subject itself (a subject line). A
    line has the source "" if it is a subject line, otherwise the key of the row as text (see `plan/lines.py`).
    `party` names the subject of a line that somebody outside the facts owes (`subject_kind` is then `party`, and the
    context COMPANY). `amount` is an INTEGER: a value makes the line due, no value excluded, waiting waiting.
    A row whose `where` waits writes a waiting line with that reason.
    """

    account: str
    rule: str
    label: str
    subject_kind: str
    party: str | None
    rows: Rows
    amount: Expr
    inputs: tuple[TraceInput, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class MemberRule:
    """Every row of `table` for which `where` is yes (or waits) has a statement, and an account of a karma."""

    account: str
    subject_kind: str
    table: str
    where: Expr | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account: `pay`, a karma, a team bonus, an sla, money that a pay block carries, or items of a line of pay.

    Only a karma and carried money (`carry`) take their balance for each subject into the next period, and an `item`
    account one for each subject and source.
    """

    name: str
    kind: Word["pay", "karma", "team", "sla", "carry", "item"]
    label: str
    unit: str
    scale: int


@dataclass(frozen=True, slots=True)
class ExceptionRule:
    """Rows that a person should know of (`rows.match` is None); what is listed is their keys. It changes no figure."""

    slug: str
    text: str
    rows: Rows
    span: Span


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text that the plan was made from, kept so that a line can show the words it follows."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything an engine needs beside the ledger. `columns` are in an order in which each needs only earlier ones."""

    name: str
    label: str
    version: str
    currency: str
    period: PeriodUnit
    zone: str
    effective_from: int
    effective_through: int
    schema: FactSchema
    calendars: tuple[Calendar, ...]
    reasons: tuple[Reason, ...]
    columns: tuple[ComputedColumn, ...]
    accounts: tuple[Account, ...]
    members: tuple[MemberRule, ...]
    lines: tuple[LineRule, ...]
    exceptions: tuple[ExceptionRule, ...]
    sources: tuple[SourceText, ...]
