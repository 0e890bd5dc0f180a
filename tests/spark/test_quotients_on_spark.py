"""All quotients of two numbers from -50 to 50, in every rounding mode, on Spark."""

import pytest

from engines.sample import NUMBER
from engines.test_nodes_arithmetic import QUOTIENT, QUOTIENTS, expected_quotients
from quotarules.engines.choice import Settle
from quotarules.plan.nodes import Round
from quotarules.values.rounding import RoundingMode


@pytest.mark.parametrize("mode", list(RoundingMode))
def test_every_small_quotient_rounds_as_fractions_do(spark: Settle, mode: RoundingMode) -> None:
    assert QUOTIENTS.see(spark, "pairs", Round(QUOTIENT, 1, mode, NUMBER)) == expected_quotients(mode)
