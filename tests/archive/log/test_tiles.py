from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.log import merkle_proofs
from archive.log.merkle_proofs import Tree, leaf_hash
from archive.log.tiles import Tiles, parse_tile_path, tile_path

LEAVES = [leaf_hash(b"%d" % number) for number in range(66_000)]
WHOLE = Tree(LEAVES)


def leaves(low: int, high: int) -> Iterator[bytes]:
    yield from LEAVES[low:high]


def tiles_of(folder: Path, size: int) -> Tiles:
    tiles = Tiles(folder)
    for leaf in LEAVES[:size]:
        tiles.append(leaf)
    return tiles


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 513, 3000])
def test_the_root_from_tiles_is_the_root_of_the_tree(tmp_path: Path, size: int) -> None:
    assert tiles_of(tmp_path, size).root() == merkle_proofs.root(WHOLE.hash_at, size)


def test_tiles_of_the_second_level_appear_after_65536_leaves(tmp_path: Path) -> None:
    tiles = tiles_of(tmp_path, 66_000)

    assert (tmp_path / "tile/1/000").stat().st_size == 32 * 256
    assert tiles.root() == merkle_proofs.root(WHOLE.hash_at, 66_000)
    proof = merkle_proofs.inclusion_proof(tiles.hash_at, 65_535, 66_000)
    assert proof == merkle_proofs.inclusion_proof(WHOLE.hash_at, 65_535, 66_000)
    reopened = Tiles.open(tmp_path, 66_000, leaves)
    assert reopened.root() == tiles.root()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 600])
def test_opening_needs_only_the_leaves_that_tiles_lack(tmp_path: Path, size: int) -> None:
    tiles_of(tmp_path, size)
    leaf_counts: list[int] = []

    def count_leaves(low: int, high: int) -> Iterator[bytes]:
        leaf_counts.append(high - low)
        return leaves(low, high)

    assert Tiles.open(tmp_path, size, count_leaves).root() == merkle_proofs.root(
        WHOLE.hash_at, size
    )
    assert leaf_counts == [size % 256]


def test_a_tile_truncated_by_a_crash_is_written_again(tmp_path: Path) -> None:
    tiles_of(tmp_path, 800)
    (tmp_path / "tile/0/001").write_bytes(b"half")

    tiles = Tiles.open(tmp_path, 800, leaves)

    assert tiles.root() == merkle_proofs.root(WHOLE.hash_at, 800)
    assert (tmp_path / "tile/0/001").stat().st_size == 32 * 256


def test_a_lost_tile_of_the_second_level_is_written_again(tmp_path: Path) -> None:
    tiles_of(tmp_path, 66_000)
    (tmp_path / "tile/1/000").unlink()

    assert Tiles.open(tmp_path, 66_000, leaves).root() == merkle_proofs.root(WHOLE.hash_at, 66_000)
    assert (tmp_path / "tile/1/000").exists()


def test_publishing_writes_the_partial_tiles_and_removes_older_ones(tmp_path: Path) -> None:
    tiles = tiles_of(tmp_path, 258)
    tiles.publish()
    assert (tmp_path / "tile/0/001.p/2").read_bytes() == b"".join(LEAVES[256:258])
    assert (tmp_path / "tile/1/000.p/1").stat().st_size == 32

    for leaf in LEAVES[258:512]:
        tiles.append(leaf)
    tiles.publish()
    tiles.remove_superseded()

    paths = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert paths == ["tile/0/000", "tile/0/001", "tile/1/000.p/2"]


@pytest.mark.parametrize("number", [0, 7, 999, 1000, 1_234_067])
@pytest.mark.parametrize("width", [1, 255, 256])
def test_a_tiles_path_reads_back(number: int, width: int) -> None:
    assert parse_tile_path(tile_path(3, number, width)) == (3, number, width)


@pytest.mark.parametrize("path", ["tile/0/1", "tile/0/000.p/256", "tile/0/x000/001", "tile/a/000"])
def test_other_paths_name_no_tile(path: str) -> None:
    assert parse_tile_path(path) is None


def test_tiles_that_no_checkpoint_covers_are_computed_again(tmp_path: Path) -> None:
    tiles_of(tmp_path, 1200)
    (tmp_path / "tile/0/002").write_bytes(bytes(32 * 256))  # as a crash may leave it

    tiles = Tiles.open(tmp_path, 1200, leaves, trusted=600)

    assert tiles.root() == merkle_proofs.root(WHOLE.hash_at, 1200)
    assert (tmp_path / "tile/0/002").read_bytes() == b"".join(LEAVES[512:768])


def test_a_reader_computes_tiles_that_are_missing_and_writes_none(tmp_path: Path) -> None:
    tiles_of(tmp_path, 600)
    (tmp_path / "tile/0/000").unlink()

    tiles = Tiles.open(tmp_path, 600, leaves, write=False)

    proof = merkle_proofs.inclusion_proof(tiles.hash_at, 7, 600)
    assert proof == merkle_proofs.inclusion_proof(WHOLE.hash_at, 7, 600)
    assert not (tmp_path / "tile/0/000").exists()
