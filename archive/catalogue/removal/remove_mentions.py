"""Remove from the catalogue what mentions erased captures: news, alerts, watches, events, listings.

`remove_captures` removes the captures, their versions and words.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, delete, select, update

from archive.catalogue import schema
from archive.catalogue.remove_captures import versions_only_in
from archive.catalogue.version_queries import in_chunks
from archive.catalogue.vouched.catalogue_rows import news_rows_by_number, raw_connection
from archive.urls.web_address import spellings
from archive.vouching.pending_rows import is_vouched_for, vouch, withdraw

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What goes from the catalogue with captures."""

    captures: tuple[str, ...]  # those that it has
    versions: tuple[str, ...]  # that are in no other capture
    statements: tuple[str, ...]  # that have no other version
    addresses: tuple[str, ...]  # of the pages that were captured


def plan_removal(connection: Connection, captures: Sequence[str]) -> Removal:
    """Return what goes with `captures`; nothing of those that the catalogue does not have."""
    capture, version = schema.capture.c, schema.version.c
    rows = [
        row
        for chunk in in_chunks(captures)
        for row in connection.execute(
            select(capture.id, capture.url, capture.memento_of).where(capture.id.in_(chunk))
        )
    ]
    known = tuple(row.id for row in rows)
    versions = tuple(versions_only_in(connection, known)) if known else ()
    statements = _values(connection, version.statement, version.id, versions)
    remaining = {
        row.statement
        for chunk in in_chunks(sorted(statements))
        for row in connection.execute(
            select(version.statement, version.id).where(version.statement.in_(chunk))
        )
        if row.id not in versions
    }
    addresses = {row.url for row in rows} | {row.memento_of for row in rows}
    return Removal(
        captures=known,
        versions=versions,
        statements=tuple(sorted(statements - remaining)),
        addresses=tuple(sorted(addresses - {""})),
    )


def _values(
    connection: Connection, column: Column[str], key: Column[str], names: Sequence[str]
) -> set[str]:
    return {
        value
        for chunk in in_chunks(names)
        for value in connection.scalars(select(column).where(key.in_(chunk)))
    }


def remove_mentions(
    connection: Connection, removal: Removal, is_about: Callable[[str], bool]
) -> None:
    """Remove what the catalogue says of `removal`, before the captures themselves are removed.

    `is_about` says of the words of a watch whether they are words of what is erased.
    """
    _remove_news(connection, removal)
    _remove_watches(connection, removal, is_about)
    names = (*removal.captures, *removal.versions, *removal.statements)
    _delete(connection, schema.event, schema.event.c.object, names)
    alias = schema.alias.c
    for column in (alias.capture, alias.version, alias.former):
        _delete(connection, schema.alias, column, (*removal.captures, *removal.versions))
    urls = [name for url in removal.addresses for name in spellings(url)]
    _delete(connection, schema.listed, schema.listed.c.url, urls)
    for url in removal.addresses:  # a problem of one page names it
        for table, column in (
            (schema.run, schema.run.c.detail),
            (schema.due, schema.due.c.problem),
        ):
            statement = update(table).where(column.contains(url, autoescape=True))
            connection.execute(statement.values({column.name: ""}))


def _remove_news(connection: Connection, removal: Removal) -> None:
    """Remove the news of versions and captures that go, with their alerts and pages."""
    news, page = schema.news.c, schema.news_page.c
    numbers: set[int] = set()
    for column, names in (
        (news.statement, removal.statements),
        (news.before, removal.versions),
        (news.after, removal.versions),
        (news.capture_before, removal.captures),
        (news.capture_after, removal.captures),
    ):
        for chunk in in_chunks(names):
            numbers.update(connection.scalars(select(news.seq).where(column.in_(chunk))))
    withdraw(connection, _keys_of_news(connection, sorted(numbers)))
    for start in range(0, len(numbers), 500):
        chunk_of_numbers = sorted(numbers)[start : start + 500]
        for table, number in (
            (schema.alert, schema.alert.c.news),
            (schema.news_block, schema.news_block.c.news),
            (schema.news_page, page.news),
            (schema.news, news.seq),
        ):
            connection.execute(delete(table).where(number.in_(chunk_of_numbers)))
    _remove_pages(connection, removal)
    logger.info("removed %d news items", len(numbers))


def _keys_of_news(connection: Connection, numbers: Sequence[int]) -> list[bytes]:
    with raw_connection(connection) as raw:
        rows = news_rows_by_number(raw, numbers)
    return [vouched.key for row in rows for vouched in (row.vouched, *row.others)]


def _remove_pages(connection: Connection, removal: Removal) -> None:
    """Remove pages of news that stays: of a template, which is on other pages, too."""
    page = schema.news_page.c
    columns = (
        (page.statement, removal.statements),
        (page.capture_before, removal.captures),
        (page.capture_after, removal.captures),
    )
    numbers: set[int] = set()
    for column, names in columns:
        for chunk in in_chunks(names):
            numbers.update(connection.scalars(select(page.news).where(column.in_(chunk))))
    with raw_connection(connection) as raw:
        sound = [
            int(dict(row.fields)["seq"])
            for row in news_rows_by_number(raw, sorted(numbers))
            if is_vouched_for(connection, row.vouched)
        ]
    for column, names in columns:
        _delete(connection, schema.news_page, column, names)
    with raw_connection(connection) as raw:
        rows = news_rows_by_number(raw, sound)
    vouch(connection, [vouched for row in rows for vouched in (row.vouched, *row.others)])


def _remove_watches(
    connection: Connection, removal: Removal, is_about: Callable[[str], bool]
) -> None:
    watch, alert = schema.watch.c, schema.alert.c
    statements = {*removal.statements, *removal.versions}
    for row in connection.execute(select(watch.id, watch.kind, watch.wanted, watch.held_by)).all():
        if row.held_by in statements or (row.kind != "source" and is_about(row.wanted)):
            connection.execute(delete(schema.alert).where(alert.watch == row.id))
            connection.execute(delete(schema.watch).where(watch.id == row.id))


def _delete(
    connection: Connection, table: Table, column: Column[str], names: Sequence[str]
) -> None:
    for chunk in in_chunks(names):
        connection.execute(delete(table).where(column.in_(chunk)))
