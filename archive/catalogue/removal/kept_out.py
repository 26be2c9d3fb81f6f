"""The list of what was erased, beside an open connection: what is read is compared with it."""

from sqlalchemy import Connection

from archive.integrity.erased_list import NOTHING_ERASED, ErasedList

_KEY = "onrecord.erased"


def keep_out(connection: Connection, erased: ErasedList) -> None:
    """Let what is recorded through `connection` from now on be compared with `erased`."""
    connection.info[_KEY] = erased


def kept_out(connection: Connection) -> ErasedList:
    """Return the list that `keep_out` was given; an empty one where it was not called."""
    erased = connection.info.get(_KEY, NOTHING_ERASED)
    return erased if isinstance(erased, ErasedList) else NOTHING_ERASED
