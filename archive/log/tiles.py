"""Store the tree's hashes as C2SP tlog-tiles (https://c2sp.org/tlog-tiles) of height 8.

Tiles are derived from the entries: a full one is written when its last hash is appended, a partial
one only with a checkpoint, for outsiders. Tiles are synced before the checkpoint that covers them,
all at once: first each file, then its folder. A crash may leave of tiles that no checkpoint covers
zeros, or less; they are computed again at the next open, as missing and truncated ones are.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from archive.atomic_files import replace_file, storage_errors, sync_file, sync_folder
from archive.errors import FixityError
from archive.log import merkle_proofs

HEIGHT = 8
WIDTH = 1 << HEIGHT
_TILE_BYTES = 32 * WIDTH
_PATH_PATTERN = re.compile(r"tile/([0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([0-9]{1,3}))?")


def tile_path(level: int, number: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's folder.

    >>> tile_path(0, 1234067)
    'tile/0/x001/x234/067'
    >>> tile_path(1, 2, width=7)
    'tile/1/002.p/7'
    """
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    return f"tile/{level}/{'/'.join(parts)}" + (f".p/{width}" if width < WIDTH else "")


def parse_tile_path(path: str) -> tuple[int, int, int] | None:
    """Return level, number and width of the tile at `path`; None where it is not a tile's path.

    >>> parse_tile_path("tile/0/x001/x234/067")
    (0, 1234067, 256)
    """
    match = _PATH_PATTERN.fullmatch(path)
    if not match:
        return None
    level, number = int(match[1]), int(match[2].replace("/", "").replace("x", ""))
    width = int(match[3] or WIDTH)
    return (level, number, width) if tile_path(level, number, width) == path else None


class Tiles:
    """An append-only tree: full tiles on disk, the right edge in memory.

    Without `write`, full tiles that are not on disk are kept in memory, too.
    """

    def __init__(self, folder: Path, *, write: bool = True) -> None:
        self._folder, self._is_written = folder, write
        self._unwritten: dict[tuple[int, int], list[bytes]] = {}  # by level and number
        self._edges: list[list[bytes]] = [[]]
        self._size = 0
        self._unsynced: set[Path] = set()
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
        trusted: int | None = None,
        write: bool = True,
    ) -> "Tiles":
        """Return the tree of `size` leaves; `leaves(low, high)` gives hashes that tiles lack.

        Tiles beyond the first `trusted` leaves (by default all are) are computed again, whatever
        is on disk. With `write`, tiles that had to be computed again are written. FixityError for
        a tile that has another size than its hashes.
        """
        tiles = cls(folder, write=write)
        count, complete = min(size, size if trusted is None else trusted) >> HEIGHT, 0
        while complete < count and tiles._is_complete(0, complete):
            complete += 1
        tiles._load_full_tiles(complete)
        for leaf in leaves(complete << HEIGHT, size):
            tiles.append(leaf)
        return tiles

    def append(self, leaf: bytes) -> None:
        """Add one leaf, given by its hash."""
        self._size += 1
        level, node = 0, leaf
        while True:
            if level == len(self._edges):
                self._edges.append([])
            edge = self._edges[level]
            edge.append(node)
            if len(edge) < WIDTH:
                return
            number = (self._size >> (HEIGHT * (level + 1))) - 1
            self._add_full_tile(level, number, edge)
            node = merkle_proofs.subtree_hash(edge)
            self._edges[level] = []
            level += 1

    def root(self) -> bytes:
        """Return the root of all leaves."""
        return merkle_proofs.root(self.hash_at, self._size)

    def hash_at(self, level: int, index: int) -> bytes:
        """Return the hash of the `index`-th full subtree of 2**level leaves."""
        tile_level, depth = divmod(level, HEIGHT)
        number = index >> (HEIGHT - depth)
        start = (index << depth) & (WIDTH - 1)
        edge_number = self._size >> (HEIGHT * (tile_level + 1))
        hashes = (
            self._edges[tile_level] if number == edge_number else self._read(tile_level, number)
        )
        return merkle_proofs.subtree_hash(hashes[start : start + (1 << depth)])

    def publish(self) -> None:
        """Write the partial tiles of the right edge; sync all tiles written so far."""
        for level, edge in enumerate(self._edges):
            number = self._size >> (HEIGHT * (level + 1))
            if edge:
                self._write(tile_path(level, number, len(edge)), edge)
        with storage_errors(self._folder):
            for path in self._unsynced:
                if path.exists():  # else it is one that another process superseded
                    sync_file(path)
            folders = {parent for path in self._unsynced for parent in path.parents}
            for folder in folders:
                if folder.is_relative_to(self._folder):
                    sync_folder(folder)
        self._unsynced.clear()

    def remove_superseded(self) -> None:
        """Remove the partial tiles that those of the last `publish` supersede."""
        for level, edge in enumerate(self._edges):
            number = self._size >> (HEIGHT * (level + 1))
            partials = self._folder / f"{tile_path(level, number)}.p"
            stale = (
                [partials] if number == 0 else [partials, self._previous_partials(level, number)]
            )
            for folder in stale:
                _remove_partial_tiles(folder, keep=str(len(edge)) if folder == partials else "")

    def _previous_partials(self, level: int, number: int) -> Path:
        return self._folder / f"{tile_path(level, number - 1)}.p"

    def _load_full_tiles(self, tile_count: int) -> None:
        """Trust the first `tile_count` tiles of level 0, and derive the levels above."""
        self._size = tile_count << HEIGHT
        level, count = 0, tile_count
        while count:
            full = count >> HEIGHT
            edge = [
                merkle_proofs.subtree_hash(self._read(level, number))
                for number in range(full << HEIGHT, count)
            ]
            self._edges.append(edge)
            for number in range(full):
                if not self._is_complete(level + 1, number):
                    children = range(number << HEIGHT, (number + 1) << HEIGHT)
                    hashes = [
                        merkle_proofs.subtree_hash(self._read(level, child)) for child in children
                    ]
                    self._add_full_tile(level + 1, number, hashes)
            level, count = level + 1, full

    def _is_complete(self, level: int, number: int) -> bool:
        try:
            return (self._folder / tile_path(level, number)).stat().st_size == _TILE_BYTES
        except OSError:
            return False

    def _read_tile(self, level: int, number: int) -> list[bytes]:
        if hashes := self._unwritten.get((level, number)):
            return hashes
        path = self._folder / tile_path(level, number)
        with storage_errors(path):
            data = path.read_bytes()
        if len(data) != _TILE_BYTES:
            raise FixityError(tile_path(level, number), f"{_TILE_BYTES} bytes", f"{len(data)}")
        return [data[i : i + 32] for i in range(0, len(data), 32)]

    def _add_full_tile(self, level: int, number: int, hashes: list[bytes]) -> None:
        if self._is_written:
            self._write(tile_path(level, number), hashes)
        else:
            self._unwritten[level, number] = list(hashes)

    def _write(self, path: str, hashes: list[bytes]) -> None:
        replace_file(self._folder / path, b"".join(hashes), mode=0o644, durable=False)
        self._unsynced.add(self._folder / path)


def _remove_partial_tiles(folder: Path, *, keep: str) -> None:
    """Remove the partial tiles in `folder`, except the one named `keep` (its width)."""
    if not folder.is_dir():
        return
    for partial in folder.iterdir():
        if partial.name != keep:
            partial.unlink(missing_ok=True)
    if not keep:
        folder.rmdir()
