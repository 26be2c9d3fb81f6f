"""Write captures to the archive's warc/ folder, the only module that writes evidence."""

import logging
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from archive.close_at_exit import ClosedAtExit
from archive.defer_interrupts import defer_interrupts
from archive.errors import FormatError, StorageError
from archive.models import Capture, StoredRecord
from archive.text.legible import legible
from archive.warc.capture_metadata import CaptureMetadata, format_metadata
from archive.warc.digests import sha256_hex
from archive.warc.parse_http import Response
from archive.warc.record_builder import (
    BuiltRecord,
    Exchange,
    Resource,
    build_capture,
    build_record,
    build_request,
    build_response,
    build_warcinfo,
    payload_sha256,
    try_parse_response,
)
from archive.warc.record_header import WARC_FIELDS
from archive.warc.record_reader import Record
from archive.warc.write.crash_recovery import Recovery, recover_all
from archive.warc.write.foreign_records import copy_record
from archive.warc.write.growing_file import GrowingFile
from archive.warc.write.received_exchanges import ReceivedExchanges, RecoveredExchange
from archive.warc.write.stored_exchange import ExchangeLog, StoredExchange

logger = logging.getLogger(__name__)

MAX_FILE_BYTES = 1 << 30


class WarcStore(ClosedAtExit):
    """Writes WARC files below `folder`: YYYY/MM/onrecord-<UTC>-<8 hex>.warc.gz, one at a time.

    Any number of threads may call `add…`; a capture that it returns is on disk and in the log.
    Several processes may have a store on one folder. Exchanges that are being judged are kept in
    the folder `received`, where one is given.
    """

    def __init__(
        self,
        folder: Path,
        *,
        software: str,
        log: ExchangeLog | None = None,
        received: Path | None = None,
        max_file_bytes: int = MAX_FILE_BYTES,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder, self._software, self._log = folder, software, log
        self._max_file_bytes, self._now = max_file_bytes, now
        self._lock = threading.Lock()
        self._file: GrowingFile | None = None
        self._has_exchange = False  # in the current file
        self._written_chains: set[str] = set()  # leaf digests of the chains in the current file
        self._received = ReceivedExchanges(received)
        self.written: set[str] = set()  # files, relative to `folder`

    def recover(self) -> list[Recovery | RecoveredExchange]:
        """Close the files that killed runs left open, and store what they kept and did not store.

        No other process may be writing below the folder.
        """
        logged_end = self._log.logged_end if self._log else None
        recovered = recover_all(self._folder, logged_end)
        return [*recovered, *self._received.recover(self.add)]

    def close(self) -> None:
        """Close the current file for good; a further `add…` starts another."""
        with self._lock:
            self._close()

    @property
    def folder(self) -> Path:
        """The warc/ folder that `StoredRecord.warc` is relative to."""
        return self._folder

    def receive(
        self, exchange: Exchange, metadata: CaptureMetadata
    ) -> AbstractContextManager[None]:
        """Keep an exchange on disk while the block judges and then stores it.

        If the process dies meanwhile, the next start stores it as a suspect capture. StorageError
        where the disk refuses.
        """
        return self._received.kept(exchange, metadata)

    def add(self, exchange: Exchange, metadata: CaptureMetadata) -> Capture:
        """Store an exchange: the response (or revisit), our request and our metadata."""
        response = exchange.parsed or try_parse_response(exchange.response)
        digest = metadata.payload_sha256 or payload_sha256(exchange.response, response)
        metadata = replace(metadata, payload_sha256=digest)
        main = build_response(exchange, metadata, response)
        related = [build_request(exchange, main.id)] if exchange.request else []
        with self._lock:
            stored = self._write(main, related, metadata, exchange.started)
        return _capture_of(main, response, metadata, stored)

    def add_failure(
        self, url: str, when: datetime, metadata: CaptureMetadata, record_id: str = ""
    ) -> Capture:
        """Store that no response came, or that none was requested or kept: a metadata record alone.

        `record_id`: the id of the record; "" for a new one.
        """
        with self._lock:
            main = self._build_metadata(metadata, url=url, date=when, record_id=record_id)
            stored = self._append_group([main], main, metadata)
        return _capture_of(main, None, metadata, stored)

    def add_foreign(self, path: Path, record: Record, metadata: CaptureMetadata) -> Capture:
        """Store `record` of the file at `path` unchanged, and our metadata on it.

        Its id, date, headers and digests stay; if it is a gzip member of its own, its bytes do too.
        FormatError for a record without an id or a date, or of which these or its address are no
        text; LimitError for one that is too large.
        """
        main, block = copy_record(path, record)
        response = try_parse_response(block)
        if not metadata.payload_sha256:
            digest = main.block_sha256 if main.kind == "resource" else ""
            digest = digest or payload_sha256(block, response)
            metadata = replace(metadata, payload_sha256=digest)
        if main.kind == "resource":
            metadata = replace(metadata, media_type=record.header.get("Content-Type"))
        with self._lock:
            stored = self._write(main, [], metadata, self._now())
        return _capture_of(main, response, metadata, stored)

    def add_resources(self, resources: Sequence[Resource]) -> list[Capture]:
        """Store texts of a text collection, all of them in one write."""
        mains = [_build_resource(resource) for resource in resources]
        metadatas = [
            replace(
                resource.metadata, payload_sha256=main.block_sha256, media_type=resource.media_type
            )
            for resource, main in zip(resources, mains, strict=True)
        ]
        groups = [
            [main, _build_related_metadata(main, metadata, main.date, with_chain=True)]
            for main, metadata in zip(mains, metadatas, strict=True)
        ]
        with self._lock:
            digests = [main.block_sha256 for main in mains]
            stored = self._append_groups(groups, mains, digests)
        return [
            _capture_of(main, None, metadata, location)
            for main, metadata, location in zip(mains, metadatas, stored, strict=True)
        ]

    def _write(
        self,
        main: BuiltRecord,
        related: list[BuiltRecord],
        metadata: CaptureMetadata,
        date: datetime,
    ) -> StoredRecord:
        metadata_record = self._build_metadata(metadata, url=main.url, date=date, main=main)
        return self._append_group([main, *related, metadata_record], main, metadata)

    def _build_metadata(
        self,
        metadata: CaptureMetadata,
        *,
        url: str,
        date: datetime,
        main: BuiltRecord | None = None,
        record_id: str = "",
    ) -> BuiltRecord:
        """Return our metadata as a record; certificates only if the file does not have them yet."""
        self._open()
        with_chain = bool(metadata.tls and metadata.tls.leaf_sha256 not in self._written_chains)
        if main:
            return _build_related_metadata(main, metadata, date, with_chain=with_chain)
        block = format_metadata(metadata, with_chain=with_chain)
        return build_record(
            "metadata",
            block,
            url=url,
            date=date,
            content_type=WARC_FIELDS,
            record_id=record_id,
        )

    def _append_group(
        self, group: list[BuiltRecord], main: BuiltRecord, metadata: CaptureMetadata
    ) -> StoredRecord:
        stored = self._append_groups([group], [main], [metadata.payload_sha256])[0]
        if metadata.tls:
            self._written_chains.add(metadata.tls.leaf_sha256)
        return stored

    def _append_groups(
        self, groups: list[list[BuiltRecord]], mains: list[BuiltRecord], payloads: list[str]
    ) -> list[StoredRecord]:
        """Append `groups` of records; return the location of the main record of each."""
        if not groups:
            return []
        for main in mains:
            _require_unicode(main)
        file = self._open()
        name = file.path.relative_to(self._folder).as_posix()
        start = position = file.end
        exchanges = []
        for group, main, payload in zip(groups, mains, payloads, strict=True):
            group_bytes = b"".join(record.member for record in group)
            main_offset = sum(len(record.member) for record in group[: group.index(main)])
            exchanges.append(
                StoredExchange(
                    id=main.id,
                    kind=main.kind,
                    url=main.url,
                    date=main.date,
                    stored=_locate(name, position + main_offset, main.member),
                    whole=_locate(name, position, group_bytes),
                    payload_sha256=payload,
                    block_sha256=main.block_sha256,
                )
            )
            position += len(group_bytes)
        with defer_interrupts():
            file.append(b"".join(record.member for group in groups for record in group))
            self._record_in_log(exchanges, file, start)
        self._has_exchange = True
        self.written.add(name)
        logger.debug("%s: %d exchanges at byte %d", file.path.name, len(exchanges), start)
        return [exchange.stored for exchange in exchanges]

    def _record_in_log(
        self, exchanges: list[StoredExchange], file: GrowingFile, start: int
    ) -> None:
        """Enter what was written in the log; if the log refuses, remove it from the file."""
        if self._log is None:
            return
        logged_end = start
        try:
            self._log.enter(exchanges)
            logged_end = file.end
        except OSError as error:
            raise StorageError(f"{file.path}: {error.strerror}") from error
        finally:
            if logged_end < file.end:
                file.truncate(logged_end)

    def _open(self) -> GrowingFile:
        """Return the file to write to: a new one if there is none or it is full."""
        if self._file and self._file.end >= self._max_file_bytes:
            self._close()
        if self._file is None:
            now = self._now()
            name = f"onrecord-{now:%Y%m%d%H%M%S}-{os.urandom(4).hex()}.warc.gz"
            self._file = GrowingFile(self._folder / f"{now:%Y}" / f"{now:%m}" / name)
            self._file.append(build_warcinfo(name, self._software, now).member)
            logger.info("opened the WARC file %s", name)
        return self._file

    def _close(self) -> None:
        """Close the current file; delete it if no exchange, so nothing logged, is in it."""
        file, self._file = self._file, None
        has_exchange, self._has_exchange = self._has_exchange, False
        self._written_chains.clear()
        if file and not has_exchange:
            file.delete()
        elif file:
            file.close()
            logger.info("closed the WARC file %s: %d bytes", file.path.name, file.end)


def _require_unicode(main: BuiltRecord) -> None:
    """Raise FormatError where the log could not hold the record's id or address."""
    for name, value in (("WARC-Record-ID", main.id), ("WARC-Target-URI", main.url)):
        if legible(value) != value:
            raise FormatError(name, "text in UTF-8", repr(value[:60]))


def _locate(warc: str, offset: int, data: bytes) -> StoredRecord:
    return StoredRecord(warc=warc, offset=offset, length=len(data), sha256=sha256_hex(data))


def _build_resource(resource: Resource) -> BuiltRecord:
    return build_record(
        "resource",
        resource.block,
        url=resource.uri,
        date=resource.date,
        content_type=resource.media_type,
    )


def _build_related_metadata(
    main: BuiltRecord, metadata: CaptureMetadata, date: datetime, *, with_chain: bool
) -> BuiltRecord:
    return build_record(
        "metadata",
        format_metadata(metadata, with_chain=with_chain),
        url=main.url,
        date=date,
        content_type=WARC_FIELDS,
        fields=(("WARC-Concurrent-To", f"<{main.id}>"),),
    )


def _capture_of(
    main: BuiltRecord,
    response: Response | None,
    metadata: CaptureMetadata,
    stored: StoredRecord,
) -> Capture:
    return build_capture(
        record_id=main.id,
        url=main.url,
        captured=main.date,
        response=response,
        metadata=metadata,
        stored=stored,
    )
