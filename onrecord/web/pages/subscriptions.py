"""A search taken elsewhere: Atom, JSON Feed, OpenSearch."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from onrecord.statements.search import hits_json
from onrecord.web import feeds
from onrecord.web.render import archive_of
from onrecord.web.search_params import SearchParams, SearchParamsOf
from onrecord.web.security import origin_of

router = APIRouter(include_in_schema=False)
_MOST = 50


@router.get("/feed.atom")
def atom(request: Request, asked: SearchParamsOf) -> Response:
    root, hits = origin_of(str(request.url)), _newest(request, asked)
    text = feeds.atom(root, asked.address("/feed.atom"), asked.q, hits)
    return Response(text, media_type="application/atom+xml")


@router.get("/feed.json")
def json_feed(request: Request, asked: SearchParamsOf) -> Response:
    root, hits = origin_of(str(request.url)), _newest(request, asked)
    feed = feeds.json_feed(root, asked.address("/feed.json"), asked.q, hits)
    return JSONResponse(feed, media_type="application/feed+json")


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    text = feeds.opensearch(origin_of(str(request.url)))
    return Response(text, media_type="application/opensearchdescription+xml")


def _newest(request: Request, asked: SearchParams) -> list[dict[str, Any]]:
    room = archive_of(request)
    with room.engine() as engine:
        found = engine.search(
            asked.query(), limit=_MOST, order="newest", layer=asked.layer, facets=False
        )
    with room.catalogue() as connection:
        return hits_json(connection, found.hits, room.memento_base)
