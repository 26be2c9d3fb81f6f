"""Plan an erasure: what is meant, which captures hold it, and by what it is kept out afterwards."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from archive.archive_folder import ArchiveFolder
from archive.catalogue import capture_queries, remove_captures, schema, version_queries
from archive.catalogue.row_conversion import capture_of
from archive.errors import ArchiveError, UnknownNameError
from archive.integrity.erased_list import ErasedList, plain_address, plain_words
from archive.integrity.erasure_journal import begun_erasures
from archive.log.entries import ErasedEntry
from archive.log.signed_log import Log
from archive.models import Capture, Outcome, Role, Version
from archive.urls.web_address import is_web_address, spellings
from archive.warc.read_exchanges import read_exchange
from scrapers.url_key import either_scheme

_MAX_COPIES = 10  # statements of the same words: more are a form, not copies of one statement
_MIN_WORDS = 20  # letters and digits: what is shorter is no text of its own
_RUN_WORDS = 8
_TAG = re.compile(r"<[^>]*>")
# Outcomes of captures that may have the words though nothing was read in them.
_UNREAD = (
    Outcome.OK,
    Outcome.SUSPECT,
    Outcome.NEEDS_BROWSER,
    Outcome.TOO_LARGE,
    Outcome.NETWORK_ERROR,
)
_capture, _version, _sighting = schema.capture.c, schema.version.c, schema.sighting.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What an erasure removes, and what is kept out afterwards."""

    captures: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()  # of any statement
    statements: tuple[str, ...] = ()  # that are erased as such: not those that go with a feed
    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    payloads: tuple[str, ...] = ()
    already: int | None = None  # the log entry of the erasure that did it before


def plan_erasure(
    home: ArchiveFolder, connection: Connection, log: Log, erased: ErasedList, name: str
) -> ErasurePlan:
    """Return what erasing `name` would remove: a statement, version, capture, address or entry.

    UnknownNameError where there is none, and none was erased either.
    """
    try:
        statement = version_queries.version(connection, name).statement
    except UnknownNameError:
        statement = ""
    if statement:
        return _plan_statements(home, connection, [statement])
    if name.startswith("urn:"):
        return _plan_capture(connection, log, erased, name)
    if name.isascii() and name.isdigit():
        return _plan_entry(connection, log, erased, int(name))
    if is_web_address(name):
        return _plan_address(home, connection, erased, name)
    return _plan_erased("statement", name, erased.find_id(name.partition("@")[0]))


def _plan_erased(kind: str, name: str, number: int | None) -> ErasurePlan:
    if number is None:
        raise UnknownNameError(kind, name)
    return ErasurePlan(already=number)


def _plan_entry(connection: Connection, log: Log, erased: ErasedList, number: int) -> ErasurePlan:
    if number >= len(log):
        raise UnknownNameError("log entry", str(number))
    entry = log.entry(number)
    if isinstance(entry, ErasedEntry):
        numbers = [e.number for e in begun_erasures(log) if number in e.entries]
        return ErasurePlan(already=numbers[-1] if numbers else number)
    if not entry.text("id"):
        raise UnknownNameError("log entry of a capture", str(number))
    return _plan_capture(connection, log, erased, entry.text("id"))


def _plan_capture(connection: Connection, log: Log, erased: ErasedList, name: str) -> ErasurePlan:
    capture = capture_queries.find_capture(connection, name)
    if not any(True for _ in log.find("id", name)):
        return _plan_erased("capture", name, erased.find_id(name))
    if capture is None:  # the catalogue may lack one that cannot be read
        return ErasurePlan(captures=(name,), ids=(name,))
    versions = remove_captures.versions_only_in(connection, [name])
    plan = ErasurePlan(
        captures=(name,),
        versions=tuple(versions),
        ids=(name,),
        payloads=(capture.payload_sha256,),
    )
    if capture.role is Role.LISTING or not versions:
        return plan
    statements = _vanishing(connection, versions)
    return _with_keys(connection, plan, statements)


