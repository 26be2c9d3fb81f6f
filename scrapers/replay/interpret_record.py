"""Interpret records of foreign WARC files as captures: their outcome, body and our metadata."""

from archive.models import Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata, ImportOrigin, parse_metadata
from archive.warc.digests import sha256_hex
from archive.warc.record_reader import Record
from scrapers.fetch.classify.classify_response import judge_response
from scrapers.fetch.response import InterpretedResponse, interpret_response
from scrapers.replay.file_contents import RecordedExchange
from scrapers.replay.stated_digest import payload_digest_doubt
from scrapers.webarchives.replayed_copy import find_memento


def is_not_modified(revisit: Record) -> bool:
    """Say whether a revisit is a server's word that nothing changed: it needs no body."""
    response = interpret_response(revisit.block).response
    return bool(response and response.status == 304)


def interpret_record(record: Record) -> InterpretedResponse:
    """Interpret `record`, which is not a revisit, as a response."""
    if record.header.kind == "metadata":
        metadata = parse_metadata(record.block)
        outcome = metadata.outcome if metadata else Outcome.NETWORK_ERROR
        note = metadata.note if metadata else ""
        return InterpretedResponse(
            response=None, body=b"", payload_sha256="", outcome=outcome, note=note
        )
    if record.header.kind == "resource":
        body = record.block
        outcome, note = judge_response(
            None, (("Content-Type", record.header.get("Content-Type")),), body
        )
        digest = sha256_hex(body) if body else ""
        return InterpretedResponse(
            response=None, body=body, payload_sha256=digest, outcome=outcome, note=note
        )
    truncated = record.header.get("WARC-Truncated")
    cut_note = f"cut off by the tool that captured it (WARC-Truncated: {truncated})"
    return interpret_response(record.block, truncated, cut_note=cut_note if truncated else "")


def capture_metadata(
    exchange: RecordedExchange,
    record: Record,
    source: str,
    role: Role,
    interpreted: InterpretedResponse,
) -> CaptureMetadata:
    """Return our metadata on a record of a foreign file."""
    status = interpreted.response.status if interpreted.response else None
    return CaptureMetadata(
        role=role,
        outcome=interpreted.outcome,
        source=source,
        note="; ".join(filter(None, (interpreted.note, payload_digest_doubt(record)))),
        payload_sha256=interpreted.payload_sha256,
        origin=ImportOrigin(
            name=exchange.file.name,
            sha256=exchange.file.sha256,
            offset=exchange.file.original_offset(exchange.offset),
        ),
        memento=find_memento(record.header.url, status, interpreted.headers),
    )
