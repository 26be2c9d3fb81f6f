"""Encrypt for somebody: age (https://age-encryption.org/v1), which its own command reads too."""

from collections.abc import Sequence
from importlib import import_module

from archive.errors import FormatError


def seal(data: bytes, recipients: Sequence[str]) -> bytes:
    """Return `data` so that only the holders of `recipients`' keys can read it.

    FormatError where one is no age recipient, or the package pyrage is not installed.
    """
    try:
        pyrage = import_module("pyrage")
    except ImportError as error:
        raise FormatError("encryption needs one more package: pip install onrecord[age]") from error
    try:
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise FormatError(f"expected an age recipient (age1…), found another: {error}") from error
    sealed: bytes = pyrage.encrypt(data, keys)
    return sealed
