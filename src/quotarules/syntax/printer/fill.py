"""Words to lines that are not too long: broken where the tree is shallowest, going on deeper than they began."""

from collections.abc import Sequence
from itertools import pairwise

from quotarules.syntax.printer.words import Word, line

WIDTH = 120
STEP = 2


def filled(made: Sequence[Word], start: str, indent: int, reserve: int = 0) -> list[str]:
    """Lines of words: the first goes on from `start`, others are indented by `indent`; the last leaves `reserve`."""
    lines = [start]
    _fill(made, lines, indent, reserve)
    return lines


def _fill(made: Sequence[Word], lines: list[str], indent: int, reserve: int) -> None:
    text = line(made)
    if len(lines[-1]) + len(text) + reserve <= WIDTH:
        lines[-1] += text
        return
    levels = [word.level for word in made[1:] if word.level is not None]
    if not levels:
        lines[-1] += text
        return
    lowest = min(levels)
    cuts = [0, *(at for at, word in enumerate(made) if at and word.level == lowest), len(made)]
    broken = False
    for first, behind in pairwise(cuts):
        piece = made[first:behind]
        spare = reserve if behind == len(made) else 0
        gap = " " if piece[0].space else ""
        if first and not broken and len(lines[-1]) + len(gap) + len(line(piece)) + spare <= WIDTH:
            lines[-1] += gap + line(piece)
            continue
        apart = indent + len(line(piece)) + spare <= WIDTH < len(lines[-1]) + len(line(piece)) + spare
        if first or (apart and piece[0].level is not None and lines[-1].strip()):
            lines[-1] = lines[-1].rstrip()
            lines.append(" " * indent)
        height = len(lines)
        _fill(piece, lines, indent + STEP, spare)
        broken = len(lines) > height
