"""A damaged index is told and made anew, never searched."""

import json
import random
import shutil
from pathlib import Path

import pytest

from index.phrases.format.quick_digest import quick_digest
from tests.conftest import Run
from tests.support.counts import sampled

WORDS = ["harbour", "lantern", "meadow", "orchard", "quarry", "river"]


@pytest.fixture
def archive(run: Run, archive_folder: Path, tmp_path: Path) -> Run:
    """Return the command line on an archive of 60 texts, indexed."""
    rng = random.Random(5)
    lines = [
        {
            "id": f"n{i}",
            "source": "Brook Council",
            "lang": "en",
            "date": "2024-03-04",
            "text": f"Note {i} of the {WORDS[i % 6]}: {' '.join(rng.choices(WORDS, k=40))}.",
        }
        for i in range(60)
    ]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    run("init")
    run("import", path)
    return run


def damage(path: Path, rng: random.Random) -> str:
    """Put zeros, a flipped bit, other bytes or an earlier end into a file; say what."""
    data = bytearray(path.read_bytes())
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.choice([1, 8, 700, len(data)]))
    how = rng.choice(["zeros", "flip", "noise", "cut", "swap"])
    match how:
        case "zeros":
            data[start:end] = bytes(end - start)
        case "flip":
            data[start] ^= 1 << rng.randrange(8)
        case "noise":
            data[start:end] = rng.randbytes(end - start)
        case "cut":
            del data[start:]
        case "swap":
            data[start:end] = data[start:end][::-1]
    path.write_bytes(data)
    return f"{how} in {path.name}, bytes {start} to {end}"


def index_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "index").iterdir() if path.stat().st_size)


def test_whatever_is_damaged_the_search_finds_what_it_found(
    archive: Run, archive_folder: Path, tmp_path: Path
) -> None:
    queries = ['"quarry river"', "harbour", "lantern NEAR/3 meadow", "orch*", "source:brook"]
    expected = [archive("search", "--json", "--limit", "60", "--", q).stdout for q in queries]
    whole = shutil.copytree(archive_folder / "index", tmp_path / "whole")
    rng = random.Random(11)
    told = 0
    for attempt in range(sampled(12, 400)):
        path = rng.choice(index_files(archive_folder))
        before = path.read_bytes()
        what = damage(path, rng)
        number = attempt % len(queries)
        result = archive("search", "--json", "--limit", "60", "--", queries[number])
        assert result.stdout == expected[number], f"{what}: {result.output}"
        assert "Traceback" not in result.output
        if path.exists() and path.read_bytes() == before:
            continue
        told += "the search index was damaged" in result.stderr
        shutil.rmtree(archive_folder / "index")
        shutil.copytree(whole, archive_folder / "index")
    assert told


def test_one_line_says_that_it_is_made_anew(archive: Run, archive_folder: Path) -> None:
    (segment,) = (archive_folder / "index").glob("*.phrases")
    segment.write_bytes(bytes(segment.stat().st_size))

    first = archive("search", "harbour")
    second = archive("search", "harbour")

    assert first.stderr.count("the search index was damaged") == 1
    assert "it is made anew" in first.stderr
    assert "damaged" not in second.stderr
    assert first.stdout == second.stdout


def test_a_missing_segment_is_made_anew(archive: Run, archive_folder: Path) -> None:
    expected = archive("search", "harbour").stdout
    for segment in (archive_folder / "index").glob("*.phrases"):
        segment.unlink()

    assert archive("search", "harbour").stdout == expected


def test_an_index_from_before_quick_digests_is_compared_too(
    archive: Run, archive_folder: Path
) -> None:
    path = archive_folder / "index/segments.json"
    table = json.loads(path.read_text())
    for entry in table["segments"]:
        entry["quick"] = ""
    from index.phrases.format.manifest import _digest

    del table["sha256"]
    table["sha256"] = _digest(table)
    path.write_text(json.dumps(table))
    whole = archive("search", "harbour")
    (segment,) = (archive_folder / "index").glob("*.phrases")
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 4
    segment.write_bytes(data)

    assert "damaged" not in whole.stderr
    assert "the search index was damaged" in archive("search", "harbour").stderr


def test_verify_names_the_damage_and_what_mends_it(archive: Run, archive_folder: Path) -> None:
    (segment,) = (archive_folder / "index").glob("*.phrases")
    segment.write_bytes(bytes(segment.stat().st_size))

    result = archive("verify")

    assert result.exit_code == 3
    assert "(the next search makes the index anew)" in result.stdout
    archive("search", "harbour")
    assert archive("verify").exit_code == 0


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 5_000_001])
def test_the_quick_digest_of_a_file_changes_with_any_of_its_bytes(
    tmp_path: Path, size: int
) -> None:
    rng = random.Random(size)
    path = tmp_path / "x"
    data = bytearray(rng.randbytes(size))
    path.write_bytes(data)
    digests = {quick_digest(path)}
    for position in {0, size // 2, max(0, size - 1)} if size else ():
        data[position] ^= 16
        path.write_bytes(data)
        digests.add(quick_digest(path))
        data[position] ^= 16
    path.write_bytes(data + b"\0")
    digests.add(quick_digest(path))

    assert len(digests) == 2 + (len({0, size // 2, size - 1}) if size else 0)
