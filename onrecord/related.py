"""What stands beside a version: its siblings in other languages, and on whose word it was seen."""

from dataclasses import dataclass

from sqlalchemy import Connection

from archive.catalogue import questions
from archive.models import Version


@dataclass(frozen=True, slots=True)
class Word:
    """Whose word the dates of a version are: an archive's host, "" for our own capture."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Sibling:
    """A statement in another language, as its page names it."""

    lang: str
    url: str
    statement: str  # its id where it is held, else ""


def seen_by(connection: Connection, version: str) -> Word:
    """Return on whose word a version was first and last seen."""
    seen = questions.sightings(connection, version)
    ends = [seen[0][0], seen[-1][0]] if seen else []
    held = questions.captures_called(connection, ends)
    mementos = [held[one].memento for one in ends]
    words = [memento.archive if memento else "" for memento in mementos]
    return Word(words[0], words[1]) if words else Word("", "")


def siblings(connection: Connection, version: Version) -> list[Sibling]:
    """Return what the page names in other languages, and which of it is held."""
    named = version.reading.translations
    held = questions.statements_at(connection, [url for _, url in named])
    return [Sibling(lang, url, held.get(url, "")) for lang, url in named]
