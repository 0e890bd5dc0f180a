"""What can be wrong with rules in YAML that neither the YAML reader nor the grammar of rules can tell."""

from typing import ClassVar

from quotarules.diagnostics.characters import shown
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass


@dataclass(frozen=True, slots=True)
class YamlDeclarationKind(Problem):
    """An entry of `rules` that names no declaration, or two; `near` is the word that was most likely meant."""

    code: ClassVar[str] = "QR1730"
    slug: ClassVar[str] = "yaml-declaration-kind"
    span: Span
    found: tuple[str, ...]
    kinds: tuple[str, ...]
    near: str | None = None

    def report(self) -> Report:
        """See `Problem`."""
        kinds = ", ".join(f"`{kind}`" for kind in self.kinds)
        if self.found:
            words = " and ".join(f"`{kind}`" for kind in self.found)
            message, way = f"one entry declares both {words}", "begin another entry with `- `"
        else:
            message = "this entry of `rules` declares nothing"
            way = f"write `{self.near}: NAME`" if self.near else f"begin it with one of {kinds} and a name"
        return Report(message, Label(self.span, "here"), notes=(f"declarations are {kinds}",), help=way)


@dataclass(frozen=True, slots=True)
class YamlFormulaComment(Problem):
    """A `#` inside a value: YAML reads it as part of the value, rules read it as a comment."""

    code: ClassVar[str] = "QR1731"
    slug: ClassVar[str] = "yaml-formula-comment"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "a comment stands inside a value, and hides what follows it",
            Label(self.span, "YAML counts this among the value"),
            help="move the comment to a line of its own, above the entry",
        )


@dataclass(frozen=True, slots=True)
class YamlText(Problem):
    """A label or another text that rules cannot hold: empty, of several lines, or with a double quote in it."""

    code: ClassVar[str] = "QR1732"
    slug: ClassVar[str] = "yaml-text"
    span: Span
    key: str
    what: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"the text of `{shown(self.key)}` {self.what}",
            Label(self.span, "here"),
            help="write a text of one line without double quotes",
        )


@dataclass(frozen=True, slots=True)
class YamlTornFormula(Problem):
    """A value whose words belong partly to what stands in another entry."""

    code: ClassVar[str] = "QR1733"
    slug: ClassVar[str] = "yaml-torn-formula"
    span: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            "this value would be torn apart: some of its words belong to the next entry",
            Label(self.span, "read together with what follows"),
            help="put parentheses around it",
        )
