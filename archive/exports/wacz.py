"""WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/): WARC files, index, pages, and our proofs.

WARC files are included unchanged. `pages.jsonl` lists every capture that a version is based on; the
log, its checkpoints, tokens and keys are under `provenance/`. Viewers do not check any of it: the
person who receives the file should verify it before showing it.
"""

import json
import logging
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import private_output
from archive.catalogue import capture_queries, version_queries
from archive.errors import StorageError
from archive.integrity.verify_wacz import warc_member_name
from archive.json_objects import format_utc
from archive.models import Outcome
from archive.urls.memento import timestamp14
from archive.urls.surt import surt
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges

logger = logging.getLogger(__name__)

SOFTWARE = "OnRecord"
_READ_CHUNK_BYTES = 1 << 20


def export(folder: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Write the archive to the file `out`; return the number of versions it lists."""
    if str(out) == "-":
        raise StorageError("a WACZ file cannot go to standard output: name a file")
    pages = list(_list_pages(catalogue))
    with (
        private_output(out) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as zip_file,
    ):
        package = _Package(zip_file)
        index: list[str] = []
        for path in sorted(folder.warc.rglob("*.warc.gz")):
            member_name = warc_member_name(path.relative_to(folder.warc).as_posix())
            name = member_name.removeprefix("archive/")
            package.copy(member_name, path)
            logger.debug("added %s", member_name)
            index += [
                _format_cdxj_line(exchange, name)
                for exchange in read_exchanges(path)
                if exchange.response
            ]
        package.add("indexes/index.cdx", "".join(sorted(index)).encode())
        package.add("pages/pages.jsonl", _format_pages(pages))
        for name, path in _list_provenance(folder):
            package.copy(name, path)
        package.close(pages)
    logger.info("wrote the WACZ file %s: %d versions", out.name, len(pages))
    return len(pages)


class _Package:
    """A ZIP file being written, and the list of its resources."""

    def __init__(self, zip_file: zipfile.ZipFile) -> None:
        self._zip = zip_file
        self._resources: list[dict[str, Any]] = []
        self._now = datetime.now(UTC)

    def add(self, path: str, data: bytes) -> None:
        self._zip.writestr(self._zip_info(path), data)
        self._add_resource(path, sha256(data).hexdigest(), len(data))

    def copy(self, path: str, source: Path) -> None:
        """Add a file of any size."""
        digest, size = sha256(), 0
        with source.open("rb") as file, self._zip.open(self._zip_info(path), "w") as target:
            while chunk := file.read(_READ_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
        self._add_resource(path, digest.hexdigest(), size)

    def close(self, pages: list[dict[str, str]]) -> None:
        """Write datapackage.json and its digest."""
        descriptor: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": SOFTWARE,
            "title": "Official statements, as captured",
            "created": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "resources": self._resources,
        }
        if pages:
            descriptor |= {"mainPageUrl": pages[0]["url"], "mainPageDate": pages[0]["ts"]}
        data = json.dumps(descriptor, indent=2).encode()
        self._zip.writestr(self._zip_info("datapackage.json"), data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(data).hexdigest()}"}
        digest_file = json.dumps(digest, indent=2).encode()
        self._zip.writestr(self._zip_info("datapackage-digest.json"), digest_file)

    def _zip_info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self._now.timetuple()[:6])
        info.external_attr = 0o644 << 16
        return info

    def _add_resource(self, path: str, digest: str, size: int) -> None:
        self._resources.append(
            {
                # py-wacz accepts lower-case names only, as its own files have.
                "name": Path(path).name.lower(),
                "path": path,
                "hash": f"sha256:{digest}",
                "bytes": size,
            }
        )


def _list_pages(catalogue: Connection) -> Iterator[dict[str, str]]:
    for _, version in version_queries.all_versions(catalogue):
        capture = capture_queries.find_capture(catalogue, version.capture)
        if capture is None or version.transcript or capture.outcome is not Outcome.OK:
            continue
        yield {
            "id": sha256(version.id.encode()).hexdigest()[:16],
            "url": capture.url,
            "ts": format_utc(capture.captured),
            "title": version.reading.title,
            "text": version.reading.text,
        }


def _format_pages(pages: list[dict[str, str]]) -> bytes:
    header = {"format": "json-pages-1.0", "id": "pages", "title": "Statements", "hasText": True}
    lines = (json.dumps(line, ensure_ascii=False) for line in (header, *pages))
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _format_cdxj_line(exchange: ArchivedExchange, name: str) -> str:
    """Return the index line of one exchange (CDXJ, with pywb's fields)."""
    response = exchange.response
    fields = {
        "url": exchange.url,
        "mime": response.media_type if response else "",
        "status": str(response.status) if response else "",
        "digest": f"sha256:{sha256(exchange.payload).hexdigest()}",
        "length": str(exchange.record.length),
        "offset": str(exchange.record.offset),
        "filename": name,
    }
    if exchange.kind == "revisit":
        fields["mime"] = "warc/revisit"
    return f"{surt(exchange.url)} {timestamp14(exchange.captured)} {json.dumps(fields)}\n"


def _list_provenance(folder: ArchiveFolder) -> Iterator[tuple[str, Path]]:
    """Yield (path in the package, path on disk) of the log's public files."""
    patterns = ("entries.jsonl", "checkpoint", "checkpoints/*", "keys/*", "authorities/*")
    for pattern in patterns:
        for path in sorted(folder.log.glob(pattern)):
            name = path.relative_to(folder.log).as_posix().lower().replace("/", "-")
            yield f"provenance/{name}", path
