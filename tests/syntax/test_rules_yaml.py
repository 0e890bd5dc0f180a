"""Rules in YAML: the same trees, plans and comments as in rule texts, and mistakes at their very places."""

import json
import os
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from drawing import drawn
from generated.plan_texts import plan_texts
from quotarules.compiler import compile_texts
from quotarules.diagnostics.render import line
from quotarules.diagnostics.source import SourceFile
from quotarules.plan.canonical import digest as plan_digest
from quotarules.plan.nodes import Plan
from quotarules.semantics.calendar import read_calendar
from quotarules.semantics.facts import read_facts
from quotarules.syntax import ast
from quotarules.syntax.markdown import Case, read_case
from quotarules.syntax.printer.outline import outline
from quotarules.syntax.printer.whole import in_form, same
from quotarules.syntax.rule_texts import RuleText, parse_rules
from quotarules.syntax.rules_yaml.places import comments_of
from quotarules.syntax.rules_yaml.read import parse_rules_yaml, read_rules
from quotarules.syntax.rules_yaml.schema import rules_schema
from quotarules.syntax.rules_yaml.write import yaml_outline, yaml_text
from quotarules.syntax.tokens_from_text import scan
from quotarules.syntax.yaml_tree import parse_yaml
from quotarules.values.schema import FactSchema

ROOT = Path(__file__).parents[2]
CASES = int(os.environ.get("QUOTARULES_CASES", "12"))
MARKDOWN = sorted([*(ROOT / "fixtures").rglob("good/*.md"), *(ROOT / "docs" / "guide").glob("*.md")])
FOLDERS = ("rules", "fixtures", "src/quotarules/starter")
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.qr"))
TEXTS = [path for path in FILES if not {"bad", "hostile"} & set(path.parts)]


def sound(path: Path) -> RuleText | None:
    """The rules of a file without mistakes, or None."""
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    found = RuleText(SourceFile(path.name, text), is_yaml=False)
    module, problems = parse_rules(found)
    return None if module is None or problems else found


def tree(text: RuleText) -> ast.Module:
    module, problems = parse_rules(text)
    assert [line.render(problem, {text.source.name: text.source}) for problem in problems] == []
    assert module is not None
    return module


def comments(text: RuleText) -> list[str]:
    if text.is_yaml:
        rules, _ = read_rules(text.source)
        assert rules is not None
        spans = comments_of(text.source, rules.scalars)
    else:
        spans = scan(text.source).comments
    return [text.source.text[span.start : span.end].rstrip() for span in spans]


def there_and_back(text: RuleText) -> RuleText:
    """The rules in YAML, after showing that nothing is lost on the way there, and on the way back."""
    made, problems = in_form(text, to_yaml=True)
    assert made is not None, problems
    in_yaml = RuleText(SourceFile("rules.yaml", made), is_yaml=True)
    assert same(tree(in_yaml).declarations, tree(text).declarations)
    assert comments(in_yaml) == comments(text)
    assert in_form(in_yaml, to_yaml=True)[0] == made
    back, problems = in_form(in_yaml, to_yaml=False)
    assert back is not None, problems
    again = RuleText(SourceFile("rules.qr", back), is_yaml=False)
    assert same(tree(again).declarations, tree(text).declarations)
    assert comments(again) == comments(text)
    return in_yaml


def test_the_schema_is_made_from_the_forms() -> None:
    kept = (ROOT / "schemas" / "rules.schema.json").read_text(encoding="utf-8")
    assert json.loads(kept) == rules_schema(), "write json.dumps(rules_schema(), indent=2) into it"


@pytest.mark.parametrize("path", [path for path in TEXTS if sound(path)], ids=lambda path: path.stem)
def test_every_sound_text_there_and_back(path: Path) -> None:
    text = sound(path)
    assert text is not None
    there_and_back(text)


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn(partial(plan_texts, period="month")))
def test_every_drawn_text_there_and_back(text: str) -> None:
    there_and_back(RuleText(SourceFile("plan.qr", text), is_yaml=False))


# --- plans ---------------------------------------------------------------------------------------------


def plan_of(case: Case, text: RuleText) -> Plan | None:
    """The plan of rules over the facts and calendars of a case."""
    facts = None if case.facts_yaml is None else parse_yaml(case.facts_yaml)[0]
    schema = FactSchema(()) if facts is None else read_facts(facts, inline=True)[0]
    trees = [(name, parse_yaml(source)[0]) for name, source in case.calendars]
    calendars = [read_calendar(name, tree)[0] for name, tree in trees if tree is not None]
    plan, _ = compile_texts((text,), schema, tuple(each for each in calendars if each is not None))
    return plan


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: f"{path.parents[1].name}/{path.stem}")
def test_the_plan_of_a_case_is_the_same_from_yaml(path: Path) -> None:
    case, _ = read_case(SourceFile(path.name, path.read_text(encoding="utf-8")))
    if case is None or case.rules_yaml is not None or not case.rules.text.strip():
        return
    layout, problems = in_form(RuleText(case.rules, is_yaml=False), to_yaml=False)
    if layout is None:  # a page about a mistake
        assert problems
        return
    text = RuleText(SourceFile("plan.qr", layout), is_yaml=False)
    in_yaml, _ = in_form(text, to_yaml=True)
    assert in_yaml is not None
    plan, other = plan_of(case, text), plan_of(case, RuleText(SourceFile("plan.yaml", in_yaml), is_yaml=True))
    assert (plan is None) == (other is None)
    if plan is not None and other is not None:
        assert plan_digest(other) == plan_digest(plan)


