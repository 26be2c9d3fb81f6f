"""What a stranger can check of a statement: its log entry, checkpoint, timestamps, events."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import questions
from archive.errors import ArchiveError
from archive.shapes import capture_json
from onrecord.proving import standing
from onrecord.web.replay.held import held
from onrecord.web.showing import room_of, show

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/proof")
def proof(request: Request, name: str) -> HTMLResponse:
    room = room_of(request)
    home = room.context.home
    with room.catalogue() as connection:
        version = questions.version(connection, name)
        capture = questions.capture(connection, version.capture)
        seen = questions.sightings(connection, version.id)
        events = [
            event
            for each in (version.id, version.statement, capture.id)
            for event in questions.events(connection, each)
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
