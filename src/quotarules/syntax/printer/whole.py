"""A whole file in its one layout, whatever its form, with the proof that it still says the same."""

from dataclasses import fields, is_dataclass

from quotarules.diagnostics.problem import Problem, Severity
from quotarules.diagnostics.source import SourceFile
from quotarules.syntax import ast
from quotarules.syntax.from_text import parse
from quotarules.syntax.markdown import rule_fences, rule_text
from quotarules.syntax.printer.outline import outline
from quotarules.syntax.printer.text import Row, text_rows
from quotarules.syntax.rule_texts import RuleText, parse_rules, rule_texts
from quotarules.syntax.rules_yaml.write import yaml_outline, yaml_text


def format_file(source: SourceFile) -> tuple[str | None, tuple[Problem, ...]]:
    """The new text of a rule file of any form, or the mistakes for which it is left alone.

    Of a Markdown file the rule texts are laid out, and rules in YAML stay as they are.
    """
    if not source.name.endswith(".md"):
        (text,) = rule_texts(source)
        return in_form(text, to_yaml=text.is_yaml)
    if not rule_fences(source):
        return source.text, ()
    module, problems = parse(rule_text(source))
    if module is None or _wrong(problems):
        return None, problems
    made = _markdown(source)
    _expect_same(module, parse(rule_text(SourceFile(source.name, made))))
    return made, problems


def in_form(text: RuleText, *, to_yaml: bool) -> tuple[str | None, tuple[Problem, ...]]:
    """Rules laid out as a rule text or as YAML, whichever form they have, or the mistakes in them."""
    module, problems = parse_rules(text)
    if module is None or _wrong(problems):
        return None, problems
    ending = "\r\n" if "\r\n" in text.source.text else "\n"
    held = yaml_outline(text.source) if text.is_yaml else outline(text.source)
    made = yaml_text(held) if to_yaml else "".join(row.text + "\n" for row in text_rows(held))
    made = made.replace("\n", ending)
    _expect_same(module, parse_rules(RuleText(SourceFile(text.source.name, made), to_yaml)))
    return made, problems


def _wrong(problems: tuple[Problem, ...]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)


def _expect_same(module: ast.Module, again: tuple[ast.Module | None, tuple[Problem, ...]]) -> None:
    """Nothing is written that does not say the same as before."""
    read, problems = again
    assert read is not None, "a layout is read again"
    assert not problems, "a layout is read again"
    assert same(module.declarations, read.declarations), "a layout changes no tree"


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
