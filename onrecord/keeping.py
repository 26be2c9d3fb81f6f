"""Open an archive to add to it, and take in what its WARC files hold and the catalogue does not."""

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import inf
from pathlib import Path

from sqlalchemy import Connection

from archive.catalogue import news, quarantine, questions, writing
from archive.catalogue.carrying import carry
from archive.catalogue.opening import transaction
from archive.erase import finish
from archive.errors import ArchiveError, FormatError, HomeError, LimitError
from archive.home import Home
from archive.log.entries import Entry, decode
from archive.log.ledger import LogLedger
from archive.log.log import Log
from archive.models import Outcome, Role
from archive.warc.exchanges import HeldExchange, exchange_at, exchanges
from archive.warc.store import WarcStore
from onrecord import AGENT
from onrecord.context import Context
from onrecord.deciding import decisions
from onrecord.noticing import notice, notice_one
from onrecord.pipeline import Tally, take_in
from onrecord.transcripts import take_in_transcript
from scrapers.door import Fetched
from scrapers.source import Source


@contextmanager
def keeping(context: Context) -> Iterator[tuple[WarcStore, Connection]]:
    """Yield the evidence store and the catalogue, in step with each other, nobody else writing.

    What an earlier run captured and did not get to read (it was killed, the disk was full) is read
    first. What this run captures is known to the catalogue when it ends, however it ends.
    """
    home = context.home
    with evidence(context) as store, context.catalogue() as connection:
        tally = catch_up(connection, home, context.sources)
        for problem in tally.problems:
            context.warn(problem)
        connection.commit()
        yield store, connection
        store.close()
        writing.know_sizes(connection, sizes(home))
        notice(connection, context.sources)


@contextmanager
def evidence(context: Context) -> Iterator[WarcStore]:
    """Yield the store of evidence, entering all it keeps in the log; the log is signed at the end.

    Nobody else writes to the archive meanwhile. What a crash tore is mended first.
    """
    home = context.home
    with home.writing(), Log.writing(home.log, home.keys) as log:
        if log.torn:
            context.warn(f"recovered the log: cut off {log.torn} bytes of a torn entry")
        if count := finish(home, log):
            context.warn(f"completed {count} erasures that were cut short")
        size = len(log)
        ledger = LogLedger(log, home.warc)
        with WarcStore(
            home.warc, software=AGENT, ledger=ledger, logged_end=ledger.logged_end
        ) as store:
            for recovery in store.recovered:
                context.warn(f"recovered {recovery}")
            try:
                yield store
            finally:
                store.close()
                if len(log) > size:
                    log.checkpoint()


def rebuild(context: Context, progress: Callable[[Path], None]) -> Tally:
    """Make the catalogue and the index anew from the WARC files alone.

    Schedule, watches and news, which no WARC file holds, are carried over. The old catalogue is
    there until the new one is whole.
    """
    home = context.home
    with evidence(context):
        _notice_what_is_left(context)
        fresh = home.catalogue.with_name("catalogue.new.sqlite")
        _remove(fresh)
        with transaction(fresh) as connection:
            try:
                carry(connection, home.catalogue)
            except FormatError as error:
                context.warn(str(error))
            quarantine.remember(connection, decisions(home), AGENT)
            tally = catch_up(connection, home, context.sources, progress)
            news.reach(connection, "noticed", news.last_arrival(connection))
        _remove(home.catalogue)
        fresh.rename(home.catalogue)
        if home.index.exists():
            shutil.rmtree(home.index)
    return tally


def read_again(context: Context, name: str) -> Tally:
    """Read a capture that was taken out of quarantine, as if it had just come."""
    tally = Tally()
    with keeping(context) as (_, connection):
        capture = questions.capture(connection, name)
        quarantine.set_outcome(connection, name, Outcome.OK, "")
        path = context.home.warc / capture.stored.warc
        for exchange in exchanges(path, warc=capture.stored.warc):
            if exchange.id == name:
                _take_in_again(connection, context.home, exchange, context.sources, tally)
        notice_one(connection, context.sources, name)
    return tally


def _notice_what_is_left(context: Context) -> None:
    """Notice what the old catalogue did not come to: what is carried over is then complete."""
    if not context.home.catalogue.exists():
        return
    try:
        with context.catalogue() as connection:
            catch_up(connection, context.home, context.sources)
            notice(connection, context.sources)
    except (FormatError, HomeError) as error:
        context.warn(str(error))


def _remove(catalogue: Path) -> None:
    for name in ("-wal", "-shm", ""):
        catalogue.with_name(catalogue.name + name).unlink(missing_ok=True)


def catch_up(
    connection: Connection,
    home: Home,
    sources: Mapping[str, Source],
    progress: Callable[[Path], None] = lambda path: None,
) -> Tally:
    """Take in every exchange in the WARC files that the catalogue does not know; file by file."""
    tally = Tally()
    known = questions.sizes_known(connection)
    there = sizes(home)
    for name in _as_logged(home, [name for name, size in there.items() if known.get(name) != size]):
        path, size = home.warc / name, there[name]
        progress(path)
        try:
            held = questions.captures_in(connection, name)
            for exchange in exchanges(path, warc=name):
                if exchange.id not in held:
                    _take_in_again(connection, home, exchange, sources, tally)
        except (FormatError, LimitError) as error:
            tally.problems.append(str(error))
            continue
        writing.know_sizes(connection, {name: size})
        connection.commit()
    return tally


def _as_logged(home: Home, names: Sequence[str]) -> list[str]:
    """Return WARC files in the order in which the log has them: that is how they were taken in.

    Their names have the second in which they were begun, and many may begin in one.
    """
    if len(names) < 2:
        return list(names)
    with Log.reading(home.log) as log:
        first: dict[str, int] = {}
        for number, line in enumerate(log.lines()):
            entry = decode(line)
            if isinstance(entry, Entry):
                first.setdefault(entry.text("warc"), number)
    return sorted(names, key=lambda name: first.get(name, inf))


def sizes(home: Home) -> dict[str, int]:
    """Return the size of every WARC file, by its name below warc/, in order of name."""
    return {
        path.relative_to(home.warc).as_posix(): path.stat().st_size
        for path in sorted(home.warc.rglob("*.warc.gz"))
    }


def _take_in_again(
    connection: Connection,
    home: Home,
    exchange: HeldExchange,
    sources: Mapping[str, Source],
    tally: Tally,
) -> None:
    capture = exchange.capture()
    if capture is None:
        tally.problems.append(f"{exchange.warc}: {exchange.id}: no facts of ours with this record")
        return
    if capture.role is Role.TRANSCRIPT:
        take_in_transcript(connection, capture, exchange.block, tally)
        return
    if capture.source and capture.source not in sources:
        tally.problems.append(f"{capture.url}: no such source any more: {capture.source}")
        writing.add_capture(connection, capture)
        return
    try:
        body = _body(connection, home, exchange)
    except ArchiveError as error:
        tally.problems.append(str(error))
        writing.add_capture(connection, capture)
        return
    fetched = Fetched(capture=capture, headers=exchange.headers, body=body)
    take_in(connection, [fetched], sources.get(capture.source), tally)


def _body(connection: Connection, home: Home, exchange: HeldExchange) -> bytes:
    """Return what a server sent; a revisit of the same payload has its body in another record."""
    if exchange.facts is None or not exchange.facts.original:
        return exchange.body()
    original = questions.capture(connection, exchange.facts.original)
    return exchange_at(home.warc, original.stored).body()
