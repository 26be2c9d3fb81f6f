"""JSON objects in the output of commands and the web API; docs/json.md promises their keys."""

from typing import Any

from archive.models import Capture, Notice, Passage, Version
from archive.text.diff import Change
from archive.text.rereading import Rereading
from archive.urls.memento import memento_url


def format_utc(moment: Any) -> str:
    """Return an instant as RFC 3339 in UTC, with microseconds if it has any."""
    text: str = moment.isoformat().replace("+00:00", "Z")
    return text


def version_json(version: Version) -> dict[str, Any]:
    reading = version.reading
    issued = reading.issued
    return {
        "statement": version.statement,
        "version": version.id,
        "source": version.source,
        "title": reading.title,
        "issued": issued.value if issued else "",
        "issued_instant": issued.instant if issued else "",
        "issued_precision": issued.precision if issued else "",
        "issued_printed": issued.printed if issued else "",
        "issued_from": issued.read_from if issued else "",
        "issued_guess": issued.is_guess if issued else False,
        "modified": reading.modified,
        "issuer": reading.issuer,
        "publisher": reading.publisher,
        "speakers": list(reading.speakers),
        "signatories": list(reading.signatories),
        "venue": reading.venue,
        "lang": reading.lang,
        "kind": reading.kind,
        "identifier": reading.identifier,
        "url": reading.url,
        "translations": [{"lang": lang, "url": url} for lang, url in reading.translations],
        "text": reading.text,
        "text_sha256": reading.text_sha256,
        "first_seen": format_utc(version.first_seen),
        "last_seen": format_utc(version.last_seen),
        "reader": reading.reader,
        "capture": version.capture,
        "transcript": version.transcript,
    }


def capture_json(capture: Capture, base: str) -> dict[str, Any]:
    return {
        "id": capture.id,
        "captured": format_utc(capture.captured),
        "url": capture.url,
        "sha256": capture.payload_sha256,
        "memento": memento_url(base, capture),
        "warc": capture.stored.warc,
        "offset": capture.stored.offset,
        "length": capture.stored.length,
        "outcome": capture.outcome.value,
        "taken_from": capture.taken_from,
        "archived": format_utc(capture.memento.archived) if capture.memento else "",
        "archived_by": capture.memento.archive if capture.memento else "",
        "original": capture.memento.original if capture.memento else "",
    }


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "text": notice.text,
        "capture": notice.capture,
        "first_seen": format_utc(notice.first_seen),
        "last_seen": format_utc(notice.last_seen),
    }


def rereading_json(rereading: Rereading) -> dict[str, Any]:
    return {
        "version": rereading.former,
        "read_anew": format_utc(rereading.when),
        "reader": rereading.reader,
        "changes": [
            {"before": change.before, "after": change.after} for change in rereading.changes
        ],
        "change_count": rereading.change_count,
    }


def passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "start": passage.start,
        "end": passage.end,
        "exact": passage.exact,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
    }


def change_json(change: Change) -> dict[str, Any]:
    return {
        "op": change.op,
        "before": change.before,
        "after": change.after,
        "before_start": change.before_start,
        "before_end": change.before_end,
        "after_start": change.after_start,
        "after_end": change.after_end,
        "sorts": [kind.value for kind in change.kinds],
    }
