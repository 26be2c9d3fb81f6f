"""From a fetched capture to readings: the entry points. Pure; nothing here asks a server."""

from scrapers.door import Fetched
from scrapers.found import Discovered, Read
from scrapers.source import Source


def discover(fetched: Fetched, source: Source) -> Discovered:
    """Return the addresses that a listing of `source` names, and any full text that it holds.

    A listing that cannot be read is one Problem and no address; it raises nothing.
    """
    raise NotImplementedError


def read_page(fetched: Fetched, source: Source) -> Read:
    """Return what a page of `source` says, by the layout of the day it was captured.

    The same capture, source and reader version give the same answer, always. A page that does not
    fit its layout gives a Problem and no reading.
    """
    raise NotImplementedError


def read_generic(fetched: Fetched) -> Read:
    """Return what any page says, as the generic reader sees it: generic/trafilatura-<version>."""
    raise NotImplementedError
