"""Calls of tables and tiers: what they are read with, and what they give."""

from quotarules.diagnostics.source import Span
from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import (
    CheckedTable,
    CheckedTiers,
    Choice,
    KeyValue,
    Number,
    Points,
    Quantity,
    RowOf,
    TableCall,
    TextType,
    TiersCall,
    Type,
    Typed,
)
from quotarules.semantics.chosen import chosen_day
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import quantity, without_when
from quotarules.semantics.kinds import joint, key_type, said
from quotarules.semantics.origins import side
from quotarules.semantics.problems.names import UnknownChoice
from quotarules.semantics.problems.types import ArgumentCount, KindsDiffer, Side
from quotarules.semantics.scope import Scope
from quotarules.semantics.suggest import near
from quotarules.semantics.value import UNKNOWN, Gap, Value, computed
from quotarules.syntax import ast


def table_call(
    desk: Desk, node: ast.Call, table: CheckedTable, arguments: tuple[ast.Expression, ...], scope: Scope
) -> Value:
    """`accelerator(attainment)`, `rate(product, region)`."""
    declared = desk.names.tables[table.name].name.span
    if len(arguments) != len(table.key_types):
        wanted = f"{len(table.key_types)} keys" if len(table.key_types) > 1 else "one key"
        desk.found.add(ArgumentCount(node.span, table.name, wanted, declared))
        return UNKNOWN
    found = _keys(desk, table, declared, arguments, scope)
    if found is None:
        return UNKNOWN
    keys, gaps = found
    for _, other in desk.versions.get(table.name, ()):
        if isinstance(other, CheckedTable) and not _all_fit(desk, other, declared, keys):
            return UNKNOWN
    day = chosen_day(desk, table.name, scope, node.function.span)
    if day is None and table.name in desk.versions:
        return UNKNOWN
    return Value(TableCall(table.name, keys, table.type, node.span, day), gaps)


def _all_fit(desk: Desk, table: CheckedTable, declared: Span, keys: tuple[Typed, ...]) -> bool:
    return all(_key_fits(desk, table, declared, at, key) for at, key in enumerate(keys))


def _keys(
    desk: Desk, table: CheckedTable, declared: Span, arguments: tuple[ast.Expression, ...], scope: Scope
) -> tuple[tuple[Typed, ...], tuple[Gap, ...]] | None:
    """The keys that a table is read with, and what may be missing in them; None with a problem."""
    keys: list[Typed] = []
    gaps: list[Gap] = []
    for position, argument in enumerate(arguments):
        value = desk.walk(desk, argument, scope)
        gaps.extend(computed(without_when(desk, value)))
        if value.typed is None:
            return None
        if not _key_fits(desk, table, declared, position, value.typed):
            return None
        keys.append(value.typed)
    return tuple(keys), tuple(gaps)


def _key_fits(desk: Desk, table: CheckedTable, declared: Span, position: int, key: Typed) -> bool:
    kind = table.key_types[position]
    match key.type, kind:
        case Choice(options), Choice() | TextType():
            return _words_known(desk, table, position, (options, key))
        case TextType(), Choice() | TextType():
            return True
        case RowOf(rows), Choice() | TextType() if isinstance(key_type(desk.table(rows)), TextType):
            return True
        case RowOf(rows), Quantity() if key_type(desk.table(rows)) == kind:
            return True
        case _ if joint(key.type, kind) is not None:
            return True
        case _:
            desk.found.add(
                KindsDiffer(
                    Side(declared, f"a key of {said(kind)}"),
                    side(desk, key),
                    "looked up in each other",
                    f"read `{table.name}` with {said(kind)}",
                )
            )
            return False


def _words_known(desk: Desk, table: CheckedTable, position: int, argument: tuple[tuple[str, ...], Typed]) -> bool:
    """Whether every word of a table's column is on the list of the choice it is read with."""
    options, key = argument
    fine = True
    for row in table.rows:
        cell = row.keys[position]
        if isinstance(cell, KeyValue) and cell.value.value not in options:
            text = str(cell.value.value)
            origin = side(desk, key).origin
            desk.found.add(UnknownChoice(cell.value.span, text, options, near(text, options), origin))
            fine = False
    return fine


def tiers_call(
    desk: Desk,
    node: ast.Call,
    tiers: CheckedTiers,
    arguments: tuple[tuple[ast.Expression, ...], ast.Expression, ast.Expression | None],
    scope: Scope,
) -> Value:
    """`commission(x)`, `commission(x after y)`; of a family `commission(product, x)`."""
    declared = desk.names.tiers[tiers.name].name.span
    of_family, *amounts = arguments
    keys: tuple[Typed, ...] = ()
    missing: tuple[Gap, ...] = ()
    if tiers.keys is not None:
        found = _keys(desk, tiers.keys, declared, of_family, scope)
        if found is None:
            return UNKNOWN
        keys, missing = found
    values = [desk.walk(desk, amount, scope) for amount in amounts if amount is not None]
    gaps = computed(tuple(gap for value in values for gap in without_when(desk, value)))
    parts = [quantity(desk, value, f"what `{tiers.name}` is read with") for value in values]
    if any(part is None for part in parts):
        return UNKNOWN
    whole = [part for part in parts if part is not None]
    if len(whole) == 2 and common(desk, whole, "added by `after`") is None:
        return UNKNOWN
    for part in whole:
        if joint(tiers.amount, part.type) is None:
            bands = Side(declared, f"tiers of {said(tiers.amount)}")
            way_out = f"read `{tiers.name}` with {said(tiers.amount)}"
            desk.found.add(KindsDiffer(bands, side(desk, part), "looked up in each other", way_out))
            return UNKNOWN
    kind = _result(tiers, whole)
    before = whole[1] if len(whole) == 2 else None
    day = chosen_day(desk, tiers.name, scope, node.function.span)
    if day is None and tiers.name in desk.versions:
        return UNKNOWN
    for _, other in desk.versions.get(tiers.name, ()):
        if isinstance(other, CheckedTiers) and not _family_fits(desk, other, declared, keys):
            return UNKNOWN
    return Value(TiersCall(tiers.name, whole[0], before, kind, node.span, day, keys), (*missing, *gaps))


def _family_fits(desk: Desk, tiers: CheckedTiers, declared: Span, keys: tuple[Typed, ...]) -> bool:
    """Whether another version of tiers is a family by keys of the same kinds."""
    if len(tiers.keys.key_types if tiers.keys is not None else ()) != len(keys):
        desk.found.add(ArgumentCount(tiers.span, tiers.name, "the same keys in every version", declared))
        return False
    return tiers.keys is None or _all_fit(desk, tiers.keys, declared, keys)


def _result(tiers: CheckedTiers, whole: list[Typed]) -> Type:
    assert isinstance(tiers.type, Quantity), "tiers give amounts"
    ratio = tiers.type.ratio or any(isinstance(part.type, Quantity) and part.type.ratio for part in whole)
    unit = tiers.type.unit
    read = whole[0].type
    # Tiers of plain numbers serve points too, and then give points.
    if isinstance(read, Quantity) and isinstance(read.unit, Points) and unit == Number():
        unit = read.unit
    return Quantity(unit, ratio)
