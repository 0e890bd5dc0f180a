"""The tree of digests over statements (RFC 6962): one root for all, and a short proof that one statement is in it."""

from quotarules.journal.canonical_bytes import sha256


def leaf(content: bytes) -> bytes:
    """The hash of a leaf; the prefix keeps leaves and inner nodes apart."""
    return sha256(b"\x00" + content)


def node(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01" + left + right)


def root(leaves: tuple[bytes, ...]) -> bytes:
    """The root over the contents of the leaves, in their order; of no leaves it is the digest of nothing."""
    return _levels(leaves)[-1][0] if leaves else sha256(b"")


def proof(leaves: tuple[bytes, ...], index: int) -> tuple[bytes, ...]:
    """The audit path of the leaf at `index`: the hashes beside its way to the root, from the leaf up."""
    assert 0 <= index < len(leaves), "no such leaf"
    path: list[bytes] = []
    for level in _levels(leaves)[:-1]:
        beside = index ^ 1
        if beside < len(level):
            path.append(level[beside])
        index //= 2
    return tuple(path)


def included(content: bytes, index: int, count: int, path: tuple[bytes, ...], expected: bytes) -> bool:
    """Whether a leaf's content, at `index` of `count` leaves, leads over `path` to the root `expected`."""
    if not 0 <= index < count:
        return False
    rest = list(path)
    current, width = leaf(content), count
    while width > 1:
        if index % 2 == 1 or index + 1 < width:
            if not rest:
                return False
            beside = rest.pop(0)
            current = node(beside, current) if index % 2 == 1 else node(current, beside)
        index, width = index // 2, (width + 1) // 2
    return not rest and current == expected


def _levels(leaves: tuple[bytes, ...]) -> list[list[bytes]]:
    # A node without a neighbour moves up as it is: the same tree as splitting at the largest power of two.
    levels = [[leaf(content) for content in leaves]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [node(left, right) for left, right in zip(below[::2], below[1::2], strict=False)]
        levels.append(above if len(below) % 2 == 0 else [*above, below[-1]])
    return levels
