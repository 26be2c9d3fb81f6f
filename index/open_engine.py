"""Open a search engine by its name, synchronised with the catalogue."""

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from index.engine_interface import Engine
from index.engines import ENGINES
from index.sync_with_catalogue import is_same_catalogue, sync

logger = logging.getLogger(__name__)


@contextmanager
def open_synced_engine(name: str, folder: Path, connection: Connection) -> Iterator[Engine]:
    """Yield the engine called `name` over the index in `folder`, synchronised with the catalogue.

    An index of another catalogue is deleted and rebuilt.
    """
    open_index = ENGINES.load(name)
    engine = open_index(folder)
    try:
        if not is_same_catalogue(connection, engine):
            engine.close()
            shutil.rmtree(folder)
            logger.info("deleted the index of another catalogue")
            engine = open_index(folder)
        sync(connection, engine)
        yield engine
    finally:
        engine.close()
