"""Choices have places in the order of their bytes beside them, and only as the ledger holds them."""

import pyarrow as pa

from ledger.facts_in_memory import loaded
from quotarules.engines.sql import facts
from quotarules.engines.sql.key_order import with_places

DECLARED = """
seats:
  each: seat
  key: [number, role]
  from: {csv: seats.csv}
  columns:
    number: count
    role: [Z, é, a, a-b]
    side: [south, north]
"""
ROWS = "number,role,side\n1,é,south\n1,a,south\n2,a-b,north\n2,Z,north\n"


def test_the_place_of_a_choice_is_that_among_all_that_are_declared() -> None:
    ledger, problems = loaded(DECLARED, {"seats.csv": ROWS})
    assert problems == ()
    assert ledger is not None
    rows, meant = with_places(ledger, {"seats": facts.prepared(ledger.tables["seats"], coded=True)})
    assert meant.words == {("seats", "role"): ("Z", "a", "a-b", "é"), ("seats", "side"): ("north", "south")}
    assert rows["seats"]["role place"].to_pylist() == [3, 1, 2, 0]
    assert rows["seats"]["side place"].to_pylist() == [1, 1, 0, 0]
    # `a-b/` stands before `a/`: a longer key of parts sorts otherwise than its first part.
    assert meant.parted == {("seats", "side")}


def test_texts_that_are_not_held_as_choices_have_no_places() -> None:
    ledger, _ = loaded(DECLARED, {"seats.csv": ROWS})
    assert ledger is not None
    plain = facts.prepared(ledger.tables["seats"])
    assert plain.schema.field("role").type == pa.string()
    rows, meant = with_places(ledger, {"seats": plain})
    assert meant.words == {}
    assert rows["seats"].column_names == ["number", "role", "side"]
