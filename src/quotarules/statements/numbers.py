"""Values as people read them, printed from exact integers: `1,234,567.89 RUB`, `3.5%`, `2026-03-31`."""

from math import gcd
from typing import assert_never

from quotarules.plan.nodes import Kind, ValueType
from quotarules.values.period import calendar_date

# A ratio without an end is cut here and marked with "…", unless it is money.
_RATIO_PLACES = 6
_MINUTES_PER_DAY = 1440
_MINUTES_PER_HOUR = 60

Held = int | bool | str | tuple[int, int]
"""A value as lines hold it: an integer at its scale, a truth value, a text, or numerator and denominator."""


def plain(number: int, scale: int) -> str:
    """All places of number * 10**-scale without separators: what a program reads."""
    sign = "-" if number < 0 else ""
    digits = str(abs(number)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}" if scale else sign + digits


def grouped(number: int, scale: int) -> str:
    """All places of number * 10**-scale, thousands separated by commas."""
    whole, dot, places = plain(abs(number), scale).partition(".")
    head = len(whole) % 3
    groups = [whole[:head], *(whole[start : start + 3] for start in range(head, len(whole), 3))]
    return ("-" if number < 0 else "") + ",".join(group for group in groups if group) + dot + places


def amount(number: int, scale: int, unit: str) -> str:
    """An amount with its unit: `1,200.00 RUB`, `12.50 points`; percent is held as a fraction and shown times 100."""
    if unit == "%":
        return percent(number, scale)
    return f"{grouped(number, scale)} {unit}".rstrip()


def percent(number: int, scale: int) -> str:
    """The value number * 10**-scale as percent without idle zeros: (35, 3) is `3.5%`."""
    shifted = (number, scale - 2) if scale >= 2 else (number * 10 ** (2 - scale), 0)
    return _short(grouped(*shifted)) + "%"


def value(held: Held | None, kind: ValueType) -> str:
    """Any value of a line; `no value` where there is none."""
    if held is None:
        return "no value"
    match kind.kind:
        case Kind.INTEGER:
            assert isinstance(held, int)
            return amount(held, kind.scale, kind.unit)
        case Kind.RATIO:
            assert isinstance(held, tuple)
            return ratio(held, kind)
        case Kind.FLAG:
            return "yes" if held else "no"
        case Kind.DAY:
            assert isinstance(held, int)
            return calendar_date(held).isoformat()
        case Kind.MINUTE:
            assert isinstance(held, int)
            return minute(held)
        case Kind.TEXT:
            return str(held)
        case other:
            assert_never(other)


def ratio(pair: tuple[int, int], kind: ValueType) -> str:
    """A quotient: exact if it ends within six places (of a percent, where it is one), else cut and marked with `…`.

    Money is never cut: what does not end is an amount over a whole number, `36,600.00 EUR / 31`.
    """
    numerator, denominator = pair
    times = 100 if kind.unit == "%" else 1
    below = denominator * 10**kind.scale
    whole, rest = divmod(abs(numerator) * times * 10**_RATIO_PLACES, below)
    if rest and _is_money(kind.unit):
        common = gcd(numerator, denominator)
        return f"{_price(numerator // common, kind.scale)} {kind.unit} / {denominator // common}"
    sign = "-" if numerator < 0 and (whole or rest) else ""
    unit = "" if kind.unit == "%" else f" {kind.unit}".rstrip()
    return f"{sign}{_short(grouped(whole, _RATIO_PLACES))}{'…' if rest else ''}{'%' if times == 100 else unit}"


def minute(held: int) -> str:
    """Local minutes since 1970 as `2026-03-31 14:05`."""
    day, rest = divmod(held, _MINUTES_PER_DAY)
    return f"{calendar_date(day).isoformat()} {rest // _MINUTES_PER_HOUR:02d}:{rest % _MINUTES_PER_HOUR:02d}"


def _is_money(unit: str) -> bool:
    return len(unit) == len("EUR") and unit.isupper()


def _price(number: int, scale: int) -> str:
    """All places of an amount but idle zeros behind the second."""
    text = grouped(number, scale)
    whole, dot, places = text.partition(".")
    return whole + dot + places.rstrip("0").ljust(min(scale, 2), "0")


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
