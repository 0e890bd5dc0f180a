"""Arrow without pandas: where pandas is installed, Arrow would load it, and take a third of a second for nothing."""

import sys
from collections.abc import Sequence
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


def arrow_alone() -> None:
    """For a process of our own: Arrow looks for pandas once, when it first takes a value of Python, and finds none.

    Nothing of ours is handed to pandas. Whoever else wants it can still import it.
    """
    hidden = _NoPandas()
    sys.meta_path.insert(0, hidden)
    try:
        import_module("pyarrow").scalar(0)
    finally:
        sys.meta_path.remove(hidden)
