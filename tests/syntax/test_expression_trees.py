"""What an expression is read as: a table of texts and trees in short."""

import dataclasses
import re
from collections.abc import Iterator

import pytest

from quotarules.diagnostics.source import SourceFile, Span
from quotarules.syntax import ast
from quotarules.syntax.from_text import parse, parse_expression


def short(node: object) -> str:
    """A tree as nested words: the class, then its fields, without places and what was not written."""
    match node:
        case ast.Path():
            return ".".join(name.text for name in node.names)
        case ast.Name() | ast.Text():
            return node.text
        case ast.NumberLiteral():
            return _digits(node.digits, node.scale)
        case ast.PercentLiteral():
            return _digits(node.digits, node.scale) + "%"
        case ast.MoneyLiteral():
            return f"{_digits(node.digits, node.scale)}{node.currency.text}"
        case tuple():
            return "[" + " ".join(short(each) for each in node) + "]"
        case _ if dataclasses.is_dataclass(node):
            named = [each for each in dataclasses.fields(node) if each.name != "span"]
            fields = [value for each in named if (value := getattr(node, each.name)) != each.default]
            return f"({type(node).__name__}{''.join(' ' + short(each) for each in fields)})"
        case _:
            return str(node)


def _digits(digits: int, scale: int) -> str:
    return str(digits) if scale == 0 else f"{digits}e-{scale}"


CASES = (
    ("a + b * c", "(Sum [1 1] [a (Product [b c] [*])])"),
    ("a - b - c", "(Sum [1 -1 -1] [a b c])"),
    ("a * b / c", "(Product [a b c] [* /])"),
    ("-a + b", "(Sum [1 1] [(Signed -1 a) b])"),
    ("a - -5", "(Sum [1 -1] [a (Signed -1 5)])"),
    ("40% of salary * acc(met)", "(Product [(PercentOf 40% salary) (Call acc (Arguments [met]))] [*])"),
    ("-40% of salary", "(Signed -1 (PercentOf 40% salary))"),
    ("10% of 20% of a", "(PercentOf 10% (PercentOf 20% a))"),
    ("+1 per 100_000 RUB of amount", "(Per (Signed 1 1) 100000RUB amount False)"),
    ("1 per full 100 RUB of a + b", "(Sum [1 1] [(Per 1 100RUB a True) b])"),
    ("150 RUB per point of team_points", "(Per 150RUB None team_points False)"),
    ("a at least 0 RUB at most b + c", "(Limit (Limit a least 0RUB) most (Sum [1 1] [b c]))"),
    ("a + b at least c", "(Limit (Sum [1 1] [a b]) least c)"),
    ("a at least b >= c", "(Compare >= (Limit a least b) c)"),
    ("not a = b and c", "(And [(Not (Compare = a b)) c])"),
    ("not not a", "(Not (Not a))"),
    ("a or b or c", "(Or [a b c])"),
    ("a or (b and c)", "(Or [a (Group (And [b c]))])"),
    ("a when b or c else d", "(Else [(When a (Or [b c])) d])"),
    ("a when b else c when d else e", "(Else [(When a b) (When c d) e])"),
    ('a else waiting "no target"', "(Else [a (Waiting no target)])"),
    ("(a + b) else 0", "(Else [(Group (Sum [1 1] [a b])) 0])"),
    ("a / b else 0%", "(Else [(Product [a b] [/]) 0%])"),
    ("paid_on is missing", "(Presence paid_on False)"),
    ("paid_on is present and a", "(And [(Presence paid_on True) a])"),
    ('kind is one of (tender, "direct", 5)', "(OneOf kind [tender (TextLiteral direct) 5])"),
    ("seller.handover.response met", "(Met seller.handover.response)"),
    ("this person.x met", "(Met (ThisPath person [x]))"),
    ("this person.salary > 5", "(Compare > (ThisPath person [salary]) 5)"),
    ("start of quarter", "(Edge start quarter)"),
    ("end of period <= as_of", "(Compare <= (Edge end period) (AsOf))"),
    ("3.5% + 0.25", "(Sum [1 1] [35e-1% 25e-2])"),
    ("5 points", "(PointsLiteral 5 0)"),
    ("4 working hours", "(DurationLiteral 4 0 working hour)"),
    ("1.5 hours", "(DurationLiteral 15 1 hour)"),
    ("2026-01-31 - 1970-01-01", "(Sum [1 -1] [(DateLiteral 20484) (DateLiteral 0)])"),
    ("yes = no", "(Compare = (YesNoLiteral True) (YesNoLiteral False))"),
    ("f(x after y)", "(Call f (After x y))"),
    ("round(x, 0.01, half_even)", "(Call round (Arguments [x 1e-2 half_even]))"),
    ("count(deals)", "(Call count (OnlyRows (Rows None deals None None None None)))"),
    ("sum(deals)", "(Call sum (Arguments [deals]))"),
    ("count(all people where a or b)", "(Call count (OnlyRows (Rows all people None None (Or [a b]) None)))"),
    (
        "sum(amount of earlier deals by seller.team on won_on where a during year to date)",
        "(Call sum (Of amount (Rows earlier deals seller.team won_on a (ToDateWindow year))))",
    ),
    (
        "share((a >= 2) of deals during last 3 months)",
        "(Call share (Of (Group (Compare >= a 2)) (Rows None deals None None None (LastWindow 3 month))))",
    ),
    ("seller.sales(during period)", "(Call seller.sales (During (PeriodWindow)))"),
    ("x(during ever)", "(Call x (During (EverWindow)))"),
    ("x(during from a to under b)", "(Call x (During (RangeWindow a b False)))"),
    ("x(during from a through b)", "(Call x (During (RangeWindow a b True)))"),
    ("days(from a through b + 1)", "(Call days (Between a (Sum [1 1] [b 1]) True))"),
    ("months(from a to under b)", "(Call months (Between a b False))"),
    ("working hours(from a to under b)", "(Call working hours (Between a b False))"),
    ("working days(from a through b)", "(Call working days (Between a b True))"),
    ("nps(score of surveys)", "(Call nps (Of score (Rows None surveys None None None None)))"),
    ("median(score of surveys)", "(Call median (Of score (Rows None surveys None None None None)))"),
    ("start + end", "(Sum [1 1] [start end])"),
    ("sum(start of deals)", "(Call sum (Of start (Rows None deals None None None None)))"),
    ("été * Продажи", "(Product [été Продажи] [*])"),
)


