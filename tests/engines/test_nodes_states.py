"""The three states of an expression: what hands them on, and what ends them."""

import pytest

from engines.sample import Gone, Sample, Seen, Settle, Waits, no, num, whole, yes
from quotarules.plan.nodes import FLAG, Add, And, Compare, DueOnly, Expr, IsMissing, Not, Or, Otherwise, Wait, When


def people(*rows: tuple[str, int | None, bool | None]) -> Sample:
    sample = Sample()
    sample.table("people", "person", {"person": "text", "score": "integer?", "senior": "flag?"}, rows)
    return sample


S = people(("A", 5, True))
GONE_A: Expr = When(num(1), ((no(), S.gone("a")),), whole())
GONE_B: Expr = When(num(1), ((no(), S.gone("b")),), whole())
WAIT_A: Expr = Wait(S.waits("wait a"), whole())
WAIT_B: Expr = Wait(S.waits("wait b"), whole())
F_WAIT: Expr = Wait(S.waits("wait f"), FLAG)
F_GONE: Expr = When(yes(), ((no(), S.gone("f")),), FLAG)
NO, YES = no(), yes()


CASES: list[tuple[str, Expr, Seen]] = [
    ("strict: waiting beats missing", Add((GONE_A, WAIT_A), whole()), Waits("wait a")),
    ("strict: leftmost waiting", Add((WAIT_B, GONE_A, WAIT_A), whole()), Waits("wait b")),
    ("strict: leftmost missing", Add((num(1), GONE_B, GONE_A), whole()), Gone("b")),
    ("and: no wins over waiting", And((F_WAIT, NO)), False),
    ("and: no wins over missing", And((F_GONE, NO)), False),
    ("and: waiting over missing", And((F_GONE, F_WAIT, YES)), Waits("wait f")),
    ("and: missing over yes", And((YES, F_GONE)), Gone("f")),
    ("and: all yes", And((YES, YES)), True),
    ("or: yes wins over waiting", Or((F_WAIT, YES)), True),
    ("or: waiting over missing", Or((F_GONE, F_WAIT, NO)), Waits("wait f")),
    ("or: missing over no", Or((NO, F_GONE)), Gone("f")),
    ("or: all no", Or((NO, NO)), False),
    ("not", Not(NO), True),
    ("not waits", Not(F_WAIT), Waits("wait f")),
    ("is missing: value", IsMissing(num(0)), False),
    ("is missing: missing", IsMissing(GONE_A), True),
    ("is missing: waits", IsMissing(WAIT_A), Waits("wait a")),
    ("when: value", When(num(7), ((YES, S.gone("x")),), whole()), 7),
    ("when: first no", When(num(7), ((YES, S.gone("x")), (NO, S.gone("y")), (NO, S.gone("z"))), whole()), Gone("y")),
    ("when: no beats waiting", When(num(7), ((F_WAIT, S.gone("x")), (NO, S.gone("y"))), whole()), Gone("y")),
    ("when: missing has the reason beside it", When(num(7), ((F_GONE, S.gone("y")),), whole()), Gone("y")),
    ("when: waiting", When(num(7), ((YES, S.gone("x")), (F_WAIT, S.gone("y"))), whole()), Waits("wait f")),
    ("when: waiting condition beats missing value", When(GONE_A, ((F_WAIT, S.gone("y")),), whole()), Waits("wait f")),
    ("when: hands on a missing value", When(GONE_A, ((YES, S.gone("y")),), whole()), Gone("a")),
    ("when: hands on a waiting value", When(WAIT_A, ((YES, S.gone("y")),), whole()), Waits("wait a")),
    ("when: a false condition beats a waiting value", When(WAIT_A, ((NO, S.gone("y")),), whole()), Gone("y")),
    ("otherwise: first value", Otherwise((GONE_A, num(3), num(4)), whole()), 3),
    ("otherwise: waiting is not filled", Otherwise((GONE_A, WAIT_A, num(4)), whole()), Waits("wait a")),
    ("otherwise: value before waiting", Otherwise((num(4), WAIT_A), whole()), 4),
    ("otherwise: last reason", Otherwise((GONE_A, GONE_B), whole()), Gone("b")),
    ("due only: value", DueOnly(num(4), S.gone("x"), whole()), 4),
    ("due only: missing", DueOnly(GONE_A, S.gone("x"), whole()), Gone("x")),
    ("due only: waiting", DueOnly(WAIT_A, S.gone("x"), whole()), Gone("x")),
    ("compare: waiting", Compare("<", GONE_A, WAIT_B), Waits("wait b")),
]


@pytest.mark.parametrize(("expr", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_states(engine: Settle, expr: Expr, expected: Seen) -> None:
    assert S.see(engine, "people", expr) == {"A": expected}


def test_columns_hand_on_their_state(engine: Settle) -> None:
    sample = people(("A", 5, True), ("B", None, False), ("C", 7, None))
    score = sample.col("people", "score")
    assert sample.see(engine, "people", score) == {"A": 5, "B": Gone("no score"), "C": 7}
    paid = sample.computed(
        "people", "paid", When(score, ((sample.col("people", "senior"), sample.gone("junior")),), whole())
    )
    assert sample.see(engine, "people", paid) == {"A": 5, "B": Gone("junior"), "C": Gone("junior")}
