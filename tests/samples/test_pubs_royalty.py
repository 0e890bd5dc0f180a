"""The royalty schedule of the pubs database, read from its file: its gap is refused at its row; filled, it pays."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from quotarules.compiler import Compiled, compile_rules
from quotarules.diagnostics.files import MemoryFiles, RootFiles
from quotarules.diagnostics.source import SourceFile
from quotarules.engines.choice import ENGINES
from quotarules.ledger.load import load
from quotarules.semantics.facts import read_facts
from quotarules.syntax.rule_texts import rule_texts
from quotarules.syntax.yaml_tree import parse_yaml
from samples.settling import Settled, settle_through, shared

FACTS = """\
titles:
  key: title
  from: {csv: titles.csv, rows: 18}
  columns:
    title: {column: title_id}
    price: money USD or missing
    copies: {column: ytd_sales, type: count or missing}
"""

# Bands are read as over LOW through HIGH, LOW being the last copy of the band before.
RULES = """\
quotarules 1

plan royalties version 1 {
  currency  USD
  period    month
  timezone  "UTC"
  rounding  half_up to 0.0001 per line
  effective from 2026-01-01 through 2026-12-31
}

table rates by title, sold from "roysched.csv" {
  title_id, over lorange - 1 through hirange: royalty * 1%
}
tiers reached whole by title from "roysched.csv" {
  title_id, over lorange - 1 through hirange: royalty * 1%
}
tiers sliced marginal by title from "roysched.csv" {
  title_id, over lorange - 1 through hirange: royalty * 1%
}

pay author "Author" for each title where copies is present and price is present {
  rate    "Rate reached"    100 USD * rates(title, copies)
  reached "At that rate"    price * reached(title, copies)
  sliced  "Slice by slice"  price * sliced(title, copies)
}
"""


def _compiled(schedule: bytes) -> Compiled:
    tree, found = parse_yaml(SourceFile("facts.yaml", FACTS))
    assert tree is not None, found
    schema, found = read_facts(tree)
    assert schema is not None, found
    return compile_rules(rule_texts(SourceFile("plan.qr", RULES)), schema, (), MemoryFiles({"roysched.csv": schedule}))


def _schedule(*more: str) -> bytes:
    """The published schedule with further rows, each before the first row of a higher band of its title."""
    lines = (shared("pubs_royalty") / "roysched.csv").read_text(encoding="utf-8").splitlines()
    for row in more:
        title, low = row.split(",")[:2]
        at = next(i for i, old in enumerate(lines) if old.startswith(f"{title},") and int(old.split(",")[1]) > int(low))
        lines.insert(at, row)
    return ("\n".join(lines) + "\n").encode()


def test_the_gap_of_the_published_schedule_is_refused_at_its_row() -> None:
    schedule = _schedule()
    compiled = _compiled(schedule)
    assert compiled.plan is None
    assert [problem.code for problem in compiled.problems] == ["QR4103", "QR4103", "QR4103"]
    places = {problem.report().primary.span for problem in compiled.problems}
    (source,) = compiled.sources
    (place,) = places
    line, column = source.place(place.start)
    row = source.line(line).rstrip()
    assert (place.file, row.split(",")[0], row[column - 1 :].split(",")[0]) == ("roysched.csv", "BU1111", "12001")
    message = compiled.problems[0].report().message
    assert "between 10000 and 12000" in message


@pytest.fixture(scope="module", params=list(ENGINES))
def settled(request: pytest.FixtureRequest) -> Settled:
    compiled = _compiled(_schedule("BU1111,10001,12000,14"))
    assert compiled.plan is not None, [problem.report().message for problem in compiled.problems]
    ledger, found = load(compiled.plan.schema, RootFiles(shared("pubs_royalty")), compiled.plan.zone)
    assert ledger is not None, [problem.report().message for problem in found]
    return settle_through(compiled.plan, ledger, "2026-01", "2026-01", request.param)["2026-01"]


def _titles(data: Path) -> dict[str, dict[str, str]]:
    with (data / "titles.csv").open(encoding="utf-8", newline="") as stream:
        return {row["title_id"]: row for row in csv.DictReader(stream) if row["ytd_sales"]}


def _amounts(settled: Settled, rule: str) -> dict[str, Fraction | None]:
    return {key[1]: line.amount for key, line in settled.lines.items() if key[3] == f"author.{rule}"}


def test_the_rate_reached_is_the_published_one(settled: Settled) -> None:
    published = {title: Fraction(row["royalty"]) for title, row in _titles(shared("pubs_royalty")).items()}
    assert len(published) == 16
    assert _amounts(settled, "rate") == published


@pytest.mark.parametrize(("rule", "total"), [("reached", "142266.2734"), ("sliced", "129045.6734")])
def test_royalties_of_all_titles(settled: Settled, rule: str, total: str) -> None:
    found = _amounts(settled, rule)
    assert len(found) == 16
    assert sum(amount or 0 for amount in found.values()) == Fraction(total)
