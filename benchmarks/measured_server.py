"""What a run took whose work is done by a server's process on this machine, too."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

import psycopg

from benchmarks.measured import processor


@dataclass(slots=True)
class Measured:
    """Seconds and processor time of parts, the time of a server's process on this machine included."""

    server: int
    last: tuple[float, float] = (0.0, 0.0)
    figures: dict[str, float] = field(default_factory=dict)

    def lap(self, name: str) -> None:
        """The part that ends now."""
        now = self.now()
        self.figures |= {name: now[0] - self.last[0], f"{name}_cpu": now[1] - self.last[1]}
        self.last = now

    def now(self) -> tuple[float, float]:
        """The clock, and the processor time of both."""
        stat = Path(f"/proc/{self.server}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        ticks = int(stat[11]) + int(stat[12])
        return perf_counter(), processor() + ticks / os.sysconf("SC_CLK_TCK")


def on_server(connection: psycopg.Connection) -> Measured:
    """Measures what this process and the server's one for a connection do from now on."""
    found = Measured(connection.info.backend_pid)
    found.last = found.now()
    return found
