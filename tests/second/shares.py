"""Team bonuses: a pool for each row, or one a period, shared out among those who made it."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from quotarules.semantics.checked import CheckedTeam
from second import over_rows
from second.facts import Key, Row, follow
from second.line_amounts import line_amount
from second.rounding import parts_of, rounded
from second.states import NOTHING, WAITS, State
from second.world import WAITING, Line, Result, World, amount_of, each, plain, status_of


@dataclass(frozen=True, slots=True)
class Sharer:
    """A row that shares in a pool, and who gets its part."""

    row: Row
    person: Row
    sure: bool


def lines(world: World) -> Iterator[Line]:
    """Every share of every bonus."""
    for team in world.plan.teams:
        yield from (line for line, _ in shares_of(world, team))


def bonus(world: World, name: str, person: Row) -> Result:
    """What somebody's shares come to together; it waits if one of them waits."""
    team = next(held for held in world.plan.teams if held.name == name)
    own = [line for line, who in shares_of(world, team) if who.key == person.key]
    if any(line.status == WAITING for line in own):
        return WAITS
    return sum((line.amount for line in own if line.amount is not None), Fraction())


def shares_of(world: World, team: CheckedTeam) -> list[tuple[Line, Row]]:
    found: list[tuple[Line, Row]] = world.once(("team", team.name), lambda: list(_work(world, team)))
    return found


def _work(world: World, team: CheckedTeam) -> Iterator[tuple[Line, Row]]:
    for pool_row, sharers in _groups(world, team):
        pool = _pool(world, team, pool_row)
        if pool is None:
            continue
        for sharer, part in zip(sharers, _parts(world, team, pool, sharers), strict=True):
            source = sharer.row.source if team.person else ""
            amount = part if isinstance(part, Fraction) else None
            kind = each(world, team.person_table)
            words = (team.name, f"{team.name}.share", source, status_of(part))
            yield Line(kind, sharer.person.source, *words, amount), sharer.person


def _groups(world: World, team: CheckedTeam) -> Iterator[tuple[Row | None, list[Sharer]]]:
    """Each pool's row (None for the one of the period) with those who share in it, by person and row."""
    groups: dict[Key, list[Sharer]] = defaultdict(list)
    rows: dict[Key, Row | None] = {}
    for row in over_rows.everybody(world, team.among.table):
        counted = over_rows.counts(world, team.among, row, None, world.view)
        pool_row = follow(world.facts, row, team.among.link) if team.source is not None else None
        person = follow(world.facts, row, team.person)
        if counted is False or isinstance(pool_row, State) or isinstance(person, State):
            continue
        key = () if pool_row is None else pool_row.key
        rows[key] = pool_row
        groups[key].append(Sharer(row, person, counted is True))
    for key, sharers in groups.items():
        yield rows[key], sorted(sharers, key=lambda sharer: (sharer.person.key, sharer.row.key))


def _pool(world: World, team: CheckedTeam, row: Row | None) -> Result | None:
    """The pool, rounded; None where the row has none in this period. A shut gate leaves nothing."""
    if team.source is not None:
        assert row is not None, "the pool has a row"
        counted = over_rows.counts(world, team.source, row, None, world.view)
        if counted is not True:
            return WAITS if counted is WAITS else None
    if team.gate is not None:
        open_ = world.read(team.gate, row, world.view)
        if open_ is not True:
            return WAITS if open_ is WAITS else NOTHING
    if row is not None:
        return line_amount(world, team.pool, row, world.view, world.place, None)
    value = world.read(team.pool, None, world.view)
    return value if isinstance(value, State) else rounded(amount_of(value), world.place, world.plan.mode)


# --- who gets what -------------------------------------------------------------------------------------


def _parts(world: World, team: CheckedTeam, pool: Result, sharers: list[Sharer]) -> list[Result]:
    """The part of each sharer."""
    weights = [_weight(world, team, sharer) for sharer in sharers]
    if pool is NOTHING:
        return [NOTHING for _ in sharers]
    if pool is WAITS or WAITS in weights:
        return [WAITS for _ in sharers]
    whole = amount_of(pool)
    if team.role is not None:
        return _by_role(world, team, whole, weights)
    if team.way == "overlay":
        place, mode = world.place, world.plan.mode
        return [w if isinstance(w, State) else rounded(whole * amount_of(w), place, mode) for w in weights]
    total = sum((weight for weight in weights if isinstance(weight, Fraction)), Fraction())
    if team.way == "exact" and total != 1:
        return [WAITS for _ in sharers]
    return _by_weight(world, whole, weights, total)


def _weight(world: World, team: CheckedTeam, sharer: Sharer) -> Result:
    """What a row weighs, or its role; less than nothing counts as nothing."""
    if not sharer.sure:
        return WAITS
    asked = team.role if team.role is not None else team.weight
    if asked is None:
        return Fraction(1)
    found = world.read(asked, sharer.row, world.view)
    return max(found, Fraction()) if isinstance(found, Fraction) else found


def _by_weight(world: World, whole: Fraction, weights: list[Result], total: Fraction) -> list[Result]:
    if total == 0:
        return [NOTHING for _ in weights]
    shares = [weight / total for weight in weights if isinstance(weight, Fraction)]
    parts = iter(parts_of(whole, shares, _unit(world)))
    return [next(parts) if isinstance(weight, Fraction) else weight for weight in weights]


def _unit(world: World) -> Fraction:
    """What is shared out is counted in the smallest unit of the account."""
    return Fraction(1, 10 ** world.plan.place[1])


def _by_role(world: World, team: CheckedTeam, whole: Fraction, roles: list[Result]) -> list[Result]:
    """People in one role share its percentage; a role that is not listed gets nothing."""
    percent = {role: Fraction(digits, 10**scale) for role, digits, scale in team.roles}
    names = [NOTHING if role is NOTHING else str(plain(role)) for role in roles]
    heads = {role: names.count(role) for role in percent}
    if team.way == "overlay":
        return _overlay(world, whole, names, percent)
    present = sum((percent[role] for role in percent if heads[role]), Fraction())
    total = sum(percent.values(), Fraction()) if team.kept else present
    if total == 0:
        return [NOTHING for _ in roles]
    shares = [percent[name] / heads[name] / total for name in names if isinstance(name, str) and name in percent]
    parts = iter(parts_of(whole, shares, _unit(world)))
    return [next(parts) if isinstance(name, str) and name in percent else NOTHING for name in names]


def _overlay(world: World, whole: Fraction, names: list[str | State], percent: dict[str, Fraction]) -> list[Result]:
    """Each role's percentage is rounded as a line is, then shared equally by those in the role."""
    found: list[Result] = [NOTHING for _ in names]
    for role, share in percent.items():
        places = [at for at, name in enumerate(names) if name == role]
        amount = rounded(whole * share, world.place, world.plan.mode)
        equal = [Fraction(1, len(places)) for _ in places]
        for at, part in zip(places, parts_of(amount, equal, _unit(world)), strict=True):
            found[at] = part
    return found
