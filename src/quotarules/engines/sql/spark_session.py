"""Sessions of Spark, with everything pinned that decides what a query means, whatever the server's own settings are."""

import atexit
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path
from tempfile import mkdtemp
from threading import Timer

from py4j.protocol import Py4JError
from pyspark.errors import PySparkException, PySparkValueError
from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from quotarules.engines.server_problems import EngineBroken, EngineError, EngineNotInstalled, EngineUnreachable
from quotarules.engines.spark_problems import JavaMissing
from quotarules.engines.sql.spark_query import MEANING

PLANNING = {"spark.sql.constraintPropagation.enabled": "false"}
"""What changes no figure: conditions that follow from others are not sought, which takes longer than they save."""

FEW = 50_000
"""Up to how many rows of facts a settlement is over before work that is divided or made faster has paid for itself."""
_TASKS, _ADAPTIVE = "spark.sql.shuffle.partitions", "spark.sql.adaptive.enabled"
_USUAL_TASKS, _ROWS_A_TASK = "200", 250_000
_QUIET = Path(__file__).with_name("spark_log.properties")
_JAVA = "spark.driver.extraJavaOptions"
START = {
    "spark.app.name": "quotarules",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    _JAVA: f"-Dlog4j2.configurationFile={_QUIET.as_uri()}",
}
"""How a driver is started here: it opens no page, and says nothing but errors."""
_SHORT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java's quick compiler alone: with few rows the slow one takes two thirds of all processor time, and nobody gains."""
_DRIVERS: dict[str, SparkSession] = {}

# It tells of versions of pandas, and nothing of ours goes through pandas.
warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
# It writes every error with its whole stack; what a person should know of one stands in its first line.
PySparkLogger.getLogger("SQLQueryContextLogger").disabled = True
_SERVER = re.compile(r"([^:,/;]+):([0-9]+)")
_PATIENCE = 5
"""Seconds in which a server has to take a connection."""
PATIENCE_FOR_WORK = 60
"""Seconds in which a worker has to begin: executors are started for whoever connects."""


@contextmanager
def session(url: str, rows: int | None = None) -> Iterator[SparkSession]:
    """A session of its own on the Spark at `url`, in which nothing of another one is seen; `EngineError` for none.

    `rows` of facts, where they are known, decide how a driver is started that is to run here.
    """
    made = _connected(url, few=rows is not None and rows <= FEW)
    try:
        with failures_told(url):
            for name, value in (MEANING | PLANNING).items():
                made.conf.set(name, value)
            yield made
    finally:
        if url.startswith("sc://"):
            with suppress(PySparkException):
                made.stop()


@contextmanager
def failures_told(url: str) -> Iterator[None]:
    """What Spark says when it fails, as an `EngineError`."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise EngineError(EngineBroken("spark", url, _first_line(error))) from error


def divide_work(spark: SparkSession, rows: int) -> None:
    """As many tasks as so many rows of facts are worth, unless somebody has said how many there shall be."""
    if spark.conf.get(_TASKS) == _USUAL_TASKS:
        spark.conf.set(_TASKS, "1" if rows <= FEW else str(2 + rows // _ROWS_A_TASK))
    if rows <= FEW:
        # Plans made anew after every exchange are jobs more.
        spark.conf.set(_ADAPTIVE, "false")


def _connected(url: str, *, few: bool) -> SparkSession:
    if url.startswith("sc://"):
        _check_reached(url)
        try:
            made: SparkSession = SparkSession.builder.remote(url).create()
        except ImportError as error:
            raise EngineError(EngineNotInstalled("spark", "pyspark[connect]")) from error
        except PySparkValueError as error:
            # What is said of a URL that cannot be read are pieces of it, a token among them.
            raise EngineError(EngineUnreachable("spark", url, "the URL cannot be read")) from error
        except PySparkException as error:
            raise EngineError(EngineUnreachable("spark", url, _first_line(error))) from error
        return made
    if shutil.which("java") is None and not Path(environ.get("JAVA_HOME", "-"), "bin", "java").exists():
        raise EngineError(JavaMissing(url))
    if url.startswith("spark://"):
        _check_reached(url)
    try:
        if url not in _DRIVERS:
            made = _driver(url, few=few)
            if url.startswith("spark://"):
                _check_worked(made, url)
            _DRIVERS[url] = made
        return _DRIVERS[url].newSession()
    except (PySparkException, Py4JError) as error:
        raise EngineError(EngineUnreachable("spark", url, _first_line(error))) from error


def _driver(url: str, *, few: bool) -> SparkSession:
    """The driver of this process; it is started once, because that takes longer than most plans."""
    # Spark makes a folder for tables of its own, of which it is asked for none: not where somebody happens to work.
    unused = mkdtemp(prefix="quotarules-")
    atexit.register(shutil.rmtree, unused, ignore_errors=True)
    builder = SparkSession.builder.master(url).config("spark.sql.warehouse.dir", Path(unused).as_uri())
    for name, value in START.items():
        builder = builder.config(name, value)
    if few:
        builder = builder.config(_JAVA, f"{START[_JAVA]} {_SHORT}")
    made = builder.getOrCreate()
    # Workers that check facts need this package, which they are most likely to have where we have it.
    made.sparkContext.pythonExec = environ.get("PYSPARK_PYTHON", sys.executable)
    atexit.register(made.stop)
    return made


def _check_reached(url: str) -> None:
    """Ask whether anything listens there, because Spark itself would ask for a minute."""
    said = "the URL has no port"
    for host, port in _SERVER.findall(url.split("://", 1)[1]):
        try:
            socket.create_connection((host, int(port)), _PATIENCE).close()
        except (OSError, OverflowError) as error:
            said = str(error)
        else:
            return
    raise EngineError(EngineUnreachable("spark", url, said))


def _check_worked(spark: SparkSession, url: str) -> None:
    """Ask for one row, because Spark itself waits for a worker without end and without a word."""
    end = Timer(PATIENCE_FOR_WORK, spark.sparkContext.cancelAllJobs)
    end.start()
    try:
        spark.range(1).count()
    except (PySparkException, Py4JError) as error:
        if end.is_alive():
            raise
        said = f"no worker took any work in {PATIENCE_FOR_WORK} seconds"
        raise EngineError(EngineUnreachable("spark", url, said)) from error
    finally:
        end.cancel()


def _first_line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
