"""Tables: keys and values written out, ranges proven, and no two rows that fit the same keys equally well."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain, combinations, product

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.arithmetic import common
from quotarules.semantics.checked import (
    CheckedTable,
    CheckedTableRow,
    Choice,
    Constant,
    KeyAny,
    KeyRange,
    KeyValue,
    TextType,
    Type,
)
from quotarules.semantics.constants import named_constant
from quotarules.semantics.desk import Desk
from quotarules.semantics.literals import word, written_out
from quotarules.semantics.problems.tiers import (
    AnyUnclear,
    BandsOverlap,
    KeyCount,
    KeyFormsMixed,
    KeyTwice,
    Owner,
    TooFewBands,
)
from quotarules.semantics.ranges import Placed, amount_of, key_range, overlap, prove
from quotarules.syntax import ast

Key = KeyRange | KeyValue | KeyAny

End = tuple[int, Fraction]
"""An end of a range that sorts: (1, value), or (0, …) and (2, …) for ranges that are open below and above."""


def check_table(desk: Desk, node: ast.TableDeclaration) -> CheckedTable | None:
    """The checked table, or None with problems."""
    owner = Owner(node.name.text, many=False)
    if not node.rows:
        desk.found.add(TooFewBands(node.name.span, owner, "a row"))
        return None
    fine = True
    for row in node.rows:
        if len(row.keys) != len(node.keys):
            declared = node.keys[0].span.to(node.keys[-1].span)
            desk.found.add(KeyCount(row.span, owner, len(node.keys), len(row.keys), declared))
            fine = False
    if not fine:
        return None
    rows = [_row(desk, row) for row in node.rows]
    whole = [row for row in rows if row is not None]
    if len(whole) != len(rows):
        return None
    values = _values(desk, node, whole)
    kinds = [_column(desk, node, position, whole, owner) for position in range(len(node.keys))]
    if values is None or any(kind is None for kind in kinds):
        return None
    if not _proven(desk, node, whole, owner):
        return None
    # The row that names most keys comes first; among those with as many, no two fit the same keys.
    ordered = sorted(values, key=lambda row: sum(isinstance(key, KeyAny) for key in row.keys))
    types = tuple(kind for kind in kinds if kind is not None)
    return CheckedTable(node.name.text, types, tuple(ordered), values[0].value.type, node.span)


def _row(desk: Desk, node: ast.TableRow) -> CheckedTableRow | None:
    keys = [_key(desk, key) for key in node.keys]
    named = isinstance(node.value, ast.Path) and named_constant(desk, node.value.names[0].text)
    value = written_out(desk, node.value, "the value of a row") if named else _value(desk, node.value)
    if value is None or any(key is None for key in keys):
        return None
    return CheckedTableRow(tuple(key for key in keys if key is not None), value, node.span)


def _value(desk: Desk, node: ast.Expression) -> Constant | None:
    written = word(node) if isinstance(node, ast.Path) else None
    if written is not None:
        return Constant(written[0], 0, Choice((written[0],)), written[1])
    return written_out(desk, node, "the value of a row")


def _key(desk: Desk, node: ast.TableKey) -> Key | None:
    match node:
        case ast.AnyKey():
            return KeyAny()
        case ast.RangeKey():
            return key_range(desk, node)
        case ast.ValueKey(value):
            constant = _value(desk, value)
            return KeyValue(constant) if constant is not None else None


def _values(desk: Desk, node: ast.TableDeclaration, rows: list[CheckedTableRow]) -> list[CheckedTableRow] | None:
    """The rows with values of one type; words become choices of one list."""
    if all(isinstance(row.value.type, Choice) for row in rows):
        options = tuple(dict.fromkeys(str(row.value.value) for row in rows))
        return [
            CheckedTableRow(row.keys, Constant(row.value.value, 0, Choice(options), row.value.span), row.span)
            for row in rows
        ]
    kind = common(desk, [row.value for row in rows], f"values of table `{node.name.text}`")
    if kind is None:
        return None
    first = Constant(rows[0].value.value, rows[0].value.scale, kind, rows[0].value.span)
    return [CheckedTableRow(rows[0].keys, first, rows[0].span), *rows[1:]]


def _column(
    desk: Desk, node: ast.TableDeclaration, position: int, rows: list[CheckedTableRow], owner: Owner
) -> Type | None:
    """The type of one key: all ranges of one kind, or all single values of one kind."""
    named = [(row.keys[position], line.keys[position].span) for row, line in zip(rows, node.rows, strict=True)]
    ends = [end for key, _ in named if isinstance(key, KeyRange) for end in (key.lower, key.upper) if end is not None]
    singles = [key.value for key, _ in named if isinstance(key, KeyValue)]
    if ends and singles:
        odd = next(span for key, span in named if isinstance(key, KeyValue))
        desk.found.add(KeyFormsMixed(odd, owner, "either ranges or single values"))
        return None
    if singles and all(isinstance(single.type, Choice) for single in singles):
        return Choice(tuple(dict.fromkeys(str(single.value) for single in singles)))
    if any(isinstance(single.type, Choice) for single in singles) and all(
        isinstance(single.type, Choice | TextType) for single in singles
    ):
        return TextType()
    found = ends or singles
    return common(desk, found, f"keys of table `{node.name.text}`") if found else TextType()


# --- proofs ------------------------------------------------------------------------------------


def _proven(desk: Desk, node: ast.TableDeclaration, rows: list[CheckedTableRow], owner: Owner) -> bool:
    fine = True
    for position in range(len(node.keys)):
        for group in _groups(node, rows, position):
            gaps = not any(isinstance(row.keys[position], KeyAny) for row in rows)
            placed = [
                Placed(key, span, desk.words(row.value.span))
                for row, span in group
                if isinstance(key := row.keys[position], KeyRange)
            ]
            fine = prove(desk, placed, owner, gaps=gaps) and fine
    return fine and _apart(desk, node, rows, owner)


def _groups(
    node: ast.TableDeclaration, rows: list[CheckedTableRow], position: int
) -> list[list[tuple[CheckedTableRow, Span]]]:
    """Rows with a range at the position that agree in all other keys, in the order of the text."""
    groups: dict[tuple[object, ...], list[tuple[CheckedTableRow, Span]]] = {}
    for row, line in zip(rows, node.rows, strict=True):
        if isinstance(row.keys[position], KeyRange):
            others = tuple(_plain(key) for at, key in enumerate(row.keys) if at != position)
            groups.setdefault(others, []).append((row, line.keys[position].span))
    return list(groups.values())


def _plain(key: Key) -> object:
    match key:
        case KeyAny():
            return "any"
        case KeyValue(value):
            return value.value, value.scale
        case KeyRange(lower, upper, included, over):
            ends = tuple((end.value, end.scale) if end is not None else None for end in (lower, upper))
            return ends, included, over


def _apart(desk: Desk, node: ast.TableDeclaration, rows: list[CheckedTableRow], owner: Owner) -> bool:
    """Whether no two rows fit the same keys equally well."""
    seen: dict[tuple[object, ...], Span] = {}
    fine = True
    for row, line in zip(rows, node.rows, strict=True):
        plain = tuple(_plain(key) for key in row.keys)
        place = line.keys[0].span.to(line.keys[-1].span)
        if plain in seen:
            desk.found.add(KeyTwice(place, seen[plain], owner))
            fine = False
        seen.setdefault(plain, place)
    if not fine or len(node.keys) == 1:
        return fine
    placed = [
        _Row(row, line.keys[0].span.to(line.keys[-1].span), sum(isinstance(key, KeyAny) for key in row.keys))
        for row, line in zip(rows, node.rows, strict=True)
        if not all(isinstance(key, KeyValue) for key in row.keys)
    ]
    for first, second in _comparable(placed):
        if first.wide != second.wide or not all(map(_meet, first.row.keys, second.row.keys)):
            continue
        meeting = tuple(
            _plain(b if isinstance(a, KeyAny) else a) for a, b in zip(first.row.keys, second.row.keys, strict=True)
        )
        if first.wide and meeting in seen:
            continue
        if first.wide == 0:
            desk.found.add(BandsOverlap(second.place, first.place, owner, "the same keys"))
        else:
            desk.found.add(AnyUnclear(second.place, first.place, owner))
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Row:
    """A row that may fit many keys, the place of its keys, and how many of them are `any`."""

    row: CheckedTableRow
    place: Span
    wide: int


def _comparable(rows: list[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Pairs of rows that could fit the same keys: those of one form are compared only if they name the same values."""
    forms: dict[tuple[type, ...], dict[tuple[object, ...], list[_Row]]] = {}
    for row in rows:
        form = tuple(type(key) for key in row.row.keys)
        values = tuple(_plain(key) for key in row.row.keys if isinstance(key, KeyValue))
        forms.setdefault(form, {}).setdefault(values, []).append(row)
    for groups in forms.values():
        for group in groups.values():
            yield from _overlapping(group)
    for one, other in combinations(forms.values(), 2):
        yield from product(chain.from_iterable(one.values()), chain.from_iterable(other.values()))


def _overlapping(rows: list[_Row]) -> Iterator[tuple[_Row, _Row]]:
    """Pairs of rows of one form, without those whose first range begins after the other's has ended."""
    at = next((at for at, key in enumerate(rows[0].row.keys) if isinstance(key, KeyRange)), None)
    if at is None:
        yield from combinations(rows, 2)
        return
    ends = sorted(((*_ends(row.row.keys[at]), place, row) for place, row in enumerate(rows)), key=lambda item: item[:3])
    for number, (_, end, _, row) in enumerate(ends):
        for start, _, _, other in ends[number + 1 :]:
            if start > end:
                break
            yield row, other


def _ends(key: Key) -> tuple[End, End]:
    assert isinstance(key, KeyRange), "rows of one form"
    lower = (1, amount_of(key.lower)) if key.lower is not None else (0, Fraction())
    return lower, (1, amount_of(key.upper)) if key.upper is not None else (2, Fraction())


def _meet(left: Key, right: Key) -> bool:
    match left, right:
        case (KeyAny(), _) | (_, KeyAny()):
            return True
        case KeyRange(), KeyRange():
            return overlap(left, right)
        case _:
            return _plain(left) == _plain(right)
