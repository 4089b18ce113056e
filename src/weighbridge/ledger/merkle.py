"""The tree of RFC 6962 over a ledger's entries: hashes, roots, and proofs, both made and checked.

A node is named by its level (0 for leaves) and its index there; it stands for the `2**level` leaves from
`index * 2**level` on. A hash is 32 bytes; a row is several of them, one after the other.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final

HASH_SIZE: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

Nodes = Callable[[int, int], bytes]
"""The hash of the node at a level and an index, for nodes all of whose leaves there are."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node by those of its halves."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def complete_root(row: bytes) -> bytes:
    """The root over a row of `2**n` hashes of one level."""
    sha256 = hashlib.sha256
    while len(row) > HASH_SIZE:
        row = b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, len(row), 64)])
    return row


_peak = lru_cache(maxsize=64)(complete_root)
"""Of at most 64 rows of 8 KB: whoever appends asks for those of the edge that is there, and then for the same and one more."""


def peaks(row: bytes) -> Iterator[bytes]:
    """The roots of the largest complete subtrees over a row, from left to right."""
    at, count = 0, len(row) // HASH_SIZE
    for bit in reversed(range(count.bit_length())):
        if count >> bit & 1:
            end = at + (HASH_SIZE << bit)
            yield _peak(row[at:end])
            at = end


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over peaks that are given from left to right."""
    if not hashes:
        return EMPTY_ROOT
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


def range_root(begin: int, end: int, *, nodes: Nodes) -> bytes:
    """The root over the leaves from `begin` to before `end`; `begin` is where a subtree of that size may begin."""
    found = []
    for level in reversed(range((end - begin).bit_length())):
        if (end - begin) >> level & 1:
            found.append(nodes(level, begin >> level))
            begin += 1 << level
    return fold(found)


def inclusion_proof(index: int, size: int, *, nodes: Nodes) -> tuple[bytes, ...]:
    """The path of RFC 6962 (2.1.1) from the leaf `index` to the root of the tree of `size` leaves."""
    assert 0 <= index < size, "only what is in a tree can be proven to be"
    path, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _largest_half(end - begin)
        if index < middle:
            path.append(range_root(middle, end, nodes=nodes))
            end = middle
        else:
            path.append(range_root(begin, middle, nodes=nodes))
            begin = middle
    return tuple(reversed(path))


def consistency_proof(old: int, new: int, *, nodes: Nodes) -> tuple[bytes, ...]:
    """The proof of RFC 6962 (2.1.2) that the tree of `new` leaves begins with the tree of `old` ones."""
    assert 0 <= old <= new, "a tree is consistent with longer ones"
    if old in (0, new):
        return ()
    path, begin, end, is_whole = [], 0, new, True
    while old != end:
        middle = begin + _largest_half(end - begin)
        if old <= middle:
            path.append(range_root(middle, end, nodes=nodes))
            end = middle
        else:
            path.append(range_root(begin, middle, nodes=nodes))
            begin, is_whole = middle, False
    last = () if is_whole else (range_root(begin, end, nodes=nodes),)
    return (*last, *reversed(path))


def _largest_half(count: int) -> int:
    """The largest power of two that is smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, *, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof leads from a leaf's hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(old: int, old_root: bytes, *, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves begins with that of `old` (RFC 9162, 2.1.4.2)."""
    if old in (0, new):
        return 0 <= old <= new and not proof and old_root == (new_root if old == new else EMPTY_ROOT)
    if not 0 < old < new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first, *rest = path
    before = after = first
    for sibling in rest:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
