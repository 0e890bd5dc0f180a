"""Rules in each of their forms: as text, in YAML, and either of them in the fences of a Markdown file."""

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.source import SourceFile
from quotarules.records import dataclass
from quotarules.syntax import ast
from quotarules.syntax.from_text import parse
from quotarules.syntax.markdown import rule_text, yaml_rule_text
from quotarules.syntax.rules_yaml.read import parse_rules_yaml

YAML_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RuleText:
    """Rules in one form; of a Markdown file all but the fences of that form is blank."""

    source: SourceFile
    is_yaml: bool


def rule_texts(source: SourceFile) -> tuple[RuleText, ...]:
    """What rules a file holds, by its name: a Markdown file may hold both forms."""
    if source.name.endswith(YAML_ENDINGS):
        return (RuleText(source, is_yaml=True),)
    if not source.name.endswith(".md"):
        return (RuleText(source, is_yaml=False),)
    return fenced(source)


def fenced(source: SourceFile) -> tuple[RuleText, ...]:
    """The rules of a Markdown file."""
    text, in_yaml = rule_text(source), yaml_rule_text(source)
    if in_yaml is None:
        return (RuleText(text, is_yaml=False),)
    both = bool(text.text.strip())
    return (*((RuleText(text, is_yaml=False),) if both else ()), RuleText(in_yaml, is_yaml=True))


def parse_rules(text: RuleText) -> tuple[ast.Module | None, tuple[Problem, ...]]:
    """The declarations of rules in either form, and what is wrong with them."""
    return parse_rules_yaml(text.source) if text.is_yaml else parse(text.source)


def sources_of(rules: tuple[RuleText, ...]) -> tuple[SourceFile, ...]:
    """One source a file, in which every place of the rules shows what stands there."""
    found: dict[str, SourceFile] = {}
    for each in rules:
        name, text = each.source.name, each.source.text
        if name in found:
            before = found[name].text
            text = "".join(new if old.isspace() else old for old, new in zip(before, text, strict=True))
        found[name] = SourceFile(name, text)
    return tuple(found.values())
