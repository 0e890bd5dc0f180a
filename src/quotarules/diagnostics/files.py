"""Where the bytes of a project come from: a folder that nothing leads out of, or a mapping in memory."""

import stat
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Protocol

from quotarules.diagnostics.characters import first_forbidden
from quotarules.diagnostics.file_problems import FileNotText, FileUnreadable, ForbiddenCharacter
from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile, Span
from quotarules.records import dataclass

TEXT_CAP = 1_000_000
DATA_CAP = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a file was not read, as the end of a sentence about it: `does not exist`."""

    reason: str


class Files(Protocol):
    """A source of bytes by relative path with forward slashes."""

    def read_bytes(self, path: str, cap: int) -> bytes | Refused:
        """All bytes of the file, at most `cap` of them, or why not; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryFiles:
    """Files held in memory by path: the facts of a Markdown case, or a test."""

    contents: Mapping[str, bytes]

    def read_bytes(self, path: str, cap: int) -> bytes | Refused:
        """See `Files`."""
        content = self.contents.get(path)
        if content is None:
            return Refused("does not exist")
        return Refused(_too_large(cap)) if len(content) > cap else content


@dataclass(frozen=True, slots=True)
class RootFiles:
    """Files under a folder: relative paths only, inside the folder also after links are resolved, regular files."""

    root: Path

    def read_bytes(self, path: str, cap: int) -> bytes | Refused:
        """See `Files`."""
        real = self.real(path)
        if isinstance(real, Refused):
            return real
        try:
            with real.open("rb") as stream:
                content = stream.read(cap + 1)
        except OSError as error:
            return Refused(f"cannot be read ({_named(error)})")
        return Refused(_too_large(cap)) if len(content) > cap else content

    def real(self, path: str) -> Path | Refused:
        """Where a file lies, or why it may not be read."""
        refused = refused_path(path)
        if refused is not None:
            return refused
        try:
            root = self.root.resolve(strict=True)
            real = (root / path).resolve(strict=True)
            if not real.is_relative_to(root):
                return Refused("leads out of the folder")
            # Looked at before it is opened: opening a pipe waits for a writer.
            return real if stat.S_ISREG(real.stat().st_mode) else Refused("is not a regular file")
        except FileNotFoundError:
            return Refused("does not exist")
        except (OSError, RuntimeError, ValueError) as error:
            return Refused(f"cannot be read ({_named(error)})")


def refused_path(path: str) -> Refused | None:
    """Why a path as written in a project cannot be used, or None; looks at the text only."""
    if not path or first_forbidden(path) is not None:
        return Refused("is not a path")
    if path.startswith("/") or "\\" in path or path[1:2] == ":":
        return Refused("is not a relative path with forward slashes")
    if ".." in PurePosixPath(path).parts:
        return Refused("leads out of the folder")
    return None


def _too_large(cap: int) -> str:
    return f"is larger than {cap // 1_000_000:,} MB"


def _named(error: Exception) -> str:
    words = error.strerror if isinstance(error, OSError) else None
    return (words or "links in a circle").lower()


def read_text(files: Files, path: str, asked_at: Span | None = None) -> tuple[SourceFile | None, tuple[Problem, ...]]:
    """A rule, YAML or Markdown file as text: UTF-8, at most 1 MB, no character that cannot be seen.

    `asked_at` is the place that names the file; without one, a problem stands at the file itself. A byte order
    mark at the beginning is left out, line ends stay as they are.
    """
    content = files.read_bytes(path, TEXT_CAP)
    if isinstance(content, Refused):
        return None, (FileUnreadable(path, content.reason, asked_at),)
    return source_text(path, content)


def source_text(path: str, content: bytes) -> tuple[SourceFile | None, tuple[Problem, ...]]:
    """The bytes of a text file as a source, or the problem of its first wrong byte or character."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec drops the mark of three bytes before it counts.
        start = error.start + (3 if content.startswith(b"\xef\xbb\xbf") else 0)
        line = content.count(b"\n", 0, start) + 1
        return None, (FileNotText(path, line, content[start]),)
    bad = first_forbidden(text)
    if bad is not None:
        return None, (ForbiddenCharacter(Span(path, bad, bad + 1), text[bad]),)
    return SourceFile(path, text), ()
