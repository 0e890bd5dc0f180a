"""The worked example of docs/journal-format.md is what the encoder writes."""

import re
from dataclasses import replace
from pathlib import Path

from journal.journal_samples import PLAN, RUB, Row, rule, table
from quotarules.journal.encode import encode_batches, statement_bytes, statement_digest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "journal-format.md"


def test_the_example_of_the_page() -> None:
    plan = replace(PLAN, lines=(rule("pay", "base", RUB),))
    row = Row("person", "P1", "pay", "base", "", amount=12_34)
    groups = tuple(encode_batches(table([row], plan).to_batches(), plan))
    given = ("2026-03", ("person", "P1"), ("pay",), (), groups)
    page = PAGE.read_text(encoding="utf-8")
    match = re.search(r"```hex\n(.*?)```", page, re.DOTALL)
    assert match is not None
    assert bytes.fromhex("".join(match[1].split())) == statement_bytes(*given)
    assert f"with the digest `{statement_digest(*given).hex()}`" in page