@pytest.mark.parametrize(("text", "tree"), CASES)
def test_expression(text: str, tree: str) -> None:
    value, problems = parse_expression(SourceFile("formula", text))
    assert problems == ()
    assert short(value) == tree


@pytest.mark.parametrize(("text", "tree"), CASES)
def test_line_ends_mean_nothing_in_a_formula(text: str, tree: str) -> None:
    value, _ = parse_expression(SourceFile("formula", re.sub(r' (?![^"]*"$)', "\n", text)))
    assert short(value) == tree


def _spans(node: object) -> Iterator[tuple[Span, Span]]:
    """Pairs of a node's place and the place of a node in it."""
    if isinstance(node, tuple):
        for each in node:
            yield from _spans(each)
    elif dataclasses.is_dataclass(node):
        own = getattr(node, "span", None)
        for each in dataclasses.fields(node):
            child = getattr(node, each.name)
            inside = getattr(child, "span", None)
            if isinstance(own, Span) and isinstance(inside, Span):
                yield own, inside
            yield from _spans(child)


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_places_lie_in_places(text: str) -> None:
    value, _ = parse_expression(SourceFile("formula", text))
    assert value is not None
    assert (value.span.start, value.span.end) == (0, len(text))
    for outer, inner in _spans(value):
        assert outer.start <= inner.start <= inner.end <= outer.end


def test_names_are_composed() -> None:
    value, problems = parse_expression(SourceFile("formula", "e\u0301te\u0301"))
    assert problems == ()
    assert isinstance(value, ast.Path)
    assert value.names[0].text == "\u00e9t\u00e9"


def test_formula_problems_have_places() -> None:
    value, problems = parse_expression(SourceFile("formula", "a +\n(b"))
    assert value is None
    assert [(problem.code, problem.report().primary.span) for problem in problems] == [
        ("QR1005", Span("formula", 4, 5))
    ]


def test_empty_formula() -> None:
    value, problems = parse_expression(SourceFile("formula", "  # nothing\n"))
    assert value is None
    assert [problem.code for problem in problems] == ["QR1002"]


def test_a_declaration_with_a_mistake_is_left_out() -> None:
    text = "quotarules 1\nmeasure a = 1\nmeasure b = = 2\nmeasure c = 3\n"
    module, problems = parse(SourceFile("rules", text))
    assert module is not None
    assert [declaration.name.text for declaration in module.declarations] == ["a", "c"]
    assert len(problems) == 1


def test_declarations_of_the_agency_plan() -> None:
    text = """quotarules 1
    team deal_bonus "Deal team" for each deal by client on paid_on where won {
      pool 3% of profit
      gate handover.response met
      among participants by deal
      shares exact by role { seller 40%, presales rest }
      absent kept by the company
    }
    sla handover {
      response "First touch" owed by owner for each lead:
        touched_at within 4 working hours of handed_at, for at least 95%
    }
    """
    module, problems = parse(SourceFile("rules", text))
    assert problems == ()
    assert module is not None
    team, sla = module.declarations
    assert short(team) == (
        "(TeamDeclaration deal_bonus Deal team (ForEach deal client paid_on won None) [(Pool (PercentOf 3% profit))] "
        "[(Gate (Met handover.response))] [(Rows None participants deal None None None)] "
        "[(SharesByRole role [(RoleShare seller 40%) (RoleShare presales None)])] [(Absent True)])"
    )
    assert short(sla) == (
        "(SlaDeclaration handover None [(SlaTerm response First touch owner (ForEach lead None None None None) "
        "touched_at (DurationLiteral 4 0 working hour) handed_at 95%)])"
    )
