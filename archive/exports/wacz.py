"""WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/): WARC files, index, pages, and our proofs.

The WARC bytes go in as they are. `pages.jsonl` lists every capture that a version stands on; the
log, its checkpoints, tokens and keys are under `provenance/`. Viewers do not check any of it: the
person who receives the file should verify it before showing it.
"""

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.catalogue import capture_queries, version_queries
from archive.errors import StorageError
from archive.integrity.verify_wacz import warc_name
from archive.json_objects import format_utc
from archive.models import Outcome
from archive.urls.memento import timestamp14
from archive.urls.surt import surt
from archive.warc.exchanges import ArchivedExchange, read_exchanges

SOFTWARE = "OnRecord"
_CHUNK = 1 << 20


def export(home: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Write everything held to the file `out`; return how many versions it lists."""
    if str(out) == "-":
        raise StorageError("a WACZ file cannot go to standard output: name a file")
    pages = list(_pages(catalogue))
    with (
        storage_errors(out),
        zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=True) as packed,
    ):
        package = _Package(packed)
        index: list[str] = []
        for path in sorted(home.warc.rglob("*.warc.gz")):
            inside = warc_name(path.relative_to(home.warc).as_posix())
            name = inside.removeprefix("archive/")
            package.copy(inside, path)
            index += [_cdxj(held, name) for held in read_exchanges(path) if held.response]
        package.add("indexes/index.cdx", "".join(sorted(index)).encode())
        package.add("pages/pages.jsonl", _pages_file(pages))
        for name, path in _provenance(home):
            package.copy(name, path)
        package.close(pages)
    return len(pages)


class _Package:
    """A zip file that grows, and the list of what is in it."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._zip = packed
        self._resources: list[dict[str, Any]] = []
        self._now = datetime.now(UTC)

    def add(self, path: str, data: bytes) -> None:
        self._zip.writestr(self._info(path), data)
        self._list(path, sha256(data).hexdigest(), len(data))

    def copy(self, path: str, source: Path) -> None:
        """Put in a file of any size."""
        digest, size = sha256(), 0
        with source.open("rb") as file, self._zip.open(self._info(path), "w") as into:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                into.write(chunk)
        self._list(path, digest.hexdigest(), size)

    def close(self, pages: list[dict[str, str]]) -> None:
        """Write what the package holds, and the digest of that."""
        said: dict[str, Any] = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "software": SOFTWARE,
            "title": "Official statements, as captured",
            "created": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "resources": self._resources,
        }
        if pages:
            said |= {"mainPageUrl": pages[0]["url"], "mainPageDate": pages[0]["ts"]}
        data = json.dumps(said, indent=2).encode()
        self._zip.writestr(self._info("datapackage.json"), data)
        digest = {"path": "datapackage.json", "hash": f"sha256:{sha256(data).hexdigest()}"}
        listed = json.dumps(digest, indent=2).encode()
        self._zip.writestr(self._info("datapackage-digest.json"), listed)

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(path, self._now.timetuple()[:6])
        info.external_attr = 0o644 << 16
        return info

    def _list(self, path: str, digest: str, size: int) -> None:
        self._resources.append(
            {
                # py-wacz accepts lower-case names only, as its own files have.
                "name": Path(path).name.lower(),
                "path": path,
                "hash": f"sha256:{digest}",
                "bytes": size,
            }
        )


def _pages(catalogue: Connection) -> Iterator[dict[str, str]]:
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


def _pages_file(pages: list[dict[str, str]]) -> bytes:
    head = {"format": "json-pages-1.0", "id": "pages", "title": "Statements", "hasText": True}
    lines = (json.dumps(line, ensure_ascii=False) for line in (head, *pages))
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def _cdxj(held: ArchivedExchange, name: str) -> str:
    """Return the line of the index for one exchange (CDXJ, pywb's fields)."""
    response = held.response
    said = {
        "url": held.url,
        "mime": response.media_type if response else "",
        "status": str(response.status) if response else "",
        "digest": f"sha256:{sha256(held.payload).hexdigest()}",
        "length": str(held.record.length),
        "offset": str(held.record.offset),
        "filename": name,
    }
    if held.kind == "revisit":
        said["mime"] = "warc/revisit"
    return f"{surt(held.url)} {timestamp14(held.captured)} {json.dumps(said)}\n"


def _provenance(home: ArchiveFolder) -> Iterator[tuple[str, Path]]:
    """Yield the log's public files, and where they go."""
    wanted = ("entries.jsonl", "checkpoint", "checkpoints/*", "keys/*", "authorities/*")
    for pattern in wanted:
        for path in sorted(home.log.glob(pattern)):
            name = path.relative_to(home.log).as_posix().lower().replace("/", "-")
            yield f"provenance/{name}", path
