"""A capture's bytes, compared with their recorded digests before anybody sees them."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from archive.errors import FixityError
from archive.models import Capture
from archive.warc.digests import sha256_hex
from archive.warc.exchanges import ArchivedExchange
from archive.warc.record_reader import read_stored_bytes
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body

MAX_SHOWN = 16 << 20  # bytes of a body, content decoding done


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedBody:
    """What a server sent, as recorded."""

    capture: Capture
    exchange: ArchivedExchange

    def header(self, name: str) -> str:
        """Return the first header called `name`, "" for none."""
        found = (v for k, v in self.exchange.headers if k.lower() == name.lower())
        return next(found, "")

    @property
    def coding(self) -> str:
        return self.header("Content-Encoding").strip().lower()

    @property
    def location(self) -> str:
        """Return where a redirect leads, as an absolute address; "" for none."""
        said = self.header("Location")
        status = self.capture.status or 0
        return urljoin(self.capture.url, said) if said and 300 <= status < 400 else ""

    def body(self) -> bytes:
        """Return the body without content coding; LimitError where it is too large to show."""
        return self.exchange.body(MAX_SHOWN)

    def text(self) -> str:
        headers = self.exchange.headers
        return decode_body(FetchedResponse(capture=self.capture, headers=headers, body=self.body()))


def verified_body(folder: Path, capture: Capture) -> VerifiedBody:
    """Return what `capture` holds, from the archive's warc/ folder.

    FixityError where the record or the body in it is not what was recorded; FormatError and
    StorageError where it cannot be read.
    """
    record = read_stored_bytes(folder, capture.stored)
    path = folder / capture.stored.warc
    exchange = ArchivedExchange(record=record, warc=capture.stored.warc, path=path)
    if capture.payload_sha256 and exchange.payload:
        found = sha256_hex(exchange.payload)
        if found != capture.payload_sha256:
            raise FixityError(f"body of {capture.id}", capture.payload_sha256, found)
    return VerifiedBody(capture=capture, exchange=exchange)
