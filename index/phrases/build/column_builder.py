"""Turn numbered words into the arrays of a phrase column. docs/phrase-column.md says which.

Words are kept by how common they are. Of a word that is not common, each place is listed. Places of
a common word are listed by the word that follows, if that is common too; and besides, one bit a
document says where it occurs, and one byte a document how often. So no phrase has to look at every
place of `the`, and no place is listed twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.bulk_tokenizer import TokenizedTexts
from index.phrases.format import block_max, delta_codec
from index.phrases.format.array_file import ArrayWriter
from index.stems import stem

RARE = 0xFFFF  # in the token stream: a word whose number is this or higher
COARSE = 8  # bits: every 256 tokens, the document there
LEAD = TAIL = 64  # zeros around the token stream, so that one may look beside any place
BLOCK = 64  # words of the vocabulary between two that are found at once
_LEAST = 1024  # a word is common that occurs more often than this …
_SHARE = 13  # … and (bits) more often than one word in 8,192
_PANEL = 256  # documents, whole blocks, whose common words are counted at once
_CHUNK = 1 << 19  # tokens sorted at once: few enough to stay in the processor's cache


@dataclass(frozen=True, slots=True)
class TokenStream:
    """All words of a segment in order, zeros between documents; words by falling frequency."""

    tokens: NDArray[np.uint16]  # RARE for words of that number or higher
    rare: NDArray[np.uint32]  # places of those, ascending …
    rare_numbers: NDArray[np.uint32]  # … and the words there
    starts: NDArray[np.int64]  # of documents in `tokens`; one more than documents
    counts: NDArray[np.int64]  # of word 1, 2 …; of 0, nothing
    names: list[bytes]  # of word 1, 2 …

    @property
    def common(self) -> int:
        """How many words are common: 1 up to this."""
        least = max(_LEAST, len(self.tokens) >> _SHARE)
        return min(int(np.count_nonzero(self.counts[1:] > least)), RARE - 2)

    @property
    def mean_length(self) -> float:
        """How many words a document has, at least 1."""
        return max(1.0, float(self.counts.sum()) / max(1, len(self.starts) - 1))


def build_stream(parts: Sequence[TokenizedTexts], words: Sequence[bytes]) -> TokenStream:
    """Return the stream of `parts`, whose numbers are places in `words`."""
    counts = np.zeros(len(words), dtype=np.int64)
    for part in parts:
        counts += np.bincount(part.numbers, minlength=len(words))
    # Ties are broken by the words themselves, so that equal documents make equal files.
    by_name = np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.int64)
    order = by_name[np.argsort(-counts[by_name], kind="stable")]
    order = order[: np.count_nonzero(counts)]
    rank = np.zeros(len(words), dtype=np.uint32)
    rank[order] = np.arange(1, len(order) + 1)

    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.full(len(lengths) + 1, LEAD, dtype=np.int64)
    starts[1:] += np.cumsum(lengths + 1)
    tokens = np.zeros(int(starts[-1]) + TAIL, dtype=np.uint16)
    rare, rare_numbers = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.uint32)]
    at = LEAD
    for part in parts:
        documents = len(part.starts) - 1
        inside = np.ones(len(part.numbers) + documents, dtype=np.bool_)
        inside[part.starts[1:] + np.arange(documents)] = False
        ranked = np.zeros(len(inside), dtype=np.uint32)
        ranked[inside] = rank[part.numbers]
        high = np.flatnonzero(ranked >= RARE)
        rare.append((high + at).astype(np.uint32))
        rare_numbers.append(ranked[high])
        np.minimum(ranked, RARE, out=tokens[at : at + len(inside)], casting="unsafe")
        at += len(inside)
    names = [words[i] for i in order.tolist()]
    return TokenStream(
        tokens,
        np.concatenate(rare),
        np.concatenate(rare_numbers),
        starts,
        np.concatenate(([0], counts[order])),
        names,
    )


def write_column(
    writer: ArrayWriter, text: TokenStream, languages: Mapping[str, NDArray[np.bool_]]
) -> dict[str, Any]:
    """Write all that is made of words; return the facts of it.

    `languages` says, for each that has stems, which documents are in it.
    """
    writer.add("token", text.tokens)
    writer.add("start", text.starts.astype(np.uint32))
    blocks = np.arange(0, len(text.tokens), 1 << COARSE)
    nearest = np.searchsorted(text.starts, blocks, "right") - 1
    writer.add("coarse", nearest.clip(0, max(0, len(text.starts) - 2)).astype(np.uint32))
    writer.add("count", text.counts.astype(np.uint32))
    _write_vocabulary(writer, text.names)
    _write_documents(writer, text)
    _write_places(writer, text)
    for name, spoken in languages.items():
        _write_stems(writer, text, name, spoken)
    return {
        "documents": len(text.starts) - 1,
        "words": len(text.names),
        "common": text.common,
        "mean_length": text.mean_length,
        "languages": sorted(languages),
    }


def _write_vocabulary(writer: ArrayWriter, names: Sequence[bytes]) -> None:
    """Write the words in byte order, a newline before each, and the number of each."""
    order = sorted(range(len(names)), key=names.__getitem__)
    offsets, size, blocks = [0], 0, []
    for at in range(0, len(order), BLOCK):
        block = b"".join(b"\n" + names[i] for i in order[at : at + BLOCK])
        blocks.append(block)
        size += len(block)
        offsets.append(size)
    writer.add("word", np.frombuffer(b"".join(blocks) + b"\n", dtype=np.uint8))
    writer.add("word_block", np.array(offsets, dtype=np.uint32))
    writer.add("number", np.array(order, dtype=np.uint32) + np.uint32(1))


def _write_documents(writer: ArrayWriter, text: TokenStream) -> None:
    """Write, of each common word, in which documents it is, how often, and its highest impacts."""
    common, documents = text.common, len(text.starts) - 1
    often = np.zeros((common, documents), dtype=np.uint8)
    peaks = np.zeros((common, -(-documents // block_max.BLOCK)), dtype=np.uint8)
    norms = block_max.norms((np.diff(text.starts) - 1).astype(np.float32), text.mean_length)
    for at in range(0, documents if common else 0, _PANEL):
        last = min(at + _PANEL, documents)
        tokens = text.tokens[text.starts[at] : text.starts[last]]
        whose = np.repeat(np.arange(last - at), np.diff(text.starts[at : last + 1]))
        seen = (tokens > 0) & (tokens <= common)
        cell = whose[seen] * common + tokens[seen] - 1
        panel = np.bincount(cell, minlength=(last - at) * common).reshape(last - at, common)
        panel = np.minimum(panel, 255).astype(np.uint8)
        often[:, at:last] = panel.T
        some = block_max.peaks(panel, norms[at:last])
        peaks[:, at // block_max.BLOCK : at // block_max.BLOCK + len(some)] = some.T
    writer.begin("bits", "|u1")
    for row in often:
        writer.extend(np.packbits(row > 0).tobytes())
    writer.begin("often", "|u1")
    held = np.zeros(common + 1, dtype=np.uint32)
    for i, row in enumerate(often):
        some = row[row > 0]
        writer.extend(some.tobytes())
        held[i + 1] = len(some)
    writer.add("peak", peaks)
    writer.add("often_start", np.cumsum(held, dtype=np.uint64).astype(np.uint32))


def _write_places(writer: ArrayWriter, text: TokenStream) -> None:
    """Write every place of every word: pairs of common words first, then the other words."""
    common, wide = text.common, text.common + 1
    places, starts = _by_word(text)
    of_rare = np.argsort(text.rare_numbers, kind="stable")
    places[starts[RARE] :] = text.rare[of_rare]
    pairs, firsts = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.int64)]
    for number in range(1, wide):
        mine = places[starts[number] : starts[number + 1]]
        following = text.tokens[mine + np.uint32(1)]
        following[following > common] = 0
        order = np.argsort(following, kind="stable")
        mine[:] = mine[order]
        following = following[order]
        change = np.flatnonzero(following[1:] != following[:-1]) + 1
        change = np.concatenate(([0], change))
        pairs.append(following[change].astype(np.uint32) + np.uint32(number * wide))
        firsts.append(change + starts[number])
    pair_count = sum(map(len, pairs))
    rest = starts[wide] + np.cumsum(np.concatenate(([0], text.counts[wide:])))[:-1]
    packed, offsets = delta_codec.pack(places, np.concatenate([*firsts, rest]))
    writer.add("gaps", packed)
    size = len(packed) - delta_codec.PADDING
    kind = np.uint32 if size < 1 << 32 else np.uint64
    bounds = np.append(offsets, size).astype(kind)
    writer.add("pair", np.concatenate(pairs))
    writer.add("pair_start", bounds[: pair_count + 1])
    writer.add("place_start", bounds[pair_count:])


def _by_word(text: TokenStream) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return all places by the word there, ascending; and where in that each word begins.

    Words too rare to have a token of their own are left for the caller to fill in.
    """
    totals = np.bincount(text.tokens, minlength=RARE + 1)
    totals[0] = 0
    starts = np.zeros(RARE + 2, dtype=np.int64)
    np.cumsum(totals, out=starts[1:])
    places = np.zeros(int(starts[-1]), dtype=np.uint32)
    free = starts[:-1].copy()
    for at in range(LEAD, len(text.tokens), _CHUNK):
        tokens = text.tokens[at : at + _CHUNK]
        order = np.argsort(tokens, kind="stable")
        counts = np.bincount(tokens, minlength=RARE + 1)
        order = order[counts[0] :]
        counts[0] = 0
        shift = free - (np.cumsum(counts) - counts)
        where = np.repeat(shift, counts)
        where += np.arange(len(order))
        places[where] = order + at
        free += counts
    return places, starts


