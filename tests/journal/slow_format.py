"""The format of docs/journal-format.md a second time, line by line with `struct`: slow, plain, sharing no code."""

import hashlib
import struct

from journal.journal_samples import Row, rule_of
from quotarules.plan.nodes import Kind, Plan

CODES = {"due": 0, "waiting": 1, "excluded": 2}


def text(value: str) -> bytes:
    content = value.encode()
    return struct.pack("<I", len(content)) + content


def figure(value: int) -> bytes:
    return struct.pack("<QQ", value & (2**64 - 1), (value >> 64) & (2**64 - 1))


def number(value: int | None) -> bytes:
    return b"\x00" * 17 if value is None else b"\x01" + figure(value)


def length(value: str | None) -> bytes:
    return b"\xff\xff\xff\xff" if value is None else struct.pack("<I", len(value.encode()))


def group(plan: Plan, rows: list[Row]) -> bytes:
    """One group of lines, sorted by source."""
    rule = rule_of(plan, rows[0])
    out = text(rule.account) + text(rule.rule) + text(rule.amount.type.unit) + struct.pack("<I", rule.amount.type.scale)
    out += struct.pack("<I", len(rule.inputs))
    for item in rule.inputs:
        kind = item.value.type
        out += text(item.name) + text(kind.kind) + struct.pack("<I", kind.scale) + text(kind.unit)
    out += struct.pack("<Q", len(rows))
    columns = [
        b"".join(length(row.source) for row in rows),
        b"".join(row.source.encode() for row in rows),
        bytes(CODES[row.status] for row in rows),
        b"".join(number(row.amount) for row in rows),
    ]
    for i, item in enumerate(rule.inputs):
        values = [None if row.inputs is None else row.inputs[i] for row in rows]
        match item.value.type.kind:
            case Kind.TEXT:
                words = [value for value in values if value is None or isinstance(value, str)]
                columns.append(b"".join(length(word) for word in words))
                columns.append(b"".join((word or "").encode() for word in words))
            case Kind.RATIO:
                pairs = [v if isinstance(v, tuple) else (None, None) for v in values]
                columns += [b"".join(number(pair[side]) for pair in pairs) for side in (0, 1)]
            case _:
                columns.append(b"".join(number(v if isinstance(v, int) else None) for v in values))
    columns.append(b"".join(length(row.reason) for row in rows))
    columns.append(b"".join(row.reason.encode() for row in rows))
    return out + b"".join(hashlib.sha256(column).digest() for column in columns)


def groups(plan: Plan, rows: list[Row]) -> list[bytes]:
    """All groups in the order of their keys."""
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: tuple(part.encode() for part in row.key)):
        found.setdefault(row.key[:4], []).append(row)
    return [group(plan, held) for held in found.values()]
