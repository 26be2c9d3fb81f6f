"""The catalogue: identity and dates of versions, in whatever order captures arrive."""

from itertools import permutations
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, inspect

from archive.catalogue import (
    capture_queries,
    catalogue_info,
    schema,
    version_queries,
    write_rows,
)
from archive.catalogue.coverage import counts_by_source
from archive.catalogue.database import transaction
from archive.catalogue.migrate import migrations
from archive.errors import ArchiveFolderError, FormatError, UnknownNameError
from archive.models import Outcome
from archive.text.fingerprint import RULES_VERSION
from tests.support.builders import day, make_capture, make_reading

THE_STATEMENT = "panel:PD_2021_7"


def add_readings(catalogue: Connection, *texts: tuple[str, int]) -> None:
    for text, number in texts:
        capture = make_capture(at=day(number), name=f"urn:uuid:{number}-{text[-3:]}")
        write_rows.add_capture(catalogue, capture)
        write_rows.add_reading(catalogue, make_reading(text), capture)


def test_the_same_words_seen_again_extend_last_seen(catalogue: Connection) -> None:
    add_readings(catalogue, ("Release them.", 0), ("Release  them.", 3))

    (version,) = version_queries.versions(catalogue, THE_STATEMENT)

    assert (version.first_seen, version.last_seen) == (day(0), day(3))


def test_other_words_are_a_new_version(catalogue: Connection) -> None:
    add_readings(catalogue, ("Release them.", 0), ("Release them all.", 1))

    assert len(version_queries.versions(catalogue, THE_STATEMENT)) == 2


def test_words_that_return_are_a_sighting_of_the_old_version(catalogue: Connection) -> None:
    add_readings(catalogue, ("Release them.", 0), ("Release them all.", 1), ("Release them.", 2))

    first, second = version_queries.versions(catalogue, THE_STATEMENT)

    assert (first.first_seen, first.last_seen) == (day(0), day(2))
    assert (second.first_seen, second.last_seen) == (day(1), day(1))


def test_a_capture_recorded_twice_is_one_sighting(catalogue: Connection) -> None:
    add_readings(catalogue, ("Release them.", 0), ("Release them.", 0))

    (version,) = version_queries.versions(catalogue, THE_STATEMENT)
    assert len(capture_queries.sightings(catalogue, version.id)) == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_versions_are_the_same_in_whatever_order_captures_come(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    history = [("Release  them.", 0), ("Release them.", 1), ("Release them all.", 2)]

    with transaction(tmp_path / "c.sqlite") as catalogue:
        add_readings(catalogue, *(history[n] for n in order))
        versions = version_queries.versions(catalogue, THE_STATEMENT)

    assert [
        (version.reading.text, version.first_seen, version.last_seen) for version in versions
    ] == [
        ("Release  them.", day(0), day(1)),
        ("Release them all.", day(2), day(2)),
    ]


def test_a_304_response_is_a_sighting_of_the_last_version(
    catalogue: Connection,
) -> None:
    add_readings(catalogue, ("Release them.", 0))
    unchanged = make_capture(at=day(5), outcome=Outcome.UNCHANGED)
    write_rows.add_capture(catalogue, unchanged)

    assert write_rows.extend_last_seen(catalogue, unchanged) == 1
    (version,) = version_queries.versions(catalogue, THE_STATEMENT)
    assert version.last_seen == day(5)


def test_a_stored_reading_is_returned_unchanged(catalogue: Connection) -> None:
    capture = make_capture()
    write_rows.add_capture(catalogue, capture)
    recorded = write_rows.add_reading(catalogue, make_reading(), capture)

    assert version_queries.version(catalogue, recorded.version).reading == make_reading()
    assert capture_queries.capture(catalogue, capture.id) == capture


def test_an_unknown_statement_is_an_error_and_not_an_empty_list(
    catalogue: Connection,
) -> None:
    with pytest.raises(UnknownNameError, match="no such statement: panel:none"):
        version_queries.versions(catalogue, "panel:none")


def test_the_tables_are_those_that_the_migrations_document(tmp_path: Path) -> None:
    with transaction(tmp_path / "c.sqlite"):
        pass

    engine = create_engine(f"sqlite:///{tmp_path / 'c.sqlite'}")
    inspector = inspect(engine)

    for table in schema.metadata.sorted_tables:
        columns = {column["name"] for column in inspector.get_columns(table.name)}
        assert columns == {column.name for column in table.columns}, table.name
    engine.dispose()


def test_a_catalogue_of_a_newer_onrecord_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with transaction(path) as catalogue:
        catalogue.exec_driver_sql(f"PRAGMA user_version = {len(migrations()) + 1}")

    with pytest.raises(ArchiveFolderError, match="expected catalogue format"), transaction(path):
        pass


def test_a_catalogue_of_older_fingerprint_rules_is_opened_and_keeps_their_number(
    tmp_path: Path,
) -> None:
    path = tmp_path / "c.sqlite"
    with transaction(path) as catalogue:
        catalogue.exec_driver_sql(f"PRAGMA application_id = {RULES_VERSION - 1}")

    with transaction(path) as catalogue:
        assert catalogue_info.rules_version(catalogue) == RULES_VERSION - 1


def test_a_catalogue_of_newer_fingerprint_rules_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with transaction(path) as catalogue:
        catalogue.exec_driver_sql(f"PRAGMA application_id = {RULES_VERSION + 1}")

    with pytest.raises(ArchiveFolderError, match="rules"), transaction(path):
        pass


def test_a_catalogue_that_cannot_be_upgraded_asks_for_a_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    with transaction(path) as catalogue:
        catalogue.exec_driver_sql("PRAGMA user_version = 1")

    with pytest.raises(FormatError, match="onrecord rebuild"), transaction(path):
        pass


def test_a_damaged_catalogue_asks_for_a_rebuild(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    path.write_bytes(b"not a database, but long enough to be looked at as one" * 40)

    with pytest.raises(FormatError, match="onrecord rebuild"), transaction(path):
        pass


def test_coverage_counts_statements_and_outcomes(catalogue: Connection) -> None:
    add_readings(catalogue, ("Release them.", 0), ("Release them all.", 1))
    write_rows.add_capture(catalogue, make_capture(at=day(2), outcome=Outcome.GONE))

    (coverage,) = counts_by_source.coverage(catalogue)

    assert (coverage.statements, coverage.versions) == (1, 2)
    assert coverage.outcomes == {"ok": 2, "gone": 1}
    assert coverage.last_good == day(1)
    assert coverage.issuers == ("Panel on Disappearances",)
