"""The report of a settlement as text."""

from collections.abc import Iterator

from tabulate import tabulate

from quotarules.statements.numbers import grouped
from quotarules.statements.report import AccountTotal, BrokenLine, SettleReport, WaitingLine

# What fits on a screen; `--list` prints all.
_FIRST = 10


def as_text(report: SettleReport, whole_list: bool) -> str:
    """The report; long lists are cut after the first ten unless `whole_list`."""
    limit = None if whole_list else _FIRST
    blocks = [
        f"{report.plan} version {report.plan_version}, {report.period}: {_number(report.statements, 'statement')}",
        _totals(report),
        "\n".join(_waiting(report.waiting, limit)),
        "\n".join(_broken(report.broken, limit)),
        "\n".join(_exceptions(report, limit)),
        "\n".join(_readings(report, limit)),
        _written(report),
    ]
    return "\n\n".join(block for block in blocks if block)


def _totals(report: SettleReport) -> str:
    rows = [
        (*_account(total), f"{total.due:,}", f"{total.waiting:,}", f"{total.excluded:,}") for total in report.totals
    ]
    return tabulate(
        rows,
        headers=("account", "unit", "due", "lines due", "waiting", "excluded"),
        tablefmt="simple",
        colalign=("left", "left", "right", "right", "right", "right"),
        disable_numparse=True,
    )


def _account(total: AccountTotal) -> tuple[str, str, str]:
    if total.kind == "sla":
        return total.label, "kept", grouped(total.total, 0)
    return total.label, total.unit, grouped(total.total, total.scale)


def _waiting(lines: tuple[WaitingLine, ...], limit: int | None) -> Iterator[str]:
    """The waiting lines by reason, the most frequent reason first."""
    reasons: dict[str, list[WaitingLine]] = {}
    for line in lines:
        reasons.setdefault(line.reason, []).append(line)
    for reason, waiting in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"waiting: {reason} ({_number(len(waiting), 'line')})"
        yield from _cut([_line_name(line) for line in waiting], limit)


def _broken(lines: tuple[BrokenLine, ...], limit: int | None) -> Iterator[str]:
    """What was not kept, by rule in the order of their names: who owed it, for which row, by when."""
    rules: dict[str, list[str]] = {}
    for line in lines:
        source = f"/{line.source}" if line.source else ""
        due = f", due {line.deadline}" if line.deadline else ""
        rules.setdefault(line.rule, []).append(f"{line.subject_kind}/{line.subject}  {line.rule}{source}{due}")
    for rule, names in sorted(rules.items()):
        yield f"not kept: {rule} ({_number(len(names), 'line')})"
        yield from _cut(names, limit)


def _line_name(line: WaitingLine) -> str:
    source = f"/{line.source}" if line.source else ""
    return f"{line.subject_kind}/{line.subject}  {line.account} {line.rule}{source}"


def _exceptions(report: SettleReport, limit: int | None) -> Iterator[str]:
    for found in report.exceptions:
        yield f"listed: {found.text} ({_number(len(found.keys), 'row')})"
        yield from _cut(list(found.keys), limit)


def _readings(report: SettleReport, limit: int | None) -> Iterator[str]:
    for table, column, value, count in report.replaced_values:
        yield f"read as stated: {table}.{column} `{value}`, {count:,} time{'s' * (count != 1)}"
    for table, column, count in report.unlinked:
        yield f"without a link: {table}.{column}, {_number(count, 'row')}"
    if report.set_aside:
        yield f"set aside by name: {_number(len(report.set_aside), 'row')}"
        yield from _cut([f"{table} {key}: {why}" for table, key, why in report.set_aside], limit)


def _cut(names: list[str], limit: int | None) -> Iterator[str]:
    shown = names if limit is None else names[:limit]
    yield from (f"  {name}" for name in shown)
    if len(shown) < len(names):
        yield f"  … and {len(names) - len(shown):,} more (--list names all)"


def _written(report: SettleReport) -> str:
    match report.result:
        case "recorded":
            said = "recorded as a draft"
        case "same":
            said = "the same inputs and the same bytes as before: nothing was written"
        case "replaced":
            said = "recorded; it replaces the draft before"
    lines = [f"settlement    {report.root}", f"journal head  {report.head}", said]
    lines.extend(f"  changed: {change}" for change in report.changes)
    if report.stale:
        lines.append(f"settle again, because they rest on the replaced draft: {', '.join(report.stale)}")
    return "\n".join(lines)


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
