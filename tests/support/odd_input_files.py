"""Files to import as other tools write them: WARC packed in several ways, ARC, multi-WACZ."""

import gzip
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import zstandard
from fastwarc.stream_io import Lz4Writer

from tests.support.warc_files import foreign_record, http_response

SITE = "https://harbour.example/notices"


def notice(number: int, **more: object) -> bytes:
    """Return a response record: the page of a harbour's notice with this number."""
    options: dict[str, object] = {
        "url": f"{SITE}/{number}",
        "record_id": f"urn:uuid:00000000-0000-4000-8000-{number:012}",
        "date": f"2024-03-{number:02}T10:00:00Z",
        **more,
    }
    return foreign_record(notice_response(number), **options)  # type: ignore[arg-type]


def notice_response(number: int) -> bytes:
    return http_response(notice_page(number))


def notice_page(number: int) -> bytes:
    title = f"Notice {number} to mariners"
    text = (
        f"The harbour master closes berth {number} of the eastern quay until the crane is mended, "
        "and asks every skipper to anchor in the outer roads. Pilots will meet ships at the buoy "
        f"of the northern channel, and the tariff of notice {number} holds meanwhile."
    )
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title></head><body><main><article>"
        f"<h1>{title}</h1><p>{text}</p></article></main></body></html>"
    ).encode()


def zstd_warc(records: Iterable[bytes], dictionary: bytes = b"", *, packed: bool = False) -> bytes:
    """Return a .warc.zst: a frame for each record; the dictionary first, `packed` itself or not.

    As the IIPC's "Zstandard compression for WARC files" has it.
    """
    if not dictionary:
        return b"".join(zstandard.ZstdCompressor().compress(record) for record in records)
    content = zstandard.ZstdCompressor().compress(dictionary) if packed else dictionary
    frames = [b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content]
    compressor = zstandard.ZstdCompressor(dict_data=zstandard.ZstdCompressionDict(dictionary))
    return b"".join([*frames, *(compressor.compress(record) for record in records)])


def zstd_dictionary() -> bytes:
    samples = [notice(number % 28 + 1) for number in range(500)]
    return zstandard.train_dictionary(2000, samples).as_bytes()


def lz4_warc(records: Iterable[bytes]) -> bytes:
    packed = BytesIO()
    for record in records:
        writer = Lz4Writer(packed)
        writer.write(record)
        writer.close()
    return packed.getvalue()


def arc_records(numbers: Iterable[int], version: int = 1) -> list[bytes]:
    """Return the records of an ARC file, that with its description first."""
    names = b"URL IP-address Archive-date Content-type "
    names += (
        b"Archive-length" if version == 1 else b"Result-code Checksum Location Offset Filename "
    )
    names += b"" if version == 1 else b"Archive-length"
    description = b"%d 0 Harbour Crawler\n%s\n\n" % (version, names)
    middle = b"" if version == 1 else b"200 - - 0 harbour.arc "
    records = [(b"filedesc://harbour.arc", b"text/plain", description)]
    records += [
        (f"{SITE}/{number}".encode(), b"text/html", notice_response(number)) for number in numbers
    ]
    return [
        b"%s 192.0.2.7 20090102030405 %s %s%d\n%s\n" % (url, kind, middle, len(block), block)
        for url, kind, block in records
    ]


def write_wacz(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("datapackage.json", "{}")
        for name, data in members.items():
            package.writestr(name, data)
    return path


def wacz_bytes(members: dict[str, bytes]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)
    return packed.getvalue()


def gzip_each(*records: bytes) -> bytes:
    return b"".join(map(gzip.compress, records))
