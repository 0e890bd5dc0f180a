"""The tree of a rule text: what was written and where, before any name is looked up.

Every node carries `span`. Numbers are exact: a literal is the integer `digits` at `scale`, that is
digits * 10**-scale (`3.5%` is digits 35, scale 1). Sums, products, `and`, `or` and `else` are n-ary.
"""

from typing import Literal as Word

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One identifier, NFC."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text without its quotes: a label, a reason, a party."""

    text: str
    span: Span


# --- literals ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberLiteral:
    """`100_000`, `0.25`."""

    digits: int
    scale: int
    span: Span


@dataclass(frozen=True, slots=True)
class PercentLiteral:
    """`3.5%`: digits 35, scale 1, still in percent (the checker divides by 100)."""

    digits: int
    scale: int
    span: Span


@dataclass(frozen=True, slots=True)
class MoneyLiteral:
    """`100_000 RUB`: the currency is three capital letters."""

    digits: int
    scale: int
    currency: Name
    span: Span


@dataclass(frozen=True, slots=True)
class PointsLiteral:
    """`50 points`."""

    digits: int
    scale: int
    span: Span


DurationUnit = Word["minute", "hour", "day", "month", "year", "working hour", "working day"]


@dataclass(frozen=True, slots=True)
class DurationLiteral:
    """`4 working hours`, `5 working days`, `6 months`."""

    digits: int
    scale: int
    unit: DurationUnit
    span: Span


@dataclass(frozen=True, slots=True)
class DateLiteral:
    """`2026-01-31`, as days since 1970-01-01."""

    day: int
    span: Span


