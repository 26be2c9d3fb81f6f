"""The tree's hashes on disk, as C2SP tlog-tiles (https://c2sp.org/tlog-tiles) of height 8.

Tiles are derived from the entries: a full one is written as its last hash comes in, a partial one
only with a checkpoint, for outsiders. Whatever is missing or cut short is made again at the next
open, so tiles are not synced one by one.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from archive.atomic_files import replace_file, storage_errors
from archive.log import merkle

HEIGHT = 8
WIDTH = 1 << HEIGHT
_TILE_BYTES = 32 * WIDTH
_PATH = re.compile(r"tile/([0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return where a tile lies below the log's folder.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path(1, 2, width=7)
    'tile/1/002.p/7'
    """
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def parse_path(path: str) -> tuple[int, int, int] | None:
    """Return level, number and width of the tile that `path` names; None where it names none.

    >>> parse_path("tile/0/x001/x234/067")
    (0, 1234067, 256)
    """
    found = _PATH.fullmatch(path)
    if not found:
        return None
    level, number = int(found[1]), int(found[2].replace("/", "").replace("x", ""))
    width = int(found[3] or WIDTH)
    return (level, number, width) if tile_path(level, number, width) == path else None


class Tiles:
    """A tree that grows: full tiles on disk, the right edge in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._edges: list[list[bytes]] = [[]]
        self._size = 0
        self._read = lru_cache(maxsize=64)(self._read_tile)

    def __len__(self) -> int:
        return self._size

    @classmethod
    def open(
        cls,
        folder: Path,
        size: int,
        leaves: Callable[[int, int], Iterable[bytes]],
        *,
        keep: bool = True,
    ) -> "Tiles":
        """Return the tree of `size` leaves; `leaves(low, high)` gives hashes that tiles lack.

        With `keep`, tiles made again are written.
        """
        tiles = cls(folder)
        full, whole = size >> HEIGHT, 0
        while whole < full and tiles._held(0, whole):
            whole += 1
        tiles._adopt(whole)
        for leaf in leaves(whole << HEIGHT, size):
            tiles.append(leaf, keep=keep)
        return tiles

    def append(self, leaf: bytes, *, keep: bool = True) -> None:
        """Add one leaf, given by its hash."""
        self._size += 1
        level, found = 0, leaf
        while True:
            if level == len(self._edges):
                self._edges.append([])
            edge = self._edges[level]
            edge.append(found)
            if len(edge) < WIDTH:
                return
            number = (self._size >> (HEIGHT * (level + 1))) - 1
            if keep:
                self._write(tile_path(level, number), edge)
            found = merkle.fold(edge)
            self._edges[level] = []
            level += 1

    def root(self) -> bytes:
        """Return the root of all leaves."""
        return merkle.root(self.hash_at, self._size)

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of the `index`-th full subtree of 2**level leaves."""
        row, rest = divmod(level, HEIGHT)
        number = index >> (HEIGHT - rest)
        start = (index << rest) & (WIDTH - 1)
        current = self._size >> (HEIGHT * (row + 1))
        hashes = self._edges[row] if number == current else self._read(row, number)
        return merkle.fold(hashes[start : start + (1 << rest)])

    def publish(self) -> None:
        """Write the partial tiles of the right edge, and remove those they supersede."""
        for level, edge in enumerate(self._edges):
            number = self._size >> (HEIGHT * (level + 1))
            parent = self._folder / f"{tile_path(level, number)}.p"
            if edge:
                self._write(tile_path(level, number, len(edge)), edge)
            stale = [parent] if number == 0 else [parent, self._before(level, number)]
            for folder in stale:
                _thin(folder, keep=str(len(edge)) if folder == parent else "")

    def _before(self, level: int, number: int) -> Path:
        return self._folder / f"{tile_path(level, number - 1)}.p"

    def _adopt(self, whole: int) -> None:
        """Take the first `whole` tiles of level 0 as they are, and derive the edges above."""
        self._size = whole << HEIGHT
        level, count = 0, whole
        while count:
            full = count >> HEIGHT
            edge = [
                merkle.fold(self._read(level, number)) for number in range(full << HEIGHT, count)
            ]
            self._edges.append(edge)
            for number in range(full):
                if not self._held(level + 1, number):
                    below = range(number << HEIGHT, (number + 1) << HEIGHT)
                    again = [merkle.fold(self._read(level, child)) for child in below]
                    self._write(tile_path(level + 1, number), again)
            level, count = level + 1, full

    def _held(self, level: int, number: int) -> bool:
        try:
            return (self._folder / tile_path(level, number)).stat().st_size == _TILE_BYTES
        except OSError:
            return False

    def _read_tile(self, level: int, number: int) -> list[bytes]:
        path = self._folder / tile_path(level, number)
        with storage_errors(path):
            data = path.read_bytes()
        return [data[i : i + 32] for i in range(0, len(data), 32)]

    def _write(self, path: str, hashes: list[bytes]) -> None:
        replace_file(self._folder / path, b"".join(hashes), mode=0o644, durable=False)


def _thin(folder: Path, *, keep: str) -> None:
    """Remove the partial tiles in `folder`, but for the one of width `keep`."""
    if not folder.is_dir():
        return
    for partial in folder.iterdir():
        if partial.name != keep:
            partial.unlink(missing_ok=True)
    if not keep:
        folder.rmdir()
