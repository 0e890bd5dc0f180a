"""The names of the engines, for those who only list them: nothing is loaded for it."""

EMBEDDED = ("duckdb", "reference")
"""Those that need nothing but this package, the usual one first."""

NAMES = (*EMBEDDED, "postgres", "spark")

SPEAKING = {"duckdb": "quotarules.engines.sql.duckdb"}
"""The engines that speak SQL, and the module that holds the `PRINTER` of each."""
