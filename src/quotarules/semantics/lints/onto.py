"""Conditions on a person, asked on a row that leads to that person."""

from dataclasses import replace

from quotarules.semantics.checked import (
    AllOf,
    AnyOf,
    Comparison,
    Constant,
    MissingTest,
    NotThe,
    OneOfChoices,
    PeriodEdge,
    Read,
    Typed,
)


def onto(test: Typed, link: tuple[str, ...]) -> Typed | None:
    """The test as it reads from a row whose links lead to the row in hand; None where that is not plain to see.

    Of tests joined by `and` those that are plain stay.
    """
    match test:
        case Constant() | PeriodEdge():
            return test
        case Read(path=path):
            return replace(test, path=(*link, *path))
        case Comparison(_, left, right):
            first, second = onto(left, link), onto(right, link)
            return None if first is None or second is None else replace(test, left=first, right=second)
        case MissingTest(operand) | OneOfChoices(operand):
            inner = onto(operand, link)
            return None if inner is None else replace(test, operand=inner)
        case NotThe(operand):
            # A part of what is denied would deny too much.
            inner = onto(operand, link) if not _and_inside(operand) else None
            return None if inner is None else replace(test, operand=inner)
        case AllOf(operands):
            parts = tuple(part for operand in operands if (part := onto(operand, link)) is not None)
            return replace(test, operands=parts) if parts else None
        case AnyOf(operands):
            parts = tuple(part for operand in operands if (part := onto(operand, link)) is not None)
            return replace(test, operands=parts) if len(parts) == len(operands) else None
        case _:
            return None


def _and_inside(test: Typed) -> bool:
    match test:
        case AllOf():
            return True
        case AnyOf(operands):
            return any(_and_inside(part) for part in operands)
        case NotThe(operand):
            return _and_inside(operand)
        case _:
            return False
