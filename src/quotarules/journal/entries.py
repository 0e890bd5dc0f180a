"""Entries of the journal as values: what each says as canonical JSON, and the digest that chains it to the last one."""

import json
import re
from dataclasses import fields

from quotarules.journal.canonical_bytes import sha256, text, u64
from quotarules.records import dataclass
from quotarules.values.period import Period, PeriodUnit, parse_period, unit_named, unit_text

MAGIC = b"QRE1"
GENESIS = "0" * 64
"""What the first entry names as the one before it."""

SETTLED = "settled"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class EntryError(ValueError):
    """A body that no version of the journal wrote; the text ends the sentence "the entry …"."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a settlement was made from and by whom, as the caller knows it: the journal never reads a clock.

    `facts` is the ledger's digest in hex; `at` an instant as text; `versions` name the engine and the libraries that
    matter.
    """

    facts: str
    engine: str
    versions: tuple[tuple[str, str], ...]
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The body of an entry that settles a period. Digests are SHA-256 in hex.

    `plan_digest` is of what the plan means, `plan_blob` of the kept text with its places. `opening` and `closing` are
    digests of balances, `opened_by` the entry whose closing balances this one opened with (None for a plan's first
    period), `replaces` the entry of the draft before. `lines_file` is the SHA-256 of the lines file's bytes.
    """

    plan: str
    period: str
    unit: PeriodUnit
    root: str
    lines: int
    lines_file: str
    opening: str
    closing: str
    opened_by: int | None
    replaces: int | None
    plan_digest: str
    plan_blob: str
    evidence: Evidence

    @property
    def span(self) -> Period:
        """The period as days."""
        found = parse_period(self.period, self.unit)
        assert found is not None, "checked when the body was read"
        return found


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with its place in the chain, counted from 1; `digest` is the journal's head while it is the last."""

    number: int
    previous: str
    digest: str
    body: Settled


def chain_digest(number: int, previous: str, kind: str, plan: str, period: str, body: str) -> str:
    """The digest (hex) of an entry: everything that its row holds, and the digest of the entry before."""
    words = b"".join(text(word) for word in (previous, kind, plan, period, body))
    return sha256(MAGIC + u64(number) + words).hex()


def to_json(body: Settled) -> str:
    """The body as canonical JSON: sorted keys, no blanks."""
    held = {field.name: getattr(body, field.name) for field in fields(body) if field.name not in {"evidence", "unit"}}
    evidence = {field.name: getattr(body.evidence, field.name) for field in fields(Evidence)}
    return _dumped(
        {
            "format": 1,
            **held,
            "unit": unit_text(body.unit),
            **evidence,
            "versions": [list(pair) for pair in body.evidence.versions],
        }
    )


def from_json(content: str) -> Settled:
    """The body that `to_json` wrote; EntryError for any other text."""
    try:
        held = json.loads(content)
        evidence = Evidence(
            _text(held, "facts"),
            _text(held, "engine"),
            tuple((str(name), str(version)) for name, version in held["versions"]),
            _text(held, "who"),
            _text(held, "at"),
        )
        unit = unit_named(_text(held, "unit"))
        if unit is None:
            raise EntryError("is not in the form of an entry")
        body = Settled(
            _text(held, "plan"),
            _text(held, "period"),
            unit,
            _text(held, "root"),
            _count(held, "lines") or 0,
            _text(held, "lines_file"),
            _text(held, "opening"),
            _text(held, "closing"),
            _count(held, "opened_by"),
            _count(held, "replaces"),
            _text(held, "plan_digest"),
            _text(held, "plan_blob"),
            evidence,
        )
    except (ValueError, TypeError, KeyError, StopIteration, RecursionError) as error:
        raise EntryError("is not in the form of an entry") from error
    digests = (body.root, body.lines_file, body.opening, body.closing, body.plan_digest, body.plan_blob)
    whole = all(_DIGEST.fullmatch(digest) for digest in digests) and parse_period(body.period, unit) is not None
    if to_json(body) != content or not whole:
        raise EntryError("is not in the form of an entry")
    return body


def _text(held: dict[str, object], name: str) -> str:
    value = held[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _count(held: dict[str, object], name: str) -> int | None:
    value = held[name]
    if value is not None and type(value) is not int:
        raise TypeError(name)
    return value


def _dumped(tree: dict[str, object]) -> str:
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
