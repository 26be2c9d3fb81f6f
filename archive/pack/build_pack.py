"""Build the files of an evidence pack from an archive."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin

from archive.archive_folder import ArchiveFolder
from archive.atomic_files import storage_errors
from archive.errors import FixityError, FormatError, StorageError, UnknownNameError
from archive.json_objects import rereading_json, version_json
from archive.log import keys
from archive.log.checkpoint_files import StoredCheckpoint
from archive.log.entries import Entry
from archive.log.joined_logs import find_joined_proof
from archive.log.signed_log import Log
from archive.models import Passage, Version
from archive.pack import readme_text
from archive.pack.readable_copy import make_readable_copy, missing_requisites
from archive.text.rereading import Rereading
from archive.timestamps import authorities, opentimestamps, renewal
from archive.timestamps.rfc3161 import Timestamp
from archive.warc.read_exchanges import ArchivedExchange, read_exchanges

_PACK_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRequest:
    """The version to prove, the passage quoted, and its citations."""

    version: Version
    passage: Passage | None
    citations: Mapping[str, str]  # by style
    is_archived: Callable[[str], bool]  # whether the archive has a capture of a URL
    formerly: Sequence[Rereading] = ()  # of the version's former ids


def build_pack(folder: ArchiveFolder, log: Log, request: PackRequest) -> dict[str, bytes]:
    """Return the files of a pack, by name; `log` must be open for writing, to sign.

    UnknownNameError if the log has no entry of the version's capture (or it was erased),
    FixityError if the evidence is not what was logged, FormatError if nothing was received.
    """
    index, entry = _find_entry(log, request.version.capture)
    record = _read_logged_record(folder, entry)
    exchange = _read_exchange(record, entry.text("id"))
    payload = exchange.payload
    if not payload:
        raise FormatError(f"{exchange.id}: expected a page, found that none was received")
    checkpoint = _choose_checkpoint(log, index)
    tokens = _collect_tokens(folder, checkpoint) | _collect_bitcoin_proof(checkpoint)
    history = log.keys()
    files = {
        "record.warc.gz": record,
        "page.captured": payload,
        "entry.json": log.line(index),
        "index": f"{index}\n".encode(),
        "proof": _encode_hashes(log.inclusion_proof(index, checkpoint.checkpoint.size)),
        "checkpoint": checkpoint.data,
        "keys/log.pem": history.in_force(checkpoint.checkpoint.size).pem,
        "keys/pack.pem": history.current.pem,
        **_collect_key_changes(history, checkpoint.checkpoint.size),
        **tokens,
        **_collect_joined_proof(folder, entry.text("id")),
        **_collect_statement_files(request, exchange),
        "README.txt": readme_text.format_readme(
            request.version,
            entry,
            passage=request.passage,
            formerly=request.formerly,
            origin=exchange.metadata.origin if exchange.metadata else None,
            key=history.current.raw.hex(),
            authorities=sorted(Path(name).stem for name in tokens if name.endswith(".tsr")),
            bitcoin=readme_text.BITCOIN_PROOF_NAME in tokens,
        ).encode(),
        "verify.sh": (_PACK_FOLDER / "verify.sh").read_bytes(),
        "verify.py": (_PACK_FOLDER / "verify_pack.py").read_bytes(),
    }
    return files | sign_file_list(files, log)


def sign_file_list(files: Mapping[str, bytes], log: Log) -> dict[str, bytes]:
    """Return SHA256SUMS over `files`, and the archive's signature on it."""
    listing = "".join(
        f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())
    )
    return {"SHA256SUMS": listing.encode(), "SHA256SUMS.sig": log.sign(listing.encode())}


def _find_entry(log: Log, capture: str) -> tuple[int, Entry]:
    matches = list(log.find("id", capture))
    if not matches:
        raise UnknownNameError("capture in the log", capture)
    return matches[-1]


def _read_logged_record(folder: ArchiveFolder, entry: Entry) -> bytes:
    """Return the bytes of the whole exchange; FixityError if they are not those logged."""
    path = folder.warc / entry.text("warc")
    try:
        with path.open("rb") as file:
            file.seek(entry.number("offset"))
            data = file.read(entry.number("length"))
    except OSError as error:
        raise StorageError(f"{path}: {error.strerror}") from error
    digest = sha256(data).hexdigest()
    if digest != entry.text("warc_sha256"):
        name = f"{entry.text('warc')} byte {entry.number('offset')}"
        raise FixityError(name, entry.text("warc_sha256"), digest)
    return data


