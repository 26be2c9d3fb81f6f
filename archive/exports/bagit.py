"""BagIt 1.0 (RFC 8493): the whole archive in a folder that any library can check and take in."""

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

_CHUNK = 1 << 20
# Private keys stay here, caches are not evidence, and settings may say who we are.
_PARTS = ("warc", "log", "sources")


def export(home: ArchiveFolder, catalogue: Connection, out: Path) -> int:
    """Make the new folder `out` a bag of everything held; return how many versions it has."""
    if str(out) == "-":
        raise StorageError("a bag is a folder: name one that does not exist yet")
    if out.exists():
        raise StorageError(f"{out}: exists already")
    with storage_errors(out):
        (out / "data").mkdir(parents=True, mode=0o700)
        for part in _PARTS:
            for path in sorted((home.root / part).rglob("*")):
                if path.is_file() and not path.name.startswith("."):
                    target = out / "data" / _name(path.relative_to(home.root))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, target)
        count = jsonl.export(home, catalogue, out / "data" / "statements.jsonl")
        _describe(out)
    return count


def _describe(out: Path) -> None:
    payload = {path: _digest(path) for path in _files(out / "data")}
    size = sum(path.stat().st_size for path in payload)
    tags = {
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": _info(size, len(payload)),
        "manifest-sha256.txt": _manifest(out, payload),
    }
    for name, text in tags.items():
        (out / name).write_text(text, encoding="utf-8")
    sums = {out / name: _digest(out / name) for name in tags}
    (out / "tagmanifest-sha256.txt").write_text(_manifest(out, sums), encoding="utf-8")


def _info(size: int, count: int) -> str:
    today = datetime.now(UTC).date().isoformat()
    return (
        f"Bagging-Date: {today}\n"
        f"Payload-Oxum: {size}.{count}\n"
        "Bag-Software-Agent: OnRecord\n"
        "External-Description: Official statements as captured (WARC 1.1), with the log that\n"
        "  vouches for them. docs/formats.md of OnRecord describes every file.\n"
    )


def _manifest(out: Path, sums: Mapping[Path, str]) -> str:
    return "".join(
        f"{digest}  {path.relative_to(out).as_posix()}\n" for path, digest in sums.items()
    )


def _name(path: Path) -> str:
    # RFC 8493, 2.1.3 wants these percent-encoded in manifests, and libraries differ on it.
    return re.sub(r"[%\r\n]", "_", path.as_posix())


def _files(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
