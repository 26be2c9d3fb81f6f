"""Give numbers to what arrives in a catalogue, in order of commit: once, and never again.

The last number of each series is a row of its own (migrations/0014.sql). It is changed in the
transaction that commits what is numbered, and SQLite lets one process at a time write: so of
several processes none gives a number twice, and one that is rolled back gives none.
"""

from enum import StrEnum

from sqlalchemy import Connection, text


class Series(StrEnum):
    """What is numbered, each in a series of its own."""

    CAPTURE = "capture"  # capture.arrival
    VERSION = "version"  # version.seq
    NEWS = "news"  # news.seq
    ALERT = "alert"  # alert.seq


# In an INSERT of one row: the number that it is to have. `use_number` has to follow if it was made.
NEXT = "(SELECT last + 1 FROM arrival_number WHERE series = '{series}')"

_USE = text("UPDATE arrival_number SET last = last + 1 WHERE series = :series RETURNING last")
_LAST = text("SELECT last FROM arrival_number WHERE series = :series")
_RAISE = text("UPDATE arrival_number SET last = :last WHERE series = :series AND last < :last")


def use_number(connection: Connection, series: Series) -> int:
    """Give the next number of a series, and return it."""
    number: int = connection.execute(_USE, {"series": series}).scalar_one()
    return number


def last_number(connection: Connection, series: Series) -> int:
    """Return the number that was given last, whether or not what has it still exists."""
    number: int = connection.execute(_LAST, {"series": series}).scalar_one()
    return number


def raise_number(connection: Connection, series: Series, last: int) -> None:
    """Give no number up to `last` from now on: another catalogue of the archive gave it."""
    connection.execute(_RAISE, {"series": series, "last": last})
