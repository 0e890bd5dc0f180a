"""A whole file in its one layout, whatever its form, with the proof that it still says the same."""

from dataclasses import fields, is_dataclass

from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.from_text import parse
from quotarules.syntax.markdown import rule_fences, rule_text
from quotarules.syntax.printer.outline import outline
from quotarules.syntax.printer.text import Row, formatted, text_rows


def format_file(source: SourceFile) -> tuple[str | None, tuple[Problem, ...]]:
    """The new text of a rule text or of the rules in Markdown (`.md`), or the mistakes for which it is left alone."""
    markdown = source.name.endswith(".md")
    if markdown and not rule_fences(source):
        return source.text, ()
    module, problems = parse(rule_text(source) if markdown else source)
    if module is None or any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    made = SourceFile(source.name, _markdown(source) if markdown else formatted(source))
    again, found = parse(rule_text(made) if markdown else made)
    assert again is not None, "a layout is read again"
    assert not found, "a layout is read again"
    assert same(module.declarations, again.declarations), "a layout changes no tree"
    return made.text, problems


def same(left: object, right: object) -> bool:
    """Whether two trees say the same, wherever they say it."""
    if isinstance(left, tuple) and isinstance(right, tuple):
        return len(left) == len(right) and all(same(one, other) for one, other in zip(left, right, strict=True))
    if is_dataclass(left) and type(left) is type(right):
        names = [field.name for field in fields(left) if field.name != "span"]
        return all(same(getattr(left, name), getattr(right, name)) for name in names)
    return left == right


def _markdown(source: SourceFile) -> str:
    """The file with new text in its rule fences; a line goes where the words that it begins with stood."""
    ending = "\r\n" if "\r\n" in source.text else "\n"
    rows = text_rows(outline(rule_text(source)))
    parts: list[str] = []
    at = 0
    for fence in rule_fences(source):
        inside = [row for row in rows if fence.span.start <= row.at < fence.span.end]
        parts.append(source.text[at : fence.span.start])
        parts.extend(row.text + ending for row in _trimmed(inside))
        at = fence.span.end
    return "".join([*parts, source.text[at:]])


def _trimmed(rows: list[Row]) -> list[Row]:
    """Rows without blank ones at the beginning and the end."""
    said = [index for index, row in enumerate(rows) if row.text]
    return rows[said[0] : said[-1] + 1] if said else []
