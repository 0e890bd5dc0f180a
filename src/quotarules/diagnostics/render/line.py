"""Problems one a line, for editors, pipes and `grep`."""

from quotarules.diagnostics.problem import Problem
from quotarules.diagnostics.render.place import Sources, place, safe


def render(problem: Problem, sources: Sources) -> str:
    """`file:line:col: error QR4103 message; help: …`; for a data file `file:row: error QR0201 column …: message`."""
    report = problem.report()
    label = report.primary
    spot = place(label.span, sources)
    column = "" if label.column is None else f"column `{safe(label.column)}`: "
    where = safe(spot.file)
    if label.row is not None:
        where += f":{label.row if isinstance(label.row, int) else safe(label.row)}"
    elif spot.line is not None:
        where += f":{spot.line}:{spot.column}"
    help_text = "" if report.help is None else f"; help: {safe(report.help)}"
    return f"{where}: {problem.severity} {problem.code} {column}{safe(report.message)}{help_text}"
