"""Search: an engine in step with the catalogue, and hits with the captures they stand on."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from archive.catalogue import queries
from archive.json_objects import capture_json, passage_json
from archive.models import Capture, Passage, Version
from archive.text.passage import passage
from index.engine import Engine, Hit
from index.engines import ENGINES
from index.sync import follows, sync
from onrecord.context import Context


@contextmanager
def engine_in_step(context: Context) -> Iterator[Engine]:
    """Yield the engine that the settings name, after it has caught up with the catalogue."""
    folder = context.home.index
    opener = ENGINES.load(context.settings.engine)
    with context.catalogue() as connection:
        engine = opener(folder)
        try:
            if not follows(connection, engine):
                engine.close()
                shutil.rmtree(folder)
                engine = opener(folder)
            sync(connection, engine)
            yield engine
        finally:
            engine.close()


def passages_of(hit: Hit) -> list[Passage]:
    """Return where a hit's words stand, with their surroundings; the first where none does."""
    places = hit.passages or ((0, min(len(hit.text), 160)),)
    return [passage(hit.version, hit.text, start, end) for start, end in places]


def hit_json(connection: Connection, hit: Hit, base: str) -> dict[str, Any]:
    """Return a hit with the capture it stands on, with the keys that docs/json.md promises."""
    return hits_json(connection, [hit], base)[0]


def hits_json(connection: Connection, hits: Sequence[Hit], base: str) -> list[dict[str, Any]]:
    """Return `hit_json` of every hit, asking the catalogue twice in all."""
    versions = queries.versions_called(connection, [hit.version for hit in hits])
    captures = queries.captures_called(connection, [v.capture for v in versions.values()])
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
