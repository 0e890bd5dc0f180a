"""Conversions: an amount times the rate in force on a day, over the other rate where it leaves the plan's currency."""

from dataclasses import replace

from quotarules.plan.from_checked.arithmetic import as_ratio, divided, multiplied
from quotarules.plan.from_checked.builder import Builder
from quotarules.plan.nodes import DAY, TEXT, Compare, Expr, InForce, Kind, Literal, Otherwise, ValueType, When
from quotarules.semantics import checked


def converted(builder: Builder, typed: checked.Conversion, amount: Expr, source: Expr, day: Expr) -> Expr:
    """The exact amount in the target currency; it waits where a rate that it needs is not there."""
    target = typed.target
    home = builder.plan.currency
    if isinstance(typed.source, checked.Constant) and typed.source.value == target:
        return amount
    if typed.rates.into is not None:
        return multiplied(amount, _unless(builder, typed, target, source, _rate(builder, typed, source, day)), target)
    value = amount
    if target == home:
        return multiplied(value, _inward(builder, typed, source, day), target)
    factor = as_ratio(_inward(builder, typed, source, day), _never(builder, typed))
    out = divided(factor, _rate(builder, typed, Literal(target, TEXT), day), _never(builder, typed), "")
    return multiplied(amount, _unless(builder, typed, target, source, out), target)


def _inward(builder: Builder, typed: checked.Conversion, source: Expr, day: Expr) -> Expr:
    """What one unit of the amount's currency is worth in the plan's."""
    home = builder.plan.currency
    return _unless(builder, typed, home, source, _rate(builder, typed, source, day))


def _unless(builder: Builder, typed: checked.Conversion, currency: str, source: Expr, rate: Expr) -> Expr:
    """1 where the amount is in that currency already, else the rate."""
    one = Literal(10**rate.type.scale, ValueType(Kind.INTEGER, rate.type.scale))
    if isinstance(source, Literal):
        return one if source.value == currency else rate
    already = Compare("=", source, Literal(currency, TEXT))
    # No word of the text says this test, so it points at no words, and an explanation leaves it out.
    nowhere = replace(typed.span, end=typed.span.start)
    other = builder.reason(f"`{_named(builder, typed)}` is not {currency}", nowhere)
    same = one if rate.type.kind is Kind.INTEGER else as_ratio(one, _never(builder, typed))
    return Otherwise((When(same, ((already, other),), rate.type), rate), rate.type)


def _rate(builder: Builder, typed: checked.Conversion, currency: Expr, day: Expr, *, since: bool = False) -> InForce:
    """The rate of a currency in force on the day, or the day since when it is."""
    rates = typed.rates
    keys = (rates.currency,) if rates.into is None else (rates.currency, rates.into)
    values = (currency,) if rates.into is None else (currency, Literal(typed.target, TEXT))
    name = rates.since if since else rates.rate
    kind = DAY if since else builder.fact_type(rates.table, rates.rate)
    said = str(currency.value) if isinstance(currency, Literal) else f"`{_named(builder, typed)}`"
    into = f" into {typed.target}" if rates.into is not None else ""
    text = f"no rate of {said}{into} at `{builder.words(typed.day.span)}` in `{rates.table}`"
    reason = builder.reason(text, typed.span, waiting=True)
    return InForce(rates.table, keys, values, rates.since, day, name, reason, kind)


def rate_inputs(builder: Builder, typed: checked.Conversion, source: Expr, day: Expr) -> tuple[tuple[str, Expr], ...]:
    """What a line keeps of a conversion, by name: each rate with the day since when it is in force."""
    home, rates = builder.plan.currency, typed.rates
    fixed = isinstance(source, Literal)
    if fixed and isinstance(source, Literal) and source.value == typed.target:
        return ()
    found: list[tuple[str, Expr]] = []
    needed = [] if fixed else [(_named(builder, typed), source)]
    asked: list[tuple[str, Expr]] = []
    if not isinstance(source, Literal):
        asked.append((_named(builder, typed), source))
    elif source.value != home or rates.into is not None:
        asked.append((str(source.value), source))
    if rates.into is None and typed.target != home:
        asked.append((typed.target, Literal(typed.target, TEXT)))
    when = builder.words(typed.day.span)
    for said, currency in asked:
        found.append((f"rate of {said} at {when}", _rate(builder, typed, currency, day)))
        found.append((f"rate of {said} at {when} since", _rate(builder, typed, currency, day, since=True)))
    return (*needed, *found)


def _named(builder: Builder, typed: checked.Conversion) -> str:
    """How the text would call the column that names the amount's currency."""
    assert isinstance(typed.source, checked.Read), "a column names the currency"
    before, dot, _ = builder.words(typed.operand.span).rpartition(".")
    return f"{before}{dot}{typed.source.name}"


def _never(builder: Builder, typed: checked.Conversion) -> int:
    return builder.reason(f"the rate of {typed.target} is zero", typed.span)
