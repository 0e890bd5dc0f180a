"""Whether the words of a dictionary, as Arrow reads it from a Parquet file, are those that the file means.

DuckDB writes a word of a closed type that it takes for unused as an empty text. The reader drops a word that repeats
without moving the indices behind it, so that these lead to other words, and the last ones nowhere.
"""

from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

# A dictionary of texts; what Arrow's types say of it differs by version.
Dictionary: TypeAlias = Any


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
