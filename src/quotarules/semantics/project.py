"""quotarules.yaml: which files belong to a project, where its journal stands, and which rows are set aside."""

from typing import ClassVar
from unicodedata import normalize

from quotarules.diagnostics.files import Refused, refused_path
from quotarules.diagnostics.problem import Label, Problem, Report
from quotarules.diagnostics.source import Span
from quotarules.records import dataclass
from quotarules.syntax.yaml_schema import check_shape
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence
from quotarules.values.schema import SetAside

FILE_NAME = "quotarules.yaml"
JOURNAL = "journal"
KEY_JOINT = "/"


@dataclass(frozen=True, slots=True)
class Project:
    """A project's parts; paths are relative to its folder, with forward slashes.

    `rules` are rule texts (`.qr`), rules in YAML (`.yaml`) or Markdown with fences of either; `calendars` pairs of
    name and path. The key of a row set aside is its parts joined by `/`.
    """

    rules: tuple[str, ...]
    facts: tuple[str, ...]
    calendars: tuple[tuple[str, str], ...] = ()
    journal: str = JOURNAL
    set_aside: tuple[SetAside, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectPath(Problem):
    """A path in quotarules.yaml that no project may use."""

    code: ClassVar[str] = "QR0020"
    slug: ClassVar[str] = "project-path"
    span: Span
    path: str
    reason: str

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"path `{self.path}` {self.reason}", Label(self.span, "here"), help="name a path inside the project"
        )


@dataclass(frozen=True, slots=True)
class ProjectPathTwice(Problem):
    """A file that is named twice among the rules or the facts."""

    code: ClassVar[str] = "QR0021"
    slug: ClassVar[str] = "project-path-twice"
    span: Span
    path: str
    first: Span

    def report(self) -> Report:
        """See `Problem`."""
        return Report(
            f"`{self.path}` is named twice",
            Label(self.span, "here again"),
            (Label(self.first, "first here"),),
            help="delete one of them",
        )


def read_project(tree: Node) -> tuple[Project | None, tuple[Problem, ...]]:
    """The project that the file declares, or all problems of the file."""
    shapes = check_shape(tree, "project")
    if shapes or not isinstance(tree, Mapping):
        return None, shapes
    problems: list[Problem] = []
    journal, calendars = tree.get("journal"), tree.get("calendars")
    named = calendars.entries if isinstance(calendars, Mapping) else ()
    project = Project(
        rules=_paths(tree.get("rules"), problems),
        facts=_paths(tree.get("facts"), problems),
        calendars=tuple((normalize("NFC", name.text), _path(path, problems)) for name, path in named),
        journal=JOURNAL if journal is None else _path(journal, problems),
        set_aside=_set_aside(tree.get("set aside")),
    )
    return (None if problems else project), tuple(problems)


def _paths(node: Node | None, problems: list[Problem]) -> tuple[str, ...]:
    nodes = node.items if isinstance(node, Sequence) else () if node is None else (node,)
    seen: dict[str, Span] = {}
    for item in nodes:
        path = _path(item, problems)
        if path in seen:
            problems.append(ProjectPathTwice(item.span, path, seen[path]))
        seen.setdefault(path, item.span)
    return tuple(seen)


def _path(node: Node, problems: list[Problem]) -> str:
    assert isinstance(node, Scalar)
    refused = refused_path(node.text)
    if isinstance(refused, Refused):
        problems.append(ProjectPath(node.span, node.text, refused.reason))
    return node.text


def _set_aside(node: Node | None) -> tuple[SetAside, ...]:
    items = node.items if isinstance(node, Sequence) else ()
    rows = [item for item in items if isinstance(item, Mapping)]
    said = ((_text(row.get("table")), _key(row.get("key")), _text(row.get("why")), row.span) for row in rows)
    return tuple(SetAside(*parts) for parts in said)


def _text(node: Node | None) -> str:
    return normalize("NFC", node.text) if isinstance(node, Scalar) else ""


def _key(node: Node | None) -> str:
    return KEY_JOINT.join(_text(item) for item in node.items) if isinstance(node, Sequence) else _text(node)
