"""Shares of a pool: by a weight, by percentages of roles, or by a percentage that each row brings along."""

from fractions import Fraction

from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.checked import Choice, Number, Quantity, ShareWay, Typed
from quotarules.semantics.desk import Desk
from quotarules.semantics.handling import needed, wrong
from quotarules.semantics.literals import choice
from quotarules.semantics.origins import side
from quotarules.semantics.problems.credit import RestOfOverlay
from quotarules.semantics.problems.people import RoleTwice, SharesDoNotAdd
from quotarules.semantics.problems.types import RatioWithoutPlace
from quotarules.semantics.scope import Scope
from quotarules.syntax import ast

Roles = tuple[tuple[str, int, int], ...]
"""Roles with the part of the whole that each gets, as (role, digits, scale)."""


@dataclass(frozen=True, slots=True)
class FoundShares:
    """What a pool is shared by: a weight, or a role with what each role gets, or neither (equally)."""

    weight: Typed | None = None
    role: Typed | None = None
    roles: Roles = ()
    way: ShareWay = "parts"


def check_shares(desk: Desk, node: ast.TeamDeclaration, scope: Scope | None) -> FoundShares | None:
    """The shares of a team, or None with a problem. `scope` is a row of those who share, if it is known."""
    match node.shares[0] if node.shares else None:
        case ast.SharesBy(expression):
            weight = _weight(desk, expression, scope)
            return FoundShares(weight) if weight is not None else None
        case ast.SharesByColumn(expression, overlay):
            weight = _weight(desk, expression, scope, percentage=True)
            return FoundShares(weight, way="overlay" if overlay else "exact") if weight is not None else None
        case ast.SharesByRole() as by_role:
            return _by_role(desk, node, by_role, scope)
        case _:
            return FoundShares()


def _weight(desk: Desk, node: ast.Expression, scope: Scope | None, *, percentage: bool = False) -> Typed | None:
    """What a row weighs, or the percentage that it brings."""
    if scope is None:
        return None
    value = desk.walk(desk, node, scope)
    typed = needed(desk, value)
    if typed is None:
        return None
    match typed.type:
        case Quantity(unit) if percentage and not isinstance(unit, Number):
            wrong(desk, value, "what shares are made by", "a percentage", None)
        case Quantity(_, True):
            desk.found.add(RatioWithoutPlace(typed.span, "shares", None, None, percentage))
        case Quantity():
            return typed
        case _:
            wanted = "a percentage" if percentage else "an amount or a number"
            wrong(desk, value, "what shares are made by", wanted, None)
    return None


def _by_role(
    desk: Desk, node: ast.TeamDeclaration, shares: ast.SharesByRole, scope: Scope | None
) -> FoundShares | None:
    role = None
    if scope is not None:
        value = desk.walk(desk, shares.role, scope)
        role = needed(desk, value)
        if role is not None and not isinstance(role.type, Choice):
            wrong(desk, value, "the role", "a word of a list", None)
            role = None
    known = True
    if role is not None and isinstance(role.type, Choice):
        for share in shares.roles:
            word = (share.role.text, share.role.span)
            known = choice(desk, word, role.type, side(desk, role)) is not None and known
    roles = _resolved(desk, node, shares)
    if role is None or not known or not roles:
        return None
    return FoundShares(None, role, roles, "overlay" if shares.overlay else "parts")


def _resolved(desk: Desk, node: ast.TeamDeclaration, shares: ast.SharesByRole) -> Roles:
    """What each role gets, `rest` worked out; nothing with a problem."""
    first: dict[str, Span] = {}
    rest: ast.RoleShare | None = None
    fine = True
    for share in shares.roles:
        words = [share.role.text] if share.percent is not None else [share.role.text, "rest"]
        for word in words:
            if word in first:
                desk.found.add(RoleTwice(share.span, first[word], word))
                fine = False
            first.setdefault(word, share.span)
        rest = share if share.percent is None else rest
    if rest is not None and shares.overlay:
        desk.found.add(RestOfOverlay(rest.span, node.name.text))
        fine = False
    if not fine:
        return ()
    written = [share.percent for share in shares.roles if share.percent is not None]
    total = sum((Fraction(percent.digits, 10**percent.scale) for percent in written), Fraction())
    spans = tuple(percent.span for percent in written)
    left = 100 - total
    if not shares.overlay and ((rest is None and left != 0) or (rest is not None and left <= 0)):
        desk.found.add(SharesDoNotAdd(spans or (shares.span,), node.name.text, _percent(total), _span(rest)))
        return ()
    scale = max((percent.scale for percent in written), default=0)
    return tuple(
        (share.role.text, share.percent.digits, share.percent.scale + 2)
        if share.percent is not None
        else (share.role.text, int(left * 10**scale), scale + 2)
        for share in shares.roles
    )


def _span(share: ast.RoleShare | None) -> Span | None:
    return share.span if share is not None else None


def _percent(total: Fraction) -> str:
    """A percentage as people write it; the parts have a finite number of digits."""
    scale = 0
    while (total * 10**scale).denominator != 1:
        scale += 1
    digits = str(int(total * 10**scale)).rjust(scale + 1, "0")
    return f"{digits[:-scale]}.{digits[-scale:]}%" if scale else f"{digits}%"
