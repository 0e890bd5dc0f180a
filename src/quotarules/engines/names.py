"""The names of the engines, for those who only list them: nothing is loaded for it."""

EMBEDDED = ("duckdb", "reference")
"""Those that need nothing but this package, the usual one first."""

NAMES = (*EMBEDDED, "postgres", "spark")

SPEAKING = ("duckdb", "postgres", "spark")
"""The engines that speak SQL."""
