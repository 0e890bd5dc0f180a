"""Deals whose pool is shared among members: what tests of `Allot` start from."""

from typing import Any

from engines.sample import Gone, Sample, Seen, Settle, num, text
from quotarules.plan.nodes import (
    FLAG,
    Allot,
    Anything,
    Compare,
    Equals,
    Expr,
    Not,
    Otherwise,
    RoleWeight,
    Rows,
    Switch,
    SwitchRow,
    Wait,
    When,
)

NONE = Gone("no share")
ROLE = Gone("role not listed")

Member = tuple[int, str | None, str | None, str, int | None]


def team(pools: dict[str, int | None], members: list[Member]) -> Sample:
    """Deals with a pool, and members (row, deal, person, role, hours) of deals."""
    sample = Sample()
    sample.table("people", "person", {"person": "text"}, [("ann",), ("bob",), ("cyd",), ("dan",), ("eve",)])
    sample.table("deals", "deal", {"deal": "text", "pool": "integer 2?"}, [*pools.items()])
    columns = {"row": "integer", "deal": "-> deals?", "person": "-> people?", "role": "text", "hours": "integer?"}
    sample.table("members", "row", columns, members)
    return sample


def allot(sample: Sample, where: Expr | None = None, **changed: Any) -> Allot:
    pool = sample.col("deals", "pool", "deal")
    defaults: dict[str, Any] = {
        "rows": Rows("members", ("deal",), None, earlier=False, date=None, window=None, where=where),
        "pool": pool,
        "person": ("person",),
        "weight": None,
        "role": None,
        "roles": (),
        "kept": False,
        "reason_role": sample.gone("role not listed"),
        "reason_none": sample.gone("no share"),
        "type": pool.type,
    }
    return Allot(**(defaults | changed))


def signed(sample: Sample) -> Expr:
    """The test that everybody passes but those of the role `late`, who wait for it."""
    return Otherwise((known(sample), Wait(sample.waits("not signed"), FLAG)), FLAG)


def known(sample: Sample) -> Expr:
    """The test that everybody passes but those of the role `late`, for whom it has no answer."""
    return When(Compare("=", num(0), num(0)), ((Not(is_late(sample)), sample.gone("late")),), FLAG)


def is_late(sample: Sample) -> Expr:
    return Compare("=", sample.col("members", "role"), text("late"))


def hours_known(sample: Sample, **waits: str) -> Switch:
    """The hours of members as weights; those of the roles named wait, each role for its own reason."""
    hours = sample.col("members", "hours")
    late = (SwitchRow((Equals(text(role)),), Wait(sample.waits(why), hours.type)) for role, why in waits.items())
    rows = (*late, SwitchRow((Anything(),), hours))
    return Switch("w", (sample.col("members", "role"),), rows, sample.waits("no row"), hours.type)


def roles(**weights: int) -> tuple[RoleWeight, ...]:
    return tuple(RoleWeight(text(role), weight) for role, weight in weights.items())


def see(engine: Settle, sample: Sample, node: Allot) -> list[Seen]:
    found = sample.see(engine, "members", node)
    return [found[str(row)] for row in sorted(int(key) for key in found)]
