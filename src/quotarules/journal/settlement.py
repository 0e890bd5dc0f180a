"""What a period comes to: statements, balances, totals and the root, worked out from lines without any store."""

from collections import defaultdict
from collections.abc import Iterable

from quotarules.journal import merkle
from quotarules.journal.canonical_bytes import amount, sha256, text, u32
from quotarules.journal.encode import Balance, LineGroup, encode_file, statement_digest
from quotarules.plan.lines import CARRYING, ITEMS, Member, OpeningBalance, Outcome
from quotarules.plan.nodes import Account, Plan
from quotarules.records import dataclass
from quotarules.values.period import Period

BALANCES_MAGIC = b"QRB2"
POINTS = "points"
"""The unit of every karma."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One subject's part of a settlement: how many lines there are, and the digest (hex) of all that is in it.

    `accounts` are those of the blocks that the subject is a member of, sorted. `name` is what people call the subject.
    """

    subject_kind: str
    subject: str
    name: str
    accounts: tuple[str, ...]
    lines: int
    digest: str


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of due amounts of an account in one unit, at `scale`, and how many lines there are of each status."""

    account: str
    unit: str
    scale: int
    due: int
    due_lines: int
    waiting_lines: int
    excluded_lines: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """A period settled: statements in (kind, subject) order, balances in (kind, subject, account, source) order.

    `root` is the root over the statements' digests; `opening` and `closing` are digests of balances, all as hex.
    """

    plan: str
    period: Period
    statements: tuple[Statement, ...]
    balances: tuple[Balance, ...]
    totals: tuple[Total, ...]
    opening: str
    closing: str
    root: str

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return sum(statement.lines for statement in self.statements)


def settle(plan: Plan, period: Period, openings: tuple[OpeningBalance, ...], outcome: Outcome) -> Settlement:
    """The settlement that an engine's outcome comes to; LinesError if its lines are not as plan/lines.py says."""
    return assembled(plan, period, openings, outcome.members, encode_file(outcome.lines, plan))


def assembled(
    plan: Plan,
    period: Period,
    openings: tuple[OpeningBalance, ...],
    members: tuple[Member, ...],
    groups: Iterable[LineGroup],
) -> Settlement:
    """The settlement of line groups in the order of their keys; every opening's account carries a balance."""
    by_subject: dict[tuple[str, str], list[LineGroup]] = defaultdict(list)
    for group in groups:
        by_subject[group.key[:2]].append(group)
    balances = _balances(plan, openings, members, by_subject)
    accounts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for member in members:
        accounts[member.subject_kind, member.subject].add(member.account)
    held: dict[tuple[str, str], list[Balance]] = defaultdict(list)
    for balance in balances:
        held[balance.subject_kind, balance.subject].append(balance)
    statements = tuple(
        _statement(period, subject, accounts[subject], held[subject], by_subject[subject])
        for subject in sorted({*accounts, *held, *by_subject})
    )
    root = merkle.root(tuple(bytes.fromhex(statement.digest) for statement in statements))
    return Settlement(
        plan.name,
        period,
        statements,
        balances,
        _totals(plan, by_subject),
        balances_digest(openings),
        balances_digest(handed_on(balances)),
        root.hex(),
    )


def balances_digest(balances: tuple[OpeningBalance, ...]) -> str:
    """The digest (hex) of balances: what one period closes with and the next opens with."""
    parts = [BALANCES_MAGIC, u32(len(balances))]
    for balance in sorted(balances, key=_place):
        parts += [text(balance.account), text(balance.subject), text(balance.source), amount(balance.amount)]
    return sha256(b"".join(parts)).hex()


def _place(balance: OpeningBalance) -> tuple[str, str, str]:
    return balance.account, balance.subject, balance.source


def handed_on(balances: Iterable[Balance]) -> tuple[OpeningBalance, ...]:
    """What the next period opens with: every account of points, and of money what has not come to nothing.

    An account of points is there from the day on which its subject came, also at 0. Money that comes to nothing is no
    account any more, so a plan may stop to name it. In (account, subject, source) order.
    """
    kept = (held for held in balances if held.closing or held.unit == POINTS)
    opened = (OpeningBalance(held.account, held.subject, held.closing, held.source) for held in kept)
    return tuple(sorted(opened, key=_place))


def carrying(plan: Plan) -> dict[str, Account]:
    """The accounts that carry a balance, by name."""
    return {account.name: account for account in plan.accounts if account.kind in CARRYING}


def subject_kinds(plan: Plan) -> dict[str, str]:
    """The kind of the subjects of each account that carries a balance."""
    named = [(rule.account, rule.subject_kind) for rule in plan.members]
    named += [(rule.account, rule.subject_kind) for rule in plan.lines]
    found = {account: kind for account, kind in named if account in carrying(plan)}
    assert all(found.get(account, kind) == kind for account, kind in named), "an account of two kinds of subjects"
    return found


def _balances(
    plan: Plan,
    openings: tuple[OpeningBalance, ...],
    members: tuple[Member, ...],
    groups: dict[tuple[str, str], list[LineGroup]],
) -> tuple[Balance, ...]:
    accounts, kinds = carrying(plan), subject_kinds(plan)
    opening = {(kinds[held.account], held.subject, held.account, held.source): held.amount for held in openings}
    assert len(opening) == len(openings), "two opening balances of one account"
    posted: dict[tuple[str, str, str, str], int] = defaultdict(int)
    for group in (group for subject in groups.values() for group in subject):
        kind, subject, account, _ = group.key
        if account in accounts:
            assert group.rule.amount.type.scale == accounts[account].scale, "a line at another scale than its account"
            items = group.items if accounts[account].kind in ITEMS else (("", group.due),)
            for source, due in items:
                posted[kind, subject, account, source] += due
    new = {(held.subject_kind, held.subject, held.account, "") for held in members if held.account in accounts}
    return tuple(
        Balance(
            account=key[2],
            subject_kind=key[0],
            subject=key[1],
            unit=accounts[key[2]].unit,
            scale=accounts[key[2]].scale,
            opening=opening.get(key, 0),
            closing=opening.get(key, 0) + posted.get(key, 0),
            opened=key not in opening,
            source=key[3],
        )
        for key in sorted({*opening, *posted, *new})
    )


def _statement(
    period: Period, subject: tuple[str, str], accounts: set[str], balances: list[Balance], groups: list[LineGroup]
) -> Statement:
    named = tuple(sorted(accounts))
    digest = statement_digest(period.name, subject, named, tuple(balances), tuple(groups))
    return Statement(subject[0], subject[1], "", named, sum(group.count for group in groups), digest.hex())


def _totals(plan: Plan, groups: dict[tuple[str, str], list[LineGroup]]) -> tuple[Total, ...]:
    # Every account is named, also one without a line: that nothing was due is worth reading.
    sums: dict[tuple[str, str, int], list[int]] = {}
    for group in (group for subject in groups.values() for group in subject):
        kept = group.rule.amount.type
        row = sums.setdefault((group.rule.account, kept.unit, kept.scale), [0, 0, 0, 0])
        for i, more in enumerate((group.due, *group.lines)):
            row[i] += more
    for account in plan.accounts:
        if all(key[0] != account.name for key in sums):
            sums[account.name, account.unit, account.scale] = [0, 0, 0, 0]
    order = {account.name: i for i, account in enumerate(plan.accounts)}
    keys = sorted(sums, key=lambda key: (order[key[0]], key[1], key[2]))
    return tuple(Total(*key, *sums[key]) for key in keys)
