"""Make segments: from documents, in one process or several, and from other segments."""

import multiprocessing
import queue
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.filedb.filestore import FileStorage

from archive.errors import ArchiveError, StorageError
from index.engine import Document
from index.phrases.format.text_store import pack, unpack
from index.phrases.match.segment_reader import Segment
from index.phrases.segments.whoosh_codec import FIELD, PhraseCodec, PhraseSegment
from index.phrases.segments.whoosh_column import PhraseColumn, SegmentReference

MOST_WORDS = 64_000_000  # of one segment: some 1.3 GB of memory while it is made
MOST_DOCUMENTS = 250_000
MERGING = ".merging"  # ending of a segment that is not yet committed, made without the write lock
_BATCH = 4 << 20  # characters sent to another process at once: as many as it reads at once
_AHEAD = 1  # batches waiting for it: more, and it is still at them when the others are done
_COLUMN = PhraseColumn()


class _Line:
    """Makes segments one after another, each as large as a segment may be."""

    def __init__(self, folder: Path, name: str, ending: str = "") -> None:
        self._storage = FileStorage(str(folder))
        self._name, self._ending = name, ending
        self._writer: Any = None
        self.made: list[PhraseSegment] = []

    def add(self, value: Document | SegmentReference) -> None:
        if self._writer is None:
            segment = PhraseSegment(self._name)
            segment.ending = self._ending or segment.ending
            self._writer = PhraseCodec().per_document_writer(self._storage, segment)
            self.made.append(segment)
        segment = self.made[-1]
        self._writer.start_doc(segment.documents)
        self._writer.add_column_value(FIELD, _COLUMN, value)
        self._writer.finish_doc()
        segment.documents += 1
        if self._writer.words > MOST_WORDS or segment.documents >= MOST_DOCUMENTS:
            self._end()

    def finish(self) -> list[PhraseSegment]:
        self._end()
        return self.made

    def abandon(self) -> None:
        if self._writer is not None:
            self._writer.abandon()

    def _end(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class SegmentMaker:
    """Turns documents into segments that are not committed yet. Of one key, the last is kept."""

    def __init__(self, folder: Path, name: str, processes: int = 1) -> None:
        self._line = _Line(folder, name)
        self._others = [_Other(folder, name) for _ in range(processes - 1)]
        self._batch: list[Document] = []
        self._size = 0
        self.places: dict[str, tuple[int, int]] = {}  # key -> process, how many before it there
        self._counts = [0] * processes
        self._doubles: list[tuple[int, int]] = []

    def __enter__(self) -> "SegmentMaker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for other in self._others:
            other.end()
        if error is not None:
            self._line.abandon()

    def add(self, document: Document) -> None:
        """Take in a document."""
        if not self._others:
            self._place(document, 0)
            self._line.add(document)
            return
        self._batch.append(document)
        self._size += len(document.text)
        if self._size > _BATCH:
            self._hand_over()

    def finish(self) -> list[PhraseSegment]:
        """Return the segments made of all documents."""
        self._hand_over()
        for other in self._others:
            other.close()
        by_process = [self._line.finish(), *(other.result() for other in self._others)]
        for process, place in self._doubles:
            for segment in by_process[process]:
                if place < segment.documents:
                    segment.deleted.add(place)
                    break
                place -= segment.documents
        return [segment for made in by_process for segment in made]

    def _hand_over(self) -> None:
        """Give the batch to a process that has nothing waiting, or else work on it here."""
        batch, self._batch, self._size = self._batch, [], 0
        taken = next((n for n, other in enumerate(self._others, 1) if other.offer(batch)), 0)
        for document in batch:
            self._place(document, taken)
            if not taken:
                self._line.add(document)

    def _place(self, document: Document, process: int) -> None:
        before = self.places.get(document.key)
        if before is not None:
            self._doubles.append(before)
        self.places[document.key] = process, self._counts[process]
        self._counts[process] += 1


class _Other:
    """Another process that makes segments."""

    def __init__(self, folder: Path, name: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._work: Any = context.Queue(_AHEAD)
        self._results: Any = context.Queue()
        self._process = context.Process(
            target=_make, args=(folder, name, self._work, self._results), daemon=True
        )
        self._process.start()

    def offer(self, batch: list[Document]) -> bool:
        if self._work.full():
            return False
        try:
            self._work.put_nowait([pack(document) for document in batch])
        except queue.Full:
            return False
        return True

    def close(self) -> None:
        while self._process.is_alive():
            try:
                self._work.put(None, timeout=1)
            except queue.Full:
                continue
            return

    def result(self) -> list[PhraseSegment]:
        while True:
            try:
                result = self._results.get(timeout=1)
            except queue.Empty:
                if not self._process.is_alive():
                    raise StorageError(
                        f"indexing: a process ended with {self._process.exitcode}"
                    ) from None
                continue
            if isinstance(result, Exception):
                raise result
            made: list[PhraseSegment] = [PhraseSegment(*each) for each in result]
            return made

    def end(self) -> None:
        if self._process.is_alive():
            self._process.terminate()
        self._process.join()
        self._work.close()
        self._results.close()


def _make(folder: Path, name: str, work: Any, results: Any) -> None:
    """Make segments of the batches in `work`, in another process."""
    line = _Line(folder, name)
    try:
        for batch in iter(work.get, None):
            for packed in batch:
                line.add(unpack(packed))
        made = [(segment.indexname, segment.segid, segment.documents) for segment in line.finish()]
        results.put(made)
    except (OSError, ArchiveError) as error:
        line.abandon()
        results.put(error)


def merge(
    folder: Path, name: str, parts: Sequence[tuple[Segment, NDArray[np.bool_] | None]]
) -> tuple[list[PhraseSegment], list[NDArray[np.int64]]]:
    """Make one segment, not yet committed, of the live documents of `parts`.

    Returns it, and for each part the numbers of its documents there (-1 for those left out). More
    than one segment comes back only where one would be too large.
    """
    line = _Line(folder, name, MERGING)
    numbers: list[NDArray[np.int64]] = []
    at = 0
    try:
        for segment, live in parts:
            kept = _live(segment, live)
            moved = np.full(segment.documents, -1)
            moved[kept] = np.arange(at, at + len(kept))
            numbers.append(moved)
            at += len(kept)
            for reference in _references(segment, kept.tolist()):
                line.add(reference)
        return line.finish(), numbers
    except BaseException:
        line.abandon()
        raise


def _live(segment: Segment, live: NDArray[np.bool_] | None) -> NDArray[np.int64]:
    return np.arange(segment.documents) if live is None else np.flatnonzero(live)


def _references(segment: Segment, numbers: Iterable[int]) -> Iterator[SegmentReference]:
    return (SegmentReference(segment, number) for number in numbers)
