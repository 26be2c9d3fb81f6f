"""Whole archives for tests: WARC files, log and keys, filled with invented pages."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.archive_folder import ArchiveFolder, create_archive
from archive.integrity.fixity import CheckScope, check
from archive.integrity.log_audit import TrustAnchors
from archive.log.exchange_logger import MerkleExchangeLog
from archive.log.signed_log import Log
from archive.models import Capture, Outcome, Role
from archive.verification_finding import Finding, Grade
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.write.store import MAX_FILE_BYTES, WarcStore

ORIGIN = "ruritania.example/archive"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: mfa.ruritania.example\r\n\r\n"


def page_body(number: int, words: str = "The border remains open to all.") -> bytes:
    """Return the body of a page."""
    return (
        f"<!doctype html><html><head><title>Statement {number}</title></head>"
        f'<body><h1>Statement {number}</h1><p>{words}</p><img src="/flag.png"></body></html>'
    ).encode()


def make_exchange(number: int, body: bytes | None = None, extra_headers: str = "") -> Exchange:
    """Return the HTTP exchange of one page."""
    body = page_body(number) if body is None else body
    return Exchange(
        url=f"https://mfa.ruritania.example/{number}",
        started=NOON + timedelta(seconds=number),
        request=REQUEST,
        response=(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{extra_headers}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body,
        ip="192.0.2.7",
    )


METADATA = CaptureMetadata(role=Role.PAGE, outcome=Outcome.OK, source="ruritania_mfa")


class Archive:
    """An archive in a folder, with an open store and an open log."""

    def __init__(self, folder: Path, *, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        if (folder / "onrecord.toml").exists():
            self.home = ArchiveFolder(folder)
            self.log = Log.open_for_writing(self.home.log, self.home.keys)
        else:
            self.home = create_archive(folder, "format = 1\n")
            self.log = Log.create(self.home.log, self.home.keys, origin=ORIGIN, when=NOON)
        exchange_log = MerkleExchangeLog(self.log, self.home.warc)
        self.store = WarcStore(
            self.home.warc,
            software="OnRecord/test",
            log=exchange_log,
            max_file_bytes=max_file_bytes,
        )
        self.store.recover()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store, sign a checkpoint, close the log."""
        self.store.close()
        self.log.checkpoint()
        self.log.close()

    def hold(self, *numbers: int) -> list[Capture]:
        """Store a capture of each of these pages."""
        return [self.store.add(make_exchange(number), METADATA) for number in numbers]


def fill_archive(
    folder: Path, count: int = 5, *, max_file_bytes: int = MAX_FILE_BYTES
) -> ArchiveFolder:
    """Return an archive with `count` captures, closed."""
    with Archive(folder, max_file_bytes=max_file_bytes) as archive:
        archive.hold(*range(count))
    return archive.home


def run_check(
    home: ArchiveFolder, trust: TrustAnchors | None = None, **scope: object
) -> list[Finding]:
    """Return all findings of a check of the archive."""
    return list(check(home, trust=trust or TrustAnchors(), now=NOON, scope=CheckScope(**scope)))  # type: ignore[arg-type]


def list_faults(
    home: ArchiveFolder, trust: TrustAnchors | None = None, **scope: object
) -> list[str]:
    """Return the failed findings of a check of the archive, one line each."""
    return [
        f"{finding.object}: {finding.detail}"
        for finding in run_check(home, trust, **scope)
        if finding.grade is Grade.FAILED
    ]


def list_warc_files(home: ArchiveFolder) -> list[Path]:
    return sorted(home.warc.rglob("*.warc.gz"))


def flip_bit(path: Path, offset: int, bit: int = 0) -> None:
    """Change one bit of a file, whatever its mode."""
    data = bytearray(path.read_bytes())
    data[offset] ^= 1 << bit
    overwrite(path, bytes(data))


def overwrite(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode & 0o777)
