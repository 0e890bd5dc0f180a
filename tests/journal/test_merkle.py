"""The tree agrees with RFC 6962 written as it is defined there, and its proofs convince of nothing else."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotarules.journal import merkle

LEAVES = st.lists(st.binary(max_size=3), max_size=40).map(tuple)


def defined(leaves: tuple[bytes, ...]) -> bytes:
    """RFC 6962, section 2.1: split at the largest power of two smaller than the count."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return hashlib.sha256(b"\x01" + defined(leaves[:split]) + defined(leaves[split:])).digest()


@given(LEAVES)
def test_the_root_is_the_one_of_the_definition(leaves: tuple[bytes, ...]) -> None:
    assert merkle.root(leaves) == defined(leaves)


@pytest.mark.parametrize("count", range(1, 34))
def test_every_leaf_can_be_proved_and_nothing_else(count: int) -> None:
    leaves = tuple(bytes([i]) for i in range(count))
    root = merkle.root(leaves)
    for index, leaf in enumerate(leaves):
        path = merkle.proof(leaves, index)
        assert merkle.included(leaf, index, count, path, root)
        assert not merkle.included(b"other", index, count, path, root)
        assert not merkle.included(leaf, index, count, (*path, b"\x00" * 32), root)
        assert not merkle.included(leaf, count, count, path, root)
        assert not merkle.included(leaf, -1, count, path, root)
        if path:
            assert not merkle.included(leaf, index, count, path[:-1], root)
            assert not merkle.included(leaf, index ^ 1, count, path, root)


def test_known_roots() -> None:
    # The test vectors of the Certificate Transparency sources.
    vectors = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
    leaves = tuple(bytes.fromhex(vector) for vector in vectors)
    assert merkle.root(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
