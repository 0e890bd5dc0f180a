"""A drawn plan over a drawn ledger, settled by the reference engine and by the second evaluator."""

from engines.agreement import DisagreementError
from generated.agreement import THREADS, Case, Company, loaded
from quotarules.diagnostics.files import MemoryFiles
from quotarules.diagnostics.source import SourceFile
from quotarules.plan.bounds import infer
from quotarules.plan.from_checked.whole import plan_from_checked
from quotarules.plan.problems import TooManyDigits, too_wide
from quotarules.syntax.rule_texts import rule_texts
from quotarules.values.period import parse_period
from second.comparing import checked_rules, differences
from second.whole import UNKNOWN_FORMS, forms


def agrees(about: Company, case: Case) -> bool:
    """Compares every period of a case; False where the plan is refused for its digits, or has a form not known here."""
    texts = rule_texts(SourceFile("plan.qr", case.text))
    rules, problems = checked_rules(texts, about.schema, about.calendars, MemoryFiles(about.files))
    assert rules is not None, [problem.report().message for problem in problems]
    plan = plan_from_checked(rules)
    if any(isinstance(problem, TooManyDigits) for problem in too_wide(plan, infer(plan))):
        return False
    if forms(rules) & set(UNKNOWN_FORMS):
        return False
    first = parse_period(about.first[case.unit], rules.period)
    assert first is not None
    last = first
    for _ in THREADS[1:]:
        last = last.next()
    found = list(differences(rules, loaded(about, case.tables), first, last, plan))
    if found:
        raise DisagreementError(f"{len(found)} lines differ: {found[:3]}")
    return True
