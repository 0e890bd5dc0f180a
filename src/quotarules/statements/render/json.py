"""A statement for programs; the form is described by `schemas/statement.schema.json`.

Amounts are decimal texts at the account's places, because many readers of JSON turn numbers into floats.
"""

import json

from quotarules.statements.model import LineInput, Section, Statement, StatementLine
from quotarules.statements.numbers import plain

FORMAT = "quotarules/statement/1"


def render(statement: Statement) -> str:
    """The statement as one ASCII document with a line end."""
    return json.dumps(as_value(statement), indent=2, sort_keys=True) + "\n"


def as_value(statement: Statement) -> dict[str, object]:
    """The statement as a JSON object."""
    paid = [{"amount": plain(pay.total, pay.scale), "unit": pay.unit} for pay in statement.pays]
    evidence = statement.evidence
    also: dict[str, object] = {"also_paid": paid[1:]} if paid[1:] else {}
    if statement.stale:
        also["stale"] = True
    return also | {
        "format": FORMAT,
        "plan": {"name": statement.plan, "label": statement.plan_label, "version": statement.plan_version},
        "period": statement.period,
        "subject": {"kind": statement.subject_kind, "key": statement.subject},
        "accounts": [_section(section) for section in statement.sections],
        "paid": paid[0] if paid else None,
        "evidence": {
            "statement_digest": evidence.digest,
            "settlement_root": evidence.root,
            "journal_head": evidence.head,
            "plan_digest": evidence.plan_digest,
            "facts_digest": evidence.facts_digest,
            "engine": evidence.engine,
            "settled_by": evidence.who,
            "settled_at": evidence.when,
        },
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "account": section.account,
        "label": section.label,
        "kind": section.kind,
        "unit": section.unit,
        "opening": None if section.opening is None else plain(section.opening, section.scale),
        "closing": None if section.closing is None else plain(section.closing, section.scale),
        "total": plain(section.total, section.scale),
        "lines": [_line(line, section.scale) for line in section.lines],
    }


def _line(line: StatementLine, scale: int) -> dict[str, object]:
    return {
        "rule": line.rule,
        "label": line.label,
        "source": line.source,
        "status": line.status,
        "amount": None if line.amount is None else plain(line.amount, scale),
        "reason": line.reason,
        "inputs": [_input(item) for item in line.inputs],
    }


def _input(item: LineInput) -> dict[str, object]:
    return {"name": item.name, "kind": item.kind, "unit": item.unit, "value": _held(item), "text": item.text}


def _held(item: LineInput) -> object:
    match item.held:
        case bool() | str() | None:
            return item.held
        case (numerator, denominator):
            return {"numerator": plain(numerator, item.scale), "denominator": str(denominator)}
        case number:
            return plain(number, item.scale) if item.kind == "integer" else item.text