def _read_exchange(record: bytes, capture: str) -> ArchivedExchange:
    with TemporaryDirectory(prefix="onrecord-") as folder:
        path = Path(folder) / "record.warc.gz"
        path.write_bytes(record)
        for exchange in read_exchanges(path):
            if exchange.id == capture:
                return exchange
    raise FormatError(f"{capture}: expected its record, found another")


def _choose_checkpoint(log: Log, index: int) -> StoredCheckpoint:
    """Return the first timestamped checkpoint that includes entry `index`, else the first."""
    sizes = [size for size in log.checkpoints.sizes() if index < size <= len(log)]
    if not sizes:
        return log.checkpoint()
    checkpoints = [log.checkpoints.load(size) for size in sizes]
    stamped = (
        checkpoint
        for checkpoint in checkpoints
        if checkpoint.tokens() or opentimestamps.proof_path(checkpoint.path).exists()
    )
    return next(stamped, checkpoints[0])


def _collect_tokens(folder: ArchiveFolder, checkpoint: StoredCheckpoint) -> dict[str, bytes]:
    """Return the valid tokens for a checkpoint, each with its roots and the time it states."""
    roots = authorities.roots(folder.log)
    files = {}
    for path, stamp in renewal.read_timestamps(checkpoint, roots):
        if isinstance(stamp, Timestamp):
            name = renewal.authority_of(path)
            files[f"tokens/{name}.tsr"] = path.read_bytes()
            files[f"tokens/{name}.pem"] = roots[name]
            files[f"tokens/{name}.time"] = f"{int(stamp.when.timestamp())}\n".encode()
    return files


def _collect_joined_proof(folder: ArchiveFolder, capture: str) -> dict[str, bytes]:
    """Return the proof by the log of the archive that made the capture, where it was joined."""
    proof = find_joined_proof(folder.log, capture)
    if proof is None:
        return {}
    return {
        "joined/entry.json": proof.entry,
        "joined/index": f"{proof.index}\n".encode(),
        "joined/proof": _encode_hashes(proof.proof),
        "joined/checkpoint": proof.checkpoint,
        "joined/log.pem": proof.key.pem,
    }


def _collect_bitcoin_proof(checkpoint: StoredCheckpoint) -> dict[str, bytes]:
    """Return the OpenTimestamps proof of a checkpoint, under the name that `ots` expects."""
    path = opentimestamps.proof_path(checkpoint.path)
    with storage_errors(path):
        return {readme_text.BITCOIN_PROOF_NAME: path.read_bytes()} if path.exists() else {}


def _collect_key_changes(history: keys.KeyHistory, size: int) -> dict[str, bytes]:
    """Return the key changes since a checkpoint of `size` entries, each signed by the old key."""
    files = {}
    later_changes = [change for change in history.changes if change.index >= max(size, 1)]
    for number, change in enumerate(later_changes, 1):
        name = f"keys/change-{number}"
        files[f"{name}.txt"] = keys.handover_text(change)
        files[f"{name}.sig"] = change.signature
        files[f"{name}.pem"] = change.key.pem
    return files


def _collect_statement_files(request: PackRequest, exchange: ArchivedExchange) -> dict[str, bytes]:
    """Return the files about the statement: text, citations, readable copy, list of gaps."""
    body = exchange.body()
    media_type = exchange.response.media_type if exchange.response else ""
    copy = make_readable_copy(body, media_type)
    files = dict([copy]) if copy else {}
    files["statement.txt"] = request.version.reading.text.encode()
    formerly = [rereading_json(rereading) for rereading in request.formerly]
    facts = version_json(request.version) | {"formerly": formerly}
    files["statement.json"] = _encode_json(facts)
    if request.passage:
        files["passage.json"] = _encode_json(asdict(request.passage))
    citations = (f"{style}:\n{text.strip()}\n" for style, text in request.citations.items())
    files["citation.txt"] = "\n".join(citations).encode()
    header = exchange.record.header
    coding = [value for name, value in exchange.headers if name.lower() == "content-encoding"]
    missing = (
        missing_requisites(body) if media_type in ("text/html", "application/xhtml+xml") else []
    )
    files["not-captured.txt"] = readme_text.format_not_captured(
        truncated=header.get("WARC-Truncated"),
        address_known=bool(header.get("WARC-IP-Address")),
        certificate_known=bool(exchange.metadata and exchange.metadata.tls),
        coding=", ".join(coding),
        missing=[url for url in missing if not request.is_archived(_join_url(exchange.url, url))],
        transcript=request.version.transcript,
    ).encode()
    return files


def _join_url(base: str, url: str) -> str:
    try:
        return urljoin(base, url)
    except ValueError:
        return url


def _encode_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _encode_hashes(hashes: list[bytes]) -> bytes:
    return "".join(f"{digest.hex()}\n" for digest in hashes).encode()
