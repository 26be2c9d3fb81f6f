"""What pages stand on: connections that only read, an engine in step, sources, links."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from archive import statement_links
from archive.errors import LockedError
from index.engine import Engine
from index.sync import is_same_catalogue, sync
from onrecord.context import Context

if TYPE_CHECKING:
    from scrapers.source_format.source import Source

_FOLLOW = 5.0  # seconds after which we look whether the archive has grown


class ReadOnlyArchive:
    """One archive, open for reading by many at once. Nothing here writes but the index's cache."""

    def __init__(self, context: Context, *, memento_base: str) -> None:
        self.context = context
        self.memento_base = memento_base  # where its copies are shown, with the final slash
        self._stack = ExitStack()
        self._engine_stack = ExitStack()
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._opening = Lock()
        self._searching = Lock()
        self._engine: Engine | None = None
        self._followed = 0.0

    @contextmanager
    def catalogue(self) -> Iterator[Connection]:
        """Yield a connection that cannot write; each use sees the catalogue as it is now."""
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = self._connect()
        try:
            yield connection
        finally:
            connection.rollback()
            self._idle.put(connection)

    def _connect(self) -> Connection:
        with self._opening:
            connection = self._stack.enter_context(self.context.catalogue())
            connection.exec_driver_sql("PRAGMA query_only = ON")
            return connection

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """Yield the search engine; one search at a time, on what the archive holds now."""
        with self._searching:
            yield self._followed_engine()

    def _followed_engine(self) -> Engine:
        if self._engine is None:
            return self._reopened()
        if monotonic() - self._followed < _FOLLOW:
            return self._engine
        self._followed = monotonic()
        with self.catalogue() as connection:
            if not is_same_catalogue(connection, self._engine):
                return self._reopened()
            with suppress(LockedError):  # whoever is indexing does it for us
                sync(connection, self._engine)
        return self._engine

    def _reopened(self) -> Engine:
        self._engine_stack.close()
        self._engine = self._engine_stack.enter_context(self.context.engine())
        self._followed = monotonic()
        return self._engine

    @cached_property
    def sources(self) -> "dict[str, Source]":
        return self.context.sources

    def links(self) -> list[statement_links.StatementLink]:
        """Return the links between statements that somebody confirmed."""
        return statement_links.read_links(self.context.home.links)

    def close(self) -> None:
        """Let go of the engine and of every connection; nobody may be reading any more."""
        self._engine_stack.close()
        self._stack.close()
