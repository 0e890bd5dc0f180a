"""Clauses of a block beside each other in columns: names under names, labels under labels, values under values."""

from collections.abc import Sequence
from itertools import groupby

from quotarules.records import dataclass
from quotarules.syntax.driver import Leaf, Part
from quotarules.syntax.printer.fill import STEP, WIDTH, filled
from quotarules.syntax.printer.words import Word, by_child, line

_LINES = frozenset({"line", "kpi_line"})
_FIGURES = frozenset({"NUMBER", "PERCENT"})


@dataclass(frozen=True, slots=True)
class Cells:
    """A clause cut into columns. `rest` is what follows the cells; `group` tells which clauses share their columns.

    `figure` is the value where it is one number or percentage, with its decimals.
    """

    group: str
    cells: tuple[tuple[Word, ...], ...]
    rest: tuple[Word, ...]
    figure: int | None = None


def measure_cells(part: Part) -> Cells:
    """A measure: its name, its label and what it is for."""
    name: list[Word] = []
    label: tuple[Word, ...] = ()
    each: tuple[Word, ...] = ()
    rest: list[Word] = []
    for child, made in by_child(part):
        if isinstance(child, Leaf) and child.role in {"MEASURE", "NAME"} and not rest:
            name.extend(made)
        elif isinstance(child, Leaf) and child.role == "STRING" and not rest:
            label = made
        elif isinstance(child, Part) and child.name == "for_each_name" and not rest:
            each = made
        else:
            rest.extend(made)
    return Cells("measure", (tuple(name), label, each), tuple(rest))


def clause_cells(block: str, part: Part) -> Cells:
    """A clause of a block of that kind."""
    children = by_child(part)
    leaves = [child.role if isinstance(child, Leaf) else "" for child, _ in children]
    if "STRING" in leaves[1:3] and leaves[0] != "TIMEZONE":
        return _labelled(block, part, leaves.index("STRING", 1))
    if block in {"table", "tiers"}:
        return _keyed(part, next((at for at, (_, made) in enumerate(children) if made[0].text == ":"), 0))
    first, *others = children
    rest = tuple(word for _, made in others for word in made)
    return Cells("clause" if block in {"plan", "team"} else "", (first[1],), rest)


def _labelled(block: str, part: Part, label: int) -> Cells:
    children = by_child(part)
    name = tuple(word for _, made in children[:label] for word in made)
    cells = [name, children[label][1]]
    rest = children[label + 1 :]
    if part.name in _LINES and len(rest) > 1:
        cells.append(rest[0][1])
        rest = rest[1:]
    group = part.name if block == "pay" else "line"
    return Cells(group, tuple(cells), tuple(word for _, made in rest for word in made))


def _keyed(part: Part, colon: int) -> Cells:
    children = by_child(part)
    key = tuple(word for _, made in children[: colon + 1] for word in made)
    value = tuple(word for _, made in children[colon + 1 :] for word in made)
    child = children[-1][0]
    while isinstance(child, Part) and len(child.parts) == 1:
        child = child.parts[0]
    figure = None
    if len(value) == 1 and isinstance(child, Leaf) and child.role in _FIGURES:
        figure = len(child.token.text.rstrip("%").partition(".")[2])
    return Cells("row", (key,), value, figure)


# --- layout ------------------------------------------------------------------------------------------


def laid(rows: Sequence[Cells], indent: int) -> list[list[str]]:
    """The lines of each row. Rows of a group share their columns; a row of no group stands alone."""
    found: dict[int, list[str]] = {}
    order = sorted(range(len(rows)), key=lambda at: rows[at].group)
    for group, places in groupby(order, key=lambda at: rows[at].group):
        members = list(places)
        shared = [rows[at] for at in members]
        made = _aligned(shared, indent) if group else [_laid(row, (), indent) for row in shared]
        found.update(zip(members, made, strict=True))
    return [found[at] for at in range(len(rows))]


def _aligned(rows: Sequence[Cells], indent: int) -> list[list[str]]:
    most = max(len(row.cells) for row in rows)
    widths = [max((len(line(row.cells[at])) for row in rows if at < len(row.cells)), default=0) for at in range(most)]
    if most > 2 and rows[0].group != "measure":
        # An amount that is long leaves no room for what follows it: then amounts are no column.
        lead = indent + sum(width + 1 for width in widths[:2])
        following = [len(line(row.rest)) for row in rows if len(row.cells) > 2]
        if lead + widths[2] + 1 + max(following, default=0) > WIDTH:
            widths[2] = 0
    if all(row.figure is not None for row in rows) and len({row.figure for row in rows}) == 1:
        widest = max(len(line(row.rest)) for row in rows)
        return [[_cells(row, widths, indent) + line(row.rest).rjust(widest)] for row in rows]
    return [_laid(row, widths, indent) for row in rows]


def _laid(row: Cells, widths: Sequence[int], indent: int) -> list[str]:
    text = _cells(row, widths, indent)
    if len(text) + len(line(row.rest)) <= WIDTH or len(row.cells) < 3 or row.group == "measure":
        return filled(row.rest, text, indent + STEP)
    whole = Cells(row.group, row.cells[:2], (*row.cells[2], *row.rest))
    return filled(whole.rest, _cells(whole, widths, indent), indent + STEP)


def _cells(row: Cells, widths: Sequence[int], indent: int) -> str:
    """The cells of a row, each as wide as its column, and a blank behind each."""
    text = " " * indent
    for at, cell in enumerate(row.cells):
        width = widths[at] if at < len(widths) else 0
        if cell or width:
            text += line(cell).ljust(width) + " "
    return text if row.rest else text.rstrip()