@dataclass(frozen=True, slots=True)
class TextLiteral:
    """A quoted text inside an expression: a choice that is not a plain word, or a key."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class YesNoLiteral:
    """`yes` or `no`."""

    value: bool
    span: Span


# --- expressions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Path:
    """`salary`, `seller.attainment`; a single name may also turn out to be a choice."""

    names: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ThisPath:
    """`this person`, `this person.salary`: `each` is the singular, `names` what follows it."""

    each: Name
    names: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class AsOf:
    """`as_of`: the last day seen."""

    span: Span


@dataclass(frozen=True, slots=True)
class Edge:
    """`start of quarter`, `end of period`; with a date `start of month(won_on)`."""

    side: Word["start", "end"]
    unit: Name
    span: Span
    date: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class Convert:
    """`amount in EUR at won_on`, `fee in EUR by budget at end of period`; `rates` names a table of rates."""

    operand: "Expression"
    currency: Name
    day: "Expression"
    rates: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of two or more terms; `signs[i]` is +1 or -1 and stands before `terms[i]`."""

    signs: tuple[int, ...]
    terms: tuple["Expression", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Product:
    """`a * b / c`: `operators[i]` stands before `factors[i + 1]`."""

    factors: tuple["Expression", ...]
    operators: tuple[Word["*", "/"], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Signed:
    """A sign before one operand: `-5`, `+10`."""

    sign: int
    operand: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class PercentOf:
    """`40% of salary`."""

    percent: PercentLiteral
    operand: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Per:
    """`+1 per 100_000 RUB of amount`, `150 RUB per point of team_points`, `per full 100 RUB of amount`.

    `amount` is the signed literal before `per`; `unit` is None for `per point`.
    """

    amount: "Expression"
    unit: "Expression | None"
    operand: "Expression"
    full: bool
    span: Span


CompareOperator = Word["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Compare:
    """`conversion >= 3.5%`, `kind = tender`."""

    operator: CompareOperator
    left: "Expression"
    right: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Presence:
    """`paid_on is missing`, `paid_on is present`."""

    operand: "Expression"
    present: bool
    span: Span


@dataclass(frozen=True, slots=True)
class OneOf:
    """`role is one of (presales, head)`."""

    operand: "Expression"
    choices: tuple["Expression", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Met:
    """`handover.response met`: the verdict of an SLA line."""

    path: "Path | ThisPath"
    span: Span


@dataclass(frozen=True, slots=True)
class Not:
    """`not accepted`."""

    operand: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class And:
    """Two or more conditions joined by `and`."""

    operands: tuple["Expression", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Or:
    """Two or more conditions joined by `or`."""

    operands: tuple["Expression", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Limit:
    """`x at least 0 RUB`, `x at most 30_000 RUB`: clamps, unlike the tests >= and <=."""

    operand: "Expression"
    side: Word["least", "most"]
    bound: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class When:
    """`X when C`: no value where C is false."""

    value: "Expression"
    condition: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Waiting:
    """`waiting "no target"`: only as the last part of an `else`."""

    reason: Text
    span: Span


@dataclass(frozen=True, slots=True)
class Else:
    """`a else b else waiting "why"`: the first part that has a value."""

    parts: tuple["Expression | Waiting", ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Group:
    """A pair of parentheses that the writer wrote; kept because some mixtures demand them."""

    inner: "Expression"
    span: Span


@dataclass(frozen=True, slots=True)
class Arguments:
    """`f(a, b)`: plain arguments of a table, tiers or a function such as `round`."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class After:
    """`f(x after y)`: what x adds to a running total that stood at y; `keys` of a family of tiers stand before."""

    amount: "Expression"
    before: "Expression"
    keys: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True)
class Of:
    """`sum(amount of deals by seller)`: a value of each row."""

    value: "Expression"
    rows: "Rows"


@dataclass(frozen=True, slots=True)
class OnlyRows:
    """`count(deals by seller on won_on)`; a lone `count(deals)` is parsed to this too."""

    rows: "Rows"


@dataclass(frozen=True, slots=True)
class During:
    """`sales(during year to date)`: a measure in another window."""

    window: "Window"


@dataclass(frozen=True, slots=True)
class Between:
    """`days(from a through b)`, `months(…)`, `working days(…)`, `working hours(from a to under b on calendar C)`."""

    start: "Expression"
    end: "Expression"
    through: bool
    calendar: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class At:
    """`seller.role(at won_on)`: a column as it stood on a day; `each` is the name after a leading `this`."""

    day: "Expression"
    each: Name | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `function` is the name as written, `working hours` and `working days` being two words.

    For `During` and `At` the name may be a path (`seller.sales(during year to date)`), so it is kept as one.
    """

    function: Path
    argument: Arguments | After | Of | OnlyRows | During | Between | At
    span: Span


Expression = (
    NumberLiteral
    | PercentLiteral
    | MoneyLiteral
    | PointsLiteral
    | DurationLiteral
    | DateLiteral
    | TextLiteral
    | YesNoLiteral
    | Path
    | ThisPath
    | AsOf
    | Edge
    | Convert
    | Sum
    | Product
    | Signed
    | PercentOf
    | Per
    | Compare
    | Presence
    | OneOf
    | Met
    | Not
    | And
    | Or
    | Limit
    | When
    | Else
    | Group
    | Call
)


# --- rows --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeriodWindow:
    """`during period`."""

    span: Span


@dataclass(frozen=True, slots=True)
class ToDateWindow:
    """`during year to date`."""

    unit: Name
    span: Span


@dataclass(frozen=True, slots=True)
class LastWindow:
    """`during last 3 months`; `unit` is singular."""

    count: int
    unit: Name
    span: Span


@dataclass(frozen=True, slots=True)
class BeforeWindow:
    """`during the period before`, `during the quarter before`."""

    unit: Name
    span: Span


@dataclass(frozen=True, slots=True)
class YearBeforeWindow:
    """`during the same period last year`."""

    unit: Name
    span: Span


@dataclass(frozen=True, slots=True)
class EverWindow:
    """`during ever`."""

    span: Span


@dataclass(frozen=True, slots=True)
class RangeWindow:
    """`during from 2026-01-01 to under 2026-04-01` (or `through`, which counts the last day)."""

    start: Expression
    end: Expression
    through: bool
    span: Span


Window = PeriodWindow | ToDateWindow | LastWindow | BeforeWindow | YearBeforeWindow | EverWindow | RangeWindow


@dataclass(frozen=True, slots=True)
class Rows:
    """`[all | earlier] TABLE [by LINK] [on DATE] [where CONDITION] [during WINDOW] [once per LINK]`, once each.

    `levels` is how often the last name of LINK is followed, where `up to 3 levels` says so; `level` is which of them
    this is, once each has rows of its own.
    """

    modifier: Word["all", "earlier", "all earlier"] | None
    table: Name
    by: Path | None
    on: Path | None
    where: Expression | None
    during: Window | None
    span: Span
    once: Path | None = None
    levels: NumberLiteral | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class ForEach:
    """`for each deal by seller on won_on where …`: one row in hand; `each` is the singular.

    `levels` is how often the last name of the link is followed, where `up to 3 levels` says so; `level` is which of
    them this is, once each has rows of its own.
    """

    each: Name
    by: Path | None
    on: Path | None
    where: Expression | None
    during: Window | None
    span: Span
    levels: NumberLiteral | None = None
    level: int = 0


# --- declarations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rounding:
    """`rounding half_up to 0.01 per line`."""

    mode: Name
    place: NumberLiteral
    span: Span


@dataclass(frozen=True, slots=True)
class Validity:
    """`effective from 2026-07-01 through 2026-12-31 retroactive`: the days on which a version is in force."""

    first: DateLiteral
    last: DateLiteral | None
    retroactive: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """`by days` or `as of end`: how a line reads what changed inside the period."""

    days: bool
    span: Span


@dataclass(frozen=True, slots=True)
class PlanDeclaration:
    """`plan agency "Agency incentives" version 3 { … }`; a clause that was not written is None.

    `period_from` is the day of `period 4-4-5 from 2026-02-01`, and `period_count` the 2 of `2 weeks from 2026-01-05`.
    """

    name: Name
    label: Text | None
    version: NumberLiteral
    currency: Name | None
    period: Name | None
    timezone: Text | None
    rounding: Rounding | None
    effective_from: DateLiteral | None
    effective_through: DateLiteral | None
    calendar: Name | None
    span: Span
    chosen_by: Name | None = None
    rates: tuple[Name, ...] = ()
    period_from: DateLiteral | None = None
    period_count: NumberLiteral | None = None


@dataclass(frozen=True, slots=True)
class MeasureDeclaration:
    """`measure sales "Sales volume" for each person to 0.01 = …`."""

    name: Name
    label: Text | None
    each: Name | None
    place: NumberLiteral | PercentLiteral | None
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class RangeKey:
    """`from a to under b`, `from a through b`, `from a`, `under b`, `through b`, and with `over a` without a itself."""

    lower: Expression | None
    upper: Expression | None
    through: bool
    span: Span
    over: bool = False


@dataclass(frozen=True, slots=True)
class ValueKey:
    """A named key: a choice, a text or a number."""

    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class AnyKey:
    """`any`: whatever no other row names."""

    span: Span


TableKey = RangeKey | ValueKey | AnyKey


@dataclass(frozen=True, slots=True)
class TableRow:
    """`from 70% to under 100%: 80%`, `tender, north: 5%`."""

    keys: tuple[TableKey, ...]
    value: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class RowsFile:
    """`from "rates.csv" delimiter ";" decimal ","`: rows stand in a file of the project."""

    path: Text
    delimiter: Text | None
    decimal: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class TableDeclaration:
    """`table accelerator by attained { … }`: `keys` name the arguments."""

    name: Name
    label: Text | None
    keys: tuple[Name, ...]
    rows: tuple[TableRow, ...]
    span: Span
    validity: Validity | None = None
    file: RowsFile | None = None


@dataclass(frozen=True, slots=True)
class PointKey:
    """`at 80%`: a point of a curve."""

    at: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Band:
    """One band of tiers, or one point of a curve; `family` are the keys of the tiers that it belongs to."""

    key: RangeKey | PointKey
    rate: Expression
    span: Span
    family: tuple[ValueKey | AnyKey, ...] = ()


TierWay = Word["marginal", "whole", "excess", "curve"]


@dataclass(frozen=True, slots=True)
class TiersDeclaration:
    """`tiers commission marginal { … }`; with `by product` a family of them, one for each product."""

    name: Name
    label: Text | None
    way: TierWay
    bands: tuple[Band, ...]
    span: Span
    validity: Validity | None = None
    keys: tuple[Name, ...] = ()
    file: RowsFile | None = None


@dataclass(frozen=True, slots=True)
class PaidPart:
    """`10% on won_on + 6 months`."""

    percent: PercentLiteral
    date: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class PaidParts:
    """`paid 90% on won_on, 10% on won_on + 6 months`."""

    parts: tuple[PaidPart, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class PaidEqually:
    """`paid in 3 equal parts monthly from won_on`: `every` is `monthly`."""

    count: NumberLiteral
    every: Name
    start: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class PaidInProportion:
    """`paid in proportion to received / amount else 0%`."""

    share: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class PaidOn:
    """`paid on paid_on`: all at once."""

    date: Expression
    span: Span


Paid = PaidParts | PaidEqually | PaidInProportion | PaidOn


@dataclass(frozen=True, slots=True)
class Line:
    """`NAME "Label" AMOUNT [for each …] [paid …]`; `kpi` tells whether the line began with `kpi`."""

    name: Name
    label: Text | None
    amount: Expression
    rows: ForEach | None
    kpi: bool
    span: Span
    stretch: Stretch | None = None
    paid: Paid | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """`newcomer starts at EXPRESSION`."""

    start: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Fades:
    """`fades 10% a month`."""

    percent: PercentLiteral
    unit: Name
    span: Span


@dataclass(frozen=True, slots=True)
class KarmaDeclaration:
    """`karma rating "Client karma" for each client to 0.01 where … { … }`."""

    name: Name
    label: Text | None
    each: Name
    place: NumberLiteral | None
    where: Expression | None
    lines: tuple[Line, ...]
    newcomers: tuple[Newcomer, ...]
    fades: tuple[Fades, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class SlaTotal:
    """`volume "Qualified leads" owed by "Marketing": CONDITION`."""

    name: Name
    label: Text | None
    party: Text
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Pauses:
    """`not counting holds by lead from paused_at until resumed_at`."""

    rows: Rows
    start: Expression
    end: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class SlaTerm:
    """`response "First touch" owed by LINK for each ROW where …: EVENT within TIME of START, for at least 95%`.

    `share` is None for `always`. After START may stand `on calendar C` and `, not counting …`.
    """

    name: Name
    label: Text | None
    owner: Path
    rows: ForEach
    event: Expression
    within: DurationLiteral
    start: Expression
    share: PercentLiteral | None
    span: Span
    calendar: Expression | None = None
    pauses: Pauses | None = None


@dataclass(frozen=True, slots=True)
class SlaDeclaration:
    """`sla handover "Marketing to sales" { … }`."""

    name: Name
    label: Text | None
    terms: tuple[SlaTotal | SlaTerm, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class RoleShare:
    """`seller 40%`, `presales rest`: `percent` is None for `rest`."""

    role: Name
    percent: PercentLiteral | None
    span: Span


@dataclass(frozen=True, slots=True)
class SharesEqually:
    """`shares equally`."""

    span: Span


@dataclass(frozen=True, slots=True)
class SharesBy:
    """`shares by hours`."""

    weight: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class SharesByRole:
    """`shares exact by role { seller 40%, … }`, or `shares overlay by role { … }`."""

    role: Path
    roles: tuple[RoleShare, ...]
    span: Span
    overlay: bool = False


@dataclass(frozen=True, slots=True)
class SharesByColumn:
    """`shares exact by percentage`, `shares overlay by percentage`: each row brings its own percentage of the pool."""

    percentage: Expression
    overlay: bool
    span: Span


Shares = SharesEqually | SharesBy | SharesByRole | SharesByColumn


@dataclass(frozen=True, slots=True)
class Pool:
    """`pool 3% of profit at least 0 RUB`."""

    amount: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Gate:
    """`gate CONDITION`."""

    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Absent:
    """`absent shared by the others`, `absent kept by the company`."""

    kept: bool
    span: Span


@dataclass(frozen=True, slots=True)
class TeamDeclaration:
    """`team deal_bonus "Deal team" [in EUR] for each deal on paid_on { … }`; lists hold clauses as often as said.

    A team without `for each` has one pool per period.
    """

    name: Name
    label: Text | None
    rows: ForEach | None
    pools: tuple[Pool, ...]
    gates: tuple[Gate, ...]
    among: tuple[Rows, ...]
    shares: tuple[Shares, ...]
    absents: tuple[Absent, ...]
    span: Span
    currency: Name | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """`base salary`."""

    amount: Expression
    span: Span
    stretch: Stretch | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """`weights 100%`: what the KPIs of the block must weigh together."""

    percent: PercentLiteral
    span: Span


@dataclass(frozen=True, slots=True)
class Exchange:
    """`exchange karma "Karma exchanged" points at 150 RUB per point, at most 30_000 RUB`."""

    name: Name
    label: Text | None
    balance: Path
    price: MoneyLiteral
    limit: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Prorata:
    """`prorata over 12 months from won_on`."""

    count: NumberLiteral
    unit: str
    start: Expression
    span: Span


ClawbackWay = Word["as paid", "at rate", "unpaid first"] | Prorata


@dataclass(frozen=True, slots=True)
class Clawback:
    """`clawback back "Cancelled" 50% of new for each cancellation by deal on cancelled_on as paid`.

    `part` is the percentage, or the expression in parentheses, before `of`.
    """

    name: Name
    label: Text | None
    part: Expression | None
    line: Name
    rows: ForEach
    way: ClawbackWay
    span: Span


@dataclass(frozen=True, slots=True)
class Cap:
    """`cap at 300% of salary a year, lose the rest`; `unit` is None for the period, `carry` says what is not lost."""

    limit: Expression
    unit: Name | None
    carry: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Recover:
    """`recover 50% from 2026-04-01`, `recover 200 EUR`: either part may be unsaid."""

    amount: Expression | None
    start: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Until:
    """`until 2026-06-30 then forgiven`; `then` is None where nothing follows the date."""

    day: Expression
    then: Word["forgiven", "owed"] | None
    span: Span


DrawWay = Word["recoverable", "guaranteed", "loan"]


@dataclass(frozen=True, slots=True)
class Draw:
    """`draw up to 50_000 RUB, recoverable, in advance, recover 50%, until 2026-06-30 then owed`."""

    limit: Expression
    way: DrawWay
    advance: bool
    recover: Recover | None
    until: Until | None
    span: Span


@dataclass(frozen=True, slots=True)
class PayDeclaration:
    """`pay seller "Seller" for each person in EUR where role = seller { … }`, clauses in the order of the text."""

    name: Name
    label: Text | None
    each: Name
    where: Expression | None
    clauses: tuple[Base | Line | Weights | Exchange | Gate | Cap | Draw | Clawback, ...]
    span: Span
    validity: Validity | None = None
    currency: Name | None = None
    every: Name | None = None


Declaration = (
    PlanDeclaration
    | MeasureDeclaration
    | TableDeclaration
    | TiersDeclaration
    | KarmaDeclaration
    | SlaDeclaration
    | TeamDeclaration
    | PayDeclaration
)


@dataclass(frozen=True, slots=True)
class Module:
    """One rule text: `quotarules 1` and its declarations in order."""

    edition: int
    declarations: tuple[Declaration, ...]
    span: Span
