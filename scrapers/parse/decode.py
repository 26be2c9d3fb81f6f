"""Decode a response's body into text."""

from archive.models import Problem, ProblemKind
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.charset import DecodedText, decode


def body_encoding(response: FetchedResponse) -> str:
    """Return Python's name of the encoding in which `decode_body` reads a response."""
    return decode(response.body, response.header("Content-Type")).encoding


def decode_body(response: FetchedResponse) -> str:
    """Return the body as text, in the encoding detected by scrapers/parse/charset.py."""
    return _decode(response).text


def check_encoding(response: FetchedResponse) -> list[Problem]:
    """Return a Problem for each reason why the text may have wrong letters."""
    decoded = _decode(response)
    doubts = []
    if decoded.invalid:
        doubts.append(
            (f"{decoded.encoding} in all its bytes", f"{decoded.invalid} broken, shown as U+FFFD")
        )
    if decoded.lost:
        doubts.append(("letters", f"{decoded.lost} that the page itself shows as U+FFFD"))
    if decoded.twice:
        doubts.append(("text encoded once", f"{decoded.twice} letters encoded twice, as “Ã©”"))
    if decoded.likelier:
        found = f"what looks like {decoded.likelier}, read as {decoded.encoding}"
        doubts.append(("letters of the declared encoding", found))
    if decoded.detected_by in {"guess", "default"}:
        doubts.append(("a declared encoding", f"none that fits, read as {decoded.encoding}"))
    elif decoded.detected_by in {"header", "meta"} and len(decoded.declared) > 1:
        found = f"{' and '.join(decoded.declared)}, read as {decoded.encoding}"
        doubts.append(("one declared encoding", found))
    return [
        Problem(
            url=response.capture.url,
            field="encoding",
            expected=expected,
            found=found,
            kind=ProblemKind.BROKEN,
        )
        for expected, found in doubts
    ]


def _decode(response: FetchedResponse) -> DecodedText:
    return decode(response.body, response.header("Content-Type"))
