"""A catalogue of an earlier format is migrated: facts that were in sentences become columns."""

import sqlite3
from pathlib import Path

import pytest

from archive.catalogue import capture_queries, event_queries
from archive.catalogue.database import transaction
from archive.catalogue.migrate import migrations
from archive.catalogue.monitoring import health_queries, news_items, run_history
from archive.catalogue.row_conversion import parse_moment
from archive.event import VisitCounts
from archive.models import Problem, ProblemKind
from archive.news_item import BlockChange, NewsItem, NewsKind, PageEdit
from archive.run_records import RunOutcome
from archive.text.fingerprint import RULES_VERSION

PAGE = "https://panel.example/statements/1"
MOVED = "https://panel.example/moved/1"
WHEN = "2026-11-01T12:00:00.000000Z"


@pytest.fixture
def format_4(tmp_path: Path) -> Path:
    """Return a catalogue of format 4: a redirect, two problems of reading, a run on a full disk."""
    path = tmp_path / "catalogue.sqlite"
    connection = sqlite3.connect(path)
    for sql in migrations()[:4]:
        connection.executescript(sql)
    capture = {
        "id": "urn:uuid:1",
        "url": PAGE,
        "captured": WHEN,
        "outcome": "redirect",
        "note": f"to {MOVED}",
    }
    texts = "role source media_type payload_sha256 warc stored_sha256 taken_from etag last_modified"
    insert(connection, "capture", capture | dict.fromkeys(texts.split(), ""), offset=0, length=1)
    for detail, field in (
        (f"{PAGE}: title: expected one, found none", "title"),
        (f"{PAGE}: issued: expected a day, found 2031 ('2031'); kept as printed", "issued"),
    ):
        event = {
            "when": WHEN,
            "kind": "reading",
            "object": "urn:uuid:1",
            "agent": "",
            "outcome": "",
        }
        facts = f'{{"source": "panel", "field": "{field}"}}'
        insert(connection, "event", event | {"detail": detail, "facts": facts})
    visit = {
        "when": WHEN,
        "kind": "capture",
        "object": "panel",
        "agent": "",
        "outcome": "done",
        "detail": "3 statements, 41 versions, 5 readings",
        "facts": '{"ok":"12","unchanged":"7"}',
    }
    insert(connection, "event", visit)
    run = {"source": "panel", "began": WHEN, "outcome": "failed", "detail": "disk: no space left"}
    counts = dict.fromkeys(run_history.COUNTS, 0)
    insert(connection, "run", run | {"ended": WHEN}, **counts)
    connection.execute("PRAGMA user_version = 4")
    connection.execute(f"PRAGMA application_id = {RULES_VERSION}")
    connection.commit()
    connection.close()
    return path


def insert(connection: sqlite3.Connection, table: str, row: dict[str, str], **numbers: int) -> None:
    values = {**row, **numbers}
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join("?" for _ in values)
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of this test
    connection.execute(sql, list(values.values()))


def test_where_a_redirect_leads_is_a_value(format_4: Path) -> None:
    with transaction(format_4) as connection:
        row = connection.exec_driver_sql("SELECT location, note FROM capture").one()

    assert tuple(row) == (MOVED, "")


def test_a_problem_says_what_was_expected_and_found(format_4: Path) -> None:
    with transaction(format_4) as connection:
        failures = health_queries.reading_failures(connection, [("urn:uuid:1", PAGE)])

    assert [problem for _, _, problem in failures] == [
        Problem(url=PAGE, field="title", expected="one", found="none"),
        Problem(
            url=PAGE,
            field="issued",
            kind=ProblemKind.DOUBT,
            expected="a day",
            found="2031 ('2031')",
        ),
    ]


def test_a_visit_says_how_much_of_each_kind_it_gave(format_4: Path) -> None:
    with transaction(format_4) as connection:
        (visit,) = event_queries.events(connection, "panel")

    assert visit.facts == VisitCounts(
        statements=3, versions=41, readings=5, captures=(("ok", 12), ("unchanged", 7))
    )
    assert visit.detail == "3 statements, 41 versions, 5 readings"


def test_a_run_that_the_disk_refused_has_its_own_outcome(format_4: Path) -> None:
    with transaction(format_4) as connection:
        (run,) = run_history.runs(connection)

    assert run.outcome is RunOutcome.STORAGE_REFUSED


def test_captures_without_a_redirect_lead_nowhere(format_4: Path) -> None:
    with transaction(format_4) as connection:
        connection.exec_driver_sql(
            "UPDATE capture SET outcome = 'ok', location = '', role = 'page'"
        )
        capture = capture_queries.capture(connection, "urn:uuid:1")

    assert (capture.location, capture.explanation) == ("", "")


def test_news_of_an_older_catalogue_can_have_blocks_and_pages(format_4: Path) -> None:
    item = NewsItem(
        key="template:panel:1",
        when=parse_moment(WHEN),
        kind=NewsKind.TEMPLATE,
        source="panel",
        blocks=(BlockChange("insert", "Sign up."),),
        pages=(
            PageEdit(
                statement="panel:1",
                before="panel:1@a",
                after="panel:1@b",
                capture_before="urn:uuid:1",
                capture_after="urn:uuid:2",
                is_edited=True,
            ),
        ),
    )
    with transaction(format_4) as connection:
        news_items.add_news(connection, [item])

        (stored,) = news_items.news(connection, kinds=["template"])

    assert (stored.blocks, stored.pages) == (item.blocks, item.pages)