def _plan_address(
    home: ArchiveFolder, connection: Connection, erased: ErasedList, url: str
) -> ErasurePlan:
    names = _variants([url])
    statements = {
        version.statement
        for version in version_queries.versions_by_id(
            connection,
            list(
                connection.scalars(
                    select(_version.id)
                    .distinct()
                    .join(schema.sighting, _sighting.version == _version.id)
                    .join(schema.capture, _capture.id == _sighting.capture)
                    .where(
                        or_(
                            _version.url.in_(names),
                            _capture.url.in_(names),
                            _capture.memento_of.in_(names),
                        ),
                        _capture.role != Role.LISTING.value,
                    )
                )
            ),
        ).values()
    }
    if statements:
        return _plan_statements(home, connection, sorted(statements))
    unread = [c for c in _captures_at(connection, names) if c.outcome in _UNREAD]
    if not unread:
        return _plan_erased("statement at this address", url, erased.find_address(url))
    captures = tuple(capture.id for capture in unread)
    return ErasurePlan(captures=captures, ids=captures, addresses=(url,))


def _plan_statements(
    home: ArchiveFolder, connection: Connection, statements: Sequence[str]
) -> ErasurePlan:
    """Plan the erasure of statements, of their copies, and of what holds their words unread."""
    statements = [*statements, *_copies(connection, statements)]
    captures = dict.fromkeys(
        name
        for statement in statements
        for name in remove_captures.captures_holding_statement(connection, statement)
    )
    versions = [v for s in statements for v in version_queries.versions(connection, s)]
    texts = [version.reading.text for version in versions]
    rows = list(_captures(connection, list(captures)))
    captures.update((c.id, None) for c in _unread_captures(connection, rows))
    captures.update((name, None) for name in _listings_with(home, connection, statements, texts))
    names = tuple(captures)
    plan = ErasurePlan(
        captures=names,
        versions=tuple(remove_captures.versions_only_in(connection, names)),
        ids=names,
        payloads=tuple(c.payload_sha256 for c in rows if c.outcome is Outcome.OK),
    )
    return _with_keys(connection, plan, statements)


def _with_keys(connection: Connection, plan: ErasurePlan, statements: Sequence[str]) -> ErasurePlan:
    """Add to `plan` by what these statements are kept out."""
    versions = [v for s in statements for v in version_queries.versions(connection, s)]
    return ErasurePlan(
        captures=plan.captures,
        versions=plan.versions,
        statements=tuple(statements),
        ids=(*plan.ids, *statements),
        addresses=tuple(_own_addresses(connection, statements, versions)),
        texts=tuple(_own_texts(connection, statements, versions)),
        payloads=plan.payloads,
    )


def _copies(connection: Connection, statements: Sequence[str]) -> list[str]:
    """Return the other statements that have the title and words of a version of these."""
    marks = select(_version.fingerprint).where(_version.statement.in_(statements))
    query = (
        select(_version.statement)
        .distinct()
        .where(_version.fingerprint.in_(marks), _version.statement.not_in(statements))
        .order_by(_version.statement)
    )
    copies = list(connection.scalars(query))
    return copies if len(copies) <= _MAX_COPIES else []


def _own_texts(
    connection: Connection, statements: Sequence[str], versions: Sequence[Version]
) -> Iterator[str]:
    """Yield the texts of versions that no other statement has."""
    for version in versions:
        text = version.reading.text
        others = select(_version.id).where(
            _version.text_sha256 == version.reading.text_sha256,
            _version.statement.not_in(statements),
        )
        if len(plain_words(text)) >= _MIN_WORDS and not connection.scalar(others.limit(1)):
            yield text


def _own_addresses(
    connection: Connection, statements: Sequence[str], versions: Sequence[Version]
) -> Iterator[str]:
    """Yield the addresses of the pages of statements that are the pages of no others."""
    captures = remove_captures_of(connection, statements)
    urls = {version.reading.url for version in versions}
    urls |= {c.url for c in captures if c.role is Role.PAGE}
    urls |= {c.memento.original for c in captures if c.role is Role.PAGE and c.memento}
    urls = {url for url in urls if is_web_address(url)}
    former = select(_capture.url).where(_capture.location.in_(_variants(urls)))
    urls |= set(connection.scalars(former))
    for url in sorted(urls):
        names = _variants([url])
        others = (
            select(_version.id)
            .join(schema.sighting, _sighting.version == _version.id)
            .join(schema.capture, _capture.id == _sighting.capture)
            .where(
                _version.statement.not_in(statements),
                or_(_version.url.in_(names), _capture.url.in_(names)),
            )
        )
        listing = select(_capture.id).where(
            _capture.url.in_(names), _capture.role == Role.LISTING.value
        )
        is_root = "/" not in plain_address(url)
        if not (
            is_root or connection.scalar(others.limit(1)) or connection.scalar(listing.limit(1))
        ):
            yield url


