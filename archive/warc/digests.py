"""WARC digests (labelled-digest): an algorithm's name, a colon, base32; in some files hex."""

import base64
import hashlib

ALGORITHMS = {
    "md5": "md5",
    "sha1": "sha1",
    "sha-1": "sha1",
    "sha224": "sha224",
    "sha256": "sha256",
    "sha-256": "sha256",
    "sha384": "sha384",
    "sha-384": "sha384",
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


def is_digest(stated: str) -> bool:
    """Return whether `stated` could be a digest: of an algorithm we know, and of its length."""
    name = hash_algorithm(stated)
    if not name:
        return False
    size = hashlib.new(name, usedforsecurity=False).digest_size
    length = len(stated.partition(":")[2].strip().rstrip("="))
    return length in (2 * size, -(-size * 8 // 5), -(-size * 4 // 3))


def matches_digest(stated: str, digest: bytes) -> bool:
    """Return whether `stated` is `digest`: base32 or base64, padded or not, or hex.

    In those, a digest has different lengths.
    """
    value = stated.partition(":")[2].strip()
    if len(value) == 2 * len(digest):
        return value.lower() == digest.hex()
    value = value.rstrip("=")
    in_base32 = base64.b32encode(digest).decode().rstrip("=")
    in_base64 = base64.b64encode(digest).decode().rstrip("=")
    return value.upper() == in_base32 or value.replace("-", "+").replace("_", "/") == in_base64
