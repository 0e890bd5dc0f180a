"""URLs of engines as a command line gives them: one written there has to be of use, one of the environment need not."""

from collections.abc import Iterable

from quotarules.cli.options import is_written
from quotarules.diagnostics.problem import Problem
from quotarules.engines.choice import idle


def idle_urls(engines: Iterable[str], urls: Iterable[str]) -> tuple[Problem, ...]:
    """Problems of URLs that were written here for nothing; those of the environment are for other commands too."""
    return idle(engines, urls) if is_written("urls") else ()
