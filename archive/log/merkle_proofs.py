"""The Merkle tree of RFC 9162 section 2.1 (and RFC 6962): roots, proofs, verification.

Roots and proofs are computed from a `HashAt`: `hash_at(level, i)` is the hash of the `i`-th full
subtree of 2**level leaves. `Tree` reads hashes from memory, `archive.log.tiles.Tiles` from disk.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HashAt = Callable[[int, int], bytes]

EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf that holds `data`."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with these two children."""
    return sha256(b"\x01" + left + right).digest()


def subtree_hash(hashes: Sequence[bytes]) -> bytes:
    """Return the hash of the full subtree over `hashes`, whose number is a power of two."""
    row = list(hashes)
    while len(row) > 1:
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)]
    return row[0]


class Tree:
    """A whole tree in memory: appending is O(1) amortised, a proof O(log n)."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given by its hash."""
        level, row = 0, self._levels[0]
        row.append(leaf)
        while len(row) % 2 == 0:
            if len(self._levels) == level + 1:
                self._levels.append([])
            above = self._levels[level + 1]
            above.append(sha256(b"\x01" + row[-2] + row[-1]).digest())
            level, row = level + 1, above

    def hash_at(self, level: int, index: int) -> bytes:
        return self._levels[level][index]


def root(hash_at: HashAt, size: int) -> bytes:
    """Return the root of the first `size` leaves."""
    return _range_hash(hash_at, 0, size) if size else EMPTY_ROOT


def inclusion_proof(hash_at: HashAt, index: int, size: int) -> list[bytes]:
    """Return the hashes that lead from leaf `index` to the root of `size` leaves (2.1.3.1)."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of a tree of {size}")
    proof, low, high = [], 0, size
    while high - low > 1:
        middle = low + _left_leaf_count(high - low)
        if index < middle:
            proof.append(_range_hash(hash_at, middle, high))
            high = middle
        else:
            proof.append(_range_hash(hash_at, low, middle))
            low = middle
    return proof[::-1]


def consistency_proof(hash_at: HashAt, old: int, new: int) -> list[bytes]:
    """Return the hashes showing that `new` leaves begin with the `old` ones (2.1.4.1)."""
    if not 0 <= old <= new:
        raise IndexError(f"a tree of {new} cannot extend one of {old}")
    if old in (0, new):
        return []
    proof, low, high = [], 0, new
    known = True  # whether the old root is the hash of leaves low to high
    while old != high:
        middle = low + _left_leaf_count(high - low)
        if old <= middle:
            proof.append(_range_hash(hash_at, middle, high))
            high = middle
        else:
            proof.append(_range_hash(hash_at, low, middle))
            low, known = middle, False
    if not known:
        proof.append(_range_hash(hash_at, low, high))
    return proof[::-1]


def verify_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Return whether `proof` leads from `leaf` to `root` (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            current = node_hash(sibling, current)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and current == root


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether `proof` shows the new tree to extend the old (RFC 9162 section 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old < new:
        return False
    hashes = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not hashes:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    left = right = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            left, right = node_hash(sibling, left), node_hash(sibling, right)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            right = node_hash(right, sibling)
        number, last = number >> 1, last >> 1
    return last == 0 and left == old_root and right == new_root


def _left_leaf_count(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(hash_at: HashAt, low: int, high: int) -> bytes:
    count = high - low
    level = count.bit_length() - 1
    if count == 1 << level and low % count == 0:
        return hash_at(level, low >> level)
    middle = low + _left_leaf_count(count)
    return node_hash(_range_hash(hash_at, low, middle), _range_hash(hash_at, middle, high))
