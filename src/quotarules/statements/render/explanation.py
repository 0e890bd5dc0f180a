"""An explanation as text for people and as JSON; the latter is described by `schemas/explanation.schema.json`."""

import json
from collections.abc import Iterator

from quotarules.statements.explain import AbsentRule, ExplainedInput, ExplainedLine, Explanation, PlanText
from quotarules.statements.steps import Step

FORMAT = "quotarules/explanation/1"


def as_text(explanation: Explanation) -> str:
    """The explanation, one paragraph a line."""
    title = f"{explanation.subject_kind} {explanation.subject}, {explanation.period}"
    rows = [title, f"plan {explanation.plan} version {explanation.plan_version}"]
    for line in explanation.lines:
        rows.extend(("", *_line(line)))
    for absent in explanation.absent:
        rows.extend(("", *_absent(absent)))
    rows.extend(("", f"settlement    {explanation.root}", f"journal head  {explanation.head}"))
    return "\n".join(rows)


def _line(line: ExplainedLine) -> Iterator[str]:
    of = f" for {line.source}" if line.source else ""
    result = line.amount if line.status == "due" else f"{line.status}: {line.reason}"
    yield f"{line.label} ({line.account} {line.rule}{of}): {result}"
    yield from _words(line.why)
    yield from _inputs(line.inputs)
    for step in line.steps:
        yield from _step(step, 1)
    # Where the last step is the rounding itself it has said so.
    told = any(step.text.startswith(f"{line.unrounded} rounded ") for step in line.steps)
    if line.unrounded is not None and not told:
        yield f"  unrounded {line.unrounded}; {line.rounding}"
    if line.status == "due":
        yield f"  = {line.amount}"


def _words(text: PlanText | None) -> Iterator[str]:
    if text is not None:
        yield f"  {text.file}:{text.line}"
        yield from (f"  | {row}" for row in text.text.split("\n"))


def _inputs(inputs: tuple[ExplainedInput, ...]) -> Iterator[str]:
    longest = max((len(item.name) for item in inputs), default=0)
    for item in inputs:
        defined = "" if item.defined is None else f"   ({item.defined.file}:{item.defined.line})"
        yield f"  {item.name.ljust(longest)} = {item.text}{defined}"


def _step(step: Step, depth: int) -> Iterator[str]:
    for inner in step.rests_on:
        yield from _step(inner, depth)
    yield f"{'  ' * depth}- {step.text}"


def _absent(absent: AbsentRule) -> Iterator[str]:
    yield f"{absent.label} ({absent.account} {absent.rule}): no line"
    yield from _words(absent.why)
    yield f"  - {absent.reason}"


def as_json(explanation: Explanation) -> str:
    """The explanation as one ASCII document."""
    document = {
        "format": FORMAT,
        "plan": {"name": explanation.plan, "version": explanation.plan_version},
        "period": explanation.period,
        "subject": {"kind": explanation.subject_kind, "key": explanation.subject},
        "lines": [_line_value(line) for line in explanation.lines],
        "absent": [
            {
                "account": absent.account,
                "rule": absent.rule,
                "label": absent.label,
                "text": _text_value(absent.why),
                "reason": absent.reason,
            }
            for absent in explanation.absent
        ],
        "evidence": {"settlement_root": explanation.root, "journal_head": explanation.head},
    }
    return json.dumps(document, indent=2, sort_keys=True)


def _line_value(line: ExplainedLine) -> dict[str, object]:
    return {
        "account": line.account,
        "rule": line.rule,
        "label": line.label,
        "source": line.source,
        "status": line.status,
        "amount": line.amount,
        "reason": line.reason,
        "text": _text_value(line.why),
        "inputs": [
            {"name": item.name, "text": item.text, "defined": _text_value(item.defined)} for item in line.inputs
        ],
        "unrounded": line.unrounded,
        "rounding": line.rounding,
        "steps": [_step_value(step) for step in line.steps],
    }


def _step_value(step: Step) -> dict[str, object]:
    return {"text": step.text, "rests_on": [_step_value(inner) for inner in step.rests_on]}


def _text_value(text: PlanText | None) -> dict[str, object] | None:
    if text is None:
        return None
    return {"file": text.file, "line": text.line, "column": text.column, "text": text.text}
