"""Check: paste an article, and see where each quotation in it comes from. Nothing is kept."""

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
from index.quotes.resolve import Resolver
from onrecord.quotations.check import annotate, check_article, search_scope
from onrecord.quotations.json_report import checked_json, search_scope_json
from onrecord.web.highlight import Piece
from onrecord.web.read_only_archive import ReadOnlyArchive
from onrecord.web.render import archive_of, render
from onrecord.web.thread_pool import in_thread_pool

router = APIRouter()
_MOST = 500_000  # characters of an article: a long report
Kind = Literal["", "html", "markdown", "text"]


class Given(BaseModel):
    """An article, or one quotation by itself."""

    text: str = Field(default="", max_length=_MOST)
    quote: str = Field(default="", max_length=20_000)
    kind: Kind = ""


class Report(BaseModel):
    """Each quotation with its verdict; docs/json.md says what it holds."""

    quotations: list[dict[str, Any]]
    coverage: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A checked quotation and its words with what was changed in them."""

    said: dict[str, Any]
    pieces: tuple[Piece, ...]


def check(room: ReadOnlyArchive, given: Given) -> Report:
    """Return what is found of every quotation in what was given."""
    with room.engine() as engine, room.catalogue() as connection:
        resolver = Resolver(engine)
        coverage = search_scope_json(search_scope(connection, engine.count()))
        if given.quote:
            every = [annotate(connection, resolver.resolve(given.quote))]
        else:
            data = given.text.encode()
            text = shared_sandbox().call(read_article, data, "the text", given.kind)
            every = list(check_article(connection, resolver, find_quotations(text)))
    return Report(quotations=[checked_json(one, coverage) for one in every], coverage=coverage)


@router.post("/api/v1/check", responses={400: {}, 413: {}, 422: {}})
@in_thread_pool
def api(request: Request, given: Given) -> Report:
    """Find the source of every quotation in `text`, or of `quote`. Nothing is stored."""
    return check(archive_of(request), given)


@router.get("/check", include_in_schema=False)
def form(request: Request, text: Annotated[str, Query(max_length=20_000)] = "") -> HTMLResponse:
    return render(request, "check.html", text=text, report=None, shown=[], verdicts=[])


@router.post("/check", include_in_schema=False)
async def checked(request: Request) -> Response:
    body = await request.body()
    return await _answer(request, body)


@in_thread_pool
def _answer(request: Request, body: bytes) -> HTMLResponse:
    text = _text(body)
    if not text:
        return render(request, "check.html", text="", report=None, shown=[], verdicts=[])
    room = archive_of(request)
    report = check(room, Given(text=text))
    if not report.quotations and len(text) <= 2000:
        report = check(room, Given(quote=text))  # no marks: the whole of it is the quotation
    shown = [Shown(said=one, pieces=tuple(words(one))) for one in report.quotations]
    verdicts = Counter(one["verdict"] for one in report.quotations).most_common()
    return render(request, "check.html", text=text, report=report, shown=shown, verdicts=verdicts)


def _text(body: bytes) -> str:
    try:
        fields = parse_qs(body.decode(), max_num_fields=4)
    except ValueError as error:
        raise FormatError("the form: expected text in UTF-8, found something else") from error
    return fields.get("text", [""])[0].strip()[:_MOST]


def words(said: dict[str, Any]) -> list[Piece]:
    """Return a quotation's words; struck out what the source has, underlined what was put there."""
    quote, at = said["quote"], 0
    found: list[Piece] = []
    for edit in sorted(said["changes"], key=lambda each: each["after_start"]):
        start, end = edit["after_start"], edit["after_end"]
        if start < at:
            continue
        found += [
            Piece(quote[at:start]),
            Piece(edit["before"], "del"),
            Piece(quote[start:end], "ins"),
        ]
        at = end
    found.append(Piece(quote[at:]))
    return [piece for piece in found if piece.text]
