"""Result lines: the columns in which every engine hands over what it computed.

A lines file is Parquet with the columns of `COLUMNS` and the slots that the plan's rules need, sorted by
(subject_kind, subject, account, rule, source) in byte order; that key is unique.
"""

from pathlib import Path

from quotarules.plan.nodes import Kind, LineRule, Plan
from quotarules.records import dataclass

COLUMNS = ("subject_kind", "subject", "account", "rule", "source", "status", "amount", "reason")
"""All text but `amount`, which is an integer (null unless due). `reason` is empty where the line is due.

`status` is one of due, waiting, excluded.
"""

DUE, WAITING, EXCLUDED = "due", "waiting", "excluded"

ITEMS = frozenset({"item"})
"""The kinds of accounts that carry a balance for each subject and source."""

CARRYING = frozenset({"karma", "carry"}) | ITEMS
"""The kinds of accounts that take their balance into the next period."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an input of a rule stands: `numbers` are the columns n0, n1, …; `texts` the columns x0, x1, ….

    A RATIO takes two numbers (numerator, denominator), a FLAG one (0 or 1), a DAY or MINUTE one. Null is no value.
    """

    numbers: tuple[int, ...]
    texts: tuple[int, ...]


def slots(rule: LineRule) -> tuple[Slot, ...]:
    """The slots of a rule's inputs, in their order, numbered from 0 within the rule."""
    result: list[Slot] = []
    numbers = texts = 0
    for item in rule.inputs:
        match item.value.type.kind:
            case Kind.TEXT:
                result.append(Slot((), (texts,)))
                texts += 1
            case Kind.RATIO:
                result.append(Slot((numbers, numbers + 1), ()))
                numbers += 2
            case _:
                result.append(Slot((numbers,), ()))
                numbers += 1
    return tuple(result)


def slot_counts(plan: Plan) -> tuple[int, int]:
    """How many number and text slots the lines of a plan need."""
    numbers = texts = 0
    for rule in plan.lines:
        for slot in slots(rule):
            numbers = max([numbers, *(n + 1 for n in slot.numbers)])
            texts = max([texts, *(n + 1 for n in slot.texts)])
    return numbers, texts


def key_text(parts: tuple[int | str, ...]) -> str:
    """A row's key as text: one part as it is; several joined by `/`, with `%` and `/` inside a part as %25 and %2F.

    A part that is a DAY comes as YYYY-MM-DD, a MINUTE as YYYY-MM-DD HH:MM, a FLAG as yes or no.
    """
    if len(parts) == 1:
        return str(parts[0])
    return "/".join(str(part).replace("%", "%25").replace("/", "%2F") for part in parts)


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """What an account that carries a balance stood at when the period opened, as an integer at the account's scale.

    `source` is the key text of the row whose item it is; it is empty for a balance of the subject.
    """

    account: str
    subject: str
    amount: int
    source: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """A subject that has a statement because of a block; `account` is the block's account."""

    account: str
    subject_kind: str
    subject: str


@dataclass(frozen=True, slots=True, order=True)
class ListedRow:
    """A row that an exception rule found: the rule's place in `Plan.exceptions` and the row's key as text."""

    rule: int
    key: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an engine made of a period: the lines file, the members and the listed rows, both sorted and unique.

    `versions` names the engine and the libraries whose versions matter for the record.
    """

    lines: Path
    members: tuple[Member, ...]
    listed: tuple[ListedRow, ...]
    engine: str
    versions: tuple[tuple[str, str], ...]
