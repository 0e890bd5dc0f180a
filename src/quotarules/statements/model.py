"""A statement: one subject's lines and balances of a settled period, ready to be printed in any form."""

from quotarules.diagnostics.source import Span
from quotarules.plan.lines import DUE
from quotarules.records import dataclass
from quotarules.statements.numbers import Held


@dataclass(frozen=True, slots=True)
class LineInput:
    """A named value that a line keeps: as held, and as printed."""

    name: str
    held: Held | None
    kind: str
    unit: str
    scale: int
    text: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line; `amount` is an integer at the section's scale, None unless due. `source` is empty for a subject line."""

    rule: str
    label: str
    source: str
    status: str
    amount: int | None
    reason: str
    inputs: tuple[LineInput, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of an account and, where it carries a balance, what it opened and closed at, all its items together.

    `kind` is pay, carry, item, karma, team or sla. Lines stand in the order of the plan's rules, then by source.
    """

    account: str
    label: str
    kind: str
    unit: str
    scale: int
    opening: int | None
    closing: int | None
    lines: tuple[StatementLine, ...]

    @property
    def total(self) -> int:
        """The sum of the lines that are due."""
        return sum(line.amount for line in self.lines if line.status == DUE and line.amount is not None)

    @property
    def decided(self) -> int:
        """How many lines are due: what a share of kept SLA lines is counted over."""
        return sum(line.status == DUE for line in self.lines)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves a statement: digests in hex, and who settled it when."""

    digest: str
    root: str
    head: str
    plan_digest: str
    facts_digest: str
    engine: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One subject's statement. `subject_kind` is the `each` name of its table (`person`), or `party`.

    `stale`: the period before was settled again and closes with other balances than this one opened with.
    """

    plan: str
    plan_label: str
    plan_version: str
    period: str
    subject_kind: str
    subject: str
    sections: tuple[Section, ...]
    evidence: Evidence
    stale: bool = False

    @property
    def pays(self) -> tuple[Section, ...]:
        """The sections whose totals are paid, one for each currency; that of the plan stands first."""
        return tuple(section for section in self.sections if section.kind == "pay")
