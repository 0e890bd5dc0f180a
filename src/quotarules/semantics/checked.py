"""The checked tree: every name is resolved, every expression has a type, and what may be missing is known.

It still speaks the language (tiers, karma, sla, team, pay); scales, rounding and the order of columns come in the plan.
"""

from enum import StrEnum
from typing import Literal as Word

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.values.calendar import Calendar
from quotarules.values.period import PeriodUnit, Window
from quotarules.values.rounding import RoundingMode
from quotarules.values.schema import FactSchema

# --- types -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Number:
    """A number without a unit: a count, a share, a percentage (`percent` only says how people see it)."""

    percent: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """Money of one currency."""

    currency: str


@dataclass(frozen=True, slots=True)
class RowMoney:
    """Money whose currency the column `currency` of its row names; only a conversion reads it."""

    currency: str


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a karma."""

    karma: str


@dataclass(frozen=True, slots=True)
class Days:
    """A span of days."""


@dataclass(frozen=True, slots=True)
class Minutes:
    """A span of time in minutes (opening minutes of a calendar, or elapsed ones)."""


Unit = Number | Money | RowMoney | Points | Days | Minutes


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with a unit; `ratio` if it is an exact quotient that has not been rounded to a place."""

    unit: Unit
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class DateType:
    """A calendar day."""


@dataclass(frozen=True, slots=True)
class InstantType:
    """A local minute."""


@dataclass(frozen=True, slots=True)
class TextType:
    """A text."""


@dataclass(frozen=True, slots=True)
class YesNo:
    """A truth value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a list."""

    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowOf:
    """A row of a table, held as its key."""

    table: str


Type = Quantity | DateType | InstantType | TextType | YesNo | Choice | RowOf


