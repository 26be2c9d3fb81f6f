"""Store the timestamp authorities that an archive uses: one file `log/authorities/NAME.pem` each.

The first line of such a file is `URL: …`, the rest the authority's root certificates.
"""

import logging
from pathlib import Path

from archive import atomic_files
from archive.errors import FormatError
from archive.timestamps import rfc3161
from archive.timestamps.rfc3161 import Authority

logger = logging.getLogger(__name__)

_URL_PREFIX = "URL: "


def load(log: Path) -> list[Authority]:
    """Return the authorities of the log in folder `log`, by name."""
    return [_read(path) for path in sorted((log / "authorities").glob("*.pem"))]


def add(log: Path, authority: Authority) -> Path:
    """Write an authority's file; FormatError where its address or its certificates are invalid."""
    if not authority.url.startswith(("https://", "http://")) or "\n" in authority.url:
        raise FormatError(f"authority {authority.name}: expected a URL, found {authority.url!r}")
    rfc3161.certificates(authority.roots, f"authority {authority.name}")
    path = log / "authorities" / f"{authority.name}.pem"
    atomic_files.replace_file(
        path, f"{_URL_PREFIX}{authority.url}\n".encode() + authority.roots, mode=0o644
    )
    logger.info("stored the timestamp authority %s", authority.name)
    return path


def roots(log: Path) -> dict[str, bytes]:
    """Return the root certificates (PEM) by name of authority."""
    return {authority.name: authority.roots for authority in load(log)}


def _read(path: Path) -> Authority:
    with atomic_files.storage_errors(path):
        first, _, pem = path.read_bytes().partition(b"\n")
    url = first.decode(errors="replace")
    if not url.startswith(_URL_PREFIX):
        raise FormatError(
            f"{path}: expected {_URL_PREFIX.strip()} in its first line, found {url[:60]!r}"
        )
    return Authority(path.stem, url.removeprefix(_URL_PREFIX).strip(), pem)
