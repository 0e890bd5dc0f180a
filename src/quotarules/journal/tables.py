"""The tables of the journal and the rules by which the database itself refuses to change what was written.

Amounts are texts of exact integers, because SQLite's own integers end at 64 bits and a balance may not.
"""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, MetaData, Table, Text

APPLICATION = 0x51524A31
"""What tells a journal from other SQLite files: `QRJ1`."""

FORM = 2
"""The version of these tables."""

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, nullable=False, primary_key=key)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, CheckConstraint(f"{name} >= 0"), nullable=False)


def _amount(name: str) -> Column[str]:
    digits = f"CASE WHEN substr({name}, 1, 1) = '-' THEN substr({name}, 2) ELSE {name} END"
    plain = f"{digits} NOT GLOB '*[^0-9]*' AND {digits} GLOB '[1-9]*' OR {name} = '0'"
    return Column(name, Text, CheckConstraint(plain), nullable=False)


def _entry() -> Column[int]:
    return Column("entry", Integer, ForeignKey("entries.number"), nullable=False, primary_key=True)


entries = Table(
    "entries",
    metadata,
    Column("number", Integer, CheckConstraint("number > 0"), primary_key=True, autoincrement=False),
    Column("previous", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("kind", Text, CheckConstraint("kind IN ('settled')"), nullable=False),
    _text("plan"),
    _text("period"),
    _text("body"),
    sqlite_strict=True,
)

statements = Table(
    "statements",
    metadata,
    _entry(),
    _text("subject_kind", key=True),
    _text("subject", key=True),
    _text("name"),
    _count("lines"),
    _text("digest"),
    sqlite_strict=True,
)

members = Table(
    "members",
    metadata,
    _entry(),
    _text("subject_kind", key=True),
    _text("subject", key=True),
    _text("account", key=True),
    sqlite_strict=True,
)

balances = Table(
    "balances",
    metadata,
    _entry(),
    _text("subject_kind", key=True),
    _text("subject", key=True),
    _text("account", key=True),
    _text("source", key=True),
    _text("unit"),
    _count("scale"),
    _amount("opening"),
    _amount("closing"),
    Column("opened", Integer, CheckConstraint("opened IN (0, 1)"), nullable=False),
    sqlite_strict=True,
)

totals = Table(
    "totals",
    metadata,
    _entry(),
    _text("account", key=True),
    _text("unit", key=True),
    Column("scale", Integer, CheckConstraint("scale >= 0"), nullable=False, primary_key=True),
    _amount("due"),
    _count("due_lines"),
    _count("waiting_lines"),
    _count("excluded_lines"),
    sqlite_strict=True,
)

blobs = Table(
    "blobs", metadata, _text("digest", key=True), Column("content", LargeBinary, nullable=False), sqlite_strict=True
)

PARTS = (statements, members, balances, totals)
"""The tables whose rows belong to an entry."""


_LAST_NUMBER = "(SELECT coalesce(max(number), 0) FROM entries)"
_LAST_DIGEST = "coalesce((SELECT digest FROM entries ORDER BY number DESC LIMIT 1), printf('%064d', 0))"


def triggers() -> dict[str, str]:
    """The triggers of a journal, text by name: nothing is changed or taken out, and entries come one after another."""
    found: dict[str, str] = {}
    for table in (entries, *PARTS, blobs):
        for action in ("UPDATE", "DELETE"):
            name = f"{table.name}_no_{action.lower()}"
            found[name] = _refusing(name, f"{action} ON {table.name}", "1", "a journal is only added to")
    broken = f"NEW.number != {_LAST_NUMBER} + 1 OR NEW.previous != {_LAST_DIGEST}"
    found["entries_in_order"] = _refusing("entries_in_order", "INSERT ON entries", broken, "an entry follows the last")
    for table in PARTS:
        name = f"{table.name}_in_order"
        late = f"NEW.entry != {_LAST_NUMBER}"
        found[name] = _refusing(name, f"INSERT ON {table.name}", late, "rows are added with their entry")
    return found


def _refusing(name: str, event: str, condition: str, words: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
