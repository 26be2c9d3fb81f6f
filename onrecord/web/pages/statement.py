"""One statement: its words, its versions, what is known of it and where that comes from."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from archive.catalogue import capture_queries, version_queries
from archive.citations import STYLES
from archive.json_objects import capture_json
from archive.models import Version
from archive.statement_links import StatementLink
from archive.urls.text_fragment import text_fragment
from onrecord.statements.cite import url_status
from onrecord.statements.translations import find_translations
from onrecord.web.highlight import paragraphs
from onrecord.web.render import archive_of, memento_path, render

router = APIRouter(include_in_schema=False)
Place = Annotated[int, Query(ge=0)]


@router.get("/statement/{name}")
def statement(request: Request, name: str, start: Place = 0, end: Place = 0) -> HTMLResponse:
    room = archive_of(request)
    with room.catalogue() as connection:
        version = version_queries.version(connection, name)
        versions = version_queries.versions(connection, version.statement)
        capture = capture_queries.capture(connection, version.capture)
        others = find_translations(connection, version, room.sources.get(version.source))
        links = [link for link in room.links() if version.statement in (link.subject, link.object)]
        titles = _titles(connection, links)
        live = url_status(capture_queries.captures_at(connection, version.reading.url))
    text = version.reading.text
    marked = (start, end) if start < end <= len(text) else None
    return render(
        request,
        "statement.html",
        version=version,
        reading=version.reading,
        versions=versions,
        newest=max(versions, key=lambda each: (each.last_seen, each.first_seen)),
        capture=capture,
        provenance=capture_json(capture, room.memento_base),
        memento=memento_path(capture),
        fragment=text_fragment(text, *marked) if marked else "",
        siblings=others,
        links=links,
        titles=titles,
        live=live.value,
        paragraphs=paragraphs(text, [marked] if marked else []),
        quote=text[marked[0] : marked[1]] if marked else "",
        styles=STYLES.names(),
        style=room.context.settings.style,
    )


def _titles(connection: Connection, links: list[StatementLink]) -> dict[str, Version]:
    names = {name for link in links for name in (link.subject, link.object)}
    return {name: version_queries.version(connection, name) for name in names}
