"""Whether two conditions exclude each other, or one row can pass both; only what is certain counts as excluded."""

from itertools import product

from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    Choice,
    Comparison,
    Constant,
    MissingTest,
    NotThe,
    OneOfChoices,
    Read,
    Typed,
    YesNo,
)
from quotarules.semantics.tree import shape

Place = tuple[object, ...]
"""A column (path, table and name), or a condition that is known only as yes or no, by its shape."""

_THERE = "there"
"""The value of a column of which only presence matters."""

_MOST_CASES = 4_096


def _place(read: Read) -> Place:
    return read.path, read.table, read.name


def _atom(condition: Typed) -> Place:
    return ("condition", shape(condition))


def _words(kind: object) -> tuple[object, ...] | None:
    """All values that a column of the type can have, beside being missing."""
    match kind:
        case Choice(options):
            return options
        case YesNo():
            return (True, False)
        case _:
            return None


def places(condition: Typed | None) -> dict[Place, tuple[object, ...]]:
    """The choice and yes/no columns that a condition reads, with all values that they can have."""
    found: dict[Place, tuple[object, ...]] = {}
    stack: list[object] = [condition]
    while stack:
        match stack.pop():
            case Read(window=None) as read if (words := _words(read.type)) is not None:
                found.setdefault(_place(read), (*words, None))
            case AllOf(operands) | AnyOf(operands):
                stack.extend(operands)
            case NotThe(operand):
                stack.append(operand)
            case MissingTest(Read() as read):
                found.setdefault(_place(read), (*(_words(read.type) or (_THERE,)), None))
            case OneOfChoices(Read() as read) | Comparison("=" | "!=", Read() as read, Constant()) if _words(read.type):
                stack.append(read)
            case None:
                pass
            case other:
                found.setdefault(("condition", shape(other)), (True, False))
    return found


def holds(condition: Typed | None, case: dict[Place, object]) -> bool:
    """Whether the condition holds for a row with these values of all its places."""
    match condition:
        case None:
            return True
        case Read(window=None) as read if _words(read.type):
            return case[_place(read)] is True
        case Comparison("=" | "!=" as operator, Read() as read, Constant(value)) if _words(read.type):
            return (case[_place(read)] == value) == (operator == "=")
        case OneOfChoices(Read() as read, choices) if _words(read.type):
            return case[_place(read)] in {choice.value for choice in choices}
        case MissingTest(Read() as read, present):
            return (case[_place(read)] is not None) == present
        case NotThe(operand):
            return not holds(operand, case)
        case AllOf(operands):
            return all(holds(operand, case) for operand in operands)
        case AnyOf(operands):
            return any(holds(operand, case) for operand in operands)
        case _:
            return case[_atom(condition)] is True


def together(conditions: tuple[Typed | None, ...]) -> tuple[frozenset[int], ...]:
    """The largest groups of conditions (by place in the tuple) that one row might pass together.

    Every combination of values of the choices that they read is tried, with every other test taken to be yes or no
    whatever the others are. If there are too many combinations, all conditions are taken to be possible together.
    """
    known: dict[Place, tuple[object, ...]] = {}
    for condition in conditions:
        known.update(places(condition))
    cases = 1
    for options in known.values():
        cases *= len(options)
    if cases > _MOST_CASES:
        return (frozenset(range(len(conditions))),)
    groups: set[frozenset[int]] = set()
    for values in product(*known.values()):
        case = dict(zip(known, values, strict=True))
        groups.add(frozenset(at for at, condition in enumerate(conditions) if holds(condition, case)))
    return tuple(group for group in sorted(groups, key=sorted) if group and not any(group < other for other in groups))


def implies(left: Typed | None, right: Typed | None) -> bool:
    """Whether every row that passes the one condition passes the other."""
    return right is None or exclude(left, NotThe(right, YesNo(), right.span))


def exclude(left: Typed | None, right: Typed | None) -> bool:
    """Whether no row can pass both conditions."""
    return all(len(group) < 2 for group in together((left, right)))
