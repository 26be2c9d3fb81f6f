"""Keep the bytes of an exchange on disk from when they are received until they are stored.

What a server sent is decoded and judged before its WARC records are written, because they state
the result. Were the process to die of it, the bytes would be lost; so they are kept before, each
exchange as a plain WARC file of its own, and stored, unjudged, when the archive is next opened.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archive.atomic_files import replace_file, storage_errors
from archive.errors import FormatError, LimitError
from archive.models import Capture, Outcome
from archive.warc.capture_metadata import CaptureMetadata, format_metadata
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges
from archive.warc.record_builder import Exchange, build_record, new_record_id
from archive.warc.record_header import HTTP_REQUEST, HTTP_RESPONSE, WARC_FIELDS
from archive.warc.write.growing_file import make_folders

logger = logging.getLogger(__name__)

UNJUDGED = "onrecord ended before it judged this response"


@dataclass(frozen=True, slots=True)
class RecoveredExchange:
    """What became of one kept exchange: a capture, or a file that cannot be read."""

    path: Path
    capture: Capture | None
    problem: str = ""

    def __str__(self) -> str:
        if self.capture is None:
            return (
                f"{self.path.name}: cannot be read, kept as {self.path.name}.torn: {self.problem}"
            )
        return f"{self.capture.url}: {UNJUDGED}; it is in quarantine"


class ReceivedExchanges:
    """Keeps exchanges in `folder`; None keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @contextmanager
    def kept(self, exchange: Exchange, metadata: CaptureMetadata) -> Iterator[None]:
        """Keep `exchange` until the block, which judges and stores it, has ended without an error.

        Of `metadata` all but the outcome and the note is kept. The file is safe from the death of
        the process, not from a power cut in these milliseconds: it is not synced. StorageError
        where the disk refuses.
        """
        if self._folder is None:
            yield
            return
        path = self._folder / f"{new_record_id().rpartition(':')[2]}.warc"
        with storage_errors(path):
            make_folders(self._folder)
        replace_file(path, b"".join(_plain_records(exchange, metadata)), durable=False)
        yield
        with storage_errors(path):
            path.unlink()

    def recover(
        self, store: Callable[[Exchange, CaptureMetadata], Capture]
    ) -> list[RecoveredExchange]:
        """Store each exchange that an earlier run kept and did not store, as a suspect capture.

        No other process may be keeping exchanges meanwhile. StorageError where the disk refuses.
        """
        if self._folder is None or not self._folder.is_dir():
            return []
        recovered = []
        with storage_errors(self._folder):
            for path in self._folder.glob("*.new"):  # was being written
                path.unlink()
            for path in sorted(self._folder.glob("*.warc")):
                recovered.append(_recover_file(path, store))
        return recovered


def _recover_file(
    path: Path, store: Callable[[Exchange, CaptureMetadata], Capture]
) -> RecoveredExchange:
    try:
        exchange, metadata = _read_back(path)
    except (FormatError, LimitError) as error:  # a power cut may leave the name and not the bytes
        path.rename(path.with_name(f"{path.name}.torn"))
        return RecoveredExchange(path, None, str(error))
    capture = store(exchange, metadata)
    path.unlink()
    logger.info("recovered the received exchange %s as capture %s", path.name, capture.id)
    return RecoveredExchange(path, capture)


def _plain_records(exchange: Exchange, metadata: CaptureMetadata) -> Iterator[bytes]:
    fields = {"WARC-IP-Address": exchange.ip, "WARC-Truncated": exchange.truncated}
    main = build_record(
        "response",
        exchange.response,
        url=exchange.url,
        date=exchange.started,
        content_type=HTTP_RESPONSE,
        fields=tuple((name, value) for name, value in fields.items() if value),
        pack=bytes,
    )
    unjudged = replace(metadata, outcome=Outcome.SUSPECT, note=UNJUDGED)
    yield main.member
    for kind, block, content_type in (
        ("request", exchange.request, HTTP_REQUEST),
        ("metadata", format_metadata(unjudged), WARC_FIELDS),
    ):
        yield build_record(
            kind,
            block,
            url=exchange.url,
            date=exchange.started,
            content_type=content_type,
            fields=(("WARC-Concurrent-To", f"<{main.id}>"),),
            pack=bytes,
        ).member


def _read_back(path: Path) -> tuple[Exchange, CaptureMetadata]:
    kept: ArchivedExchange | None = next(read_exchanges(path), None)
    if kept is None or kept.metadata is None:
        raise FormatError(f"{path.name}: expected an exchange with our metadata, found none")
    requests = (record.block for record in kept.related if record.header.kind == "request")
    header = kept.record.header
    exchange = Exchange(
        url=kept.url,
        started=kept.captured,
        request=next(requests, b""),
        response=kept.block,
        truncated=header.get("WARC-Truncated"),
        ip=header.get("WARC-IP-Address"),
    )
    return exchange, kept.metadata
