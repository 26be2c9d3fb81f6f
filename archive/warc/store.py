"""The archive's warc/ folder: the one place where evidence is written."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from archive.defer_interrupts import defer_interrupts
from archive.errors import StorageError
from archive.models import Capture, StoredRecord
from archive.warc.capture_metadata import CaptureMetadata, format_metadata
from archive.warc.crash_recovery import Recovery, recover_all
from archive.warc.digests import sha256_of
from archive.warc.foreign_records import copy_record
from archive.warc.growing_file import GrowingFile
from archive.warc.record_builder import (
    BuiltRecord,
    Exchange,
    Resource,
    build_record,
    build_request,
    build_response,
    build_warcinfo,
    capture_of,
    payload_sha256,
    response_of,
)
from archive.warc.record_header import WARC_FIELDS
from archive.warc.record_reader import Record
from archive.warc.stored_exchange import ExchangeLog, StoredExchange

GIGABYTE = 1 << 30


class WarcStore:
    """Writes WARC files below `folder`: YYYY/MM/onrecord-<UTC>-<8 hex>.warc.gz, one at a time.

    Any number of threads may add. What an `add…` returns is on disk and entered in the ledger.
    Files that an earlier run left open are recovered first; `recovered` says which.
    """

    def __init__(
        self,
        folder: Path,
        *,
        software: str,
        ledger: ExchangeLog | None = None,
        logged_end: Callable[[str], int | None] | None = None,
        size: int = GIGABYTE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder, self._software, self._ledger = folder, software, ledger
        self._size, self._now = size, now
        self._lock = threading.Lock()
        self._file: GrowingFile | None = None
        self._chains: set[str] = set()  # whose certificates the current file holds
        self.recovered: list[Recovery] = recover_all(folder, logged_end)

    def __enter__(self) -> "WarcStore":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the current file for good; a further `add…` begins another."""
        with self._lock:
            self._close()

    @property
    def folder(self) -> Path:
        """The warc/ folder that `Stored.warc` is relative to."""
        return self._folder

    def add(self, exchange: Exchange, facts: CaptureMetadata) -> Capture:
        """Store what a server answered: its response (or revisit), our request, our facts."""
        response = response_of(exchange.response)
        digest = facts.payload_sha256 or payload_sha256(exchange.response, response)
        facts = replace(facts, payload_sha256=digest)
        main = build_response(exchange, facts, response)
        beside = [build_request(exchange, main.id)] if exchange.request else []
        with self._lock:
            stored = self._write(main, beside, facts, exchange.started)
        return _capture(main, exchange.response, facts, stored)

    def add_failure(self, url: str, when: datetime, facts: CaptureMetadata) -> Capture:
        """Store that no answer came, or that none was asked for: a metadata record alone."""
        with self._lock:
            main = self._metadata(facts, url=url, date=when)
            stored = self._enter([main], main, facts)
        return _capture(main, b"", facts, stored)

    def add_foreign(self, path: Path, record: Record, facts: CaptureMetadata) -> Capture:
        """Store `record` of the file at `path` as it is, and our facts on it.

        Its id, date, headers and digests stay; where it is a gzip member of its own, its bytes do.
        FormatError for a record without an id or a date, LimitError for one that is too large.
        """
        main, block = copy_record(path, record)
        if not facts.payload_sha256:
            digest = main.block_sha256 if main.kind == "resource" else ""
            digest = digest or payload_sha256(block, response_of(block))
            facts = replace(facts, payload_sha256=digest)
        if main.kind == "resource":
            facts = replace(facts, media_type=record.head.get("Content-Type"))
        with self._lock:
            stored = self._write(main, [], facts, self._now())
        return _capture(main, block, facts, stored)

    def add_resources(self, resources: Sequence[Resource]) -> list[Capture]:
        """Store texts that no server sent us, all of them in one write."""
        mains = [_resource(each) for each in resources]
        facts = [
            replace(each.facts, payload_sha256=main.block_sha256, media_type=each.media_type)
            for each, main in zip(resources, mains, strict=True)
        ]
        groups = [
            [main, _metadata_beside(main, each, main.date, with_chain=True)]
            for main, each in zip(mains, facts, strict=True)
        ]
        with self._lock:
            digests = [main.block_sha256 for main in mains]
            stored = self._enter_all(groups, mains, digests)
        return [
            _capture(main, b"", each, where)
            for main, each, where in zip(mains, facts, stored, strict=True)
        ]

    def _write(
        self, main: BuiltRecord, beside: list[BuiltRecord], facts: CaptureMetadata, date: datetime
    ) -> StoredRecord:
        metadata = self._metadata(facts, url=main.url, date=date, beside=main)
        return self._enter([main, *beside, metadata], main, facts)

    def _metadata(
        self, facts: CaptureMetadata, *, url: str, date: datetime, beside: BuiltRecord | None = None
    ) -> BuiltRecord:
        """Return our facts as a record; certificates only where the file lacks them."""
        self._open()
        new = bool(facts.tls and facts.tls.leaf_sha256 not in self._chains)
        if beside:
            return _metadata_beside(beside, facts, date, with_chain=new)
        block = format_metadata(facts, with_chain=new)
        return build_record("metadata", block, url=url, date=date, content_type=WARC_FIELDS)

    def _enter(
        self, group: list[BuiltRecord], main: BuiltRecord, facts: CaptureMetadata
    ) -> StoredRecord:
        stored = self._enter_all([group], [main], [facts.payload_sha256])[0]
        if facts.tls:
            self._chains.add(facts.tls.leaf_sha256)
        return stored

    def _enter_all(
        self, groups: list[list[BuiltRecord]], mains: list[BuiltRecord], payloads: list[str]
    ) -> list[StoredRecord]:
        """Write `groups` of records; return where the one of `mains` in each lies."""
        if not groups:
            return []
        file = self._open()
        name = file.path.relative_to(self._folder).as_posix()
        start = place = file.end
        entered = []
        for group, main, payload in zip(groups, mains, payloads, strict=True):
            whole = b"".join(made.member for made in group)
            before = sum(len(made.member) for made in group[: group.index(main)])
            entered.append(
                StoredExchange(
                    id=main.id,
                    kind=main.kind,
                    url=main.url,
                    date=main.date,
                    stored=_stored(name, place + before, main.member),
                    whole=_stored(name, place, whole),
                    payload_sha256=payload,
                    block_sha256=main.block_sha256,
                )
            )
            place += len(whole)
        with defer_interrupts():
            file.append(b"".join(made.member for group in groups for made in group))
            self._tell(entered, file, start)
        return [each.stored for each in entered]

    def _tell(self, entered: list[StoredExchange], file: GrowingFile, start: int) -> None:
        """Have the ledger enter what was written; what it refuses was never stored."""
        if self._ledger is None:
            return
        known = start
        try:
            self._ledger.enter(entered)
            known = file.end
        except OSError as error:
            raise StorageError(f"{file.path}: {error.strerror}") from error
        finally:
            if known < file.end:
                file.cut(known)

    def _open(self) -> GrowingFile:
        """Return the file to write to: a new one where there is none or it is full."""
        if self._file and self._file.end >= self._size:
            self._close()
        if self._file is None:
            now = self._now()
            name = f"onrecord-{now:%Y%m%d%H%M%S}-{os.urandom(4).hex()}.warc.gz"
            self._file = GrowingFile(self._folder / f"{now:%Y}" / f"{now:%m}" / name)
            self._file.append(build_warcinfo(name, self._software, now).member)
        return self._file

    def _close(self) -> None:
        file, self._file = self._file, None
        self._chains.clear()
        if file:
            file.close()


def _stored(warc: str, offset: int, data: bytes) -> StoredRecord:
    return StoredRecord(warc=warc, offset=offset, length=len(data), sha256=sha256_of(data))


def _resource(resource: Resource) -> BuiltRecord:
    return build_record(
        "resource",
        resource.block,
        url=resource.uri,
        date=resource.date,
        content_type=resource.media_type,
    )


def _metadata_beside(
    main: BuiltRecord, facts: CaptureMetadata, date: datetime, *, with_chain: bool
) -> BuiltRecord:
    return build_record(
        "metadata",
        format_metadata(facts, with_chain=with_chain),
        url=main.url,
        date=date,
        content_type=WARC_FIELDS,
        fields=(("WARC-Concurrent-To", f"<{main.id}>"),),
    )


def _capture(
    main: BuiltRecord, block: bytes, facts: CaptureMetadata, stored: StoredRecord
) -> Capture:
    return capture_of(
        record_id=main.id,
        url=main.url,
        captured=main.date,
        response=response_of(block),
        facts=facts,
        stored=stored,
    )
