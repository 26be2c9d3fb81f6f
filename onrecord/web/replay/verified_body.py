"""Read a capture's bytes, verified against their recorded digests before they are shown."""

from dataclasses import dataclass
from pathlib import Path

from archive.errors import FixityError, FormatError
from archive.models import Capture
from archive.urls.web_address import resolve_location
from archive.warc.digests import sha256_hex
from archive.warc.read_exchanges import ArchivedExchange
from archive.warc.record_reader import read_stored_bytes
from scrapers.fetch.fetcher import FetchedResponse
from scrapers.parse.decode import decode_body

MAX_BODY_BYTES = 16 << 20  # of a body, content coding removed


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedBody:
    """A recorded response whose digests have been verified."""

    capture: Capture
    exchange: ArchivedExchange

    def header(self, name: str) -> str:
        """Return the first header field called `name`; "" for none."""
        values = (v for k, v in self.exchange.headers if k.lower() == name.lower())
        return next(values, "")

    @property
    def coding(self) -> str:
        return self.header("Content-Encoding").strip().lower()

    @property
    def location(self) -> str:
        """Return the absolute target of a redirect; "" for another status or no Location."""
        value = self.header("Location")
        status = self.capture.status or 0
        if not value or not 300 <= status < 400:
            return ""
        try:
            return resolve_location(self.capture.url, value)
        except FormatError:
            return ""

    def body(self) -> bytes:
        """Return the body without content coding; LimitError if it is too large to show."""
        return self.exchange.body(MAX_BODY_BYTES)

    def text(self) -> str:
        headers = self.exchange.headers
        return decode_body(FetchedResponse(capture=self.capture, headers=headers, body=self.body()))


def read_verified_body(folder: Path, capture: Capture) -> VerifiedBody:
    """Return the response of `capture`, from the archive's warc/ folder.

    FixityError if the record or its body differs from what was recorded; FormatError and
    StorageError if it cannot be read.
    """
    record = read_stored_bytes(folder, capture.stored)
    path = folder / capture.stored.warc
    exchange = ArchivedExchange(record=record, warc=capture.stored.warc, path=path)
    if capture.payload_sha256 and exchange.payload:
        actual = sha256_hex(exchange.payload)
        if actual != capture.payload_sha256:
            raise FixityError(f"body of {capture.id}", capture.payload_sha256, actual)
    return VerifiedBody(capture=capture, exchange=exchange)
