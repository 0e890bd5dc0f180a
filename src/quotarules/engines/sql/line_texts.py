"""Lines as an engine elsewhere sends them, with places and codes, become rows of the lines file, with the texts.

The words that all lines of a rule share are so neither sorted, nor sent, nor written by the engine.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from quotarules.engines.sql.script import PlanScript
from quotarules.plan.lines import COLUMNS, DUE, EXCLUDED, WAITING, slot_counts
from quotarules.plan.nodes import Plan

Numbers = npt.NDArray[np.integer[Any]]

WORD = pa.dictionary(pa.int32(), pa.string())
"""The type of the columns that hold shared words."""
_STATUSES = (DUE, WAITING, EXCLUDED)


def with_texts(held: pa.Table, plan: Plan, script: PlanScript) -> pa.Table:
    """Rows of the query of all lines as rows of the lines file."""
    kinds, places = _numbers(held, "kind"), _numbers(held, "place")
    codes = held.column("code").combine_chunks()
    missing = codes.is_null().to_numpy(zero_copy_only=False)
    code = codes.fill_null(0).to_numpy()
    reasons = ["", *(reason.text for reason in plan.reasons)]
    words = {
        "subject_kind": _words(kinds, script.order.kinds),
        "account": _words(places, [account for account, _ in script.order.rules]),
        "rule": _words(places, [rule for _, rule in script.order.rules]),
        "status": _words(np.where(missing, 0, np.where(code < 0, 1, 2)), _STATUSES),
        "reason": _words(np.abs(code), reasons),
    }
    numbers, texts = slot_counts(plan)
    names = (*COLUMNS, *(f"n{place}" for place in range(numbers)), *(f"x{place}" for place in range(texts)))
    columns = [words[name] if name in words else held.column(name).combine_chunks() for name in names]
    return pa.Table.from_arrays(columns, names=list(names))


def _numbers(held: pa.Table, name: str) -> Numbers:
    numbers: Numbers = held.column(name).to_numpy()
    return numbers


def _words(places: Numbers, texts: Sequence[str]) -> "pa.Array[Any]":
    """The text of each place, kept as a number: each text once, as readers of dictionaries expect it."""
    once = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    numbers = np.array([once[text] for text in texts], np.int32)
    return pa.DictionaryArray.from_arrays(numbers[places], pa.array(list(once), pa.string()))
