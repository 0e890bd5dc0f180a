"""All that is said of a sound plan: each pass over it stands on this screen."""

from collections.abc import Callable, Collection

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import Span
from quotarules.semantics.checked import CheckedPlan
from quotarules.semantics.lints.never import never_holding
from quotarules.semantics.lints.portions import paid_over_whole, weights_over_whole
from quotarules.semantics.lints.use import unused


def lint(
    plan: CheckedPlan, words: Callable[[Span], str], constants: Collection[tuple[str, str]] = ()
) -> tuple[Problem, ...]:
    """Warnings about a plan without errors; `words` gives the text of a place, `constants` measures in tables."""
    return (
        *unused(plan, constants),
        *never_holding(plan),
        *paid_over_whole(plan, words),
        *weights_over_whole(plan, words),
    )
