"""An archive opened for reading: pooled read-only connections, a synced engine, sources, links."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from archive import statement_links
from archive.errors import FormatError, LockedError
from archive.read_only.read_only_catalogue import is_writable as is_catalogue_writable
from index.engine_interface import Engine
from index.open_engine import is_writable
from index.sync_with_catalogue import is_same_catalogue, is_up_to_date, sync
from onrecord.command_context import Context

if TYPE_CHECKING:
    from scrapers.source_format.source import Source

_SYNC_INTERVAL = 5.0  # seconds between two checks whether the archive has grown


class ReadOnlyArchive:
    """One archive, open for reading by many threads; only the search index is written to."""

    def __init__(self, context: Context, *, memento_base: str) -> None:
        self.context = context
        self.memento_base = memento_base  # start of the addresses of mementos, ending in a slash
        self._stack = ExitStack()
        self._engine_stack = ExitStack()
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._connect_lock = Lock()
        self._search_lock = Lock()
        self._engine: Engine | None = None
        self._synced_at = 0.0
        self._catalogue_state = (0, 0)

    @contextmanager
    def catalogue(self) -> Iterator[Connection]:
        """Yield a connection that cannot write; each use sees the catalogue's current state."""
        self._forget_outdated_connections()
        idle = self._idle
        try:
            connection = idle.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            yield connection
        finally:
            connection.rollback()
            idle.put(connection)

    def _forget_outdated_connections(self) -> None:
        """Let go of connections that cannot see what another user has written since.

        Where we can write, SQLite's locks show it; a catalogue opened as immutable has none.
        """
        path = self.context.home.catalogue
        if is_catalogue_writable(path):
            return
        wal = path.with_name(path.name + "-wal")
        state = (path.stat().st_mtime_ns, wal.stat().st_mtime_ns if wal.exists() else 0)
        with self._connect_lock:
            if state != self._catalogue_state:
                self._catalogue_state = state
                self._idle = SimpleQueue()

    def _connect(self) -> Connection:
        with self._connect_lock:
            connection = self._stack.enter_context(self.context.catalogue())
            connection.exec_driver_sql("PRAGMA query_only = ON")
            return connection

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Yield the search engine, synced with the catalogue; one search runs at a time."""
        with self._search_lock:
            try:
                yield self._synced_engine()
            except FormatError:  # damaged since it was opened: the next search opens it anew
                self._engine_stack.close()
                self._engine = None
                raise

    def _synced_engine(self) -> Engine:
        if self._engine is None:
            return self._reopen_engine()
        if monotonic() - self._synced_at < _SYNC_INTERVAL:
            return self._engine
        self._synced_at = monotonic()
        with self.catalogue() as connection:
            if not is_same_catalogue(connection, self._engine):
                return self._reopen_engine()
            if not is_writable(self.context.home.index):
                # Another user's archive, perhaps, who adds to it: what is new is completed apart.
                is_current = is_up_to_date(connection, self._engine)
                return self._engine if is_current else self._reopen_engine()
            with suppress(LockedError):  # another process is indexing already
                sync(connection, self._engine)
        return self._engine

    def _reopen_engine(self) -> Engine:
        self._engine_stack.close()
        self._engine = self._engine_stack.enter_context(self.context.engine())
        self._synced_at = monotonic()
        return self._engine

    @cached_property
    def sources(self) -> "dict[str, Source]":
        return self.context.sources

    def links(self) -> list[statement_links.StatementLink]:
        """Return the confirmed links between statements."""
        return statement_links.read_links(self.context.home.links)

    def close(self) -> None:
        """Close the engine and every connection; none may be in use."""
        self._engine_stack.close()
        self._stack.close()
