"""Verification of the index: the bytes of its files, and its documents against the catalogue."""

from dataclasses import replace
from pathlib import Path

import pytest

from archive.archive_folder import ArchiveFolder
from archive.catalogue.database import transaction
from archive.verification_finding import Finding, Grade
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


def verify(folder: Path) -> list[Finding]:
    engine = WhooshEngine(folder)
    with transaction(folder.parent / "catalogue.sqlite") as catalogue:
        findings = list(verify_index(catalogue, engine))
    engine.close()
    return findings


def faults(folder: Path) -> list[str]:
    return [finding.detail for finding in verify(folder) if finding.grade is Grade.FAILED]


def test_an_index_that_equals_the_catalogue_passes(folder: Path) -> None:
    (finding,) = verify(folder)

    assert finding.grade is Grade.OK
    assert "documents, as in the catalogue" in finding.detail


def test_any_changed_bit_of_a_segment_is_found(folder: Path) -> None:
    segment = next(folder.glob("*.phrases"))
    original = segment.read_bytes()
    for offset in range(0, len(original), len(original) // 40):
        flip_bit(segment, offset, offset % 8)
        assert faults(folder), offset
        overwrite(segment, original)
    assert faults(folder) == []


def test_any_changed_bit_of_the_manifest_is_found_or_has_the_index_rebuilt(folder: Path) -> None:
    table = folder / "segments.json"
    original = table.read_bytes()
    for offset in range(len(original)):
        flip_bit(table, offset, offset % 7)
        assert any(finding.grade is not Grade.OK for finding in verify(folder)), original[
            : offset + 1
        ]
        table.write_bytes(original)


def test_a_missing_segment_is_found(folder: Path) -> None:
    next(folder.glob("*.phrases")).unlink()

    assert any("No such file" in fault for fault in faults(folder))


def test_a_manifest_that_omits_a_document_is_found_though_its_digest_is_right(folder: Path) -> None:
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
    document = engine.get(key)
    engine.update([replace(document, text=f"{document.text} And no more.")])
    engine.close()

    assert faults(folder) == [f"{key}: its text not as in the catalogue"]


def test_an_index_that_is_behind_is_noted_only(
    folder: Path, panel_archive: Run, archive_folder: Path
) -> None:
    engine = WhooshEngine(folder)
    catalogue_id = engine.state().partition(":")[0]
    engine.update([], state=f"{catalogue_id}:0")
    engine.close()

    grades = {finding.grade for finding in verify(folder)}

    assert Grade.NOTED in grades


def test_verify_covers_the_index(folder: Path, panel_archive: Run) -> None:
    segment = next(folder.glob("*.phrases"))
    flip_bit(segment, segment.stat().st_size // 2)

    result = panel_archive("verify")

    assert result.exit_code == 3
    assert f"index: {segment.name}: written as" in result.stdout
