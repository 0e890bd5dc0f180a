"""One Spark for all tests of this folder; they stay in one process, because starting it costs more than they do."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quotarules.engines.choice import Settle
from spark.spark_here import environment, missing

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[2]"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("spark"))


@pytest.fixture(scope="session", autouse=True)
def _spark_is_there() -> None:
    """Skips with the reason where Spark cannot run, unless all engines have to be there."""
    reason = missing()
    if reason is not None and os.environ.get("QUOTARULES_ALL_ENGINES") == "1":
        pytest.fail(f"{reason}, and all engines have to be tested")
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def spark_session(_spark_is_there: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """A session on two threads of this machine, started with settings for tiny data."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(tmp_path_factory.mktemp("conf")).items():
            patch.setenv(name, value)
        from quotarules.engines.sql.spark_session import session

        with session(LOCAL) as made:
            yield made


@pytest.fixture(scope="session")
def spark(spark_session: "SparkSession") -> Settle:
    """The engine on two threads of this machine."""
    from quotarules.engines.sql.spark import bound

    assert spark_session.version
    return bound(LOCAL)
