"""A digest of a file that is cheap enough to be compared whenever the file is opened.

Of every 64 KiB the sum of its 64-bit words, each times the odd number of its position, modulo
2**64; then SHA-256 over these sums, the last bytes and the size. It finds damage: zeros, flipped
bits, words or pages lost or exchanged. It is no defence against an adversary, which
`SegmentEntry.sha256` is.
"""

from hashlib import sha256
from io import FileIO
from pathlib import Path

import numpy as np

_PAGE_WORDS = 8192
_CHUNK_BYTES = 16 * 8 * _PAGE_WORDS  # 1 MiB: stays in the processor's cache
# Odd, so that no bit is lost in a product; 2**64 divided by the golden ratio spreads them.
_FACTORS = np.arange(1, 2 * _PAGE_WORDS, 2, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def quick_digest(path: Path) -> str:
    """Return the digest of the file at `path`, hexadecimal; OSError where it cannot be read."""
    digest, size = sha256(), 0
    buffer = bytearray(_CHUNK_BYTES)
    view = memoryview(buffer)
    with path.open("rb", buffering=0) as file:
        while count := _read_into(file, view):
            pages = count // (8 * _PAGE_WORDS)
            words = np.frombuffer(buffer, dtype="<u8", count=pages * _PAGE_WORDS)
            products = words.reshape(pages, _PAGE_WORDS) * _FACTORS
            digest.update(products.sum(axis=1, dtype=np.uint64).tobytes())
            digest.update(view[pages * 8 * _PAGE_WORDS : count])
            size += count
    digest.update(size.to_bytes(8, "little"))
    return digest.hexdigest()


def _read_into(file: FileIO, view: memoryview) -> int:
    """Fill `view` from `file`, but at its end; return the number of bytes."""
    filled = 0
    while filled < len(view) and (count := file.readinto(view[filled:])):
        filled += count
    return filled
