"""A project on disk: its folder, where its data lies, its project file, and the plan that its texts make.

It loads no engine and no journal, so that `check` and an editor start fast.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Generic, TypeVar

from quotarules.compiler import Compiled, compile_project
from quotarules.diagnostics.files import RootFiles, read_text
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.records import dataclass
from quotarules.semantics.project import Project, read_project
from quotarules.syntax.yaml_tree import parse_yaml

PROJECT_FILE = "quotarules.yaml"

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that holds the project file, and the folder that fact files are looked for in (None: the same)."""

    folder: Path
    data: Path | None = None

    @property
    def data_root(self) -> Path:
        """Where the paths of fact files start."""
        return self.folder if self.data is None else self.data


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What was asked for, or None; the problems found on the way; the texts to show their places in."""

    value: Value | None
    problems: tuple[Problem, ...]
    sources: Mapping[str, SourceFile]


@dataclass(frozen=True, slots=True)
class OpenProject:
    """A project and what its texts compiled to."""

    project: Project
    compiled: Compiled


def open_project(workspace: Workspace) -> Answer[Project]:
    """The project file of a workspace."""
    source, problems = read_text(RootFiles(workspace.folder), PROJECT_FILE)
    if source is None:
        return Answer(None, problems, {})
    sources = {source.name: source}
    tree, problems = parse_yaml(source)
    if tree is None:
        return Answer(None, problems, sources)
    project, problems = read_project(tree)
    return Answer(project, problems, sources)


def compiled(workspace: Workspace) -> Answer[OpenProject]:
    """The project with its plan; the value is None if there is no plan."""
    opened = open_project(workspace)
    if opened.value is None:
        return Answer(None, opened.problems, opened.sources)
    result = compile_project(RootFiles(workspace.folder), opened.value)
    sources = {**opened.sources, **{source.name: source for source in result.sources}}
    problems = (*opened.problems, *result.problems)
    return Answer(None if result.plan is None else OpenProject(opened.value, result), problems, sources)
