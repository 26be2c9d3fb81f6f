"""The default engine: Whoosh's index, writer and commits over phrase columns."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import LockError

from archive.errors import LockedError, StorageError, UnknownNameError
from index.engine import Document, Frequency, Layer, Order, Results, TextMatch
from index.hits import collect
from index.hits.build_hit import build_hit
from index.hits.snapshot import SegmentView, Snapshot
from index.phrases.format import manifest
from index.phrases.match import exact_phrase
from index.phrases.match.query_evaluator import run_slots
from index.phrases.match.segment_reader import Numbers, Segment
from index.phrases.segments import merge_policy
from index.phrases.segments.index_folder import (
    NAME,
    PhraseIndex,
    PhraseWriter,
    damage,
    opened,
    segments_of,
)
from index.phrases.segments.segment_writer import MERGING, SegmentMaker, merge
from index.phrases.segments.whoosh_codec import ENDING, PhraseSegment
from index.query_tree import Query, Run

_PATIENCE = 10.0  # seconds to wait for another writer


class WhooshEngine:
    """The index in one folder. See `index.engine.Engine`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._table = str(folder / manifest.NAME)
        self._index = PhraseIndex(folder)
        self._stamp: tuple[int, int] | None = None
        self._open: dict[str, Segment] = {}
        self._held = Snapshot(-1, ())

    # Reading

    def _snapshot(self) -> Snapshot:
        """Return the last commit, opening what is new since the one before."""
        try:
            stat = os.stat(self._table)  # noqa: PTH116  # asked at every search: a third of the time
            stamp = stat.st_mtime_ns, stat.st_ino
        except FileNotFoundError:
            stamp = None
        if stamp != self._stamp or self._held.generation < 0:
            contents, self._open = opened(self._folder, self._open)
            parts = [SegmentView(self._open[e.name], manifest.live(e)) for e in contents.segments]
            self._held = Snapshot(contents.generation, parts)
            self._stamp = stamp
        return self._held

    def state(self) -> str:
        return manifest.read(self._folder).state

    def count(self) -> int:
        return sum(e.documents - len(e.deleted) for e in manifest.read(self._folder).segments)

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        order: Order = "best",
        layer: Layer = "statement",
        collapse: bool = True,
        facets: bool = True,
        passages: int = 10,
    ) -> Results:
        snapshot = self._snapshot()
        answers = collect.search_segments(snapshot, query.root, layer)
        if collapse:
            collect.collapse(answers, snapshot.twins(layer))
        total = sum(map(len, answers))
        places = collect.page(snapshot, answers, first=offset, last=offset + limit, order=order)
        return Results(
            total=total,
            hits=tuple(build_hit(place, passages) for place in places),
            facets=collect.facets(answers) if facets else {},
        )

    def matching(self, query: Query, layer: Layer = "statement") -> list[Numbers]:
        """Return the numbers of all documents that answer, by segment; nothing is shown of them."""
        answers = collect.search_segments(self._snapshot(), query.root, layer)
        return [answer.documents for answer in answers]

    def best(
        self, query: Query, limit: int, layer: Layer = "statement"
    ) -> list[collect.RankedDocument]:
        """Return the best documents by BM25, without showing or counting them."""
        snapshot = self._snapshot()
        answers = collect.search_segments(snapshot, query.root, layer)
        return collect.page(snapshot, answers, first=0, last=limit, order="best")

    def find(
        self, words: Sequence[str], *, layer: Layer = "statement", limit: int | None = None
    ) -> list[TextMatch]:
        found: list[TextMatch] = []
        for part, places in self._places(words):
            documents = part.segment.documents_at(places)
            seen = part.seen(layer)
            if seen is not None:
                shown = seen[documents]
                places, documents = places[shown], documents[shown]
            if limit is not None:
                places = places[: limit - len(found)]
            keys: dict[int, str] = {}
            for place, document in zip(places.tolist(), documents.tolist(), strict=False):
                if document not in keys:
                    keys[document] = part.segment.document(document).key
                start = place - part.segment.span(document)[0]
                found.append(TextMatch(keys[document], start, start + len(words)))
        return found

    def _places(self, words: Sequence[str]) -> Iterator[tuple[SegmentView, Numbers]]:
        run = Run(tuple(words))
        for part in self._snapshot().parts:
            yield part, exact_phrase.exact(part.segment, run_slots(part.segment, run)).starts

    def frequency(self, words: Sequence[str]) -> Frequency:
        documents = occurrences = 0
        for part, places in self._places(words):
            occurrences += len(places)
            documents += len(part.segment.grouped(part.segment.documents_at(places))[0])
        return Frequency(documents, occurrences)

    def rarity(self, words: Sequence[str]) -> list[int]:
        segments = [part.segment for part in self._snapshot().parts]
        return [sum(each.counts[each.number(word)] for each in segments) for word in words]

    def get(self, key: str) -> Document:
        for part in self._snapshot().parts:
            for number in part.segment.keyed([key]):
                if part.live is None or part.live[number]:
                    return part.segment.document(number)
        raise UnknownNameError("document", key)

    def text(self, key: str) -> str:
        return self.get(key).text

    def damage(self) -> Iterator[str]:
        return damage(self._folder)

    def close(self) -> None:
        self._open = {}
        self._held = Snapshot(-1, ())

    # Writing

    def update(
        self,
        documents: Iterable[Document],
        removed: Iterable[str] = (),
        *,
        state: str | None = None,
        processes: int = 1,
    ) -> None:
        with self._writing() as writer:
            fresh = bool(manifest.read(self._folder).stale)
            with SegmentMaker(self._folder, NAME, processes) as maker:
                for document in documents:
                    maker.add(document)
                made = maker.finish()
            gone = list({**maker.places, **dict.fromkeys(removed)})
            kept = [] if fresh else self._without(gone)
            writer.state = state
            writer.commit_segments([*kept, *made])
        self._merge(lambda sizes, _: merge_policy.small(sizes))

    def tidy(self) -> None:
        while self._merge(merge_policy.choose_segments):
            pass

    def _without(self, keys: Sequence[str]) -> list[PhraseSegment]:
        """Return the segments there are, the documents of `keys` deleted."""
        contents, self._open = opened(self._folder, self._open)
        segments = segments_of(contents)
        for segment in segments:
            segment.deleted.update(self._open[segment.segment_id()].keyed(keys))
        return segments

    def _merge(self, choose: Callable[[list[int], list[float]], list[int]]) -> bool:
        """Merge the segments that `choose` chooses by sizes and waste; tell whether it did.

        Only to commit is the index locked: updates and deletions may come in between.
        """
        lock = self._index.lock("MERGELOCK")
        if not lock.acquire(blocking=False):
            return False  # someone is at it
        try:
            contents, self._open = opened(self._folder, self._open)
            segments = [self._open[entry.name] for entry in contents.segments]
            wasted = [len(e.deleted) / max(1, e.documents) for e in contents.segments]
            chosen = choose([len(segment.tokens) for segment in segments], wasted)
            if not chosen:
                return False
            entries = [contents.segments[i] for i in chosen]
            parts = [(segments[i], manifest.live(contents.segments[i])) for i in chosen]
            made, numbers = merge(self._folder, NAME, parts)
            return self._swap(entries, made, numbers)
        except OSError as error:
            raise StorageError(f"{self._folder}: cannot write: {error.strerror}") from error
        finally:
            for path in self._folder.glob(f"*{MERGING}"):
                path.unlink()
            lock.release()

    def _swap(
        self,
        entries: Sequence[manifest.SegmentEntry],
        made: Sequence[PhraseSegment],
        numbers: Sequence[NDArray[np.int64]],
    ) -> bool:
        """Commit `made` in place of `entries`, with what was deleted from them meanwhile."""
        with self._writing() as writer:
            there = {segment.segment_id(): segment for segment in writer.segments}
            if not all(entry.name in there for entry in entries) or len(made) > 1:
                return False
            for entry, moved in zip(entries, numbers, strict=True):
                later = there[entry.name].deleted.difference(entry.deleted)
                for segment in made:
                    segment.deleted.update(moved[list(later)].tolist())
            for segment in made:
                written = self._folder / segment.make_filename(MERGING)
                written.rename(self._folder / segment.make_filename(ENDING))
            old = {entry.name for entry in entries}
            kept = [s for s in writer.segments if s.segment_id() not in old]
            writer.commit_segments([*made, *kept])
            return True

    @contextlib.contextmanager
    def _writing(self) -> Iterator[PhraseWriter]:
        """Hold the only writer; let go of it whatever happens, which Whoosh does not."""
        try:
            writer = self._index.writer(timeout=_PATIENCE)
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
