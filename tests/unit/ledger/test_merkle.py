"""The tree is that of RFC 6962: its roots, and proofs that hold for what is there and for nothing else."""

import hashlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weighbridge.ledger.merkle import (
    EMPTY_ROOT,
    complete_root,
    consistency_proof,
    fold,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    peaks,
    range_root,
)

LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")] + [
    bytes(range(0x60, 0x70))
]
"""The entries that Certificate Transparency's own tests use, and below the roots over the first of them."""
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
SIZES = st.integers(1, 70)


def leaf(number: int) -> bytes:
    return leaf_hash(number.to_bytes(4))


def plain_root(begin: int, end: int) -> bytes:
    """MTH as RFC 6962 writes it down."""
    if end - begin == 0:
        return hashlib.sha256().digest()
    if end - begin == 1:
        return leaf(begin)
    half = 1
    while half * 2 < end - begin:
        half *= 2
    return node_hash(plain_root(begin, begin + half), plain_root(begin + half, end))


def node(level: int, index: int) -> bytes:
    return complete_root(b"".join(leaf(each) for each in range(index << level, (index + 1) << level)))


def test_roots_are_those_of_certificate_transparency() -> None:
    rows = [b"".join(map(leaf_hash, LEAVES[: count + 1])) for count in range(8)]

    assert [fold(list(peaks(row))).hex() for row in rows] == list(ROOTS)


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert fold([]) == EMPTY_ROOT == hashlib.sha256(b"").digest()


@given(SIZES)
def test_a_root_over_any_number_of_leaves_is_that_of_the_definition(size: int) -> None:
    assert range_root(0, size, nodes=node) == plain_root(0, size)


@given(st.data(), SIZES)
def test_every_leaf_is_proven_to_be_where_it_is(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))

    proof = inclusion_proof(index, size, nodes=node)

    assert is_included(leaf(index), index, size=size, root=plain_root(0, size), proof=proof)


@given(st.data(), SIZES)
def test_a_proof_proves_no_other_leaf_place_size_root_or_path(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, proof = plain_root(0, size), inclusion_proof(index, size, nodes=node)
    holds = partial(is_included, size=size, root=root, proof=proof)

    assert not holds(leaf(index + 1), index)
    assert not any(holds(leaf(index), other) for other in range(-1, size + 2) if other != index)
    assert not is_included(leaf(index), index, size=size, root=leaf(99), proof=proof)
    assert not is_included(leaf(index), index, size=size, root=root, proof=(*proof, leaf(1)))
    assert not any(
        is_included(leaf(index), index, size=size, root=root, proof=proof[:at] + proof[at + 1 :])
        for at in range(len(proof))
    )


@given(st.data(), st.integers(0, 70))
def test_a_tree_is_proven_to_begin_with_every_shorter_one(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(0, new))

    proof = consistency_proof(old, new, nodes=node)

    assert is_consistent(old, plain_root(0, old), new=new, new_root=plain_root(0, new), proof=proof)


@given(st.data(), st.integers(2, 70))
def test_a_tree_is_not_proven_to_begin_with_another(data: st.DataObject, new: int) -> None:
    old = data.draw(st.integers(1, new - 1))
    proof = consistency_proof(old, new, nodes=node)
    before, after = plain_root(0, old), plain_root(0, new)

    assert not is_consistent(old, leaf(999), new=new, new_root=after, proof=proof)
    assert not is_consistent(old, before, new=new, new_root=leaf(999), proof=proof)
    assert not is_consistent(old, before, new=new, new_root=after, proof=(*proof, leaf(1)))
    assert not is_consistent(old, before, new=new, new_root=after, proof=proof[:-1])
    assert not is_consistent(new, after, new=old, new_root=before, proof=proof)


@pytest.mark.parametrize("size", [1, 5, 8])
def test_a_tree_is_consistent_with_itself_by_an_empty_proof_alone(size: int) -> None:
    root = plain_root(0, size)

    assert is_consistent(size, root, new=size, new_root=root, proof=())
    assert not is_consistent(size, root, new=size, new_root=root, proof=(root,))
    assert not is_consistent(size, root, new=size, new_root=leaf(9), proof=())


@given(st.integers(-2, 9), st.integers(-2, 9), st.lists(st.binary(min_size=32, max_size=32), max_size=5))
def test_no_proof_makes_the_check_raise(old: int, new: int, proof: list[bytes]) -> None:
    is_consistent(old, leaf(0), new=new, new_root=leaf(1), proof=proof)
    is_included(leaf(0), old, size=new, root=leaf(1), proof=proof)
