"""The doctor finds a Spark sound whatever its own settings are, and refuses one whose session lets ANSI mode go."""

from pathlib import Path
from typing import TYPE_CHECKING

from quotarules.doctor import examine as doctor
from quotarules.doctor.examine import examine
from quotarules.engines.choice import ENGINES, Settle
from quotarules.engines.sql import spark as engine
from quotarules.engines.sql.spark_session import session
from quotarules.ledger.tables import Ledger
from quotarules.plan.lines import OpeningBalance, Outcome
from quotarules.plan.nodes import Plan
from quotarules.values.period import Period
from spark.conftest import LOCAL

if TYPE_CHECKING:
    import pytest
    from pyspark.sql import SparkSession


def test_a_spark_that_is_set_otherwise_is_sound(spark: Settle, spark_session: "SparkSession") -> None:
    # A new session has what the server was started with: nothing of what our own have pinned.
    assert spark_session.newSession().conf.get("spark.sql.ansi.enabled") == "false"
    found = examine("spark", spark)
    assert [problem.report().message for problem in found.problems] == []
    assert found.answers == examine("reference", ENGINES["reference"]).answers


def test_a_session_without_ansi_mode_is_refused(
    spark_session: "SparkSession", monkeypatch: "pytest.MonkeyPatch"
) -> None:
    assert spark_session.version

    def lenient(
        plan: Plan, ledger: Ledger, period: Period, openings: tuple[OpeningBalance, ...], lines: Path
    ) -> Outcome:
        with session(LOCAL) as own:
            own.conf.set("spark.sql.ansi.enabled", "false")
            return engine.settle_in(own, plan, ledger, period, openings, lines)

    monkeypatch.setattr(doctor, "QUESTIONS", ("beyond",))
    found = examine("spark", lenient)
    assert {problem.code for problem in found.problems} == {"QR5392"}
    assert "of beyond, `beyond.cube` has to be an error, and has lines" in found.problems[-2].report().message
