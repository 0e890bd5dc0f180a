"""Every worked example, settled by the engine and by the second evaluator: they agree on every line of every period."""

from pathlib import Path
from typing import get_args

import pytest

from quotarules.semantics import checked
from second.cases import Example, example
from second.comparing import differences
from second.whole import UNKNOWN_FORMS, forms

ROOT = Path(__file__).parents[2]
CASES = sorted([*(ROOT / "fixtures").glob("*/good/*.md"), *(ROOT / "fixtures" / "published").glob("*.md")])
GUIDE = sorted((ROOT / "docs" / "guide").glob("*.md"))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", [*CASES, *GUIDE], ids=name)
def test_the_second_evaluator_agrees(path: Path) -> None:
    found = example(path)
    if found is None:
        assert path in GUIDE, "a case expects lines"
        return
    unknown = forms(found.plan) & set(UNKNOWN_FORMS)
    if unknown:
        pytest.skip(f"the second evaluator does not know {', '.join(sorted(unknown))}")
    told = list(differences(found.plan, found.ledger, found.first, found.last))
    assert told == []


def test_the_list_of_unknown_forms_is_exact() -> None:
    """A form stands on the list only if a case uses it and the evaluator cannot work that case out."""
    for form in UNKNOWN_FORMS:
        using = [found for path in CASES if (found := example(path)) is not None and form in forms(found.plan)]
        assert using, f"no case uses {form}"
        assert not any(worked_out(case) for case in using), f"{form} is known"


def worked_out(case: Example) -> bool:
    try:
        return not any(differences(case.plan, case.ledger, case.first, case.last))
    except AssertionError:
        return False


def test_cases_use_what_rules_are_made_of() -> None:
    """Nothing is taken for known that no case has: every sort of expression and clause stands in one."""
    used = {form for path in CASES if (found := example(path)) is not None for form in forms(found.plan)}
    kinds = {kind.__name__ for kind in get_args(checked.Typed)}
    kinds |= {name for name in vars(checked) if name.startswith(("Checked", "Due", "Key"))} - {"DueSchedule"}
    assert kinds - used == set()
