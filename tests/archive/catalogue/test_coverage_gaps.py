"""Gaps in a source's statements, measured by its own rhythm."""

from sqlalchemy import Connection

from archive.catalogue import write_rows
from archive.catalogue.coverage.publishing_gaps import gaps
from tests.support.builders import make_capture, make_reading


def add_statements(catalogue: Connection, *days: str) -> None:
    for number, day in enumerate(days):
        capture = make_capture(f"https://panel.example/{number}")
        write_rows.add_capture(catalogue, capture)
        write_rows.add_reading(
            catalogue, make_reading(identifier=f"PD/{number}", issued=day), capture
        )


def test_a_long_pause_of_a_frequent_source_is_a_gap(catalogue: Connection) -> None:
    add_statements(catalogue, "2021-04-01", "2021-04-02", "2021-04-03", "2021-06-20", "2021-06-21")
    assert gaps(catalogue) == {"panel": [("2021-04-03", "2021-06-20")]}


def test_a_source_that_speaks_once_a_year_has_no_gaps(catalogue: Connection) -> None:
    add_statements(catalogue, "2018-08-30", "2019-08-30", "2020-08-30", "2021-08-30")
    assert gaps(catalogue) == {"panel": []}


def test_dates_of_less_than_a_day_do_not_count(catalogue: Connection) -> None:
    add_statements(catalogue, "2018", "2019-08", "2020-08-30")
    assert gaps(catalogue) == {"panel": []}
