"""Where the rows of a table of facts come from: a file, a table of a database, or another table's column."""

import re
from typing import Literal
from unicodedata import normalize

from quotarules.diagnostics.files import Refused, refused_path
from quotarules.diagnostics.problem import Problem
from quotarules.semantics.facts_problems import BadOption, BadSource, FactsNotBuilt
from quotarules.syntax.yaml_tree import Mapping, Scalar
from quotarules.values.schema import DistinctSource, FileSource

_DELIMITERS = {"tab": "\t"}
_STORED = re.compile(r"[^.]+(\.[^.]+)?")
_FORMATS: dict[Literal["csv", "parquet", "table"], str] = {
    "csv": "CSV file",
    "parquet": "Parquet file",
    "table": "table of a database",
}
_TYPED = ("delimiter", "decimal", "dates", "encoding")
_UNSAID = {"csv": (), "parquet": _TYPED, "table": (*_TYPED, "rows")}


def read_source(
    key: Scalar, body: Mapping, problems: list[Problem], *, inline: bool
) -> FileSource | DistinctSource | None:
    """Where the rows of a table come from, or None with a problem."""
    table = normalize("NFC", key.text)
    origin, distinct = body.get("from"), body.get("distinct")
    if origin is not None and isinstance(distinct, Scalar):
        problems.append(BadSource(distinct.span, table, "is stated twice", "delete `from` or `distinct`"))
        return None
    match origin:
        case Scalar(text, _, span):
            return _path(FileSource(text, "parquet" if text.endswith(".parquet") else "csv", span), table, problems)
        case Mapping():
            return _described_source(table, origin, problems)
        case _ if isinstance(distinct, Scalar):
            if body.get("columns") is not None:
                message = "a table made by `distinct` has one column, the one it is made of"
                problems.append(BadOption((body.key("columns") or key).span, message, "delete `columns`"))
            other, _, column = normalize("NFC", distinct.text).partition(".")
            return DistinctSource(other, column, distinct.span)
        case _ if inline:
            return FileSource(table, "csv", key.span)
        case _:
            problems.append(BadSource(key.span, table, "is not stated", "add `from: PATH`"))
            return None


def _described_source(table: str, node: Mapping, problems: list[Problem]) -> FileSource | None:
    """A source said as `{csv: …, delimiter: …}`."""
    for unbuilt in ("xlsx", "sql"):
        key = node.key(unbuilt)
        if key is not None:
            problems.append(FactsNotBuilt(key.span, f"reading facts from {unbuilt.upper()}"))
            return None
    stated = [form for form in _FORMATS if _word(node, form) is not None]
    if len(stated) != 1:
        way_out = "write `csv: PATH`, `parquet: PATH` or `table: SCHEMA.TABLE`"
        problems.append(BadSource(node.span, table, "needs one path", way_out))
        return None
    form = stated[0]
    for option in _UNSAID[form]:
        key = node.key(option)
        if key is not None:
            message = f"`{option}` says nothing about a {_FORMATS[form]}"
            problems.append(BadOption(key.span, message, f"delete `{option}`"))
    delimiter = _word(node, "delimiter") or ","
    decimal = _word(node, "decimal") or "."
    rows = _word(node, "rows")
    source = FileSource(
        path=_word(node, form) or "",
        format=form,
        span=(node.get(form) or node).span,
        delimiter=_DELIMITERS.get(delimiter, delimiter),
        decimal=decimal,
        dates=_word(node, "dates") or "YYYY-MM-DD",
        encoding=_word(node, "encoding") or "utf-8",
        rows=None if rows is None else int(rows.replace("_", "")[:12]),
    )
    return _path(source, table, problems)


def _word(node: Mapping, key: str) -> str | None:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else None


def _path(source: FileSource, table: str, problems: list[Problem]) -> FileSource:
    if source.format == "table":
        if _STORED.fullmatch(source.path) is None:
            problems.append(BadSource(source.span, table, f"has no name of a table: `{source.path}`", None))
        return source
    refused = refused_path(source.path)
    if isinstance(refused, Refused):
        problems.append(BadSource(source.span, table, f"{refused.reason}: `{source.path}`", None))
    return source
