"""Checking the index: its bytes, and what it holds against the catalogue."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.catalogue.database import transaction
from archive.findings import Finding, Grade
from index.engines.whoosh import WhooshEngine
from index.phrases.format import manifest
from index.query_parser import parse
from index.verify_index import verify_index
from tests.conftest import Run
from tests.support.whole_archives import flip_bit, overwrite


@pytest.fixture
def folder(panel_archive: Run, archive_folder: Path) -> Path:
    panel_archive("search", "panel")
    return ArchiveFolder(archive_folder).index


def checked(folder: Path) -> list[Finding]:
    engine = WhooshEngine(folder)
    with transaction(folder.parent / "catalogue.sqlite") as catalogue:
        found = list(verify_index(catalogue, engine))
    engine.close()
    return found


def faults(folder: Path) -> list[str]:
    return [one.detail for one in checked(folder) if one.grade is Grade.FAILED]


def test_an_index_in_step_with_the_catalogue_is_whole(folder: Path) -> None:
    (one,) = checked(folder)

    assert one.grade is Grade.OK
    assert "documents, as in the catalogue" in one.detail


def test_any_changed_bit_of_a_segment_is_found(folder: Path) -> None:
    segment = next(folder.glob("*.phrases"))
    kept = segment.read_bytes()
    for place in range(0, len(kept), len(kept) // 40):
        flip_bit(segment, place, place % 8)
        assert faults(folder), place
        overwrite(segment, kept)
    assert faults(folder) == []


def test_any_changed_bit_of_the_table_is_found_or_has_it_made_anew(folder: Path) -> None:
    table = folder / "segments.json"
    kept = table.read_bytes()
    for place in range(len(kept)):
        flip_bit(table, place, place % 7)
        assert any(one.grade is not Grade.OK for one in checked(folder)), kept[: place + 1]
        table.write_bytes(kept)


def test_a_segment_that_is_gone_is_found(folder: Path) -> None:
    next(folder.glob("*.phrases")).unlink()

    assert any("No such file" in fault for fault in faults(folder))


def test_a_table_with_a_document_less_is_found_though_its_digest_is_right(folder: Path) -> None:
    contents = manifest.read(folder)
    first = contents.segments[0]
    hidden = manifest.SegmentEntry(
        name=first.name, documents=first.documents, deleted=(0,), sha256=first.sha256
    )
    manifest.write(
        folder,
        manifest.Manifest(
            generation=contents.generation,
            state=contents.state,
            segments=(hidden, *contents.segments[1:]),
        ),
    )

    assert any("expected" in fault and "documents, found" in fault for fault in faults(folder))


def test_other_words_in_the_index_than_in_the_catalogue_are_found(folder: Path) -> None:
    engine = WhooshEngine(folder)
    key = engine.search(parse("panel")).hits[0].key
    held = engine.get(key)
    engine.update([replace(held, text=f"{held.text} And no more.")])
    engine.close()

    assert faults(folder) == [f"{key}: its text not as in the catalogue"]


def test_an_index_that_is_behind_is_noted_only(
    folder: Path, panel_archive: Run, archive_folder: Path
) -> None:
    engine = WhooshEngine(folder)
    born = engine.state().partition(":")[0]
    engine.update([], state=f"{born}:0")
    engine.close()

    grades = {one.grade for one in checked(folder)}

    assert Grade.NOTED in grades


def test_verify_covers_the_index(folder: Path, panel_archive: Run) -> None:
    segment = next(folder.glob("*.phrases"))
    flip_bit(segment, segment.stat().st_size // 2)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert f"index: {segment.name}: written as" in result.stdout
