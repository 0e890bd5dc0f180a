"""Ledgers as rows that a law changes: a part of them, one deal cut in two, every amount in larger units."""

from drawing import Draw
from generated import small_company

Rows = dict[str, list[dict[str, str]]]
MONEY = (("deals", "amount"), ("deals", "cost"), ("deals", "fee"), ("people", "salary"))


def drawn_rows(draw: Draw) -> Rows:
    """A ledger of the small company whose fees stay within their contract a hundred times as large."""
    rows = {name: rows_of(table) for name, table in small_company.ledgers(draw).items()}
    for row in rows["deals"]:
        row["fee"] = row["fee"] if abs(kopecks(row["fee"])) < 1_000_000 else "7.77"
    return rows


def rows_of(table: bytes) -> list[dict[str, str]]:
    head, *rows = [line.split(",") for line in table.decode().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in rows]


def files(rows: Rows) -> dict[str, bytes]:
    """The tables as CSV; one without rows has a line of names all the same."""
    heads = {name: table.split(b"\n")[0] for name, table in EMPTY.items()}
    return {
        name: heads[name] + b"\n" + b"".join(",".join(row.values()).encode() + b"\n" for row in table)
        for name, table in rows.items()
    }


EMPTY = small_company.ledgers(Draw(lambda _: 0))


def without_deals(rows: Rows, gone: set[str]) -> Rows:
    """The ledger without some deals and whoever took part in them."""
    kept = [row for row in rows["deals"] if row["deal"] not in gone]
    return {**rows, "deals": kept, "participants": [row for row in rows["participants"] if row["deal"] not in gone]}


def in_larger_units(rows: Rows, times: int) -> Rows:
    """The ledger with every amount of money so many times as large."""
    result = {name: [dict(row) for row in table] for name, table in rows.items()}
    for name, column in MONEY:
        for row in result[name]:
            row[column] = written(times * kopecks(row[column]))
    return result


def kopecks(amount: str) -> int:
    whole, _, part = amount.lstrip("-").partition(".")
    size = int(whole) * 100 + int(part.ljust(2, "0") or 0)
    return -size if amount.startswith("-") else size


def written(kopecks: int) -> str:
    return f"{'-' if kopecks < 0 else ''}{abs(kopecks) // 100}.{abs(kopecks) % 100:02}"
