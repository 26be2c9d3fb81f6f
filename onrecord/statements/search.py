"""Hits of a search as JSON objects, each with the capture that it was read from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.json_objects import capture_json, passage_json
from archive.models import Capture, Passage, Version
from archive.text.passage import make_passage
from index.engine import Hit


def passages_of(hit: Hit) -> list[Passage]:
    """Return where a hit's words stand, with their surroundings; the first where none does."""
    places = hit.passages or ((0, min(len(hit.text), 160)),)
    return [make_passage(hit.version, hit.text, start, end) for start, end in places]


def hit_json(connection: Connection, hit: Hit, base: str) -> dict[str, Any]:
    """Return a hit with the capture it stands on, with the keys that docs/json.md promises."""
    return hits_json(connection, [hit], base)[0]


def hits_json(connection: Connection, hits: Sequence[Hit], base: str) -> list[dict[str, Any]]:
    """Return `hit_json` of every hit, asking the catalogue twice in all."""
    versions = version_queries.versions_by_id(connection, [hit.version for hit in hits])
    captures = capture_queries.captures_by_id(connection, [v.capture for v in versions.values()])
    return [
        _hit_json(hit, version := versions[hit.version], captures[version.capture], base)
        for hit in hits
    ]


def _hit_json(hit: Hit, version: Version, capture: Capture, base: str) -> dict[str, Any]:
    places = passages_of(hit)
    return {
        "statement": hit.statement,
        "version": hit.version,
        "source": hit.source,
        "issuer": hit.issuer,
        "title": hit.title,
        "issued": hit.issued,
        "url": version.reading.url,
        "lang": hit.lang,
        "kind": hit.kind,
        "layer": hit.layer,
        "current": hit.current,
        "transcript": version.transcript,
        "passage": passage_json(places[0]),
        "passages": [passage_json(place) for place in places],
        "capture": capture_json(capture, base),
        "score": hit.score,
    }
