"""What can be wrong with the types and units of an expression."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.semantics.problems.names import nearest


@dataclass(frozen=True, slots=True)
class Side:
    """One of the values that met: where it stands, its type in words, and where it got that type."""

    span: Span
    words: str
    origin: Label | None = None

    def labels(self) -> tuple[Label, ...]:
        """The label at the value and the one at its declaration."""
        own = Label(self.span, f"this is {self.words}")
        return (own, self.origin) if self.origin else (own,)


@dataclass(frozen=True, slots=True)
class KindsDiffer(Problem):
    """Two values of different types that are added, compared, limited or stand for each other."""

    code: ClassVar[str] = "QR3001"
    slug: ClassVar[str] = "kinds-differ"
    left: Side
    right: Side
    doing: str
    way_out: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        primary, *rest = self.right.labels()
        return Report(
            f"{self.left.words} and {self.right.words} cannot be {self.doing}",
            primary,
            (*rest, *self.left.labels()),
            help=self.way_out or "write two values of one type",
        )


@dataclass(frozen=True, slots=True)
class UnitsMultiplied(Problem):
    """A product or quotient of two amounts with units that has no unit of its own."""

    code: ClassVar[str] = "QR3002"
    slug: ClassVar[str] = "units-multiplied"
    left: Side
    right: Side
    divided: bool
    way_out: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        primary, *rest = self.right.labels()
        verb = "divided by" if self.divided else "multiplied with"
        currency = self.right.words.removeprefix("money in ")
        unit = f"1 {currency}" if currency != self.right.words else "1 point"
        plain = f"make one of them a plain number, such as `x / {unit}`"
        if self.right.words.startswith("a number of "):
            plain = "divide what has the same unit first, in parentheses, as in `salary * (a / b)`"
        return Report(
            f"{self.left.words} cannot be {verb} {self.right.words}",
            primary,
            (*rest, *self.left.labels()),
            help=self.way_out or plain,
        )


@dataclass(frozen=True, slots=True)
class WrongType(Problem):
    """A value of another type than its place asks for."""

    code: ClassVar[str] = "QR3003"
    slug: ClassVar[str] = "wrong-type"
    value: Side
    place: str
    wanted: str
    way_out: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        primary, *rest = self.value.labels()
        return Report(
            f"{self.place} must be {self.wanted}, but this is {self.value.words}",
            primary,
            tuple(rest),
            help=self.way_out or f"write {self.wanted} here",
        )


@dataclass(frozen=True, slots=True)
class NoOrder(Problem):
    """`<` or `>` between values that have no smaller and larger."""

    code: ClassVar[str] = "QR3004"
    slug: ClassVar[str] = "no-order"
    left: Side
    operator: str

    def report(self) -> Report:
        """See `Problem`."""
        primary, *rest = self.left.labels()
        return Report(
            f"`{self.operator}` compares sizes, but {self.left.words} has no smaller and larger",
            primary,
            tuple(rest),
            help="test with `=`, `!=` or `is one of (…)`",
        )


@dataclass(frozen=True, slots=True)
class ArgumentCount(Problem):
    """A call with too few or too many arguments, or of another form."""

    code: ClassVar[str] = "QR3005"
    slug: ClassVar[str] = "argument-count"
    span: Span
    name: str
    wanted: str
    declared: Span | None = None
    way_out: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` takes {self.wanted}",
            Label(self.span, "called with something else"),
            (Label(self.declared, f"`{self.name}` is declared here"),) if self.declared else (),
            help=self.way_out or "write it in this form",
        )


@dataclass(frozen=True, slots=True)
class BadPlace(Problem):
    """A place or step to round to that is not a positive number of the text."""

    code: ClassVar[str] = "QR3006"
    slug: ClassVar[str] = "bad-place"
    span: Span
    why: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"this is not a place to round to: {self.why}",
            Label(self.span, "the place"),
            help="write a number such as `0.01`, `1` or `0.05`",
        )


@dataclass(frozen=True, slots=True)
class RatioWithoutPlace(Problem):
    """A ratio that goes into a function over rows without having been rounded."""

    code: ClassVar[str] = "QR3007"
    slug: ClassVar[str] = "ratio-without-place"
    span: Span
    function: str
    measure: str | None
    declared: Span | None
    percent: bool

    def report(self) -> Report:
        """See `Problem`."""
        place = "0.01%" if self.percent else "0.01"
        fix = (
            f"say the place where `{self.measure}` is declared: `measure {self.measure} … to {place} = …`"
            if self.measure
            else f"round it first: `round(…, {place})`"
        )
        return Report(
            f"`{self.function}` over rows needs values of a known place, but this is an exact ratio",
            Label(self.span, "a quotient that has not been rounded"),
            (Label(self.declared, "the ratio is declared here"),) if self.declared else (),
            help=fix,
        )


@dataclass(frozen=True, slots=True)
class UnknownMode(Problem):
    """A way to round that the language does not have."""

    code: ClassVar[str] = "QR3008"
    slug: ClassVar[str] = "unknown-mode"
    span: Span
    name: str
    modes: tuple[str, ...]
    suggestions: tuple[str, ...]

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.name}` is not a way to round",
            Label(self.span, "unknown"),
            notes=("the ways are " + ", ".join(self.modes),),
            help=nearest(self.suggestions) or "write one of them",
        )


@dataclass(frozen=True, slots=True)
class NotConstant(Problem):
    """A place that takes only values of the text, and what is made of them."""

    code: ClassVar[str] = "QR3009"
    slug: ClassVar[str] = "not-constant"
    span: Span
    place: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.place} must be known before there are facts",
            Label(self.span, "this would have to be computed"),
            help="write the value itself, such as `4%` or `100`, or a measure that is one",
        )


@dataclass(frozen=True, slots=True)
class NotExact(Problem):
    """An amount made of others that no decimal holds, at a place that needs one."""

    code: ClassVar[str] = "QR3801"
    slug: ClassVar[str] = "not-exact"
    span: Span
    place: str
    words: str
    places: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.place} must be a decimal, and `{self.words}` is none of up to {self.places} places",
            Label(self.span, "goes on without end"),
            help="write the decimal that is meant",
        )
