"""Citations of a statement, or of words of it, in every style."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from archive.citations import STYLES
from archive.errors import QuoteError
from onrecord.output import clean
from onrecord.statements.cite import citation_data, find_passage
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/cite")
def cite(
    request: Request,
    name: str,
    quote: Annotated[str, Query(max_length=5000)] = "",
    style: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    room = archive_of(request)
    wanted = style if style in STYLES.names() else room.context.settings.style
    missing: QuoteError | None = None
    with room.catalogue() as connection:
        try:
            chosen = find_passage(connection, name, quote.strip())
        except QuoteError as error:
            missing = error
            chosen = find_passage(connection, name, "")
        facts = citation_data(connection, chosen, room.memento_base)
    names = [wanted, *(each for each in STYLES.names() if each != wanted)]
    return render(
        request,
        "cite.html",
        404 if missing else 200,
        name=name,
        version=chosen.version,
        passage=chosen.passage,
        fragment=facts.fragment,
        memento=facts.memento,
        quote=quote,
        missing=missing,
        style=wanted,
        styles=STYLES.names(),
        citations=[] if missing else [(s, clean(STYLES.load(s)(facts)).strip()) for s in names],
    )
