"""Ledgers written by others load as they are, with the figures that were worked out independently."""

import os
from pathlib import Path

import pyarrow.compute as pc
import pytest

from ledger.facts_in_memory import declared
from quotarules.diagnostics.files import RootFiles
from quotarules.ledger.load import load
from quotarules.ledger.tables import Ledger

DATA = Path(os.environ.get("QUOTARULES_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no folder {DATA}: set QUOTARULES_DATA to the shared data")


def loaded(yaml: str) -> Ledger:
    ledger, problems = load(declared(yaml), RootFiles(DATA), "America/New_York")
    assert ledger is not None, [problem.report().message for problem in problems[:5]]
    return ledger


def test_hardware_crm() -> None:
    ledger = loaded("""
agents: {key: sales_agent, from: maven_crm/sales_teams.csv, columns: {regional_office: [Central, East, West]}}
accounts:
  {key: account, from: {csv: maven_crm/accounts.csv, rows: 85}, columns: {sector: sectors, revenue: number to 0.01}}
sectors: {distinct: accounts.sector}
products: {key: product, from: maven_crm/products.csv, columns: {sales_price: money USD}}
deals:
  key: opportunity_id
  from: {csv: maven_crm/sales_pipeline.csv, rows: 8800}
  columns:
    seller: {column: sales_agent, to: agents}
    product: {to: products, read: {GTXPro: "GTX Pro"}}
    account: accounts or missing
    stage: {column: deal_stage, type: [Won, Lost, Engaging, Prospecting]}
    closed_on: {column: close_date, type: date or missing}
    value: {column: close_value, type: money USD or missing}
""")
    deals = ledger.tables["deals"].rows
    won = deals.filter(pc.field("stage") == "Won")
    assert won.num_rows == 4238
    assert pc.sum(won["value"]).as_py() == 10_005_534_00
    assert [(replacement.written, replacement.count) for replacement in ledger.replaced] == [("GTXPro", 1480)]
    assert [(each.table, each.column, each.count) for each in ledger.unlinked] == [("deals", "account", 1425)]
    assert ledger.tables["agents"].rows.num_rows == 35


def test_reseller_sales() -> None:
    ledger = loaded("""
people:
  key: EmployeeKey
  from: {csv: adventureworks_sales/Salesperson.csv, delimiter: "|"}
  columns: {EmployeeKey: count, number: {column: EmployeeID, type: count}, name: {column: Salesperson}}
lines:
  key: line number
  from: {csv: adventureworks_sales/Sales.csv, delimiter: "|", dates: YYYY/MM/DD, rows: 57851}
  columns:
    sold_on: {column: OrderDate, type: date}
    seller: {column: EmployeeKey, to: people}
    amount: {column: Sales, type: money USD}
    cost: {column: Cost, type: money USD}
targets:
  each: target
  key: [person, month]
  from: {csv: adventureworks_sales/Targets.csv, delimiter: "|", dates: YYYY/MM/DD}
  columns:
    person: {column: EmployeeID, to: people.number}
    month: {column: TargetMonth, type: date}
    amount: {column: TargetAmount, type: money USD}
""")
    lines = ledger.tables["lines"].rows
    assert pc.sum(lines["amount"]).as_py() == 77_548_570_20
    assert pc.sum(lines["cost"]).as_py() == 76_549_075_63
    assert lines.filter(pc.field("amount") < pc.field("cost")).num_rows == 20_586
    assert "José Saraiva" in ledger.tables["people"].rows["name"].to_pylist()
    assert set(ledger.tables["targets"].rows["person"].to_pylist()) <= set(lines["seller"].to_pylist()) | set(
        ledger.tables["people"].rows["EmployeeKey"].to_pylist()
    )
