"""`weights 100%`: a proof that the KPIs of a block weigh what it says, whoever and whatever they are paid for."""

from collections.abc import Mapping
from fractions import Fraction

from quotarules.semantics.checked import AllOf, CheckedLine, CheckedMeasure, Number, Quantity, Typed, YesNo
from quotarules.semantics.constants import constant_amount
from quotarules.semantics.desk import Desk
from quotarules.semantics.disjoint import together
from quotarules.semantics.problems.weights import WeightsDoNotAdd, WeightUnknown
from quotarules.semantics.tree import shape
from quotarules.semantics.weights import percent_text, weight_of
from quotarules.syntax import ast

Weight = tuple[Fraction, Typed, tuple[Typed, ...]]


def check_weights(
    desk: Desk,
    node: ast.Weights | None,
    block: str,
    lines: tuple[CheckedLine, ...],
    measures: Mapping[tuple[str, str], CheckedMeasure],
) -> bool:
    """Whether the weights of each value that KPIs are percentages of are known, and make what the clause says.

    KPIs whose conditions exclude each other are never counted together; every largest group of the others is.
    """
    if node is None:
        return True
    known: list[tuple[CheckedLine, Weight]] = []
    fine = True
    for line in (line for line in lines if line.kpi):
        weight = weight_of(line.amount, lambda value: _percentage(value, measures)) if line.rows is None else None
        if weight is None:
            desk.found.add(WeightUnknown(line.span, node.span, line.name, of_rows=line.rows is not None))
            fine = False
        else:
            known.append((line, weight))
    return fine and _add_up(desk, node, block, known)


def _percentage(value: Typed, measures: Mapping[tuple[str, str], CheckedMeasure]) -> Fraction | None:
    """A percentage or a number that is known before the facts are."""
    match value.type:
        case Quantity(Number()):
            return constant_amount(value, measures)
        case _:
            return None


def _add_up(desk: Desk, node: ast.Weights, block: str, known: list[tuple[CheckedLine, Weight]]) -> bool:
    wanted = Fraction(node.percent.digits, 10 ** (node.percent.scale + 2))
    bases: dict[object, list[tuple[CheckedLine, Weight]]] = {}
    for line, weight in known:
        bases.setdefault(shape(weight[1]), []).append((line, weight))
    if not known and wanted:
        desk.found.add(WeightsDoNotAdd(node.span, block, (), (), "0%", percent_text(wanted), ""))
    fine = bool(known) or not wanted
    for held in bases.values():
        for group in together(tuple(_all(weight[2]) for _, weight in held)):
            members = [held[at] for at in sorted(group)]
            total = sum((weight[0] for _, weight in members), Fraction())
            if total != wanted:
                spans, parts = (line.span for line, _ in members), (percent_text(weight[0]) for _, weight in members)
                texts = percent_text(total), percent_text(wanted), desk.words(members[0][1][1].span)
                desk.found.add(WeightsDoNotAdd(node.span, block, tuple(spans), tuple(parts), *texts))
                fine = False
    return fine


def _all(tests: tuple[Typed, ...]) -> Typed | None:
    return AllOf(tests, YesNo(), tests[0].span) if tests else None
