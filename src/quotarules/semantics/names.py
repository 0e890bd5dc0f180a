"""The names that the rules declare, each once; everything later looks them up here."""

from collections.abc import Iterable
from dataclasses import field, replace

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.names import (
    DeclaredTwice,
    NamedLikeColumn,
    NoPlan,
    TakenName,
    TwoPlans,
    UnknownEach,
)
from quotarules.semantics.suggest import near
from quotarules.syntax import ast
from quotarules.values.schema import COMPANY, FactSchema

ROW_FUNCTIONS = ("count", "sum", "min", "max", "mean", "median", "nps", "rank", "share", "distinct", "the")
OTHER_FUNCTIONS = (
    *("round", "round_up", "round_down", "days", "months", "working hours", "working days"),
    *("month", "quarter", "year"),
)
PAY_ACCOUNT = "pay"
PARTY = "party"


@dataclass(frozen=True, slots=True)
class Names:
    """Declarations by name; measures by table (COMPANY for those of nobody) and name.

    `columns` holds, by table, what the rules add to its rows: measures and balances. `versions` holds, by name, all
    versions of a table or of tiers, in the order of the text; `tables` and `tiers` hold the first of them.
    """

    plan: ast.PlanDeclaration | None
    measures: dict[tuple[str, str], ast.MeasureDeclaration]
    tables: dict[str, ast.TableDeclaration]
    tiers: dict[str, ast.TiersDeclaration]
    karmas: dict[str, ast.KarmaDeclaration]
    slas: dict[str, ast.SlaDeclaration]
    teams: dict[str, ast.TeamDeclaration]
    pays: dict[str, ast.PayDeclaration]
    versions: dict[str, tuple[ast.TableDeclaration | ast.TiersDeclaration, ...]] = field(default_factory=dict)

    def measure_names(self, table: str) -> tuple[str, ...]:
        """The names of the measures of a table."""
        return tuple(name for owner, name in self.measures if owner == table)


def each_table(schema: FactSchema, each: ast.Name, problems: list[Problem]) -> str | None:
    """The table whose single row has that name; a problem if there is none."""
    table = schema.by_each(each.text)
    if table is not None:
        return table.name
    plural = schema.table(each.text)
    known = [table.each for table in schema.tables]
    problems.append(
        UnknownEach(each.span, each.text, plural.each if plural else None, near(each.text, known) if not plural else ())
    )
    return None


def collect(modules: tuple[ast.Module, ...], schema: FactSchema, start: Span) -> tuple[Names, tuple[Problem, ...]]:
    """All declarations by name. The first of two with one name counts, the second is a problem."""
    problems: list[Problem] = [*_tables_taken(schema)]
    names = Names(None, {}, {}, {}, {}, {}, {}, {})
    plan: ast.PlanDeclaration | None = None
    taken: dict[tuple[str, str], tuple[str, Span]] = {}
    for declaration in (declaration for module in modules for declaration in module.declarations):
        if isinstance(declaration, ast.PlanDeclaration):
            if plan is None:
                plan = declaration
            else:
                problems.append(TwoPlans(declaration.name.span, plan.name.span))
            continue
        what, places = _places(declaration, schema, problems)
        name = declaration.name
        first = next((taken[place, name.text] for place in places if (place, name.text) in taken), None)
        if first is not None and _another_version(names, declaration):
            continue
        if first is not None:
            problems.append(DeclaredTwice(name.span, name.text, what, first[1], first[0]))
            continue
        taken.update({(place, name.text): (what, name.span) for place in places})
        problems.extend(_clashes(declaration, what, places, schema))
        _store(names, declaration, places)
    if plan is None:
        problems.append(NoPlan(start))
    problems.extend(_shadowed(names))
    return replace(names, plan=plan), tuple(problems)


def _tables_taken(schema: FactSchema) -> Iterable[Problem]:
    """Tables whose names the plan itself uses."""
    for table in schema.tables:
        if table.name == COMPANY:
            yield TakenName(table.span, table.name, "a table", "where the measures of the whole plan stand")
        if table.each == PARTY:
            yield TakenName(table.span, table.each, "a row", "who owes a line of an sla by name")


