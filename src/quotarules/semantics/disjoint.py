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

Place = tuple[tuple[str, ...], str, str]
"""A column: the path to it, its table and its name."""

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
            case NotThe(operand) | OneOfChoices(operand) | MissingTest(operand):
                stack.append(operand)
            case Comparison(_, left, right):
                stack.extend((left, right))
            case _:
                pass
    return found


def holds(condition: Typed | None, case: dict[Place, object]) -> bool | None:
    """Whether the condition holds for a row with these values; None where they do not tell."""
    match condition:
        case None:
            return True
        case Read() as read:
            return _value(read, case) is True if _place(read) in case else None
        case Comparison(operator, Read() as read, Constant(value)) if operator in ("=", "!="):
            if _place(read) not in case:
                return None
            return (_value(read, case) == value) == (operator == "=")
        case OneOfChoices(Read() as read, choices) if _place(read) in case:
            return _value(read, case) in {choice.value for choice in choices}
        case MissingTest(Read() as read, present) if _place(read) in case:
            return (_value(read, case) is not None) == present
        case NotThe(operand):
            inner = holds(operand, case)
            return None if inner is None else not inner
        case AllOf(operands):
            return _all([holds(operand, case) for operand in operands])
        case AnyOf(operands):
            none = _all([_opposite(holds(operand, case)) for operand in operands])
            return _opposite(none)
        case _:
            return None


def _value(read: Read, case: dict[Place, object]) -> object:
    return case[_place(read)]


def _opposite(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    if any(value is False for value in values):
        return False
    return None if any(value is None for value in values) else True


def together(conditions: tuple[Typed | None, ...]) -> tuple[frozenset[int], ...]:
    """The largest groups of conditions (by place in the tuple) that one row might pass together.

    Every combination of values of the choices that they read is tried; what they say beside choices is taken to be
    possible. If there are too many combinations, all of them are taken to be possible together.
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
        groups.add(frozenset(at for at, condition in enumerate(conditions) if holds(condition, case) is not False))
    return tuple(group for group in sorted(groups, key=sorted) if group and not any(group < other for other in groups))


def exclude(left: Typed | None, right: Typed | None) -> bool:
    """Whether no row can pass both conditions."""
    return all(len(group) < 2 for group in together((left, right)))
