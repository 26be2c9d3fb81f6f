"""WARC digests (labelled-digest): an algorithm's name, a colon, base32 or, in some files, hex."""

import base64
import hashlib

ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha512": "sha512",
    "sha-512": "sha512",
}


def format_digest(digest: bytes) -> str:
    """Return a SHA-256 `digest` as "sha256:<base32>", the form that `warcio check` reads."""
    return "sha256:" + base64.b32encode(digest).decode()


def sha256_hex(data: bytes) -> str:
    """Return the lower-case hex SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def hash_algorithm(stated: str) -> str:
    """Return hashlib's name for the algorithm of a stated digest; "" if it is unknown."""
    return ALGORITHMS.get(stated.partition(":")[0].strip().lower(), "")


def matches_digest(stated: str, digest: bytes) -> bool:
    """Return whether `stated` is `digest`, in base32 with or without padding, or in hex."""
    value = stated.partition(":")[2].strip()
    if len(value) == 2 * len(digest):
        return value.lower() == digest.hex()
    return value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("=")
