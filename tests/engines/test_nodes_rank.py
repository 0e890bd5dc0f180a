"""Places among rows of the context's own table: ties, groups, who has none, and who makes others wait."""

import pytest

from engines.sample import Gone, Sample, Seen, Settle, Waits, num, whole
from quotarules.plan.nodes import Aggregate, Compare, Expr, Otherwise, Rows, Wait, When

NONE = Gone("none")


def place(sample: Sample, which: Rows, value: Expr) -> Aggregate:
    return Aggregate("rank", which, value, sample.gone("none"), whole())


def contest(*people: tuple[str, str | None, int | None, bool]) -> Sample:
    """People (person, team, sold, in the contest) and their teams."""
    sample = Sample()
    sample.table("teams", "team", {"team": "text"}, [("red",), ("blue",)])
    columns = {"person": "text", "team": "-> teams?", "sold": "integer 2?", "takes": "flag"}
    sample.table("people", "person", columns, people)
    return sample


SIX = contest(
    ("ann", "red", 500, True),
    ("bob", "red", 700, True),
    ("cyd", "blue", 700, True),
    ("dan", None, -100, True),
    ("eve", "blue", None, True),
    ("fay", "blue", 900, False),
)
PLACES: list[tuple[str, str | None, bool, dict[str, Seen]]] = [
    ("equal values share a place", None, False, {"ann": 4, "bob": 2, "cyd": 2, "dan": 5, "eve": NONE, "fay": 1}),
    ("only those who take part", None, True, {"ann": 3, "bob": 1, "cyd": 1, "dan": 4, "eve": NONE, "fay": NONE}),
    ("by team", "team", False, {"ann": 2, "bob": 1, "cyd": 2, "dan": NONE, "eve": NONE, "fay": 1}),
    ("by team, who take part", "team", True, {"ann": 2, "bob": 1, "cyd": 1, "dan": NONE, "eve": NONE, "fay": NONE}),
]


@pytest.mark.parametrize(("link", "takes", "expected"), [case[1:] for case in PLACES], ids=[case[0] for case in PLACES])
def test_places(engine: Settle, link: str | None, takes: bool, expected: dict[str, Seen]) -> None:
    path = None if link is None else (link,)
    which = Rows("people", path or (), path, False, None, None, SIX.col("people", "takes") if takes else None)
    assert SIX.see(engine, "people", place(SIX, which, SIX.col("people", "sold"))) == expected


def test_a_place_waits_for_everybody_of_the_group(engine: Settle) -> None:
    sample = contest(
        ("ann", "red", 5, True), ("bob", "red", 7, False), ("cyd", "blue", 9, True), ("dan", None, 1, False)
    )
    late = sample.computed("people", "late", Wait(sample.waits("later"), SIX.col("people", "sold").type))
    sold = sample.computed(
        "people",
        "known",
        Otherwise(
            (
                When(sample.col("people", "sold"), ((sample.col("people", "takes"), sample.gone("no")),), late.type),
                late,
            ),
            late.type,
        ),
    )
    which = Rows("people", ("team",), ("team",), False, None, None, None)
    seen = sample.see(engine, "people", place(sample, which, sold))
    assert seen == {"ann": Waits("later"), "bob": Waits("later"), "cyd": 1, "dan": NONE}
    everybody = Rows("people", (), None, False, None, None, None)
    assert set(sample.see(engine, "people", place(sample, everybody, sold)).values()) == {Waits("later")}
    doubt = Rows("people", (), None, False, None, None, Compare(">", sold, num(6, 2)))
    assert set(sample.see(engine, "people", place(sample, doubt, num(1))).values()) == {Waits("later")}
    asked = Rows("people", ("team",), ("team",), False, None, None, Compare(">", sold, num(6, 2)))
    assert sample.see(engine, "people", place(sample, asked, num(1))) == {
        "ann": Waits("later"),
        "bob": Waits("later"),
        "cyd": 1,
        "dan": NONE,
    }
