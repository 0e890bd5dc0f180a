"""Whether two conditions exclude each other, or one row can pass both; only what is certain counts as excluded."""

from collections.abc import Callable, Mapping
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

Case = Mapping[Place, object]
"""A value for each place."""

_THERE = "there"
"""The value of a column of which only presence matters."""

_MOST_CASES = 4_096


def _place(read: Read) -> Place:
    return read.path, read.table, read.name


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


def _test(condition: Typed | None) -> Callable[[Case], bool]:
    """Whether the condition holds for a row with these values of all its places."""
    match condition:
        case None:
            return lambda _: True
        case Read(window=None) as read if _words(read.type):
            return _is(_place(read), frozenset({True}))
        case Comparison("=" | "!=" as operator, Read() as read, Constant(value)) if _words(read.type):
            equal = _is(_place(read), frozenset({value}))
            return equal if operator == "=" else _not(equal)
        case OneOfChoices(Read() as read, choices) if _words(read.type):
            return _is(_place(read), frozenset(choice.value for choice in choices))
        case MissingTest(Read() as read, present):
            absent = _is(_place(read), frozenset({None}))
            return _not(absent) if present else absent
        case NotThe(operand):
            return _not(_test(operand))
        case AllOf(operands):
            tests = tuple(_test(operand) for operand in operands)
            return lambda case: all(test(case) for test in tests)
        case AnyOf(operands):
            tests = tuple(_test(operand) for operand in operands)
            return lambda case: any(test(case) for test in tests)
        case _:
            return _is(("condition", shape(condition)), frozenset({True}))


def _is(place: Place, values: frozenset[object]) -> Callable[[Case], bool]:
    return lambda case: case[place] in values


def _not(test: Callable[[Case], bool]) -> Callable[[Case], bool]:
    return lambda case: not test(case)


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
    tests = tuple(_test(condition) for condition in conditions)
    for values in product(*known.values()):
        case = dict(zip(known, values, strict=True))
        groups.add(frozenset(at for at, test in enumerate(tests) if test(case)))
    return tuple(group for group in sorted(groups, key=sorted) if group and not any(group < other for other in groups))


def implies(left: Typed | None, right: Typed | None) -> bool:
    """Whether every row that passes the one condition passes the other."""
    return right is None or exclude(left, NotThe(right, YesNo(), right.span))


def exclude(left: Typed | None, right: Typed | None) -> bool:
    """Whether no row can pass both conditions."""
    return all(len(group) < 2 for group in together((left, right)))
