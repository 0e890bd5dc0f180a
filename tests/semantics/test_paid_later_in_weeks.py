"""A line paid later in a plan of weeks: what stands in the way is the plan's period, and it is marked."""

from pathlib import Path

from quotarules.cases import run_case
from quotarules.diagnostics.source import SourceFile

CASE = Path(__file__).resolve().parents[2] / "fixtures" / "paid" / "bad" / "a-weekly-bonus-later.md"


def test_the_period_of_the_plan_is_named_and_marked() -> None:
    # Without the expected problems the file is a case that fails by them.
    text = CASE.read_text(encoding="utf-8").split("```problems")[0]
    (problem,) = run_case(SourceFile(CASE.name, text)).problems
    report = problem.report()
    assert report.message.endswith("in periods of whole months, and the plan's period is `week`")
    marked = [text[label.span.start : label.span.end] for label in (report.primary, *report.labels)]
    assert marked == ["paid on end of period + 1 month", "week"]
