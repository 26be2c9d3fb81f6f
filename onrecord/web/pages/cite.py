"""The page that cites a statement, or a passage of it, in every style."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from archive.citations import STYLES
from archive.errors import QuoteError
from onrecord.print_output import clean
from onrecord.statements.cite_statement import citation_data, find_passage, require_cited
from onrecord.web.render import archive_of, render

router = APIRouter(include_in_schema=False)


@router.get("/statement/{name}/cite")
def cite(
    request: Request,
    name: str,
    quote: Annotated[str, Query(max_length=5000)] = "",
    style: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    archive = archive_of(request)
    chosen_style = style if style in STYLES.names() else archive.context.settings.style
    quote_error: QuoteError | None = None
    with archive.catalogue() as connection:
        try:
            passage = find_passage(connection, name, quote.strip())
        except QuoteError as error:
            quote_error = error
            passage = find_passage(connection, name, "")
        require_cited(connection, archive.context.home, passage)
        facts = citation_data(connection, passage, archive.memento_base)
    names = [chosen_style, *(other for other in STYLES.names() if other != chosen_style)]
    return render(
        request,
        "cite.html",
        404 if quote_error else 200,
        version=passage.version,
        passage=passage.passage,
        fragment=facts.fragment,
        memento=facts.memento,
        quote=quote,
        quote_error=quote_error,
        style=chosen_style,
        styles=STYLES.names(),
        citations=[]
        if quote_error
        else [(style_name, clean(STYLES.load(style_name)(facts)).strip()) for style_name in names],
    )
