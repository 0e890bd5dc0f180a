"""What each declaration and clause is called in YAML, and which words of a rule text stand for which entry.

An entry is its `lead`, words that the text form has there, and then the words of its value. An entry without one of
its own is the clause's first word with the rest as its value: `gate: handover.response met`.
"""

from typing import Literal

from quotarules.records import dataclass

Kind = Literal["rule", "text"]

EDITION = "quotarules"
RULES = "rules"
CLAUSES = "clauses"


@dataclass(frozen=True, slots=True)
class Field:
    """An entry: its key, the words before its value, and whether the value is of rule words or a label's text.

    `what` says for editors what is meant.
    """

    key: str
    lead: tuple[str, ...] = ()
    kind: Kind = "rule"
    what: str = "words of a rule"


@dataclass(frozen=True, slots=True)
class Form:
    """Entries in the order of the text form; the first is always there, `needs` are the others that must be."""

    fields: tuple[Field, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A declaration. `items` is the key under which its clauses stand; None: they are entries of its own.

    `pairs` tells that a clause is `key: value` as in the text form. `forms` are clauses of several entries.
    """

    head: Form
    items: str | None
    pairs: bool = False
    forms: tuple[Form, ...] = ()


def _named(word: str, what: str) -> Field:
    return Field(word, (word,), what=what)


LABEL = Field("label", kind="text", what="what statements call it")
_EACH = Field("for each", ("for", "each"), what="what it is for: one thing, as in `person`")
_ROWS = Field("for each", ("for", "each"), what="rows, as in `deal by seller on won_on`")
_WHERE = Field("where", ("where",), what="a condition")
_PLACE = Field("to", ("to",), what="the place that it is rounded to")
_VALID = Field("effective", ("effective",), what="`from` a day, or `from` one `through` another")
_FILE = Field("from", ("from",), what="the file that holds the rows, in quotes")
_AMOUNT = Field("amount", what="what it pays or scores")
_WHEN = Field("when", ("when",), what="the condition without which there is no amount")
_PAID = Field("paid", ("paid",), what="when its parts are paid")
_LINE = (LABEL, _AMOUNT, _WHEN, _ROWS, _PAID)

LINE = Form((Field("name", what="the line's name"), *_LINE), ("label", "amount"))
KPI = Form((_named("kpi", "the line's name"), *_LINE), ("label", "amount"))
WEIGHTS = Form((_named("weights", "what the KPIs weigh together, as in `100%`"),))
EXCHANGE = Form(
    (
        _named("exchange", "the line's name"),
        LABEL,
        Field("of", what="the karma that is exchanged"),
        Field("at", ("at",), what="as in `150 RUB per point`"),
        Field("at most", (",", "at most"), what="the most that is paid"),
    ),
    ("label", "of", "at"),
)
TOTAL = Form(
    (
        Field("name", what="the total's name"),
        LABEL,
        Field("party", ("owed", "by"), "text", what="who owes it"),
        Field("condition", (":",), what="what must hold"),
    ),
    ("label", "party", "condition"),
)
TERM = Form(
    (
        Field("name", what="the term's name"),
        LABEL,
        Field("owed by", ("owed", "by"), what="a link to who owes it"),
        _ROWS,
        Field("event", (":",), what="when it happened"),
        Field("within", ("within",), what="as in `4 working hours`"),
        Field("of", ("of",), what="when it began"),
        Field("calendar", ("on", "calendar"), what="the calendar whose hours count"),
        Field(
            "not counting",
            (",", "not", "counting"),
            what="rows `from` a moment `until` another, in which the clock stands",
        ),
        Field("promise", (",",), what="`always`, or as in `for at least 95%`"),
    ),
    ("label", "owed by", "for each", "event", "within", "of", "promise"),
)

BLOCKS: dict[str, Block] = {
    "plan": Block(
        Form((_named("plan", "the plan's name"), LABEL, Field("version", ("version",), what="a number")), ("version",)),
        None,
    ),
    "measure": Block(
        Form(
            (_named("measure", "the measure's name"), LABEL, _EACH, _PLACE, Field("value", ("=",), what="a formula")),
            ("value",),
        ),
        None,
    ),
    "table": Block(
        Form(
            (_named("table", "the table's name"), LABEL, Field("by", ("by",), what="names of keys"), _FILE, _VALID),
            ("by",),
        ),
        "rows",
        pairs=True,
    ),
    "tiers": Block(
        Form(
            (
                _named("tiers", "the tiers' name"),
                LABEL,
                Field("way", what="marginal, whole, excess or curve"),
                Field("by", ("by",), what="names of keys"),
                _FILE,
                _VALID,
            ),
            ("way",),
        ),
        "bands",
        pairs=True,
    ),
    "karma": Block(
        Form((_named("karma", "the karma's name"), LABEL, _EACH, _PLACE, _WHERE), ("for each",)),
        "lines",
        forms=(LINE,),
    ),
    "sla": Block(Form((_named("sla", "its name"), LABEL)), "terms", forms=(TOTAL, TERM)),
    "team": Block(
        Form(
            (
                _named("team", "the team's name"),
                LABEL,
                Field("in", ("in",), what="the currency of its pools"),
                _ROWS,
            )
        ),
        None,
    ),
    "pay": Block(
        Form(
            (
                _named("pay", "the block's name"),
                LABEL,
                _EACH,
                Field("in", ("in",), what="the currency that it pays in"),
                _WHERE,
                Field("every", ("every",), what="how often it pays, as in `quarter`"),
                _VALID,
            ),
            ("for each",),
        ),
        "lines",
        forms=(WEIGHTS, KPI, EXCHANGE, LINE),
    ),
}
# Clauses that hold one quoted text and nothing else.
TEXT_CLAUSES = frozenset({"timezone"})
