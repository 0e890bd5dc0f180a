"""What every check needs at hand: the facts' schema, the names of the rules, the settings and the list of problems."""

from collections.abc import Callable
from dataclasses import field

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.semantics.checked import CheckedTable, CheckedTiers, CheckedVersion, Type
from quotarules.semantics.names import Names
from quotarules.semantics.scope import Scope
from quotarules.semantics.settings import Settings
from quotarules.semantics.value import Value
from quotarules.syntax import ast
from quotarules.values.schema import FactSchema, TableSpec


@dataclass(slots=True)
class Findings:
    """The problems found so far, each once."""

    problems: dict[Problem, None] = field(default_factory=dict)

    def add(self, problem: Problem) -> None:
        """Note a problem."""
        self.problems.setdefault(problem)

    def all(self) -> tuple[Problem, ...]:
        """The problems in the order in which they were found."""
        return tuple(self.problems)


@dataclass(frozen=True, slots=True)
class MeasureType:
    """What readers of a measure need: its type (None if something is wrong) and whether it may have no value.

    `only_when` tells that only a false `when` leaves it without one.
    """

    type: Type | None
    missing: bool
    only_when: bool


MeasureKey = tuple[str, str]
"""Table and name of a measure."""


@dataclass(frozen=True, slots=True)
class TermHead:
    """An sla line as others see it: `table` is that of the one who owes it, COMPANY for a total."""

    sla: str
    name: str
    table: str
    total: bool
    span: Span


@dataclass(frozen=True, slots=True)
class TeamHead:
    """A team bonus as others see it: the rows that share, the path to who gets a part, and their table.

    `currency` is empty where it is the plan's.
    """

    among: str
    link: tuple[str, ...]
    person: tuple[str, ...]
    person_table: str
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """The checker's desk. `walk` looks at an expression, `measure` types a measure when it is first read.

    Both come as values, so that the files which check parts of expressions need not import each other in a circle.
    `borrowed` holds measures that are nothing but a value of a row that many of their rows share, with its table.
    `balances` holds measures that read a balance straight, not over rows; `windowed` those that count in the period.
    `versions` holds what has versions, by name and in the order of their days; `tables` and `tiers` hold the first.
    `constants` holds the measures whose amounts stand in tables and tiers.
    `undated` says of each measure why it cannot be read as it stood on a day; nothing where it can. `unlinked` says why
    it cannot be read on a day of another row, where it can be on one of its own.
    `lost` holds names that a declaration which could not be read may have declared: to miss them is no new mistake.
    """

    schema: FactSchema
    names: Names
    settings: Settings
    terms: dict[tuple[str, str], TermHead | None]
    teams: dict[str, TeamHead | None]
    tables: dict[str, CheckedTable | None]
    tiers: dict[str, CheckedTiers | None]
    found: Findings
    sources: dict[str, SourceFile]
    walk: Callable[["Desk", ast.Expression, Scope], Value]
    measure: Callable[["Desk", MeasureKey, Span], MeasureType]
    lost: frozenset[str]
    borrowed: dict[MeasureKey, str] = field(default_factory=dict)
    balances: set[MeasureKey] = field(default_factory=set)
    windowed: set[MeasureKey] = field(default_factory=set)
    constants: set[MeasureKey] = field(default_factory=set)
    undated: dict[MeasureKey, str] = field(default_factory=dict)
    unlinked: dict[MeasureKey, str] = field(default_factory=dict)
    versions: dict[str, tuple[tuple[CheckedVersion, CheckedTable | CheckedTiers], ...]] = field(default_factory=dict)

    def table(self, name: str) -> TableSpec:
        """A table that is known to be declared."""
        table = self.schema.table(name)
        assert table is not None, f"no table {name}"
        return table

    def words(self, span: Span) -> str:
        """The text of a place, on one line and not longer than a message can bear."""
        source = self.sources.get(span.file)
        text = " ".join(source.text[span.start : span.end].split()) if source is not None else ""
        return text if len(text) <= 60 else text[:59] + "…"