def _places(declaration: ast.Declaration, schema: FactSchema, problems: list[Problem]) -> tuple[str, tuple[str, ...]]:
    """What a declaration is, and the places in which its name must be unique (`row X` for the columns of X)."""
    match declaration:
        case ast.MeasureDeclaration(each=None):
            return "a measure", (f"row {COMPANY}",)
        case ast.MeasureDeclaration(each=each) if each is not None:
            table = each_table(schema, each, problems)
            return "a measure", (f"row {table}",) if table else ("nowhere",)
        case ast.KarmaDeclaration(each=each):
            table = each_table(schema, each, problems)
            return "a karma", ("account", f"row {table}") if table else ("account",)
        case ast.SlaDeclaration():
            return "an sla", ("account",)
        case ast.TeamDeclaration():
            return "a team bonus", ("account",)
        case ast.PayDeclaration():
            return "a pay block", ("pay block",)
        case ast.TableDeclaration():
            return "a table", ("call",)
        case _:
            return "tiers", ("call",)


def _clashes(declaration: ast.Declaration, what: str, places: Iterable[str], schema: FactSchema) -> Iterable[Problem]:
    name = declaration.name
    if what in ("a table", "tiers") and name.text in (*ROW_FUNCTIONS, *OTHER_FUNCTIONS):
        yield TakenName(name.span, name.text, what, "a function")
    if "account" in places and name.text == PAY_ACCOUNT:
        yield TakenName(name.span, name.text, what, "the account of pay")
    if isinstance(declaration, ast.SlaDeclaration):
        for spec in schema.tables:
            if (beside := spec.column(name.text)) is not None:
                yield NamedLikeColumn(name.span, name.text, what, spec.name, beside.span)
                break
    for place in places:
        table = schema.table(place.removeprefix("row ")) if place.startswith("row ") else None
        column = table.column(name.text) if table is not None else None
        if table is not None and column is not None:
            yield NamedLikeColumn(name.span, name.text, what, table.name, column.span)


def _another_version(names: Names, declaration: ast.Declaration) -> bool:
    """Whether a declaration is one more version of what is declared already; it is kept then."""
    match declaration:
        case ast.TableDeclaration(validity=validity) | ast.TiersDeclaration(validity=validity) if validity is not None:
            known = names.versions.get(declaration.name.text, ())
            if not known or type(known[0]) is not type(declaration):
                return False
            names.versions[declaration.name.text] = (*known, declaration)
            return True
        case _:
            return False


def _store(names: Names, declaration: ast.Declaration, places: tuple[str, ...]) -> None:
    name = declaration.name.text
    match declaration:
        case ast.MeasureDeclaration():
            if places[0].startswith("row "):
                names.measures[places[0].removeprefix("row "), name] = declaration
        case ast.TableDeclaration():
            names.tables[name] = declaration
            names.versions.update({name: (declaration,)} if declaration.validity is not None else {})
        case ast.TiersDeclaration():
            names.tiers[name] = declaration
            names.versions.update({name: (declaration,)} if declaration.validity is not None else {})
        case ast.KarmaDeclaration():
            names.karmas[name] = declaration
        case ast.SlaDeclaration():
            names.slas[name] = declaration
        case ast.TeamDeclaration():
            names.teams[name] = declaration
        case ast.PayDeclaration():
            names.pays[name] = declaration
        case ast.PlanDeclaration():
            raise AssertionError("the plan is kept apart")


def _shadowed(names: Names) -> Iterable[Problem]:
    """A measure that hides another: one of rows that of the whole plan, an sla any measure of its name."""
    for (table, name), declaration in names.measures.items():
        sla = names.slas.get(name)
        if sla is not None:
            yield DeclaredTwice(declaration.name.span, name, "a measure", sla.name.span, "an sla")
        whole = names.measures.get((COMPANY, name))
        if table != COMPANY and whole is not None:
            yield DeclaredTwice(
                declaration.name.span, name, "a measure of rows", whole.name.span, "a measure of the whole plan"
            )
