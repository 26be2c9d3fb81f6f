"""Convert search hits to JSON objects, each with the capture it was read from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.catalogue.version_queries import VersionOrigin
from archive.json_objects import capture_json, passage_json
from archive.models import Capture, Passage
from archive.text.passage import make_passage
from index.engine_interface import EqualStatement, Hit


def hit_passages(hit: Hit) -> list[Passage]:
    """Return the passages of a hit with context; the start of the text if it has none."""
    spans = hit.passages or ((0, min(len(hit.text), 160)),)
    return [make_passage(hit.version, hit.text, start, end) for start, end in spans]


def hits_json(connection: Connection, hits: Sequence[Hit], base: str) -> list[dict[str, Any]]:
    """Return each hit and its capture, with the keys that docs/json.md promises.

    The catalogue is asked twice in all, and for no text: a hit brings its own.
    """
    names = [name for hit in hits for name in (hit.version, *(other.version for other in hit.also))]
    origins = version_queries.origins_by_id(connection, names)
    captures = capture_queries.captures_by_id(connection, [o.capture for o in origins.values()])
    return [
        {
            **_hit_json(hit, origin := origins[hit.version], captures[origin.capture], base),
            "also": [
                _equal_json(other, origin := origins[other.version], captures[origin.capture], base)
                for other in hit.also
            ],
            "also_count": hit.also_count,
        }
        for hit in hits
    ]


def _equal_json(
    other: EqualStatement, origin: VersionOrigin, capture: Capture, base: str
) -> dict[str, Any]:
    """Return a statement that has the same text as a hit."""
    return {
        "statement": other.statement,
        "version": other.version,
        "source": other.source,
        "issuer": other.issuer,
        "title": other.title,
        **_issued_json(other.issued, origin),
        "url": origin.url,
        "current": other.current,
        "transcript": origin.is_transcript,
        "capture": capture_json(capture, base),
    }


def _issued_json(issued: str, origin: VersionOrigin) -> dict[str, Any]:
    """Return a date as the index has it, its instant, and whether it is a guess."""
    return {
        "issued": issued,
        "issued_instant": origin.issued.instant if origin.issued else "",
        "issued_guess": origin.issued.is_guess if origin.issued else False,
    }


def _hit_json(hit: Hit, origin: VersionOrigin, capture: Capture, base: str) -> dict[str, Any]:
    passages = hit_passages(hit)
    return {
        "statement": hit.statement,
        "version": hit.version,
        "source": hit.source,
        "issuer": hit.issuer,
        "title": hit.title,
        **_issued_json(hit.issued, origin),
        "url": origin.url,
        "lang": hit.lang,
        "kind": hit.kind,
        "layer": hit.layer,
        "matched": list(hit.matched),
        "current": hit.current,
        "transcript": origin.is_transcript,
        "passage": passage_json(passages[0]),
        "passages": [passage_json(passage) for passage in passages],
        "title_passages": [
            {"start": start, "end": end, "exact": hit.title[start:end]}
            for start, end in hit.title_passages
        ],
        "capture": capture_json(capture, base),
        "score": hit.score,
    }
