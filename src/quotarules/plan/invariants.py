"""What every well-formed plan keeps to, by name: a broken one is a defect of the compiler, never of a user."""

from quotarules.plan.nodes import Plan


def broken(plan: Plan) -> tuple[str, ...]:
    """The invariants that a plan breaks, each as a sentence; none for a well-formed plan."""
    return ()
