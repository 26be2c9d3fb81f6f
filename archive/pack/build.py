"""Make the files of a pack from an archive."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.errors import FixityError, FormatError, StorageError, UnknownNameError
from archive.json_objects import version_json
from archive.log import keys
from archive.log.checkpoints import StoredCheckpoint
from archive.log.entries import Entry
from archive.log.log import Log
from archive.models import Passage, Version
from archive.pack import readme_text
from archive.pack.readable_copy import make_readable_copy, missing_requisites
from archive.timestamps import authorities, opentimestamps, renewal
from archive.timestamps.rfc3161 import Timestamp
from archive.warc.exchanges import ArchivedExchange, read_exchanges

_PACK_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """What a pack is to show."""

    version: Version
    passage: Passage | None
    citations: Mapping[str, str]  # by style
    holds: Callable[[str], bool]  # whether the archive has a capture of an address


def build_pack(home: ArchiveFolder, log: Log, wanted: PackRequest) -> dict[str, bytes]:
    """Return the files of a pack, by name; `log` must be open for writing, to sign.

    UnknownNameError where the log has no entry of the version's capture (or it was erased),
    FixityError where the evidence is not what was logged, FormatError where nothing was received.
    """
    index, entry = _entry(log, wanted.version.capture)
    record = _record(home, entry)
    held = _exchange(record, entry.text("id"))
    payload = held.payload
    if not payload:
        raise FormatError(f"{held.id}: expected a page, found that none was received")
    checkpoint = _checkpoint(log, index)
    tokens = _tokens(home, checkpoint) | _bitcoin(checkpoint)
    history = log.keys()
    files = {
        "record.warc.gz": record,
        "page.captured": payload,
        "entry.json": log.line(index),
        "index": f"{index}\n".encode(),
        "proof": _hex(log.inclusion(index, checkpoint.checkpoint.size)),
        "checkpoint": checkpoint.data,
        "keys/log.pem": history.in_force(checkpoint.checkpoint.size).pem,
        "keys/pack.pem": history.current.pem,
        **_changes(history, checkpoint.checkpoint.size),
        **tokens,
        **_about(wanted, held),
        "README.txt": readme_text.format_readme(
            wanted.version,
            entry,
            passage=wanted.passage,
            origin=held.metadata.origin if held.metadata else None,
            key=history.current.raw.hex(),
            authorities=sorted(Path(name).stem for name in tokens if name.endswith(".tsr")),
            bitcoin=readme_text.BITCOIN_PROOF_NAME in tokens,
        ).encode(),
        "verify.sh": (_PACK_FOLDER / "verify.sh").read_bytes(),
        "verify.py": (_PACK_FOLDER / "verify_pack.py").read_bytes(),
    }
    return files | sign_file_list(files, log)


def sign_file_list(files: Mapping[str, bytes], log: Log) -> dict[str, bytes]:
    """Return SHA256SUMS over `files`, and the archive's signature of it."""
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items()))
    return {"SHA256SUMS": sums.encode(), "SHA256SUMS.sig": log.sign(sums.encode())}


def _entry(log: Log, capture: str) -> tuple[int, Entry]:
    found = list(log.find("id", capture))
    if not found:
        raise UnknownNameError("capture in the log", capture)
    return found[-1]


def _record(home: ArchiveFolder, entry: Entry) -> bytes:
    """Return the bytes of the whole exchange, as they were when logged."""
    path = home.warc / entry.text("warc")
    try:
        with path.open("rb") as file:
            file.seek(entry.number("offset"))
            data = file.read(entry.number("length"))
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    found = sha256(data).hexdigest()
    if found != entry.text("warc_sha256"):
        name = f"{entry.text('warc')} byte {entry.number('offset')}"
        raise FixityError(name, entry.text("warc_sha256"), found)
    return data


def _exchange(record: bytes, capture: str) -> ArchivedExchange:
    with TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder) / "record.warc.gz"
        path.write_bytes(record)
        for held in read_exchanges(path):
            if held.id == capture:
                return held
    raise FormatError(f"{capture}: expected its record, found another")


def _checkpoint(log: Log, index: int) -> StoredCheckpoint:
    """Return the first checkpoint over entry `index` that others stamped, or else the first."""
    covering = [size for size in log.checkpoints.sizes() if size > index]
    if not covering:
        return log.checkpoint()
    held = [log.checkpoints.load(size) for size in covering]
    proved = (one for one in held if one.tokens() or opentimestamps.proof_of(one.path).exists())
    return next(proved, held[0])


def _tokens(home: ArchiveFolder, checkpoint: StoredCheckpoint) -> dict[str, bytes]:
    """Return the good tokens over a checkpoint, each with its roots and the time it states."""
    trusted = authorities.roots(home.log)
    files = {}
    for path, stamp in renewal.stamps(checkpoint, trusted):
        if isinstance(stamp, Timestamp):
            name = renewal.authority_of(path)
            files[f"tokens/{name}.tsr"] = path.read_bytes()
            files[f"tokens/{name}.pem"] = trusted[name]
            files[f"tokens/{name}.time"] = f"{int(stamp.when.timestamp())}\n".encode()
    return files


def _bitcoin(checkpoint: StoredCheckpoint) -> dict[str, bytes]:
    """Return the OpenTimestamps proof over a checkpoint, under the name that `ots` expects."""
    path = opentimestamps.proof_of(checkpoint.path)
    with storage_errors(path):
        return {readme_text.BITCOIN_PROOF_NAME: path.read_bytes()} if path.exists() else {}


def _changes(history: keys.KeyHistory, size: int) -> dict[str, bytes]:
    """Return how the key that signed a checkpoint of `size` entries handed over since."""
    files = {}
    later = [change for change in history.changes if change.index >= max(size, 1)]
    for number, change in enumerate(later, 1):
        name = f"keys/change-{number}"
        files[f"{name}.txt"] = keys.handover_text(change)
        files[f"{name}.sig"] = change.signature
        files[f"{name}.pem"] = change.key.pem
    return files


def _about(wanted: PackRequest, held: ArchivedExchange) -> dict[str, bytes]:
    """Return the statement as read, its citations, a copy to open, and what is missing."""
    body = held.body()
    media_type = held.response.media_type if held.response else ""
    copy = make_readable_copy(body, media_type)
    files = dict([copy]) if copy else {}
    files["statement.txt"] = wanted.version.reading.text.encode()
    files["statement.json"] = _json(version_json(wanted.version))
    if wanted.passage:
        files["passage.json"] = _json(asdict(wanted.passage))
    cited = (f"{style}:\n{text.strip()}\n" for style, text in wanted.citations.items())
    files["citation.txt"] = "\n".join(cited).encode()
    head = held.record.header
    coding = [value for name, value in held.headers if name.lower() == "content-encoding"]
    missing = (
        missing_requisites(body) if media_type in ("text/html", "application/xhtml+xml") else []
    )
    files["not-captured.txt"] = readme_text.format_not_captured(
        truncated=head.get("WARC-Truncated"),
        address_known=bool(head.get("WARC-IP-Address")),
        certificate_known=bool(held.metadata and held.metadata.tls),
        coding=", ".join(coding),
        missing=[url for url in missing if not wanted.holds(_joined(held.url, url))],
        transcript=wanted.version.transcript,
    ).encode()
    return files


def _joined(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _hex(hashes: list[bytes]) -> bytes:
    return "".join(f"{step.hex()}\n" for step in hashes).encode()
