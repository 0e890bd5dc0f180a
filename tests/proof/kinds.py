"""What a long run draws: plans of nodes, and texts about two companies; each kind with the check that it must pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from drawing import Draw
from engines.agreement import agree as nodes_agree
from engines.plans import samples
from engines.sample import Sample
from generated.agreement import Case, Engine
from generated.agreement import agree as texts_agree
from generated.companies import CASES

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """How a case is drawn, and a check that tells how many periods it settled: 0 where the plan is refused."""

    make: Callable[[Draw], T]
    check: Callable[[T, Mapping[str, Engine]], int]


def sample(draw: Draw) -> Sample:
    # Small plans are settled faster, so that more of them are seen.
    return samples(draw, draw.pick([1, 1, 2, 2, 3]))


def agree(drawn: Sample, engines: Mapping[str, Engine]) -> int:
    threads = 1 + len(repr(drawn)) % 2
    return nodes_agree(drawn, {name: engine(threads) for name, engine in engines.items()})


NODES: Kind[Sample] = Kind(sample, agree)
TEXTS: dict[str, Kind[Case]] = {
    name: Kind(make, partial(texts_agree, company)) for name, (company, make) in CASES.items()
}
