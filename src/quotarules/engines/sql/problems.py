"""What can be wrong with the wish to see a plan's queries."""

from difflib import get_close_matches
from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.plan.nodes import Plan
from quotarules.records import dataclass

_NAMED = 20


@dataclass(frozen=True, slots=True)
class RuleNotFound(Problem):
    """No rule of that name writes lines; `known` are those that do, the likeliest first where one is like it."""

    code: ClassVar[str] = "QR5380"
    slug: ClassVar[str] = "rule-not-found"
    plan: Span
    asked: str
    near: str | None
    known: tuple[str, ...]

    @staticmethod
    def among(plan: Plan, asked: str) -> "RuleNotFound":
        """The problem of a name that none of the plan's rules has."""
        known = tuple(sorted({line.rule for line in plan.lines}))
        near = get_close_matches(asked, known, 1)
        place = Span(plan.sources[0].name, 0, 0) if plan.sources else Span(plan.name, 0, 0)
        return RuleNotFound(place, asked, near[0] if near else None, known)

    def report(self) -> Report:
        """See `Problem`."""
        named = ", ".join(f"`{name}`" for name in self.known[:_NAMED])
        words = f"the rules that do are {named}" if named else "no rule does"
        more = f" and {len(self.known) - _NAMED} more" if len(self.known) > _NAMED else ""
        near = self.near or (self.known[0] if self.known else None)
        return Report(
            f"no rule `{self.asked}` writes lines",
            Label(self.plan, words + more),
            help=f"write `--rule {near}`" if near else "leave `--rule` out",
        )
