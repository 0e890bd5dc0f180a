"""Spark as the tests find it: what is missing, settings for tiny data, a standalone cluster and a Connect server."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from signal import SIGKILL, SIGTERM
from time import monotonic, sleep

# A task for each of the 200 partitions of a server would take longer than all rows of a case.
SETTINGS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.default.parallelism": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.executor.memory": "512m",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # A server that is set against us in every way that a session can mend.
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "Asia/Kathmandu",
    "spark.sql.decimalOperations.allowPrecisionLoss": "false",
    "spark.sql.groupByOrdinal": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.legacy.timeParserPolicy": "LEGACY",
    "spark.sql.files.ignoreCorruptFiles": "true",
}
PATIENCE = 180


def missing() -> str | None:
    """Why Spark cannot run here, or None."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java on this machine"
    return None


def environment(folder: Path) -> dict[str, str]:
    """The variables under which a Spark of the tests starts; its settings are written to the folder."""
    lines = [f"{name} {value}\n" for name, value in SETTINGS.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return {
        "SPARK_CONF_DIR": str(folder),
        "SPARK_LOCAL_IP": "127.0.0.1",
        # Short runs are over before the slow compiler has paid for itself.
        "SPARK_SUBMIT_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }


@contextmanager
def started(command: Sequence[str], folder: Path, ready: str) -> Iterator[tuple[str, int]]:
    """A program of Spark's own that runs until the end: what it said when it was ready, and its group of processes."""
    import pyspark

    home = Path(pyspark.__file__).parent
    said = folder / f"{command[-1].split('/')[-1]}-{len(list(folder.iterdir()))}.log"
    with said.open("wb") as stream:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), *command],
            env=os.environ | environment(folder),
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _waited(process, said, ready), process.pid
    finally:
        for signal in (SIGTERM, SIGKILL):
            if process.poll() is None:
                os.killpg(process.pid, signal)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    continue


def _waited(process: subprocess.Popen[bytes], said: Path, ready: str) -> str:
    end = monotonic() + PATIENCE
    while monotonic() < end and process.poll() is None:
        found = re.search(ready, said.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[0]
        sleep(0.2)
    raise AssertionError(said.read_text(encoding="utf-8", errors="replace")[-3000:])


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[tuple[str, list[int]]]:
    """A standalone master with workers on this machine's own address: its URL, and the group of each one's processes.

    They work below the folder.
    """
    everything = ("--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
    with ExitStack() as stack:
        master = ["org.apache.spark.deploy.master.Master", *everything]
        said, _ = stack.enter_context(started(master, folder, r"Starting Spark master at spark://\S+"))
        url = said.split()[-1]
        groups = []
        for place in range(workers):
            own = ("--cores", "1", "--memory", "768m", "--work-dir", str(folder / f"worker-{place}"))
            worker = ["org.apache.spark.deploy.worker.Worker", *everything, *own, url]
            groups.append(stack.enter_context(started(worker, folder, r"Successfully registered with master"))[1])
        yield url, groups


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """A Spark Connect server on this machine's own address: its URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = "org.apache.spark.sql.connect.service.SparkConnectServer"
    settings = [f"spark.connect.grpc.binding.port={port}", "spark.connect.grpc.binding.address=127.0.0.1"]
    options = [word for setting in settings for word in ("--conf", setting)]
    command = ["org.apache.spark.deploy.SparkSubmit", "--master", "local[2]", "--class", service, *options]
    with started([*command, "spark-internal"], folder, r"Spark Connect server started at"):
        yield f"sc://127.0.0.1:{port}"
