"""Sign a checkpoint with the private key of its log, and with the next one while keys change."""

from pathlib import Path

from archive.errors import FixityError
from archive.log import keys
from archive.log.keys import KeyHistory
from archive.log.signed_notes import Checkpoint, Note


def sign_checkpoint(head: Checkpoint, history: KeyHistory, key_path: Path) -> Note:
    """Return `head` signed by the key at `key_path` and, where there is one, by the next.

    FixityError where neither is the key that the log has in force.
    """
    note = Note(head.text)
    for path in (key_path, next_key_path(key_path)):
        if path.exists():
            note = note.sign(keys.load_key(path), head.origin)
    if not note.is_signed_by(history.in_force(head.size)):
        raise FixityError(f"{key_path}", history.current.vkey, "another key")
    return note


def next_key_path(key_path: Path) -> Path:
    """Return where the key that will replace the one at `key_path` lies until it has done so."""
    return key_path.with_name("log.next.pem")
