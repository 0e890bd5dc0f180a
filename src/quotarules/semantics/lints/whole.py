"""All that is said of a sound plan: each pass over it stands on this screen."""

from collections.abc import Callable

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.lints.never import never_holding
from quotarules.semantics.lints.use import unused


def lint(plan: CheckedPlan, words: Callable[[Span], str]) -> tuple[Problem, ...]:
    """Warnings about a plan without errors; `words` gives the text of a place."""
    del words
    return (*unused(plan), *never_holding(plan))
