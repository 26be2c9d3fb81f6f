"""BagIt 1.0 (RFC 8493): the whole archive in a folder that any library can verify and ingest."""

import logging
import re
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.errors import StorageError
from archive.exports import jsonl

logger = logging.getLogger(__name__)

_READ_CHUNK_BYTES = 1 << 20
# Not exported: private keys; caches, which are not evidence; settings, which may identify us.
_EXPORTED_FOLDERS = ("warc", "log", "sources")


def export(folder: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Write the archive as a bag into the new folder `out`; return the number of versions."""
    if str(out) == "-":
        raise StorageError("a bag is a folder: name one that does not exist yet")
    if out.exists():
        raise StorageError(f"{out}: exists already")
    with storage_errors(out):
        (out / "data").mkdir(parents=True, mode=0o700)
        for subfolder in _EXPORTED_FOLDERS:
            for path in sorted((folder.root / subfolder).rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    target = out / "data" / _safe_name(path.relative_to(folder.root))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        count = jsonl.export(folder, catalogue, out / "data" / "statements.jsonl")
        _write_tag_files(out)
    logger.info("wrote the bag %s: %d versions", out.name, count)
    return count


def _write_tag_files(out: Path) -> None:
    payload = {path: _compute_digest(path) for path in _list_files(out / "data")}
    size = sum(path.stat().st_size for path in payload)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _format_bag_info(size, len(payload)),
        "manifest-sha256.txt": _format_manifest(out, payload),
    }
    for name, text in tags.items():
        (out / name).write_text(text, encoding="utf-8")
    tag_digests = {out / name: _compute_digest(out / name) for name in tags}
    (out / "tagmanifest-sha256.txt").write_text(
        _format_manifest(out, tag_digests), encoding="utf-8"
    )


def _format_bag_info(size: int, count: int) -> str:
    today = datetime.now(UTC).date().isoformat()
    return (
        f"Bagging-Date: {today}\n"
        f"Payload-Oxum: {size}.{count}\n"
        "Bag-Software-Agent: OnRecord\n"
        "External-Description: Official statements as captured (WARC 1.1), with the log that\n"
        "  vouches for them. docs/formats.md of OnRecord describes every file.\n"
    )


def _format_manifest(out: Path, digests: Mapping[Path, str]) -> str:
    return "".join(
        f"{digest}  {path.relative_to(out).as_posix()}\n" for path, digest in digests.items()
    )


def _safe_name(path: Path) -> str:
    # RFC 8493, 2.1.3 requires percent-encoding of these in manifests, and libraries differ on it.
    return re.sub(r"[%\r\n]", "_", path.as_posix())


def _list_files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _compute_digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
