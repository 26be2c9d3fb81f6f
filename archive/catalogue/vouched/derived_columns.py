"""What follows from other rows of the catalogue: ends of sightings, references, digests."""

from collections.abc import Iterator
from contextlib import closing
from sqlite3 import Connection as SqliteConnection
from sqlite3 import connect

from archive.catalogue.migrate import migrations

_SEEN = (
    "SELECT id, first_seen, last_seen,"
    " (SELECT min(captured) FROM sighting WHERE version = version.id) AS first,"
    " (SELECT max(captured) FROM sighting WHERE version = version.id) AS last FROM version"
    " WHERE first_seen IS NOT first OR last_seen IS NOT last"
)
# Each gives the names of rows that refer to nothing, or to which nothing refers.
_BROKEN = (
    (
        "SELECT id FROM version WHERE NOT EXISTS (SELECT 1 FROM statement"
        " WHERE statement.id = version.statement)",
        "version {}: its statement is missing",
    ),
    (
        "SELECT id FROM version WHERE NOT EXISTS (SELECT 1 FROM sighting"
        " WHERE sighting.version = version.id AND sighting.capture = version.capture)",
        "version {}: capture: it was not seen in the capture that is named",
    ),
    (
        "SELECT version FROM sighting WHERE NOT EXISTS (SELECT 1 FROM capture"
        " WHERE capture.id = sighting.capture) OR NOT EXISTS (SELECT 1 FROM version"
        " WHERE version.id = sighting.version)",
        "sighting of {}: its capture or its version is missing",
    ),
    (
        "SELECT id FROM statement WHERE NOT EXISTS (SELECT 1 FROM version"
        " WHERE version.statement = statement.id)",
        "statement {}: it has no version",
    ),
    (
        "SELECT sha256 FROM version_text WHERE NOT EXISTS (SELECT 1 FROM version"
        " WHERE version.text_sha256 = version_text.sha256)",
        "text {}: no version has it",
    ),
    (
        "SELECT sha256 FROM layer WHERE NOT EXISTS (SELECT 1 FROM version"
        " WHERE version.layer_sha256 <> '' AND version.layer_sha256 = layer.sha256)",
        "page text {}: no version has it",
    ),
    (
        "SELECT id FROM version WHERE layer_sha256 <> '' AND NOT EXISTS (SELECT 1 FROM layer"
        " WHERE layer.sha256 = version.layer_sha256)",
        "version {}: its page text is missing",
    ),
    (
        "SELECT news FROM news_block WHERE NOT EXISTS (SELECT 1 FROM news"
        " WHERE news.seq = news_block.news)",
        "block of news {}: there is no such item",
    ),
    (
        "SELECT news FROM news_page WHERE NOT EXISTS (SELECT 1 FROM news"
        " WHERE news.seq = news_page.news)",
        "page of news {}: there is no such item",
    ),
)


_PROGRAMS = "SELECT name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"


def derived_problems(raw: SqliteConnection) -> Iterator[str]:
    """Yield what does not follow from the rest of the catalogue, one line each."""
    for name, first_seen, last_seen, first, last in raw.execute(_SEEN):
        if first_seen != first:
            yield f"version {name}: first_seen is {first_seen}, its sightings say {first}"
        if last_seen != last:
            yield f"version {name}: last_seen is {last_seen}, its sightings say {last}"
    for query, sentence in _BROKEN:
        for (name,) in raw.execute(query):
            yield sentence.format(name)
    ours = _programs_of_migrations()
    for name, sql in raw.execute(_PROGRAMS):
        if ours.get(name) != sql:
            yield f"{name}: no such trigger or view belongs into it"


def _programs_of_migrations() -> dict[str, str]:
    """Return the SQL of the triggers and views that the migrations make, by their names."""
    with closing(connect(":memory:")) as connection:
        for script in migrations():
            connection.executescript(script)
        return dict(connection.execute(_PROGRAMS).fetchall())