# --- what stands in YAML -----------------------------------------------------------------------------------


def told(text: str) -> list[str]:
    source = SourceFile("rules.yaml", text)
    _, problems = parse_rules_yaml(source)
    placed = [(problem.code, source.place(problem.report().primary.span.start)) for problem in problems]
    return [f"{code} {place[0]}:{place[1]}" for code, place in placed]


def rules(*entries: str) -> str:
    return "quotarules: 1\nrules:\n" + "".join(f"  - {entry}\n" for entry in entries)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("amount off cost", "4:19"),
        ("'amount off cost'", "4:20"),
        ('"amount off cost"', "4:20"),
        ('"\\u0061mount off cost"', "4:25"),
        ("|\n     amount\n     off cost", "6:6"),
        (">-\n     amount\n\n     off cost", "7:6"),
        ("amount\n     off cost", "5:6"),
        ('"amount \\\n     off cost"', "5:6"),
    ],
)
def test_a_mistake_in_a_value_is_shown_where_it_stands(value: str, place: str) -> None:
    assert told(f"quotarules: 1\nrules:\n  - measure: m\n    value: {value}\n") == [f"QR1001 {place}"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (rules("mesure: m"), ["QR1730 3:5"]),
        (rules("{measure: m, table: t, value: 5}"), ["QR1730 3:18"]),
        (rules("{measure: m, labl: L, value: 5}"), ["QR0016 3:18"]),
        (rules("{measure: m}"), ["QR0016 3:6"]),
        (rules("{measure: m, value: 5, value: 6}"), ["QR0012 3:28"]),
        (rules("{measure: m, value: '5 # five'}"), ["QR1731 3:28"]),
        (rules("{measure: m, label: 'a \"b\"', value: 5}"), ["QR1732 3:25"]),
        (rules('{measure: m, label: "a\\nb", value: 5}'), ["QR1732 3:25"]),
        (rules("{pay: s, for each: person, lines: [{base: a else}]}"), ["QR1002 3:49"]),
        (rules("{pay: s, for each: person, lines: [{bsae: a}]}"), ["QR1003 3:41"]),
        (
            rules("{pay: s, for each: p, lines: [{name: a, label: A, amount: b else 0 RUB, when: c}]}"),
            ["QR1733 3:63"],
        ),
        (rules("{pay: s, for each: p, lines: [{name: a, label: A, amount: b, for: c}]}"), ["QR0016 3:66"]),
        (rules("{plan: p, version: 1, curency: RUB}"), ["QR1003 3:27"]),
        (rules("{table: t, by: a, rows: {under 5: 1, frm 5: 2}}"), ["QR1003 3:42"]),
        ("quotarules: 2\nrules: []\n", ["QR1051 1:13"]),
        ("rules: []\n", ["QR0016 1:1"]),
        ("[]\n", ["QR0016 1:1"]),
    ],
)
def test_mistakes_and_their_places(text: str, wanted: list[str]) -> None:
    assert told(text) == wanted


def test_entries_stand_in_any_order_and_clauses_may_be_texts() -> None:
    text = rules(
        "lines:\n      - base salary\n      - amount: 5 RUB\n        label: A\n        name: a\n"
        "    where: role = seller\n    for each: person\n    pay: s"
    )
    wanted = 'quotarules 1\n\npay s for each person where role = seller {\n  base salary\n  a "A" 5 RUB\n}\n'
    made, problems = in_form(RuleText(SourceFile("rules.yaml", text), is_yaml=True), to_yaml=False)
    assert problems == ()
    assert made is not None
    assert made.replace("\n\n", "\n") == wanted.replace("\n\n", "\n")


def test_comments_stay_where_they_are() -> None:
    text = (
        "# first\nquotarules: 1\n\nrules:\n  # of sales\n  - {measure: m, label: 'a # b', value: 5}  # five\n\n"
        "  # who\n  - pay: s  # all\n    for each: person\n    lines:\n      # always\n      - base: salary  # paid\n"
        "      # no more\n\n  # last\n  - {measure: n, value: 6}\n"
    )
    source = SourceFile("rules.yaml", text)
    assert parse_rules_yaml(source)[1] == ()
    assert yaml_text(yaml_outline(source)) == text


def test_what_has_no_entries_stands_as_text() -> None:
    text = "quotarules 1\ntable t by a { 5: 1, 5: 2 }\nteam t { gate a, gate b }\n"
    made = yaml_text(outline(SourceFile("plan.qr", text)))
    assert "- '5: 1'" in made
    assert "    clauses:\n      - gate: a\n" in made
    there_and_back(RuleText(SourceFile("plan.qr", text), is_yaml=False))
