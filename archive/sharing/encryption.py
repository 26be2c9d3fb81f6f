"""Encrypt for somebody: age (https://age-encryption.org/v1), which its own command reads too."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from archive import atomic_files
from archive.errors import FormatError


def encrypt(data: bytes, recipients: Sequence[str]) -> bytes:
    """Return `data` so that only the holders of `recipients`' keys can read it.

    FormatError where one is no age recipient, or the package pyrage is not installed.
    """
    age, keys = _keys(recipients)
    sealed: bytes = age.encrypt(data, keys)
    return sealed


def encrypt_file(path: Path, out: Path, recipients: Sequence[str]) -> None:
    """Write the file at `path`, of any size, to `out`, sealed likewise."""
    age, keys = _keys(recipients)
    with atomic_files.storage_errors(out):
        out.touch(0o600)
        age.encrypt_file(os.fspath(path), os.fspath(out), keys)


def _keys(recipients: Sequence[str]) -> tuple[Any, list[Any]]:
    try:
        pyrage = import_module("pyrage")
    except ImportError as error:
        raise FormatError("encryption needs one more package: pip install onrecord[age]") from error
    try:
        return pyrage, [pyrage.x25519.Recipient.from_str(recipient) for recipient in recipients]
    except pyrage.RecipientError as error:
        raise FormatError(f"expected an age recipient (age1…), found another: {error}") from error
