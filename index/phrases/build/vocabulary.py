"""Number distinct words, millions of words at a time."""

import os
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_WINDOW_BYTES = 8
# Longer words are hashed one by one, so that a word that fills a page costs no more.
_MAX_WINDOWED_BYTES = 64
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(8)] + [2**64 - 1], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


class Vocabulary:
    """Distinct words, numbered from 0 in the order in which they were first added.

    Words are distinguished by a 64-bit hash keyed with a secret of the process, so no text can be
    prepared in which two collide; that two of a million words do by chance has the odds 3 :
    100,000,000.
    """

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self._secret = np.frombuffer(os.urandom(16), dtype=np.uint64) | np.uint64(1)
        self._reserve(1 << 16)

    def number(
        self, data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.uint32]:
        """Return the number of each word `data[start:end]`; new words get the next numbers."""
        hashes = self._hashes(data, starts, ends)
        numbers, unknown = self._look_up(hashes)
        if len(unknown):
            _, first_index = np.unique(hashes[unknown], return_index=True)
            new_indexes = unknown[np.sort(first_index)]
            self._add(
                hashes[new_indexes], [data[starts[i] : ends[i]] for i in new_indexes.tolist()]
            )
            numbers[unknown], _ = self._look_up(hashes[unknown])
        return numbers

    def number_words(self, words: list[bytes]) -> NDArray[np.uint32]:
        """Return the number of each of `words`, adding new ones."""
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        ends = np.cumsum(lengths)
        return self.number(b"".join(words), ends - lengths, ends)

    def _hashes(
        self, data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.uint64]:
        """Return a keyed 64-bit hash of each word `data[start:end]`."""
        padded = np.frombuffer(data + bytes(_WINDOW_BYTES), dtype=np.uint8)
        # Eight bytes from any offset, read as one number: a view without a copy.
        windows = np.ndarray((len(padded) - _WINDOW_BYTES + 1,), "<u8", padded, strides=(1,))
        lengths = ends - starts
        hashes = windows[starts]
        hashes &= _MASKS[np.minimum(lengths, _WINDOW_BYTES)]
        hashes ^= self._secret[0]
        hashes *= self._secret[1]
        pending = np.flatnonzero(lengths > _WINDOW_BYTES)
        for offset in range(_WINDOW_BYTES, _MAX_WINDOWED_BYTES, _WINDOW_BYTES):
            if not len(pending):
                break
            remaining = lengths[pending] - offset
            window = (
                windows[starts[pending] + offset] & _MASKS[np.minimum(remaining, _WINDOW_BYTES)]
            )
            mixed = hashes[pending]
            mixed ^= mixed >> _SHIFT
            hashes[pending] = (mixed * _MIX ^ window) * self._secret[1]
            pending = pending[remaining > _WINDOW_BYTES]
        for i in pending.tolist():
            digest = blake2b(data[starts[i] : ends[i]], digest_size=8, key=self._secret.tobytes())
            hashes[i] = int.from_bytes(digest.digest(), "little")
        hashes ^= hashes >> _SHIFT
        hashes *= _MIX
        hashes[hashes == 0] = 1  # 0 marks an empty slot
        return hashes

    def _reserve(self, size: int) -> None:
        """Make an empty hash table of `size` slots, a power of two."""
        self._bits = np.uint64(64 - (size.bit_length() - 1))
        self._keys = np.zeros(size, dtype=np.uint64)
        self._numbers = np.zeros(size, dtype=np.uint32)

    def _look_up(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the numbers of `hashes`, and the indexes of those that have none."""
        slots = (hashes >> self._bits).astype(np.int64)
        keys = self._keys[slots]
        numbers = self._numbers[slots]
        pending = np.flatnonzero(keys != hashes)
        unknown = [pending[keys[pending] == 0]]
        pending = pending[keys[pending] != 0]
        slots = slots[pending]
        while len(pending):
            slots = (slots + 1) & (len(self._keys) - 1)
            keys = self._keys[slots]
            is_hit = keys == hashes[pending]
            numbers[pending[is_hit]] = self._numbers[slots[is_hit]]
            unknown.append(pending[keys == 0])
            is_occupied = ~is_hit & (keys != 0)
            pending, slots = pending[is_occupied], slots[is_occupied]
        return numbers, np.sort(np.concatenate(unknown))

    def _add(self, hashes: NDArray[np.uint64], words: list[bytes]) -> None:
        """Add new `words` with their `hashes`; the table grows when a third of it is full."""
        numbers = np.arange(len(self.words), len(self.words) + len(words), dtype=np.uint32)
        self.words += words
        if len(self.words) * 3 > len(self._keys):
            is_used = self._keys != 0
            hashes = np.concatenate((self._keys[is_used], hashes))
            numbers = np.concatenate((self._numbers[is_used], numbers))
            self._reserve(1 << (len(self.words) * 6).bit_length())
        slots = (hashes >> self._bits).astype(np.int64)
        while len(hashes):
            is_free = self._keys[slots] == 0
            self._keys[slots[is_free]] = hashes[
                is_free
            ]  # where several hash to one slot, the last is stored
            is_placed = self._keys[slots] == hashes
            self._numbers[slots[is_placed]] = numbers[is_placed]
            is_pending = ~is_placed
            hashes, numbers = hashes[is_pending], numbers[is_pending]
            slots = (slots[is_pending] + 1) & (len(self._keys) - 1)
