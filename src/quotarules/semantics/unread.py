"""Texts that could not be read in places: one mistake of writing must not be followed by complaints of what it hid."""

import re

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.semantics.problems.names import NoPlan, UnknownTerm
from quotarules.semantics.problems.people import BonusUncollected, NobodyToShare, NotExchangeable, SharesDoNotAdd
from quotarules.semantics.problems.plan import ClauseMissing
from quotarules.semantics.problems.tiers import BandsGap, TooFewBands
from quotarules.syntax import ast

_DECLARED = re.compile(r"^\w+[ \t]+([^\s{(=\"]+)", re.MULTILINE)

_IN_YAML = re.compile(r"\b(?:measure|table|tiers|karma|sla|team|pay):[ \t]*([^\s,{}\"']+)")

_ANYWHERE = (NoPlan, UnknownTerm, BonusUncollected, NobodyToShare, NotExchangeable)
_IN_BLOCK = (ClauseMissing, SharesDoNotAdd, BandsGap, TooFewBands)


def lost_names(sources: tuple[SourceFile, ...]) -> frozenset[str]:
    """The names that lines at the margin may declare, whatever word stands before them, and entries of YAML."""
    forms = (_DECLARED, _IN_YAML)
    return frozenset(name for source in sources for form in forms for name in form.findall(source.text))


def not_missed(
    problems: tuple[Problem, ...], modules: tuple[ast.Module, ...], unread: tuple[Span, ...]
) -> tuple[Problem, ...]:
    """The problems without those that only miss what an unread place may have said."""
    if not unread:
        return problems
    return tuple(problem for problem in problems if not _follows(problem, modules, unread))


def _follows(problem: Problem, modules: tuple[ast.Module, ...], unread: tuple[Span, ...]) -> bool:
    if isinstance(problem, _ANYWHERE):
        return True
    if not isinstance(problem, _IN_BLOCK):
        return False
    place = problem.report().primary.span
    blocks = (block.span for module in modules for block in module.declarations)
    return any(_holds(block, place) and any(_holds(block, span) for span in unread) for block in blocks)


def _holds(outer: Span, inner: Span) -> bool:
    return outer.file == inner.file and outer.start <= inner.start <= outer.end