def remove_captures_of(connection: Connection, statements: Sequence[str]) -> list[Capture]:
    """Return the captures that hold a version of one of `statements`."""
    names = {
        name
        for statement in statements
        for name in remove_captures.captures_holding_statement(connection, statement)
    }
    return list(_captures(connection, sorted(names)))


def _captures(connection: Connection, names: Sequence[str]) -> Iterator[Capture]:
    for chunk in version_queries.in_chunks(names):
        yield from capture_queries.captures_by_id(connection, chunk).values()


def _captures_at(connection: Connection, names: Sequence[str]) -> list[Capture]:
    query = select(schema.capture).where(
        or_(_capture.url.in_(names), _capture.memento_of.in_(names)),
        _capture.role != Role.LISTING.value,
    )
    return [capture_of(row) for row in connection.execute(query).mappings()]


def _unread_captures(connection: Connection, captures: Sequence[Capture]) -> Iterator[Capture]:
    """Yield captures without a reading: of the same pages, or with the very same bytes.

    Those in quarantine are among them.
    """
    pages = [c for c in captures if c.role is Role.PAGE]
    urls = {c.url for c in pages} | {c.memento.original for c in pages if c.memento}
    candidates = _captures_at(connection, _variants(urls)) if urls else []
    digests = sorted({c.payload_sha256 for c in captures} - {""})
    for chunk in version_queries.in_chunks(digests):
        query = select(schema.capture).where(_capture.payload_sha256.in_(chunk))
        candidates += [capture_of(row) for row in connection.execute(query).mappings()]
    for capture in candidates:
        read = select(_sighting.version).where(_sighting.capture == capture.id).limit(1)
        if capture.outcome in _UNREAD and connection.scalar(read) is None:
            yield capture


def _listings_with(
    home: ArchiveFolder, connection: Connection, statements: Sequence[str], texts: Sequence[str]
) -> Iterator[str]:
    """Yield the listings of the statements' sources that have a run of their words.

    A feed may have the words of a page beside its link, though they were not read from it.
    """
    runs = {run for text in texts for run in _runs(text)}
    sources = select(schema.statement.c.source).where(schema.statement.c.id.in_(statements))
    query = select(schema.capture).where(
        _capture.source.in_(sources),
        _capture.role == Role.LISTING.value,
        _capture.outcome == Outcome.OK.value,
    )
    for row in connection.execute(query).mappings().all() if runs else ():
        capture = capture_of(row)
        try:
            body = read_exchange(home.warc, capture.stored).body()
        except ArchiveError:
            continue  # damaged, which `verify` tells of
        markup = html.unescape(html.unescape(body.decode("utf-8", "replace")))
        if not runs.isdisjoint(_runs(_TAG.sub(" ", markup))):
            yield capture.id


def _runs(text: str) -> set[str]:
    words = re.findall(r"\w+", text.casefold())
    return {" ".join(words[n : n + _RUN_WORDS]) for n in range(len(words) - _RUN_WORDS + 1)}


def _vanishing(connection: Connection, versions: Sequence[str]) -> list[str]:
    """Return the statements of which no version but these is there."""
    named = version_queries.versions_by_id(connection, versions).values()
    return sorted(
        {
            version.statement
            for version in named
            if {v.id for v in version_queries.versions(connection, version.statement)}
            <= set(versions)
        }
    )


def _variants(urls: Iterable[str]) -> list[str]:
    """Return the spellings of addresses with http and https, with www. and without."""
    names: dict[str, None] = {}
    for url in urls:
        scheme, mark, rest = url.partition("://")
        bare = rest.removeprefix("www.").removesuffix("/")
        paths = (bare,) if "?" in bare else (bare, f"{bare}/")
        hosts = [f"{scheme}{mark}{www}{path}" for www in ("", "www.") for path in paths]
        for host in (url, *hosts) if mark else (url,):
            names.update(
                (name, None) for either in either_scheme(host) for name in spellings(either)
            )
    return list(names)
