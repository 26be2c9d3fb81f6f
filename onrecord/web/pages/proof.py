"""What a stranger can check of a statement: its log entry, checkpoint, timestamps, events."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from archive.catalogue import capture_queries, catalogue_facts, version_queries
from archive.errors import ArchiveError
from archive.json_objects import capture_json
from archive.pack.write import zip_pack
from onrecord.evidence.pack import make_pack
from onrecord.evidence.proof import find_log_proof
from onrecord.web.render import archive_of, render
from onrecord.web.replay.verified_body import verified_body
from onrecord.web.thread_pool import in_thread_pool

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/proof")
@in_thread_pool
def proof(request: Request, name: str) -> HTMLResponse:
    room = archive_of(request)
    home = room.context.home
    with room.catalogue() as connection:
        version = version_queries.version(connection, name)
        capture = capture_queries.capture(connection, version.capture)
        seen = capture_queries.sightings(connection, version.id)
        events = [
            event
            for each in (version.id, version.statement, capture.id)
            for event in catalogue_facts.events(connection, each)
        ]
    problem = ""
    try:
        verified_body(home.warc, capture)
    except ArchiveError as error:
        problem = str(error)
    return render(
        request,
        "proof.html",
        version=version,
        capture=capture,
        facts=capture_json(capture, room.memento_base),
        standing=find_log_proof(home, capture.id),
        problem=problem,
        sightings=seen,
        events=sorted(events, key=lambda event: event.when),
    )


@router.post("/statement/{name}/pack")
@in_thread_pool
def pack(
    request: Request, name: str, quote: Annotated[str, Query(max_length=5000)] = ""
) -> Response:
    """Return the evidence pack, as `onrecord prove` makes it, in a zip file."""
    room = archive_of(request)
    with room.catalogue() as connection:
        made = make_pack(connection, room.context.home, name, quote, room.memento_base)
    named = re.sub(r"[^A-Za-z0-9.-]+", "_", made.version)
    headers = {"Content-Disposition": f'attachment; filename="{named}.zip"'}
    return Response(zip_pack(made.files), media_type="application/zip", headers=headers)
