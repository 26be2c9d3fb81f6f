"""The processes in which foreign pages are read: started when needed, kept until ours ends."""

from threading import Lock

from archive.confined.calling import Confined
from scrapers.door import Fetched
from scrapers.saying import Said, say_confined
from scrapers.source import Source

_readers: list[Confined] = []
_lock = Lock()


def readers(count: int = 1) -> list[Confined]:
    """Return so many processes to read in; each starts when it is first asked something."""
    with _lock:
        while len(_readers) < count:
            _readers.append(Confined())
        return _readers[:count]


def read(fetched: Fetched, source: Source | None) -> Said:
    """Return what a capture says (scrapers.saying.say); what ended its process is a Problem."""
    return say_confined(readers()[0], fetched, source)
