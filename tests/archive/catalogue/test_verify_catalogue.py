from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from archive.archive_folder import ArchiveFolder
from archive.catalogue import updates, verify_catalogue
from archive.findings import Finding, Grade
from tests.support.builders import make_capture, make_reading
from tests.support.whole_archives import Archive


@pytest.fixture
def home(tmp_path: Path, catalogue: Connection) -> Iterator[ArchiveFolder]:
    """Hold an archive of two captures, both in the catalogue, one of them read."""
    with Archive(tmp_path / "archive") as archive:
        held = archive.hold(1, 2)
    for capture in held:
        updates.add_capture(catalogue, capture)
    layer = updates.add_layer(catalogue, "the whole page")
    updates.add_reading(catalogue, make_reading("Release them."), held[0], layer=layer)
    return archive.home


def check(catalogue: Connection, home: ArchiveFolder) -> list[Finding]:
    return list(verify_catalogue.verify_catalogue(catalogue, home.log))


def test_a_catalogue_that_says_what_the_log_says_is_in_order(
    catalogue: Connection, home: ArchiveFolder
) -> None:
    assert [one.grade for one in check(catalogue, home)] == [Grade.OK]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("UPDATE capture SET stored_sha256 = 'x'", "logged as"),
        ('UPDATE capture SET "offset" = 7', "logged as"),
        ("UPDATE version SET text = 'Detain them.'", "its text is not the one read"),
        ("UPDATE version SET title = 'Another'", "its title is not the one read"),
        ("UPDATE layer SET text = 'another page'", "page text"),
    ],
)
def test_a_changed_row_is_named(
    catalogue: Connection, home: ArchiveFolder, change: str, named: str
) -> None:
    catalogue.execute(text(change))

    wrong = [one.detail for one in check(catalogue, home) if one.grade is Grade.FAILED]

    assert wrong
    assert named in wrong[0]


def test_a_capture_that_nobody_logged_is_named(catalogue: Connection, home: ArchiveFolder) -> None:
    planted = make_capture()
    updates.add_capture(catalogue, planted)

    (wrong,) = [one for one in check(catalogue, home) if one.grade is Grade.FAILED]

    assert wrong.detail == f"capture {planted.id} is in no entry of the log"


def test_a_capture_not_yet_taken_in_is_noted(catalogue: Connection, home: ArchiveFolder) -> None:
    catalogue.execute(text("DELETE FROM capture WHERE id NOT IN (SELECT capture FROM version)"))

    (note, _) = check(catalogue, home)

    assert note.grade is Grade.NOTED
    assert "1 captures in the log are not in it yet" in note.detail
