"""Arrow in a process of our own: without pandas, a third of a second to load, and with the system's memory.

Arrow's own memory comes in huge pages and is given back as soon as it is free, so that columns read in parts pay for
the same pages again and again: half of the processor time of loading a million deals on a virtual machine.
"""

import sys
from collections.abc import Collection, Sequence
from importlib import import_module
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas:
    """Says of pandas that it is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where a module is found, as the import system asks; of all other modules this knows nothing."""
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)
        return None


def arrow_alone(engines: Collection[str] = ()) -> None:
    """Arrow looks for pandas once, when it first takes a value of Python, and finds none; its memory is the system's.

    Nothing of ours is handed to pandas. Whoever else wants it can still import it. With Spark among the engines
    nothing is done: its library hands Arrow's tables to pandas.
    """
    if "spark" in engines:
        return
    hidden = _NoPandas()
    sys.meta_path.insert(0, hidden)
    try:
        arrow = import_module("pyarrow")
        arrow.set_memory_pool(arrow.system_memory_pool())
        arrow.scalar(0)
    finally:
        sys.meta_path.remove(hidden)
