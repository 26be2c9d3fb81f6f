"""What a stranger can check of a statement: its log entry, checkpoint, timestamps, events."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from archive.catalogue import queries
from archive.errors import ArchiveError
from archive.json_objects import capture_json
from archive.pack.write import zipped
from onrecord.evidence.pack import packed
from onrecord.evidence.proof import standing
from onrecord.web.render import room_of, show
from onrecord.web.replay.verified_body import held
from onrecord.web.thread_pool import slowly

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/proof")
@slowly
def proof(request: Request, name: str) -> HTMLResponse:
    room = room_of(request)
    home = room.context.home
    with room.catalogue() as connection:
        version = queries.version(connection, name)
        capture = queries.capture(connection, version.capture)
        seen = queries.sightings(connection, version.id)
        events = [
            event
            for each in (version.id, version.statement, capture.id)
            for event in queries.events(connection, each)
        ]
    problem = ""
    try:
        held(home.warc, capture)
    except ArchiveError as error:
        problem = str(error)
    return show(
        request,
        "proof.html",
        version=version,
        capture=capture,
        facts=capture_json(capture, room.memento_base),
        standing=standing(home, capture.id),
        problem=problem,
        sightings=seen,
        events=sorted(events, key=lambda event: event.when),
    )


@router.post("/statement/{name}/pack")
@slowly
def pack(
    request: Request, name: str, quote: Annotated[str, Query(max_length=5000)] = ""
) -> Response:
    """Return the evidence pack, as `onrecord prove` makes it, in a zip file."""
    room = room_of(request)
    with room.catalogue() as connection:
        made = packed(connection, room.context.home, name, quote, room.memento_base)
    named = re.sub(r"[^A-Za-z0-9.-]+", "_", made.version)
    headers = {"Content-Disposition": f'attachment; filename="{named}.zip"'}
    return Response(zipped(made.files), media_type="application/zip", headers=headers)
