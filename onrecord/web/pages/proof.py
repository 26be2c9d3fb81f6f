"""The proof page of a statement: log entry, checkpoint, timestamps, events, evidence pack."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from archive.catalogue import capture_queries, event_queries, version_queries
from archive.catalogue.vouched.require_vouched import require_vouched
from archive.errors import ArchiveError
from archive.json_objects import capture_json
from archive.pack.write_pack import zip_pack
from onrecord.evidence.make_proof import find_log_proof
from onrecord.evidence.pack import make_pack
from onrecord.evidence.record_export import READING_ROOM, record_export
from onrecord.web.render import archive_of, render
from onrecord.web.replay.verified_body import read_verified_body
from onrecord.web.thread_pool import in_thread_pool

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/proof")
@in_thread_pool
def proof(request: Request, name: str) -> HTMLResponse:
    archive = archive_of(request)
    home = archive.context.home
    with archive.catalogue() as connection:
        version = version_queries.version(connection, name)
        require_vouched(connection, home, version.id, is_shown=True)
        capture = capture_queries.capture(connection, version.capture)
        sightings = capture_queries.sightings(connection, version.id)
        events = [
            event
            for object_id in (version.id, version.statement, capture.id)
            for event in event_queries.events(connection, object_id)
        ]
    problem = ""
    try:
        read_verified_body(home.warc, capture)
    except ArchiveError as error:
        problem = str(error)
    return render(
        request,
        "proof.html",
        version=version,
        capture=capture,
        facts=capture_json(capture, archive.memento_base),
        log_proof=find_log_proof(home, capture.id),
        problem=problem,
        sightings=sightings,
        events=sorted(events, key=lambda event: event.when),
    )


@router.post("/statement/{name}/pack")
@in_thread_pool
def pack(
    request: Request, name: str, quote: Annotated[str, Query(max_length=5000)] = ""
) -> Response:
    """Return the evidence pack that `onrecord prove` writes, as a zip file."""
    archive = archive_of(request)
    with archive.catalogue() as connection:
        evidence = make_pack(connection, archive.context.home, name, quote, archive.memento_base)
        statement = evidence.version.partition("@")[0]
        record_export(archive.context.home, "pack", READING_ROOM, [statement], archive.context.warn)
    file_name = re.sub(r"[^A-Za-z0-9.-]+", "_", evidence.version)
    headers = {"Content-Disposition": f'attachment; filename="{file_name}.zip"'}
    return Response(zip_pack(evidence.files), media_type="application/zip", headers=headers)
