"""The list of what was erased: salted hashes, by which it is kept out from then on.

An item is on the list by its id, its own page's address, its words, or the digest of the bytes that
held it. The salt is a file beside the archive's keys: without it the list, which is in the log,
does not tell what was erased, and nobody can try out candidates.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archive import atomic_files
from archive.errors import ArchiveFolderError
from archive.urls.web_address import same_page_key

SALT_BYTES = 32
_HASH_BYTES, _WINDOW_HASH_BYTES = 16, 8
_WINDOW_WORDS = 8
_SHORT_TEXT_WORDS = 2000  # of longer ones, fewer windows are kept
_KINDS = ("ids", "addresses", "words", "payloads", "windows")
_NOT_WORDS = re.compile(r"[\W_]+")
_SCHEME_AND_WWW = re.compile(r"\Ahttps?://(?:www\.)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedHashes:
    """The hashes that one erasure adds to the list, in hex."""

    ids: frozenset[str] = frozenset()  # of statements and captures
    addresses: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()  # of whole texts
    payloads: frozenset[str] = frozenset()  # of the digests of bodies
    windows: frozenset[str] = frozenset()  # of some runs of eight words of the texts

    def facts(self) -> dict[str, str]:
        """Return the facts of a log entry, "" where there is none."""
        return {kind: " ".join(sorted(getattr(self, kind))) for kind in _KINDS}


def hashes_of(facts: Mapping[str, str | int]) -> ErasedHashes:
    """Return the hashes in the facts of a log entry."""
    return ErasedHashes(**{kind: frozenset(str(facts.get(kind, "")).split()) for kind in _KINDS})


@dataclass(frozen=True, slots=True)
class Salt:
    """The salt of one archive's list; makes its hashes."""

    value: bytes = field(repr=False)

    def hashes(
        self,
        *,
        ids: Iterable[str] = (),
        addresses: Iterable[str] = (),
        texts: Iterable[str] = (),
        payloads: Iterable[str] = (),
    ) -> ErasedHashes:
        """Return the hashes of an item; empty values are left out."""
        texts = [text for text in texts if plain_words(text)]
        return ErasedHashes(
            ids=frozenset(self.hash("id", name) for name in ids if name),
            addresses=frozenset(
                self.hash("address", plain_address(url)) for url in addresses if url
            ),
            words=frozenset(self.hash("words", plain_words(text)) for text in texts),
            payloads=frozenset(self.hash("payload", digest) for digest in payloads if digest),
            windows=frozenset(name for text in texts for name in self._chosen_windows(text)),
        )

    def hash(self, kind: str, value: str, size: int = _HASH_BYTES) -> str:
        """Return the hash of `value`, of one kind (keyed BLAKE2b, RFC 7693)."""
        data = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(data, key=self.value, digest_size=size).hexdigest()

    def windows(self, text: str) -> list[str]:
        """Return the hash of each run of eight words of `text`, in order."""
        words = _plain(text).split()
        return [
            self.hash("window", " ".join(words[start : start + _WINDOW_WORDS]), _WINDOW_HASH_BYTES)
            for start in range(len(words) - _WINDOW_WORDS + 1)
        ]

    def _chosen_windows(self, text: str) -> set[str]:
        """Return the least of each few hashes in turn: a longer run of the words has one of them.

        Winnowing (Schleimer, Wilkerson, Aiken: SIGMOD 2003).
        """
        hashes = self.windows(text)
        size = 4 if len(hashes) <= _SHORT_TEXT_WORDS else 16
        return {
            min(hashes[start : start + size])
            for start in range(max(1, len(hashes) - size + 1))
            if hashes
        }


@dataclass(frozen=True, slots=True)
class ErasedList:
    """What is kept out: by each hash, the number of the log entry of its erasure."""

    salt: Salt | None = None
    by_kind: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.salt is not None and any(self.by_kind.values())

    def find_id(self, name: str) -> int | None:
        """Return the erasure of the statement or capture `name`; None for none."""
        return self._find("ids", "id", name)

    def find_address(self, url: str) -> int | None:
        return self._find("addresses", "address", plain_address(url)) if url else None

    def find_words(self, text: str) -> int | None:
        words = plain_words(text)
        return self._find("words", "words", words) if words else None

    def find_payload(self, sha256: str) -> int | None:
        return self._find("payloads", "payload", sha256) if sha256 else None

    def find_item(self, names: Sequence[str], url: str, text: str) -> int | None:
        """Return the erasure of an item with one of these ids, its address or its words."""
        numbers = (*map(self.find_id, names), self.find_address(url), self.find_words(text))
        return next((number for number in numbers if number is not None), None)

    def find_part(self, text: str) -> int | None:
        """Return the erasure of an item of which `text` has a longer run of words."""
        windows = self.by_kind.get("windows")
        if self.salt is None or not windows:
            return None
        return next((windows[name] for name in self.salt.windows(text) if name in windows), None)

    def _find(self, kind: str, name: str, value: str) -> int | None:
        entries = self.by_kind.get(kind)
        if self.salt is None or not entries:
            return None
        return entries.get(self.salt.hash(name, value))


NOTHING_ERASED = ErasedList()


def make_list(salt: Salt | None, erasures: Iterable[tuple[int, ErasedHashes]]) -> ErasedList:
    """Return the list of numbered erasures; the latest of two of one item counts."""
    by_kind: dict[str, dict[str, int]] = {kind: {} for kind in _KINDS}
    for number, hashes in erasures:
        for kind in _KINDS:
            by_kind[kind].update(dict.fromkeys(getattr(hashes, kind), number))
    return ErasedList(salt, by_kind)


def plain_address(url: str) -> str:
    """Return what the spellings of a page's address have in common, http, https and www. too.

    >>> plain_address("http://www.Press.example/a/#top") == plain_address("https://press.example/a")
    True
    """
    return _SCHEME_AND_WWW.sub("", same_page_key(url)).removesuffix("/")


def plain_words(text: str) -> str:
    """Return the letters and digits of `text` alone: layout, marks and capitals make no other."""
    return _plain(text).replace(" ", "")


def _plain(text: str) -> str:
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def load_salt(keys: Path) -> Salt | None:
    """Return the salt in the folder `keys`; None where nothing was erased yet."""
    path = _salt_path(keys)
    with atomic_files.storage_errors(path):
        if not path.exists():
            return None
        value = path.read_bytes()
    if len(value) != SALT_BYTES:
        raise ArchiveFolderError(f"{path}: expected {SALT_BYTES} bytes, found {len(value)}")
    return Salt(value)


def make_salt(keys: Path) -> Salt:
    """Return the salt in the folder `keys`; make it, durably, where there is none."""
    salt = load_salt(keys)
    if salt is None:
        salt = Salt(os.urandom(SALT_BYTES))
        atomic_files.replace_file(_salt_path(keys), salt.value)
    return salt


def _salt_path(keys: Path) -> Path:
    return keys / "erased.salt"
