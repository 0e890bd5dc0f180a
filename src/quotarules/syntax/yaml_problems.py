"""What can be wrong with a YAML file of a project, whatever it declares."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass

_MEND = "close what is open, or put the text in quotes"


@dataclass(frozen=True, slots=True)
class YamlSyntax(Problem):
    """The text is not YAML; the words are those of the YAML reader."""

    code: ClassVar[str] = "QR0010"
    slug: ClassVar[str] = "yaml-syntax"
    span: Span
    words: str
    context: str | None

    def report(self) -> Report:
        """See `Problem`."""
        notes = (self.context,) if self.context else ()
        return Report(f"this is not YAML: {self.words}", Label(self.span, "reading ends here"), notes=notes, help=_MEND)


@dataclass(frozen=True, slots=True)
class YamlFeature(Problem):
    """A part of YAML that project files do without, because it hides what is said."""

    code: ClassVar[str] = "QR0011"
    slug: ClassVar[str] = "yaml-feature"
    span: Span
    feature: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"{self.feature} is not part of project files",
            Label(self.span, "it stands here"),
            help="write the value out; a text that begins with such a sign stands in quotes",
        )


@dataclass(frozen=True, slots=True)
class YamlDuplicateKey(Problem):
    """Two equal keys in one mapping; YAML readers would keep one of them in silence."""

    code: ClassVar[str] = "QR0012"
    slug: ClassVar[str] = "yaml-duplicate-key"
    span: Span
    key: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{shown(self.key)}` stands twice",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="delete one of them",
        )


@dataclass(frozen=True, slots=True)
class YamlTooLarge(Problem):
    """More characters, levels or values than any project file needs."""

    code: ClassVar[str] = "QR0013"
    slug: ClassVar[str] = "yaml-too-large"
    span: Span
    what: str
    cap: int

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the file has more than {self.cap:,} {self.what}",
            Label(self.span, "reading ends here"),
            help="declare it in several files",
        )


@dataclass(frozen=True, slots=True)
class YamlEmpty(Problem):
    """A file without any value."""

    code: ClassVar[str] = "QR0014"
    slug: ClassVar[str] = "yaml-empty"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report("the file declares nothing", Label(self.span, "here"), help="write what it is to declare")


@dataclass(frozen=True, slots=True)
class YamlKey(Problem):
    """A list or mapping where a key belongs."""

    code: ClassVar[str] = "QR0015"
    slug: ClassVar[str] = "yaml-key"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        label = Label(self.span, "this is used as a key")
        return Report("a key is not a word", label, help="write a name before the colon")


@dataclass(frozen=True, slots=True)
class YamlShape(Problem):
    """A value or key that the schema of the file does not know at this place."""

    code: ClassVar[str] = "QR0016"
    slug: ClassVar[str] = "yaml-shape"
    span: Span
    words: str
    way_out: str | None

    def report(self) -> Report:
        """See `Problem`."""
        return Report(self.words, Label(self.span, "here"), help=self.way_out)
