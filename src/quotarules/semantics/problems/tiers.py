"""What can be wrong with the ranges of tiers and tables."""

from typing import ClassVar

from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class Owner:
    """The table or the tiers that a message is about; `tiers` are many."""

    name: str
    many: bool

    def does(self, one: str, many: str) -> str:
        """The subject of a sentence with its verb."""
        return f"tiers `{self.name}` {many}" if self.many else f"table `{self.name}` {one}"


@dataclass(frozen=True, slots=True)
class BandsOverlap(Problem):
    """Two ranges that hold the same value."""

    code: ClassVar[str] = "QR4102"
    slug: ClassVar[str] = "bands-overlap"
    span: Span
    first: Span
    owner: Owner
    shared: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('says', 'say')} two things for {self.shared}",
            Label(self.span, "this one holds it"),
            (Label(self.first, "so does this one"),),
            help="let one end where the other begins: `over` and `to under` do not hold their edge, "
            "`from` and `through` do",
        )


@dataclass(frozen=True, slots=True)
class BandsGap(Problem):
    """Two ranges with something between them that none holds; `start` and `end` are as written."""

    code: ClassVar[str] = "QR4103"
    slug: ClassVar[str] = "bands-gap"
    span: Span
    before: Span
    owner: Owner
    start: str
    end: str
    value: str
    holds_end: bool
    over: bool = False

    def report(self) -> Report:
        """See `Problem`."""
        if self.over:
            return Report(
                f"{self.owner.does('leaves', 'leave')} a gap: nothing is said "
                + (f"for {self.end}" if self.start == self.end else f"between {self.start} and {self.end}"),
                Label(self.span, "the next one starts over this"),
                (Label(self.before, "this one ends here"),),
                help=f"let the one before end with `through {self.end}`",
            )
        if self.holds_end:
            return Report(
                f"{self.owner.does('leaves', 'leave')} a gap: nothing is said between {self.start} and {self.end}",
                Label(self.span, "the next one starts here"),
                (Label(self.before, "this one ends here, and holds its end"),),
                help=f"let the one before end with `to under {self.end}`",
            )
        return Report(
            f"{self.owner.does('leaves', 'leave')} a gap: nothing is said from {self.start} to under {self.end}",
            Label(self.span, "the next one starts here"),
            (Label(self.before, "this one ends here"),),
            help=f"write `from {self.start}`, or add `from {self.start} to under {self.end}: {self.value}`"
            " to say so on purpose",
        )


@dataclass(frozen=True, slots=True)
class BandsFall(Problem):
    """Ranges or points that do not rise from line to line."""

    code: ClassVar[str] = "QR4104"
    slug: ClassVar[str] = "bands-fall"
    span: Span
    before: Span
    owner: Owner

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('does', 'do')} not rise from line to line",
            Label(self.span, "this one stands lower than the one before"),
            (Label(self.before, "the one before"),),
            help="write them from the smallest to the largest",
        )


@dataclass(frozen=True, slots=True)
class BandEmpty(Problem):
    """A range that holds nothing."""

    code: ClassVar[str] = "QR4105"
    slug: ClassVar[str] = "band-empty"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this range holds nothing: its end is not larger than its beginning",
            Label(self.span, "from and to"),
            help="let the end be larger than the beginning",
        )


@dataclass(frozen=True, slots=True)
class KeyTwice(Problem):
    """Two rows of a table with the same keys."""

    code: ClassVar[str] = "QR4106"
    slug: ClassVar[str] = "key-twice"
    span: Span
    first: Span
    owner: Owner

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('says', 'say')} two things for the same key",
            Label(self.span, "again here"),
            (Label(self.first, "first here"),),
            help="keep one of the two rows",
        )


@dataclass(frozen=True, slots=True)
class AnyUnclear(Problem):
    """Two rows with `any` that both hold some keys, neither of them being the closer one."""

    code: ClassVar[str] = "QR4107"
    slug: ClassVar[str] = "any-unclear"
    span: Span
    first: Span
    owner: Owner

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('does', 'do')} not say which of these rows holds where both fit",
            Label(self.span, "fits some keys"),
            (Label(self.first, "fits the same keys as closely"),),
            help="add a row that names those keys",
        )


@dataclass(frozen=True, slots=True)
class KeyFormsMixed(Problem):
    """A key column that mixes ranges with single values, or a band of another form than its tiers."""

    code: ClassVar[str] = "QR4108"
    slug: ClassVar[str] = "key-forms-mixed"
    span: Span
    owner: Owner
    wanted: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('takes', 'take')} {self.wanted} here",
            Label(self.span, "of another form"),
            help="write all of them in one form",
        )


def _keys(count: int) -> str:
    return "1 key" if count == 1 else f"{count} keys"


@dataclass(frozen=True, slots=True)
class KeyCount(Problem):
    """A row of a table with more or fewer keys than the table has."""

    code: ClassVar[str] = "QR4109"
    slug: ClassVar[str] = "key-count"
    span: Span
    owner: Owner
    wanted: int
    written: int
    declared: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('has', 'have')} {_keys(self.wanted)}, but this row names {self.written}",
            Label(self.span, "this row"),
            (Label(self.declared, "the keys are named here"),),
            help="name each key in each row; `any` stands for every value that no other row names",
        )


@dataclass(frozen=True, slots=True)
class TooFewBands(Problem):
    """Tiers or a table without enough lines to mean anything."""

    code: ClassVar[str] = "QR4110"
    slug: ClassVar[str] = "too-few-bands"
    span: Span
    owner: Owner
    wanted: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.owner.does('needs', 'need')} {self.wanted}",
            Label(self.span, "too little is said"),
            help="add another",
        )
