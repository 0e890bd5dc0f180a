"""What statements, explanations and lists need of a journal: settled periods, and one subject's lines decoded."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import sqlalchemy as sa

from quotarules.diagnostics.problem import Problem
from quotarules.journal import chain, merkle, tables
from quotarules.journal.canonical_bytes import sha256
from quotarules.journal.chain import SettledPeriod
from quotarules.journal.damage import LinesDamaged, PlanDamaged
from quotarules.journal.encode import Balance, encode_batches, statement_digest
from quotarules.journal.entries import Entry
from quotarules.journal.problems import NoStatement, NotSettled
from quotarules.journal.recall import settlement_of
from quotarules.journal.settlement import Settlement, Statement
from quotarules.journal.slices import LinesError, check_columns
from quotarules.journal.store import FAILURES, LINES, Journal, problem_of, reading
from quotarules.plan import canonical
from quotarules.plan.lines import WAITING, Slot, slots
from quotarules.plan.nodes import Kind, LineRule, Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

InputValue = int | bool | str | tuple[int, int] | None
"""An integer at the scale of its type, yes or no, a text, or (numerator, denominator); None for no value."""


@dataclass(frozen=True, slots=True)
class Line:
    """A result line; `amount` is an integer at `scale`, None unless due. `inputs` are in the order of the rule's."""

    subject_kind: str
    subject: str
    account: str
    rule: str
    source: str
    status: str
    amount: int | None
    unit: str
    scale: int
    reason: str
    inputs: tuple[InputValue, ...]


@dataclass(frozen=True, slots=True)
class KeptSettlement:
    """A settlement in force, the entry that holds it, the plan it was made with, and the journal's head."""

    entry: Entry
    settlement: Settlement
    plan: Plan
    head: str
    stale: bool


@dataclass(frozen=True, slots=True)
class KeptStatement:
    """One subject's part of a settlement: its lines in key order, balances, and the proof that the root covers it.

    `proof` are the hashes (hex) beside the way from the statement, at `index` of `count`, to the root.
    """

    kept: KeptSettlement
    statement: Statement
    balances: tuple[Balance, ...]
    lines: tuple[Line, ...]
    index: int
    count: int
    proof: tuple[str, ...]


def periods(journal: Journal, plan: str) -> tuple[tuple[SettledPeriod, ...], tuple[Problem, ...]]:
    """The settled periods of a plan in order of days, each with the entry in force."""
    try:
        with reading(journal) as connection:
            return chain.settled_periods(chain.entries(connection), plan), ()
    except FAILURES as error:
        return (), (problem_of(journal, error),)


def plan_of_period(journal: Journal, name: str) -> tuple[tuple[str, Period] | None, tuple[Problem, ...]]:
    """The plan that settled a period of that name last, and the period; a problem if none did."""
    try:
        with reading(journal) as connection:
            entries = chain.entries(connection)
    except FAILURES as error:
        return None, (problem_of(journal, error),)
    own = [entry.body for entry in entries if entry.body.period == name]
    if own:
        return (own[-1].plan, own[-1].span), ()
    settled = chain.settled_periods(entries, entries[-1].body.plan) if entries else ()
    return None, (NotSettled(journal.name, name, tuple(held.period.name for held in settled)),)


def latest(journal: Journal, plan: str, period: Period) -> tuple[KeptSettlement | None, tuple[Problem, ...]]:
    """The settlement of a period that is in force."""
    try:
        with reading(journal) as connection:
            entries = chain.entries(connection)
            settled = chain.settled_periods(entries, plan)
            found = next((held for held in settled if held.period == period), None)
            if found is None:
                return None, (NotSettled(journal.name, period.name, tuple(held.period.name for held in settled)),)
            kept_plan = plan_of(connection, found.entry)
            if isinstance(kept_plan, str):
                return None, (PlanDamaged(journal.name, found.entry.number, period.name, kept_plan),)
            settlement = settlement_of(connection, found.entry)
            return KeptSettlement(found.entry, settlement, kept_plan, chain.head(entries), found.stale), ()
    except FAILURES as error:
        return None, (problem_of(journal, error),)


def statement(
    journal: Journal, plan: str, period: Period, subject_kind: str, subject: str
) -> tuple[KeptStatement | None, tuple[Problem, ...]]:
    """One subject's statement of a settled period; its lines are checked against the digest before they are given."""
    kept, problems = latest(journal, plan, period)
    if kept is None:
        return None, problems
    statements = kept.settlement.statements
    places = {(held.subject_kind, held.subject): i for i, held in enumerate(statements)}
    index = places.get((subject_kind, subject))
    if index is None:
        return None, (NoStatement(journal.name, period.name, subject_kind, subject),)
    held = statements[index]
    balances = tuple(
        balance
        for balance in kept.settlement.balances
        if (balance.subject_kind, balance.subject) == (subject_kind, subject)
    )
    try:
        table = _subject_lines(journal, kept, subject_kind, subject)
        groups = tuple(encode_batches(table.to_batches(), kept.plan))
    except (LinesError, pa.ArrowException, OSError) as error:
        return None, (_damaged(journal, kept, unread(error)),)
    digest = statement_digest(period.name, (subject_kind, subject), held.accounts, balances, groups)
    leaves = tuple(bytes.fromhex(one.digest) for one in statements)
    if digest.hex() != held.digest or merkle.root(leaves).hex() != kept.entry.body.root:
        return None, (_damaged(journal, kept, f"does not hold the lines that were recorded for `{subject}`"),)
    proof = tuple(beside.hex() for beside in merkle.proof(leaves, index))
    return KeptStatement(kept, held, balances, lines_of(table, kept.plan), index, len(statements), proof), ()


