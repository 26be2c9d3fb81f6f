"""One capture: what came of it, whether its bytes are still those, and the page in its box."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import capture_queries, version_queries
from archive.errors import ArchiveError
from archive.json_objects import capture_json
from archive.models import Capture, Outcome, Role
from onrecord.web.render import archive_of, memento_path, render
from onrecord.web.replay.verified_body import verified_body

router = APIRouter(include_in_schema=False)


@router.get("/capture/{name}")
def capture(request: Request, name: str) -> HTMLResponse:
    room = archive_of(request)
    with room.catalogue() as connection:
        found = capture_queries.capture(connection, name)
        others = capture_queries.captures_at(connection, found.url)
        said = version_queries.version_ids_in_capture(connection, name)
        problem = _problem(room.context.home.warc, found)
    return render(
        request,
        "capture.html",
        capture=found,
        facts=capture_json(found, room.memento_base),
        memento=memento_path(found),
        others=others,
        versions=said,
        problem=problem,
        shown=not problem and found.status is not None and found.role is not Role.TRANSCRIPT,
    )


@router.get("/quarantine/{name}")
def quarantine(request: Request, name: str) -> HTMLResponse:
    """Show a suspect capture beside the last good one of the same address."""
    room = archive_of(request)
    with room.catalogue() as connection:
        found = capture_queries.capture(connection, name)
        others = capture_queries.captures_at(connection, found.url)
    good = [each for each in others if each.outcome is Outcome.OK and each.id != found.id]
    before = max(good, key=lambda each: each.captured, default=None)
    sides = [(each, memento_path(each)) for each in (found, before) if each is not None]
    return render(request, "quarantine.html", capture=found, sides=sides)


def _problem(folder: Path, found: Capture) -> str:
    """Return what is wrong with a capture's bytes, "" where they are as recorded."""
    try:
        verified_body(folder, found)
    except ArchiveError as error:
        return str(error)
    return ""
