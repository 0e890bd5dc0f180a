"""The final queries: lines by rule, members, and rows that a person should know of."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from quotarules.engines.sql.build import FALSE, TRUE, both, case, either, refs, test, to
from quotarules.engines.sql.lower import Lowering, key_text, source_line
from quotarules.engines.sql.paths import key_text as path_text
from quotarules.engines.sql.paths import key_values
from quotarules.engines.sql.rows import row_test
from quotarules.engines.sql.schedule import Root
from quotarules.engines.sql.state import State, code_sql, small, waits
from quotarules.engines.sql.tree import Int, Joined, Named, Null, Present, Sql, SqlType, Text
from quotarules.plan.lines import slot_counts, slots
from quotarules.plan.nodes import ExceptionRule, Kind, LineRule, MemberRule, Plan
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Final:
    """A query over the rows of a table that somebody reads."""

    table: str
    columns: tuple[Named, ...]
    where: tuple[Sql, ...]
    comment: str = ""
    joins: tuple[Joined, ...] = ()

    def root(self) -> Root:
        """What the query reads of the table."""
        read = (
            *(column.value for column in self.columns),
            *self.where,
            *(part for join in self.joins for part in join.on),
        )
        return Root(self.table, tuple(ref for part in read for ref in refs(part) if ref.alias == "t"))


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A column that holds one part of a source: its text, or the place of its text among `words`."""

    column: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LineOrder:
    """The places of rules' constant texts in byte order: of the subject kind, and of (account, rule).

    `keys` are the columns that lines are sorted by behind the kind. `parts` are given where sources come in parts: of
    each of `rules` the columns that hold them. `words` are those that the numbers of further columns stand for.
    """

    kinds: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]
    keys: tuple[str, ...] = ("subject", "place", "source")
    parts: tuple[tuple[SourcePart, ...], ...] | None = None
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()


def line_order(plan: Plan) -> LineOrder:
    """The order of everything about lines that is known beforehand."""
    kinds = sorted({rule.subject_kind for rule in plan.lines}, key=str.encode)
    rules = sorted({(rule.account, rule.rule) for rule in plan.lines}, key=lambda r: (r[0].encode(), r[1].encode()))
    return LineOrder(tuple(kinds), tuple(rules))


def lines_of(lowering: Lowering, rule: LineRule, order: LineOrder) -> Final:
    """The lines of a rule: kind, subject, place, source, amount, code, then its slots n0, …, x0, …."""
    context = lowering.context(rule.rows.table, rule.rule)
    tested = row_test(context, rule.rows)
    links = key_values(lowering.lowered, context.table, rule.rows.link) if rule.rows.link else ()
    subject = key_text(context)
    if links:
        subject = path_text(lowering.lowered, context.table, rule.rows.link)
    if rule.party is not None:
        subject = Text(rule.party)
    amount = context.lower(rule.amount)
    gate = waits(tested.where)
    open_ = TRUE if gate == FALSE else Present(case([(gate, Null(SqlType.BOOL))], TRUE, SqlType.BOOL))
    code = case([(gate, code_sql(tested.where))], code_sql(amount), SqlType.SMALL)
    columns = [
        Named("kind", small(order.kinds.index(rule.subject_kind))),
        Named("subject", subject),
        Named("place", small(order.rules.index((rule.account, rule.rule)))),
        Named("source", key_text(context) if links else Text("")),
        Named("amount", _where(open_, amount.value)),
        Named("code", code),
    ]
    complete = [Present(link) for link in links] if lowering.lowered.may_miss(context.table, rule.rows.link) else []
    where = (both(tested.dated, either(tested.where.value, gate)), *complete)
    columns += _inputs(lowering, rule, open_)
    told = source_line(lowering.lowered, rule.span.file, rule.span.start, f"lines of {rule.rule} in {rule.account}")
    return Final(context.table, tuple(columns), tuple(part for part in where if part != TRUE), told)


def _where(open_: Sql, value: Sql) -> Sql:
    return value if open_ == TRUE else case([(open_, value)], None, value.type)


def _inputs(lowering: Lowering, rule: LineRule, open_: Sql) -> list[Named]:
    context = lowering.context(rule.rows.table, rule.rule)
    columns = []
    for item, slot in zip(rule.inputs, slots(rule), strict=True):
        state = context.lower(item.value)
        values = [_number(state.value)] if slot.numbers else [state.value]
        if item.value.type.kind is Kind.RATIO:
            values.append(_denominator(state))
        names = [f"n{n}" for n in slot.numbers] + [f"x{n}" for n in slot.texts]
        columns += [Named(name, _where(open_, value)) for name, value in zip(names, values, strict=True)]
    return columns


def _number(value: Sql) -> Sql:
    if value.type is SqlType.BOOL:
        return to(case([(value, Int(1)), (test("=", value, FALSE), Int(0))], None, SqlType.INT), SqlType.INT)
    return to(value, SqlType.INT) if value.type is SqlType.SMALL else value


def _denominator(state: State) -> Sql:
    if not state.codes:
        return state.denominator
    return case([(Present(state.value), state.denominator)], None, state.denominator.type)


def even(plan: Plan, finals: Sequence[Final], numbered: Collection[str] = ()) -> tuple[Final, ...]:
    """The same queries with the same columns of the same types; what a rule has not is null.

    `numbered` are the text slots in which numbers stand for words.
    """
    numbers, texts = slot_counts(plan)
    slots_ = dict.fromkeys((f"n{n}" for n in range(numbers)), SqlType.INT)
    slots_ |= {f"x{n}": SqlType.SMALL if f"x{n}" in numbered else SqlType.TEXT for n in range(texts)}
    types = {column.name: column.value.type for final in finals for column in final.columns} | slots_
    types["amount"] = SqlType.INT
    for column in (column for final in finals for column in final.columns):
        if column.value.type is SqlType.WIDE:
            types[column.name] = SqlType.WIDE
    first = [name for name in types if name not in slots_]
    return tuple(replace(final, columns=_even(final, (*first, *slots_), types)) for final in finals)


def _even(final: Final, names: Sequence[str], types: dict[str, SqlType]) -> tuple[Named, ...]:
    held = {column.name: column.value for column in final.columns}
    return tuple(Named(name, to(held.get(name, Null(types[name])), types[name])) for name in names)


def members_of(lowering: Lowering, rule: MemberRule) -> Final:
    """The keys of the rows that have a statement."""
    context = lowering.context(rule.table, rule.account)
    where: tuple[Sql, ...] = ()
    if rule.where is not None:
        state = context.lower(rule.where)
        where = (either(state.value, waits(state)),)
    return Final(rule.table, (Named("key", key_text(context)),), tuple(part for part in where if part != TRUE))


def listed_of(lowering: Lowering, rule: ExceptionRule) -> Final:
    """The keys of the rows that a person should know of."""
    context = lowering.context(rule.rows.table, rule.slug)
    tested = row_test(context, rule.rows)
    where = tuple(part for part in (tested.taken,) if part != TRUE)
    return Final(rule.rows.table, (Named("key", key_text(context)),), where)
