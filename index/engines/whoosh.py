"""The default engine: phrase columns in a Whoosh index, with its writer and commits."""

import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import LockError

from archive.errors import LockedError, StorageError, UnknownNameError
from index.engine_interface import Document, Frequency, Layer, Order, Results, TextMatch
from index.hits import combine_segments, group_equal_texts
from index.hits.build_hit import build_hit
from index.hits.index_snapshot import SegmentView, Snapshot
from index.phrases.format import manifest
from index.phrases.match import exact_phrase
from index.phrases.match.query_evaluator import run_slots
from index.phrases.match.segment_reader import IntArray, Segment
from index.phrases.segments import merge_policy
from index.phrases.segments.index_folder import (
    NAME,
    PhraseIndex,
    PhraseWriter,
    find_damage,
    open_commit,
    whoosh_segments,
)
from index.phrases.segments.segment_writer import MERGE_SUFFIX, SegmentBuilder, merge_segments
from index.phrases.segments.whoosh_codec import SUFFIX, PhraseSegment
from index.query_tree import Query, Run

logger = logging.getLogger(__name__)

_LOCK_TIMEOUT_SECONDS = 10.0


class WhooshEngine:
    """The index in one folder. See `index.engine_interface.Engine`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._manifest_path = str(folder / manifest.NAME)
        self._index = PhraseIndex(folder)
        self._file_stamp: tuple[int, int] | None = None
        self._open_segments: dict[str, Segment] = {}
        self._current = Snapshot(-1, ())
        self._saves_memory = False

    # Reading

    def _snapshot(self) -> Snapshot:
        """Return the last commit, opening only segments that are new."""
        try:
            stat = os.stat(self._manifest_path)  # noqa: PTH116  # at every search; a third of the time
            stamp = stat.st_mtime_ns, stat.st_ino
        except FileNotFoundError:
            stamp = None
        if stamp != self._file_stamp or self._current.generation < 0:
            contents, self._open_segments = open_commit(self._folder, self._open_segments)
            views = [
                SegmentView(
                    self._open_segments[entry.name], manifest.live_mask(entry), entry.equals
                )
                for entry in contents.segments
            ]
            self._current = Snapshot(contents.generation, views, contents.repeated_statements)
            self._file_stamp = stamp
        return self._current

    def state(self) -> str:
        return manifest.read(self._folder).state

    def count(self) -> int:
        return sum(
            entry.documents - len(entry.deleted) for entry in manifest.read(self._folder).segments
        )

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        order: Order = "best",
        layer: Layer = "statement",
        collapse: bool = True,
        group_equal: bool = False,
        facets: bool = True,
        passages: int = 10,
    ) -> Results:
        snapshot = self._snapshot()
        segment_matches = combine_segments.search_segments(snapshot, query.root, layer)
        if collapse:
            combine_segments.collapse(segment_matches, snapshot.repeated_statements(layer))
        statement_count = total = sum(map(len, segment_matches))
        facet_counts = combine_segments.count_facets(segment_matches) if facets else {}
        groups = None
        if collapse and group_equal:
            groups = group_equal_texts.group(segment_matches)
            total = sum(map(len, segment_matches))
        page = combine_segments.rank_page(
            snapshot, segment_matches, first=offset, last=offset + limit, order=order
        )
        return Results(
            total=total,
            statements=statement_count,
            hits=tuple(
                group_equal_texts.with_equals(build_hit(ranked, passages), ranked, groups)
                for ranked in page
            ),
            facets=facet_counts,
        )

    def matching(self, query: Query, layer: Layer = "statement") -> list[IntArray]:
        """Return the numbers of all matching documents, by segment, without building hits."""
        segment_matches = combine_segments.search_segments(self._snapshot(), query.root, layer)
        return [matches.documents for matches in segment_matches]

    def best(
        self, query: Query, limit: int, layer: Layer = "statement"
    ) -> list[combine_segments.RankedDocument]:
        """Return the best documents by BM25, without counting all matches or building hits."""
        snapshot = self._snapshot()
        segment_matches = combine_segments.search_segments(snapshot, query.root, layer)
        return combine_segments.rank_page(
            snapshot, segment_matches, first=0, last=limit, order="best"
        )

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        matches: list[TextMatch] = []
        for view, positions, documents in self._find_in_texts(words):
            layer_mask = view.layer_mask(layer)
            if layer_mask is not None:
                is_shown = layer_mask[documents]
                positions, documents = positions[is_shown], documents[is_shown]
            if limit is not None:
                positions = positions[: limit - len(matches)]
            keys: dict[int, str] = {}
            for position, document in zip(positions.tolist(), documents.tolist(), strict=False):
                if document not in keys:
                    keys[document] = view.segment.document(document).key
                start = position - view.segment.token_span(document)[0]
                matches.append(TextMatch(keys[document], start, start + len(words)))
        return matches

    def _find_in_texts(
        self, words: Sequence[str]
    ) -> Iterator[tuple[SegmentView, IntArray, IntArray]]:
        """Yield, of each segment, the positions of the phrase in texts, and their documents."""
        run = Run(tuple(words))
        for view in self._snapshot().views:
            segment = view.segment
            positions = exact_phrase.find_exact(segment, run_slots(segment, run)).starts
            documents = segment.documents_at(positions)
            is_in_text = positions < segment.title_starts.take(documents)
            yield view, positions[is_in_text], documents[is_in_text]
            if self._saves_memory:
                segment.release_pages()

    def frequency(self, words: Sequence[str]) -> Frequency:
        documents = occurrences = 0
        for view, positions, matching in self._find_in_texts(words):
            occurrences += len(positions)
            documents += len(view.segment.count_by_document(matching)[0])
        return Frequency(documents, occurrences)

    def term_counts(self, words: Sequence[str]) -> list[int]:
        segments = [view.segment for view in self._snapshot().views]
        return [
            sum(segment.term_counts[segment.term_id(word)] for segment in segments)
            for word in words
        ]

    def get(self, key: str) -> Document:
        for view in self._snapshot().views:
            numbers = view.segment.numbers_of_keys([key])
            if self._saves_memory:
                view.segment.release_pages()
            for number in numbers:
                if view.live is None or view.live[number]:
                    return view.segment.document(number)
        raise UnknownNameError("document", key)

    def text(self, key: str) -> str:
        return self.get(key).text

    def damage(self) -> Iterator[str]:
        return find_damage(self._folder)

    def save_memory(self) -> None:
        self._saves_memory = True

    def close(self) -> None:
        self._open_segments = {}
        self._current = Snapshot(-1, ())

    # Writing

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str] = (),
        *,
        state: str | None = None,
        processes: int = 1,
    ) -> None:
        with self._open_writer() as writer:
            is_stale = bool(manifest.read(self._folder).stale)
            with SegmentBuilder(self._folder, NAME, processes) as builder:
                for document in documents:
                    builder.add(document)
                new_segments = builder.finish()
            replaced_keys = list({**builder.locations, **dict.fromkeys(removed)})
            old_segments = [] if is_stale else self._delete_keys(replaced_keys)
            writer.state = state
            writer.commit_segments([*old_segments, *new_segments])
            logger.info(
                "index committed: %d documents in %d new segments",
                len(builder.locations),
                len(new_segments),
            )
        self._merge(lambda sizes, _: merge_policy.choose_small_segments(sizes))

    def merge_segments(self) -> None:
        while self._merge(merge_policy.choose_segments):
            pass

    def _delete_keys(self, keys: Sequence[str]) -> list[PhraseSegment]:
        """Return the segments of the last commit, with the documents of `keys` deleted."""
        contents, self._open_segments = open_commit(self._folder, self._open_segments)
        segments = whoosh_segments(contents)
        for segment in segments:
            segment.deleted.update(self._open_segments[segment.segment_id()].numbers_of_keys(keys))
        return segments

    def _merge(self, choose: Callable[[list[int], list[float]], list[int]]) -> bool:
        """Merge the segments that `choose` selects; return whether there were any.

        `choose` gets the sizes and deleted shares of all segments. The index is locked only for the
        commit: updates and deletions may happen during the merge.
        """
        lock = self._index.lock("MERGELOCK")
        if not lock.acquire(blocking=False):
            return False  # another process is merging
        try:
            contents, self._open_segments = open_commit(self._folder, self._open_segments)
            segments = [self._open_segments[entry.name] for entry in contents.segments]
            deleted_shares = [
                len(entry.deleted) / max(1, entry.documents) for entry in contents.segments
            ]
            chosen = choose([len(segment.tokens) for segment in segments], deleted_shares)
            if not chosen:
                return False
            entries = [contents.segments[i] for i in chosen]
            parts = [(segments[i], manifest.live_mask(contents.segments[i])) for i in chosen]
            merged, new_numbers = merge_segments(self._folder, NAME, parts)
            return self._swap(entries, merged, new_numbers)
        except OSError as error:
            raise StorageError(f"{self._folder}: cannot write: {error.strerror}") from error
        finally:
            for path in self._folder.glob(f"*{MERGE_SUFFIX}"):
                path.unlink()
            lock.release()

    def _swap(
        self,
        entries: Sequence[manifest.SegmentEntry],
        merged: Sequence[PhraseSegment],
        new_numbers: Sequence[NDArray[np.int64]],
    ) -> bool:
        """Commit `merged` in place of `entries`; documents deleted meanwhile stay deleted."""
        with self._open_writer() as writer:
            current = {segment.segment_id(): segment for segment in writer.segments}
            if not all(entry.name in current for entry in entries) or len(merged) > 1:
                return False
            for entry, part_numbers in zip(entries, new_numbers, strict=True):
                deleted_since = current[entry.name].deleted.difference(entry.deleted)
                for segment in merged:
                    segment.deleted.update(part_numbers[list(deleted_since)].tolist())
            for segment in merged:
                merged_path = self._folder / segment.make_filename(MERGE_SUFFIX)
                merged_path.rename(self._folder / segment.make_filename(SUFFIX))
            merged_names = {entry.name for entry in entries}
            other_segments = [
                segment for segment in writer.segments if segment.segment_id() not in merged_names
            ]
            writer.commit_segments([*merged, *other_segments])
            logger.debug("index: %d segments merged into %d", len(entries), len(merged))
            return True

    @contextlib.contextmanager
    def _open_writer(self) -> Iterator[PhraseWriter]:
        """Yield the only writer; release the write lock on any error, which Whoosh does not."""
        try:
            writer = self._index.writer(timeout=_LOCK_TIMEOUT_SECONDS)
        except LockError as error:
            raise LockedError(f"{self._folder}: another process is updating the index") from error
        except OSError as error:
            raise StorageError(f"{self._folder}: cannot write: {error.strerror}") from error
        try:
            yield writer
        except OSError as error:
            raise StorageError(f"{self._folder}: cannot write: {error.strerror}") from error
        finally:
            writer.abandon()


ENGINE: Callable[[Path], WhooshEngine] = WhooshEngine
