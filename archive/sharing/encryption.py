"""Encrypt files for recipients in the age format (https://age-encryption.org/v1)."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from archive import atomic_files
from archive.errors import FormatError


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """Return `data` encrypted so that only the holders of the `recipients`' keys can read it.

    FormatError if one is not an age recipient, or if the package pyrage is not installed.
    """
    age, keys = _parse_recipients(recipients)
    encrypted: bytes = age.encrypt(data, keys)
    return encrypted


def encrypt_file(path: Path, target: Path, recipients: Sequence[str]) -> None:
    """Encrypt the file at `path`, of any size, into `target`; errors as in `encrypt`."""
    age, keys = _parse_recipients(recipients)
    with atomic_files.private_output(target) as output, path.open("rb") as plaintext:
        age.encrypt_io(plaintext, output, keys)


def _parse_recipients(recipients: Sequence[str]) -> tuple[Any, list[Any]]:
    try:
        pyrage = import_module("pyrage")
    except ImportError as error:
        raise FormatError("encryption needs one more package: pip install onrecord[age]") from error
    try:
        return pyrage, [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise FormatError(f"expected an age recipient (age1…), found another: {error}") from error