def waiting(journal: Journal, kept: KeptSettlement) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The lines of a settlement that wait, in key order."""
    try:
        return lines_of(waiting_rows(lines_file(journal, kept.entry), kept.plan), kept.plan), ()
    except (LinesError, pa.ArrowException, OSError) as error:
        return (), (_damaged(journal, kept, unread(error)),)


def broken(journal: Journal, kept: KeptSettlement) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """The lines of a settlement's sla accounts that were not kept, in key order."""
    accounts = [account.name for account in kept.plan.accounts if account.kind == "sla"]
    if not accounts:
        return (), ()
    try:
        table = _rows(lines_file(journal, kept.entry), kept.plan, {"account": accounts})
        return tuple(line for line in lines_of(table, kept.plan) if line.amount == 0), ()
    except (LinesError, pa.ArrowException, OSError) as error:
        return (), (_damaged(journal, kept, unread(error)),)


def unread(error: Exception) -> str:
    """Why a lines file could not be read, as the end of a sentence; no path is in it."""
    match error:
        case FileNotFoundError():
            return "is missing"
        case OSError(strerror=str() as words):
            return f"cannot be read ({words.lower()})"
        case LinesError():
            return str(error)
        case _:
            return "cannot be read as Parquet"


def plan_of(connection: sa.Connection, entry: Entry) -> Plan | str:
    """The plan of an entry as it was kept, or why it cannot be trusted, as the end of a sentence."""
    wanted = entry.body.plan_blob
    content = connection.execute(sa.select(tables.blobs.c.content).where(tables.blobs.c.digest == wanted)).scalar()
    if content is None:
        return "is missing"
    if sha256(content).hex() != wanted:
        return "has changed since it was written"
    try:
        plan = canonical.decode(content)
    except canonical.NotCanonicalError:
        return "is of another version of quotarules"
    return plan if canonical.digest(plan) == entry.body.plan_digest else "is not the one that the entry names"


def lines_file(journal: Journal, entry: Entry) -> Path:
    """Where the lines of an entry stand."""
    return journal.lines_folder / f"{entry.body.root}.parquet"


def lines_of(table: pa.Table, plan: Plan) -> tuple[Line, ...]:
    """The rows of a lines file as values; the columns are those of the plan's lines."""
    rules = {(rule.account, rule.rule): (rule, slots(rule)) for rule in plan.lines}
    return tuple(_line(row, *rules[row["account"], row["rule"]]) for row in table.to_pylist())


def _line(row: dict[str, object], rule: LineRule, places: tuple[Slot, ...]) -> Line:
    values = (_input(row, item.value.type.kind, slot) for item, slot in zip(rule.inputs, places, strict=True))
    amount = row["amount"]
    return Line(
        subject_kind=str(row["subject_kind"]),
        subject=str(row["subject"]),
        account=rule.account,
        rule=rule.rule,
        source=str(row["source"]),
        status=str(row["status"]),
        amount=None if amount is None else _integer(amount),
        unit=rule.amount.type.unit,
        scale=rule.amount.type.scale,
        reason=str(row["reason"]),
        inputs=tuple(values),
    )


def _input(row: dict[str, object], kind: Kind, slot: Slot) -> InputValue:
    texts = [row[f"x{i}"] for i in slot.texts]
    numbers = [row[f"n{i}"] for i in slot.numbers]
    if any(part is None for part in (*texts, *numbers)):
        return None
    match kind:
        case Kind.TEXT:
            return str(texts[0])
        case Kind.RATIO:
            return _integer(numbers[0]), _integer(numbers[1])
        case Kind.FLAG:
            return numbers[0] == 1
        case Kind.INTEGER | Kind.DAY | Kind.MINUTE:
            return _integer(numbers[0])


def _integer(value: object) -> int:
    # A wide figure comes as a Decimal without places.
    assert isinstance(value, int | Decimal), "a figure of another type"
    return int(value)


def _subject_lines(journal: Journal, kept: KeptSettlement, subject_kind: str, subject: str) -> pa.Table:
    return _rows(lines_file(journal, kept.entry), kept.plan, {"subject_kind": [subject_kind], "subject": [subject]})


def waiting_rows(lines: Path, plan: Plan) -> pa.Table:
    """The rows of a lines file that wait; LinesError or ArrowException where it is none."""
    return _rows(lines, plan, {"status": [WAITING]})


def _rows(lines: Path, plan: Plan, wanted: Mapping[str, Sequence[str]]) -> pa.Table:
    """The rows of a lines file that have one of the wanted texts in each of these columns, in order.

    Only the row groups that hold some are read whole.
    """
    # Not `read_table`: it loads all that Arrow has for folders of files and for stores far away.
    with pq.ParquetFile(lines) as file:
        check_columns(file.schema_arrow, plan)
        found = [file.schema_arrow.empty_table()]
        for place in range(file.num_row_groups):
            looked_at = file.read_row_group(place, columns=list(wanted))
            masks = [pc.is_in(looked_at.column(name), value_set=pa.array(texts)) for name, texts in wanted.items()]
            mask = reduce(pc.and_, masks)
            if pc.any(mask).as_py():
                found.append(file.read_row_group(place).filter(mask))
    return pa.concat_tables(found)


def _damaged(journal: Journal, kept: KeptSettlement, reason: str) -> LinesDamaged:
    body = kept.entry.body
    return LinesDamaged(journal.name, kept.entry.number, body.period, f"{LINES}/{body.root}.parquet", reason)
