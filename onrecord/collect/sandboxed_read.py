"""Read what a capture says, where it can do no harm."""

from archive.sandbox.pool import confined
from scrapers.fetch.visit import Fetched
from scrapers.read.page_content import Said, say_confined
from scrapers.source import Source


def read(fetched: Fetched, source: Source | None) -> Said:
    """Return what a capture says (scrapers.saying.say); what ended its process is a Problem."""
    return say_confined(confined(), fetched, source)
