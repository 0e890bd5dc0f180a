"""Parts of a whole by largest remainder: the parts of a group always add up to what is given out, to the last unit."""

from collections import Counter, defaultdict
from typing import assert_never

from quotarules.engines.reference.rows import taken
from quotarules.engines.reference.scalar import evaluate
from quotarules.engines.reference.state import Missing, State, Waiting, integer
from quotarules.engines.reference.table import Key
from quotarules.engines.reference.world import RowEnvironment, World, reach, target_of
from quotarules.plan.nodes import Allot
from quotarules.records import dataclass

PRECISION = 10**12
"""Remainders are compared after this many digits, so that every engine compares the same integers."""


@dataclass(frozen=True, slots=True)
class Share:
    """A row with a place in a group: its weight, how many rows divide that weight, and its rank among equals."""

    row: int
    weight: int
    among: int
    rank: tuple[Key, Key]


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of a group before the weights of roles are divided: its weight or role, or its wait."""

    row: int
    rank: tuple[Key, Key]
    state: State


def parts_of(pool: int, shares: list[Share], total: int, given: int) -> dict[int, int]:
    """The part of each row: exact parts |pool| * weight / (among * total) cut down, then what is left, one unit each.

    `given` is the sum of the weights that have rows; together they get |pool| * given / total, cut down.
    """
    size = abs(pool)
    parts: dict[int, int] = {}
    remainders: list[tuple[int, tuple[Key, Key], int]] = []
    for share in shares:
        divisor = share.among * total
        parts[share.row], rest = divmod(size * share.weight, divisor)
        remainders.append((-(rest * PRECISION // divisor), share.rank, share.row))
    left = size * given // total - sum(parts.values())
    assert 0 <= left <= len(shares), "what is left is less than one unit a row"
    for _, _, row in sorted(remainders)[:left]:
        parts[row] += 1
    return {row: -part for row, part in parts.items()} if pool < 0 else parts


def allot_states(world: World, node: Allot) -> list[State]:
    """The part of every row of the table that is allotted among."""
    rows = node.rows
    table = world.tables[rows.table]
    results: list[State] = [Missing(node.reason_none)] * len(table.keys)
    # An empty link names no group: all rows that are taken share the pool.
    owners = reach(world, rows.table, rows.link) if rows.link else [0] * len(table.keys)
    persons = reach(world, rows.table, node.person)
    person_keys = world.tables[target_of(world, rows.table, node.person)].keys
    groups: defaultdict[tuple[int, int], list[Claim]] = defaultdict(list)
    for item in taken(world, rows):
        owner, person = owners[item.row], persons[item.row]
        if owner is None or person is None:
            continue
        environment = RowEnvironment(world, rows.table, item.row)
        pool = evaluate(node.pool, environment)
        if isinstance(pool, Missing | Waiting):
            results[item.row] = item.wait or pool
            continue
        basis = node.weight if node.weight is not None else node.role
        state: State = 1 if basis is None else evaluate(basis, environment)
        rank = (person_keys[person], table.keys[item.row])
        groups[owner, integer(pool)].append(Claim(item.row, rank, item.wait or state))
    for (_, pool_amount), claims in groups.items():
        _settle_group(node, pool_amount, claims, results)
    return results


def _settle_group(node: Allot, pool: int, claims: list[Claim], results: list[State]) -> None:
    """Writes the states of one group's rows."""
    waits = [(claim.rank[1], claim.state) for claim in claims if isinstance(claim.state, Waiting)]
    if waits:
        first = min(waits, key=lambda wait: wait[0])[1]
        for claim in claims:
            results[claim.row] = first
        return
    shares, total, given = _by_role(node, claims) if node.role is not None else _by_weight(claims)
    for claim in claims:
        results[claim.row] = claim.state if isinstance(claim.state, Missing) else Missing(node.reason_role)
    if total == 0:
        for share in shares:
            results[share.row] = Missing(node.reason_none)
        return
    match node.gives:
        case "part":
            for row, part in parts_of(pool, shares, total, given).items():
                results[row] = part
        case "weight":
            for share in shares:
                results[share.row] = share.weight
        case "divisor":
            for share in shares:
                results[share.row] = share.among * total
        case _:
            assert_never(node.gives)


def _by_weight(claims: list[Claim]) -> tuple[list[Share], int, int]:
    """The shares of rows that bring their own weight, and the sum of the weights twice."""
    shares = [
        Share(claim.row, integer(claim.state), 1, claim.rank)
        for claim in claims
        if not isinstance(claim.state, Missing | Waiting)
    ]
    total = sum(share.weight for share in shares)
    assert all(share.weight >= 0 for share in shares), "weights are not below zero"
    return shares, total, total


def _by_role(node: Allot, claims: list[Claim]) -> tuple[list[Share], int, int]:
    """The shares of rows with a listed role, the divisor of the whole, and the weights of the roles that have rows."""
    weights = {item.role.value: item.weight for item in node.roles}
    roles = {claim.row: claim.state for claim in claims if claim.state in weights}
    people = Counter(roles.values())
    shares = [
        Share(claim.row, weights[claim.state], people[claim.state], claim.rank)
        for claim in claims
        if claim.row in roles and isinstance(claim.state, str)
    ]
    given = sum(weights[role] for role in people if isinstance(role, str))
    return shares, sum(weights.values()) if node.kept else given, given