def _write_stems(
    writer: ArrayWriter, text: TokenStream, name: str, spoken: NDArray[np.bool_]
) -> None:
    """Write which words of language `name` share which stem, where that is not plain.

    A stem that is only its own is left out: most names and numbers are.
    """
    held = np.zeros(len(text.names) + 1, dtype=np.bool_)
    for document in np.flatnonzero(spoken).tolist() if spoken.mean() < 0.5 else ():
        first, last = text.starts[document], text.starts[document + 1]
        held[text.tokens[first:last]] = True
        a, b = np.searchsorted(text.rare, (first, last))
        held[text.rare_numbers[a:b]] = True
    numbers = np.flatnonzero(held[1:]) if held.any() else np.arange(len(text.names))
    words = [text.names[i].decode("utf-8", "surrogatepass") for i in numbers.tolist()]
    of_stem: dict[str, list[int]] = {}
    own: dict[str, str] = {}
    for number, word, root in zip(numbers.tolist(), words, stem(name, words), strict=True):
        of_stem.setdefault(root, []).append(number + 1)
        own[root] = word
    roots = sorted(root for root, of in of_stem.items() if len(of) > 1 or own[root] != root)
    writer.add(
        f"stem.{name}",
        np.frombuffer(
            "".join(f"\n{root}" for root in roots).encode("utf-8", "surrogatepass") + b"\n",
            dtype=np.uint8,
        ),
    )
    starts = np.cumsum([0, *(len(of_stem[root]) for root in roots)])
    writer.add(f"stem_start.{name}", starts.astype(np.uint32))
    flat = [number for root in roots for number in of_stem[root]]
    writer.add(f"stem_word.{name}", np.array(flat, dtype=np.uint32))
