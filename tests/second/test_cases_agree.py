"""Every worked example, settled by the engine and by the second evaluator: they agree on every line of every period."""

from pathlib import Path

import pytest

from second.cases import example
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


@pytest.mark.parametrize("form", UNKNOWN_FORMS)
def test_an_unknown_form_is_one_that_it_gets_wrong(form: str) -> None:
    """The list is exact: each form on it stands in cases that fail, and in no other way than by it."""
    alone = [found for path in CASES if (found := example(path)) is not None and form in forms(found.plan)]
    assert alone
    assert any(list(differences(case.plan, case.ledger, case.first, case.last)) for case in alone)
