"""Single values as bytes, as docs/journal-format.md defines them: what is hashed has exactly one spelling."""

import hashlib

AMOUNT_BYTES = 16
_U32_LIMIT = 2**32 - 1


def u32(value: int) -> bytes:
    """A count or a length: four bytes, little-endian."""
    return value.to_bytes(4, "little")


def u64(value: int) -> bytes:
    """A long count: eight bytes, little-endian."""
    return value.to_bytes(8, "little")


def amount(value: int) -> bytes:
    """A figure: sixteen bytes, two's complement, little-endian. OverflowError outside of 128 bits."""
    return value.to_bytes(AMOUNT_BYTES, "little", signed=True)


def text(value: str) -> bytes:
    """A text: the count of its UTF-8 bytes, then the bytes."""
    content = value.encode("utf-8")
    assert len(content) < _U32_LIMIT, "a text of four gigabytes"
    return u32(len(content)) + content


def texts(values: tuple[str, ...]) -> bytes:
    """A list of texts: how many, then each."""
    return u32(len(values)) + b"".join(text(value) for value in values)


def sha256(content: bytes) -> bytes:
    """The SHA-256 digest, 32 bytes."""
    return hashlib.sha256(content).digest()
