"""The pages of one capture: its outcome, a check of its bytes, and the archived page in a frame."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from archive.catalogue import capture_queries, version_queries
from archive.errors import ArchiveError
from archive.json_objects import capture_json
from archive.models import Capture, Outcome, Role
from onrecord.web.render import archive_of, memento_path, render
from onrecord.web.replay.verified_body import read_verified_body

router = APIRouter(include_in_schema=False)


@router.get("/capture/{name}")
def capture(request: Request, name: str) -> HTMLResponse:
    archive = archive_of(request)
    with archive.catalogue() as connection:
        record = capture_queries.capture(connection, name)
        same_address = capture_queries.captures_at(connection, record.url)
        versions = version_queries.version_ids_in_capture(connection, name)
        problem = _find_problem(archive.context.home.warc, record)
    return render(
        request,
        "capture.html",
        capture=record,
        facts=capture_json(record, archive.memento_base),
        memento=memento_path(record),
        same_address=same_address,
        versions=versions,
        problem=problem,
        is_shown=not problem and record.status is not None and record.role is not Role.TRANSCRIPT,
    )


@router.get("/quarantine/{name}")
def quarantine(request: Request, name: str) -> HTMLResponse:
    """Show a suspect capture beside the latest successful one of the same address."""
    archive = archive_of(request)
    with archive.catalogue() as connection:
        capture_shown = capture_queries.capture(connection, name)
        same_address = capture_queries.captures_at(connection, capture_shown.url)
    successful = [
        other
        for other in same_address
        if other.outcome is Outcome.OK and other.id != capture_shown.id
    ]
    previous = max(successful, key=lambda other: other.captured, default=None)
    sides = [
        (other, memento_path(other)) for other in (capture_shown, previous) if other is not None
    ]
    return render(request, "quarantine.html", capture=capture_shown, sides=sides)


def _find_problem(folder: Path, capture: Capture) -> str:
    """Return what is wrong with a capture's bytes; "" if they are as recorded."""
    try:
        read_verified_body(folder, capture)
    except ArchiveError as error:
        return str(error)
    return ""
