"""Which statement a page without a source is: its own, or one that was read at another address.

Copies of one page (www, https, AMP, utm_…) name one canonical address, and a page that moved is led
to by its former address. Pages of other words that name the same canonical address are statements
of their own: many sites name a list, or one page on all pages, by mistake.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from archive.catalogue import schema
from archive.models import Capture, Outcome, Reading, statement_id
from archive.text.fingerprint import normalize_text
from archive.urls.registrable_domain import registrable_domain
from archive.urls.web_address import address_host, same_page_key, spellings

SOURCE = "web"  # of statements that no source claims
_MIN_SHARED_WORDS = 0.8  # of all words of two texts (Dice): an edit leaves more, another page less
_PERMANENT_REDIRECTS = (301, 308)

_version, _capture, _sighting = schema.version.c, schema.capture.c, schema.sighting.c
_SEEN_AT = (
    select(_version.statement)
    .join(schema.sighting, _sighting.version == _version.id)
    .join(schema.capture, _capture.id == _sighting.capture)
    .join(schema.statement, schema.statement.c.id == _version.statement)
    .where(
        schema.statement.c.source == SOURCE,
        or_(
            _capture.url.in_(bindparam("urls", expanding=True)),
            and_(
                _capture.memento_of != "",
                _capture.memento_of.in_(bindparam("urls", expanding=True)),
            ),
        ),
    )
    .order_by(_sighting.captured.desc())
)
_FILED_UNDER = (
    select(_version.statement)
    .join(schema.statement, schema.statement.c.id == _version.statement)
    .where(
        schema.statement.c.source == SOURCE,
        _version.url.in_(bindparam("urls", expanding=True)),
        _version.url != "",  # as the index says
    )
    .order_by(_version.last_seen.desc())
)
_LED_FROM = select(_capture.url).where(
    _capture.source == "",
    _capture.location != "",
    _capture.location.in_(bindparam("urls", expanding=True)),
    _capture.outcome == Outcome.REDIRECT.value,
    _capture.status.in_(_PERMANENT_REDIRECTS),
)
_WORDS = (
    select(_version.title, func.plain_text(schema.version_text.c.text).label("text"))
    .join(schema.version_text, schema.version_text.c.sha256 == _version.text_sha256)
    .where(_version.statement == bindparam("statement"))
)


def identify(connection: Connection, reading: Reading, capture: Capture) -> tuple[Reading, str]:
    """Return a reading of the generic reader with its identifier, and its statement's id.

    `capture` is as the publisher sent it; `reading.identifier` is the address that the page names
    as its canonical one, else its own.
    """
    filed = statement_id(SOURCE, reading.identifier)
    seen_here = _statements_at(connection, capture.url)
    if filed in seen_here:
        return reading, filed  # the same page, edited or not
    for statement in _candidates(connection, reading, capture, seen_here):
        if _has_like_words(connection, statement, reading):
            return reading, statement
    if not _exists(connection, filed):
        return reading, filed
    # Other pages took the address as theirs.
    own = replace(reading, identifier=capture.url, url=capture.url)
    if same_page_key(capture.url) == same_page_key(reading.identifier):
        own = replace(own, identifier=f"{reading.identifier}#itself")
    if _identifier(connection, statement_id(SOURCE, own.identifier)) not in ("", own.identifier):
        # An id has letters and digits alone: other addresses, /n,1 and /n=1, have the same.
        digest = hashlib.sha256(capture.url.encode()).hexdigest()[:8]
        own = replace(own, identifier=f"{own.identifier}-{digest}")
    return own, statement_id(SOURCE, own.identifier)


def _candidates(
    connection: Connection, reading: Reading, capture: Capture, seen_here: list[str]
) -> Iterator[str]:
    """Yield the statements that a page may be a copy of, the likeliest first."""
    yield from seen_here
    yield from dict.fromkeys(
        connection.scalars(_FILED_UNDER, {"urls": spellings(reading.identifier)})
    )
    for url in dict.fromkeys(connection.scalars(_LED_FROM, {"urls": spellings(capture.url)})):
        if _domain(url) == _domain(capture.url):  # another publisher's page is not this one
            yield from _statements_at(connection, url)


def _domain(url: str) -> str:
    return registrable_domain(address_host(url))


def _statements_at(connection: Connection, url: str) -> list[str]:
    """Return the statements without a source that were seen at an address, the latest first."""
    return list(dict.fromkeys(connection.scalars(_SEEN_AT, {"urls": spellings(url)})))


def _exists(connection: Connection, statement: str) -> bool:
    return _identifier(connection, statement) != ""


def _identifier(connection: Connection, statement: str) -> str:
    """Return the identifier of a statement, "" where there is none."""
    column = schema.statement.c
    query = select(column.identifier).where(column.id == statement)
    return connection.scalar(query) or ""


def _has_like_words(connection: Connection, statement: str, reading: Reading) -> bool:
    """Return whether a version of `statement` has the words of `reading`, a few edits aside."""
    title, text = normalize_text(reading.title), normalize_text(reading.text)
    words = Counter(reading.text.split())
    for version in connection.execute(_WORDS, {"statement": statement}):
        if normalize_text(version.text) == text:
            return True
        if normalize_text(version.title) == title and (
            _shared_words(words, Counter(version.text.split())) >= _MIN_SHARED_WORDS
        ):
            return True
    return False


def _shared_words(words: Counter[str], others: Counter[str]) -> float:
    """Return the share of words in two texts that both have (the Dice coefficient)."""
    return 2 * (words & others).total() / max(1, words.total() + others.total())
