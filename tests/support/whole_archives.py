"""Whole archives to test with: WARC files, log and keys, filled with pages of invented bodies."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.archive_folder import ArchiveFolder, create_archive
from archive.findings import Finding, Grade
from archive.integrity.fixity import CheckScope, check
from archive.integrity.log_audit import TrustAnchors
from archive.log.exchange_log import MerkleExchangeLog
from archive.log.log import Log
from archive.models import Capture, Outcome, Role
from archive.warc.capture_metadata import CaptureMetadata
from archive.warc.record_builder import Exchange
from archive.warc.store import MAX_FILE_BYTES, WarcStore

ORIGIN = "ruritania.example/archive"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
REQUEST = b"GET / HTTP/1.1\r\nHost: mfa.ruritania.example\r\n\r\n"


def page(number: int, words: str = "The border remains open to all.") -> bytes:
    """Return the body of a page."""
    return (
        f"<!doctype html><html><head><title>Statement {number}</title></head>"
        f'<body><h1>Statement {number}</h1><p>{words}</p><img src="/flag.png"></body></html>'
    ).encode()


def exchange(number: int, body: bytes | None = None, head: str = "") -> Exchange:
    """Return what went over the wire for one page."""
    body = page(number) if body is None else body
    return Exchange(
        url=f"https://mfa.ruritania.example/{number}",
        started=NOON + timedelta(seconds=number),
        request=REQUEST,
        response=(
            f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode()
        + body,
        ip="192.0.2.7",
    )


FACTS = CaptureMetadata(role=Role.PAGE, outcome=Outcome.OK, source="ruritania_mfa")


class Archive:
    """An archive in a folder, with a store and a log that are open."""

    def __init__(self, folder: Path, *, max_file_bytes: int = MAX_FILE_BYTES) -> None:
        if (folder / "onrecord.toml").exists():
            self.home = ArchiveFolder(folder)
            self.log = Log.writing(self.home.log, self.home.keys)
        else:
            self.home = create_archive(folder, "format = 1\n")
            self.log = Log.create(self.home.log, self.home.keys, origin=ORIGIN, when=NOON)
        exchange_log = MerkleExchangeLog(self.log, self.home.warc)
        self.store = WarcStore(
            self.home.warc,
            software="OnRecord/test",
            log=exchange_log,
            logged_end=exchange_log.logged_end,
            max_file_bytes=max_file_bytes,
        )

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the store, sign the log, let go of it."""
        self.store.close()
        self.log.checkpoint()
        self.log.close()

    def hold(self, *numbers: int) -> list[Capture]:
        """Capture the pages of these numbers."""
        return [self.store.add(exchange(number), FACTS) for number in numbers]


def filled(folder: Path, count: int = 5, *, max_file_bytes: int = MAX_FILE_BYTES) -> ArchiveFolder:
    """Return an archive with so many captures, closed."""
    with Archive(folder, max_file_bytes=max_file_bytes) as archive:
        archive.hold(*range(count))
    return archive.home


def found(home: ArchiveFolder, trust: TrustAnchors | None = None, **scope: object) -> list[Finding]:
    """Return everything a check of the archive finds."""
    return list(check(home, trust=trust or TrustAnchors(), now=NOON, scope=CheckScope(**scope)))  # type: ignore[arg-type]


def faults(home: ArchiveFolder, trust: TrustAnchors | None = None, **scope: object) -> list[str]:
    """Return what a check of the archive finds wrong, one line each."""
    return [
        f"{one.object}: {one.detail}"
        for one in found(home, trust, **scope)
        if one.grade is Grade.FAILED
    ]


def warcs(home: ArchiveFolder) -> list[Path]:
    return sorted(home.warc.rglob("*.warc.gz"))


def flip(path: Path, at: int, bit: int = 0) -> None:
    """Change one bit of a file, whatever its mode."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    overwrite(path, bytes(data))


def overwrite(path: Path, data: bytes) -> None:
    mode = path.stat().st_mode
    path.chmod(0o600)
    path.write_bytes(data)
    path.chmod(mode & 0o777)
