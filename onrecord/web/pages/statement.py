"""The page of one statement: text, versions, translations, links and provenance."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import Connection

from archive.catalogue import capture_queries, rereading_table, version_queries
from archive.citations import STYLES
from archive.json_objects import capture_json
from archive.models import Version
from archive.statement_links import StatementLink
from archive.urls.text_fragment import text_fragment
from onrecord.statements.cite_statement import url_status
from onrecord.statements.translations import find_translations
from onrecord.web.highlight import paragraphs
from onrecord.web.render import archive_of, memento_path, render

router = APIRouter(include_in_schema=False)
Offset = Annotated[int, Query(ge=0)]


@router.get("/statement/{name}")
def statement(request: Request, name: str, start: Offset = 0, end: Offset = 0) -> HTMLResponse:
    archive = archive_of(request)
    with archive.catalogue() as connection:
        version = version_queries.version(connection, name)
        versions = version_queries.versions(connection, version.statement)
        formerly = rereading_table.rereadings_into(connection, version.id)
        notices = version_queries.notices(connection, version.id)
        capture = capture_queries.capture(connection, version.capture)
        translations = find_translations(connection, version, archive.sources.get(version.source))
        links = [
            link for link in archive.links() if version.statement in (link.subject, link.object)
        ]
        linked_versions = _linked_versions(connection, links)
        status = url_status(capture_queries.captures_at(connection, version.reading.url))
    text = version.reading.text
    span = (start, end) if start < end <= len(text) else None
    return render(
        request,
        "statement.html",
        version=version,
        reading=version.reading,
        versions=versions,
        formerly=formerly,
        notices=notices,
        newest=max(versions, key=lambda version: (version.last_seen, version.first_seen)),
        capture=capture,
        provenance=capture_json(capture, archive.memento_base),
        memento=memento_path(capture),
        fragment=text_fragment(text, *span) if span else "",
        translations=translations,
        links=links,
        linked_versions=linked_versions,
        url_status=status.value,
        paragraphs=paragraphs(text, [span] if span else []),
        quote=text[span[0] : span[1]] if span else "",
        styles=STYLES.names(),
        style=archive.context.settings.style,
    )


def _linked_versions(connection: Connection, links: list[StatementLink]) -> dict[str, Version]:
    names = {name for link in links for name in (link.subject, link.object)}
    return {name: version_queries.version(connection, name) for name in names}
