"""Build the arrays of a phrase column from tokenized texts. docs/phrase-column.md describes them.

How a term is stored depends on how common it is. All positions of a term that is not common are
listed. Positions of a common term are listed by the term that follows, if that is common too;
besides, it has one bit a document for whether the document holds it, and one byte for its frequency
there. So no phrase has to read all positions of `the`, and no position is listed twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.phrases.build.bulk_tokenizer import TokenizedTexts
from index.phrases.format import block_max, delta_codec
from index.phrases.format.array_file import ArrayWriter
from index.stems import stem_words

RARE_TOKEN = 0xFFFF  # the token of all terms whose id is this or higher
COARSE_BITS = 8  # bits: the document at every 256th token is recorded
LEAD_ZEROS = TAIL_ZEROS = 64  # around the token stream, so that nearby positions need no check
ZEROS_PER_DOCUMENT = 2  # after the text, and after the title
BLOCK_TERMS = 64  # terms in a block of the vocabulary
_MIN_COMMON_COUNT = 1024  # a term is common that occurs more often than this …
_COMMON_SHARE_BITS = 13  # … and (bits) more often than once in 8,192 tokens
_PANEL_DOCUMENTS = 256  # documents, whole blocks, whose common terms are counted at once
_CHUNK_TOKENS = 1 << 19  # tokens sorted at once: few enough to stay in the processor's cache


@dataclass(frozen=True, slots=True)
class TokenStream:
    """All tokens of a segment in order: of each document its text, then its title.

    A zero follows each text and each title. Term ids are by falling frequency.
    """

    tokens: NDArray[np.uint16]  # RARE_TOKEN for term ids from there on
    rare_positions: NDArray[np.uint32]  # of the tokens RARE_TOKEN, ascending …
    rare_ids: NDArray[np.uint32]  # … and their term ids
    starts: NDArray[np.int64]  # of documents in `tokens`; one more than documents
    title_starts: NDArray[np.int64]  # of their titles
    term_counts: NDArray[np.int64]  # occurrences of term 1, 2 …; 0 for the unused id 0
    terms: list[bytes]  # term 1, 2 …

    @property
    def common_count(self) -> int:
        """The number of common terms: those with ids from 1 up to this."""
        threshold = max(_MIN_COMMON_COUNT, len(self.tokens) >> _COMMON_SHARE_BITS)
        return min(int(np.count_nonzero(self.term_counts[1:] > threshold)), RARE_TOKEN - 2)

    @property
    def mean_length(self) -> float:
        """The mean length of a document in words, at least 1."""
        return max(1.0, float(self.term_counts.sum()) / max(1, len(self.starts) - 1))


def build_stream(parts: Sequence[TokenizedTexts], words: Sequence[bytes]) -> TokenStream:
    """Return the token stream of `parts`, whose numbers are indexes into `words`.

    The texts of `parts` are, for each document in order, its text and its title.
    """
    term_counts = np.zeros(len(words), dtype=np.int64)
    for part in parts:
        term_counts += np.bincount(part.numbers, minlength=len(words))
    # Ties are ordered by the words themselves, so that equal documents make equal files.
    by_name = np.array(sorted(range(len(words)), key=words.__getitem__), dtype=np.int64)
    order = by_name[np.argsort(-term_counts[by_name], kind="stable")]
    order = order[: np.count_nonzero(term_counts)]
    term_ids = np.zeros(len(words), dtype=np.uint32)
    term_ids[order] = np.arange(1, len(order) + 1)

    lengths = np.concatenate([np.diff(part.starts) for part in parts])
    starts = np.full(len(lengths) + 1, LEAD_ZEROS, dtype=np.int64)
    starts[1:] += np.cumsum(lengths + 1)
    tokens = np.zeros(int(starts[-1]) + TAIL_ZEROS, dtype=np.uint16)
    rare_positions, rare_ids = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.uint32)]
    start = LEAD_ZEROS
    for part in parts:
        texts = len(part.starts) - 1
        is_token = np.ones(len(part.numbers) + texts, dtype=np.bool_)
        is_token[part.starts[1:] + np.arange(texts)] = False
        part_ids = np.zeros(len(is_token), dtype=np.uint32)
        part_ids[is_token] = term_ids[part.numbers]
        rare_indexes = np.flatnonzero(part_ids >= RARE_TOKEN)
        rare_positions.append((rare_indexes + start).astype(np.uint32))
        rare_ids.append(part_ids[rare_indexes])
        np.minimum(
            part_ids, RARE_TOKEN, out=tokens[start : start + len(is_token)], casting="unsafe"
        )
        start += len(is_token)
    terms = [words[i] for i in order.tolist()]
    return TokenStream(
        tokens,
        np.concatenate(rare_positions),
        np.concatenate(rare_ids),
        starts[::2],
        starts[1::2],
        np.concatenate(([0], term_counts[order])),
        terms,
    )


def write_column(
    writer: ArrayWriter, stream: TokenStream, languages: Mapping[str, NDArray[np.bool_]]
) -> dict[str, Any]:
    """Write all arrays made from the token stream; return the facts about them for the directory.

    `languages`: for each language with stems, the mask of documents in it.
    """
    writer.add("token", stream.tokens)
    writer.add("start", stream.starts.astype(np.uint32))
    writer.add("title_start", stream.title_starts.astype(np.uint32))
    block_positions = np.arange(0, len(stream.tokens), 1 << COARSE_BITS)
    block_documents = np.searchsorted(stream.starts, block_positions, "right") - 1
    writer.add("coarse", block_documents.clip(0, max(0, len(stream.starts) - 2)).astype(np.uint32))
    writer.add("count", stream.term_counts.astype(np.uint32))
    _write_vocabulary(writer, stream.terms)
    _write_postings(writer, stream)
    _write_positions(writer, stream)
    for language, is_in_language in languages.items():
        _write_stems(writer, stream, language, is_in_language)
    return {
        "documents": len(stream.starts) - 1,
        "words": len(stream.terms),
        "common": stream.common_count,
        "mean_length": stream.mean_length,
        "languages": sorted(languages),
    }


def _write_vocabulary(writer: ArrayWriter, terms: Sequence[bytes]) -> None:
    """Write the terms in byte order, a newline before each, and the id of each."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    offsets, size, blocks = [0], 0, []
    for block_start in range(0, len(order), BLOCK_TERMS):
        block = b"".join(b"\n" + terms[i] for i in order[block_start : block_start + BLOCK_TERMS])
        blocks.append(block)
        size += len(block)
        offsets.append(size)
    writer.add("word", np.frombuffer(b"".join(blocks) + b"\n", dtype=np.uint8))
    writer.add("word_block", np.array(offsets, dtype=np.uint32))
    writer.add("number", np.array(order, dtype=np.uint32) + np.uint32(1))


