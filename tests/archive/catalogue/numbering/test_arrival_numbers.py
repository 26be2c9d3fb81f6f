"""Numbers of arrivals: once each, never again, without gaps in the order of commit."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, text

from archive.catalogue import remove_captures, write_rows
from archive.catalogue.database import transaction
from archive.catalogue.migrate import migrations
from archive.catalogue.monitoring import capture_arrivals, news_items
from archive.catalogue.numbering.arrival_numbers import Series, last_number
from archive.catalogue.row_conversion import parse_moment
from archive.news_item import NewsItem, NewsKind
from archive.text.fingerprint import RULES_VERSION
from tests.support.builders import make_capture, make_reading
from tests.support.paths import ROOT

WRITER = """
import sys
from pathlib import Path
from archive.catalogue import write_rows
from archive.catalogue.database import begin_writing, transaction
from tests.support.builders import make_capture

with transaction(Path(sys.argv[1])) as connection:
    for number in range(40):
        begin_writing(connection)
        write_rows.add_capture(connection, make_capture(name=f"urn:{sys.argv[2]}:{number}"))
        connection.rollback() if number % 4 == 3 else connection.commit()
"""


def numbers(connection: Connection) -> list[int]:
    return [row["number"] for row in capture_arrivals.arrivals(connection, 0)]


def test_several_writers_give_each_number_once_and_leave_none_out(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with transaction(path):
        pass
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name], cwd=ROOT)
        for name in "abc"
    ]
    assert [writer.wait(timeout=300) for writer in writers] == [0, 0, 0]

    with transaction(path) as connection:
        assert numbers(connection) == list(range(1, 91))


def test_a_capture_that_is_known_uses_no_number(catalogue: Connection) -> None:
    capture = make_capture()
    for _ in range(3):
        write_rows.add_capture(catalogue, capture)
    write_rows.add_capture(catalogue, make_capture())

    assert numbers(catalogue) == [1, 2]


def test_the_numbers_of_the_last_rows_are_not_given_again_after_they_are_removed(
    catalogue: Connection,
) -> None:
    captures = [make_capture() for _ in range(4)]
    for number, capture in enumerate(captures):
        write_rows.add_capture(catalogue, capture)
        write_rows.add_reading(
            catalogue, make_reading(f"Words {number}.", identifier=f"PD/{number}"), capture
        )

    remove_captures.remove_captures(catalogue, [capture.id for capture in captures[2:]])
    added = make_capture()
    write_rows.add_capture(catalogue, added)
    write_rows.add_reading(catalogue, make_reading("Other words.", identifier="PD/9"), added)

    assert numbers(catalogue) == [1, 2, 5]
    assert catalogue.scalar(text("SELECT max(seq) FROM version")) == 5


def test_the_number_of_the_last_news_is_not_given_again(catalogue: Connection) -> None:
    news_items.add_news(catalogue, [news("a"), news("b")])
    catalogue.execute(text("DELETE FROM news WHERE key = 'b'"))
    news_items.add_news(catalogue, [news("a"), news("c")])

    assert [item.seq for item in news_items.news(catalogue)] == [1, 3]


def news(key: str) -> NewsItem:
    when = parse_moment("2026-11-01T12:00:00.000000Z")
    return NewsItem(key=key, when=when, kind=NewsKind.NEW, source="panel", statement=f"panel:{key}")


def format_12(path: Path, *, erased: bool) -> None:
    """Write a catalogue of the format before: seven captures were noticed, four are left of them,

    and two arrived since, whose rowids had been noticed.
    """
    with closing(sqlite3.connect(path)) as connection:
        for sql in migrations()[:12]:
            connection.executescript(sql)
        columns = "role source media_type payload_sha256 warc stored_sha256 note etag last_modified"
        row = dict.fromkeys(columns.split(), "") | {"outcome": "ok", "offset": 0, "length": 1}
        for number in range(1, 7):
            day = 10 + number if number < 5 else 20 + number
            values = row | {
                "id": f"urn:uuid:{number}",
                "url": "https://panel.example/",
                "captured": f"2026-11-{day}T12:00:00.000000Z",
                "taken_from": "",
            }
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" * len(values))
            connection.execute(
                f"INSERT INTO capture ({names}) VALUES ({marks})",  # noqa: S608
                list(values.values()),
            )
        connection.execute("INSERT INTO fact VALUES ('noticed', '7')")
        if erased:
            connection.execute(
                'INSERT INTO event ("when", kind, object, agent, outcome, detail, facts)'
                " VALUES ('2026-11-20T12:00:00.000000Z', 'deaccession', 'x', '', '', '', '{}')"
            )
        connection.execute("PRAGMA user_version = 12")
        connection.execute(f"PRAGMA application_id = {RULES_VERSION}")
        connection.commit()


def test_captures_that_came_after_an_erasure_are_examined_after_the_migration(
    tmp_path: Path,
) -> None:
    format_12(tmp_path / "catalogue.sqlite", erased=True)

    with transaction(tmp_path / "catalogue.sqlite") as connection:
        cursor = capture_arrivals.cursor(connection, "noticed")
        unread = [row["id"] for row in capture_arrivals.arrivals(connection, cursor)]
        last = last_number(connection, Series.CAPTURE)

    assert (cursor, unread, last) == (4, ["urn:uuid:5", "urn:uuid:6"], 6)


def test_nothing_is_examined_again_where_nothing_was_erased(tmp_path: Path) -> None:
    format_12(tmp_path / "catalogue.sqlite", erased=False)

    with transaction(tmp_path / "catalogue.sqlite") as connection:
        assert capture_arrivals.cursor(connection, "noticed") == 6
