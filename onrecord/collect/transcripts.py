"""Record text collections: statements that somebody else typed out; never cited as captures.

Each line is stored unchanged, as a WARC `resource` record with its digest.
"""

import re
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from archive.catalogue import write_rows
from archive.catalogue.removal.kept_out import kept_out
from archive.errors import FormatError
from archive.models import Capture, Issued, Outcome, Reading, Role
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin
from archive.warc.record_builder import Resource
from onrecord.collect.collection_lines import CollectionLine, parse_line
from onrecord.collect.ingest import RunStats, record_problems
from scrapers.extract.unclear_date import unclear_date
from scrapers.fetch.withheld import explain


def record_uri(line: CollectionLine) -> str:
    """Return the URI of a line's WARC record. It depends on the line's id alone."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, line.fields['id'])}"


def resource_record(line: CollectionLine, origin: ImportOrigin, now: datetime) -> Resource:
    """Return the WARC record of a line."""
    facts = CaptureMetadata(
        role=Role.TRANSCRIPT,
        outcome=Outcome.OK,
        source=line.fields["source"],
        origin=ImportOrigin(name=origin.name, sha256=origin.sha256, offset=line.offset),
    )
    return Resource(
        uri=record_uri(line),
        block=line.raw,
        media_type="application/json",
        date=now,
        metadata=facts,
    )


def ingest_transcript(
    connection: Connection, capture: Capture, block: bytes, stats: RunStats
) -> None:
    """Record a stored line as a transcript; one that cannot be read is a capture and a problem.

    Earlier versions stored lines that are now passed over at the import.
    """
    write_rows.add_capture(connection, capture)
    try:
        fields = parse_line(block)
    except FormatError as error:
        stats.problems.append(f"{capture.id}: {error}")
        stats.unread += 1
        return
    if (entry := erasure_of_line(connection, fields)) is not None:
        stats.problems.append(f"{fields['id']}: {explain(entry)}")
        return
    result = write_rows.add_reading(
        connection, transcript_reading(fields), capture, transcript=True, statement=fields["id"]
    )
    if fields.get("date") and not _day_or_less(fields["date"]):
        problem = unclear_date(fields["id"], "date", fields["date"], ())
        record_problems(connection, capture, [problem], stats)
    stats.captures[Role.TRANSCRIPT.value] += 1
    stats.readings += 1
    stats.statements += result.new_statement
    stats.versions += result.new_version


def erasure_of_line(connection: Connection, fields: dict[str, str]) -> int | None:
    """Return the log entry of the erasure of the text in a line; None where there is none."""
    erased = kept_out(connection)
    if not erased:
        return None
    return erased.find_item([fields["id"]], fields.get("url", ""), fields["text"])


def transcript_reading(fields: dict[str, str]) -> Reading:
    """Return the reading of a line, with the text unchanged."""
    printed = fields.get("date", "")
    return Reading(
        identifier=fields["id"],
        url=fields.get("url", ""),
        title=fields.get("title", ""),
        text=fields["text"],
        issuer=fields.get("issuer") or fields["source"],
        publisher=fields.get("publisher") or fields["source"],
        lang=fields["lang"],
        kind=fields.get("kind") or "transcript",
        reader="transcript/1",
        issued=Issued(value, printed, "collection") if (value := _day_or_less(printed)) else None,
    )


def _day_or_less(text: str) -> str:
    """Return the day, month or year that a line's date is, in ISO 8601; "" for none that exists."""
    match = re.match(r"\d{4}(?:-\d\d(?:-\d\d(?=[T ]|\Z)|\Z)|\Z)", text.strip())
    if match is None:
        return ""
    year, month, day = (*map(int, match[0].split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError:
        return ""
    return match[0]
