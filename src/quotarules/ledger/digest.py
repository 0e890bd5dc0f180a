"""The digest of the facts: what stands in the journal as evidence of which data a settlement saw."""

import json
from collections.abc import Iterable
from enum import Enum
from hashlib import file_digest, sha256
from pathlib import Path

from quotarules.ledger.tables import FileDigest
from quotarules.records import defaults_of, is_record, values_of
from quotarules.values.schema import FactSchema

VERSION = "QRF1"

_UNCOUNTED = frozenset({"span"})
_LATER = frozenset({"since"})
"""Fields that came later: left out where they say nothing, so that a digest of before stays what it was."""


def sha256_hex(content: bytes) -> str:
    """The SHA-256 of bytes, in hex."""
    return sha256(content).hexdigest()


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex; a few of them are held at a time."""
    with path.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def facts_digest(schema: FactSchema, files: Iterable[FileDigest]) -> str:
    """The SHA-256 of the declaration and of each file's table, path and SHA-256, in table order.

    The declaration is canonical JSON without places: moving a line in its file changes nothing.
    """
    parts = sorted((file.table, file.path, file.sha256) for file in files)
    return sha256(_json([VERSION, _canonical(schema), parts])).hexdigest()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def _canonical(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    kind: type = type(value)
    if is_record(kind):
        names = (name for name, _ in defaults_of(kind))
        held = {name: item for name, item in zip(names, values_of(value), strict=True) if name not in _UNCOUNTED}
        return {name: _canonical(item) for name, item in held.items() if item is not None or name not in _LATER}
    return value
