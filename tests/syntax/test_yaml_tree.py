"""YAML as texts with places: what stands in the file is what is read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.yaml_schema import check_shape, plain
from quotarules.syntax.yaml_tree import Mapping, Node, Scalar, Sequence, parse_yaml


def tree_of(text: str) -> Node:
    tree, problems = parse_yaml(SourceFile("a.yaml", text))
    assert tree is not None, problems
    return tree


@pytest.mark.parametrize(
    "word", ["NO", "yes", "null", "~", "12:30", "010", "1.10", "1e3", "0x1F", "2026-01-31", ".inf", "1_000"]
)
def test_a_plain_word_stays_as_written(word: str) -> None:
    assert plain(tree_of(f"a: {word}\n")) == {"a": word}


def test_quotes_are_known() -> None:
    tree = tree_of("a: no\nb: 'no'\nc: \"no\"\nd:\n")
    assert isinstance(tree, Mapping)
    values = [value for _, value in tree.entries if isinstance(value, Scalar)]
    assert [(value.text, value.quoted) for value in values] == [("no", False), ("no", True), ("no", True), ("", False)]


def test_places_count_characters() -> None:
    text = "имя: 'значение' # заметка\nlist: [é, {ключ: b}]\n"
    tree = tree_of(text)

    def walk(node: Node) -> None:
        match node:
            case Scalar(word, _, span):
                assert word in text[span.start : span.end]
            case Mapping(entries):
                for key, value in entries:
                    assert text[key.span.start : key.span.end] == key.text
                    walk(value)
            case Sequence(items):
                for item in items:
                    walk(item)

    walk(tree)
    assert isinstance(tree, Mapping)
    value = tree.get("list")
    assert value is not None
    assert text[value.span.start : value.span.end] == "[é, {ключ: b}]"


def test_all_equal_keys_are_told_with_the_first() -> None:
    source = SourceFile("a.yaml", "a: 1\nb: 2\na: 3\nc: {x: 1, x: 2}\n")
    _, problems = parse_yaml(source)
    places = [
        (source.place(p.report().primary.span.start), source.place(p.report().labels[0].span.start)) for p in problems
    ]
    assert places == [((3, 1), (1, 1)), ((4, 11), (4, 5))]


SHAPES = [
    ("facts", "people:\n  form: x.csv\n", "QR0016", (2, 3), "write `from`"),
    ("facts", "people: {columns: {a: []}}\n", "QR0016", (1, 23), None),
    ("facts", "people: {from: [a]}\n", "QR0016", (1, 16), None),
    ("facts", "people: {columns: {a: {tipe: text}}}\n", "QR0016", (1, 24), "write `type`"),
    ("facts", "people: {columns: {a: {or: null}}}\n", "QR0016", (1, 28), None),
    ("calendar", "from: 2026-01-01\nhours: {mon: closed}\n", "QR0016", (1, 1), "add `through: …`"),
    ("calendar", "from: 2026-01-01\nthrough: 2026-12-31\nhours: {mon: 9-18}\n", "QR0016", (3, 14), None),
    ("project", "rules: a.qr\nfacts: []\n", "QR0016", (2, 8), None),
    ("project", "rules: a.qr\nfacts: a.yaml\nset aside: [{table: a, key: b}]\n", "QR0016", (3, 14), "add `why: …`"),
]


@pytest.mark.parametrize(("schema", "text", "code", "place", "way_out"), SHAPES, ids=range(len(SHAPES)))
def test_an_error_of_shape_is_placed(
    schema: str, text: str, code: str, place: tuple[int, int], way_out: str | None
) -> None:
    source = SourceFile("a.yaml", text)
    tree, _ = parse_yaml(source)
    assert tree is not None
    match schema:
        case "facts":
            problems = check_shape(tree, "facts")
        case "calendar":
            problems = check_shape(tree, "calendar")
        case _:
            problems = check_shape(tree, "project")
    (problem,) = problems
    report = problem.report()
    assert (problem.code, source.place(report.primary.span.start), report.help) == (code, place, way_out)


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab:-{}[],&*!|>'\"#% \n\t?~\\x"), max_size=40))
def test_any_text_ends_in_a_tree_or_a_problem(text: str) -> None:
    source = SourceFile("a.yaml", text)
    tree, problems = parse_yaml(source)
    assert (tree is None) == bool(problems)
    for problem in problems:
        span = problem.report().primary.span
        assert 0 <= span.start <= span.end <= len(text)
    if tree is not None:
        check_shape(tree, "facts")


TREES = st.recursive(
    st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(TREES)
def test_what_is_written_in_flow_style_is_read(tree: object) -> None:
    """JSON is YAML, and its strings are quoted, so that it says exactly what the tree is."""
    import json

    text = json.dumps(tree)
    if len(text) > 1000:
        return
    assert plain(tree_of(text)) == tree
