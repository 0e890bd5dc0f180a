"""Fences of Markdown: their bodies keep their places, and their form is checked."""

from hypothesis import given, settings
from hypothesis import strategies as st

from quotarules.diagnostics.source import SourceFile
from quotarules.syntax.markdown import Case, read_case, rule_text

CASE = """# Sample

Words with `ticks`.

```quotarules
plan sample {
}
```

```yaml facts
deals: {key: deal}
```

```yaml
ignored: true
```

~~~quotarules
# more rules
~~~

```yaml calendar office
from: 2026-01-01
```

```facts deals
deal,amount
D1,5.00
```

```expect 2026-03
subject, account, rule, source, status, amount, reason
P1, pay, new, D1, due, 5.00
P1, pay, bonus, , waiting, , "no target, yet"
P1, pay, total, , due, 5.00
client/C1, rating, gain, D1/P1, excluded, ,
```

```expect 2026-Q2
subject,account,rule,source,status,amount
```

```problems
QR4103 6:1
```
"""


def case_of(text: str) -> Case:
    case, problems = read_case(SourceFile("a.md", text))
    assert case is not None, [problem.report().message for problem in problems]
    return case


def test_a_case_is_taken_apart() -> None:
    found = case_of(CASE)
    assert [(fence.table, fence.text, fence.first_line) for fence in found.facts] == [
        ("deals", "deal,amount\nD1,5.00\n", 27)
    ]
    first, second = found.expectations
    assert (first.period, second.period, second.lines) == ("2026-03", "2026-Q2", ())
    assert [(line.subject, line.rule, line.source, line.status, line.amount, line.reason) for line in first.lines] == [
        ("P1", "new", "D1", "due", "5.00", None),
        ("P1", "bonus", "", "waiting", None, "no target, yet"),
        ("P1", "total", "", "due", "5.00", None),
        ("client/C1", "gain", "D1/P1", "excluded", None, None),
    ]
    assert found.problems is not None
    assert [(problem.code, problem.line, problem.column) for problem in found.problems] == [("QR4103", 6, 1)]
    assert [name for name, _ in found.calendars] == ["office"]


def test_a_row_with_another_count_of_columns_is_a_problem() -> None:
    for row in ("P1, pay, new, D1, due\n", "P1, pay, new, D1, due, 5.00, , \n"):
        _, problems = read_case(SourceFile("a.md", CASE.replace("P1, pay, new, D1, due, 5.00\n", row)))
        assert [problem.code for problem in problems] == ["QR0404"]


def test_a_line_may_leave_out_its_reason() -> None:
    head = "subject, account, rule, source, status, amount"
    text = f"```expect 2026-01\n{head}, reason\nP1, pay, base, , due, 5.00\nP1, pay, new, D1, excluded, , no\n```\n"
    found, problems = read_case(SourceFile("a.md", text))
    assert problems == ()
    assert found is not None
    assert [line.reason for line in found.expectations[0].lines] == [None, "no"]
    _, problems = read_case(SourceFile("a.md", text.replace("due, 5.00", "due")))
    assert [problem.code for problem in problems] == ["QR0404"]
    _, problems = read_case(SourceFile("a.md", text.replace(", reason", "")))
    assert [problem.code for problem in problems] == ["QR0404"]


def test_places_are_places_in_the_file() -> None:
    source = SourceFile("a.md", CASE)
    rules = rule_text(source)
    assert len(rules.text) == len(source.text)
    assert rules.line_starts == source.line_starts
    for word in ("plan sample", "# more rules"):
        assert rules.text.index(word) == source.text.index(word)
    assert rules.text.split() == ["plan", "sample", "{", "}", "#", "more", "rules"]


def codes(text: str) -> list[tuple[str, tuple[int, int]]]:
    source = SourceFile("a.md", text)
    case, problems = read_case(source)
    assert (case is None) == bool(problems)
    return [(problem.code, source.place(problem.report().primary.span.start)) for problem in problems]


def test_the_form_of_fences_is_checked() -> None:
    assert codes("```quotarules\nplan") == [("QR0401", (1, 1))]
    assert codes("```facts\n```\n") == [("QR0402", (1, 1))]
    assert codes("```expect March\n```\n")[0] == ("QR0402", (1, 1))
    assert codes("```yaml calendar\n```\n") == [("QR0402", (1, 1))]
    assert codes("```facts a\n```\n```facts a\n```\n") == [("QR0403", (3, 1))]
    assert codes("- x\n  ```facts a\n  ```\n") == [("QR0406", (2, 3))]
    assert codes("```problems\nQR1\n```\n") == [("QR0405", (2, 1))]
    assert codes("```python\nprint()\n```\n") == []
    assert codes("````text\n```facts\n````\n") == []
    assert case_of("no fence at all").problems is None


@settings(max_examples=200, deadline=None)
@given(
    st.text(st.sampled_from("`~ \nax1,\r|"), max_size=60),
    st.sampled_from(["quotarules", "facts a", "expect 2026", "problems"]),
)
def test_any_text_is_read_or_refused(text: str, word: str) -> None:
    source = SourceFile("a.md", f"```{word}\n{text}")
    case, problems = read_case(source)
    assert (case is None) == bool(problems)
    assert len(rule_text(source).text) == len(source.text)
