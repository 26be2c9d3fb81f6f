"""Give each distinct word a number, millions of words at a time."""

import os
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_WINDOW = 8
_LONG = 64  # bytes; longer words are hashed one by one, so that a page of them costs no more
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(8)] + [2**64 - 1], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


class Vocabulary:
    """Distinct words, numbered from 0 in the order in which they were first seen.

    Words are told apart by a 64-bit hash under a secret of the process, so no text can be prepared
    in which two clash; that two of a million words do by chance has the odds 3 : 100,000,000.
    """

    def __init__(self) -> None:
        self.words: list[bytes] = []
        self._secret = np.frombuffer(os.urandom(16), dtype=np.uint64) | np.uint64(1)
        self._reserve(1 << 16)

    def number(
        self, data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.uint32]:
        """Return the number of each word `data[start:end]`, giving new words the next numbers."""
        hashes = self._hashes(data, starts, ends)
        numbers, unknown = self._look_up(hashes)
        if len(unknown):
            _, first = np.unique(hashes[unknown], return_index=True)
            new = unknown[np.sort(first)]
            self._add(hashes[new], [data[starts[i] : ends[i]] for i in new.tolist()])
            numbers[unknown], _ = self._look_up(hashes[unknown])
        return numbers

    def number_words(self, words: list[bytes]) -> NDArray[np.uint32]:
        """Return the number of each of `words`."""
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        ends = np.cumsum(lengths)
        return self.number(b"".join(words), ends - lengths, ends)

    def _hashes(
        self, data: bytes, starts: NDArray[np.int64], ends: NDArray[np.int64]
    ) -> NDArray[np.uint64]:
        padded = np.frombuffer(data + bytes(_WINDOW), dtype=np.uint8)
        # Eight bytes from any place, read as one number: a view, nothing is copied.
        windows = np.ndarray((len(padded) - _WINDOW + 1,), "<u8", padded, strides=(1,))
        left = ends - starts
        hashes = windows[starts]
        hashes &= _MASKS[np.minimum(left, _WINDOW)]
        hashes ^= self._secret[0]
        hashes *= self._secret[1]
        todo = np.flatnonzero(left > _WINDOW)
        for at in range(_WINDOW, _LONG, _WINDOW):
            if not len(todo):
                break
            rest = left[todo] - at
            more = windows[starts[todo] + at] & _MASKS[np.minimum(rest, _WINDOW)]
            mixed = hashes[todo]
            mixed ^= mixed >> _SHIFT
            hashes[todo] = (mixed * _MIX ^ more) * self._secret[1]
            todo = todo[rest > _WINDOW]
        for i in todo.tolist():
            digest = blake2b(data[starts[i] : ends[i]], digest_size=8, key=self._secret.tobytes())
            hashes[i] = int.from_bytes(digest.digest(), "little")
        hashes ^= hashes >> _SHIFT
        hashes *= _MIX
        hashes[hashes == 0] = 1  # 0 marks an empty slot
        return hashes

    def _reserve(self, size: int) -> None:
        self._bits = np.uint64(64 - (size.bit_length() - 1))
        self._keys = np.zeros(size, dtype=np.uint64)
        self._numbers = np.zeros(size, dtype=np.uint32)

    def _look_up(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
        """Return the numbers of `hashes`, and the places of those that have none."""
        slots = (hashes >> self._bits).astype(np.int64)
        found = self._keys[slots]
        numbers = self._numbers[slots]
        left = np.flatnonzero(found != hashes)
        unknown = [left[found[left] == 0]]
        left = left[found[left] != 0]
        slots = slots[left]
        while len(left):
            slots = (slots + 1) & (len(self._keys) - 1)
            found = self._keys[slots]
            hit = found == hashes[left]
            numbers[left[hit]] = self._numbers[slots[hit]]
            unknown.append(left[found == 0])
            on = ~hit & (found != 0)
            left, slots = left[on], slots[on]
        return numbers, np.sort(np.concatenate(unknown))

    def _add(self, hashes: NDArray[np.uint64], words: list[bytes]) -> None:
        numbers = np.arange(len(self.words), len(self.words) + len(words), dtype=np.uint32)
        self.words += words
        if len(self.words) * 3 > len(self._keys):
            kept = self._keys != 0
            hashes = np.concatenate((self._keys[kept], hashes))
            numbers = np.concatenate((self._numbers[kept], numbers))
            self._reserve(1 << (len(self.words) * 6).bit_length())
        slots = (hashes >> self._bits).astype(np.int64)
        while len(hashes):
            free = self._keys[slots] == 0
            self._keys[slots[free]] = hashes[free]  # where several want one slot, the last has it
            placed = self._keys[slots] == hashes
            self._numbers[slots[placed]] = numbers[placed]
            on = ~placed
            hashes, numbers = hashes[on], numbers[on]
            slots = (slots[on] + 1) & (len(self._keys) - 1)
