"""YAML as a tree of texts with places: no alias, tag or guessed type can change what a line seems to say.

Only the events of the YAML reader are used, never its constructors: `NO`, `12:30` and `1.10` stay as written.
"""

from dataclasses import field

import yaml

from quotarules.diagnostics.characters import first_forbidden
from quotarules.diagnostics.file_problems import ForbiddenCharacter
from quotarules.diagnostics.files import TEXT_CAP
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass
from quotarules.syntax.yaml_problems import (
    YamlDuplicateKey,
    YamlEmpty,
    YamlFeature,
    YamlKey,
    YamlSyntax,
    YamlTooLarge,
)

DEPTH_CAP = 40
NODE_CAP = 10_000

# The reader in C where it is there: it is fifty times as fast, which a hostile file of 1 MB needs.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text; `quoted` tells `"no"` from `no`. An entry without a value is a plain empty text."""

    text: str
    quoted: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with values, in the order of the text; no key stands twice."""

    entries: tuple[tuple[Scalar, "Node"], ...]
    span: Span

    def get(self, key: str) -> "Node | None":
        """The value of a key, or None."""
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key itself as it stands in the text, or None."""
        return next((name for name, _ in self.entries if name.text == key), None)


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    span: Span


Node = Scalar | Mapping | Sequence


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read; `key` waits for its value."""

    start: int
    is_mapping: bool
    items: list[Node] = field(default_factory=list)
    entries: list[tuple[Scalar, Node]] = field(default_factory=list)
    keys: dict[str, Scalar] = field(default_factory=dict)
    key: Scalar | None = None


@dataclass(slots=True)
class _Builder:
    """The tree under construction: the open collections, outermost first, and what was found wrong."""

    name: str
    open: list[_Open] = field(default_factory=list)
    root: Node | None = None
    nodes: int = 0
    documents: int = 0
    problems: list[Problem] = field(default_factory=list)


def parse_yaml(source: SourceFile) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of one YAML document, or the problems.

    Equal keys are all reported; any other mistake ends the reading, so that it gives one problem.
    """
    if len(source.text) > TEXT_CAP:
        return None, (YamlTooLarge(Span(source.name, 0, 0), "characters", TEXT_CAP),)
    bad = first_forbidden(source.text)
    if bad is not None:
        return None, (ForbiddenCharacter(Span(source.name, bad, bad + 1), source.text[bad]),)
    builder = _Builder(source.name)
    try:
        for event in yaml.parse(source.text, Loader=_LOADER):
            stop = _take(builder, event)
            if stop is not None:
                return None, (*builder.problems, stop)
    except yaml.YAMLError as error:
        return None, (*builder.problems, _syntax_problem(error, source))
    if builder.root is None and not builder.problems:
        return None, (YamlEmpty(Span(source.name, 0, 0)),)
    return (None if builder.problems else builder.root), tuple(builder.problems)


def _take(builder: _Builder, event: yaml.Event) -> Problem | None:
    """Adds one event to the tree; a problem that is returned ends the reading."""
    assert event.start_mark is not None
    assert event.end_mark is not None
    span = Span(builder.name, event.start_mark.index, event.end_mark.index)
    feature = _refused_feature(builder, event)
    if feature is not None:
        return YamlFeature(span, feature)
    match event:
        case yaml.DocumentStartEvent():
            builder.documents += 1
        case yaml.ScalarEvent():
            return _add(builder, Scalar(event.value, bool(event.style), span))
        case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
            if len(builder.open) == DEPTH_CAP:
                return YamlTooLarge(span, "levels", DEPTH_CAP)
            builder.open.append(_Open(span.start, isinstance(event, yaml.MappingStartEvent)))
        case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
            done = builder.open.pop()
            whole = Span(builder.name, done.start, span.end)
            entries, items = tuple(done.entries), tuple(done.items)
            return _add(builder, Mapping(entries, whole) if done.is_mapping else Sequence(items, whole))
        case _:
            pass
    return None


def _refused_feature(builder: _Builder, event: yaml.Event) -> str | None:
    """The name of what this YAML file uses and no project file may, or None."""
    match event:
        case yaml.AliasEvent():
            return "an alias (`*name`)"
        case yaml.DocumentStartEvent() if builder.documents:
            return "a second document (`---`)"
        case yaml.DocumentStartEvent() if event.version or event.tags:
            return "a directive (`%`)"
        case yaml.NodeEvent() if event.anchor is not None:
            return "an anchor (`&name`)"
        case yaml.ScalarEvent() | yaml.CollectionStartEvent() if event.tag is not None:
            return "a tag (`!name`)"
        case yaml.ScalarEvent() if event.value == "<<" and not event.style:
            return "a merge key (`<<`)"
        case _:
            return None


def _add(builder: _Builder, node: Node) -> Problem | None:
    """Hands a finished node to the collection that holds it."""
    builder.nodes += 1
    if builder.nodes > NODE_CAP:
        return YamlTooLarge(node.span, "values", NODE_CAP)
    if isinstance(node, Scalar) and node.quoted:
        # An escape such as "\u202e" brings in what the text itself did not show.
        bad = first_forbidden(node.text)
        if bad is not None:
            return ForbiddenCharacter(node.span, node.text[bad])
    if not builder.open:
        builder.root = node
        return None
    holder = builder.open[-1]
    if not holder.is_mapping:
        holder.items.append(node)
    elif holder.key is not None:
        holder.entries.append((holder.key, node))
        holder.key = None
    elif not isinstance(node, Scalar):
        return YamlKey(node.span)
    else:
        holder.key = node
        first = holder.keys.setdefault(node.text, node)
        if first is not node:
            builder.problems.append(YamlDuplicateKey(node.span, node.text, first.span))
    return None


def _syntax_problem(error: yaml.YAMLError, source: SourceFile) -> Problem:
    """The reader's complaint with its place, in its own words."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = min(mark.index, len(source.text)) if mark is not None else 0
    words = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "the text cannot be read")
    context = getattr(error, "context", None)
    return YamlSyntax(Span(source.name, offset, min(offset + 1, len(source.text))), words, context)