def _write_postings(writer: ArrayWriter, stream: TokenStream) -> None:
    """Write the postings of each common term: documents, frequencies and block maxima."""
    common_count, document_count = stream.common_count, len(stream.starts) - 1
    frequencies = np.zeros((common_count, document_count), dtype=np.uint8)
    block_maxima = np.zeros(
        (common_count, -(-document_count // block_max.BLOCK_DOCUMENTS)), dtype=np.uint8
    )
    lengths = np.diff(stream.starts) - ZEROS_PER_DOCUMENT
    norms = block_max.norms(lengths.astype(np.float32), stream.mean_length)
    for start in range(0, document_count if common_count else 0, _PANEL_DOCUMENTS):
        end = min(start + _PANEL_DOCUMENTS, document_count)
        tokens = stream.tokens[stream.starts[start] : stream.starts[end]]
        document_indexes = np.repeat(
            np.arange(end - start), np.diff(stream.starts[start : end + 1])
        )
        is_common = (tokens > 0) & (tokens <= common_count)
        cells = document_indexes[is_common] * common_count + tokens[is_common] - 1
        panel = np.bincount(cells, minlength=(end - start) * common_count).reshape(
            end - start, common_count
        )
        panel = np.minimum(panel, 255).astype(np.uint8)
        frequencies[:, start:end] = panel.T
        panel_maxima = block_max.block_maxima(panel, norms[start:end])
        block_maxima[
            :,
            start // block_max.BLOCK_DOCUMENTS : start // block_max.BLOCK_DOCUMENTS
            + len(panel_maxima),
        ] = panel_maxima.T
    writer.begin("bits", "|u1")
    for row in frequencies:
        writer.extend(np.packbits(row > 0).tobytes())
    writer.begin("often", "|u1")
    document_frequencies = np.zeros(common_count + 1, dtype=np.uint32)
    for i, row in enumerate(frequencies):
        nonzero = row[row > 0]
        writer.extend(nonzero.tobytes())
        document_frequencies[i + 1] = len(nonzero)
    writer.add("peak", block_maxima)
    writer.add("often_start", np.cumsum(document_frequencies, dtype=np.uint64).astype(np.uint32))


def _write_positions(writer: ArrayWriter, stream: TokenStream) -> None:
    """Write all positions of all terms: pairs of common terms first, then the other terms."""
    common_count, stride = stream.common_count, stream.common_count + 1
    positions, starts = _group_positions(stream)
    rare_order = np.argsort(stream.rare_ids, kind="stable")
    positions[starts[RARE_TOKEN] :] = stream.rare_positions[rare_order]
    pairs, firsts = [np.zeros(0, dtype=np.uint32)], [np.zeros(0, dtype=np.int64)]
    for term_id in range(1, stride):
        term_positions = positions[starts[term_id] : starts[term_id + 1]]
        next_ids = stream.tokens[term_positions + np.uint32(1)]
        next_ids[next_ids > common_count] = 0
        order = np.argsort(next_ids, kind="stable")
        term_positions[:] = term_positions[order]
        next_ids = next_ids[order]
        list_starts = np.flatnonzero(next_ids[1:] != next_ids[:-1]) + 1
        list_starts = np.concatenate(([0], list_starts))
        pairs.append(next_ids[list_starts].astype(np.uint32) + np.uint32(term_id * stride))
        firsts.append(list_starts + starts[term_id])
    pair_count = sum(map(len, pairs))
    other_starts = (
        starts[stride] + np.cumsum(np.concatenate(([0], stream.term_counts[stride:])))[:-1]
    )
    packed, offsets = delta_codec.pack(positions, np.concatenate([*firsts, other_starts]))
    writer.add("gaps", packed)
    size = len(packed) - delta_codec.PADDING
    dtype = np.uint32 if size < 1 << 32 else np.uint64
    bounds = np.append(offsets, size).astype(dtype)
    writer.add("pair", np.concatenate(pairs))
    writer.add("pair_start", bounds[: pair_count + 1])
    writer.add("place_start", bounds[pair_count:])


def _group_positions(stream: TokenStream) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Return all positions grouped by term, each group ascending; and where each group begins.

    The groups of terms too rare to have a token of their own are left for the caller to fill in.
    """
    totals = np.zeros(RARE_TOKEN + 1, dtype=np.int64)
    for chunk_start in range(0, len(stream.tokens), _CHUNK_TOKENS):  # bincount() widens each to 8 B
        chunk = stream.tokens[chunk_start : chunk_start + _CHUNK_TOKENS]
        totals += np.bincount(chunk, minlength=RARE_TOKEN + 1)
    totals[0] = 0
    starts = np.zeros(RARE_TOKEN + 2, dtype=np.int64)
    np.cumsum(totals, out=starts[1:])
    positions = np.zeros(int(starts[-1]), dtype=np.uint32)
    next_index = starts[:-1].copy()
    for chunk_start in range(LEAD_ZEROS, len(stream.tokens), _CHUNK_TOKENS):
        tokens = stream.tokens[chunk_start : chunk_start + _CHUNK_TOKENS]
        order = np.argsort(tokens, kind="stable")
        counts = np.bincount(tokens, minlength=RARE_TOKEN + 1)
        order = order[counts[0] :]
        counts[0] = 0
        shift = next_index - (np.cumsum(counts) - counts)
        indexes = np.repeat(shift, counts)
        indexes += np.arange(len(order))
        positions[indexes] = order + chunk_start
        next_index += counts
    return positions, starts


def _write_stems(
    writer: ArrayWriter, stream: TokenStream, language: str, is_in_language: NDArray[np.bool_]
) -> None:
    """Write which terms of `language` share which stem, where that is not trivial.

    A stem whose only term is the stem itself is left out: most names and numbers are such.
    """
    is_in_documents = np.zeros(len(stream.terms) + 1, dtype=np.bool_)
    for document in np.flatnonzero(is_in_language).tolist() if is_in_language.mean() < 0.5 else ():
        first, last = stream.starts[document], stream.starts[document + 1]
        is_in_documents[stream.tokens[first:last]] = True
        first_rare, last_rare = np.searchsorted(stream.rare_positions, (first, last))
        is_in_documents[stream.rare_ids[first_rare:last_rare]] = True
    indexes = (
        np.flatnonzero(is_in_documents[1:])
        if is_in_documents.any()
        else np.arange(len(stream.terms))
    )
    words = [stream.terms[i].decode("utf-8", "surrogatepass") for i in indexes.tolist()]
    ids_by_stem: dict[str, list[int]] = {}
    term_of_stem: dict[str, str] = {}
    for index, word, stem in zip(indexes.tolist(), words, stem_words(language, words), strict=True):
        ids_by_stem.setdefault(stem, []).append(index + 1)
        term_of_stem[stem] = word
    stems = sorted(
        stem
        for stem, ids_of_stem in ids_by_stem.items()
        if len(ids_of_stem) > 1 or term_of_stem[stem] != stem
    )
    writer.add(
        f"stem.{language}",
        np.frombuffer(
            "".join(f"\n{stem}" for stem in stems).encode("utf-8", "surrogatepass") + b"\n",
            dtype=np.uint8,
        ),
    )
    starts = np.cumsum([0, *(len(ids_by_stem[stem]) for stem in stems)])
    writer.add(f"stem_start.{language}", starts.astype(np.uint32))
    flat_ids = [index for stem in stems for index in ids_by_stem[stem]]
    writer.add(f"stem_word.{language}", np.array(flat_ids, dtype=np.uint32))
