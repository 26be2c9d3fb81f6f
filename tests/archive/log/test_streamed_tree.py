"""A tree read leaf by leaf has the roots and tiles of one in memory."""

import tracemalloc
from itertools import islice

import pytest

from archive.log import merkle_proofs
from archive.log.merkle_proofs import Tree, leaf_hash
from archive.log.streamed_tree import StreamedTree

LEAVES = [leaf_hash(b"%d" % number) for number in range(70_000)]


def test_its_roots_are_those_of_a_tree_in_memory() -> None:
    whole, streamed = Tree(LEAVES[:1100]), StreamedTree()
    assert streamed.root() == merkle_proofs.EMPTY_ROOT

    for size, leaf in enumerate(LEAVES[:1100], 1):
        streamed.append(leaf)
        assert streamed.root() == merkle_proofs.root(whole.hash_at, size)


def test_its_tiles_have_the_hashes_of_a_tree_in_memory() -> None:
    tiles: dict[tuple[int, int], bytes] = {}

    def see_tile(level: int, number: int, hashes: bytes | bytearray) -> None:
        tiles[level, number] = bytes(hashes)

    whole, streamed = Tree(LEAVES), StreamedTree(see_tile)
    for leaf in LEAVES:
        streamed.append(leaf)

    assert {level for level, _ in tiles} == {0, 1, 2}
    for (level, number), hashes in tiles.items():
        count = min(256, (len(LEAVES) >> (8 * level)) - 256 * number)
        expected = [whole.hash_at(8 * level, 256 * number + i) for i in range(count)]
        assert hashes == b"".join(expected), (level, number)


@pytest.mark.parametrize("size", [2000, 64_000])
def test_it_takes_the_memory_of_its_right_edge(size: int) -> None:
    tracemalloc.start()
    try:
        streamed = StreamedTree()
        for leaf in islice(LEAVES, size):
            streamed.append(leaf)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 60_000
