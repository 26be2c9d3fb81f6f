"""Read which captures a WARC file has, from its records' headers, and what of it is refused."""

from dataclasses import dataclass, field
from datetime import datetime

from archive.errors import ArchiveError, FormatError, LimitError
from archive.text.legible import legible
from archive.urls.web_address import is_web_address
from archive.warc.inputs.input_files import InputFile, Scratch, unpack_input
from archive.warc.inputs.refused_input import RefusedInput
from archive.warc.inputs.unpack import MAX_DAMAGES, unread_rest
from archive.warc.record_header import parse_date
from archive.warc.record_reader import (
    MAX_BLOCK_BYTES,
    MAX_HEADER_BYTES,
    Damage,
    Record,
    open_warc,
    scan_records,
)
from scrapers.url_key import either_scheme
from scrapers.webarchives.replayed_copy import original_address, replay_instant

_PEEK_BYTES = 4096  # of each block, kept while the files are read
_FIRST_YEAR, _LAST_YEAR = 1990, 2100  # of a capture: the web has no earlier day; ours, no later
_OUTCOME_FIELD = b"onrecord-outcome: "
_CAPTURE_KINDS = ("response", "revisit", "resource")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedExchange:
    """One record of a capture, and its position in a file.

    A page that another web archive replayed is a capture of the page's own address, at the instant
    at which that archive captured it.
    """

    id: str
    url: str
    captured: datetime  # by the archive that replayed it, where one did
    recorded: datetime  # WARC-Date
    kind: str  # response, revisit, resource; metadata: no response was received
    file: InputFile
    offset: int
    is_replayed: bool = False  # by another web archive

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return the addresses by which a source may know the page."""
        return either_scheme(self.url) if self.is_replayed else (self.url,)

    def refused(self, reason: str) -> RefusedInput:
        """Return that the record was passed over, and why."""
        return RefusedInput(
            file=self.file.name,
            offset=self.file.original_offset(self.offset),
            record=self.id,
            url=self.url,
            reason=reason,
        )


@dataclass(slots=True)
class FileContents:
    """What the records of one file are: captures with their stated digests, and the refused."""

    exchanges: list[tuple[RecordedExchange, str]] = field(default_factory=list)
    refused: list[RefusedInput] = field(default_factory=list)
    records: int = 0  # whole ones, of any kind


def read_contents(file: InputFile, scratch: Scratch) -> FileContents:
    """Read the headers in `file`, unpacked first where its records are not seekable.

    FormatError or LimitError where it has no whole record.
    """
    if file.is_empty:
        return FileContents(refused=list(file.damages))
    contents = _scan(file)
    if contents is None:
        contents = _scan(unpack_input(file, scratch))
    if contents is None:
        raise FormatError("", "WARC records that can be read by their offset", "others")
    return contents


def _scan(file: InputFile) -> FileContents | None:
    """Return the contents of `file`; None where it is gzip and must be unpacked to be read."""
    contents, first_damage = FileContents(refused=list(file.damages)), None
    damages = 0
    with open_warc(file.path) as stream:
        is_gzip = stream.read(2) == b"\x1f\x8b"
        stream.seek(0)
        for record in scan_records(stream, keep=_PEEK_BYTES, verify=True):
            if isinstance(record, Damage):
                first_damage = first_damage or record
                contents.refused.append(_refused_damage(record, file))
                damages += 1
                if damages == MAX_DAMAGES:
                    contents.refused.append(
                        RefusedInput(file=file.name, offset=record.offset, reason=unread_rest())
                    )
                    break
                continue
            if not record.is_seekable:
                return None
            contents.records += 1
            _add_record(contents, record, file)
    if contents.records:
        return contents
    if is_gzip and first_damage and not first_damage.is_bomb:
        return None
    raise _no_records(first_damage, file.damages)


def _no_records(damage: Damage | None, unpacking: tuple[RefusedInput, ...]) -> ArchiveError:
    """Return the error for a file without a whole record."""
    if unpacking:
        offset, reason = unpacking[0].offset, unpacking[0].reason
        return FormatError(reason if offset is None else f"byte {offset}: {reason}")
    if damage is None:
        return FormatError("", "WARC records", "none")
    error_type = LimitError if damage.is_bomb else FormatError
    return error_type(f"byte {damage.offset}: {damage.problem}")


def _refused_damage(damage: Damage, file: InputFile) -> RefusedInput:
    return RefusedInput(
        file=file.name,
        offset=file.original_offset(damage.offset),
        record=legible(damage.record_id),
        reason=f"a damaged record: {damage.problem}",
    )


def _add_record(contents: FileContents, record: Record, file: InputFile) -> None:
    head = record.header
    if head.kind == "metadata":
        if head.get("WARC-Concurrent-To") or _OUTCOME_FIELD not in record.block_prefix:
            return
    elif head.kind and head.kind not in _CAPTURE_KINDS:
        return
    if head.url and not head.url.lower().startswith(("http://", "https://")):
        return  # of a name server, of the crawler, of a page's text: no page of the web
    reason = _refusal_reason(record)
    if reason:
        refused = RefusedInput(
            file=file.name,
            offset=file.original_offset(record.offset),
            record=legible(head.id),
            url=legible(head.url),
            reason=reason,
        )
        contents.refused.append(refused)
        return
    recorded, instant = parse_date(head.get("WARC-Date")), replay_instant(head.url)
    exchange = RecordedExchange(
        id=head.id,
        url=original_address(head.url),
        captured=instant or recorded,
        recorded=recorded,
        kind=head.kind,
        file=file,
        offset=record.offset,
        is_replayed=instant is not None,
    )
    contents.exchanges.append((exchange, head.get("WARC-Payload-Digest")))


def _refusal_reason(record: Record) -> str:
    """Return why a record of a capture cannot be taken; "" where it can."""
    head = record.header
    if len(head.raw) > MAX_HEADER_BYTES:
        return (
            f"its header has {len(head.raw)} bytes, not within {MAX_HEADER_BYTES} bytes, our limit"
        )
    for name, value in (
        ("WARC-Type", head.kind),
        ("WARC-Record-ID", head.id),
        ("WARC-Target-URI", head.url),
    ):
        if not value:
            return f"it has no {name}"
        if legible(value) != value:
            return f"its {name} is not text in UTF-8"
    if not is_web_address(head.url):
        return "its WARC-Target-URI is no web address"
    if head.get("WARC-Segment-Number"):
        return "it is one segment of a record, and onrecord does not join segments"
    if head.length > MAX_BLOCK_BYTES:
        return f"it has {head.length} bytes, more than our limit of {MAX_BLOCK_BYTES}"
    if digest := record.wrong_digest():
        return f"its bytes do not have the digest that it states, {digest}"
    try:
        date = parse_date(head.get("WARC-Date"))
    except FormatError as error:
        return str(error)
    if not _FIRST_YEAR <= date.year <= _LAST_YEAR:
        return f"its WARC-Date, {date.date()}, is no day of the web"
    return ""