# --- expressions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A value of the text: an integer at `scale`, a truth value, a text or a day.

    Percent is divided by 100 (3.5% is 35 at scale 3); durations are in minutes or days.
    """

    value: int | bool | str
    scale: int
    type: Type
    span: Span


class Origin(StrEnum):
    """Where a column comes from.

    sla: `name` is `handover.response` or (COMPANY) `handover.volume`. SLA_SHARE is the share kept of a term, or for a
    total its truth value; SLA_MET is the verdict. TEAM: a person's share of a team bonus in the period.
    """

    FACT = "fact"
    MEASURE = "measure"
    KARMA = "karma"
    SLA_SHARE = "sla share"
    SLA_MET = "sla met"
    TEAM = "team"


@dataclass(frozen=True, slots=True)
class Read:
    """A column of `table` reached by the link columns of `path` from the row in hand.

    `table` is COMPANY for measures of nobody in particular (`path` is then empty). With `window` a measure is read in
    another window. `name` may be empty with a path: the row itself that the path leads to; with an empty path too it is
    the row in hand. `missing` tells whether it may have no value here. With `every` a measure reads that unit in
    the place of the period; with `at` a measure or a balance is read as it stood on that day (a date or an instant,
    read on the row in hand).
    """

    path: tuple[str, ...]
    table: str
    name: str
    origin: Origin
    window: Window | None
    missing: bool
    type: Type
    span: Span
    every: PeriodUnit | None = None
    at: "Typed | None" = None


@dataclass(frozen=True, slots=True)
class ReadAt:
    """A column of `table`, whose rows have a history, as it stood on a day; it waits where no version is in force.

    `path` leads to the row from the row in hand, as it stands at the period's end.
    """

    path: tuple[str, ...]
    table: str
    name: str
    day: "Typed"
    missing: bool
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class PeriodEdge:
    """`start of quarter`, `end of period`; `as_of` is the end of the period."""

    side: Word["start", "end"]
    unit: PeriodUnit | Word["period"]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class SumOf:
    """Terms of one unit with signs +1 or -1 (also a single signed term)."""

    signs: tuple[int, ...]
    terms: tuple["Typed", ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ProductOf:
    """Factors from the left: `operators[i]` stands before `factors[i + 1]`.

    `40% of x` is 40% * x; `a per b of x` is a * x / b; `a per point of x` is a * x.
    """

    factors: tuple["Typed", ...]
    operators: tuple[Word["*", "/"], ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class FullSteps:
    """`amount per full unit of operand`: amount * (operand / unit cut toward zero)."""

    amount: "Typed"
    unit: "Typed"
    operand: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class RoundTo:
    """The multiple of digits * 10**-scale that is nearest in `mode`."""

    operand: "Typed"
    digits: int
    scale: int
    mode: RoundingMode
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Comparison:
    """A test of two values of like type (a date and an instant never mix; a choice and a word of its list do)."""

    operator: Word["=", "!=", "<", "<=", ">", ">="]
    left: "Typed"
    right: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class MissingTest:
    """`is missing`, or `is present`."""

    operand: "Typed"
    present: bool
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class OneOfChoices:
    """`is one of (…)`."""

    operand: "Typed"
    choices: tuple[Constant, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class NotThe:
    """`not x`."""

    operand: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class AllOf:
    """`a and b`."""

    operands: tuple["Typed", ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`a or b`."""

    operands: tuple["Typed", ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Clamp:
    """`x at least y`, `x at most y`."""

    operand: "Typed"
    side: Word["least", "most"]
    bound: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class WhenTrue:
    """`x when c`."""

    value: "Typed"
    condition: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class WaitFor:
    """`waiting "why"`."""

    reason: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ElseFirst:
    """`a else b`: the first that has a value."""

    parts: tuple["Typed", ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class TableCall:
    """A table read with keys; `day` chooses its version, if it has several."""

    table: str
    keys: tuple["Typed", ...]
    type: Type
    span: Span
    day: "Typed | None" = None


@dataclass(frozen=True, slots=True)
class TiersCall:
    """`f(x)`, or `f(x after y)` = f(x + y) - f(y); `day` chooses the version, one for both, if f has several.

    The `keys` of a family of tiers stand before.
    """

    tiers: str
    amount: "Typed"
    before: "Typed | None"
    type: Type
    span: Span
    day: "Typed | None" = None
    keys: tuple["Typed", ...] = ()


@dataclass(frozen=True, slots=True)
class CheckedRows:
    """Rows of a table. `link` and `match` are as in the plan's Rows: a path from the row, a path from the row in hand.

    In `where` and values, `this person.x` has become a Read whose path begins with `link`. `once` is the path to the
    row of which each counts once. `level` is from 1 on where the rows are those of one of several levels of links.
    """

    table: str
    link: tuple[str, ...]
    match: tuple[str, ...] | None
    earlier: bool
    date: "Typed | None"
    window: Window | None
    where: "Typed | None"
    span: Span
    once: tuple[str, ...] | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class RowsFunction:
    """A function over rows; `value` is the amount, the condition of `share` or the column of `distinct`.

    `rank` is the place of the row in hand, which is a row of the same table, among the rows.
    """

    function: Word["count", "sum", "min", "max", "mean", "median", "nps", "rank", "share", "distinct", "the"]
    rows: CheckedRows
    value: "Typed | None"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class TimeBetween:
    """`days(…)`, `months(…)`, `working days(…)` of dates, `working hours(…)` of instants in opening minutes.

    `through` counts the end.
    `calendar` gives the name of the calendar (a Constant, or a choice whose words are calendars); None is the plan's.
    """

    what: Word["days", "months", "working hours", "working days"]
    start: "Typed"
    end: "Typed"
    through: bool
    type: Type
    span: Span
    calendar: "Typed | None" = None


@dataclass(frozen=True, slots=True)
class DateShift:
    """A date moved by months, then, with `start_of`, to the first day of its unit, then by days."""

    operand: "Typed"
    months: int
    days: int
    type: Type
    span: Span
    start_of: Word["month", "quarter", "year"] | None = None


@dataclass(frozen=True, slots=True)
class DatePart:
    """The month (1 to 12), quarter (1 to 4) or year of a date, as a number."""

    part: Word["month", "quarter", "year"]
    operand: "Typed"
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class RateTable:
    """A table of the facts with rates: `rate` is what one unit of `currency` is worth from `since` on.

    It is worth so many units of the currency in `into`, or of the plan's where there is no such column.
    """

    table: str
    currency: str
    into: str | None
    since: str
    rate: str


@dataclass(frozen=True, slots=True)
class Conversion:
    """`operand in target at day`: money of `source`, a constant or the column that names the row's currency."""

    operand: "Typed"
    source: "Typed"
    target: str
    day: "Typed"
    rates: RateTable
    type: Type
    span: Span


Typed = (
    Constant
    | Read
    | ReadAt
    | PeriodEdge
    | SumOf
    | ProductOf
    | FullSteps
    | RoundTo
    | Comparison
    | MissingTest
    | OneOfChoices
    | NotThe
    | AllOf
    | AnyOf
    | Clamp
    | WhenTrue
    | WaitFor
    | ElseFirst
    | TableCall
    | TiersCall
    | RowsFunction
    | TimeBetween
    | DateShift
    | DatePart
    | Conversion
)


# --- declarations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckedMeasure:
    """A measure of `table`; `place` (digits, scale) where it says one, a percent place divided by 100."""

    name: str
    label: str
    table: str
    place: tuple[int, int] | None
    value: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class KeyRange:
    """lower <= key < upper (lower < key if `over`, key <= upper if `included`); None is open."""

    lower: Constant | None
    upper: Constant | None
    included: bool
    over: bool = False


@dataclass(frozen=True, slots=True)
class KeyValue:
    """The key is this value."""

    value: Constant


@dataclass(frozen=True, slots=True)
class KeyAny:
    """Whatever no other row names."""


@dataclass(frozen=True, slots=True)
class CheckedTableRow:
    """One row; rows with `any` stand after the rows that they give way to, so that the first match is the right one."""

    keys: tuple[KeyRange | KeyValue | KeyAny, ...]
    value: Constant
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedTable:
    """A table without overlap."""

    name: str
    key_types: tuple[Type, ...]
    rows: tuple[CheckedTableRow, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedBand:
    """A band [lower, upper) with its rate; for a curve lower is the point and upper None. As KeyRange otherwise."""

    lower: Constant | None
    upper: Constant | None
    included: bool
    rate: Constant
    span: Span
    over: bool = False


@dataclass(frozen=True, slots=True)
class CheckedTiers:
    """Bands that rise and touch. `amount` is the type of what they are read with, `type` that of the result.

    A family of tiers has `keys`: a table whose rows give the place in `families` of the bands that count for them;
    `bands` then holds those of all.
    """

    name: str
    way: Word["marginal", "whole", "excess", "curve"]
    bands: tuple[CheckedBand, ...]
    amount: Type
    type: Type
    span: Span
    keys: CheckedTable | None = None
    families: tuple[tuple[CheckedBand, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class DuePart:
    """A part (digits, scale) of what a row earned, due from `date` on; not due while that is missing."""

    digits: int
    scale: int
    date: Typed


@dataclass(frozen=True, slots=True)
class DueParts:
    """Parts that make 100%, each due from a day on."""

    parts: tuple[DuePart, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DueSteps:
    """`count` equal parts, the first due on `start`, each next one `months` months later, counted from `start`."""

    count: int
    months: int
    start: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class DueShare:
    """The part that is due by now, kept between 0 and 1."""

    share: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class LaterPart:
    """`digits` of `whole` of what a period earns, due `periods` periods after it."""

    digits: int
    whole: int
    periods: int


@dataclass(frozen=True, slots=True)
class DueLater:
    """What a subject earns in a period, in parts that make the whole, the earliest first; no two fall due together."""

    parts: tuple[LaterPart, ...]
    span: Span


DueSchedule = DueParts | DueSteps | DueShare | DueLater


@dataclass(frozen=True, slots=True)
class CheckedVersion:
    """A version of a table or of tiers, which stands among them under `name`, in force from `first` through `last`.

    If it is `retroactive` it takes the place of earlier versions from the period on that holds its first day.
    """

    name: str
    first: int
    last: int
    retroactive: bool


@dataclass(frozen=True, slots=True)
class CheckedLine:
    """A line; `rows` is None for a subject line.

    Otherwise its `link` leads from the row to the subject and `match` is None, and `this person.x` has become a Read
    whose path begins with that link. `by_days` tells that the amount counts each version of the subject's row for the
    days on which it is in force; else the version at the period's end counts. `paid` tells when what a row earned falls
    due, of a subject line as `DueLater`; None: at once.
    """

    name: str
    label: str
    amount: Typed
    rows: CheckedRows | None
    kpi: bool
    span: Span
    by_days: bool = False
    paid: DueSchedule | None = None


@dataclass(frozen=True, slots=True)
class CheckedKarma:
    """A karma of the rows of `table`. `place` (digits, scale) is that of its balances; 1 unless said.

    `fade` is the part lost each month as (digits, scale), or None.
    """

    name: str
    label: str
    table: str
    place: tuple[int, int]
    where: Typed | None
    lines: tuple[CheckedLine, ...]
    newcomer: Typed | None
    newcomer_span: Span | None
    fade: tuple[int, int] | None
    fade_span: Span | None
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedTotal:
    """An sla total, a condition of the company owed by a party outside the facts."""

    name: str
    label: str
    party: str
    condition: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedPauses:
    """Rows in whose time an sla term does not count: `rows.link` leads to the term's row (`match` is empty).

    `start` and `end` are dates or instants read on such a row; without an end it still lasts.
    """

    rows: CheckedRows
    start: Typed
    end: Typed
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedTerm:
    """An sla term: `rows.link` leads from the row to the one who owes, `rows.date` and `rows.window` are None.

    `event` and `start` are both dates or both instants, or a date event against an instant deadline.
    `amount` counts `unit`s. `share` is (digits, scale) of the least share kept, (1, 0) for `always`. `calendar` is as
    in `TimeBetween`; only working minutes have `pauses`.
    """

    name: str
    label: str
    rows: CheckedRows
    owner_table: str
    event: Typed
    start: Typed
    amount: int
    unit: Word["working minutes", "working days", "minutes", "days", "months"]
    share: tuple[int, int]
    span: Span
    calendar: Typed | None = None
    pauses: CheckedPauses | None = None


@dataclass(frozen=True, slots=True)
class CheckedSla:
    """What some owe others."""

    name: str
    label: str
    terms: tuple[CheckedTotal | CheckedTerm, ...]
    span: Span


ShareWay = Word["parts", "exact", "overlay"]
"""How a pool is shared: in parts of a whole; by percentages that must make the whole; by percentages of any total."""


@dataclass(frozen=True, slots=True)
class CheckedTeam:
    """A team bonus.

    `source` holds the rows that have a pool (`match` None, `link` empty), or is None for one pool per period; `pool`
    and `gate` are evaluated on a row of it (or of COMPANY).

    `among` holds the rows that share: its `link` leads to the pool's row (empty without one), `person` is the path from
    such a row to who gets the part, `person_table` their table. Shares: `weight`, or `role` with `roles` (role, digits,
    scale; `rest` resolved), or equally. `kept` tells whether the company keeps an absent role's part. With the way
    `exact` or `overlay` the weight is a percentage of the pool; `overlay` roles get their percentages on top.
    `currency` is empty where it is the plan's.
    """

    name: str
    label: str
    source: CheckedRows | None
    pool: Typed
    gate: Typed | None
    among: CheckedRows
    person: tuple[str, ...]
    person_table: str
    weight: Typed | None
    role: Typed | None
    roles: tuple[tuple[str, int, int], ...]
    kept: bool
    span: Span
    way: ShareWay = "parts"
    currency: str = ""


@dataclass(frozen=True, slots=True)
class CheckedExchange:
    """Points of a karma of the subject exchanged for money; `price` is that of one point."""

    name: str
    label: str
    karma: str
    price: Constant
    limit: Typed | None
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedCap:
    """A cap on what a block pays in a period, or `over` a longer unit; `carry` says that the rest is paid later."""

    limit: Typed
    over: PeriodUnit | None
    carry: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ProrataWay:
    """Less is taken back for each of `count` months or days that have passed since `start`."""

    count: int
    unit: Word["months", "days"]
    start: Typed


@dataclass(frozen=True, slots=True)
class CheckedClawback:
    """What the line `line` of the block earned is taken back for rows that `path` leads from to the line's row.

    `part` is the share taken back, None for all. The `link` of `rows` is `path` and then the link of the line's rows;
    `rows.date` is not None.
    """

    name: str
    label: str
    line: str
    part: Typed | None
    path: tuple[str, ...]
    rows: CheckedRows
    way: Word["as paid", "at rate", "unpaid first"] | ProrataWay
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedDraw:
    """A draw of a block.

    `recover` is the part of what is due above the draw that pays the debt back, or money, the most that does (None: all
    of it), in periods that begin on the day `recover_from` or later (None: always). Periods that begin after the day
    `until` draw nothing; the debt is then `forgiven`, or stays owed.
    """

    limit: Typed
    way: Word["recoverable", "guaranteed", "loan"]
    advance: bool
    recover: Typed | None
    recover_from: Typed | None
    until: Typed | None
    forgiven: bool
    span: Span


@dataclass(frozen=True, slots=True)
class CheckedPay:
    """A pay block of the rows of `table`; `lines` in the order of the text, `base` being a line named `base`.

    `collects` names the team bonuses that its lines read; `currency` is empty where it is the plan's. Its days in force
    stand in `where`. `weighed` tells that the weights of its KPIs are proven to make what the block says. `every` is
    the unit at whose end it pays, if that is longer than the period; its `where` says so too.
    """

    name: str
    label: str
    table: str
    where: Typed | None
    base: CheckedLine | None
    lines: tuple[CheckedLine, ...]
    exchanges: tuple[CheckedExchange, ...]
    gate: Typed | None
    collects: tuple[str, ...]
    span: Span
    cap: CheckedCap | None = None
    draw: CheckedDraw | None = None
    clawbacks: tuple[CheckedClawback, ...] = ()
    currency: str = ""
    weighed: bool = False
    every: PeriodUnit | None = None


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A whole plan. `place` (digits, scale) and `mode` say how lines are rounded; `zone` is a tz name.

    `company_calendar` names the calendar of working time, if the plan has one. Measures come in the order of the text.
    """

    name: str
    label: str
    version: str
    currency: str
    period: PeriodUnit
    zone: str
    mode: RoundingMode
    place: tuple[int, int]
    effective_from: int
    effective_through: int
    company_calendar: str | None
    calendars: tuple[Calendar, ...]
    schema: FactSchema
    measures: tuple[CheckedMeasure, ...]
    tables: tuple[CheckedTable, ...]
    tiers: tuple[CheckedTiers, ...]
    karmas: tuple[CheckedKarma, ...]
    slas: tuple[CheckedSla, ...]
    teams: tuple[CheckedTeam, ...]
    pays: tuple[CheckedPay, ...]
    sources: tuple[SourceFile, ...]
    span: Span
    versions: tuple[tuple[str, tuple[CheckedVersion, ...]], ...] = ()
