"""A statement as plain text: a table for each account, what is paid, and what proves it."""

from tabulate import tabulate

from quotarules.plan.lines import DUE
from quotarules.statements.model import Section, Statement, StatementLine
from quotarules.statements.numbers import amount, grouped

_HEADERS = ("line", "for", "amount", "why not due")
_ALIGNED = ("left", "left", "right", "left")
_OPTIONAL = (1, 3)


def render(statement: Statement) -> str:
    """The statement with a line end after the last line."""
    title = f"{statement.plan_label}, {statement.period}"
    parts = [f"{title}\n{'=' * len(title)}\n{statement.subject_kind} {statement.subject}"]
    if statement.stale:
        parts.append(f"STALE: an earlier period was settled again after this one. Settle {statement.period} again.")
    parts.extend(_section(section) for section in statement.sections)
    if not any(section.lines for section in statement.sections):
        parts.append("No lines in this period.")
    if statement.pays:
        paid = " and ".join(amount(pay.total, pay.scale, pay.unit) for pay in statement.pays)
        parts.append(f"Paid for {statement.period}: {paid}")
    parts.append(_evidence(statement))
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> str:
    heading = section.label if not section.unit else f"{section.label} ({section.unit})"
    rows: list[tuple[str, str, str, str]] = []
    if section.opening is not None:
        rows.append(("Opening balance", "", grouped(section.opening, section.scale), ""))
    rows.extend(_row(line, section) for line in section.lines)
    rows.append(_last_row(section))
    # A column that says nothing here is left out.
    shown = [place for place in range(len(_HEADERS)) if place not in _OPTIONAL or any(row[place] for row in rows)]
    table = tabulate(
        [[row[place] for place in shown] for row in rows],
        headers=[_HEADERS[place] for place in shown],
        tablefmt="simple",
        colalign=[_ALIGNED[place] for place in shown],
        disable_numparse=True,
    )
    return f"{heading}\n" + "\n".join(row.rstrip() for row in table.split("\n"))


def _row(line: StatementLine, section: Section) -> tuple[str, str, str, str]:
    if line.status == DUE and line.amount is not None:
        said = _verdict(line.amount) if section.kind == "sla" else grouped(line.amount, section.scale)
        return line.label, line.source, said, ""
    return line.label, line.source, "", f"{line.status}: {line.reason}"


def _verdict(kept: int) -> str:
    return "kept" if kept else "broken"


def _last_row(section: Section) -> tuple[str, str, str, str]:
    if section.kind == "sla":
        return "Kept", "", f"{section.total} of {section.decided}", ""
    if section.closing is not None:
        return "Closing balance", "", grouped(section.closing, section.scale), ""
    return "Total", "", grouped(section.total, section.scale), ""


def _evidence(statement: Statement) -> str:
    evidence = statement.evidence
    rows = (
        ("plan", f"{statement.plan} version {statement.plan_version}"),
        ("settled", f"{evidence.when} by {evidence.who}, {evidence.engine}"),
        ("statement", evidence.digest),
        ("settlement", evidence.root),
        ("journal head", evidence.head),
    )
    return tabulate(rows, tablefmt="plain", disable_numparse=True)
