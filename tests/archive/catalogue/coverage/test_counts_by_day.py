"""The counts by day are those of the versions, whatever is added, changed and removed."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.catalogue import verify_catalogue, write_rows
from archive.catalogue.coverage.counts_by_day import day_records_by_source
from archive.catalogue.remove_captures import remove_captures
from archive.models import Issued
from archive.verification_finding import Grade
from tests.support.builders import make_capture, make_reading
from tests.support.whole_archives import Archive

COUNTS = "SELECT source, issued, first_seen, statements FROM day_count WHERE statements <> 0"
TRUE_COUNTS = "SELECT source, issued, first_seen, count(*) FROM statement_day GROUP BY 1, 2, 3"
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def rows(catalogue: Connection, query: str) -> set[tuple[object, ...]]:
    return {tuple(row) for row in catalogue.exec_driver_sql(query)}


def add(catalogue: Connection, number: int, chance: random.Random) -> str:
    """Record a reading of one of twenty statements; return its capture."""
    capture = replace(make_capture(number), captured=BEGIN + timedelta(hours=chance.randrange(999)))
    write_rows.add_capture(catalogue, capture)
    issued = chance.choice(["", "2025", "2025-03", "2025-03-02", "2025-03-04", "2025-03-05"])
    reading = replace(
        make_reading(f"Words {chance.randrange(6)}.", identifier=str(chance.randrange(20))),
        issued=Issued(issued, issued, "print") if issued else None,
    )
    write_rows.add_reading(catalogue, reading, capture)
    return capture.id


def test_the_counts_follow_the_versions(catalogue: Connection) -> None:
    chance, captures = random.Random(5), list[str]()
    for number in range(400):
        if chance.random() < 0.8 or not captures:
            captures.append(add(catalogue, number, chance))
        else:
            remove_captures(catalogue, [captures.pop(chance.randrange(len(captures)))])
        if number % 20 == 19:
            assert rows(catalogue, COUNTS) == rows(catalogue, TRUE_COUNTS)
    assert rows(catalogue, COUNTS)


def test_the_days_of_one_source_are_those_among_all(catalogue: Connection) -> None:
    chance = random.Random(6)
    for number in range(50):
        add(catalogue, number, chance)

    every = day_records_by_source(catalogue)

    assert sum(day.held for days in every.values() for day in days) > 0
    assert [day_records_by_source(catalogue, [name]) for name in every] == [
        {name: days} for name, days in every.items()
    ]


def test_a_forged_count_is_reported(tmp_path: Path, catalogue: Connection) -> None:
    with Archive(tmp_path / "archive") as archive:
        (capture,) = archive.hold(1)
        home: ArchiveFolder = archive.home
    write_rows.add_capture(catalogue, capture)
    write_rows.add_reading(catalogue, make_reading("Release them."), capture)
    catalogue.exec_driver_sql("UPDATE day_count SET statements = 7")

    findings = list(verify_catalogue.verify_catalogue(catalogue, home.log))

    assert ["counted" in finding.detail for finding in findings] == [True]
    assert findings[0].grade is Grade.FAILED
