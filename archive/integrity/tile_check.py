"""Compare the tiles on disk with the tree that the entries of a log give, as it is read."""

from collections.abc import Iterator
from pathlib import Path

from archive.atomic_files import content_of
from archive.log import tiles
from archive.verification_finding import Finding, failed_finding, ok_finding

_HASH_BYTES = 32
MEND_TILES = "onrecord verify --repair"
_DIFFERING = f"does not hold the hashes of the entries (mend it with: {MEND_TILES})"


class TileCheck:
    """The tiles below a log's folder, each compared once the tree has all its hashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unseen: set[tuple[int, int, int]] = set()  # level, number, width
        self._strangers: list[str] = []
        self._differing: list[str] = []
        self._count = 0
        for path in (folder / "tile").rglob("*"):
            if path.is_file():
                name = path.relative_to(folder).as_posix()
                position = tiles.parse_tile_path(name)
                if position is None:
                    self._strangers.append(name)
                else:
                    self._unseen.add(position)

    def compare(self, level: int, number: int, hashes: bytes | bytearray) -> None:
        """Compare the tile of exactly these hashes, where there is one on disk."""
        position = level, number, len(hashes) // _HASH_BYTES
        if position not in self._unseen:
            return
        self._unseen.remove(position)
        self._count += 1
        name = tiles.tile_path(*position)
        if content_of(self._folder / name) != hashes:
            self._differing.append(name)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong with the tiles, after the last leaf; and how many were compared."""
        problems = dict.fromkeys(self._strangers, "not a tile")
        problems |= {
            tiles.tile_path(*position): "of a larger log than this one" for position in self._unseen
        }
        problems |= dict.fromkeys(self._differing, _DIFFERING)
        for name in sorted(problems):
            yield failed_finding(name, "tiles", problems[name])
        yield ok_finding("log", "tiles", f"{self._count} compared")
