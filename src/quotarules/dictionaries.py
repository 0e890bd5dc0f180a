"""Which columns Arrow can read from a Parquet file as dictionaries, and whether the words are those the file means.

DuckDB writes a word of a closed type that it takes for unused as an empty text. The reader drops a word that repeats
without moving the indices behind it, so that these lead to other words, and the last ones nowhere.
"""

from collections.abc import Iterable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

# A dictionary of texts; what Arrow's types say of it differs by version.
Dictionary: TypeAlias = Any


def readable(file: pq.FileMetaData, names: Iterable[str]) -> set[str]:
    """Those of some columns that the reader can give as dictionaries: Arrow 26 cannot where texts are differences.

    DuckDB writes them so in row groups in which a column has very many.
    """
    found = set(names)
    for group in map(file.row_group, range(file.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if any(encoding.startswith("DELTA") for encoding in column.encodings):
                found.discard(column.path_in_schema)
    return found


def is_as_written(column: Dictionary) -> bool:
    """Whether all indices lead to a word, and none behind an empty one, where a second empty one may have been."""
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        return False
    words = column.dictionary
    empty = pc.index(words, pa.scalar("", words.type)).as_py()
    last = pc.max(column.indices).as_py()
    return empty < 0 or last is None or last <= empty
