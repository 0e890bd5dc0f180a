"""Small wrong changes to a source file, one at a time: what a slip of the pen would write."""

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_CALCULATED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}
_WORDS = {"<": ("<=", ">"), "<=": ("<",), ">": (">=", "<"), ">=": (">",), "=": ("!=",), "!=": ("=",)}
_NAMES = {
    "plus": "minus",
    "minus": "plus",
    "quotient": "remainder",
    "remainder": "quotient",
    "both": "either",
    "either": "both",
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "Present": "Absent",
    "Absent": "Present",
    "half": "most",
    "below": "above",
    "above": "below",
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed tree of a module, and what was changed: the function, the line's text and both sides.

    `lines` are those of the statement; of one that has statements in it, those of its head.
    """

    tree: ast.Module
    function: str
    line: int
    lines: range
    text: str
    change: str

    @property
    def key(self) -> str:
        """What names it in the list of changes that change nothing, whatever line it stands in."""
        return f"{self.function}: {self.text.strip()} [{self.change}]"


def mutants(source: str) -> Iterator[Mutant]:
    """Every change of functions and constants, in the order of the text; the second of a kind in a line is numbered."""
    tree = ast.parse(source)
    lines = source.split("\n")
    known: Counter[tuple[str, int, str]] = Counter()
    lines_of = dict(_statements(tree))
    for place, (node, function) in enumerate(_changeable(tree)):
        for number, change in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            target, _ = list(_changeable(changed))[place]
            list(_changes(target, apply=number))
            ast.fix_missing_locations(changed)
            line = int(getattr(node, "lineno", 1))
            known[function, line, change] += 1
            count = known[function, line, change]
            words = change if count == 1 else f"{change}, number {count}"
            yield Mutant(changed, function, line, lines_of[line], lines[line - 1], words)


def _statements(tree: ast.Module) -> Iterator[tuple[int, range]]:
    """Each line with the lines of the statement that it stands in; the innermost comes last."""
    for node in ast.walk(tree):
        match node:
            case ast.Match(lineno=start, subject=ast.expr(end_lineno=end)):
                pass
            case ast.match_case(pattern=ast.pattern(lineno=start), body=[ast.stmt(lineno=inside), *_]):
                end = max(start, inside - 1)
            case ast.stmt(lineno=start, end_lineno=end):
                inner = getattr(node, "body", ())
                end = max(start, inner[0].lineno - 1) if inner else end
            case _:
                continue
        lines = range(start, int(end or start) + 1)
        yield from ((line, lines) for line in lines)


def _changeable(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """Nodes that can be changed, with the function that they stand in; not in assertions, annotations, decorators."""
    stack: list[tuple[ast.AST, str]] = [(part, "") for part in reversed(tree.body)]
    while stack:
        node, function = stack.pop()
        children: list[ast.AST] = list(ast.iter_child_nodes(node))
        match node:
            case ast.Assert() | ast.Import() | ast.ImportFrom() | ast.Raise() | ast.JoinedStr():
                continue
            case ast.Expr(value=ast.Constant()) | ast.keyword(arg="strict"):
                continue
            case ast.FunctionDef():
                function = f"{function}.{node.name}".lstrip(".")
                children = [*node.args.defaults, *node.body]
            case ast.ClassDef():
                function = f"{function}.{node.name}".lstrip(".")
                children = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            case ast.AnnAssign():
                children = [] if node.value is None else [node.value]
            case _:
                pass
        yield node, function
        stack.extend((child, function) for child in reversed(children))


def _changes(node: ast.AST, apply: int | None = None) -> Iterator[str]:
    """The changes of one node in words; the one numbered `apply` is made."""
    for number, (words, slot, value) in enumerate(_choices(node)):
        if number == apply:
            setattr(node, slot, value)
        yield words


def _choices(node: ast.AST) -> Iterator[tuple[str, str, object]]:
    """What a field of a node may become: words, the field, its value."""
    match node:
        case ast.Compare(ops=[operator]):
            for other in _COMPARED.get(type(operator), ()):
                yield f"{type(operator).__name__} -> {other.__name__}", "ops", [other()]
        case ast.BinOp(op=operator) if type(operator) in _CALCULATED:
            swapped = _CALCULATED[type(operator)]
            yield f"{type(operator).__name__} -> {swapped.__name__}", "op", swapped()
        case ast.AugAssign(op=operator) if type(operator) in _CALCULATED:
            swapped = _CALCULATED[type(operator)]
            yield f"{type(operator).__name__} -> {swapped.__name__}", "op", swapped()
        case ast.BoolOp(op=ast.And()):
            yield "and -> or", "op", ast.Or()
        case ast.BoolOp(op=ast.Or()):
            yield "or -> and", "op", ast.And()
        case ast.UnaryOp(op=ast.USub()):
            yield "- dropped", "op", ast.UAdd()
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not dropped", "operand", ast.UnaryOp(ast.Not(), operand)
        case ast.If() | ast.IfExp():
            yield "never", "test", ast.Constant(False)
            yield "always", "test", ast.Constant(True)
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}", "value", not value
        case ast.Constant(value=int() as value):
            yield f"{value} -> {value + 1}", "value", value + 1
        case ast.Constant(value=str() as value) if value in _WORDS:
            for word in _WORDS[value]:
                yield f"{value} -> {word}", "value", word
        case ast.Name(id=name, ctx=ast.Load()) if name in _NAMES:
            yield f"{name} -> {_NAMES[name]}", "id", _NAMES[name]
        case _:
            return
