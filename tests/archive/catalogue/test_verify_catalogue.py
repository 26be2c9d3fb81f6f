from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from archive.archive_folder import ArchiveFolder
from archive.catalogue import verify_catalogue, write_rows
from archive.verification_finding import Finding, Grade
from tests.support.builders import make_capture, make_reading
from tests.support.whole_archives import Archive


@pytest.fixture
def home(tmp_path: Path, catalogue: Connection) -> Iterator[ArchiveFolder]:
    """Return an archive of two captures, both in the catalogue, one of them read."""
    with Archive(tmp_path / "archive") as archive:
        captures = archive.hold(1, 2)
    for capture in captures:
        write_rows.add_capture(catalogue, capture)
    layer = write_rows.add_layer(catalogue, "the whole page")
    write_rows.add_reading(catalogue, make_reading("Release them."), captures[0], layer=layer)
    return archive.home


def check(catalogue: Connection, home: ArchiveFolder) -> list[Finding]:
    return list(verify_catalogue.verify_catalogue(catalogue, home.log))


def test_a_catalogue_that_agrees_with_the_log_has_no_faults(
    catalogue: Connection, home: ArchiveFolder
) -> None:
    assert [finding.grade for finding in check(catalogue, home)] == [Grade.OK]


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("UPDATE capture SET stored_sha256 = 'x'", "logged as"),
        ('UPDATE capture SET "offset" = 7', "logged as"),
        (
            "UPDATE version_text SET text = 'Detain them.'",
            "its text does not have the stored digest",
        ),
        ("UPDATE version SET title = 'Another'", "its title does not have the stored fingerprint"),
        ("UPDATE layer SET text = 'another page'", "page text"),
    ],
)
def test_a_changed_row_is_reported(
    catalogue: Connection, home: ArchiveFolder, change: str, problem: str
) -> None:
    catalogue.execute(text(change))

    faults = [finding.detail for finding in check(catalogue, home) if finding.grade is Grade.FAILED]

    assert faults
    assert problem in faults[0]


def test_a_capture_without_a_log_entry_is_reported(
    catalogue: Connection, home: ArchiveFolder
) -> None:
    unlogged = make_capture()
    write_rows.add_capture(catalogue, unlogged)

    (fault,) = [finding for finding in check(catalogue, home) if finding.grade is Grade.FAILED]

    assert fault.detail == f"capture {unlogged.id} is in no entry of the log"


def test_a_logged_capture_not_yet_in_the_catalogue_is_noted(
    catalogue: Connection, home: ArchiveFolder
) -> None:
    catalogue.execute(text("DELETE FROM capture WHERE id NOT IN (SELECT capture FROM version)"))

    (note, _) = check(catalogue, home)

    assert note.grade is Grade.NOTED
    assert "1 captures in the log are not in it yet" in note.detail
