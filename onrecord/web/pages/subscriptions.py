"""A search as Atom feed and JSON Feed, and the OpenSearch description."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from onrecord.statements.run_search import hits_json
from onrecord.web import feeds
from onrecord.web.render import archive_of
from onrecord.web.search_params import FormSearchParams, SearchParams
from onrecord.web.security import origin_of

router = APIRouter(include_in_schema=False)
_MAX_FEED_ITEMS = 50


@router.get("/feed.atom")
def atom(request: Request, params: FormSearchParams) -> Response:
    origin, hits = origin_of(str(request.url)), _search_newest(request, params)
    text = feeds.atom_feed(origin, params.address("/feed.atom"), params.q, hits)
    return Response(text, media_type="application/atom+xml")


@router.get("/feed.json")
def json_feed(request: Request, params: FormSearchParams) -> Response:
    origin, hits = origin_of(str(request.url)), _search_newest(request, params)
    feed = feeds.json_feed(origin, params.address("/feed.json"), params.q, hits)
    return JSONResponse(feed, media_type="application/feed+json")


@router.get("/opensearch.xml")
def opensearch(request: Request) -> Response:
    text = feeds.opensearch_description(origin_of(str(request.url)))
    return Response(text, media_type="application/opensearchdescription+xml")


def _search_newest(request: Request, params: SearchParams) -> list[dict[str, Any]]:
    archive = archive_of(request)
    query = params.query(archive)
    with archive.engine() as engine:
        results = engine.search(
            query,
            limit=_MAX_FEED_ITEMS,
            order="newest",
            layer=params.layer,
            group_equal=True,
            facets=False,
        )
    with archive.catalogue() as connection:
        return hits_json(connection, results.hits, archive.memento_base)
