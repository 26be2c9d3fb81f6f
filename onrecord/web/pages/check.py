"""The check page and its API: find the source of each quotation in a text. Nothing is stored."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from archive.errors import FormatError
from archive.sandbox.pool import shared_sandbox
from index.quotes.article.article_text import read_article
from index.quotes.article.find_quotations import find_quotations
from index.quotes.resolve_quotation import Resolver
from onrecord.quotations.check_text import annotate, check_article, search_scope
from onrecord.quotations.json_report import checked_json, search_scope_json
from onrecord.web.highlight import Piece
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.thread_pool import in_thread_pool

router = APIRouter()
_MAX_ARTICLE_CHARS = 500_000  # a long report
Kind = Literal["", "html", "markdown", "text"]


class CheckRequest(BaseModel):
    """An article in `text`, or one quotation in `quote`."""

    text: str = Field(default="", max_length=_MAX_ARTICLE_CHARS)
    quote: str = Field(default="", max_length=20_000)
    kind: Kind = ""


class Report(BaseModel):
    """Each quotation with its verdict; docs/json.md describes the fields."""

    quotations: list[dict[str, Any]]
    coverage: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuotation:
    """A checked quotation, as in docs/json.md, and its words with the changes highlighted."""

    result: dict[str, Any]
    pieces: tuple[Piece, ...]


def check_text(archive: ReadOnlyArchive, request: CheckRequest) -> Report:
    """Return the verdict on every quotation in the request."""
    with archive.engine() as engine, archive.catalogue() as connection:
        resolver = Resolver(engine)
        coverage = search_scope_json(search_scope(connection, engine.count()))
        if request.quote:
            results = [annotate(connection, resolver.resolve(request.quote))]
        else:
            data = request.text.encode()
            text = shared_sandbox().call(read_article, data, "the text", request.kind)
            results = list(check_article(connection, resolver, find_quotations(text)))
    return Report(
        quotations=[checked_json(result, coverage) for result in results], coverage=coverage
    )


@router.post("/api/v1/check", responses={400: {}, 413: {}, 422: {}})
@in_thread_pool
def check_api(request: Request, body: CheckRequest) -> Report:
    """Find the source of every quotation in `text`, or of `quote`. Nothing is stored."""
    return check_text(archive_of(request), body)


@router.get("/check", include_in_schema=False)
def form(request: Request, text: Annotated[str, Query(max_length=20_000)] = "") -> HTMLResponse:
    return render(request, "check.html", text=text, report=None, quotations=[], verdict_counts=[])


@router.post("/check", include_in_schema=False)
async def submit(request: Request) -> Response:
    body = await request.body()
    return await _render_report(request, body)


@in_thread_pool
def _render_report(request: Request, body: bytes) -> HTMLResponse:
    text = _submitted_text(body)
    if not text:
        return render(request, "check.html", text="", report=None, quotations=[], verdict_counts=[])
    archive = archive_of(request)
    report = check_text(archive, CheckRequest(text=text))
    if not report.quotations and len(text) <= 2000:
        # A short text without quotation marks is one quotation.
        report = check_text(archive, CheckRequest(quote=text))
    quotations = [
        ShownQuotation(result=result, pieces=tuple(quotation_pieces(result)))
        for result in report.quotations
    ]
    verdict_counts = Counter(result["verdict"] for result in report.quotations).most_common()
    return render(
        request,
        "check.html",
        text=text,
        report=report,
        quotations=quotations,
        verdict_counts=verdict_counts,
    )


def _submitted_text(body: bytes) -> str:
    try:
        fields = parse_qs(body.decode(), max_num_fields=4)
    except ValueError as error:
        raise FormatError("the form: expected text in UTF-8, found something else") from error
    return fields.get("text", [""])[0].strip()[:_MAX_ARTICLE_CHARS]


def quotation_pieces(result: dict[str, Any]) -> list[Piece]:
    """Return a quotation's words: those of the source as deleted, those changed as inserted."""
    quote, position = result["quote"], 0
    pieces: list[Piece] = []
    for change in sorted(result["changes"], key=lambda change: change["after_start"]):
        start, end = change["after_start"], change["after_end"]
        if start < position:
            continue
        pieces += [
            Piece(quote[position:start]),
            Piece(change["before"], "del"),
            Piece(quote[start:end], "ins"),
        ]
        position = end
    pieces.append(Piece(quote[position:]))
    return [piece for piece in pieces if piece.text]
