"""The runner of worked examples has to fail where an example is wrong; one good example is damaged in many ways."""

from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from quotarules.cases import CaseResult, holds_case, run_case
from quotarules.cli.main import run
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.reference import interpreter
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period

EXAMPLE = (Path(__file__).parents[1] / "src/quotarules/starter/examples.md").read_text(encoding="utf-8")
REFERENCE = {"reference": interpreter.settle}


def result(before: str = "", after: str = "") -> CaseResult:
    assert before in EXAMPLE
    return run_case(SourceFile("case.md", EXAMPLE.replace(before, after, 1)), REFERENCE)


def test_the_example_passes() -> None:
    assert result().passed
    assert result().compared == 4


@pytest.mark.parametrize(
    ("before", "after", "line", "expected", "computed"),
    [
        ("D2,due,30000.00", "D2,due,30000.01", "S1 pay seller.won D2", "due 30000.01", "due 30000.00"),
        ("seller.base,,due,60000.00", "seller.base,,excluded,", "S1 pay seller.base", "excluded", "due 60000.00"),
        ("D1,due,16000.00", "D9,due,16000.00", "S1 pay seller.won D9", "due 16000.00", "no such line"),
        ("total,,due,106000.00", "total,,due,1.00", "S1 pay total", "due 1.00", "due 106000.00"),
        (
            "S1,pay,seller.base",
            "S1,pai,seller.base",
            "S1 pai seller.base",
            "due 60000.00",
            "the plan has no such account",
        ),
        ("S1,pay,seller.won,D1,due,16000.00\n", "", "person/S1 pay seller.won D1", "no such line", "due 16000.00"),
        ("expect 2026-01", "expect 2026-Q1", "every line", "a period of the plan", "the plan settles each month"),
    ],
)
def test_a_wrong_expectation_fails_with_both_sides(
    before: str, after: str, line: str, expected: str, computed: str
) -> None:
    found = result(before, after)
    assert not found.passed
    told = [(difference.line, difference.expected, difference.computed) for difference in found.differences]
    assert (line, expected, computed) in told


def test_a_difference_of_money_tells_the_chain_from_inputs_to_rounding() -> None:
    chain = result("D2,due,30000.00", "D2,due,30000.01").differences[0].chain
    assert "amount = 700,000.00 RUB" in chain
    assert "46,000.0000 RUB rounded half_up to 0.01: 46,000.00 RUB" in chain


def test_a_subject_of_which_only_totals_are_named_may_have_any_lines() -> None:
    lines = "S1,pay,seller.base,,due,60000.00\nS1,pay,seller.won,D1,due,16000.00\nS1,pay,seller.won,D2,due,30000.00\n"
    assert result(lines, "").passed


def test_amounts_are_compared_as_numbers() -> None:
    assert result("due,16000.00", "due,16000").passed
    assert not result("due,16000.00", "due,16000.001").passed


def test_a_mistake_that_nobody_expected_fails() -> None:
    found = result("base salary", "base salry")
    assert not found.passed
    assert found.problems


def test_a_bad_row_fails_at_its_line() -> None:
    found = result("700000.00", "7O0000.00")
    assert not found.passed
    assert [problem.report().primary.row for problem in found.problems] == [3]


BAD = EXAMPLE.split("```expect")[0].replace("base salary", "base salry")


def problems_at(*places: str) -> CaseResult:
    fence = "\n".join(places)
    return run_case(SourceFile("case.md", f"{BAD}```problems\n{fence}\n```\n"), REFERENCE)


def test_expected_problems_have_to_come_at_their_place() -> None:
    line = next(place for place, row in enumerate(BAD.split("\n"), 1) if "base salry" in row)
    code = run_case(SourceFile("case.md", BAD), REFERENCE).problems[0].code
    assert problems_at(f"{code} {line}:8").passed
    wrong = problems_at(f"{code} {line}:9")
    assert not wrong.passed
    assert wrong.absent == (f"{code} {line}:9",)
    assert not problems_at(f"{code} {line}:8", "QR1001 1:1").passed
    assert not problems_at().passed


def test_text_without_fences_of_ours_is_no_case() -> None:
    assert not holds_case(SourceFile("a.md", "# Title\n\n```sh\nquotarules check\n```\n"))
    assert holds_case(SourceFile("a.md", EXAMPLE))


def test_the_command_counts_and_skips_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "good.md").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "text.md").write_text("# Only words\n", encoding="utf-8")
    assert run(["test", str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("1 of 1 pass\n")
    (tmp_path / "wrong.md").write_text(EXAMPLE.replace("106000.00", "1.00"), encoding="utf-8")
    (tmp_path / "bytes.md").write_bytes(b"\xff")
    assert run(["test", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "FAIL" in out
    assert "expected  due 1.00" in out
    assert out.endswith("1 of 3 pass\n")
    assert run(["test", str(tmp_path / "text.md")]) == 1


def another_trace(
    plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
) -> Outcome:
    """The reference's amounts with another recorded input."""
    outcome = interpreter.settle(plan, ledger, period, openings, lines)
    table = pq.read_table(lines)
    changed = table.set_column(table.schema.get_field_index("n0"), "n0", pc.add(table["n0"], 1))
    pq.write_table(changed, lines)
    return outcome


def test_engines_that_pay_alike_and_record_other_inputs_fail() -> None:
    found = run_case(SourceFile("case.md", EXAMPLE), {**REFERENCE, "other": another_trace})
    assert not found.passed
    assert [(difference.engine, difference.line) for difference in found.differences] == [("other", "settlement root")]
