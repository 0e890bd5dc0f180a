"""Forms that few plans write, each said whole: drawn among the others so that none goes untried."""

from collections.abc import Callable

Pick = Callable[[list[str]], str]


def rare_measures(pick: Pick) -> list[tuple[str, str, str]]:
    """Names, tables and values of numbers: a text among the facts, working days on a calendar."""
    into = pick(["RUB", "EUR", "it's 50% / a", ""])
    calendar = pick(["", " on calendar desk"])
    start, end = pick(["signed_on", "2026-01-30"]), pick(["(won_on else signed_on)", "2026-03-09"])
    return [
        ("pairs_into", "", f'count(pairs on since where into = "{into}"{pick(["", " during ever"])})'),
        ("days_open", "deals", f"working days(from {start} through {end}{calendar}) / 2 working days"),
    ]


def seen_by_rows(pick: Pick) -> str:
    """A sum over rows, each of which reads the person that asks as it stood on a day of the row."""
    day = pick(["signed_on", "(won_on else signed_on)"])
    sign = pick([">", "<="])
    return f"sum(amount of deals by seller on won_on where amount {sign} this person.seen(at {day}))"


def weighed(pick: Pick) -> str:
    """A block whose KPIs are proven to weigh what it says."""
    one, other = pick(["70% 30%", "12.5% 87.5%", "100% 0%"]).split()
    met = pick(
        [
            "manager is present",
            "hired_on < start of period",
            "salary >= 100 RUB",
            "count(shifts by person on worked_on) > 1",
        ]
    )
    lines = [f'kpi a "A" {one} of salary when {met}', f'kpi b "B" {other} of salary', "weights 100%"]
    body = "\n".join(f"  {line}" for line in lines)
    return f"pay weighed for each person where {pick(['senior', 'role = head'])} {{\n{body}\n}}"


def on_days(condition: Callable[[], str], pick: Pick) -> str:
    """A term of an sla between two days, in days, months or working days."""
    within = pick(["10 days", "1 month", "2 working days"])
    where = pick(["", f" where {condition()}"])
    share = pick(["for at least 60%", "always"])
    return f'  closing "Closing" owed by seller for each deal{where}: done_on within {within} of signed_on, {share}'
