import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from archive.log import merkle_proofs
from archive.log.merkle_proofs import Tree, leaf_hash

# The leaves and roots that RFC 6962 implementations have tested each other with since 2013.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def tree_of(size: int) -> Tree:
    return Tree(leaf_hash(b"%d" % number) for number in range(size))


BIG = tree_of(129)


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    tree = Tree(map(leaf_hash, LEAVES[:size]))

    assert merkle_proofs.root(tree.hash_at, size).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(1, 130))
def test_every_leaf_of_every_size_proves_its_inclusion(size: int) -> None:
    root = merkle_proofs.root(BIG.hash_at, size)

    for index in range(size):
        proof = merkle_proofs.inclusion_proof(BIG.hash_at, index, size)
        leaf = BIG.hash_at(0, index)
        assert merkle_proofs.verify_inclusion(
            index=index, size=size, leaf=leaf, proof=proof, root=root
        )


@pytest.mark.parametrize("new", range(1, 130))
def test_every_size_proves_that_it_extends_every_smaller_one(new: int) -> None:
    new_root = merkle_proofs.root(BIG.hash_at, new)

    for old in range(new + 1):
        proof = merkle_proofs.consistency_proof(BIG.hash_at, old, new)
        old_root = merkle_proofs.root(BIG.hash_at, old)
        assert merkle_proofs.verify_consistency(
            old=old, new=new, old_root=old_root, new_root=new_root, proof=proof
        )


@pytest.mark.parametrize("size", [1, 2, 3, 64, 65, 127, 128, 129])
def test_another_authors_tree_has_the_same_roots_and_proofs(size: int) -> None:
    other = InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(b"%d" % number)

    assert other.get_root(size) == merkle_proofs.root(BIG.hash_at, size)
    for index in range(size):
        path = other.prove_inclusion(index + 1, size).path
        assert path[1:] == merkle_proofs.inclusion_proof(BIG.hash_at, index, size)


@given(st.integers(1, 129), st.data())
def test_a_proof_with_one_bit_changed_proves_nothing(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, leaf = merkle_proofs.root(BIG.hash_at, size), BIG.hash_at(0, index)
    proof = merkle_proofs.inclusion_proof(BIG.hash_at, index, size)
    parts = [leaf, root, *proof]
    position = data.draw(st.integers(0, len(parts) * 32 - 1))
    broken = bytearray(b"".join(parts))
    broken[position] ^= 1 << data.draw(st.integers(0, 7))
    leaf, root, *proof = [bytes(broken[i : i + 32]) for i in range(0, len(broken), 32)]

    assert not merkle_proofs.verify_inclusion(
        index=index, size=size, leaf=leaf, proof=proof, root=root
    )


@given(st.integers(2, 129), st.data())
def test_a_tree_whose_past_was_changed_is_never_consistent(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    leaves = [BIG.hash_at(0, index) for index in range(size)]
    leaves[changed] = leaf_hash(b"rewritten")
    forged = Tree(leaves)

    assert not merkle_proofs.verify_consistency(
        old=old,
        new=size,
        old_root=merkle_proofs.root(BIG.hash_at, old),
        new_root=merkle_proofs.root(forged.hash_at, size),
        proof=merkle_proofs.consistency_proof(forged.hash_at, old, size),
    )


def test_a_proof_too_long_or_too_short_proves_nothing() -> None:
    root, leaf = merkle_proofs.root(BIG.hash_at, 100), BIG.hash_at(0, 40)
    proof = merkle_proofs.inclusion_proof(BIG.hash_at, 40, 100)

    for wrong in (proof[:-1], [*proof, root], proof[1:], []):
        assert not merkle_proofs.verify_inclusion(
            index=40, size=100, leaf=leaf, proof=wrong, root=root
        )


def test_a_leaf_outside_the_tree_has_no_proof() -> None:
    with pytest.raises(IndexError, match="leaf 129 of a tree of 129"):
        merkle_proofs.inclusion_proof(BIG.hash_at, 129, 129)
    with pytest.raises(IndexError, match="cannot extend"):
        merkle_proofs.consistency_proof(BIG.hash_at, 130, 129)


def test_nothing_extends_an_unknown_root() -> None:
    root = merkle_proofs.root(BIG.hash_at, 5)

    assert not merkle_proofs.verify_consistency(
        old=0, new=5, old_root=root, new_root=root, proof=[]
    )
    assert not merkle_proofs.verify_consistency(
        old=6, new=5, old_root=root, new_root=root, proof=[]
    )
    assert not merkle_proofs.verify_consistency(
        old=3, new=5, old_root=root, new_root=root, proof=[]
    )
    assert not merkle_proofs.verify_inclusion(index=5, size=5, leaf=root, proof=[], root=root)
