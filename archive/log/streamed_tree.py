"""A Merkle tree read once, leaf by leaf: its roots and tiles, in memory that does not grow with it.

Of the tree, only the roots of the full subtrees at its right edge are kept (at most one for each
bit of the number of leaves), and of each level of tiles the one that is being filled.
"""

from collections.abc import Callable

from archive.log import merkle_proofs
from archive.log.tiles import HEIGHT, WIDTH

# Called with the level, number and hashes of each tile, at each hash that it gets.
SeeTile = Callable[[int, int, bytes | bytearray], None]


class StreamedTree:
    """The tree of the leaves added so far."""

    def __init__(self, see_tile: SeeTile = lambda level, number, hashes: None) -> None:
        self._see_tile = see_tile
        self._size = 0
        self._subtrees: list[tuple[int, bytes]] = []  # height and root, the largest first
        self._tiles: list[bytearray] = []  # by level, the tile being filled

    def __len__(self) -> int:
        return self._size

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given by its hash."""
        self._size += 1
        height, node = 0, leaf
        self._extend_tile(0, node)
        while self._subtrees and self._subtrees[-1][0] == height:
            node = merkle_proofs.node_hash(self._subtrees.pop()[1], node)
            height += 1
            if height % HEIGHT == 0:
                self._extend_tile(height // HEIGHT, node)
        self._subtrees.append((height, node))

    def root(self) -> bytes:
        """Return the root of the leaves added so far (RFC 9162 section 2.1.1)."""
        if not self._subtrees:
            return merkle_proofs.EMPTY_ROOT
        *larger, (_, node) = self._subtrees
        for _, subtree in reversed(larger):
            node = merkle_proofs.node_hash(subtree, node)
        return node

    def _extend_tile(self, level: int, node: bytes) -> None:
        if level == len(self._tiles):
            self._tiles.append(bytearray())
        tile = self._tiles[level]
        if len(tile) == len(node) * WIDTH:
            tile.clear()
        tile += node
        self._see_tile(level, ((self._size >> (level * HEIGHT)) - 1) >> HEIGHT, tile)
